package login

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi"
)

// issuer is a login service whose tokens live an hour.
type issuer struct {
	mu    sync.Mutex
	n     int
	asked int
	err   error
}

func (i *issuer) next(context.Context, gotoapi.Token) (gotoapi.Token, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked++
	if i.err != nil {
		return gotoapi.Token{}, i.err
	}
	i.n++
	return hour(fmt.Sprint("access-", i.n)), nil
}

func (i *issuer) times() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

func (i *issuer) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
}

func hour(access string) gotoapi.Token {
	return gotoapi.Token{
		Access: gotoapi.Secret(access), Refresh: gotoapi.Secret("refresh of " + access), Principal: "ann@acme.test",
		Obtained: time.Now(), Expires: time.Now().Add(time.Hour),
	}
}

// watched is a login being watched; the test's clock is that of a synctest bubble.
type watched struct {
	*issuer
	t      *testing.T
	store  *gotoapi.MemoryStore
	tokens *gotoapi.Tokens
	began  time.Time
	mu     sync.Mutex
	told   []string // "40m0s warning: text | hint"
}

func watch(t *testing.T) *watched {
	w := &watched{issuer: &issuer{}, t: t, store: &gotoapi.MemoryStore{}, began: time.Now()}
	if err := w.store.Save(t.Context(), hour("first")); err != nil {
		t.Fatal(err)
	}
	w.tokens = gotoapi.NewTokens(gotoapi.TokensConfig{Next: w.next, Store: w.store})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		Watch(ctx, w.tokens, func(n Notice) {
			w.mu.Lock()
			defer w.mu.Unlock()
			word := [...]string{"good", "warning", "over"}[n.Grave]
			w.told = append(w.told, fmt.Sprintf("%v %s: %s | %s", time.Since(w.began), word, n.Text, n.Hint))
		})
	}()
	t.Cleanup(func() { cancel(); <-ended })
	synctest.Wait()
	return w
}

// news gives what has been told since the last time.
func (w *watched) news() []string {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

func (w *watched) wait(d time.Duration) { <-time.After(d); synctest.Wait() }

// expect checks that exactly one thing was told, with these words in it.
func (w *watched) expect(words ...string) {
	w.t.Helper()
	told := w.news()
	if len(told) != 1 {
		w.t.Fatalf("told %q, want one notice", told)
	}
	for _, word := range words {
		if !strings.Contains(told[0], word) {
			w.t.Errorf("told %q, want %q in it", told[0], word)
		}
	}
}

func (w *watched) silent() {
	w.t.Helper()
	if told := w.news(); len(told) != 0 {
		w.t.Errorf("told %q", told)
	}
}

func TestALoginIsKeptFreshInSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		w.wait(24 * time.Hour)
		w.silent()
		if w.times() < 70 || w.times() > 73 { // each 20 minutes, with nobody else asking
			t.Errorf("replaced %d times in a day", w.times())
		}
		if st := w.tokens.Status(); !st.Valid || st.Err != nil || !st.FailingSince.IsZero() {
			t.Errorf("%+v", st)
		}
	})
}

// A network that is away for half an hour is no news; before the login runs out, it is.
func TestADeadNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		w.fail(errors.New("no route to host"))
		w.wait(39 * time.Minute)
		w.silent()
		w.wait(2 * time.Minute)
		w.expect("warning", "runs out at "+w.began.Add(time.Hour).Local().Format("15:04"), "since "+w.began.Add(20*time.Minute).Local().Format("15:04"), "no route to host", "check the network")
		w.wait(18 * time.Minute)
		if told := w.news(); len(told) != 3 { // each five minutes
			t.Errorf("told %q", told)
		}
		before := w.times()
		w.wait(2 * time.Minute)
		w.expect("over", "run out", "check the network")
		w.wait(8 * time.Hour)
		w.news()
		if n := w.times() - before; n < 400 || n > 600 { // about one a minute
			t.Errorf("asked %d times in eight hours", n)
		}
		w.fail(nil)
		w.wait(2 * time.Minute)
		w.expect("good")
		if st := w.tokens.Status(); !st.Valid {
			t.Errorf("%+v", st)
		}
		w.wait(time.Hour)
		w.silent()
	})
}

func revoked() error {
	return &gotoapi.Error{Op: "refreshing the login", Status: 400, Code: gotoapi.CodeInvalidGrant, Message: "revoked"}
}

// A refusal is told at once, while two thirds of the token's life are left.
func TestARefusedLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		w.fail(revoked())
		w.wait(20*time.Minute + watchEvery)
		w.expect("20m", "warning", "ends at "+w.began.Add(time.Hour).Local().Format("15:04"), "revoked", "ringside login", "another terminal")
		w.wait(39 * time.Minute)
		w.news()
		w.wait(2 * time.Minute)
		w.expect("over", "has ended", "ringside login")
		w.wait(time.Hour)
		if told := w.news(); len(told) < 11 || len(told) > 13 {
			t.Errorf("told %d times in an hour", len(told))
		}
		if w.times() > 40 {
			t.Errorf("a refused login was sent %d times", w.times())
		}
		asked := w.times()
		// The login in another terminal.
		if err := w.store.Save(t.Context(), hour("new")); err != nil {
			t.Fatal(err)
		}
		w.wait(watchEvery)
		w.expect("good")
		if tok, err := w.tokens.Token(t.Context()); err != nil || tok.Access != "new" || w.times() != asked {
			t.Errorf("%q, %v", tok.Access.Reveal(), err)
		}
	})
}

func TestALogoutElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		if err := w.store.Clear(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wait(watchEvery)
		w.expect("over", "the login was forgotten", "ringside login")
		w.wait(time.Minute)
		if w.times() != 0 {
			t.Error("the forgotten login was used")
		}
		other := hour("other")
		other.Principal = "bo@acme.test\x1b[2J"
		if err := w.store.Save(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		w.wait(watchEvery)
		told := strings.Join(w.news(), "\n")
		if !strings.Contains(told, "good") || !strings.Contains(told, "now logged in as bo@acme.test") || strings.Contains(told, "\x1b") {
			t.Errorf("told %q", told)
		}
	})
}

// hintedError knows its own way out.
type hintedError struct{}

func (hintedError) Error() string { return "the keyring is locked" }
func (hintedError) Hint() string  { return "unlock it" }

func TestAStoreThatCannotBeReadIsNoNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t)
		w.fail(hintedError{})
		w.wait(41 * time.Minute)
		w.expect("the keyring is locked", "| unlock it")
	})
}
