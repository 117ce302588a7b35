package ui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/uitest"
)

// many is a floor of n calls. The rows in sight are the same whatever n is: those from the 101st on
// begin last and need no attention.
func many(n int) []*call.Call {
	cs := make([]*call.Call, n)
	for i := range cs {
		if i >= 100 {
			cs[i] = made(i+1, call.StateTalking, party("Caller", fmt.Sprintf("+1201%07d", i)), "Ann", 0, 0, "Main")
			continue
		}
		st := call.State(i % int(call.StateEnded))
		cs[i] = made(i+1, st, party(fmt.Sprintf("Caller %d", i), fmt.Sprintf("+1201%07d", i)), "Ann", i%300, i%300+20, "Main", "Support")
	}
	return cs
}

// BenchmarkFrame is one picture after a tick. Its cost must not grow with the number of calls.
func BenchmarkFrame(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := New(Options{Theme: "dark"})
			m.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
			m.Update(TickMsg{noon})
			m.Update(ViewMsg{&call.View{At: noon, Live: call.VecOf(many(n)...)}})
			now := noon
			for b.Loop() {
				now = now.Add(time.Second)
				m.Update(TickMsg{now})
				_ = m.View()
			}
		})
	}
}

// filters are the states of the filter that a picture and a change are measured in.
func filters() []string { return []string{"", "-queue:nowhere clock<99h"} }

// filtered is a floor of 5,000 calls with a filter on that shows all of them.
func filtered(b *testing.B, filter string, v *call.View) *Model {
	b.Helper()
	m := New(Options{Theme: "dark"})
	m.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
	m.Update(TickMsg{noon})
	m.setFilter(filter)
	m.Update(ViewMsg{v})
	if shown, all := m.callsPane.Count(); shown != 5000 || all != 5000 {
		b.Fatalf("%d of %d are shown", shown, all)
	}
	return m
}

// BenchmarkFilteredFrame is BenchmarkFrame with a filter on and without.
func BenchmarkFilteredFrame(b *testing.B) {
	for _, f := range filters() {
		b.Run(f, func(b *testing.B) {
			m := filtered(b, f, &call.View{At: noon, Live: call.VecOf(many(5000)...)})
			now := noon
			for b.Loop() {
				now = now.Add(time.Second)
				m.Update(TickMsg{now})
				_ = m.View()
			}
		})
	}
}

// BenchmarkFilteredChange is BenchmarkChange with a filter on and without.
func BenchmarkFilteredChange(b *testing.B) {
	for _, f := range filters() {
		b.Run(f, func(b *testing.B) {
			views := folded(5000)
			m := filtered(b, f, views[0])
			i := 0
			for b.Loop() {
				i++
				m.Update(ViewMsg{views[i%2]})
			}
		})
	}
}

// BenchmarkAskFilter is the key that opens the filter over 5,000 calls, with their names gathered.
func BenchmarkAskFilter(b *testing.B) {
	m := filtered(b, "", &call.View{At: noon, Live: call.VecOf(many(5000)...)})
	for b.Loop() {
		m.askFilter()
		m.prompt.Cancel()
	}
}

// folded gives two views of n calls that grew from each other and differ in one.
func folded(n int) [2]*call.View {
	b := call.NewBoard(call.Options{})
	for i := range n {
		b.Apply(state(i, 1, call.StatusInMenu))
	}
	before := b.Publish(noon)
	b.Apply(state(n/2, 2, call.StatusConnected))
	return [2]*call.View{before, b.Publish(noon)}
}

// state is the seq-th state of the i-th call: its caller does st.
func state(i int, seq uint64, st call.Status) call.Event {
	id := fmt.Sprintf("conversation-%d", i)
	created := at(600 - i%300)
	return call.Event{
		Kind: call.KindState, Received: noon,
		Meta: call.Meta{ID: id, Account: "1", Inbound: true, Created: created},
		Snapshot: call.Snapshot{Seq: seq, Stage: call.Active, At: created.Add(time.Duration(seq) * time.Second), Legs: []call.SnapLeg{{
			Participant: call.Participant{ID: id + "-a", Originator: id + "-a", Kind: call.NumberLeg, Outside: party("", fmt.Sprintf("+1201%07d", i))},
			Status:      st,
		}}},
	}
}

// BenchmarkChange is one changed call on its way into the list, the picture left out: two searches
// and a move of pointers.
func BenchmarkChange(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			m := New(Options{Theme: "dark"})
			m.Update(tea.WindowSizeMsg{Width: 160, Height: 50})
			m.Update(TickMsg{noon})
			views := folded(n)
			m.Update(ViewMsg{views[0]})
			i := 0
			for b.Loop() {
				i++
				m.Update(ViewMsg{views[i%2]})
			}
		})
	}
}

// A real board's views reach the screen: what one event changed is on it, the rest untouched.
func TestFoldedViews(t *testing.T) {
	views := folded(40)
	m := desk(t, Options{}, 100, 24, views[0])
	if shown, all := m.callsPane.Count(); shown != 40 || all != 40 {
		t.Fatalf("%d of %d rows", shown, all)
	}
	was := m.callsPane.Get("conversation-3")
	uitest.Drive(t, m, ViewMsg{views[1]})
	if got := m.callsPane.Get("conversation-20"); got.LastSeq != 2 {
		t.Errorf("the changed call is at state %d", got.LastSeq)
	}
	if m.callsPane.Get("conversation-3") != was {
		t.Error("an unchanged call was replaced")
	}
}
