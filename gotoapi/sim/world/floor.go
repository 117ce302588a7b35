package world

import "slices"

// agent is a person at work: what the account says of him, and whether he is free.
type agent struct {
	line      *Line
	busy      int   // legs that ring or are connected, or are about to be
	wrapUntil int64 // Unix ms; a queue does not ring him before
	kept      bool  // for calls planned for him alone
	phones    []*phone
}

// queue is a queue at work.
type queue struct {
	Queue
	spec   queueSpec
	agents []*agent
}

// floor is the account in the form that the scripts work with.
type floor struct {
	agents  []*agent
	queues  []*queue
	plans   map[string]string // extension of a dial plan -> its id
	mailbox string            // id of the shared mailbox
	main    []*PhoneNumber    // numbers that lead to the main menu
	after   *PhoneNumber      // the one that forwards outside
	direct  map[string]*PhoneNumber
	shown   *PhoneNumber // the number that outbound calls show
	callers []Caller
}

func newFloor(a *Account) floor {
	f := floor{plans: map[string]string{}, direct: map[string]*PhoneNumber{}, callers: Callers()}
	byExt := map[string]*agent{}
	for i := range a.Lines {
		g := &agent{line: &a.Lines[i]}
		f.agents = append(f.agents, g)
		byExt[g.line.Number] = g
	}
	for i, spec := range queueSpecs() {
		q := &queue{Queue: a.Queues[i], spec: spec}
		for _, ext := range q.Agents {
			q.agents = append(q.agents, byExt[ext])
		}
		f.queues = append(f.queues, q)
	}
	number := map[string]string{} // extension id -> its number
	for _, e := range a.Extensions {
		number[e.ID] = e.Number
		switch e.Type {
		case "DIAL_PLAN":
			f.plans[e.Number] = e.ID
		case "SHARED_VOICEMAIL":
			f.mailbox = e.ID
		}
	}
	for i := range a.Numbers {
		n := &a.Numbers[i]
		switch to := number[n.RouteTo]; {
		case to == "0000":
			f.main = append(f.main, n)
		case to == "0003":
			f.after = n
		default:
			f.direct[to] = n
		}
	}
	f.shown = f.main[1]
	return f
}

// free says whether a call may be put through to him: a queue also waits for his wrap-up.
func (g *agent) free(now int64, fromQueue bool) bool {
	return g.busy == 0 && !g.kept && (!fromQueue || now >= g.wrapUntil)
}

// reserve takes a person for this call before his phone rings.
func (c *call) reserve(g *agent) {
	g.busy++
	c.reserved = append(c.reserved, g)
}

// unreserve gives a person free again, or over to a leg.
func (c *call) unreserve(g *agent) {
	if i := slices.Index(c.reserved, g); i >= 0 {
		c.reserved = slices.Delete(c.reserved, i, i+1)
		g.busy--
	}
}

func (c *call) unreserveAll() {
	for len(c.reserved) > 0 {
		c.unreserve(c.reserved[0])
	}
}

// find gives the person with an extension, nil when there is none.
func (f *floor) find(ext string) *agent {
	for _, g := range f.agents {
		if g.line.Number == ext {
			return g
		}
	}
	return nil
}
