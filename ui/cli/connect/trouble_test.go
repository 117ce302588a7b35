package connect

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// When states come and no question about them is answered, the state of the link says so, with the
// reason and the next step, and takes it back when it is over.
func TestUnansweredQuestionsAreSaid(t *testing.T) {
	for _, c := range []struct {
		name      string
		status    int
		why, hint string
		over      time.Duration // until it is taken back
	}{
		{"the service has trouble", 503, "GoTo answered 503", "the next try comes by itself", 4 * time.Second},
		{"no scope", 403, "GoTo answered 403", "super admin", 20 * time.Second},
		{"too many", 429, "GoTo answered 429", "too many requests", 4 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := startBench(t, sim.Config{World: world.Config{Seed: 4}}, call.Options{})
				defer b.far.Close()
				b.add(sim.Fault{Kind: sim.Answer, Status: c.status, Path: "/call-events/v1/conversation-spaces"})
				time.Sleep(20 * time.Second)
				st := b.Status()
				// The list of calls and the states of each are asked for: what was refused last is said.
				said := strings.HasPrefix(st.Why, "calls may be incomplete: listing the calls that are up: listing the calls: ") ||
					strings.HasPrefix(st.Why, "calls may be incomplete: reading the states of a call: ")
				if st.Link != stream.Recovering || !said || !strings.Contains(st.Why, c.why) || !strings.Contains(st.Hint, c.hint) {
					t.Errorf("%s\nwhy  %s\nhint %s", st.Link, st.Why, st.Hint)
				}
				b.far.Service.Faults().Clear()
				time.Sleep(c.over)
				if st := b.Status(); st.Link != stream.Live || st.Why != "" {
					t.Errorf("afterwards %s: %s", st.Link, st.Why)
				}
				b.stop()
			})
		})
	}
}

// A missing scope is named.
func TestMissingScopeIsNamed(t *testing.T) {
	h := &health{}
	h.set(judged(&gotoapi.Error{Op: "listing the calls", Status: 403, Code: gotoapi.CodeInsufficientScope, Scope: gotoapi.ScopeEventsRead}))
	st := h.over(stream.Status{Link: stream.Live})
	if st.Link != stream.Recovering || !strings.Contains(st.Hint, gotoapi.ScopeEventsRead) {
		t.Errorf("%+v", st)
	}
	for _, l := range []stream.Link{stream.Connecting, stream.Stale, stream.Down} {
		if st := h.over(stream.Status{Link: l, Why: "its own"}); st.Link != l || st.Why != "its own" {
			t.Errorf("%s: %+v", l, st)
		}
	}
}
