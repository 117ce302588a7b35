package reports

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC)

// ended is finished call n, which ended n minutes after noon.
func ended(n int) *call.Call {
	at := noon.Add(time.Duration(n) * time.Minute)
	c := &call.Call{
		ID: fmt.Sprintf("c-%04d", n), No: n + 1, State: call.StateEnded, Outcome: call.Outcome(1 + n%7),
		Created: at.Add(-3 * time.Minute), Since: at, Ended: at,
		From: call.Party{Name: fmt.Sprintf("Caller %d", n), Number: fmt.Sprintf("+1212555%04d", n)},
		To:   call.Party{Name: "Main", Number: "+12015550120"}, Queue: "Support",
	}
	if c.Outcome == call.Answered {
		c.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648"}, {Extension: "0019"}}
	}
	return c
}

func calls(from, to int) []*call.Call {
	var out []*call.Call
	for n := from; n < to; n++ {
		out = append(out, ended(n))
	}
	return out
}

func list(w, h int, cs ...*call.Call) *Pane {
	p := New(theme.Mono())
	p.SetNow(noon.Add(time.Hour))
	p.SetSize(w, h)
	p.SetData(call.VecOf(cs...))
	return p
}

func (p *Pane) ids() []string {
	var out []string
	for _, e := range p.index.shown {
		out = append(out, e.call.ID)
	}
	return out
}

// The list is the same whether it grew call by call, came whole, or changed at random.
func TestIndexFollowsTheCalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	p := list(100, 20)
	p.SetFilter("dana")
	slots := make([]*call.Call, 50)
	next := 0
	for range 400 {
		for range 1 + rng.IntN(60) { // some of the rounds are more than a few
			c := *ended(next)
			c.Ended = noon.Add(time.Duration(rng.IntN(90)) * time.Minute)
			if next%3 == 0 {
				c.From.Name = "Dana"
			}
			slots[rng.IntN(len(slots))] = &c
			if rng.IntN(4) > 0 {
				next++
			}
		}
		seen := make(map[string]bool) // a call stands in one slot
		for i, c := range slots {
			if c != nil && seen[c.ID] {
				slots[i] = nil
			} else if c != nil {
				seen[c.ID] = true
			}
		}
		p.SetData(call.VecOf(slots...))

		var want []*call.Call
		for _, c := range slots {
			if c != nil && c.From.Name == "Dana" {
				want = append(want, c)
			}
		}
		slices.SortFunc(want, func(a, b *call.Call) int { return order(&entry{call: a}, &entry{call: b}) })
		var ids []string
		for _, c := range want {
			ids = append(ids, c.ID)
		}
		if d := cmp.Diff(ids, p.ids()); d != "" {
			t.Fatalf("-want +got\n%s", d)
		}
		if shown, all := p.Count(); shown != len(want) || all != len(seen) {
			t.Fatalf("%d of %d, want %d of %d", shown, all, len(want), len(seen))
		}
		for i, id := range ids {
			if p.Find(id) != i || p.Key(i) != id {
				t.Fatalf("Find(%s) = %d, want %d", id, p.Find(id), i)
			}
		}
	}
}

// A call in two slots is one row; when the older form goes, the newer stays.
func TestOneRowACall(t *testing.T) {
	old, revised := ended(1), ended(1)
	revised.Outcome = call.VoicemailLeft
	p := list(100, 20, old)
	p.SetData(call.VecOf(old, revised))
	if d := cmp.Diff([]string{"c-0001"}, p.ids()); d != "" {
		t.Fatalf("-want +got\n%s", d)
	}
	p.SetData(call.VecOf(ended(2), revised))
	if d := cmp.Diff([]string{"c-0002", "c-0001"}, p.ids()); d != "" {
		t.Fatalf("-want +got\n%s", d)
	}
	if got := p.index.byID["c-0001"].call; got != revised {
		t.Errorf("the row shows the older form: %v", got.Outcome)
	}
}

