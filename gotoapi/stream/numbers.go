package stream

import "time"

// numbers watches the event numbers of one socket, which count up by one (goto-api.md 10, #8): a
// number that does not come is a frame that was lost. Its zero value is ready.
type numbers struct {
	high    uint64
	missing map[uint64]struct{}
	since   time.Time // when the first of missing was passed over
	frames  int       // of the last ones,
	jumps   int       // so many came after a jump
	off     bool      // the numbers of this service do not count up by one
}

const (
	numbersAtOnce = 64              // missing numbers remembered
	judgedAfter   = 64              // frames after which jumps are weighed
	lateFor       = 1 * time.Second // how long a number may still come
)

// add notes a number.
func (n *numbers) add(id uint64, now time.Time) {
	if n.off || id == 0 {
		return
	}
	if n.frames++; n.frames > judgedAfter {
		n.off = n.jumps > judgedAfter/2
		n.frames, n.jumps = 0, 0
	}
	switch {
	case n.high == 0, id == n.high+1:
	case id <= n.high:
		delete(n.missing, id)
		return
	default:
		n.jumps++
		if len(n.missing) == 0 {
			n.since, n.missing = now, map[uint64]struct{}{}
		}
		for i := n.high + 1; i < id && len(n.missing) < numbersAtOnce; i++ {
			n.missing[i] = struct{}{}
		}
	}
	n.high = id
}

// lost gives how many numbers have not come for lateFor, and forgets them.
func (n *numbers) lost(now time.Time) int {
	if len(n.missing) == 0 || n.off || now.Sub(n.since) < lateFor {
		return 0
	}
	lost := len(n.missing)
	n.missing = nil
	return lost
}
