package gotoapi

import (
	"math/rand/v2"
	"time"
)

// Backoff tells how long to wait before trying again: a bound that doubles with each try, and a
// random part of it ("full jitter"), so that many clients cut off at one moment do not come back
// at one moment.
type Backoff struct {
	Base time.Duration // bound before the first repetition
	Max  time.Duration // bound that is never passed
	// Jitter picks a wait in [0, bound]; nil picks at random, evenly.
	Jitter func(bound time.Duration) time.Duration
}

// DefaultBackoff is half a second doubling to 30 s.
func DefaultBackoff() Backoff { return Backoff{Base: 500 * time.Millisecond, Max: 30 * time.Second} }

// OrDefault returns b, or DefaultBackoff with b's Jitter when b says no more than that.
func (b Backoff) OrDefault() Backoff {
	if b.Base > 0 {
		return b
	}
	usual := DefaultBackoff()
	usual.Jitter = b.Jitter
	return usual
}

// troubleBackoff bounds the waits for an API or a login service that is in trouble and did not say for how
// long. They are short, so that the end of the trouble is soon seen.
func troubleBackoff() Backoff { return Backoff{Base: 250 * time.Millisecond, Max: time.Second} }

// Bound returns the longest wait before repetition n, counted from 0.
func (b Backoff) Bound(n int) time.Duration {
	d := b.Base
	for range n {
		if d >= b.Max/2 {
			return b.Max
		}
		d *= 2
	}
	return min(d, b.Max)
}

// Delay returns the wait before repetition n, counted from 0.
func (b Backoff) Delay(n int) time.Duration { return b.Within(b.Bound(n)) }

// Within returns a wait of at most bound.
func (b Backoff) Within(bound time.Duration) time.Duration {
	switch {
	case bound <= 0:
		return 0
	case b.Jitter != nil:
		return b.Jitter(bound)
	}
	return rand.N(bound + 1)
}
