package uitest

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestScreenTellsWhatDoesNotFit(t *testing.T) {
	for view, want := range map[string]string{
		"ab\ncd":        "",
		"ab":            "1 lines, want 2",
		"ab\nc":         "line 1 is 1 cells",
		"ab\ncde":       "line 1 is 3 cells",
		"漢\ncd":         "",
		"\x1b[1mab\ncd": "",
	} {
		err := Screen(view, 2, 2).Err()
		if err != nil {
			got := err.Error()
			if want == "" || !strings.Contains(got, want) {
				t.Errorf("%q: %v, want %q", view, err, want)
			}
		} else if want != "" {
			t.Errorf("%q passes, want %q", view, want)
		}
	}
}

func TestScreenSeesStyles(t *testing.T) {
	c := Screen("a\x1b[1;31mb漢\x1b[m \x1b[7m \x1b[m", 6, 1)
	if got := strings.Join(c.Runs(0), ", "); got != "1-3 #800000 bold, 5-5 reverse" {
		t.Errorf("runs %q", got)
	}
	if got := c.Line(0); got != "ab漢" {
		t.Errorf("line %q", got)
	}
}

// echo answers a number with a command that brings the next lower one.
type echo struct{ got []int }

func (e *echo) Init() tea.Cmd  { return nil }
func (e *echo) View() tea.View { return tea.NewView("") }
func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	n := msg.(int)
	e.got = append(e.got, n)
	if n%10 == 0 {
		return e, nil
	}
	return e, tea.Batch(func() tea.Msg { return n - 1 }, func() tea.Msg { return nil })
}

func TestDriveFinishesOneBeforeTheNext(t *testing.T) {
	e := &echo{}
	brought := Drive(t, e, 12, 21)
	if len(brought) != 3 || len(e.got) != 5 || e.got[2] != 10 || e.got[3] != 21 {
		t.Errorf("took %v, commands brought %v", e.got, brought)
	}
}
