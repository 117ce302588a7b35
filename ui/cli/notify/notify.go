// Package notify carries alarms to people and programs outside the screen: the terminal's bell, a
// notice of the terminal or the desktop, a command, a webhook.
//
// Each way has a line of its own, so that a slow one holds up no other. What comes while a way is
// still busy, or within its gap, goes out as one notice: a storm gives one, and nothing is lost.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ringside/store/alarm"
)

// Notice is what a way is to tell: one change of an alarm, or several that came together.
type Notice struct {
	Changes []alarm.Change // in their order; one of an alarm that was told of again, the newest alone
	Dropped int            // older ones that found no room
}

// Way is one way to tell people or programs. Send may take its time; it ends with its context.
type Way interface {
	Name() string
	Send(ctx context.Context, n Notice) error
}

// Use says how a way is used.
type Use struct {
	Way     Way
	Gap     time.Duration // least time between two notices
	Timeout time.Duration // of one try; 0 is 10 s
	Tries   int           // of one notice; 0 is 1. Between them it waits 1 s, 2 s, 4 s, … up to a minute
	All     bool          // it is told also that alarms are over and acknowledged, not only what is loud
}

// Options of a Desk.
type Options struct {
	Uses []Use
	Log  *slog.Logger
	// OnTrouble is told when a way fails, once until it works again, then nil. It must not block.
	OnTrouble func(way string, err error)
}

// Desk hands notices to ways. Make one with New, drive it with Run.
type Desk struct {
	opt   Options
	lines []*line
}

// line is a way and what waits for it.
type line struct {
	use  Use
	desk *Desk
	wake chan struct{}

	mu      sync.Mutex
	waiting []alarm.Change
	dropped int

	failing bool // its own goroutine's
}

const (
	maxWaiting     = 256 // alarms that wait for one way
	defaultTimeout = 10 * time.Second
	firstPause     = time.Second
	mostPause      = time.Minute
	lastMoment     = time.Second // for what waits when Run ends
)

// Told is an error that is to be reported as it is: trying again would not help.
type Told struct{ error }

// Unwrap gives the cause.
func (t Told) Unwrap() error { return t.error }

// New makes a Desk.
func New(o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnTrouble == nil {
		o.OnTrouble = func(string, error) {}
	}
	d := &Desk{opt: o}
	for _, u := range o.Uses {
		if u.Timeout <= 0 {
			u.Timeout = defaultTimeout
		}
		d.lines = append(d.lines, &line{use: u, desk: d, wake: make(chan struct{}, 1)})
	}
	return d
}

// Change hands over a change of an alarm. It never waits.
func (d *Desk) Change(c alarm.Change) {
	for _, l := range d.lines {
		if l.use.wants(&c) {
			l.add(c)
		}
	}
}

// Ways gives the names of the ways that a change would be told by.
func (d *Desk) Ways(c *alarm.Change) []string {
	var out []string
	for _, l := range d.lines {
		if l.use.wants(c) {
			out = append(out, l.use.Way.Name())
		}
	}
	return out
}

// wants tells whether a way is told of a change.
func (u *Use) wants(c *alarm.Change) bool {
	if len(c.Alarm.Ways) > 0 && !slices.Contains(c.Alarm.Ways, u.Way.Name()) || c.Quiet {
		return false
	}
	switch {
	case c.Loud():
		return true
	case !u.All || c.Alarm.Said == 0: // of what nobody was told, nobody is told that it is over
		return false
	}
	return c.Kind == alarm.Cleared || c.Kind == alarm.Acked || c.Kind == alarm.Unacked || c.Kind == alarm.Better
}

func (l *line) add(c alarm.Change) {
	c.Breaches = nil
	l.mu.Lock()
	if i := slices.IndexFunc(l.waiting, func(o alarm.Change) bool { return o.Alarm.ID == c.Alarm.ID }); i >= 0 && !l.use.All {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	}
	if len(l.waiting) >= maxWaiting {
		l.waiting = slices.Delete(l.waiting, 0, 1)
		l.dropped++
	}
	l.waiting = append(l.waiting, c)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *line) take() (n Notice, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = Notice{Changes: l.waiting, Dropped: l.dropped}
	l.waiting, l.dropped = nil, 0
	return n, len(n.Changes) > 0
}

// Run sends until ctx ends, then what still waits, within a second.
func (d *Desk) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for _, l := range d.lines {
		group.Go(func() { l.run(ctx) })
	}
	group.Wait()
	return ctx.Err()
}

func (l *line) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			l.last(ctx)
			return
		case <-l.wake:
		}
		if n, ok := l.take(); ok {
			l.send(ctx, n)
			if !sleep(ctx, l.use.Gap) {
				l.last(ctx)
				return
			}
		}
	}
}

// last sends what waits when the desk ends.
func (l *line) last(ctx context.Context) {
	if n, ok := l.take(); ok {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastMoment)
		defer cancel()
		l.report(l.try(ctx, n))
	}
}

// send sends a notice, again and again where that may help. What comes meanwhile waits.
func (l *line) send(ctx context.Context, n Notice) {
	var err error
	for try := range max(1, l.use.Tries) {
		if try > 0 && !sleep(ctx, min(firstPause<<(try-1), mostPause)) {
			break
		}
		err = l.try(ctx, n)
		var told Told
		if err == nil || errors.As(err, &told) || ctx.Err() != nil {
			break
		}
		l.desk.opt.Log.Warn("a notice was not taken", slog.String("way", l.use.Way.Name()), slog.Int("try", try+1), slog.Any("error", err))
	}
	l.report(err)
}

func (l *line) try(ctx context.Context, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, l.use.Timeout)
	defer cancel()
	return l.use.Way.Send(ctx, n)
}

// report says once that a way fails, and once that it works again.
func (l *line) report(err error) {
	name := l.use.Way.Name()
	if err != nil {
		l.desk.opt.Log.Warn("a notice is given up", slog.String("way", name), slog.Any("error", err))
	}
	if (err != nil) == l.failing {
		return
	}
	l.failing = err != nil
	l.desk.opt.OnTrouble(name, err)
}

func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// worst gives the change that a notice is headed by: the gravest, of these the newest.
func (n *Notice) worst() *alarm.Change {
	at := 0
	for i := range n.Changes {
		if n.Changes[i].Alarm.Level >= n.Changes[at].Alarm.Level {
			at = i
		}
	}
	return &n.Changes[at]
}

// Title is a few words: "ringside: red", "ringside: 3 alarms".
func (n *Notice) Title() string {
	if len(n.Changes) > 1 || n.Dropped > 0 {
		return fmt.Sprintf("ringside: %d alarms", len(n.Changes)+n.Dropped)
	}
	c := n.worst()
	if c.Alarm.Up() {
		return "ringside: " + c.Alarm.Level.String()
	}
	return "ringside: over"
}

// Text is one line: the headline of the gravest alarm, and how many more there are.
func (n *Notice) Text() string {
	c := n.worst()
	s := c.Alarm.Headline(c.At)
	if more := len(n.Changes) + n.Dropped - 1; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
