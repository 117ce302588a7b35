package connect

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"context"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/archive"
	"ringside/store/archive/backfill"
	"ringside/store/archive/keeper"
	"ringside/store/call"
)

// keeps is a session with a past, at a bench.
type keeps struct {
	*bench
	past *Past

	mu       sync.Mutex
	states   []keeper.State
	progress []backfill.Progress
}

// keep connects a bench with an archive.
func (b *bench) keep(a archive.Archive, o PastOptions) *keeps {
	k := &keeps{bench: b}
	o.Archive = a
	o.OnState = func(s keeper.State) { k.mu.Lock(); k.states = append(k.states, s); k.mu.Unlock() }
	o.OnProgress = func(p backfill.Progress) { k.mu.Lock(); k.progress = append(k.progress, p); k.mu.Unlock() }
	l := b.far.Link(nil)
	k.past = NewPast(l, o)
	s := New(l, k.past.Hooks(b.hooks()), call.Options{})
	b.run(s, func(ctx context.Context) error { return k.past.Run(ctx, s.Run) })
	return k
}

// told gives what was told of the archive so far.
func (k *keeps) told() ([]keeper.State, []backfill.Progress) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.states, k.progress
}

// goesOn wants the board to be right all the time for a while.
func (k *keeps) goesOn(while time.Duration) {
	k.t.Helper()
	if r := k.recover(while, func() bool { return true }); r.stretch > 0 {
		k.t.Errorf("the board was wrong for %v: %s", r.stretch, r.why)
	}
}

// What ended before the program started is fetched, newest first, what ends while it runs is kept,
// and so is what ends in an outage; what was told before the end of the program is kept too.
func TestPastIsWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 17}})
		defer b.far.Close()
		kept := openKept(t)
		time.Sleep(long(time.Hour))
		k := b.keep(kept, PastOptions{Back: time.Hour}) // the world began yesterday
		time.Sleep(3 * time.Minute)
		compareKept(t, b.far, kept, least(200))
		if _, p := k.told(); len(p) == 0 || !p[len(p)-1].Ended || p[len(p)-1].Failed > 0 {
			t.Errorf("progress %+v", p)
		}
		for range 2 {
			b.far.net.Cut()
			time.Sleep(8 * time.Minute)
			b.far.net.Restore()
			time.Sleep(3 * time.Minute)
			compareKept(t, b.far, kept, least(200))
		}
		if b.far.net.Refused() == 0 {
			t.Error("there was no outage")
		}
		b.stop()
		for id := range b.ended {
			if _, err := kept.Get(t.Context(), id); err != nil {
				t.Errorf("call %s, told before the end: %v", id, err)
			}
		}
		if states, _ := k.told(); len(states) > 0 {
			t.Errorf("told %+v of an archive that is well", states)
		}
	})
}

// After every trouble there is, one after the other, nothing is missing in the archive, and nothing in
// it is wrong.
func TestPastIsWholeAfterAllTroubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 23}, TokenLife: tokenLife, ChannelLife: 8 * time.Minute, RefreshNotice: 4 * time.Minute})
		defer b.far.Close()
		kept := openKept(t)
		b.keep(kept, PastOptions{Back: time.Hour})
		time.Sleep(10 * time.Second)
		for _, tr := range troubles() {
			if tr.on(b, 2*time.Minute) == 0 {
				t.Errorf("%s never struck", tr.name)
			}
			time.Sleep(30 * time.Second)
		}
		time.Sleep(3 * time.Minute) // the last reports come, and are looked for
		compareKept(t, b.far, kept, 150)
		b.stop()
	})
}

// disk is a place that can be filled up and freed.
type disk struct {
	archive    archive.Archive
	fill, free func()
	struck     func() int // writes that failed for want of room
}

