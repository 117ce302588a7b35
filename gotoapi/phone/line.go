package phone

import (
	"context"
	"errors"
	"math/bits"
	"net/http"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
	store "ringside/store/phone"
)

// registration is what is known of this telephone's place at the service. The Phone's lock guards it.
type registration struct {
	line    store.Line
	channel gotoapi.Channel // notices come on it; zero before the first
	device  bool            // the service has made our device
	there   bool            // the extension is registered on the channel, as far as was said
	greeted bool            // and the service has said that it can be called
	trustAt time.Time       // when a registration without a greeting is taken for good; zero: not waited for
	linked  bool            // the channel's socket is open
	been    bool            // it was ready once
	why     string          // of the link
	hint    string
	lostWhy string // of a registration that was lost while the link lives
	do      string
	againAt time.Time // when a lost registration is made again; zero: not
	tries   int       // to do so, since it held
	since   time.Time // when the line became ready
}

// begin is for a new link.
func (r *registration) begin() {
	*r = registration{line: store.Line{Extension: r.line.Extension, State: store.Registering}, been: r.been}
}

// say works out what the line is to be called.
func (r *registration) say(at time.Time) {
	was := r.line.State
	r.line.Why, r.line.Hint = r.why, r.hint
	if r.linked && !r.there {
		r.line.Why, r.line.Hint = r.lostWhy, r.do
	}
	switch {
	case r.linked && r.there && (r.greeted || r.trustAt.IsZero()):
		r.line.State, r.line.Why, r.line.Hint = store.Ready, "", ""
		r.been = true
		if was != store.Ready {
			r.since = at
		}
	case r.been:
		r.line.State = store.Lost
	default:
		r.line.State = store.Registering
	}
}

// carrier has the stream's channel tell of this telephone. It implements stream.Carrier.
type carrier struct{ p *Phone }

// Attach implements stream.Carrier.
func (c carrier) Attach(ctx context.Context, ch gotoapi.Channel) error {
	p := c.p
	p.lock()
	device := p.reg.device
	p.unlock()
	if err := p.register(ctx, ch, device); err != nil {
		return err
	}
	p.lock()
	defer p.unlock()
	p.reg.channel = ch
	p.registered()
	return nil
}

// registered notes that the service has taken the registration. The lock is held.
func (p *Phone) registered() {
	r := &p.reg
	r.device, r.there, r.againAt = true, true, time.Time{}
	if r.line.State != store.Ready { // or only the channel has changed
		r.greeted, r.trustAt = false, now().Add(p.cfg.Greeting)
	}
	r.say(now())
	p.touch()
}

// register makes the device, or moves it to the channel, and has the extension ring on it. Repeating
// it does no harm.
func (p *Phone) register(ctx context.Context, ch gotoapi.Channel, known bool) error {
	id := p.cfg.Device
	if known {
		switch err := p.web.MoveDevice(ctx, id, ch); {
		case errors.Is(err, gotoapi.ErrNotFound):
			known = false
		case err != nil:
			return err
		}
	}
	if !known {
		if err := p.create(ctx, ch); err != nil {
			return err
		}
	}
	_, err := p.web.Register(ctx, id, p.cfg.Organization, p.cfg.Extension)
	return err
}

// create makes the device. One that an earlier run has left is taken over.
func (p *Phone) create(ctx context.Context, ch gotoapi.Channel) error {
	err := p.web.CreateDevice(ctx, gotoapi.WebDevice{ID: p.cfg.Device, App: p.cfg.App, Version: p.cfg.Version, Channel: ch})
	var refused *gotoapi.Error
	if errors.As(err, &refused) && refused.Status == http.StatusConflict {
		return p.web.MoveDevice(ctx, p.cfg.Device, ch)
	}
	return err
}

// Check implements stream.Carrier.
func (c carrier) Check(ctx context.Context, ch gotoapi.Channel) (again bool, err error) {
	p := c.p
	p.lock()
	unread := p.unread
	p.unlock()
	if unread {
		return false, nil
	}
	for e, err := range p.web.Extensions(ctx, p.cfg.Device, p.cfg.Organization) {
		switch {
		case errors.Is(err, gotoapi.ErrNotFound): // the device is gone
			return true, c.Attach(ctx, ch)
		case status(err) == http.StatusForbidden:
			p.cannotRead(err)
			return false, nil
		case err != nil:
			return false, err
		case e.Number == p.cfg.Extension:
			return false, nil
		}
	}
	return true, c.Attach(ctx, ch)
}

