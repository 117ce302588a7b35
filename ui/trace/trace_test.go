package trace

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/lookup/pop"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 30, 14, 32, 7, 0, time.UTC)

func at(ago time.Duration) time.Time { return noon.Add(-ago) }

func check(what, want, have string, holds bool) pop.Check {
	return pop.Check{What: what, Want: want, Have: have, Holds: holds}
}

const crm = "https://crm.example.com/contact/51?phone=%2B12125550110&subject=Support"

// opened is a pop that opened a page.
func opened() pop.Trace {
	return pop.Trace{
		Schema: pop.Schema, At: at(time.Minute), Call: "c-2", Moment: pop.Ringing, User: "Ann Bell", Direction: "inbound",
		From: call.Party{Name: "Dana Roe", Number: "+12125550110"}, To: call.Party{Name: "Main", Number: "+18005550120"},
		Result: pop.Opened, Rule: "customers",
		Rules: []pop.RuleTrace{
			{Name: "inside", Checks: []pop.Check{check("moment", pop.NeverWants, "ringing", true), check("direction", "internal", "inbound", false)}},
			{Name: "customers", Matched: true, Checks: []pop.Check{check("moment", "ringing", "ringing", true), check("contact", "known", "1 found", true)}},
		},
		Lookup: &pop.LookupTrace{Number: "+12125550110", WaitedMs: 21, Done: true, Contacts: []string{"Dana Roe (crm)"}, Used: "Dana Roe (crm)", Steps: []pop.LookupStep{
			{Source: "crm", Asked: "+12125550110", Ms: 20, Found: 1}, {Source: "hubspot", Asked: "+12125550110", Ms: 3000, Err: "no answer within 3s"},
		}},
		Targets: []pop.Target{
			{
				Kind: pop.URL, Template: []string{"https://crm.example.com/contact/$crm.id$?phone=$caller$&subject=[sip.X-Subject]"}, URL: crm, Result: pop.Opened, Ms: 41,
				Values: []pop.Filled{{Variable: "$crm.id$", Place: "path", Value: "51", Encoded: "51"}, {Variable: "$caller$", Place: "query", Value: "+12125550110", Encoded: "%2B12125550110"}, {Variable: "[sip.X-Subject]", Place: "query", Value: "Support", Encoded: "Support", Note: "$queue$"}},
			},
			{Kind: pop.Run, Template: []string{"/usr/bin/notify-send", "--", "$crm.name$"}, Argv: []string{"/usr/bin/notify-send", "--", "Dana Roe"}, Result: pop.Failed, Why: "exit status 1", Ms: 7, Output: "no bus"},
		},
	}
}

// nothing is one of which no rule matched.
func nothing() pop.Trace {
	return pop.Trace{
		At: at(5 * time.Hour), Call: "c-1", Moment: pop.Ringing, User: "Ann Bell", Direction: "inbound", From: call.Party{Name: "Lee Park", Number: "+442079460018"},
		Result: pop.Nothing, Why: "no rule matches",
		Rules: []pop.RuleTrace{
			{Name: "inside", Checks: []pop.Check{check("moment", pop.NeverWants, "ringing", true), check("direction", "internal", "inbound", false)}},
			{Name: "support", Checks: []pop.Check{check("moment", "ringing", "ringing", true), check("direction", "inbound", "inbound", true), check("queue", "Support", "Sales", false)}},
			{Name: "night", Checks: []pop.Check{check("moment", "ringing", "ringing", true), check("hours", "22:00-06:00", "Wed 09:32 (UTC)", false)}},
			{Name: "wrap-up", Checks: []pop.Check{check("moment", "ended", "ringing", false)}},
		},
	}
}

func all() []pop.Trace {
	shown := opened()
	shown.At, shown.Call, shown.Result, shown.Why = at(20*time.Minute), "c-3", pop.Shown, "over SSH nothing is opened"
	shown.Targets = shown.Targets[:1]
	shown.Targets[0].Result, shown.Targets[0].Why = pop.Shown, "over SSH nothing is opened"
	refused := opened()
	refused.At, refused.Call, refused.Moment, refused.Result, refused.Why = at(30*time.Hour), "c-4", pop.ByHand, pop.Refused, "$crm.id$ is empty"
	refused.Direction, refused.Targets = "outbound", nil
	return []pop.Trace{nothing(), opened(), refused, shown}
}

