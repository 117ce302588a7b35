package keeper

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/archive"
)

func TestWhatIsToldTogetherIsOneBatch(t *testing.T) {
	inBubble(t, usual, func(k *Keeper, m *memory, l *log) {
		for i := range 30 {
			k.Event(event("a", uint64(i+1)))
		}
		k.Ended(finished("a", 30))
		k.Report(report("a", "{}"))
		pass(40 * time.Millisecond)
		if n := len(m.all().Events); n != 0 {
			t.Errorf("%d states written before they could gather", n)
		}
		pass(20 * time.Millisecond)
		if len(m.put) != 1 || len(m.put[0].Events) != 30 || len(m.put[0].Calls) != 1 || len(m.put[0].Reports) != 1 {
			t.Fatalf("%d batches, the first %+v", len(m.put), m.put)
		}
		if d := cmp.Diff([]Kept{{Calls: []string{"a"}, Reports: []string{"a"}}}, l.kept); d != "" {
			t.Error(d)
		}
		if s := k.State(); s != (State{}) || len(l.told()) != 0 {
			t.Errorf("%+v, told %v", s, l.told())
		}
	})
}

// However things come and however often the archive fails: every state is written once and in
// order, a call never before its states, and the newest account of it last.
func TestOrderOutlivesFailures(t *testing.T) {
	for seed := range uint64(20) {
		rnd, luck := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
		failed := 0
		inBubble(t, usual, func(k *Keeper, m *memory, _ *log) {
			m.fail = func(archive.Batch) error {
				if luck.IntN(3) == 0 {
					failed++
					return archive.ErrFull
				}
				return nil
			}
			var told []string
			for id := range 40 {
				name := fmt.Sprint(id)
				for seq := range 1 + rnd.IntN(40) {
					k.Event(event(name, uint64(seq+1)))
					told = append(told, fmt.Sprint(name, " ", seq+1))
					if rnd.IntN(10) == 0 {
						k.Ended(finished(name, seq+1))
					}
					if rnd.IntN(8) == 0 {
						time.Sleep(time.Duration(rnd.IntN(80)) * time.Millisecond)
					}
				}
				k.Ended(finished(name, 1000))
				k.Report(report(name, "old"))
				k.Report(report(name, "new"))
			}
			pass(5 * time.Minute)
			var got []string
			seen, ended, reports := map[string]int{}, map[string]int{}, map[string]string{}
			for _, b := range m.put {
				for _, e := range b.Events {
					got = append(got, fmt.Sprint(e.Meta.ID, " ", e.Snapshot.Seq))
					seen[e.Meta.ID]++
				}
				for _, c := range b.Calls {
					if c.NumStates > seen[c.ID] && c.NumStates != 1000 {
						t.Errorf("seed %d: call %s with %d states written after %d of them", seed, c.ID, c.NumStates, seen[c.ID])
					}
					ended[c.ID] = c.NumStates
				}
				for _, r := range b.Reports {
					reports[r.ID] = string(r.Raw)
				}
			}
			if d := cmp.Diff(told, got); d != "" {
				t.Errorf("seed %d (-told +written): %s", seed, d)
			}
			for id, n := range ended {
				if n != 1000 || reports[id] != "new" {
					t.Errorf("seed %d: call %s was last told with %d states, its report %q", seed, id, n, reports[id])
				}
			}
			if len(ended) != 40 || failed == 0 {
				t.Errorf("seed %d: %d calls, %d failures", seed, len(ended), failed)
			}
		})
	}
}

