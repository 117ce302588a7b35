package alarm

import (
	"container/heap"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// group is a rule and one of its subjects: what counts towards one alarm.
type group struct {
	slot
	rule    *rule
	no      int    // of the rule
	key     string // the folded subject
	subject string
	members map[string]*watched
	n       [3]int    // members by level
	lead    leads     // members of timed measures, the longest first
	gone    time.Time // when the clock began of the longest that has left since it was measured
	value   int64     // of SLA
	of      int       // calls that value was made of
	dirty   bool

	bad    time.Time // since when it has been over a limit without an alarm; zero: it is not
	a      *Alarm    // nil: no alarm
	better time.Time // since when it has been better than the alarm says; zero: it is not
	best   Level     // the gravest that it has been since
	joined []*watched
	wait   time.Duration // how long it must be better
	known  int           // of those behind it before a restart, how many have not come again
	say    time.Time     // when it is said again; zero: not
}

func (g *group) enter(w *watched, was, is place) {
	if was.g == g {
		g.n[was.level]--
	}
	g.n[is.level]++
	g.members[w.id] = w
	if !is.since.IsZero() && (was.g != g || !was.since.Equal(is.since)) {
		g.lead.add(w.id, is.since)
	}
	if g.a != nil && (was.g != g || is.level > was.level) {
		switch {
		case was.g == g:
		case g.known > 0:
			g.known--
		default:
			g.a.Total++
		}
		g.joined = append(g.joined, w)
	}
}

func (g *group) leave(id string, was place) {
	if g.gone.IsZero() || was.since.Before(g.gone) {
		g.gone = was.since
	}
	g.n[was.level]--
	delete(g.members, id)
	if g.lead.Len() > 2*len(g.members)+16 {
		g.lead = slices.DeleteFunc(g.lead, func(l lead) bool { return !g.leads(l) })
		heap.Init(&g.lead)
	}
}

// leads tells whether a lead is still what it says.
func (g *group) leads(l lead) bool {
	w := g.members[l.id]
	return w != nil && slices.ContainsFunc(w.in, func(p place) bool { return p.g == g && p.since.Equal(l.since) })
}

// first gives the one that it is longest for; the zero lead when there is none.
func (g *group) first() lead {
	for g.lead.Len() > 0 {
		if l := g.lead[0]; g.leads(l) {
			return l
		}
		heap.Pop(&g.lead)
	}
	return lead{}
}

// level is how grave it is, by what is behind it now.
func (g *group) level() Level {
	r := g.rule
	switch {
	case r.measure.Timed() && g.n[Red] > 0:
		return Red
	case r.measure.Timed() && g.n[Amber] > 0:
		return Amber
	case r.measure.Timed() || r.measure == SLA && g.of < r.least:
		return None
	}
	for l := Red; l > None; l-- {
		limit := r.limits[l]
		if limit > 0 && (r.measure == SLA && g.value < limit || r.measure != SLA && int64(len(g.members)) >= limit) {
			return l
		}
	}
	return None
}

// settle brings the alarm of a group in line with what is behind it, and sets when it is looked at
// again.
func (e *Engine) settle(g *group, now time.Time) {
	level := g.level()
	if g.a == nil {
		e.begin(g, level, now)
	} else {
		e.follow(g, level, now)
	}
	g.joined = nil
	e.schedule(g, now)
	if g.a == nil && len(g.members) == 0 && g.of == 0 {
		e.due.set(&g.slot, time.Time{})
		e.forget(g)
	}
}

// forget lets go of a group that nothing is behind.
func (e *Engine) forget(g *group) {
	if e.groups[g.no][g.key] == g {
		delete(e.groups[g.no], g.key)
	}
}

// begin raises an alarm once it has been bad for long enough.
func (e *Engine) begin(g *group, level Level, now time.Time) {
	if level == None {
		g.bad = time.Time{}
		return
	}
	if g.bad.IsZero() {
		g.bad = now
	}
	if now.Before(g.bad.Add(g.rule.lasting)) {
		return
	}
	g.bad = time.Time{}
	g.a = &Alarm{
		ID:   fmt.Sprintf("%s/%s/%d", g.rule.name, g.subject, now.UnixMilli()),
		Rule: g.rule.name, Measure: g.rule.measure, Subject: g.subject, Ways: g.rule.ways, Limits: g.rule.limits,
		Level: level, Worst: level, Raised: now, Total: len(g.members), Query: g.rule.find(g.subject), Past: g.rule.past(),
	}
	g.wait = e.set.Settle
	e.up[g.a.ID] = g
	g.joined = slices.Collect(maps.Values(g.members))
	e.measure(g, now)
	e.tell(g, Raised, "", now)
}

// follow brings an alarm that is up in line.
func (e *Engine) follow(g *group, level Level, now time.Time) {
	a := g.a
	e.measure(g, now)
	switch {
	case level > a.Level:
		a.Level, a.Worst, g.better = level, max(a.Worst, level), time.Time{}
		a.Acked, a.AckedBy, a.Snoozed, a.SnoozedBy = time.Time{}, "", time.Time{}, ""
		e.tell(g, Worse, "", now)
		return
	case level == a.Level:
		g.better, g.wait = time.Time{}, e.set.Settle
	case g.better.IsZero():
		g.better, g.best = now, level
	default:
		g.best = max(g.best, level)
	}
	if !g.better.IsZero() && !now.Before(g.better.Add(g.wait)) {
		g.better, g.wait = time.Time{}, e.set.Settle
		if g.best == None {
			e.end(g, now)
			return
		}
		if level < g.best {
			g.better = now
		}
		a.Level, g.best = g.best, level
		e.tell(g, Better, "", now)
	}
	if len(g.joined) > 0 {
		e.tell(g, Joined, "", now)
	}
	if !a.Snoozed.IsZero() && !now.Before(a.Snoozed) {
		a.Snoozed, a.SnoozedBy = time.Time{}, ""
		g.say = now
	}
	if !g.say.IsZero() && !now.Before(g.say) && !a.Silent(now) {
		e.tell(g, Again, "", now)
	}
}

func (e *Engine) end(g *group, now time.Time) {
	a := g.a
	a.Level, a.Cleared, a.Count, a.Calls = None, now, 0, nil
	e.tell(g, Cleared, "", now)
	delete(e.up, a.ID)
	e.past = append(e.past, *a)
	if len(e.past) > MaxPast {
		e.past = slices.Delete(e.past, 0, len(e.past)-MaxPast)
	}
	g.a, g.bad = nil, time.Time{}
}

// measure takes the figures of an alarm from what is behind it.
func (e *Engine) measure(g *group, now time.Time) {
	a := g.a
	if a.Count != len(g.members) || a.Measure == SLA && a.Value != g.value {
		e.fresh = true
	}
	a.Count = len(g.members)
	a.Peak, a.Total = max(a.Peak, a.Count), max(a.Total, a.Count)
	if a.Measure == SLA {
		a.Value = g.value
		return
	}
	first := g.first().since
	if !first.IsZero() && !a.Since.Equal(first) {
		a.Since, e.fresh = first, true
	}
	for _, since := range []time.Time{first, g.gone} {
		if !since.IsZero() {
			a.Value = max(a.Value, now.Sub(since).Milliseconds())
		}
	}
	g.gone = time.Time{}
}

// tell tells of a change. One that is loud is said, or will be when quiet hours are over.
func (e *Engine) tell(g *group, kind ChangeKind, by string, now time.Time) {
	a := g.a
	quiet := e.set.Quiet != nil && e.set.Quiet.Hold(now)
	c := Change{Kind: kind, At: now, By: by, Quiet: quiet}
	switch kind {
	case Raised, Worse, Again:
		g.say = time.Time{}
		switch {
		case quiet:
			g.say = e.set.Quiet.Ends(now)
		case e.set.Repeat > 0:
			g.say = now.Add(e.set.Repeat)
		}
		if !quiet {
			a.Said++
			a.LastSaid = now
		}
	}
	for _, w := range g.joined {
		if b, ok := g.breach(w, now); ok {
			c.Breaches = append(c.Breaches, b)
		}
	}
	slices.SortFunc(c.Breaches, func(a, b Breach) int {
		if d := a.Since.Compare(b.Since); d != 0 {
			return d
		}
		return strings.Compare(a.Call+a.Agent, b.Call+b.Agent)
	})
	g.joined = nil
	c.Alarm = g.snapshot()
	e.out = append(e.out, c)
	e.fresh = true
}

func (g *group) breach(w *watched, now time.Time) (Breach, bool) {
	i := slices.IndexFunc(w.in, func(p place) bool { return p.g == g })
	if i < 0 {
		return Breach{}, false // it has left since
	}
	b := Breach{Alarm: g.a.ID, Level: w.in[i].level, Since: w.in[i].since, At: now}
	if w.c == nil {
		b.Agent = call.Clean(w.id)
		return b, true
	}
	out := w.c.Outsider()
	b.Call, b.Caller, b.Name = w.id, out.Number, call.Clean(out.Name)
	b.Queue, b.With = call.Clean(w.c.Queue), call.Clean(agentOf(w.c))
	return b, true
}

// schedule sets when a group is looked at again.
func (e *Engine) schedule(g *group, now time.Time) {
	var at time.Time
	a := g.a
	switch {
	case a == nil && !g.bad.IsZero():
		at = g.bad.Add(g.rule.lasting)
	case a != nil:
		if !g.better.IsZero() {
			at = g.better.Add(g.wait)
		}
		if !a.Snoozed.IsZero() {
			at = sooner(at, a.Snoozed)
		}
		if !g.say.IsZero() && !a.Silent(now) {
			at = sooner(at, g.say)
		}
	}
	e.due.set(&g.slot, at)
}

// snapshot gives the alarm as it is now.
func (g *group) snapshot() Alarm {
	a := *g.a
	if !a.Up() {
		return a
	}
	a.Calls = nil
	for _, l := range g.lead {
		if len(a.Calls) == MaxCalls {
			break
		}
		if g.leads(l) {
			a.Calls = append(a.Calls, l.id)
		}
	}
	if !a.Measure.Timed() {
		for id := range g.members {
			if len(a.Calls) == MaxCalls {
				break
			}
			a.Calls = append(a.Calls, id)
		}
		slices.Sort(a.Calls)
		return a
	}
	if first := g.first(); len(a.Calls) > 0 {
		i := max(0, slices.Index(a.Calls, first.id))
		a.Calls[0], a.Calls[i] = a.Calls[i], a.Calls[0]
	}
	return a
}

// lead is a member and when its clock began.
type lead struct {
	since time.Time
	id    string
}

// leads orders members, the longest first. It may hold outdated ones.
type leads []lead

func (l *leads) add(id string, since time.Time) { heap.Push(l, lead{since, id}) }

// Len, Less, Swap, Push and Pop implement heap.Interface.

// Len gives how many there are.
func (l *leads) Len() int { return len(*l) }

// Less tells which is longer.
func (l *leads) Less(i, j int) bool {
	a, b := (*l)[i], (*l)[j]
	if !a.since.Equal(b.since) {
		return a.since.Before(b.since)
	}
	return a.id < b.id
}

// Swap swaps two.
func (l *leads) Swap(i, j int) { (*l)[i], (*l)[j] = (*l)[j], (*l)[i] }

// Push adds one at the end.
func (l *leads) Push(x any) { *l = append(*l, x.(lead)) }

// Pop takes the last one.
func (l *leads) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}
