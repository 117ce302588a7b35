package ui

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	screenpop "ringside/lookup/pop"
	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/phone"
	"ringside/ui/agents"
	"ringside/ui/status"
	"ringside/ui/wall"
)

// plainDesk is a desk without colour, in signs that every terminal has.
func plainDesk(t *testing.T, o Options, w, h int, v *call.View, msgs ...tea.Msg) *Model {
	t.Helper()
	o.Theme, o.ASCII = "mono", true
	m := desk(t, o, w, h, v)
	for _, msg := range msgs {
		m.Update(msg)
	}
	return m
}

var anyFigure = regexp.MustCompile(`[0-9][0-9:.,]*`)

// readOut gives the letters and signs of a screen: no style, and no figure, which a reader would have to
// judge.
func readOut(m *Model) string {
	return strings.Join(strings.Fields(anyFigure.ReplaceAllString(screen(m).Text(), "0")), " ")
}

// states are looks of one screen that differ in one state each.
type states map[string]func(t *testing.T, w, h int) *Model

// Every state of everything on every screen is told from every other by a word or a sign: without
// colour, bold or underline, in ASCII.
func TestEveryStateIsReadWithoutColour(t *testing.T) {
	for name, looks := range map[string]states{
		"live": liveStates(), "legs": legStates(), "detail": detailStates(), "reports": reportStates(), "owed": owedStates(), "agents": agentStates(),
		"queues": queueStates("3"), "today": queueStates("7"), "alarms": alarmStates(), "telephone": phoneStates(), "header": linkStates(),
		"pops": popStates(), "wall": wallStates(), "duty": dutyStates(),
	} {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				seen := map[string]string{}
				for _, state := range slices.Sorted(maps.Keys(looks)) {
					said := readOut(looks[state](t, size[0], size[1]))
					if was, ok := seen[said]; ok {
						t.Errorf("%s looks like %s:\n%s", state, was, said)
					}
					seen[said] = state
				}
			})
		}
	}
}

// one is a view of one call that stands since a moment.
func one(st call.State, change func(*call.Call)) *call.View {
	c := made(1, st, party("Dana Roe", "+12125550110"), "", 20, 40)
	if change != nil {
		change(c)
	}
	return &call.View{Version: 1, At: noon, Live: call.VecOf(c), Counts: call.Counts{Up: 1}, Health: call.Health{LastEvent: noon}}
}

// callsOf gives a view of a call in each of its states and in each of its ends, and what is uncertain or pressing of it.
func callsOf() map[string]*call.View {
	out := map[string]*call.View{}
	for st := call.StateStarting; st < call.StateEnded; st++ {
		out[st.String()] = one(st, nil)
	}
	for o := call.Answered; o <= call.NotConnected; o++ {
		out["ended "+o.String()] = one(call.StateEnded, func(c *call.Call) { c.Outcome, c.Ended = o, at(20) })
	}
	out["rings me"] = one(call.StateRinging, func(c *call.Call) { c.Mine, c.Rings = true, true })
	out["joined late"] = one(call.StateTalking, func(c *call.Call) { c.JoinedLate = true })
	out["gap"] = one(call.StateTalking, func(c *call.Call) { c.Gaps = []call.Gap{{From: 2, To: 3}} })
	out["stale"] = one(call.StateTalking, func(c *call.Call) { c.Stale = true })
	return out
}

func liveStates() states {
	out := states{}
	for name, v := range callsOf() {
		out[name] = func(t *testing.T, w, h int) *Model { return plainDesk(t, Options{}, w, h, v) }
	}
	for name, seconds := range map[string]int{"waits long": 90, "waits too long": 130} {
		out[name] = func(t *testing.T, w, h int) *Model {
			return plainDesk(t, Options{}, w, h, one(call.StateWaiting, func(c *call.Call) { c.Since, c.Created = at(seconds), at(150) }))
		}
	}
	out["talks too long"] = func(t *testing.T, w, h int) *Model {
		return plainDesk(t, Options{}, w, h, one(call.StateTalking, func(c *call.Call) { c.Since, c.Created = at(400), at(420) }))
	}
	out["selected"] = func(t *testing.T, w, h int) *Model {
		m := plainDesk(t, Options{}, w, h, one(call.StateTalking, nil))
		press(t, m, "j", "esc", "j")
		return m
	}
	out["paused"] = func(t *testing.T, w, h int) *Model {
		m := plainDesk(t, Options{}, w, h, one(call.StateTalking, nil))
		press(t, m, "space")
		return m
	}
	return out
}

