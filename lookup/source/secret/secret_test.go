package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const pearl = "s3cr3t-t0ken"

func TestValueNeverPrints(t *testing.T) {
	v := NewValue(pearl)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v, "in", struct{ V Value }{v}, "p", &v)
	js, err := json.Marshal(map[string]any{"v": v, "p": &v})
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(v, &v, []Value{v}, struct{ V Value }{v}) + fmt.Sprintf("%v %+v %#v %s %q %x %d %T", v, v, v, v, v, v, v, v) + log.String() + string(js)
	if strings.Contains(all, pearl) || strings.Contains(all, fmt.Sprintf("%x", pearl)) {
		t.Errorf("printed: %s", all)
	}
	if v.Reveal() != pearl {
		t.Error("Reveal does not give it")
	}
}

func TestParseSpec(t *testing.T) {
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"env:TOKEN", "the environment variable TOKEN"},
		{"keyring:hubspot", "the keyring's hubspot"},
		{map[string]any{"env": "TOKEN"}, "the environment variable TOKEN"},
		{map[string]any{"keyring": "hubspot"}, "the keyring's hubspot"},
		{map[string]any{"command": []any{"pass", "show", "crm"}}, "the command pass"},
		{map[string]any{"command": []string{"pass"}}, "the command pass"},
	} {
		if got, err := ParseSpec(tt.in); err != nil || got.String() != tt.want {
			t.Errorf("%v: %v, %v", tt.in, got, err)
		}
	}
	for _, bad := range []any{nil, 7, pearl, "env:", "keyring:", map[string]any{}, map[string]any{"env": ""}, map[string]any{"env": 3}, map[string]any{"file": pearl},
		map[string]any{"env": "A", "keyring": "B"}, map[string]any{"command": "pass show " + pearl}, map[string]any{"command": []any{}}, map[string]any{"command": []any{1}}} {
		if got, err := ParseSpec(bad); err == nil {
			t.Errorf("%v is read as %v", bad, got)
		} else if strings.Contains(err.Error(), pearl) {
			t.Errorf("the error says the secret: %v", err)
		}
	}
}

// ring is a keyring that takes its time.
type ring struct {
	mu    sync.Mutex
	asked int
	after time.Duration
	has   map[string]string
}

func (r *ring) Get(ctx context.Context, name string) ([]byte, error) {
	r.mu.Lock()
	r.asked++
	r.mu.Unlock()
	select {
	case <-time.After(r.after):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s, ok := r.has[name]; ok {
		return []byte(s), nil
	}
	return nil, errors.New("not in the keyring")
}

func TestKeyringThatAsksThePerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &ring{after: 10 * time.Second, has: map[string]string{"crm": pearl + "\n"}}
		v := NewVault(Options{Keyring: r})
		defer v.Close()
		s := v.Secret(Spec{Keyring: "crm"})
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				if _, err := s.Get(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("within the ring: %v", err)
				}
			})
		}
		wg.Wait()
		time.Sleep(8 * time.Second) // the person has typed the password of the keyring
		start := time.Now()
		got, err := s.Get(t.Context())
		if err != nil || got.Reveal() != pearl || time.Since(start) != 0 || r.asked != 1 {
			t.Errorf("later: %v after %v, keyring asked %d times", err, time.Since(start), r.asked)
		}
		r.has["crm"] = "new"
		s.Forget()
		if got, err := s.Get(t.Context()); err != nil || got.Reveal() != "new" {
			t.Errorf("after Forget: %v", err)
		}
		if _, err := v.Secret(Spec{Keyring: "none"}).Get(t.Context()); err == nil || !strings.Contains(err.Error(), "the keyring's none") {
			t.Errorf("a name it does not know: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := NewVault(Options{Keyring: &ring{after: time.Hour}})
		s := v.Secret(Spec{Keyring: "crm"})
		back := make(chan error, 1)
		go func() {
			_, err := s.Get(context.Background())
			back <- err
		}()
		synctest.Wait()
		start := time.Now()
		v.Close()
		if err := <-back; err == nil || time.Since(start) != 0 {
			t.Errorf("Get during Close: %v after %v", err, time.Since(start))
		}
		if _, err := s.Get(t.Context()); !errors.Is(err, errClosed) {
			t.Errorf("Get after Close: %v", err)
		}
	})
}

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := NewVault(Options{Keyring: &ring{after: time.Hour}})
		defer v.Close()
		start := time.Now()
		if _, err := v.Secret(Spec{Keyring: "crm"}).Get(t.Context()); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != patience {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestEnvironment(t *testing.T) {
	env := map[string]string{"TOKEN": " " + pearl + " ", "EVIL": "a\r\nX-Evil: 1", "LONG": strings.Repeat("x", maxSecret+1)}
	v := NewVault(Options{Getenv: func(k string) string { return env[k] }})
	defer v.Close()
	if got, err := v.Secret(Spec{Env: "TOKEN"}).Get(t.Context()); err != nil || got.Reveal() != pearl {
		t.Errorf("TOKEN: %v", err)
	}
	for _, name := range []string{"NONE", "EVIL", "LONG"} {
		_, err := v.Secret(Spec{Env: name}).Get(t.Context())
		var e *Error
		if !errors.As(err, &e) || strings.Contains(err.Error(), "X-Evil") || !strings.Contains(e.Hint(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := v.Secret(Spec{Keyring: "x"}).Get(t.Context()); err == nil {
		t.Error("a keyring that is not there gives a secret")
	}
}

func TestCommand(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	path := filepath.Join(t.TempDir(), "pass")
	script := "#!/bin/sh\nif [ \"$2\" = crm ]; then echo '" + pearl + "'; echo 'user: me'; else echo \"Error: $2 is not in the password store.\" >&2; exit 1; fi\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	v := NewVault(Options{})
	defer v.Close()
	if got, err := v.Secret(Spec{Command: []string{path, "show", "crm"}}).Get(t.Context()); err != nil || got.Reveal() != pearl {
		t.Errorf("%v", err)
	}
	if _, err := v.Secret(Spec{Command: []string{path, "show", "x; rm -rf /"}}).Get(t.Context()); err == nil || !strings.Contains(err.Error(), "x; rm -rf / is not in the password store") {
		t.Errorf("an unknown name: %v", err)
	}
	if _, err := v.Secret(Spec{Command: []string{"ringside-no-such-program"}}).Get(t.Context()); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("no program: %v", err)
	}
}
