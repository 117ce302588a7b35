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

// find gives the slot for the object that b begins with, and whether that holds the very object; nil where b
// is too short to hold one worth a slot.
func (t *twins[T]) find(b []byte, depth int) (slot *twin[T], same bool) {
	if len(b) < twinLeast {
		return nil, false
	}
	if t.slots == nil {
		t.seed, t.slots = maphash.MakeSeed(), make([]twin[T], twinFirst)
	}
	slot = &t.slots[maphash.Bytes(t.seed, b[:twinHead])&uint64(len(t.slots)-1)]
	return slot, len(slot.said) > 0 && slot.depth == depth && bytes.HasPrefix(b, slot.said)
}

// keep puts an object into the slot that find gave for it.
func (t *twins[T]) keep(slot *twin[T], said []byte, depth int, value T) {
	if len(said) < twinLeast || len(said) > twinMost {
		return
	}
	slot.said, slot.depth, slot.value = append(slot.said[:0], said...), depth, value
	if t.news++; t.news > len(t.slots) && len(t.slots) < twinSlots {
		t.slots = make([]twin[T], len(t.slots)*twinMore)
	}
}
