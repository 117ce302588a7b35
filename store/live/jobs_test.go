package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

// slow is a Service of one question at a time, which notes what it is asked and how urgently.
type slow struct {
	*far
	urgent []string
	since  bool // Finished gives only the calls that began between its two moments
	mu     sync.Mutex
}

func (s *slow) States(ctx context.Context, id string, from, to uint64) ([]call.Event, error) {
	if Urgent(ctx) {
		s.mu.Lock()
		s.urgent = append(s.urgent, id)
		s.mu.Unlock()
	}
	return s.far.States(ctx, id, from, to)
}

// Finished implements History: every call that has ended.
func (s *slow) Finished(ctx context.Context, from, to time.Time) ([]string, error) {
	if err := s.begin(ctx, "finished"); err != nil {
		return nil, err
	}
	s.far.mu.Lock()
	defer s.far.mu.Unlock()
	var out []string
	for id, events := range s.calls {
		began := events[0].Meta.Created
		if events[len(events)-1].Snapshot.Stage == call.Ending && (!s.since || !began.Before(from) && began.Before(to)) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out, nil
}

// inSlowBubble runs a store with one worker at a slow service.
func inSlowBubble(t *testing.T, o Options, body func(*Store, *slow)) {
	synctest.Test(t, func(t *testing.T) {
		f := &slow{far: &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}}}
		o.Service = f
		s := New(o)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		body(s, f)
		stop()
		<-done
	})
}

func TestWhatIsOnScreenIsAskedFirst(t *testing.T) {
	inSlowBubble(t, Options{Workers: 1}, func(s *Store, f *slow) {
		f.delay = time.Second
		for _, id := range []string{"a", "b", "over", "c", "d"} {
			all := aCall(id, time.Now())
			f.change(func() { f.calls[id] = all })
			s.Put(all[0])
			s.Put(all[3])
			if id == "over" {
				s.Put(all[6])
			}
		}
		s.Show([]string{"d", "elsewhere"})
		pass(10 * time.Second)
		// The first question may be on its way before the others are known.
		want := []string{"states d 2-3", "states a 2-3", "states b 2-3", "states c 2-3", "states over 2-6"}
		if d := cmp.Diff(want, f.asked); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"d"}, f.urgent); d != "" {
			t.Errorf("urgent: %s", d)
		}
		f.asked = nil
		s.Show(nil)
		for _, id := range []string{"c", "d"} {
			s.Put(f.calls[id][5])
		}
		pass(5 * time.Second)
		if d := cmp.Diff([]string{"states c 5-5", "states d 5-5"}, f.asked); d != "" {
			t.Error(d)
		}
	})
}

// What comes to be missing while a question waits widens it; while it is being asked, it follows it.
func TestQuestionsAboutACallBecomeOne(t *testing.T) {
	js := newJobs(1)
	js.add(&job{kind: wantStates, id: "K", from: 4, to: 6})
	js.add(&job{kind: wantStates, id: "K", from: 2, to: 3})
	js.add(&job{kind: wantStates, id: "K", from: 9})
	if len(js.calls.queue) != 1 {
		t.Fatalf("%d questions wait", len(js.calls.queue))
	}
	j := js.calls.queue[0]
	if j.from != 2 || j.to != 0 {
		t.Errorf("asks for %d..%d", j.from, j.to)
	}
	js.calls.queue, j.asking = nil, true
	js.add(&job{kind: wantStates, id: "K", from: 12, to: 12})
	js.add(&job{kind: wantStates, id: "K", from: 14, to: 14})
	if len(js.calls.queue) != 0 {
		t.Error("a second question at the same time")
	}
	js.close(j)
	if q := js.calls.queue; len(q) != 1 || q[0].from != 12 || q[0].to != 14 {
		t.Errorf("afterwards %d wait", len(q))
	}
	for i := range maxOpen + 10 {
		js.add(&job{kind: wantReport, id: fmt.Sprint(i)})
	}
	if n := len(js.open); n != maxOpen {
		t.Errorf("%d questions wait", n)
	}
}

