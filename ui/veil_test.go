package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	screenpop "ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui/action"
	"ringside/ui/uitest"
)

// peopled is a desk on which every pane has something to show: calls, contacts, finished calls, notes,
// owed callers, pops.
func peopled(t *testing.T, o Options, w, h int) (*Model, *pastOf) {
	t.Helper()
	p := keeping(12)
	p.items = []archive.Item{
		{Kind: archive.Note, ID: "n", Call: "past-11", At: at(100), By: "Bo", Text: "call back on (212) 555-0177 or 2125550178"},
		{Kind: archive.Note, ID: "c", Caller: "+12125550110", At: at(90), By: "Bo", Text: "Dana's mobile: 212-555-0179"},
	}
	trace := screenpop.Trace{
		Schema: screenpop.Schema, At: at(30), Call: "conversation-1", From: party("Dana Roe", "+12125550110"), Result: screenpop.Shown, Rule: "customers",
		Rules:   []screenpop.RuleTrace{{Name: "customers", Matched: true, Checks: []screenpop.Check{{What: "caller", Want: "any", Have: "+12125550110", Holds: true}}}},
		Targets: []screenpop.Target{{URL: "https://crm.example/?phone=%2B12125550110&n=2125550110"}},
	}
	body, err := json.Marshal(trace)
	if err != nil {
		t.Fatal(err)
	}
	p.items = append(p.items, archive.Item{Kind: archive.Pop, ID: "p", Call: "conversation-1", At: at(30), Body: body})
	p.debts = []archive.Debt{{Number: "+12125550188", Key: "+12125550188", Name: "Olga Owed", Since: at(900), Last: at(800), Outcome: call.Missed, Calls: []string{"past-3"}}}
	o.Ports.Past, o.Pops = p, []string{"customers"}
	if o.Ports.Pop == nil {
		o.Ports.Pop = func(*call.Call, string) {}
	}
	m := desk(t, o, w, h, ringingMe())
	uitest.Drive(t, m, PopMsg{trace}, NoticeMsg{Warn, "nobody answers at +12125550110", "try 212 555 0199 (main) before 15:00"})
	return m, p
}

// places are key strokes that lead everywhere.
func places() [][]string {
	return [][]string{
		{}, {"j"}, {"right"}, {"i"}, {"enter"}, {"]"}, {"]"}, {"]"}, {"esc"}, {"P"}, {"enter"}, {"P"},
		{"4"}, {"j", "enter"}, {"]"}, {"]"}, {"]"}, {"esc"}, {"m", "j", "m"}, {"esc"}, {"5"}, {"j"}, {"e"}, {"esc"}, {"?"}, {"?"},
		{"2"}, {"j"}, {"enter"}, {"esc"}, {"3"}, {"j"}, {"6"}, {"7"}, {"?"}, {"?"}, {"W"}, {"W"},
		{"1", "/", "2", "1", "2", "5", "5", "5", "0", "1", "1", "0"}, {"enter"}, {"esc", "O"}, {"esc"},
	}
}

// leaks gives what of the telephone numbers in a text can be read: the middle of any of them.
func leaks(s string) []string {
	var out []string
	for _, piece := range []string{"212555", "212 555", "212) 555", "212-555", "5550", "555 0", "555-0", "5556", "212556", "212 556", "556 0", "20794", "20 794", "7946", "20155", "201 55", "800 5"} {
		for l := range strings.SplitSeq(s, "\n") {
			if strings.Contains(l, piece) {
				out = append(out, fmt.Sprintf("%q in %q", piece, strings.TrimSpace(l)))
			}
		}
	}
	return out
}

// No pane, in no size, shows a number while numbers are masked; without the mask they do.
func TestMaskedEverywhere(t *testing.T) {
	for _, o := range []Options{{}, {ASCII: true, Theme: "mono"}} {
		for _, size := range []struct{ w, h int }{{80, 24}, {97, 30}, {120, 40}, {133, 33}, {200, 50}} {
			m, _ := peopled(t, o, size.w, size.h)
			bare := 0
			for _, keys := range places() {
				press(t, m, keys...)
				bare += len(leaks(screen(m).Text()))
			}
			if bare < 20 {
				t.Errorf("%dx%d: only %d numbers are seen without the mask: the test looks at nothing", size.w, size.h, bare)
			}
			m, _ = peopled(t, o, size.w, size.h)
			press(t, m, "*")
			for _, keys := range places() {
				press(t, m, keys...)
				c := screen(m)
				if err := c.Err(); err != nil {
					t.Fatalf("after %q: %v", keys, err)
				}
				for _, l := range leaks(c.Text()) {
					t.Errorf("%dx%d %v after %q: %s", size.w, size.h, o.ASCII, keys, l)
				}
				if v := m.View(); strings.Contains(v.WindowTitle, "555") || strings.Contains(v.Content, "2125550") {
					t.Errorf("after %q: a number behind the picture", keys)
				}
			}
			if got := screen(m).Text(); strings.Contains(got, "2026-") {
				t.Errorf("a date went: %s", got)
			}
		}
	}
}

