// Package figures draws numbers that one can ask about: a table of them (Board), what one of them
// means (Explain), and the calls it counts (Calls).
//
// A number that is chosen stands in brackets. Opening it gives Behind, for whoever shows its calls.
package figures

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Behind asks for the calls that a number counts.
type Behind struct{ Number stats.Number }

// Column is a column of a Board.
type Column[R any] struct {
	table.Column
	Cell    func(r *R, w int) table.Cell
	Compare func(a, b *R) int               // what comes first when the board is sorted by it
	Number  func(r *R) (stats.Number, bool) // nil: no number; false: none of this row
}

// Spec says what a Board shows.
type Spec[R any] struct {
	Columns []Column[R]
	Key     func(*R) string
	Order   func(a, b *R) int // without sorting: what needs attention first
	Texts   func(*R) []string // what words of a filter are looked for in
	Term    func(*R, query.Term) bool
	Nothing string // said while there are no rows
}

// Board is a table of rows some of whose cells are numbers. Make one with New.
type Board[R any] struct {
	spec  Spec[R]
	th    *theme.Theme
	w, h  int
	table *table.Table

	all  []R
	rows []*R
	at   map[string]int // row by key

	sort    table.Sorting
	filter  string
	want    query.Node
	region  string
	cell    string // column of the chosen number; "" none
	explain bool
}

// New makes a Board without rows.
func New[R any](th *theme.Theme, spec Spec[R]) *Board[R] {
	b := &Board[R]{spec: spec, th: th, at: map[string]int{}}
	b.table = table.New(th, b, b.columns())
	return b
}

func (b *Board[R]) columns() []table.Column {
	out := make([]table.Column, len(b.spec.Columns))
	for i := range out {
		out[i] = b.spec.Columns[i].Column
	}
	return out
}

// SetTheme changes the looks.
func (b *Board[R]) SetTheme(th *theme.Theme) { b.th = th; b.table.SetTheme(th) }

// SetSize sets the room in cells.
func (b *Board[R]) SetSize(w, h int) {
	b.w, b.h = max(0, w), max(0, h)
	b.fit()
}

func (b *Board[R]) fit() { b.table.SetSize(b.w, max(0, b.h-b.below())) }

// below is how many lines the explanation takes.
func (b *Board[R]) below() int {
	if _, ok := b.Number(); !ok || !b.explain || b.h < 8 {
		return 0
	}
	return min(9, b.h/2)
}

// SetRows takes the rows as they are now, in any order.
func (b *Board[R]) SetRows(rows []R) {
	b.all = rows
	b.rebuild()
}

// SetRegion sets the country of numbers in filters.
func (b *Board[R]) SetRegion(region string) { b.region = region }

// SetFilter shows only the rows that a query finds. A text that is no query counts as far as it can
// be understood.
func (b *Board[R]) SetFilter(filter string) {
	b.filter = filter
	q, _ := query.ParseLoose(filter, query.Options{Region: b.region})
	b.want = q.Root
	b.rebuild()
}

func (b *Board[R]) rebuild() {
	b.rows = b.rows[:0]
	for i := range b.all {
		if r := &b.all[i]; matches(b.want, r, &b.spec) {
			b.rows = append(b.rows, r)
		}
	}
	order := b.order()
	slices.SortFunc(b.rows, func(x, y *R) int {
		n := cmp.Or(order(x, y), strings.Compare(b.spec.Key(x), b.spec.Key(y)))
		if b.sort.Reverse {
			return -n
		}
		return n
	})
	clear(b.at)
	for i, r := range b.rows {
		b.at[b.spec.Key(r)] = i
	}
	b.table.Sync()
	b.fit()
}

func (b *Board[R]) order() func(x, y *R) int {
	for _, c := range b.spec.Columns {
		if c.ID == b.sort.By && c.Compare != nil {
			return c.Compare
		}
	}
	return b.spec.Order
}

// Count gives how many rows the filter shows, and how many there are.
func (b *Board[R]) Count() (shown, all int) { return len(b.rows), len(b.all) }

// Selected gives the row that is selected, nil when none is.
func (b *Board[R]) Selected() *R {
	if i, ok := b.at[b.table.Selected()]; ok {
		return b.rows[i]
	}
	return nil
}

// Select selects a row by its key, "" for none.
func (b *Board[R]) Select(key string) {
	b.table.Select(key)
	b.fit()
}

// Shows reports whether a column has room.
func (b *Board[R]) Shows(column string) bool {
	return slices.ContainsFunc(b.table.Slots(), func(s table.Slot) bool { return s.ID == column })
}

// IDAt gives the key of the row drawn in a line.
func (b *Board[R]) IDAt(y int) (string, bool) { return b.table.KeyAt(y) }

// Scroll moves the rows by n under the eyes.
func (b *Board[R]) Scroll(n int) { b.table.Scroll(n) }

