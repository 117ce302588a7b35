package world

import "strings"

// someone draws a free person, the one the call is meant for first; nil when all are busy. A person
// with two devices can be asked for.
func (c *call) someone(ok func(*agent) bool) *agent {
	if c.me != nil {
		return c.me
	}
	return c.drawn(ok)
}

// colleague draws a free person other than the one the call is meant for, who does as a script says.
func (c *call) colleague(ok func(*agent) bool) *agent {
	return c.drawn(func(g *agent) bool { return !g.manned() && (ok == nil || ok(g)) })
}

func (c *call) drawn(ok func(*agent) bool) *agent {
	var free []*agent
	for _, g := range c.w.floor.agents {
		if g.free(c.w.now, false) && (ok == nil || ok(g)) {
			free = append(free, g)
		}
	}
	if len(free) == 0 {
		return nil
	}
	return free[c.rng.IntN(len(free))]
}

// instead plays a queue call where nobody is free for what was planned: a queue can wait. Where only
// one kind of call is wanted, there is none.
func (c *call) instead() {
	if c.w.cfg.Scenario != "floor" {
		return
	}
	c.truth.script = "queue"
	c.playQueue()
}

func twoDevices(g *agent) bool { return len(g.line.Devices) > 1 }

// dialExtension goes through the menu and dials a person; the prompt does not say so until the end.
func (c *call) dialExtension(g *agent, then func(rung []int)) {
	c.reserve(g)
	c.fromCaller(c.mainNumber())
	c.greet()
	think := c.ms(4000, 11_500)
	if c.me != nil {
		think = c.ms(2500, 4000)
	}
	c.then(think, func() {
		c.unreserve(g)
		c.ringPhones([]*agent{g}, then)
	})
}

func (c *call) playTwoDevices() {
	g := c.someone(twoDevices)
	if g == nil {
		c.instead()
		return
	}
	c.dialExtension(g, func(rung []int) {
		c.someoneAnswers(rung)
		c.talk(150)
	})
}

func (c *call) playNoAnswer() { c.unanswered(0) }

func (c *call) playVoicemail() { c.unanswered(c.exp(16_000, 4000, 60_000)) }

// unanswered dials a person who does not answer; length is that of the message, 0 for none. Without
// one, every third caller hangs up while it still rings.
func (c *call) unanswered(length int64) {
	g := c.someone(nil)
	if g == nil {
		c.instead()
		return
	}
	c.dialExtension(g, func(rung []int) {
		if length == 0 && c.chance(0.34) {
			c.then(c.ms(5000, 17_000), func() { c.giveUp(rung) })
			return
		}
		c.then(20_000, func() { c.stopPhones(rung) })
		c.then(c.ms(12, 24), func() { c.toMailbox(g, length) })
	})
}

// giveUp is the calling side hanging up while phones still ring.
func (c *call) giveUp(rung []int) {
	c.enter(phaseClosing)
	for _, i := range rung {
		c.leave(i)
	}
	c.windUp()
}

// playDirect is a call to a person's own number: no plan, so it stays STARTING until he answers.
func (c *call) playDirect() {
	g := c.someone(func(g *agent) bool { return c.w.floor.direct[g.line.Number] != nil })
	if g == nil || c.w.floor.direct[g.line.Number] == nil {
		c.instead()
		return
	}
	c.reserve(g)
	c.fromCaller(c.w.floor.direct[g.line.Number])
	c.then(0, c.arrive)
	c.then(c.ms(240, 460), func() {
		c.unreserve(g)
		c.ringPhones([]*agent{g}, func(rung []int) {
			if c.me == nil && c.chance(0.22) {
				c.then(20_000, func() { c.stopPhones(rung) })
				c.then(0, func() { c.toMailbox(g, c.messageLength(0.5)) })
				return
			}
			c.someoneAnswers(rung)
			c.talk(160)
		})
	})
}

// playDial is a menu option that rings two persons at once, without a queue.
func (c *call) playDial() {
	c.dialTwo(func() { c.talk(150) })
}

// dialTwo goes through the menu to a node that rings two persons; one of them answers, or the
// shared mailbox.
func (c *call) dialTwo(then func()) {
	a := c.someone(nil)
	b := c.colleague(func(g *agent) bool { return g != a })
	if a == nil || b == nil {
		c.instead()
		return
	}
	c.reserve(a)
	c.reserve(b)
	c.fromCaller(c.mainNumber())
	c.greet()
	c.choose("5", c.clips())
	c.then(c.ms(0, 2), func() { c.node("SimpleDialNode_1426", c.lastConnector()) })
	c.then(c.ms(22, 34), func() {
		c.unreserve(a)
		c.unreserve(b)
		c.ringPhones([]*agent{a, b}, func(rung []int) {
			if c.me == nil && c.chance(0.15) {
				c.then(24_000, func() { c.stopPhones(rung) })
				c.then(c.ms(12, 24), func() { c.toMailbox(nil, c.messageLength(0.6)) })
				return
			}
			able := c.willing(rung)
			winner := able[c.rng.IntN(len(able))]
			if c.me != nil {
				winner = able[0]
			}
			c.then(c.ringTime(), func() { c.pickUp(winner, rung) })
			c.then(0, then)
		})
	})
}

