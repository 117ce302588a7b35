package media

import (
	"testing"
	"time"
)

// A session that comes to nothing gives back its sockets and goroutines: one that never had an offer, one without
// an answer, one whose answer could not be used, one that found no path.
func TestSessionsThatComeToNothing(t *testing.T) {
	r := newRig(t, "none")
	nothing := map[string]func(s *Session){
		"unused": func(*Session) {},
		"offered": func(s *Session) {
			if _, err := s.Offer(t.Context()); err != nil {
				t.Error(err)
			}
		},
		"bad answer": func(s *Session) {
			if _, err := s.Offer(t.Context()); err != nil {
				t.Error(err)
			}
			if s.Accept("v=0\r\n") == nil {
				t.Error("accepted")
			}
		},
		"no path": func(s *Session) {
			if _, err := s.Offer(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Accept(answerA); err != nil {
				t.Error(err)
			}
			s.Play(true)
			if _, err := s.Reoffer(t.Context(), true); err != nil {
				t.Error(err)
			}
		},
	}
	each := func(n int) {
		for range n {
			for name, use := range nothing {
				s, err := r.Session()
				if err != nil {
					t.Fatal(err)
				}
				use(s)
				if err := s.Close(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if err := s.Close(); err != nil {
					t.Errorf("%s, closed again: %v", name, err)
				}
			}
		}
	}
	each(2)
	before := measure()
	each(8)
	within(t, 10*time.Second, "everything to be given back", func() bool {
		after := measure()
		return after.goroutines <= before.goroutines+2 && after.files <= before.files+2
	})
	if n := len(r.sessions); n != 0 {
		t.Errorf("%d sessions are kept", n)
	}
}
