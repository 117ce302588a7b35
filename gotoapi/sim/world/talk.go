package world

// talk lets the parties talk for about mean seconds, with a hold now and then, and hangs up.
func (c *call) talk(mean float64) {
	if c.me != nil {
		mean = 25
	}
	c.then(0, func() {
		length := c.exp(mean*1000, 9000, 1_500_000)
		if c.me != nil {
			length = c.ms(14_000, 32_000)
		}
		c.chat(length)
		c.then(0, func() { c.hangUp(c.talker) })
	})
}

// chat is talk of a given length; the holds in it are extra.
func (c *call) chat(length int64) {
	holds := 0
	if _, ok := c.holder(); ok && length > 20_000 {
		holds = [...]int{0, 0, 0, 0, 0, 0, 1, 1, 1, 2}[c.rng.IntN(10)]
	}
	piece := length / int64(holds+1)
	for range holds {
		c.then(piece, c.hold)
		stay := c.exp(18_000, 1500, 90_000)
		if c.me != nil {
			stay = c.ms(2000, 6000)
		}
		if c.chance(0.04) {
			c.then(stay, func() { c.cut(); c.hangUp(c.talker) }) // fed up
			return
		}
		c.then(stay, c.resume)
	}
	c.then(piece, func() {})
}

// ringPhones rings all devices of the persons and goes on with the leg numbers.
func (c *call) ringPhones(persons []*agent, then func(rung []int)) {
	var rung []int
	after := int64(0)
	for _, g := range persons {
		c.reserve(g)
	}
	for _, g := range persons {
		for _, d := range g.devices() {
			c.then(after, func() { rung = append(rung, c.ring(g, d, "")) })
			after = c.ms(1, 4)
		}
		c.then(0, func() { c.unreserve(g) })
	}
	c.then(0, func() { then(rung) })
}

// stopPhones ends an unanswered ringing, one phone per state.
func (c *call) stopPhones(rung []int) {
	after := int64(0)
	for _, i := range rung {
		c.then(after, func() {
			c.leave(i)
			if c.truth.phase == phaseRing && len(c.present) == 1 {
				c.enter(phaseMenu)
			}
		})
		after = c.ms(0, 2)
	}
}

// ringTime is how long a person lets it ring before picking up.
func (c *call) ringTime() int64 {
	if c.me != nil {
		return c.ms(8000, 14_000)
	}
	return c.exp(6500, 2200, 16_000)
}
