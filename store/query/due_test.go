package query

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Until it is due the answer stays what it is: for random queries and calls, whoever looks only when
// it is due knows what one who looks every moment knows.
func TestDueIsNeverLate(t *testing.T) {
	now := testNow(t)
	d := dice{rand.New(rand.NewPCG(3, 4)), now}
	turned := 0
	for range 400 {
		p := d.plain()
		s, ok := p.subject.(*CallSubject)
		if !ok {
			continue
		}
		for range 10 {
			q, err := Parse(d.query(d.IntN(3)), Options{Now: now, Region: "US"})
			if err != nil {
				t.Fatal(err)
			}
			m := q.Compile()
			s.At(now)
			is := m.Match(s)
			due, some := m.Due(s, now)
			if some && !due.After(now) {
				t.Fatalf("%s: due %v, which is past", q.Text, due.Sub(now))
			}
			for range 60 {
				at := now.Add(time.Duration(d.Int64N(int64(one(d, 2*time.Second, time.Minute, 10*time.Minute, 3*time.Hour)))))
				if some && !at.Before(due) {
					s.At(at)
					if m.Match(s) != is {
						turned++
					}
					continue
				}
				s.At(at)
				if m.Match(s) != is {
					t.Fatalf("%s: the answer turns %v from now, due %v (%v)\n%+v", q.Text, at.Sub(now), due.Sub(now), some, s.Call())
				}
			}
		}
	}
	if turned < 300 {
		t.Errorf("only %d answers turned: the test shows nothing", turned)
	}
}

// The moment itself, to the millisecond; a clock that stands is never due.
func TestDueToTheMillisecond(t *testing.T) {
	now := testNow(t)
	d := dice{rand.New(rand.NewPCG(5, 6)), now}
	var s *CallSubject
	for s == nil || !s.Call().Live() {
		s, _ = d.plain().subject.(*CallSubject)
	}
	s.Call().Since = now.Add(-10 * time.Second)
	for text, want := range map[string]time.Duration{
		"clock>=45s": 35 * time.Second, "clock>45s": 35*time.Second + time.Millisecond, "clock<45s": 35 * time.Second,
		"clock<=45s": 35*time.Second + time.Millisecond, "clock=10s": time.Second, "clock=12s": 2 * time.Second,
		"-clock:45s or clock:1m": 35 * time.Second, "clock>5s": 0, "clock<3s": 0, "answer>1h": 0, "dana today": 0, "": 0,
		"clock>9000h": 0,
	} {
		q, err := Parse(text, Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		m := q.Compile()
		at, ok := m.Due(s, now)
		if ok != (want > 0) || ok && at.Sub(now) != want {
			t.Errorf("%q: due in %v (%v), want %v", text, at.Sub(now), ok, want)
		}
	}
	ended := NewCallSubject(s.Call(), Extra{})
	ended.Call().Ended = now
	q, _ := Parse("total>10m", Options{Now: now})
	if at, ok := q.Compile().Due(ended, now); ok && ended.Call().Total(now) < 10*time.Minute {
		t.Errorf("the length of an ended call is due at %v", at)
	}
}
