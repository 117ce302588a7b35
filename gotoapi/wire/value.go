package wire

import (
	"math"
	"time"
)

// said takes the next value and gives what a string says, or the characters of a number; nil for
// null. A value of another kind is passed over and counted as odd. It is good until the next
// string is taken.
func (s *scanner) said() []byte {
	switch c := s.peek(); {
	case c == '"':
		return s.str()
	case c == '-' || c-'0' <= 9:
		return s.number()
	case c == 'n':
		s.literal("null")
		return nil
	}
	s.odd++
	s.skip()
	return nil
}

// text takes the next value as a clean text.
func (d *Decoder) text() string { return d.known.get(d.said()) }

// exact takes the next value as a text to be given back to the service as it is.
func (d *Decoder) exact() string { return string(d.said()) }

// when takes the next value as a time; the zero time when there is none.
func (d *Decoder) when() time.Time {
	said := d.said()
	if len(said) == 0 {
		return time.Time{}
	}
	t, ok := parseTime(said)
	if !ok {
		d.odd++
	}
	return t
}

// count takes the next value as a number of 64 bits without sign; 0 when it is none.
func (d *Decoder) count() uint64 {
	said := d.said()
	if len(said) == 0 {
		return 0
	}
	n, ok := uintOf(said)
	if !ok {
		d.odd++
	}
	return n
}

// span takes the next value as a number of units; 0 when it is none, negative or beyond maxSpan.
func (d *Decoder) span(unit time.Duration) time.Duration {
	said := d.said()
	if len(said) == 0 {
		return 0
	}
	v, ok := spanOf(said, unit)
	if !ok {
		d.odd++
	}
	return v
}

// flag takes the next value as a truth value.
func (d *Decoder) flag() bool {
	switch d.peek() {
	case 't':
		d.literal("true")
		return d.err == nil
	case 'f':
		d.literal("false")
		return false
	}
	return string(d.said()) == "true"
}

func uintOf(b []byte) (uint64, bool) {
	var n uint64
	for _, c := range b {
		digit := uint64(c - '0')
		if digit > 9 || n > (math.MaxUint64-digit)/10 {
			return 0, false
		}
		n = n*10 + digit
	}
	return n, len(b) > 0
}

// maxSpan is the longest duration taken for one: ten years.
const maxSpan = 10 * 365 * 24 * time.Hour

// spanOf reads "90" or "90.5" units. Digits beyond the ninth of a fraction are dropped.
func spanOf(b []byte, unit time.Duration) (time.Duration, bool) {
	whole, frac := b, []byte(nil)
	for i, c := range b {
		if c == '.' {
			whole, frac = b[:i], b[i+1:]
			if len(frac) == 0 {
				return 0, false
			}
			break
		}
	}
	n, ok := uintOf(whole)
	if !ok || n > uint64(maxSpan/unit) {
		return 0, false
	}
	v, part, scale := time.Duration(n)*unit, int64(0), int64(1)
	for i, c := range frac {
		if c-'0' > 9 {
			return 0, false
		}
		if i < 9 {
			part, scale = part*10+int64(c-'0'), scale*10
		}
	}
	return v + time.Duration(part*int64(unit)/scale), true
}
