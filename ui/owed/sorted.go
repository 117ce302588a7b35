package owed

import "ringside/ui/table"

// Sorting tells what the list is sorted by.
func (p *Pane) Sorting() table.Sorting { return p.list.sort }

// SetSorting sorts the list; a column that is not known is the list's own order.
func (p *Pane) SetSorting(s table.Sorting) {
	p.list.sort = p.table.Known(s)
	p.list.rebuild()
	p.table.Sync()
}

// HeadingAt gives the column whose heading is drawn in cell x of line y of the pane.
func (p *Pane) HeadingAt(x, y int) (string, bool) { return p.table.HeadingAt(x, y-p.head()) }

// SortBy sorts by a column, or the other way round where it is the one already.
func (p *Pane) SortBy(column string) { p.SetSorting(p.table.By(p.list.sort, column)) }

// Columns gives the columns that the list can be sorted by.
func (p *Pane) Columns() []string { return p.table.Columns() }
