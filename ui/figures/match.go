package figures

import (
	"slices"
	"strings"
	"time"

	"ringside/store/query"
)

// matches reports whether a row is one that a query asks for: words are looked for in its texts, terms
// are the business of who knows the row.
func matches[R any](n query.Node, r *R, spec *Spec[R]) bool {
	switch n := n.(type) {
	case nil:
		return true
	case query.And:
		return !slices.ContainsFunc(n, func(part query.Node) bool { return !matches(part, r, spec) })
	case query.Or:
		return slices.ContainsFunc(n, func(part query.Node) bool { return matches(part, r, spec) })
	case query.Not:
		return !matches(n.Part, r, spec)
	case query.Word:
		return slices.ContainsFunc(spec.Texts(r), func(s string) bool { return hasWord(query.Fold(s), n) })
	case query.Term:
		return spec.Term(r, n)
	}
	return false
}

func hasWord(s string, w query.Word) bool {
	if !w.Fuzzy {
		return strings.Contains(s, w.Text)
	}
	for _, letter := range w.Text {
		i := strings.IndexRune(s, letter)
		if i < 0 {
			return false
		}
		s = s[i+len(string(letter)):]
	}
	return true
}

// IsText reports whether a text is what a term asks for: "=" wants the whole, ":" a piece.
func IsText(t query.Term, texts ...string) bool {
	return slices.ContainsFunc(texts, func(s string) bool {
		if t.Op == query.Is {
			return query.Fold(s) == t.Text
		}
		return s != "" && strings.Contains(query.Fold(s), t.Text)
	})
}

// IsTime reports whether a duration is what a term asks for.
func IsTime(t query.Term, d time.Duration) bool {
	is := d.Milliseconds()
	switch t.Op {
	case query.Is: // in the same second
		return is >= t.Ms && is < t.Ms+1000
	case query.Less:
		return is < t.Ms
	case query.AtMost:
		return is <= t.Ms
	case query.More:
		return is > t.Ms
	}
	return is >= t.Ms
}
