package call

import (
	"cmp"
	"slices"
	"time"
)

// Lane is what one participant, or one menu, queue or mailbox, went through: a bar of the call.
type Lane struct {
	Person int    // index into People; -1 for a system
	System int    // index into Systems; -1 for a person
	Label  string // who it is, as the story names them
	Spans  []Span // in order of time, without overlap; time outside them was not in the call
}

// Span is a stretch of a Lane in which nothing changed. A held party and the one who holds each
// have a span of PhaseHold. A lane all of which fell into one millisecond has one empty span.
type Span struct {
	FromMs, ToMs int64  // after Created; the last one of a live call ends at now
	Phase        Phase  // what this participant did: ring, talk, hold, menu, wait, transfer, voicemail, …
	Status       Status // as the service says it
	By           string // who put it on hold or transfers it; "" for none
	Weak         bool   // states within it are missing, or it began before we joined
}

// Lanes gives everybody's part in the call, in the order in which they joined, the systems where
// they begin. Live calls are drawn up to now.
//
// The lane of the party from whom the call is seen has the phases of the call: while it is in the
// call, they sum to PhaseTime. A menu, queue or mailbox has spans while it holds the caller.
func (c *Call) Lanes(now time.Time) []Lane {
	b := laneBuilder{c: c, people: make([]laneState, len(c.People)), systems: make([]laneState, len(c.Systems)), answers: make([]int, len(c.People))}
	segs := c.segments(now)
	if len(segs) == 0 {
		return nil
	}
	b.opening(segs[0])
	for i, sn := range c.snaps() {
		b.snap(i, sn, segs[i+1])
	}
	return b.lanes()
}

// segment is the time from one state to the next.
type segment struct {
	from, to int64 // ms after Created
	phase    Phase // of the call
	subject  int   // from whom the phase is seen; -1
	weak     bool  // states are missing within it
}

// segments folds the call again and gives the time before its first state, and that after each.
func (c *Call) segments(now time.Time) []segment {
	if c.history.count == 0 {
		return nil
	}
	d := *c
	d.restart()
	out := make([]segment, 1, c.history.count+1)
	open := 0 // the first one whose phase is not known yet
	d.fold.witness = &witness{spent: func(p Phase) {
		for ; open < len(out); open++ {
			out[open].phase = p
		}
	}}
	next := uint64(1)
	for i, sn := range c.snaps() {
		d.step(sn)
		at := max(0, d.ms())
		out[i].to, out[i].weak = at, sn.seq > next
		out = append(out, segment{from: at, to: at, subject: d.fold.subject})
		next = sn.seq + 1
	}
	out[0].subject = out[1].subject
	last := &out[len(out)-1]
	if c.Live() {
		last.to = max(last.from, now.UnixMilli()-c.Created.UnixMilli())
	} else if d.Live() {
		d.finish() // its end was not seen
	}
	for ; open < len(out); open++ {
		out[open].phase = d.Phase
	}
	return out
}

// laneState is a lane while it is built.
type laneState struct {
	spans []Span
	first int   // 1 + index of the first state that shows it; 0 before
	at    int64 // and its time
	late  bool  // the last span began before we joined
}

type laneBuilder struct {
	c       *Call
	people  []laneState
	systems []laneState
	answers []int // beside People: 1 + index into Answered of the first answer; 0 for none
}

// opening gives the party from whom the call is seen the time before the first state: a call
// begins with the one who makes it.
func (b *laneBuilder) opening(s segment) {
	if s.subject >= 0 {
		sp := Span{Phase: s.phase, Status: StatusRinging}
		if s.weak {
			sp.Status = StatusOther
		}
		b.put(&b.people[s.subject], s, sp)
	}
	for k := len(b.c.Answered) - 1; k >= 0; k-- {
		b.answers[b.c.Answered[k].person] = k + 1
	}
}

