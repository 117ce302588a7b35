package world

// ring lets a device ring and notes it. The person becomes busy.
func (c *call) ring(g *agent, d *Device, originator string) int {
	g.busy++
	i := c.join(leg{who: g, dev: d, originator: originator, phone: g.phoneOf(d)})
	c.noteRing(i, Ringing{Name: g.line.Name, Extension: g.line.Number, Device: d.Model})
	c.emit()
	return i
}

// ringOut calls an outside number.
func (c *call) ringOut(shown *PhoneNumber, to Party) int {
	i := c.join(leg{number: shown, outside: to, callee: true})
	c.noteRing(i, Ringing{Name: to.Name, Number: to.Number})
	c.emit()
	return i
}

func (c *call) noteRing(i int, r Ringing) {
	r.AtMS, r.RingMS = c.w.now-c.created, -1
	c.truth.rings = append(c.truth.rings, r)
	c.legs[i].ringing = len(c.truth.rings)
	switch {
	case c.truth.phase == phaseTransfer || c.truth.phase == phaseWait:
	default:
		c.enter(phaseRing)
	}
	if c.truth.phase != phaseWait {
		c.truth.rungOut = true
	}
}

// ringEnds notes that a leg rings no more.
func (c *call) ringEnds(i int, answered bool) {
	l := &c.legs[i]
	if l.ringing == 0 {
		return
	}
	r := &c.truth.rings[l.ringing-1]
	r.RingMS, r.Answered = c.w.now-c.created-r.AtMS, answered
	l.ringing = 0
}

// leave takes a leg out of the call with a state of its own.
func (c *call) leave(i int) {
	if _, there := c.status(i); !there {
		return
	}
	c.part(i)
	c.emit()
}

// part marks a leg as leaving and frees its person; the next emit shows it.
func (c *call) part(i int) {
	c.ringEnds(i, false)
	c.set(i, disconnecting)
	c.release(i)
}

func (c *call) release(i int) {
	l := &c.legs[i]
	if l.who == nil {
		return
	}
	l.who.busy--
	if l.answered && l.agentOf > 0 {
		wrap := int64(c.ivrs[l.agentOf-1].queue.WrapUpSeconds) * 1000
		l.wrapUp = c.exp(float64(wrap)/3, 1500, wrap) + c.ms(20, 250)
		l.who.wrapUntil = c.w.now + l.wrapUp
	}
}

// answer connects leg i with the one who waits for it: two states of one millisecond, first the
// calling side, then the answerer.
func (c *call) answer(i int) {
	c.active = true
	c.set(c.base, connected)
	c.emit()
	c.set(i, connected)
	c.noteAnswer(i)
	c.emit()
}

func (c *call) noteAnswer(i int) {
	l, t := &c.legs[i], &c.truth
	fromQueue := t.phase == phaseWait
	c.ringEnds(i, true)
	l.answered, c.talker = true, i
	a := Answer{Name: l.outside.Name, Number: l.outside.Number, AtMS: c.w.now - c.created}
	if l.who != nil {
		a = Answer{Name: l.who.line.Name, Extension: l.who.line.Number, AtMS: a.AtMS}
		t.inside = true
	} else {
		t.outside = true
	}
	if q := c.queueIndex(); fromQueue && q >= 0 {
		a.Agent = true
		l.agentOf = q + 1
		v := &c.ivrs[q]
		v.left, v.reason = c.w.now, "ANSWERED"
	}
	t.answers = append(t.answers, a)
	if t.firstMS < 0 {
		t.firstMS = a.AtMS
		if c.recorded != "" && l.who != nil {
			c.recordAt, c.recordLeg = c.w.now, i
		}
		c.hangup, c.hangupLive = c.legs[0].id, c.chance(0.5)
	}
	c.enter(phaseTalk)
}

// holder names who of the two that talk can press hold: the person inside who answered, else the one who
// called out. False when both are outside.
func (c *call) holder() (by int, ok bool) {
	switch {
	case c.legs[c.talker].who != nil:
		return c.talker, true
	case c.legs[c.base].who != nil:
		return c.base, true
	}
	return 0, false
}

// hold puts the other party on hold: it is the held one whose status says so.
func (c *call) hold() {
	by, _ := c.holder()
	c.holdBy(by)
}

func (c *call) holdBy(by int) {
	held := c.other(by)
	c.set(held, c.special(Status{Value: "ON_HOLD", Initiator: &Endpoint{ParticipantID: c.legs[by].id}}))
	c.truth.holds = append(c.truth.holds, Hold{By: c.legs[by].who.line.Number, AtMS: c.w.now - c.created, MS: -1})
	c.enter(phaseHold)
	c.emit()
}

func (c *call) resume() {
	by, _ := c.holder()
	c.resumeBy(by)
}

func (c *call) resumeBy(by int) {
	c.set(c.other(by), connected)
	c.truth.holdEnds(c.w.now, c.created)
	c.enter(phaseTalk)
	c.emit()
}

// other is whom a leg that talks is connected with.
func (c *call) other(i int) int {
	if i == c.base {
		return c.talker
	}
	return c.base
}

// noteTransfer ends talk and hold and begins the transfer.
func (c *call) noteTransfer(kind string, by *agent, to string) {
	c.truth.holdEnds(c.w.now, c.created)
	c.truth.transfers = append(c.truth.transfers, Transfer{
		Kind: kind, By: by.line.Number, To: to, AtMS: c.w.now - c.created,
	})
	c.enter(phaseTransfer)
}

// queueIndex gives the queue that the call is in now, -1 without one.
func (c *call) queueIndex() int {
	for _, s := range c.stack {
		if c.ivrs[s.ivr].queue != nil {
			return int(s.ivr)
		}
	}
	return -1
}
