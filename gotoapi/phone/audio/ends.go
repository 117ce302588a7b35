package audio

import (
	"encoding/binary"
	"sync"
	"time"
)

// How long a device may do nothing before it is taken for broken. A loudspeaker that goes nowhere is
// up to 2 s ahead at first, and so is what hears it.
const (
	silentMic  = 4 * time.Second
	stuckSpeak = 2 * time.Second
)

// ending is how a device came to its end.
type ending struct {
	once sync.Once
	gone chan struct{}
	err  error // set before gone is closed
}

func newEnding() *ending { return &ending{gone: make(chan struct{})} }

func (e *ending) end(err error) {
	e.once.Do(func() {
		e.err = err
		close(e.gone)
	})
}

// intake makes frames of what a device hears, in pieces of any size.
type intake struct {
	*ending
	frames chan []int16
	part   []int16
}

func newIntake() *intake { return &intake{ending: newEnding(), frames: make(chan []int16, 10)} }

// add takes samples of 16 bits, little-endian. One goroutine does.
func (p *intake) add(b []byte) {
	for ; len(b) > 1; b = b[2:] {
		p.part = append(p.part, int16(binary.LittleEndian.Uint16(b)))
		if len(p.part) < Frame {
			continue
		}
		select {
		case p.frames <- p.part:
		default: // nobody reads; the newest is what counts
			select {
			case <-p.frames:
			default:
			}
			p.frames <- p.part
		}
		p.part = make([]int16, 0, Frame)
	}
}

func (p *intake) Read(frame []int16) error {
	t := time.NewTimer(silentMic)
	defer t.Stop()
	select {
	case f := <-p.frames:
		copy(frame, f)
		return nil
	case <-p.gone:
		return p.err
	case <-t.C:
		return &Problem{What: "the microphone gives no sound", Fix: "look at the sound settings of the system, or plug it in again; the call goes on"}
	}
}

// outlet keeps frames until a device asks for them, in pieces of any size.
type outlet struct {
	*ending
	mu    sync.Mutex
	ready []byte
	room  chan struct{}
}

func newOutlet() *outlet { return &outlet{ending: newEnding(), room: make(chan struct{}, 1)} }

// take gives the device what it asks for, and silence where there is nothing.
func (p *outlet) take(out []byte) {
	p.mu.Lock()
	n := copy(out, p.ready)
	p.ready = p.ready[:copy(p.ready, p.ready[n:])]
	p.mu.Unlock()
	clear(out[n:])
	select {
	case p.room <- struct{}{}:
	default:
	}
}

func (p *outlet) Write(frame []int16) error {
	t := time.NewTimer(stuckSpeak)
	defer t.Stop()
	for {
		p.mu.Lock()
		if len(p.ready) <= 2*Frame { // one frame waits, one is coming
			for _, v := range frame {
				p.ready = append(p.ready, byte(v), byte(v>>8))
			}
			p.mu.Unlock()
			return nil
		}
		p.mu.Unlock()
		select {
		case <-p.room:
		case <-p.gone:
			return p.err
		case <-t.C:
			return &Problem{What: "the loudspeaker takes no sound", Fix: "look at the sound settings of the system, or plug it in again; the call goes on"}
		}
	}
}
