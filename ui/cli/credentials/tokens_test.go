package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi"
)

// rotating is a login service at its strictest: a refresh token can be used once.
type rotating struct {
	mu        sync.Mutex
	n         int
	valid     string // the refresh token
	pat       string // the personal access token
	refreshes int
	swaps     int
	refused   int
}

func (r *rotating) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	answer := map[string]any{"token_type": "Bearer", "expires_in": 3600}
	switch {
	case req.FormValue("grant_type") == "refresh_token" && req.FormValue("refresh_token") == r.valid && r.valid != "":
		r.refreshes++
		r.valid = fmt.Sprint("refresh-", r.refreshes)
		answer["refresh_token"] = r.valid
	case req.FormValue("grant_type") == "personal_access_token" && req.FormValue("pat") == r.pat:
		r.swaps++
	default:
		r.refused++
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]any{"error": "invalid_grant"}
	}
	r.n++
	answer["access_token"] = fmt.Sprint("access-", r.n)
	_ = json.NewEncoder(w).Encode(answer)
}

func startRotating(t *testing.T) (*rotating, string) {
	r := &rotating{valid: "refresh-0", pat: "pat-0"}
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	return r, srv.URL
}

func tokensAt(dir, host string) *gotoapi.Tokens {
	o := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: host, ClientID: "c", ClientSecret: "s"})
	return Tokens(New(dir, "", nil), o, "c", host, gotoapi.TokensConfig{})
}

func first(host string) Login {
	return Login{Client: "c", Host: host, Token: gotoapi.Token{
		Access: "access-0", Refresh: "refresh-0", Obtained: time.Now(), Expires: time.Now().Add(time.Hour),
	}}
}

// asHelper makes the test binary one of several programs that refresh the same login.
const asHelper = "RINGSIDE_TEST_REFRESH"

func TestMain(m *testing.M) {
	if dir, host, ok := strings.Cut(os.Getenv(asHelper), "|"); ok {
		switch host {
		case "lock":
			os.Exit(holdLock(dir))
		case "keyring":
			os.Exit(useKeyring(dir))
		case "none":
			os.Exit(useNone(dir))
		}
		os.Exit(refreshOften(dir, host))
	}
	os.Exit(m.Run())
}

// refreshOften has its token refused again and again.
func refreshOften(dir, host string) int {
	s := tokensAt(dir, host)
	ctx, stop := backgroundFor(20 * time.Second)
	defer stop()
	t, err := s.Token(ctx)
	for range 10 {
		if err != nil {
			fmt.Println(err)
			return 1
		}
		t, err = s.Renew(ctx, t.Access)
	}
	return 0
}

// TestProcessesDoNotLoseARotatedRefreshToken has five programs refresh one login at once, against a
// service where a refresh token used twice is the end of it.
func TestProcessesDoNotLoseARotatedRefreshToken(t *testing.T) {
	r, host := startRotating(t)
	dir := t.TempDir()
	mustSave(t, New(dir, "", nil), first(host))
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), asHelper+"="+dir+"|"+host)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	if r.refused != 0 || r.refreshes < 10 || r.refreshes > 50 {
		t.Errorf("%d refreshes, %d refused", r.refreshes, r.refused)
	}
	if l, err := New(dir, "", nil).Load(t.Context()); err != nil || l.Token.Refresh.Reveal() != r.valid {
		t.Errorf("stored %q, valid %q, %v", l.Token.Refresh.Reveal(), r.valid, err)
	}
}

