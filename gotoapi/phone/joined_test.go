package phone

import (
	"testing"
	"time"

	store "ringside/store/phone"
)

// Two calls that were put together are one conversation until one of them is held or over.
func TestCallsThatAreTogether(t *testing.T) {
	for _, apart := range []string{"hold", "end"} {
		bubble(t, nil, func(t *testing.T, r *rig) {
			for _, id := range []string{"one", "two"} {
				r.call(id)
				settle(time.Second)
				r.must(r.Answer(t.Context(), id))
			}
			if a, b := r.shown("one"), r.shown("two"); a.Joined || b.Joined {
				t.Errorf("before: %+v %+v", a, b)
			}
			r.must(r.Merge(t.Context(), "two", "one"))
			if a, b := r.shown("one"), r.shown("two"); !a.Joined || !b.Joined || a.Held || b.Held {
				t.Errorf("together: %+v %+v", a, b)
			}
			if apart == "hold" {
				r.must(r.Hold(t.Context(), "two", true))
			} else {
				r.ends("two", "BYE")
			}
			if c := r.shown("one"); !c.Focus || c.Held || r.sound.sessions[0].state() != "playing" {
				t.Errorf("after %s, the other one: %+v %s", apart, c, r.sound.sessions[0].state())
			}
			if a, b := r.shown("one"), r.shown("two"); a.Joined || b.Joined {
				t.Errorf("after %s: %+v %+v", apart, a, b)
			}
		})
	}
}

// Whoever was asked first is busy: the keys are those of the caller who waits on hold, also where somebody
// else rings meanwhile.
func TestTheCallerOnHoldComesBeforeOneThatRings(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		_, err := r.Dial(t.Context(), "1106")
		r.must(err)
		r.call("two")
		settle(time.Second)
		r.ends("made/2", "BUSY")
		if c := r.shown("one"); !c.Focus || !c.Held {
			t.Errorf("%+v", c)
		}
		if c := r.shown("two"); c.Focus || c.State != store.Ringing {
			t.Errorf("%+v", c)
		}
	})
}

// What failed can be read for longer than what has ended well.
func TestAFailureStaysForLonger(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.refusing("POST calls", 9, 503, "{}")
		if _, err := r.Dial(t.Context(), "1106"); err == nil {
			t.Fatal("dialled")
		}
		settle(20 * time.Second)
		if c := r.one(); c.Why != "the call could not be made: GoTo has trouble (503)" || c.Hint == "" {
			t.Errorf("%+v", c)
		}
		settle(5 * time.Second)
		if n := len(r.View().Calls); n != 0 {
			t.Errorf("%d calls are shown", n)
		}
	})
}

// One call that the service does not describe is no reason never to ask again.
func TestOneCallThatCannotBeRead(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.refusing("GET call", 1, 400, `{"errorCode":"BAD_REQUEST"}`)
		r.call("one")
		settle(time.Second)
		r.far.mu.Lock()
		delete(r.far.calls, "one")
		r.far.mu.Unlock()
		settle(40 * time.Second) // its end is not told, and found out
		if n := len(r.View().Calls); n != 0 {
			t.Errorf("%+v", r.View().Calls)
		}
	})
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		settle(time.Second)
		r.refusing("GET call", 9, 410, "{}")
		settle(33 * time.Second)
		if c := r.one(); c.State != store.Ended {
			t.Errorf("%+v", c)
		}
	})
}