// A full disk: it is said once, tried again at growing distances, events give way first, what is let
// go is counted, and the end is said too.
func TestFullDisk(t *testing.T) {
	inBubble(t, func(m *memory, l *log) Options {
		o := l.options(m)
		o.Waiting = 10
		return o
	}, func(k *Keeper, m *memory, l *log) {
		began := time.Now()
		m.set(func() { m.dead = fmt.Errorf("writing: %w", archive.ErrFull) })
		for i := range 30 {
			k.Event(event("a", uint64(i+1)))
		}
		pass(time.Second)
		if s := k.State(); !errors.Is(s.Err, archive.ErrFull) || s.Lost != 0 || s.Since.Sub(began) > time.Second {
			t.Errorf("%+v", s)
		}
		for i := range 14 {
			k.Ended(finished(fmt.Sprint(i), 1))
		}
		pass(time.Minute)
		if s := k.State(); s.Lost != 4 {
			t.Errorf("%+v", s)
		}
		for i := 2; i < len(m.tries); i++ {
			if before, gap := m.tries[i-1].Sub(m.tries[i-2]), m.tries[i].Sub(m.tries[i-1]); gap < before || gap > mostPause+time.Second {
				t.Errorf("tried after %v, then after %v", before, gap)
			}
		}
		if n := len(m.tries); n < 6 || n > 14 {
			t.Errorf("tried %d times in a minute", n)
		}
		m.set(func() { m.dead = nil })
		pass(mostPause + time.Second)
		if b := m.all(); len(b.Events) != 0 || len(b.Calls) != 10 || b.Calls[0].ID != "0" {
			t.Errorf("%d states and %d calls were kept", len(b.Events), len(b.Calls))
		}
		told := l.told()
		last := told[len(told)-1]
		if last.Err != nil || last.Lost != 4 || !last.Since.Equal(told[0].Since) || len(told) != 3 {
			t.Errorf("told %+v", told)
		}
		k.Ended(finished("later", 1))
		pass(time.Second)
		if n := len(l.told()); n != len(told) {
			t.Errorf("told %d times more, of nothing new", n-len(told))
		}
		m.set(func() { m.dead = archive.ErrReadOnly })
		k.Ended(finished("again", 1))
		pass(time.Second)
		if s := k.State(); !errors.Is(s.Err, archive.ErrReadOnly) || s.Lost != 0 || !s.Since.After(last.Since) {
			t.Errorf("another trouble: %+v", s)
		}
	})
}

// An archive that is slow holds nobody up, and what waits stays within its bound.
func TestSlowArchiveHoldsNobodyUp(t *testing.T) {
	inBubble(t, func(m *memory, l *log) Options {
		o := l.options(m)
		o.Waiting = 100
		return o
	}, func(k *Keeper, m *memory, l *log) {
		m.slow = 20 * time.Second
		began := time.Now()
		for i := range 1000 {
			k.Event(event("a", uint64(i+1)))
			k.Ended(finished(fmt.Sprint(i), 1))
			synctest.Wait()
			k.mu.Lock()
			n := k.waiting.count() + k.waiting.flying
			k.mu.Unlock()
			if n > 100 {
				t.Fatalf("%d wait", n)
			}
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("telling took %v", took)
		}
		m.set(func() { m.slow = 0 })
		pass(time.Minute)
		lost := 1000 - len(m.all().Calls)
		if s := k.State(); s.Err != nil || s.Lost != lost || lost == 0 {
			t.Errorf("%d calls were lost, %+v", lost, s)
		}
		if told := l.told(); len(told) == 0 || told[len(told)-1].Lost != lost {
			t.Errorf("told %+v", told)
		}
	})
}

// One thing that the archive does not take, for whatever reason, keeps nothing else out.
func TestOneBadThingIsFound(t *testing.T) {
	inBubble(t, usual, func(k *Keeper, m *memory, l *log) {
		refused := 0
		m.fail = func(b archive.Batch) error {
			for _, c := range b.Calls {
				if c.ID == "bad" {
					refused++
					return errors.New("constraint failed")
				}
			}
			return nil
		}
		for i := range 500 {
			k.Event(event("a", uint64(i+1)))
			if i == 300 {
				k.Ended(finished("bad", 1))
			}
		}
		k.Ended(finished("a", 500))
		pass(10 * time.Second)
		if b := m.all(); len(b.Events) != 500 || len(b.Calls) != 1 {
			t.Errorf("%d states and %d calls were kept", len(b.Events), len(b.Calls))
		}
		if s := k.State(); s.Lost != 1 || s.Err != nil || refused < mostStrikes || len(l.told()) == 0 {
			t.Errorf("%+v, refused %d times", s, refused)
		}
	})
}

