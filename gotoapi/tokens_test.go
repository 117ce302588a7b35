package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// issuer is a login service without a network: each token lives an hour.
type issuer struct {
	mu    sync.Mutex
	n     int // tokens issued
	asked int
	err   error
	takes time.Duration
	last  Token // the token that was to be replaced
}

func (i *issuer) next(ctx context.Context, old Token) (Token, error) {
	i.mu.Lock()
	i.asked++
	i.last = old
	err, takes := i.err, i.takes
	i.mu.Unlock()
	if e := pause(ctx, takes); e != nil {
		return Token{}, e
	}
	if err != nil {
		return Token{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n++
	return Token{
		Access: Secret(fmt.Sprint("acc", i.n)), Refresh: Secret(fmt.Sprint("ref", i.n)),
		Obtained: time.Now(), Expires: time.Now().Add(time.Hour),
	}, nil
}

func (i *issuer) set(err error, takes time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err, i.takes = err, takes
}

// want asks for a token and checks which it is.
func want(t *testing.T, s *Tokens, access string) {
	t.Helper()
	got, err := s.Token(t.Context())
	if err != nil || got.Access.Reveal() != access {
		t.Fatalf("token %q, %v; want %s", got.Access.Reveal(), err, access)
	}
}

func TestTokenIsReplacedAtAThird(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		want(t, s, "acc1")
		pass(20*time.Minute - time.Second)
		want(t, s, "acc1")
		pass(time.Second)
		want(t, s, "acc2")
		if kept, err := store.Load(t.Context()); err != nil || kept.Access != "acc2" || i.last.Refresh != "ref1" || i.asked != 2 {
			t.Errorf("stored %q, %v; replaced %q; asked %d times", kept.Access.Reveal(), err, i.last.Refresh.Reveal(), i.asked)
		}
	})
}

func TestOldTokenServesWhileTheNetworkIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		s := NewTokens(TokensConfig{Next: i.next})
		want(t, s, "acc1")
		i.set(errors.New("no route to host"), 0)
		for range 59 * 60 {
			want(t, s, "acc1")
			pass(time.Second)
		}
		if i.asked < 5 || i.asked > 60 {
			t.Errorf("asked %d times in an hour", i.asked)
		}
		pass(time.Minute)
		if _, err := s.Token(t.Context()); Class(err) != Retry {
			t.Errorf("an expired token is of no use: %v", err)
		}
		i.set(nil, 0)
		want(t, s, "acc2")
	})
}

func TestOldTokenServesWhileTheServiceIsSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		s := NewTokens(TokensConfig{Next: i.next})
		want(t, s, "acc1")
		i.set(nil, time.Hour)
		pass(30 * time.Minute)
		begin := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() { want(t, s, "acc1") })
		synctest.Wait()
		want(t, s, "acc1") // the others do not wait at all
		if time.Since(begin) != 0 {
			t.Errorf("waited %v", time.Since(begin))
		}
		wg.Wait()
		if time.Since(begin) != earlyTimeout {
			t.Errorf("waited %v", time.Since(begin))
		}
	})
}

func TestOneReplacementForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{takes: time.Second}
		s := NewTokens(TokensConfig{Next: i.next})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { want(t, s, "acc1") })
		}
		wg.Wait()
		for range 50 {
			wg.Go(func() {
				if got, err := s.Renew(t.Context(), "acc1"); err != nil || got.Access != "acc2" {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		if i.asked != 2 {
			t.Errorf("asked %d times", i.asked)
		}
		if got, err := s.Renew(t.Context(), "acc1"); err != nil || got.Access != "acc2" || i.asked != 2 {
			t.Errorf("a token already replaced was replaced again: %v", err)
		}
	})
}

func TestOneGivingUpDoesNotSpoilTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{takes: 10 * time.Second}
		s := NewTokens(TokensConfig{Next: i.next})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := s.Token(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() { want(t, s, "acc1") })
		synctest.Wait()
		cancel()
		wg.Wait()
		if i.asked != 2 {
			t.Errorf("asked %d times", i.asked)
		}
	})
}

