package thrift

import (
	"cmp"
	"slices"
	"strconv"

	uv "github.com/charmbracelet/ultraviolet"
)

// run is some cells of one style side by side.
type run struct {
	x, y  int
	text  string
	end   int // the column behind it
	style uv.Style
}

// put gives the bytes that bring the terminal to what a frame asks for.
func (w *Writer) put(f frame) []byte {
	out := slices.Clone(f.head)
	for _, group := range w.runs(f) {
		for _, r := range group {
			out = w.moveTo(out, pen{x: r.x, y: r.y, at: true})
			out = append(w.wear(out, r.style), r.text...)
			w.real.x = r.end
			if r.end >= w.w { // it waits behind the last column
				w.real.at = false
			}
		}
	}
	if !f.hidden {
		out = w.moveTo(out, f.end)
	}
	return append(out, f.tail...)
}

// runs gives what a frame changes, style by style; in each, what ends in the same column stands together.
func (w *Writer) runs(f frame) [][]run {
	touched := make(map[int]cell, len(f.changes))
	for _, c := range f.changes {
		at := c.y*w.w + c.x
		if _, ok := touched[at]; !ok {
			touched[at] = w.cells[at]
		}
		w.cells[at] = c.cell
	}
	var places []int
	for at, was := range touched {
		if is := w.cells[at]; was.text != is.text || !was.style.Equal(&is.style) {
			places = append(places, at)
		}
	}
	slices.Sort(places)
	var groups [][]run
	for i := 0; i < len(places); {
		r := w.runAt(places[i:])
		k := slices.IndexFunc(groups, func(g []run) bool { return g[0].style.Equal(&r.style) })
		if k < 0 {
			groups, k = append(groups, nil), len(groups)
		}
		groups[k] = append(groups[k], r)
		i += r.end - r.x
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b run) int { return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.y, b.y)) })
	}
	return groups
}

// runAt gives the run that begins at the first of some places, which are in order.
func (w *Writer) runAt(places []int) run {
	at := places[0]
	r := run{x: at % w.w, y: at / w.w, style: w.cells[at].style}
	r.end = r.x
	for i, p := range places {
		if p != at+i || p/w.w != r.y || !w.cells[p].style.Equal(&r.style) {
			break
		}
		r.text += w.cells[p].text
		r.end++
	}
	return r
}

// moveTo moves the terminal's cursor with as few bytes as can be.
func (w *Writer) moveTo(out []byte, to pen) []byte {
	from := w.real
	if !to.at || from.at && from.x == to.x && from.y == to.y {
		return out
	}
	best := absolute(to)
	if to.x >= w.w { // the renderer has written the last column
		best = absolute(pen{x: w.w - 1, y: to.y})
	} else if from.at {
		if rel := relative(from, to); len(rel) < len(best) {
			best = rel
		}
	}
	w.real.x, w.real.y, w.real.at = to.x, to.y, true
	return append(out, best...)
}

// wear makes the terminal write in a style.
func (w *Writer) wear(out []byte, style uv.Style) []byte {
	if !w.real.styled {
		out = append(out, "\x1b[m"...)
		w.real.style, w.real.styled = uv.Style{}, true
	}
	out = append(out, uv.StyleDiff(&w.real.style, &style)...)
	w.real.style = style
	return out
}

func absolute(to pen) string {
	if to.x == 0 {
		return "\x1b[" + strconv.Itoa(to.y+1) + "H"
	}
	return "\x1b[" + strconv.Itoa(to.y+1) + ";" + strconv.Itoa(to.x+1) + "H"
}

// relative moves by rows, then by columns. The next row is an index (VT100 IND), which no driver of a
// terminal turns into something else; it never scrolls, for there is a next row.
func relative(from, to pen) string {
	s := ""
	switch dy := to.y - from.y; {
	case dy == 1:
		s = "\x1bD"
	case dy > 1:
		s = "\x1b[" + strconv.Itoa(dy) + "B"
	case dy == -1:
		s = "\x1b[A"
	case dy < 0:
		s = "\x1b[" + strconv.Itoa(-dy) + "A"
	}
	switch dx := to.x - from.x; {
	case dx < 0 && dx > -5:
		s += "\b\b\b\b"[:-dx]
	case dx < 0:
		s += "\x1b[" + strconv.Itoa(-dx) + "D"
	case dx == 1:
		s += "\x1b[C"
	case dx > 0:
		s += "\x1b[" + strconv.Itoa(dx) + "C"
	}
	return s
}
