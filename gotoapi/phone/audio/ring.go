package audio

import (
	"context"
	"math"
	"sync"
	"time"
)

// Sounding is what a Ring plays.
type Sounding int

// What there is to be played.
const (
	Ringing Sounding = iota + 1 // a call rings here
	Waiting                     // another call rings while one is up: short and soft
	Calling                     // the far end rings, and does not let us hear it
)

// melody is a piece that is repeated.
type melody struct {
	every  int                                // frames
	sounds func(t float64) (hz [2]float64)    // at t seconds into the piece; 0 is silence
	loud   float64                            // amplitude
	shape  func(t float64) (strength float64) // 0 to 1
}

func (s Sounding) melody() melody {
	switch s {
	case Ringing: // two notes in quick turn, a second of them in four
		return melody{200, func(t float64) [2]float64 {
			if t > 1.2 {
				return [2]float64{}
			}
			if int(t*16)%2 == 0 {
				return [2]float64{660, 0}
			}
			return [2]float64{880, 0}
		}, 0.35, edges(1.2)}
	case Waiting:
		return melody{250, func(t float64) [2]float64 {
			if t > 0.3 {
				return [2]float64{}
			}
			return [2]float64{440, 0}
		}, 0.08, edges(0.3)}
	}
	return melody{300, func(t float64) [2]float64 { // as the network of North America does
		if t > 2 {
			return [2]float64{}
		}
		return [2]float64{440, 480}
	}, 0.12, edges(2)}
}

// edges fades a sound of a length in and out, so that it does not click.
func edges(length float64) func(float64) float64 {
	return func(t float64) float64 {
		const fade = 0.01
		return max(0, min(1, t/fade, (length-t)/fade))
	}
}

// Melody is a Sounding as samples, without an end.
type Melody struct {
	melody
	n  int
	at [2]float64 // phases
}

// NewMelody begins one.
func NewMelody(what Sounding) *Melody { return &Melody{melody: what.melody()} }

// Fill makes the next frame.
func (t *Melody) Fill(frame []int16) {
	for i := range frame {
		s := float64(t.n%t.every*Frame+i) / Rate
		sum := 0.0
		for k, hz := range t.sounds(s) {
			if hz > 0 {
				t.at[k] = math.Mod(t.at[k]+2*math.Pi*hz/Rate, 2*math.Pi)
				sum += math.Sin(t.at[k])
			}
		}
		frame[i] = int16(32767 * t.loud * t.shape(s) * max(-1, min(1, sum)))
	}
	t.n++
}

// Ring tells of calls by sound, on a loudspeaker of its own: a headset for talking, the room for
// ringing. What goes wrong with it is told by Err and never keeps a call from ringing.
type Ring struct {
	system *System
	choice string // as OpenOut has it

	mu      sync.Mutex
	playing Sounding // 0 is nothing
	cancel  context.CancelFunc
	run     sync.WaitGroup
	err     error
}

// NewRing makes one. choice is as OpenOut has it; files and pipes do not ring.
func NewRing(s *System, choice string) *Ring {
	if kind, _ := Kind(choice); kind != Hardware {
		choice = None
	}
	return &Ring{system: s, choice: choice}
}

// Play plays something until it is told something else; 0 is silence. It does not wait.
func (r *Ring) Play(what Sounding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if what == r.playing || r.choice == None {
		return
	}
	if r.cancel != nil {
		r.cancel()
		r.cancel = nil
	}
	if r.playing = what; what == 0 {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.run.Go(func() {
		if err := r.play(ctx, what); err != nil && ctx.Err() == nil {
			r.mu.Lock()
			r.err = err
			r.mu.Unlock()
		}
	})
}

// Err tells why it could not be heard the last time.
func (r *Ring) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Close ends it, and waits for that.
func (r *Ring) Close() {
	r.Play(0)
	r.run.Wait()
}

func (r *Ring) play(ctx context.Context, what Sounding) error {
	opening, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	sink, _, err := r.system.OpenOut(opening, r.choice)
	if err != nil || sink == nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = sink.Close() })
	defer func() {
		if stop() {
			_ = sink.Close()
		}
	}()
	t := NewMelody(what)
	frame := make([]int16, Frame)
	for {
		t.Fill(frame)
		if err := sink.Write(frame); err != nil {
			return err
		}
	}
}
