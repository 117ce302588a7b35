package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/uitest"
)

// pastOf is a past in memory. It knows the words of a query alone, may be slow, and may fail.
type pastOf struct {
	mu      sync.Mutex
	entries []archive.Entry // oldest first
	items   []archive.Item
	debts   []archive.Debt
	wait    time.Duration // before every answer
	err     error         // instead of every answer
	asked   map[string]int
	puts    []archive.Batch
	given   int // questions whose context ended before the answer
}

// keeping is a past of n finished calls, the newest of which ended a minute before noon.
func keeping(n int) *pastOf {
	p := &pastOf{asked: map[string]int{}}
	for i := range n {
		p.entries = append(p.entries, entry(i, n-i))
	}
	return p
}

// entry is kept call i, which ended some minutes ago.
func entry(i, ago int) archive.Entry {
	c := made(1000+i, call.StateEnded, party(fmt.Sprintf("Past %d", i), fmt.Sprintf("+1212556%04d", i%10_000)), "Ann", ago*60, ago*60+150, "Main", "Support")
	c.ID, c.Outcome, c.Ended, c.Queue = fmt.Sprintf("past-%d", i), call.Answered, at(ago*60), "Support"
	c.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648"}}
	s := c.Summary()
	s.TotalMs, s.PhasesMs[call.PhaseWait], s.PhasesMs[call.PhaseTalk] = 150_000, 30_000, int64(90_000+i%50*500)
	return archive.Entry{Row: archive.Row{Summary: s}, Call: c}
}

func (p *pastOf) begin(ctx context.Context, what string) error {
	p.mu.Lock()
	p.asked[what]++
	wait, err := p.wait, p.err
	p.mu.Unlock()
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			p.mu.Lock()
			p.given++
			p.mu.Unlock()
			return ctx.Err()
		}
	}
	return err
}

func (p *pastOf) row(i int) archive.Row {
	r := p.entries[i].Row
	r.Cursor = archive.Cursor{Value: r.Created.UnixMilli(), Row: int64(i + 1)}
	for _, it := range p.items {
		switch {
		case it.Call != r.ID && (it.Caller == "" || it.Caller != r.Outsider().Number):
		case it.Kind == archive.Tag:
			r.Tags = append(r.Tags, it.Text)
		case it.Kind == archive.Note && it.Call == r.ID:
			r.Notes++
		}
	}
	slices.Sort(r.Tags)
	return r
}

// found gives what a search has, newest first.
func (p *pastOf) found(s archive.Search) []archive.Row {
	var out []archive.Row
	for i := len(p.entries) - 1; i >= 0; i-- {
		r := p.row(i)
		hay := strings.ToLower(r.From.Name + " " + r.From.Number + " " + r.Queue)
		if strings.Contains(hay, strings.ToLower(s.Query.Text)) && !r.Created.Before(s.Since) &&
			(s.Caller == "" || s.Caller == r.From.Number) && (s.Queue == "" || s.Queue == r.Queue) {
			out = append(out, r)
		}
	}
	return out
}

func (p *pastOf) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	if err := p.begin(ctx, "find"); err != nil {
		return archive.Page{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.found(s)
	from, to := 0, len(all)
	if s.From.Row != 0 {
		at := slices.IndexFunc(all, func(r archive.Row) bool { return r.Cursor == s.From })
		if from = at + 1; s.Back {
			from, to = 0, at
		}
	}
	if s.Back {
		from = max(from, to-s.Limit)
	} else {
		to = min(to, from+s.Limit)
	}
	return archive.Page{Rows: slices.Clone(all[from:to]), Before: from > 0, After: to < len(all)}, nil
}

func (p *pastOf) Count(ctx context.Context, s archive.Search, limit int) (int, error) {
	if err := p.begin(ctx, "count"); err != nil {
		return 0, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.found(s))
	if limit > 0 {
		n = min(n, limit)
	}
	return n, nil
}

func (p *pastOf) Get(ctx context.Context, id string) (archive.Entry, error) {
	if err := p.begin(ctx, "get"); err != nil {
		return archive.Entry{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, e := range p.entries {
		if e.ID == id {
			e.Row = p.row(i)
			for _, it := range p.items {
				if it.Call == id || it.Caller == e.Outsider().Number {
					e.Items = append(e.Items, it)
				}
			}
			return e, nil
		}
	}
	return archive.Entry{}, archive.ErrNone
}

func (p *pastOf) Totals(ctx context.Context, from, to time.Time) (archive.Totals, error) {
	if err := p.begin(ctx, "totals"); err != nil {
		return archive.Totals{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var t archive.Totals
	for _, e := range p.entries {
		if !e.Created.Before(from) && e.Created.Before(to) {
			t.Ended++
			t.Answered++
		}
	}
	t.Lost = 3
	return t, nil
}

func (p *pastOf) Items(ctx context.Context, q archive.ItemQuery) ([]archive.Item, error) {
	if err := p.begin(ctx, "items"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []archive.Item
	for _, i := range p.items {
		if (q.Kind == "" || q.Kind == i.Kind) && (q.Call == "" || q.Call == i.Call) && (q.Caller == "" || q.Caller == i.Caller) {
			out = append(out, i)
		}
	}
	return out, nil
}

func (p *pastOf) Owed(ctx context.Context, _ time.Time) ([]archive.Debt, error) {
	if err := p.begin(ctx, "owed"); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []archive.Debt
	for _, d := range p.debts {
		settled := false
		for _, i := range p.items {
			if i.Caller == d.Number && i.Kind == archive.Claim {
				d.Claimed, d.ClaimedAt = i.By, i.At
			}
			settled = settled || i.Caller == d.Number && i.Kind == archive.Settled
		}
		if !settled {
			out = append(out, d)
		}
	}
	return out, nil
}

func (p *pastOf) Put(ctx context.Context, b archive.Batch) error {
	if err := p.begin(ctx, "put"); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.puts = append(p.puts, b)
	for _, k := range b.Drop {
		p.items = slices.DeleteFunc(p.items, func(i archive.Item) bool { return i.Key() == k })
	}
	for _, it := range b.Items {
		p.items = append(slices.DeleteFunc(p.items, func(i archive.Item) bool { return i.Key() == it.Key() }), it)
	}
	return nil
}

func (p *pastOf) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *pastOf) times(what string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[what]
}

// reading is a desk on a past, with the page of reports up.
func reading(t testing.TB, w, h int, p *pastOf, o Options) *Model {
	t.Helper()
	o.Ports.Past = p
	m := desk(t, o, w, h, floor())
	press(t, m, "4")
	return m
}

// tick lets seconds go by, one by one.
func tick(t testing.TB, m *Model, seconds int) {
	t.Helper()
	for range seconds {
		uitest.Drive(t, m, TickMsg{m.now.Add(time.Second)})
	}
}

func typeIn(t testing.TB, m *Model, s string) []tea.Msg {
	t.Helper()
	return uitest.Drive(t, m, uitest.Type(s)...)
}

func has(t testing.TB, m *Model, s string) bool {
	t.Helper()
	return strings.Contains(screen(m).Text(), s)
}
