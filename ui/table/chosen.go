package table

import (
	"slices"

	"ringside/ui/action"
)

// ColumnsMsg says that somebody has chosen the columns of a list, so that they can be kept for the
// next time.
type ColumnsMsg struct {
	Place action.Place
	// Order has the ids of the shown columns, left to right: what SetColumns takes. Nil where they
	// are those of a fresh desk, which a later version may have changed.
	Order []string
}

// SetColumns shows the columns with the ids in order, left to right, and no others. Ids that are
// not known are passed over, so that what an older or newer version has kept does no harm; when
// none is left, nil included, the columns are those of a fresh desk. Which of them give way in a
// narrow table stays each column's own matter.
func (t *Table) SetColumns(order []string) {
	t.cols = t.all
	if cols := pick(t.all, order); len(cols) > 0 {
		t.cols = cols
	}
	t.forget()
}

// Columns gives the ids of the chosen columns, left to right, those included that have no room now.
func (t *Table) Columns() []string { return ids(t.cols) }

// pick gives the columns with the ids in order, each once.
func pick(all []Column, order []string) []Column {
	var out []Column
	for _, id := range order {
		i := slices.IndexFunc(all, func(c Column) bool { return c.ID == id })
		if i >= 0 && !slices.ContainsFunc(out, func(c Column) bool { return c.ID == id }) {
			out = append(out, all[i])
		}
	}
	return out
}

func ids(cols []Column) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.ID
	}
	return out
}
