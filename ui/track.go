package ui

import (
	"cmp"
	"slices"
	"strings"

	"ringside/store/call"
)

// tracker keeps what the cards need beside the lists: every call by id, those that ring me, and the
// earlier calls of a number. Its cost follows what changed.
type tracker struct {
	live, done call.Vec
	up, over   map[string]*call.Call   // by id; an ended call is in both for a while
	rings      []*call.Call            // that ring me, the longest first
	past       map[string][]*call.Call // finished, by outside number, newest first

	seats   map[string]*seat  // lines of the account, by extension
	waiting map[string]int    // callers who wait, by queue
	mine    map[string]string // calls that my line is in, by the ids of their legs
}

func newTracker() *tracker {
	return &tracker{
		up: map[string]*call.Call{}, over: map[string]*call.Call{}, past: map[string][]*call.Call{},
		seats: map[string]*seat{}, waiting: map[string]int{}, mine: map[string]string{},
	}
}

// set takes a newer view. What left a slot goes before what came: a call that only changed its
// slot, or went from the live ones to the finished, is in both.
func (t *tracker) set(v *call.View) {
	var came []*call.Call
	v.Live.Diff(t.live, func(_ int, was, is *call.Call) {
		if was != nil {
			delete(t.up, was.ID)
			t.rise(was)
			t.rings = slices.DeleteFunc(t.rings, func(c *call.Call) bool { return c.ID == was.ID })
		}
		if is != nil {
			came = append(came, is)
		}
	})
	var ended []*call.Call
	v.Done.Diff(t.done, func(_ int, was, is *call.Call) {
		if was != nil {
			delete(t.over, was.ID)
			t.takePast(was)
		}
		if is != nil {
			ended = append(ended, is)
		}
	})
	for _, c := range ended {
		t.over[c.ID] = c
		t.addPast(c)
	}
	for _, c := range came {
		t.up[c.ID] = c
		t.sit(c)
		if c.Rings && c.Live() {
			t.rings = append(t.rings, c)
		}
	}
	slices.SortFunc(t.rings, func(a, b *call.Call) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.ID, b.ID))
	})
	t.live, t.done = v.Live, v.Done
}

// get gives a call by its id, nil when it is not known.
func (t *tracker) get(id string) *call.Call {
	if c := t.up[id]; c != nil {
		return c
	}
	return t.over[id]
}

func (t *tracker) addPast(c *call.Call) {
	n := c.Outsider().Number
	if n == "" {
		return
	}
	list := t.past[n]
	at, _ := slices.BinarySearchFunc(list, c, func(a, b *call.Call) int { return b.Created.Compare(a.Created) })
	t.past[n] = slices.Insert(list, at, c)
}

func (t *tracker) takePast(c *call.Call) {
	n := c.Outsider().Number
	list := slices.DeleteFunc(t.past[n], func(o *call.Call) bool { return o.ID == c.ID })
	if len(list) == 0 {
		delete(t.past, n)
		return
	}
	t.past[n] = list
}

// earlier gives the finished calls with the outside party of c, c itself left out.
func (t *tracker) earlier(c *call.Call) []*call.Call {
	list := t.past[c.Outsider().Number]
	if !slices.ContainsFunc(list, func(o *call.Call) bool { return o.ID == c.ID }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(o *call.Call) bool { return o.ID == c.ID })
}
