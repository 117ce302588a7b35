package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/agents"
	"ringside/ui/uitest"
)

// worked is a floor on which people at our end take calls, so that there are numbers to show.
func worked() *call.View {
	v := floor()
	var all []*call.Call
	for _, c := range v.Live.All() {
		all = append(all, c)
	}
	person := func(name, ext string) call.Participant {
		return call.Participant{ID: ext, LegID: ext, Kind: call.LineLeg, Name: name, Extension: ext, LineID: "line-" + ext}
	}
	taken := made(20, call.StateTalking, party("Ray Ward", "+12015550120"), "Ann Bell", 340, 362, "Main", "Support")
	taken.Queue, taken.QueueMs, taken.OfferMs, taken.AnswerMs, taken.Phase = "Support", 2000, 2000, 22_000, call.PhaseTalk
	taken.People = []call.Participant{person("Ann Bell", "8648")}
	taken.Legs = []call.Leg{{Status: call.StatusConnected, Since: call.MillisOf(at(340)), Joined: call.MillisOf(at(352))}}
	taken.Rung = []call.Ring{
		{Name: "Bo Lind", Extension: "8649", AtMs: 2000, RingMs: 9000}, {Name: "Cyd Moe", Extension: "8650", AtMs: 11_500, RingMs: 10_600},
		{Name: "Ann Bell", Extension: "8648", Device: "yealink", AtMs: 12_000, RingMs: 10_000, Answered: true},
	}
	taken.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648", Agent: true, AtMs: 22_000}}
	waits := made(21, call.StateRinging, party("Ute Wait", "+12015550121"), "Bo Lind", 8, 95, "Main", "Support")
	waits.Queue, waits.QueueMs, waits.OfferMs, waits.Phase, waits.LastAt = "Support", 5000, 5000, call.PhaseWait, at(90)
	waits.People = []call.Participant{person("Bo Lind", "8649")}
	waits.Legs = []call.Leg{{Status: call.StatusRinging, Since: call.MillisOf(at(8)), Joined: call.MillisOf(at(8))}}
	waits.Rung = []call.Ring{{Name: "Bo Lind", Extension: "8649", AtMs: 87_000, RingMs: -1}}
	v.Live = call.VecOf(append(all, taken, waits)...)
	return v
}

// counting is a desk with numbers, whose earlier calls of the day are kept.
func counting(t *testing.T, w, h int, o Options) *Model {
	t.Helper()
	o.Ports.Past, o.Floor = keeping(60), Floor{QueueAmber: 3, QueueRed: 6}
	m := desk(t, o, w, h, worked())
	tick(t, m, 1)
	uitest.Drive(t, m, PresenceMsg{Says: map[string]agents.Presence{"8649": {Word: "do not disturb", Note: "lunch", Until: noon.Add(time.Hour)}}})
	return m
}

func TestPagesOfNumbers(t *testing.T) {
	for _, s := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		for _, page := range []struct {
			name string
			keys []string
		}{
			{"agents", []string{"2"}},
			{"agents-formula", []string{"2", "j", "right", "right", "?"}},
			{"race", []string{"2", "r", "j"}},
			{"queues", []string{"3", "j", "right"}},
			{"today", []string{"7", "j"}},
			{"today-formula", []string{"7", "j", "right", "?"}},
			{"today-hour", []string{"7", "G", "?"}},
			{"calls", []string{"3", "j", "right", "right", "right", "enter", "j"}},
		} {
			name := fmt.Sprintf("%s-%dx%d", page.name, s[0], s[1])
			t.Run(name, func(t *testing.T) {
				m := counting(t, s[0], s[1], Options{Theme: "dark"})
				press(t, m, page.keys...)
				uitest.Golden(t, t.Name(), screen(m))
			})
		}
	}
	t.Run("ascii", func(t *testing.T) {
		m := counting(t, 80, 24, Options{Theme: "mono", ASCII: true})
		press(t, m, "7", "j")
		uitest.Golden(t, t.Name(), screen(m))
		for _, r := range screen(m).Text() {
			if r > 126 {
				t.Fatalf("%q is no ASCII", r)
			}
		}
	})
}

