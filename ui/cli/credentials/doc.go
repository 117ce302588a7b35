// Package credentials keeps logins from one start of the program to the next, one a profile.
//
// A login is a file that only its owner may read. Where the system has a keyring, the file is
// encrypted with a key that is only there; the tokens themselves are too long for some keyrings
// (2560 bytes on Windows, about 3000 on macOS). Without one the file is plain, and the Store says so.
//
// Several processes may share a login. They replace it under a lock, so that a refresh token which
// the service has rotated is not lost to one of them, and a reader finds the old login or the new one.
package credentials

import (
	"errors"
	"fmt"
	"time"

	"ringside/gotoapi"
)

// Login is what is kept of a login. It goes with the client and the service it was made for: a
// refresh token must not travel to another place.
type Login struct {
	Client string        // OAuth client id
	Host   string        // base address of the login service
	Token  gotoapi.Token // the zero Token when there is none yet
	// PAT is the personal access token that Token is swapped for; empty after a login in the browser.
	PAT gotoapi.Secret
}

// ErrNone says that nobody is logged in; it matches gotoapi.ErrNoToken too.
var ErrNone = fmt.Errorf("nobody is logged in: %w", gotoapi.ErrNoToken)

// Error is what is wrong with a login, and what to do.
type Error struct {
	What string
	Fix  string
	Err  error // the cause; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint gives what to do.
func (e *Error) Hint() string { return e.Fix }

// loginAgain is the way out of a file that cannot be used.
const loginAgain = "log in again: ringside login (the file is replaced)"

// body is a Login as it is written; it reveals the secrets.
type body struct {
	Client    string    `json:"client_id"`
	Host      string    `json:"host"`
	Access    string    `json:"access_token"`
	Refresh   string    `json:"refresh_token,omitempty"`
	PAT       string    `json:"personal_access_token,omitempty"`
	Obtained  time.Time `json:"obtained"`
	Expires   time.Time `json:"expires"`
	Scopes    []string  `json:"scopes,omitempty"`
	Principal string    `json:"principal,omitempty"`
}

func (l Login) body() body {
	return body{
		Client: l.Client, Host: l.Host, Access: l.Token.Access.Reveal(), Refresh: l.Token.Refresh.Reveal(),
		PAT: l.PAT.Reveal(), Obtained: l.Token.Obtained.UTC(), Expires: l.Token.Expires.UTC(),
		Scopes: l.Token.Scopes, Principal: l.Token.Principal,
	}
}

func (b body) login() (Login, error) {
	if b.Access == "" && b.Refresh == "" && b.PAT == "" {
		return Login{}, errors.New("there is no token in it")
	}
	return Login{
		Client: b.Client, Host: b.Host, PAT: gotoapi.Secret(b.PAT),
		Token: gotoapi.Token{
			Access: gotoapi.Secret(b.Access), Refresh: gotoapi.Secret(b.Refresh),
			Obtained: b.Obtained, Expires: b.Expires, Scopes: b.Scopes, Principal: b.Principal,
		},
	}, nil
}
