package pop

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/store/query"
)

// Finder asks who a number is; *lookup.Desk is one. Want returns at once; done is called with what
// is known so far, and a last time with Result.Done. Want gives 0 when nothing will come.
type Finder interface {
	Want(n number.Number, done func(lookup.Result)) uint64
}

// Seen remembers across restarts which pops were opened. Once notes a pop and tells whether it is
// the first of its call and moment. It is asked right before something is opened: what it
// answered true to is not opened again, even if the program dies in between.
type Seen interface {
	Once(ctx context.Context, callID string, m Moment) (first bool, err error)
}

// Opener opens a target: *System does, on this machine. It waits until it knows what became of it
// or ctx is done.
type Opener interface {
	Open(ctx context.Context, t Target) Outcome
}

// Outcome is what became of a target.
type Outcome struct {
	Result Result // Opened, Shown or Failed
	Why    string // in one line, "" when there is nothing to say
	Output string // what a command wrote, its beginning, clean
}

// Desk is what an Engine works with. Opener is needed; the rest may be nil.
type Desk struct {
	Opener Opener
	Finder Finder
	Seen   Seen
	// User gives who I am now.
	User func() User
	// Chosen gives which contact of a result somebody has decided on for the number, by index; -1
	// is none.
	Chosen func(lookup.Result) int
	// Extra gives what queries may ask about beside the call: tags and notes.
	Extra func(*call.Call) query.Extra
	// Current gives the call as it is now, nil when it is gone: a pop that had to wait opens
	// nothing for a call that went elsewhere meanwhile.
	Current func(id string) *call.Call
	// Done is handed the trace of every decision, from a goroutine of the engine. It must not call
	// Close.
	Done func(Trace)
	Log  *slog.Logger
}

// Bounds of an Engine.
const (
	maxBusy   = 16   // pops that are being decided or opened at a time
	maxMemory = 4096 // pops that are remembered within this process
)

// Engine opens pops. Its methods may be called from any goroutine and never wait.
type Engine struct {
	rules *Rules
	desk  Desk

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu     sync.Mutex
	closed bool
	busy   int
	seen   map[seenKey]bool
	order  []seenKey   // of seen, the oldest first
	recent []time.Time // when something was opened in the last minute
}

type seenKey struct {
	call   string
	moment Moment
}

// NewEngine makes an engine. Close it.
func NewEngine(rules *Rules, d Desk) *Engine {
	if d.User == nil {
		d.User = func() User { return User{} }
	}
	if d.Chosen == nil {
		d.Chosen = func(lookup.Result) int { return -1 }
	}
	if d.Extra == nil {
		d.Extra = func(*call.Call) query.Extra { return query.Extra{} }
	}
	if d.Done == nil {
		d.Done = func(Trace) {}
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{rules: rules, desk: d, seen: map[seenKey]bool{}}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e
}

// Reach tells that a call of mine has come to a moment: a call.PopMoment. It returns at once. The
// same moment of the same call is decided once.
func (e *Engine) Reach(c *call.Call, m Moment, at time.Time) {
	e.begin(c, m, at, func(ctx context.Context) { e.pop(ctx, e.rules, c, m, at) })
}

// ByHand opens the first rule that matches a call, whatever its moment. It returns at once.
func (e *Engine) ByHand(c *call.Call, at time.Time) {
	e.begin(c, ByHand, at, func(ctx context.Context) { e.pop(ctx, e.rules, c, ByHand, at) })
}

// ByRule opens the targets of one rule, whether it matches the call or not.
func (e *Engine) ByRule(c *call.Call, name string, at time.Time) {
	for _, r := range e.rules.rules {
		if r.name == name && len(r.targets) > 0 {
			r.conds, r.on = nil, []Moment{ByHand}
			only := *e.rules
			only.rules = []rule{r}
			e.begin(c, ByHand, at, func(ctx context.Context) { e.pop(ctx, &only, c, ByHand, at) })
			return
		}
	}
}

// Names gives the names of the rules that open something, in their order: what ByRule takes.
func (r *Rules) Names() []string {
	var out []string
	for _, one := range r.rules {
		if len(one.targets) > 0 {
			out = append(out, one.name)
		}
	}
	return out
}

// Close ends what is being decided, and commands that run, and waits for the engine's goroutines.
// It may be called again.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cancel()
	e.wg.Wait()
}

// begin starts the work on a pop unless it is known, or there is too much to do.
func (e *Engine) begin(c *call.Call, m Moment, at time.Time, work func(context.Context)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || m != ByHand && !e.first(seenKey{c.ID, m}) {
		return
	}
	run := work
	if e.busy >= maxBusy {
		run = func(context.Context) {
			_, t := e.rules.begin(c, m, e.desk.User(), at)
			t.Result, t.Why = Limited, fmt.Sprintf("%d pops are being opened", maxBusy)
			e.tell(*t)
		}
	}
	e.busy++
	e.wg.Go(func() {
		defer func() {
			e.mu.Lock()
			e.busy--
			e.mu.Unlock()
		}()
		run(e.ctx)
	})
}