func page(w, h int, th *theme.Theme) *Pane {
	p := New(th)
	p.SetNow(noon)
	p.SetSize(w, h)
	p.SetData(all(), "")
	return p
}

func do(t *testing.T, p *Pane, as ...action.Action) tea.Msg {
	t.Helper()
	var last tea.Msg
	for _, a := range as {
		last = nil
		if cmd := p.Do(a); cmd != nil {
			last = cmd()
		}
	}
	return last
}

func TestGolden(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 20}, {120, 36}, {200, 46}} {
		for name, th := range map[string]*theme.Theme{"dark": theme.Dark(), "mono": theme.Mono(), "ascii": theme.Mono().WithASCII()} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				p := page(size.w, size.h, th)
				uitest.Golden(t, "list-"+strings.TrimPrefix(t.Name(), "TestGolden/"), uitest.Screen(p.View(), size.w, size.h))
				do(t, p, action.UnfoldTrace)
				uitest.Golden(t, "whole-"+strings.TrimPrefix(t.Name(), "TestGolden/"), uitest.Screen(p.View(), size.w, size.h))
			})
		}
	}
	p := New(theme.Mono())
	p.SetSize(60, 5)
	p.SetData(nil, "Nothing has popped yet.")
	uitest.Golden(t, "none-60x5", uitest.Screen(p.View(), 60, 5))
}

