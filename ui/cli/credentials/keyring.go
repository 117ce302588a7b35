package credentials

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring keeps a few bytes where only this person's programs get at them.
type Keyring interface {
	// Get returns what is kept under a name, or errNotKept.
	Get(ctx context.Context, name string) ([]byte, error)
	Set(ctx context.Context, name string, secret []byte) error
	// Delete forgets a name; it is no error when there is none.
	Delete(ctx context.Context, name string) error
}

// errNotKept is what a keyring says of a name it does not know.
var errNotKept = errors.New("not in the keyring")

// service is what ringside is called in the keyring.
const service = "ringside"

// systemPatience bounds a question to the system's keyring, which may ask the person to unlock it.
const systemPatience = 60 * time.Second

// System is the keyring of the operating system: the Secret Service, the macOS keychain or the
// Windows credential store.
type System struct{}

// Get implements Keyring.
func (System) Get(ctx context.Context, name string) ([]byte, error) {
	text, err := patiently(ctx, func() (string, error) { return keyring.Get(service, name) })
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return nil, errNotKept
	case err != nil:
		return nil, fmt.Errorf("reading the system's keyring: %w", err)
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("reading the system's keyring: %w", errNotKept) // not ours; the error quotes a part of it
	}
	return secret, nil
}

// Set implements Keyring.
func (System) Set(ctx context.Context, name string, secret []byte) error {
	text := base64.StdEncoding.EncodeToString(secret)
	if _, err := patiently(ctx, func() (struct{}, error) { return struct{}{}, keyring.Set(service, name, text) }); err != nil {
		return fmt.Errorf("writing to the system's keyring: %w", err)
	}
	return nil
}

// Delete implements Keyring.
func (System) Delete(ctx context.Context, name string) error {
	_, err := patiently(ctx, func() (struct{}, error) { return struct{}{}, keyring.Delete(service, name) })
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("deleting from the system's keyring: %w", err)
	}
	return nil
}

// patiently asks the keyring, whose library takes no context. A question that gets no answer (a
// prompt on a screen where nobody sits) is given up; its goroutine ends with the answer or with
// the program, since nothing can call it back.
func patiently[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, systemPatience)
	defer cancel()
	got := make(chan answer, 1)
	go func() {
		v, err := ask()
		got <- answer{v, err}
	}()
	select {
	case a := <-got:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("it does not answer: %w", ctx.Err())
	}
}
