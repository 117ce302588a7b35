package backfill

import (
	"errors"
	"testing"
	"time"

	"ringside/store/archive"
)

// A service that refuses is told of and left alone; when it does not any more, all comes by itself.
func TestServiceThatRefuses(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 20)
		r.svc.fail = errRefused
		r.begin()
		pass(time.Hour)
		p := r.last()
		if !p.Ended || !errors.Is(p.Err, errRefused) || p.Failed != 0 {
			t.Errorf("%+v", p)
		}
		if n := len(r.svc.times); n < 4 || n > 6 {
			t.Errorf("asked %d times in an hour", n)
		}
		r.svc.change(func() { r.svc.fail = nil })
		r.ends(refusedPause + time.Minute)
		if r.mem.count() != 20 {
			t.Errorf("%d reports", r.mem.count())
		}
	})
}

// One that lists calls and refuses their reports is one that refuses: no report is given up.
func TestServiceThatRefusesReports(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 20)
		for id := range r.svc.created {
			r.svc.fails[id] = errRefused
		}
		r.begin()
		pass(3 * time.Hour)
		if p := r.last(); !p.Ended || !errors.Is(p.Err, errRefused) || p.Failed != 0 || len(r.mem.marks) != 0 {
			t.Errorf("%+v, marks %v", p, r.mem.marks)
		}
		if n := len(r.svc.asked); n > 100 {
			t.Errorf("%d reports asked for in three hours", n)
		}
		r.svc.change(func() { clear(r.svc.fails) })
		r.Again(time.Now()) // somebody has logged in again
		r.ends(time.Minute)
		if r.mem.count() != 20 {
			t.Errorf("%d reports", r.mem.count())
		}
	})
}

// A service that is down for an hour is asked at growing distances, and nothing is given up.
func TestServiceThatIsDown(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 300)
		r.begin()
		pass(20 * time.Second)
		had, before := r.mem.count(), len(r.svc.times)
		r.svc.change(func() { r.svc.fail = errDown })
		pass(time.Hour)
		if n := len(r.svc.times) - before; n < 60 || n > 300 {
			t.Errorf("asked %d times in an hour", n)
		}
		if p := r.last(); !errors.Is(p.Err, errDown) || p.Ended || p.Failed != 0 || had == 0 {
			t.Errorf("%+v", p)
		}
		r.svc.change(func() { r.svc.fail = nil })
		r.ends(3 * time.Minute)
		if p := r.last(); r.mem.count() != 300 || p.Failed != 0 || p.Err != nil {
			t.Errorf("%d reports, %+v", r.mem.count(), p)
		}
	})
}

// Reports that come to exist later are fetched later; what never does, or is broken by itself, is
// given up and the day is done.
func TestReportsThatCannotBeHad(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 60)
		r.svc.ready["a0059"] = time.Now().Add(30 * time.Second)
		r.svc.ready["a0003"] = time.Now().Add(2 * time.Minute)
		r.svc.ready["a0040"] = time.Now().Add(day)
		r.svc.fails["a0030"] = errDown
		r.svc.fails["a0020"] = errors.New("not JSON")
		r.svc.fails["a0010"] = errRefused
		r.begin()
		r.ends(15 * time.Minute)
		p := r.last()
		if r.mem.count() != 56 || p.Failed != 4 || p.Done != 60 || p.Reports != 60 || len(r.mem.marks) != 1 {
			t.Errorf("%d reports, %+v, marks %v", r.mem.count(), p, r.mem.marks)
		}
		n := r.svc.counts()
		if n["a0020"] != 1 || n["a0040"] != mostNotReady || n["a0030"] != mostTries || n["a0010"] != mostTries {
			t.Errorf("asked for %d, %d, %d and %d times", n["a0020"], n["a0040"], n["a0030"], n["a0010"])
		}
	})
}

// The last report there is may be broken by itself, too: the service then answers other questions.
func TestOnlyReportIsBroken(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 1)
		r.svc.fails["a0000"] = errDown
		r.begin()
		r.ends(5 * time.Minute)
		if p := r.last(); p.Failed != 1 || len(r.mem.marks) != 1 {
			t.Errorf("%+v", p)
		}
	})
}

// What does not come to be in the archive is waited for, then fetched again; at once when somebody
// knows that it was lost.
func TestArchiveThatLoses(t *testing.T) {
	for name, again := range map[string]bool{"told": true, "not told": false} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(r *rig) {
				r.svc.calls("a", midnight(), 100)
				r.mem.loses = true
				r.begin()
				pass(2 * time.Minute)
				if p := r.last(); !errors.Is(p.Err, ErrNotKept) || len(r.svc.asked) > together || len(r.mem.marks) != 0 {
					t.Errorf("%+v, %d asked for", p, len(r.svc.asked))
				}
				r.mem.change(func() { r.mem.loses = false })
				within := keptWithin + time.Minute
				if again {
					r.Again(time.Now().Add(-2 * time.Minute))
					within = time.Minute
				}
				r.ends(within)
				if p := r.last(); r.mem.count() != 100 || p.Err != nil {
					t.Errorf("%d reports, %+v", r.mem.count(), p)
				}
			})
		})
	}
}

// An archive that cannot be read or marked is waited for.
func TestArchiveInTrouble(t *testing.T) {
	inBubble(t, func(r *rig) {
		r.svc.calls("a", midnight(), 10)
		r.mem.fail = archive.ErrDamaged
		r.begin()
		pass(10 * time.Minute)
		if p := r.last(); !errors.Is(p.Err, archive.ErrDamaged) || len(r.svc.times) != 0 {
			t.Errorf("%+v, %d requests", p, len(r.svc.times))
		}
		r.mem.change(func() { r.mem.fail = nil })
		pass(mostPause + time.Second)
		r.mem.change(func() { r.mem.fail = archive.ErrFull })
		pass(10 * time.Minute)
		r.mem.change(func() { r.mem.fail = nil })
		r.ends(10 * time.Minute)
		if r.mem.count() != 10 || len(r.mem.marks) != 1 {
			t.Errorf("%d reports, marks %v", r.mem.count(), r.mem.marks)
		}
	})
}
