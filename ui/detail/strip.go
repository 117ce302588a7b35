package detail

import (
	"strings"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// strip is one line that is drawn cell by cell, in any order: what is put last is seen.
type strip struct {
	cells  []glyph
	ground *theme.Style // what everything stands on; nil for the terminal's own
}

// glyph is what begins at a cell: a text as wide as the cells up to the next one that is not under.
type glyph struct {
	s     string
	style *theme.Style
	under bool // covered by the text that began further left
}

func newStrip(w int) *strip { return &strip{cells: make([]glyph, max(0, w))} }

// put writes text from cell x on; what lies outside of the strip is cut off.
func (t *strip) put(x int, s string, style *theme.Style) {
	if x < 0 || x >= len(t.cells) || s == "" {
		return
	}
	s = text.Cut(s, len(t.cells)-x)
	w := text.Width(s)
	if w == 0 {
		return
	}
	t.clear(x, w)
	t.cells[x] = glyph{s: s, style: style}
	for i := x + 1; i < x+w; i++ {
		t.cells[i] = glyph{under: true}
	}
}

// clear makes w cells from x on blank; a text of which a part stood there goes as a whole.
func (t *strip) clear(x, w int) {
	for x > 0 && t.cells[x].under {
		x, w = x-1, w+1
	}
	end := min(x+w, len(t.cells))
	for end < len(t.cells) && t.cells[end].under {
		end++
	}
	for i := x; i < end; i++ {
		t.cells[i] = glyph{}
	}
}

// fill writes a mark of one cell into the cells from a up to b, b left out.
func (t *strip) fill(a, b int, mark string, style *theme.Style) {
	for i := max(0, a); i < min(b, len(t.cells)); i++ {
		t.put(i, mark, style)
	}
}

// free tells whether w cells from x on are there and blank.
func (t *strip) free(x, w int) bool {
	if x < 0 || x+w > len(t.cells) {
		return false
	}
	for _, g := range t.cells[x : x+w] {
		if g.s != "" || g.under {
			return false
		}
	}
	return true
}

// String gives the line; neighbours of one look are written together.
func (t *strip) String() string {
	var out, run strings.Builder
	var look *theme.Style
	flush := func() {
		style := theme.Style{}
		if look != nil {
			style = *look
		}
		if t.ground != nil {
			style = style.On(*t.ground)
		}
		out.WriteString(style.Render(run.String()))
		run.Reset()
	}
	for _, g := range t.cells {
		if g.under {
			continue
		}
		if g.style != look && (g.style == nil || look == nil || *g.style != *look) {
			flush()
			look = g.style
		}
		if g.s == "" {
			run.WriteByte(' ')
		} else {
			run.WriteString(g.s)
		}
	}
	flush()
	return out.String()
}
