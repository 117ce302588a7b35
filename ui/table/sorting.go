package table

import "ringside/ui/action"

// Sorting is the column a list is sorted by.
type Sorting struct {
	By      string // column id, "" for the list's own order
	Reverse bool
}

// Resort gives the sorting after an action: by the shown column to the left or right, or the other
// way round. Left of the first and right of the last column stands the list's own order. Other
// actions change nothing. The heading is marked.
func (t *Table) Resort(s Sorting, a action.Action) Sorting {
	by := []string{""}
	at := 0
	for i, slot := range t.slots {
		by = append(by, slot.ID)
		if slot.ID == s.By {
			at = i + 1
		}
	}
	switch a {
	case action.SortLeft:
		s = Sorting{By: by[(at+len(by)-1)%len(by)]}
	case action.SortRight:
		s = Sorting{By: by[(at+1)%len(by)]}
	case action.Reverse:
		s.Reverse = !s.Reverse
	}
	t.SetSort(s.By, s.Reverse)
	return s
}

// By gives the sorting that a click on a heading asks for: by that column, or the other way round
// where it is the one already. The heading is marked.
func (t *Table) By(s Sorting, column string) Sorting {
	if s.By == column {
		s.Reverse = !s.Reverse
	} else {
		s = Sorting{By: column}
	}
	t.SetSort(s.By, s.Reverse)
	return s
}

// Known gives a sorting by a column that there is, the list's own order in place of any other. The
// heading is marked.
func (t *Table) Known(s Sorting) Sorting {
	if s.By != "" && !t.Has(s.By) {
		s = Sorting{}
	}
	t.SetSort(s.By, s.Reverse)
	return s
}

// HeadingAt gives the column whose heading is drawn in cell x of line y of the table.
func (t *Table) HeadingAt(x, y int) (column string, ok bool) {
	if y != 0 || t.h == 0 {
		return "", false
	}
	at := margin
	for i, s := range t.slots {
		if i > 0 {
			at += t.gap
		}
		if x >= at && x < at+s.W {
			return s.ID, true
		}
		at += s.W
	}
	return "", false
}

// Has reports whether there is a column with an id, shown or not.
func (t *Table) Has(column string) bool { return len(pick(t.all, []string{column})) == 1 }
