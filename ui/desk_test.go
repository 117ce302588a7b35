package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/status"
	"ringside/ui/uitest"
)

func TestDesk(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {200, 50}} {
		for _, th := range []string{"dark", "mono"} {
			t.Run(fmt.Sprintf("%s-%dx%d", th, size.w, size.h), func(t *testing.T) {
				m := desk(t, Options{Theme: th}, size.w, size.h, floor())
				press(t, m, "j", "j", "j")
				uitest.Drive(t, m, TickMsg{noon.Add(time.Second)})
				uitest.Golden(t, t.Name(), screen(m))
			})
		}
	}
}

func TestDeskRingingMe(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			m := desk(t, Options{Demo: true}, size.w, size.h, ringingMe())
			uitest.Golden(t, t.Name(), screen(m))
		})
	}
	m := desk(t, Options{Theme: "mono", ASCII: true}, 80, 24, ringingMe())
	c := screen(m)
	uitest.Golden(t, t.Name()+"/ascii", c)
	for i, r := range c.Text() {
		if r > 0x7e && r != 'ë' && r != 'Ł' && r != 'Ø' && r != '漢' && r != '字' {
			t.Errorf("sign %q at %d is not ASCII", r, i)
		}
	}
}

func TestHelpPage(t *testing.T) {
	m := desk(t, Options{}, 120, 50, floor())
	press(t, m, "?")
	uitest.Golden(t, t.Name(), screen(m))
	press(t, m, "?")
	if got := screen(m).Line(3); !strings.Contains(got, "STATE") {
		t.Errorf("? does not leave the page: %q", got)
	}
}

// Whatever the size and the place, the picture is exactly as large as the screen.
func TestEverySizeIsExact(t *testing.T) {
	m := desk(t, Options{}, 80, 24, ringingMe())
	uitest.Drive(t, m, LinkMsg{status.Link{State: status.Down, Why: "GoTo refused the token", Hint: "run ringside login"}})
	press(t, m, "j", "right")
	places := [][]string{{}, {"/", "a"}, {"esc", "?"}, {"?", "enter"}, {"esc", "4"}, {"j", "y"}, {"esc", "1", "space"}}
	for _, keys := range places {
		press(t, m, keys...)
		for w := 1; w <= 130; w += 3 {
			for _, h := range []int{1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 23, 24, 30, 41} {
				uitest.Drive(t, m, tea.WindowSizeMsg{Width: w, Height: h})
				if err := screen(m).Err(); err != nil {
					t.Fatalf("after %q: %v", keys, err)
				}
			}
		}
	}
	uitest.Drive(t, m, tea.WindowSizeMsg{Width: 30, Height: 3})
	if got := screen(m).Text(); !strings.Contains(got, "40 x 8") {
		t.Errorf("too small says %q", got)
	}
	uitest.Drive(t, m, tea.WindowSizeMsg{})
	if got := m.View().Content; got != "" {
		t.Errorf("no screen shows %q", got)
	}
}

func TestClocksTick(t *testing.T) {
	m := desk(t, Options{}, 120, 24, floor())
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "0:06") {
		t.Errorf("row %q", got)
	}
	uitest.Drive(t, m, TickMsg{noon.Add(61 * time.Second)})
	if got := find(t, m, "Ann (2nd)"); !strings.Contains(got, "1:07") {
		t.Errorf("row a minute later %q", got)
	}
	if got := screen(m).Line(0); !strings.Contains(got, "14:33:08") || !strings.Contains(got, "3:11") {
		t.Errorf("header %q", got)
	}
}
