package credentials

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"ringside/ui/cli/config"
)

// Store keeps the login of one profile. It is safe for concurrent use, also by several processes.
type Store struct {
	path  string
	place string // of the file, for the encryption
	ring  Keyring

	mu     sync.Mutex
	reason error // why the last Save left the keyring out; nil when it did not
	cached struct {
		name string // of the key
		key  []byte
	}
}

// New gives the store of a profile ("" is none) in a folder, which is that of config.DataDir. ring
// may be nil: then there is no keyring.
func New(dir, profile string, ring Keyring) *Store {
	name := FileName("login", profile)
	return &Store{path: filepath.Join(dir, name), place: name, ring: ring}
}

// FileName gives the name of a profile's file. Two profiles never share one, also where the file
// system takes capitals for small letters.
func FileName(kind, profile string) string {
	if profile == "" {
		return kind + ".json"
	}
	var b strings.Builder
	for _, c := range []byte(profile) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return kind + "-" + b.String() + ".json"
}

// Path is where the file is.
func (s *Store) Path() string { return s.path }

// Unsealed tells why the login of the last Save is in a plain file: the keyring's error. It is nil
// when the file is encrypted.
func (s *Store) Unsealed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// Load returns the stored login, ErrNone, or an *Error.
func (s *Store) Load(ctx context.Context) (Login, error) {
	e, err := s.file()
	if err != nil {
		return Login{}, err
	}
	if e.Plain != nil {
		l, err := e.Plain.login()
		if err != nil {
			return Login{}, s.unusable(err)
		}
		return l, nil
	}
	key, err := s.key(ctx, e.Key)
	switch {
	case errors.Is(err, errNotKept):
		return Login{}, &Error{What: "the keyring has lost the key of the login stored in " + s.path, Fix: loginAgain}
	case err != nil:
		return Login{}, &Error{
			What: "the login stored in " + s.path + " cannot be decrypted", Err: err,
			Fix: "unlock the system's keyring and try again; or log in again: ringside login",
		}
	}
	l, err := e.open(key, s.place)
	if err != nil {
		return Login{}, s.unusable(err)
	}
	return l, nil
}

// Sealed tells whether the stored login is encrypted with a key of the keyring.
func (s *Store) Sealed() bool {
	e, err := s.file()
	return err == nil && e.Plain == nil
}

func (s *Store) unusable(err error) error {
	return &Error{What: "the stored login in " + s.path + " cannot be used", Err: err, Fix: loginAgain}
}

// file reads the file. It may have been opened to others by a copy or a restore; then it is closed
// to them again.
func (s *Store) file() (envelope, error) {
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return envelope{}, ErrNone
	}
	if err != nil {
		return envelope{}, &Error{What: "reading the stored login", Err: err, Fix: "check that you may read the file"}
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = f.Chmod(0o600) // on Windows, and for another's file, this changes nothing
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return envelope{}, &Error{What: "reading the stored login", Err: err, Fix: "check that " + s.path + " is a file"}
	}
	if len(data) > maxFile {
		return envelope{}, s.unusable(errFile)
	}
	e, err := read(data)
	if err != nil {
		return envelope{}, s.unusable(err)
	}
	return e, nil
}

// Save replaces the stored login. A keyring that does not work is left out; Unsealed then says why.
func (s *Store) Save(ctx context.Context, l Login) error {
	before, err := s.file() // one that cannot be used is replaced
	if err != nil {
		before = envelope{}
	}
	e, err := s.sealed(ctx, l, before.Key)
	if err != nil && ctx.Err() != nil {
		return err // given up, which is no word on the keyring
	}
	if err != nil {
		b := l.body()
		e = envelope{Format: format, Plain: &b}
	}
	s.mu.Lock()
	s.reason = err
	s.mu.Unlock()
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encoding the login: %w", err)
	}
	if err := config.ReplacePrivate(ctx, s.path, append(data, '\n')); err != nil {
		return &Error{What: "storing the login", Err: err, Fix: "check that you may write there, and that the disk is not full"}
	}
	return nil
}

// errNoKeyring is why a Store without a keyring leaves it out.
var errNoKeyring = errors.New("the keyring is switched off (keyring in [goto])")

// sealed encrypts a login with the key of that name, or with a new one.
func (s *Store) sealed(ctx context.Context, l Login, name string) (envelope, error) {
	if s.ring == nil {
		return envelope{}, errNoKeyring
	}
	key, err := s.key(ctx, name)
	if name == "" || errors.Is(err, errNotKept) {
		name, key, err = s.newKey(ctx)
	}
	if err != nil {
		return envelope{}, err
	}
	return seal(l, name, key, s.place)
}

// key gets a key out of the keyring, once: a keyring may ask the person each time.
func (s *Store) key(ctx context.Context, name string) ([]byte, error) {
	s.mu.Lock()
	cached := s.cached
	s.mu.Unlock()
	switch {
	case name == "":
		return nil, errNotKept
	case cached.name == name:
		return cached.key, nil
	case s.ring == nil:
		return nil, errNoKeyring
	}
	key, err := s.ring.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	s.remember(name, key)
	return key, nil
}

func (s *Store) remember(name string, key []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cached.name, s.cached.key = name, key
}

// newKey makes a key and has the keyring keep it. It is read back: there are keyrings that take a
// secret and do not have it afterwards.
func (s *Store) newKey(ctx context.Context) (string, []byte, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	name := "login " + rand.Text()
	if err := s.ring.Set(ctx, name, key); err != nil {
		return "", nil, err
	}
	if got, err := s.ring.Get(ctx, name); err != nil || !bytes.Equal(got, key) {
		return "", nil, errors.Join(errors.New("the keyring does not keep what it is given"), err)
	}
	s.remember(name, key)
	return name, key, nil
}

// Clear forgets the login and its key; it is no error when there is none. It also works on a file
// that cannot be used.
func (s *Store) Clear(ctx context.Context) error {
	e, _ := s.file()
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &Error{What: "deleting the stored login", Err: err, Fix: "delete " + s.path + " by hand"}
	}
	s.remember("", nil)
	if e.Key != "" && s.ring != nil {
		// Without its file the key opens nothing, so that a keyring which cannot be reached is no failure.
		_ = s.ring.Delete(ctx, e.Key)
	}
	return nil
}
