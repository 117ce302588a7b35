package world

import "fmt"

// storm keeps a fixed number of calls live and paces their states over all of them: state n of the
// storm is due n/rate seconds after its beginning. Calls take turns by lot, so that each goes on
// every live/rate seconds on average.
type storm struct {
	w     *World
	slots []*stormCall
	sent  float64 // states since the pace began
	from  int64   // Unix ms at which the pace began
	agent int
}

// stormCall is a call whose steps are dealt out by the storm instead of by time.
type stormCall struct {
	*call
	rest []func() // steps to come; the last one ends the call
}

func (w *World) openStorm() {
	s := &storm{w: w, from: w.now}
	s.slots = make([]*stormCall, w.cfg.Live)
	span := max(w.start-w.now, 0)
	for i := range s.slots {
		// Before the pace begins, the calls come in evenly and get as far as their answer.
		w.agenda.push(w.now+span*int64(i)/int64(len(s.slots)), func() {
			s.slots[i] = s.fresh()
			for n := 2 + s.slots[i].rng.IntN(6); n > 0 && w.warming; n-- {
				s.slots[i].step()
			}
		})
	}
	w.agenda.push(w.start, func() {
		s.from = w.now
		s.turn()
	})
}

// turn lets one call go on and plans the next turn.
func (s *storm) turn() {
	i := s.w.rng.IntN(len(s.slots))
	before := len(s.w.out)
	c := s.slots[i]
	c.step()
	if c.done {
		s.slots[i] = s.fresh()
	}
	s.sent += float64(len(s.w.out) - before)
	due := s.from + int64(s.sent*1000/s.w.cfg.StatesPerSecond)
	s.w.agenda.push(max(due, s.w.now), s.turn)
}

func (c *stormCall) step() {
	if len(c.rest) == 0 {
		return
	}
	next := c.rest[0]
	c.rest = c.rest[1:]
	next()
}

// fresh begins a new call of one of three shapes: to a person, through a plan and a queue, and out.
func (s *storm) fresh() *stormCall {
	c := &stormCall{call: s.w.newCall("storm")}
	s.agent++
	g := s.w.floor.agents[s.agent%len(s.w.floor.agents)]
	shape := c.rng.IntN(10)
	switch {
	case shape < 4:
		c.toPerson(g)
	case shape < 8:
		c.toQueue(g)
	default:
		c.out(g)
	}
	for range 3 + c.rng.IntN(18) {
		c.rest = append(c.rest, c.hold, c.resume)
	}
	c.rest = append(c.rest, func() { c.leaveNow() })
	return c
}

func (c *stormCall) dialStorm() {
	number := fmt.Sprintf("+1%03d55501%02d", 201+c.rng.IntN(788), c.rng.IntN(100))
	c.dialIn(c.mainNumber(), Party{"WIRELESS CALLER", number})
	c.arrive()
}

func (c *stormCall) toPerson(g *agent) {
	c.dialStorm()
	c.rest = append(c.rest,
		func() { c.ring(g, &g.line.Devices[0], "") },
		func() { c.answer(1) })
}

func (c *stormCall) toQueue(g *agent) {
	q := c.w.floor.queues[c.rng.IntN(len(c.w.floor.queues))]
	c.dialStorm()
	c.rest = append(c.rest,
		func() { c.plan("0001", "CallQueueNode_1042") },
		func() { c.enterQueue(q) },
		func() { c.ring(g, &g.line.Devices[0], "") },
		func() { c.answer(1) })
}

func (c *stormCall) out(g *agent) {
	to := Party{"", fmt.Sprintf("+1%03d55501%02d", 201+c.rng.IntN(788), c.rng.IntN(100))}
	c.originate(g, &g.line.Devices[0])
	c.number, c.dialString = c.w.floor.shown, dialled(to.Number)
	c.truth.to = Peer(to)
	c.begin()
	c.rest = append(c.rest,
		func() { c.ringOut(c.number, to) },
		func() { c.answer(1) })
}

// leaveNow tears the call down in one turn.
func (c *stormCall) leaveNow() {
	c.hangUp(c.talker)
	for _, o := range c.pending {
		o.act()
	}
}