// legStates are those of a leg of a call that is unfolded.
func legStates() states {
	out := states{}
	for s := call.Status(0); s <= call.StatusGone; s++ {
		out[s.String()] = func(t *testing.T, w, h int) *Model {
			m := plainDesk(t, Options{}, w, h, one(call.StateTalking, func(c *call.Call) {
				c.People = []call.Participant{{ID: "1", LegID: "1", Kind: call.LineLeg, Name: "Ann Bell", Extension: "8648"}}
				c.Legs = []call.Leg{{Status: s, Since: call.MillisOf(at(20)), Joined: call.MillisOf(at(20))}}
			}))
			press(t, m, "j", "right")
			return m
		}
	}
	return out
}

func detailStates() states {
	out := states{}
	for name, v := range callsOf() {
		out[name] = func(t *testing.T, w, h int) *Model {
			m := plainDesk(t, Options{}, w, h, v)
			press(t, m, "j", "enter")
			return m
		}
	}
	return out
}

func reportStates() states {
	out := states{}
	show := func(name string, change func(*archive.Row)) {
		out[name] = func(t *testing.T, w, h int) *Model {
			p := keeping(1)
			p.entries[0].Outcome = call.Answered
			change(&p.entries[0].Row)
			m := plainDesk(t, Options{Ports: Ports{Past: p}}, w, h, floor())
			press(t, m, "4")
			return m
		}
	}
	for o := call.Answered; o <= call.NotConnected; o++ {
		show(o.String(), func(r *archive.Row) { r.Outcome = o })
	}
	show("joined late", func(r *archive.Row) { r.JoinedLate = true })
	show("gap", func(r *archive.Row) { r.Gaps = 1 })
	return out
}

func owedStates() states {
	out := states{}
	show := func(name string, change func(*archive.Debt)) {
		out[name] = func(t *testing.T, w, h int) *Model {
			p := keeping(0)
			d := archive.Debt{Number: "+12125550188", Key: "+12125550188", Name: "Olga Owed", Since: at(60), Last: at(60), Outcome: call.Missed, Calls: []string{"past-3"}}
			change(&d)
			p.debts = []archive.Debt{d}
			m := plainDesk(t, Options{Ports: Ports{Past: p}}, w, h, floor())
			press(t, m, "5")
			tick(t, m, 1)
			return m
		}
	}
	for o, name := range map[call.Outcome]string{call.Missed: "missed", call.AbandonedMenu: "in menu", call.AbandonedQueue: "in queue", call.VoicemailLeft: "voicemail"} {
		show(name, func(d *archive.Debt) { d.Outcome, d.Queue = o, "Support" })
	}
	show("taken", func(d *archive.Debt) { d.Claimed, d.ClaimedAt = "Ann Bell", at(30) })
	show("long owed", func(d *archive.Debt) { d.Since = at(45 * 60) })
	show("too long owed", func(d *archive.Debt) { d.Since = at(5 * 3600) })
	show("tried", func(d *archive.Debt) { d.Tries, d.TriedAt, d.TriedBy = 1, at(20), "Bo" })
	show("on the line", func(d *archive.Debt) { d.Number, d.Key = "+12015550153", "+12015550153" })
	return out
}

