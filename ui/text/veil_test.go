package text

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestVeil(t *testing.T) {
	for s, want := range map[string]string{
		"Dana +1 212 555 0110 0:06":                           "Dana +x xxx xxx xx10 0:06",
		"a\n+44 20 7946…\n8648 b":                             "a\n+xx xx xxxx…\n8648 b",
		"+1 212 5…  │ 212 555…":                               "+x xxx x…  │ xxx xxx…",
		"\x1b[1m+1212\x1b[7m555\x1b[m0110":                    "\x1b[1m+xxxx\x1b[7mxxx\x1b[mxx10",
		"\x1b]8;;https://a/?n=+12125550110\x07go\x1b]8;;\x07": "\x1b]8;;\x1b\\go\x1b]8;;\x1b\\",
		"\x1b]8;id=1;tel:5550110\x1b\\5550110":                "\x1b]8;;\x1b\\xxxxx10",
		"12 calls 14:32:07 2026-11-29 2:04":                   "12 calls 14:32:07 2026-11-29 2:04",
		"\x1b[38;2;10;20;30mno\x1b":                           "\x1b[38;2;10;20;30mno\x1b",
	} {
		got := Veil(s, "x")
		if got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
		if ansi.StringWidth(got) != ansi.StringWidth(s) || ansi.StringWidth(Veil(s, "•")) != ansi.StringWidth(s) {
			t.Errorf("%q changes its width", s)
		}
	}
}

// A number never goes over the end of a line, where half of it would not be known for one.
func TestWrapKeepsNumbersWhole(t *testing.T) {
	const s = "call +1 212 555 0110 or (212) 555-0111 or +44 20 7946 0018 back 12 times at 14:05"
	for w := 17; w < 60; w++ {
		for _, l := range Wrap(s, w) {
			if v := Veil(l, "x"); digitsInARow(v, 3) {
				t.Errorf("at %d: %q is %q veiled", w, l, v)
			}
			if Width(l) > w {
				t.Errorf("at %d: %q is too wide", w, l)
			}
		}
	}
}

// digitsInARow reports whether n digits follow each other.
func digitsInARow(s string, n int) bool {
	run := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			run = 0
			continue
		}
		if run++; run == n {
			return true
		}
	}
	return false
}
