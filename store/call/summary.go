package call

import "time"

// Summary is a finished call as a list shows it and an archive files it. Times inside the call are
// milliseconds after Created.
type Summary struct {
	ID, Account string
	Direction   Direction
	Outcome     Outcome
	Created     time.Time
	Ended       time.Time
	From, To    Party
	Queue       string   // the last queue it came through, or ""
	Path        []string // menus, queues and mailboxes it went through
	Answered    []Answer // who talked, in order
	Rung        []Ring   // every telephone that was rung

	PhasesMs [NumPhases]int64 // by Phase; they sum to TotalMs
	TotalMs  int64
	AnswerMs int64 // the first answer by a person or an outside number; -1 for none
	OfferMs  int64 // when it first rang somebody or entered a queue; -1 when it did not

	LeftFirst  string // who ended it, inferred; "" is not known
	Recorded   bool
	JoinedLate bool
	Gaps       int // holes in its states
	States     int
	Transfers  int
	Associated []string // other conversations of the same journey
}

// Outsider gives the outside party of the call; of an internal one, the one who called.
func (s *Summary) Outsider() Party {
	if s.Direction == Outbound {
		return s.To
	}
	return s.From
}

// Summary gives what lists need of a call that has ended. The slices are shared with the call.
func (c *Call) Summary() Summary {
	s := Summary{
		ID: c.ID, Account: c.Account, Direction: c.Direction, Outcome: c.Outcome, Created: c.Created, Ended: c.Ended,
		From: c.From, To: c.To, Queue: c.Queue, Path: c.Path, Answered: c.Answered, Rung: c.Rung,
		AnswerMs: c.AnswerMs, OfferMs: c.OfferMs, LeftFirst: c.LeftFirst, Recorded: c.Recorded, JoinedLate: c.JoinedLate, Gaps: len(c.Gaps),
		States: c.NumStates, Transfers: len(c.Transfers), Associated: c.Associated,
	}
	for p := range Phase(NumPhases) {
		s.PhasesMs[p] = c.PhaseTime(p, c.Ended).Milliseconds()
		s.TotalMs += s.PhasesMs[p]
	}
	return s
}
