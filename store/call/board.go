package call

import (
	"cmp"
	"slices"
	"time"
)

// Options of a Board. The zero value works.
type Options struct {
	// MyLines are the ids of my own lines: calls on them are Mine.
	MyLines []string
	// LingerLost and LingerEnded say how long a lost call and any other stay on the board after
	// their end. Default 10 min and 1 min.
	LingerLost, LingerEnded time.Duration
	// KeepDone is how many finished calls are kept. Default 2000.
	KeepDone int
	// GapWait is how long a missing state may still come by itself before it is asked for.
	// Default 400 ms. Asked again after 5 s, doubling, at most GapTries times (default 6).
	GapWait  time.Duration
	GapTries int
	// Silence is how long a call may be silent before it is asked after. Default 90 s, doubling to
	// 16 times that.
	Silence time.Duration
}

func (o *Options) fill() {
	o.LingerLost = cmp.Or(o.LingerLost, 10*time.Minute)
	o.LingerEnded = cmp.Or(o.LingerEnded, time.Minute)
	o.KeepDone = cmp.Or(o.KeepDone, 2000)
	o.GapWait = cmp.Or(o.GapWait, 400*time.Millisecond)
	o.GapTries = cmp.Or(o.GapTries, 6)
	o.Silence = cmp.Or(o.Silence, 90*time.Second)
}

// Bounds on what makes sense. Beyond them an event is refused and counted, not folded: a number
// far ahead would make every true state look old.
const (
	maxJump  = 5_000               // numbers skipped at once
	maxAhead = 2 * time.Minute     // how far a state's time may lie after its arrival
	maxAge   = 30 * 24 * time.Hour // how long a call may have lasted
	maxLive  = 200_000             // calls on the board
)

// Board is the fold: calls made from events. It has one owner and is not safe for concurrent use.
type Board struct {
	opt    Options
	mine   map[string]bool
	calls  map[string]*entry
	live   Vec
	done   Vec
	own    *vecOwner
	free   []int // empty slots of live
	ended  int   // finished calls so far
	count  int   // calls so far, for row numbers
	waits  waits
	due    dueHeap
	view   View
	hours  hours
	refs   []ref  // room to work in
	gen    uint64 // counts publications
	change bool
}

// entry is what the board knows of a call beside the call itself.
type entry struct {
	call *Call
	gen  uint64 // the publication for which call may still be changed in place
	slot int    // in live; -1 when it has left the board
	done int    // number among the finished calls; -1

	gapDue   time.Time // when missing states are asked for next
	tries    int
	quiet    time.Duration // silence after which it is asked after
	checked  time.Time     // when it was last asked after; zero when answered
	over     time.Time     // the service says it is finished; we have not seen its end
	due      time.Time     // earliest entry in the heap of due times
	wanted   string
	counted  bool // in the counts
	rang     bool // effects given once in its life
	answered bool
	finished bool
}

// NewBoard makes an empty board.
func NewBoard(o Options) *Board {
	o.fill()
	b := &Board{opt: o, calls: map[string]*entry{}, mine: map[string]bool{}, own: new(vecOwner), gen: 1}
	for _, l := range o.MyLines {
		b.mine[l] = true
	}
	return b
}

// SetMyLines replaces Options.MyLines; calls up are looked at again.
func (b *Board) SetMyLines(lines []string) {
	b.mine = map[string]bool{}
	for _, l := range lines {
		b.mine[l] = true
	}
	for _, e := range b.calls {
		if e.call.Live() {
			b.touch(e)
			e.call.mine = b.mine
			e.call.refold()
			b.put(e)
		}
	}
}

// Get gives a call by its id, on the board or finished; nil when unknown.
func (b *Board) Get(id string) *Call {
	e := b.calls[id]
	if e == nil {
		return nil
	}
	e.gen = 0
	return e.call
}

// Up tells whether a call is on the board and up.
func (b *Board) Up(id string) bool {
	e := b.calls[id]
	return e != nil && e.call.Live()
}

// Apply folds one event and says what should be done about it.
func (b *Board) Apply(ev Event) []Effect {
	now := ev.Received
	if now.IsZero() {
		now = ev.Snapshot.At
	}
	switch {
	case ev.Meta.ID == "":
		b.refuse()
		return nil
	case ev.Kind == KindReport:
		return b.applyReport(&ev, now)
	case ev.Kind != KindState:
		b.refuse()
		return nil
	}
	return b.applyState(&ev, now)
}

func (b *Board) refuse() {
	b.view.Health.Refused++
	b.change = true
}

// applyReport takes in that the service has finished a call.
func (b *Board) applyReport(ev *Event, now time.Time) []Effect {
	b.heard(now)
	if e := b.calls[ev.Meta.ID]; e != nil && e.call.Live() && e.over.IsZero() {
		if now.IsZero() {
			now = e.call.LastAt // a notice in a recording that does not say when
		}
		e.over = now
		b.schedule(e, now.Add(overWait))
	}
	return []Effect{{Kind: NeedReport, ID: ev.Meta.ID}}
}

// overWait is how long a call that the service calls finished may stay up while its last states
// are fetched.
const overWait = 30 * time.Second

func (b *Board) heard(now time.Time) {
	if !now.IsZero() {
		b.view.Health.LastEvent = now
	}
	b.change = true
}

