package ui

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/status"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 24, 14, 32, 7, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(-time.Duration(seconds) * time.Second) }

func made(no int, st call.State, who call.Party, with string, since, total int, path ...string) *call.Call {
	return &call.Call{
		ID: fmt.Sprintf("conversation-%d", no), No: no, State: st, From: who, To: call.Party{Number: "+18005550120"},
		With: with, Path: path, Since: at(since), Created: at(total), LastAt: at(since), QueueMs: -1, AnswerMs: -1, LastSeq: 4,
	}
}

func party(name, number string) call.Party { return call.Party{Name: name, Number: number} }

// floor is one moment of a small floor with one call of every kind.
func floor() *call.View {
	outbound := made(9, call.StateTalking, party("Fay", "8612"), "Fay", 500, 520)
	outbound.Direction, outbound.To = call.Outbound, party("Oda Lind", "+12015550193")
	inside := made(13, call.StateTalking, party("Mia Main", "8613"), "Tom Tall", 100, 120)
	inside.Direction, inside.To = call.Internal, party("Tom Tall", "8614")
	moved := made(8, call.StateTransferring, party("Ian", "+12015550183"), "", 2, 65, "Main")
	moved.Who = "1102"
	late := made(3, call.StateTalking, party("Lee Park", "+12015550133"), "Bo", 200, 241, "Main", "Sales")
	late.JoinedLate = true
	hole := made(4, call.StateOnHold, party("MERIDIAN FREIGHT LLC", "+12015550143"), "Cyd +2", 31, 300, "Main menu", "Sales", "Tier 2", "Escalations")
	hole.Gaps = []call.Gap{{From: 3, To: 5}}
	silent := made(7, call.StateInMenu, party("", "+12015550173"), "", 95, 96, "Main")
	silent.Stale = true
	lost := made(10, call.StateEnded, party("Gus Gone", "+12015550113"), "", 64, 150, "Main", "Support")
	lost.Outcome, lost.Ended = call.AbandonedQueue, at(64)
	done := made(11, call.StateEnded, party("Dana Roe", "+12125550110"), "Bo", 20, 150, "Main")
	done.Outcome, done.Ended = call.Answered, at(20)
	return &call.View{
		Version: 7, At: noon,
		Live: call.VecOf(
			made(1, call.StateRinging, party("Dana Roe", "+12125550110"), "Ann (2nd)", 6, 41, "Main", "Support"),
			made(2, call.StateWaiting, party("", "+442079460018"), "", 48, 72, "Main", "Support"),
			late, hole,
			made(5, call.StateWaiting, party("Bob Bobson", "+12015550153"), "", 90, 110, "Main", "Support"),
			made(6, call.StateWaiting, party("Zoë Łuczak-Østergaard 漢字", "+12015550163"), "", 130, 150, "Main", "Support"),
			silent, moved, outbound, lost, done, made(12, call.StateStarting, call.Party{}, "", 0, 0), inside,
		),
		Done: call.VecOf(lost, done),
		Counts: call.Counts{
			Up: 11, Ringing: 1, Waiting: 3, Talking: 3, Answered: 214, Missed: 9, Ended: 223, LongestSince: at(130),
			Hours: [24]int{15: 1, 16: 3, 17: 5, 18: 9, 19: 12, 20: 7, 21: 8, 22: 4, 23: 3},
		},
		Health: call.Health{Healed: 3, Gaps: 1, LastEvent: noon},
	}
}

// ringingMe is the floor with its ringing call on a line of mine.
func ringingMe() *call.View {
	v := floor()
	var all []*call.Call
	for _, c := range v.Live.All() {
		if c.No == 1 {
			mine := *c
			mine.Mine, mine.Rings = true, true
			c = &mine
		}
		all = append(all, c)
	}
	v.Live, v.Version = call.VecOf(all...), v.Version+1
	return v
}

func dana() lookup.Result {
	return lookup.Result{Number: number.Parse("+12125550110", "US"), Done: true, Contacts: []lookup.Contact{
		{Name: "Dana Roe", Company: "Acme Corp", Tier: "gold", Notes: "prefers mail; two open tickets", Source: "contacts.csv"},
	}}
}

func live() LinkMsg {
	return LinkMsg{status.Link{State: status.Live, Since: at(600), Age: 100 * time.Millisecond, Healed: 3, Gaps: 1}}
}

// desk is a model that has been shown a view on a screen of w by h cells.
func desk(t testing.TB, o Options, w, h int, v *call.View) *Model {
	t.Helper()
	if o.Theme == "" {
		o.Theme = "dark"
	}
	o.Title, o.Version = "Acme Support", "1.0"
	m := New(o)
	uitest.Drive(t, m, tea.WindowSizeMsg{Width: w, Height: h}, TickMsg{noon}, live(), ViewMsg{v}, ContactMsg{dana()})
	return m
}

func screen(m *Model) *uitest.Cells { return uitest.Screen(m.View().Content, m.w, m.h) }

func press(t testing.TB, m *Model, keys ...string) []tea.Msg {
	t.Helper()
	return uitest.Drive(t, m, uitest.Keys(keys...)...)
}

// find gives the line that shows a text.
func find(t testing.TB, m *Model, s string) string {
	t.Helper()
	for _, l := range strings.Split(screen(m).Text(), "\n") {
		if strings.Contains(l, s) {
			return l
		}
	}
	t.Fatalf("nothing shows %q:\n%s", s, screen(m).Text())
	return ""
}
