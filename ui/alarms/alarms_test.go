package alarms

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/store/alarm"
	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 24, 12, 0, 0, 0, time.UTC)

func at(s int) time.Time { return noon.Add(-time.Duration(s) * time.Second) }

// board is a floor on which things go wrong, and went wrong before.
func board() *alarm.Board {
	timed := [3]int64{0, 84_000, 120_000}
	return &alarm.Board{
		Rules: 5,
		Up: []alarm.Alarm{
			{ID: "a", Rule: "longest wait", Measure: alarm.Wait, Subject: "Support", Limits: timed, Level: alarm.Red, Worst: alarm.Red, Raised: at(131), Count: 4, Peak: 5, Total: 9, Since: at(215), Calls: []string{"c1", "c2"}, Said: 2},
			{ID: "b", Rule: "long talk", Measure: alarm.Talk, Limits: [3]int64{0, 0, 300_000}, Level: alarm.Red, Worst: alarm.Red, Raised: at(600), Count: 1, Peak: 1, Total: 1, Since: at(900), Calls: []string{"c3"}, Acked: at(540), AckedBy: "Ann Bell", Said: 1},
			{ID: "c", Rule: "queue length", Measure: alarm.Queue, Subject: "Sales", Limits: [3]int64{0, 3, 6}, Level: alarm.Amber, Worst: alarm.Red, Raised: at(40), Count: 4, Peak: 7, Total: 12, Said: 1, Snoozed: at(-600), SnoozedBy: "Bo Chen"},
			{ID: "d", Rule: "answered in time", Measure: alarm.SLA, Subject: "Billing", Limits: [3]int64{0, 90, 80}, Level: alarm.Amber, Worst: alarm.Amber, Raised: at(20), Value: 84, Past: true, Said: 1},
		},
		Past: []alarm.Alarm{
			{ID: "e", Rule: "VIP waits", Measure: alarm.Where, Limits: [3]int64{0, 0, 1}, Worst: alarm.Red, Raised: at(4000), Cleared: at(3900), Peak: 2, Total: 3, Acked: at(3959), AckedBy: "Ann Bell", Said: 1},
			{ID: "f", Rule: "longest wait", Measure: alarm.Wait, Subject: "Support", Limits: timed, Worst: alarm.Amber, Raised: at(90000), Cleared: at(89950), Peak: 1, Total: 1, Value: 134_000, Said: 0},
		},
	}
}

func pane(w, h int, b *alarm.Board) *Pane {
	p := New(theme.Mono())
	p.SetSize(w, h)
	p.SetNow(noon)
	if b != nil {
		p.SetData(b)
	}
	return p
}

func TestGolden(t *testing.T) {
	for _, size := range [][2]int{{80, 20}, {120, 20}, {200, 20}} {
		for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
			p := pane(size[0], size[1], board())
			p.SetTheme(th)
			p.Do(action.Down)
			name := "dark"
			if th.ASCII {
				name = "ascii"
			}
			uitest.Golden(t, fmt.Sprintf("%s/%s-%d", t.Name(), name, size[0]), uitest.Screen(p.View(), size[0], size[1]))
		}
	}
}

func TestNothing(t *testing.T) {
	p := pane(90, 8, nil)
	said := func(want ...string) {
		t.Helper()
		got := ansi.Strip(p.View())
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("no %q in\n%s", w, got)
			}
		}
	}
	said("looking what asks for you…")
	p.SetData(&alarm.Board{})
	said("No rules are watched", "[[alarms.rule]]")
	p.SetData(&alarm.Board{Rules: 1, Quiet: at(-3600)})
	said("Nothing asks for you", "1 rule is watched", "Quiet until 13:00")
	p.SetWhy("a recording\x1b[2J")
	said("a recording[2J")
}

