package world

import "strings"

// push adds a system to the call; the next emit shows it.
func (c *call) push(v ivr) {
	v.id = uuid(c.rng, 5)
	c.ivrs = append(c.ivrs, v)
	c.stack = append(c.stack, sysSnap{ivr: uint8(len(c.ivrs) - 1)})
}

// top is the innermost system of the call.
func (c *call) top() (*sysSnap, *ivr) {
	s := &c.stack[len(c.stack)-1]
	return s, &c.ivrs[s.ivr]
}

// plan enters a dial plan at its first node.
func (c *call) plan(ext, node string) {
	if !c.active {
		c.active = true
		c.set(c.base, inIVR)
		c.enter(phaseMenu)
	}
	c.push(ivr{plan: c.w.floor.plans[ext], exec: uuid(c.rng, 4), hops: []hop{{node: node}}})
	c.emit()
}

// node goes on to the next node of the innermost plan.
func (c *call) node(node, connector string) {
	s, v := c.top()
	v.hops = append(v.hops, hop{node: node, connector: connector})
	s.hop, s.flags = uint8(len(v.hops)-1), 0
	c.emit()
}

// result shows what came out of the innermost plan's node.
func (c *call) result(result, option string) {
	s, v := c.top()
	v.hops[s.hop].result, v.hops[s.hop].option = result, option
	s.flags |= sysResult
	c.emit()
}

// greet takes an inbound call from its first state to the main menu's prompt.
func (c *call) greet() {
	c.then(0, c.arrive)
	c.then(c.ms(130, 340), func() { c.plan("0000", "ModifyCallerIdNode_1002") })
	c.then(c.ms(1, 4), func() { c.result("CONTINUE", "") })
	c.then(c.ms(95, 103), func() { c.node("JumpToDialPlanNode_1006", "nextNode") })
	c.then(c.ms(498, 520), func() { c.plan("0001", "ScheduleNode_1210") })
	c.then(c.ms(2, 7), func() { c.result("OPEN_SCHEDULE", "") })
	c.then(c.ms(92, 125), func() { c.node("AttendantPromptNode_1008", "onOpen") })
}

// arrive gives an inbound call its first state.
func (c *call) arrive() {
	t := &c.truth
	caller := c.legs[0].outside
	t.from = Peer(caller)
	t.to = Peer{Number: c.number.Number}
	if c.number.Name != c.number.Number {
		t.to.Name = c.number.Name
	}
	c.begin()
}

// choose presses a key in the main menu and listens to what comes after it.
func (c *call) choose(option string, clips int) {
	think := c.ms(3500, 14000)
	if c.me != nil {
		think = c.ms(2000, 3500)
	}
	c.then(think, func() { c.result("DIALED_OPTION", option) })
	connector := "option_" + option
	for i := range clips {
		node := [...]string{"PlaySoundClipNode_130" + option, "PlaySoundClipNode_1344"}[i%2]
		from := connector
		c.then(c.ms(0, 2), func() { c.node(node, from) })
		c.then(c.ms(3200, 8500), func() { c.result("CONTINUE", "") })
		connector = "nextNode"
	}
}

// lastConnector is how the node after the present one is reached.
func (c *call) lastConnector() string {
	_, v := c.top()
	h := v.hops[len(v.hops)-1]
	if h.option != "" {
		return "option_" + h.option
	}
	return "nextNode"
}

// tierTwo goes through the second menu and, for some callers, its password.
func (c *call) tierTwo(password bool) {
	c.then(c.ms(0, 2), func() { c.node("JumpToDialPlanNode_1037", c.lastConnector()) })
	c.then(c.ms(499, 512), func() { c.plan("0002", "AttendantPromptNode_1011") })
	think := c.ms(2500, 7000)
	if c.me != nil {
		think = c.ms(1200, 2000)
	}
	c.then(think, func() { c.result("DIALED_OPTION", "3") })
	if !password {
		return
	}
	c.then(0, func() { c.node("ModifyCallerIdNode_1013", "option_3") })
	c.then(c.ms(1, 3), func() { c.result("CONTINUE", "") })
	c.then(c.ms(95, 101), func() { c.node("PasswordNode_1017", "nextNode") })
	c.then(c.ms(2600, 5200), func() { c.result("SUCCESS", "") })
}

// unwind lets the open plans go, the innermost first; each is one state.
func (c *call) unwind(after int64) {
	for range c.stack {
		c.then(after, func() {
			s, v := c.top()
			if h := &v.hops[s.hop]; h.result == "" {
				h.result = "COMPLETED"
				if strings.HasPrefix(h.node, "AttendantPrompt") && c.truth.rungOut {
					h.result = "DIALED_EXTENSION" // a prompt knows it only when the dialled call is over
				}
			}
			s.flags |= sysResult | sysDisconnecting
			c.emit()
		})
		after = c.ms(0, 12)
	}
}
