package call

import "fmt"

// EffectKind tells what should be done.
type EffectKind uint8

// The kinds of effect.
const (
	// NeedStates asks for the states From..To of a call; To 0 means all from From on.
	NeedStates EffectKind = iota + 1
	// Wanted asks who Party.Number is.
	Wanted
	// PopMoment says that a call of mine reached a Moment.
	PopMoment
	// EndedCall says that a call ended.
	EndedCall
	// NeedReport asks for the report of a finished call.
	NeedReport
)

// Moment is a point in the life of a call of mine.
type Moment uint8

// The moments.
const (
	OnRinging Moment = iota + 1
	OnAnswered
	OnEnded
)

// Effect is something that should happen because of an event. The fold only says so; others do it.
type Effect struct {
	Kind     EffectKind
	ID       string // conversation space id
	From, To uint64
	Moment   Moment
	Party    Party
}

// String writes an effect for scripts and logs.
func (e Effect) String() string {
	switch e.Kind {
	case NeedStates:
		return fmt.Sprintf("need states %d..%d of %s", e.From, e.To, e.ID)
	case Wanted:
		return "wanted " + e.Party.Number
	case PopMoment:
		return "pop " + pick(e.Moment, "?", "ringing", "answered", "ended") + " " + e.Party.Number
	case EndedCall:
		return "ended " + e.ID
	case NeedReport:
		return "need report of " + e.ID
	}
	return "unknown effect"
}
