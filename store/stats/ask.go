package stats

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// Queue is a queue that calls have come through today or wait in now.
type Queue struct {
	Name   string
	Oldest *Entry // whose caller waits longest now; nil when nobody waits
	// The numbers of the present and of the day.
	Waiting, LongestNow, Talking                                               Number
	Calls, Answered, Abandoned, Missed, AnswerTime, SLA, WaitTime, LongestWait Number
}

// Hour is an hour of the day.
type Hour struct {
	Hour                               int // 0..23, in the account's zone
	Calls, Answered, Missed, Abandoned Number
	AnswerTime, SLA                    Number
}

func (f *Fold) def(id ID) *def {
	if id < dayNumbers {
		return &f.defs[id]
	}
	i := slices.IndexFunc(f.defs, func(d def) bool { return d.id == id })
	if i < 0 {
		i = 0
	}
	return &f.defs[i]
}

func (d *def) number(s Scope, w Window) Number {
	return Number{ID: d.id, Title: d.title, Formula: d.formula, Unit: d.unit, Scope: s, Window: w}
}

func (n Number) mean(sum int64) Number {
	if n.Known = n.Of > 0; n.Known {
		n.Value = float64(sum) / float64(n.Of)
	}
	return n
}

// doubt words what is missing: of a number of the day also the calls that are not here yet. Where a
// call that is up and has lost states really is, nobody knows: it counts everywhere.
func (f *Fold) doubt(ended doubts, day bool) Doubt {
	l := f.floor.live
	d := Doubt{
		Calls: l.calls + ended.calls, Gaps: l.gaps + ended.gaps, Late: l.late + ended.late, Stale: l.stale + ended.stale,
		Down: f.down,
	}
	if !f.down.IsZero() {
		d.Down = f.down.In(f.opt.Zone)
	}
	if day && f.unseen > 0 {
		d.Unseen, d.Why = f.unseen, f.why
	}
	if day && !f.hole[1].IsZero() && f.now.Sub(f.hole[1]) < healing {
		d.Hole = [2]time.Time{f.hole[0].In(f.opt.Zone), f.hole[1].In(f.opt.Zone)}
	}
	if day && !f.since.IsZero() {
		d.Since, d.Before = f.since.In(f.opt.Zone), f.before
	}
	return d
}

// Number gives a number for a scope. A number that a scope does not have, such as who waits by hour, is
// not Known.
func (f *Fold) Number(id ID, s Scope, now time.Time) Number {
	switch s.Kind {
	case ByAgent:
		if a := f.agents[s.Name]; id >= AgentCalls && a != nil {
			return f.ofAgent(id, a, now)
		}
	case InHour:
		if id < dayNumbers && id != LongestWait && s.Hour >= 0 && s.Hour < len(f.hours) {
			return f.ofDay(id, &f.hours[s.Hour], s, f.hourWindow(s.Hour, now))
		}
	default:
		sc := f.floor
		if s.Kind == InQueue {
			if sc = f.queues[s.Name]; sc == nil {
				sc = &scope{}
			}
		}
		switch {
		case id == LongestWait:
			return f.longestWait(sc, s, now)
		case id < dayNumbers:
			return f.ofDay(id, &sc.tally, s, f.today(now))
		case id < AgentCalls:
			return f.ofNow(id, sc, s, now)
		}
	}
	return f.def(id).number(s, f.today(now))
}

func (f *Fold) hourWindow(hour int, now time.Time) Window {
	y, m, d := f.day.Date()
	from := time.Date(y, m, d, hour, 0, 0, 0, f.opt.Zone)
	to := from.Add(time.Hour)
	if to.After(now) && !now.Before(from) {
		to = now
	}
	return Window{From: from, To: to, Zone: f.opt.Zone}
}

func (f *Fold) ofDay(id ID, t *tally, s Scope, w Window) Number {
	d := &f.defs[id]
	n := d.number(s, w)
	n.Of, n.Doubt = t.n[id], f.doubt(t.doubt, true)
	switch {
	case d.within != nil:
		if n.Known = n.Of > 0; n.Known {
			n.Value = float64(t.within) / float64(n.Of)
		}
	case d.value != nil:
		return n.mean(t.sum[id])
	default:
		n.Value, n.Known = float64(n.Of), true
	}
	return n
}

func (f *Fold) ofNow(id ID, sc *scope, s Scope, now time.Time) Number {
	n := f.def(id).number(s, Window{From: now, To: now, Zone: f.opt.Zone})
	n.Doubt = f.doubt(doubts{}, false)
	if id == LongestNow {
		n.Of = sc.present[Waiting-Up]
		if first := sc.waits.first(); first != nil {
			n.Value, n.Known = float64(max(0, now.UnixMilli()-first.key)), true
		}
		return n
	}
	n.Of = sc.present[id-Up]
	n.Value, n.Known = float64(n.Of), true
	return n
}

func (f *Fold) longestWait(sc *scope, s Scope, now time.Time) Number {
	n := f.def(LongestWait).number(s, f.today(now))
	n.Of, n.Doubt = sc.n[LongestWait], f.doubt(sc.tally.doubt, true)
	n.Known = n.Of > 0
	if first := sc.longest.first(); first != nil {
		n.Value = float64(-first.key)
	}
	for _, sp := range sc.waits.spots {
		if sp.entry.today {
			n.Value = max(n.Value, float64(now.UnixMilli()-sp.key))
		}
		if sc.waits.first().entry.today {
			break // it is the longest
		}
	}
	return n
}

