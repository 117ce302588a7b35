// Package queues shows each queue: who waits, for how long, and how its day goes.
package queues

import (
	"cmp"
	"strings"
	"time"

	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/figures"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Limits are what makes a figure amber and red; 0 is never. Of the service level, red is what lies
// under the target.
type Limits struct {
	WaitAmber, WaitRed   time.Duration
	QueueAmber, QueueRed int
	Target, Amber        float64
}

// Pane is the board of queues. The zero value is not ready; New makes one.
type Pane struct {
	*figures.Board[stats.Queue]
	th     *theme.Theme
	now    time.Time
	limits Limits
	number func(string) string
}

// New makes an empty board. number writes a telephone number the way people read it.
func New(th *theme.Theme, limits Limits, number func(string) string) *Pane {
	if number == nil {
		number = func(s string) string { return s }
	}
	p := &Pane{th: th, limits: limits, number: number}
	p.Board = figures.New(th, figures.Spec[stats.Queue]{
		Columns: p.columns(),
		Key:     func(q *stats.Queue) string { return q.Name },
		Order:   attention,
		Texts:   func(q *stats.Queue) []string { return []string{q.Name, p.oldest(q)} },
		Term:    term,
		Nothing: "No call has come through a queue today. A queue is here as soon as one does.",
	})
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th; p.Board.SetTheme(th) }

// SetData takes the queues as they are at a moment.
func (p *Pane) SetData(queues []stats.Queue, now time.Time) {
	p.now = now
	p.SetRows(queues)
}

// attention puts those first whose callers wait longest, then those in which more is lost.
func attention(a, b *stats.Queue) int {
	return cmp.Or(more(a.LongestNow, b.LongestNow), more(a.Waiting, b.Waiting), more(a.Abandoned, b.Abandoned), more(a.Calls, b.Calls))
}

func more(a, b stats.Number) int {
	return cmp.Or(cmp.Compare(b2i(b.Known), b2i(a.Known)), cmp.Compare(b.Value, a.Value))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *Pane) columns() []figures.Column[stats.Queue] {
	num := func(id, title string, wide, keep int, of func(*stats.Queue) stats.Number, cell func(stats.Number) table.Cell) figures.Column[stats.Queue] {
		if cell == nil {
			cell = func(n stats.Number) table.Cell { return figures.Cell(p.th, n) }
		}
		return figures.Column[stats.Queue]{
			Column:  table.Column{ID: id, Title: title, Min: wide, Ideal: wide + 1, Max: wide + 4, Keep: keep, Right: true},
			Cell:    func(q *stats.Queue, _ int) table.Cell { return cell(of(q)) },
			Compare: func(a, b *stats.Queue) int { return more(of(a), of(b)) },
			Number:  func(q *stats.Queue) (stats.Number, bool) { return of(q), true },
		}
	}
	wait := func(n stats.Number) table.Cell {
		return figures.Judged(p.th, n, float64(p.limits.WaitAmber.Milliseconds()), float64(p.limits.WaitRed.Milliseconds()))
	}
	return []figures.Column[stats.Queue]{
		{
			Column: table.Column{ID: "queue", Title: "QUEUE", Min: 10, Ideal: 18, Max: 30, Keep: 100},
			Cell: func(q *stats.Queue, _ int) table.Cell {
				return table.Cell{Text: text.Clean(q.Name), Style: p.th.Strong}
			},
			Compare: func(a, b *stats.Queue) int { return strings.Compare(query.Fold(a.Name), query.Fold(b.Name)) },
		},
		num("waiting", "WAITING", 7, 98, func(q *stats.Queue) stats.Number { return q.Waiting }, func(n stats.Number) table.Cell {
			return figures.Judged(p.th, n, float64(p.limits.QueueAmber), float64(p.limits.QueueRed))
		}),
		num("longest", "LONGEST", 8, 97, func(q *stats.Queue) stats.Number { return q.LongestNow }, wait),
		{
			Column:  table.Column{ID: "oldest", Title: "WAITS LONGEST", Min: 13, Ideal: 20, Max: 34, Keep: 50, Room: 95},
			Cell:    func(q *stats.Queue, _ int) table.Cell { return table.Words(p.th, p.oldest(q)) },
			Compare: func(a, b *stats.Queue) int { return strings.Compare(p.oldest(a), p.oldest(b)) },
		},
		num("talking", "TALKING", 7, 30, func(q *stats.Queue) stats.Number { return q.Talking }, nil),
		num("calls", "CALLS", 5, 60, func(q *stats.Queue) stats.Number { return q.Calls }, nil),
		num("answered", "ANSWERED", 8, 90, func(q *stats.Queue) stats.Number { return q.Answered }, nil),
		num("abandoned", "ABANDONED", 9, 92, func(q *stats.Queue) stats.Number { return q.Abandoned }, nil),
		num("sla", "SLA", 7, 94, func(q *stats.Queue) stats.Number { return q.SLA }, func(n stats.Number) table.Cell {
			return figures.Promise(p.th, n, p.limits.Target, p.limits.Amber)
		}),
		num("answer", "TO ANSWER", 9, 55, func(q *stats.Queue) stats.Number { return q.AnswerTime }, nil),
		num("wait", "MEAN WAIT", 9, 40, func(q *stats.Queue) stats.Number { return q.WaitTime }, nil),
		num("most", "MAX WAIT", 8, 35, func(q *stats.Queue) stats.Number { return q.LongestWait }, nil),
	}
}

// oldest names the caller who waits longest.
func (p *Pane) oldest(q *stats.Queue) string {
	if q.Oldest == nil {
		return ""
	}
	name, number := text.NameNumber(q.Oldest.From, "", p.number)
	return cmp.Or(name, number, "withheld")
}

// term tells what a query may ask of a queue: its name, who waits longest, and how long.
func term(q *stats.Queue, t query.Term) bool {
	switch t.Field {
	case query.QueueName, query.PathName:
		return figures.IsText(t, q.Name)
	case query.From, query.Number:
		return q.Oldest != nil && figures.IsText(t, q.Oldest.From.Name, q.Oldest.From.Number)
	case query.Wait, query.Clock:
		return q.LongestNow.Known && figures.IsTime(t, q.LongestNow.Duration())
	case query.AnswerAt:
		return q.AnswerTime.Known && figures.IsTime(t, q.AnswerTime.Duration())
	}
	return false
}
