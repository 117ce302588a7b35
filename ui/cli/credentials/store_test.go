package credentials

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
)

// memoryRing is a keyring; broken makes every question to it fail.
type memoryRing struct {
	mu     sync.Mutex
	kept   map[string][]byte
	broken error
	amnesy bool // takes what it is given and forgets it
	asked  int
}

func (r *memoryRing) Get(_ context.Context, name string) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.broken != nil {
		return nil, r.broken
	}
	secret, ok := r.kept[name]
	if !ok {
		return nil, errNotKept
	}
	return secret, nil
}

func (r *memoryRing) Set(_ context.Context, name string, secret []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil || r.amnesy {
		return r.broken
	}
	if r.kept == nil {
		r.kept = map[string][]byte{}
	}
	r.kept[name] = bytes.Clone(secret)
	return nil
}

func (r *memoryRing) Delete(_ context.Context, name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, name)
	return r.broken
}

func someLogin() Login {
	at := time.Date(2026, 11, 21, 8, 0, 0, 123456789, time.UTC)
	return Login{
		Client: "client-1", Host: "https://auth.test", PAT: "the-pat",
		Token: gotoapi.Token{
			Access: "the-access", Refresh: "the-refresh", Obtained: at, Expires: at.Add(time.Hour),
			Scopes: []string{"a.read"}, Principal: "ann@acme.test",
		},
	}
}

// revealing compares secrets by their values.
func revealing() cmp.Option {
	return cmp.Transformer("secret", func(s gotoapi.Secret) string { return s.Reveal() })
}

