package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ringside/ui/theme"
	"ringside/ui/uitest"
)

func cols() []Column {
	return []Column{
		{ID: "no", Title: "#", Min: 3, Ideal: 3, Max: 4, Keep: 2, Right: true},
		{ID: "name", Title: "NAME", Min: 8, Ideal: 14, Max: 20, Keep: 9},
		{ID: "path", Title: "PATH", Min: 6, Ideal: 10, Keep: 1},
		{ID: "clock", Title: "CLOCK", Min: 6, Ideal: 6, Max: 6, Keep: 8, Right: true},
	}
}

// list is a source that counts what is asked of it.
type list struct {
	keys  []string
	lines map[string]int
	drawn int
}

func (l *list) Len() int            { return len(l.keys) }
func (l *list) Key(i int) string    { return l.keys[i] }
func (l *list) Find(key string) int { return slices.Index(l.keys, key) }
func (l *list) Lines(i int) int     { return max(1, l.lines[l.keys[i]]) }
func (l *list) Row(i int, slots []Slot, row *Row) {
	l.drawn++
	for n := range l.Lines(i) {
		cells := row.Add()
		for c, s := range slots {
			cells[c].Text = s.ID + " " + l.keys[i]
			if n > 0 {
				cells[c].Text = "under " + l.keys[i]
			}
		}
	}
}

func numbered(n int) *list {
	l := &list{lines: map[string]int{}}
	for i := range n {
		l.keys = append(l.keys, fmt.Sprintf("k%d", i))
	}
	return l
}

func TestFitEveryWidth(t *testing.T) {
	all := cols()
	for w := 1; w <= 300; w++ {
		slots := Fit(all, w, 1)
		if len(slots) == 0 {
			t.Fatalf("width %d: no column", w)
		}
		if n := used(slots, 1); n > w && len(slots) > 1 || w > 1 && slots[0].W > w-1 {
			t.Fatalf("width %d: %d used by %v", w, n, slots)
		}
		for _, s := range slots {
			c := all[s.at]
			if c.Max > 0 && s.W > c.Max || len(slots) > 1 && s.W < c.Min {
				t.Fatalf("width %d: %s is %d wide", w, s.ID, s.W)
			}
		}
		if w >= 27 && (len(slots) != 4 || used(slots, 1) != w) {
			t.Fatalf("width %d: %v takes %d", w, slots, used(slots, 1))
		}
	}
	var ids []string
	for _, s := range Fit(all, 20, 1) {
		ids = append(ids, s.ID)
	}
	if got := strings.Join(ids, " "); got != "no name clock" {
		t.Errorf("20 cells show %q: the column with the lowest Keep goes first", got)
	}
}

func TestRoom(t *testing.T) {
	all := cols()
	all[2].Room = 60
	for w, want := range map[int]int{59: 3, 60: 4} {
		if got := len(Fit(all, w, 1)); got != want {
			t.Errorf("%d columns in %d cells, want %d", got, w, want)
		}
	}
}

