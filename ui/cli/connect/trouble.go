package connect

import (
	"errors"
	"sync"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// health is what a session knows of its questions, beside what the stream knows of its link.
type health struct {
	mu      sync.Mutex
	trouble error
}

func (h *health) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.trouble = err
}

// over lays the trouble over the state of a link: one that brings states while no question about
// calls is answered may have holes that cannot be filled.
func (h *health) over(st stream.Status) stream.Status {
	h.mu.Lock()
	err := h.trouble
	h.mu.Unlock()
	if err == nil || st.Link != stream.Live && st.Link != stream.Recovering {
		return st
	}
	st.Link = stream.Recovering
	st.Why, st.Hint = "calls may be incomplete: "+call.Clean(err.Error()), gotoapi.Hint(err)
	return st
}

// Status is how the session stands: the stream's link, and whether the service answers questions.
func (s *Session) Status() stream.Status { return s.health.over(s.Stream.Status()) }

// linked tells whether there is a link to ask questions beside.
func linked(st stream.Status) bool {
	return st.Link == stream.Live || st.Link == stream.Recovering || st.Link == stream.Stale
}

// judged marks an error with what can be done about it, for store/live, which knows no HTTP.
func judged(err error) error {
	switch gotoapi.Class(err) {
	case gotoapi.Retry, gotoapi.Throttled:
		return passing{err}
	case gotoapi.Auth:
		return barring{err}
	case gotoapi.Fatal:
		var refused *gotoapi.Error
		if errors.As(err, &refused) && refused.Status == 403 {
			return barring{err}
		}
	}
	return err
}

// passing is an error that may be gone the next time.
type passing struct{ error }

func (p passing) Unwrap() error { return p.error }
func (passing) Temporary() bool { return true }

// barring is an error that stays until a person has changed something.
type barring struct{ error }

func (b barring) Unwrap() error { return b.error }
func (barring) Barred() bool    { return true }
