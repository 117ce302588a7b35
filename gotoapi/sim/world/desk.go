package world

import (
	"errors"
	"fmt"
	"time"
)

// The verbs of this file let somebody take a call into his own hands, as a softphone does. They happen
// at a moment of the caller's choice, not before Now and not after Next; other moments are moved
// to the nearest of these. From then on the call's script only ends the call when its far end has
// had enough. What the verbs return is sent out like the emissions of a Step, and is just as
// deterministic: the same verbs at the same moments give the same bytes.

// Answer picks up the phone of an extension that rings in a call. Its other phones, and those of
// other people, stop. The error says why it cannot be done.
func (w *World) Answer(at time.Time, id, ext string) ([]Emission, error) {
	return w.byHand(at, "answering", id, func(c *call) error {
		i := c.rung(ext)
		if i <= 0 || c.talking() {
			return fmt.Errorf("extension %s does not ring in it", ext)
		}
		rung := c.ringingLegs()
		c.takeOver()
		c.pickUp(i, rung)
		c.farEndTalks()
		return nil
	})
}

// RingingFor finds a call in which a telephone of an extension rings; the oldest of several.
func (w *World) RingingFor(ext string) (id string, ok bool) {
	for _, c := range w.live {
		if i := c.rung(ext); i > 0 && !c.talking() {
			return c.id, true
		}
	}
	return "", false
}

// Decline stops the ringing of an extension's phones. A queue goes on with somebody else; a call that
// was meant for this person goes to his mailbox; an internal one ends.
func (w *World) Decline(at time.Time, id, ext string) ([]Emission, error) {
	return w.byHand(at, "declining", id, func(c *call) error {
		i := c.rung(ext)
		if i <= 0 || c.talking() {
			return fmt.Errorf("extension %s does not ring in it", ext)
		}
		who := c.legs[i].who
		c.takeOver()
		c.silence(ext)
		c.afterDecline(who)
		return nil
	})
}

// silence stops all phones of an extension that ring, because their owner does not want the call.
func (c *call) silence(ext string) {
	for i := c.rung(ext); i > 0; i = c.rung(ext) {
		c.legs[i].cause, c.cause = Declined, Declined
		c.leave(i)
	}
}

func (c *call) afterDecline(who *agent) {
	others := c.ringingLegs()
	switch {
	case len(others) > 0:
		c.then(c.ringTime(), func() {
			if able := c.willing(others); len(able) > 0 {
				c.pickUp(able[0], others)
				return
			}
			c.unheard(others)
		})
		c.talk(120)
	case c.queueIndex() >= 0:
		q := c.ivrs[c.queueIndex()].queue
		c.then(c.ms(300, 3000), func() { c.round(q, 1) })
		c.talk(120)
	case c.internal:
		c.giveUp(nil)
	default:
		gap := int64(0)
		if len(c.stack) > 0 {
			gap = c.ms(12, 24)
		}
		if gap > 0 && c.truth.phase == phaseRing {
			c.enter(phaseMenu)
		}
		c.then(gap, func() { c.toMailbox(who, c.messageLength(0.6)) })
	}
}

// HangUp ends a call for an extension that is connected in it, or that made it and still waits.
func (w *World) HangUp(at time.Time, id, ext string) ([]Emission, error) {
	return w.byHand(at, "hanging up", id, func(c *call) error {
		if !c.isIn(ext) {
			return fmt.Errorf("extension %s is not connected in it", ext)
		}
		c.takeOver()
		c.putDown()
		return nil
	})
}

// putDown ends a call for one who is in it, or waits for somebody.
func (c *call) putDown() {
	switch rung := c.ringingLegs(); {
	case c.truth.phase == phaseVoicemail: // before there was a message
		_, v := c.top()
		v.status, v.length = "FAILED", 0
		c.leaveMailbox()
	case c.talking():
		c.hangUp(c.talker)
	case c.queueIndex() >= 0:
		c.abandonQueue()
	case c.truth.firstMS < 0 || len(rung) > 0:
		c.giveUp(rung)
	default:
		c.hangUp(c.talker)
	}
}

// Hold puts the other party on hold.
func (w *World) Hold(at time.Time, id, ext string) ([]Emission, error) {
	return w.byHand(at, "holding", id, func(c *call) error {
		if !c.holds(ext) || c.truth.phase != phaseTalk {
			return fmt.Errorf("extension %s does not talk in it", ext)
		}
		c.takeOver()
		c.hold()
		c.farEndTalks()
		return nil
	})
}

// Resume takes the other party off hold.
func (w *World) Resume(at time.Time, id, ext string) ([]Emission, error) {
	return w.byHand(at, "resuming", id, func(c *call) error {
		if !c.holds(ext) || c.truth.phase != phaseHold {
			return fmt.Errorf("extension %s holds nobody in it", ext)
		}
		c.takeOver()
		c.resume()
		c.farEndTalks()
		return nil
	})
}

// Transfer moves the caller of an inbound call blind to another extension, a person's or a queue's.
func (w *World) Transfer(at time.Time, id, ext, to string) ([]Emission, error) {
	return w.byHand(at, "transferring", id, func(c *call) error {
		if !c.inbound || !c.holds(ext) || !c.talking() {
			return fmt.Errorf("extension %s talks to no caller in it", ext)
		}
		next, err := c.destination(to)
		if err != nil {
			return err
		}
		c.takeOver()
		c.transfer(c.talker, to, next)
		c.talk(140)
		return nil
	})
}

