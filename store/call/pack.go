package call

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// ErrPacked is what Unpack answers for bytes that are no packed call.
var ErrPacked = errors.New("not a packed call")

// packVersion is the first byte of a packed call. Version 1, all numbers varints:
//
//	version, texts, call, participants, systems, nodes, moves, words, states
//
// Every text stands once, in the order of its first use, and is referred to by 1 + its place, 0
// being "". A text is its length doubled and its bytes, or 1 and 16 bytes for a UUID in lower
// case. A participant, system, node or endpoint is a mask of the members that are not empty, and
// those. A state says how far it lies behind the one before and repeats the legs or systems of that
// one by a flag.
const packVersion = 1

// Flags of a packed state. The two lowest bits are the stage.
const (
	packTaped       = 1 << 2
	packSameLegs    = 1 << 3
	packSameSystems = 1 << 4
	packJump        = 1 << 5 // its number does not follow: the distance comes after
)

// Flags of a packed call.
const (
	packInbound   = 1 << 0
	packEndUnseen = 1 << 1
)

// Pack writes a call small enough to be kept for ever: what its states say, each thing once. The
// form is versioned; Unpack reads every version there was. What a board alone knows of a call (its
// number, which lines are mine) is not kept.
func Pack(c *Call) []byte {
	p := packer{index: map[string]uint64{}}
	p.call(c)
	h := &c.history
	p.uint(uint64(len(c.People)))
	for i := range c.People {
		p.person(&c.People[i])
	}
	p.uint(uint64(len(c.Systems)))
	for i := range c.Systems {
		p.system(&c.Systems[i])
	}
	p.uint(uint64(len(h.nodes)))
	for i := range h.nodes {
		p.masked(0, h.nodes[i].texts()...)
	}
	p.uint(uint64(len(h.moves)))
	for i := range h.moves {
		m := h.moveAt(i)
		for _, e := range [...]*Endpoint{&m.Initiator, &m.Transferrer, &m.Destination} {
			p.masked(0, e.texts()...)
		}
	}
	p.uint(uint64(len(h.words)))
	for _, w := range h.words {
		p.text(w)
	}
	p.uint(uint64(h.count))
	p.body = append(p.body, h.log...)
	return p.finish(packVersion)
}

type packer struct {
	writer
	texts []string
	index map[string]uint64
}

func (p *packer) text(s string) { p.uint(p.ref(s)) }

func (p *packer) ref(s string) uint64 {
	s = Clean(s)
	if s == "" {
		return 0
	}
	n, ok := p.index[s]
	if !ok {
		p.texts = append(p.texts, s)
		n = uint64(len(p.texts))
		p.index[s] = n
	}
	return n
}

// masked writes which of the texts are not empty, and those; more are further bits of the mask, above
// those of the texts.
func (p *packer) masked(more uint64, texts ...*string) {
	mask := more << len(texts)
	for i, s := range texts {
		if *s != "" {
			mask |= 1 << i
		}
	}
	p.uint(mask)
	for _, s := range texts {
		if *s != "" {
			p.text(*s)
		}
	}
}

// What follows are the texts of things in the order of the packed form, for writing and reading.

func (c *Call) texts() []*string {
	return []*string{&c.ID, &c.Account, &c.Initiator, &c.DialString, &c.HangupBy}
}

func (q *Participant) texts() []*string {
	return []*string{
		&q.ID, &q.LegID, &q.Originator, &q.KindText, &q.Name, &q.Extension, &q.LineID, &q.DeviceID, &q.Device,
		&q.UserID, &q.NumberID, &q.Number, &q.Outside.Name, &q.Outside.Number,
	}
}

func (s *System) texts() []*string {
	return []*string{&s.ID, &s.Originator, &s.KindText, &s.PlanID, &s.QueueID, &s.QueueName, &s.BoxID, &s.Number, &s.Folder, &s.Result}
}

