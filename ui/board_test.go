package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/status"
	"ringside/ui/uitest"
	"ringside/ui/wall"
)

func walled(t *testing.T, only bool) *Model {
	t.Helper()
	v := floor()
	var all []*call.Call
	for _, c := range v.Live.All() {
		if c.State == call.StateWaiting {
			w := *c
			w.Phase, w.QueueMs, w.Queue = call.PhaseWait, w.Since.Sub(w.Created).Milliseconds(), "Support"
			c = &w
		}
		all = append(all, c)
	}
	v.Live = call.VecOf(all...)
	return desk(t, Options{Wall: Wall{Only: only, Targets: wall.Targets{WaitAmber: 84 * time.Second, WaitRed: 2 * time.Minute}}}, 120, 40, v)
}

func TestWallboard(t *testing.T) {
	m := walled(t, false)
	uitest.Drive(t, m, TickMsg{noon})
	press(t, m, "W")
	uitest.Golden(t, t.Name(), screen(m))
	for _, key := range []string{"j", "4", "/", "x", "enter", "?", "space"} {
		press(t, m, key)
		if m.place() != action.Wallboard || m.prompt.Active() {
			t.Fatalf("%s does something on the wallboard", key)
		}
	}
	press(t, m, "ctrl+t")
	if m.th.Name != "light" {
		t.Errorf("ctrl+t gives the theme %s", m.th.Name)
	}
	for _, key := range []string{"W", "esc", "q"} {
		press(t, m, key)
		if got := screen(m).Text(); !strings.Contains(got, "1 Live") {
			t.Fatalf("%s does not lead back to the desk:\n%s", key, got)
		}
		press(t, m, "W")
	}
}

func TestTheWallAloneEndsWithIt(t *testing.T) {
	for _, key := range []string{"W", "esc", "q"} {
		m := walled(t, true)
		if got := screen(m).Text(); !strings.Contains(got, "Waiting longest") {
			t.Fatalf("it does not begin with the wallboard:\n%s", got)
		}
		if !quits(press(t, m, key)) {
			t.Errorf("%s does not end it", key)
		}
	}
}

func quits(msgs []tea.Msg) bool {
	for _, msg := range msgs {
		if _, ok := msg.(tea.QuitMsg); ok {
			return true
		}
	}
	return false
}

// While the link is lost the wallboard says so and stands still; when it is back, it goes on.
func TestTheWallSaysThatTheLinkIsLost(t *testing.T) {
	m := walled(t, true)
	down := status.Link{State: status.Down, Why: "GoTo refused the token", Since: noon}
	uitest.Drive(t, m, TickMsg{noon}, LinkMsg{down}, TickMsg{noon.Add(70 * time.Second)})
	got := screen(m).Text()
	if !strings.Contains(got, "LINK LOST, figures of 14:32:07: down for 1:10; GoTo refused the token") || !strings.Contains(got, "2:10  ") {
		t.Errorf("with the link lost:\n%s", got)
	}
	uitest.Drive(t, m, live(), TickMsg{noon.Add(71 * time.Second)})
	if got = screen(m).Text(); strings.Contains(got, "LINK LOST") || !strings.Contains(got, "3:21  ") {
		t.Errorf("with the link back:\n%s", got)
	}
}

func TestTheWallInEverySize(t *testing.T) {
	m := walled(t, true)
	for w := 1; w <= 130; w += 3 {
		for _, h := range []int{1, 2, 3, 5, 8, 12, 24, 41} {
			uitest.Drive(t, m, tea.WindowSizeMsg{Width: w, Height: h})
			if err := screen(m).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestTheWallShowsAlarms(t *testing.T) {
	m := walled(t, true)
	up := alarm.Alarm{ID: "1", Measure: alarm.Wait, Subject: "Support", Level: alarm.Red, Count: 2, Raised: noon, Since: at(130)}
	board := &alarm.Board{Rules: 3, Up: []alarm.Alarm{up, {ID: "2", Measure: alarm.Idle, Level: alarm.Amber, Count: 1, Raised: noon}}}
	uitest.Drive(t, m, AlarmsMsg{Board: board})
	if got := screen(m).Line(1); got != " !! RED Support: callers wait too long (2 callers, longest 2:10), and 1 more" {
		t.Errorf("with alarms up: %q", got)
	}
	seen := up
	seen.Acked = noon
	uitest.Drive(t, m, AlarmsMsg{Board: &alarm.Board{Rules: 3, Up: []alarm.Alarm{seen}}})
	if got := screen(m).Line(1); got != " 1 alarm, which somebody has seen to" {
		t.Errorf("with an alarm that is acknowledged: %q", got)
	}
	uitest.Drive(t, m, AlarmsMsg{Board: &alarm.Board{Rules: 3}})
	if got := screen(m).Line(1); got != " no alarms" {
		t.Errorf("without alarms: %q", got)
	}
}
