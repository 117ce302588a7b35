package call

import (
	"iter"
	"slices"
	"time"
)

// history keeps every snapshot of a call in a form small enough to keep for each live call:
// what does not change (participants, systems, steps of a dial plan) is written once, and the
// snapshots are a log of bytes in the form of a packed call (packVersion). All slices only grow at their
// end or are replaced whole, so an older copy of the struct stays valid.
type history struct {
	log    []byte   // the snapshots, ordered by number
	ranks  []uint64 // beside Call.People: the number of the newest snapshot that described it
	nodes  []Node
	moves  []moveEnds
	ends   []Endpoint
	words  []string // words of the wire that no constant stands for
	newest moment   // of the last snapshot in log
	// Where log describes the legs and systems that the last snapshot has.
	legs, systems part
	count         uint32 // snapshots in log
}

// moment is which snapshot, and when.
type moment struct {
	seq uint64
	at  int64 // ms since the epoch
}

// part is a part of a log.
type part struct{ from, to uint32 }

// snap is a snapshot as the fold takes it.
type snap struct {
	moment
	stage   Stage
	taped   bool
	legs    []ref
	systems []ref
}

// ref is one leg or system of a snapshot: its index in Call.People or Call.Systems, and more.
type ref struct {
	who    uint16
	more   uint16 // 1 + index into moves or words (a leg) or nodes (a system); 0 for none
	status Status
}

// Bounds on what one call may make us keep. Real calls come nowhere near.
const (
	maxStates  = 10_000
	maxPeople  = 1_000
	maxSystems = 1_000
	maxRefs    = 4_000_000
	maxDrift   = 10 * 365 * 24 * 3600_000 // ms between a call's creation and one of its states
)

// snaps gives the snapshots in their order. The legs and systems of one are good until the next is asked
// for.
func (h *history) snaps(created int64) iter.Seq2[int, snap] {
	return func(yield func(int, snap) bool) {
		r := reader{in: h.log}
		sn := snap{moment: moment{at: created}}
		var legs, systems []ref
		for i := range int(h.count) {
			flags := r.uint()
			sn.seq++
			if flags&packJump != 0 {
				sn.seq += r.uint()
			}
			sn.at += r.int()
			sn.stage, sn.taped = Stage(flags&3), flags&packTaped != 0
			if flags&packSameLegs == 0 {
				legs = r.refs(legs[:0])
			}
			if flags&packSameSystems == 0 {
				systems = r.refs(systems[:0])
			}
			sn.legs, sn.systems = legs, systems
			if !yield(i, sn) {
				return
			}
		}
	}
}

func (r *reader) refs(into []ref) []ref {
	for range r.uint() {
		who, v := r.uint(), r.uint()
		one := ref{who: uint16(who), status: Status(v >> 1)}
		if v&1 != 0 {
			one.more = uint16(r.uint())
		}
		into = append(into, one)
	}
	return into
}

// add writes a snapshot behind the others; its number is higher than theirs.
func (h *history) add(sn snap, created int64) {
	if h.count == 0 {
		h.newest.at = created
	}
	flags := uint64(sn.stage) & 3
	if sn.taped {
		flags |= packTaped
	}
	if h.same(h.legs, sn.legs) {
		flags |= packSameLegs
	}
	if h.same(h.systems, sn.systems) {
		flags |= packSameSystems
	}
	if sn.seq != h.newest.seq+1 {
		flags |= packJump
	}
	var few [96]byte // of most snapshots
	w := writer{body: few[:0]}
	w.uint(flags)
	if flags&packJump != 0 {
		w.uint(sn.seq - h.newest.seq - 1)
	}
	w.int(sn.at - h.newest.at)
	if flags&packSameLegs == 0 {
		h.legs = w.refs(sn.legs, len(h.log))
	}
	if flags&packSameSystems == 0 {
		h.systems = w.refs(sn.systems, len(h.log))
	}
	if n := len(h.log) + len(w.body); n > cap(h.log) { // with little to spare, as tight
		h.log = append(make([]byte, 0, n+n/8), h.log...)
	}
	h.log, h.newest = append(h.log, w.body...), sn.moment
	h.count++
}

