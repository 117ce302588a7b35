package gotoapi

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
)

// Hint returns one line that tells a person what to do about err; empty when there is nothing to
// do but wait, or when err is nil.
func Hint(err error) string {
	var refused *Error
	var partial *PartialError
	switch {
	case errors.As(err, &partial):
		return "check the account key, and log in as a super admin of that account"
	case errors.As(err, &refused):
		return refused.hint()
	case errors.Is(err, ErrNotLoggedIn), errors.Is(err, ErrNoToken):
		return "log in first: ringside login"
	}
	switch {
	case errors.Is(err, ErrNotReady):
		return "GoTo makes it some seconds after the call: try again in a moment"
	case errors.Is(err, ErrAnswer):
		return "this version may be too old for the service: look for a newer ringside"
	case fromNetwork(err):
		return "check the network; the next try comes by itself"
	}
	return ""
}

// fromNetwork tells whether err is what a network fails with, and not a disk or a program.
func fromNetwork(err error) bool {
	var request *url.Error
	var dial *net.OpError
	return errors.As(err, &request) || errors.As(err, &dial) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

func (e *Error) hint() string {
	switch {
	case e.Code == CodeInvalidClient:
		return "check the OAuth client id and secret at developer.logmeininc.com/clients"
	case e.Code == CodeUnauthorizedClient:
		return "switch this grant type on for the OAuth client at developer.logmeininc.com/clients"
	case e.Code == CodeInvalidGrant, e.Code == CodeInvalidRequest:
		return "the login has expired or was revoked; log in again: ringside login"
	case e.Status == http.StatusForbidden && e.Code == CodeInsufficientScope && e.Scope != "":
		return "give the OAuth client the scope " + e.Scope +
			" at developer.logmeininc.com/clients, then log in again: ringside login"
	case e.Status == http.StatusUnauthorized:
		return "log in again: ringside login"
	case e.Status == http.StatusForbidden:
		return "log in as a super admin of this account: ringside login"
	}
	switch classOf(e.Status, e.Code) {
	case Throttled:
		return "too many requests for this account; the next try comes by itself"
	case Retry:
		return "the service has trouble; the next try comes by itself"
	}
	return ""
}