// An archive that is busy now and then, and well a moment later, costs nothing.
func TestBusyArchiveLosesNothing(t *testing.T) {
	inBubble(t, usual, func(k *Keeper, m *memory, _ *log) {
		tries := 0
		m.fail = func(archive.Batch) error {
			if tries++; tries%3 != 0 {
				return errors.New("database is locked")
			}
			return nil
		}
		for i := range 50 {
			k.Ended(finished(fmt.Sprint(i), 1))
			pass(30 * time.Millisecond)
		}
		pass(time.Minute)
		if s := k.State(); s.Lost != 0 || len(m.all().Calls) != 50 {
			t.Errorf("%d calls were kept, %+v", len(m.all().Calls), s)
		}
	})
}

func TestEndWritesWhatWaits(t *testing.T) {
	m := &memory{}
	inBubble(t, func(mm *memory, l *log) Options {
		o := l.options(m)
		o.Every = time.Hour
		return o
	}, func(k *Keeper, _ *memory, _ *log) {
		for i := range 5000 {
			k.Event(event("a", uint64(i+1)))
		}
		k.Ended(finished("a", 5000))
		synctest.Wait()
	})
	if b := m.all(); len(b.Events) != 5000 || len(b.Calls) != 1 {
		t.Errorf("%d states and %d calls were kept", len(b.Events), len(b.Calls))
	}
}

// A disk that hangs, or is full, does not hold the end up: inBubble looks at the time.
func TestEndDoesNotWaitForADisk(t *testing.T) {
	inBubble(t, usual, func(k *Keeper, m *memory, _ *log) {
		m.slow = time.Hour
		k.Event(event("a", 1))
		pass(time.Second)
		k.Event(event("a", 2))
	})
	inBubble(t, usual, func(k *Keeper, m *memory, _ *log) {
		m.dead = archive.ErrFull
		k.Event(event("a", 1))
		pass(time.Minute)
	})
	synctest.Test(t, func(t *testing.T) { // one that never began
		k := New(Options{Archive: &memory{}})
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := k.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// The text of reports is what is large: it has a bound of its own.
func TestTextOfReportsIsBounded(t *testing.T) {
	w := newWaiting(1000)
	big := string(make([]byte, mostRaw/4))
	for i := range 8 {
		if got, want := w.add(thing{report: report(fmt.Sprint(i), big)}), i < 4; got != want {
			t.Errorf("report %d taken: %v", i, got)
		}
	}
	if !w.add(thing{report: report("0", "smaller now")}) || !w.add(thing{call: finished("0", 1)}) {
		t.Error("what replaces another, and what has no text, has room")
	}
	taken := w.take(3)
	if w.add(thing{report: report("1", "newer")}); w.raw != len("newer")+len("smaller now") {
		t.Errorf("%d bytes wait", w.raw)
	}
	w.back(taken)
	got := map[string]int{}
	for _, x := range w.take(100) {
		if x.report != nil {
			got[x.report.ID] = len(x.report.Raw)
		}
	}
	if d := cmp.Diff(map[string]int{"0": 11, "1": 5, "2": mostRaw / 4, "3": mostRaw / 4}, got); d != "" || w.raw != 0 {
		t.Errorf("%s%d bytes left", d, w.raw)
	}
	if w.add(thing{report: nil, call: finished("x", 1)}); w.count() != 1 || len(w.byKey) != 1 {
		t.Errorf("%d wait", w.count())
	}
}

func TestReportWithoutACallIsNoReport(t *testing.T) {
	inBubble(t, usual, func(k *Keeper, m *memory, _ *log) {
		r := report("a", "")
		r.Call = nil
		k.Report(r)
		k.Report(nil)
		k.Ended(nil)
		pass(time.Second)
		if len(m.tries) != 0 {
			t.Errorf("%d batches", len(m.tries))
		}
	})
}

// Telling costs nearly nothing: the fold waits for it.
func BenchmarkEvent(b *testing.B) {
	k := New(Options{Archive: &memory{}})
	e := event("a", 1)
	b.ReportAllocs()
	for b.Loop() {
		k.Event(e)
	}
}
