package pop

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/store/call"
)

func TestRulesThatAreRefused(t *testing.T) {
	open := []string{"https://example.com"}
	rule := func(r RuleSpec) Spec {
		if r.On == nil {
			r.On = []string{"ringing"}
		}
		if r.Open == nil {
			r.Open = open
		}
		return Spec{Rules: []RuleSpec{r}}
	}
	for _, tt := range []struct {
		spec      Spec
		key, what string
	}{
		{Spec{Rules: []RuleSpec{{Open: open}}}, "on", "is missing"},
		{rule(RuleSpec{On: []string{"rings"}}), "on", "no moment"},
		{rule(RuleSpec{On: []string{"never", "ringing"}}), "on", "goes with no other"},
		{Spec{Rules: []RuleSpec{{On: []string{"ringing"}}}}, "open", "opens nothing"},
		{rule(RuleSpec{Open: []string{"https://a", "https://a", "https://a", "https://a", "https://a", "https://a", "https://a", "https://a", "https://a"}}), "open", "too many"},
		{rule(RuleSpec{Name: "a\x1b"}), "name", "no name"},
		{rule(RuleSpec{Queue: []string{" "}}), "queue", "empty"},
		{rule(RuleSpec{Dialled: []string{"Support"}}), "dialled", "no number"},
		{rule(RuleSpec{Dialled: []string{"Anonymous"}}), "dialled", "no number"},
		{rule(RuleSpec{Direction: []string{"in"}}), "direction", "no direction"},
		{rule(RuleSpec{Contact: "maybe"}), "contact", "says nothing"},
		{rule(RuleSpec{Days: []string{"mon-xyz"}}), "days", "no day"},
		{rule(RuleSpec{Days: []string{"m"}}), "days", "no day"},
		{rule(RuleSpec{Days: []string{""}}), "days", "no day"},
		{rule(RuleSpec{Hours: []string{"25:00-26:00"}}), "hours", "no hours"},
		{rule(RuleSpec{Hours: []string{"09:00"}}), "hours", "no hours"},
		{rule(RuleSpec{Hours: []string{"9:5-10"}}), "hours", "no hours"},
		{rule(RuleSpec{Hours: []string{"+9-10"}}), "hours", "no hours"},
		{rule(RuleSpec{Hours: []string{"9-9"}}), "hours", "no time"},
		{rule(RuleSpec{Hours: []string{"24:00-06:00"}}), "hours", "no hours"},
		{rule(RuleSpec{Hours: []string{"9-17"}, Zone: "Mars/Base"}), "zone", "no time zone"},
		{rule(RuleSpec{Hours: []string{"9-17"}, Zone: "../x"}), "zone", "no time zone"},
		{rule(RuleSpec{Zone: "UTC"}), "zone", "says nothing"},
		{rule(RuleSpec{Where: "stat:ringing"}), "where", "column 1"},
		{Spec{Rules: []RuleSpec{{Name: "A", On: []string{"never"}}, {Name: "a", On: []string{"never"}}}}, "name", "two"},
		{Spec{Rules: make([]RuleSpec, 65)}, "rule", "too many"},
		{Spec{Wait: time.Minute}, "wait", "too long"},
		{Spec{Timeout: time.Hour}, "timeout", "no limit"},
		{Spec{PerMinute: -1}, "per_minute", "out of bounds"},
		{Spec{Schemes: []string{"javascript"}}, "schemes", "never opened"},
		{Spec{SIP: map[string]string{"X Y": "queue"}}, "sip", "names no SIP header"},
		{Spec{SIP: map[string]string{"X-Y": "quue"}}, "sip", "no variable"},
	} {
		_, err := compile(tt.spec, Options{Now: t0}, disk.system("linux"))
		var e *Error
		if !asError(err, &e) || e.Key != tt.key || !strings.Contains(e.What, tt.what) || e.Fix == "" {
			t.Errorf("%+v: %v; want %s: %s", tt.spec, err, tt.key, tt.what)
		}
	}
	for _, key := range []string{"caller", "crm", "a b", "", "a.b", strings.Repeat("k", 100)} {
		if _, err := compile(Spec{}, Options{Parameters: []string{key}}, disk.system("linux")); err == nil {
			t.Errorf("a parameter may be called %q", key)
		}
	}
}

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		rule  RuleSpec
		holds bool
	}{
		{RuleSpec{}, true},
		{RuleSpec{Queue: []string{"Support"}}, true},
		{RuleSpec{Queue: []string{"Sales", "SUPPORT"}}, true},
		{RuleSpec{Queue: []string{"Supp"}}, false},
		{RuleSpec{Dialled: []string{"(212) 555-0100"}}, true},
		{RuleSpec{Dialled: []string{"+1 212 555 0101"}}, false},
		{RuleSpec{Direction: []string{"inbound", "internal"}}, true},
		{RuleSpec{Direction: []string{"outbound"}}, false},
		{RuleSpec{Contact: "known"}, true},
		{RuleSpec{Contact: "one"}, true},
		{RuleSpec{Contact: "several"}, false},
		{RuleSpec{Contact: "unknown"}, false},
		{RuleSpec{Days: []string{"mon"}}, true},
		{RuleSpec{Days: []string{"tue-sun"}}, false},
		{RuleSpec{Days: []string{"fri-mon"}}, true},
		{RuleSpec{Hours: []string{"9-17"}}, true},
		{RuleSpec{Hours: []string{"9-17"}, Zone: "America/New_York"}, false},
		{RuleSpec{Where: "queue:supp wait>30s"}, true},
		{RuleSpec{Where: "wait>40s"}, false},
		{RuleSpec{Where: "from:+1212 today"}, true},
		{RuleSpec{Where: "from:roe"}, true},
		{RuleSpec{Where: "mine"}, true},
		{RuleSpec{Queue: []string{"Support"}, Contact: "unknown"}, false},
	} {
		tt.rule.On, tt.rule.Open = []string{"ringing"}, []string{"https://example.com"}
		r := compiled(t, Spec{Rules: []RuleSpec{tt.rule}})
		got := tried(t, r, ann(), ringing(t), result(contact("Dana Roe")))
		if holds := got.Result == Tried; holds != tt.holds {
			t.Errorf("%+v: %s\n%s", tt.rule, got.Result, got.Text())
		}
	}
}