func mustSave(t *testing.T, s *Store, l Login) {
	t.Helper()
	if err := s.Save(t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

func hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

func TestALoginIsKept(t *testing.T) {
	for name, ring := range map[string]Keyring{"sealed": &memoryRing{}, "plain": nil} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := New(dir, "", ring)
			if _, err := s.Load(t.Context()); !errors.Is(err, ErrNone) || !errors.Is(err, gotoapi.ErrNoToken) {
				t.Errorf("at first: %v", err)
			}
			mustSave(t, s, someLogin())
			got, err := New(dir, "", ring).Load(t.Context())
			if d := cmp.Diff(someLogin(), got, revealing()); err != nil || d != "" {
				t.Errorf("%v\n%s", err, d)
			}
			data, _ := os.ReadFile(s.Path())
			sealed := !bytes.Contains(data, []byte("the-refresh")) && !bytes.Contains(data, []byte("ann@acme")) && !bytes.Contains(data, []byte("the-pat"))
			if want := name == "sealed"; sealed != want || s.Sealed() != want || (s.Unsealed() == nil) != want {
				t.Errorf("sealed %v, Sealed %v, Unsealed %v: %s", sealed, s.Sealed(), s.Unsealed(), data)
			}
			if info, err := os.Stat(s.Path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			if err := s.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Load(t.Context()); !errors.Is(err, ErrNone) {
				t.Errorf("after Clear: %v", err)
			}
			if err := s.Clear(t.Context()); err != nil {
				t.Errorf("again: %v", err)
			}
			if r, ok := ring.(*memoryRing); ok && len(r.kept) != 0 {
				t.Error("the key stays in the keyring")
			}
			left, _ := os.ReadDir(dir)
			if len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestTheKeyIsAskedForOnce(t *testing.T) {
	ring, dir := &memoryRing{}, t.TempDir()
	mustSave(t, New(dir, "", ring), someLogin())
	s := New(dir, "", ring)
	before := ring.asked
	for range 5 {
		if _, err := s.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustSave(t, s, someLogin())
	}
	if ring.asked != before+1 || len(ring.kept) != 1 {
		t.Errorf("asked %d times, %d keys", ring.asked-before, len(ring.kept))
	}
}

func TestAFileOthersCouldReadIsClosed(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such mode there")
	}
	s := New(t.TempDir(), "", nil)
	mustSave(t, s, someLogin())
	if err := os.Chmod(s.Path(), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(s.Path()); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestAKeyringThatFails(t *testing.T) {
	locked := errors.New("the keyring is locked")
	for name, ring := range map[string]*memoryRing{"refuses": {broken: locked}, "forgets": {amnesy: true}} {
		t.Run(name, func(t *testing.T) {
			s := New(t.TempDir(), "", ring)
			mustSave(t, s, someLogin())
			if s.Sealed() || s.Unsealed() == nil {
				t.Errorf("sealed %v, %v", s.Sealed(), s.Unsealed())
			}
			if got, err := s.Load(t.Context()); err != nil || got.Token.Refresh != "the-refresh" {
				t.Errorf("%v", err)
			}
			// Once it works, the next refresh closes the file.
			ring.broken, ring.amnesy = nil, false
			mustSave(t, s, someLogin())
			if !s.Sealed() || s.Unsealed() != nil {
				t.Errorf("sealed %v, %v", s.Sealed(), s.Unsealed())
			}
		})
	}
	t.Run("later", func(t *testing.T) {
		ring, dir := &memoryRing{}, t.TempDir()
		mustSave(t, New(dir, "", ring), someLogin())
		ring.broken = locked
		_, err := New(dir, "", ring).Load(t.Context())
		if !errors.Is(err, locked) || !strings.Contains(hint(err), "unlock") {
			t.Errorf("%v, hint %q", err, hint(err))
		}
		ring.broken, ring.kept = nil, nil
		if _, err = New(dir, "", ring).Load(t.Context()); err == nil || !strings.Contains(err.Error(), "lost the key") || !strings.Contains(hint(err), "ringside login") {
			t.Errorf("%v, hint %q", err, hint(err))
		}
		if errors.Is(err, gotoapi.ErrNoToken) {
			t.Error("a login that cannot be read is not none")
		}
	})
}

func TestAFileThatIsNoLogin(t *testing.T) {
	ring := &memoryRing{}
	dir := t.TempDir()
	good := New(dir, "", ring)
	mustSave(t, good, someLogin())
	sealed, _ := os.ReadFile(good.Path())
	mustSave(t, New(dir, "plain", nil), someLogin())
	plain, _ := os.ReadFile(New(dir, "plain", nil).Path())
	flipped := bytes.Clone(sealed)
	at := bytes.Index(flipped, []byte(`"sealed":"`)) + 20
	flipped[at] ^= 1
	for name, data := range map[string][]byte{
		"empty": {}, "cut": sealed[:len(sealed)/2], "cut plain": plain[:len(plain)-20], "changed": flipped,
		"not JSON": []byte("the-refresh"), "other version": bytes.Replace(plain, []byte("login/1"), []byte("login/9"), 1),
		"both":     bytes.Replace(sealed, []byte(`"key"`), []byte(`"plain":{"access_token":"the-access"},"key"`), 1),
		"no token": []byte(`{"format":"ringside.login/1","plain":{}}`), "nonce": bytes.Replace(sealed, []byte(`"nonce":"`), []byte(`"nonce":"AAAA`), 1),
		"huge":               bytes.Repeat([]byte(" "), maxFile+1),
		"of another profile": sealed, // copied to the place where it is read below
	} {
		t.Run(name, func(t *testing.T) {
			s := New(t.TempDir(), "other", ring)
			if err := os.WriteFile(s.Path(), data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := s.Load(t.Context())
			if err == nil || errors.Is(err, gotoapi.ErrNoToken) || !strings.Contains(hint(err), "ringside login") {
				t.Fatalf("%v, hint %q", err, hint(err))
			}
			if strings.Contains(err.Error(), "the-") || !strings.Contains(err.Error(), s.Path()) {
				t.Errorf("%v", err)
			}
			mustSave(t, s, someLogin()) // what the hint says
			if _, err := s.Load(t.Context()); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(s.Path(), data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := s.Clear(t.Context()); err != nil {
				t.Errorf("logging out: %v", err)
			}
		})
	}
}

func TestProfilesDoNotMeet(t *testing.T) {
	dir := t.TempDir()
	profiles := []string{"", "default", "Day", "day", "a/b", "a%2fb", "..", "Ünïx", "x.lock", "CON"}
	seen := map[string]string{}
	for _, p := range profiles {
		l := someLogin()
		l.Client = "client of " + p
		s := New(dir, p, nil)
		if strings.ToLower(filepath.Base(s.Path())) != filepath.Base(s.Path()) || filepath.Dir(s.Path()) != dir {
			t.Errorf("%q is in %s", p, s.Path())
		}
		if other, ok := seen[s.Path()]; ok {
			t.Errorf("%q and %q share %s", p, other, s.Path())
		}
		seen[s.Path()] = p
		mustSave(t, s, l)
	}
	for _, p := range profiles {
		if l, err := New(dir, p, nil).Load(t.Context()); err != nil || l.Client != "client of "+p {
			t.Errorf("%q: %q, %v", p, l.Client, err)
		}
	}
}

// Whoever reads while another writes finds one of the two logins.
func TestReadersFindAWholeLogin(t *testing.T) {
	ring, dir := &memoryRing{}, t.TempDir()
	mustSave(t, New(dir, "", ring), someLogin())
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	for range 4 {
		wg.Go(func() {
			s := New(dir, "", ring)
			for ctx.Err() == nil {
				if l, err := s.Load(t.Context()); err != nil || l.Token.Access != "the-access" && !strings.HasPrefix(l.Token.Access.Reveal(), "a") {
					t.Errorf("%v", err)
					return
				}
			}
		})
	}
	s := New(dir, "", ring)
	for i := range 200 {
		l := someLogin()
		l.Token.Access = gotoapi.Secret(strings.Repeat("a", 1+i*40))
		mustSave(t, s, l)
	}
	cancel()
	wg.Wait()
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "missing"), "", nil)
	if err := s.Save(t.Context(), someLogin()); err == nil || hint(err) == "" || strings.Contains(err.Error(), "the-") {
		t.Errorf("%v, hint %q", err, hint(err))
	}
}

func TestLockIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	unlock, err := New(dir, "", nil).Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*lockPause)
	defer cancel()
	if _, err := New(dir, "", nil).Lock(ctx); !errors.Is(err, errHeld) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("held: %v", err)
	}
	free, err := New(dir, "other", nil).Lock(t.Context())
	if err != nil {
		t.Errorf("another profile: %v", err)
	}
	free()
	got := make(chan error, 1)
	go func() {
		again, err := New(dir, "", nil).Lock(t.Context())
		if err == nil {
			again()
		}
		got <- err
	}()
	unlock()
	if err := <-got; err != nil {
		t.Errorf("after unlock: %v", err)
	}
}

func TestSecretsOfALoginDoNotPrint(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, someLogin()); strings.Contains(text, "the-") {
			t.Errorf("%s: %s", verb, text)
		}
	}
}