func TestViewIsExact(t *testing.T) {
	l := numbered(12)
	l.keys[3] = "wide 漢字漢字漢字漢字漢字漢字 and on"
	l.lines["k5"] = 4
	for w := 1; w < 60; w++ {
		for _, h := range []int{1, 2, 5, 20} {
			tb := New(theme.Dark(), l, cols())
			tb.SetSize(w, h)
			tb.Select("k5")
			if err := uitest.Screen(tb.View(), w, h).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestDrawsOnlyWhatIsInSight(t *testing.T) {
	l := numbered(10000)
	tb := New(theme.Dark(), l, cols())
	tb.SetSize(40, 20)
	l.drawn = 0
	tb.View()
	if l.drawn != 19 {
		t.Errorf("%d rows drawn for 19 lines", l.drawn)
	}
}

func TestSelectionIsAKey(t *testing.T) {
	l := numbered(30)
	tb := New(theme.Dark(), l, cols())
	tb.SetSize(40, 11)
	tb.Move(1)
	tb.Move(1)
	if tb.Selected() != "k1" {
		t.Fatalf("two steps down select %q", tb.Selected())
	}
	slices.Reverse(l.keys)
	tb.Sync()
	if tb.Selected() != "k1" || tb.SelectionSide() != 1 {
		t.Errorf("after the order changed: %q, side %d", tb.Selected(), tb.SelectionSide())
	}
	if above, _ := tb.Hidden(); above != 0 {
		t.Errorf("the picture moved by itself: %d rows above", above)
	}
	tb.SetFollow(true)
	if tb.SelectionSide() != 0 {
		t.Error("a followed row is out of sight")
	}
	l.keys = slices.DeleteFunc(l.keys, func(k string) bool { return k == "k1" })
	tb.Sync()
	if tb.Selected() != "" || tb.Following() {
		t.Errorf("a row that has gone is still selected: %q", tb.Selected())
	}
	tb.Move(1)
	if tb.Selected() == "" {
		t.Error("no way back to a selection")
	}
}

func TestUnfoldedRowsStayInSight(t *testing.T) {
	l := numbered(30)
	tb := New(theme.Dark(), l, cols())
	tb.SetSize(40, 11) // ten lines of rows
	l.lines["k9"] = 4
	tb.Select("k9")
	view := tb.View()
	if n := strings.Count(view, "under k9"); n == 0 || !strings.Contains(view, "k9") {
		t.Errorf("%d lines below the selected row are in sight:\n%s", n, view)
	}
	if above, below := tb.Hidden(); above != 3 || below != 20 {
		t.Errorf("hidden: %d above, %d below", above, below)
	}
	if key, ok := tb.KeyAt(9); !ok || key != "k9" {
		t.Errorf("line 9 belongs to %q", key)
	}
	if key, ok := tb.KeyAt(0); ok {
		t.Errorf("the headings belong to %q", key)
	}
	tb.ToBottom()
	if key, _ := tb.KeyAt(10); key != "k29" {
		t.Errorf("last line is %q", key)
	}
	tb.ToTop()
	tb.Page(1)
	if tb.Selected() != "k9" {
		t.Errorf("a page down from the top selects %q", tb.Selected())
	}
	tb.Scroll(1000)
	if _, below := tb.Hidden(); below != 0 || tb.Selected() != "k9" {
		t.Errorf("scrolled to the end: %d below, selected %q", below, tb.Selected())
	}
}

func TestCell(t *testing.T) {
	th := theme.Mono()
	for _, c := range []struct {
		cell  Cell
		w     int
		right bool
		want  string
	}{
		{Cell{Text: "Dana"}, 6, false, "Dana  "},
		{Cell{Text: "0:06"}, 6, true, "  0:06"},
		{Cell{Text: "Dana Roe"}, 6, false, "Dana …"},
		{Cell{Text: "Dana", More: "12"}, 8, false, "Dana 12 "},
		{Cell{Text: "Dana", More: "1234"}, 8, false, "Dana    "},
		{Cell{Text: "Main menu", Tail: "gap"}, 8, false, "Mai… gap"},
		{Cell{Text: "漢字漢字", Tail: "gap"}, 8, false, "漢…  gap"},
	} {
		var b strings.Builder
		c.cell.write(&b, c.w, c.right, th.Signs.Ellipsis, func(s theme.Style) theme.Style { return s }, theme.Style{})
		if got := b.String(); got != c.want {
			t.Errorf("%+v in %d: %q, want %q", c.cell, c.w, got, c.want)
		}
	}
}

func TestSortedHeading(t *testing.T) {
	tb := New(theme.Mono(), numbered(1), cols())
	tb.SetSize(50, 3)
	tb.SetSort("name", true)
	if got := uitest.Screen(tb.View(), 50, 3).Line(0); !strings.Contains(got, "NAME▼") {
		t.Errorf("headings: %q", got)
	}
}
