package sim

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxBody bounds a request's body, bytes.
const maxBody = 1 << 20

// request is an authenticated call of a JSON API, its body already read.
type request struct {
	*http.Request
	body  []byte
	token *token
}

// handler answers a request under the service's lock: status and the value of the body, nil for
// none, or the refusal.
type handler func(*request) (int, any, *apiError)

// methods maps HTTP methods to what serves them.
type methods map[string]http.Handler

// names lists the methods as the header Allow does.
func (m methods) names() string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

// api makes an http.Handler of h: it asks for a token with the scope ("" for any token), counts
// the rate limit and writes the answer.
func (s *Service) api(scope string, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			s.refuse(w, errMalformed())
			return
		}
		status, answer, refusal := s.perform(scope, h, &request{Request: r, body: body})
		if refusal != nil {
			s.refuse(w, refusal)
			return
		}
		writeJSON(w, status, answer)
	})
}

func (s *Service) perform(scope string, h handler, r *request) (int, []byte, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err *apiError
	if r.token, err = s.vault.bearer(r.Header.Get("Authorization"), scope); err != nil {
		return 0, nil, err
	}
	if !s.allow(r.token, r.URL.Path) {
		return 0, nil, errTooMany()
	}
	status, answer, err := h(r)
	if err != nil {
		return 0, nil, err
	}
	if answer == nil {
		return status, nil, nil
	}
	return status, encode(answer), nil
}

// decode reads the JSON body into v; members that v does not name are ignored.
func (r *request) decode(v any) *apiError {
	err := json.Unmarshal(r.body, v)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
		return errBadRequest(wrong.Field, "must not be a "+wrong.Value)
	}
	if err != nil {
		return errMalformed()
	}
	return nil
}

// base is the scheme and host by which the client reached the service: URLs in answers keep them.
func base(r *http.Request) string {
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// socketBase is base for websockets.
func (r *request) socketBase() string { return "ws" + strings.TrimPrefix(base(r.Request), "http") }
