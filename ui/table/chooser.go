package table

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Chooser is the small list in which somebody chooses the columns of a table and their order. The
// table follows every step, so that one sees what one gets.
//
// A pane embeds one, opens it on action.Columns, gives it every action while it is Active and draws
// it with Over. Whoever dispatches keys looks them up in action.Choose meanwhile. What was chosen
// comes as a ColumnsMsg; it is handed back at the next start by the pane's SetColumns.
type Chooser struct {
	table *Table
	place action.Place

	open  bool
	was   []string // the columns before it was opened
	items []choice
	at    int
	why   string // why the last step was not done
}

// choice is one column in the list.
type choice struct {
	Column
	shown bool
}

// NewChooser makes a closed chooser for the columns of t. place is that of the pane: it says in the
// ColumnsMsg whose columns they are.
func NewChooser(t *Table, place action.Place) *Chooser { return &Chooser{table: t, place: place} }

// Active reports whether the columns are being chosen.
func (c *Chooser) Active() bool { return c.open }

// Open begins with the columns as they are: the shown ones in their order, then the hidden ones.
func (c *Chooser) Open() {
	c.open, c.was, c.at, c.why = true, c.table.Columns(), 0, ""
	c.list(c.table.cols)
}

func (c *Chooser) list(shown []Column) {
	c.items = c.items[:0]
	for _, col := range shown {
		c.items = append(c.items, choice{col, true})
	}
	for _, col := range c.table.all {
		if !slices.ContainsFunc(shown, func(s Column) bool { return s.ID == col.ID }) {
			c.items = append(c.items, choice{col, false})
		}
	}
}

// Do moves in the list, shows, hides and moves columns; Keep closes it and gives the ColumnsMsg,
// Back closes it and leaves the columns as they were.
func (c *Chooser) Do(a action.Action) tea.Cmd {
	c.why = ""
	last := len(c.items) - 1
	switch a {
	case action.Up:
		c.at = max(0, c.at-1)
	case action.Down:
		c.at = min(last, c.at+1)
	case action.Top, action.PageUp:
		c.at = 0
	case action.Bottom, action.PageDown:
		c.at = last
	case action.Toggle:
		c.toggle()
	case action.MoveUp:
		c.move(-1)
	case action.MoveDown:
		c.move(1)
	case action.Reset:
		c.list(c.table.all)
		c.at = 0
		c.table.SetColumns(nil)
	case action.Back, action.Columns:
		c.open = false
		c.table.SetColumns(c.was)
	case action.Keep, action.Open:
		c.open = false
		return c.keep()
	default:
		return action.Refuse(a, "columns are being chosen: Enter keeps them, Esc leaves them as they were")
	}
	return nil
}

func (c *Chooser) toggle() {
	it := &c.items[c.at]
	it.shown = !it.shown
	if len(c.order()) == 0 {
		it.shown = true
		c.why = "one column stays"
		return
	}
	c.table.SetColumns(c.order())
}

func (c *Chooser) move(by int) {
	to := c.at + by
	if to < 0 || to >= len(c.items) {
		return
	}
	c.items[c.at], c.items[to] = c.items[to], c.items[c.at]
	c.at = to
	c.table.SetColumns(c.order())
}

// order gives the ids of the shown columns, left to right.
func (c *Chooser) order() []string {
	var out []string
	for _, it := range c.items {
		if it.shown {
			out = append(out, it.ID)
		}
	}
	return out
}

func (c *Chooser) keep() tea.Cmd {
	msg := ColumnsMsg{Place: c.place, Order: c.order()}
	if slices.Equal(msg.Order, ids(c.table.all)) {
		msg.Order = nil
	}
	return func() tea.Msg { return msg }
}

// The box of the list, in cells: its frame, a blank on either side, and between them the mark of
// the cursor, a box to tick and the heading.
const (
	chooserTitle = "columns"
	noRoom       = "no room"
	boxMin       = 14
)

// Over draws the list over a view of w by h cells, at its right. A view without room for it is
// replaced. While it is closed the view is given as it is.
func (c *Chooser) Over(view string, w, h int) string {
	if !c.open || w <= 0 || h <= 0 {
		return view
	}
	box := c.box(w, h)
	bw := text.Width(box[0])
	x := max(0, w-bw-1)
	lines := strings.Split(view, "\n")
	for i, b := range box {
		if i >= len(lines) {
			break
		}
		left := text.Fit(ansi.Truncate(lines[i], x, ""), x)
		right := text.Fit(ansi.TruncateLeft(lines[i], x+bw, ""), w-x-bw)
		lines[i] = left + b + right
	}
	return strings.Join(lines, "\n")
}

// box gives the lines of the list with its frame, all of one width, at most w by h.
func (c *Chooser) box(w, h int) []string {
	s, frame := c.table.th.Signs, c.table.th.Border
	rows, inner := c.rows(h - 2)
	inner = max(0, min(inner, w-4))
	if w < boxMin || h < 3 { // no room for a frame
		for i := range rows {
			rows[i] = text.Fit(rows[i], w)
		}
		return rows
	}
	title := text.Cut(chooserTitle, inner)
	out := []string{frame.Render(s.TL+s.H) + c.table.th.Title.Render(title) +
		frame.Render(strings.Repeat(s.H, inner+1-text.Width(title))+s.TR)}
	for _, r := range rows {
		out = append(out, frame.Render(s.V)+" "+text.Fit(r, inner)+" "+frame.Render(s.V))
	}
	why := text.Cut(c.why, inner)
	return append(out, frame.Render(s.BL+s.H)+c.table.th.Warn.Render(why)+
		frame.Render(strings.Repeat(s.H, inner+1-text.Width(why))+s.BR))
}

// rows gives the lines of the list that fit n, the one with the cursor among them, and the width
// of the widest.
func (c *Chooser) rows(n int) (rows []string, w int) {
	n = max(1, min(n, len(c.items)))
	from := max(0, min(c.at-n/2, len(c.items)-n))
	for i := from; i < from+n; i++ {
		rows = append(rows, c.row(i))
	}
	for _, it := range c.items { // the width does not change while one moves
		w = max(w, 6+text.Width(it.Title)+2+len(noRoom))
	}
	return rows, w
}

func (c *Chooser) row(i int) string {
	it, th := c.items[i], c.table.th
	mark, tick, look := " ", "[ ]", th.Faint
	if it.shown {
		tick, look = "["+th.Signs.Good+"]", th.Text
	}
	ground := theme.Style{}
	if i == c.at {
		mark, ground = th.Signs.Marker, th.RowSelected
	}
	line := th.Accent.On(ground).Render(mark) + look.On(ground).Render(tick+" "+it.Title)
	if it.shown && !slices.ContainsFunc(c.table.slots, func(s Slot) bool { return s.ID == it.ID }) {
		line += "  " + th.Mark.Render(noRoom)
	}
	return line
}
