package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Static is a TokenSource of one access token that is never replaced.
func Static(access Secret) TokenSource { return static(access) }

type static Secret

func (s static) Token(context.Context) (Token, error) { return Token{Access: Secret(s)}, nil }

func (s static) Renew(context.Context, Secret) (Token, error) {
	return Token{}, fmt.Errorf("%w: the access token given is refused", ErrNotLoggedIn)
}

// TokensConfig says how Tokens works.
type TokensConfig struct {
	// Next gets the successor of a token; the token is the zero Token when there is none yet.
	// OAuth.Refresh is one.
	Next func(ctx context.Context, old Token) (Token, error)
	// Store keeps the token; nil keeps it in memory.
	Store  TokenStore
	Logger *slog.Logger
}

// Tokens is the TokenSource of a login. It replaces its token at a third of its life, one request
// at a time however many callers there are, and goes on with the old one while the login service
// cannot be reached, until that one expires. It has no goroutine of its own: the caller who comes
// when a new token is due gets it for all.
type Tokens struct {
	cfg TokensConfig

	mu      sync.Mutex
	token   Token
	loaded  bool
	flight  *flight   // the replacement under way
	failed  int       // replacements failed in a row
	retryAt time.Time // no early replacement before this
	stored  bool      // the store holds, or held, this login
	changes int       // how often token was set
	fate    fate
	late    late
}

// flight is one replacement; done is closed when token and err are set.
type flight struct {
	done  chan struct{}
	token Token
	err   error
}

// Bounds of a replacement.
const (
	earlyTimeout = 10 * time.Second // while the old token is good, a caller waits no longer
	lateTimeout  = 30 * time.Second // when it is not
	quitGrace    = 2 * time.Second  // for an answer under way when the caller gives up
)

// NewTokens makes a Tokens.
func NewTokens(cfg TokensConfig) *Tokens {
	if cfg.Store == nil {
		cfg.Store = &MemoryStore{}
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Tokens{cfg: cfg}
}

// PATTokens is the TokenSource of a personal access token.
func PATTokens(o *OAuth, pat Secret) *Tokens {
	next := func(ctx context.Context, _ Token) (Token, error) { return o.SwapPAT(ctx, pat) }
	return NewTokens(TokensConfig{Next: next, Logger: o.cfg.Logger})
}

// Token implements TokenSource.
func (s *Tokens) Token(ctx context.Context) (Token, error) {
	now := time.Now()
	s.mu.Lock()
	if err := s.load(ctx); err != nil {
		s.mu.Unlock()
		return Token{}, err
	}
	t := s.token
	early := t.Valid(now)
	if early && (!t.due(now) || s.flight != nil || now.Before(s.retryAt)) {
		s.mu.Unlock()
		return t, nil
	}
	s.mu.Unlock()
	fresh, err := s.replace(ctx, t.Access)
	if err != nil && early {
		s.cfg.Logger.WarnContext(ctx, "token not replaced; the present one is still good", "class", Class(err).String(), "error", err)
		return t, nil
	}
	return fresh, err
}

// Renew implements TokenSource.
func (s *Tokens) Renew(ctx context.Context, stale Secret) (Token, error) {
	s.mu.Lock()
	err := s.load(ctx)
	s.mu.Unlock()
	if err != nil {
		return Token{}, err
	}
	return s.replace(ctx, stale)
}

// load fetches the stored token once. The caller holds the lock.
func (s *Tokens) load(ctx context.Context) error {
	if s.loaded {
		return nil
	}
	t, err := s.cfg.Store.Load(ctx)
	if err != nil && !errors.Is(err, ErrNoToken) {
		return fmt.Errorf("loading the stored login: %w", err)
	}
	s.set(t)
	s.stored = err == nil
	return nil
}

// set makes t the token. The caller holds the lock.
func (s *Tokens) set(t Token) {
	s.token, s.loaded, s.failed, s.retryAt, s.fate = t, true, 0, time.Time{}, fate{}
	s.changes++
}

// replace returns the successor of the token whose access token is stale, getting it when nobody
// else is about to. A caller whose turn was taken by one who gave up tries for itself.
func (s *Tokens) replace(ctx context.Context, stale Secret) (Token, error) {
	for {
		s.mu.Lock()
		if s.token.Access != stale && s.token.Valid(time.Now()) {
			defer s.mu.Unlock()
			return s.token, nil
		}
		f := s.flight
		if f == nil && time.Now().Before(s.late.until) {
			defer s.mu.Unlock()
			return Token{}, s.late.err
		}
		if f == nil {
			f = &flight{done: make(chan struct{})}
			s.flight = f
			old := s.token
			s.mu.Unlock()
			s.fly(ctx, f, old, stale)
			return f.token, f.err
		}
		s.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return Token{}, ctx.Err()
		}
		if Class(f.err) != Canceled {
			return f.token, f.err
		}
	}
}

