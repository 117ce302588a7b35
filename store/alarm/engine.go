package alarm

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

// Quiet are the hours in which nothing sounds: lookup/hours.Hours.
type Quiet interface {
	Hold(t time.Time) bool
	Ends(t time.Time) time.Time // the first moment from t on that lies outside them
}

// Settings of an Engine.
type Settings struct {
	Rules  *Rules
	Repeat time.Duration // an alarm that nobody has acknowledged is said again so often; 0: never
	// Settle is how long it must have been better before an alarm is lowered or cleared. 0 is 15 s.
	Settle time.Duration
	Quiet  Quiet // nil: none
}

// settle is how long it must have been better; grace how long after a start an alarm of before may
// take to be seen again.
const (
	settle = 15 * time.Second
	grace  = time.Minute
)

// maxEarly bounds the calls of which something is known before they come.
const maxEarly = 4096

// Engine holds calls against rules. It has one owner and is not safe for concurrent use. Its methods
// take the present, which never goes back.
type Engine struct {
	set    Settings
	live   call.Vec
	calls  map[string]*watched    // by conversation id
	agents map[string]*watched    // by name
	early  map[string]query.Extra // what is known of calls that have not come yet
	groups []map[string]*group    // of each rule, by folded subject
	up     map[string]*group      // with an alarm, by its id
	due    agenda
	dirty  []*group
	out    []Change
	past   []Alarm // over, the oldest first
	fresh  bool    // Board gives something else than the last time

	looked int // calls looked at, for tests of what it costs
}

// watched is one call, or agent, and what it is behind.
type watched struct {
	slot
	id      string
	c       *call.Call // nil of an agent
	left    bool       // it has left the board; what is over may still count for a while
	subject *query.CallSubject
	extra   query.Extra
	idle    time.Time // of an agent: since when
	in      []place   // one for each rule
}

// place is where a call stands by one rule: a group, or none.
type place struct {
	g     *group
	level Level
	since time.Time
}

// New makes an Engine.
func New(s Settings) *Engine {
	if s.Settle <= 0 {
		s.Settle = settle
	}
	if s.Rules == nil {
		s.Rules = &Rules{}
	}
	e := &Engine{set: s, calls: map[string]*watched{}, agents: map[string]*watched{}, early: map[string]query.Extra{}, up: map[string]*group{}, fresh: true}
	for range s.Rules.all {
		e.groups = append(e.groups, map[string]*group{})
	}
	return e
}

// Calls takes the calls on the board as they are now (call.View.Live), and gives what follows from
// what has changed and from the time that has passed. Its cost follows the changes.
func (e *Engine) Calls(live call.Vec, now time.Time) []Change {
	var gone, came []*call.Call
	live.Diff(e.live, func(_ int, was, is *call.Call) {
		if was != nil && (is == nil || is.ID != was.ID) {
			gone = append(gone, was)
		}
		if is != nil {
			came = append(came, is)
		}
	})
	for _, c := range gone { // before those who came: a call may only have changed its slot
		if w := e.calls[c.ID]; w != nil {
			w.left = true
		}
	}
	for _, c := range came {
		w := e.calls[c.ID]
		if w == nil {
			w = e.watch(c)
		}
		w.c, w.left = c, false
	}
	came = append(came, gone...)
	e.live = live
	for _, c := range came {
		if w := e.calls[c.ID]; w != nil {
			e.look(w, now)
		}
	}
	return e.Advance(now)
}

func (e *Engine) watch(c *call.Call) *watched {
	w := &watched{id: c.ID, c: c, in: make([]place, len(e.set.Rules.all))}
	w.slot.look = func(now time.Time) { e.look(w, now) }
	if x, ok := e.early[c.ID]; ok {
		w.extra = x
		delete(e.early, c.ID)
	}
	e.calls[c.ID] = w
	return w
}

// Know takes in what is known of a call beside what GoTo says: names, tags, notes.
func (e *Engine) Know(id string, x query.Extra, now time.Time) []Change {
	w := e.calls[id]
	if w == nil { // it will come
		if len(e.early) >= maxEarly {
			clear(e.early)
		}
		e.early[id] = x
		return e.Advance(now)
	}
	w.extra, w.subject = x, nil
	e.look(w, now)
	return e.Advance(now)
}

// Agents takes who is idle, and since when: all of them. Agents who are not among them are not idle.
func (e *Engine) Agents(idle map[string]time.Time, now time.Time) []Change {
	for name, w := range e.agents {
		if _, ok := idle[name]; !ok && !w.idle.IsZero() {
			w.idle = time.Time{}
			e.look(w, now)
			delete(e.agents, name)
		}
	}
	for name, since := range idle {
		w := e.agents[name]
		if w == nil {
			w = &watched{id: name, in: make([]place, len(e.set.Rules.all))}
			w.slot.look = func(now time.Time) { e.look(w, now) }
			e.agents[name] = w
		}
		if !w.idle.Equal(since) {
			w.idle = since
			e.look(w, now)
		}
	}
	return e.Advance(now)
}

