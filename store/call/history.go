package call

import (
	"slices"
	"sort"
	"time"
)

// history keeps every snapshot of a call in a form small enough to keep for each live call:
// what does not change (participants, systems, steps of a dial plan) is written once, and a
// snapshot is a few references to it. All slices only grow at their end or are replaced whole, so
// an older copy of the struct stays valid.
type history struct {
	snaps []snap // ordered by number
	refs  []ref
	ranks []uint64 // beside Call.People: the number of the newest snapshot that described it
	nodes []Node
	moves []Move
	words []string // words of the wire that no constant stands for
}

type snap struct {
	seq     uint64
	at      int64 // ms since the epoch
	off     uint32
	legs    uint16
	systems uint16
	stage   Stage
	taped   bool
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

func (h *history) legs(s snap) []ref { return h.refs[s.off : s.off+uint32(s.legs)] }

func (h *history) systems(s snap) []ref {
	return h.refs[s.off+uint32(s.legs) : s.off+uint32(s.legs)+uint32(s.systems)]
}

// find gives the place of a number among the snapshots, and whether it is there.
func (h *history) find(seq uint64) (int, bool) {
	n := len(h.snaps)
	if n == 0 || h.snaps[n-1].seq < seq {
		return n, false
	}
	i := sort.Search(n, func(i int) bool { return h.snaps[i].seq >= seq })
	return i, h.snaps[i].seq == seq
}

// keep writes a snapshot into the history of c at place i.
func (c *Call) keep(i int, s *Snapshot) {
	h := &c.history
	sn := snap{seq: s.Seq, at: s.At.UnixMilli(), off: uint32(len(h.refs)), stage: s.Stage, taped: s.Recorded > 0}
	created := c.Created.UnixMilli()
	if s.At.IsZero() {
		sn.at = created
	}
	sn.at = min(max(sn.at, created-maxDrift), created+maxDrift)
	for k := range s.Legs {
		if r, ok := c.legRef(&s.Legs[k], s.Seq); ok {
			h.refs = append(h.refs, r)
			sn.legs++
		}
	}
	for k := range s.Systems {
		if r, ok := c.systemRef(&s.Systems[k]); ok {
			h.refs = append(h.refs, r)
			sn.systems++
		}
	}
	if i == len(h.snaps) {
		h.snaps = append(h.snaps, sn)
		return
	}
	// Others may hold the older slice: make room in a new one.
	h.snaps = slices.Concat(h.snaps[:i:i], []snap{sn}, h.snaps[i:])
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

func (h *history) node(n Node) uint16 { return intern(&h.nodes, n) }
func (h *history) move(m Move) uint16 { return intern(&h.moves, m) }
func (h *history) word(w string) uint16 {
	return intern(&h.words, w)
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
		list = append(make([]T, 0, n+1+n/4), list...)
	}
	return append(list, v)
}

// gaps gives the runs of numbers missing below the highest one seen.
func (h *history) gaps() []Gap {
	var out []Gap
	next := uint64(1)
	for _, s := range h.snaps {
		if s.seq > next {
			out = append(out, Gap{next, s.seq - 1})
		}
		next = s.seq + 1
	}
	return out
}

func msTime(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
