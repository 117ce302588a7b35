package phone

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
	"ringside/store/call"
	store "ringside/store/phone"
)

// noticed follows a notice of the service.
func (p *Phone) noticed(n wire.Notice) {
	p.lock()
	defer p.unlock()
	if p.ctx == nil || n.Extension != "" && n.Extension != p.cfg.Extension {
		return
	}
	switch n.Kind {
	case wire.Greetings:
		p.greeting()
	case wire.Unregistered:
		p.unregistered()
	case wire.Incoming:
		p.incoming(n)
	case wire.FarRinging, wire.CallAnswered, wire.CallUpdate, wire.CallEnded:
		if l := p.byService(n.Call); l != nil {
			p.progress(l, n)
		} else if !p.over.Has(n.Call) {
			p.keepEarly(n)
		}
	}
}

// maxCalls bounds the calls of this telephone that are up: a service gone wrong may announce many.
const maxCalls = 32

// incoming has a call ring here. The lock is held.
func (p *Phone) incoming(n wire.Notice) {
	if p.byService(n.Call) != nil || p.over.Has(n.Call) {
		return
	}
	if p.open() >= maxCalls {
		p.cfg.Logger.WarnContext(p.ctx, "a call is not shown: too many ring here")
		return
	}
	c := store.Call{ID: n.Call, LegID: n.Leg, Incoming: true, Number: n.Number, Name: n.Name, State: store.Ringing, Began: now()}
	if n.TTL > 0 {
		c.RingUntil = c.Began.Add(min(n.TTL, longestRing))
	}
	first := p.open() == 0
	l := p.newLeg(c)
	l.api, l.noticed, l.ch = n.Call, n.At, p.reg.channel
	l.checkAt = now().Add(checkRinging)
	if !c.RingUntil.IsZero() {
		l.checkAt = c.RingUntil.Add(ringGrace)
	}
	if first {
		p.focus(l)
	}
	p.touch()
	ch := l.ch // what Answer may change while the service is asked
	p.taskLocked(func(context.Context) { p.ring(l, ch) })
	p.replay(l)
}

// longestRing bounds what a notice says about how long a call rings.
const longestRing = 10 * time.Minute

func (p *Phone) open() (n int) {
	for _, l := range p.calls {
		if l.c.Open() {
			n++
		}
	}
	return n
}

// ring tells the service that a call rings here, at ch, and asks which leg of the board it is.
func (p *Phone) ring(l *leg, ch gotoapi.Channel) {
	ctx, cancel := context.WithTimeout(l.ctx, p.cfg.Ask)
	defer cancel()
	err := p.web.Ringing(ctx, ch, l.api, l.noticed)
	if errors.Is(err, gotoapi.ErrNotFound) {
		p.lock()
		p.end(l, ended(l, ""), "")
		p.unlock()
		return
	}
	if err != nil && ctx.Err() == nil {
		p.cfg.Logger.InfoContext(ctx, "the caller was not told that it rings here", "error", call.Clean(err.Error()))
	}
	p.lock()
	ask := l.c.LegID == "" && !p.unread
	p.unlock()
	if ask {
		p.check(ctx, l)
	}
}

// progress follows a notice about a call. The lock is held.
func (p *Phone) progress(l *leg, n wire.Notice) {
	if !l.c.Open() {
		return
	}
	before := l.c
	setText(&l.c.LegID, n.Leg)
	setText(&l.c.Name, n.Name)
	setText(&l.c.Number, n.Number)
	switch n.Kind {
	case wire.FarRinging:
		if l.c.State == store.Dialling {
			l.c.State = store.Calling
			p.hand()
		}
	case wire.CallAnswered:
		p.picked(l)
		if l.c.State == store.Ringing && l.c.Incoming { // not by us; its end is told next
			l.ending, l.checkAt = "answered on another telephone", now().Add(time.Second)
			p.rouse()
		}
	case wire.CallUpdate:
		if n.HeldSaid && l.c.State == store.Talking {
			l.c.Held = n.Held
			p.hand()
		}
		p.stands(l, n.Status)
		if n.Leg == "" && l.c.Open() { // it may be another leg of the board by now, which only the call itself tells
			l.checkAt = now().Add(checkMoved)
		}
	case wire.CallEnded:
		p.end(l, ended(l, n.Reason), "")
	}
	if l.c != before {
		p.touch()
	}
	p.rouse()
}

// picked follows the word that a call was answered. One that is being answered here talks when our
// own answer is accepted. The lock is held.
func (p *Phone) picked(l *leg) {
	if !l.c.Incoming {
		p.talk(l)
	}
}

// stands follows the service's word for how a call stands. The lock is held.
func (p *Phone) stands(l *leg, status string) {
	switch {
	case over(status):
		p.end(l, ended(l, ""), "")
	case connected(status):
		p.picked(l)
	case ringing(status) && l.c.State == store.Dialling:
		l.c.State = store.Calling
		p.hand()
		p.touch()
	}
}

// What the service's words for a call mean; most of them are guessed (goto-api.md 6.2).
func over(status string) bool {
	switch strings.ToUpper(status) {
	case "DISCONNECTED", "ENDED", "TERMINATED", "HUNGUP", "FAILED":
		return true
	}
	return false
}

func connected(status string) bool {
	switch strings.ToUpper(status) {
	case "CONNECTED", "ANSWERED", "ACTIVE", "ON_HOLD", "ESTABLISHED":
		return true
	}
	return false
}

func ringing(status string) bool {
	switch strings.ToUpper(status) {
	case "RINGING", "ALERTING", "INCOMING":
		return true
	}
	return false
}

// maxEarly is how many notices are kept of calls that are not known yet.
const maxEarly = 64

// keepEarly keeps a notice of a call whose name is still on its way to us. The lock is held.
func (p *Phone) keepEarly(n wire.Notice) {
	if len(p.early) == maxEarly {
		p.early = append(p.early[:0], p.early[1:]...)
	}
	p.early = append(p.early, n)
}

// replay follows the notices that were here before the call was known. The lock is held.
func (p *Phone) replay(l *leg) {
	kept := p.early[:0]
	for _, n := range p.early {
		if n.Call == l.api {
			p.progress(l, n)
			continue
		}
		kept = append(kept, n)
	}
	p.early = kept
}
