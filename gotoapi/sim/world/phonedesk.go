package world

import (
	"errors"
	"fmt"
	"time"
)

// The verbs of this file are those of a registered phone. Like the ones of a desk they happen at a moment
// of the caller's choice; a call is named by the phone's leg in it.

// Leg names a telephone's part in a call.
type Leg struct {
	Call string // conversation space id
	ID   string // leg id
}

// PhoneAnswer picks a registered phone up that rings.
func (w *World) PhoneAnswer(at time.Time, leg Leg) ([]Emission, error) {
	return w.byPhone(at, "answering", leg, func(c *call, i int) error {
		if s, _ := c.status(i); s != ringing || i == 0 || c.talking() {
			return errors.New("the phone does not ring in it")
		}
		rung := c.ringingLegs()
		c.takeOver()
		c.pickUp(i, rung)
		c.then(0, c.farEndTalks)
		return nil
	})
}

// PhoneDecline stops the ringing of the owner's phones, and hands the caller to the owner's mailbox or
// leaves the call to whoever else it was meant for.
func (w *World) PhoneDecline(at time.Time, leg Leg, mailbox bool) ([]Emission, error) {
	return w.byPhone(at, "declining", leg, func(c *call, i int) error {
		if s, _ := c.status(i); s != ringing || i == 0 || c.talking() {
			return errors.New("the phone does not ring in it")
		}
		who := c.legs[i].who
		c.takeOver()
		c.silence(who.line.Number)
		if !mailbox {
			c.afterDecline(who)
			return nil
		}
		for _, other := range c.ringingLegs() {
			c.leave(other)
		}
		c.dropQueue()
		c.toMailbox(who, c.messageLength(0.8))
		return nil
	})
}

// PhoneHangUp ends a call that a phone is connected in, or that it made.
func (w *World) PhoneHangUp(at time.Time, leg Leg) ([]Emission, error) {
	return w.byPhone(at, "hanging up", leg, func(c *call, i int) error {
		if s, _ := c.status(i); s == ringing && i != c.base {
			return errors.New("the phone is not connected in it")
		}
		c.takeOver()
		c.putDown()
		if c.hangup != "" {
			c.hangup = c.legs[i].id
		}
		return nil
	})
}

// PhoneHold puts the other party on hold.
func (w *World) PhoneHold(at time.Time, leg Leg) ([]Emission, error) {
	return w.byPhone(at, "holding", leg, func(c *call, i int) error {
		if c.truth.phase != phaseTalk || !c.isParty(i) {
			return errors.New("the phone does not talk in it")
		}
		c.takeOver()
		c.holdBy(i)
		c.farEndTalks()
		return nil
	})
}

// PhoneResume takes the other party off hold.
func (w *World) PhoneResume(at time.Time, leg Leg) ([]Emission, error) {
	return w.byPhone(at, "resuming", leg, func(c *call, i int) error {
		if !c.holdsNow(i) {
			return errors.New("the phone holds nobody in it")
		}
		c.takeOver()
		c.resumeBy(i)
		c.farEndTalks()
		return nil
	})
}

// PhoneTransfer moves the other party blind to a person, a queue or an outside number.
func (w *World) PhoneTransfer(at time.Time, leg Leg, to string) ([]Emission, error) {
	return w.byPhone(at, "transferring", leg, func(c *call, i int) error {
		if !c.talking() || !c.isParty(i) {
			return errors.New("the phone talks to nobody in it")
		}
		next, err := c.destination(to)
		if number := e164(to); err != nil {
			if !outsideNumber(number) {
				return err
			}
			next = func() { c.blindOutside(Party{Number: number}) }
		}
		c.takeOver()
		c.transfer(i, to, next)
		c.then(0, c.farEndTalks)
		return nil
	})
}

// blindOutside rings an outside number for the one who is in transfer.
func (c *call) blindOutside(to Party) {
	i := c.ringOut(c.w.floor.shown, to)
	plan := planOf(to.Number)
	if plan.busy || plan.fails || plan.never || plan.back {
		c.then(20_000, func() { c.cut(); c.giveUp([]int{i}) })
		return
	}
	c.then(c.ms(plan.lo, plan.hi), func() { c.answer(i) })
}

// PhoneJoin is a warm transfer: the other parties of two calls of one phone are connected with each other,
// in the first one, and the phone leaves both. The second is the consultation.
func (w *World) PhoneJoin(at time.Time, leg, about Leg) ([]Emission, error) {
	k, from, err := w.legOf(about)
	if err != nil {
		return nil, fmt.Errorf("transferring: %w", err)
	}
	return w.byPhone(at, "transferring", leg, func(c *call, i int) error {
		switch {
		case k == c || k.legs[from].phone != c.legs[i].phone:
			return errors.New("the other call is none of the same phone")
		case !c.talking() || !c.isParty(i):
			return errors.New("the phone talks to nobody in it")
		case !k.talking() || !k.isParty(from):
			return errors.New("nobody has answered in the other one")
		}
		c.takeOver()
		k.takeOver()
		k.joined = true
		c.connectFarEnds(k, i, from)
		return nil
	})
}

