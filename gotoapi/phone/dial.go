package phone

import (
	"context"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
	store "ringside/store/phone"
)

// Dial implements store/phone.Phone. A call that is talked on is put on hold first.
func (p *Phone) Dial(ctx context.Context, number string) (id string, err error) {
	to := dialable(number)
	if to == "" {
		return "", errNumber
	}
	p.lock()
	if err := p.mayDial(); err != nil {
		p.unlock()
		return "", err
	}
	l := p.newLeg(store.Call{Number: to, State: store.Dialling, Began: now()})
	l.ch = p.reg.channel
	others := p.yield(l)
	p.focus(l)
	p.touch()
	p.unlock()
	p.holdAll(ctx, others)

	ended := make(chan error, 1)
	// Once it is asked for, the call has to be seen through: it may be there whatever becomes of ctx.
	if !p.task(func(context.Context) { ended <- p.make(l, to) }) {
		return "", p.unmade(l, errOff)
	}
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
		p.task(func(own context.Context) { _ = p.hangUp(own, l, "you hung up") })
	case <-l.ctx.Done():
		p.lock()
		dropped := l.ending != ""
		p.unlock()
		if err = errDropped; !dropped {
			err = <-ended
		}
	}
	if err != nil {
		p.resume(others)
		return "", err
	}
	return l.c.ID, nil
}

// mayDial tells why no call can be made now. The lock is held.
func (p *Phone) mayDial() error {
	if p.ctx == nil {
		return errOff
	}
	if line := p.reg.line; !p.reg.there || !p.reg.linked {
		what := "the telephone is not registered yet"
		switch {
		case line.State == store.Lost:
			what = "the telephone has lost its registration"
		case line.State == store.Refused && line.Why != "":
			return &Error{What: line.Why, Do: line.Hint}
		}
		if line.Hint == "" {
			line.Hint = "try again in a few seconds"
		}
		return &Error{What: what, Do: line.Hint}
	}
	return nil
}

// make has the service make a call.
func (p *Phone) make(l *leg, to string) error {
	ctx, cancel := context.WithTimeout(l.ctx, p.cfg.Ask)
	defer cancel()
	session, sdp, err := l.media.wait(ctx)
	if err != nil {
		return p.unmade(l, soundError(err))
	}
	// The request outlives a hang-up: whether it made a call has to be known.
	sure, stop := context.WithTimeout(context.WithoutCancel(ctx), p.cfg.Ask)
	defer stop()
	var w gotoapi.WebCall
	for try := 0; ; try++ {
		w, err = p.web.Dial(sure, l.ch, gotoapi.NewWebCall{
			Device: p.cfg.Device, Organization: p.cfg.Organization, Extension: p.cfg.Extension, Dial: to, SDP: sdp,
		})
		// Of a refused request it is known that it has made no call.
		if gotoapi.Class(err) != gotoapi.Throttled || try == dialTries || !p.patient(l.ctx, err, try) {
			break
		}
	}
	if err != nil {
		return p.unmade(l, p.failure("the call could not be made", err))
	}
	if err := session.Accept(w.SDP); err != nil {
		p.named(l, w)
		_ = p.hangUp(sure, l, "the call could not be made")
		return soundError(err)
	}
	if !p.named(l, w) {
		p.forget(w.ID)
		return errDropped
	}
	return nil
}

// dialTries is how often a throttled request is repeated.
const dialTries = 3

// longestWait is the longest pause that is made before a throttled request is repeated: who waits at
// the telephone is better told.
const longestWait = 3 * time.Second

// patient waits before a throttled request is repeated; false when that would take too long.
func (p *Phone) patient(ctx context.Context, err error, try int) bool {
	wait := max(p.cfg.Backoff.Bound(try), gotoapi.RetryAfter(err))
	if wait > longestWait {
		return false
	}
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
}

// unmade ends a call that was not made.
func (p *Phone) unmade(l *leg, err error) error {
	p.lock()
	defer p.unlock()
	if l.c.Open() {
		p.end(l, err.Error(), hintOf(err))
	}
	return err
}

// named gives a call what the service says of it, and the notices that were here before its name; false
// when it was hung up meanwhile.
func (p *Phone) named(l *leg, w gotoapi.WebCall) bool {
	p.lock()
	defer p.unlock()
	if !l.c.Open() {
		return false
	}
	l.api = w.ID
	l.checkAt = now().Add(checkUsual)
	p.take(l, w)
	if l.c.State == store.Dialling && ringing(w.Status) {
		l.c.State = store.Calling
	}
	p.hand()
	p.touch()
	p.replay(l)
	return true
}

// forget ends a call of the service that nobody here wants any more.
func (p *Phone) forget(id string) {
	p.lock()
	p.over.Add(id)
	p.unlock()
	p.task(func(ctx context.Context) {
		if err := p.web.HangUp(ctx, id); err != nil {
			p.cfg.Logger.WarnContext(ctx, "a call was not hung up", "error", call.Clean(err.Error()))
		}
	})
}

// yield gives the calls that have to be put on hold for another. Their sound stops at once. The lock is
// held.
func (p *Phone) yield(to *leg) []*leg {
	var out []*leg
	for _, l := range p.calls {
		if l != to && l.c.State == store.Talking && !l.c.Held {
			l.yielded = true
			l.silence(true)
			out = append(out, l)
		}
	}
	return out
}

// holdAll puts calls on hold that another one has displaced. What is not held stays silent and says so.
func (p *Phone) holdAll(ctx context.Context, legs []*leg) {
	var group sync.WaitGroup
	for _, l := range legs {
		group.Go(func() {
			err := p.hold(ctx, l, true)
			p.lock()
			defer p.unlock()
			if err == nil {
				l.silence(l.c.Muted)
				l.yielded = true
				return
			}
			if l.c.Open() {
				l.c.Muted, l.c.Why, l.c.Hint = true, err.Error(), "it is muted instead: the far end does not hear you"
				p.touch()
			}
		})
	}
	group.Wait()
}

// resume takes calls back that were put on hold for one that has come to nothing.
func (p *Phone) resume(legs []*leg) {
	for _, l := range legs {
		p.task(func(ctx context.Context) {
			p.lock()
			back := l.c.Open() && l.c.Held && l.yielded
			if back {
				p.focus(l)
			}
			p.unlock()
			if !back {
				return
			}
			if err := p.hold(ctx, l, false); err != nil {
				p.remark(l, err.Error(), "press hold to take it back")
			}
		})
	}
}