// While numbers are masked, what leaves the desk is masked too, and what is done is done with the
// whole number.
func TestMaskedCopiesAndWholePops(t *testing.T) {
	var popped []string
	var deeds []Deed
	files := map[string]string{}
	m, _ := peopled(t, Options{Ports: Ports{
		Pop:  func(c *call.Call, _ string) { popped = append(popped, c.From.Number) },
		Did:  func(d Deed) { deeds = append(deeds, d) },
		Save: func(name string, b []byte) (string, error) { files[name] = string(b); return "/tmp/" + name, nil },
	}}, 120, 40)
	press(t, m, "*", "j")
	var copied []string
	for _, keys := range [][]string{{"y", "n"}, {"y", "m"}, {"y", "j"}, {"y", "l"}, {"w", "m"}, {"w", "j"}, {"o"}, {"y", "u"}, {"4", "j"}, {"w", "c"}} {
		for _, msg := range press(t, m, keys...) {
			if s := fmt.Sprint(msg); strings.Contains(fmt.Sprintf("%T", msg), "setClipboard") {
				copied = append(copied, s)
			}
		}
	}
	if len(copied) != 4 || copied[0] != "…10" {
		t.Errorf("copied %q", copied)
	}
	for _, s := range copied {
		for _, l := range leaks(s) {
			t.Errorf("copied: %s", l)
		}
	}
	if len(files) != 3 {
		t.Errorf("%d files", len(files))
	}
	for name, s := range files {
		for _, l := range leaks(s) {
			t.Errorf("%s: %s", name, l)
		}
	}
	if len(popped) != 1 || popped[0] != "+12125550110" {
		t.Errorf("popped with %q", popped)
	}
	var acts []string
	for _, d := range deeds {
		acts = append(acts, string(d.Act)+" "+d.More)
		if d.Act == duty.Export && (d.Call != "conversation-1" || d.Number != "+12125550110") {
			t.Errorf("deed %+v", d)
		}
	}
	if len(acts) != 7 || acts[0] != "export number copied" || !strings.HasPrefix(acts[6], "export-all table of 12 calls saved calls-") {
		t.Errorf("deeds %q", acts)
	}
	press(t, m, "*")
	if last := deeds[len(deeds)-1]; last.Act != duty.Unmask || len(leaks(screen(m).Text())) == 0 {
		t.Errorf("after unmasking: %+v", last)
	}
}

// For an audience there are no callers' names, no card and no notes anywhere.
func TestPresenting(t *testing.T) {
	secret := []string{"Dana", "Lee Park", "Bob Bobson", "MERIDIAN", "Zoë", "Past 1", "Acme Corp", "gold", "call back on", "mobile", "Olga"}
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		m, _ := peopled(t, Options{Presenter: true}, size.w, size.h)
		for _, keys := range places() {
			press(t, m, keys...)
			got := screen(m).Text()
			for _, s := range secret {
				if strings.Contains(got, s) {
					t.Errorf("%dx%d after %q: %s\n%s", size.w, size.h, keys, s, got)
				}
			}
			for _, l := range leaks(got) {
				t.Errorf("after %q: %s", keys, l)
			}
		}
	}
	m, _ := peopled(t, Options{}, 120, 40)
	find(t, m, "Lee Park")
	press(t, m, "ctrl+p")
	if got := screen(m).Text(); strings.Contains(got, "Lee Park") || strings.Contains(got, "Acme Corp") {
		t.Errorf("not hidden at once:\n%s", got)
	}
	press(t, m, "4")
	if got := screen(m).Text(); strings.Contains(got, "Past 1") || !strings.Contains(got, "••") {
		t.Errorf("reports:\n%s", got)
	}
	press(t, m, "1", "*")
	find(t, m, "numbers stay masked while you present: ^p ends that")
	press(t, m, "ctrl+p", "*")
	find(t, m, "Lee Park")
	find(t, m, "+1 201 555 0173")
	press(t, m, "4")
	find(t, m, "Past 11")
}

// What is opened while presenting is opened with the name and the number.
func TestPopsKnowTheCallerWhilePresenting(t *testing.T) {
	var got *call.Call
	m, _ := peopled(t, Options{Presenter: true, Ports: Ports{Pop: func(c *call.Call, _ string) { got = c }}}, 120, 40)
	press(t, m, "o")
	if got == nil || got.From != party("Dana Roe", "+12125550110") {
		t.Errorf("popped for %+v", got)
	}
	got = nil
	uitest.Drive(t, m, ViewMsg{&call.View{At: noon, Version: 99}})
	press(t, m, "4", "j", "o")
	if got == nil || got.From.Name != "Past 11" {
		t.Errorf("popped for %+v", got)
	}
}

