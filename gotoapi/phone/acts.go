package phone

import (
	"context"
	"slices"
	"time"

	store "ringside/store/phone"
)

// asking is a request of a person about a call that is up: it ends with the person's patience, with the
// call, or after Config.Ask.
func (p *Phone) asking(ctx context.Context, l *leg) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Ask)
	stop := context.AfterFunc(l.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// talking gives a call that is connected.
func (p *Phone) talking(id string) (*leg, error) {
	p.lock()
	defer p.unlock()
	l, err := p.find(id)
	if err == nil && l.c.State != store.Talking {
		return nil, errNotUp
	}
	return l, err
}

// act does something to a call that is up, and puts what goes wrong into words.
func (p *Phone) act(ctx context.Context, l *leg, what string, ask func(ctx context.Context, id string) error) error {
	ctx, cancel := p.asking(ctx, l)
	defer cancel()
	err := ask(ctx, l.api) // a call that is connected has its id for good
	if err == nil {
		return nil
	}
	if l.ctx.Err() != nil {
		return errOver
	}
	if gone(err) {
		p.doubt(l)
	}
	return p.failure(what, err)
}

// doubt has the clock ask at once how a call stands.
func (p *Phone) doubt(l *leg) {
	p.lock()
	defer p.unlock()
	if l.c.Open() {
		l.checkAt = now()
		p.rouse()
	}
}

// Hold implements store/phone.Phone.
func (p *Phone) Hold(ctx context.Context, id string, on bool) error {
	l, err := p.talking(id)
	if err != nil {
		return err
	}
	return p.hold(ctx, l, on)
}

func (p *Phone) hold(ctx context.Context, l *leg, on bool) error {
	what := "the call could not be put on hold"
	if !on {
		what = "the call could not be taken off hold"
	}
	if err := p.act(ctx, l, what, func(ctx context.Context, id string) error { return p.web.Hold(ctx, id, on) }); err != nil {
		return err
	}
	p.lock()
	defer p.unlock()
	l.c.Held, l.yielded = on, false
	if on {
		if other := p.part(l); other != nil && l.c.Focus {
			p.focus(other) // who is talked to alone now
		}
	}
	p.hand()
	p.touch()
	return nil
}

// Mute implements store/phone.Phone. Our sound stops at once; what the service makes of it is its own
// matter.
func (p *Phone) Mute(ctx context.Context, id string, on bool) error {
	l, err := p.talking(id)
	if err != nil {
		return err
	}
	if on {
		l.silence(true)
	}
	p.lock()
	told := l.told
	p.unlock()
	if on != told {
		what := "the call could not be muted"
		if !on {
			what = "the call is still muted"
		}
		err = p.act(ctx, l, what, func(ctx context.Context, id string) error { return p.web.Mute(ctx, id, on) })
	}
	switch {
	case err != nil && !on:
		return err
	case err != nil:
		p.cfg.Logger.InfoContext(l.ctx, "a call is muted here alone", "error", err)
	}
	p.lock()
	defer p.unlock()
	l.told = on && err == nil
	l.c.Muted = on
	if !on {
		l.silence(false)
	}
	p.touch()
	return nil
}

// Tone implements store/phone.Phone.
func (p *Phone) Tone(ctx context.Context, id, digits string) error {
	if !tones(digits) {
		return errTones
	}
	l, err := p.talking(id)
	if err != nil {
		return err
	}
	if err := p.act(ctx, l, "the tones could not be sent", func(ctx context.Context, id string) error { return p.web.Tones(ctx, id, digits) }); err != nil {
		return err
	}
	p.lock()
	defer p.unlock()
	l.c.Tones += digits
	p.touch()
	return nil
}

// moveCheck is when to ask what became of a call that was moved, unless the service says so before.
const moveCheck = 3 * time.Second

// Transfer implements store/phone.Phone.
func (p *Phone) Transfer(ctx context.Context, id, to string) error {
	number := dialable(to)
	if number == "" {
		return errNumber
	}
	l, err := p.talking(id)
	if err != nil {
		return err
	}
	p.moving(number, l)
	err = p.act(ctx, l, "the call could not be transferred", func(ctx context.Context, id string) error { return p.web.BlindTransfer(ctx, id, number) })
	return p.moved(err, l)
}

// moving notes where calls are being transferred to, in case their end is told before the service's
// answer is here; "" takes it back.
func (p *Phone) moving(to string, legs ...*leg) {
	p.lock()
	defer p.unlock()
	for _, l := range legs {
		if l.c.Open() {
			l.c.Moves = to
			p.touch()
		}
	}
}

// moved follows a transfer.
func (p *Phone) moved(err error, legs ...*leg) error {
	p.lock()
	defer p.unlock()
	for _, l := range legs {
		switch {
		case !l.c.Open(): // the end was quicker than the answer
			if l.c.Moves != "" {
				err = nil
			}
		case err != nil:
			l.c.Moves = ""
			p.touch()
		default:
			l.checkAt = now().Add(moveCheck)
			p.rouse()
		}
	}
	return err
}

// pair gives two different calls of mine; the first one is connected, the other stands in one of the
// ways of may.
func (p *Phone) pair(id, other string, may ...store.CallState) (l, o *leg, err error) {
	if id == other {
		return nil, nil, errSelf
	}
	if l, err = p.talking(id); err != nil {
		return nil, nil, err
	}
	p.lock()
	defer p.unlock()
	if o, err = p.find(other); err == nil && !slices.Contains(may, o.c.State) {
		err = errNotUp
	}
	return l, o, err
}

// CompleteTransfer implements store/phone.Phone.
func (p *Phone) CompleteTransfer(ctx context.Context, id, other string) error {
	l, o, err := p.pair(id, other, store.Talking, store.Calling)
	if err != nil {
		return err
	}
	p.lock()
	to, from := who(o.c), who(l.c)
	p.unlock()
	p.moving(to, l)
	p.moving(from, o)
	err = p.act(ctx, l, "the transfer could not be completed", func(ctx context.Context, id string) error { return p.web.WarmTransfer(ctx, id, o.api) })
	return p.moved(err, l, o)
}

func who(c store.Call) string {
	if c.Name != "" {
		return c.Name
	}
	return c.Number
}

// Merge implements store/phone.Phone.
func (p *Phone) Merge(ctx context.Context, id, other string) error {
	l, o, err := p.pair(id, other, store.Talking)
	if err != nil {
		return err
	}
	if err := p.act(ctx, l, "the calls could not be merged", func(ctx context.Context, id string) error { return p.web.Merge(ctx, id, o.api) }); err != nil {
		return err
	}
	p.lock()
	defer p.unlock()
	for _, l := range []*leg{l, o} {
		if l.c.Open() {
			l.c.Held, l.yielded, l.checkAt = false, false, now().Add(moveCheck)
		}
	}
	l.c.Joined = l.c.Open() && o.c.Open()
	o.c.Joined = l.c.Joined
	p.hand()
	p.touch()
	return nil
}

// part notes that a call is no longer one conversation with another, and gives that one; nil where there was
// none. The lock is held.
func (p *Phone) part(l *leg) (other *leg) {
	if !l.c.Joined {
		return nil
	}
	for _, o := range p.calls {
		if o.c.Joined && o != l {
			other = o
		}
		o.c.Joined = false
	}
	return other
}

// Focus implements store/phone.Phone.
func (p *Phone) Focus(id string) {
	p.lock()
	defer p.unlock()
	if l, err := p.find(id); err == nil {
		p.focus(l)
	}
}

// RingDesk implements store/phone.DeskPhone. It needs no registration.
func (p *Phone) RingDesk(ctx context.Context, number string) error {
	to := dialable(number)
	switch {
	case to == "":
		return errNumber
	case p.cfg.Line == "":
		return errNoLine
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Ask)
	defer cancel()
	_, err := p.web.ClickToCall(ctx, p.cfg.Line, to)
	return p.failure("your desk phone could not be rung", err)
}
