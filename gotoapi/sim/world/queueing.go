package world

import "slices"

// enqueue puts the caller into a queue, out of a plan or a transfer, and begins to ring agents.
func (c *call) enqueue(q *queue) {
	c.enterQueue(q)
	c.patience = c.w.now + c.endurance()
	c.then(c.ms(210, 310), func() { c.round(q, 0) })
}

func (c *call) enterQueue(q *queue) {
	c.active = true
	c.set(c.base, inIVR)
	c.push(ivr{queue: q, entered: c.w.now, skewMS: c.ms(-58, 102)})
	c.truth.queue = q.Name
	c.enter(phaseWait)
	c.emit()
}

// endurance draws how long the caller is ready to wait, in ms: few hang up within the first minute.
func (c *call) endurance() int64 {
	switch {
	case c.patient:
		return 3_600_000
	case c.stay > 0:
		return c.stay
	}
	limit := c.exp(110_000, 12_000, 600_000)
	if c.chance(0.9) {
		limit = max(limit, 60_000)
	}
	return limit
}

// round rings one or several free agents of the queue, and again until somebody answers, the caller
// gives up, or the queue's time is over.
func (c *call) round(q *queue, rounds int) {
	limit := q.spec.maxWait
	switch {
	case c.patient:
		limit = 75_000
	case c.stay > 0:
		limit = 0 // this caller gives up, not the queue
	}
	if limit > 0 && c.me == nil && c.w.now-c.entered() > limit {
		c.overflow()
		return
	}
	agents := c.pick(q)
	if len(agents) == 0 {
		c.unlessTired(c.ms(1200, 4000), func() { c.round(q, rounds) })
		return
	}
	for _, g := range agents {
		c.reserve(g)
	}
	var legs []int
	after := int64(0)
	for _, g := range agents {
		for _, d := range g.devices() {
			c.then(after, func() {
				legs = append(legs, c.ring(g, d, ""))
			})
			after = c.ms(0, 4)
		}
		c.then(0, func() { c.unreserve(g) })
	}
	c.then(0, func() { c.await(q, &legs, rounds) })
}

func (c *call) entered() int64 { return c.ivrs[c.queueIndex()].entered }

// maxLegs bounds the ringing of one call; its tape numbers legs with a byte.
const maxLegs = 200

// pick chooses whom a round rings: the person the call is meant for, else one to three free agents.
func (c *call) pick(q *queue) []*agent {
	if c.me != nil {
		if c.me.busy == 0 {
			return []*agent{c.me}
		}
		return nil
	}
	if len(c.legs) > maxLegs {
		return nil
	}
	var free []*agent
	for _, g := range q.agents {
		if g.free(c.w.now, true) {
			free = append(free, g)
		}
	}
	c.rng.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	n := 1
	switch {
	case c.chance(0.12):
		n = 3
	case c.chance(0.25):
		n = 2
	}
	return free[:min(n, len(free))]
}

// await decides how a round of ringing ends.
func (c *call) await(q *queue, legs *[]int, rounds int) {
	answers := 0.72 + 0.1*float64(rounds)
	switch {
	case c.nobody:
		answers = 0
	case c.me != nil:
		answers = 1
	}
	rung := *legs
	able := c.willing(rung)
	if c.chance(answers) && len(able) > 0 {
		winner := able[c.rng.IntN(len(able))]
		wait := c.exp(4500, 1800, 15_000)
		if c.me != nil {
			wait = c.ms(7000, 14_000)
		}
		c.unlessTired(wait, func() { c.pickUp(winner, rung) })
		return
	}
	if len(able) == 0 {
		c.me = nil // he had his chance
	}
	c.unlessTired(c.ms(14_500, 18_200), func() {
		after := int64(0)
		for _, i := range rung {
			c.then(after, func() { c.leave(i) })
			after = c.ms(0, 3)
		}
		c.then(after+c.ms(300, 3000), func() { c.round(q, rounds+1) })
	})
}

// unlessTired does act after a while, unless the caller's patience ends first.
func (c *call) unlessTired(after int64, act func()) {
	if left := c.patience - c.w.now; left < after {
		c.then(max(left, 1), c.abandonQueue)
		return
	}
	c.then(after, act)
}

// abandonQueue is the caller hanging up while he waits: queue and phones stop in one millisecond.
func (c *call) abandonQueue() {
	c.cut()
	c.truth.queueLeft = true
	c.enter(phaseClosing)
	c.dropQueue()
	for _, p := range slices.Clone(c.present) {
		if int(p.leg) != c.base {
			c.leave(int(p.leg))
		}
	}
	c.leftMenu = len(c.stack) > 0
	c.windUp()
}

// overflow ends an unanswered wait in the shared mailbox.
func (c *call) overflow() {
	c.dropQueue()
	c.toMailbox(nil, c.messageLength(0.6))
}

// pickUp answers leg winner; the other phones stop, each in a state of its own, some just before
// the answer and some just after.
func (c *call) pickUp(winner int, rung []int) {
	var late []int
	after := int64(0)
	for _, i := range rung {
		c.legs[i].cause = AnsweredElsewhere
		switch {
		case i == winner:
		case c.chance(0.5):
			c.then(after, func() { c.leave(i) })
			after = c.ms(0, 2)
		default:
			late = append(late, i)
		}
	}
	c.then(after, func() { c.answer(winner) })
	for _, i := range late {
		c.then(c.ms(0, 4), func() { c.leave(i) })
	}
}
