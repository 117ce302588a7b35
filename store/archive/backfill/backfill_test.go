package backfill

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const day = 24 * time.Hour

// midnight is that of today, in a bubble.
func midnight() time.Time { return time.Now().UTC().Truncate(day) }

func TestTodayFirstThenDayByDay(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.opt.Back = 3 * day
		for i, name := range []string{"today ", "yesterday ", "before ", "last ", "too old "} {
			r.svc.calls(name, midnight().Add(-time.Duration(i)*day), 20)
		}
		r.begin()
		r.ends(time.Minute)
		var order []string
		for _, id := range r.svc.asked {
			if name := id[:len(id)-4]; len(order) == 0 || order[len(order)-1] != name {
				order = append(order, name)
			}
		}
		if d := cmp.Diff([]string{"today ", "yesterday ", "before ", "last "}, order); d != "" {
			t.Error(d)
		}
		if r.svc.asked[0] != "today 0019" {
			t.Errorf("the newest call is not the first: %s", r.svc.asked[0])
		}
		if r.mem.count() != 80 || r.mem.twice != 0 || r.svc.most > 2 {
			t.Errorf("%d reports, %d twice, %d asked for at once", r.mem.count(), r.mem.twice, r.svc.most)
		}
		if p := r.last(); p.Days != 4 || p.DayNo != 4 || p.Failed != 0 {
			t.Errorf("%+v", p)
		}
	})
}

// A second start asks for no report again, lists no day again that is settled, and of today only what
// may have ended since.
func TestItGoesOnWhereItStopped(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.opt.Back = 2 * day
		for i := range 3 {
			r.svc.calls(fmt.Sprint("d", i, " "), midnight().Add(-time.Duration(i)*day), 10)
		}
		r.begin()
		r.ends(time.Minute)
		asked, lists := len(r.svc.asked), len(r.svc.lists)
		pass(2 * time.Hour)
		r.svc.change(func() { r.svc.calls("new ", time.Now().Add(-time.Hour), 5) })
		r.begin()
		r.ends(time.Minute)
		if got := r.svc.asked[asked:]; len(got) != 5 || !strings.HasPrefix(got[0], "new ") {
			t.Errorf("asked for %q", got)
		}
		// It was 15:00: yesterday was over for 15 hours then, which is enough.
		if got := r.svc.lists[lists:]; len(got) != 1 || !got[0][0].Truncate(time.Minute).Equal(midnight().Add(3*time.Hour)) {
			t.Errorf("listed %v", got)
		}

		pass(day)
		lists = len(r.svc.lists)
		r.begin()
		r.ends(time.Minute)
		// Yesterday was looked at last at 17:00, when it was not over.
		if got := r.svc.lists[lists:]; len(got) != 2 || !got[1][0].Truncate(time.Minute).Equal(midnight().Add(-day+5*time.Hour)) || !got[1][1].Equal(midnight()) {
			t.Errorf("listed %v", got)
		}
		if c := r.svc.counts(); len(c) != 35 || r.mem.twice != 0 {
			t.Errorf("%d reports asked for, %d kept twice", len(c), r.mem.twice)
		}
	})
}

// Killed anywhere, it goes on: nothing is left out, and at most what was on its way is asked for again.
func TestInterruptedAnywhere(t *testing.T) {
	for _, after := range []time.Duration{50 * time.Millisecond, 3 * time.Second, 9 * time.Second, 14 * time.Second, 31 * time.Second} {
		inBubble(t, func(r *rig) {
			r.opt.Back = day
			r.svc.calls("a", midnight(), 100)
			r.svc.calls("b", midnight().Add(-day), 100)
			r.begin()
			pass(after)
			before := r.mem.count()
			r.begin()
			r.ends(time.Minute)
			repeated := 0
			for _, n := range r.svc.counts() {
				repeated += n - 1
			}
			if r.mem.count() != 200 || repeated > 2 {
				t.Errorf("interrupted after %v with %d reports: in the end %d, %d asked for again", after, before, r.mem.count(), repeated)
			}
		})
	}
}