// Number gives the number that is chosen; ok is false when none is.
func (b *Board[R]) Number() (n stats.Number, ok bool) {
	r := b.Selected()
	if r == nil || b.cell == "" {
		return n, false
	}
	for _, c := range b.spec.Columns {
		if c.ID == b.cell && c.Number != nil {
			return c.Number(r)
		}
	}
	return n, false
}

// first gives the number of the selected row that is opened while none is chosen.
func (b *Board[R]) first() (n stats.Number, ok bool) {
	if n, ok = b.Number(); ok {
		return n, true
	}
	r := b.Selected()
	for _, c := range b.spec.Columns {
		if r != nil && c.Number != nil {
			if n, ok := c.Number(r); ok && n.Of > 0 {
				return n, true
			}
		}
	}
	return n, false
}

// Back closes what was opened last, and reports whether there was anything to close.
func (b *Board[R]) Back() bool {
	switch {
	case b.explain && b.below() > 0:
		b.explain = false
	case b.cell != "":
		b.cell, b.explain = "", false
	case b.table.Selected() != "":
		b.table.Select("")
	default:
		return false
	}
	b.fit()
	return true
}

// Do moves, sorts, chooses a number, explains and opens it.
func (b *Board[R]) Do(a action.Action) tea.Cmd {
	if b.table.Travel(a) {
		b.fit()
		return nil
	}
	switch a {
	case action.SortLeft, action.SortRight, action.Reverse:
		b.sort = b.table.Resort(b.sort, a)
		b.rebuild()
	case action.NumberLeft, action.NumberRight:
		return b.choose(a)
	case action.Explain:
		if _, ok := b.first(); !ok {
			return action.Refuse(a, "no number is chosen: j and k select a row, the arrows left and right a number")
		}
		b.explain = !b.explain
		if b.cell == "" {
			b.choose(action.NumberRight)
		}
		b.fit()
	case action.Open:
		n, ok := b.first()
		if !ok {
			return action.Refuse(a, "no number is chosen: j and k select a row, the arrows left and right a number")
		}
		return func() tea.Msg { return Behind{n} }
	default:
		return action.Refuse(a, "there is nothing of that kind among the numbers")
	}
	return nil
}

// choose goes to the next number of the row to the left or right.
func (b *Board[R]) choose(a action.Action) tea.Cmd {
	if b.Selected() == nil {
		b.table.Move(0)
	}
	var cells []string
	for _, s := range b.table.Slots() {
		for _, c := range b.spec.Columns {
			if c.ID == s.ID && c.Number != nil {
				cells = append(cells, c.ID)
			}
		}
	}
	if len(cells) == 0 {
		return action.Refuse(a, "there is no number in sight")
	}
	i := slices.Index(cells, b.cell)
	switch {
	case i < 0 && a == action.NumberLeft:
		i = len(cells) - 1
	case i < 0:
		i = 0
	case a == action.NumberLeft:
		i = max(0, i-1)
	default:
		i = min(len(cells)-1, i+1)
	}
	b.cell = cells[i]
	b.fit()
	return nil
}

// Len, Key, Find, Lines and Row make the board the table's source.

// Len gives how many rows are shown.
func (b *Board[R]) Len() int { return len(b.rows) }

// Key gives the key of row i.
func (b *Board[R]) Key(i int) string { return b.spec.Key(b.rows[i]) }

// Find gives the row with a key, -1 when it is not shown.
func (b *Board[R]) Find(key string) int {
	if i, ok := b.at[key]; ok {
		return i
	}
	return -1
}

// Lines gives how many lines row i takes.
func (b *Board[R]) Lines(int) int { return 1 }

// Row draws row i.
func (b *Board[R]) Row(i int, slots []table.Slot, row *table.Row) {
	r := b.rows[i]
	chosen := b.spec.Key(r) == b.table.Selected()
	cells := row.Add()
	for n, s := range slots {
		for k := range b.spec.Columns {
			c := &b.spec.Columns[k]
			if c.ID != s.ID {
				continue
			}
			cells[n] = c.Cell(r, s.W)
			if chosen && c.ID == b.cell {
				cells[n].Text = "[" + strings.TrimSpace(cells[n].Text) + "]"
				cells[n].Style = b.th.Strong
			}
		}
	}
}

// View draws exactly the room the board has.
func (b *Board[R]) View() string {
	if b.w < 12 || b.h < 1 {
		return text.Block(nil, b.w, b.h)
	}
	if len(b.rows) == 0 {
		say := b.spec.Nothing
		if len(b.all) > 0 {
			say = fmt.Sprintf("none of %d shows %q   Esc clears the filter", len(b.all), call.Clean(b.filter))
		}
		lines := []string{""}
		for _, l := range text.Wrap(say, b.w-4) {
			lines = append(lines, "  "+b.th.Faint.Render(l))
		}
		return text.Block(lines, b.w, b.h)
	}
	n, ok := b.Number()
	if below := b.below(); ok && below > 0 {
		return b.table.View() + "\n" + text.Block(Explain(b.th, n, b.w, below), b.w, below)
	}
	return b.table.View()
}