// same reports whether the log describes just these at p.
func (h *history) same(p part, refs []ref) bool {
	r := reader{in: h.log[p.from:p.to]}
	n := uint64(0)
	if p.from < p.to {
		n = r.uint()
	}
	if n != uint64(len(refs)) {
		return false
	}
	for _, one := range refs {
		who, v := r.uint(), r.uint()
		more := uint64(0)
		if v&1 != 0 {
			more = r.uint()
		}
		if who != uint64(one.who) || v>>1 != uint64(one.status) || more != uint64(one.more) {
			return false
		}
	}
	return true
}

// refs writes what some legs or systems do: each one's status and, doubled, whether there is more. The
// log that it is written for has so many bytes before.
func (w *writer) refs(refs []ref, before int) part {
	from := before + len(w.body)
	w.uint(uint64(len(refs)))
	for _, r := range refs {
		w.uint(uint64(r.who))
		if r.more == 0 {
			w.uint(uint64(r.status) << 1)
			continue
		}
		w.uint(uint64(r.status)<<1 | 1)
		w.uint(uint64(r.more))
	}
	return part{uint32(from), uint32(before + len(w.body))}
}

// has reports whether the snapshot of a number is there.
func (c *Call) has(seq uint64) bool {
	if seq >= c.history.newest.seq || c.history.count == 0 {
		return seq == c.history.newest.seq && c.history.count > 0
	}
	for _, sn := range c.snaps() {
		if sn.seq >= seq {
			return sn.seq == seq
		}
	}
	return false
}

func (c *Call) snaps() iter.Seq2[int, snap] { return c.history.snaps(c.Created.UnixMilli()) }

// keep writes a snapshot that is not there yet into the history of c, and gives it as the fold takes it.
// The legs and systems of that are in room, until it is used again.
func (c *Call) keep(s *Snapshot, room *[]ref) snap {
	refs := (*room)[:0]
	created := c.Created.UnixMilli()
	sn := snap{moment: moment{seq: s.Seq, at: s.At.UnixMilli()}, stage: s.Stage, taped: s.Recorded > 0}
	if s.At.IsZero() {
		sn.at = created
	}
	sn.at = min(max(sn.at, created-maxDrift), created+maxDrift)
	for k := range s.Legs {
		if r, ok := c.legRef(&s.Legs[k], s.Seq); ok {
			refs = append(refs, r)
		}
	}
	legs := len(refs)
	for k := range s.Systems {
		if r, ok := c.systemRef(&s.Systems[k]); ok {
			refs = append(refs, r)
		}
	}
	sn.legs, sn.systems, *room = refs[:legs:legs], refs[legs:], refs
	if c.history.count == 0 || sn.seq > c.history.newest.seq {
		c.history.add(sn, created)
		return sn
	}
	c.insert(sn)
	return sn
}

// insert writes the history anew with a snapshot that came late.
func (c *Call) insert(late snap) {
	created := c.Created.UnixMilli()
	h := c.history
	h.log, h.count, h.newest, h.legs, h.systems = make([]byte, 0, len(h.log)+64), 0, moment{}, part{}, part{}
	for _, sn := range c.snaps() {
		if sn.seq > late.seq && h.newest.seq < late.seq {
			h.add(late, created)
		}
		h.add(sn, created)
	}
	c.history = h
}

func (c *Call) legRef(l *SnapLeg, seq uint64) (ref, bool) {
	who := c.person(&l.Participant, seq)
	if who < 0 {
		c.Odd++
		return ref{}, false
	}
	r := ref{who: uint16(who), status: l.Status}
	switch {
	case l.Status == StatusOther:
		r.more = c.history.word(l.StatusText)
	case l.Move != nil:
		r.more = c.history.move(*l.Move)
	}
	return r, true
}

func (c *Call) systemRef(s *SnapSystem) (ref, bool) {
	who := c.system(&s.System)
	if who < 0 {
		c.Odd++
		return ref{}, false
	}
	return ref{who: uint16(who), status: s.Status, more: c.history.node(s.Node)}, true
}

