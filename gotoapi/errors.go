package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Sentinels for errors.Is.
var (
	// ErrNotFound matches every Error with status 404.
	ErrNotFound = errors.New("not found")
	// ErrNotReady says that a call's report, or a recording or transcript of it, does not exist yet
	// (goto-api.md 5.3, 9): ask again later.
	ErrNotReady = errors.New("not ready yet")
	// ErrNotLoggedIn says that there is no token to use at all.
	ErrNotLoggedIn = errors.New("not logged in")
	// ErrNoToken is what a TokenStore answers when it holds nothing.
	ErrNoToken = errors.New("no token stored")
	// ErrAsked says that the request itself makes no sense, so that it was not sent.
	ErrAsked = errors.New("wrong request")
	// ErrAnswer says that the service's answer was not what its interface promises: not JSON,
	// longer than any real one, or a page marker that leads in a circle.
	ErrAnswer = errors.New("unexpected answer")
)

// Codes of errors that are acted on (goto-api.md 1 and 8).
const (
	CodeInsufficientScope = "AUTHZ_INSUFFICIENT_SCOPE"
	CodeChannelNotFound   = "RTC-NOTIFICATION-CHANNEL-NOT-FOUND"
	CodeInvalidGrant      = "invalid_grant"
	CodeInvalidClient     = "invalid_client"
	// CodeInvalidRequest is what a login service has been seen to answer to an expired refresh
	// token; requests of this package lack nothing.
	CodeInvalidRequest = "invalid_request"
	// CodeUnauthorizedClient says that the OAuth client may not use this way to log in.
	CodeUnauthorizedClient = "unauthorized_client"
)

// Error is the service's refusal of one request.
type Error struct {
	Op        string // what was asked for, "creating a notification channel"
	Status    int    // HTTP status
	Code      string // errorCode of the body, or the OAuth error word; may be empty
	Reference string // the service's own trace id, for a support ticket; may be empty
	Message   string // the service's text, cleaned and bounded; may be empty
	Scope     string // the OAuth scope the request needs; may be empty
	// RetryAfter is how long the service asked to wait; 0 when it did not say.
	RetryAfter time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: GoTo answered %d", e.Op, e.Status)
	if t := http.StatusText(e.Status); t != "" {
		b.WriteString(" " + t)
	}
	if e.Code != "" {
		b.WriteString(" (" + e.Code + ")")
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Reference != "" {
		b.WriteString(" [reference " + e.Reference + "]")
	}
	return b.String()
}

// Is makes errors.Is(err, ErrNotFound) true for a 404.
func (e *Error) Is(target error) bool {
	return target == ErrNotFound && e.Status == http.StatusNotFound
}

// ErrorClass tells what can be done about an error.
type ErrorClass uint8

// The classes.
const (
	// None is the class of a nil error.
	None ErrorClass = iota
	// Fatal: repeating the request will not help; something has to be changed first.
	Fatal
	// Auth: a new login, or other credentials, are needed.
	Auth
	// Throttled: the service asks for fewer requests; wait, then repeat.
	Throttled
	// Retry: the network or the service failed; repeat with back-off.
	Retry
	// Canceled: the caller gave up.
	Canceled
)

// String returns the class's name in lower case.
func (c ErrorClass) String() string {
	switch c {
	case None:
		return "none"
	case Fatal:
		return "fatal"
	case Auth:
		return "auth"
	case Throttled:
		return "throttled"
	case Retry:
		return "retry"
	case Canceled:
		return "canceled"
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Class judges an error of this package by its type, status and code, never by its text. An error
// it does not know is one of the network, hence Retry.
func Class(err error) ErrorClass {
	var refused *Error
	var partial *PartialError
	switch {
	case err == nil:
		return None
	case errors.As(err, &partial):
		return partial.class()
	case errors.As(err, &refused):
		return classOf(refused.Status, refused.Code)
	case errors.Is(err, ErrNotLoggedIn), errors.Is(err, ErrNoToken):
		return Auth
	case errors.Is(err, ErrNotReady):
		return Retry
	case errors.Is(err, ErrAnswer), errors.Is(err, ErrAsked):
		return Fatal
	case errors.Is(err, context.Canceled):
		return Canceled
	}
	return Retry
}

// Unreached tells whether a request failed before the service had answered anything: there is no
// network, no route, or nobody listens.
func Unreached(err error) bool {
	var refused *Error
	var partial *PartialError
	return Class(err) == Retry && !errors.As(err, &refused) && !errors.As(err, &partial) && !errors.Is(err, ErrNotReady)
}

func classOf(status int, code string) ErrorClass {
	switch code {
	case CodeInvalidGrant, CodeInvalidClient, CodeInvalidRequest, CodeUnauthorizedClient:
		return Auth
	}
	switch {
	case status == http.StatusUnauthorized:
		return Auth
	case status == http.StatusTooManyRequests:
		return Throttled
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		return Retry
	case status == http.StatusNotImplemented, status == http.StatusHTTPVersionNotSupported:
		return Fatal
	case status >= 500:
		return Retry
	}
	return Fatal
}

// RetryAfter returns how long the service asked to wait before the next try, 0 when it did not.
func RetryAfter(err error) time.Duration {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.RetryAfter
	}
	return 0
}
