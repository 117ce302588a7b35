package cli

import (
	"context"
	"testing"
	"time"

	"ringside/gotoapi"
)

type storedLogin struct{ obtained time.Time }

func (*storedLogin) Token(context.Context) (gotoapi.Token, error) { return gotoapi.Token{}, nil }
func (*storedLogin) Sync(context.Context) error                   { return nil }
func (s *storedLogin) Status() gotoapi.LoginStatus {
	return gotoapi.LoginStatus{Valid: true, Obtained: s.obtained}
}

// A new login has the desk's telephone try again what the one before was refused; the same login does not.
func TestRenewalIsTold(t *testing.T) {
	first := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, told := &storedLogin{obtained: first}, 0
	r := &renewal{Source: s, tell: func() { told++ }}
	for i, step := range []struct {
		at   time.Time
		want int
	}{{first, 0}, {first, 0}, {first.Add(time.Minute), 1}, {first.Add(time.Minute), 1}, {first.Add(time.Hour), 2}} {
		s.obtained = step.at
		if err := r.Sync(t.Context()); err != nil || told != step.want {
			t.Errorf("step %d: told %d times, want %d (%v)", i, told, step.want, err)
		}
	}
}
