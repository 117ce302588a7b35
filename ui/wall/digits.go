package wall

import (
	"slices"
	"strings"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// The glyphs are 5 pixels high. A pixel of a size is so many cells wide and so many half rows high, which
// makes it a square in most fonts.
const pixels = 5

// glyph gives the pixels of a sign, row by row; nil for one that has none.
func glyph(r rune) []string {
	switch r {
	case '0':
		return []string{"###", "# #", "# #", "# #", "###"}
	case '1':
		return []string{"## ", " # ", " # ", " # ", "###"}
	case '2':
		return []string{"###", "  #", "###", "#  ", "###"}
	case '3':
		return []string{"###", "  #", "###", "  #", "###"}
	case '4':
		return []string{"# #", "# #", "###", "  #", "  #"}
	case '5':
		return []string{"###", "#  ", "###", "  #", "###"}
	case '6':
		return []string{"###", "#  ", "###", "# #", "###"}
	case '7':
		return []string{"###", "  #", "  #", "  #", "  #"}
	case '8':
		return []string{"###", "# #", "###", "# #", "###"}
	case '9':
		return []string{"###", "# #", "###", "  #", "###"}
	case ':':
		return []string{" ", "#", " ", "#", " "}
	case '.':
		return []string{" ", " ", " ", " ", "#"}
	case ',':
		return []string{" ", " ", " ", "#", "#"}
	case '%':
		return []string{"#   #", "   # ", "  #  ", " #   ", "#   #"}
	case '/':
		return []string{"  #", "  #", " # ", "#  ", "#  "}
	case '+':
		return []string{"   ", " # ", "###", " # ", "   "}
	case '-', '–', '—':
		return []string{"   ", "   ", "###", "   ", "   "}
	case '?':
		return []string{"###", "  #", " ##", "   ", " # "}
	case 's':
		return []string{" ##", "#  ", " # ", "  #", "## "}
	case 'h':
		return []string{"#  ", "#  ", "## ", "# #", "# #"}
	case 'k':
		return []string{"#  ", "# #", "## ", "# #", "# #"}
	case ' ':
		return []string{" ", " ", " ", " ", " "}
	}
	return nil
}

// size is how large a pixel is drawn: cells wide, half rows high. The zero size is plain text.
type size struct{ w, h int }

// sizes lists those there are, the largest first; two are higher than wide, for narrow tiles. Without
// half blocks, whole rows alone can be drawn.
func sizes(ascii bool) []size {
	all := []size{{10, 10}, {9, 9}, {8, 8}, {7, 7}, {6, 6}, {5, 5}, {4, 4}, {3, 3}, {2, 3}, {2, 2}, {1, 2}, {1, 1}, {}}
	if ascii {
		all = slices.DeleteFunc(all, func(s size) bool { return s.h%2 == 1 })
	}
	return all
}

// cells gives how much room a text takes: cells and rows.
func (s size) cells(value string) (w, h int) {
	if s == (size{}) {
		return text.Width(value), 1
	}
	n := 0
	for _, r := range value {
		g := glyph(r)
		if g == nil {
			return 1 << 20, 1 << 20 // cannot be drawn
		}
		if n > 0 {
			n++
		}
		n += len(g[0])
	}
	return n * s.w, (pixels*s.h + 1) / 2
}

// largest gives the largest size in which a text has room, the plain one if none has.
func largest(value string, w, h int, ascii bool) size {
	for _, s := range sizes(ascii) {
		if sw, sh := s.cells(value); sw <= w && sh <= h {
			return s
		}
	}
	return size{}
}

// big draws a text in a size, plain; all lines are of one width.
func big(value string, s size, signs *theme.Signs) []string {
	if s == (size{}) {
		return []string{value}
	}
	var rows [pixels]strings.Builder
	for i, r := range []rune(value) {
		for y, line := range glyph(r) {
			if i > 0 {
				line = " " + line
			}
			rows[y].WriteString(line)
		}
	}
	_, h := s.cells(value)
	out := make([]string, h)
	lit := func(half, x int) bool {
		y := half / s.h
		return y < pixels && rows[y].String()[x] == '#'
	}
	for y := range out {
		var b strings.Builder
		for x := range rows[0].Len() {
			sign := " "
			switch top, bottom := lit(2*y, x), lit(2*y+1, x); {
			case top && bottom:
				sign = signs.Full
			case top:
				sign = signs.Upper
			case bottom:
				sign = signs.Lower
			}
			b.WriteString(strings.Repeat(sign, s.w))
		}
		out[y] = b.String()
	}
	return out
}
