// Package doctor looks whether everything that a desk needs is there: it asks the service for each
// thing once, says what it found, and leaves nothing behind.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
)

// Check is one thing to look at.
type Check struct {
	Name     string
	Deadline time.Duration // 0 is 15 s
	// Run gives what it found in a few words, or what is wrong.
	Run func(ctx context.Context) (detail string, err error)
	// Always has it run also when an earlier check has ended the examination, or the person has.
	Always bool
}

// Outcome is what came of a check.
type Outcome uint8

// The outcomes.
const (
	OK Outcome = iota
	Failed
	Skipped // not made, for want of what an earlier check did not find
)

// Result is what a check found.
type Result struct {
	Check   string
	Outcome Outcome
	Took    time.Duration
	Detail  string // in a few words, clean
	Hint    string // what to do; may be empty
}

// Summary is the examination as a whole.
type Summary struct {
	Made, Failed int
	// LoggedOut says that there is no login to go on with.
	LoggedOut bool
}

const usualDeadline = 15 * time.Second

// Run makes one check after the other. before is told each one's name when it begins, after its
// result. What cannot be without an earlier check is skipped; the error is ctx's.
func Run(ctx context.Context, checks []Check, before func(string), after func(Result)) (Summary, error) {
	var sum Summary
	over := "" // why nothing more is to be found out
	for _, c := range checks {
		switch {
		case c.Always:
		case ctx.Err() != nil:
			continue
		case over != "":
			after(Result{Check: c.Name, Outcome: Skipped, Detail: "not checked: " + over})
			continue
		}
		before(c.Name)
		r, err := run(ctx, c)
		if c.Always && r.Outcome == Skipped || ctx.Err() != nil && r.Outcome == Failed && !c.Always {
			continue // nothing was made, or the person has gone
		}
		if r.Outcome != Skipped {
			sum.Made++
		}
		if r.Outcome == Failed {
			sum.Failed++
		}
		var end *End
		switch {
		case gotoapi.Class(err) == gotoapi.Auth:
			sum.LoggedOut, over = true, "not logged in"
		case errors.As(err, &end):
			over = end.Why
		}
		after(r)
	}
	return sum, ctx.Err()
}

// run makes one check.
func run(ctx context.Context, c Check) (Result, error) {
	limit := c.Deadline
	if limit <= 0 {
		limit = usualDeadline
	}
	if c.Always {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	detail, err := c.Run(ctx)
	r := Result{Check: c.Name, Took: time.Since(began), Detail: call.Clean(detail)}
	var skipped *Skip
	switch {
	case err == nil:
	case errors.As(err, &skipped):
		r.Outcome, r.Took, r.Detail = Skipped, 0, "not checked: "+call.Clean(skipped.Why)
	default:
		r.Outcome, r.Detail, r.Hint = Failed, call.Clean(err.Error()), call.Clean(hint(err))
		if ctx.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
			r.Detail = fmt.Sprintf("no answer within %s: %s", limit, r.Detail)
		}
	}
	return r, err
}

// Skip says why a check was not made.
type Skip struct{ Why string }

// Error implements error.
func (s *Skip) Error() string { return s.Why }

// End is what makes all further checks pointless.
type End struct {
	Err error
	Why string // "GoTo cannot be reached"
}

// Error implements error.
func (e *End) Error() string { return e.Err.Error() }

// Unwrap gives the error.
func (e *End) Unwrap() error { return e.Err }

// trouble is an error with what to do about it.
type trouble struct {
	text string
	hint string
	err  error // may be nil
}

func (t *trouble) Error() string { return t.text }
func (t *trouble) Unwrap() error { return t.err }

// Hint gives what to do.
func (t *trouble) Hint() string { return t.hint }

// hint says what to do about an error. Nothing is tried again by itself here, so that what the rest
// of the program says of passing trouble does not fit.
func hint(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	var refused *gotoapi.Error
	switch class := gotoapi.Class(err); {
	case class == gotoapi.Throttled:
		return "other programs use this account at the moment: wait a minute and try again"
	case errors.As(err, &refused) && (class == gotoapi.Retry || refused.Status >= http.StatusInternalServerError):
		return "GoTo has trouble: try again in some minutes; its support can find the request by the reference"
	case class == gotoapi.Retry:
		return "check the network: name service, proxy (HTTPS_PROXY) and firewall must let this machine reach GoTo"
	}
	return gotoapi.Hint(err)
}
