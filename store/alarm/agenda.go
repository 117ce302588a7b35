package alarm

import (
	"container/heap"
	"time"
)

// slot is a place in the agenda: who has one is looked at again at its time.
type slot struct {
	at    time.Time
	index int // in the heap, from 1; 0: not there
	look  func(now time.Time)
}

// agenda orders slots by their times. Setting one costs the logarithm of how many there are.
type agenda []*slot

func (a *agenda) Len() int           { return len(*a) }
func (a *agenda) Less(i, j int) bool { return (*a)[i].at.Before((*a)[j].at) }
func (a *agenda) Swap(i, j int) {
	(*a)[i], (*a)[j] = (*a)[j], (*a)[i]
	(*a)[i].index, (*a)[j].index = i+1, j+1
}

// Push implements heap.Interface.
func (a *agenda) Push(x any) {
	s := x.(*slot)
	*a = append(*a, s)
	s.index = len(*a)
}

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	old := *a
	s := old[len(old)-1]
	old[len(old)-1] = nil
	*a = old[:len(old)-1]
	s.index = 0
	return s
}

// set gives a slot its time; the zero time takes it out.
func (a *agenda) set(s *slot, at time.Time) {
	switch {
	case at.IsZero() && s.index > 0:
		heap.Remove(a, s.index-1)
	case at.IsZero() || s.index > 0 && s.at.Equal(at):
	case s.index > 0:
		s.at = at
		heap.Fix(a, s.index-1)
	default:
		s.at = at
		heap.Push(a, s)
	}
}
