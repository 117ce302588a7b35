package connect

import (
	"context"
	"sync"

	"ringside/store/archive"
	"ringside/store/call"
)

// memory is an archive of calls and reports, in place of SQLite under the race detector: the compiled
// C of the latter takes ten times as long with it.
type memory struct {
	archive.Archive
	mu      sync.Mutex
	calls   map[string]*call.Call
	reports map[string]*call.Report
	marks   map[string]string
}

func newMemory() *memory {
	return &memory{calls: map[string]*call.Call{}, reports: map[string]*call.Report{}, marks: map[string]string{}}
}

func (m *memory) Put(_ context.Context, b archive.Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range b.Calls {
		m.calls[c.ID] = c
	}
	for _, r := range b.Reports {
		m.reports[r.ID] = r
	}
	return nil
}

// Close implements archive.Archive.
func (m *memory) Close() error { return nil }

func (m *memory) Get(_ context.Context, id string) (e archive.Entry, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Report = m.reports[id]; e.Report != nil {
		e.Call = e.Report.Call
	} else if e.Call = m.calls[id]; e.Call == nil {
		err = archive.ErrNone
	}
	return e, err
}

func (m *memory) Count(context.Context, archive.Search, int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.reports)
	for id := range m.calls {
		if m.reports[id] == nil {
			n++
		}
	}
	return n, nil
}

func (m *memory) Unreported(_ context.Context, ids []string) (out []string, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if m.reports[id] == nil {
			out = append(out, id)
		}
	}
	return out, nil
}

func (m *memory) Mark(_ context.Context, name, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.marks[name] = value
	return nil
}

func (m *memory) Marked(_ context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[name], nil
}
