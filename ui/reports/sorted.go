package reports

import (
	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/ui/table"
)

// Sorting tells what the list is sorted by: smallest, or oldest, first where it is reversed.
func (p *Pane) Sorting() table.Sorting { return table.Sorting{By: heading(p.q.by), Reverse: p.q.up} }

// SetSorting sorts the list; a column that the archive keeps no order of changes nothing.
func (p *Pane) SetSorting(s table.Sorting) tea.Cmd {
	for by := range archive.Column(numSortable) {
		if heading(by) == s.By && (by != p.q.by || s.Reverse != p.q.up) {
			p.q.by, p.q.up = by, s.Reverse
			p.table.SetSort(heading(by), !s.Reverse)
			if p.now.IsZero() {
				return nil // asked when there is a clock
			}
			return p.Ask()
		}
	}
	return nil
}

// Sortable reports whether the list can be sorted by a column.
func (p *Pane) Sortable(column string) bool {
	for by := range archive.Column(numSortable) {
		if heading(by) == column {
			return true
		}
	}
	return false
}

// HeadingAt gives the column whose heading is drawn in cell x of line y of the pane.
func (p *Pane) HeadingAt(x, y int) (string, bool) { return p.table.HeadingAt(x, y) }

// SortBy sorts by a column, or the other way round where it is the one already.
func (p *Pane) SortBy(column string) tea.Cmd {
	s := table.Sorting{By: column}
	if was := p.Sorting(); was.By == column {
		s.Reverse = !was.Reverse
	}
	return p.SetSorting(s)
}

// Sortables gives the columns that the list can be sorted by.
func (p *Pane) Sortables() []string {
	var out []string
	for by := range archive.Column(numSortable) {
		out = append(out, heading(by))
	}
	return out
}
