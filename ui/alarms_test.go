package ui

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/duty"
	"ringside/ui/uitest"
)

// sentry is what the alarms are asked, and answers as long as they are up.
type sentry struct {
	mu   sync.Mutex
	said []string
	over bool
}

func (s *sentry) note(format string, args ...any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said = append(s.said, fmt.Sprintf(format, args...))
	return !s.over
}

func (s *sentry) Acknowledge(id, by string) bool   { return s.note("ack %s by %s", id, by) }
func (s *sentry) Unacknowledge(id, by string) bool { return s.note("unack %s by %s", id, by) }
func (s *sentry) Snooze(id, by string, d time.Duration) bool {
	return s.note("snooze %s by %s for %v", id, by, d)
}
func (s *sentry) Unsnooze(id, by string) bool { return s.note("unsnooze %s by %s", id, by) }

func alarmBoard() *alarm.Board {
	return &alarm.Board{Rules: 4, Up: []alarm.Alarm{
		{ID: "a", Rule: "longest wait", Measure: alarm.Wait, Subject: "Support", Limits: [3]int64{0, 84_000, 120_000}, Level: alarm.Red, Worst: alarm.Red, Raised: noon.Add(-131 * time.Second), Count: 2, Peak: 2, Total: 3, Since: noon.Add(-215 * time.Second), Calls: []string{"c-2", "c-9"}, Query: `queue="Support" state:waiting,ringing wait>=84s`, Said: 1},
		{ID: "b", Rule: "long talk", Measure: alarm.Talk, Limits: [3]int64{0, 0, 300_000}, Level: alarm.Red, Worst: alarm.Red, Raised: noon.Add(-time.Minute), Count: 1, Peak: 1, Total: 1, Since: noon.Add(-6 * time.Minute), Calls: []string{"c-3"}, Query: "state:talking clock>=300s", Said: 1},
		{ID: "c", Rule: "gave up", Measure: alarm.Abandoned, Limits: [3]int64{0, 3, 5}, Level: alarm.Amber, Worst: alarm.Amber, Raised: noon.Add(-time.Minute), Count: 3, Peak: 3, Total: 3, Query: "outcome:abandoned since:-15m", Past: true, Said: 1},
	}, Past: []alarm.Alarm{
		{ID: "e", Rule: "longest wait", Measure: alarm.Wait, Subject: "Sales", Worst: alarm.Red, Raised: noon.Add(-time.Hour), Cleared: noon.Add(-50 * time.Minute), Peak: 4, Total: 6, Acked: noon.Add(-59 * time.Minute), AckedBy: "Ann Bell", Said: 1},
	}}
}

func TestAlarmsPage(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			m := desk(t, Options{}, size.w, size.h, floor())
			uitest.Drive(t, m, AlarmsMsg{Board: alarmBoard()})
			press(t, m, "6", "j")
			uitest.Golden(t, t.Name(), screen(m))
		})
	}
}

// Whatever is up, an alarm shows in its first line, and nothing is in the way of the keys.
func TestAlarmsShowEverywhere(t *testing.T) {
	m := desk(t, Options{}, 80, 24, ringingMe())
	for _, keys := range [][]string{{}, {"4"}, {"5"}, {"6"}, {"1", "j", "enter"}, {"?"}} {
		uitest.Drive(t, m, AlarmsMsg{Board: &alarm.Board{}})
		press(t, m, keys...)
		if got := screen(m).Line(0); strings.Contains(got, "▲") {
			t.Errorf("after %v, nothing up: %q", keys, got)
		}
		uitest.Drive(t, m, AlarmsMsg{Board: alarmBoard()})
		if got := screen(m).Line(0); !strings.Contains(got, "▲ 2 red") {
			t.Errorf("after %v: %q", keys, got)
		}
	}
	b := alarmBoard()
	b.Up = b.Up[2:]
	uitest.Drive(t, m, AlarmsMsg{Board: b})
	if got := screen(m).Line(0); !strings.Contains(got, "▲ 1 amber") {
		t.Errorf("%q", got)
	}
	b.Up[0].Acked = noon
	uitest.Drive(t, m, AlarmsMsg{Board: b})
	if got := screen(m).Line(0); !strings.Contains(got, "▲ 1 amber ✓") {
		t.Errorf("acknowledged: %q", got)
	}
}

