package backfill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

// service is a far end that knows finished calls.
type service struct {
	mu      sync.Mutex
	created map[string]time.Time
	ready   map[string]time.Time // when a report comes to exist; zero is at once
	fail    error                // of everything
	fails   map[string]error     // of one report
	asked   []string             // reports, in order
	times   []time.Time          // of all requests
	lists   [][2]time.Time
	open    int
	most    int
}

func newService() *service {
	return &service{created: map[string]time.Time{}, ready: map[string]time.Time{}, fails: map[string]error{}}
}

// change alters the service while it is in use.
func (s *service) change(how func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how()
}

// calls adds n calls, the first at a time and the others a minute apart.
func (s *service) calls(name string, at time.Time, n int) {
	for i := range n {
		s.created[fmt.Sprintf("%s%04d", name, i)] = at.Add(time.Duration(i) * time.Minute / time.Duration(1+n/1000))
	}
}

func (s *service) Finished(ctx context.Context, from, to time.Time) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times = append(s.times, time.Now())
	s.lists = append(s.lists, [2]time.Time{from, to})
	if s.fail != nil {
		return nil, s.fail
	}
	var out []string
	for id, at := range s.created {
		if !at.Before(from) && at.Before(to) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b string) int { // newest first, as the service has it
		return cmp.Or(s.created[b].Compare(s.created[a]), cmp.Compare(b, a))
	})
	return out, ctx.Err()
}

func (s *service) Report(ctx context.Context, id string) (*call.Report, error) {
	s.mu.Lock()
	s.asked = append(s.asked, id)
	s.times = append(s.times, time.Now())
	s.open++
	s.most = max(s.most, s.open)
	s.mu.Unlock()
	defer s.change(func() { s.open-- })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(100 * time.Millisecond):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.fail != nil:
		return nil, s.fail
	case s.fails[id] != nil:
		return nil, s.fails[id]
	case time.Now().Before(s.ready[id]):
		return nil, ErrNotReady
	}
	at := s.created[id]
	return &call.Report{ID: id, Events: []call.Event{
		{Kind: call.KindState, Meta: call.Meta{ID: id, Created: at}, Snapshot: call.Snapshot{Seq: 1, Stage: call.Ending, At: at}},
	}}, nil
}

// since gives the reports that were asked for after the first n.
func (s *service) since(n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked[n:])
}

// counts gives how often each report was asked for.
func (s *service) counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for _, id := range s.asked {
		out[id]++
	}
	return out
}

// memory is an archive of reports and marks.
type memory struct {
	archive.Archive
	mu    sync.Mutex
	has   map[string]bool
	marks map[string]string
	fail  error
	loses bool // what is to be kept is not
	twice int  // reports that were there already
}

func newMemory() *memory { return &memory{has: map[string]bool{}, marks: map[string]string{}} }

func (m *memory) keep(r *call.Report) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Call == nil || r.Call.ID != r.ID {
		panic("a report that is not folded")
	}
	if m.loses {
		return
	}
	if m.has[r.ID] {
		m.twice++
	}
	m.has[r.ID] = true
}

func (m *memory) Unreported(_ context.Context, ids []string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return nil, m.fail
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return m.has[id] }), nil
}

func (m *memory) Mark(_ context.Context, name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail == nil {
		m.marks[name] = value
	}
	return m.fail
}

func (m *memory) Marked(_ context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[name], m.fail
}

func (m *memory) change(how func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	how()
}

func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.has)
}

// rig is a Backfill between a service and an archive, on a fake clock.
type rig struct {
	t   *testing.T
	svc *service
	mem *memory
	opt Options

	*Backfill
	mu   sync.Mutex
	told []Progress
	stop func()
}

func inBubble(t *testing.T, body func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, svc: newService(), mem: newMemory()}
		r.opt = Options{Service: r.svc, Archive: r.mem, Keep: r.mem.keep, Account: "42", OnProgress: func(p Progress) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.told = append(r.told, p)
		}}
		time.Sleep(15 * time.Hour) // the bubble begins at midnight UTC
		body(r)
		r.end()
	})
}

// begin starts a Backfill; an earlier one is ended.
func (r *rig) begin() {
	r.end()
	b := New(r.opt)
	ctx, stop := context.WithCancel(r.t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	r.Backfill = b
	r.stop = func() {
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			r.t.Errorf("Run: %v", err)
		}
	}
}

func (r *rig) end() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
}

// last is the last Progress told.
func (r *rig) last() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.told) == 0 {
		return Progress{}
	}
	return r.told[len(r.told)-1]
}

// ends waits until nothing is left to do.
func (r *rig) ends(within time.Duration) {
	r.t.Helper()
	began := time.Now()
	for {
		synctest.Wait()
		if p := r.last(); p.Ended && p.Err == nil {
			return
		} else if time.Since(began) > within {
			r.t.Fatalf("after %v: %+v", within, p)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

type passing struct{ error }

func (passing) Temporary() bool { return true }

type barring struct{ error }

func (barring) Barred() bool { return true }

// Errors as those are that package connect marks.
var (
	errDown    = passing{errors.New("503")}
	errRefused = barring{errors.New("403 AUTHZ_INSUFFICIENT_SCOPE")}
)
