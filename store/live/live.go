// Package live is the only writer of the board. It takes events from wherever they come, folds
// them, sees to what the fold asks for (missing states, reports, who is calling), and publishes
// what is known as an immutable View, at most Options.PerSecond times a second.
//
// One goroutine (Run) owns the board. Whatever takes time is done by a bounded number of workers,
// whose answers come back as events. Run returns when its context ends and all workers have.
package live

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"ringside/store/call"
)

// ErrUnknown is what a Service answers for a call it does not know, or no longer.
var ErrUnknown = errors.New("the service does not know this call")

// ErrNotReady is what a Service answers for a report that does not exist yet.
var ErrNotReady = errors.New("the report is not ready")

// Service is what live asks of GoTo. Each call may block until its context ends.
type Service interface {
	// Spaces gives the last state of each call that is up.
	Spaces(ctx context.Context) ([]call.Event, error)
	// States gives the states from..to of a call, both included; to 0 means all from from on.
	States(ctx context.Context, id string, from, to uint64) ([]call.Event, error)
	// Report gives the report of a finished call.
	Report(ctx context.Context, id string) (*call.Report, error)
}

// History is what a Service may be beside: it knows the finished calls.
type History interface {
	// Finished gives the ids of the finished calls that were created between two moments, as far as
	// there are reports of them.
	Finished(ctx context.Context, from, to time.Time) ([]string, error)
}

// Options of a Store. Only Service may be nil: then nothing is asked for.
type Options struct {
	Board   call.Options
	Service Service
	Log     *slog.Logger
	// Now is the clock; time.Now when nil. A replay brings its own.
	Now func() time.Time
	// PerSecond bounds how often a View is published. Default 30.
	PerSecond int
	// Workers bounds how many questions are open at once. Default 4.
	Workers int

	// OnView is called with each new View, from Run's goroutine: it must not block.
	OnView func(*call.View)
	// OnEffect is called with what should be done and is not live's to do: look-ups, pops, ends.
	OnEffect func(call.Effect)
	// OnEvent is called with each state that was folded, once, whatever it came from and before what
	// follows from it. It may keep the event; it must not change it.
	OnEvent func(call.Event)
	// OnEnded is called with each call that has ended, after its states, and again when states that
	// came late have changed it.
	OnEnded func(*call.Call)
	// OnReport is called with each report fetched, or with why it could not be. A nil error
	// comes with a report whose Call is set. A report that was revised comes again.
	OnReport func(id string, r *call.Report, err error)
	// OnNoticed is called before OnReport with when the service's notice of the report arrived, by
	// the real clock; not for reports that were fetched without a notice.
	OnNoticed func(id string, noticed time.Time)
	// OnTrouble is called with why questions about calls are not answered, so that the board may be
	// incomplete, and with nil when they are again.
	OnTrouble func(error)
	// OnDeaf is called when calls change and the stream does not tell.
	OnDeaf func()
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PerSecond <= 0 {
		o.PerSecond = 30
	}
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnView == nil {
		o.OnView = func(*call.View) {}
	}
	if o.OnEffect == nil {
		o.OnEffect = func(call.Effect) {}
	}
	if o.OnEvent == nil {
		o.OnEvent = func(call.Event) {}
	}
	if o.OnEnded == nil {
		o.OnEnded = func(*call.Call) {}
	}
	if o.OnNoticed == nil {
		o.OnNoticed = func(string, time.Time) {}
	}
	if o.OnReport == nil {
		o.OnReport = func(string, *call.Report, error) {}
	}
	if o.OnTrouble == nil {
		o.OnTrouble = func(error) {}
	}
	if o.OnDeaf == nil {
		o.OnDeaf = func() {}
	}
}

// Store owns the board. Make one with New and drive it with Run.
type Store struct {
	opt    Options
	board  *call.Board
	events chan call.Event
	asks   chan func()
	done   chan struct{}

	dirty     bool
	published time.Time // by the real clock
	jobs      jobs
	reports   reports
	listing   []chan error // who waits for the list of calls
	shown     map[string]bool
	over      map[string]struct{} // finished calls to be told, or told again
	linkDown  bool
	trouble   bool // OnTrouble was told of one
	doubt     doubt
	sweep     sweep
}

// New makes a Store. Nothing happens before Run.
func New(o Options) *Store {
	o.fill()
	s := &Store{
		opt:    o,
		board:  call.NewBoard(o.Board),
		events: make(chan call.Event, 4096),
		asks:   make(chan func(), 64),
		done:   make(chan struct{}),
		shown:  map[string]bool{},
		over:   map[string]struct{}{},
		sweep:  newSweep(),
	}
	s.jobs = newJobs(o.Workers)
	s.reports = newReports()
	return s
}

