package ui

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
	"ringside/store/phone"
)

// sink takes what a pump sends.
type sink struct {
	mu   sync.Mutex
	msgs []tea.Msg
}

func (s *sink) send(m tea.Msg) {
	s.mu.Lock()
	s.msgs = append(s.msgs, m)
	s.mu.Unlock()
}

func (s *sink) views() (vs []*call.View) {
	for _, m := range s.msgs {
		if v, ok := m.(ViewMsg); ok {
			vs = append(vs, v.View)
		}
	}
	return vs
}

// pumped runs a pump for a while beside do, on the clock of the bubble.
func pumped(t *testing.T, now func() time.Time, do func(*Pump, *sink)) *sink {
	t.Helper()
	s := &sink{}
	synctest.Test(t, func(t *testing.T) {
		p := newPump(now)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			p.run(ctx, s.send)
		}()
		do(p, s)
		synctest.Wait()
		cancel()
		<-done
	})
	return s
}

// pass lets time go by inside a bubble.
func pass(d time.Duration) { <-time.After(d) }

func TestPumpCoalescesViews(t *testing.T) {
	s := pumped(t, nil, func(p *Pump, _ *sink) {
		for i := range 2000 {
			p.View(&call.View{Version: uint64(i)})
			pass(time.Millisecond)
		}
		pass(time.Second)
	})
	vs := s.views()
	if len(vs) < 55 || len(vs) > 62 {
		t.Errorf("%d views in two seconds, want about 60", len(vs))
	}
	if last := vs[len(vs)-1].Version; last != 1999 {
		t.Errorf("the last view shown is %d, the newest is 1999", last)
	}
	for i := 1; i < len(vs); i++ {
		if vs[i].Version <= vs[i-1].Version {
			t.Fatalf("view %d came after %d", vs[i].Version, vs[i-1].Version)
		}
	}
}

func TestPumpShowsALoneViewAtOnce(t *testing.T) {
	pumped(t, nil, func(p *Pump, s *sink) {
		pass(500 * time.Millisecond)
		p.View(&call.View{Version: 1})
		synctest.Wait()
		if n := len(s.views()); n != 1 {
			t.Errorf("%d views, want the one at once", n)
		}
	})
}

func TestPumpNeverDropsMessages(t *testing.T) {
	const n = 5000
	s := pumped(t, nil, func(p *Pump, _ *sink) {
		for i := range n {
			p.Post(i)
			p.View(&call.View{Version: uint64(i)})
		}
		pass(time.Second)
	})
	want := 0
	for _, m := range s.msgs {
		if i, ok := m.(int); ok {
			if i != want {
				t.Fatalf("message %d came where %d was due", i, want)
			}
			want++
		}
	}
	if want != n {
		t.Errorf("%d of %d messages came", want, n)
	}
}

// What is posted while the queue is being sent comes after it, and nothing comes twice.
func TestPumpTakesMessagesWhileSending(t *testing.T) {
	var got []tea.Msg
	synctest.Test(t, func(t *testing.T) {
		p := newPump(nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		p.Post("a")
		p.Post("b")
		go func() {
			defer close(done)
			p.run(ctx, func(m tea.Msg) {
				if _, ok := m.(string); !ok {
					return
				}
				got = append(got, m)
				if m == "a" {
					p.Post("c")
					p.Post("d")
				}
			})
		}()
		synctest.Wait()
		cancel()
		<-done
	})
	if diff := cmp.Diff([]tea.Msg{"a", "b", "c", "d"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A screen that hangs must not hold up the one who posts.
func TestPumpNeverBlocksTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPump(nil)
		hung := make(chan struct{})
		done := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(done)
			p.run(ctx, func(tea.Msg) { <-hung })
		}()
		synctest.Wait()
		began := time.Now()
		for i := range 1000 {
			p.Post(i)
			p.View(&call.View{})
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("the caller waited %v", d)
		}
		cancel()
		close(hung)
		<-done
	})
}

func TestPumpTicksOnTheSecond(t *testing.T) {
	fast := func() time.Time { return noon.Add(10 * time.Since(noon)) }
	for name, now := range map[string]func() time.Time{"real": nil, "ten times as fast": fast} {
		t.Run(name, func(t *testing.T) {
			s := pumped(t, now, func(*Pump, *sink) {
				pass(300 * time.Millisecond)
				pass(10 * time.Second)
			})
			var was time.Time
			n := 0
			for _, m := range s.msgs {
				tick, ok := m.(TickMsg)
				if !ok {
					continue
				}
				n++
				if tick.Now.Nanosecond() != 0 {
					t.Errorf("tick at %v", tick.Now)
				}
				step := time.Second
				if now != nil {
					step = 10 * time.Second
				}
				if !was.IsZero() && tick.Now.Sub(was) != step {
					t.Errorf("from %v to %v", was, tick.Now)
				}
				was = tick.Now
			}
			if n != 11 {
				t.Errorf("%d ticks in ten seconds", n)
			}
		})
	}
}

// Of the telephone only the newest view counts, as of the board; levels that change ten times a second
// hold nobody up.
func TestPumpCoalescesThePhone(t *testing.T) {
	s := pumped(t, nil, func(p *Pump, _ *sink) {
		pass(time.Second / 2)
		for i := range 200 {
			p.Phone(&phone.View{Calls: []phone.Call{{ID: "1", Level: phone.Level{In: float64(i) / 200}}}})
			pass(time.Millisecond)
		}
		pass(minFrame)
	})
	var got []phone.View
	for _, m := range s.msgs {
		if v, ok := m.(PhoneMsg); ok {
			got = append(got, v.View)
		}
	}
	if n := len(got); n < 5 || n > 9 {
		t.Errorf("200 views in 0.2 s came as %d messages", n)
	}
	if last := got[len(got)-1].Calls[0].Level.In; last != 199.0/200 {
		t.Errorf("the last view shown has %v", last)
	}
}