// TestQuittingDoesNotLoseARefreshToken quits while the answer is on its way.
func TestQuittingDoesNotLoseARefreshToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{takes: time.Second}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		_, _ = s.Token(ctx)
		if kept, err := store.Load(t.Context()); err != nil || kept.Refresh != "ref1" {
			t.Errorf("stored %+v, %v", kept, err)
		}
	})
}

func TestAnotherProcessMayHaveReplacedIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		want(t, s, "acc1")
		pass(30 * time.Minute)
		other := Token{Access: "theirs", Refresh: "r", Obtained: time.Now(), Expires: time.Now().Add(time.Hour)}
		if err := store.Save(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		want(t, s, "theirs")
		if i.asked != 1 {
			t.Errorf("asked %d times", i.asked)
		}
	})
}

// TestTheirRefreshTokenIsTheNewerOne has another process's token expired too: its refresh token is
// the one that is still good.
func TestTheirRefreshTokenIsTheNewerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		want(t, s, "acc1")
		if err := store.Save(t.Context(), Token{Access: "theirs", Refresh: "newer", Obtained: time.Now(), Expires: time.Now().Add(time.Minute)}); err != nil {
			t.Fatal(err)
		}
		pass(30 * time.Minute)
		want(t, s, "acc2")
		if i.last.Refresh != "newer" {
			t.Errorf("replaced by %q", i.last.Refresh.Reveal())
		}
	})
}

// brokenStore can neither load nor keep.
type brokenStore struct{ load, save error }

func (b brokenStore) Load(context.Context) (Token, error) { return Token{}, b.load }
func (b brokenStore) Save(context.Context, Token) error   { return b.save }
func (b brokenStore) Clear(context.Context) error         { return b.save }

func TestStoreTrouble(t *testing.T) {
	i := &issuer{}
	disk := errors.New("disk full")
	if _, err := NewTokens(TokensConfig{Next: i.next, Store: brokenStore{load: disk}}).Token(t.Context()); !errors.Is(err, disk) {
		t.Errorf("a store that cannot be read is not an empty one: %v", err)
	}
	s := NewTokens(TokensConfig{Next: i.next, Store: brokenStore{load: ErrNoToken, save: disk}})
	want(t, s, "acc1") // usable though not stored
	if err := s.Use(t.Context(), Token{Access: "x"}); !errors.Is(err, disk) {
		t.Errorf("%v", err)
	}
	if err := s.Clear(t.Context()); !errors.Is(err, disk) {
		t.Errorf("%v", err)
	}
}

func TestLoginAndLogout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &MemoryStore{}
		o := NewOAuth(OAuthConfig{})
		s := NewTokens(TokensConfig{Next: o.Refresh, Store: store})
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrNotLoggedIn) || Class(err) != Auth {
			t.Errorf("%v", err)
		}
		if err := s.Use(t.Context(), Token{Access: "a", Refresh: "r", Obtained: time.Now(), Expires: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		want(t, s, "a")
		want(t, NewTokens(TokensConfig{Next: o.Refresh, Store: store}), "a") // the next start of the program
		if err := s.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Token(t.Context()); !errors.Is(err, ErrNotLoggedIn) {
			t.Errorf("%v", err)
		}
		if _, err := store.Load(t.Context()); !errors.Is(err, ErrNoToken) {
			t.Errorf("%v", err)
		}
	})
}

func TestPATIsSwappedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tokenServer{status: 200, text: `{"access_token":"acc","token_type":"Bearer","expires_in":3600}`}
		tokens := PATTokens(newOAuth(t, s, &discard{}), "the-pat")
		want(t, tokens, "acc")
		pass(time.Hour)
		want(t, tokens, "acc")
		if len(s.forms) != 2 || s.forms[1].Get("pat") != "the-pat" {
			t.Errorf("%v", s.forms)
		}
	})
}

type discard struct{}

func (*discard) Write(p []byte) (int, error) { return len(p), nil }

func TestStaticToken(t *testing.T) {
	s := Static("x")
	if got, err := s.Token(t.Context()); err != nil || got.Access != "x" {
		t.Errorf("%v", err)
	}
	if _, err := s.Renew(t.Context(), "x"); Class(err) != Auth {
		t.Errorf("%v", err)
	}
}
