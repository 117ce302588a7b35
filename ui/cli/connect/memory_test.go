package connect

import (
	"context"
	"slices"
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

// Find gives what began at Since or later as one page, the earliest first.
func (m *memory) Find(_ context.Context, s archive.Search) (p archive.Page, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, c := range m.calls {
		row := archive.Row{}
		if r := m.reports[id]; r != nil {
			c, row.Reported = r.Call, c.Ended
		}
		if !c.Created.Before(s.Since) {
			row.Summary = c.Summary()
			p.Rows = append(p.Rows, row)
		}
	}
	for id, r := range m.reports {
		if m.calls[id] == nil && !r.Call.Created.Before(s.Since) {
			p.Rows = append(p.Rows, archive.Row{Summary: r.Call.Summary(), Reported: r.Call.Ended})
		}
	}
	slices.SortFunc(p.Rows, func(a, b archive.Row) int { return a.Created.Compare(b.Created) })
	return p, nil
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
