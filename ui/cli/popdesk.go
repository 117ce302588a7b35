package cli

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	card "ringside/ui/pop"
	"ringside/ui/trace"
)

// pops has the screen pops of a desk opened and remembered: it is told of the moments of my calls,
// finds the calls, and keeps what became of each.
type pops struct {
	*popSetup
	engine *pop.Engine
	clock  func() time.Time
	get    func(id string) *call.Call // the call as it is now; it may wait, and gives nil for one not known
	tell   func(pop.Trace)
	log    *slog.Logger
	wake   chan struct{}

	mu      sync.Mutex
	waiting []call.Effect
	calls   map[string]*call.Call // those that pops were decided for, as they were then
	claimed map[string]bool       // pops noted as opened whose trace has not come yet, by id
	last    pop.Parameters        // as last read
}

// What the archive is asked about a pop must not hold it up for long, and a trace is written also
// when the desk is about to end.
const (
	popPatience = time.Second
	popWrite    = 5 * time.Second
	maxPopCalls = 4096
)

// popsOf makes the pops of a desk. Close them after the session has ended.
func (s *popSetup) popsOf(opener pop.Opener, people *lookup.Desk, clock func() time.Time, get func(string) *call.Call, tell func(pop.Trace), log *slog.Logger) *pops {
	p := &pops{
		popSetup: s, clock: clock, get: get, tell: tell, log: log, wake: make(chan struct{}, 1),
		calls: map[string]*call.Call{}, claimed: map[string]bool{},
	}
	p.engine = pop.NewEngine(s.rules, pop.Desk{
		Opener: opener, Finder: people, Seen: p, User: p.user, Chosen: p.chosen, Extra: p.extra, Current: get, Done: p.done, Log: log,
	})
	return p
}

// effect takes in that a call of mine came to a moment. It never waits.
func (p *pops) effect(e call.Effect) {
	p.mu.Lock()
	p.waiting = append(p.waiting, e)
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run hands moments to the engine until ctx ends. The store tells of them while it folds, when it
// cannot be asked for the call; so somebody else has to.
func (p *pops) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		p.mu.Lock()
		waiting := p.waiting
		p.waiting = nil
		p.mu.Unlock()
		for _, e := range waiting {
			if c, m := p.get(e.ID), pop.MomentOf(e.Moment); c != nil && m != "" {
				p.note(c)
				p.engine.Reach(c, m, p.clock())
			}
		}
	}
}

// open opens a pop by hand: by the first rule that matches, or by the named one.
func (p *pops) open(c *call.Call, rule string) {
	p.note(c)
	if rule == "" {
		p.engine.ByHand(c, p.clock())
		return
	}
	p.engine.ByRule(c, rule, p.clock())
}

func (p *pops) close() { p.engine.Close() }

// note remembers a call for what is asked about it by its id alone.
func (p *pops) note(c *call.Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.calls) >= maxPopCalls {
		clear(p.calls)
	}
	p.calls[c.ID] = c
}

func (p *pops) noted(id string) *call.Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.calls[id]; c != nil {
		return c
	}
	return &call.Call{ID: id}
}

// user gives who I am, with the parameters as they are set now, also by another process.
func (p *pops) user() pop.User {
	ctx, cancel := context.WithTimeout(context.Background(), popPatience)
	defer cancel()
	all, err := p.keptParameters(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.log.Warn("pops go by the parameters of before", slog.Any("error", err))
		all = p.last
	}
	p.last = all
	return p.withParameters(p.me, all, true)
}

// popID names the pop of a call at a moment: what is kept under it was opened.
func popID(callID string, m pop.Moment) string { return callID + "/" + string(m) }

