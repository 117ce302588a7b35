package connect

import (
	"context"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/stream"
)

// An hour over a webhook, with deliveries lost, doubled, disordered, late and broken, the channel and
// the subscriptions gone on the way: the calls as we know them are the calls as they were.
func TestWebhookConvergesWithTheTruth(t *testing.T) {
	withFarEnd(t, sim.Config{World: world.Config{Seed: 11}}, func(t *testing.T, ctx context.Context, far *FarEnd) {
		for _, f := range []sim.Fault{
			{Kind: sim.Drop, Probability: 0.15}, {Kind: sim.Duplicate, Probability: 0.1}, {Kind: sim.Reorder, Probability: 0.1},
			{Kind: sim.Delay, Probability: 0.02, Delay: 3 * time.Second}, {Kind: sim.Corrupt, Probability: 0.01},
		} {
			if _, err := far.Service.Faults().Add(f); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		w := goIn(ctx, far, Webhook)
		for _, kind := range []sim.FaultKind{sim.ChannelGone, sim.Unsubscribe, sim.RevokeTokens} {
			pass(long(15 * time.Minute))
			if n, err := far.Service.Faults().Now(sim.Fault{Kind: kind}); err != nil || n == 0 {
				t.Fatalf("%s struck %d, %v", kind, n, err)
			}
		}
		pass(long(15 * time.Minute))
		far.Service.Faults().Clear()
		pass(3 * time.Minute)
		compareAll(t, far, w.Session, w.ended, began.Add(-time.Second))
		fired := far.Service.Faults().AllFired()
		for _, kind := range []sim.FaultKind{sim.Drop, sim.Duplicate, sim.Reorder, sim.Delay, sim.Corrupt} {
			if fired[kind] == 0 {
				t.Errorf("fault %s never struck", kind)
			}
		}
		st := w.Status()
		if st.Link != stream.Live || st.Counters.Reconnects != 1 || st.Counters.Bad == 0 {
			t.Errorf("%+v", st)
		}
		v := w.Store.View()
		t.Logf("%d calls, %d states, %d repeats, %d healed; faults %v; %+v", v.Counts.Ended+v.Counts.Up, v.Health.States, v.Health.Repeats, v.Health.Healed, fired, far.Service.Stats())
	})
}

// The old flow through lost links: cards come again once the link does, and a call of which nobody
// can say whether it is still up is not shown as certain.
func TestDialogsThroughLostLinks(t *testing.T) {
	withFarEnd(t, sim.Config{World: world.Config{Seed: 3}}, func(t *testing.T, ctx context.Context, far *FarEnd) {
		e, d := goIn(ctx, far, Events), goIn(ctx, far, Dialogs)
		pass(time.Minute)
		strike := func(f sim.Fault) {
			if n, err := far.Service.Faults().Now(f); err != nil || n == 0 {
				t.Fatalf("%s struck %d, %v", f.Kind, n, err)
			}
		}
		for range least(20) {
			strike(sim.Fault{Kind: sim.Close, Code: 1011})
			pass(30 * time.Second)
			strike(sim.Fault{Kind: sim.Close, Code: 1006})
			pass(time.Minute)
		}
		strike(sim.Fault{Kind: sim.HalfOpen})
		pass(15 * time.Second)
		if st := d.Status(); st.Link != stream.Stale {
			t.Errorf("half open: %v", st.Link)
		}
		pass(time.Minute)
		strike(sim.Fault{Kind: sim.RevokeTokens})
		strike(sim.Fault{Kind: sim.Close, Code: 1012})
		pass(5 * time.Minute)

		up := map[string]bool{}
		for _, c := range e.mine() {
			up[plain(c.From.Number)] = true
		}
		for _, c := range d.mine() {
			if !up[plain(c.From.Number)] && !c.Stale {
				t.Errorf("a call that is over is shown as up: %+v", c.Record(time.Now()))
			}
		}
		healed := time.Now()
		pass(long(40 * time.Minute))
		rang := truths(far, healed, far.Hello.Me.Extension)
		if len(rang) < least(20) {
			t.Fatalf("%d calls rang me", len(rang))
		}
		for _, r := range rang {
			if d.popFor(r) == nil {
				t.Errorf("no card for the call of %s at %s", r.number, r.at)
			}
		}
		st := d.Status()
		if st.Link != stream.Live || st.Counters.Reconnects != uint64(2*least(20)+2) || st.Counters.Bad+st.Counters.Unknown != 0 {
			t.Errorf("%+v", st)
		}
		if raceDetector {
			return
		}
		pass(5 * time.Hour) // the longest that an unsure call is kept
		up = map[string]bool{}
		for _, c := range e.mine() {
			up[plain(c.From.Number)] = true
		}
		for _, c := range d.mine() {
			if !up[plain(c.From.Number)] {
				t.Errorf("still up: %+v", c.Record(time.Now()))
			}
		}
		for id, n := range d.ended {
			if n != 1 {
				t.Errorf("call %s ended %d times", id, n)
			}
		}
	})
}