// A number opens the very calls it counts, one of them opens in full, and Esc leads back the same way.
func TestTheCallsBehindANumber(t *testing.T) {
	m := counting(t, 120, 40, Options{})
	press(t, m, "3", "j")
	find(t, m, "Support")
	press(t, m, "right", "enter")
	find(t, m, "Waiting of the queue Support: 1")
	find(t, m, "Ute Wait")
	if m.list() != action.Counted || has(t, m, "Ray Ward") {
		t.Errorf("another call is behind it:\n%s", screen(m).Text())
	}
	press(t, m, "j", "enter")
	if m.detail != "conversation-21" {
		t.Fatalf("opened %q", m.detail)
	}
	press(t, m, "esc", "esc", "esc")
	if m.list() != action.Queues {
		t.Errorf("Esc leads to %s", m.list())
	}
	press(t, m, "7", "j", "down", "enter")
	find(t, m, "Answered: 61")
	press(t, m, "/")
	typeIn(t, m, `"Past 31"`)
	press(t, m, "enter")
	find(t, m, "1 of 61")
}

func TestNumbersAreFiltered(t *testing.T) {
	m := counting(t, 120, 40, Options{})
	press(t, m, "2", "/")
	typeIn(t, m, "agent:bo state:ringing")
	press(t, m, "enter")
	find(t, m, "1 of ")
	find(t, m, "Ute Wait")
	press(t, m, "3", "/")
	typeIn(t, m, "wait>1h")
	press(t, m, "enter")
	find(t, m, `none of 1 shows "wait>1h"`)
}

// With nothing chosen ? shows the keys; with a number chosen, what it means, and how sure it is.
func TestQuestionMarkOnANumber(t *testing.T) {
	m := counting(t, 120, 40, Options{})
	press(t, m, "7", "?")
	if !m.helping {
		t.Error("no keys are shown")
	}
	press(t, m, "?", "j", "down", "?")
	find(t, m, "were taken by a person")
	find(t, m, "may be off by 3: 1 call with a gap, 1 joined late, 1 stale")
	press(t, m, "esc", "esc", "?")
	if !m.helping {
		t.Error("no keys are shown after Esc")
	}
}

func TestPresenceIsMarked(t *testing.T) {
	m := counting(t, 200, 30, Options{})
	press(t, m, "2")
	find(t, m, "says: do not disturb until 15:32, lunch")
	uitest.Drive(t, m, PresenceMsg{Why: "this login has no presence.v1.read"})
	find(t, m, "no presence: this login has no presence.v1.read")
	if has(t, m, "says:") {
		t.Error("what is not known any more is shown")
	}
}

// Text from outside cannot do anything, and every size is exact.
func TestPagesOfNumbersAreExact(t *testing.T) {
	v := worked()
	evil := "\x1b[2J\u202e" + strings.Repeat("幅", 50)
	for _, c := range v.Live.All() {
		if c.No >= 20 {
			c.From.Name, c.Queue, c.People[0].Name = evil, evil, evil
			c.Rung[0].Name = evil
		}
	}
	for _, s := range [][2]int{{40, 8}, {60, 14}, {79, 24}, {80, 24}, {100, 30}, {200, 50}} {
		m := desk(t, Options{}, s[0], s[1], v)
		for _, keys := range [][]string{{"2"}, {"j", "right", "?"}, {"esc", "esc", "r"}, {"3"}, {"j", "?"}, {"enter"}, {"7", "j", "?"}, {"G"}} {
			press(t, m, keys...)
			uitest.Exact(t, fmt.Sprint(keys), m.content(), s[0], s[1])
		}
	}
}
