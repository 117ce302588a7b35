package call

import "fmt"

// eventVersion is the first byte of a packed state. Version 1 is made of what a packed call is made of, all
// numbers varints:
//
//	version, texts, call, state, legs, systems
//
// The call is a mask of its texts and flags, and those texts; a leg is a participant, its status doubled, with
// the lowest bit for a further word or move, and those. When the state was received is not kept.
const eventVersion = 1

// EventPacker packs states, one after the other. The zero value is ready; it has one user at a time.
type EventPacker struct{ p packer }

// Pack writes a state small enough to be kept beside thousands of others. The form is versioned; UnpackEvent
// reads every version there was.
func (q *EventPacker) Pack(e *Event) []byte {
	p := &q.p
	p.body, p.texts = p.body[:0], p.texts[:0]
	if p.index == nil {
		p.index = map[string]uint64{}
	}
	clear(p.index)
	m, s := &e.Meta, &e.Snapshot
	p.masked(uint64(b2i(m.Inbound)|b2i(m.Outbound)<<1), m.texts()...)
	p.time(m.Created)
	p.uint(uint64(len(m.Associated)))
	for _, a := range m.Associated {
		p.text(a)
	}
	p.uint(uint64(e.Source))
	p.uint(s.Seq)
	p.uint(uint64(s.Stage))
	p.time(s.At)
	p.uint(uint64(max(0, s.Recorded)))
	p.uint(uint64(len(s.Legs)))
	for i := range s.Legs {
		l := &s.Legs[i]
		p.person(&l.Participant)
		p.uint(uint64(l.Status)<<1 | uint64(b2i(l.StatusText != "" || l.Move != nil)))
		if l.StatusText == "" && l.Move == nil {
			continue
		}
		p.text(l.StatusText)
		p.uint(uint64(b2i(l.Move != nil)))
		if m := l.Move; m != nil {
			for _, e := range [...]*Endpoint{&m.Initiator, &m.Transferrer, &m.Destination} {
				p.masked(0, e.texts()...)
			}
		}
	}
	p.uint(uint64(len(s.Systems)))
	for i := range s.Systems {
		y := &s.Systems[i]
		p.system(&y.System)
		p.uint(uint64(y.Status))
		p.masked(0, y.Node.texts()...)
	}
	return p.finish(eventVersion)
}

// UnpackEvent reads a packed state. Bytes that are none give an error that wraps ErrPacked.
func UnpackEvent(b []byte) (Event, error) {
	if len(b) == 0 || b[0] != eventVersion || len(b) > maxPacked {
		return Event{}, fmt.Errorf("a state, version or length: %w", ErrPacked)
	}
	u := unpacker{reader: reader{in: b[1:]}}
	u.readTexts()
	e := Event{Kind: KindState}
	m, s := &e.Meta, &e.Snapshot
	ways := u.masked(m.texts()...)
	m.Inbound, m.Outbound = ways&1 != 0, ways&2 != 0
	m.Created = u.time()
	for range u.count(64) {
		m.Associated = append(m.Associated, u.text())
	}
	e.Source = Source(u.below(1 << 8))
	s.Seq, s.Stage, s.At, s.Recorded = u.uint(), Stage(u.below(1<<8)), u.time(), int(u.below(1<<31))
	for range u.count(1 << 16) {
		l := SnapLeg{Participant: u.person()}
		status := u.below(1 << 9)
		l.Status = Status(status >> 1)
		if status&1 != 0 {
			l.StatusText = u.text()
			if u.below(2) == 1 {
				l.Move = &Move{u.endpoint(), u.endpoint(), u.endpoint()}
			}
		}
		s.Legs = append(s.Legs, l)
	}
	for range u.count(1 << 16) {
		y := SnapSystem{System: u.system(), Status: Status(u.below(1 << 8))}
		u.masked(y.Node.texts()...)
		s.Systems = append(s.Systems, y)
	}
	if u.bad || len(u.in) > 0 {
		return Event{}, fmt.Errorf("a state, at %d of %d bytes: %w", len(b)-len(u.in), len(b), ErrPacked)
	}
	return e, nil
}

func (m *Meta) texts() []*string {
	return []*string{&m.ID, &m.Account, &m.Initiator, &m.DialString, &m.HangupBy}
}
