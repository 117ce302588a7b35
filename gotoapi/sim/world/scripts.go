package world

// scripts are all kinds of calls with their share of the floor's calls in per mille.
func scripts() []script {
	one := func(name, help string, share int, rings bool, play func(*call)) script {
		return script{Scenario{name, help}, share, rings, play}
	}
	return []script{
		one("queue", "menu, queue, rounds of ringing, answered by an agent", 360, true, (*call).playQueue),
		one("direct", "a person's own number, answered or not", 70, true, (*call).playDirect),
		one("two-devices", "a dialled extension rings on two devices and is answered", 60, true, (*call).playTwoDevices),
		one("dial", "a menu option rings two persons at once", 40, true, (*call).playDial),
		one("no-answer", "a dialled extension rings, nobody answers, no message is left", 35, true, (*call).playNoAnswer),
		one("voicemail", "a dialled extension rings, nobody answers, a message is left", 35, true, (*call).playVoicemail),
		one("blind", "blind transfer to a queue or an extension", 50, true, (*call).playBlind),
		one("warm", "warm transfer with a consultation", 45, true, (*call).playWarm),
		one("abandon", "the caller hangs up while waiting in a queue", 45, false, (*call).playAbandon),
		one("menu", "the caller hangs up in the menu", 25, false, (*call).playMenu),
		one("overflow", "nobody in the queue answers in time: the shared mailbox", 15, false, (*call).playOverflow),
		one("forward", "after hours: forwarded to an outside number", 20, false, (*call).playForward),
		one("withheld", "a caller without a number, through menu and queue", 20, true, (*call).playWithheld),
		one("internal", "extension to extension, answered or not", 70, true, (*call).playInternal),
		one("outbound", "an outside number is called, answered or not", 110, false, (*call).playOutbound),
	}
}

// dialIn sets up an inbound call to a number from an outside party.
func (c *call) dialIn(n *PhoneNumber, from Party) {
	c.inbound, c.number = true, n
	c.join(leg{number: n, outside: from})
	if c.chance(0.7) {
		c.contactAt = 2 + c.rng.IntN(5)
	}
}

// fromCaller sets up an inbound call from one of the world's callers.
func (c *call) fromCaller(n *PhoneNumber) {
	p := c.party(c.me != nil)
	c.caller = p.Number
	c.dialIn(n, p)
}

// party is who calls or is called: one of the world's callers, unless it has to be a certain one.
func (c *call) party(known bool) Party {
	if c.again != nil {
		return c.w.take(*c.again)
	}
	return c.w.caller(c.rng, known)
}

func (c *call) mainNumber() *PhoneNumber {
	numbers := c.w.floor.main
	return numbers[[...]int{0, 0, 0, 0, 1, 1, 1, 2}[c.rng.IntN(8)]]
}

// chooseQueue draws one by its share; a call for one person goes to a queue that he answers.
func (c *call) chooseQueue() (*queue, int) {
	queues := c.w.floor.queues
	r := c.rng.IntN(100)
	for i, q := range queues {
		if r -= q.spec.share; r >= 0 && i < len(queues)-1 {
			continue
		}
		if c.me == nil || answers(q, c.me) {
			return q, i
		}
		break
	}
	for i, q := range queues {
		if c.me != nil && answers(q, c.me) {
			return q, i
		}
	}
	return queues[0], 0
}

func answers(q *queue, g *agent) bool {
	for _, a := range q.agents {
		if a == g {
			return true
		}
	}
	return false
}

// throughMenu goes from the greeting into a queue.
func (c *call) throughMenu() *queue {
	q, i := c.chooseQueue()
	c.greet()
	clips := c.clips()
	if q.Name == "Support - Tier 2" {
		c.choose("1", clips)
		c.tierTwo(c.me == nil && c.chance(0.5))
	} else {
		c.choose([]string{"1", "2", "3", "", "4"}[i], clips)
	}
	c.then(c.ms(0, 2), func() {
		connector := c.lastConnector()
		if _, v := c.top(); v.hops[len(v.hops)-1].result == "SUCCESS" {
			connector = "onSucceed"
		}
		c.node("CallQueueNode_1042", connector)
	})
	c.then(c.ms(28, 52), func() { c.enqueue(q) })
	return q
}

// clips draws how many sound clips the caller hears on his way; a call that must ring soon has none.
func (c *call) clips() int {
	if c.me != nil {
		return 0
	}
	return c.rng.IntN(3)
}

func (c *call) playQueue() {
	c.fromCaller(c.mainNumber())
	c.talk(c.throughMenu().spec.talkMean)
	c.tapeSome()
}

func (c *call) playWithheld() {
	c.dialIn(c.mainNumber(), Party{Name: "Anonymous", Number: "Anonymous"})
	c.talk(c.throughMenu().spec.talkMean)
}

func (c *call) playAbandon() {
	c.nobody = true
	c.stay = c.exp(38_000, 3000, 240_000)
	c.fromCaller(c.mainNumber())
	c.throughMenu()
}

func (c *call) playMenu() {
	c.fromCaller(c.mainNumber())
	c.greet()
	if c.chance(0.4) {
		c.choose("2", 0)
		c.then(1, func() { c.node("PlaySoundClipNode_1302", "option_2") })
	}
	c.then(c.ms(2000, 15_000), func() {
		c.leftMenu = true
		c.windUpIn(0)
	})
}

func (c *call) playOverflow() {
	c.nobody, c.patient = true, true
	c.fromCaller(c.mainNumber())
	c.throughMenu()
}

func (c *call) playForward() {
	c.fromCaller(c.w.floor.after)
	c.then(0, c.arrive)
	c.then(c.ms(130, 340), func() { c.plan("0000", "ModifyCallerIdNode_1002") })
	c.then(c.ms(1, 4), func() { c.result("CONTINUE", "") })
	c.then(c.ms(95, 103), func() { c.node("JumpToDialPlanNode_1006", "nextNode") })
	c.then(c.ms(498, 520), func() { c.plan("0003", "ExternalNumberNode_1151") })
	c.then(c.ms(900, 1300), func() {
		i := c.ringOut(c.w.floor.shown, Party{Number: "+19175550159"})
		if c.chance(0.15) {
			c.then(c.ms(9000, 26_000), func() { c.hangUp(i) })
			return
		}
		c.then(c.exp(5000, 1400, 20_000), func() { c.answer(i) })
		c.talk(170)
	})
}
