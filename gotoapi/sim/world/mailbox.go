package world

// toMailbox hands the caller to a mailbox. A message of length 0 means that he leaves none.
func (c *call) toMailbox(of *agent, length int64) {
	c.cut()
	number := c.mailNumber(of)
	v := ivr{box: c.w.floor.mailbox, number: number, mailID: uuid(c.rng, 4), status: "FAILED", length: length}
	if of != nil {
		v.box, v.boxOf = mailboxID(of), of
	}
	stay := c.ms(2500, 9000)
	if length > 0 {
		v.status = "SUCCESS"
		stay = length + c.ms(6000, 11000) // the greeting comes first
	}
	c.active = true
	c.set(c.base, inIVR)
	c.enter(phaseVoicemail)
	c.push(v)
	c.emit()
	c.then(stay, c.leaveMailbox)
}

// leaveMailbox ends a call that is in a mailbox.
func (c *call) leaveMailbox() {
	s, v := c.top()
	v.actedAt = c.w.now
	c.truth.mail = v.status
	c.enter(phaseClosing)
	s.flags |= sysDisconnecting
	c.emit()
	c.leftMenu = false
	c.windUp()
}

// mailNumber is the number by which a mailbox was reached; within the house that is an extension.
func (c *call) mailNumber(of *agent) string {
	switch {
	case c.number != nil:
		return c.number.Number
	case of != nil:
		return of.line.Number
	}
	return "8090"
}

// mailboxID derives the id of a person's mailbox from that of the line.
func mailboxID(g *agent) string {
	var hi, lo uint64
	for i, b := range []byte(g.line.ID) {
		hi, lo = mix(hi^uint64(b)), mix(lo+uint64(i)+uint64(b))
	}
	return formatUUID(hi, lo, 4)
}

// messageLength draws how long a message is, 0 for none.
func (c *call) messageLength(p float64) int64 {
	if !c.chance(p) {
		return 0
	}
	return c.exp(16_000, 4000, 60_000)
}