// Many reports do not keep missing states waiting, nor the other way round.
func TestReportsAndStatesTakeTurns(t *testing.T) {
	inSlowBubble(t, Options{Workers: 2}, func(s *Store, f *slow) {
		f.delay = time.Second
		for i := range 6 {
			id := fmt.Sprint("R", i)
			f.change(func() { f.calls[id], f.ready[id] = aCall(id, time.Now()), time.Now() })
			s.Put(call.Event{Kind: call.KindReport, Meta: call.Meta{ID: id}})
		}
		pass(100 * time.Millisecond)
		for i := range 4 {
			id := fmt.Sprint("S", i)
			f.change(func() { f.calls[id] = aCall(id, time.Now()) })
			s.Put(f.calls[id][0])
			s.Put(f.calls[id][3])
		}
		pass(3500 * time.Millisecond)
		states, reports := 0, 0
		for _, a := range f.asked {
			if a[0] == 's' {
				states++
			} else {
				reports++
			}
		}
		if states < 3 || reports < 3 {
			t.Errorf("asked %q", f.asked)
		}
	})
}

// A call that began and ended unheard is found by the list of finished calls, once, and tells of
// itself as over: nothing pops up for it.
func TestCallNeverHeardOfIsFound(t *testing.T) {
	var effects []string
	inSlowBubble(t, Options{
		Board:    call.Options{MyLines: []string{"L1"}},
		OnEffect: func(e call.Effect) { effects = append(effects, e.String()) },
	}, func(s *Store, f *slow) {
		list(t, s)
		s.SetLink(false)
		f.change(func() { f.calls["K"], f.ready["K"] = aCall("K", time.Now()), time.Now() })
		pass(10 * time.Second)
		s.SetLink(true)
		list(t, s)
		pass(2 * time.Minute)
		c := get(s, "K")
		if c == nil || c.Outcome != call.Answered || len(c.Gaps) != 0 {
			t.Fatalf("%+v", c)
		}
		if d := cmp.Diff([]string{"wanted +12125550110", "ended K", "pop ended +12125550110"}, effects); d != "" {
			t.Error(d)
		}
		f.asks("")
		s.Doubt()
		pass(5 * time.Minute)
		if n := f.asks("report"); n != 0 {
			t.Errorf("its report was asked for %d times more", n)
		}
	})
}

// A look at the finished calls that had to wait, because the service was in trouble when the link went,
// misses none of those that began meanwhile.
func TestLookThatHadToWaitMissesNothing(t *testing.T) {
	inSlowBubble(t, Options{}, func(s *Store, f *slow) {
		f.since = true
		list(t, s)
		f.change(func() { f.fail = gone{errors.New("503")} })
		s.Doubt()
		pass(time.Minute)
		if n := f.asks("finished"); n < 2 {
			t.Fatalf("the finished calls were asked for %d times", n)
		}
		s.SetLink(false)
		pass(10 * time.Minute)
		f.change(func() { f.calls["K"], f.ready["K"] = aCall("K", time.Now()), time.Now() })
		pass(50 * time.Minute)
		f.change(func() { f.fail = nil })
		s.SetLink(true)
		list(t, s)
		pass(2 * time.Minute)
		if c := get(s, "K"); c == nil || c.Live() {
			t.Errorf("the call was not found: %+v", c)
		}
	})
}

// After a loss of the link the calls that are over are settled by their reports, whose requests are
// counted apart; one whose report is not there yet, by its states.
func TestCallsOverAfterALossAreSettledByReports(t *testing.T) {
	inSlowBubble(t, Options{}, func(s *Store, f *slow) {
		for _, id := range []string{"reported", "not yet"} {
			f.change(func() { f.calls[id] = aCall(id, time.Now()) })
			for _, e := range f.calls[id][:4] {
				s.Put(e)
			}
		}
		f.ready["reported"] = time.Now()
		list(t, s)
		want := []string{"spaces", "report not yet", "report reported", "states not yet 5-0"}
		got := slices.Clone(f.asked)
		slices.Sort(got[1:])
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		for id := range f.calls {
			if c := get(s, id); c.Live() || len(c.Gaps) != 0 {
				t.Errorf("%s: %s, gaps %v", id, c.State, c.Gaps)
			}
		}
	})
}