// "today" is the day of the call's moment, not the one on which the rules were read.
func TestQueriesAreReadAnew(t *testing.T) {
	r := compiled(t, Spec{Rules: []RuleSpec{{On: []string{"ringing"}, Where: "today", Open: []string{"https://example.com"}}}})
	for days, want := range map[int]Result{0: Tried, 1: Nothing} {
		got := r.Test(Trial{Call: ringing(t), User: ann(), Chosen: -1, Moments: []Moment{Ringing}, At: t0.AddDate(0, 0, days)})[0]
		if got.Result != want {
			t.Errorf("%d days later: %s", days, got.Result)
		}
	}
}

func TestSeveralContacts(t *testing.T) {
	two := result(contact("Dana Roe", "id", "1"), contact("Lee Roe", "id", "2"))
	for _, tt := range []struct {
		condition string
		chosen    int
		url       string
	}{
		{"", -1, "1"}, {"", 1, "2"}, {"several", -1, "1"}, {"several", 1, ""}, {"one", -1, ""}, {"one", 1, "2"}, {"known", -1, "1"}, {"", 7, "1"},
	} {
		r := compiled(t, Spec{Rules: []RuleSpec{{On: []string{"ringing"}, Contact: tt.condition, Open: []string{"https://example.com/$crm.id$"}}}})
		got := r.Test(Trial{Call: ringing(t), User: ann(), Contacts: two, Chosen: tt.chosen, Moments: []Moment{Ringing}})[0]
		url := ""
		if got.Result == Tried {
			url = strings.TrimPrefix(got.Targets[0].URL, "https://example.com/")
		}
		if url != tt.url {
			t.Errorf("contact = %q, chosen %d: %q, want %q", tt.condition, tt.chosen, url, tt.url)
		}
		if tt.url == "1" && !strings.Contains(got.Targets[0].Values[0].Note, "none was chosen") {
			t.Errorf("contact = %q: it is not said that nobody chose: %+v", tt.condition, got.Targets[0].Values)
		}
	}
}