func (n *Node) texts() []*string {
	return []*string{&n.ID, &n.Type, &n.Option, &n.Result, &n.Via}
}

func (e *Endpoint) texts() []*string {
	return []*string{&e.Participant, &e.Conversation, &e.Extension, &e.Name, &e.Number}
}

func (p *packer) call(c *Call) {
	flags := uint64(0)
	if c.inbound {
		flags |= packInbound
	}
	if c.endUnseen() {
		flags |= packEndUnseen
	}
	p.masked(flags, c.texts()...)
	ms := c.Created.UnixMilli()
	p.int(ms)
	p.uint(uint64(c.Created.Sub(msTime(ms))))
	p.uint(uint64(max(0, c.Odd)))
	p.uint(uint64(len(c.Associated)))
	for _, a := range c.Associated {
		p.text(a)
	}
}

// endUnseen reports whether the call was ended without its end having been seen.
func (c *Call) endUnseen() bool {
	n := len(c.Gaps)
	return c.State == StateEnded && n > 0 && c.Gaps[n-1].To == 0
}

func (p *packer) person(q *Participant) {
	more := uint64(q.Kind)
	if q.Called {
		more |= 1 << 2
	}
	p.masked(more, q.texts()...)
}

func (p *packer) system(s *System) {
	more := uint64(s.Kind)
	if s.WrapUp != 0 {
		more |= 1 << 2
	}
	if s.Message != 0 {
		more |= 1 << 3
	}
	p.masked(more, s.texts()...)
	if s.WrapUp != 0 {
		p.int(int64(s.WrapUp))
	}
	if s.Message != 0 {
		p.int(int64(s.Message))
	}
}

// finish puts the version and the texts before the body.
func (p *packer) finish(version byte) []byte {
	out := make([]byte, 0, len(p.body)+24*len(p.texts)+16)
	out = append(out, version)
	out = binary.AppendUvarint(out, uint64(len(p.texts)))
	for _, s := range p.texts {
		if id, ok := uuidBytes(s); ok {
			out = append(append(out, 1), id[:]...)
			continue
		}
		out = binary.AppendUvarint(out, uint64(len(s))<<1)
		out = append(out, s...)
	}
	return append(out, p.body...)
}

// uuidBytes gives the bytes of a UUID written the usual way, in lower case.
func uuidBytes(s string) (id [16]byte, ok bool) {
	if len(s) != 36 {
		return id, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return id, false
			}
			continue
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		default:
			return id, false
		}
		id[n/2] = id[n/2]<<4 | c
		n++
	}
	return id, true
}

func uuidText(id [16]byte) string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Events gives the states of a call as events, in their order, Source FromReplay: applied to an
// empty Board they make the same call. An end that was not seen is not among them.
func (c *Call) Events() []Event {
	h := &c.history
	meta := Meta{
		ID: c.ID, Account: c.Account, Inbound: c.inbound, Outbound: !c.inbound, Created: c.Created, Initiator: c.Initiator,
		DialString: c.DialString, Associated: c.Associated, HangupBy: c.HangupBy,
	}
	out := make([]Event, 0, h.count)
	for _, sn := range c.snaps() {
		s := Snapshot{Seq: sn.seq, Stage: sn.stage, At: msTime(sn.at), Recorded: b2i(sn.taped)}
		for _, r := range sn.legs {
			l := SnapLeg{Participant: c.People[r.who], Status: r.status, StatusText: c.wordOf(r)}
			if m := c.moveOf(r); m != (Move{}) {
				l.Move = &m
			}
			s.Legs = append(s.Legs, l)
		}
		for _, r := range sn.systems {
			s.Systems = append(s.Systems, SnapSystem{System: c.Systems[r.who], Status: r.status, Node: c.nodeOf(r)})
		}
		out = append(out, Event{Kind: KindState, Source: FromReplay, Meta: meta, Snapshot: s})
	}
	return out
}

// maxPacked bounds the length of a packed call, in bytes.
const maxPacked = 4 << 20