func (c *call) playBlind() {
	if c.me == nil && c.chance(0.4) {
		c.dialTwo(c.talkAndBlind)
		return
	}
	first := c.someone(nil)
	if first == nil {
		c.instead()
		return
	}
	c.dialExtension(first, func(rung []int) {
		c.someoneAnswers(rung)
		c.then(0, c.talkAndBlind)
	})
}

// talkAndBlind talks for a while, transfers blind to a colleague or a queue, and talks on there.
func (c *call) talkAndBlind() {
	c.then(c.ms(9000, 45_000), func() {
		if g := c.colleague(nil); g != nil && c.chance(0.5) {
			c.reserve(g)
			c.blind(g.line.Number, func() { c.unreserve(g); c.blindToPerson(g, c.chance(0.65)) })
		} else {
			q := c.w.floor.queues[c.rng.IntN(len(c.w.floor.queues))]
			c.blind(q.Number, func() { c.me = nil; c.enqueue(q) })
		}
		c.talk(140)
	})
}

func (c *call) playWarm() {
	c.fromCaller(c.mainNumber())
	c.throughMenu()
	c.then(0, func() {
		talk := c.ms(12_000, 60_000)
		if c.me != nil {
			talk = c.ms(5000, 12_000)
		}
		c.then(talk, func() {
			if g := c.colleague(nil); g != nil {
				c.warm(g, c.chance(0.75))
			}
			c.talk(130)
		})
	})
}

// originate sets up a call that a person makes.
func (c *call) originate(g *agent, d *Device) {
	g.busy++
	c.join(leg{who: g, dev: d, phone: g.phoneOf(d)})
	c.truth.from = Peer{Name: g.line.Name, Number: g.line.Number}
}

func (c *call) playInternal() {
	to := c.someone(nil)
	from := c.colleague(func(g *agent) bool { return g != to })
	if to == nil || from == nil {
		c.instead()
		return
	}
	c.originate(from, &from.line.Devices[c.rng.IntN(len(from.line.Devices))])
	c.internal, c.dialString = true, to.line.Number
	c.truth.to = Peer{Name: to.line.Name, Number: to.line.Number}
	c.reserve(to)
	c.then(0, c.begin)
	c.then(c.ms(180, 420), func() {
		c.unreserve(to)
		c.ringPhones([]*agent{to}, func(rung []int) {
			if c.chance(0.25) {
				c.then(c.ms(9000, 25_000), func() { c.giveUp(rung) })
				return
			}
			c.someoneAnswers(rung)
			c.talk(75)
		})
	})
}

func (c *call) playOutbound() {
	from := c.colleague(nil)
	if from == nil {
		c.instead()
		return
	}
	to := c.party(false)
	to.Name = "" // the service does not know who is called
	c.caller = to.Number
	c.originate(from, &from.line.Devices[c.rng.IntN(len(from.line.Devices))])
	c.number, c.dialString = c.w.floor.shown, dialled(to.Number)
	c.truth.to = Peer(to)
	c.then(0, c.begin)
	c.then(c.ms(390, 700), func() {
		i := c.ringOut(c.number, to)
		if c.chance(0.3) {
			c.then(c.ms(9000, 34_000), func() { c.hangUp(i) })
			return
		}
		c.then(c.exp(9000, 2500, 28_000), func() { c.answer(i) })
		c.talk(150)
	})
}

// dialled is a number as a person in the account's country dials it.
func dialled(number string) string {
	if len(number) == 12 && number[:2] == "+1" {
		return number[2:]
	}
	return "011" + number[1:]
}

// e164 is a dialled number as the service writes it; what is no telephone number stays as it is.
func e164(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()", r) {
			return -1
		}
		return r
	}, typed)
	switch {
	case strings.HasPrefix(digits, "011"):
		return "+" + digits[3:]
	case len(digits) == 11 && digits[0] == '1':
		return "+" + digits
	case len(digits) == 10 && digits[0] > '1':
		return "+1" + digits
	}
	return digits
}

// tapeSome has every third call recorded.
func (c *call) tapeSome() {
	if !c.chance(0.33) {
		return
	}
	c.recorded, c.transcript = c.w.mark(uuid(c.rng, 4)), c.w.mark(uuid(c.rng, 4))
}
