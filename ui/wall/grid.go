package wall

import "cmp"

// The least a tile takes: its name and the smallest digits of "00:00".
const (
	minTileW = 19
	minTileH = 4
	tileGap  = 2 // blank cells between tiles; between rows of tiles there is one
)

// grid is how tiles are laid out.
type grid struct {
	cols, rows int
	w, h       int // of each tile
	digits     size
}

// beside is how many lines of a tile are kept from its digits: for its name, its target, and how it went.
func beside(h int) int {
	switch {
	case h >= 9:
		return 3
	case h >= 5:
		return 2
	}
	return 1
}

// arrange finds the grid for n tiles in which digits are largest: rooms are values as wide as they
// usually get. ok is false where they have no room together.
func arrange(n int, rooms []string, w, h int, ascii bool) (best grid, ok bool) {
	for cols := 1; cols <= n; cols++ {
		rows := (n + cols - 1) / cols
		g := grid{cols: cols, rows: rows, w: (w - tileGap*(cols-1)) / cols, h: (h - (rows - 1)) / rows}
		if g.w < minTileW || g.h < minTileH {
			continue
		}
		g.digits = sizes(ascii)[0]
		for _, room := range rooms {
			s := largest(room, g.w-2, g.h-beside(g.h), ascii)
			if s.w*s.h < g.digits.w*g.digits.h {
				g.digits = s
			}
		}
		better := cmp.Or(
			g.digits.w*g.digits.h-best.digits.w*best.digits.h,
			best.cols*best.rows-cols*rows, // no hole
			min(g.h, 9)-min(best.h, 9),    // more beside the digits
		)
		if !ok || better > 0 {
			best, ok = g, true
		}
	}
	return best, ok
}

// split gives how many of n tiles are shown at once, so that every page has room; at least 1.
func split(n int, w, h int) int {
	cols := max(1, (w+tileGap)/(minTileW+tileGap))
	rows := max(1, (h+1)/(minTileH+1))
	at := min(n, cols*rows)
	if at < 1 {
		return 1
	}
	pages := (n + at - 1) / at
	return (n + pages - 1) / pages // as many on each
}
