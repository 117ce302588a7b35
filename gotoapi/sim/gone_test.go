package sim_test

import (
	"net/http"
	"testing"
	"time"

	"ringside/gotoapi/sim"
)

// What can go behind a client's back: the subscriptions alone, and the channel with its socket.
func TestWhatGoesBehindAClientsBack(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		pass(30 * time.Second)
		if len(e.frames()) == 0 {
			t.Fatal("nothing comes")
		}
		if hit, err := r.svc.Faults().Now(sim.Fault{Kind: sim.Unsubscribe}); hit != 1 || err != nil {
			t.Fatalf("%d channels hit, %v", hit, err)
		}
		pass(time.Second)
		before := len(e.frames())
		pass(2 * time.Minute)
		if n := len(e.frames()); n != before || e.isClosed() {
			t.Errorf("%d frames after the subscription went, closed %v", n-before, e.isClosed())
		}
		if hit, err := r.svc.Faults().Now(sim.Fault{Kind: sim.ChannelGone}); hit != 1 || err != nil {
			t.Fatalf("%d channels hit, %v", hit, err)
		}
		pass(time.Second)
		if n := r.svc.Stats().Channels; n != 0 || !e.isClosed() {
			t.Errorf("%d channels left, closed %v", n, e.isClosed())
		}
		r.fired(sim.Unsubscribe)
		r.fired(sim.ChannelGone)
	})
}

func TestOneMethodIsRefused(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("desk")
		r.fault(sim.Fault{Kind: sim.Answer, Status: http.StatusServiceUnavailable, Method: "PUT", Path: "/notification-channel/"})
		path := "/notification-channel/v1/channels/desk/" + c.ChannelID
		r.do("GET", path, "").want(t, http.StatusOK)
		r.do("PUT", path, `{"channelType":"WebSockets"}`).refused(t, http.StatusServiceUnavailable, "UNAVAILABLE")
		r.do("GET", path, "").want(t, http.StatusOK)
		if n := r.fired(sim.Answer); n != 1 {
			t.Errorf("struck %d times", n)
		}
	})
}
