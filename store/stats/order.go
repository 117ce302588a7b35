package stats

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
)

// order keeps entries by a key, the smallest at hand; putting in and taking out cost the logarithm of
// how many there are.
type order struct{ spots []*spot }

// spot is an entry's place in an order.
type spot struct {
	key   int64
	entry *Entry
	in    *order
	at    int
}

func (o *order) Len() int { return len(o.spots) }
func (o *order) Less(i, j int) bool {
	return o.spots[i].compare(o.spots[j]) < 0
}

func (s *spot) compare(t *spot) int {
	return cmp.Or(cmp.Compare(s.key, t.key), strings.Compare(s.entry.ID, t.entry.ID))
}

// Swap implements heap.Interface.
func (o *order) Swap(i, j int) {
	o.spots[i], o.spots[j] = o.spots[j], o.spots[i]
	o.spots[i].at, o.spots[j].at = i, j
}

// Push implements heap.Interface.
func (o *order) Push(x any) {
	s := x.(*spot)
	s.at = len(o.spots)
	o.spots = append(o.spots, s)
}

// Pop implements heap.Interface.
func (o *order) Pop() any {
	n := len(o.spots) - 1
	s := o.spots[n]
	o.spots[n] = nil
	o.spots = o.spots[:n]
	return s
}

// add gives an entry a place.
func (o *order) add(s *spot) {
	s.in = o
	heap.Push(o, s)
}

// remove takes an entry out; of one that is nowhere nothing happens.
func (s *spot) remove() {
	if s.in != nil {
		heap.Remove(s.in, s.at)
		s.in = nil
	}
}

// placing gives an entry its places. Those of the entry before are used again where they are in the same orders:
// most states of a call change nothing about how long it waits.
type placing struct {
	e    *Entry
	done int // how many of its spots are placed; the others are those of the entry before
}

// in places the entry in an order.
func (p *placing) in(o *order, key int64) {
	n, e := p.done, p.e
	i := n
	for i < len(e.spots) && e.spots[i].in != o {
		i++
	}
	if i == len(e.spots) {
		sp := &spot{key: key, entry: e}
		o.add(sp)
		e.spots = append(e.spots, sp)
	}
	e.spots[n], e.spots[i] = e.spots[i], e.spots[n]
	sp := e.spots[n]
	sp.entry = e
	if sp.key != key {
		sp.key = key
		heap.Fix(o, sp.at)
	}
	p.done++
}

// end gives up the places that the entry before had and this one has not.
func (p *placing) end() {
	for _, sp := range p.e.spots[p.done:] {
		sp.remove()
	}
	clear(p.e.spots[p.done:])
	p.e.spots = p.e.spots[:p.done]
}

// first gives the entry with the smallest key, nil without any.
func (o *order) first() *spot {
	if len(o.spots) == 0 {
		return nil
	}
	return o.spots[0]
}

// sorted gives at most n entries, the smallest keys first; n 0 is all.
func (o *order) sorted(n int) []*Entry {
	s := slices.SortedFunc(slices.Values(o.spots), (*spot).compare)
	if n > 0 && len(s) > n {
		s = s[:n]
	}
	out := make([]*Entry, len(s))
	for i := range s {
		out[i] = s[i].entry
	}
	return out
}
