package cli

import (
	"context"
	"log/slog"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/alarm/guard"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/stats"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
	"ringside/ui/cli/notify"
)

// alarms watches the alarms of a desk, or of a watch without a screen, and has them told.
type alarms struct {
	*alarmSetup
	guard *guard.Guard
	tell  *notify.Desk
	figs  *figures // nil: no rule needs them
	tags  *tagger  // nil: no rule asks
}

// alarmHooks are what is told of alarms beside the ways; each may be nil.
type alarmHooks struct {
	board   func(*alarm.Board)
	change  func(alarm.Change)
	kept    func(error)
	trouble func(way string, err error)
	veil    func(string) string // masks numbers in what leaves the desk, while that is wanted
}

// alarmsOf makes the alarms. Nothing happens before run.
func (s *alarmSetup) alarmsOf(cfg config.Config, desk duty.Desk, kept archive.Archive, clock func() time.Time, h alarmHooks, log *slog.Logger) *alarms {
	a := &alarms{alarmSetup: s, tell: notify.New(notify.Options{Uses: s.uses, Log: log, OnTrouble: h.trouble})}
	o := guard.Options{Settings: s.settings, Now: clock, Log: log, OnBoard: h.board, OnKept: h.kept, OnChange: func(c alarm.Change) {
		if h.veil != nil { // a subject may be a number: an agent outside
			c.Alarm.Subject = h.veil(c.Alarm.Subject)
		}
		a.tell.Change(c)
		if h.change != nil {
			h.change(c)
		}
	}}
	if kept != nil {
		o.Archive = kept
	}
	a.guard = guard.New(o)
	if s.settings.Rules.Measures(alarm.SLA, alarm.Idle) {
		a.figs = &figures{guard: a.guard, clock: clock, kept: kept, log: log, desk: desk, fold: stats.New(numbers(cfg))}
	}
	if kept != nil && s.settings.Rules.Asks() {
		a.tags = &tagger{guard: a.guard, kept: kept, log: log, told: map[string]bool{}, wake: make(chan struct{}, 1)}
	}
	return a
}

// view hands over a newer view of the calls. It never waits.
func (a *alarms) view(v *call.View) {
	a.guard.View(v)
	if a.figs != nil {
		a.figs.view(v)
	}
	if a.tags != nil {
		a.tags.view(v)
	}
}

// run watches and tells until ctx ends.
func (a *alarms) run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { _ = a.guard.Run(ctx) }) // ends only with its context
	group.Go(func() { _ = a.tell.Run(ctx) })
	if a.figs != nil {
		group.Go(func() { a.figs.run(ctx) })
	}
	if a.tags != nil {
		group.Go(func() { a.tags.run(ctx) })
	}
	group.Wait()
}

// figures are the numbers that alarms do not count themselves: who is idle, and how many were answered
// in time today.
type figures struct {
	guard *guard.Guard
	fold  *stats.Fold // run's own
	clock func() time.Time
	kept  archive.Archive // nil: only what was seen counts
	log   *slog.Logger
	desk  duty.Desk // whose queues, and whose people, are watched

	mu     sync.Mutex
	newest *call.View
}

// How often numbers are made, and how often the archive is asked for what was not seen: reports come in,
// most of them after a start, and correct what was.
const (
	figuresEvery = time.Second
	pastEvery    = time.Minute
	pastPage     = 1000
)

func (f *figures) view(v *call.View) {
	f.mu.Lock()
	f.newest = v
	f.mu.Unlock()
}

func (f *figures) run(ctx context.Context) {
	var asked time.Time
	every(ctx, figuresEvery, func() {
		now := f.clock()
		if real := time.Now(); f.kept != nil && real.Sub(asked) >= pastEvery {
			asked = real
			if err := f.past(ctx, now); err != nil && ctx.Err() == nil {
				f.log.Warn("reading today's calls for the alarms", slog.Any("error", err))
			}
		}
		f.mu.Lock()
		v := f.newest
		f.mu.Unlock()
		if v == nil {
			return
		}
		f.fold.SetView(v)
		f.fold.Advance(now)
		f.guard.Stats(f.make(now))
	})
}

// make gives who is idle, since when, and the share answered in time of each queue and of all.
func (f *figures) make(now time.Time) (idle map[string]time.Time, out []alarm.Figure) {
	idle = map[string]time.Time{}
	if f.desk.May(duty.People, false) == nil {
		f.fold.Idle(func(name string, since time.Time) {
			if !since.IsZero() {
				idle[name] = since
			}
		})
	}
	add := func(queue string, n stats.Number) {
		if n.Known {
			out = append(out, alarm.Figure{Measure: alarm.SLA, Queue: queue, Value: int64(100 * n.Value), Calls: n.Of})
		}
	}
	for _, q := range f.fold.Queues(now) {
		if f.desk.SeesQueue(q.Name) {
			add(q.Name, q.SLA)
		}
	}
	if f.desk.Limited() {
		return idle, out // all is not theirs to know
	}
	add("", f.fold.Number(stats.SLA, stats.Floor(), now))
	return idle, out
}