func TestHeadlines(t *testing.T) {
	for _, tt := range []struct {
		of   func(*pop.Trace)
		want string
	}{
		{func(*pop.Trace) {}, "nothing opened: rule support: queue is Sales; 1 other rule neither"},
		{func(t *pop.Trace) { t.Rules = t.Rules[:2] }, "nothing opened: rule support: queue is Sales"},
		{func(t *pop.Trace) { t.Rules = t.Rules[3:] }, "nothing opened: no rule is for ringing"},
		{func(t *pop.Trace) { t.Rules = t.Rules[:1] }, "nothing opened: no rule is for ringing"},
		{func(t *pop.Trace) { t.Rules, t.Why = nil, "there are no rules" }, "nothing opened: there are no rules"},
		{func(t *pop.Trace) { t.Rule, t.Why = "inside", `rule "inside" says never` }, `nothing opened: rule "inside" says never`},
		{func(t *pop.Trace) { t.Result, t.Why = pop.Late, "gone" }, "nothing opened: gone"},
		{func(t *pop.Trace) { t.Result, t.Rule, t.Why = pop.Opened, "a", "" }, "opened by a"},
		{func(t *pop.Trace) { t.Result, t.Rule, t.Why = pop.Shown, "a", "over SSH" }, "address shown by a: over SSH"},
		{func(t *pop.Trace) { t.Result, t.Rule, t.Why = pop.Limited, "a", "too many" }, "limited: too many"},
	} {
		tr := nothing()
		tt.of(&tr)
		if got := Headline(&tr); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// The cursor stays on its line when newer traces come, and nothing folds.
func TestStaysInPlace(t *testing.T) {
	p := page(100, 12, theme.Mono())
	do(t, p, action.Down, action.UnfoldTrace, action.Down, action.Down)
	was, line := p.Selected().Call, p.lines[p.at].nth
	newer := opened()
	newer.Call, newer.At = "c-9", at(0)
	p.SetData(append(all(), newer), "")
	if p.Selected().Call != was || p.lines[p.at].nth != line || len(p.open) != 1 {
		t.Errorf("on %s line %d, was on %s line %d", p.Selected().Call, p.lines[p.at].nth, was, line)
	}
	do(t, p, action.UnfoldTrace)
	if p.Selected().Call != was || p.lines[p.at].nth != 0 || len(p.lines) != 5 {
		t.Errorf("folded: on %s line %d of %d", p.Selected().Call, p.lines[p.at].nth, len(p.lines))
	}
	do(t, p, action.Bottom)
	if p.Selected().Call != "c-4" {
		t.Errorf("the oldest is %s", p.Selected().Call)
	}
	do(t, p, action.Top)
	if p.Selected().Call != "c-9" {
		t.Errorf("the newest is %s", p.Selected().Call)
	}
}

func TestYank(t *testing.T) {
	p := page(100, 12, theme.Mono())
	if got := do(t, p, action.YankURL); got != (action.Copy{What: "address", Text: crm}) {
		t.Errorf("copied %v", got)
	}
	if got, ok := do(t, p, action.Bottom, action.YankURL).(action.Refused); !ok || !strings.Contains(got.Why, "no address") {
		t.Errorf("without an address: %v", got)
	}
	p.SetData(nil, "")
	for _, a := range []action.Action{action.YankURL, action.UnfoldTrace} {
		if _, ok := do(t, p, a).(action.Refused); !ok {
			t.Errorf("%s without a trace is not refused", a)
		}
	}
}

// The address is a link, also where it takes two lines; one that was tampered with is none.
func TestLink(t *testing.T) {
	p := page(60, 60, theme.Dark())
	do(t, p, action.UnfoldTrace)
	if n := strings.Count(p.View(), ansi.SetHyperlink(crm)); n != 2 {
		t.Errorf("%d pieces of the address are links, want 2", n)
	}
	if got := strings.ReplaceAll(strings.ReplaceAll(ansi.Strip(p.View()), " ", ""), "\n", ""); !strings.Contains(got, crm) {
		t.Error("the address is not there whole")
	}
	for _, evil := range []string{"https://x/\x1b]8;;https://evil\x07", "https://x/\u202e", "https://x y"} {
		if got := Linked(evil, "x"); got != "x" {
			t.Errorf("%q became %q", evil, got)
		}
	}
}

// What came from outside never leaves its line, and every size is exact.
func TestHostile(t *testing.T) {
	evil := "\x1b[2J\u202eevil\n=cmd()\x07"
	tr := opened()
	tr.Call, tr.User, tr.Rule, tr.Why, tr.From.Name, tr.Direction = evil, evil, evil, evil, evil, evil
	tr.Rules[0].Name, tr.Rules[0].Checks[0].Have = evil, evil
	tr.Lookup.Contacts, tr.Lookup.Steps[0].Source, tr.Lookup.Number = []string{evil}, evil, evil
	tr.Targets[0].URL, tr.Targets[0].Values[0].Value, tr.Targets[0].Why, tr.Targets[0].Template = evil, evil, evil, []string{evil}
	tr.Targets[1].Argv, tr.Targets[1].Output = []string{evil}, strings.Repeat("long ", 2000)
	p := New(theme.Mono())
	p.SetNow(noon)
	p.SetData([]pop.Trace{tr}, evil)
	do(t, p, action.UnfoldTrace)
	for w := 0; w < 130; w += 7 {
		for h := 0; h < 50; h += 11 {
			p.SetSize(w, h)
			if w*h == 0 {
				if p.View() != "" {
					t.Fatalf("%dx%d draws something", w, h)
				}
				continue
			}
			v := p.View()
			if err := uitest.Screen(v, w, h).Err(); err != nil {
				t.Fatal(err)
			}
			if s := ansi.Strip(v); strings.ContainsAny(s, "\x1b\u202e\x07") || strings.Contains(v, "[2J") && strings.Contains(v, "\x1b[2J") {
				t.Fatalf("%dx%d lets it through: %q", w, h, v)
			}
		}
	}
	p.SetSize(60, 10)
	p.SetData(nil, evil)
	if strings.Contains(p.View(), "\x1b[2J") {
		t.Error("what is said of none lets it through")
	}
}

func TestClick(t *testing.T) {
	p := page(80, 10, theme.Mono())
	if p.ClickAt(2) || p.Selected().Call != "c-1" {
		t.Errorf("clicked on %s", p.Selected().Call)
	}
	if !p.ClickAt(2) || p.ClickAt(99) {
		t.Error("a second click is not told")
	}
}
