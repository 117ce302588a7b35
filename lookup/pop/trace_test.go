package pop

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/lookup"
)

// sample is a configuration with something of everything.
func sample() Spec {
	return Spec{
		Schemes: []string{"tel"},
		SIP:     map[string]string{"X-Subject": "queue"},
		Rules: []RuleSpec{
			{Name: "inside", On: []string{"never"}, Direction: []string{"internal"}},
			{Name: "sales by day", On: []string{"ringing"}, Queue: []string{"Sales"}, Days: []string{"mon-fri"}, Hours: []string{"10:00-17:30"}, Open: []string{"https://crm.example.com"}},
			{
				Name: "customers", On: []string{"ringing", "answered"}, Queue: []string{"Support", "Tier 2"}, Contact: "known",
				Open: []string{"https://crm.example.com/contact/$crm.id$?phone=$caller$&subject=[sip.X-Subject]&team=$team$"},
				Run:  [][]string{{"/usr/bin/notify", "$crm.name$ waited $wait$ s", "--", "$caller_name$"}},
			},
			{Name: "others", On: []string{"ringing"}, Open: []string{"tel:$caller$"}},
			{Name: "after the call", On: []string{"ended"}, Where: "talk>30s", Open: []string{"https://crm.example.com/wrap-up/$call_id$?outcome=$outcome$"}},
		},
	}
}

func TestTraceAsText(t *testing.T) {
	r := compiled(t, sample(), "team")
	u := ann()
	f := newFloor(t, "3f2c9a10-0000-3000-8000-000000000001")
	found := result(contact("Dana Roe", "id", "003/A"), contact("Lee \x1b[2JRoe", "id", "2"))
	found.Trail = append(found.Trail, lookup.Step{Source: "hubspot", Asked: caller, Took: 3 * time.Second, Err: errors.New("no answer within 3s")})
	var text strings.Builder
	c := f.ring()
	for _, trial := range []Trial{
		{Call: c, Contacts: found, Chosen: -1, Moments: []Moment{Ringing}, At: ms(34_200)},
		{Call: c, Contacts: result(), Chosen: -1, Moments: []Moment{Ringing}, At: ms(34_200)},
		{Call: c, Contacts: found, Chosen: 1, Moments: []Moment{ByHand}, At: ms(34_200)},
		{Call: f.answer(), Chosen: -1},
		{Call: f.end(), Contacts: found, Chosen: 0},
	} {
		trial.User = u
		for _, tr := range r.Test(trial) {
			text.WriteString(tr.Text() + "\n")
		}
	}
	someone := u
	someone.Lines, someone.Name = []string{"line-bo"}, "Bo"
	text.WriteString(r.Test(Trial{Call: c, User: someone, Chosen: -1, Moments: []Moment{Ringing}})[0].Text())
	golden(t, "trace", text.String())
}

func TestTraceAsJSON(t *testing.T) {
	r := compiled(t, sample(), "team")
	f := newFloor(t, "3f2c9a10-0000-3000-8000-000000000001")
	tr := tried(t, r, ann(), f.ring(), result(contact("Dana Roe", "id", "003/A")))
	tr.Targets[1].Result, tr.Targets[1].Ms, tr.Targets[1].Output = Failed, 12, "no display"
	line := tr.JSON()
	var back Trace
	if err := json.Unmarshal(line, &back); err != nil {
		t.Fatal(err)
	}
	tr.Targets[1].Limit = 0 // not kept
	if d := cmp.Diff(tr, back); d != "" {
		t.Errorf("a trace that was kept is another one: %s", d)
	}
	var pretty strings.Builder
	enc := json.NewEncoder(&pretty)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(back); err != nil {
		t.Fatal(err)
	}
	golden(t, "trace.json", pretty.String())
	if d := cmp.Diff(tr.Text(), back.Text()); d != "" {
		t.Error(d)
	}
}

// Even the longest trace fits into an archive, and says what opened.
func TestTraceIsBounded(t *testing.T) {
	long := strings.Repeat("é<", 80)
	var s Spec
	for i := range maxRules {
		r := RuleSpec{Name: fmt.Sprint(i), On: []string{"ringing"}, Queue: []string{long, long, long}, Dialled: []string{"+12125550999"}, Where: `"` + long + `"`, Open: []string{"https://example.com"}}
		if i == maxRules-1 {
			r.Queue, r.Dialled, r.Where = nil, nil, ""
			r.Open = nil
			for range maxTargets {
				r.Open = append(r.Open, "https://example.com/?"+strings.Repeat("a=$caller_name$&", 10)+"x=$caller$")
			}
		}
		s.Rules = append(s.Rules, r)
	}
	c := *ringing(t)
	c.From.Name = strings.Repeat("é", 1000)
	tr := tried(t, compiled(t, s), ann(), &c, result())
	line := tr.JSON()
	var back Trace
	if err := json.Unmarshal(line, &back); err != nil || len(line) > maxTrace {
		t.Fatalf("%d bytes: %v", len(line), err)
	}
	if !back.Cut || back.Rule != fmt.Sprint(maxRules-1) || len(back.Targets) != maxTargets || !strings.HasPrefix(tr.Targets[0].URL, strings.TrimSuffix(back.Targets[0].URL, "…")) || len(back.Targets[0].URL) < maxKept {
		t.Errorf("cut to %d rules and %d targets", len(back.Rules), len(back.Targets))
	}
}

func TestMaskedTrace(t *testing.T) {
	r := compiled(t, sample(), "team")
	tr := tried(t, r, ann(), ringing(t), result(contact("Dana +12125550110", "id", "003")))
	before := tr.Text()
	for _, s := range []string{tr.Masked().Text(), string(tr.Masked().JSON())} {
		for _, n := range []string{"2125550110", "2125550100"} {
			if strings.Contains(s, n) {
				t.Errorf("%s is in %s", n, s)
			}
		}
	}
	if tr.Text() != before {
		t.Error("masking changed the trace itself")
	}
}

// Whatever callers are called, a trace is safe to draw.
func TestTraceIsClean(t *testing.T) {
	r := compiled(t, sample(), "team")
	for _, v := range hostile {
		c := *ringing(t)
		c.From.Name, c.Queue = v, "Support"
		con := contact(v, "id", v)
		for _, cs := range []lookup.Result{result(con), result(con, con)} {
			tr := tried(t, r, ann(), &c, cs)
			for _, line := range strings.Split(tr.Text(), "\n") {
				if invisible(line) {
					t.Errorf("%.60q gives the line %q", v, line)
				}
			}
			if s := string(tr.JSON()); invisible(s) {
				t.Errorf("%.60q gives %q", v, s)
			}
		}
	}
}
