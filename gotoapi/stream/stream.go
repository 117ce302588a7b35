package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Stream is a live link to the call events of one account. Make it with New.
type Stream struct {
	cfg     Config
	running atomic.Bool
	suspect chan struct{} // has room for one

	mu     sync.Mutex // guards what Status reads
	status Status
	nextAt time.Time // of the next attempt; zero when none is planned
	// lastFrame and lastSign are when a message, or any sign of life, was last heard.
	lastFrame, lastSign time.Time
}

// New makes a Stream; Run starts it.
func New(cfg Config) *Stream {
	s := &Stream{cfg: withDefaults(cfg), suspect: make(chan struct{}, 1), status: Status{Link: Connecting, Since: time.Now()}}
	if cfg.Feed != nil {
		s.status.Scope = cfg.Feed.Scope()
	}
	return s
}

// Run keeps the link until ctx ends, and then deletes subscriptions and channel, for which it takes
// Config.Farewell at most. It returns nil when ctx ended, or the reason why no link can be made at
// all: an error of class Fatal or Auth before the first link. After a link has been there once, such
// an error pauses it (Down) and it is tried again.
func (s *Stream) Run(ctx context.Context) error {
	if !s.running.CompareAndSwap(false, true) {
		return errors.New("the stream is running already")
	}
	defer s.running.Store(false)
	l := newLoop(ctx, s)
	err := l.run()
	l.end()
	switch {
	case err != nil && s.cfg.Carry != nil:
		return err // what it is for, the carrier knows
	case err != nil:
		return fmt.Errorf("connecting to live calls: %w", err)
	}
	return nil
}

// loop is one Run. Its fields belong to Run's goroutine alone.
type loop struct {
	s      *Stream
	ctx    context.Context // ends with Run's, or when Run gives up
	cancel context.CancelFunc
	heard  chan heard
	done   chan func() // what is to be done after a task, by Run's goroutine
	tasks  int         // running
	timer  *time.Timer

	cur   *socket // events come from here; nil while there is no link
	old   *socket // a replaced one, read until lingerAt for what is still in it
	spare *lease  // what the next attempt opens; nil makes a new one
	named int     // leases named so far

	opening    bool
	refreshing bool
	openAt     time.Time // next attempt; zero when none is planned
	refreshAt  time.Time // refresh by our own clock
	lingerAt   time.Time
	readAt     time.Time // next look at the subscriptions
	reading    bool
	probing    probe
	wall       time.Time // the wall clock when it was last looked at
	// refreshedAt is when the present channel was last refreshed; zero when not yet.
	refreshedAt time.Time

	tries  int  // attempts since there was progress
	been   bool // a link has been there
	down   bool // only a person can help
	stale  bool
	fatal  error // ends Run
	recent events
	hook   hook
	// notices reads what the Web Calls API tells; nil where nobody is told.
	notices *wire.Decoder
	state   Status // as last published, without what time alone changes
}

// burst is how many messages of a reader may wait: a reader that hands over each by itself costs two turns
// of the scheduler a message.
const burst = 64

func newLoop(ctx context.Context, s *Stream) *loop {
	own, cancel := context.WithCancel(ctx)
	l := &loop{
		s: s, ctx: own, cancel: cancel, heard: make(chan heard, burst), done: make(chan func()),
		timer: time.NewTimer(0), openAt: time.Now(), state: s.Status(), wall: s.cfg.Wall().Round(0),
	}
	if s.cfg.Carry != nil {
		l.notices = wire.NewDecoder()
	}
	return l
}

// run is the loop itself; it ends with ctx or with an error that forbids going on.
func (l *loop) run() error {
	for {
		l.publish()
		l.timer.Reset(l.wait())
		select {
		case <-l.ctx.Done():
			return nil
		case h := <-l.heard:
			l.take(&h)
			l.drain()
		case then := <-l.done:
			l.tasks--
			then()
		case <-l.s.suspect:
			l.suspected()
		case <-l.timer.C:
			l.due(time.Now())
		}
		if jump := l.clockJump(); jump > sleepAfter {
			l.awake(jump)
		}
		if l.fatal != nil {
			return l.fatal
		}
	}
}

// drain takes what else was heard, so that a burst costs one round of the loop.
func (l *loop) drain() {
	for range cap(l.heard) {
		select {
		case h := <-l.heard:
			l.take(&h)
		default:
			return
		}
	}
}

// watchEvery is how often a link is looked at for silence, and the clock for a jump.
const watchEvery = time.Second

