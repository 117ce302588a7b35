package reports

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
)

// Past is what the list asks. Both may take their time: they are called from commands.
type Past interface {
	Find(ctx context.Context, s archive.Search) (archive.Page, error)
	Count(ctx context.Context, s archive.Search, limit int) (int, error)
}

const (
	pageRows   = 100    // rows asked for at once
	countLimit = 10_000 // hits are counted to here: further is not worth the time
	newsLimit  = 100    // new calls are counted to here
	retryAfter = 5 * time.Second
	countEvery = 5 * time.Second // the number of all calls is asked at most so often
)

// kind is what an Answer answers.
type kind uint8

const (
	first   kind = iota // a new question, from its first row
	last                // its last rows
	older               // more rows behind
	newer               // more rows before
	again               // the same rows as they are now
	hits                // how many rows there are
	all                 // how many calls there are
	newsNow             // how many came since the top was in sight
)

// Answer is what came of something the list has asked: the screen hands it to Take.
type Answer struct {
	gen  uint64
	kind kind
	page archive.Page
	n    int
	err  error
}

// asking is what is under way. One question at a time: a newer one ends the older one's context,
// and answers that come all the same are told by their generation.
type asking struct {
	gen    uint64
	ctx    context.Context
	cancel context.CancelFunc

	waiting bool      // the first rows of the question are not here yet
	since   time.Time // when it was asked
	jump    bool      // it goes to an end of the list, where a row is to be selected
	paging  bool      // rows of the same question are under way
	stale   bool      // something was kept that the rows do not show yet
	done    time.Time // when the rows were last brought up to date
	counted time.Time // when all calls were last counted

	err     error
	retryAt time.Time
	failed  bool // the first rows could not be had
}

// renew gives up what is under way and begins a question.
func (p *Pane) renew() {
	if p.ask.cancel != nil {
		p.ask.cancel()
	}
	ctx, cancel := context.WithCancel(p.base)
	p.ask = asking{
		gen: p.ask.gen + 1, ctx: ctx, cancel: cancel, counted: p.ask.counted,
		waiting: true, since: p.now, done: p.now,
	}
}

// Ask asks the whole question anew: the rows from the top, how many there are, and how many calls
// in all.
func (p *Pane) Ask() tea.Cmd {
	if p.past == nil {
		return nil
	}
	p.renew()
	p.hits, p.news, p.top = unknown, 0, archive.Cursor{}
	return tea.Batch(p.find(first, archive.Search{}), p.count(hits), p.countAll())
}

// find makes the command that asks for rows; from says which of them.
func (p *Pane) find(k kind, from archive.Search) tea.Cmd {
	s := p.q.search()
	s.From, s.Back, s.Limit = from.From, from.Back, from.Limit
	if s.Limit == 0 {
		s.Limit = pageRows
	}
	past, ctx, gen := p.past, p.ask.ctx, p.ask.gen
	return func() tea.Msg {
		page, err := past.Find(ctx, s)
		return Answer{gen: gen, kind: k, page: page, err: err}
	}
}

func (p *Pane) count(k kind) tea.Cmd {
	s, limit := p.q.search(), countLimit
	if k == all {
		s, limit = archive.Search{}, 0
	}
	past, ctx, gen := p.past, p.ask.ctx, p.ask.gen
	return func() tea.Msg {
		n, err := past.Count(ctx, s, limit)
		return Answer{gen: gen, kind: k, n: n, err: err}
	}
}

func (p *Pane) countAll() tea.Cmd {
	if p.all >= 0 && !p.ask.counted.IsZero() && p.now.Sub(p.ask.counted) < countEvery {
		return nil
	}
	p.ask.counted = p.now
	return p.count(all)
}

// countNews asks how many calls came since the top was last in sight, where they are not at hand.
func (p *Pane) countNews() tea.Cmd {
	if !p.win.before || p.top == (archive.Cursor{}) || !p.newestFirst() {
		return nil
	}
	return p.find(newsNow, archive.Search{From: p.top, Back: true, Limit: newsLimit})
}

// more asks for the rows beyond those at hand, when the eyes come near.
func (p *Pane) more() tea.Cmd {
	n := len(p.win.rows)
	if p.past == nil || p.ask.waiting || p.ask.paging || p.ask.err != nil || n == 0 {
		return nil
	}
	margin := max(2*p.h, 40)
	above, below := p.table.Hidden()
	switch {
	case p.win.after && below < margin:
		p.ask.paging = true
		return p.find(older, archive.Search{From: p.win.rows[n-1].Cursor})
	case p.win.before && above < margin:
		p.ask.paging = true
		return p.find(newer, archive.Search{From: p.win.rows[0].Cursor, Back: true})
	}
	return nil
}

// end goes to one end of the list: what is not at hand is asked for.
func (p *Pane) end(k kind) tea.Cmd {
	if p.past == nil || k == first && !p.win.before || k == last && !p.win.after {
		if k == first {
			p.table.ToTop()
		} else {
			p.table.ToBottom()
		}
		p.noteTop()
		return p.more()
	}
	all := p.hits
	p.renew()
	p.ask.jump = true
	cmds := []tea.Cmd{p.find(k, archive.Search{Back: k == last})}
	if all == unknown {
		cmds = append(cmds, p.count(hits))
	}
	return tea.Batch(cmds...)
}