func TestAStoredLoginIsFollowed(t *testing.T) {
	r, host := startRotating(t)
	dir := t.TempDir()
	store := New(dir, "", nil)
	mustSave(t, store, first(host))
	s := tokensAt(dir, host)
	want := func(access string) gotoapi.Token {
		t.Helper()
		got, err := s.Token(t.Context())
		if err != nil || got.Access.Reveal() != access {
			t.Fatalf("%q, %v; want %q", got.Access.Reveal(), err, access)
		}
		return got
	}
	tok := want("access-0")

	// Another login, of the other kind, in another terminal.
	mustSave(t, store, Login{Client: "c", Host: host, PAT: "pat-0", Token: gotoapi.Token{
		Access: "access-pat", Obtained: time.Now(), Expires: time.Now().Add(time.Hour), Principal: "bo@acme.test",
	}})
	if tok, err := s.Renew(t.Context(), tok.Access); err != nil || tok.Access != "access-pat" || r.n != 0 {
		t.Fatalf("%q, %v, %d requests", tok.Access.Reveal(), err, r.n)
	}
	if tok, err := s.Renew(t.Context(), "access-pat"); err != nil || r.swaps != 1 || r.refreshes != 0 {
		t.Fatalf("%q, %v, %d swaps", tok.Access.Reveal(), err, r.swaps)
	}
	if l, err := store.Load(t.Context()); err != nil || l.PAT != "pat-0" {
		t.Errorf("a refresh lost the personal access token: %v", err)
	}

	// A logout in another terminal is not undone by the next refresh.
	if err := store.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Token(t.Context()); !errors.Is(err, gotoapi.ErrNotLoggedIn) {
		t.Errorf("after the logout: %v", err)
	}
	if _, err := store.Load(t.Context()); !errors.Is(err, ErrNone) {
		t.Errorf("the logout was undone: %v", err)
	}

	// A new login is found without a word.
	mustSave(t, store, first(host))
	want("access-0")
}

func TestALogoutIsNotUndoneByARefresh(t *testing.T) {
	r, host := startRotating(t)
	store := New(t.TempDir(), "", nil)
	mustSave(t, store, first(host))
	o := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: host, ClientID: "c", ClientSecret: "s"})
	s := Tokens(store, o, "c", host, gotoapi.TokensConfig{})
	if _, err := s.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Renew(t.Context(), "access-0"); !errors.Is(err, gotoapi.ErrNotLoggedIn) || r.n != 0 {
		t.Errorf("%v, %d requests", err, r.n)
	}
}

// A refresh token does not travel to another service or speak for another client.
func TestALoginOfAnotherClientIsNone(t *testing.T) {
	r, host := startRotating(t)
	for name, l := range map[string]Login{
		"client": {Client: "other", Host: host, Token: first(host).Token},
		"host":   {Client: "c", Host: "https://authentication.logmeininc.com", Token: first(host).Token},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mustSave(t, New(dir, "", nil), l)
			s := tokensAt(dir, host)
			_, err := s.Token(t.Context())
			if !errors.Is(err, gotoapi.ErrNotLoggedIn) || !strings.Contains(err.Error(), l.Client) {
				t.Errorf("%v", err)
			}
			if _, err := s.Renew(t.Context(), "x"); !errors.Is(err, gotoapi.ErrNotLoggedIn) || r.n != 0 {
				t.Errorf("%v, %d requests", err, r.n)
			}
			if kept, err := New(dir, "", nil).Load(t.Context()); err != nil || kept.Client != l.Client {
				t.Errorf("the other login was replaced: %v", err)
			}
		})
	}
}

// TestADeadLoginIsNotAskedForAgainAndAgain: each request of a desk whose login has ended would ask.
func TestADeadLoginIsNotAskedForAgainAndAgain(t *testing.T) {
	r, host := startRotating(t)
	r.valid = "" // refresh-0 has been revoked
	dir := t.TempDir()
	l := first(host)
	l.Token.Expires = time.Now()
	mustSave(t, New(dir, "", nil), l)
	s := tokensAt(dir, host)
	for range 20 {
		var refused *gotoapi.Error
		if _, err := s.Token(t.Context()); !errors.As(err, &refused) || gotoapi.Class(err) != gotoapi.Auth {
			t.Fatalf("%v", err)
		}
	}
	if r.refused != 1 {
		t.Errorf("asked %d times", r.refused)
	}
	if st := s.Status(); st.Valid || st.FailingSince.IsZero() || gotoapi.Class(st.Err) != gotoapi.Auth {
		t.Errorf("%+v", st)
	}
	fresh := first(host)
	fresh.Token.Access, fresh.Token.Refresh = "access-new", "refresh-new"
	mustSave(t, New(dir, "", nil), fresh)
	if got, err := s.Token(t.Context()); err != nil || got.Access != "access-new" {
		t.Errorf("a new login is not found: %v", err)
	}
	if st := s.Status(); !st.Valid || st.Err != nil {
		t.Errorf("%+v", st)
	}
}
