package table

import (
	"strings"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// Source is the list behind a table. Its methods are called for rows in sight only, so their cost
// may not depend on the length of the list (Find: little).
type Source interface {
	Len() int
	Key(i int) string
	Find(key string) int // -1 when not in the list
	Lines(i int) int     // how many lines the row takes, at least 1
	Row(i int, slots []Slot, row *Row)
}

// Table shows a Source. The zero value is not ready; New makes one.
type Table struct {
	all    []Column        // every column there is, in the order a fresh desk has them
	cols   []Column        // those that were chosen, in their order
	slots  []Slot          // those of cols that fit
	needs  map[string]need // of columns, by id
	lately map[string]need // of the frames since they were looked at last
	frames int
	seen   []need // of slots, in the frame that is drawn
	gap    int
	w, h   int
	th     *theme.Theme
	src    Source

	top    int    // first row in sight
	sel    string // key of the selected row, "" for none
	at     int    // where it was seen last
	follow bool

	by   string // column it is sorted by
	desc bool
	row  Row
}

// New makes a table.
func New(th *theme.Theme, src Source, cols []Column) *Table {
	return &Table{th: th, src: src, all: cols, cols: cols, gap: 1, needs: map[string]need{}, lately: map[string]need{}}
}

// SetTheme changes the looks.
func (t *Table) SetTheme(th *theme.Theme) { t.th = th }

// SetSize sets the room in cells, the line of headings included.
func (t *Table) SetSize(w, h int) {
	w, h = max(0, w), max(0, h)
	if w == t.w && h == t.h && t.slots != nil {
		return
	}
	t.w, t.h = w, h
	t.gap = 1
	if w >= 100 {
		t.gap = 2
	}
	t.forget()
	t.Sync()
}

// SetSort marks the heading of the column the list is sorted by; "" marks none.
func (t *Table) SetSort(id string, desc bool) {
	if t.by, t.desc = id, desc; t.slots != nil {
		t.forget()
	}
}

// Slots gives the columns that are shown, left to right.
func (t *Table) Slots() []Slot { return t.slots }

// SetFollow keeps the selected row in sight when the list changes.
func (t *Table) SetFollow(on bool) { t.follow = on; t.Sync() }

// Following reports whether the selected row is kept in sight.
func (t *Table) Following() bool { return t.follow }

// Selected gives the key of the selected row, "" when none is.
func (t *Table) Selected() string { return t.sel }

// Select selects a row by its key, "" for none, and brings it into sight.
func (t *Table) Select(key string) {
	t.sel = key
	if i := t.index(); i >= 0 {
		t.show(i)
	}
}

// Sync must be called when the list has changed. A selection whose row has gone is given up: an
// action must never hit the row that took its place.
func (t *Table) Sync() {
	i := -1
	if t.sel != "" {
		if i = t.index(); i < 0 {
			t.sel, t.follow = "", false
		}
	}
	t.top = max(0, min(t.top, t.lastTop()))
	if i >= 0 && t.follow {
		t.show(i)
	}
}

// index gives where the selected row stands, -1 for nowhere, and remembers it.
func (t *Table) index() int {
	if t.sel == "" {
		return -1
	}
	i := t.src.Find(t.sel)
	if i >= 0 {
		t.at = i
	}
	return i
}

// Move moves the selection by n rows. Without a selection it starts where the last one was, or at
// the first row in sight.
func (t *Table) Move(n int) {
	if t.src.Len() == 0 {
		return
	}
	i := t.index()
	switch {
	case i >= 0:
		i += n
	case t.at >= t.top && t.at < t.top+t.room():
		i = t.at
	default:
		i = t.top
	}
	t.to(i)
}

// Page moves by n screens.
func (t *Table) Page(n int) { t.Move(n * max(1, t.room()-1)) }

// ToTop selects the first row.
func (t *Table) ToTop() { t.to(0) }

// ToBottom selects the last row.
func (t *Table) ToBottom() { t.to(t.src.Len() - 1) }

// Scroll moves what is in sight by n rows and leaves the selection alone.
func (t *Table) Scroll(n int) { t.top = max(0, min(t.top+n, t.lastTop())) }

func (t *Table) to(i int) {
	if n := t.src.Len(); n > 0 {
		i = max(0, min(i, n-1))
		t.sel, t.at = t.src.Key(i), i
		t.show(i)
	}
}

func (t *Table) room() int { return max(0, t.h-1) }

// show brings row i into sight, with what is unfolded below it as far as that fits.
func (t *Table) show(i int) {
	if i < t.top {
		t.top = i
		return
	}
	if first := t.firstFor(i); t.top < first {
		t.top = first
	}
}

// firstFor gives the lowest top with which row i is whole in sight.
func (t *Table) firstFor(i int) int {
	room := t.room() - t.src.Lines(i)
	for i > 0 && room > 0 {
		if room -= t.src.Lines(i - 1); room < 0 {
			break
		}
		i--
	}
	return i
}

// lastTop gives the top with which the last row stands at the bottom.
func (t *Table) lastTop() int {
	n := t.src.Len()
	if n == 0 {
		return 0
	}
	return t.firstFor(n - 1)
}

// Hidden gives how many rows lie above and below what is in sight.
func (t *Table) Hidden() (above, below int) {
	n, room, i := t.src.Len(), t.room(), t.top
	for i < n && room > 0 {
		room -= t.src.Lines(i)
		i++
	}
	return min(t.top, n), n - i
}

// SelectionSide tells where the selected row is: -1 above what is in sight, 1 below, 0 in sight or
// not selected.
func (t *Table) SelectionSide() int {
	i := t.index()
	above, below := t.Hidden()
	switch {
	case i < 0:
		return 0
	case i < above:
		return -1
	case i >= t.src.Len()-below:
		return 1
	}
	return 0
}

// KeyAt gives the key of the row drawn in line y, 0 being the headings.
func (t *Table) KeyAt(y int) (string, bool) {
	if y < 1 || y >= t.h {
		return "", false
	}
	y--
	for i := t.top; i < t.src.Len(); i++ {
		if y -= t.src.Lines(i); y < 0 {
			return t.src.Key(i), true
		}
	}
	return "", false
}

// InSight gives the keys of the rows in sight, from the top.
func (t *Table) InSight() []string {
	var out []string
	left := t.room()
	for i := t.top; i < t.src.Len() && left > 0; i++ {
		out = append(out, t.src.Key(i))
		left -= t.src.Lines(i)
	}
	return out
}

// View draws exactly h lines of w cells.
func (t *Table) View() string {
	if t.w == 0 || t.h == 0 {
		return ""
	}
	var b strings.Builder
	b.Grow(t.w * t.h * 2)
	if t.draw(&b); t.learn() {
		b.Reset()
		t.draw(&b)
	}
	return b.String()
}

// draw draws the lines, and measures what stands in them.
func (t *Table) draw(b *strings.Builder) {
	t.seen = append(t.seen[:0], make([]need, len(t.slots))...)
	t.headings(b)
	left := t.h - 1
	for i := t.top; i < t.src.Len() && left > 0; i++ {
		t.row.reset(len(t.slots))
		t.src.Row(i, t.slots, &t.row)
		sel := t.sel != "" && t.src.Key(i) == t.sel
		for n, line := range t.row.Lines {
			if left == 0 {
				break
			}
			b.WriteByte('\n')
			t.measure(line)
			t.line(b, line, sel && n == 0)
			left--
		}
	}
	for ; left > 0; left-- {
		b.WriteByte('\n')
		b.WriteString(text.Spaces(t.w))
	}
}

func (t *Table) headings(b *strings.Builder) {
	b.WriteString(text.Spaces(min(margin, t.w)))
	at := margin
	for i, s := range t.slots {
		c := Cell{Text: t.cols[s.at].Title, Style: t.th.Column}
		if s.ID == t.by {
			sign := t.th.Signs.Asc
			if t.desc {
				sign = t.th.Signs.Desc
			}
			c.Style = t.th.ColumnBy
			if text.Width(c.Text)+1 <= s.W {
				c.Text += sign
			} else {
				c.Text = sign
			}
		}
		at += t.put(b, i, &c, theme.Style{})
	}
	b.WriteString(text.Spaces(t.w - at))
}

func (t *Table) line(b *strings.Builder, cells []Cell, selected bool) {
	ground := theme.Style{}
	mark := text.Spaces(margin)
	if selected {
		ground = t.th.RowSelected
		mark = t.th.Accent.On(ground).Render(t.th.Signs.Marker)
	}
	b.WriteString(mark)
	at := margin
	for i := range t.slots {
		at += t.put(b, i, &cells[i], ground)
	}
	b.WriteString(ground.Render(text.Spaces(t.w - at)))
}

// put draws the cell of a slot with the gap before it, and gives the cells that took.
func (t *Table) put(b *strings.Builder, slot int, c *Cell, ground theme.Style) int {
	n := t.slots[slot].W
	if slot > 0 {
		b.WriteString(ground.Render(text.Spaces(t.gap)))
		n += t.gap
	}
	on := func(s theme.Style) theme.Style { return s }
	if !ground.Plain() {
		on = func(s theme.Style) theme.Style { return s.On(ground) }
	}
	c.write(b, t.slots[slot].W, t.cols[t.slots[slot].at].Right, t.th.Signs.Ellipsis, on, ground)
	return n
}