// Once implements pop.Seen. What it answers true to stands in the archive before anything opens.
func (p *pops) Once(ctx context.Context, callID string, m pop.Moment) (first bool, err error) {
	items, err := p.kept.Items(ctx, archive.ItemQuery{Kind: archive.Pop, Call: callID, Limit: 1000})
	if err != nil {
		return true, fmt.Errorf("looking up whether it was opened before: %w", err)
	}
	id := popID(callID, m)
	for _, i := range items {
		if i.ID == id {
			return false, nil
		}
	}
	// Until the trace takes its place. If it never does, that is what it says.
	c := p.noted(callID)
	t := pop.Trace{
		Schema: pop.Schema, At: p.clock(), Call: callID, Moment: m, User: p.me.Name, Direction: c.Direction.String(),
		From: c.From, To: c.To, Result: pop.Failed, Why: "ringside ended before it knew what became of this one", Rules: []pop.RuleTrace{},
	}
	if err := p.kept.Put(ctx, archive.Batch{Items: []archive.Item{p.item(id, &t)}}); err != nil {
		return true, fmt.Errorf("noting that it is opened: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.claimed) >= maxPopCalls {
		clear(p.claimed)
	}
	p.claimed[id] = true
	return true, nil
}

// item is a trace as it is kept.
func (p *pops) item(id string, t *pop.Trace) archive.Item {
	return archive.Item{
		Kind: archive.Pop, ID: id, Call: t.Call, Caller: p.noted(t.Call).Outsider().Number, At: t.At, By: p.me.Name,
		Text: string(t.Moment) + ": " + trace.Headline(t), Body: t.JSON(),
	}
}

// done keeps what became of a pop and has it shown. What was opened stands under the name that Once
// looks for; what was not stands beside it, once for each call, moment and result.
func (p *pops) done(t pop.Trace) {
	id := popID(t.Call, t.Moment)
	p.mu.Lock()
	opened := p.claimed[id]
	if opened && t.Result != pop.Before {
		delete(p.claimed, id)
	}
	p.mu.Unlock()
	switch {
	case t.Moment == pop.ByHand:
		id = archive.NewID()
	case !opened || t.Result == pop.Before:
		id += "/" + string(t.Result)
	}
	ctx, cancel := context.WithTimeout(context.Background(), popWrite)
	defer cancel()
	if err := p.kept.Put(ctx, archive.Batch{Items: []archive.Item{p.item(id, &t)}}); err != nil {
		p.log.Warn("keeping the trace of a pop", slog.String("call", t.Call), slog.Any("error", err))
	}
	p.tell(t)
}

// chosen gives the contact that somebody has decided on for a number: for always, or in a call that
// a pop is decided for now.
func (p *pops) chosen(r lookup.Result) int {
	ctx, cancel := context.WithTimeout(context.Background(), popPatience)
	defer cancel()
	at, err := decided(ctx, p.kept, r, p.began(r))
	if err != nil {
		p.log.Warn("reading which contact was chosen", slog.Any("error", err))
	}
	return at
}

// began gives when the latest call with a number began, among those that pops are decided for.
func (p *pops) began(r lookup.Result) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	began := time.Unix(1<<40, 0) // of no call: only a decision for always holds
	found := false
	for _, c := range p.calls {
		if c.Outsider().Number == r.Number.Raw && (!found || c.Created.After(began)) {
			began, found = c.Created, true
		}
	}
	return began
}

// decided gives the contact of a look-up that was decided on, -1 for none, for a call that began at
// a time.
func decided(ctx context.Context, kept archive.Archive, r lookup.Result, began time.Time) (int, error) {
	if kept == nil || len(r.Contacts) < 2 || r.Number.Raw == "" {
		return -1, nil
	}
	items, err := kept.Items(ctx, archive.ItemQuery{Kind: archive.Decision, Caller: r.Number.Raw})
	if err != nil {
		return -1, err
	}
	at, _, _ := card.Chosen(r.Contacts, items, began)
	return at, nil
}

// extra gives tags and notes of a call and its caller.
func (p *pops) extra(c *call.Call) query.Extra {
	ctx, cancel := context.WithTimeout(context.Background(), popPatience)
	defer cancel()
	x, err := noticed(ctx, p.kept, c)
	if err != nil {
		p.log.Warn("reading the tags of a call", slog.Any("error", err))
	}
	return x
}

// noticed reads the tags and notes of a call and its caller.
func noticed(ctx context.Context, kept archive.Archive, c *call.Call) (x query.Extra, err error) {
	if kept == nil {
		return x, nil
	}
	asked := []archive.ItemQuery{{Call: c.ID}}
	if n := c.Outsider().Number; n != "" {
		asked = append(asked, archive.ItemQuery{Caller: n})
	}
	for i, q := range asked {
		items, err := kept.Items(ctx, q)
		if err != nil {
			return x, err
		}
		for _, it := range items {
			switch {
			case i > 0 && it.Call != "": // of another call, or had already
			case it.Kind == archive.Tag:
				x.Tags = append(x.Tags, it.Text)
			case it.Kind == archive.Note:
				x.Notes = append(x.Notes, it.Text)
			}
		}
	}
	return x, nil
}

// showPop hands a trace to the screen.
func (d *desk) showPop(t pop.Trace) {
	d.popDid(&t)
	d.model.Pump().Post(ui.PopMsg{Trace: t})
}

// popPort gives what opens pops by hand, and by which rules; nil where there are none.
func (d *desk) popPort() (open func(*call.Call, string), rules []string) {
	if d.pops == nil {
		return nil, nil
	}
	return d.pops.open, d.pops.rules.Names()
}

// deskPops sets up the pops of a desk: d.pops, nil without rules. session is filled in before anything rings. The
// function that is given back ends what is being opened.
func (a *app) deskPops(ctx context.Context, cfg config.Config, l connect.Link, d *desk, kept archive.Archive, session **connect.Session) (end func(), err error) {
	crm, closePages, err := a.demoPages(ctx, l)
	if err != nil {
		return nil, err
	}
	setup, err := a.setUpPops(ctx, cfg, kept, popUser(l), crm, l.Clock())
	if err != nil {
		closePages()
		return nil, err
	}
	opener, err := a.popSystem(cfg, setup.spec, l.Log)
	if err != nil {
		closePages()
		return nil, err
	}
	if len(setup.spec.Rules) == 0 {
		return closePages, nil
	}
	get := func(id string) (c *call.Call) {
		(*session).Store.Do(func(b *call.Board) { c = b.Get(id) })
		return c
	}
	d.pops = setup.popsOf(opener, d.people, l.Clock, get, d.showPop, l.Log)
	return func() { d.pops.close(); closePages() }, nil
}
