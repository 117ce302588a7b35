package table

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// Cell is what stands in one column of one line. Texts are plain.
type Cell struct {
	Text  string
	Style theme.Style
	// More follows the text after a blank where there is room for all of it: half a telephone number
	// is of no use.
	More      string
	MoreStyle theme.Style
	// Tail stands at the right end and is never cut for the others.
	Tail      string
	TailStyle theme.Style
	// Want is how many cells the whole of it takes and Least how many its shortest form, where Text was
	// made shorter for the column; 0 is those of Text.
	Want, Least int
}

// Row is the lines of one row, the first its own, the rest what is unfolded below it.
type Row struct {
	Lines [][]Cell // one cell a slot
	cells []Cell
	slots int
}

// Add begins the next line and gives its cells, empty.
func (r *Row) Add() []Cell {
	n := len(r.cells)
	if n+r.slots > cap(r.cells) { // lines that were handed out keep their old backing
		r.cells, n = make([]Cell, 0, max(4*r.slots, 2*cap(r.cells))), 0
	}
	r.cells = r.cells[:n+r.slots]
	line := r.cells[n : n+r.slots : n+r.slots]
	clear(line)
	r.Lines = append(r.Lines, line)
	return line
}

func (r *Row) reset(slots int) {
	r.slots, r.Lines, r.cells = slots, r.Lines[:0], r.cells[:0]
}

// write draws the cell w cells wide.
func (c *Cell) write(b *strings.Builder, w int, right bool, ellipsis string, on func(theme.Style) theme.Style, ground theme.Style) {
	tail := text.Cut(c.Tail, w)
	tw := width(tail)
	room := w - tw
	if tw > 0 {
		room--
	}
	main := cut(c.Text, room, ellipsis)
	mw := width(main)
	more, ow := "", 0
	if n := width(c.More); n > 0 && mw+1+n <= room {
		more, ow = " "+c.More, n+1
	}
	pad := ground.Render(text.Spaces(w - mw - ow - tw))
	if right && tw == 0 {
		b.WriteString(pad)
		pad = ""
	}
	b.WriteString(on(c.Style).Render(main))
	b.WriteString(on(c.MoreStyle).Render(more))
	b.WriteString(pad)
	b.WriteString(on(c.TailStyle).Render(tail))
}

// width gives the cells of a plain text. Most of what a table shows is ASCII, where counting bytes
// will do.
func width(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return text.Width(s)
		}
	}
	return len(s)
}

func cut(s string, w int, ellipsis string) string {
	if w <= 0 {
		return ""
	}
	if width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, ellipsis)
}
