package reports

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/theme"
	"ringside/ui/uitest"
)

var _ = flag.Bool("update", false, "write golden files")

var noon = time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC)

// row is finished call n, which began n minutes after noon.
func row(n int) archive.Row {
	at := noon.Add(time.Duration(n) * time.Minute)
	r := archive.Row{Summary: call.Summary{
		ID: fmt.Sprintf("c-%05d", n), Outcome: call.Outcome(1 + (n%7+7)%7), Created: at, Ended: at.Add(3 * time.Minute),
		From: call.Party{Name: fmt.Sprintf("Caller %d", n), Number: fmt.Sprintf("+1212555%04d", (n+10_000)%10_000)},
		To:   call.Party{Name: "Main", Number: "+12015550120"}, Queue: "Support", Path: []string{"Support"}, AnswerMs: -1, TotalMs: 180_000,
	}}
	r.PhasesMs[call.PhaseWait], r.PhasesMs[call.PhaseTalk] = int64(n*7919%100_000), int64(n*104729%170_000)
	if r.Outcome == call.Answered {
		r.Answered = []call.Answer{{Name: "Ann Bell", Extension: "8648"}, {Extension: "0019"}}
	}
	return r
}

func rows(from, to int) []archive.Row {
	var out []archive.Row
	for n := from; n < to; n++ {
		out = append(out, row(n))
	}
	return out
}

// past is a past in memory that keeps count of what it is asked, and can fail. It finds rows by
// brute force, and knows the words of a query alone.
type past struct {
	rows     []archive.Row
	err      error
	searches []archive.Search
	ctxs     []context.Context
}

func (p *past) found(s archive.Search) []archive.Row {
	var out []archive.Row
	for _, r := range p.rows {
		n := len(r.ID)
		fmt.Sscanf(r.ID, "c-%d", &n)
		r.Cursor = archive.Cursor{Value: value(&r.Summary, s.By), Row: int64(n)}
		hay := strings.ToLower(r.From.Name + " " + r.From.Number + " " + r.Outcome.String())
		switch {
		case r.Created.Before(s.Since), s.Caller != "" && r.From.Number != s.Caller, s.Queue != "" && r.Queue != s.Queue:
			continue
		case !strings.Contains(hay, strings.ToLower(s.Query.Text)):
			continue
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b archive.Row) int {
		switch {
		case a.Cursor.Value != b.Cursor.Value:
			if (a.Cursor.Value < b.Cursor.Value) == s.Ascending {
				return -1
			}
			return 1
		case (a.Cursor.Row < b.Cursor.Row) == (s.Ascending && s.By == archive.ByTime):
			return -1
		}
		return 1
	})
	return out
}

func (p *past) Find(ctx context.Context, s archive.Search) (archive.Page, error) {
	p.searches, p.ctxs = append(p.searches, s), append(p.ctxs, ctx)
	if p.err != nil {
		return archive.Page{}, p.err
	}
	all := p.found(s)
	from, to := 0, len(all)
	if s.From != (archive.Cursor{}) {
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

func (p *past) Count(_ context.Context, s archive.Search, limit int) (int, error) {
	n := len(p.found(s))
	if limit > 0 {
		n = min(n, limit)
	}
	return n, p.err
}

// list is a pane over a past, with all it asks answered.
func list(t testing.TB, w, h int, p *past) *Pane {
	t.Helper()
	l := New(t.Context(), theme.Mono(), p, "US")
	l.SetNow(noon.Add(time.Hour))
	l.SetSize(w, h)
	answer(t, l, l.Ask())
	return l
}

// answer runs a command and gives the pane what it asked for, until it asks nothing more. It gives
// the other messages.
func answer(t testing.TB, p *Pane, cmd tea.Cmd) []tea.Msg {
	t.Helper()
	var rest []tea.Msg
	queue := uitest.Run(cmd)
	for n := 0; len(queue) > 0; n++ {
		if n > 1000 {
			t.Fatal("the pane asks without end")
		}
		msg := queue[0]
		queue = queue[1:]
		if a, ok := msg.(Answer); ok {
			queue = append(queue, uitest.Run(p.Take(a))...)
		} else {
			rest = append(rest, msg)
		}
	}
	return rest
}

// kept tells the pane that something was kept, a second later.
func kept(t testing.TB, p *Pane) {
	t.Helper()
	p.SetNow(p.now.Add(time.Second))
	p.Kept()
	answer(t, p, p.Refresh())
}

func shows(p *Pane) string { return ansi.Strip(p.View()) }

// line gives the number of the line that shows a text, -1 for none.
func line(p *Pane, s string) int {
	return slices.IndexFunc(strings.Split(shows(p), "\n"), func(l string) bool { return strings.Contains(l, s) })
}
