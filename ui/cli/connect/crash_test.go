package connect

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// kill ends a session as kill -9 does: from one moment to the next nothing of it reaches the service
// any more, no farewell either, and its channel is left behind.
func (b *bench) kill() {
	b.far.net.Cut()
	b.stop()
	b.far.net.Restore()
}

// The floor is back after kill -9 within one list call and a refill for each call that is up.
func TestKilledAndStartedAgain(t *testing.T) {
	for _, floor := range []struct {
		name    string
		perHour float64
		least   int           // calls up
		within  time.Duration // at 8 requests a second
	}{{"usual", 260, 5, 4 * time.Second}, {"busy", 1500, 25, 10 * time.Second}} {
		t.Run(floor.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := startBench(t, sim.Config{World: world.Config{Seed: 3, CallsPerHour: floor.perHour, Agents: 80}}, call.Options{})
				defer b.far.Close()
				time.Sleep(20 * time.Minute)
				b.kill()
				left := b.far.Service.Stats().Channels
				if left != 1 {
					t.Fatalf("%d channels left behind: this was no kill", left)
				}
				time.Sleep(time.Second)

				b.meter.take()
				b.ended = map[string]int{}
				b.connect(call.Options{})
				began := time.Now()
				was := b.snapshot()
				for b.wrong(was, b.snapshot()) != "" && time.Since(began) < time.Minute {
					time.Sleep(10 * time.Millisecond)
				}
				took := time.Since(began)
				asked := b.meter.take()
				lists, refills := asked["GET call-events/v1/conversation-spaces"], asked["GET call-events/v1/conversation-spaces/…/events"]
				t.Logf("%d calls up; the board was right after %v, %d lists and %d refills", len(was.up), took, lists, refills)
				if len(was.up) < floor.least {
					t.Errorf("only %d calls were up", len(was.up))
				}
				if lists != 1 || refills > len(was.up)+3 || took > floor.within {
					t.Errorf("after %v and %v", took, asked)
				}
				if late := b.Store.View().Health.Late; late != 0 {
					t.Errorf("%d calls are said to be joined late though all of them can be had", late)
				}
				other := maps.Clone(asked)
				for _, known := range []string{
					"GET call-events/v1/conversation-spaces", "GET call-events/v1/conversation-spaces/…/events", "POST oauth/token",
					"POST notification-channel/v1/channels", "websocket", "POST call-events/v1/subscriptions", "POST call-events-report/v1/subscriptions",
				} {
					delete(other, known)
				}
				delete(other, "GET call-events-report/v1/reports") // of a call that ended meanwhile
				if len(other) > 0 {
					t.Errorf("and asked beside: %v", slices.Collect(maps.Keys(other)))
				}
				b.stop()
			})
		})
	}
}
