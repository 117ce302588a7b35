package pop

import (
	"fmt"
	"strings"
)

// Error says what is wrong with the rules of pops, and what to do about it.
type Error struct {
	Rule string // name of the rule, or "2nd rule"; "" is about all of them
	Key  string // key of the configuration: "open", "hours"
	What string // what is wrong
	Fix  string // what to do
	Err  error  // the cause, nil when there is none
}

// Error gives `pop rule "Sales": open: what`.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("pops: ")
	if e.Rule != "" {
		fmt.Fprintf(&b, "rule %s: ", quoted(e.Rule))
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.What)
	return b.String()
}

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// wrong makes an Error that does not know its rule and key yet.
func wrong(fix, what string, args ...any) *Error {
	return &Error{What: fmt.Sprintf(what, args...), Fix: fix}
}

// in completes an Error with where it was found.
func (e *Error) in(rule, key string) *Error {
	if e == nil {
		return nil
	}
	e.Rule, e.Key = rule, key
	return e
}

// quoted shows a text of the configuration in a message, cut where it is long.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// list writes words as "a, b or c".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// nearest gives the name that a mistyped one most probably means, or "".
func nearest(name string, names []string) string {
	name = strings.ToLower(name)
	best, least := "", 1+max(1, len(name)/3)
	for _, n := range names {
		if d := slips(name, strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	return best
}

// slips counts the letters that are wrong, missing, too many or swapped (the optimal string
// alignment distance).
func slips(a, b string) int {
	const most = 40
	if len(a) > most || len(b) > most {
		return most
	}
	var d [most + 1][most + 1]int
	for i := range len(a) + 1 {
		for j := range len(b) + 1 {
			if i == 0 || j == 0 {
				d[i][j] = i + j
				continue
			}
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j-1]+cost, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
