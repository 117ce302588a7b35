package dialogs

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Bounds on what is kept, far beyond what a few lines can have.
const (
	maxCalls = 4096 // calls remembered, those that are over included
	maxLegs  = 100  // legs of one call
)

// How long after the link was lost a call of which nothing has been heard since may still be up. The
// service cannot be asked, so a telephone is not believed to ring, nor people to talk, for ever.
const (
	unsureRinging = 3 * time.Minute
	unsureTalking = 4 * time.Hour
)

// tracker knows the calls of the lines that are watched. It is safe for concurrent use.
type tracker struct {
	account string
	now     func() time.Time

	mu    sync.Mutex
	lines map[string]line          // by subscription
	calls map[string]*conversation // by originator: the last one of each
	order []string                 // of calls, oldest first
}

// conversation is one call as my lines see it. When it leaves them and comes back, as calls out of
// queues do, that is another conversation of the same originator.
type conversation struct {
	id         string
	originator string
	round      int // 1 the first time
	seq        uint64
	created    time.Time
	legs       []leg
	over       bool
	unsure     time.Time // since when the link may have kept something back; zero when it has not
}

// leg is one telephone of a line that has part in a call.
type leg struct {
	id      string // participant id in the snapshots
	line    string
	last    wire.Dialog
	bridged bool // ever
}

func newTracker(account string, now func() time.Time) *tracker {
	return &tracker{account: account, now: now, lines: map[string]line{}, calls: map[string]*conversation{}}
}

// watch says which lines the subscriptions are of.
func (t *tracker) watch(lines []line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range lines {
		t.lines[l.id] = l
	}
}

// take takes a message in; false when it says nothing new.
func (t *tracker) take(d wire.Dialog) (call.Event, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lineOf(&d)
	d.Caller.Number, d.Callee.Number = l.dialable(d.Caller.Number), l.dialable(d.Callee.Number)
	c := t.find(&d)
	at := -1
	if c != nil {
		at = c.find(&d)
	}
	gone := d.Kind == wire.Withdraw || d.State == wire.DialogHungUp
	switch {
	case gone && (c == nil || c.over || at < 0):
		return call.Event{}, false // it was never seen, or is over already
	case gone:
		return t.withdraw(c, at, d), true
	case c == nil || c.over:
		if c = t.open(&d, c); c == nil {
			return call.Event{}, false
		}
	case at >= 0 && same(&c.legs[at].last, &d):
		c.unsure = time.Time{}
		c.legs[at].last = d
		return call.Event{}, false
	}
	if at = c.put(&d, l.id); at < 0 {
		return call.Event{}, false
	}
	return t.event(c, call.Active, c.snapshot()), true
}

// same tells whether a message repeats what is known of its leg.
func same(a, b *wire.Dialog) bool {
	return a.State == b.State && a.StateText == b.StateText && a.Caller == b.Caller && a.Callee == b.Callee &&
		a.First == b.First && a.Recorded == b.Recorded && a.Outgoing == b.Outgoing
}

// find gives the call that a message is about; nil when it is not known.
func (t *tracker) find(d *wire.Dialog) *conversation {
	if d.Originator != "" {
		return t.calls[d.Originator]
	}
	for _, c := range t.calls {
		if !c.over && c.find(d) >= 0 {
			return c
		}
	}
	return nil
}

// find gives the leg that a message is about; -1 when it is not known.
func (c *conversation) find(d *wire.Dialog) int {
	return slices.IndexFunc(c.legs, func(l leg) bool {
		if d.Leg != "" && l.last.Leg != "" {
			return l.last.Leg == d.Leg && l.last.Sub == d.Sub
		}
		return d.Old != "" && l.last.New == d.Old
	})
}

// open begins a call, or, when it was over, its next round.
func (t *tracker) open(d *wire.Dialog, before *conversation) *conversation {
	now := t.now()
	c := &conversation{id: d.Originator, originator: d.Originator, round: 1, created: now}
	if before != nil {
		c.round = before.round + 1
		c.id = fmt.Sprintf("%s#%d", d.Originator, c.round)
	} else {
		if len(t.calls) >= maxCalls && !t.forget() {
			return nil
		}
		t.order = append(t.order, d.Originator)
	}
	t.calls[d.Originator] = c
	limit := justNow
	if c.late(d) {
		c.seq, limit = 1, 30*24*time.Hour
	}
	if age := now.Sub(d.Created); age > 0 && age < limit && !d.Created.IsZero() {
		c.created = d.Created
	}
	return c
}

