package owed

import (
	"slices"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/text"
)

// shownText is what the filter reads of a debt, folded: everything a row can show but its clocks,
// and numbers in every spelling one may type.
type shownText struct {
	all    string // one text a line
	digits string // of the numbers, one a line
}

func (p *Pane) shownText(d *archive.Debt) *shownText {
	name, number := p.caller(d)
	toName, toNumber := text.NameNumber(d.To, "", p.number)
	lines := []string{
		name, text.Clean(d.Name), number, d.Number, how(d)[0], d.Outcome.String(), text.Clean(d.Queue),
		toName, toNumber, d.To.Number, taken(d), text.Clean(d.TriedBy),
	}
	for i, l := range lines {
		lines[i] = query.Fold(l)
	}
	return &shownText{text.Join("\n", lines...), digits(d.Number) + "\n" + digits(d.Key) + "\n" + digits(d.To.Number)}
}

// taken is whether somebody has taken the debt, and who, in words.
func taken(d *archive.Debt) string {
	if d.Claimed == "" {
		return "not taken"
	}
	return "taken by " + text.Clean(d.Claimed)
}

// matches reports whether a debt is one that a query asks for. A debt is a finished inbound call to
// it, and who has taken it or tried to call back is its agent; what the query asks beyond that, a
// debt cannot tell, and it does not match.
func matches(n query.Node, d *archive.Debt, shown *shownText) bool {
	switch n := n.(type) {
	case nil:
		return true
	case query.And:
		return !slices.ContainsFunc(n, func(part query.Node) bool { return !matches(part, d, shown) })
	case query.Or:
		return slices.ContainsFunc(n, func(part query.Node) bool { return matches(part, d, shown) })
	case query.Not:
		return !matches(n.Part, d, shown)
	case query.Word:
		return hasWord(n, shown)
	case query.Term:
		return hasTerm(n, d)
	}
	return false
}

func hasWord(w query.Word, shown *shownText) bool {
	switch {
	case w.Fuzzy:
		for line := range strings.SplitSeq(shown.all, "\n") {
			if inOrder(line, w.Text) {
				return true
			}
		}
		return false
	case w.Digits != "" && hasDigits(shown.digits, w.Digits, w.Begins()):
		return true
	}
	return strings.Contains(shown.all, w.Text)
}

// inOrder reports whether the letters of w stand in s in their order, others between them.
func inOrder(s, w string) bool {
	for _, r := range w {
		i := strings.IndexRune(s, r)
		if i < 0 {
			return false
		}
		s = s[i+len(string(r)):]
	}
	return true
}

func hasTerm(t query.Term, d *archive.Debt) bool {
	switch t.Field {
	case query.From:
		return is(t, d.Name, d.Number)
	case query.To:
		return is(t, d.To.Name, d.To.Number)
	case query.Number:
		return slices.Contains(t.Keys, d.Key) || (t.Op != query.Is || len(t.Keys) == 0) && t.Digits != "" && hasDigits(digits(d.Number), t.Digits, t.Begins())
	case query.QueueName, query.PathName:
		return d.Queue != "" && is(t, d.Queue, "")
	case query.Agent:
		return d.Claimed != "" && is(t, d.Claimed, "") || d.TriedBy != "" && is(t, d.TriedBy, "")
	case query.StateWord:
		return t.State == call.StateEnded
	case query.OutcomeOf:
		return slices.Contains(t.Outcomes, d.Outcome)
	case query.Dir:
		return t.Dir == call.Inbound
	case query.ID:
		return slices.ContainsFunc(d.Calls, func(id string) bool { return strings.HasPrefix(query.Fold(id), t.Text) })
	case query.Wait:
		return holds(t.Op, d.WaitMs, t.Ms)
	case query.At:
		return within(t, d.Since)
	}
	return false
}

// is compares a text or a party: ":" looks for a piece of it, "=" wants the whole.
func is(t query.Term, name, number string) bool {
	if t.Op == query.Is {
		return query.Fold(name) == t.Text || query.Fold(number) == t.Text || t.Digits != "" && digits(number) == t.Digits
	}
	return strings.Contains(query.Fold(name), t.Text) || number != "" && strings.Contains(query.Fold(number), t.Text) ||
		t.Digits != "" && hasDigits(digits(number), t.Digits, t.Begins())
}

// hasDigits looks for digits in numbers, one a line, or at the beginning of one.
func hasDigits(numbers, want string, begins bool) bool {
	if begins {
		return strings.Contains("\n"+numbers, "\n"+want)
	}
	return strings.Contains(numbers, want)
}

// holds compares a duration, in milliseconds, with the one asked for.
func holds(op query.Op, is, want int64) bool {
	switch op {
	case query.Is: // in the same second
		return is >= want && is < want+1000
	case query.Less:
		return is < want
	case query.AtMost:
		return is <= want
	case query.More:
		return is > want
	}
	return is >= want // ":" is "at least"
}

// within compares a moment with the span a time stands for: before it, in it or after it.
func within(t query.Term, at time.Time) bool {
	before, after := !t.From.IsZero() && at.Before(t.From), !t.To.IsZero() && !at.Before(t.To)
	switch t.Op {
	case query.Less:
		return before
	case query.AtMost:
		return !after
	case query.More:
		return after
	case query.AtLeast:
		return !before
	}
	return !before && !after
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
