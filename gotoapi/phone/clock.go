package phone

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
	store "ringside/store/phone"
)

// How calls are looked after, beside what the service tells of its own accord.
const (
	checkUsual   = time.Minute            // a notice of the end may have been lost
	checkOrphan  = 2 * time.Second        // the call's notices go to a channel that is no more
	checkRinging = 5 * time.Second        // it rings, and nobody said how long
	checkMoved   = 300 * time.Millisecond // something about it has changed
	ringGrace    = 2 * time.Second        // after the time for which it was said to ring
	hangUpFor    = time.Minute            // how long the end of a call is asked for that is over here
	ringsAtMost  = time.Minute            // a call of which nobody said how long it rings
	qualityEvery = time.Second            // between two looks at the quality of a call
	idle         = 10 * time.Minute       // the clock's longest sleep
)

// clock does what is due, until ctx ends.
func (p *Phone) clock(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var quality time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		case <-timer.C:
		}
		p.lock()
		at := now()
		measure := at.Sub(quality) >= qualityEvery
		if measure {
			quality = at
		}
		wait := p.due(at, measure)
		if p.changed { // by the clock itself, which need not look again for that
			p.publish()
		}
		p.mu.Unlock()
		timer.Reset(wait)
	}
}

// due does what is due, and gives how long nothing else is. The lock is held.
func (p *Phone) due(at time.Time, measure bool) time.Duration {
	wait := idle
	until := func(t time.Time) bool {
		if t.IsZero() {
			return false
		}
		if left := t.Sub(at); left > 0 {
			wait = min(wait, left)
			return false
		}
		return true
	}
	if r := &p.reg; until(r.trustAt) {
		r.trustAt = time.Time{} // no greeting: what was answered to the registration has to do
		r.say(at)
		p.touch()
	}
	if until(p.reg.againAt) {
		p.reg.againAt = at.Add(p.cfg.Ask + idle) // until the attempt has said what became of it
		p.taskLocked(p.reregister)
	}
	p.meters(measure)
	for _, l := range p.calls {
		if !l.c.Open() {
			continue
		}
		if l.connected() && l.media.ready() {
			wait = min(wait, p.cfg.Meters)
		}
		if until(l.checkAt) {
			p.look(l)
			until(l.checkAt)
		}
	}
	p.calls = slices.DeleteFunc(p.calls, func(l *leg) bool {
		keep := p.cfg.KeepEnded
		if l.c.Hint != "" {
			keep *= 3 // something failed, and there is something to be done
		}
		if l.c.Open() || !until(l.c.Ended.Add(keep)) {
			return false
		}
		p.touch()
		return true
	})
	return wait
}

// look asks the service how a call stands. The lock is held.
func (p *Phone) look(l *leg) {
	next := checkUsual
	switch {
	case l.ch.ID != p.reg.channel.ID:
		next = checkOrphan
	case l.c.Incoming && l.c.State == store.Ringing:
		next = checkRinging
	}
	l.checkAt = now().Add(next)
	if l.checking || l.api == "" {
		return
	}
	if p.unread {
		// When the notice of its end is lost, nothing else ends a call that rings.
		if l.c.State == store.Ringing && now().Sub(l.c.Began) > ringsAtMost && !now().Before(l.c.RingUntil) {
			p.end(l, "it was not answered in time", "")
		}
		return
	}
	l.checking = true
	p.taskLocked(func(context.Context) {
		ctx, cancel := context.WithTimeout(l.ctx, p.cfg.Ask)
		defer cancel()
		p.check(gotoapi.Impatient(ctx), l)
		p.lock()
		l.checking = false
		p.unlock()
	})
}

// check has the service say how a call stands.
func (p *Phone) check(ctx context.Context, l *leg) {
	w, err := p.web.Call(ctx, l.api)
	switch {
	case errors.Is(err, gotoapi.ErrNotFound), status(err) == http.StatusGone:
		p.lock()
		defer p.unlock()
		if l.c.State == store.Answering {
			return // the answer itself says so
		}
		p.end(l, ended(l, ""), "")
	case status(err) == http.StatusForbidden:
		p.cannotRead(err)
	case err != nil:
		if ctx.Err() == nil {
			p.cfg.Logger.InfoContext(ctx, "how a call stands is not known", "error", call.Clean(err.Error()))
		}
	default:
		p.lock()
		defer p.unlock()
		if !l.c.Open() {
			return
		}
		p.take(l, w)
		p.stands(l, w.Status)
		if until := l.c.RingUntil; !until.IsZero() && until.Before(now()) {
			l.c.RingUntil = time.Time{} // it rings on
			p.touch()
		}
	}
}

// connected follows each link: what was told while there was none has not come.
func (p *Phone) connected(context.Context, bool) {
	p.lock()
	defer p.unlock()
	for _, l := range p.calls {
		if l.c.Open() && l.api != "" {
			l.checkAt = now()
		}
	}
	p.rouse()
}