// destination finds what a number leads to and how a transferred call goes on there.
func (c *call) destination(to string) (func(), error) {
	for _, q := range c.w.floor.queues {
		if q.Number == to {
			return func() { c.enqueue(q) }, nil
		}
	}
	g := c.w.floor.find(to)
	switch {
	case g == nil:
		return nil, fmt.Errorf("no person and no queue has the extension %q", to)
	case g.busy > 0:
		return func() { c.toMailbox(g, c.messageLength(0.5)) }, nil
	}
	return func() { c.blindToPerson(g, c.chance(0.7)) }, nil
}

// Dial calls a number or an extension from one of the extension's phones and returns the new
// conversation space. A person who is busy is not reached; everybody else mostly answers.
func (w *World) Dial(at time.Time, ext, to string) (string, []Emission, error) {
	g := w.floor.find(ext)
	if g == nil {
		return "", nil, fmt.Errorf("dialling %s: nobody has the extension %q", to, ext)
	}
	if to == "" {
		return "", nil, errors.New("dialling: there is no number to dial")
	}
	w.moveTo(at)
	number := e164(to)
	c := w.newCall("dialled")
	c.originate(g, &g.line.Devices[len(g.line.Devices)-1])
	c.dialString = to
	called := w.floor.find(to)
	if called != nil {
		c.internal, c.truth.to = true, Peer{Name: called.line.Name, Number: to}
	} else {
		c.number, c.truth.to = w.floor.shown, Peer{Number: number}
	}
	c.then(0, c.begin)
	c.then(c.ms(250, 600), func() { c.reach(called, number) })
	c.proceed()
	return c.id, w.out, nil
}

func (c *call) reach(called *agent, number string) {
	var rung []int
	switch {
	case called == nil:
		rung = []int{c.ringOut(c.number, Party{Number: number})}
	case called.busy == 0:
		rung = []int{c.ring(called, &called.line.Devices[0], "")}
	}
	if len(rung) == 0 || c.chance(0.15) {
		c.then(c.ms(15_000, 30_000), func() { c.giveUp(rung) })
		return
	}
	c.then(c.exp(6000, 2500, 15_000), func() { c.answer(rung[0]) })
	c.farEndTalks()
}

// byHand does a verb with a call and collects what is sent out.
func (w *World) byHand(at time.Time, verb, id string, act func(*call) error) ([]Emission, error) {
	c, ok := w.calls[id]
	switch {
	case !ok || c.done:
		return nil, fmt.Errorf("%s: the call %s is not live", verb, id)
	case c.truth.phase == phaseClosing || c.joined || c.inWarmTransfer():
		return nil, fmt.Errorf("%s: the call %s is ending or being transferred", verb, id)
	case c.truth.script == consultation:
		return nil, fmt.Errorf("%s: the call %s is a consultation, which goes with the call that it is about", verb, id)
	case w.cfg.Scenario == "storm":
		return nil, fmt.Errorf("%s: the calls of a storm cannot be handled", verb)
	}
	w.moveTo(at)
	if err := act(c); err != nil {
		return nil, fmt.Errorf("%s: the call %s is there, but %w", verb, id, err)
	}
	c.proceed()
	return w.out, nil
}

// moveTo moves the clock to a moment between now and the next step, and begins to collect.
func (w *World) moveTo(at time.Time) {
	w.now = max(w.now, min(at.UnixMilli(), w.agenda.due()))
	w.out = nil
}

// takeOver drops what the script had planned.
func (c *call) takeOver() {
	c.epoch++
	c.cut()
	c.unreserveAll()
	c.endConsultation()
	c.me, c.nobody = nil, false
	if c.talking() {
		for _, i := range c.ringingLegs() {
			c.leave(i) // a phone that was about to stop
		}
	}
	if c.patience < c.w.now {
		c.patience = c.w.now + 180_000
	}
}

// farEndTalks leaves the call to the person at our end, until the other one hangs up. Where both answer
// by hand, it is left to them.
func (c *call) farEndTalks() {
	if c.truth.firstMS >= 0 && c.legs[c.base].phone != nil && c.legs[c.talker].phone != nil {
		return
	}
	c.then(c.exp(150_000, 45_000, 600_000), func() { c.hangUp(c.talker) })
}

// rung gives the leg of an extension that rings now, -1 without one.
func (c *call) rung(ext string) int {
	for _, p := range c.present {
		if l := &c.legs[p.leg]; l.who != nil && l.who.line.Number == ext && p.status == ringing {
			return int(p.leg)
		}
	}
	return -1
}

// isIn says whether an extension is in the call: connected, held, or the one who made it.
func (c *call) isIn(ext string) bool {
	for _, p := range c.present {
		l := &c.legs[p.leg]
		if l.who != nil && l.who.line.Number == ext && (int(p.leg) == c.base || p.status != ringing) {
			return true
		}
	}
	return false
}

func (c *call) talking() bool { return c.truth.phase == phaseTalk || c.truth.phase == phaseHold }

func (c *call) inWarmTransfer() bool {
	t := &c.truth
	return t.phase == phaseTransfer && t.transfers[len(t.transfers)-1].Kind == "warm"
}

// holds says whether an extension is the one that can press hold in this call.
func (c *call) holds(ext string) bool {
	if c.truth.firstMS < 0 {
		return false
	}
	by, ok := c.holder()
	return ok && c.legs[by].who.line.Number == ext
}

// ringingLegs lists the legs that are being rung.
func (c *call) ringingLegs() []int {
	var rung []int
	for _, p := range c.present {
		if int(p.leg) != c.base && p.status == ringing {
			rung = append(rung, int(p.leg))
		}
	}
	return rung
}