// Put hands an event over. It blocks while 4096 are waiting: a source that is faster than the
// fold is slowed down, and nothing is lost. After Run has ended it does nothing.
func (s *Store) Put(e call.Event) {
	if e.Received.IsZero() && e.Source != call.FromReplay {
		e.Received = s.opt.Now()
	}
	select {
	case s.events <- e: // mostly there is room, and to ask for that alone costs a third
		return
	default:
	}
	select {
	case s.events <- e:
	case <-s.done:
	}
}

// Do runs f on the board, between two events, and waits for it.
func (s *Store) Do(f func(*call.Board)) {
	ready := make(chan struct{})
	s.ask(func() { f(s.board); s.dirty = true; close(ready) })
	select {
	case <-ready:
	case <-s.done:
	}
}

// View gives the board as it is now.
func (s *Store) View() *call.View {
	var v *call.View
	s.Do(func(b *call.Board) { v = b.Publish(s.opt.Now()) })
	return v
}

// Reconcile asks the service which calls are up and brings the board in line: for a start and
// after every reconnect. It returns when the list has been folded; what the list shows to be
// missing is then being asked for.
func (s *Store) Reconcile(ctx context.Context) error {
	if s.opt.Service == nil {
		return nil
	}
	ready := make(chan error, 1)
	s.ask(func() { s.reconcile(ready) })
	select {
	case err := <-ready:
		return err
	case <-ctx.Done():
		s.ask(func() { s.listing = slices.DeleteFunc(s.listing, func(c chan error) bool { return c == ready }) })
		return ctx.Err()
	case <-s.done:
		return nil
	}
}

// FetchReport asks for the report of a finished call; OnReport gets the answer.
func (s *Store) FetchReport(id string) { s.ask(func() { s.wantReport(id, true) }) }

func (s *Store) ask(f func()) {
	select {
	case s.asks <- f:
	case <-s.done:
	}
}

// expireEvery is how often time alone is given its turn.
const expireEvery = 100 * time.Millisecond

// Run folds events until ctx ends, then waits for its workers.
func (s *Store) Run(ctx context.Context) error {
	defer close(s.done)
	s.sweep.began, s.sweep.swept = s.opt.Now(), s.opt.Now()
	s.hear()
	ctx, cancel := context.WithCancel(ctx)
	defer s.jobs.wait()
	defer cancel()
	tick := time.NewTicker(expireEvery)
	defer tick.Stop()
	publish := time.NewTimer(time.Hour)
	publish.Stop()
	armed := false
	for {
		select {
		case <-ctx.Done():
			s.publish()
			return ctx.Err()
		case e := <-s.events:
			s.hear()
			s.fold(&e)
			s.drain()
		case f := <-s.asks:
			f()
		case a := <-s.jobs.answers:
			s.take(a)
		case <-tick.C:
			s.effects(s.board.Expire(s.opt.Now()))
			s.askDueReports()
			s.checkStream()
			s.sweepDue()
		case <-publish.C:
			armed = false
			s.publish()
		}
		s.tellEnded()
		s.startJobs(ctx)
		if s.dirty && !armed {
			armed = true
			publish.Reset(max(0, time.Second/time.Duration(s.opt.PerSecond)-time.Since(s.published)))
		}
	}
}

// drain folds what else is waiting, so that a burst costs one round of the loop.
func (s *Store) drain() {
	for range 1024 {
		select {
		case e := <-s.events:
			s.fold(&e)
		default:
			return
		}
	}
}

func (s *Store) fold(e *call.Event) {
	fx := s.apply(e)
	if e.Kind == call.KindReport && len(fx) > 0 {
		s.notice(e.Meta.ID)
		return
	}
	s.effects(fx)
}

func (s *Store) publish() {
	s.dirty = false
	s.published = time.Now()
	s.opt.OnView(s.board.Publish(s.opt.Now()))
}

// effects sees to what the fold asked for.
func (s *Store) effects(fx []call.Effect) {
	for _, f := range fx {
		s.dirty = true
		switch f.Kind {
		case call.NeedStates:
			if f.To > 0 && !s.board.Get(f.ID).JoinedLate { // a gap, and not a call that is silent or new to us
				s.lost()
			}
			s.jobs.add(&job{kind: wantStates, id: f.ID, from: f.From, to: f.To})
		case call.NeedReport:
			s.wantReport(f.ID, false)
		case call.EndedCall:
			s.sweep.recent.Add(f.ID)
			s.over[f.ID] = struct{}{}
			s.await(f.ID)
			s.opt.OnEffect(f)
		default:
			s.opt.OnEffect(f)
		}
	}
}
