package table

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

// chosen makes a table of w by h cells and the chooser of its columns.
func chosen(w, h int) (*Table, *Chooser) {
	tb := New(theme.Mono(), numbered(30), cols())
	tb.SetSize(w, h)
	return tb, NewChooser(tb, action.Reports)
}

func do(c *Chooser, as ...action.Action) tea.Msg {
	for i, a := range as {
		if cmd := c.Do(a); cmd != nil && i == len(as)-1 {
			return cmd()
		}
	}
	return nil
}

func firstLine(t *Table) string {
	l, _, _ := strings.Cut(ansi.Strip(t.View()), "\n")
	return strings.Join(strings.Fields(l), " ")
}

func TestSetColumns(t *testing.T) {
	tb, _ := chosen(80, 10)
	for _, r := range []struct {
		order []string
		want  string
	}{
		{nil, "# NAME PATH CLOCK"},
		{[]string{"clock", "name"}, "CLOCK NAME"},
		{[]string{"name", "of another version", "name", "no"}, "NAME #"},
		{[]string{"of another version"}, "# NAME PATH CLOCK"},
		{[]string{}, "# NAME PATH CLOCK"},
		{[]string{"path"}, "PATH"},
	} {
		tb.SetColumns(r.order)
		if got := firstLine(tb); got != r.want {
			t.Errorf("%v: %q, want %q", r.order, got, r.want)
		}
		if len(tb.Columns()) != len(strings.Fields(r.want)) {
			t.Errorf("%v: Columns is %v", r.order, tb.Columns())
		}
	}
	// Who gives way is each column's own matter, whatever the order.
	tb.SetColumns([]string{"path", "no", "clock", "name"})
	tb.SetSize(18, 10)
	if got := firstLine(tb); got != "CLOCK NAME" {
		t.Errorf("narrow: %q", got)
	}
	if d := cmp.Diff([]string{"path", "no", "clock", "name"}, tb.Columns()); d != "" {
		t.Errorf("a column without room was forgotten (-want +got)\n%s", d)
	}
	tb.SetSize(80, 10)
	if got := firstLine(tb); got != "PATH # CLOCK NAME" {
		t.Errorf("wide again: %q", got)
	}
}

func TestChoosing(t *testing.T) {
	tb, c := chosen(80, 10)
	c.Open()
	if !c.Active() {
		t.Fatal("it is not open")
	}
	do(c, action.Down, action.Toggle) // NAME goes
	if got := firstLine(tb); got != "# PATH CLOCK" {
		t.Errorf("the table does not follow: %q", got)
	}
	do(c, action.Bottom, action.MoveUp, action.MoveUp, action.MoveUp, action.MoveUp) // CLOCK to the front
	want := ColumnsMsg{Place: action.Reports, Order: []string{"clock", "no", "path"}}
	if d := cmp.Diff(tea.Msg(want), do(c, action.Keep)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if c.Active() || firstLine(tb) != "CLOCK # PATH" {
		t.Errorf("kept, active %v: %q", c.Active(), firstLine(tb))
	}

	c.Open() // what was hidden stands at the end
	do(c, action.Bottom, action.Toggle)
	if got := firstLine(tb); got != "CLOCK # PATH NAME" {
		t.Errorf("shown again: %q", got)
	}
	do(c, action.Back)
	if c.Active() || firstLine(tb) != "CLOCK # PATH" {
		t.Errorf("dropped, active %v: %q", c.Active(), firstLine(tb))
	}

	c.Open()
	if d := cmp.Diff(tea.Msg(ColumnsMsg{Place: action.Reports}), do(c, action.Reset, action.Keep)); d != "" {
		t.Errorf("reset: -want +got\n%s", d)
	}
	c.Open()
	if r, ok := do(c, action.Take).(action.Refused); !ok || !strings.Contains(r.Why, "Esc") {
		t.Error("what it cannot do is not refused")
	}
}

func TestOneColumnStays(t *testing.T) {
	tb, c := chosen(80, 10)
	tb.SetColumns([]string{"name"})
	c.Open()
	do(c, action.Toggle)
	if got := firstLine(tb); got != "NAME" {
		t.Errorf("%q", got)
	}
	if v := ansi.Strip(c.Over(tb.View(), 80, 10)); !strings.Contains(v, "one column stays") {
		t.Errorf("it does not say why:\n%s", v)
	}
	do(c, action.Down)
	if v := ansi.Strip(c.Over(tb.View(), 80, 10)); strings.Contains(v, "one column stays") {
		t.Error("it still says why")
	}
}

// Whatever keys are hit, in whatever order: no column is lost or doubled, one at least is shown,
// the table shows what the list says, what is kept can be set again, and dropping undoes it all.
func TestChooserLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	may := []action.Action{action.Up, action.Down, action.Top, action.Bottom, action.PageUp, action.PageDown, action.Toggle, action.Toggle, action.MoveUp, action.MoveDown, action.Reset}
	for range 300 {
		tb, c := chosen(10+rng.IntN(90), 8)
		tb.SetColumns([]string{"clock", "name", "path", "no"}[:1+rng.IntN(4)])
		was := tb.Columns()
		c.Open()
		for range rng.IntN(30) {
			c.Do(may[rng.IntN(len(may))])
			all := make([]string, 0, len(c.items))
			for _, it := range c.items {
				all = append(all, it.ID)
			}
			slices.Sort(all)
			if d := cmp.Diff([]string{"clock", "name", "no", "path"}, all); d != "" {
				t.Fatalf("a column is lost or doubled\n%s", d)
			}
			if d := cmp.Diff(c.order(), tb.Columns()); d != "" || len(c.order()) == 0 {
				t.Fatalf("the table does not show what was chosen\n%s", d)
			}
		}
		if rng.IntN(2) == 0 {
			c.Do(action.Back)
			if d := cmp.Diff(was, tb.Columns()); d != "" {
				t.Fatalf("dropped, and not as it was\n%s", d)
			}
			continue
		}
		kept := tb.Columns()
		msg := c.Do(action.Keep)().(ColumnsMsg)
		again, _ := chosen(80, 8)
		again.SetColumns(msg.Order)
		if d := cmp.Diff(kept, again.Columns()); d != "" {
			t.Fatalf("what was kept is not what was chosen\n%s", d)
		}
	}
}

