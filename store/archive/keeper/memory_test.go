package keeper

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

// memory is an archive of which only writing works.
type memory struct {
	archive.Archive

	mu    sync.Mutex
	put   []archive.Batch
	fail  func(archive.Batch) error // why a batch is not taken; nil takes all
	dead  error                     // why nothing can be written, marks neither
	slow  time.Duration
	tries []time.Time
}

func (m *memory) Put(ctx context.Context, b archive.Batch) error {
	m.mu.Lock()
	m.tries = append(m.tries, time.Now())
	fail, dead, slow := m.fail, m.dead, m.slow
	m.mu.Unlock()
	if slow > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(slow):
		}
	}
	if dead != nil {
		return dead
	}
	if fail != nil {
		if err := fail(b); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put = append(m.put, b)
	return nil
}

func (m *memory) Mark(context.Context, string, string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

// set changes the archive while it is in use.
func (m *memory) set(how func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	how()
}

// all gives everything that was put, as one batch.
func (m *memory) all() (b archive.Batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.put {
		b.Events = append(b.Events, p.Events...)
		b.Calls = append(b.Calls, p.Calls...)
		b.Reports = append(b.Reports, p.Reports...)
	}
	return b
}

// log notes what a Keeper tells.
type log struct {
	mu     sync.Mutex
	kept   []Kept
	states []State
}

func (l *log) options(m *memory) Options {
	return Options{
		Archive: m,
		OnKept:  func(k Kept) { l.mu.Lock(); l.kept = append(l.kept, k); l.mu.Unlock() },
		OnState: func(s State) { l.mu.Lock(); l.states = append(l.states, s); l.mu.Unlock() },
	}
}

func (l *log) told() []State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.states)
}

// inBubble runs a Keeper on a fake clock. It ends with the Keeper's Run.
func inBubble(t *testing.T, o func(*memory, *log) Options, body func(*Keeper, *memory, *log)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m, l := &memory{}, &log{}
		k := New(o(m, l))
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); _ = k.Run(ctx) }()
		body(k, m, l)
		began := time.Now()
		stop()
		<-done
		if took := time.Since(began); took > lastMoment {
			t.Errorf("Run took %v to end", took)
		}
	})
}

func usual(m *memory, l *log) Options { return l.options(m) }

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func event(id string, seq uint64) call.Event {
	return call.Event{Kind: call.KindState, Meta: call.Meta{ID: id}, Snapshot: call.Snapshot{Seq: seq}}
}

func finished(id string, states int) *call.Call {
	return &call.Call{ID: id, State: call.StateEnded, NumStates: states}
}

func report(id, raw string) *call.Report {
	return &call.Report{ID: id, Raw: []byte(raw), Call: finished(id, 1)}
}
