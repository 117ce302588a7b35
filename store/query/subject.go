package query

import (
	"time"

	"ringside/store/call"
)

// Subject is what a query is asked about: a call at a moment.
type Subject interface {
	// Texts gives its texts and numbers. What it gives stays as it is until the subject changes.
	Texts() *Texts
	ID() string
	Began() time.Time
	State() call.State
	Outcome() call.Outcome
	Direction() call.Direction
	Flags() Flags
	// Millis gives the value of a field of durations in milliseconds; ok is false where there is
	// none, as the time to answer of a call that nobody answered.
	Millis(f Field) (ms int64, ok bool)
}

// CallSubject is a call of the board as a Subject. One that is kept beside the call is asked at
// little cost: its texts are built when they are first needed, and again after Set. Not for two
// goroutines at once.
type CallSubject struct {
	c     *call.Call
	now   time.Time
	x     Extra
	texts *Texts
}

// NewCallSubject gives a call as a Subject.
func NewCallSubject(c *call.Call, x Extra) *CallSubject { return &CallSubject{c: c, x: x} }

// At sets the moment that clocks are read at.
func (s *CallSubject) At(now time.Time) { s.now = now }

// Set puts a newer version of the call in the place of the older one. The same one costs nothing.
func (s *CallSubject) Set(c *call.Call) {
	if s.c != c {
		s.c, s.texts = c, nil
	}
}

// SetExtra tells what else is known of the call.
func (s *CallSubject) SetExtra(x Extra) { s.x, s.texts = x, nil }

// Call gives the call.
func (s *CallSubject) Call() *call.Call { return s.c }

// Texts implements Subject.
func (s *CallSubject) Texts() *Texts {
	if s.texts == nil {
		s.texts = textsOf(s.c, &s.x)
	}
	return s.texts
}

// ID implements Subject.
func (s *CallSubject) ID() string { return s.c.ID }

// Began implements Subject.
func (s *CallSubject) Began() time.Time { return s.c.Created }

// State implements Subject.
func (s *CallSubject) State() call.State { return s.c.State }

// Outcome implements Subject.
func (s *CallSubject) Outcome() call.Outcome { return s.c.Outcome }

// Direction implements Subject.
func (s *CallSubject) Direction() call.Direction { return s.c.Direction }

// Flags implements Subject.
func (s *CallSubject) Flags() Flags {
	c := s.c
	return FlagEnded.when(!c.Live()) | FlagLive.when(c.Live()) | FlagMine.when(c.Mine) | FlagRecorded.when(c.Recorded) |
		FlagTransferred.when(len(c.Transfers) > 0) | FlagLate.when(c.JoinedLate) | FlagGap.when(len(c.Gaps) > 0) | FlagStale.when(c.Stale)
}

// Millis implements Subject.
func (s *CallSubject) Millis(f Field) (ms int64, ok bool) {
	switch f {
	case AnswerAt:
		return s.c.AnswerMs, s.c.AnswerMs >= 0
	case Total:
		return s.c.Total(s.now).Milliseconds(), true
	case Clock:
		return s.c.Clock(s.now).Milliseconds(), true
	}
	if p, ok := phaseOf(f); ok {
		return s.c.PhaseTime(p, s.now).Milliseconds(), true
	}
	return 0, false
}

// SummarySubject is a finished call as a Subject.
type SummarySubject struct {
	s     *call.Summary
	now   time.Time
	x     Extra
	texts *Texts
}

// NewSummarySubject gives a finished call as a Subject; now is what its Clock is read at.
func NewSummarySubject(s *call.Summary, x Extra, now time.Time) *SummarySubject {
	return &SummarySubject{s: s, x: x, now: now}
}

// Texts implements Subject.
func (s *SummarySubject) Texts() *Texts {
	if s.texts == nil {
		s.texts = summaryTexts(s.s, &s.x)
	}
	return s.texts
}

// ID implements Subject.
func (s *SummarySubject) ID() string { return s.s.ID }

// Began implements Subject.
func (s *SummarySubject) Began() time.Time { return s.s.Created }

// State implements Subject.
func (s *SummarySubject) State() call.State { return call.StateEnded }

// Outcome implements Subject.
func (s *SummarySubject) Outcome() call.Outcome { return s.s.Outcome }

// Direction implements Subject.
func (s *SummarySubject) Direction() call.Direction { return s.s.Direction }

// Flags implements Subject. A finished call is nobody's any more.
func (s *SummarySubject) Flags() Flags {
	return FlagEnded | FlagRecorded.when(s.s.Recorded) | FlagTransferred.when(s.s.Transfers > 0) |
		FlagLate.when(s.s.JoinedLate) | FlagGap.when(s.s.Gaps > 0)
}

// Millis implements Subject.
func (s *SummarySubject) Millis(f Field) (ms int64, ok bool) {
	switch f {
	case AnswerAt:
		return s.s.AnswerMs, s.s.AnswerMs >= 0
	case Total:
		return s.s.TotalMs, true
	case Clock:
		return max(0, s.now.Sub(s.s.Ended).Milliseconds()), true
	}
	if p, ok := phaseOf(f); ok {
		return s.s.PhasesMs[p], true
	}
	return 0, false
}

// phaseOf gives the phase whose time a field is.
func phaseOf(f Field) (call.Phase, bool) {
	switch f {
	case Wait:
		return call.PhaseWait, true
	case RingTime:
		return call.PhaseRing, true
	case Talk:
		return call.PhaseTalk, true
	case Hold:
		return call.PhaseHold, true
	}
	return 0, false
}

func (f Flags) when(yes bool) Flags {
	if yes {
		return f
	}
	return 0
}