func TestRolesAtTheDesk(t *testing.T) {
	for _, tt := range []struct {
		name  string
		o     Options
		keys  []string
		shows string
	}{
		{"a viewer pops nothing", Options{Duty: duty.Desk{Role: duty.Viewer}}, []string{"o"}, "a viewer does not open pops"},
		{"a viewer copies nothing", Options{Duty: duty.Desk{Role: duty.Viewer}}, []string{"j", "y", "j"}, "a viewer does not copy or save calls"},
		{"a viewer keeps the mask", Options{Duty: duty.Desk{Role: duty.Viewer}}, []string{"*", "*"}, "a viewer does not unmask numbers"},
		{"an agent pops their own", Options{Duty: duty.Desk{Role: duty.Agent}}, []string{"j", "o"}, "RINGING YOU"},
		{"an agent notes nothing on others' calls", Options{Duty: duty.Desk{Role: duty.Agent}}, []string{"j", "j", "e"}, "an agent does not write notes of others"},
		{"an agent exports no list", Options{Duty: duty.Desk{Role: duty.Agent}}, []string{"4", "w", "c"}, "an agent does not export lists of calls"},
		{"an agent keeps a mask that was set for them", Options{Duty: duty.Desk{Role: duty.Agent}, Masked: true}, []string{"*"}, "an agent does not unmask numbers"},
		{"an agent takes their own mask off", Options{Duty: duty.Desk{Role: duty.Agent}}, []string{"*", "*"}, "numbers are shown"},
		{"a supervisor takes any mask off", Options{Masked: true}, []string{"*"}, "numbers are shown"},
		{"a read-only desk notes nothing", Options{Duty: duty.Desk{ReadOnly: true}}, []string{"j", "e"}, "this desk is read-only: it does not write notes"},
		{"a viewer chooses no contact", Options{Duty: duty.Desk{Role: duty.Viewer}}, []string{"C", "1"}, "a viewer does not write notes"},
		{"an agent settles what they have taken", Options{Duty: duty.Desk{Role: duty.Agent}}, []string{"5", "j", "S"}, "an agent does not settle what is owed of others"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := peopled(t, tt.o, 120, 40)
			press(t, m, tt.keys...)
			find(t, m, tt.shows)
		})
	}
}

// Whatever is in the table was judged: an action that touches a call, a note or a file has its place
// in package duty, and the others are listed here.
func TestEveryActionIsJudged(t *testing.T) {
	free := map[action.Action]bool{}
	for _, a := range freeActions() {
		free[a] = true
	}
	for _, b := range action.Table() {
		if act := dutyOf(b.Action); (act == "") == !free[b.Action] {
			t.Errorf("%s is %q: say in dutyOf what it is, or here that anybody may", b.Action, act)
		}
	}
}

func freeActions() []action.Action {
	return []action.Action{
		action.Register,
		action.Quit, action.Help, action.Filter, action.Open, action.Back, action.Mask, action.Present, action.NextTab, action.PrevTab,
		action.Tab1, action.Tab2, action.Tab3, action.Tab4, action.Tab5, action.Tab6, action.Tab7, action.Up, action.Down, action.Top, action.Bottom,
		action.PageUp, action.PageDown, action.Unfold, action.Fold, action.SortLeft, action.SortRight, action.Reverse, action.Columns,
		action.Scope, action.Mark, action.Toggle, action.MoveUp, action.MoveDown, action.Reset, action.Keep, action.ViewStory,
		action.ViewLanes, action.ViewLadder, action.ViewRaw, action.NextView, action.PrevView, action.Left, action.Right, action.ZoomIn,
		action.ZoomOut, action.ZoomFit, action.Search, action.NextFound, action.PrevFound, action.Pause, action.Follow, action.NextCard,
		action.CardTrail, action.Traces, action.UnfoldTrace, action.YankID, action.NextTheme, action.Wall, action.Command, action.Saved, action.Backward, action.Forward, action.StepBack, action.StepOn,
		action.NumberLeft, action.NumberRight, action.Explain,
	}
}

// A past that is asked while somebody presents answers without names also when the answer comes late.
func TestDiscreetPast(t *testing.T) {
	p := keeping(3)
	a := newAudience()
	d := discreet{p, a.on}
	a.on.Store(true)
	page, err := d.Find(context.Background(), archive.Search{Limit: 3})
	if err != nil || len(page.Rows) != 3 || page.Rows[0].From.Name != "" || p.entries[2].From.Name == "" {
		t.Errorf("%+v, %v", page.Rows, err)
	}
	e, err := d.Get(context.Background(), "past-1")
	if err != nil || e.From.Name != "" || e.Call.From.Name != "" || e.Call.From.Number == "" {
		t.Errorf("%+v, %v", e, err)
	}
}
