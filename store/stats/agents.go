package stats

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// Doing is what a person at our end does now, as far as calls tell.
type Doing uint8

// What people do. Of several calls the one counts that comes last here.
const (
	Idle      Doing = iota
	Dialing         // their call has not been answered yet
	BeingRung       // a telephone of theirs rings
	OnHold          // in a call that is on hold
	InTalk
)

// String gives the word used on screen: the words of a call, and idle.
func (d Doing) String() string {
	return [...]string{"idle", "dialling", "ringing", "on hold", "talking"}[min(d, InTalk)]
}

// Agent is a person at our end who has been in a call today or is in one now.
type Agent struct {
	Key       string // extension, or name
	Name      string
	Extension string
	UserID    string    // the service's id of the person; may be empty
	Doing     Doing     // now
	Since     time.Time // since when; of Idle since their last call of today, zero without one
	With      call.Party
	CallID    string // the call they are in
	Queue     string // of that call
	Up        int    // how many calls they are in
	// The numbers of the day.
	Calls, Missed, Talk, Rung, Won, Beaten, RingTime Number
}

// agent is what is known of a person.
type agent struct {
	key, name, ext, user string
	n                    [AgentRingTime - AgentCalls + 1]int
	sum                  [AgentRingTime - AgentCalls + 1]int64
	doubt                doubts
	legs                 []*leg
	free                 order // their calls of today, the one they were done with last in front
	parts                int   // how many calls they are a part of
}

// leg is what a person does in one call that is up. What the call itself tells is not copied.
type leg struct {
	entry  *Entry
	agent  *agent
	since  call.Millis
	person int32 // in the call's People
	at     int32 // its place in the agent's legs
	doing  Doing
}

func (g *leg) who(c *call.Call) *call.Participant { return &c.People[g.person] }

// legsOf puts what the people at our end do in a call that is up into a slice that is used again.
func legsOf(c *call.Call, out []leg) []leg {
	out = out[:0]
	for i := range c.People {
		p, l := &c.People[i], &c.Legs[i]
		key := Key(p.Extension, p.Name)
		if p.Kind == call.NumberLeg || key == "" || l.Joined.IsZero() || l.Status == call.StatusGone || l.Status == call.StatusDisconnecting {
			continue
		}
		g := leg{person: int32(i), since: l.Since}
		g.doing = doing(c, p, l, &g.since)
		k := slices.IndexFunc(out, func(o leg) bool { q := o.who(c); return Key(q.Extension, q.Name) == key })
		if k < 0 {
			out = append(out, g)
		} else if g.doing > out[k].doing { // two telephones of one person
			out[k] = g
		}
	}
	return out
}

func doing(c *call.Call, p *call.Participant, l *call.Leg, since *call.Millis) Doing {
	switch l.Status {
	case call.StatusRinging:
		if slices.ContainsFunc(c.Rung, func(r call.Ring) bool { return r.RingMs < 0 && r.Extension == p.Extension && r.Name == p.Name }) {
			return BeingRung
		}
		return Dialing
	case call.StatusInMenu:
		return Dialing
	case call.StatusOnHold, call.StatusParked:
		return OnHold
	}
	if !begun(c, p) || len(c.Answered) > 0 {
		for i := range c.Holds {
			if h := &c.Holds[i]; h.Ms < 0 {
				*since = call.MillisOf(c.Created) + call.Millis(h.AtMs)
				return OnHold
			}
		}
		return InTalk
	}
	return Dialing
}

// begun reports whether a line began the call.
func begun(c *call.Call, p *call.Participant) bool {
	return c.Direction != call.Inbound && c.From.Number == p.Extension && p.Extension != ""
}

// partner gives the other end of the call for one at ours.
func partner(c *call.Call, p *call.Participant) call.Party {
	if begun(c, p) {
		return c.To
	}
	return c.From
}

func (f *Fold) agent(key string) *agent {
	a := f.agents[key]
	if a == nil {
		a = &agent{key: key}
		f.agents[key] = a
	}
	return a
}

// addParts counts a call for those who are a part of it, or takes it back. Who has no call left is not
// forgotten yet.
func (f *Fold) addParts(e *Entry, by int) {
	for i := range e.Parts {
		p := &e.Parts[i]
		a := f.agent(p.Key)
		if by > 0 {
			a.name, a.ext = cmp.Or(p.Name, a.name), cmp.Or(p.Extension, a.ext)
		}
		a.add(f, e, p, by)
	}
}

// moveLegs puts what people do in a call in the place of what they did: of those who are still the same only what
// they do is new.
func (f *Fold) moveLegs(was, is *Entry) {
	var old []leg
	if was != nil {
		old, was.legs = was.legs, nil
	}
	f.legs = f.legs[:0]
	if is != nil && is.live != nil {
		f.legs = legsOf(is.live, f.legs)
	}
	if !slices.EqualFunc(old, f.legs, func(o, g leg) bool {
		p := g.who(is.live)
		return o.agent.key == Key(p.Extension, p.Name)
	}) {
		gone := old
		old = slices.Clone(f.legs)
		for i := range old {
			p := old[i].who(is.live)
			f.agent(Key(p.Extension, p.Name)).join(&old[i])
		}
		for i := range gone {
			gone[i].leave()
			f.drop(gone[i].agent)
		}
	}
	for i := range old {
		g, now := &old[i], &f.legs[i]
		g.entry, g.since, g.person, g.doing = is, now.since, now.person, now.doing
		a, p := g.agent, g.who(is.live)
		a.name, a.ext, a.user = cmp.Or(p.Name, a.name), cmp.Or(p.Extension, a.ext), cmp.Or(p.UserID, a.user)
	}
	if is != nil {
		is.legs = old
	}
}

