package reports

import (
	"cmp"
	"slices"
	"strings"

	"ringside/store/call"
)

// index keeps the finished calls newest first and those of them that pass the filter, at a cost
// that follows what changed.
type index struct {
	done  call.Vec
	all   []*entry // newest first
	shown []*entry // those that match words
	byID  map[string]*entry
	words []string
}

// entry is one finished call. The text that the filter reads is made when it is first needed.
type entry struct {
	call *call.Call
	hay  string
}

// set takes the finished calls as they are now. It gives the ids of those that are no longer
// there, and nil when nothing changed at all.
func (x *index) set(done call.Vec) (forgotten []string) {
	changed := false
	if x.byID == nil {
		x.byID = make(map[string]*entry)
	}
	var fresh []*entry
	var gone []*call.Call
	done.Diff(x.done, func(_ int, was, is *call.Call) {
		changed = true
		if was != nil {
			gone = append(gone, was)
		}
		if is != nil {
			fresh = append(fresh, &entry{call: is})
		}
	})
	x.done = done
	if !changed {
		return nil
	}
	for _, c := range gone {
		if e := x.byID[c.ID]; e != nil && e.call == c { // else a newer form of it stands in another slot
			x.drop(c.ID)
		}
	}
	x.add(fresh)
	forgotten = []string{}
	for _, c := range gone {
		if x.byID[c.ID] == nil {
			forgotten = append(forgotten, c.ID)
		}
	}
	return forgotten
}

func (x *index) drop(id string) {
	e := x.byID[id]
	if e == nil {
		return
	}
	delete(x.byID, id)
	x.all = cut(x.all, e)
	x.shown = cut(x.shown, e)
}

// add puts entries in. Many at once, as at the start, are sorted; a few are inserted.
func (x *index) add(fresh []*entry) {
	const few = 32
	for _, e := range fresh {
		x.drop(e.call.ID)
		x.byID[e.call.ID] = e
	}
	// A call that stands in two slots counts once.
	fresh = slices.DeleteFunc(fresh, func(e *entry) bool { return x.byID[e.call.ID] != e })
	if len(fresh) > few {
		x.all = append(x.all, fresh...)
		slices.SortFunc(x.all, order)
		x.refilter()
		return
	}
	for _, e := range fresh {
		x.all = insert(x.all, e)
		if x.match(e) {
			x.shown = insert(x.shown, e)
		}
	}
}

// filter sets the words that every shown call must have, folded already.
func (x *index) filter(words []string) {
	x.words = words
	x.refilter()
}

func (x *index) refilter() {
	x.shown = x.shown[:0]
	for _, e := range x.all {
		if x.match(e) {
			x.shown = append(x.shown, e)
		}
	}
	clear(x.shown[len(x.shown):cap(x.shown)])
}

func (x *index) match(e *entry) bool {
	if len(x.words) == 0 {
		return true
	}
	if e.hay == "" {
		e.hay = haystack(e.call)
	}
	for _, w := range x.words {
		if !strings.Contains(e.hay, w) {
			return false
		}
	}
	return true
}

// row gives the place of a call among the shown ones, -1 when it is not shown.
func (x *index) row(id string) int {
	e := x.byID[id]
	if e == nil {
		return -1
	}
	i, ok := slices.BinarySearchFunc(x.shown, e, order)
	if !ok {
		return -1
	}
	return i
}

// order puts the newest end first; calls that ended together keep the order of their numbers.
func order(a, b *entry) int {
	return cmp.Or(b.call.Ended.Compare(a.call.Ended), cmp.Compare(b.call.No, a.call.No), strings.Compare(a.call.ID, b.call.ID))
}

func insert(s []*entry, e *entry) []*entry {
	i, _ := slices.BinarySearchFunc(s, e, order)
	return slices.Insert(s, i, e)
}

func cut(s []*entry, e *entry) []*entry {
	if i, ok := slices.BinarySearchFunc(s, e, order); ok && s[i] == e {
		return slices.Delete(s, i, i+1)
	}
	return s
}