func TestFirstMatchWins(t *testing.T) {
	r := compiled(t, Spec{Rules: []RuleSpec{
		{Name: "no", On: []string{"ringing"}, Queue: []string{"Sales"}, Open: []string{"https://example.com/1"}},
		{Name: "later", On: []string{"answered"}, Open: []string{"https://example.com/2"}},
		{Name: "yes", On: []string{"ringing"}, Open: []string{"https://example.com/3"}},
		{Name: "shadow", On: []string{"ringing"}, Open: []string{"https://example.com/4"}},
	}})
	got := tried(t, r, ann(), ringing(t), result())
	if got.Rule != "yes" || len(got.Rules) != 3 || got.Targets[0].URL != "https://example.com/3" {
		t.Errorf("%s", got.Text())
	}
	r = compiled(t, Spec{Rules: []RuleSpec{
		{Name: "not inside", On: []string{"never"}, Direction: []string{"inbound"}},
		{Name: "rest", On: []string{"ringing", "hand"}, Open: []string{"https://example.com"}},
	}})
	for _, m := range []Moment{Ringing, ByHand} {
		got := r.Test(Trial{Call: ringing(t), User: ann(), Chosen: -1, Moments: []Moment{m}})[0]
		if got.Result != Nothing || got.Rule != "not inside" {
			t.Errorf("%s: a rule of never lets others open: %s", m, got.Text())
		}
	}
}

// Every variable gives what its line in the documentation says, at each moment of a call.
func TestVariables(t *testing.T) {
	var text strings.Builder
	f := newFloor(t, "c-1")
	u := ann()
	u.Parameters = map[string]string{"team": "tier 2"}
	con := contact("Dana Roe", "id", "003", "open tickets", "2", "NAME", "Dana of the CRM")
	con.Company, con.URL = "Acme Corp", "https://crm.example.com/003?"+strings.Repeat("x", 300)
	con.ID, con.Tickets = "not the field's", []lookup.Ticket{{ID: "4411", URL: "https://crm.example.com/t/4411"}, {ID: "4400"}}
	n, _ := newNames(nil, []string{"team", "other"})
	all := variables()
	for _, name := range []string{"team", "other", "crm.ID", "crm.open tickets", "crm.name", "crm.company", "crm.url", "crm.number", "crm.source", "crm.ticket", "crm.ticket_url", "crm.tickets", "crm.none"} {
		v, err := n.find(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, *v)
	}
	for _, step := range []struct {
		m  Moment
		do func() *call.Call
		at int64
	}{{Ringing, f.ring, 34_200}, {Answered, f.answer, 40_200}, {Ended, f.end, 95_050}} {
		c := step.do()
		fmt.Fprintf(&text, "%s\n", step.m)
		facts := &facts{call: c, moment: step.m, at: ms(step.at), user: u, region: "US"}
		facts.know(result(con), -1)
		for _, v := range all {
			value, note := v.value(facts)
			fmt.Fprintf(&text, "  %-20s %q %s\n", v.written, value, note)
		}
	}
	golden(t, "variables", text.String())
}

// Outbound: the far end is who was called.
func TestOutside(t *testing.T) {
	c := &call.Call{Direction: call.Outbound, From: call.Party{Name: "Ann Lee", Number: "1102"}, To: call.Party{Number: "2125550110"}, AnswerMs: -1}
	r := compiled(t, one("https://example.com/$caller$/$outside$/$outside_e164$/$called$/$caller_e164$"))
	got := tried(t, r, User{}, c, lookup.Result{})
	if want := "https://example.com/1102/2125550110/%2B12125550110/2125550110/"; got.Targets[0].URL != want {
		t.Errorf("%s, want %s", got.Targets[0].URL, want)
	}
}
