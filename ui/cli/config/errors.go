package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error says what is wrong with the settings, and what to do about it.
type Error struct {
	File         string // path of the file, or the name of the environment variable
	Line, Column int    // where in the file, from 1; 0 when it is not about one place
	What         string
	Fix          string // what to do, "" when there is nothing to say
	Err          error  // the cause, nil when there is none
}

// Error gives "config.toml:3:1: what".
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.What)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// nearest gives the name that a mistyped one most probably means, or "" when none is near.
func nearest(name string, names []string) string {
	best, distance := "", 1+max(2, len(name)/3)
	if len(name) > maxName {
		return ""
	}
	sorted := slices.SortedStableFunc(slices.Values(names), cmp.Compare[string])
	for _, n := range sorted {
		if d := edits(strings.ToLower(name), n); d < distance {
			best, distance = n, d
		}
	}
	return best
}

// Nearest gives the name that a mistyped one most probably means, or "" when none is near.
func Nearest(name string, names []string) string { return nearest(name, names) }

// maxName bounds, in bytes, the names that are compared.
const maxName = 64

// edits counts the single-letter changes, a swap of two neighbours being one, that make b of a
// (optimal string alignment).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}

// quoted shows a text of the user's in a message, cut where it is long.
func quoted(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
