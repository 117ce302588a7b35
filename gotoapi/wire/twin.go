package wire

import (
	"bytes"
	"hash/maphash"
)

const (
	twinFirst = 64   // slots of an answer that says little; a power of two
	twinMore  = 8    // times as many when that many have come
	twinSlots = 4096 // at most
	twinHead  = 64   // bytes that a slot is chosen by: a person's id is among them
	twinLeast = 100  // shortest value worth a slot, in bytes
	twinMost  = 1024 // longest value kept, in bytes
)

// twins keeps the objects seen last, each as it was written and as it was understood: of a call's states
// most repeat most of what the one before said, byte for byte, and then a comparison takes the place of
// reading. An object closes by itself, so one that begins with all the bytes of another is that other. A slot
// holds one object, a newcomer with the same head and hash takes its place: whatever comes in, it never
// holds more than twinSlots objects of twinMost bytes. The hash is seeded, as the interner's is.
type twins[T any] struct {
	seed  maphash.Seed
	slots []twin[T]
	news  int // objects that were not there
}

type twin[T any] struct {
	said  []byte // the object's JSON, which was found good
	depth int    // how deep it lay: deeper, it might be too deep
	value T
}

// place is where an object stands in a document, and what was known of it before it was read.
type place[T any] struct {
	twins            *twins[T]
	slot             *twin[T] // nil where what stands there is too short to be worth one
	from, depth, odd int
}

// take takes the object that stands next when it is the very one that its slot holds. Else it is to be read, and
// then kept at its place.
func (t *twins[T]) take(s *scanner, v *T) (at place[T], same bool) {
	s.peek()
	at = place[T]{twins: t, from: s.i, depth: s.depth, odd: s.odd}
	b := s.b[s.i:]
	if len(b) < twinLeast {
		return at, false
	}
	if t.slots == nil {
		t.seed, t.slots = maphash.MakeSeed(), make([]twin[T], twinFirst)
	}
	at.slot = &t.slots[maphash.Bytes(t.seed, b[:twinHead])&uint64(len(t.slots)-1)]
	if k := at.slot; len(k.said) > 0 && k.depth == s.depth && bytes.HasPrefix(b, k.said) {
		*v = k.value
		s.i += len(k.said)
		return at, true
	}
	return at, false
}

// keep puts an object that has been read into its slot, when nothing in it was odd.
func (at *place[T]) keep(s *scanner, v *T) {
	said := s.b[at.from:s.i]
	if at.slot == nil || s.err != nil || s.odd != at.odd || len(said) < twinLeast || len(said) > twinMost {
		return
	}
	k, t := at.slot, at.twins
	k.said, k.depth, k.value = append(k.said[:0], said...), at.depth, *v
	if t.news++; t.news > len(t.slots) && len(t.slots) < twinSlots {
		t.slots = make([]twin[T], len(t.slots)*twinMore)
	}
}