// A full disk: the desk goes on live and says so; when there is room again, what was let go is fetched.
func fillsUp(t *testing.T, prepare func(*testing.T) disk) {
	synctest.Test(t, func(t *testing.T) {
		d := prepare(t)
		b := farBench(t, sim.Config{World: world.Config{Seed: 18}})
		defer b.far.Close()
		k := b.keep(d.archive, PastOptions{Back: time.Hour, Waiting: 60})
		time.Sleep(5 * time.Minute)
		if st := k.past.State(); st != (keeper.State{}) {
			t.Errorf("%+v", st)
		}
		d.fill()
		time.Sleep(20 * time.Minute)
		k.goesOn(2 * time.Minute)
		st := k.past.State()
		if !errors.Is(st.Err, archive.ErrFull) || st.Lost == 0 || d.struck() == 0 {
			t.Errorf("with a full disk: %+v, %d writes failed", st, d.struck())
		}
		if states, _ := k.told(); len(states) == 0 || !errors.Is(states[0].Err, archive.ErrFull) {
			t.Errorf("told %+v", states)
		}
		d.free()
		time.Sleep(3 * time.Minute)
		if st := k.past.State(); st.Err != nil {
			t.Errorf("with room again: %+v", st)
		}
		compareKept(t, b.far, d.archive, 80)
		t.Logf("%d calls and reports were let go and fetched again", st.Lost)
		b.stop()
	})
}

// crowded is an archive on a disk that is full when the test says so.
type crowded struct {
	archive.Archive
	mu   sync.Mutex
	full bool
	hit  int
}

func (c *crowded) Put(ctx context.Context, b archive.Batch) error {
	c.mu.Lock()
	full := c.full
	if full {
		c.hit++
	}
	c.mu.Unlock()
	if full {
		return archive.ErrFull
	}
	return c.Archive.Put(ctx, b)
}

func (c *crowded) set(full bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.full = full
}

func TestDiskFillsUp(t *testing.T) {
	fillsUp(t, func(t *testing.T) disk {
		c := &crowded{Archive: openKept(t)}
		return disk{c, func() { c.set(true) }, func() { c.set(false) }, func() int { c.mu.Lock(); defer c.mu.Unlock(); return c.hit }}
	})
}

// A login that may not read finished calls: the desk goes on live, it is said why there is no past and
// what to do, and once the right is given the past comes by itself.
func TestRefusedPastIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := farBench(t, sim.Config{World: world.Config{Seed: 21}})
		defer b.far.Close()
		kept := openKept(t)
		struck := b.add(sim.Fault{Kind: sim.Answer, Status: 403, Path: "/call-events-report/v1/report"})
		time.Sleep(10 * time.Minute)
		k := b.keep(kept, PastOptions{Back: time.Hour})
		time.Sleep(10 * time.Minute)
		k.goesOn(time.Minute)
		_, progress := k.told()
		last := progress[len(progress)-1]
		if !last.Ended || last.Err == nil || gotoapi.Hint(last.Err) == "" || last.Failed > 0 {
			t.Errorf("%+v, hint %q", last, gotoapi.Hint(last.Err))
		}
		if n := struck("refusals"); n > 200 {
			t.Errorf("asked %d times", n)
		}
		time.Sleep(17 * time.Minute)
		compareKept(t, b.far, kept, 80)
		b.stop()
	})
}

func TestOutagesAreToldWhenTheyAreOver(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	o := outages{now: func() time.Time { return now }}
	began := now
	for i, step := range []struct {
		after time.Duration
		up    bool
		over  bool
		since time.Duration
	}{
		{0, false, false, 0}, {time.Hour, true, false, 0}, // before the first link there was nothing to miss
		{time.Minute, false, false, 0}, {time.Second, true, false, 0}, // a moment
		{time.Minute, false, false, 0}, {5 * time.Minute, false, false, 0}, {5 * time.Minute, true, true, time.Hour + 2*time.Minute + time.Second},
		{time.Minute, true, false, 0},
	} {
		now = now.Add(step.after)
		since, over := o.follow(step.up)
		if over != step.over || over && since.Sub(began) != step.since {
			t.Errorf("step %d: %v since %v", i, over, since)
		}
	}
}