// past reads today's finished calls out of the archive.
func (f *figures) past(ctx context.Context, now time.Time) error {
	y, m, d := now.Date()
	s := archive.Search{Since: time.Date(y, m, d, 0, 0, 0, 0, now.Location()), Limit: pastPage}
	for {
		page, err := f.kept.Find(ctx, s)
		if err != nil {
			return err
		}
		var calls []stats.Past
		for i := range page.Rows {
			calls = append(calls, stats.Past{Summary: page.Rows[i].Summary, Reported: !page.Rows[i].Reported.IsZero()})
		}
		f.fold.AddPast(now, calls)
		if !page.After || len(page.Rows) == 0 {
			return nil
		}
		s.From = page.Rows[len(page.Rows)-1].Cursor
	}
}

// deskAlarms sets up the alarms of a desk: d.alarms. The function that is given back lets go of them.
func (a *app) deskAlarms(cfg config.Config, l connect.Link, d *desk, kept archive.Archive) (end func(), err error) {
	setup, err := a.setUpAlarms(cfg, l.Clock(), func(s string) { d.model.Pump().Post(ui.SignalMsg{Sequence: s}) }, l.Log)
	if err != nil {
		return nil, err
	}
	post := func(msg tea.Msg) { d.model.Pump().Post(msg) }
	d.alarms = setup.alarmsOf(cfg, a.deskDuty(cfg), kept, l.Clock, alarmHooks{
		board: func(b *alarm.Board) { d.model.Pump().Post(ui.AlarmsMsg{Board: b}) },
		change: func(c alarm.Change) {
			if n, ok := alarmNotice(&c); ok {
				post(n)
			}
		},
		kept: func(err error) {
			if err != nil {
				post(ui.NoticeMsg{Level: ui.Warn, Text: "alarms are not kept: " + err.Error(), Hint: "they are watched and told all the same; " + login.Hint(err)})
			}
		},
		trouble: func(way string, err error) { post(troubleNotice(way, err)) },
		veil:    a.veilOf(cfg).Text,
	}, l.Log)
	return setup.close, nil
}

// alarmNotice is what the screen says of a change, beside the mark in the header.
func alarmNotice(c *alarm.Change) (ui.AlarmedMsg, bool) {
	if !c.Loud() || c.Kind == alarm.Again {
		return ui.AlarmedMsg{}, false
	}
	level := ui.Warn
	if c.Alarm.Level == alarm.Red {
		level = ui.Bad
	}
	return ui.AlarmedMsg{Level: level, Text: c.Sentence(), Hint: "6 shows the alarms; there Enter opens the calls, A acknowledges, Z puts off"}, true
}

// troubleNotice says that a way of telling fails, or works again.
func troubleNotice(way string, err error) ui.NoticeMsg {
	if err == nil {
		return ui.NoticeMsg{Level: ui.Good, Text: "alarms are told by " + way + " again"}
	}
	hint := login.Hint(err)
	if hint == "" {
		hint = "`ringside alarm test --send` tries it; the log has each failure"
	}
	return ui.NoticeMsg{Level: ui.Warn, Text: "alarms are not told by " + way + ": " + err.Error(), Hint: hint}
}

// tagger tells the alarms the tags and notes of calls and their callers, as they are when a call comes.
type tagger struct {
	guard *guard.Guard
	kept  archive.Archive
	log   *slog.Logger
	wake  chan struct{}

	mu     sync.Mutex
	newest *call.View

	old  call.Vec        // run's own, as told is
	told map[string]bool // calls that are up
}

func (t *tagger) view(v *call.View) {
	t.mu.Lock()
	t.newest = v
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *tagger) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.wake:
		}
		t.mu.Lock()
		v := t.newest
		t.mu.Unlock()
		for _, c := range t.came(v.Live) {
			if ctx.Err() != nil {
				return
			}
			t.know(ctx, c)
		}
	}
}

// came gives the calls that are new on the board.
func (t *tagger) came(live call.Vec) []*call.Call {
	var came []*call.Call
	gone := map[string]bool{}
	live.Diff(t.old, func(_ int, was, is *call.Call) {
		if was != nil {
			gone[was.ID] = true
		}
		if is != nil {
			came = append(came, is)
		}
	})
	t.old = live
	for _, c := range came {
		delete(gone, c.ID)
	}
	for id := range gone {
		delete(t.told, id)
	}
	var out []*call.Call
	for _, c := range came {
		if !t.told[c.ID] && c.Live() {
			t.told[c.ID] = true
			out = append(out, c)
		}
	}
	return out
}

func (t *tagger) know(ctx context.Context, c *call.Call) {
	x, err := noticed(ctx, t.kept, c)
	switch {
	case err != nil && ctx.Err() == nil:
		t.log.Warn("reading the tags of a call for the alarms", slog.String("call", c.ID), slog.Any("error", err))
	case len(x.Tags)+len(x.Notes) > 0:
		t.guard.Know(c.ID, x)
	}
}
