package world

import "math"

// event is something that will happen in the world.
type event struct {
	due   int64  // Unix ms
	order uint64 // among events of one millisecond: first planned, first done
	act   func()
}

func (e event) before(o event) bool {
	return e.due < o.due || e.due == o.due && e.order < o.order
}

// agenda is a binary heap of events, the next one at the root. It is typed and flat because a storm
// turns it over thousands of times a second.
type agenda struct {
	heap    []event
	planned uint64
}

// due is when the next event happens; the end of time when there is none.
func (a *agenda) due() int64 {
	if len(a.heap) == 0 {
		return math.MaxInt64
	}
	return a.heap[0].due
}

func (a *agenda) push(due int64, act func()) {
	a.planned++
	a.heap = append(a.heap, event{due, a.planned, act})
	h := a.heap
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h[i].before(h[parent]) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

// pop takes the next event out; the agenda must not be empty.
func (a *agenda) pop() event {
	h := a.heap
	next := h[0]
	last := len(h) - 1
	h[0], h[last] = h[last], event{}
	h = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if right := child + 1; right < last && h[right].before(h[child]) {
			child = right
		}
		if !h[child].before(h[i]) {
			break
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
	a.heap = h
	return next
}
