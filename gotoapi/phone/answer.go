package phone

import (
	"context"
	"errors"

	"ringside/gotoapi"
	"ringside/store/call"
	store "ringside/store/phone"
)

// Answer implements store/phone.Phone. A call that is talked on is put on hold at the same time.
func (p *Phone) Answer(ctx context.Context, id string) error {
	p.lock()
	l, err := p.find(id)
	if err == nil && (!l.c.Incoming || l.c.State != store.Ringing) {
		err = errNoRing
	}
	if err != nil {
		p.unlock()
		return err
	}
	l.c.State, l.c.Why, l.c.Hint = store.Answering, "", ""
	if m := l.media; !m.ready() {
		select {
		case <-m.done: // its sound could not be set up; perhaps it can now
			p.prepare(l)
		default:
		}
	}
	l.ch = p.reg.channel
	ch, m := l.ch, l.media
	others := p.yield(l)
	p.focus(l)
	p.touch()
	p.unlock()

	held := make(chan struct{})
	p.task(func(own context.Context) { defer close(held); p.holdAll(own, others) })
	err = p.answer(ctx, l, ch, m)
	if err == nil {
		return nil
	}
	err = p.unanswered(l, err)
	p.task(func(own context.Context) {
		select {
		case <-held:
			p.resume(others)
		case <-own.Done():
		}
	})
	return err
}

// answer has the service connect a ringing call, with the sound of m; its notices come on ch.
func (p *Phone) answer(ctx context.Context, l *leg, ch gotoapi.Channel, m *media) error {
	ctx, cancel := p.asking(ctx, l)
	defer cancel()
	session, sdp, err := m.wait(ctx)
	if err != nil {
		return soundError(err)
	}
	w, err := p.pickUp(ctx, l.api, ch, session, sdp)
	if err != nil {
		return err
	}
	if w.SDP != "" {
		if err := session.Accept(w.SDP); err != nil {
			sure, stop := context.WithTimeout(context.WithoutCancel(ctx), p.cfg.Ask)
			defer stop()
			_ = p.hangUp(sure, l, "the sound of the call cannot be set up")
			return soundError(err)
		}
	}
	p.lock()
	defer p.unlock()
	if !l.c.Open() {
		return errGaveUp
	}
	p.talk(l)
	p.take(l, w)
	return nil
}

// answerTries is how often the answer is repeated where that does no harm.
const answerTries = 3

// pickUp sends the answer. It is repeated when the service has surely not taken it: it said that there
// were too many requests, or the call still rings after a failure.
func (p *Phone) pickUp(ctx context.Context, id string, ch gotoapi.Channel, s Session, sdp string) (gotoapi.WebCall, error) {
	for try := 0; ; try++ {
		w, err := p.web.Answer(ctx, ch, id, sdp)
		if err == nil || try == answerTries || ctx.Err() != nil {
			return w, err
		}
		switch gotoapi.Class(err) {
		case gotoapi.Throttled:
		case gotoapi.Retry: // nobody knows whether it was taken
			now, asked := p.web.Call(ctx, id)
			switch {
			case errors.Is(asked, gotoapi.ErrNotFound):
				return w, asked
			case asked != nil:
				return w, err
			case connected(now.Status):
				return p.adopt(ctx, now, s)
			case !ringing(now.Status):
				return w, err
			}
		default:
			return w, err
		}
		if !p.patient(ctx, err, try) {
			return w, err
		}
	}
}

// adopt sets up the sound of a call that the service has connected, its answer to our offer lost.
func (p *Phone) adopt(ctx context.Context, w gotoapi.WebCall, s Session) (gotoapi.WebCall, error) {
	sdp, err := s.Reoffer(ctx, false)
	if err == nil {
		w.SDP, err = p.web.Offer(ctx, w.ID, sdp)
	}
	return w, err
}

// unanswered says why a call was not taken, and has it ring on when it still does.
func (p *Phone) unanswered(l *leg, err error) error {
	p.lock()
	defer p.unlock()
	switch {
	case !l.c.Open():
		if l.ending != "" {
			return err
		}
		return errGaveUp
	case gone(err):
		p.end(l, errGaveUp.What, "")
		return errGaveUp
	}
	err = p.failure("the call could not be answered", err)
	if said := (*Error)(nil); errors.As(err, &said) && passing(err) {
		err = &Error{What: said.What, Do: "it rings on: answer it again in a few seconds", Err: said.Err}
	}
	l.c.State, l.c.Why, l.c.Hint = store.Ringing, err.Error(), hintOf(err)
	p.touch()
	return err
}

// Decline implements store/phone.Phone.
func (p *Phone) Decline(ctx context.Context, id string) error {
	return p.reject(ctx, id, "", "you declined it")
}

// SendToVoicemail implements store/phone.Phone.
func (p *Phone) SendToVoicemail(ctx context.Context, id string) error {
	return p.reject(ctx, id, gotoapi.RejectToVoicemail, "you sent it to voicemail")
}

func (p *Phone) reject(ctx context.Context, id, action, why string) error {
	p.lock()
	l, err := p.find(id)
	if err == nil && (!l.c.Incoming || l.c.State != store.Ringing) {
		err = errNoRing
	}
	if err == nil {
		l.ending = why // its end may be told before the service's answer is here
	}
	p.unlock()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Ask)
	defer cancel()
	err = p.web.Reject(ctx, l.api, action)
	p.lock()
	defer p.unlock()
	switch {
	case err == nil:
		p.end(l, why, "")
		return nil
	case gone(err):
		l.ending = ""
		p.end(l, "the caller gave up", "")
		return errNoRing
	case !l.c.Open():
		return nil
	}
	l.ending = ""
	return p.failure("the call could not be sent away; it rings on", err)
}

// HangUp implements store/phone.Phone. The far end hears nothing more from the moment it is asked for;
// a call that the service does not let go of is given up here, and its end asked for a while longer.
func (p *Phone) HangUp(ctx context.Context, id string) error {
	p.lock()
	l, err := p.find(id)
	rings := err == nil && l.c.Incoming && l.c.State == store.Ringing
	p.unlock()
	switch {
	case err != nil:
		return err
	case rings:
		return p.Decline(ctx, id)
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Ask)
	defer cancel()
	return p.hangUp(ctx, l, "you hung up")
}

func (p *Phone) hangUp(ctx context.Context, l *leg, why string) error {
	p.lock()
	l.silence(true)
	l.ending = why
	id := l.api
	if id == "" { // the call is still being made: whoever does sees that nobody wants it
		p.end(l, why, "")
		p.unlock()
		return nil
	}
	p.unlock()
	err := p.web.HangUp(gotoapi.Impatient(ctx), id)
	p.lock()
	defer p.unlock()
	if err == nil || !l.c.Open() {
		p.end(l, why, "")
		return nil
	}
	if gone(err) { // it is over, or just being moved
		p.end(l, why, "")
		err = nil
	} else {
		p.end(l, why+"; GoTo has not confirmed it", "the sound has ended; if the far end is still there, it will hang up by itself")
	}
	p.taskLocked(func(own context.Context) {
		own, cancel := context.WithTimeout(own, hangUpFor)
		defer cancel()
		if err := p.web.HangUp(own, id); err != nil {
			p.cfg.Logger.WarnContext(own, "a call was not hung up", "error", call.Clean(err.Error()))
		}
	})
	return p.failure("GoTo has not confirmed that the call is over", err)
}