// fly gets and keeps the successor and ends f.
func (s *Tokens) fly(ctx context.Context, f *flight, old Token, stale Secret) {
	limit := lateTimeout
	if old.Access != stale || old.Valid(time.Now()) {
		limit = earlyTimeout
	}
	own, stop := graceful(ctx, limit)
	var kept bool
	f.token, kept, f.err = s.successor(own, old, stale)
	stop()
	if f.err != nil && ctx.Err() != nil {
		f.err = ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.err == nil {
		s.set(f.token)
		s.stored = kept
		s.late = late{}
	} else if Class(f.err) != Canceled {
		now := time.Now()
		s.retryAt = now.Add(max(refreshBackoff().Delay(s.failed), RetryAfter(f.err)))
		s.failed++
		s.fate = s.fate.fail(now, f.err)
		s.late = s.late.fail(now, f.err)
	}
	s.flight = nil
	close(f.done)
}

// refreshBackoff spaces early replacements that fail: there is plenty of time.
func refreshBackoff() Backoff { return Backoff{Base: 10 * time.Second, Max: 5 * time.Minute} }

// successor asks the store first, since another process of the same person may have replaced the
// token, then the service. kept tells whether the store holds what is returned.
func (s *Tokens) successor(ctx context.Context, old Token, stale Secret) (t Token, kept bool, err error) {
	unlock, err := s.lock(ctx)
	if err != nil {
		return Token{}, false, err
	}
	defer unlock()
	there, err := s.cfg.Store.Load(ctx)
	switch now := time.Now(); {
	case err == nil && there.Access != stale && there.Valid(now) && !there.due(now):
		return there, true, nil
	case err == nil && there.usable():
		old = there
	case errors.Is(err, ErrNoToken) && s.wasStored():
		return Token{}, false, fmt.Errorf("%w: the login was forgotten", ErrNotLoggedIn)
	}
	if err := s.refusedBefore(old); err != nil {
		return Token{}, false, err
	}
	if t, err = s.cfg.Next(ctx, old); err != nil {
		s.noteRefusal(old, err)
		return Token{}, false, err
	}
	if err := s.cfg.Store.Save(ctx, t); err != nil {
		// The token works all the same; only the next start of the program may have to log in.
		s.cfg.Logger.ErrorContext(ctx, "token not stored", "error", err)
		return t, false, nil
	}
	return t, true, nil
}

// lock keeps other processes from replacing the token of a shared store. A place that cannot be
// locked is used without: most people run one ringside.
func (s *Tokens) lock(ctx context.Context) (unlock func(), err error) {
	shared, ok := s.cfg.Store.(TokenLocker)
	if !ok {
		return func() {}, nil
	}
	if unlock, err = shared.Lock(ctx); err == nil {
		return unlock, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("waiting for another ringside to replace the token: %w", err)
	}
	s.cfg.Logger.WarnContext(ctx, "store of the login not locked", "error", err)
	return func() {}, nil
}

func (s *Tokens) wasStored() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stored
}

// graceful is a context of at most limit that outlives ctx by quitGrace, so that quitting in the
// middle of a refresh does not lose a new refresh token the service has already issued.
func graceful(ctx context.Context, limit time.Duration) (context.Context, func()) {
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	unhook := context.AfterFunc(ctx, func() {
		t := time.AfterFunc(quitGrace, cancel)
		context.AfterFunc(own, func() { t.Stop() })
	})
	return own, func() { unhook(); cancel() }
}

// Use makes t the token, after a login, and stores it.
func (s *Tokens) Use(ctx context.Context, t Token) error {
	s.mu.Lock()
	s.set(t)
	s.mu.Unlock()
	if err := s.cfg.Store.Save(ctx, t); err != nil {
		return fmt.Errorf("storing the login: %w", err)
	}
	s.mu.Lock()
	s.stored = true
	s.mu.Unlock()
	return nil
}

// Clear forgets the token here and in the store.
func (s *Tokens) Clear(ctx context.Context) error {
	s.mu.Lock()
	s.set(Token{})
	s.stored = false
	s.mu.Unlock()
	if err := s.cfg.Store.Clear(ctx); err != nil {
		return fmt.Errorf("forgetting the stored login: %w", err)
	}
	return nil
}
