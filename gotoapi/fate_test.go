package gotoapi

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestStatusTellsHowALoginFares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		s := NewTokens(TokensConfig{Next: i.next})
		if st := s.Status(); st.Valid || st.Err != nil || !st.Expires.IsZero() {
			t.Errorf("before: %+v", st)
		}
		want(t, s, "acc1")
		begin := time.Now()
		pass(20 * time.Minute)
		i.set(errors.New("no route to host"), 0)
		want(t, s, "acc1")
		pass(10 * time.Minute)
		want(t, s, "acc1")
		st := s.Status()
		if !st.Valid || !st.FailingSince.Equal(begin.Add(20*time.Minute)) || Class(st.Err) != Retry || !st.Expires.Equal(begin.Add(time.Hour)) {
			t.Errorf("failing: %+v", st)
		}
		i.set(nil, 0)
		pass(10 * time.Minute)
		want(t, s, "acc2")
		if st := s.Status(); !st.Valid || st.Err != nil || !st.FailingSince.IsZero() {
			t.Errorf("mended: %+v", st)
		}
	})
}

// A refusal is believed for a while, not for ever; another login is asked for at once.
func TestARefusalIsBelievedForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		want(t, s, "acc1")
		pass(2 * time.Hour)
		i.set(&Error{Status: 400, Code: CodeInvalidGrant}, 0)
		refused := func() {
			t.Helper()
			if _, err := s.Token(t.Context()); Class(err) != Auth {
				t.Errorf("%v", err)
			}
		}
		for range 100 {
			refused()
			pass(time.Second)
		}
		if i.asked != 2 {
			t.Errorf("asked %d times", i.asked)
		}
		pass(askAgain)
		refused()
		if i.asked != 3 {
			t.Errorf("asked %d times", i.asked)
		}
		if err := store.Save(t.Context(), Token{Access: "old", Refresh: "other", Expires: time.Now()}); err != nil {
			t.Fatal(err)
		}
		refused()
		if i.asked != 4 || i.last.Refresh != "other" {
			t.Errorf("asked %d times", i.asked)
		}
		pass(askAgain)
		i.set(nil, 0)
		want(t, s, "acc2")
	})
}

func TestSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &MemoryStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		sync := func() {
			t.Helper()
			if err := s.Sync(t.Context()); err != nil {
				t.Error(err)
			}
		}
		sync() // nothing there, nothing known
		want(t, s, "acc1")
		older := Token{Access: "older", Obtained: time.Now().Add(-time.Minute), Expires: time.Now().Add(time.Hour)}
		if err := store.Save(t.Context(), older); err != nil {
			t.Fatal(err)
		}
		sync()
		want(t, s, "acc1")
		pass(time.Minute)
		newer := older
		newer.Access, newer.Obtained = "newer", time.Now()
		if err := store.Save(t.Context(), newer); err != nil {
			t.Fatal(err)
		}
		sync()
		want(t, s, "newer")
		if err := store.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			sync()
			if _, err := s.Token(t.Context()); !errors.Is(err, ErrNotLoggedIn) || s.Status().Valid {
				t.Errorf("forgotten: %v", err)
			}
		}
		if i.asked != 1 {
			t.Errorf("asked %d times", i.asked)
		}
		disk := errors.New("disk")
		if err := NewTokens(TokensConfig{Next: i.next, Store: brokenStore{load: disk}}).Sync(t.Context()); !errors.Is(err, disk) {
			t.Errorf("%v", err)
		}
	})
}

// lockedStore counts how often it is locked; err makes locking fail.
type lockedStore struct {
	MemoryStore
	err    error
	locked int
	free   int
}

func (l *lockedStore) Lock(ctx context.Context) (func(), error) {
	l.locked++
	if l.err != nil {
		<-ctx.Done()
		return nil, errors.Join(l.err, ctx.Err())
	}
	return func() { l.free++ }, nil
}

func TestASharedStoreIsLockedWhileATokenIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, store := &issuer{}, &lockedStore{}
		s := NewTokens(TokensConfig{Next: i.next, Store: store})
		want(t, s, "acc1")
		want(t, s, "acc1")
		if store.locked != 1 || store.free != 1 {
			t.Errorf("locked %d times, freed %d times", store.locked, store.free)
		}
		pass(30 * time.Minute)
		store.err = errors.New("held")
		want(t, s, "acc1") // another process has it for too long; there is time
		if i.asked != 1 {
			t.Error("replaced without the lock")
		}
	})
}