func TestOverIsExact(t *testing.T) {
	for _, th := range []*theme.Theme{theme.Dark(), theme.Mono().WithASCII()} {
		for _, w := range []int{0, 1, 5, 13, 14, 20, 24, 40, 80, 81, 200} {
			for _, h := range []int{0, 1, 2, 3, 5, 9, 24} {
				src := numbered(30)
				for i := range src.keys { // wide cells, that an edge of the box may cut in two
					src.keys[i] = strings.Repeat("幅", i+1)
				}
				tb := New(th, src, cols())
				tb.SetSize(w, h)
				c := NewChooser(tb, action.Live)
				if got := c.Over(tb.View(), w, h); got != tb.View() {
					t.Fatal("a closed chooser draws")
				}
				c.Open()
				for range 6 {
					v := c.Over(tb.View(), w, h)
					uitest.Exact(t, th.Name, v, w, h)
					if at := c.items[c.at].Title; h >= 3 && w >= 20 && !strings.Contains(ansi.Strip(v), at) {
						t.Fatalf("%dx%d: the column under the cursor is not in sight", w, h)
					}
					c.Do(action.Down)
				}
			}
		}
	}
}

func TestChooserGolden(t *testing.T) {
	for _, tt := range []struct {
		w, h int
		name string
		th   *theme.Theme
	}{{24, 7, "ascii", theme.Mono().WithASCII()}, {60, 10, "mono", theme.Mono()}, {60, 10, "dark", theme.Dark()}} {
		name := fmt.Sprintf("chooser-%dx%d-%s", tt.w, tt.h, tt.name)
		t.Run(name, func(t *testing.T) {
			tb, c := chosen(tt.w, tt.h)
			tb.SetTheme(tt.th)
			tb.Move(2)
			c.Open()
			do(c, action.Down, action.MoveDown, action.Down, action.Toggle, action.Up)
			uitest.Golden(t, name, uitest.Screen(c.Over(tb.View(), tt.w, tt.h), tt.w, tt.h))
		})
	}
}

func TestResort(t *testing.T) {
	tb, _ := chosen(80, 10)
	var s Sorting
	var got []string
	for range 6 {
		s = tb.Resort(s, action.SortRight)
		got = append(got, s.By)
	}
	if d := cmp.Diff([]string{"no", "name", "path", "clock", "", "no"}, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	s = tb.Resort(s, action.SortLeft)
	s = tb.Resort(s, action.SortLeft)
	s = tb.Resort(s, action.Reverse)
	if s != (Sorting{By: "clock", Reverse: true}) || firstLine(tb) != "# NAME PATH CLOCK▼" {
		t.Errorf("%+v %q", s, firstLine(tb))
	}
	if s = tb.Resort(s, action.Open); s != (Sorting{By: "clock", Reverse: true}) {
		t.Errorf("another action changed it: %+v", s)
	}
	tb.SetColumns([]string{"no"}) // sorted by a column that is hidden now
	if s = tb.Resort(s, action.SortRight); s.By != "no" {
		t.Errorf("%+v", s)
	}
}
