package media

import (
	"os"
	"sync"
	"testing"
	"time"
)

// pulse notes how late this machine does what is due, while a test measures sound.
type pulse struct {
	mu         sync.Mutex
	beats, off int
}

// measured marks a test that measures sound, which needs a machine that is on time.
func measured(t *testing.T) *pulse {
	t.Helper()
	if race {
		t.Skip("sound is too slow under the race detector; .ci/run measures it without")
	}
	p, done := &pulse{}, make(chan struct{})
	var run sync.WaitGroup
	run.Go(func() {
		const beat = 5 * time.Millisecond
		for next := time.Now().Add(beat); ; next = time.Now().Add(beat) {
			select {
			case <-done:
				return
			case <-time.After(time.Until(next)):
			}
			missed := int(time.Since(next) / beat)
			p.mu.Lock()
			p.beats += 1 + missed
			if missed > 1 {
				p.off += missed
			}
			p.mu.Unlock()
		}
	})
	t.Cleanup(func() { close(done); run.Wait() })
	return p
}

// onTime ends a test whose figures would be the machine's and not the sound's: it stood still for more than a
// twenty-fifth of the time. In a proof, the figures count.
func (p *pulse) onTime(t *testing.T) {
	t.Helper()
	if p == nil || os.Getenv("RINGSIDE_PROOFS") != "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.off*25 > p.beats {
		t.Skipf("this machine missed %d of %d beats: sound cannot be measured on it now", p.off, p.beats)
	}
}