// The selection stays with its alarm, and never rests on the line above the log.
func TestSelection(t *testing.T) {
	p := pane(100, 12, board())
	var seen []string
	for range 7 {
		p.Do(action.Down)
		seen = append(seen, p.Selected().ID)
	}
	for range 6 {
		p.Do(action.Up)
		seen = append(seen, p.Selected().ID)
	}
	if got := strings.Join(seen, ""); got != "abcdefffedcbaa"[:13] && got != "abcdeffedcbaa" {
		t.Errorf("went %s", got)
	}
	p.Select("c")
	b := board()
	b.Up = b.Up[1:]
	p.SetData(b)
	if p.Selected().ID != "c" {
		t.Errorf("%v is selected", p.Selected())
	}
	b.Up = b.Up[:1]
	p.SetData(b)
	if p.Selected() != nil {
		t.Errorf("%v took its place", p.Selected())
	}
	if id, ok := p.IDAt(2); !ok || id != "b" {
		t.Errorf("line 2 is %q", id)
	}
	if id, ok := p.IDAt(3); ok {
		t.Errorf("the line above the log is %q", id)
	}
}

func TestDo(t *testing.T) {
	p := pane(100, 12, board())
	msg := func(a action.Action) tea.Msg {
		t.Helper()
		if cmd := p.Do(a); cmd != nil {
			return cmd()
		}
		return nil
	}
	if r, ok := msg(action.Acknowledge).(action.Refused); !ok || !strings.Contains(r.Why, "none") && !strings.Contains(r.Why, "no alarm is selected") {
		t.Errorf("of several, one was chosen: %+v", r)
	}
	p.Select("a")
	if m, ok := msg(action.Acknowledge).(AckMsg); !ok || m.Alarm.ID != "a" {
		t.Errorf("%+v", m)
	}
	if m, ok := msg(action.Snooze).(SnoozeMsg); !ok || m.Alarm.ID != "a" {
		t.Errorf("%+v", m)
	}
	if m, ok := msg(action.Open).(OpenMsg); !ok || m.Alarm.ID != "a" {
		t.Errorf("%+v", m)
	}
	p.Select("b")
	if r, ok := msg(action.Acknowledge).(action.Refused); !ok || !strings.Contains(r.Why, "by Ann Bell already") {
		t.Errorf("%+v", r)
	}
	p.Select("e")
	if r, ok := msg(action.Acknowledge).(action.Refused); !ok || !strings.Contains(r.Why, "over") {
		t.Errorf("%+v", r)
	}
	if _, ok := msg(action.Mark).(action.Refused); !ok {
		t.Error("marked")
	}
	p.Select("")
	b := board()
	b.Up = b.Up[:2] // one is acknowledged: A can only mean the other
	p.SetData(b)
	if m, ok := msg(action.Acknowledge).(AckMsg); !ok || m.Alarm.ID != "a" {
		t.Errorf("%+v", m)
	}
	if r, ok := msg(action.Open).(action.Refused); !ok || !strings.Contains(r.Why, "no alarm is selected") {
		t.Errorf("of two, one was opened: %+v", r)
	}
	b.Up = b.Up[1:]
	p.SetData(b)
	if m, ok := msg(action.Open).(OpenMsg); !ok || m.Alarm.ID != "b" {
		t.Errorf("the only one: %+v", m)
	}
	p.SetData(&alarm.Board{})
	if r, ok := msg(action.Acknowledge).(action.Refused); !ok || !strings.Contains(r.Why, "no alarm is up") {
		t.Errorf("%+v", r)
	}
}

func TestViewIsExact(t *testing.T) {
	for i, s := range []string{"\x1b[2J\x1b[31mred", "\u202eright", "שלום مرحبا", strings.Repeat("幅", 200), "a\nb\tc", "👩🏽‍💻 e\u0301", "\xff"} {
		b := board()
		b.Quiet = at(-60)
		for _, list := range [][]alarm.Alarm{b.Up, b.Past} {
			for j := range list {
				list[j].Subject, list[j].Rule, list[j].AckedBy, list[j].SnoozedBy = s, s, s, s
			}
		}
		for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
			for _, w := range []int{0, 1, 11, 12, 40, 79, 80, 81, 100, 120, 160, 200} {
				for _, h := range []int{0, 1, 2, 3, 4, 9, 24} {
					p := pane(w, h, b)
					p.SetTheme(th)
					p.Do(action.Down)
					uitest.Exact(t, fmt.Sprint(th.Name, i), p.View(), w, h)
				}
			}
		}
	}
}
