package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ringside/store/call"
)

// far is a Service that knows some calls whole.
type far struct {
	mu      sync.Mutex
	calls   map[string][]call.Event
	hidden  map[string]bool // not known any more
	ready   map[string]time.Time
	fail    error
	delay   time.Duration
	asked   []string
	open    int
	most    int
	reports int
}

func (f *far) begin(ctx context.Context, what string) error {
	f.mu.Lock()
	f.asked = append(f.asked, what)
	f.open++
	f.most = max(f.most, f.open)
	f.mu.Unlock()
	defer func() { f.mu.Lock(); f.open--; f.mu.Unlock() }()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(f.delay):
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail
}

// change alters the far end while it is in use.
func (f *far) change(how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how()
}

func (f *far) Spaces(ctx context.Context) ([]call.Event, error) {
	if err := f.begin(ctx, "spaces"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []call.Event
	for id, events := range f.calls {
		if last := events[len(events)-1]; !f.hidden[id] && last.Snapshot.Stage != call.Ending {
			out = append(out, last)
		}
	}
	return out, nil
}

func (f *far) States(ctx context.Context, id string, from, to uint64) ([]call.Event, error) {
	if err := f.begin(ctx, fmt.Sprintf("states %s %d-%d", id, from, to)); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.hidden[id] || f.calls[id] == nil {
		return nil, ErrUnknown
	}
	var out []call.Event
	for _, e := range f.calls[id] {
		if q := e.Snapshot.Seq; q >= from && (to == 0 || q <= to) {
			out = append(out, e)
		}
	}
	return out, nil
}

func (f *far) Report(ctx context.Context, id string) (*call.Report, error) {
	if err := f.begin(ctx, "report "+id); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if at, ok := f.ready[id]; !ok || time.Now().Before(at) {
		return nil, ErrNotReady
	}
	f.reports++
	r := &call.Report{ID: id}
	r.Events = append(r.Events, f.calls[id]...)
	return r, nil
}

// aCall gives the states of a call from outside that a person answers.
func aCall(id string, at time.Time) []call.Event {
	c := call.Participant{ID: "c", Originator: "c", Kind: call.NumberLeg, Outside: call.Party{Number: "+12125550110"}}
	a := call.Participant{ID: "a", Originator: "c", Kind: call.LineLeg, Extension: "1001", LineID: "L1"}
	legs := func(cs, as call.Status) []call.SnapLeg {
		out := []call.SnapLeg{{Participant: c, Status: cs}}
		if as != call.StatusGone {
			out = append(out, call.SnapLeg{Participant: a, Status: as})
		}
		return out
	}
	states := [][]call.SnapLeg{
		legs(call.StatusRinging, call.StatusGone),
		legs(call.StatusRinging, call.StatusRinging),
		legs(call.StatusConnected, call.StatusRinging),
		legs(call.StatusConnected, call.StatusConnected),
		legs(call.StatusConnected, call.StatusDisconnecting),
		legs(call.StatusDisconnecting, call.StatusGone),
		nil,
	}
	var out []call.Event
	for i, l := range states {
		stage := call.Active
		if i == len(states)-1 {
			stage = call.Ending
		}
		out = append(out, call.Event{
			Kind: call.KindState, Meta: call.Meta{ID: id, Inbound: true, Created: at},
			Snapshot: call.Snapshot{Seq: uint64(i + 1), Stage: stage, At: at.Add(time.Duration(i) * time.Second), Legs: l},
		})
	}
	return out
}

// inBubble runs a store on a fake clock.
func inBubble(t *testing.T, f *far, o Options, body func(*Store)) {
	synctest.Test(t, func(t *testing.T) {
		if f != nil {
			o.Service = f
		}
		s := New(o)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		body(s)
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
	})
}

// pass lets fake time go by and everything come to rest.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func get(s *Store, id string) (c *call.Call) {
	s.Do(func(b *call.Board) { c = b.Get(id) })
	return c
}

func TestMissingStatesAreFetched(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, delay: 50 * time.Millisecond}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		f.calls["K"] = all
		s.Put(all[0])
		s.Put(all[3])
		pass(2 * time.Second)
		if c := get(s, "K"); len(c.Gaps) != 0 || c.NumStates != 7 && c.NumStates != 4 {
			t.Errorf("gaps %v, %d states", c.Gaps, c.NumStates)
		}
		if len(f.asked) != 1 || f.asked[0] != "states K 2-3" {
			t.Errorf("asked %q", f.asked)
		}
	})
}

