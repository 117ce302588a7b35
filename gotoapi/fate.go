package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// LoginStatus tells how a login fares: whether it goes on, and until when it lasts if not.
type LoginStatus struct {
	Principal string    // e-mail address of the user; may be empty
	Obtained  time.Time // when the access token was got; zero when there is none
	Expires   time.Time // when the access token ends; zero when it has no end or there is none
	Valid     bool      // requests can be made now
	// FailingSince is when replacing the token first failed; zero while all is well.
	FailingSince time.Time
	// Err is the last failure. Of class Auth, it means that only a new login helps.
	Err error
}

// fate is what became of the attempts to replace a token.
type fate struct {
	since time.Time
	err   error

	// refused is the token whose successor the service has refused for good; nobody asks for it
	// again before again.
	refused *Token
	again   time.Time
}

func (f fate) fail(now time.Time, err error) fate {
	if f.since.IsZero() {
		f.since = now
	}
	f.err = err
	return f
}

// askAgain is how long a refusal is believed. It is not believed for ever: a desk runs for weeks,
// and a service may refuse by mistake.
const askAgain = 5 * time.Minute

// noteRefusal remembers that the service will not replace old.
func (s *Tokens) noteRefusal(old Token, err error) {
	if Class(err) != Auth {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fate.refused, s.fate.again = &old, time.Now().Add(askAgain)
}

// refusedBefore returns the refusal that asking for old's successor would only repeat.
func (s *Tokens) refusedBefore(old Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.fate.refused
	if r == nil || r.Access != old.Access || r.Refresh != old.Refresh || !time.Now().Before(s.fate.again) {
		return nil
	}
	return s.fate.err
}

// usable tells whether the token, or its successor, can be of use.
func (t Token) usable() bool { return t.Access != "" || t.Refresh != "" }

// Status tells how the login fares, by what is known without asking anybody.
func (s *Tokens) Status() LoginStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return LoginStatus{
		Principal: s.token.Principal, Obtained: s.token.Obtained, Expires: s.token.Expires,
		Valid: s.token.Valid(time.Now()), FailingSince: s.fate.since, Err: s.fate.err,
	}
}

// Sync takes over what another process of the same person has put into the store: a newer token, a
// new login, or that the login was forgotten. The service is not asked.
func (s *Tokens) Sync(ctx context.Context) error {
	s.mu.Lock()
	seen := s.changes
	s.mu.Unlock()
	there, err := s.cfg.Store.Load(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes != seen || s.flight != nil {
		return nil // the store was read before it was written
	}
	switch {
	case errors.Is(err, ErrNoToken):
		if s.stored && s.token.usable() {
			s.set(Token{})
			s.fate = s.fate.fail(time.Now(), fmt.Errorf("%w: the login was forgotten", ErrNotLoggedIn))
		}
	case err != nil:
		return fmt.Errorf("loading the stored login: %w", err)
	case !s.loaded, there.Access != s.token.Access && !there.Obtained.Before(s.token.Obtained):
		s.set(there)
		s.stored = true
	}
	return nil
}
