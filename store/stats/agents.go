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
	held                 int
}

// leg is what a person does in one call.
type leg struct {
	key, name, ext, user string
	doing                Doing
	since                time.Time
	with                 call.Party
	entry                *Entry
}

// legsOf gives what the people at our end do in a call that is up.
func legsOf(c *call.Call) []leg {
	var out []leg
	for i := range c.People {
		p, l := &c.People[i], &c.Legs[i]
		key := Key(p.Extension, p.Name)
		if p.Kind == call.NumberLeg || key == "" || l.Joined.IsZero() || l.Status == call.StatusGone || l.Status == call.StatusDisconnecting {
			continue
		}
		g := leg{key: key, name: p.Name, ext: p.Extension, user: p.UserID, since: l.Since.Time(), with: partner(c, p)}
		g.doing = doing(c, p, l, &g.since)
		if k := slices.IndexFunc(out, func(o leg) bool { return o.key == key }); k < 0 {
			out = append(out, g)
		} else if g.doing > out[k].doing { // two telephones of one person
			out[k] = g
		}
	}
	return out
}

func doing(c *call.Call, p *call.Participant, l *call.Leg, since *time.Time) Doing {
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
				*since = c.Created.Add(time.Duration(h.AtMs) * time.Millisecond)
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

func (f *Fold) putAgents(e *Entry) {
	for i := range e.Parts {
		p := &e.Parts[i]
		a := f.agent(p.Key)
		a.name, a.ext = cmp.Or(p.Name, a.name), cmp.Or(p.Extension, a.ext)
		a.add(f, e, p, +1)
		if e.today && p.LastMs >= 0 && (p.Talked || p.Dialed) {
			e.place(&a.free, -(e.Created.UnixMilli() + p.LastMs))
		}
	}
	for i := range e.legs {
		g := &e.legs[i]
		g.entry = e
		a := f.agent(g.key)
		a.name, a.ext, a.user = cmp.Or(g.name, a.name), cmp.Or(g.ext, a.ext), cmp.Or(g.user, a.user)
		a.legs = append(a.legs, g)
		a.held++
	}
}

func (f *Fold) takeAgents(e *Entry) {
	for i := range e.Parts {
		p := &e.Parts[i]
		f.agents[p.Key].add(f, e, p, -1)
	}
	for i := range e.legs {
		g := &e.legs[i]
		a := f.agents[g.key]
		a.legs = slices.DeleteFunc(a.legs, func(o *leg) bool { return o == g })
		a.held--
	}
	for i := range e.Parts {
		f.drop(e.Parts[i].Key)
	}
	for i := range e.legs {
		f.drop(e.legs[i].key)
	}
}

// drop forgets a person of whom nothing is known any more.
func (f *Fold) drop(key string) {
	if a := f.agents[key]; a != nil && a.held == 0 {
		delete(f.agents, key)
	}
}

func (a *agent) add(f *Fold, e *Entry, p *Part, by int) {
	a.held += by
	if !e.today {
		return
	}
	for i := range f.defs {
		d := &f.defs[i]
		if d.part == nil || !d.part(e, p) {
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
		if best == nil || g.doing > best.doing || g.doing == best.doing && g.since.Before(best.since) {
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
		out.Doing, out.Since, out.With, out.CallID, out.Queue = g.doing, g.since, g.with, g.entry.ID, g.entry.Queue
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
