package gotoapi

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"ringside/store/call"
)

// AuthorizeError is what the authorize endpoint says instead of letting a person log in
// (RFC 6749, 4.1.2.1).
type AuthorizeError struct {
	Code        string // "access_denied", …; cleaned
	Description string // the service's own words, cleaned; may be empty
}

// Error implements error.
func (e *AuthorizeError) Error() string {
	text := "GoTo did not log you in: " + e.meaning()
	if e.Description != "" {
		text += ": " + e.Description
	}
	return text
}

func (e *AuthorizeError) meaning() string {
	switch e.Code {
	case "access_denied":
		return "access was denied (access_denied)"
	case "invalid_scope":
		return "a scope asked for is unknown or not allowed to this OAuth client (invalid_scope)"
	case "unauthorized_client":
		return "this OAuth client may not log people in (unauthorized_client)"
	case "unsupported_response_type":
		return "this OAuth client may not use authorization codes (unsupported_response_type)"
	case "server_error", "temporarily_unavailable":
		return "the login service has trouble (" + e.Code + ")"
	}
	return e.Code
}

// Hint says what to do about it.
func (e *AuthorizeError) Hint() string {
	switch e.Code {
	case "access_denied":
		return "log in again and agree, or ask an administrator of the account to allow it: ringside login"
	case "invalid_scope", "unauthorized_client", "unsupported_response_type", "invalid_request":
		return "check the OAuth client's grants and scopes at developer.logmeininc.com/clients"
	}
	return "try again in some minutes: ringside login"
}

// AuthorizeAnswer reads what the authorize endpoint sends to the redirect address. ok is false
// when there is neither a code nor an error in it.
func AuthorizeAnswer(q url.Values) (code Secret, state string, refused error, ok bool) {
	state = q.Get("state")
	if word := word(q.Get("error")); word != "" {
		return "", state, &AuthorizeError{Code: word, Description: call.Clean(q.Get("error_description"))}, true
	}
	code = Secret(q.Get("code"))
	return code, state, nil, code != ""
}

// TryAuthURL asks for the address of AuthURL without following it, as the vendor's samples do
// (goto-api.md 1, "Authorize"), so that what is wrong with the client is known before a person
// looks at a browser. An *AuthorizeError is final; an *Error is what a browser may show as well;
// anything else is the network's.
func (o *OAuth) TryAuthURL(ctx context.Context, address string) error {
	const op = "opening the login page"
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return fmt.Errorf("%s: %w: the address cannot be built", op, ErrAsked)
	}
	req.Header.Set("User-Agent", o.cfg.UserAgent)
	res, err := bareClient(o.cfg.HTTP).Do(req)
	if err != nil {
		return fmt.Errorf("%s: reaching %s: %w", op, req.URL.Host, withoutAddress(err))
	}
	defer res.Body.Close()
	o.cfg.Logger.DebugContext(ctx, op, "route", req.URL.Path, "status", res.StatusCode)
	if to, err := res.Location(); err == nil {
		if _, _, refused, _ := AuthorizeAnswer(to.Query()); refused != nil {
			return refused
		}
	}
	if res.StatusCode < 400 {
		return nil
	}
	e := &Error{Op: op, Status: res.StatusCode}
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == "text/plain" {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1000)) // a part will do
		e.Message = call.Clean(string(text))
	}
	return e
}
