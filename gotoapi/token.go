package gotoapi

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// Token is what a login gives (goto-api.md 1, "Token answer").
type Token struct {
	Access  Secret
	Refresh Secret // empty after a personal access token was swapped
	// Obtained and Expires bound the access token's life; Expires is zero when it has no end.
	Obtained  time.Time
	Expires   time.Time
	Scopes    []string
	Principal string // e-mail address of the user
}

// Valid tells whether the access token can be used at now, with a margin for the way to the service.
func (t Token) Valid(now time.Time) bool {
	return t.Access != "" && (t.Expires.IsZero() || now.Add(tokenMargin).Before(t.Expires))
}

// tokenMargin keeps a token from expiring on its way to the service.
const tokenMargin = 10 * time.Second

// due tells whether it is time to get a successor: at a third of the life, as the vendor's own
// demos do, which leaves two thirds for an outage (goto-api.md 1).
func (t Token) due(now time.Time) bool {
	if t.Expires.IsZero() {
		return t.Access == ""
	}
	return !now.Before(t.Obtained.Add(t.Expires.Sub(t.Obtained) / 3))
}

// tokenFrom reads the library's token, obtained now.
func tokenFrom(t *oauth2.Token, now time.Time) Token {
	scope, _ := t.Extra("scope").(string)
	principal, _ := t.Extra("principal").(string)
	return Token{
		Access: Secret(t.AccessToken), Refresh: Secret(t.RefreshToken),
		Obtained: now, Expires: t.Expiry,
		Scopes: strings.Fields(scope), Principal: principal,
	}
}

// TokenSource gives tokens to a Client. Both methods are safe for concurrent use.
type TokenSource interface {
	// Token returns a token that can be used now.
	Token(ctx context.Context) (Token, error)
	// Renew replaces the token whose access token is stale, which the service has refused. When it
	// has been replaced already, the present one is returned.
	Renew(ctx context.Context, stale Secret) (Token, error)
}

// TokenStore keeps a token from one start of the program to the next. Implementations hold what
// Secret.Reveal gives, so the place must be fit for secrets. Implementations are safe for
// concurrent use.
type TokenStore interface {
	// Load returns the stored token, or ErrNoToken.
	Load(ctx context.Context) (Token, error)
	// Save replaces the stored token.
	Save(ctx context.Context, t Token) error
	// Clear forgets the token; it is no error when there is none.
	Clear(ctx context.Context) error
}

// TokenLocker is a TokenStore that several processes share.
type TokenLocker interface {
	TokenStore
	// Lock keeps other processes from replacing the token until unlock is called: a refresh token
	// that two of them use at once may be lost to both. It waits until ctx ends.
	Lock(ctx context.Context) (unlock func(), err error)
}

// MemoryStore is a TokenStore that ends with the program. The zero value is empty and ready.
type MemoryStore struct {
	mu    sync.Mutex
	token Token
}

// Load implements TokenStore.
func (m *MemoryStore) Load(context.Context) (Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.token.Access == "" && m.token.Refresh == "" {
		return Token{}, ErrNoToken
	}
	return m.token, nil
}

// Save implements TokenStore.
func (m *MemoryStore) Save(_ context.Context, t Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.token = t
	return nil
}

// Clear implements TokenStore.
func (m *MemoryStore) Clear(context.Context) error { return m.Save(context.Background(), Token{}) }

// loggedOut is the TokenSource of a client without one.
type loggedOut struct{}

func (loggedOut) Token(context.Context) (Token, error)         { return Token{}, ErrNotLoggedIn }
func (loggedOut) Renew(context.Context, Secret) (Token, error) { return Token{}, ErrNotLoggedIn }