func TestAcknowledgeAndTakeBack(t *testing.T) {
	s := &sentry{}
	m := desk(t, Options{User: "ann", Ports: Ports{Alarms: s}}, 120, 30, floor())
	uitest.Drive(t, m, AlarmsMsg{Board: alarmBoard()})
	press(t, m, "6", "A")
	find(t, m, "no alarm is selected")
	press(t, m, "j", "A")
	find(t, m, "acknowledged: Support: callers wait too long")
	press(t, m, "j", "Z")
	find(t, m, "put it off for (1 5 min, 2 15 min, 3 1 h, or 10m):")
	typeIn(t, m, "soon")
	press(t, m, "enter")
	find(t, m, "that is no time")
	press(t, m, "ctrl+u")
	typeIn(t, m, "1h30m")
	press(t, m, "enter")
	find(t, m, "put off for 1 h 30 min: long talks")
	press(t, m, "u")
	find(t, m, "taken back: long talks")
	press(t, m, "u")
	find(t, m, "taken back: Support: callers wait too long")
	press(t, m, "Z", "2", "enter")
	s.over = true
	press(t, m, "u")
	find(t, m, "not taken back: the alarm is over")
	press(t, m, "A")
	find(t, m, "too late")
	want := "ack a by ann, snooze b by ann for 1h30m0s, unsnooze b by ann, unack a by ann, snooze b by ann for 15m0s, unsnooze b by ann, ack b by ann"
	if got := strings.Join(s.said, ", "); got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
}

// An agent does not acknowledge: alarms are the supervisor's.
func TestAcknowledgeIsTheSupervisors(t *testing.T) {
	s := &sentry{}
	m := desk(t, Options{Duty: duty.Desk{Role: duty.Agent}, Ports: Ports{Alarms: s}}, 120, 30, floor())
	uitest.Drive(t, m, AlarmsMsg{Board: alarmBoard()})
	press(t, m, "6", "j", "A", "Z")
	find(t, m, "an agent does not acknowledge alarms")
	if len(s.said) != 0 {
		t.Errorf("asked %q", s.said)
	}
}

// Enter opens the calls behind an alarm: the one call, several in their list, those that are over among
// the reports.
func TestOpenAlarm(t *testing.T) {
	p := keeping(3)
	for i, id := range []string{"past-1", "past-2"} {
		p.items = append(p.items, archive.Item{Kind: archive.Breach, ID: "e/" + id, Call: id, At: noon.Add(time.Duration(i-3600) * time.Second), Body: []byte(`{"alarm":"e","call":"` + id + `"}`)})
	}
	m := desk(t, Options{Ports: Ports{Past: p}}, 120, 30, floor())
	b := alarmBoard()
	for _, c := range m.view.Live.All() {
		b.Up[1].Calls = []string{c.ID}
	}
	uitest.Drive(t, m, AlarmsMsg{Board: b})
	press(t, m, "6", "j", "enter")
	if got := m.filter["live"]; got != b.Up[0].Query || m.list() != "live" {
		t.Errorf("several calls: %q in %s", got, m.list())
	}
	press(t, m, "6", "j", "enter")
	if m.detail != b.Up[1].Calls[0] {
		t.Errorf("one call: detail %q", m.detail)
	}
	press(t, m, "6", "G", "k", "enter")
	if m.list() != "reports" || m.filter["reports"] != "outcome:abandoned since:-15m" {
		t.Errorf("calls that are over: %q in %s", m.filter["reports"], m.list())
	}
	press(t, m, "6", "G", "enter")
	if m.list() != "reports" || m.filter["reports"] != `id:"past-1","past-2"` && m.filter["reports"] != `id:"past-2","past-1"` {
		t.Errorf("an alarm that is over: %q in %s", m.filter["reports"], m.list())
	}
}

// A sequence goes to the terminal as it is, and leaves the picture alone.
func TestSignal(t *testing.T) {
	m := desk(t, Options{}, 80, 24, floor())
	var raw []string
	for _, msg := range uitest.Drive(t, m, SignalMsg{Sequence: "\a"}) {
		if r, ok := msg.(tea.RawMsg); ok {
			raw = append(raw, fmt.Sprint(r.Msg))
		}
	}
	if strings.Join(raw, "|") != "\a" {
		t.Errorf("%q", raw)
	}
}
