// Package layout turns the size of the terminal into rectangles, and text into cells.
//
// Everything in it is a pure function.
package layout

// Rect is a part of the screen in cells, from the upper left corner. W or H 0 means not shown.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing of it is shown.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether a cell lies in it.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// The breakpoints, in columns, and the smallest desk.
const (
	Narrow = 80  // below: the most needed columns alone
	Wide   = 120 // from here on: a side panel
	Huge   = 160 // from here on: everything
	MinW   = 40
	MinH   = 8
	Low    = 14 // lines below which the call bar is one line
)

// Desk is where everything goes.
type Desk struct {
	W, H   int
	Fits   bool // false: too small, say one sentence
	Header Rect
	Tabs   Rect
	Main   Rect
	Gutter Rect // the blank between Main and Side
	Side   Rect // the caller card, on wide screens
	Strip  Rect // the caller card, on others, when something rings
	Notice Rect
	Bar    Rect // the calls of the telephone
	Footer Rect
}

// Parts is what wants room beside the main part.
type Parts struct {
	Strip  int  // lines of the card strip; 0 when nothing rings
	Notice int  // lines of a notice; 0 without one
	Bar    int  // lines of the call bar; 0 without a call
	Whole  bool // the main part takes the side panel's room too (detail, help)
}

// Of lays the desk out on a screen of w by h cells.
func Of(w, h int, p Parts) Desk {
	d := Desk{W: max(w, 0), H: max(h, 0)}
	if w < MinW || h < MinH {
		return d
	}
	d.Fits = true
	y := 0
	take := func(n int) Rect {
		r := Rect{0, y, w, n}
		y += n
		return r
	}
	d.Header, d.Tabs = take(1), take(1)
	if h >= 30 {
		take(1) // air
	}
	side := w >= Wide && !p.Whole
	bar := p.Bar
	if h < Low {
		bar = min(bar, 1)
	}
	strip, notice := p.Strip, min(p.Notice, h-MinH+1-max(0, bar-1))
	if side {
		strip = 0
	}
	strip = max(0, min(strip, h-y-notice-bar-1-3)) // the table keeps its heading and two rows
	if strip < p.Strip && strip < 2 {
		strip = 0
	}
	body := take(h - y - strip - notice - bar - 1)
	d.Strip, d.Notice, d.Bar, d.Footer = take(strip), take(notice), take(bar), take(1)
	d.Main = body
	if side {
		s := min(max(w/3-6, 34), 60)
		d.Main.W = w - s - 1
		d.Gutter = Rect{d.Main.W, body.Y, 1, body.H}
		d.Side = Rect{w - s, body.Y, s, body.H}
	}
	return d
}
