package phone

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringside/gotoapi"
	store "ringside/store/phone"
)

// leg is a call of this telephone. The Phone's lock guards it; what sound it has, its media tells.
type leg struct {
	c       store.Call // as it is shown
	api     string     // the service's id; empty until the service has given one
	ch      gotoapi.Channel
	noticed time.Time // the time that the notice of an incoming call bears
	ctx     context.Context
	cancel  context.CancelFunc // ends ctx, and with it what is under way for this call
	media   *media

	ending   string    // why it ends, when we end it
	told     bool      // the service knows that we mute it
	yielded  bool      // it was put on hold for another call, which may fail
	pathless bool      // it was said that its sound has no path
	checkAt  time.Time // when to ask the service how it stands; zero: not
	checking bool
}

// newLeg adds a call. The lock is held.
func (p *Phone) newLeg(c store.Call) *leg {
	p.made++
	if c.ID == "" {
		c.ID = fmt.Sprintf("dialled-%d", p.made)
	}
	l := &leg{c: c}
	l.ctx, l.cancel = context.WithCancel(p.ctx)
	p.prepare(l)
	p.calls = append(p.calls, l)
	return l
}

// focus gives the keys to a call. The lock is held.
func (p *Phone) focus(l *leg) {
	for _, o := range p.calls {
		if want := o == l; o.c.Focus != want {
			o.c.Focus = want
			p.touch()
		}
	}
	p.hand()
}

// audible tells whether a call is to have the sound devices. The lock is held.
func (l *leg) audible() bool {
	return l.c.Focus && l.api != "" && l.c.Open() && !l.c.Held && l.connected() && l.media.ready()
}

// connected tells whether there is anything to hear: the far end, or how it rings there.
func (l *leg) connected() bool {
	return l.c.State == store.Talking || l.c.State == store.Calling || l.c.State == store.Dialling
}

// refocus gives the keys, and the sound with them, away when the call that had them is over: to one that
// is talked in, as after a merge; else to one that waits on hold because of it; else to one that rings, else to
// the one that was had last. The lock is held.
func (p *Phone) refocus() {
	var next *leg
	for _, l := range p.calls {
		switch {
		case !l.c.Open():
		case l.c.Focus:
			p.hand()
			return
		case next == nil || l.urgency() > next.urgency() || l.urgency()+next.urgency() == 0:
			next = l
		}
	}
	if next != nil {
		p.focus(next)
		return
	}
	p.hand()
}

// urgency is how much a call needs the keys when they are free.
func (l *leg) urgency() int {
	switch {
	case l.c.State == store.Talking && !l.c.Held:
		return 3
	case l.c.State == store.Talking && l.yielded:
		return 2
	case l.c.State == store.Ringing:
		return 1
	}
	return 0
}

// end ends a call here: its sound, and what is under way for it. why is a sentence. The lock is held.
func (p *Phone) end(l *leg, why, hint string) {
	if !l.c.Open() {
		return
	}
	if why == foundNoPath && hint == "" {
		hint = store.NoPathHint
	}
	l.c.State, l.c.Ended, l.c.Why, l.c.Hint = store.Ended, now(), why, hint
	l.c.RingUntil, l.c.Level = time.Time{}, store.Level{}
	l.checkAt = time.Time{}
	p.part(l)
	if l.api != "" {
		p.over.Add(l.api)
	}
	l.cancel()
	p.refocus()
	l.c.Focus = l.c.Focus && !slices.ContainsFunc(p.calls, func(o *leg) bool { return o.c.Open() })
	p.touch()
}

// talk notes that both ends are connected. The lock is held.
func (p *Phone) talk(l *leg) {
	if !l.c.Open() || l.c.State == store.Talking {
		return
	}
	l.c.State, l.c.RingUntil, l.c.Why, l.c.Hint = store.Talking, time.Time{}, "", ""
	if l.c.Answered.IsZero() {
		l.c.Answered = now()
	}
	l.checkAt = now().Add(checkUsual)
	p.hand()
	p.touch()
}

// take takes over what the service says of a call. The lock is held.
func (p *Phone) take(l *leg, w gotoapi.WebCall) {
	before := l.c
	setText(&l.c.LegID, w.LegID)
	setText(&l.c.Name, w.Name)
	setText(&l.c.Number, w.Number)
	if l.c.State == store.Talking {
		l.c.Held = w.Held
		p.hand()
	}
	if l.c != before {
		p.touch()
	}
}

func setText(at *string, said string) {
	if said != "" {
		*at = said
	}
}
