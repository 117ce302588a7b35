package connect

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// 5,000 calls up and 2,000 states a second for a minute, through a real websocket: not one state is
// lost on the way. Calls that were up before us have their beginning fetched bit by bit, at the
// service's rate; no other hole may appear.
func TestStormLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live, perSecond, while := least(5000), least(2000), long(time.Minute)
		far, err := StartFarEnd(sim.Config{World: world.Config{Seed: 9, Scenario: "storm", Live: live, StatesPerSecond: float64(perSecond)}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		s := New(far.Link(nil), Hooks{}, call.Options{KeepDone: 100_000, GapTries: 1_000_000})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		time.Sleep(10 * time.Second)
		before := far.Service.Stats()
		heard := s.Stream.Status().Counters.Frames
		time.Sleep(while)
		synctest.Wait()
		after := far.Service.Stats()
		sent, got := after.Frames-before.Frames, s.Stream.Status().Counters.Frames-heard
		if sent < uint64(perSecond)*uint64(while.Seconds())*11/12 || got+100 < sent || after.TooSlow > 0 || after.Connects > 1 {
			t.Errorf("%d frames sent in %v, %d heard; %d sockets, %d too slow", sent, while, got, after.Connects, after.TooSlow)
		}
		v := s.Store.View()
		if v.Counts.Up < live*9/10 || v.Health.Refused > 0 {
			t.Errorf("%d calls up, %d events refused", v.Counts.Up, v.Health.Refused)
		}
		for _, c := range v.Live.All() {
			for _, g := range c.Gaps {
				if g.From != 1 {
					t.Errorf("call %s lacks %v", c.ID, g)
				}
			}
		}
		t.Logf("%d frames sent, %d heard, %d calls up, %d states folded", sent, got, v.Counts.Up, v.Health.States)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
