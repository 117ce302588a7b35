package sim

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// garbage is what a Garbage fault answers with: no JSON, and characters that a terminal obeys.
const garbage = "{\"contacts\":[{\"id\":\"C-1\x00\x1b[2J<html><h1>502 Bad Gateway</h1>"

// struck lets a rule for requests have this one, and tells whether it is answered.
func (s *Service) struck(w http.ResponseWriter, r *http.Request) bool {
	f, ok := s.faults.request(r.Method, r.URL.Path)
	if !ok {
		return false
	}
	switch f.Kind {
	case Slow:
		if s.linger(r, f.Delay) {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	case Garbage:
		writeJSON(w, http.StatusOK, []byte(garbage))
		return true
	}
	if !strings.HasPrefix(r.URL.Path, crmPath) {
		s.refuse(w, errStatus(f.Status))
		return true
	}
	if f.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(max(int(f.Delay/time.Second), 1)))
	}
	crmStatus(f.Status).write(w)
	return true
}

// linger waits before a request is answered, and tells whether its client still waits too. It ends at once
// when the client goes or the service ends.
func (s *Service) linger(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	// Only a request whose body was read tells when its client goes.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.ends:
	}
	return false
}