// Detach implements stream.Carrier: nobody is to be rung on a telephone that is gone.
func (c carrier) Detach(ctx context.Context, ch gotoapi.Channel) error {
	p := c.p
	p.lock()
	mine := p.reg.channel.ID == ch.ID
	p.unlock()
	if !mine {
		return nil
	}
	return p.web.Unregister(ctx, p.cfg.Device, p.cfg.Organization, p.cfg.Extension)
}

// linked takes over how the link fares.
func (p *Phone) linked(st stream.Status) {
	p.lock()
	defer p.unlock()
	r, before := &p.reg, p.reg.line
	r.linked = st.Link == stream.Live || st.Link == stream.Stale || st.Link == stream.Recovering
	if !r.linked { // each link begins with a registration, which may be there before this was said
		r.againAt = time.Time{}
	}
	r.why, r.hint = st.Why, st.Hint
	r.say(now())
	if r.line != before {
		p.touch()
	}
}

// refused says that the account does not allow a telephone, or that nobody is logged in.
func (p *Phone) refused(err error) {
	p.lock()
	defer p.unlock()
	why, do := call.Clean(err.Error()), gotoapi.Hint(err)
	var said *Error
	var service *gotoapi.Error
	switch {
	case errors.As(err, &said):
		do = said.Do
	case errors.As(err, &service) && service.Status == http.StatusForbidden && service.Code == gotoapi.CodeInsufficientScope:
		why = "this login may not be a telephone: the scope " + service.Scope + " is missing"
	case errors.As(err, &service) && service.Status == http.StatusForbidden:
		why, do = "GoTo refuses a telephone to this login", "have an administrator of the account allow web calls for your extension"
	}
	p.reg.begin()
	p.reg.line.State, p.reg.line.Why, p.reg.line.Hint = store.Refused, why, do
	p.cfg.Logger.WarnContext(p.ctx, "no telephone", "error", call.Clean(err.Error()))
	p.touch()
}

// cannotRead notes that the account does not let us read how calls stand.
func (p *Phone) cannotRead(err error) {
	p.lock()
	defer p.unlock()
	if !p.unread {
		p.cfg.Logger.InfoContext(p.ctx, "how calls stand cannot be read; their notices have to do", "error", call.Clean(err.Error()))
	}
	p.unread = true
}

// greeting follows the service's word that the extension can be called. The lock is held.
func (p *Phone) greeting() {
	if r := &p.reg; r.there && !r.greeted {
		r.greeted, r.trustAt = true, time.Time{}
		r.say(now())
		p.touch()
	}
}

// heldFor is how long a registration must have held for the next loss of it to be the first one again.
const heldFor = time.Minute

// unregistered follows the service's word that the extension rings here no more. The lock is held.
func (p *Phone) unregistered() {
	r := &p.reg
	if !r.linked || !r.againAt.IsZero() { // a new link registers anyway
		return
	}
	if r.line.State == store.Ready && now().Sub(r.since) > heldFor {
		r.tries = 0
	}
	r.there, r.greeted = false, false
	r.lostWhy, r.do = "GoTo has dropped the registration of this telephone", "it is being made again"
	r.againAt = now().Add(p.cfg.Backoff.Delay(r.tries))
	r.tries++
	r.say(now())
	p.touch()
}

// reregister makes a lost registration again.
func (p *Phone) reregister(ctx context.Context) {
	p.lock()
	ch, device := p.reg.channel, p.reg.device
	p.unlock()
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Ask)
	defer cancel()
	err := p.register(gotoapi.Impatient(ctx), ch, device)
	p.lock()
	defer p.unlock()
	r := &p.reg
	switch {
	case !r.linked || r.channel.ID != ch.ID || r.there:
		return // a new link has registered, or will
	case err == nil:
		p.registered()
		return
	}
	if bits.OnesCount(uint(r.tries)) == 1 {
		p.cfg.Logger.WarnContext(ctx, "not registered again", "try", r.tries, "error", call.Clean(err.Error()))
	}
	wait := max(p.cfg.Backoff.Delay(r.tries), gotoapi.RetryAfter(err))
	if class := gotoapi.Class(err); class == gotoapi.Fatal || class == gotoapi.Auth {
		wait = p.cfg.PauseAfter
	}
	r.tries++
	r.lostWhy, r.do = call.Clean(err.Error()), gotoapi.Hint(err)
	r.againAt = now().Add(wait)
	r.say(now())
	p.touch()
}
