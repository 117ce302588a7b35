package phone

import (
	"errors"
	"runtime"
	"testing"
	"time"
)

// Whatever fails leaves nothing running: no goroutine, no session, no call at the service.
func TestFailuresLeaveNothingBehind(t *testing.T) {
	down := errors.New("no sound")
	for name, fail := range map[string]func(t *testing.T, r *rig, id string){
		"the call is not made": func(t *testing.T, r *rig, _ string) {
			r.refusing("POST calls", 9, 503, "{}")
			_, _ = r.Dial(t.Context(), "1106")
		},
		"the service's answer cannot be used": func(t *testing.T, r *rig, _ string) {
			r.sound.set(func(e *fakeEngine) { e.noAnswer = down })
			_, _ = r.Dial(t.Context(), "1106")
		},
		"no offer can be made": func(t *testing.T, r *rig, id string) {
			r.sound.set(func(e *fakeEngine) { e.noOffer = down })
			r.call(id)
			settle(time.Second)
			_ = r.Answer(t.Context(), id)
			r.ends(id, "CANCEL")
		},
		"no session can be had": func(t *testing.T, r *rig, id string) {
			r.sound.set(func(e *fakeEngine) { e.refuse = down })
			r.call(id)
			settle(time.Second)
			_ = r.Answer(t.Context(), id)
			r.ends(id, "CANCEL")
		},
		"the answer is refused": func(t *testing.T, r *rig, id string) {
			r.call(id)
			r.refusing("POST answer", 99, 429, "Retry-After:1")
			_ = r.Answer(t.Context(), id)
			r.ends(id, "NO_ANSWER")
		},
		"the caller gives up": func(t *testing.T, r *rig, id string) {
			r.call(id)
			settle(time.Second)
			r.far.mu.Lock()
			delete(r.far.calls, id)
			r.far.mu.Unlock()
			_ = r.Answer(t.Context(), id)
		},
		"the path is lost for good": func(t *testing.T, r *rig, id string) {
			r.call(id)
			settle(time.Second)
			r.must(r.Answer(t.Context(), id))
			r.refusing("PUT offer", 99, 503, "{}")
			r.sound.last().failed <- down
			settle(time.Second)
			r.ends(id, "ERROR")
		},
		"hanging up is not confirmed": func(t *testing.T, r *rig, id string) {
			r.call(id)
			settle(time.Second)
			r.must(r.Answer(t.Context(), id))
			r.refusing("DELETE call", 4, 500, "{}")
			_ = r.HangUp(t.Context(), id)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, r *rig) {
				var before int
				for n := range 12 {
					if n == 2 { // connections that are kept are there by now
						before = runtime.NumGoroutine()
					}
					fail(t, r, "call"+string(rune('a'+n)))
					r.refusing("", 0, 0, "")
					r.sound.set(func(e *fakeEngine) { e.refuse, e.noOffer, e.noAnswer = nil, nil, nil })
					settle(2 * time.Minute)
				}
				if now := runtime.NumGoroutine(); now > before+6 { // connections come and go; each failure would leave one at least
					t.Errorf("%d goroutines became %d", before, now)
				}
				for i, s := range r.sound.sessions {
					if !s.closed {
						t.Errorf("session %d is open", i)
					}
				}
				if len(r.far.calls) != 0 || len(r.View().Calls) != 0 {
					t.Errorf("calls are left: %v %+v", r.far.calls, r.View().Calls)
				}
			})
		})
	}
}

// set changes what the engine does.
func (e *fakeEngine) set(change func(*fakeEngine)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	change(e)
}