// Kept is told that something was kept: Refresh brings it into the rows.
func (p *Pane) Kept() { p.ask.stale = true }

// Changed is told that somebody here has changed something: Refresh does not wait then.
func (p *Pane) Changed() { p.ask.stale, p.ask.done = true, time.Time{} }

// Refresh brings the rows up to date when something was kept since, at most once a second, and tries
// again what has failed. The screen calls it while the list is in sight.
func (p *Pane) Refresh() tea.Cmd {
	switch {
	case p.past == nil || p.ask.waiting || p.ask.paging:
		return nil
	case p.ask.err != nil:
		if p.now.Before(p.ask.retryAt) {
			return nil
		}
		return p.retry()
	case p.q.scope == today && !p.q.day.Equal(midnight(p.now)):
		p.q.day = midnight(p.now)
		return p.Ask()
	case p.q.query.Relative() && !p.read.Equal(midnight(p.now)): // what "today" is has changed
		text := p.q.text
		p.q.text = ""
		return p.SetFilter(text)
	case !p.ask.stale || len(p.win.rows) > 0 && !p.now.After(p.ask.done):
		return nil
	}
	p.ask.stale, p.ask.paging, p.ask.done = false, true, p.now
	s := archive.Search{Limit: min(max(pageRows, len(p.win.rows)+pageRows/2), maxRows)}
	if p.win.before && len(p.win.rows) > 0 {
		s.From = p.win.rows[0].Cursor
	}
	return tea.Batch(p.find(again, s), p.count(hits), p.countAll(), p.countNews())
}

func (p *Pane) retry() tea.Cmd {
	p.ask.err = nil
	if len(p.win.rows) == 0 || p.ask.failed {
		return p.Ask()
	}
	p.Changed()
	return p.Refresh()
}

// Take takes an answer. One that is late, because something else has been asked since, is dropped.
func (p *Pane) Take(a Answer) tea.Cmd {
	if a.gen != p.ask.gen {
		return nil
	}
	if a.err != nil {
		p.refused(a)
		return nil
	}
	switch a.kind {
	case hits:
		p.hits = a.n
	case all:
		p.all = a.n
	case newsNow:
		p.news = len(a.page.Rows)
	case first, last:
		p.begin(a)
	default:
		p.grow(a)
	}
	if p.ask.stale && p.ask.done.IsZero() {
		return p.Refresh()
	}
	return p.more()
}

func (p *Pane) refused(a Answer) {
	if errors.Is(a.err, context.Canceled) {
		return
	}
	switch a.kind {
	case hits, all, newsNow: // the rows tell what is wrong; a figure alone is not worth it
		return
	case first, last:
		p.ask.waiting, p.ask.failed = false, true
	}
	p.ask.paging = false
	p.ask.err, p.ask.retryAt = a.err, p.now.Add(retryAfter)
}

// begin takes the first or last rows of a question in place of what was there.
func (p *Pane) begin(a Answer) {
	p.win.set(a.page)
	p.ask.waiting = false
	p.table.Sync()
	switch {
	case p.ask.jump && a.kind == first:
		p.table.ToTop()
	case p.ask.jump:
		p.table.ToBottom()
	case p.table.Selected() != "":
		p.table.Select(p.table.Selected()) // into sight
	default:
		p.table.Scroll(-maxRows)
	}
	p.ask.jump = false
	p.noteTop()
}

// grow takes more rows of the same question, or the same ones as they are now.
func (p *Pane) grow(a Answer) {
	p.ask.paging = false
	moved := 0
	switch a.kind {
	case older:
		moved = p.win.older(a.page)
	case newer:
		moved = p.win.newer(a.page)
	case again:
		moved = p.win.again(a.page, p.held())
	}
	p.table.Sync()
	p.table.Scroll(moved)
	p.noteTop()
}

// held gives the row that must not move on the screen when others come: the selected one where it is
// in sight, else the uppermost, unless the top of the list itself is in sight.
func (p *Pane) held() string {
	sel := p.table.Selected()
	if sel != "" && p.table.SelectionSide() == 0 {
		return sel
	}
	if above, _ := p.table.Hidden(); above > 0 && above < len(p.win.rows) {
		return p.win.rows[above].ID
	}
	return ""
}

// noteTop remembers the newest row that was in sight; what comes above it is news.
func (p *Pane) noteTop() {
	if len(p.win.rows) == 0 || p.win.before {
		return
	}
	if above, _ := p.table.Hidden(); above == 0 || !p.newestFirst() || p.top == (archive.Cursor{}) {
		p.top, p.news = p.win.rows[0].Cursor, 0
		return
	}
	p.news = 0
	for _, r := range p.win.rows {
		if compare(r.Cursor, p.top, p.q.by, p.q.up) >= 0 {
			break
		}
		p.news++
	}
}

func (p *Pane) newestFirst() bool { return p.q.by == archive.ByTime && !p.q.up }
