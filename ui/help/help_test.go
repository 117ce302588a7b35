package help

import (
	"strings"
	"testing"

	"ringside/ui/action"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

// readAll gives all that can be scrolled to.
func readAll(p *Pane, w, h int) string {
	var b strings.Builder
	p.Do(action.Top)
	for range len(p.lines) {
		b.WriteString(uitest.Screen(p.View(), w, h).Text() + "\n")
		p.Do(action.Down)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestEveryBindingIsShown(t *testing.T) {
	for _, size := range [][2]int{{40, 6}, {80, 22}, {120, 37}, {200, 47}} {
		p := New(theme.Dark(), "ringside", action.Table())
		p.SetSize(size[0], size[1])
		if err := uitest.Screen(p.View(), size[0], size[1]).Err(); err != nil {
			t.Fatal(err)
		}
		all := readAll(p, size[0], size[1])
		for _, b := range action.Table() {
			if !strings.Contains(all, b.KeyNames(false)) {
				t.Errorf("%v: the keys of %s are not shown", size, b.Action)
			}
			if !strings.Contains(all, strings.Fields(b.Help)[0]) {
				t.Errorf("%v: %s is not explained", size, b.Action)
			}
		}
	}
}

func TestScrollingEnds(t *testing.T) {
	p := New(theme.Dark(), "ringside", action.Table())
	p.SetSize(60, 10)
	p.Do(action.Bottom)
	last := uitest.Screen(p.View(), 60, 10).Text()
	p.Do(action.Down)
	if got := uitest.Screen(p.View(), 60, 10).Text(); got != last {
		t.Errorf("scrolled past the end:\n%s", got)
	}
	if !strings.Contains(last, "red threshold") || strings.Contains(last, "more") {
		t.Errorf("the end is not in sight:\n%s", last)
	}
	p.Do(action.Top)
	if got := uitest.Screen(p.View(), 60, 10).Text(); !strings.Contains(got, "ringside") || !strings.Contains(got, "↓ more") {
		t.Errorf("the top:\n%s", got)
	}
}
