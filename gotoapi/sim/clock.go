package sim

import (
	"container/heap"
	"time"
)

// clock maps real time to the world's time and back.
type clock struct {
	real, world time.Time // the same instant on both
	speed       float64
}

func (c clock) worldAt(t time.Time) time.Time { return c.world.Add(scale(t.Sub(c.real), c.speed)) }
func (c clock) realAt(t time.Time) time.Time  { return c.real.Add(scale(t.Sub(c.world), 1/c.speed)) }

// scale leaves speed 1 exact: a float64 holds no more than 53 bits of nanoseconds.
func scale(d time.Duration, by float64) time.Duration {
	if by == 1 {
		return d
	}
	return time.Duration(float64(d) * by)
}

// agenda is what the service has to do at given times: notices, ends of life, late frames.
// An entry that has lost its purpose is not taken out; its act looks and does nothing.
type agenda struct {
	entries entries
	count   uint64
}

type entry struct {
	at    time.Time
	order uint64 // entries of one instant keep the order in which they were made
	act   func()
}

func (a *agenda) add(at time.Time, act func()) {
	a.count++
	heap.Push(&a.entries, entry{at, a.count, act})
}

// next returns when the earliest entry is due.
func (a *agenda) next() (time.Time, bool) {
	if len(a.entries) == 0 {
		return time.Time{}, false
	}
	return a.entries[0].at, true
}

func (a *agenda) pop() func() { return heap.Pop(&a.entries).(entry).act }

type entries []entry

func (e *entries) Len() int { return len(*e) }
func (e *entries) Less(i, j int) bool {
	a, b := (*e)[i], (*e)[j]
	if !a.at.Equal(b.at) {
		return a.at.Before(b.at)
	}
	return a.order < b.order
}
func (e *entries) Swap(i, j int) { (*e)[i], (*e)[j] = (*e)[j], (*e)[i] }
func (e *entries) Push(x any)    { *e = append(*e, x.(entry)) }
func (e *entries) Pop() any {
	old := *e
	last := old[len(old)-1]
	old[len(old)-1] = entry{}
	*e = old[:len(old)-1]
	return last
}