// justNow is how far the service's word for the beginning of a call may lie before its announcement;
// beyond, the two clocks differ, and only ours counts.
const justNow = 5 * time.Second

// late tells whether the first message of a call shows that earlier ones were not seen.
func (c *conversation) late(d *wire.Dialog) bool {
	switch d.State {
	case wire.DialogAnswered, wire.DialogBridged, wire.DialogUnbridged:
		return true
	}
	return d.Kind == wire.Replace
}

// forget drops the oldest call that is over.
func (t *tracker) forget() bool {
	i := slices.IndexFunc(t.order, func(o string) bool { return t.calls[o].over })
	if i < 0 {
		return false
	}
	delete(t.calls, t.order[i])
	t.order = slices.Delete(t.order, i, i+1)
	return true
}

// put files what a message says of a leg and gives its place; -1 when there are too many.
func (c *conversation) put(d *wire.Dialog, line string) int {
	c.unsure = time.Time{}
	at := c.find(d)
	if at < 0 {
		if len(c.legs) >= maxLegs {
			return -1
		}
		id := d.Leg
		if id == "" {
			id = fmt.Sprintf("%s/leg%d", c.id, len(c.legs)+1)
		}
		c.legs = append(c.legs, leg{id: id, line: line})
		at = len(c.legs) - 1
	}
	l := &c.legs[at]
	l.last = *d
	l.bridged = l.bridged || d.State == wire.DialogBridged
	return at
}

// withdraw takes a leg out of its call; with the last one the call is over for my lines.
func (t *tracker) withdraw(c *conversation, at int, d wire.Dialog) call.Event {
	c.unsure = time.Time{}
	c.legs[at].last.State = wire.DialogHungUp
	c.legs[at].last.Recorded = max(c.legs[at].last.Recorded, d.Recorded)
	if len(c.legs) > 1 {
		c.legs = slices.Delete(c.legs, at, at+1)
		return t.event(c, call.Active, c.snapshot())
	}
	c.over = true
	e := t.event(c, call.Ending, c.snapshot())
	c.legs = nil
	return e
}

// lineOf gives the line that a message is about.
func (t *tracker) lineOf(d *wire.Dialog) line {
	l, known := t.lines[d.Sub]
	if known {
		return l
	}
	if len(t.lines) == 1 {
		for _, l = range t.lines {
			return l
		}
	}
	return line{id: d.Entity}
}

// event numbers a snapshot.
func (t *tracker) event(c *conversation, stage call.Stage, s call.Snapshot) call.Event {
	c.seq++
	if c.seq == 1 {
		stage = call.Starting
	}
	s.Seq, s.Stage, s.At = c.seq, stage, t.now()
	m := call.Meta{ID: c.id, Account: t.account, Created: c.created}
	c.describe(&m)
	return call.Event{Kind: call.KindState, Source: call.FromStream, Meta: m, Snapshot: s}
}

// linkLost notes that from now on something may happen that is not heard of.
func (t *tracker) linkLost() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.calls {
		if !c.over && c.unsure.IsZero() {
			c.unsure = t.now()
		}
	}
}

// check is Source.Check.
func (t *tracker) check(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.calls {
		if c.id == id && !c.over {
			return c.check(t.now())
		}
	}
	return ErrOver
}

func (c *conversation) check(now time.Time) error {
	if c.unsure.IsZero() {
		return nil
	}
	limit := unsureRinging
	if slices.ContainsFunc(c.legs, func(l leg) bool { return l.bridged || l.last.State == wire.DialogAnswered }) {
		limit = unsureTalking
	}
	if now.Sub(c.unsure) < limit {
		return ErrUnsure
	}
	c.over, c.legs = true, nil
	return ErrOver
}
