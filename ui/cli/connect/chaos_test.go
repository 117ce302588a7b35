package connect

import (
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// trouble is one kind of fault: it is on for a while, and then over.
type trouble struct {
	name string
	// on makes the trouble and returns when it has lasted that long and is over. It gives how many
	// times it struck.
	on func(b *bench, long time.Duration) uint64
	// mends counts what the session has to do before the trouble is over, for trouble that stays until
	// it is noticed; nil for other.
	mends func(b *bench) uint64
}

// until gives the trouble its mends.
func (t trouble) until(mends func(b *bench) uint64) trouble {
	t.mends = mends
	return t
}

// rules is trouble by rules of the simulated service.
func rules(name string, rules ...sim.Fault) trouble {
	return trouble{name: name, on: func(b *bench, long time.Duration) uint64 {
		struck := b.add(rules...)
		time.Sleep(long)
		return struck(name)
	}}
}

// often is trouble that happens again and again.
func often(name string, every time.Duration, fault sim.Fault, with ...sim.Fault) trouble {
	return trouble{name: name, on: func(b *bench, long time.Duration) uint64 {
		f, n := b.far.Service.Faults(), uint64(0)
		struck := b.add(with...)
		for range max(1, int(long/every)) {
			time.Sleep(every)
			hit, err := f.Now(fault)
			if err != nil {
				b.t.Fatal(err)
			}
			n += uint64(hit)
		}
		struck(name)
		return n
	}}
}

// outage is trouble with the network, and what else happens behind it.
func outage(name string, least time.Duration, behind ...sim.Fault) trouble {
	return trouble{name: name, on: func(b *bench, long time.Duration) uint64 {
		before := b.far.net.Refused()
		b.far.net.Cut()
		time.Sleep(max(long, least) / 2)
		for _, f := range behind {
			if hit, err := b.far.Service.Faults().Now(f); err != nil || hit == 0 {
				b.t.Errorf("%s: %d hit, %v", f.Kind, hit, err)
			}
		}
		time.Sleep(max(long, least) / 2)
		b.far.net.Restore()
		return b.far.net.Refused() - before
	}}
}

// add enters rules. The function it gives takes them out again, wants each to have struck, and says
// how often the first did.
func (b *bench) add(rules ...sim.Fault) func(name string) uint64 {
	f := b.far.Service.Faults()
	for _, r := range rules {
		if _, err := f.Add(r); err != nil {
			b.t.Fatal(err)
		}
	}
	return func(name string) (first uint64) {
		for i, r := range f.Rules() {
			if i == 0 {
				first = r.Fired
			}
			if r.Fired == 0 {
				b.t.Errorf("%s: %s never struck", name, r.Kind)
			}
		}
		f.Clear()
		return first
	}
}

// tokenLife is short, so that tokens run out within an outage.
const tokenLife = 10 * time.Minute

func troubles() []trouble {
	refused := sim.Fault{Kind: sim.Answer, Status: 503, Method: "PUT", Path: "/notification-channel/"}
	tooMany := sim.Fault{Kind: sim.Answer, Status: 429, Probability: 0.95}
	return []trouble{
		rules("drop 20 %", sim.Fault{Kind: sim.Drop, Probability: 0.2}),
		rules("duplicate", sim.Fault{Kind: sim.Duplicate, Probability: 0.3}),
		rules("reorder", sim.Fault{Kind: sim.Reorder, Probability: 0.3}),
		rules("broken frames", sim.Fault{Kind: sim.Corrupt, Probability: 0.1}),
		often("close every 30 s", 30*time.Second, sim.Fault{Kind: sim.Close, Code: 1011}),
		often("half-open", time.Minute, sim.Fault{Kind: sim.HalfOpen}).until(func(b *bench) uint64 { return b.Status().Counters.Reconnects }),
		often("refresh refused", time.Minute, sim.Fault{Kind: sim.RefreshNotice}, refused),
		often("channel gone", time.Minute, sim.Fault{Kind: sim.ChannelGone}),
		often("subscription lost", time.Minute, sim.Fault{Kind: sim.Unsubscribe}).until(func(b *bench) uint64 { return b.Status().Counters.Resubscribed }),
		outage("token expired, network down", tokenLife+time.Minute, sim.Fault{Kind: sim.ExpireTokens}),
		rules("429 storm, drop 10 %", tooMany, sim.Fault{Kind: sim.Drop, Probability: 0.1}),
		outage("outage of 5 min", 5*time.Minute),
	}
}

// recoverWithin is how soon the board is right after a trouble has ended.
const recoverWithin = 5 * time.Second

// Every trouble for some minutes, with a calm while after each.
func TestChaos(t *testing.T) {
	if raceDetector {
		chaos(t, time.Minute, 2*time.Minute, 30*time.Second)
		return
	}
	chaos(t, time.Hour, 6*time.Minute, 2*time.Minute)
}

// Seven days of it: .ci/prove chaos.
func TestSevenDaysOfChaos(t *testing.T) {
	asked := strings.Split(os.Getenv("RINGSIDE_PROOFS"), ",")
	if !slices.Contains(asked, "chaos") && !slices.Contains(asked, "all") {
		t.Skip("a long proof: run it with .ci/prove chaos")
	}
	chaos(t, 7*24*time.Hour, 12*time.Minute, 4*time.Minute)
}

// keptByFarEnd is how many finished calls the simulated service keeps, and more than we do.
const keptByFarEnd = 6000

// figures are what a trouble did over all its rounds.
type figures struct {
	rounds, fired int
	sum           time.Duration // of recovery.took
	worst         recovery
}

func chaos(t *testing.T, length, on, calm time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		b := startBench(t, sim.Config{
			World: world.Config{Seed: 20}, TokenLife: tokenLife, ChannelLife: 8 * time.Minute, RefreshNotice: 4 * time.Minute,
		}, call.Options{})
		defer b.far.Close()
		time.Sleep(10 * time.Second)

		seen := map[string]*figures{}
		var base usage
		rounds, since := 0, b.began
		for time.Since(b.began) < length || rounds == 0 {
			for _, tr := range troubles() {
				f := seen[tr.name]
				if f == nil {
					f = &figures{}
					seen[tr.name] = f
				}
				b.suffer(tr, f, on, calm)
			}
			time.Sleep(3 * time.Minute) // the last reports come, and are looked for
			compareAll(t, b.far, b.Session, b.ended, since.Add(-time.Second))
			b.forget()
			since = time.Now()
			rounds++
			now := measure()
			if rounds == 1 || b.Store.View().Counts.Ended < keptByFarEnd {
				base = now // until both ends are full
			}
			t.Logf("after %v: %v", time.Since(b.began).Round(time.Minute), now)
			if t.Failed() {
				break
			}
		}
		b.report(seen, base)
		b.stop()
	})
}

