package salesforce

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"ringside/lookup/source/secret"
	"ringside/lookup/source/web"
)

// session is a token got by the client credentials flow, and got again when it has expired.
type session struct {
	client     *web.Client
	id, secret web.Getter

	mu    sync.Mutex
	token *secret.Value
	busy  chan struct{} // closed when the request for a token under way has ended; nil when there is none
}

// Apply implements web.Auth. One token is asked for at a time, by whoever comes first; the others
// wait for it.
func (s *session) Apply(ctx context.Context, r *http.Request) error {
	for {
		s.mu.Lock()
		if s.token != nil {
			r.Header.Set("Authorization", "Bearer "+s.token.Reveal())
			s.mu.Unlock()
			return nil
		}
		busy := s.busy
		if busy == nil {
			busy = make(chan struct{})
			s.busy = busy
			s.mu.Unlock()
			token, err := s.log(ctx)
			s.mu.Lock()
			if err == nil {
				s.token = &token
			}
			s.busy = nil
			s.mu.Unlock()
			close(busy)
			if err != nil {
				return err
			}
			continue
		}
		s.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// log gets a token.
func (s *session) log(ctx context.Context) (secret.Value, error) {
	id, err := s.id.Get(ctx)
	if err != nil {
		return secret.Value{}, err
	}
	pass, err := s.secret.Get(ctx)
	if err != nil {
		return secret.Value{}, err
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	ask := url.Values{"grant_type": {"client_credentials"}, "client_id": {id.Reveal()}, "client_secret": {pass.Reveal()}}
	if _, err := s.client.JSON(ctx, web.Request{Op: "logging in", Method: http.MethodPost, Path: "/services/oauth2/token", Body: ask, Bare: true}, &answer); err != nil {
		s.id.Forget()
		s.secret.Forget()
		return secret.Value{}, err
	}
	if answer.Token == "" {
		return secret.Value{}, errors.New("logging in to Salesforce: the answer holds no token")
	}
	return secret.NewValue(answer.Token), nil
}

// Refused implements web.Auth: sessions expire, and a new one is to be had.
func (s *session) Refused() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	had := s.token != nil
	s.token = nil
	return had
}
