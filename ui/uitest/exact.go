package uitest

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Exact fails unless view is exactly h lines of w cells, without what a terminal would obey instead of
// drawing it; without any room it must be "". what says which view it is.
func Exact(t testing.TB, what, view string, w, h int) {
	t.Helper()
	if w == 0 || h == 0 {
		if view != "" {
			t.Fatalf("%s, %dx%d: %q", what, w, h, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%s, %dx%d: %d lines", what, w, h, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("%s, %dx%d: line %d is %d cells wide: %q", what, w, h, i, n, l)
		}
		if strings.ContainsAny(ansi.Strip(l), "\x1b\u202e\t\r") {
			t.Fatalf("%s, %dx%d: control characters are drawn: %q", what, w, h, l)
		}
	}
}
