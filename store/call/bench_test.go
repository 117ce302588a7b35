package call

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkApply folds the states of whole calls onto boards of several sizes: the work for a state
// does not grow with the board.
func BenchmarkApply(b *testing.B) {
	s := scripts(b)["queue-answered.txtar"]
	for _, up := range []int{0, 100, 10_000} {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			board := NewBoard(Options{KeepDone: 100})
			for i := range up {
				e := s.events[0]
				e.Meta.ID = fmt.Sprint("up", i)
				e.Received = t0
				board.Apply(e)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				e := s.events[n%len(s.events)]
				e.Meta.ID = fmt.Sprint("K", n/len(s.events))
				e.Received = t0
				board.Apply(e)
				if n++; n%66 == 0 { // 2,000 states a second, 30 views
					board.Publish(t0)
				}
			}
		})
	}
}

// BenchmarkPublish publishes after one change.
func BenchmarkPublish(b *testing.B) {
	s := scripts(b)["queue-answered.txtar"]
	for _, up := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("up=%d", up), func(b *testing.B) {
			board := NewBoard(Options{})
			for i := range up {
				e := s.events[0]
				e.Meta.ID = fmt.Sprint("up", i)
				e.Received = t0
				board.Apply(e)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e := s.events[0]
				e.Meta.ID = fmt.Sprint("up", i%up)
				e.Received = t0.Add(time.Duration(i))
				board.Apply(e)
				board.Publish(t0)
			}
		})
	}
}

// TestMemoryOfALiveCall says what a call that is up costs.
func TestMemoryOfALiveCall(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b := NewBoard(Options{})
	const n = 5000
	for i := range n {
		for _, e := range s.events[:13] {
			e.Meta.ID = fmt.Sprint("K", i)
			e.Received = e.Snapshot.At
			b.Apply(e)
		}
	}
	b.Publish(t0)
	runtime.GC()
	runtime.ReadMemStats(&after)
	per := (after.HeapAlloc - before.HeapAlloc) / n
	t.Logf("%d bytes a live call of 13 states", per)
	if per > 4000 {
		t.Errorf("%d bytes a live call", per)
	}
	runtime.KeepAlive(b)
}