func TestNewestFirst(t *testing.T) {
	p := list(100, 20, calls(0, 3)...)
	if d := cmp.Diff([]string{"c-0002", "c-0001", "c-0000"}, p.ids()); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestFilter(t *testing.T) {
	odd := *ended(9)
	odd.JoinedLate, odd.Path = true, []string{"Night menu"}
	p := list(120, 20, append(calls(0, 9), &odd)...)
	for _, tt := range []struct {
		filter string
		want   []string
	}{
		{"", []string{"c-0009", "c-0008", "c-0007", "c-0006", "c-0005", "c-0004", "c-0003", "c-0002", "c-0001", "c-0000"}},
		{"  CALLER   3 ", []string{"c-0003"}},
		{"answered ANN", []string{"c-0007", "c-0000"}},
		{"0019", []string{"c-0007", "c-0000"}},
		{"5550004", []string{"c-0004"}},
		{"queue abandoned", []string{"c-0003"}},
		{"night", []string{"c-0009"}},
		{"joined late", []string{"c-0009"}},
		{"caller nobody", nil},
	} {
		p.SetFilter(tt.filter)
		if d := cmp.Diff(tt.want, p.ids()); d != "" {
			t.Errorf("%q: -want +got\n%s", tt.filter, d)
		}
	}
	if got := ansi.Strip(p.View()); !strings.Contains(got, `none of 10 finished calls has "caller nobody"`) {
		t.Errorf("an empty list does not say why:\n%s", got)
	}
}

func TestEmpty(t *testing.T) {
	if got := ansi.Strip(list(80, 10).View()); !strings.Contains(got, "no call has ended yet") {
		t.Errorf("an empty list says nothing:\n%s", got)
	}
}

func TestSelectionIsACall(t *testing.T) {
	p := list(100, 8, calls(0, 40)...)
	p.Do(action.Down)
	p.Do(action.Down)
	if got := p.Selected(); got == nil || got.ID != "c-0038" {
		t.Fatalf("selected %v", got)
	}
	p.SetData(call.VecOf(calls(0, 45)...)) // newer calls come above
	if got := p.Selected(); got == nil || got.ID != "c-0038" {
		t.Fatalf("the selection went to %v", got)
	}
	p.SetFilter("caller 7") // the selected one is filtered away
	if got := p.Selected(); got != nil {
		t.Fatalf("a call out of sight is selected: %v", got.ID)
	}
}

func TestDo(t *testing.T) {
	bare := *ended(1)
	bare.From = call.Party{}
	p := list(100, 8, ended(0), &bare)
	run := func(a action.Action) tea.Msg {
		if cmd := p.Do(a); cmd != nil {
			return cmd()
		}
		return nil
	}
	refused := func(msg tea.Msg, why string) {
		t.Helper()
		if r, ok := msg.(action.Refused); !ok || !strings.Contains(r.Why, why) {
			t.Errorf("got %#v, want it refused because %q", msg, why)
		}
	}
	refused(run(action.Open), "no call is selected")
	refused(run(action.Unfold), "not in the list")
	p.Do(action.Top)
	if d := cmp.Diff(tea.Msg(action.OpenCall{ID: "c-0001"}), run(action.Open)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	refused(run(action.YankNumber), "has no number")
	p.Do(action.Bottom)
	if d := cmp.Diff(tea.Msg(action.Copy{What: "number", Text: "+12125550000"}), run(action.YankNumber)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if d := cmp.Diff(tea.Msg(action.Copy{What: "id", Text: "c-0000"}), run(action.YankID)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	p.SetFilter("nothing has this")
	refused(run(action.Open), "no finished call is shown")
}

// What is known of a report is shown with its call and forgotten with it.
func TestReportStates(t *testing.T) {
	p := list(160, 10, calls(0, 4)...)
	row := func(n int) string {
		for l := range strings.SplitSeq(ansi.Strip(p.View()), "\n") {
			if strings.Contains(l, fmt.Sprintf("Caller %d ", n)) {
				return l
			}
		}
		return ""
	}
	p.SetReport("c-0001", Fetching)
	p.SetReport("c-0002", Fetched)
	p.SetReport("c-0003", Failed)
	for n, want := range []string{"· waiting", "· fetching", "✓ fetched", "✗ failed"} {
		if got := row(n); !strings.Contains(got, want) {
			t.Errorf("call %d: %q does not say %q", n, got, want)
		}
	}
	p.SetData(call.VecOf(ended(0), ended(1), ended(9), ended(3)))
	if _, kept := p.states["c-0002"]; kept || len(p.states) != 2 {
		t.Errorf("states kept: %v", p.states)
	}
}

func TestReportsOfUnknownCallsDoNotPileUp(t *testing.T) {
	p := list(100, 10, ended(0))
	p.SetReport("c-0000", Fetched)
	for n := range 10_000 {
		p.SetReport(fmt.Sprint("unknown ", n), Fetched)
	}
	if len(p.states) > 200 || p.states["c-0000"] != Fetched {
		t.Errorf("%d states are kept, that of the known call is %v", len(p.states), p.states["c-0000"])
	}
}

func TestRowSays(t *testing.T) {
	c := *ended(0)
	c.JoinedLate = true
	yesterday := *ended(4)
	yesterday.Ended = noon.Add(-20 * time.Hour)
	view := ansi.Strip(list(200, 10, &c, &yesterday).View())
	for _, want := range []string{"12:00:00", "✓ answered", "! joined late", "Caller 0", "Main", "Support", "Ann Bell, 0019", "3:00", "Tue 16:00"} {
		if !strings.Contains(view, want) {
			t.Errorf("it does not say %q:\n%s", want, view)
		}
	}
}

func TestViewIsExact(t *testing.T) {
	evil := []string{"\x1b[2J\x1b[31mred", "\u202eright", "שלום مرحبا", strings.Repeat("幅", 200), "a\nb\tc", "👩🏽‍💻 e\u0301", "\xff"}
	var cs []*call.Call
	for i, s := range evil {
		c := *ended(i)
		c.From, c.To, c.Queue = call.Party{Name: s, Number: s}, call.Party{Number: s}, s
		c.Answered = []call.Answer{{Name: s}}
		cs = append(cs, &c)
	}
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		for _, w := range []int{1, 10, 40, 79, 80, 81, 100, 120, 160, 200} {
			for _, h := range []int{1, 2, 3, 9, 24} {
				for _, filter := range []string{"", "none " + evil[0]} {
					p := list(w, h, cs...)
					p.SetTheme(th)
					p.SetFilter(filter)
					p.Do(action.Down)
					lines := strings.Split(p.View(), "\n")
					if len(lines) != h {
						t.Fatalf("%dx%d: %d lines", w, h, len(lines))
					}
					for i, l := range lines {
						if n := text.Width(l); n != w {
							t.Fatalf("%dx%d: line %d is %d cells wide: %q", w, h, i, n, l)
						}
						if strings.ContainsAny(ansi.Strip(l), "\x1b\u202e\t\r") {
							t.Fatalf("control characters are drawn: %q", l)
						}
					}
				}
			}
		}
	}
}

func TestGolden(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		th   *theme.Theme
	}{{80, 24, theme.Mono()}, {120, 12, theme.Dark()}, {200, 12, theme.Light()}} {
		name := fmt.Sprintf("reports-%dx%d-%s", tt.w, tt.h, tt.th.Name)
		t.Run(name, func(t *testing.T) {
			cs := calls(0, 9)
			cs[8].JoinedLate, cs[5].From = true, call.Party{Number: "+442079460018"}
			p := list(tt.w, tt.h, cs...)
			p.SetTheme(tt.th)
			p.SetReport("c-0007", Fetched)
			p.SetReport("c-0006", Failed)
			p.Do(action.Down)
			p.Do(action.Down)
			uitest.Golden(t, name, uitest.Screen(p.View(), tt.w, tt.h))
		})
	}
}

// The cost of one more call does not follow the length of the list much: the list is not sorted
// again, and a frame draws the rows in sight.
func BenchmarkOneMore(b *testing.B) {
	for _, n := range []int{100, 2000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cs := calls(0, n)
			p := list(120, 40, cs...)
			views := []call.Vec{p.index.done, call.VecOf(append(cs, ended(n))...)}
			for i := 0; b.Loop(); i++ {
				p.SetData(views[i%2])
				_ = p.View()
			}
		})
	}
}
