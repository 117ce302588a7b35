package world

// hangUp ends a call of which leg i is still up: the other side is torn down first, then the open
// plans, then the calling side, whose last state has the timestamp of the end.
func (c *call) hangUp(i int) {
	c.truth.holdEnds(c.w.now, c.created)
	if s, ok := c.status(c.base); ok && s >= plainStatuses {
		c.leftHold = c.statuses[s-plainStatuses].Value == "ON_HOLD"
	}
	c.enter(phaseClosing)
	c.dropQueue()
	if len(c.stack) > 0 {
		c.leftMenu = true
		c.set(c.base, inIVR)
	}
	if _, ok := c.status(i); ok && i != c.base {
		c.leave(i)
	}
	c.windUp()
}

// dropQueue ends the queue that the call is in, if any, in a state of its own.
func (c *call) dropQueue() {
	if c.queueIndex() < 0 {
		return
	}
	s, v := c.top()
	if v.left == 0 {
		v.left, v.reason = c.w.now, "ABANDON"
	}
	s.flags |= sysDisconnecting
	c.emit()
}

// windUp unwinds what is open and ends the call.
func (c *call) windUp() { c.windUpIn(c.ms(36, 44)) }

// windUpIn is windUp with the ms until the first plan closes: 0 where no other leg or system has
// been torn down, so that closing begins with a state that shows it.
func (c *call) windUpIn(first int64) {
	c.enter(phaseClosing)
	last := c.ms(44, 56)
	if len(c.stack) > 0 {
		c.unwind(first)
		last = c.ms(4, 9)
	}
	c.then(last, c.finish)
}

// finish lets the calling side go and ends the call in the same millisecond.
func (c *call) finish() {
	c.part(c.base)
	c.emit()
	c.end()
}