func agentStates() states {
	out := states{}
	show := func(name string, status call.Status, seconds int, says agents.Presence, change func(*call.Call)) {
		out[name] = func(t *testing.T, w, h int) *Model {
			v := one(call.StateTalking, func(c *call.Call) {
				c.Since, c.Created = at(seconds), at(seconds+20)
				c.People = []call.Participant{{ID: "1", LegID: "1", Kind: call.LineLeg, Name: "Ann Bell", Extension: "8648", LineID: "line"}}
				c.Legs = []call.Leg{{Status: status, Since: call.MillisOf(c.Since), Joined: call.MillisOf(c.Since)}}
				c.Rung = []call.Ring{{Name: "Ann Bell", Extension: "8648", AtMs: 0, RingMs: 5000, Answered: true}}
				c.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648", Agent: true, AtMs: 5000}}
				if change != nil {
					change(c)
				}
			})
			m := plainDesk(t, Options{Floor: Floor{RingAmber: 15 * time.Second, RingRed: 30 * time.Second}, Ports: Ports{Past: keeping(0)}}, w, h, v)
			press(t, m, "2")
			tick(t, m, 1)
			m.Update(PresenceMsg{Says: map[string]agents.Presence{"8648": says}})
			m.Update(ViewMsg{v})
			m.showNumbers()
			m.refresh()
			return m
		}
	}
	ended := func(c *call.Call) { c.State, c.Outcome, c.Ended, c.Legs = call.StateEnded, call.Answered, at(5), nil }
	none := agents.Presence{}
	show("talking", call.StatusConnected, 20, none, nil)
	show("talking too long", call.StatusConnected, 400, none, nil)
	show("on hold", call.StatusOnHold, 20, none, nil)
	show("rung", call.StatusRinging, 5, none, func(c *call.Call) {
		c.State, c.Answered, c.Rung = call.StateRinging, nil, []call.Ring{{Name: "Ann Bell", Extension: "8648", RingMs: -1}}
	})
	show("dialling", call.StatusConnected, 5, none, func(c *call.Call) {
		c.State, c.Direction, c.From, c.To, c.Answered, c.Rung = call.StateRinging, call.Outbound, party("Ann Bell", "8648"), party("", "+12015550193"), nil, nil
	})
	show("idle", 0, 60, none, ended)
	show("idle, do not disturb", 0, 60, agents.Presence{Word: "do not disturb"}, ended)
	show("idle, away", 0, 60, agents.Presence{Word: "away"}, ended)
	show("idle, busy", 0, 60, agents.Presence{Word: "busy"}, ended)
	return out
}

// queueStates are those of a queue on the page of a key.
func queueStates(key string) states {
	out := states{}
	show := func(name string, n, seconds int) {
		out[name] = func(t *testing.T, w, h int) *Model {
			var all []*call.Call
			for i := range n {
				c := made(i+1, call.StateWaiting, party("Dana Roe", "+12125550110"), "", seconds, seconds+5, "Main", "Support")
				c.Queue, c.Who, c.Phase, c.QueueMs, c.OfferMs = "Support", "Support", call.PhaseWait, 5000, -1
				all = append(all, c)
			}
			v := &call.View{Version: 1, At: noon, Live: call.VecOf(all...), Counts: call.Counts{Up: n}, Health: call.Health{LastEvent: noon}}
			m := plainDesk(t, Options{Floor: Floor{QueueAmber: 3, QueueRed: 6}, Ports: Ports{Past: keeping(3)}}, w, h, v)
			press(t, m, key)
			tick(t, m, 1)
			m.Update(ViewMsg{v})
			m.showNumbers()
			m.refresh()
			return m
		}
	}
	show("one", 1, 10)
	show("many", 4, 10)
	show("too many", 7, 10)
	show("one waits long", 1, 90)
	show("one waits too long", 1, 130)
	return out
}

func alarmStates() states {
	out := states{}
	show := func(name string, change func(*alarm.Alarm)) {
		out[name] = func(t *testing.T, w, h int) *Model {
			b := alarmBoard()
			a := b.Up[0]
			change(&a)
			b.Up, b.Past = []alarm.Alarm{a}, nil
			if !a.Cleared.IsZero() {
				b.Up, b.Past = nil, b.Up
			}
			m := plainDesk(t, Options{}, w, h, floor(), AlarmsMsg{Board: b})
			press(t, m, "6")
			return m
		}
	}
	show("red", func(*alarm.Alarm) {})
	show("amber", func(a *alarm.Alarm) { a.Level, a.Worst = alarm.Amber, alarm.Amber })
	show("acknowledged", func(a *alarm.Alarm) { a.Acked, a.AckedBy = at(20), "Bo" })
	show("put off", func(a *alarm.Alarm) { a.Snoozed, a.SnoozedBy = at(-600), "Bo" })
	show("over, red", func(a *alarm.Alarm) { a.Cleared, a.Level = at(5), 0 })
	show("over, amber", func(a *alarm.Alarm) { a.Cleared, a.Level, a.Worst = at(5), 0, alarm.Amber })
	show("over, acknowledged", func(a *alarm.Alarm) { a.Cleared, a.Level, a.Acked, a.AckedBy = at(5), 0, at(20), "Bo" })
	return out
}

