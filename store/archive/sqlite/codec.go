package sqlite

import (
	"encoding/binary"
	"errors"
	"time"

	"ringside/store/call"
)

// summaryVersion is the first byte of a stored summary. Version 1 is its members in the order in
// which pack writes them: texts as length and bytes, numbers as varints, times as Unix nanoseconds.
const summaryVersion = 1

var errSummary = errors.New("a stored summary cannot be read")

func packSummary(s *call.Summary) []byte {
	w := &packer{buf: append(make([]byte, 0, 256), summaryVersion)}
	w.strings(s.ID, s.Account)
	w.uint(uint64(s.Direction))
	w.uint(uint64(s.Outcome))
	w.time(s.Created)
	w.time(s.Ended)
	w.strings(s.From.Name, s.From.Number, s.To.Name, s.To.Number, s.Queue)
	w.list(s.Path)
	w.uint(uint64(len(s.Answered)))
	for i := range s.Answered {
		a := &s.Answered[i]
		w.strings(a.Name, a.Extension, a.Number)
		w.bools(a.Agent)
		w.int(a.AtMs)
		w.int(a.TalkMs)
	}
	w.uint(uint64(len(s.Rung)))
	for i := range s.Rung {
		r := &s.Rung[i]
		w.strings(r.Name, r.Extension, r.Number, r.Device)
		w.bools(r.Answered)
		w.int(r.AtMs)
		w.int(r.RingMs)
	}
	w.uint(uint64(len(s.PhasesMs)))
	for _, ms := range s.PhasesMs {
		w.int(ms)
	}
	w.int(s.TotalMs)
	w.int(s.AnswerMs)
	w.strings(s.LeftFirst)
	w.bools(s.Recorded, s.JoinedLate)
	w.uint(uint64(s.Gaps))
	w.uint(uint64(s.States))
	w.uint(uint64(s.Transfers))
	w.list(s.Associated)
	return w.buf
}

func unpackSummary(b []byte) (s call.Summary, err error) {
	if len(b) == 0 || b[0] != summaryVersion {
		return s, errSummary
	}
	r := &unpacker{buf: b[1:]}
	s.ID, s.Account = r.string(), r.string()
	s.Direction, s.Outcome = call.Direction(r.uint()), call.Outcome(r.uint())
	s.Created, s.Ended = r.time(), r.time()
	s.From = call.Party{Name: r.string(), Number: r.string()}
	s.To = call.Party{Name: r.string(), Number: r.string()}
	s.Queue = r.string()
	s.Path = r.list()
	for range r.count() {
		a := call.Answer{Name: r.string(), Extension: r.string(), Number: r.string()}
		a.Agent = r.bools()&1 != 0
		a.AtMs, a.TalkMs = r.int(), r.int()
		s.Answered = append(s.Answered, a)
	}
	for range r.count() {
		g := call.Ring{Name: r.string(), Extension: r.string(), Number: r.string(), Device: r.string()}
		g.Answered = r.bools()&1 != 0
		g.AtMs, g.RingMs = r.int(), r.int()
		s.Rung = append(s.Rung, g)
	}
	for i := range r.count() {
		if ms := r.int(); i < len(s.PhasesMs) {
			s.PhasesMs[i] = ms
		}
	}
	s.TotalMs, s.AnswerMs = r.int(), r.int()
	s.LeftFirst = r.string()
	bits := r.bools()
	s.Recorded, s.JoinedLate = bits&1 != 0, bits&2 != 0
	s.Gaps, s.States, s.Transfers = int(r.uint()), int(r.uint()), int(r.uint())
	s.Associated = r.list()
	if r.broken {
		return call.Summary{}, errSummary
	}
	return s, nil
}

type packer struct{ buf []byte }

func (w *packer) uint(n uint64) { w.buf = binary.AppendUvarint(w.buf, n) }
func (w *packer) int(n int64)   { w.buf = binary.AppendVarint(w.buf, n) }

func (w *packer) strings(texts ...string) {
	for _, s := range texts {
		w.uint(uint64(len(s)))
		w.buf = append(w.buf, s...)
	}
}

func (w *packer) list(texts []string) {
	w.uint(uint64(len(texts)))
	w.strings(texts...)
}

func (w *packer) bools(bits ...bool) {
	var b byte
	for i, yes := range bits {
		if yes {
			b |= 1 << i
		}
	}
	w.buf = append(w.buf, b)
}

// time writes a moment: 0 for none, else 1 and the seconds and nanoseconds.
func (w *packer) time(t time.Time) {
	w.bools(!t.IsZero())
	if !t.IsZero() {
		w.int(t.Unix())
		w.uint(uint64(t.Nanosecond()))
	}
}

// unpacker reads what a packer wrote. Whatever it is given, it reads no further than that.
type unpacker struct {
	buf    []byte
	broken bool
}

func (r *unpacker) fail() { r.buf, r.broken = nil, true }

func (r *unpacker) uint() uint64 {
	n, size := binary.Uvarint(r.buf)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[size:]
	return n
}

func (r *unpacker) int() int64 {
	n, size := binary.Varint(r.buf)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[size:]
	return n
}

// count reads how many things follow, each of at least one byte.
func (r *unpacker) count() int {
	n := r.uint()
	if n > uint64(len(r.buf)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *unpacker) string() string {
	n := r.count()
	s := string(r.buf[:n])
	r.buf = r.buf[n:]
	return s
}

func (r *unpacker) list() []string {
	var out []string
	for range r.count() {
		out = append(out, r.string())
	}
	return out
}

func (r *unpacker) bools() byte {
	if len(r.buf) == 0 {
		r.fail()
		return 0
	}
	b := r.buf[0]
	r.buf = r.buf[1:]
	return b
}

func (r *unpacker) time() time.Time {
	if r.bools() == 0 {
		return time.Time{}
	}
	return time.Unix(r.int(), int64(r.uint())).UTC()
}
