package ui

import (
	"slices"
	"testing"
	"time"

	"ringside/ui/uitest"
)

// Whoever fetches what is missing is told which calls are on the screen, and again only when they are
// others.
func TestScreenTellsWhatItShows(t *testing.T) {
	var told [][]string
	m := desk(t, Options{Ports: Ports{Shown: func(ids []string) { told = append(told, ids) }}}, 100, 12, floor())
	last := func() []string { return told[len(told)-1] }
	if len(told) == 0 || len(last()) == 0 || len(last()) > 9 {
		t.Fatalf("told %q", told)
	}
	top := last()[0]
	n := len(told)
	for range 5 {
		uitest.Drive(t, m, TickMsg{noon.Add(time.Second)})
	}
	if len(told) != n {
		t.Errorf("told the same again: %q", told[n:])
	}
	press(t, m, "G")
	if len(told) != n+1 || slices.Contains(last(), top) {
		t.Errorf("after going to the bottom: %q", last())
	}
	press(t, m, "g", "g", "enter")
	if got := last(); len(got) != 1 || got[0] != top {
		t.Errorf("with one call open in full: %q", got)
	}
	press(t, m, "esc", "4")
	if got := last(); len(got) != 0 {
		t.Errorf("on the page of reports: %q", got)
	}
}
