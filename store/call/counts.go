package call

import (
	"container/heap"
	"maps"
	"slices"
	"strings"
	"time"
)

// tally takes a call out of the counts, or puts it in.
func (b *Board) tally(e *entry, d int) {
	c, n, h := e.call, &b.view.Counts, &b.view.Health
	if e.counted == (d > 0) {
		return
	}
	e.counted = d > 0
	if len(c.Gaps) > 0 && e.slot >= 0 {
		h.Gaps += d
	}
	if c.State == StateEnded {
		n.Ended += d
		switch {
		case c.Outcome.Lost():
			n.Missed += d
		case c.Outcome == Answered || c.Outcome == Forwarded:
			n.Answered += d
		}
		return
	}
	n.Up += d
	if c.JoinedLate {
		h.Late += d
	}
	if c.Stale {
		h.Stale += d
	}
	switch c.State {
	case StateRinging:
		n.Ringing += d
	case StateTalking:
		n.Talking += d
	case StateOnHold:
		n.Holding += d
	}
	if c.Phase == PhaseWait {
		n.Waiting += d
		w := wait{c.fold.queueAt, c.ID}
		if d > 0 {
			b.waits.add(w)
		} else {
			b.waits.remove(w)
		}
	}
}

// waits keeps the callers who wait, the one who waits longest at hand. Who comes costs the logarithm of how many
// there are; who has gone is left in the heap until that shows at its top, or until most of it have gone. The zero
// value has none.
type waits struct {
	heap []wait // by compare
	here map[wait]bool
}

type wait struct {
	since int64 // ms since the epoch
	id    string
}

func (w wait) compare(v wait) int {
	if w.since != v.since {
		if w.since < v.since {
			return -1
		}
		return 1
	}
	return strings.Compare(w.id, v.id)
}

func (ws *waits) add(w wait) {
	if ws.here[w] {
		return
	}
	if ws.here == nil {
		ws.here = map[wait]bool{}
	}
	ws.here[w] = true
	heap.Push(ws, w)
}

func (ws *waits) remove(w wait) {
	delete(ws.here, w)
	if len(ws.heap) > 2*len(ws.here)+64 {
		ws.heap = slices.AppendSeq(make([]wait, 0, 2*len(ws.here)), maps.Keys(ws.here))
		heap.Init(ws)
	}
}

// first gives who waits longest; ok is false without anybody.
func (ws *waits) first() (w wait, ok bool) {
	for len(ws.heap) > 0 {
		if w = ws.heap[0]; ws.here[w] {
			return w, true
		}
		heap.Pop(ws)
	}
	return wait{}, false
}

// Len implements heap.Interface, as those below do.
func (ws *waits) Len() int           { return len(ws.heap) }
func (ws *waits) Less(i, j int) bool { return ws.heap[i].compare(ws.heap[j]) < 0 }
func (ws *waits) Swap(i, j int)      { ws.heap[i], ws.heap[j] = ws.heap[j], ws.heap[i] }
func (ws *waits) Push(w any)         { ws.heap = append(ws.heap, w.(wait)) }
func (ws *waits) Pop() any {
	n := len(ws.heap) - 1
	w := ws.heap[n]
	ws.heap[n] = wait{}
	ws.heap = ws.heap[:n]
	return w
}

// hours counts calls by the hour in which they began.
type hours struct {
	last  int64 // the newest hour, since the epoch
	count [24]int
}

func (h *hours) add(t time.Time) {
	hour := t.Unix() / 3600
	h.forward(hour)
	if back := h.last - hour; back < 24 {
		h.count[23-back]++
	}
}

func (h *hours) forward(hour int64) {
	switch d := hour - h.last; {
	case d <= 0:
		return
	case d >= 24:
		h.count = [24]int{}
	default:
		copy(h.count[:], h.count[d:])
		clear(h.count[24-d:])
	}
	h.last = hour
}

// at gives the counts as seen in the hour of now.
func (h *hours) at(now time.Time) [24]int {
	seen := *h
	seen.forward(now.Unix() / 3600)
	return seen.count
}

// Publish gives the board as it is now, at the cost of what changed since the last time. While
// nothing has changed it gives the same View again.
func (b *Board) Publish(now time.Time) *View {
	if !b.change && b.view.Version > 0 {
		v := b.view
		return &v
	}
	b.change = false
	v := &b.view
	v.Version++
	v.At, v.Live, v.Done = now, b.live, b.done
	v.Counts.LongestSince, v.Counts.LongestID = time.Time{}, ""
	if w, ok := b.waits.first(); ok {
		v.Counts.LongestSince, v.Counts.LongestID = msTime(w.since), w.id
	}
	v.Counts.Hours = b.hours.at(now)
	b.own = new(vecOwner) // from here on the published nodes are copied before they change
	b.gen++               // and so are the published calls
	out := *v
	return &out
}
