package query

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// Match reports whether the query holds for a subject. Whoever asks about many subjects compiles
// the query once.
func (q Query) Match(s Subject) bool { return q.Compile().Match(s) }

// Matcher is a query made ready to be asked many times. It may be used by several goroutines. The
// zero Matcher matches everything.
type Matcher struct {
	root   *step
	bounds []bound
}

// Match reports whether the query holds for a subject.
func (m Matcher) Match(s Subject) bool { return m.root == nil || m.root.holds(s) }

// Compile makes the query ready.
func (q Query) Compile() Matcher {
	if q.Root == nil {
		return Matcher{}
	}
	st := compile(q.Root)
	return Matcher{&st, boundsOf(q.Root)}
}

// kind is what a step asks. Those that cost little come first, so that the parts of an And are
// asked in this order.
type kind uint8

const (
	never kind = iota
	isFlag
	isState
	isOutcome
	isDirection
	isDuration
	isTime
	isID
	inSection
	isOutside
	isWord
	isNot
	isAll
	isAny
)

// step is one part of a compiled query.
type step struct {
	kind     kind
	section  section
	op       Op
	field    Field
	flag     Flags
	outcomes uint16 // a bit each
	ms       int64
	term     *Term
	word     *Word
	parts    []step
}

func compile(n Node) step {
	switch n := n.(type) {
	case And:
		return step{kind: isAll, parts: compileAll(n)}
	case Or:
		return step{kind: isAny, parts: compileAll(n)}
	case Not:
		return step{kind: isNot, parts: []step{compile(n.Part)}}
	case Word:
		return step{kind: isWord, word: &n}
	case Term:
		return compileTerm(&n)
	}
	return step{}
}

func compileAll(nodes []Node) []step {
	out := make([]step, len(nodes))
	for i, n := range nodes {
		out[i] = compile(n)
	}
	slices.SortStableFunc(out, func(a, b step) int { return cmp.Compare(a.kind, b.kind) })
	return out
}

func compileTerm(t *Term) step {
	st := step{term: t, field: t.Field, op: t.Op, ms: t.Ms}
	section := func(s section) step {
		st.kind, st.section = inSection, s
		return st
	}
	switch t.Field {
	case From:
		return section(secFrom)
	case To:
		return section(secTo)
	case QueueName:
		return section(secQueue)
	case Agent:
		return section(secAgent)
	case PathName:
		return section(secPath)
	case Tag:
		return section(secTag)
	case NoteText:
		return section(secNote)
	case Number:
		st.kind = isOutside
	case StateWord:
		st.kind = isState
	case OutcomeOf:
		st.kind = isOutcome
		for _, o := range t.Outcomes {
			st.outcomes |= 1 << o
		}
	case Dir:
		st.kind = isDirection
	case ID:
		st.kind = isID
	case Wait, RingTime, Talk, Hold, Total, AnswerAt, Clock:
		st.kind = isDuration
	case At:
		st.kind = isTime
	case Flag:
		if f := t.Flags(); f != 0 {
			st.kind, st.flag = isFlag, f
		}
	}
	return st
}

func (st *step) holds(s Subject) bool {
	switch st.kind {
	case isAll:
		for i := range st.parts {
			if !st.parts[i].holds(s) {
				return false
			}
		}
		return true
	case isAny:
		for i := range st.parts {
			if st.parts[i].holds(s) {
				return true
			}
		}
		return false
	case isNot:
		return !st.parts[0].holds(s)
	case isWord:
		return s.Texts().hasWord(st.word)
	case inSection:
		return s.Texts().has(st.section, st.term)
	case isOutside:
		return s.Texts().outside(st.term)
	case isID:
		return hasID(Fold(s.ID()), st.term)
	case isFlag:
		return s.Flags()&st.flag != 0
	case isState:
		return s.State() == st.term.State
	case isOutcome:
		return st.hasOutcome(s.Outcome())
	case isDirection:
		return s.Direction() == st.term.Dir
	case isDuration:
		ms, ok := s.Millis(st.field)
		return ok && st.compare(ms)
	case isTime:
		return st.within(s.Began())
	}
	return false
}

func (st *step) hasOutcome(o call.Outcome) bool {
	return o != call.NoOutcome && st.outcomes&(1<<o) != 0
}

func hasID(id string, t *Term) bool {
	if t.Op == Is {
		return id == t.Text
	}
	return strings.HasPrefix(id, t.Text)
}

func (st *step) compare(ms int64) bool {
	switch st.op {
	case Is:
		return st.ms <= ms && ms < st.ms+1000
	case Less:
		return ms < st.ms
	case AtMost:
		return ms <= st.ms
	case More:
		return ms > st.ms
	}
	return ms >= st.ms
}

func (st *step) within(at time.Time) bool {
	switch t := st.term; st.op {
	case Less:
		return at.Before(t.From)
	case AtMost:
		return at.Before(t.To)
	case More:
		return !at.Before(t.To)
	case AtLeast:
		return !at.Before(t.From)
	default:
		return !at.Before(t.From) && at.Before(t.To)
	}
}