func (b *Board) applyState(ev *Event, now time.Time) []Effect {
	s, e := &ev.Snapshot, b.calls[ev.Meta.ID]
	if !b.sensible(e, s) || e == nil && len(b.calls) >= maxLive {
		b.refuse()
		return b.askInstead(e, ev)
	}
	if !ev.Received.IsZero() && s.At.After(ev.Received.Add(maxAhead)) {
		s.At = ev.Received
	}
	b.heard(now)
	wait := b.opt.GapWait
	if e == nil {
		e = b.open(ev)
		if ev.Source == FromRefill {
			wait = 0 // what came before the answer to a question was not sent to us: no straggler comes
		}
	}
	if e.call.has(s.Seq) || e.call.history.count >= maxStates {
		b.view.Health.Repeats++
		b.touch(e)
		if e.call.Live() {
			e.call.Heard = now
		}
		e.call.hangup(&ev.Meta)
		b.put(e)
		return nil
	}
	c := b.touch(e)
	gaps, last := len(c.Gaps), c.LastSeq
	late := s.Seq < c.history.newest.seq
	c.describeMeta(&ev.Meta)
	sn := c.keep(s, &b.refs)
	if late || c.State == StateEnded { // ended: its end was assumed, and now more is known
		c.refold()
	} else {
		c.step(sn)
	}
	if late {
		b.view.Health.Healed++
	}
	b.view.Health.States++
	c.NumStates = int(c.history.count)
	if late || gaps > 0 || s.Seq != last+1 {
		c.seeGaps()
	}
	if len(c.Gaps) > gaps {
		e.tries, e.gapDue = 0, now.Add(wait)
	}
	if e.slot < 0 && c.Live() {
		b.seat(e)
	}
	c.Heard, c.Stale = now, false
	e.checked, e.quiet = time.Time{}, b.opt.Silence
	b.put(e)
	return b.follow(e, now)
}

// sensible reports whether a snapshot's number can be true.
func (b *Board) sensible(e *entry, s *Snapshot) bool {
	last := uint64(0)
	if e != nil {
		last = e.call.LastSeq
	}
	return s.Seq > 0 && (s.Seq <= last || s.Seq-last <= maxJump)
}

// askInstead asks the service for the states of a call of which only nonsense has come.
func (b *Board) askInstead(e *entry, ev *Event) []Effect {
	if e != nil || ev.Source == FromRefill || len(b.calls) >= maxLive {
		return nil
	}
	return []Effect{{Kind: NeedStates, ID: ev.Meta.ID, From: 1}}
}

// open puts a new call on the board.
func (b *Board) open(ev *Event) *entry {
	m := &ev.Meta
	created := birth(ev)
	b.count++
	c := &Call{
		ID: m.ID, Account: m.Account, No: b.count, Created: created, inbound: m.Inbound,
		AnswerMs: -1, QueueMs: -1, OfferMs: -1, Since: created, LastAt: created, mine: b.mine,
		fold: newFolder(created.UnixMilli()),
	}
	e := &entry{call: c, gen: b.gen, slot: -1, done: -1, quiet: b.opt.Silence}
	b.seat(e)
	b.calls[m.ID] = e
	b.hours.add(created)
	return e
}

// seat gives a call a slot on the board.
func (b *Board) seat(e *entry) {
	if n := len(b.free); n > 0 {
		e.slot, b.free = b.free[n-1], b.free[:n-1]
	} else {
		e.slot = b.live.Len()
	}
	b.live = b.live.set(b.own, e.slot, e.call)
}

// birth gives the time at which a call was created, as far as the event can be believed.
func birth(ev *Event) time.Time {
	t, seen := ev.Meta.Created, ev.Snapshot.At
	if seen.IsZero() {
		seen = ev.Received
	}
	if t.IsZero() || seen.Sub(t) > maxAge || t.Sub(seen) > maxAhead {
		return seen
	}
	return t
}

// describeMeta takes over what an event says of the call as a whole.
func (c *Call) describeMeta(m *Meta) {
	c.Account = or(c.Account, m.Account)
	c.Initiator = or(m.Initiator, c.Initiator)
	c.DialString = or(m.DialString, c.DialString)
	for _, a := range m.Associated {
		if !slices.Contains(c.Associated, a) && len(c.Associated) < 64 {
			c.Associated = append(slices.Clip(c.Associated), a)
		}
	}
	c.inbound = c.inbound || m.Inbound
	c.hangup(m)
}

func (c *Call) hangup(m *Meta) {
	if m.HangupBy != "" && c.HangupBy != m.HangupBy {
		c.HangupBy = m.HangupBy
		if c.State == StateEnded {
			if i := c.whoLeftFirst(); i >= 0 {
				c.LeftFirst = c.label(i)
			}
		}
	}
}

// touch gives the entry's call for changing, copying it first when somebody else may hold it, and
// takes it out of the counts until put.
func (b *Board) touch(e *entry) *Call {
	b.tally(e, -1)
	if e.gen != b.gen {
		e.call, e.gen = e.call.clone(), b.gen
	}
	return e.call
}

// clone copies all of a call that changes in place; what only grows is shared.
func (c *Call) clone() *Call {
	d := *c
	d.Legs = slices.Clone(c.Legs)
	d.Answered = slices.Clone(c.Answered)
	d.Rung = slices.Clone(c.Rung)
	d.Holds = slices.Clone(c.Holds)
	return &d
}

// put files a changed call.
func (b *Board) put(e *entry) {
	b.change = true
	if e.slot >= 0 {
		b.live = b.live.set(b.own, e.slot, e.call)
	}
	if e.done >= 0 {
		b.done = b.done.set(b.own, e.done%b.opt.KeepDone, e.call)
	}
	b.tally(e, +1)
}
