package ui

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/plain"
	"ringside/ui/reports"
	"ringside/ui/text"
)

// foundMsg and owingMsg bring what was asked of the past.
type (
	foundMsg struct {
		rows []archive.Row
		one  *archive.Entry
		err  error
	}
	owingMsg struct {
		debts []archive.Debt
		err   error
	}
)

// past gives where the past is asked; without one it says so.
func (l *linear) past() (Past, bool) {
	if l.m.opts.Ports.Past == nil {
		l.say("Nothing is kept here, so there is no past to ask.")
		return nil, false
	}
	return l.m.opts.Ports.Past, true
}

const maxReported = 10

func (l *linear) reports(q string) {
	p, ok := l.past()
	if !ok {
		return
	}
	s := archive.Search{Limit: maxReported}
	if q != "" {
		read, err := query.Parse(q, query.Options{Now: l.m.now, Region: l.m.opts.Region})
		if err != nil {
			l.say(wrongWith(err))
			return
		}
		s.Query = read
	}
	ctx := l.m.ctx
	l.run(func() tea.Msg {
		page, err := p.Find(ctx, s)
		return foundMsg{rows: page.Rows, err: err}
	})
}

func (l *linear) report(arg string) {
	p, ok := l.past()
	n, err := strconv.Atoi(arg)
	switch {
	case !ok:
		return
	case err != nil || n < 1 || n > len(l.rows):
		l.say("Say which of the reports last listed: report 1. Type reports to list them.")
		return
	}
	ctx, id := l.m.ctx, l.rows[n-1].ID
	l.run(func() tea.Msg {
		e, err := p.Get(ctx, id)
		return foundMsg{one: &e, err: err}
	})
}

func (l *linear) found(msg foundMsg) {
	switch {
	case errors.Is(msg.err, context.Canceled):
	case msg.err != nil:
		what, hint := reports.Trouble(msg.err)
		l.say(sentence(what) + " " + sentence(hint))
	case msg.one != nil && msg.one.Call != nil:
		l.story(msg.one.Call, msg.one.Report)
	case msg.one != nil:
		l.line("This call is no longer kept.")
	case len(msg.rows) == 0:
		l.line("No call that is over matches.")
	default:
		l.rows = msg.rows
		for i := range msg.rows {
			r := &msg.rows[i]
			l.line(fmt.Sprintf("Report %d: %s at %s, %s, %s in all.", i+1, plain.First(l.name(r.Outsider())), r.Created.In(l.m.now.Location()).Format("15:04 on January 2"),
				text.Ended(r.Outcome, r.Queue, time.Duration(r.PhasesMs[call.PhaseWait])*time.Millisecond), plain.Span(time.Duration(r.TotalMs)*time.Millisecond)))
		}
	}
}

func (l *linear) owed(string) {
	p, ok := l.past()
	if !ok {
		return
	}
	ctx, since := l.m.ctx, l.m.now.Add(-owedFor)
	l.run(func() tea.Msg {
		d, err := p.Owed(ctx, since)
		return owingMsg{d, err}
	})
}

func (l *linear) owing(msg owingMsg) {
	if msg.err != nil {
		what, hint := reports.Trouble(msg.err)
		l.say(sentence(what) + " " + sentence(hint))
		return
	}
	if len(msg.debts) == 0 {
		l.line("Nobody is owed a call.")
		return
	}
	l.line(plain.Count(len(msg.debts), "caller") + " are owed a call:")
	for i := range msg.debts {
		if i == maxListed {
			l.line(fmt.Sprintf("And %d more.", len(msg.debts)-i))
			break
		}
		d := &msg.debts[i]
		name, number := l.name(call.Party{Name: d.Name, Number: d.Number}), l.m.display(d.Number)
		if name == number {
			name = ""
		}
		s := plain.First(text.Join(", ", name, number)) + ", for " + plain.Span(l.m.now.Sub(d.Since))
		if d.Claimed != "" {
			s += ", taken by " + call.Clean(d.Claimed)
		}
		l.line(s + ".")
	}
}
