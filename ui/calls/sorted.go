package calls

import (
	"time"

	"ringside/ui/table"
)

// Sorting tells what the list is sorted by.
func (p *Pane) Sorting() table.Sorting { return p.index.sort }

// SetSorting sorts the list; a column that is not known is what needs attention first.
func (p *Pane) SetSorting(s table.Sorting) {
	p.index.sort = p.table.Known(s)
	p.holdUntil = time.Time{}
	p.index.rebuild()
	p.table.Sync()
}

// HeadingAt gives the column whose heading is drawn in cell x of line y of the pane.
func (p *Pane) HeadingAt(x, y int) (string, bool) { return p.table.HeadingAt(x, y) }

// SortBy sorts by a column, or the other way round where it is the one already.
func (p *Pane) SortBy(column string) { p.SetSorting(p.table.By(p.index.sort, column)) }

// Columns gives the columns that the list can be sorted by.
func (p *Pane) Columns() []string { return p.table.Columns() }
