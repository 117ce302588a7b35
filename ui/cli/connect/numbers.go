package connect

import (
	"context"
	"fmt"
	"sync"
	"time"

	"ringside/gotoapi/stream"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/stats"
)

// Numbers keeps the numbers of the day beside a session that has no screen. What is told to it may
// come from any goroutine.
//
//	n := connect.NewNumbers(stats.Options{}, link.Clock)
//	session := connect.New(link, n.Hooks(connect.Hooks{}), call.Options{})
type Numbers struct {
	now func() time.Time

	mu    sync.Mutex
	fold  *stats.Fold
	begun bool // Load has been through
	seen  bool // a view has come
}

// NewNumbers makes the numbers of no calls; now is the clock of the calls.
func NewNumbers(o stats.Options, now func() time.Time) *Numbers {
	if now == nil {
		now = time.Now
	}
	return &Numbers{now: now, fold: stats.New(o)}
}

// Hooks gives hooks that count what a session tells and pass it on to h.
func (n *Numbers) Hooks(h Hooks) Hooks {
	out := h
	out.View = func(v *call.View) {
		n.view(v)
		if h.View != nil {
			h.View(v)
		}
	}
	out.Report = func(id string, r *call.Report, err error) {
		if err == nil {
			n.report(r)
		}
		if h.Report != nil {
			h.Report(id, r, err)
		}
	}
	out.Status = func(st stream.Status) {
		n.status(st)
		if h.Status != nil {
			h.Status(st)
		}
	}
	return out
}

// Load counts the calls of today that an archive has.
func (n *Numbers) Load(ctx context.Context, a archive.Archive) error {
	now := n.now()
	n.mu.Lock()
	n.fold.Advance(now)
	day := n.fold.Day()
	n.mu.Unlock()
	s := archive.Search{Since: day, Ascending: true, Limit: 1000}
	for {
		page, err := a.Find(ctx, s)
		if err != nil {
			return fmt.Errorf("reading today's calls: %w", err)
		}
		past := make([]stats.Past, len(page.Rows))
		for i := range page.Rows {
			past[i] = stats.Past{Summary: page.Rows[i].Summary, Reported: !page.Rows[i].Reported.IsZero()}
		}
		n.mu.Lock()
		n.fold.AddPast(now, past)
		n.mu.Unlock()
		if !page.After || len(page.Rows) == 0 {
			break
		}
		s.From = page.Rows[len(page.Rows)-1].Cursor
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.begun = true
	n.fold.SetSince(time.Time{}, "")
	return nil
}

// Do lets f read the numbers as they are at a moment.
func (n *Numbers) Do(f func(*stats.Fold, time.Time)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.now()
	n.fold.Advance(now)
	f(n.fold, now)
}

func (n *Numbers) view(v *call.View) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.seen && !n.begun {
		n.fold.SetSince(v.At, "the archive has not been read yet")
	}
	n.seen = true
	n.fold.SetView(v)
}

func (n *Numbers) report(r *call.Report) {
	if r == nil || r.Call == nil || r.Call.Live() {
		return
	}
	p := []stats.Past{{Summary: r.Call.Summary(), Reported: true}}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fold.AddPast(n.now(), p)
}

func (n *Numbers) status(st stream.Status) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fold.Advance(n.now())
	switch {
	case st.Link == stream.Live, st.Link == stream.Recovering:
		n.fold.SetDown(time.Time{})
	case !n.fold.IsDown() && n.seen:
		n.fold.SetDown(n.now().Add(-st.Silence))
	}
}