// forget drops what the bench remembers of calls that are long over: its own memory is to be flat.
func (b *bench) forget() {
	maps.DeleteFunc(b.ended, func(id string, _ int) bool { return b.before[id] > 0 })
	b.before = maps.Clone(b.ended)
}

// suffer has one trouble, and measures how the board gets over it.
func (b *bench) suffer(tr trouble, f *figures, on, calm time.Duration) {
	f.rounds++
	var before uint64
	mended := func() bool { return tr.mends == nil || tr.mends(b) > before }
	f.fired += int(tr.on(b, on-time.Minute))
	if tr.mends != nil { // one more, and nothing else in its way
		time.Sleep(time.Minute)
		before = tr.mends(b)
		f.fired += int(tr.on(b, 0))
	}
	r := b.recover(calm, mended)
	f.sum += r.took
	f.worst.took = max(f.worst.took, r.took)
	f.worst.stretch = max(f.worst.stretch, r.stretch)
	f.worst.noticed = max(f.worst.noticed, r.noticed)
	if r.took > recoverWithin || r.stretch > recoverWithin {
		b.t.Errorf("%s, at %v: the board was wrong until %v after its end, %v on end: %s; %+v",
			tr.name, time.Since(b.began), r.took, r.stretch, r.why, b.Status())
	}
}

func (b *bench) report(seen map[string]*figures, base usage) {
	for _, tr := range troubles() {
		f := seen[tr.name]
		b.t.Logf("%-28s %4d times, struck %7d, board right after %-6v worst %-6v wrong on end %-6v noticed within %v",
			tr.name, f.rounds, f.fired, (f.sum / time.Duration(f.rounds)).Round(10*time.Millisecond), f.worst.took, f.worst.stretch, f.worst.noticed)
		if f.fired == 0 {
			b.t.Errorf("%s never struck", tr.name)
		}
	}
	h := b.Store.View()
	api, most := b.meter.most()
	end := measure()
	b.t.Logf("%d calls, %d states, %d repeats, %d healed; %+v", h.Counts.Ended+h.Counts.Up, h.Health.States, h.Health.Repeats, h.Health.Healed, b.Status().Counters)
	b.t.Logf("%d requests, at most %d in a second (%s): %v", b.meter.total, most, api, b.meter.take())
	b.t.Logf("after the first round %v, at the end %v", base, end)
	if most > 10 {
		b.t.Errorf("%d requests to %s within a second", most, api)
	}
	if end.goroutines > base.goroutines+3 {
		b.t.Errorf("%d goroutines, %d after the first round", end.goroutines, base.goroutines)
	}
	if end.heap > base.heap+16<<20 {
		b.t.Errorf("heap %d MB, %d MB after the first round", end.heap>>20, base.heap>>20)
	}
}

type usage struct {
	heap       uint64
	goroutines int
}

func measure() usage {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{m.HeapAlloc, runtime.NumGoroutine()}
}