func (a *agent) join(g *leg) {
	g.agent, g.at = a, int32(len(a.legs))
	a.legs = append(a.legs, g)
}

// leave takes a leg out at the same cost however many there are; the last one takes its place.
func (g *leg) leave() {
	a := g.agent
	n := len(a.legs) - 1
	last := a.legs[n]
	a.legs[g.at], last.at = last, g.at
	a.legs[n] = nil
	a.legs = a.legs[:n]
}

// drop forgets a person of whom nothing is known any more.
func (f *Fold) drop(a *agent) {
	if a != nil && a.parts == 0 && len(a.legs) == 0 {
		delete(f.agents, a.key)
	}
}

func (a *agent) add(f *Fold, e *Entry, p *Part, by int) {
	a.parts += by
	if !e.today {
		return
	}
	for i := range f.mine {
		d := &f.mine[i]
		if !d.part(e, p) {
			continue
		}
		a.n[d.id-AgentCalls] += by
		if d.mine != nil {
			a.sum[d.id-AgentCalls] += int64(by) * d.mine(p)
		}
	}
	if e.live == nil {
		a.doubt.add(e, by)
	}
}

// Agents gives everybody at our end who has been in a call today or is in one now, by name.
func (f *Fold) Agents(now time.Time) []Agent {
	out := make([]Agent, 0, len(f.agents))
	for _, a := range f.agents {
		out = append(out, f.tell(a, now))
	}
	slices.SortFunc(out, func(a, b Agent) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Key, b.Key))
	})
	return out
}

// Idle goes through those who are in no call, with since when they have been: since their last call of today,
// zero without one. people is how many Agents gives. It makes no numbers and puts nobody in order, so that it can
// be asked each second.
func (f *Fold) Idle(each func(name string, since time.Time)) (people int) {
	for _, a := range f.agents {
		if a.busiest() == nil {
			each(cmp.Or(a.name, a.key), a.idleSince(f.opt.Zone))
		}
	}
	return len(f.agents)
}

// busiest gives what a person does now; nil is nothing.
func (a *agent) busiest() *leg {
	var best *leg
	for _, g := range a.legs {
		if best == nil || cmp.Or(cmp.Compare(best.doing, g.doing), cmp.Compare(g.since, best.since), strings.Compare(g.entry.ID, best.entry.ID)) < 0 {
			best = g
		}
	}
	return best
}

// idleSince tells when the last call of a person in none was over.
func (a *agent) idleSince(zone *time.Location) time.Time {
	if len(a.free.spots) == 0 {
		return time.Time{}
	}
	return time.UnixMilli(-a.free.first().key).In(zone)
}

// Agent gives one person by Key; ok is false where nothing is known of them.
func (f *Fold) Agent(key string, now time.Time) (Agent, bool) {
	a := f.agents[key]
	if a == nil {
		return Agent{}, false
	}
	return f.tell(a, now), true
}

func (f *Fold) tell(a *agent, now time.Time) Agent {
	out := Agent{Key: a.key, Name: cmp.Or(a.name, a.key), Extension: a.ext, UserID: a.user, Up: len(a.legs)}
	if g := a.busiest(); g != nil {
		c := g.entry.live
		out.Doing, out.Since, out.With, out.CallID, out.Queue = g.doing, g.since.Time(), partner(c, g.who(c)), c.ID, c.Queue
	} else {
		out.Since = a.idleSince(f.opt.Zone)
	}
	for id, n := range map[ID]*Number{
		AgentCalls: &out.Calls, AgentMissed: &out.Missed, AgentTalk: &out.Talk, AgentRung: &out.Rung,
		AgentWon: &out.Won, AgentBeaten: &out.Beaten, AgentRingTime: &out.RingTime,
	} {
		*n = f.ofAgent(id, a, now)
	}
	return out
}

func (f *Fold) ofAgent(id ID, a *agent, now time.Time) Number {
	d := f.def(id)
	n := d.number(Scope{Kind: ByAgent, Name: a.key, Label: a.name}, f.today(now))
	i := id - AgentCalls
	n.Of = a.n[i]
	n.Doubt = f.doubt(a.doubt, true)
	if d.unit == Millis {
		return n.mean(a.sum[i])
	}
	n.Value, n.Known = float64(a.n[i]), true
	return n
}

// Fairness gives who was rung today, those who were rung most in front: how often, how often they took
// it, let it ring, were beaten, and how long they let it ring.
func (f *Fold) Fairness(now time.Time) []Agent {
	out := slices.DeleteFunc(f.Agents(now), func(a Agent) bool { return a.Rung.Value == 0 })
	slices.SortStableFunc(out, func(a, b Agent) int { return cmp.Compare(b.Rung.Value, a.Rung.Value) })
	return out
}
