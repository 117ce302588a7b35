package calls

import (
	"strings"

	"ringside/ui/table"
)

// The columns.
const (
	colNo        = "no"
	colState     = "state"
	colDirection = "direction"
	colFrom      = "from"
	colTo        = "to"
	colWith      = "with"
	colClock     = "clock"
	colTotal     = "total"
)

// columns are those of product.md, "The desk". State and clock never go; then who it is.
func columns() []table.Column {
	return []table.Column{
		{ID: colNo, Title: "#", Min: 3, Ideal: 3, Max: 4, Keep: 5, Right: true},
		{ID: colState, Title: "STATE", Min: 15, Ideal: 15, Max: 21, Keep: 10},
		{ID: colDirection, Title: "DIR", Min: 8, Ideal: 8, Max: 8, Keep: 1, Room: 130},
		{ID: colFrom, Title: "FROM", Min: 17, Ideal: 30, Max: 38, Keep: 8},
		{ID: colTo, Title: "TO / PATH", Min: 14, Ideal: 24, Keep: 6},
		{ID: colWith, Title: "WITH", Min: 9, Ideal: 14, Max: 24, Keep: 7},
		{ID: colClock, Title: "CLOCK", Min: 8, Ideal: 8, Max: 10, Keep: 9, Right: true},
		{ID: colTotal, Title: "TOTAL", Min: 7, Ideal: 7, Max: 7, Keep: 4, Right: true},
	}
}

// heading gives the heading of a column for people.
func heading(id string) string {
	for _, c := range columns() {
		if c.ID == id {
			return strings.ToLower(c.Title)
		}
	}
	return "what needs attention first"
}
