package phone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"ringside/gotoapi"
	"ringside/store/call"
	store "ringside/store/phone"
)

// Error is what went wrong with a request of a person: one line of what failed, and one of what to do.
type Error struct {
	What string
	Do   string
	Err  error // may be nil
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + reason(e.Err)
}

// reason puts what is behind an error into a few words; the log has it whole.
func reason(err error) string {
	var refused *gotoapi.Error
	switch class := gotoapi.Class(err); {
	case errors.As(err, &refused) && class == gotoapi.Throttled:
		return fmt.Sprintf("too many requests (%d)", refused.Status)
	case errors.As(err, &refused) && class == gotoapi.Retry:
		return fmt.Sprintf("GoTo has trouble (%d)", refused.Status)
	case errors.As(err, &refused):
		return call.Clean(strings.TrimPrefix(refused.Error(), refused.Op+": "))
	case errors.Is(err, context.DeadlineExceeded):
		return "GoTo did not answer in time"
	case errors.As(err, new(*url.Error)), errors.As(err, new(*net.OpError)):
		return "GoTo cannot be reached"
	}
	return call.Clean(err.Error())
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// Hint tells what to do; may be empty.
func (e *Error) Hint() string { return e.Do }

// What can be wrong with a request before it is made.
var (
	errNoCall  = &Error{What: "this telephone has no such call"}
	errOver    = &Error{What: "the call is over"}
	errNotUp   = &Error{What: "the call is not connected yet", Do: "wait until it is answered"}
	errNoRing  = &Error{What: "the call does not ring here any more"}
	errSelf    = &Error{What: "that takes two different calls"}
	errNumber  = &Error{What: "that is no number to dial", Do: "digits, with + in front of a country code; or an extension; * and # too"}
	errTones   = &Error{What: "those are no tones", Do: "0 to 9, * and # can be sent"}
	errOff     = &Error{What: "the telephone is off"}
	errGaveUp  = &Error{What: "the caller gave up before you were connected"}
	errNoLine  = &Error{What: "your own line is not known", Do: "give the OAuth client the scope " + gotoapi.ScopeLinesRead + ", then log in again: ringside login"}
	errDropped = &Error{What: "you hung up before the call was made"}
)

// failure puts an error of a request into words, and the error itself into the log. It keeps an *Error as it
// is.
func (p *Phone) failure(what string, err error) error {
	var said *Error
	if err == nil || errors.As(err, &said) {
		return err
	}
	if !errors.Is(err, context.Canceled) {
		p.cfg.Logger.InfoContext(context.Background(), what, "error", call.Clean(err.Error()))
	}
	return &Error{What: what, Do: remedy(err), Err: err}
}

// hintOf gives what an error says is to be done; may be empty.
func hintOf(err error) string {
	var says interface{ Hint() string }
	if errors.As(err, &says) {
		return call.Clean(says.Hint())
	}
	return ""
}

// remedy tells what a person can do about a request that failed; no next try comes by itself.
func remedy(err error) string {
	switch {
	case errors.Is(err, gotoapi.ErrNotFound):
		return "the call is over"
	case errors.Is(err, context.Canceled):
		return ""
	case gotoapi.Unreached(err):
		return "check the network, then try again"
	}
	switch gotoapi.Class(err) {
	case gotoapi.Throttled:
		return "try again in a few seconds"
	case gotoapi.Retry:
		return "try again in a few seconds, or take your desk phone"
	}
	return gotoapi.Hint(err)
}

// passing tells whether the service has refused what it may take in a moment.
func passing(err error) bool {
	var refused *gotoapi.Error
	class := gotoapi.Class(err)
	return errors.As(err, &refused) && (class == gotoapi.Throttled || class == gotoapi.Retry)
}

// status is that of the service's refusal; 0 is none.
func status(err error) int {
	if refused := (*gotoapi.Error)(nil); errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}

// gone tells whether the service refuses because the call is no longer there to be acted on.
func gone(err error) bool {
	switch status(err) {
	case http.StatusNotFound, http.StatusGone, http.StatusConflict:
		return true
	}
	return false
}

// foundNoPath is why the service ended a call whose sound never came through, or no longer.
const foundNoPath = "GoTo ended the call: its sound found no path"

// ended puts into words why the service ended a call: reason is its code.
func ended(l *leg, reason string) string {
	switch c := &l.c; {
	case l.ending != "":
		return l.ending
	case c.Moves != "":
		return "transferred to " + c.Moves
	case reason == "ANSWERED_ELSEWHERE":
		return "answered on another telephone"
	case c.State == store.Answering:
		return errGaveUp.What
	case c.Incoming && c.State == store.Ringing:
		return rungOut(reason)
	case c.State == store.Talking && l.pathless && reason != "BYE":
		return foundNoPath
	case c.State == store.Talking:
		return talkedOut(reason)
	}
	switch reason {
	case "BUSY":
		return "busy"
	case "DECLINED", "REJECTED":
		return "declined by the far end"
	case "NO_ANSWER", "TIMEOUT":
		return "nobody answered"
	case "", "BYE", "CANCEL":
		return "not connected"
	}
	if broken(reason) {
		return "not connected: GoTo could not reach the number"
	}
	return "not connected: " + inWords(reason)
}

func rungOut(reason string) string {
	switch reason {
	case "", "BYE", "CANCEL":
		return "the caller gave up"
	case "NO_ANSWER", "TIMEOUT":
		return "it was not answered in time"
	case "DECLINED", "REJECTED":
		return "declined on another telephone"
	}
	return "it stopped ringing: " + inWords(reason)
}

func talkedOut(reason string) string {
	switch reason {
	case "", "BYE", "CANCEL":
		return "the far end hung up"
	}
	if broken(reason) {
		return "GoTo ended the call: something failed there"
	}
	return "GoTo ended the call: " + inWords(reason)
}

// broken tells whether a code says no more than that something failed.
func broken(reason string) bool { return reason == "ERROR" || reason == "FAILED" }

// inWords makes a code of the service readable.
func inWords(code string) string {
	return strings.ToLower(strings.ReplaceAll(call.Clean(code), "_", " "))
}

// dialable takes what people put between digits out of a number; "" when it is none.
func dialable(number string) string {
	var b strings.Builder
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9', r == '*', r == '#', r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" \t-.()/\u00a0", r):
		default:
			return ""
		}
	}
	if out := b.String(); len(out) <= maxDial && strings.Trim(out, "+") != "" {
		return out
	}
	return ""
}

// maxDial is the longest number dialled: a telephone number of the world, an extension and codes.
const maxDial = 48

// tones tells whether digits are tones.
func tones(digits string) bool {
	return digits != "" && len(digits) <= maxDial && strings.Trim(digits, "0123456789*#") == ""
}
