package stream

import (
	"math/bits"
	"slices"
	"time"

	"ringside/gotoapi/wire"
)

// take handles what a reader tells.
func (l *loop) take(h *heard) {
	if h.from != l.cur && h.from != l.old {
		return
	}
	if h.end != nil {
		l.ended(h)
		return
	}
	l.s.mu.Lock()
	l.s.lastFrame = h.at
	l.s.mu.Unlock()
	if h.from == l.cur {
		l.stale = false
	}
	if h.bad != nil {
		l.skipped(h)
		l.missed(1)
		return
	}
	h.from.numbers.add(h.frame.EventID, h.at)
	l.state.Counters.Frames++
	l.frame(h.from, &h.frame)
}

func (l *loop) ended(h *heard) {
	h.from.close(false)
	if h.from == l.old {
		l.retire()
		return
	}
	l.lost(h.end)
}

// skipped counts a message that is of no use. The first is logged, then ever fewer: a service gone
// wrong sends many.
func (l *loop) skipped(h *heard) {
	n := &l.state.Counters.Bad
	if h.big {
		n = &l.state.Counters.TooBig
	}
	if *n++; bits.OnesCount64(*n) == 1 {
		l.s.cfg.Logger.WarnContext(l.ctx, "message skipped", "count", *n, "error", clean(h.bad.Error()))
	}
}

// frame acts on a good message. Control messages count on the present socket only: on a replaced
// one they are answered already.
func (l *loop) frame(from *socket, f *wire.Frame) {
	switch f.Kind {
	case wire.CallState, wire.ReportReady:
		if k := (eventKey{f.Event.Meta.ID, f.Event.Snapshot.Seq}); l.recent.add(k, l.tries > 0) {
			l.progress()
		}
		l.s.cfg.Emit(f.Event)
	case wire.RefreshRequired:
		if from == l.cur {
			l.refreshRequired(f.Remaining)
		}
	case wire.ToBeClosed:
		if from == l.cur && !from.lease.doomed {
			from.lease.doomed = true
			l.replace()
		}
	case wire.WebCall:
		if l.notices != nil {
			l.notice(f)
		}
	case wire.Other:
		l.state.Counters.Unknown++
	case wire.KeepAlive:
	}
}

// justRefreshed is how long after a refresh another notice is taken for the same one.
const justRefreshed = 2 * time.Second

func (l *loop) refreshRequired(remaining time.Duration) {
	le, now := l.cur.lease, time.Now()
	if now.Sub(l.refreshedAt) < justRefreshed {
		return
	}
	if remaining > 0 {
		le.expires = wallNow().Add(remaining)
	}
	l.refresh()
}

// recentEvents is how many events are remembered, so that a service that repeats itself on each connect
// does not count as progress.
const recentEvents = 512

type eventKey struct {
	id  string
	seq uint64
}

// events remembers those that came last.
type events struct {
	ring [recentEvents]eventKey
	next int
}

// add remembers an event in the place of the oldest, and tells whether it is new, when that is of interest:
// only then is it looked for.
func (e *events) add(k eventKey, ask bool) (isNew bool) {
	isNew = ask && !slices.Contains(e.ring[:], k)
	e.ring[e.next] = k
	e.next = (e.next + 1) % recentEvents
	return isNew
}
