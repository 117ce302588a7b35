package connect

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// bench is a session at a simulated GoTo whose requests are counted, inside a synctest bubble.
type bench struct {
	*Session
	t     *testing.T
	far   *FarEnd
	meter *meter
	ended map[string]int
	// before is ended as it was a round ago.
	before map[string]int
	began  time.Time
	stop   func()
}

// startBench starts both ends.
func startBench(t *testing.T, cfg sim.Config, o call.Options) *bench {
	t.Helper()
	b := farBench(t, cfg)
	b.connect(o)
	return b
}

// farBench starts the far end alone.
func farBench(t *testing.T, cfg sim.Config) *bench {
	t.Helper()
	far, err := StartFarEnd(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, far: far, meter: newMeter(far.Service), ended: map[string]int{}, began: time.Now()}
	far.srv.Handler = b.meter // before anybody has dialled
	return b
}

// connect starts a session of the bench's far end.
func (b *bench) connect(o call.Options) {
	s := New(b.far.Link(nil), b.hooks(), o)
	b.run(s, s.Run)
}

func (b *bench) hooks() Hooks {
	return Hooks{Effect: func(e call.Effect) {
		if e.Kind == call.EndedCall {
			b.ended[e.ID]++
		}
	}}
}

// run runs a session by way of work.
func (b *bench) run(s *Session, work func(context.Context) error) {
	ctx, stop := context.WithCancel(b.t.Context())
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	b.Session = s
	b.stop = func() {
		stop()
		if err := <-done; err != nil {
			b.t.Error(err)
		}
	}
}

// snapshot is which calls were up at a moment, and how far they had come.
type snapshot struct {
	at time.Time
	up map[string]uint64 // the number of the last state
}

func (b *bench) snapshot() snapshot {
	s := snapshot{at: time.Now(), up: map[string]uint64{}}
	b.far.Service.World(func(w *world.World) {
		for _, id := range w.Live() {
			if _, last, ok := w.Last(id); ok && last.Type != "ENDING" {
				s.up[id] = last.SequenceNumber
			}
		}
	})
	return s
}

// wrong says what is wrong with the board if the world was so at was and is so at is: a call of was
// that is missing, behind or has a hole, or one that is shown as up and is in neither.
func (b *bench) wrong(was, is snapshot) string {
	ours := map[string]*call.Call{}
	for _, c := range b.Store.View().Live.All() {
		if !c.Live() {
			continue
		}
		if ours[c.ID] != nil {
			return fmt.Sprintf("call %s is on the board twice", c.ID)
		}
		ours[c.ID] = c
	}
	for id, seq := range was.up {
		_, still := is.up[id]
		c := ours[id]
		switch {
		case !still:
		case c == nil:
			return fmt.Sprintf("call %s is not on the board", id)
		case c.LastSeq < seq:
			return fmt.Sprintf("call %s is at state %d, the truth was at %d", id, c.LastSeq, seq)
		case len(c.Gaps) > 0 && c.Gaps[0].From <= seq:
			return fmt.Sprintf("call %s has the gap %v", id, c.Gaps[0])
		}
	}
	for id := range ours {
		_, then := was.up[id]
		_, now := is.up[id]
		if !then && !now {
			return fmt.Sprintf("call %s is over and on the board", id)
		}
	}
	return ""
}

// How the board is compared with the truth: a state takes a while from the telephone to the board, so
// it is held against the truth as it was a moment ago.
const (
	lookEvery = 250 * time.Millisecond
	onTheWay  = 500 * time.Millisecond
)

// recovery is how a board got over a trouble.
type recovery struct {
	noticed time.Duration // until the session had mended what the trouble left behind
	took    time.Duration // from then on until the board was right for good
	stretch time.Duration // the longest time for which it was wrong on end
	why     string        // what was wrong last
}

// recover looks at the board for as long as watch. Mended tells whether the trouble is still there
// although nothing makes any more of it: a dead socket that nobody has noticed yet.
func (b *bench) recover(watch time.Duration, mended func() bool) (r recovery) {
	began := time.Now()
	from, done := began, mended()
	var past []snapshot
	var wrongSince time.Time
	for time.Since(began) <= watch {
		if !done && mended() {
			from, done = time.Now(), true
			r.noticed, r.took = time.Since(began), 0
		}
		past = append(past, b.snapshot())
		for len(past) > 1 && time.Since(past[1].at) >= onTheWay {
			past = past[1:]
		}
		if time.Since(past[0].at) >= onTheWay {
			if w := b.wrong(past[0], past[len(past)-1]); w == "" {
				wrongSince = time.Time{}
			} else {
				if wrongSince.IsZero() {
					wrongSince = time.Now()
				}
				r.took, r.why = time.Since(from)+lookEvery, w
				r.stretch = max(r.stretch, time.Since(wrongSince)+lookEvery)
			}
		}
		time.Sleep(lookEvery)
	}
	if !done {
		r.took, r.why = watch, "the trouble was never noticed"
	}
	return r
}
