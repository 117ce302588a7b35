package text

import "ringside/lookup/number"

// Number writes a telephone number for reading: "+1 212 555 0110", "1102", "withheld"; "" for none.
// What is no number is shown as it came, made safe to draw.
func Number(s string) string { return number.Parse(s, "").Display() }

// Lookable reports whether a number is one that contacts can be found by.
func Lookable(s string) bool { return len(number.Parse(s, "").Keys()) > 0 }
