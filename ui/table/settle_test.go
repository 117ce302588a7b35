package table

import (
	"strings"
	"testing"

	"ringside/ui/theme"
	"ringside/ui/uitest"
)

// cells is a source of rows of which each column's text is given.
type cells []map[string]Cell

func (c cells) Len() int         { return len(c) }
func (c cells) Key(i int) string { return string(rune('a' + i)) }
func (c cells) Find(string) int  { return -1 }
func (c cells) Lines(int) int    { return 1 }
func (c cells) Row(i int, slots []Slot, row *Row) {
	line := row.Add()
	for n, s := range slots {
		line[n] = c[i][s.ID]
	}
}

// A name that would be cut has the cells that other columns do not need; a second thing beside a name and
// the longer form of a less important text give way to it, and the form that a more important one shows
// does not.
func TestSettle(t *testing.T) {
	cols := []Column{
		{ID: "state", Title: "STATE", Min: 12, Ideal: 14, Max: 20, Keep: 9},
		{ID: "who", Title: "WHO", Min: 8, Ideal: 10, Max: 20, Keep: 8},
		{ID: "path", Title: "PATH", Min: 8, Ideal: 12, Keep: 1},
		{ID: "clock", Title: "CLOCK", Min: 8, Ideal: 8, Max: 10, Keep: 7, Right: true},
	}
	const w = 1 + 14 + 10 + 12 + 8 + 3
	short := Cell{Text: "x"}
	for _, tt := range []struct {
		name string
		row  map[string]Cell
		want map[string]int
	}{
		{"nothing is cut", map[string]Cell{"state": short, "who": short, "path": short, "clock": short}, map[string]int{"state": 14, "who": 10, "path": 12, "clock": 8}},
		{"a long name", map[string]Cell{"state": short, "who": {Text: "Quentin Shaw 17"}, "path": short, "clock": short}, map[string]int{"who": 15}},
		{"at most its Max", map[string]Cell{"state": short, "who": {Text: strings.Repeat("y", 40)}, "path": short, "clock": short}, map[string]int{"who": 20, "state": 14, "path": 4, "clock": 6}},
		{"no room anywhere", map[string]Cell{
			"state": {Text: "abandoned soon"}, "who": {Text: strings.Repeat("y", 30)}, "path": {Text: strings.Repeat("z", 12)}, "clock": {Text: "12345678"},
		}, map[string]int{"state": 14, "who": 10, "path": 12, "clock": 8}},
		{"a second thing gives way", map[string]Cell{
			"state": {Text: "on", More: "and on and on"}, "who": {Text: "Quentin Shaw"}, "path": {Text: strings.Repeat("z", 12)}, "clock": {Text: "12345678"},
		}, map[string]int{"state": 12, "who": 12}},
		{"a longer form gives way", map[string]Cell{
			"state": {Text: "abandoned soon"}, "who": {Text: "Quentin Shaw"}, "path": {Text: strings.Repeat("z", 12), Least: 5}, "clock": {Text: "12345678"},
		}, map[string]int{"who": 12, "path": 10}},
		{"that of what is more important does not", map[string]Cell{
			"state": {Text: "abandoned soon", Least: 5}, "who": {Text: "Quentin Shaw"}, "path": {Text: strings.Repeat("z", 12)}, "clock": {Text: "12345678"},
		}, map[string]int{"state": 14, "who": 10}},
	} {
		tb := New(theme.Dark(), cells{tt.row}, cols)
		tb.SetSize(w, 3)
		tb.View()
		sum := 0
		for _, s := range tb.Slots() {
			sum += s.W
			if title := cols[s.at].Title; s.W < len(title) {
				t.Errorf("%s: %d cells for the heading %s", tt.name, s.W, title)
			}
			if want, ok := tt.want[s.ID]; ok && s.W != want {
				t.Errorf("%s: %s is %d wide, want %d: %v", tt.name, s.ID, s.W, want, tb.Slots())
			}
		}
		if sum != w-4 {
			t.Errorf("%s: the columns take %d cells, not %d", tt.name, sum, w-4)
		}
		if err := uitest.Screen(tb.View(), w, 3).Err(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Columns are at rest: what has gone keeps its room for a while, and gives it back then.
func TestColumnsRest(t *testing.T) {
	cols := []Column{{ID: "a", Title: "A", Min: 6, Ideal: 8, Max: 30, Keep: 2}, {ID: "b", Title: "B", Min: 6, Ideal: 30, Max: 30, Keep: 1}}
	rows := cells{{"a": {Text: "short"}, "b": {Text: "short"}}}
	tb := New(theme.Dark(), rows, cols)
	tb.SetSize(40, 3)
	tb.View()
	before := tb.Slots()[0].W
	rows[0]["a"] = Cell{Text: strings.Repeat("x", 20)}
	tb.View()
	if got := tb.Slots()[0].W; got != 20 {
		t.Errorf("the long text has %d cells", got)
	}
	rows[0]["a"] = Cell{Text: "short"}
	for range 3 * rest {
		tb.View()
	}
	if got := tb.Slots()[0].W; got != 20 {
		t.Errorf("its room was given back though nothing wants it: %d", got)
	}
	rows[0]["b"] = Cell{Text: strings.Repeat("y", 29)}
	for range 2 * rest {
		tb.View()
	}
	if got := tb.Slots()[0].W; got > before+1 {
		t.Errorf("it never gets narrow again: %d, was %d", got, before)
	}
}
