// Package guard keeps the alarms while a desk or a watch runs: one goroutine owns the engine, holds
// each view of the calls against the rules, tells of what changes, and keeps it. An alarm that was
// acknowledged before a restart is acknowledged after it.
package guard

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// Archive is where alarms are kept: archive.Archive has it.
type Archive interface {
	Put(ctx context.Context, b archive.Batch) error
	Items(ctx context.Context, q archive.ItemQuery) ([]archive.Item, error)
}

// Options of a Guard.
type Options struct {
	Settings alarm.Settings
	Archive  Archive          // nil: nothing is kept
	Now      func() time.Time // the clock of the calls; nil is the real one
	Log      *slog.Logger

	// Each may be nil, is called from one goroutine, and must not block.
	OnBoard  func(*alarm.Board) // what there is, when it has changed
	OnChange func(alarm.Change)
	OnKept   func(error) // why changes cannot be kept, and nil when they are again
}

// Guard keeps the alarms. Make one with New and drive it with Run.
type Guard struct {
	opt    Options
	engine *alarm.Engine // Run's own
	keep   *keep
	asks   chan func(now time.Time)
	done   chan struct{}
	began  chan struct{}

	mu      sync.Mutex
	view    *call.View // the newest that has not been looked at
	idle    map[string]time.Time
	figures []alarm.Figure
	fresh   bool // idle and figures have not been looked at
}

const (
	tick      = 100 * time.Millisecond // how often calls are looked at
	boards    = 250 * time.Millisecond // least time between two boards
	loadWait  = 5 * time.Second        // for the alarms of before
	loadSince = 14 * 24 * time.Hour    // how far back they are looked for
)

// New makes a Guard. Nothing happens before Run.
func New(o Options) *Guard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnBoard == nil {
		o.OnBoard = func(*alarm.Board) {}
	}
	if o.OnChange == nil {
		o.OnChange = func(alarm.Change) {}
	}
	if o.OnKept == nil {
		o.OnKept = func(error) {}
	}
	g := &Guard{opt: o, engine: alarm.New(o.Settings), asks: make(chan func(time.Time), 16), done: make(chan struct{}), began: make(chan struct{})}
	if o.Archive != nil {
		g.keep = newKeep(o)
	}
	return g
}

// View hands over a newer view of the calls. It never waits: one that was not looked at yet is
// forgotten.
func (g *Guard) View(v *call.View) {
	g.mu.Lock()
	g.view = v
	g.mu.Unlock()
}

// Stats hands over who is idle, since when, and the figures that are not counted from calls. It never
// waits. It may keep both.
func (g *Guard) Stats(idle map[string]time.Time, figures []alarm.Figure) {
	g.mu.Lock()
	g.idle, g.figures, g.fresh = idle, figures, true
	g.mu.Unlock()
}

// Know hands over what is known of a call beside what GoTo says.
func (g *Guard) Know(id string, x query.Extra) {
	g.ask(func(now time.Time) { g.tell(g.engine.Know(id, x, now)) })
}

// Acknowledge takes in that somebody has seen an alarm. ok is false when it is not up any more, or
// was acknowledged before.
func (g *Guard) Acknowledge(id, by string) (ok bool) {
	return g.act(func(now time.Time) (out []alarm.Change, ok bool) { return g.engine.Acknowledge(id, by, now) })
}

// Unacknowledge takes an acknowledgement back.
func (g *Guard) Unacknowledge(id, by string) (ok bool) {
	return g.act(func(now time.Time) (out []alarm.Change, ok bool) { return g.engine.Unacknowledge(id, by, now) })
}

// Snooze puts an alarm off for a time.
func (g *Guard) Snooze(id, by string, length time.Duration) (ok bool) {
	return g.act(func(now time.Time) (out []alarm.Change, ok bool) {
		return g.engine.Snooze(id, by, now.Add(length), now)
	})
}

// Unsnooze takes a snooze back.
func (g *Guard) Unsnooze(id, by string) (ok bool) {
	return g.act(func(now time.Time) (out []alarm.Change, ok bool) { return g.engine.Unsnooze(id, by, now) })
}

func (g *Guard) act(do func(time.Time) ([]alarm.Change, bool)) (ok bool) {
	g.ask(func(now time.Time) {
		out, did := do(now)
		ok = did
		g.tell(out)
		g.show(now)
	})
	return ok
}

// ask has something done by Run, and waits for it.
func (g *Guard) ask(do func(now time.Time)) {
	ready := make(chan struct{})
	select {
	case g.asks <- func(now time.Time) { do(now); close(ready) }:
	case <-g.done:
		return
	}
	select {
	case <-ready:
	case <-g.done:
	}
}

// Run keeps the alarms until ctx ends, and returns when what is to be kept has been written, or
// cannot be within a second.
func (g *Guard) Run(ctx context.Context) error {
	defer close(g.done)
	var group sync.WaitGroup
	defer group.Wait()
	if g.keep != nil {
		g.restore(ctx)
		group.Go(func() { g.keep.run(ctx) })
	}
	g.show(g.opt.Now())
	turn := time.NewTicker(tick)
	defer turn.Stop()
	var shown time.Time
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case do := <-g.asks:
			do(g.opt.Now())
		case at := <-turn.C:
			now := g.opt.Now()
			g.look(now)
			if at.Sub(shown) >= boards && g.engine.Fresh() {
				shown = at
				g.show(now)
			}
		}
	}
}

// restore takes in the alarms of before.
func (g *Guard) restore(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, loadWait)
	defer cancel()
	now := g.opt.Now()
	alarms, err := Load(ctx, g.opt.Archive, now.Add(-loadSince), alarm.MaxPast)
	if err != nil {
		g.opt.Log.Warn("reading the alarms of before", slog.Any("error", err))
		return
	}
	g.tell(g.engine.Restore(alarms, now))
}

// look holds what is new against the rules.
func (g *Guard) look(now time.Time) {
	g.mu.Lock()
	v, idle, figures, fresh := g.view, g.idle, g.figures, g.fresh
	g.view, g.fresh = nil, false
	g.mu.Unlock()
	if v != nil {
		g.tell(g.engine.Calls(v.Live, now))
	} else {
		g.tell(g.engine.Advance(now))
	}
	if fresh {
		g.tell(g.engine.Agents(idle, now))
		g.tell(g.engine.Figures(figures, now))
	}
}

func (g *Guard) tell(changes []alarm.Change) {
	for i := range changes {
		c := &changes[i]
		if c.Kind != alarm.Joined {
			g.opt.Log.Info("alarm", slog.String("event", string(c.Kind)), slog.String("id", c.Alarm.ID), slog.String("level", c.Alarm.Level.String()), slog.Int("calls", c.Alarm.Count), slog.String("by", c.By), slog.Bool("quiet", c.Quiet))
		}
		if g.keep != nil {
			g.keep.add(c)
		}
		g.opt.OnChange(*c)
	}
}

func (g *Guard) show(now time.Time) { g.opt.OnBoard(g.engine.Board(now)) }
