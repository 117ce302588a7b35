package call

import (
	"fmt"
	"slices"
	"time"
)

// Unpack folds a packed call again: story, lanes and ladder are those of the call that was packed.
// Bytes that are no packed call, or claim more than a call can have, give an error that wraps
// ErrPacked; the memory needed follows the length of b.
func Unpack(b []byte) (*Call, error) {
	if len(b) == 0 || b[0] != packVersion || len(b) > maxPacked {
		return nil, fmt.Errorf("version or length: %w", ErrPacked)
	}
	u := unpacker{reader: reader{in: b[1:]}}
	u.readTexts()
	c, flags := u.call()
	for range u.count(maxPeople) {
		c.People = append(c.People, u.person())
	}
	for range u.count(maxSystems) {
		c.Systems = append(c.Systems, u.system())
	}
	h := &c.history
	h.ranks = make([]uint64, len(c.People))
	for range u.count(maxStates) {
		var n Node
		u.masked(n.texts()...)
		h.nodes = append(h.nodes, n)
	}
	for range u.count(maxStates) {
		h.moves = append(h.moves, h.endsOf(Move{u.endpoint(), u.endpoint(), u.endpoint()}))
		if len(h.ends) >= maxStates {
			u.fail()
		}
	}
	for range u.count(maxStates) {
		h.words = append(h.words, u.text())
	}
	u.states(c)
	if u.bad || len(u.in) > 0 || h.count == 0 {
		return nil, fmt.Errorf("at %d of %d bytes: %w", len(b)-len(u.in), len(b), ErrPacked)
	}
	c.unpacked(flags&packEndUnseen != 0)
	return c, nil
}

// unpacked folds the states of a call that has just been read.
func (c *Call) unpacked(endUnseen bool) {
	c.refold()
	c.NumStates, c.Heard = int(c.history.count), c.LastAt
	c.seeGaps()
	if endUnseen && c.State != StateEnded {
		c.finishUnseen()
		c.Gaps = append(c.Gaps, Gap{From: c.LastSeq + 1})
	}
}

// unpacker reads a packed call.
type unpacker struct {
	reader
	texts []string
}

func (u *unpacker) readTexts() {
	n := u.count(maxPacked)
	u.texts = make([]string, 1, min(n, 256)+1)
	for range n {
		k := u.uint()
		if k == 1 {
			var id [16]byte
			copy(id[:], u.bytes(16))
			u.texts = append(u.texts, uuidText(id))
			continue
		}
		if k&1 != 0 || k > 2*MaxText {
			u.fail()
			return
		}
		s := string(u.bytes(k / 2))
		if s == "" || Clean(s) != s {
			u.fail()
			return
		}
		u.texts = append(u.texts, s)
	}
}

func (u *unpacker) text() string { return u.texts[u.below(uint64(len(u.texts)))] }

// masked reads the texts that are not empty, and gives what else the mask says.
func (u *unpacker) masked(texts ...*string) uint64 {
	mask := u.uint()
	for i, t := range texts {
		if mask&(1<<i) != 0 {
			*t = u.text()
		}
	}
	return mask >> len(texts)
}

func (u *unpacker) call() (*Call, uint64) {
	c := &Call{AnswerMs: -1, QueueMs: -1, OfferMs: -1}
	flags := u.masked(c.texts()...)
	c.inbound = flags&packInbound != 0
	ms := u.int()
	if ms < -maxEpoch || ms > maxEpoch {
		u.fail()
		ms = 0
	}
	c.Created = msTime(ms).Add(time.Duration(u.below(uint64(time.Millisecond))))
	c.Odd = int(u.below(1 << 31))
	for range u.count(64) {
		c.Associated = append(c.Associated, u.text())
	}
	return c, flags
}

// maxEpoch bounds the time of a call's creation, in ms: the years up to 9999.
const maxEpoch = 253_402_300_799_999

func (u *unpacker) person() Participant {
	var q Participant
	more := u.masked(q.texts()...)
	if q.Kind = ParticipantKind(more & 3); q.Kind > NumberLeg {
		u.fail()
	}
	q.Called = more&(1<<2) != 0
	return q
}

func (u *unpacker) system() System {
	var s System
	more := u.masked(s.texts()...)
	s.Kind = SystemKind(more & 3)
	if more&(1<<2) != 0 {
		s.WrapUp = time.Duration(u.int())
	}
	if more&(1<<3) != 0 {
		s.Message = time.Duration(u.int())
	}
	return s
}

func (u *unpacker) endpoint() (e Endpoint) {
	u.masked(e.texts()...)
	return e
}

// states reads the log of a call, and sees that snaps may trust it.
func (u *unpacker) states(c *Call) {
	h := &c.history
	created := c.Created.UnixMilli()
	h.newest.at = created
	n, whole := u.count(maxStates), u.in
	var legs, systems, all uint64 // how many; all is of all states
	for range n {
		flags := u.below(2 * packJump)
		h.newest.seq++
		if flags&packJump != 0 {
			h.newest.seq += u.below(maxSeq)
		}
		step := u.int()
		if h.newest.seq > maxSeq || step < -2*maxDrift || step > 2*maxDrift {
			u.fail()
		}
		if h.newest.at += step; h.newest.at-created > maxDrift || created-h.newest.at > maxDrift {
			u.fail()
		}
		at := func() uint32 { return uint32(len(whole) - len(u.in)) }
		if flags&packSameLegs == 0 {
			begin := at()
			legs = u.refs(c, len(c.People), false)
			h.legs = part{begin, at()}
		}
		if flags&packSameSystems == 0 {
			begin := at()
			systems = u.refs(c, len(c.Systems), true)
			h.systems = part{begin, at()}
		}
		if all += legs + systems; all > maxRefs {
			u.fail()
		}
		if u.bad {
			return
		}
		h.count++
	}
	h.log = slices.Clone(whole[:len(whole)-len(u.in)])
}

// maxSeq bounds the numbers of states; a board refuses jumps long before.
const maxSeq = 1 << 40

// refs reads what some legs or systems of a state do, and gives how many they are.
func (u *unpacker) refs(c *Call, most int, systems bool) uint64 {
	h := &c.history
	n := u.count(1<<16 - 1)
	for range n {
		u.below(uint64(most))
		v := u.below(2 * uint64(StatusGone))
		if v&1 != 0 {
			room := len(h.moves)
			switch {
			case systems:
				room = len(h.nodes)
			case Status(v>>1) == StatusOther:
				room = len(h.words)
			}
			u.below(uint64(room) + 1)
		}
		if u.bad {
			return 0
		}
	}
	return n
}
