package credentials

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
)

// envelope is the file: either Plain, or Sealed with the key that the keyring keeps under Key.
type envelope struct {
	Format string `json:"format"`
	Key    string `json:"key,omitempty"`
	Nonce  []byte `json:"nonce,omitempty"`
	Sealed []byte `json:"sealed,omitempty"`
	Plain  *body  `json:"plain,omitempty"`
}

// format names the layout of the file.
const format = "ringside.login/1"

// Sizes in bytes.
const (
	keySize = 32 // AES-256
	maxFile = 1 << 20
)

// errFile is what is wrong with a file that is not what we wrote.
var errFile = errors.New("it is not a stored login of this version")

// read takes a file apart.
func read(data []byte) (envelope, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil || e.Format != format {
		return envelope{}, errFile // the decoder's own text may quote a token
	}
	if (e.Plain == nil) == (len(e.Sealed) == 0) {
		return envelope{}, errFile
	}
	return e, nil
}

// seal encrypts a login for a place: what was sealed for one place does not open at another.
func seal(l Login, name string, key []byte, place string) (envelope, error) {
	plain, err := json.Marshal(l.body())
	if err != nil {
		return envelope{}, fmt.Errorf("encoding the login: %w", err)
	}
	box, err := newBox(key)
	if err != nil {
		return envelope{}, err
	}
	e := envelope{Format: format, Key: name, Nonce: make([]byte, box.NonceSize())}
	_, _ = rand.Read(e.Nonce) // never fails
	e.Sealed = box.Seal(nil, e.Nonce, plain, e.bound(place))
	return e, nil
}

// open decrypts what seal has encrypted.
func (e envelope) open(key []byte, place string) (Login, error) {
	box, err := newBox(key)
	if err != nil {
		return Login{}, err
	}
	if len(e.Nonce) != box.NonceSize() {
		return Login{}, errFile
	}
	plain, err := box.Open(nil, e.Nonce, e.Sealed, e.bound(place))
	if err != nil {
		return Login{}, errors.New("it was changed, or belongs to another key")
	}
	var b body
	if err := json.Unmarshal(plain, &b); err != nil {
		return Login{}, errFile
	}
	return b.login()
}

// bound is what the encryption binds the tokens to.
func (e envelope) bound(place string) []byte {
	return []byte(e.Format + "\x00" + e.Key + "\x00" + place)
}

func newBox(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("the key has %d bytes, not %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