// connectFarEnds connects the far ends of c and k in c.
func (c *call) connectFarEnds(k *call, from, kfrom int) {
	kfar := k.other(kfrom)
	there := &k.legs[kfar]
	c.base = c.other(from)
	number := there.outside.Number
	destination := &Endpoint{ParticipantID: there.id, ConversationSpaceID: k.id, Number: number, Name: there.outside.Name}
	if there.who != nil {
		destination, number = c.endpoint(k, there), there.who.line.Number
	}
	c.set(c.base, c.special(Status{
		Value: "IN_WARM_TRANSFER", Initiator: c.endpoint(c, &c.legs[from]),
		Transferrer: c.endpoint(k, &k.legs[kfrom]), Destination: destination,
	}))
	c.noteTransfer("warm", c.legs[from].who, number)
	c.associate(k)
	c.emit()
	to := c.bring(k, kfar, kfrom)
	c.then(c.ms(30, 60), func() { k.hangUp(k.talker); k.proceed() })
	c.then(c.ms(2, 9), func() { c.dropQueue(); c.leave(from) })
	c.then(c.ms(36, 46), func() { c.unwind(0) })
	c.then(c.ms(20, 70), func() { c.answer(to) })
	c.then(0, c.farEndTalks)
}

// associate names two calls in each other.
func (c *call) associate(k *call) {
	c.assoc, c.assocAt = append(c.assoc, k.id), len(c.tape)
	k.assoc, k.assocAt = append(k.assoc, c.id), len(k.tape)
}

// bring lets the leg of another call ring in this one, to be connected at once. A registered phone there
// goes on in this call as if nothing had happened.
func (c *call) bring(k *call, far, by int) int {
	there := &k.legs[far]
	if there.who == nil {
		i := c.join(leg{number: c.w.floor.shown, outside: there.outside, callee: true, originator: k.legs[by].id})
		c.noteRing(i, Ringing{Name: there.outside.Name, Number: there.outside.Number})
		c.emit()
		return i
	}
	if there.phone == nil {
		return c.ring(there.who, there.dev, k.legs[by].id)
	}
	there.who.busy++
	i := c.join(leg{who: there.who, dev: there.dev, phone: there.phone, heard: there.heard, originator: k.legs[by].id})
	c.noteRing(i, Ringing{Name: there.who.line.Name, Extension: there.who.line.Number, Device: there.dev.Model})
	c.notify(&c.legs[i], PhoneNotice{Word: PhoneMoved, From: there.legID, Party: c.legs[c.base].party()})
	there.heard.word = PhoneEnded
	c.emit()
	return i
}

// PhoneMerge connects three: the phone talks in both calls at once.
func (w *World) PhoneMerge(at time.Time, leg, other Leg) ([]Emission, error) {
	k, from, err := w.legOf(other)
	if err != nil {
		return nil, fmt.Errorf("merging: %w", err)
	}
	return w.byPhone(at, "merging", leg, func(c *call, i int) error {
		switch {
		case k == c || k.legs[from].phone != c.legs[i].phone:
			return errors.New("the other call is none of the same phone")
		case !c.talking() || !c.isParty(i) || !k.talking() || !k.isParty(from):
			return errors.New("the phone does not talk in both")
		}
		c.associate(k)
		for _, half := range []struct {
			c *call
			i int
		}{{c, i}, {k, from}} {
			half.c.takeOver()
			if half.c.holdsNow(half.i) {
				half.c.resumeBy(half.i)
			} else {
				half.c.emit()
			}
			half.c.farEndTalks()
		}
		k.proceed()
		return nil
	})
}

// isParty says whether leg i is one of the two that are connected.
func (c *call) isParty(i int) bool { return c.truth.firstMS >= 0 && (i == c.base || i == c.talker) }

// holdsNow says whether leg i is the one that has put the other on hold.
func (c *call) holdsNow(i int) bool {
	if c.truth.phase != phaseHold || !c.isParty(i) {
		return false
	}
	s, _ := c.status(c.other(i))
	return s >= plainStatuses
}

// legOf finds a registered phone's leg of a live call.
func (w *World) legOf(leg Leg) (*call, int, error) {
	c, ok := w.calls[leg.Call]
	if !ok || c.done || c.joined || c.truth.phase == phaseClosing || c.inWarmTransfer() {
		return nil, 0, fmt.Errorf("the call %s is not live", leg.Call)
	}
	for i := range c.legs {
		if _, there := c.status(i); there && c.legs[i].legID == leg.ID && c.legs[i].phone != nil {
			return c, i, nil
		}
	}
	return nil, 0, fmt.Errorf("the call %s has no such phone in it", leg.Call)
}

func (w *World) byPhone(at time.Time, verb string, leg Leg, act func(c *call, i int) error) ([]Emission, error) {
	return w.byHand(at, verb, leg.Call, func(c *call) error {
		_, i, err := w.legOf(leg)
		if err != nil {
			return err
		}
		return act(c, i)
	})
}

// CallerGivesUp is the caller hanging up while a phone rings in a call.
func (w *World) CallerGivesUp(at time.Time, leg Leg) ([]Emission, error) {
	return w.byPhone(at, "giving up", leg, func(c *call, i int) error {
		if s, _ := c.status(i); s != ringing || i == 0 {
			return errors.New("the phone does not ring in it")
		}
		c.takeOver()
		c.putDown()
		return nil
	})
}