// snap takes in what everybody does from state i on.
func (b *laneBuilder) snap(i int, sn snap, s segment) {
	c := b.c
	late := i == 0 && sn.seq > 1
	legs, systems := sn.legs, sn.systems
	scene := c.sceneOf(legs, s.phase)
	for _, r := range legs {
		l := &b.people[r.who]
		b.appears(l, i, s.from, late)
		b.leg(l, r, s, &scene)
	}
	for k, r := range systems {
		l := &b.systems[r.who]
		b.appears(l, i, s.from, late)
		if p, ok := scene.holds(r, k == len(systems)-1); ok && (r.status != StatusDisconnecting || len(l.spans) == 0) {
			b.put(l, s, Span{Phase: p, Status: r.status})
		}
	}
}

// leg adds what one participant does in a segment.
func (b *laneBuilder) leg(l *laneState, r ref, s segment, sc *scene) {
	sp := Span{Status: r.status}
	sp.Phase, sp.By = sc.does(r)
	switch who := int(r.who); {
	case who == s.subject:
		sp.Phase = s.phase
	case r.status == StatusDisconnecting && len(l.spans) > 0:
		return // it has left; that the state lasts until something else changes says nothing of it
	case r.status == StatusOther && len(l.spans) > 0:
		sp.Phase = l.spans[len(l.spans)-1].Phase
	case r.status == StatusRinging && b.hasAnswered(who, s.from):
		s.weak = true // the state that says so is missing
		sp.Phase, sp.By = sc.connectedDoes(b.c.People[who].ID)
	}
	if sp.Phase != PhaseHold && sp.Phase != PhaseTransfer {
		sp.By = ""
	}
	b.put(l, s, sp)
}

// hasAnswered reports whether a telephone that is shown ringing at ms has answered: the fold knows
// by what followed.
func (b *laneBuilder) hasAnswered(who int, ms int64) bool {
	k := b.answers[who]
	return k > 0 && ms >= b.c.Answered[k-1].AtMs && !b.c.initiator(who)
}

func (b *laneBuilder) appears(l *laneState, i int, at int64, late bool) {
	if l.first == 0 {
		l.first, l.at, l.late = i+1, at, late
	}
}

// put adds what was done in a segment, to the last span when nothing changed.
func (b *laneBuilder) put(l *laneState, s segment, sp Span) {
	n := len(l.spans)
	if s.to <= s.from || n > 0 && l.spans[n-1].ToMs > s.from {
		return // no time, or listed twice in one state
	}
	sp.FromMs, sp.ToMs, sp.Weak = s.from, s.to, s.weak
	if n > 0 {
		last := &l.spans[n-1]
		same := last.Phase == sp.Phase && last.Status == sp.Status && last.By == sp.By && last.ToMs == s.from
		if l.late && (same || last.Phase == PhaseSetup) {
			sp.Weak = true
		} else {
			l.late = false
		}
		if same && last.Weak == sp.Weak {
			last.ToMs = s.to
			return
		}
	} else if l.late {
		sp.Weak = true
	}
	l.spans = append(l.spans, sp)
}

func (b *laneBuilder) lanes() []Lane {
	type place struct{ first, kind, nth, index int }
	var order []place
	for n, i := range b.c.Roster() {
		if b.people[i].first > 0 {
			order = append(order, place{b.people[i].first, 0, n, i})
		}
	}
	for i := range b.systems {
		if b.systems[i].first > 0 {
			order = append(order, place{b.systems[i].first, 1, i, i})
		}
	}
	slices.SortFunc(order, func(p, q place) int {
		return cmp.Or(cmp.Compare(p.first, q.first), cmp.Compare(p.kind, q.kind), cmp.Compare(p.nth, q.nth))
	})
	names := b.c.laneNames()
	out := make([]Lane, 0, len(order))
	for _, o := range order {
		if o.kind == 1 {
			out = append(out, Lane{Person: -1, System: o.index, Label: names.systems[o.index], Spans: b.systems[o.index].spans})
			continue
		}
		st := &b.people[o.index]
		if len(st.spans) == 0 {
			st.spans = []Span{{FromMs: st.at, ToMs: st.at, Phase: PhaseClosing, Status: StatusDisconnecting, Weak: st.late}}
		}
		out = append(out, Lane{Person: o.index, System: -1, Label: names.people[o.index], Spans: st.spans})
	}
	return out
}