// A day of 5,000 calls, at its pace: no second has more than five requests and the list.
func TestABusyDay(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 5000)
		began := time.Now()
		r.begin()
		r.ends(time.Hour)
		took := time.Since(began)
		if r.mem.count() != 5000 || took < 990*time.Second || took > 1100*time.Second {
			t.Errorf("%d reports in %v", r.mem.count(), took)
		}
		times, first := r.svc.times, 0
		for i, at := range times {
			for at.Sub(times[first]) >= time.Second {
				first++
			}
			if n := i - first + 1; n > 7 {
				t.Fatalf("%d requests within a second", n)
			}
		}
		done := 0
		for _, p := range r.told {
			if p.Done < done || p.Done > p.Reports || p.Err != nil {
				t.Fatalf("told %+v after %d", p, done)
			}
			done = p.Done
		}
		if done != 5000 || len(r.told) > 5100 {
			t.Errorf("told %d times, last that %d are done", len(r.told), done)
		}
	})
}

// What comes into the archive another way meanwhile, revised perhaps, is not asked for.
func TestWhatOthersBringIsNotAskedFor(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 200)
		r.begin()
		pass(5 * time.Second)
		r.mem.change(func() {
			for id := range r.svc.created {
				r.mem.has[id] = true
			}
		})
		r.ends(time.Minute)
		if n := len(r.svc.asked); n > together {
			t.Errorf("%d reports asked for", n)
		}
		if p := r.told[len(r.told)-2]; p.Done != p.Reports {
			t.Errorf("%+v", p)
		}
	})
}

func TestAgainGoesFirst(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.opt.Back = 30 * day
		for i := range 31 {
			r.svc.calls(fmt.Sprint("d", i, " "), midnight().Add(-time.Duration(i)*day), 100)
		}
		r.begin()
		pass(time.Minute)
		r.svc.change(func() {
			r.svc.calls("outage ", time.Now().Add(-10*time.Minute), 5)
			r.svc.calls("long ", time.Now().Add(-11*time.Hour), 1) // began long before and ended in it
		})
		before := len(r.svc.since(0))
		r.Again(time.Now().Add(-10 * time.Minute))
		r.Again(time.Now().Add(-5 * time.Minute))
		pass(15 * time.Second)
		got := map[string]bool{}
		for _, id := range r.svc.since(before) {
			got[strings.Fields(id)[0]] = true
		}
		if !got["outage"] || !got["long"] {
			t.Errorf("asked for %v", got)
		}
		r.ends(time.Hour)
		if p := r.last(); r.mem.count() != 3106 || p.Days != 32 || r.mem.twice != 0 {
			t.Errorf("%d reports, %+v", r.mem.count(), p)
		}
		// When nothing is left, Again begins anew; a moment in the future is now.
		asked := len(r.svc.since(0))
		r.svc.change(func() { r.svc.calls("more ", time.Now(), 1) })
		r.Again(time.Now().Add(time.Hour))
		pass(10 * time.Second)
		if got := r.svc.since(asked); len(got) != 1 || got[0] != "more 0000" {
			t.Errorf("asked for %q", got)
		}
		if p := r.last(); !p.Ended || p.Days != 1 || p.Reports != 1 {
			t.Errorf("%+v", p)
		}
	})
}

// A mark that makes no sense is no mark.
func TestBrokenMark(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 3)
		r.mem.marks["backfill/42/"+midnight().Format(time.DateOnly)] = "yes"
		r.begin()
		r.ends(time.Minute)
		if r.mem.count() != 3 {
			t.Errorf("%d reports", r.mem.count())
		}
	})
}

// Days are those of the account's zone, also when the clock is changed in them.
func TestDaysOfTheZone(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip("no zones on this machine:", err)
	}
	now := time.Date(2026, 11, 2, 1, 30, 0, 0, zone)
	b := New(Options{Back: 36 * time.Hour, Now: func() time.Time { return now }})
	var got []string
	for _, s := range b.days() {
		got = append(got, fmt.Sprint(s.day.Format(time.DateOnly), " ", s.from.UTC().Format("2 15:04"), " ", s.to.Sub(s.from)))
	}
	if d := cmp.Diff([]string{"2026-11-02 2 05:00 24h0m0s", "2026-11-01 1 04:00 25h0m0s", "2026-10-31 31 04:00 24h0m0s"}, got); d != "" {
		t.Error(d)
	}
	if !slices.Equal(without([]string{"a", "b", "c"}, []string{"b"}), []string{"a", "c"}) {
		t.Error("without")
	}
}