// wait is how long nothing is due.
func (l *loop) wait() time.Duration {
	wait := watchEvery
	for _, at := range []time.Time{l.openAt, l.refreshAt, l.lingerAt, l.readAt, l.probing.verdict} {
		if !at.IsZero() {
			wait = min(wait, max(time.Until(at), 0))
		}
	}
	return wait
}

// due does what the clock asks for.
func (l *loop) due(now time.Time) {
	reached := func(at time.Time) bool { return !at.IsZero() && !now.Before(at) }
	if reached(l.openAt) {
		l.open()
	}
	if reached(l.refreshAt) {
		l.refresh()
	}
	if reached(l.lingerAt) {
		l.retire()
	}
	if reached(l.readAt) {
		l.readBack()
	}
	if reached(l.probing.verdict) {
		l.judge()
	}
	l.watch(now)
}

// watch tells a silent link from a live one, and sees what it has lost. Ending a dead one is the
// reader's matter.
func (l *loop) watch(now time.Time) {
	if l.cur != nil {
		l.missed(l.cur.numbers.lost(now))
	}
	l.stale = l.cur != nil && now.Sub(l.cur.lastSign()) > l.s.cfg.StaleAfter
}

// task runs work in a goroutine; what work returns is run by Run's goroutine.
func (l *loop) task(work func() func()) {
	l.tasks++
	go func() { l.done <- work() }()
}

// end leaves everything as the service wants it left: sockets closed, subscriptions and channels
// deleted, no goroutine running.
func (l *loop) end() {
	l.cancel()
	for l.tasks > 0 {
		then := <-l.done
		l.tasks--
		then()
	}
	l.timer.Stop()
	// Run's context has ended, its values (a log's, say) still count.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), l.s.cfg.Farewell)
	defer cancel()
	var wg sync.WaitGroup
	for _, k := range []*socket{l.cur, l.old} {
		if k != nil {
			wg.Go(func() { l.leave(ctx, k, k.lease) })
		}
	}
	if l.spare.exists() {
		wg.Go(func() { l.leave(ctx, nil, l.spare) })
	}
	wg.Wait()
	l.cur, l.old, l.spare = nil, nil, nil
	l.openAt = time.Time{}
	l.publish()
}

// leave closes a socket and deletes its lease. A failure is logged and forgotten: a channel ends by
// itself when its life does.
func (l *loop) leave(ctx context.Context, k *socket, le *lease) {
	if k != nil {
		k.close(true)
	}
	if err := l.s.drop(ctx, le); err != nil {
		l.s.cfg.Logger.InfoContext(ctx, "channel not deleted; it ends by itself", "error", err)
	}
}

// publish makes the present state known, and calls Config.Status when it has changed.
func (l *loop) publish() {
	s := l.s
	l.state.Link, l.state.Try = l.link(), l.tries
	if l.state.Link != s.status.Link {
		l.state.Since = time.Now()
	}
	st := l.state.withWhy()
	changed := st.Link != s.status.Link || st.Try != s.status.Try || !l.openAt.Equal(s.nextAt) ||
		st.Why != s.status.Why || st.Hint != s.status.Hint || st.NoReports != s.status.NoReports ||
		st.Counters.rare() != s.status.Counters.rare()
	s.mu.Lock()
	s.status, s.nextAt = st, l.openAt
	if l.cur != nil {
		s.lastSign = l.cur.lastSign()
	}
	s.mu.Unlock()
	if changed {
		s.cfg.Status(s.Status())
	}
}

// rare are the counters whose change is news by itself.
func (c Counters) rare() [3]uint64 { return [3]uint64{c.Reconnects, c.Refreshes, c.Replaced} }

// missed counts frames that are known to be lost.
func (l *loop) missed(frames int) {
	if frames > 0 {
		l.state.Counters.Missed += uint64(frames)
		l.s.cfg.Missed(frames)
	}
}

func (l *loop) link() Link {
	switch {
	case l.cur == nil && l.down:
		return Down
	case l.cur == nil:
		return Connecting
	case l.stale:
		return Stale
	case l.hook.busy():
		return Recovering
	}
	return Live
}

// progress is what resets the back-off: a new event or a refreshed channel. Connecting is none, or
// a service that accepts and closes would be asked without end.
func (l *loop) progress() { l.tries = 0 }

// explain puts an error into words for the status.
func (l *loop) explain(err error) {
	l.state.Why, l.state.Hint = clean(err.Error()), gotoapi.Hint(err)
}

func clean(s string) string { return call.Clean(s) }
