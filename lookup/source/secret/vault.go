package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ringside/lookup/source/program"
	"ringside/store/call"
)

// patience bounds how long a keyring or a program may take: it may have to ask the person.
const patience = time.Minute

// maxSecret bounds a secret, in bytes.
const maxSecret = 16 << 10

// errClosed is what a closed vault gives.
var errClosed = errors.New("the look-up is being closed")

// Keyring gives a few bytes that are kept under a name.
type Keyring interface {
	Get(ctx context.Context, name string) ([]byte, error)
}

// Options say where secrets come from.
type Options struct {
	Getenv  func(string) string // nil is os.Getenv
	Keyring Keyring             // nil: there is none, and asking it is an error
}

// Vault gets secrets and keeps them in memory. Its methods may be called from any goroutine. Close
// it.
type Vault struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	mu     sync.Mutex // of closed, against wg.Go after wg.Wait
	closed bool
}

// NewVault opens a vault.
func NewVault(o Options) *Vault {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	v := &Vault{o: o}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	return v
}

// Close ends what is under way and waits for it. A secret that was got can still be read.
func (v *Vault) Close() {
	v.mu.Lock()
	v.closed = true
	v.mu.Unlock()
	v.cancel()
	v.wg.Wait()
}

// Secret is a secret that is got when it is needed, and kept until Forget. Its methods may be
// called from any goroutine.
type Secret struct {
	vault *Vault
	spec  Spec

	mu      sync.Mutex
	value   *Value
	getting *getting // nil when none is under way
}

// getting is one question to a keyring or a program, for everyone who waits.
type getting struct {
	done  chan struct{}
	value Value
	err   error
}

// Secret gives the secret that a spec names. Nothing is asked yet.
func (v *Vault) Secret(spec Spec) *Secret { return &Secret{vault: v, spec: spec} }

// Get gives the secret. When ctx ends first, the question goes on, and the next Get has its answer:
// a keyring that asks the person takes longer than a ring.
func (s *Secret) Get(ctx context.Context) (Value, error) {
	s.mu.Lock()
	if s.value != nil {
		defer s.mu.Unlock()
		return *s.value, nil
	}
	g := s.getting
	if g == nil {
		if g = s.begin(); g == nil {
			s.mu.Unlock()
			return Value{}, errClosed
		}
	}
	s.mu.Unlock()
	select {
	case <-g.done:
		return g.value, g.err
	case <-ctx.Done():
		return Value{}, fmt.Errorf("waiting for %s: %w", s.spec, ctx.Err())
	}
}

// begin begins a question; nil when the vault is closed. s.mu is held.
func (s *Secret) begin() *getting {
	s.vault.mu.Lock()
	defer s.vault.mu.Unlock()
	if s.vault.closed {
		return nil
	}
	g := &getting{done: make(chan struct{})}
	s.getting = g
	s.vault.wg.Go(func() {
		ctx, cancel := context.WithTimeout(s.vault.ctx, patience)
		defer cancel()
		g.value, g.err = s.vault.fetch(ctx, s.spec)
		s.mu.Lock()
		s.getting = nil
		if g.err == nil {
			s.value = &g.value
		}
		s.mu.Unlock()
		close(g.done)
	})
	return g
}

// Forget drops the secret kept, so that the next Get asks again: the service has refused it.
func (s *Secret) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = nil
}

// fetch gets a secret from where it is kept.
func (v *Vault) fetch(ctx context.Context, spec Spec) (Value, error) {
	text, err := v.read(ctx, spec)
	if err != nil {
		return Value{}, &Error{Spec: spec, Err: err}
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		err = errors.New("there is none")
	case len(text) > maxSecret:
		err = fmt.Errorf("it has more than %d bytes", maxSecret)
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		err = errors.New("it has characters in it that no secret has")
	}
	if err != nil {
		return Value{}, &Error{Spec: spec, Err: err}
	}
	return NewValue(text), nil
}

func (v *Vault) read(ctx context.Context, spec Spec) (string, error) {
	switch {
	case spec.Env != "":
		return v.o.Getenv(spec.Env), nil
	case spec.Keyring != "":
		if v.o.Keyring == nil {
			return "", errors.New("there is no keyring here")
		}
		b, err := v.o.Keyring.Get(ctx, spec.Keyring)
		return string(b), err
	case len(spec.Command) > 0:
		path, err := exec.LookPath(spec.Command[0])
		if err != nil {
			return "", errors.New("it is not found")
		}
		if path, err = filepath.Abs(path); err != nil {
			return "", err
		}
		out, err := program.Output(ctx, program.Call{Path: path, Args: spec.Command[1:], MaxBytes: maxSecret})
		line, _, _ := strings.Cut(string(out), "\n") // pass keeps notes below the password
		return line, err
	}
	return "", errors.New("no place is named")
}

// Error says that a secret could not be got, and never what it is.
type Error struct {
	Spec Spec
	Err  error
}

// Error gives "no secret from the environment variable HUBSPOT_TOKEN: there is none".
func (e *Error) Error() string {
	return fmt.Sprintf("no secret from %s: %s", call.Clean(e.Spec.String()), call.Clean(e.Err.Error()))
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *Error) Hint() string {
	switch {
	case e.Spec.Env != "":
		return "set " + e.Spec.Env + " in the environment that ringside is started in"
	case e.Spec.Keyring != "":
		return "put it into the keyring under that name, or use env: or a command"
	}
	return "run the command by hand: its first line must be the secret"
}
