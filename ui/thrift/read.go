package thrift

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// frame is what a Write asks for, understood whole.
type frame struct {
	head, tail []byte // modes that are set before and after
	changes    []change
	end        pen // where the renderer believes cursor and style afterwards
	hidden     bool
}

// change is a cell that is written.
type change struct {
	x, y int
	cell cell
}

// reader reads a frame.
type reader struct {
	w    *Writer
	f    frame
	pen  pen
	last string // what REP repeats
}

// read reads a frame; false where something in it is not understood, or it is not known where its
// beginning stands. Then only what is known of the pen at its end counts.
func (w *Writer) read(p []byte) (frame, bool) {
	if w.w <= 0 || w.h <= 0 || w.cut && (len(p) == 0 || p[0] != ansi.ESC) {
		return frame{}, false
	}
	w.cut = false
	r := reader{w: w, pen: w.believed, f: frame{hidden: w.hidden, changes: w.room[:0]}}
	defer func() { w.room = r.f.changes }() // a frame is done with before the next is read
	w.parser.Reset()
	good, state := true, ansi.NormalState
	for len(p) > 0 {
		seq, width, n, next := ansi.DecodeSequence(p, state, w.parser)
		if next != ansi.NormalState {
			w.cut = true
			return frame{}, false
		}
		if !r.sequence(seq, width) {
			good, r.pen = false, pen{} // until it is set to a place and a style
		}
		state, p = next, p[n:]
	}
	w.hidden = r.f.hidden
	r.f.end = r.pen
	return r.f, good
}

func (r *reader) sequence(seq []byte, width int) bool {
	switch {
	case width == 1:
		return r.print(string(seq))
	case width > 1 || len(seq) == 0:
		return false
	case ansi.HasCsiPrefix(seq):
		return r.csi(seq)
	case len(seq) > 1:
		return false
	}
	switch seq[0] {
	case ansi.CR:
		r.pen.x = 0
		return r.pen.at
	case ansi.LF: // whether it goes to the first column as well depends on the terminal's driver
		r.pen.y++
		return r.pen.at && r.pen.x == 0 && r.pen.y < r.w.h
	case ansi.BS:
		r.pen.x--
		return r.inside()
	case ansi.HT:
		r.tab(1)
		return r.inside()
	}
	return false
}

// tab moves by tab stops, which are eight columns apart.
func (r *reader) tab(n int) {
	r.pen.x = min(max(0, (r.pen.x/8+n)*8), r.w.w-1)
}

// inside reports whether it is known where the next cell goes: behind the last column a terminal waits
// for what comes.
func (r *reader) inside() bool {
	p := &r.pen
	return p.at && p.x >= 0 && p.x < r.w.w && p.y >= 0 && p.y < r.w.h
}

func (r *reader) print(text string) bool {
	if !r.inside() || !r.pen.styled || len(r.f.tail) > 0 {
		return false
	}
	r.f.changes = append(r.f.changes, change{r.pen.x, r.pen.y, cell{text, r.pen.style}})
	r.pen.x++
	r.last = text
	return true
}

// blank empties n cells from the cursor on, which stays.
func (r *reader) blank(n int) bool {
	if !r.inside() || !r.pen.styled || len(r.f.tail) > 0 {
		return false
	}
	for x := r.pen.x; x < min(r.pen.x+n, r.w.w); x++ {
		r.f.changes = append(r.f.changes, change{x, r.pen.y, cell{" ", uv.Style{Bg: r.pen.style.Bg}}})
	}
	return true
}

func (r *reader) csi(seq []byte) bool {
	p, cmd := &r.pen, ansi.Cmd(r.w.parser.Command())
	if cmd.Intermediate() != 0 {
		return false
	}
	if cmd.Prefix() != 0 {
		return r.mode(seq)
	}
	params := r.w.parser.Params()
	first, _, _ := params.Param(0, 1)
	n := max(1, first)
	switch cmd.Final() {
	case 'H', 'f':
		second, _, _ := params.Param(1, 1)
		p.x, p.y, p.at = max(1, second)-1, n-1, true
	case 'A':
		p.y -= n
	case 'B':
		p.y += n
	case 'C':
		p.x += n
	case 'D':
		p.x -= n
	case 'G', '`':
		p.x = n - 1
	case 'I':
		r.tab(n)
	case 'Z':
		p.x = max(0, (p.x+7)/8-n) * 8
	case 'd':
		p.y = n - 1
	case 'm':
		return r.style(params)
	case 'X':
		return r.blank(n)
	case 'K':
		first, _, _ := params.Param(0, 0)
		return first == 0 && r.blank(r.w.w)
	case 'b':
		for range min(n, r.w.w) {
			if r.last == "" || !r.print(r.last) {
				return false
			}
		}
		return true
	default:
		return false
	}
	r.last = ""
	return r.inside()
}

func (r *reader) style(params ansi.Params) bool {
	first, _, _ := params.Param(0, 0)
	if first == 0 {
		r.pen.styled = true
	}
	if r.pen.styled {
		uv.ReadStyle(params, &r.pen.style)
	}
	return true
}

// mode takes what may stand before and after all cells of a frame: the cursor shown or hidden, and that the
// terminal should wait for the whole.
func (r *reader) mode(seq []byte) bool {
	switch string(seq) {
	case "\x1b[?25l":
		r.f.hidden = true
	case "\x1b[?25h":
		r.f.hidden = false
	case "\x1b[?2026h", "\x1b[?2026l":
	default:
		return false
	}
	if len(r.f.changes) == 0 {
		r.f.head = append(r.f.head, seq...)
	} else {
		r.f.tail = append(r.f.tail, seq...)
	}
	return true
}