func phoneStates() states {
	out := states{}
	show := func(name string, change func(*line)) {
		out[name] = func(t *testing.T, w, h int) *Model {
			l := newLine(talks("1", "Dana Roe", "+12125550110"))
			change(l)
			m, _ := phoneDesk(t, Options{Theme: "mono", ASCII: true}, l, w, h)
			return m
		}
	}
	for _, st := range []phone.CallState{phone.Ringing, phone.Answering, phone.Dialling, phone.Calling, phone.Talking, phone.Ended} {
		show(fmt.Sprint("state ", st), func(l *line) {
			c := &l.view.Calls[0]
			if c.State = st; st != phone.Talking {
				c.Answered = time.Time{}
			}
			if st == phone.Ended {
				c.Ended, c.Focus, c.Why = noon, false, "hung up"
			}
		})
	}
	show("muted", func(l *line) { l.view.Calls[0].Muted = true })
	show("held", func(l *line) { l.view.Calls[0].Held = true })
	show("transferring", func(l *line) { l.view.Calls[0].Moves = "8001" })
	show("no sound", func(l *line) { l.view.Sound = phone.Sound{Why: "no device"} })
	show("good", func(l *line) { l.view.Calls[0].Quality = phone.Quality{Known: true} })
	show("poor", func(l *line) { l.view.Calls[0].Quality = phone.Quality{Known: true, Loss: 0.1} })
	show("a second one rings", func(l *line) { l.view.Calls = append(l.view.Calls, rings("2", "Lee Park", "+12015550133")) })
	show("a second one is held", func(l *line) {
		c := talks("2", "Lee Park", "+12015550133")
		c.Focus, c.Held = false, true
		l.view.Calls = append(l.view.Calls, c)
	})
	return out
}

func linkStates() states {
	out := states{}
	for _, s := range []status.State{status.Connecting, status.Live, status.Stale, status.Recovering, status.Replay, status.Down} {
		out[string(s)] = func(t *testing.T, w, h int) *Model {
			return plainDesk(t, Options{}, w, h, floor(), LinkMsg{status.Link{State: s, Since: at(20)}})
		}
	}
	return out
}

func popStates() states {
	out := states{}
	for _, r := range []screenpop.Result{screenpop.Opened, screenpop.Shown, screenpop.Failed, screenpop.Nothing, screenpop.Before, screenpop.Late} {
		for _, matched := range []bool{true, false} {
			out[fmt.Sprint(r, matched)] = func(t *testing.T, w, h int) *Model {
				m := plainDesk(t, Options{Pops: []string{"customers"}, Ports: Ports{Pop: func(*call.Call, string) {}}}, w, h, floor())
				why := ""
				if r != screenpop.Nothing {
					why = "because " + string(r)
				}
				m.Update(PopMsg{screenpop.Trace{
					Why: why, Schema: screenpop.Schema, At: at(3), Call: "conversation-1", From: party("Dana Roe", "+12125550110"), Result: r, Rule: "customers",
					Rules: []screenpop.RuleTrace{{Name: "customers", Matched: matched, Checks: []screenpop.Check{{What: "caller", Want: "any", Have: "x", Holds: matched}}}},
				}})
				press(t, m, "P", "enter")
				return m
			}
		}
	}
	return out
}

func wallStates() states {
	out := states{}
	for name, seconds := range map[string]int{"one waits": 10, "one waits long": 90, "one waits too long": 130} {
		out[name] = func(t *testing.T, w, h int) *Model {
			c := made(1, call.StateWaiting, party("Dana Roe", "+12125550110"), "", seconds, 140, "Main", "Support")
			c.Queue, c.Who, c.Phase, c.QueueMs, c.OfferMs = "Support", "Support", call.PhaseWait, int64(140-seconds)*1000, -1
			v := &call.View{Version: 1, At: noon, Live: call.VecOf(c), Counts: call.Counts{Up: 1, Waiting: 1, LongestSince: c.Since}, Health: call.Health{LastEvent: noon}}
			m := plainDesk(t, Options{Wall: Wall{Targets: wall.Targets{WaitAmber: 84 * time.Second, WaitRed: 2 * time.Minute}}}, w, h, v)
			press(t, m, "W")
			return m
		}
	}
	return out
}

func dutyStates() states {
	show := func(o Options, keys ...string) func(t *testing.T, w, h int) *Model {
		return func(t *testing.T, w, h int) *Model {
			m := plainDesk(t, o, w, h, one(call.StateTalking, nil))
			press(t, m, keys...)
			m.said = notice{} // what is said of it goes by
			m.refresh()
			return m
		}
	}
	return states{
		"as ever": show(Options{}), "masked": show(Options{Veil: duty.NewVeil(true)}), "for an audience": show(Options{Presenter: true, Veil: duty.NewVeil(true)}),
		"read only": show(Options{Duty: duty.Desk{ReadOnly: true}}),
	}
}
