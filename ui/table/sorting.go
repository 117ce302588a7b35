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
