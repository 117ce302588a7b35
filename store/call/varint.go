package call

import (
	"encoding/binary"
	"time"
)

// writer writes what a packed form is made of: numbers as varints.
type writer struct{ body []byte }

func (w *writer) uint(v uint64) { w.body = binary.AppendUvarint(w.body, v) }
func (w *writer) int(v int64)   { w.body = binary.AppendVarint(w.body, v) }

// reader reads what a writer wrote, and no further than that. After something bad it gives nothing
// but zeros.
type reader struct {
	in  []byte
	bad bool
}

func (r *reader) fail() { r.in, r.bad = nil, true }

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.in)
	return advance(r, v, n)
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.in)
	return advance(r, v, n)
}

// advance goes on behind a number of n bytes.
func advance[T uint64 | int64](r *reader, v T, n int) T {
	if n <= 0 {
		r.fail()
		return 0
	}
	r.in = r.in[n:]
	return v
}

// below reads a number that must be below n.
func (r *reader) below(n uint64) uint64 {
	v := r.uint()
	if v >= n {
		r.fail()
		return 0
	}
	return v
}

// count reads how many things follow: at most limit, and each takes a byte at least.
func (r *reader) count(limit uint64) uint64 {
	n := r.below(limit + 1)
	if n > uint64(len(r.in)) {
		r.fail()
		return 0
	}
	return n
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.in)) {
		r.fail()
		return nil
	}
	b := r.in[:n]
	r.in = r.in[n:]
	return b
}

// time writes a moment: 0 for none, else 1 and the seconds and nanoseconds.
func (w *writer) time(t time.Time) {
	if t.IsZero() {
		w.uint(0)
		return
	}
	w.uint(1)
	w.int(t.Unix())
	w.uint(uint64(t.Nanosecond()))
}

func (r *reader) time() time.Time {
	if r.below(2) == 0 {
		return time.Time{}
	}
	return time.Unix(r.int(), int64(r.below(1e9))).UTC()
}
