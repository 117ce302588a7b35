package query

import (
	"slices"
	"strings"
	"time"

	"ringside/lookup/number"
	"ringside/store/call"
)

// plain is a call laid out for the naive evaluator: slow, and easy to check by reading.
type plain struct {
	s       call.Summary
	x       Extra
	state   call.State
	queues  []string
	shown   []string // what is shown beside the fields
	flags   []string
	totalMs int64
	clockMs int64
	phases  [call.NumPhases]int64
	subject Subject
}

func (p *plain) number(raw string) number.Number { return number.Parse(raw, p.x.Region) }

// party gives the texts and digits of one end.
func (p *plain) party(w call.Party, contact string) (texts, digits []string) {
	texts = append(texts, contact, w.Number)
	if w.Name != w.Number {
		texts = append(texts, w.Name)
	}
	n := p.number(w.Number)
	if n.Kind == number.Withheld {
		texts = append(texts, "withheld")
	}
	return texts, []string{n.Digits}
}

func (p *plain) people() (texts, digits []string) {
	for _, a := range p.s.Answered {
		texts = append(texts, a.Name, a.Extension, a.Number)
	}
	for _, r := range p.s.Rung {
		texts = append(texts, r.Name, r.Extension, r.Number)
	}
	for _, t := range texts {
		if n := p.number(t); n.Kind == number.Phone || n.Kind == number.Extension {
			digits = append(digits, n.Digits)
		}
	}
	return texts, digits
}

// ask gives what a field of texts asks about.
func (p *plain) ask(f Field) (texts, digits []string) {
	switch f {
	case From:
		texts, digits = p.party(p.s.From, p.x.From)
	case To:
		texts, digits = p.party(p.s.To, p.x.To)
	case QueueName:
		texts = p.queues
	case Agent:
		texts, digits = p.people()
	case PathName:
		texts = p.s.Path
	case Tag:
		texts = p.x.Tags
	case NoteText:
		texts = p.x.Notes
	case ID:
		texts = []string{p.s.ID}
	}
	return texts, digits
}

func (p *plain) everything() (texts, digits []string) {
	texts = slices.Clone(p.shown)
	for _, f := range []Field{From, To, QueueName, Agent, PathName, Tag, NoteText} {
		t, d := p.ask(f)
		texts, digits = append(texts, t...), append(digits, d...)
	}
	return texts, digits
}

func (p *plain) holds(n Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case And:
		return !slices.ContainsFunc(n, func(c Node) bool { return !p.holds(c) })
	case Or:
		return slices.ContainsFunc(n, p.holds)
	case Not:
		return !p.holds(n.Part)
	case Word:
		return p.word(n)
	case Term:
		return p.term(n)
	}
	panic("another node")
}

func (p *plain) word(w Word) bool {
	texts, digits := p.everything()
	for _, t := range texts {
		if !w.Fuzzy && strings.Contains(Fold(t), w.Text) || w.Fuzzy && inOrder([]rune(Fold(t)), []rune(w.Text)) {
			return true
		}
	}
	for _, d := range digits {
		if w.Digits != "" && (strings.HasPrefix(d, w.Digits) || w.Text[0] != '+' && strings.Contains(d, w.Digits)) {
			return true
		}
	}
	return false
}

func inOrder(text, letters []rune) bool {
	if len(letters) == 0 {
		return true
	}
	i := slices.Index(text, letters[0])
	return i >= 0 && inOrder(text[i+1:], letters[1:])
}

func (p *plain) term(t Term) bool {
	switch t.Field {
	case From, To, QueueName, Agent, PathName, Tag, NoteText, ID:
		return p.textTerm(t)
	case Number:
		return p.numberTerm(t)
	case StateWord:
		return p.state == t.State
	case OutcomeOf:
		return p.s.Outcome != call.NoOutcome && slices.Contains(t.Outcomes, p.s.Outcome)
	case Dir:
		return p.s.Direction == t.Dir
	case Flag:
		return slices.Contains(p.flags, t.Text)
	case At:
		return p.timeTerm(t)
	}
	var ms int64
	switch t.Field {
	case Wait:
		ms = p.phases[call.PhaseWait]
	case RingTime:
		ms = p.phases[call.PhaseRing]
	case Talk:
		ms = p.phases[call.PhaseTalk]
	case Hold:
		ms = p.phases[call.PhaseHold]
	case Total:
		ms = p.totalMs
	case Clock:
		ms = p.clockMs
	case AnswerAt:
		if ms = p.s.AnswerMs; ms < 0 {
			return false
		}
	}
	switch t.Op {
	case Is:
		return ms/1000 == t.Ms/1000 && t.Ms%1000 == 0 // whole seconds are asked for in the test
	case Less:
		return ms < t.Ms
	case AtMost:
		return ms <= t.Ms
	case More:
		return ms > t.Ms
	}
	return ms >= t.Ms
}

func (p *plain) textTerm(t Term) bool {
	texts, digits := p.ask(t.Field)
	for _, s := range texts {
		s = Fold(s)
		switch {
		case t.Op == Is && s == t.Text,
			t.Op == Has && t.Field == ID && strings.HasPrefix(s, t.Text),
			t.Op == Has && t.Field != ID && strings.Contains(s, t.Text):
			return true
		}
	}
	for _, d := range digits {
		switch {
		case t.Digits == "":
		case t.Op == Is && d == t.Digits,
			t.Op == Has && strings.HasPrefix(d, t.Digits),
			t.Op == Has && t.Text[0] != '+' && strings.Contains(d, t.Digits):
			return true
		}
	}
	return false
}

func (p *plain) numberTerm(t Term) bool {
	n := p.number(p.s.Outsider().Number)
	switch {
	case t.Text == "withheld":
		return n.Kind == number.Withheld
	case number.Same(n, number.Parse(t.Text, p.x.Region)):
		return true
	case t.Op == Is:
		return false
	case t.Text[0] == '+':
		return strings.HasPrefix(n.Digits, t.Digits)
	}
	return strings.Contains(n.Digits, t.Digits)
}

func (p *plain) timeTerm(t Term) bool {
	at := p.s.Created.UnixNano()
	from, to := t.From.UnixNano(), t.To.UnixNano()
	switch t.Op {
	case Less:
		return at < from
	case AtMost:
		return at < to
	case More:
		return at >= to
	case AtLeast:
		return at >= from
	}
	return at >= from && at < to
}

func ms(d time.Duration) int64 { return d.Milliseconds() }