// Queues gives the queues that calls have come through today or wait in now, by name. A call counts
// for the last queue it came through.
func (f *Fold) Queues(now time.Time) []Queue {
	out := make([]Queue, 0, len(f.queues))
	for name := range f.queues {
		q, _ := f.Queue(name, now)
		out = append(out, q)
	}
	slices.SortFunc(out, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Queue gives one queue; ok is false where nothing is known of it.
func (f *Fold) Queue(name string, now time.Time) (q Queue, ok bool) {
	sc := f.queues[name]
	if sc == nil {
		return Queue{Name: name}, false
	}
	s := OfQueue(name)
	num := func(id ID) Number { return f.Number(id, s, now) }
	q = Queue{
		Name: name, Waiting: num(Waiting), LongestNow: num(LongestNow), Talking: num(Talking), Calls: num(CallsIn),
		Answered: num(Answered), Abandoned: num(AbandonedQueue), Missed: num(Missed), AnswerTime: num(AnswerTime),
		SLA: num(SLA), WaitTime: num(WaitTime), LongestWait: num(LongestWait),
	}
	if first := sc.waits.first(); first != nil {
		q.Oldest = first.entry
	}
	return q, true
}

// Hours gives the hours of the day.
func (f *Fold) Hours(now time.Time) [24]Hour {
	var out [24]Hour
	for h := range out {
		num := func(id ID) Number { return f.Number(id, OfHour(h), now) }
		out[h] = Hour{h, num(CallsIn), num(Answered), num(Missed), num(Abandoned), num(AnswerTime), num(SLA)}
	}
	return out
}

// CallsByHour gives how many calls began in each hour of the day, as sparklines want it.
func (f *Fold) CallsByHour() [24]int {
	var out [24]int
	for h := range out {
		out[h] = f.hours[h].n[Calls]
	}
	return out
}

// Waits gives those who wait now, in one queue or "" for all, who has waited longest in front; at
// most n of them, 0 for all.
func (f *Fold) Waits(queue string, n int) []*Entry {
	sc := f.floor
	if queue != "" {
		sc = f.queues[queue]
	}
	if sc == nil {
		return nil
	}
	return sc.waits.sorted(n)
}

// Waited gives how long the caller of a call that is up has waited in queues until now.
func (e *Entry) Waited(now time.Time) time.Duration {
	return time.Duration(e.WaitMs(now)) * time.Millisecond
}

// All goes through the calls the fold holds: today's, and those that are up.
func (f *Fold) All() iter.Seq[*Entry] { return maps.Values(f.entries) }

// Behind gives the very calls that a number counts, the newest first. For Share they are those it
// is a share of: see InTime. Its cost follows the calls of the day.
func (f *Fold) Behind(id ID, s Scope) []*Entry {
	d := f.def(id)
	var out []*Entry
	for _, e := range f.entries {
		if d.holds(e, s, f.opt.Zone) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Entry) int {
		return cmp.Or(b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
	})
	return out
}

// holds reports whether a number of a scope counts an entry.
func (d *def) holds(e *Entry, s Scope, zone *time.Location) bool {
	switch {
	case d.now != nil:
		return d.now(e) && (s.Kind == OnFloor || s.Kind == InQueue && e.Queue == s.Name)
	case !e.today:
		return false
	case d.part != nil:
		return s.Kind == ByAgent && slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Key == s.Name && d.part(e, &p) })
	case !d.counts(e):
		return false
	case s.Kind == InQueue:
		return e.Queue == s.Name
	case s.Kind == InHour:
		return e.Created.In(zone).Hour() == s.Hour
	case s.Kind == ByAgent:
		return slices.ContainsFunc(e.Parts, func(p Part) bool { return p.Key == s.Name })
	}
	return true
}

// InTime reports whether a call that SLA counts was answered in time.
func (f *Fold) InTime(e *Entry) bool {
	d, ok := e.AnswerTime()
	return ok && d <= f.opt.Within
}

// Doubtful gives the calls that may be counted wrongly, the newest first.
func (f *Fold) Doubtful() []*Entry {
	var out []*Entry
	for _, e := range f.entries {
		if e.Doubtful() {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Entry) int { return b.Created.Compare(a.Created) })
	return out
}

// Recent gives a number of the day made of the calls that ended in the last while alone: abandoned in
// the last quarter of an hour, the service level of the last hour. s is the floor or a queue. Its
// cost follows the calls that ended in that time.
func (f *Fold) Recent(id ID, s Scope, while time.Duration, now time.Time) Number {
	from := now.Add(-while)
	if id >= dayNumbers || s.Kind != OnFloor && s.Kind != InQueue {
		return f.def(id).number(s, Window{From: from, To: now, Zone: f.opt.Zone})
	}
	var t tally
	longest := int64(0)
	for i := len(f.ended) - 1; i >= 0 && !f.ended[i].Ended.Before(from); i-- {
		if e := f.ended[i]; s.Kind == OnFloor || e.Queue == s.Name {
			t.add(f, e, +1)
			longest = max(longest, e.PhasesMs[call.PhaseWait])
		}
	}
	n := f.ofDay(id, &t, s, Window{From: from, To: now, Zone: f.opt.Zone, Ended: true})
	if id == LongestWait {
		n.Value = float64(longest)
	}
	return n
}
