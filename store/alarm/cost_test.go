package alarm

import (
	"fmt"
	"testing"
	"time"

	"ringside/store/call"
)

// events are the states of a caller who enters a queue and, where ended is not zero, gives up.
func events(id, queue string, began, ended time.Time) []call.Event {
	meta := call.Meta{ID: id, Account: "1", Inbound: true, Created: began, Initiator: "DIRECT"}
	caller := call.Participant{ID: id + "c", Originator: id + "c", Kind: call.NumberLeg, Outside: call.Party{Name: "Dana", Number: "+12125550110"}, Number: "+18005550120"}
	q := call.System{ID: id + "q", Kind: call.Queue, QueueName: queue}
	state := func(seq uint64, at time.Time, stage call.Stage, leg call.Status, sys call.Status) call.Event {
		sn := call.Snapshot{Seq: seq, Stage: stage, At: at}
		if leg != call.StatusOther {
			sn.Legs = []call.SnapLeg{{Participant: caller, Status: leg}}
		}
		if sys != call.StatusOther {
			sn.Systems = []call.SnapSystem{{System: q, Status: sys}}
		}
		return call.Event{Kind: call.KindState, Source: call.FromStream, Meta: meta, Snapshot: sn, Received: at}
	}
	out := []call.Event{
		state(1, began, call.Starting, call.StatusInMenu, call.StatusConnected),
		state(2, began, call.Active, call.StatusInMenu, call.StatusConnected),
	}
	if !ended.IsZero() {
		out = append(out, state(3, ended, call.Active, call.StatusDisconnecting, call.StatusDisconnecting), state(4, ended, call.Ending, call.StatusOther, call.StatusOther))
	}
	return out
}

// floor is a board with so many callers who wait, half of them past every limit, and an engine with
// the rules of a fresh desk and a query.
func floor(tb testing.TB, up int) (b *call.Board, e *Engine) {
	tb.Helper()
	specs := append(Defaults(Thresholds{84 * time.Second, 2 * time.Minute, 3, 6, 5 * time.Minute, 90, 80}),
		Spec{Name: "q", Measure: "where", Where: "dana queue:support wait>60s"})
	rules, err := Compile(specs, Options{Now: noon, Region: "US"})
	if err != nil {
		tb.Fatal(err)
	}
	b = call.NewBoard(call.Options{})
	for i := range up {
		for _, ev := range events(fmt.Sprint("c", i), fmt.Sprint("Support ", i%20), sec(-float64(i%2)*300), time.Time{}) {
			b.Apply(ev)
		}
	}
	e = New(Settings{Rules: rules, Repeat: 5 * time.Minute})
	e.Calls(b.Publish(noon).Live, noon)
	return b, e
}

// What a change costs does not grow with the board, nor does a tick at which nothing is due.
func TestCostFollowsTheChange(t *testing.T) {
	for _, up := range []int{100, 10_000} {
		b, e := floor(t, up)
		if got := len(e.Board(noon).Up); got == 0 {
			t.Fatal("no alarm is up")
		}
		was := e.looked
		for i := range 50 {
			at := noon.Add(time.Duration(i) * 100 * time.Millisecond)
			for _, ev := range events(fmt.Sprint("new", i), "Support 1", at, time.Time{}) {
				b.Apply(ev)
			}
			e.Calls(b.Publish(at).Live, at)
			e.Advance(at.Add(time.Millisecond))
		}
		if n := e.looked - was; n != 50 {
			t.Errorf("%d calls up: 50 changes had %d calls looked at", up, n)
		}
	}
}

// BenchmarkChange is one change on boards of two sizes: events/op is the whole way from the state to
// the alarms, 30 views a second.
func BenchmarkChange(b *testing.B) {
	for _, up := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			board, e := floor(b, up)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				at := noon.Add(time.Duration(i) * time.Microsecond)
				ev := events(fmt.Sprint("c", i%up), fmt.Sprint("Support ", i%up%20), noon, time.Time{})[1]
				ev.Snapshot.Seq, ev.Snapshot.At, ev.Received = uint64(3+i/up), at, at
				board.Apply(ev)
				e.Calls(board.Publish(at).Live, at)
			}
		})
	}
}

// BenchmarkTick is a tick at which nothing is due.
func BenchmarkTick(b *testing.B) {
	for _, up := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			_, e := floor(b, up)
			for b.Loop() {
				e.Advance(noon)
			}
		})
	}
}

// BenchmarkBoard is what the screen gets.
func BenchmarkBoard(b *testing.B) {
	for _, up := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			_, e := floor(b, up)
			for b.Loop() {
				e.Board(noon)
			}
		})
	}
}
