package stats_test

import (
	"fmt"
	"testing"
	"time"

	"ringside/store/call"
	"ringside/store/stats"
)

// running is a floor of so many calls that are up, on which one more call after the other runs its
// course.
type running struct {
	board  *call.Board
	fold   *stats.Fold
	states []call.Event
	id     string // of the call that runs
	n      int
}

func runningFloor(tb testing.TB, up int) *running {
	tb.Helper()
	r := &running{board: call.NewBoard(call.Options{KeepDone: 100, LingerEnded: 1, Silence: 24 * time.Hour}), fold: stats.New(stats.Options{})}
	for _, rep := range simulated(tb, 1) {
		if c := rep.Call; c.Queue != "" && c.Outcome == call.Answered && len(c.Rung) > 1 && len(rep.Events) > len(r.states) {
			r.states = rep.Events
		}
	}
	if len(r.states) < 8 {
		tb.Fatal("no call to run")
	}
	for i := range up {
		for _, e := range r.states[:len(r.states)/2] {
			e.Meta.ID, e.Received, e.Source = fmt.Sprint("up", i), e.Snapshot.At, call.FromStream
			r.board.Apply(e)
		}
	}
	r.fold.SetView(r.board.Publish(r.states[0].Snapshot.At))
	return r
}

// next folds one state and publishes it. What has ended does not stay among what is up.
func (r *running) next() *call.View {
	e := r.states[r.n%len(r.states)]
	if r.n%len(r.states) == 0 {
		r.id = fmt.Sprint("K", r.n/len(r.states))
	}
	e.Meta.ID, e.Received, e.Source = r.id, e.Snapshot.At, call.FromStream
	r.board.Apply(e)
	r.board.Expire(e.Received.Add(time.Second))
	r.n++
	return r.board.Publish(e.Received)
}

// courses gives the views of some calls that run their course, one after the other. After the last the
// first may come again: what was up in the last is up in all.
func (r *running) courses(calls int) []*call.View {
	var out []*call.View
	for range calls * len(r.states) {
		out = append(out, r.next())
	}
	return out
}

var floors = []int{100, 10_000}

// BenchmarkCount counts one state on floors of several sizes: the work of the numbers alone, on views that
// were made beforehand.
func BenchmarkCount(b *testing.B) {
	for _, up := range floors {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			r := runningFloor(b, up)
			views, i := r.courses(20), 0
			b.ReportAllocs()
			for b.Loop() {
				r.fold.SetView(views[i])
				if i++; i == len(views) {
					i = 0
				}
			}
		})
	}
}

// BenchmarkEvent folds, publishes and counts one state on floors of several sizes: all that a desk does for
// it but the screen.
func BenchmarkEvent(b *testing.B) {
	for _, up := range floors {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			r := runningFloor(b, up)
			b.ReportAllocs()
			for b.Loop() {
				r.fold.SetView(r.next())
			}
		})
	}
}

// The work for a state does not grow with the floor: a hundred times the calls cost a little more, since
// the trees that find a call are higher and caches colder, and nothing like a hundred times.
func TestWorkPerEventIsFlat(t *testing.T) {
	cost := func(up int) time.Duration {
		r := runningFloor(t, up)
		best := time.Hour
		for range 8 {
			const turns = 1000
			began := time.Now()
			for range turns {
				r.fold.SetView(r.next())
			}
			best = min(best, time.Since(began)/turns)
		}
		return best
	}
	small, large := cost(100), cost(10_000)
	ratio := float64(large) / float64(small)
	t.Logf("%v a state at 100 calls, %v at 10,000: %.2f times", small, large, ratio)
	if ratio > 3 {
		t.Errorf("%v a state at 100 calls, %v at 10,000: %.2f times", small, large, ratio)
	}
	if got := upOnLarge(t); got < 10_000 {
		t.Errorf("%d calls are counted", got)
	}
}

func upOnLarge(t *testing.T) int {
	r := runningFloor(t, 10_000)
	return int(r.fold.Number(stats.Up, stats.Floor(), r.states[0].Snapshot.At).Value)
}
