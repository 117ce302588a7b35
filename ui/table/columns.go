// Package table is the one table of the screen. It draws the rows in sight and no others, so that
// a frame costs the height of the screen and not the length of the list. What is selected is a row's
// key, never its number.
package table

import (
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Column describes a column. Widths are cells of content; the gaps between columns come on top.
type Column struct {
	ID    string
	Title string
	Min   int  // narrower than this it is left out
	Ideal int  // what it has where there is room
	Max   int  // what it may grow to; 0: without end
	Keep  int  // the column with the lowest is left out first
	Room  int  // a narrower table does without it, so that the others have their ideal
	Right bool // figures stand at the right
}

// Slot is a column that is shown.
type Slot struct {
	ID string
	W  int
	at int // index into the columns
}

// left of the first column: the marker of the selected row.
const margin = 1

// Fit chooses the columns that are shown in w cells and their widths. Columns are left out until
// the rest fits; what is left over goes to all up to their ideal, then to those that may grow.
func Fit(cols []Column, w, gap int) []Slot {
	var slots []Slot
	for i, c := range cols {
		if w < c.Room && len(cols) > 1 {
			continue
		}
		slots = append(slots, Slot{ID: c.ID, W: c.Min, at: i})
	}
	for len(slots) > 1 && used(slots, gap) > w {
		drop := 0
		for i, s := range slots {
			if cols[s.at].Keep < cols[slots[drop].at].Keep {
				drop = i
			}
		}
		slots = append(slots[:drop], slots[drop+1:]...)
	}
	room := w - used(slots, gap)
	room = widen(slots, cols, room, func(c Column) int { return max(c.Ideal, c.Min) })
	widen(slots, cols, room, func(c Column) int {
		if c.Max == 0 {
			return w
		}
		return max(c.Max, c.Ideal)
	})
	if len(slots) == 1 {
		slots[0].W = max(0, min(slots[0].W, w-margin))
	}
	return slots
}

func used(slots []Slot, gap int) int {
	n := margin + gap*(len(slots)-1)
	for _, s := range slots {
		n += s.W
	}
	return n
}

// widen gives room out one cell at a time, so that all columns grow alike, and returns the rest.
func widen(slots []Slot, cols []Column, room int, limit func(Column) int) int {
	for grown := true; grown && room > 0; {
		grown = false
		for i := range slots {
			if room > 0 && slots[i].W < limit(cols[slots[i].at]) {
				slots[i].W++
				room--
				grown = true
			}
		}
	}
	return room
}

// Variants is a cell of the first text that fits w cells with a sign before it, or of the last one.
func Variants(look theme.Style, w int, sign string, longestFirst ...string) Cell {
	if sign != "" {
		sign += " "
	}
	c := Cell{Text: sign + Variant(w-text.Width(sign), longestFirst...), Style: look}
	if len(longestFirst) > 0 {
		c.Want = text.Width(sign) + text.Width(longestFirst[0])
		c.Least = text.Width(sign) + text.Width(longestFirst[len(longestFirst)-1])
	}
	return c
}

// Variant gives the first text that fits w cells, or the last one.
func Variant(w int, longestFirst ...string) string {
	for _, s := range longestFirst {
		if text.Width(s) <= w {
			return s
		}
	}
	if len(longestFirst) == 0 {
		return ""
	}
	return longestFirst[len(longestFirst)-1]
}
