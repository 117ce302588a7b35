package reports

import (
	"slices"

	"ringside/store/archive"
)

// maxRows bounds the rows at hand. Beyond it those furthest from the eyes are let go; they are
// asked for again when somebody goes back to them.
const maxRows = 600

// window is the run of rows at hand, of all that a search has.
type window struct {
	rows          []archive.Row
	at            map[string]int // by id
	before, after bool           // whether there are more rows before and after
}

// set takes rows in place of all.
func (w *window) set(p archive.Page) {
	w.rows, w.before, w.after = nil, p.Before, p.After
	w.rows = append(w.rows, p.Rows...)
	w.number()
}

// number finds out where each row stands. A row that came twice, as when a call moved in the order
// between two pages, stands where it came last.
func (w *window) number() {
	w.at = make(map[string]int, len(w.rows))
	for i, r := range w.rows {
		w.at[r.ID] = i
	}
	if len(w.at) == len(w.rows) {
		return
	}
	once := make([]archive.Row, 0, len(w.at))
	for i, r := range w.rows {
		if w.at[r.ID] == i {
			once = append(once, r)
		}
	}
	w.rows = once
	w.number()
}

// older puts rows behind those at hand and lets go of as many at the front. It gives how many rows
// the others have moved by.
func (w *window) older(p archive.Page) (moved int) {
	anchor := w.anchor(len(w.rows) - 1)
	w.rows, w.after = append(w.rows, p.Rows...), p.After
	if n := len(w.rows) - maxRows; n > 0 {
		w.rows, w.before = slices.Delete(w.rows, 0, n), true
	}
	w.number()
	return w.moved(anchor)
}

// newer puts rows before those at hand and lets go of as many at the end.
func (w *window) newer(p archive.Page) (moved int) {
	anchor := w.anchor(0)
	w.rows, w.before = append(slices.Clone(p.Rows), w.rows...), p.Before
	if n := len(w.rows) - maxRows; n > 0 {
		w.rows, w.after = slices.Delete(w.rows, maxRows, maxRows+n), true
	}
	w.number()
	return w.moved(anchor)
}

// again takes the same stretch as it is now: all rows from the top, or those after the first one,
// which is kept, when there are more before it.
func (w *window) again(p archive.Page, anchor string) (moved int) {
	was := w.mark(anchor)
	if w.before && len(w.rows) > 0 {
		w.rows = append(w.rows[:1:1], p.Rows...)
	} else {
		w.rows, w.before = append([]archive.Row(nil), p.Rows...), false
	}
	w.after = p.After
	w.number()
	return w.moved(was)
}

// place is a row and where it stood.
type place struct {
	id string
	at int
}

func (w *window) anchor(i int) place {
	if i < 0 || i >= len(w.rows) {
		return place{}
	}
	return place{w.rows[i].ID, i}
}

func (w *window) mark(id string) place {
	if i, ok := w.at[id]; ok {
		return place{id, i}
	}
	return place{}
}

func (w *window) moved(p place) int {
	if i, ok := w.at[p.id]; ok && p.id != "" {
		return i - p.at
	}
	return 0
}

// find gives where a call stands, -1 when it is not at hand.
func (w *window) find(id string) int {
	if i, ok := w.at[id]; ok {
		return i
	}
	return -1
}
