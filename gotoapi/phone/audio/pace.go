package audio

import (
	"io"
	"sync"
	"time"
)

// pace hands out frames in the time that they last, for what has no clock of its own.
type pace struct {
	next time.Time
	gone chan struct{}
	once sync.Once
}

func newPace() *pace { return &pace{gone: make(chan struct{})} }

// wait waits for the next 20 ms; false is the end. What was missed by more than 200 ms is not made up.
func (p *pace) wait() bool {
	now := time.Now()
	if p.next.IsZero() || now.Sub(p.next) > 200*time.Millisecond {
		p.next = now
	}
	p.next = p.next.Add(20 * time.Millisecond)
	t := time.NewTimer(p.next.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.gone:
		return false
	}
}

func (p *pace) stop() {
	p.once.Do(func() { close(p.gone) })
}

var errClosed = io.ErrClosedPipe
