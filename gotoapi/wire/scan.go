package wire

import (
	"encoding/binary"
	"math/bits"
)

// MaxDepth is how deep a document may nest. What GoTo sends nests 10 deep.
const MaxDepth = 64

// scanner walks over one JSON document. It checks every byte, those of skipped members included.
// The first fault sticks: it is remembered with its place, and from then on the document looks as
// if it had ended, so that every loop ends and only the end of the document is asked for errors.
type scanner struct {
	b       []byte
	i       int // next byte
	depth   int
	err     error // the first fault
	at      int   // its place
	odd     int   // values of a kind or form that could not be understood
	scratch []byte
}

func (s *scanner) begin(b []byte) {
	*s = scanner{b: b, scratch: s.scratch[:0]}
}

// fail remembers a fault at the next byte.
func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err, s.at = err, s.i
	}
	s.i = len(s.b)
}

// broken is fail for a byte that cannot stand where it does, or for the end of the bytes.
func (s *scanner) broken() {
	if s.i >= len(s.b) {
		s.fail(ErrCut)
		return
	}
	s.fail(ErrNotJSON)
}

// peek gives the next byte that is no blank, without taking it; 0 at the end.
func (s *scanner) peek() byte {
	for s.i < len(s.b) {
		c := s.b[s.i]
		if c > ' ' || c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
		s.i++
	}
	return 0
}

// end is asked after the document: nothing but blanks may follow it.
func (s *scanner) end() {
	if s.err == nil && s.peek() == 0 && s.i == len(s.b) {
		return
	}
	s.broken()
}

// enter goes into the object or array that the next value is, when it opens with open. A value of
// another kind is passed over and counted as odd; null is as good as absent.
func (s *scanner) enter(open byte) bool {
	c := s.peek()
	if c != open {
		if c != 'n' {
			s.odd++
		}
		s.skip()
		return false
	}
	return s.down()
}

func (s *scanner) down() bool {
	if s.depth++; s.depth > MaxDepth {
		s.fail(ErrTooDeep)
		return false
	}
	s.i++
	return true
}

// key takes the next member's name of the object that was entered, and its colon; false at the
// object's end. The name is good until the next string is taken.
func (s *scanner) key(first bool) ([]byte, bool) {
	if !first && s.i+1 < len(s.b) && s.b[s.i] == ',' && s.b[s.i+1] == '"' { // without blanks, as the service writes
		s.i++
		return s.name()
	}
	c := s.peek()
	if c == '}' {
		s.i++
		s.depth--
		return nil, false
	}
	if !first {
		if c != ',' {
			s.broken()
			return nil, false
		}
		s.i++
		c = s.peek()
	}
	if c != '"' {
		s.broken()
		return nil, false
	}
	return s.name()
}

// name takes a member's name, the next byte being its quote, and its colon.
func (s *scanner) name() ([]byte, bool) {
	name := s.str()
	if s.peek() != ':' {
		s.broken()
		return nil, false
	}
	s.i++
	return name, true
}

// elem stands in front of the next element of the array that was entered; false at its end.
func (s *scanner) elem(first bool) bool {
	c := s.peek()
	if c == ']' {
		s.i++
		s.depth--
		return false
	}
	if first {
		return c != 0 || s.unended()
	}
	if c != ',' {
		s.broken()
		return false
	}
	s.i++
	return true
}

func (s *scanner) unended() bool {
	s.broken()
	return false
}

// skip passes over one value of any kind.
func (s *scanner) skip() {
	switch c := s.peek(); c {
	case '"':
		s.str()
	case '{':
		if s.down() {
			for _, ok := s.key(true); ok; _, ok = s.key(false) {
				s.skip()
			}
		}
	case '[':
		if s.down() {
			for ok := s.elem(true); ok; ok = s.elem(false) {
				s.skip()
			}
		}
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.number()
	}
}

func (s *scanner) literal(word string) {
	for k := range len(word) {
		if s.i >= len(s.b) || s.b[s.i] != word[k] {
			s.broken()
			return
		}
		s.i++
	}
}

// number takes a number and gives its characters.
func (s *scanner) number() []byte {
	from := s.i
	if s.i < len(s.b) && s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return nil
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return nil
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if !s.digits() {
			return nil
		}
	}
	return s.b[from:s.i]
}

// digits takes one digit or more.
func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && s.b[s.i]-'0' <= 9 {
		s.i++
	}
	if s.i == from {
		s.broken()
		return false
	}
	return true
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain gives the place of the first byte of b, from i on, that needs a second look in a string: anything
// but printable ASCII, the quote and the backslash. Eight bytes are looked at in one go; a byte raises its
// top bit in one of the four terms when it is a control, a quote, a backslash or not ASCII, and a borrow can
// only disturb bytes behind the first one found.
func plain(b []byte, i int) int {
	for len(b)-i >= 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		stop := (w | (w - ' '*ones) | ((w ^ '"'*ones) - ones) | ((w ^ '\\'*ones) - ones)) & highs
		if stop != 0 {
			return i + bits.TrailingZeros64(stop)/8
		}
		i += 8
	}
	for i < len(b) && b[i] >= ' ' && b[i] < 0x80 && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// str takes a string, the next byte being its quote, and gives what it says: a part of the document
// where it has no escapes, else the scratch buffer. Bytes that are no UTF-8 are left as they are.
func (s *scanner) str() []byte {
	b, from := s.b, s.i+1
	i := plain(b, from)
	if i < len(b) && b[i] == '"' {
		s.i = i + 1
		return b[from:i]
	}
	s.i = i
	return s.strange(from)
}

// strange goes on with a string that began at from and whose next byte needs a second look.
func (s *scanner) strange(from int) []byte {
	for escaped := false; ; s.i = plain(s.b, s.i) {
		if s.i >= len(s.b) {
			s.broken()
			return nil
		}
		switch c := s.b[s.i]; {
		case c == '"':
			raw := s.b[from:s.i]
			s.i++
			if escaped {
				s.scratch = unescape(s.scratch[:0], raw)
				return s.scratch
			}
			return raw
		case c == '\\':
			escaped = true
			if !s.escape() {
				return nil
			}
		case c < ' ':
			s.broken()
			return nil
		default:
			s.i++
		}
	}
}

// escape takes one escape, the next byte being its backslash.
func (s *scanner) escape() bool {
	s.i++
	if s.i >= len(s.b) {
		s.broken()
		return false
	}
	switch s.b[s.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i++
		return true
	case 'u':
		for range 4 {
			s.i++
			if s.i >= len(s.b) || hex(s.b[s.i]) < 0 {
				s.broken()
				return false
			}
		}
		s.i++
		return true
	}
	s.broken()
	return false
}