// Figure is one that is not counted here, such as the percent answered in time in a queue.
type Figure struct {
	Measure Measure
	Queue   string
	Value   int64
	Calls   int // that it was made of
}

// Figures takes figures as they are now; those that are left out stay as they were.
func (e *Engine) Figures(figures []Figure, now time.Time) []Change {
	for i, r := range e.set.Rules.all {
		for _, f := range figures {
			if r.measure != f.Measure || f.Queue == "" && r.per == PerQueue || f.Queue != "" && r.per == PerAll || !r.inQueue(f.Queue) && r.per == PerQueue {
				continue
			}
			g := e.group(i, f.Queue)
			if g.value != f.Value || g.of != f.Calls {
				g.value, g.of = f.Value, f.Calls
				e.touch(g)
			}
		}
	}
	return e.Advance(now)
}

// Advance gives what follows from the time that has passed, and what has changed since the last
// time. Its cost follows what is due.
func (e *Engine) Advance(now time.Time) []Change {
	e.settleAll(now)
	for len(e.due) > 0 && !e.due[0].at.After(now) {
		for len(e.due) > 0 && !e.due[0].at.After(now) { // all that is due at once is one change of a group
			s := heap.Pop(&e.due).(*slot)
			s.look(now)
		}
		e.settleAll(now)
	}
	out := e.out
	e.out = nil
	return out
}

// Due gives when Advance has something to do next; ok is false when nothing is due.
func (e *Engine) Due() (at time.Time, ok bool) {
	if len(e.due) == 0 {
		return time.Time{}, false
	}
	return e.due[0].at, true
}

// look holds one call, or agent, against every rule, and sets when it is looked at again.
func (e *Engine) look(w *watched, now time.Time) {
	e.looked++
	var next time.Time
	gone := w.c == nil && w.idle.IsZero() || w.left && w.c.Live()
	behind := false
	for i, r := range e.set.Rules.all {
		var v verdict
		if !gone {
			v = r.judge(w, now)
		}
		if !v.next.IsZero() && (next.IsZero() || v.next.Before(next)) {
			next = v.next
		}
		if w.left && w.in[i].g == nil {
			v = verdict{} // what is over comes to be behind nothing any more
		}
		e.move(w, i, v)
		behind = behind || v.in
	}
	if w.left && !behind {
		next = time.Time{}
		delete(e.calls, w.id)
	}
	e.due.set(&w.slot, next)
}

// move puts a call where a rule says it belongs.
func (e *Engine) move(w *watched, i int, v verdict) {
	was := w.in[i]
	if !v.in {
		if was.g != nil {
			was.g.leave(w.id, was)
			e.touch(was.g)
			w.in[i] = place{}
		}
		return
	}
	g := was.g
	if g == nil || g.subject != v.subject {
		if g != nil {
			g.leave(w.id, was)
			e.touch(g)
			was = place{}
		}
		g = e.group(i, v.subject)
	}
	is := place{g, v.level, v.since}
	if was.g == g && was.level == is.level && was.since.Equal(is.since) {
		return
	}
	g.enter(w, was, is)
	w.in[i] = is
	e.touch(g)
}

// group gives the group of a rule and a subject.
func (e *Engine) group(i int, subject string) *group {
	key := query.Fold(subject)
	if g := e.groups[i][key]; g != nil {
		return g
	}
	g := &group{rule: e.set.Rules.all[i], no: i, key: key, subject: subject, members: map[string]*watched{}}
	g.slot.look = func(time.Time) { e.touch(g) }
	e.groups[i][key] = g
	return g
}

// touch has a group looked at before the next answer.
func (e *Engine) touch(g *group) {
	if !g.dirty {
		g.dirty = true
		e.dirty = append(e.dirty, g)
	}
}

func (e *Engine) settleAll(now time.Time) {
	slices.SortFunc(e.dirty, func(a, b *group) int { return cmp.Or(cmp.Compare(a.no, b.no), strings.Compare(a.key, b.key)) })
	for i := 0; i < len(e.dirty); i++ {
		e.dirty[i].dirty = false
		e.settle(e.dirty[i], now)
	}
	e.dirty = e.dirty[:0]
}

// Board gives what there is at now. While nothing has changed it costs a look at the alarms that are
// up.
func (e *Engine) Board(now time.Time) *Board {
	b := &Board{Rules: len(e.set.Rules.all)}
	for _, g := range e.up {
		b.Up = append(b.Up, g.snapshot())
	}
	slices.SortFunc(b.Up, func(a, b Alarm) int {
		return cmp.Or(cmp.Compare(b.Level, a.Level), a.Raised.Compare(b.Raised), strings.Compare(a.ID, b.ID))
	})
	b.Past = slices.Clone(e.past)
	slices.Reverse(b.Past)
	if q := e.set.Quiet; q != nil && q.Hold(now) {
		b.Quiet = q.Ends(now)
	}
	e.fresh = false
	return b
}

// Fresh tells whether Board gives something else than the last time.
func (e *Engine) Fresh() bool { return e.fresh }
