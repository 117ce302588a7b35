package lookup

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// When a source is left alone, and for how long.
const (
	failuresInARow = 5                // until it is left alone
	firstRest      = 30 * time.Second // doubled each time the one try after it fails too
	longestRest    = 5 * time.Minute
	longestPause   = time.Hour // of what a source asks for itself
)

// errTooMany is in the trail when a source was not asked because of the limit on look-ups a second.
var errTooMany = fmt.Errorf("%w: the limit on look-ups a second is reached", ErrNotAsked)

// PauseError is what a source gives when it must not be asked for a while: its service said so
// (Retry-After), or an allowance is used up. It counts as no failure.
type PauseError struct {
	For time.Duration // an hour at most is kept to
	Err error         // why, for a person
}

func (e *PauseError) Error() string { return e.Err.Error() }

func (e *PauseError) Unwrap() error { return e.Err }

// RestError is in the trail when a source was left alone: it failed again and again, or asked for
// a pause.
type RestError struct {
	Until    time.Time
	Left     time.Duration // until then, at the time of the question
	Failures int           // in a row; 0 when the source asked for the pause
	Last     error         // what it said last
}

// Error says how long the source is left alone and why.
func (e *RestError) Error() string {
	left := e.Left.Round(time.Second)
	if e.Failures == 0 {
		return fmt.Sprintf("not asked for another %v: %v", left, e.Last)
	}
	return fmt.Sprintf("not asked for another %v: it failed %d times in a row, at last: %v", left, e.Failures, e.Last)
}

// Unwrap gives what the source said last, and ErrNotAsked.
func (e *RestError) Unwrap() []error { return []error{ErrNotAsked, e.Last} }

// health remembers how a source does. A source that fails again and again is left alone for a
// while, then tried with one question before all others are let through: it may be down because
// everybody asks it.
type health struct {
	failures int
	rest     time.Duration // the last one; 0 when the source is well
	until    time.Time
	paused   bool // the source asked for it
	trying   bool // the one question after a rest is under way
	last     error
}

// rests gives why the source is not to be asked now, or nil.
func (h *health) rests(now time.Time) error {
	if !now.Before(h.until) {
		return nil
	}
	e := &RestError{Until: h.until, Left: h.until.Sub(now), Failures: h.failures, Last: h.last}
	if h.paused {
		e.Failures = 0
	}
	return e
}

// start is called before a question; it gives why not to ask.
func (h *health) start(now time.Time) error {
	if err := h.rests(now); err != nil {
		return err
	}
	if h.rest == 0 {
		return nil
	}
	if h.trying {
		return &RestError{Until: now, Failures: h.failures, Last: h.last}
	}
	h.trying = true
	return nil
}

// end is called after each question that was asked, with what came of it.
func (h *health) end(now time.Time, err error) {
	h.trying = false
	var pause *PauseError
	switch {
	case errors.As(err, &pause):
		h.until, h.paused, h.last = now.Add(min(max(pause.For, 0), longestPause)), true, pause.Err
	case err == nil:
		*h = health{}
	case errors.Is(err, ErrNotAsked), errors.Is(err, context.Canceled):
	default:
		h.failed(now, err)
	}
}

func (h *health) failed(now time.Time, err error) {
	h.failures++
	h.last, h.paused = err, false
	if h.failures < failuresInARow {
		return
	}
	h.rest = min(max(2*h.rest, firstRest), longestRest)
	h.until = now.Add(h.rest)
}
