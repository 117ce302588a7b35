// Package farend is the other side of a source that asks a service over HTTP, for tests: a server
// with faults that can be switched on, and the laws that every such source has to keep.
package farend

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/secret"
)

// Token is the secret that Held gives; it must never be seen in an error.
const Token = "t0k3n-that-nobody-sees"

// Held is a secret that is at hand, and counts how often it was refused.
type Held struct {
	Text      string
	Forgotten atomic.Int32
}

// Get gives the secret.
func (h *Held) Get(context.Context) (secret.Value, error) { return secret.NewValue(h.Text), nil }

// Forget counts.
func (h *Held) Forget() { h.Forgotten.Add(1) }

// Fault is one way of a service to fail.
type Fault struct {
	Name    string
	Status  int
	Header  map[string]string
	Body    string
	Do      func(w http.ResponseWriter, r *http.Request) // instead of the three above
	Hang    bool                                         // no answer at all
	Says    string                                       // part of the error
	Pause   time.Duration                                // that the source asks the desk for; 0 is none
	Unfound bool                                         // no error: the source finds nobody
}

// Server is a service with faults.
type Server struct {
	*httptest.Server
	Base *url.URL
	good http.Handler // asked one request at a time, so that it needs no locks
	one  sync.Mutex
	quit chan struct{} // closed at the end of the test

	mu    sync.Mutex
	fault *Fault
	from  int // number of requests that are answered well before
	seen  int
	fired int
}

// Serve starts a server; the test stops it.
func Serve(t *testing.T, good http.Handler) *Server {
	t.Helper()
	s := &Server{good: good, quit: make(chan struct{})}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		close(s.quit)
		s.Close()
	})
	base, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	s.Base = base
	return s
}

// Break makes every request fail after the first few; nil mends.
func (s *Server) Break(f *Fault, after int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.from, s.seen, s.fired = f, after, 0, 0
}

// Asked gives how many requests came since Break, and how many of them failed.
func (s *Server) Asked() (all, failed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen, s.fired
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.fault
	s.seen++
	if s.seen <= s.from {
		f = nil
	}
	if f != nil {
		s.fired++
	}
	s.mu.Unlock()
	switch {
	case f == nil:
		s.one.Lock()
		defer s.one.Unlock()
		s.good.ServeHTTP(w, r)
	case f.Hang:
		_, _ = io.Copy(io.Discard, r.Body) // a server sees that the other side has gone only when it has read everything
		select {
		case <-r.Context().Done():
		case <-s.quit:
		}
	case f.Do != nil:
		f.Do(w, r)
	default:
		for k, v := range f.Header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
	}
}

// Common are the faults of any service.
func Common() []Fault {
	return []Fault{
		{Name: "too many, how long", Status: 429, Header: map[string]string{"Retry-After": "37"}, Body: "{}", Says: "429", Pause: 37 * time.Second},
		{Name: "server error", Status: 500, Body: "<html>oops</html>", Says: "500"},
		{Name: "bad gateway", Status: 502, Says: "502"},
		{Name: "resting", Status: 503, Header: map[string]string{"Retry-After": "60"}, Says: "503", Pause: time.Minute},
		{Name: "moved", Do: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.invalid/", http.StatusTemporaryRedirect)
		}, Says: "another host"},
		{Name: "hangs", Hang: true, Says: "deadline exceeded"},
		{Name: "drops", Do: func(w http.ResponseWriter, _ *http.Request) {
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = conn.Close()
			}
		}, Says: "EOF"},
		{Name: "no JSON", Status: 200, Body: "<html>please log in</html>", Says: "answer"},
		{Name: "cut JSON", Status: 200, Body: `{"results":[{"id":`, Says: "answer"},
		{Name: "huge", Do: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"results":[`)
			for range 6 << 10 {
				if _, err := w.Write([]byte(strings.Repeat(" ", 1<<10))); err != nil {
					return
				}
			}
			_, _ = io.WriteString(w, `]}`)
		}, Says: "more than"},
	}
}

// Laws checks a source against a service that knows the number raw: it finds it; each fault is said,
// with a pause where the service wants one, without the token, before the deadline; a fault in what
// is asked after the first contacts leaves the contacts; many may ask at once.
func Laws(t *testing.T, s *Server, open func() lookup.Source, raw string, more ...Fault) {
	t.Helper()
	n := number.Parse(raw, "US")
	for _, f := range append(Common(), more...) {
		t.Run(f.Name, func(t *testing.T) {
			cs, err := s.ask(t, open(), n, &f, 0)
			if _, failed := s.Asked(); failed == 0 {
				t.Fatal("the fault has not fired")
			}
			if len(cs) != 0 {
				t.Errorf("it found %+v", cs)
			}
			said(t, f, err)
		})
	}
	want, err := s.ask(t, open(), n, nil, 0)
	if err != nil || len(want) == 0 {
		t.Fatalf("mended: %d contacts, %v", len(want), err)
	}
	requests, _ := s.Asked()
	for _, f := range append(Common(), more...) {
		for after := 1; after < requests; after++ {
			t.Run(fmt.Sprintf("%s after %d", f.Name, after), func(t *testing.T) {
				cs, err := s.ask(t, open(), n, &f, after)
				if len(cs) != len(want) {
					t.Errorf("%d contacts, want %d: they were known", len(cs), len(want))
				}
				said(t, f, err)
			})
		}
	}
	s.Break(nil, 0)
	src := open()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := src.Lookup(t.Context(), n); err != nil {
				t.Errorf("at once: %v", err)
			}
		})
	}
	wg.Wait()
}

// Budget is how long a source may take in Laws. A service that hangs costs all of it, in every source; any
// other answers at once, and the longer budget is for a machine that has other things to do.
const (
	Budget     = 30 * time.Second
	hangBudget = 700 * time.Millisecond
)

// ask asks while f strikes after the first few requests, and asks anew where the contacts came past the deadline:
// a busy machine may be late, a source that does not keep time is late each time.
func (s *Server) ask(t *testing.T, src lookup.Source, n number.Number, f *Fault, after int) ([]lookup.Contact, error) {
	t.Helper()
	budget := Budget
	if f != nil && f.Hang {
		budget = hangBudget
	}
	for try := 1; ; try++ {
		s.Break(f, after)
		ctx, cancel := context.WithTimeout(t.Context(), budget)
		cs, err := src.Lookup(ctx, n)
		late := len(cs) > 0 && ctx.Err() != nil
		cancel()
		if !late {
			return cs, err
		}
		if try == 4 {
			t.Error("the contacts came past the deadline")
			return cs, err
		}
	}
}

func said(t *testing.T, f Fault, err error) {
	t.Helper()
	if f.Unfound {
		if err != nil {
			t.Errorf("error %v, want nobody found", err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), f.Says) {
		t.Errorf("error %v, want one with %q", err, f.Says)
		return
	}
	if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, Token) {
		t.Errorf("the error says the token: %s", text)
	}
	var pause *lookup.PauseError
	errors.As(err, &pause)
	switch {
	case pause == nil && f.Pause != 0:
		t.Errorf("no pause, want %v", f.Pause)
	case pause != nil && pause.For != f.Pause:
		t.Errorf("a pause of %v, want %v", pause.For, f.Pause)
	}
}
