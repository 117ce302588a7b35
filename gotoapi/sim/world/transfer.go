package world

// blind moves the caller to another number after a short hold; next goes on with a call that nobody
// is in but the caller.
func (c *call) blind(to string, next func()) {
	c.then(0, c.hold)
	c.then(c.ms(1800, 6000), c.resume)
	c.then(c.ms(2, 3), func() { c.transfer(c.talker, to, next) })
}

// transfer shows the one who is moved in transfer; then the transferrer leaves and the open plans
// unwind.
func (c *call) transfer(from int, to string, next func()) {
	by := &c.legs[from]
	c.base = c.other(from)
	c.set(c.base, c.special(Status{
		Value:       "IN_DIRECT_TRANSFER",
		Initiator:   c.endpoint(c, by),
		Destination: &Endpoint{Number: to},
	}))
	c.noteTransfer("blind", by.who, to)
	c.emit()
	c.dropQueue()
	c.leave(from)
	gap := c.ms(150, 190)
	if len(c.stack) > 0 {
		c.unwind(c.ms(36, 46))
		gap = c.ms(108, 118)
	}
	c.then(gap, next)
}

// endpoint names a leg of conversation space of.
func (c *call) endpoint(of *call, l *leg) *Endpoint {
	return &Endpoint{
		ParticipantID: l.id, ConversationSpaceID: of.id,
		ExtensionNumber: l.who.line.Number, Name: l.who.line.Name,
	}
}

// blindToPerson lets the person's phones ring while the caller stays in transfer; unanswered, the
// mailbox takes over.
func (c *call) blindToPerson(g *agent, answers bool) {
	c.ringPhones([]*agent{g}, func(rung []int) {
		if answers {
			c.someoneAnswers(rung)
			return
		}
		if c.chance(0.25) {
			c.then(c.ms(4000, 15_000), func() { c.cut(); c.giveUp(rung) })
			return
		}
		c.then(20_000, func() { c.stopPhones(rung) })
		c.then(c.ms(12, 24), func() { c.toMailbox(g, c.messageLength(0.5)) })
	})
}

// consultation is the script name of the second call of a warm transfer.
const consultation = "consultation"

// warm is a transfer with a consultation, which is a conversation space of its own. When the
// colleague does not answer, the transferrer takes the caller back.
func (c *call) warm(g *agent, answers bool) {
	var k *call
	from := c.talker
	a := c.legs[from].who
	c.reserve(g)
	c.then(0, c.hold)
	c.then(c.ms(900, 2500), func() {
		k = c.w.newCall(consultation)
		c.consult = k
		k.originate(a, c.legs[from].dev)
		k.truth.to = Peer{Name: g.line.Name, Number: g.line.Number}
		k.internal, k.dialString = true, g.line.Number
		k.begin()
	})
	c.then(c.ms(260, 440), func() { k.ring(g, &g.line.Devices[0], ""); c.unreserve(g) })
	if !answers {
		c.then(c.ms(12_000, 19_000), c.endConsultation)
		c.then(c.ms(600, 1500), c.resume)
		return
	}
	c.then(c.exp(4000, 1800, 12_000), func() { k.answer(1) })
	c.then(c.exp(11_000, 4000, 40_000), func() { c.complete(k, from, g) })
}

// complete joins caller and colleague: the caller shows IN_WARM_TRANSFER, the new leg rings with
// the transferrer's leg of the consultation as its originator, and then everybody else leaves.
func (c *call) complete(k *call, from int, g *agent) {
	a := &c.legs[from]
	c.set(c.base, c.special(Status{
		Value:       "IN_WARM_TRANSFER",
		Initiator:   c.endpoint(c, a),
		Transferrer: c.endpoint(k, &k.legs[0]),
		Destination: c.endpoint(k, &k.legs[1]),
	}))
	c.noteTransfer("warm", a.who, g.line.Number)
	c.assoc, c.assocAt = []string{k.id}, len(c.tape)
	k.assoc, k.assocAt = []string{c.id}, len(k.tape)
	c.emit()
	to := c.ring(g, k.legs[1].dev, k.legs[0].id)
	c.then(c.ms(30, 60), c.endConsultation)
	c.then(c.ms(2, 9), func() { c.dropQueue(); c.leave(from) })
	c.then(c.ms(36, 46), func() { c.unwind(0) })
	c.then(c.ms(20, 70), func() { c.answer(to) })
}

// endConsultation hangs up the consultation, if one is open.
func (c *call) endConsultation() {
	k := c.consult
	if k == nil {
		return
	}
	c.consult = nil
	k.hangUp(len(k.legs) - 1)
	k.proceed()
}