// person gives the index of a participant in People, adding it or what is new about it. What a
// snapshot of a higher number says wins over what a lower one says, whichever came first. -1 when
// there are too many.
func (c *Call) person(p *Participant, seq uint64) int {
	h := &c.history
	for i := range c.People {
		if c.People[i].ID != p.ID {
			continue
		}
		if c.People[i] != *p {
			older, newer := c.People[i], *p
			if seq < h.ranks[i] {
				older, newer = newer, older
			}
			if m := mergePerson(older, &newer); m != c.People[i] {
				c.People = slices.Clone(c.People)
				c.People[i] = m
			}
		}
		if seq > h.ranks[i] {
			h.ranks[i] = seq // only the board's own copy reads it
		}
		return i
	}
	if len(c.People) >= maxPeople {
		return -1
	}
	c.People = tight(c.People, *p)
	h.ranks = tight(h.ranks, seq)
	return len(c.People) - 1
}

// mergePerson lays what newer knows over older.
func mergePerson(m Participant, newer *Participant) Participant {
	if newer.Kind != OtherLeg {
		m.Kind = newer.Kind
	}
	for _, f := range [...]struct {
		to   *string
		from string
	}{
		{&m.LegID, newer.LegID}, {&m.Originator, newer.Originator}, {&m.KindText, newer.KindText}, {&m.Name, newer.Name},
		{&m.Extension, newer.Extension}, {&m.LineID, newer.LineID}, {&m.DeviceID, newer.DeviceID}, {&m.Device, newer.Device},
		{&m.UserID, newer.UserID}, {&m.NumberID, newer.NumberID}, {&m.Number, newer.Number},
		{&m.Outside.Name, newer.Outside.Name}, {&m.Outside.Number, newer.Outside.Number},
	} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	m.Called = m.Called || newer.Called
	return m
}

func (c *Call) system(s *System) int {
	for i := range c.Systems {
		if c.Systems[i].ID == s.ID {
			// Only a mailbox learns something, once: how it went.
			if c.Systems[i] != *s && (s.Result != "" || c.Systems[i].Kind == SystemOther) {
				c.Systems = slices.Clone(c.Systems)
				c.Systems[i] = *s
			}
			return i
		}
	}
	if len(c.Systems) >= maxSystems {
		return -1
	}
	c.Systems = tight(c.Systems, *s)
	return len(c.Systems) - 1
}

func (h *history) node(n Node) uint16   { return intern(&h.nodes, n) }
func (h *history) word(w string) uint16 { return intern(&h.words, w) }
func (h *history) move(m Move) uint16   { return intern(&h.moves, h.endsOf(m)) }

// moveEnds is a Move: 1 + the place of each of its ends in history.ends, 0 for an empty one. Of a hold
// two of them are.
type moveEnds [3]uint16

func (h *history) endsOf(m Move) moveEnds {
	return moveEnds{intern(&h.ends, m.Initiator), intern(&h.ends, m.Transferrer), intern(&h.ends, m.Destination)}
}

// moveAt gives a move by its place in moves.
func (h *history) moveAt(i int) (m Move) {
	for k, to := range [...]*Endpoint{&m.Initiator, &m.Transferrer, &m.Destination} {
		if at := h.moves[i][k]; at > 0 {
			*to = h.ends[at-1]
		}
	}
	return m
}

// intern gives 1 + the place of v in list, adding it; 0 for the zero value and when list is full.
// The newest is looked at first: a state mostly repeats the one before.
func intern[T comparable](list *[]T, v T) uint16 {
	var zero T
	if v == zero {
		return 0
	}
	for i := len(*list) - 1; i >= 0; i-- {
		if (*list)[i] == v {
			return uint16(i + 1)
		}
	}
	if len(*list) >= maxStates {
		return 0
	}
	*list = tight(*list, v)
	return uint16(len(*list))
}

// tight appends with little room to spare: a call has a few participants, systems and steps, and
// thousands of calls may be up.
func tight[T any](list []T, v T) []T {
	if n := len(list); n == cap(list) {
		list = append(make([]T, 0, n+1+n/8), list...)
	}
	return append(list, v)
}

// gaps gives the runs of numbers missing below the highest one seen.
func (c *Call) gaps() []Gap {
	var out []Gap
	next := uint64(1)
	for _, s := range c.snaps() {
		if s.seq > next {
			out = append(out, Gap{next, s.seq - 1})
		}
		next = s.seq + 1
	}
	return out
}

// seeGaps tells of c what its history lacks.
func (c *Call) seeGaps() {
	c.Gaps = c.gaps()
	c.JoinedLate = len(c.Gaps) > 0 && c.Gaps[0].From == 1
}

func msTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