// first notes a pop in this process's memory and tells whether it was not there. e.mu is held.
func (e *Engine) first(k seenKey) bool {
	if e.seen[k] {
		return false
	}
	if len(e.order) >= maxMemory {
		delete(e.seen, e.order[0])
		e.order = append(e.order[:0], e.order[1:]...)
	}
	e.seen[k] = true
	e.order = append(e.order, k)
	return true
}

// pop decides about one moment of a call, opens what is to be opened and tells how it went.
func (e *Engine) pop(ctx context.Context, rules *Rules, c *call.Call, m Moment, at time.Time) {
	f, t := rules.begin(c, m, e.desk.User(), at.In(rules.zone))
	f.extra = e.desk.Extra(c)
	traces, matched, ask := rules.decide(f)
	if ask {
		e.ask(ctx, rules, f, t)
		traces, matched, _ = rules.decide(f)
	}
	if ctx.Err() != nil {
		return
	}
	if settle(t, f, traces, matched) == nil {
		e.tell(*t)
		return
	}
	if ask && e.gone(f) {
		t.Result, t.Why, t.Targets = Late, "the call had gone elsewhere when it was known who calls", nil
		e.tell(*t)
		return
	}
	if m != ByHand && fits(t.Targets) && !e.once(ctx, t) {
		t.Targets = nil
		e.tell(*t)
		return
	}
	e.open(ctx, t)
	sum(t)
	e.tell(*t)
}

// fits tells whether there is a target to open: that none was refused.
func fits(targets []Target) bool {
	return slices.ContainsFunc(targets, func(g Target) bool { return g.Result == "" })
}

// ask waits until it is known who the far end is, as long as the rules allow.
func (e *Engine) ask(ctx context.Context, rules *Rules, f *facts, t *Trace) {
	begun := time.Now()
	raw := f.call.Outsider().Number
	n := number.Parse(raw, f.region)
	latest := newLatest()
	if e.desk.Finder != nil && len(n.Keys()) > 0 && e.desk.Finder.Want(n, latest.put) != 0 {
		late := time.NewTimer(rules.wait)
		defer late.Stop()
		select {
		case <-latest.done:
		case <-late.C:
		case <-ctx.Done():
		}
	}
	r := latest.get()
	f.know(r, e.desk.Chosen(r))
	t.Lookup = lookupTrace(f, raw, time.Since(begun))
}

// latest keeps the newest answer of a look-up.
type latest struct {
	mu   sync.Mutex
	r    lookup.Result
	done chan struct{} // closed by the put of the last answer
}

func newLatest() *latest { return &latest{done: make(chan struct{})} }

func (l *latest) put(r lookup.Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.r.Done {
		return
	}
	l.r = r
	if r.Done {
		close(l.done)
	}
}

func (l *latest) get() lookup.Result {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r
}

// gone tells whether a call that was about to ring me, or that I talked in, is mine no more.
func (e *Engine) gone(f *facts) bool {
	if e.desk.Current == nil || f.moment != Ringing && f.moment != Answered {
		return false
	}
	c := e.desk.Current(f.call.ID)
	return c == nil || !c.Mine
}

// once asks what remembers across restarts. When it cannot tell, this process's own memory has to
// do, and the trace says so.
func (e *Engine) once(ctx context.Context, t *Trace) bool {
	if e.desk.Seen == nil {
		return true
	}
	first, err := e.desk.Seen.Once(ctx, t.Call, t.Moment)
	if err != nil {
		e.desk.Log.Warn("noting a pop", slog.String("call", t.Call), slog.Any("error", err))
		return true
	}
	if !first {
		t.Result, t.Why = Before, "opened before, by this program or one that ran earlier"
	}
	return first
}

// open opens the targets of a trace, all at a time, as many as are left of this minute.
func (e *Engine) open(ctx context.Context, t *Trace) {
	var wg sync.WaitGroup
	for i := range t.Targets {
		g := &t.Targets[i]
		if g.Result != "" {
			continue
		}
		if !e.allow(time.Now()) {
			g.Result, g.Why = Limited, fmt.Sprintf("more than %d in a minute", e.rules.perMinute)
			continue
		}
		wg.Go(func() {
			begun := time.Now()
			out := e.desk.Opener.Open(ctx, *g)
			g.Result, g.Why, g.Output = out.Result, call.Clean(out.Why), call.Clean(out.Output)
			g.Ms = time.Since(begun).Milliseconds()
		})
	}
	wg.Wait()
}

// allow tells whether one more may be opened, and counts it.
func (e *Engine) allow(now time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.recent) > 0 && now.Sub(e.recent[0]) >= time.Minute {
		e.recent = append(e.recent[:0], e.recent[1:]...)
	}
	if len(e.recent) >= e.rules.perMinute {
		return false
	}
	e.recent = append(e.recent, now)
	return true
}

// tell hands a trace on. The log has no names and numbers.
func (e *Engine) tell(t Trace) {
	e.desk.Log.Info("pop", slog.String("call", t.Call), slog.String("moment", string(t.Moment)),
		slog.String("rule", t.Rule), slog.String("result", string(t.Result)), slog.Int("targets", len(t.Targets)))
	e.desk.Done(t)
}
