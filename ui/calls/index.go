package calls

import (
	"slices"
	"time"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/table"
)

// entry is a call in the index.
type entry struct {
	c     *call.Call
	key   key
	shown bool // passes the filter, stands in order

	subject *query.CallSubject // what the filter asks; nil until it does
	due     time.Time          // when the filter may say something else of it; zero: not before it changes
}

// index keeps the calls of the board in order, those that pass the filter. It is fed differences:
// a change costs two searches and one move, whatever the number of calls.
type index struct {
	vec   call.Vec
	by    map[string]*entry // every call, by id
	order []*entry          // shown ones, sorted
	came  []*call.Call      // of set, kept for its room
	held  []*entry          // while the order is held: the rows as they stood, new ones at the end

	numbers map[string]map[string]bool // ids of the calls from or to a number

	sort  table.Sorting // By "" is what needs attention first
	keyOf func(*call.Call, string) key
	match func(*entry) bool
}

func newIndex(keyOf func(*call.Call, string) key, match func(*entry) bool) *index {
	return &index{by: map[string]*entry{}, numbers: map[string]map[string]bool{}, keyOf: keyOf, match: match}
}

// set takes a newer board. What left a slot goes before what came is put in: a call that only
// changed its slot is in both.
func (x *index) set(v call.Vec) {
	x.came = x.came[:0]
	v.Diff(x.vec, func(_ int, was, is *call.Call) {
		if was != nil && (is == nil || is.ID != was.ID) {
			if e := x.by[was.ID]; e != nil {
				x.drop(e)
			}
		}
		if is != nil {
			x.came = append(x.came, is)
		}
	})
	for _, c := range x.came {
		x.put(c)
	}
	clear(x.came)
	x.vec = v
}

func (x *index) put(c *call.Call) {
	e := x.by[c.ID]
	if e == nil {
		e = &entry{c: c}
		x.by[c.ID] = e
		x.number(c, true)
	} else if was := e.c; was.From.Number != c.From.Number || was.To.Number != c.To.Number {
		x.number(was, false)
		x.number(c, true)
		e.subject = nil // the names of others belong to it
	}
	e.c = c
	x.place(e, x.keyOf(c, x.sort.By), x.match(e))
}

// number enters a call under the numbers of both ends, or takes it out.
func (x *index) number(c *call.Call, in bool) {
	for _, n := range [...]string{c.From.Number, c.To.Number} {
		switch ids := x.numbers[n]; {
		case n == "":
		case !in:
			delete(ids, c.ID)
			if len(ids) == 0 {
				delete(x.numbers, n)
			}
		case ids == nil:
			x.numbers[n] = map[string]bool{c.ID: true}
		default:
			ids[c.ID] = true
		}
	}
}

// renamed places the calls from or to a number anew, after its name has become known.
func (x *index) renamed(number string) {
	for id := range x.numbers[number] {
		e := x.by[id]
		e.subject = nil
		x.put(e.c)
	}
}

// place moves an entry to where its key belongs.
func (x *index) place(e *entry, k key, shown bool) {
	if e.shown && shown && e.key == k {
		return
	}
	if e.shown {
		if i, ok := x.search(e.key); ok {
			x.order = slices.Delete(x.order, i, i+1)
		}
	}
	was := e.shown
	e.key, e.shown = k, shown
	if shown {
		i, _ := x.search(k)
		x.order = slices.Insert(x.order, i, e)
		if x.held != nil && !was && !slices.Contains(x.held, e) {
			x.held = append(x.held, e)
		}
	}
}

func (x *index) drop(e *entry) {
	delete(x.by, e.c.ID)
	x.number(e.c, false)
	if e.shown {
		if i, ok := x.search(e.key); ok {
			x.order = slices.Delete(x.order, i, i+1)
		}
	}
	if i := slices.Index(x.held, e); i >= 0 {
		x.held = slices.Delete(x.held, i, i+1)
	}
}

func (x *index) compare(a, b key) int {
	if x.sort.Reverse {
		return b.compare(a)
	}
	return a.compare(b)
}

func (x *index) search(k key) (int, bool) {
	return slices.BinarySearchFunc(x.order, k, func(e *entry, k key) int { return x.compare(e.key, k) })
}

// rebuild orders everything anew, after the filter or the sorting has changed.
func (x *index) rebuild() {
	x.held = nil
	x.order = x.order[:0]
	for _, e := range x.by {
		e.key, e.shown = x.keyOf(e.c, x.sort.By), x.match(e)
		if e.shown {
			x.order = append(x.order, e)
		}
	}
	slices.SortFunc(x.order, func(a, b *entry) int { return x.compare(a.key, b.key) })
}

// hold freezes the rows where they stand; contents still change, calls that go leave, calls that
// come stand at the end. A call that stops passing the filter stays until release.
func (x *index) hold() {
	if x.held == nil {
		x.held = slices.Clone(x.order)
		if x.held == nil {
			x.held = []*entry{}
		}
	}
}

func (x *index) release() { x.held = nil }

func (x *index) rows() []*entry {
	if x.held != nil {
		return x.held
	}
	return x.order
}

// find gives the row of a call, -1 when it is not shown.
func (x *index) find(id string) int {
	e := x.by[id]
	if e == nil {
		return -1
	}
	if x.held != nil {
		return slices.Index(x.held, e)
	}
	if !e.shown {
		return -1
	}
	if i, ok := x.search(e.key); ok {
		return i
	}
	return -1
}
