package figures

import "ringside/ui/table"

// Sorting tells what the board is sorted by.
func (b *Board[R]) Sorting() table.Sorting { return b.sort }

// SetSorting sorts the board; a column that is not known is what needs attention first.
func (b *Board[R]) SetSorting(s table.Sorting) {
	b.sort = b.table.Known(s)
	b.rebuild()
}

// SortBy sorts by a column, or the other way round where it is the one already.
func (b *Board[R]) SortBy(column string) { b.SetSorting(b.table.By(b.sort, column)) }

// Columns gives the columns that the board can be sorted by.
func (b *Board[R]) Columns() []string { return b.table.Columns() }

// HeadingAt gives the column whose heading is drawn in cell x of line y of the board.
func (b *Board[R]) HeadingAt(x, y int) (string, bool) {
	if len(b.rows) == 0 {
		return "", false
	}
	return b.table.HeadingAt(x, y)
}

// Sorting tells what the list is sorted by.
func (p *Calls) Sorting() table.Sorting { return p.sort }

// SetSorting sorts the list; a column that is not known is the newest first.
func (p *Calls) SetSorting(s table.Sorting) {
	p.sort = p.table.Known(s)
	p.rebuild()
}

// SortBy sorts by a column, or the other way round where it is the one already.
func (p *Calls) SortBy(column string) { p.SetSorting(p.table.By(p.sort, column)) }

// Columns gives the columns that the list can be sorted by.
func (p *Calls) Columns() []string { return p.table.Columns() }

// HeadingAt gives the column whose heading is drawn in cell x of line y of the list.
func (p *Calls) HeadingAt(x, y int) (string, bool) {
	if len(p.rows) == 0 {
		return "", false
	}
	return p.table.HeadingAt(x, y-1)
}