func TestColdStartShowsCallsAlreadyUp(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	inBubble(t, f, Options{}, func(s *Store) {
		for i := range 20 {
			id := fmt.Sprint("K", i)
			f.calls[id] = aCall(id, time.Now().Add(-time.Minute))[:4]
		}
		f.calls["over"] = aCall("over", time.Now().Add(-time.Minute))
		if err := s.Reconcile(context.Background()); err != nil {
			t.Fatal(err)
		}
		if v := s.View(); v.Counts.Up != 20 || v.Counts.Talking != 20 || v.Health.Late != 20 {
			t.Errorf("after the list: %+v %+v", v.Counts, v.Health)
		}
		pass(3 * time.Second)
		if v := s.View(); v.Health.Late != 0 || v.Health.Gaps != 0 {
			t.Errorf("after the refills: %+v", v.Health)
		}
		if f.most > 4 {
			t.Errorf("%d questions open at once", f.most)
		}
	})
}

func TestReconnectEndsWhatEndedMeanwhile(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, hidden: map[string]bool{}}
	inBubble(t, f, Options{}, func(s *Store) {
		for _, id := range []string{"ended", "gone", "up"} {
			all := aCall(id, time.Now())
			f.calls[id] = all
			for _, e := range all[:4] {
				s.Put(e)
			}
		}
		f.calls["up"] = f.calls["up"][:4]
		f.hidden["gone"] = true
		if err := s.Reconcile(context.Background()); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if c := get(s, "ended"); c.Live() || len(c.Gaps) != 0 {
			t.Errorf("ended: %s, gaps %v", c.State, c.Gaps)
		}
		if c := get(s, "gone"); c.Live() || len(c.Gaps) == 0 {
			t.Errorf("gone: %s, gaps %v", c.State, c.Gaps)
		}
		if c := get(s, "up"); !c.Live() {
			t.Errorf("up: %s", c.State)
		}
	})
}

func TestReportIsFetchedWhenReadyAndHeals(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}}
	var report atomic.Pointer[call.Report]
	inBubble(t, f, Options{OnReport: func(_ string, r *call.Report, err error) {
		if err != nil {
			t.Error(err)
		}
		report.Store(r)
	}}, func(s *Store) {
		all := aCall("K", time.Now())
		f.calls["K"] = all
		f.ready["K"] = time.Now().Add(5 * time.Second)
		for _, e := range all[:4] {
			s.Put(e)
		}
		s.Put(call.Event{Kind: call.KindReport, Meta: call.Meta{ID: "K"}}) // the end itself is lost
		pass(2 * time.Second)
		if report.Load() != nil {
			t.Fatal("a report before it was ready")
		}
		pass(8 * time.Second)
		if got := report.Load(); got == nil || got.Call == nil || got.Call.Outcome != call.Answered {
			t.Fatalf("report %+v", got)
		}
		if c := get(s, "K"); c.Live() || len(c.Gaps) != 0 {
			t.Errorf("not healed: %s, gaps %v", c.State, c.Gaps)
		}
		asked := len(f.asked)
		s.FetchReport("K") // at hand
		pass(time.Second)
		if len(f.asked) != asked {
			t.Error("asked again for a report at hand")
		}
	})
}

func TestReportThatNeverComesIsGivenUp(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}}
	var last error
	inBubble(t, f, Options{OnReport: func(_ string, _ *call.Report, err error) { last = err }}, func(s *Store) {
		s.FetchReport("K")
		pass(10 * time.Minute)
		if !errors.Is(last, ErrNotReady) || len(f.asked) != maxReportTries {
			t.Errorf("error %v after %d tries", last, len(f.asked))
		}
	})
}

func TestDeadNetworkIsNotHammered(t *testing.T) {
	f := &far{calls: map[string][]call.Event{}, fail: errors.New("no route to host")}
	inBubble(t, f, Options{}, func(s *Store) {
		all := aCall("K", time.Now())
		s.Put(all[0])
		s.Put(all[3])
		pass(10 * time.Minute)
		if n := len(f.asked); n < 3 || n > 30 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		if c := get(s, "K"); !c.Live() || len(c.Gaps) != 1 {
			t.Errorf("%s, gaps %v", c.State, c.Gaps)
		}
		if c := get(s, "K"); !c.Stale {
			t.Error("not marked stale")
		}
	})
}

func TestNothingIsLostInABurstAndViewsAreFew(t *testing.T) {
	views := 0
	inBubble(t, nil, Options{OnView: func(*call.View) { views++ }}, func(s *Store) {
		began := time.Now()
		const calls = 5000
		for i := range calls {
			for _, e := range aCall(fmt.Sprint(i), began)[:4] {
				s.Put(e)
			}
		}
		pass(time.Second)
		v := s.View()
		if v.Counts.Up != calls || v.Health.States != 4*calls {
			t.Errorf("%d calls, %d states", v.Counts.Up, v.Health.States)
		}
		pass(100 * time.Millisecond)
		if views > 40 {
			t.Errorf("%d views in a second", views)
		}
	})
}

func TestAfterTheEndNothingBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		ctx, stop := context.WithCancel(context.Background())
		stop()
		_ = s.Run(ctx) // ended before it began
		for range 10_000 {
			s.Put(call.Event{})
		}
		s.Do(func(*call.Board) { t.Error("done after the end") })
		if err := s.Reconcile(context.Background()); err != nil {
			t.Error(err)
		}
	})
}
