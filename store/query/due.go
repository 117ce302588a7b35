package query

import (
	"math"
	"time"
)

// bound is a length of time at which the answer of a term changes.
type bound struct {
	field Field
	ms    int64
}

// boundsOf gives the lengths that a query asks about, of the fields that grow while a call is up.
// The time to the answer does not: it is known at once or not at all.
func boundsOf(root Node) []bound {
	var out []bound
	walk(root, func(n Node) {
		t, ok := n.(Term)
		if !ok {
			return
		}
		switch t.Field {
		case Wait, RingTime, Talk, Hold, Total, Clock:
		default:
			return
		}
		switch t.Op {
		case Is:
			out = append(out, bound{t.Field, t.Ms}, bound{t.Field, t.Ms + 1000})
		case AtMost, More:
			out = append(out, bound{t.Field, t.Ms + 1})
		default:
			out = append(out, bound{t.Field, t.Ms})
		}
	})
	return out
}

// Timed reports whether the answer for a call may change though the call does not, because one of
// its clocks runs. A query that is Relative is another matter: it has to be parsed again.
func (m Matcher) Timed() bool { return len(m.bounds) > 0 }

// farAhead is how far Due looks: further than any call and any error of a clock.
const farAhead = 365 * 24 * time.Hour

// Due gives the first moment after now at which the answer for a call may be another one while the
// call stays as it is; ok is false where there is none within a year. It may come too early, when
// clocks differ, and never too late. The subject is set to now.
func (m Matcher) Due(s *CallSubject, now time.Time) (at time.Time, ok bool) {
	soonest := int64(math.MaxInt64)
	for _, b := range m.bounds {
		s.At(now)
		ms, known := s.Millis(b.field)
		left := b.ms - ms
		if !known || left <= 0 || left >= soonest {
			continue
		}
		s.At(now.Add(farAhead))
		if then, _ := s.Millis(b.field); then >= b.ms {
			soonest = left
		}
	}
	s.At(now)
	if soonest > farAhead.Milliseconds() {
		return time.Time{}, false
	}
	return now.Add(time.Duration(soonest) * time.Millisecond), true
}
