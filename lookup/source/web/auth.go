package web

import (
	"context"
	"encoding/base64"
	"net/http"

	"ringside/lookup/source/secret"
)

// Getter gives a secret, and can be told that it is no longer any good; *secret.Secret is one.
type Getter interface {
	Get(ctx context.Context) (secret.Value, error)
	Forget()
}

// Bearer sends a token (RFC 6750).
func Bearer(s Getter) Auth {
	return &held{s, func(v secret.Value) string { return "Bearer " + v.Reveal() }}
}

// Basic sends a user and a password (RFC 7617).
func Basic(user string, password Getter) Auth {
	return &held{password, func(v secret.Value) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+v.Reveal()))
	}}
}

// held is proof made of one secret that is kept somewhere.
type held struct {
	secret Getter
	header func(secret.Value) string
}

// Apply implements Auth.
func (h *held) Apply(ctx context.Context, r *http.Request) error {
	v, err := h.secret.Get(ctx)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", h.header(v))
	return nil
}

// Refused implements Auth: where the secret is kept, a new one may stand by the next call.
func (h *held) Refused() bool {
	h.secret.Forget()
	return false
}

// Headers sends several secrets, each in the header of its name.
type Headers map[string]Getter

// Apply implements Auth.
func (h Headers) Apply(ctx context.Context, r *http.Request) error {
	for name, s := range h {
		v, err := s.Get(ctx)
		if err != nil {
			return err
		}
		r.Header.Set(name, v.Reveal())
	}
	return nil
}

// Refused implements Auth.
func (h Headers) Refused() bool {
	for _, s := range h {
		s.Forget()
	}
	return false
}
