package credentials

import (
	"context"
	"errors"
	"fmt"

	"ringside/gotoapi"
)

// tokenStore is a Store as gotoapi wants it, for one OAuth client of one service.
type tokenStore struct {
	store        *Store
	client, host string
}

// Tokens makes the token source of the stored login. It follows what other processes do to it: a
// refresh, another login, also one of the other kind, and a logout. host is the login service's.
func Tokens(s *Store, o *gotoapi.OAuth, client, host string, cfg gotoapi.TokensConfig) *gotoapi.Tokens {
	ts := tokenStore{s, client, host}
	cfg.Store = ts
	cfg.Next = func(ctx context.Context, old gotoapi.Token) (gotoapi.Token, error) {
		l, err := ts.login(ctx)
		switch {
		case errors.Is(err, ErrNone):
		case err != nil:
			return gotoapi.Token{}, err
		case l.PAT != "":
			return o.SwapPAT(ctx, l.PAT)
		}
		return o.Refresh(ctx, old)
	}
	return gotoapi.NewTokens(cfg)
}

// login loads the login and checks whose it is.
func (t tokenStore) login(ctx context.Context) (Login, error) {
	l, err := t.store.Load(ctx)
	if err != nil {
		return Login{}, err
	}
	if l.Client != t.client || l.Host != t.host {
		return Login{}, fmt.Errorf("%w with this OAuth client: the stored login is of client %s at %s",
			gotoapi.ErrNotLoggedIn, l.Client, l.Host)
	}
	return l, nil
}

// Load implements gotoapi.TokenStore.
func (t tokenStore) Load(ctx context.Context) (gotoapi.Token, error) {
	l, err := t.login(ctx)
	return l.Token, err
}

// Save implements gotoapi.TokenStore. What else belongs to the login stays.
func (t tokenStore) Save(ctx context.Context, token gotoapi.Token) error {
	l, err := t.login(ctx)
	switch {
	case errors.Is(err, ErrNone):
		l = Login{Client: t.client, Host: t.host}
	case err != nil:
		return err
	}
	l.Token = token
	return t.store.Save(ctx, l)
}

// Clear implements gotoapi.TokenStore.
func (t tokenStore) Clear(ctx context.Context) error { return t.store.Clear(ctx) }

// Lock implements gotoapi.TokenLocker.
func (t tokenStore) Lock(ctx context.Context) (func(), error) { return t.store.Lock(ctx) }
