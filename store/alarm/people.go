package alarm

import (
	"slices"
	"strings"
	"time"
)

// Acknowledge takes in that somebody has seen an alarm: it is not said again unless it grows worse.
// ok is false when it is not up, or has been acknowledged before.
func (e *Engine) Acknowledge(id, by string, now time.Time) (out []Change, ok bool) {
	return e.by(id, now, func(g *group) bool {
		if !g.a.Acked.IsZero() {
			return false
		}
		g.a.Acked, g.a.AckedBy = now, by
		e.tell(g, Acked, by, now)
		return true
	})
}

// Unacknowledge takes an acknowledgement back. The alarm is said again when its turn
// comes, at once where that is over.
func (e *Engine) Unacknowledge(id, by string, now time.Time) (out []Change, ok bool) {
	return e.by(id, now, func(g *group) bool {
		if g.a.Acked.IsZero() {
			return false
		}
		g.a.Acked, g.a.AckedBy = time.Time{}, ""
		e.tell(g, Unacked, by, now)
		g.resume(e.set.Repeat)
		return true
	})
}

// Snooze has an alarm said again only at until, if it is still up then.
func (e *Engine) Snooze(id, by string, until, now time.Time) (out []Change, ok bool) {
	return e.by(id, now, func(g *group) bool {
		if !until.After(now) {
			return false
		}
		g.a.Snoozed, g.a.SnoozedBy = until, by
		e.tell(g, Snoozed, by, now)
		return true
	})
}

// Unsnooze ends a snooze.
func (e *Engine) Unsnooze(id, by string, now time.Time) (out []Change, ok bool) {
	return e.by(id, now, func(g *group) bool {
		if g.a.Snoozed.IsZero() {
			return false
		}
		g.a.Snoozed, g.a.SnoozedBy = time.Time{}, ""
		e.tell(g, Unsnoozed, by, now)
		g.resume(e.set.Repeat)
		return true
	})
}

// resume has an alarm said again when that would have been its turn.
func (g *group) resume(repeat time.Duration) {
	if g.say.IsZero() && repeat > 0 {
		g.say = g.a.LastSaid.Add(repeat)
	}
}

func (e *Engine) by(id string, now time.Time, do func(*group) bool) ([]Change, bool) {
	g := e.up[id]
	ok := g != nil && do(g)
	if g != nil {
		e.touch(g)
	}
	return e.Advance(now), ok
}

// Restore takes in the alarms of before a restart, once, before anything else. Those that were up are
// up still, acknowledged if they were; whether there is reason for them the calls have to show within
// a minute. Rules that are no longer there raise nothing: their alarms are over.
func (e *Engine) Restore(alarms []Alarm, now time.Time) []Change {
	slices.SortFunc(alarms, func(a, b Alarm) int { return a.Raised.Compare(b.Raised) })
	for _, a := range alarms {
		if !a.Up() {
			e.past = append(e.past, a)
			continue
		}
		i := slices.IndexFunc(e.set.Rules.all, func(r *rule) bool { return strings.EqualFold(r.name, a.Rule) && r.measure == a.Measure })
		if i < 0 {
			a.Level, a.Cleared = None, now
			e.past = append(e.past, a)
			e.out = append(e.out, Change{Kind: Cleared, At: now, Alarm: a})
			continue
		}
		g := e.group(i, a.Subject)
		if g.a != nil { // two of one cause: the older one is over
			e.end(g, now)
		}
		g.known = a.Count
		a.Count, a.Calls, a.Limits, a.Ways = 0, nil, g.rule.limits, g.rule.ways
		g.a, g.better, g.wait = &a, now, max(grace, e.set.Settle)
		e.up[a.ID] = g
		if e.set.Repeat > 0 {
			g.say = latest(now, a.LastSaid.Add(e.set.Repeat))
		}
		e.touch(g)
	}
	if n := len(e.past) - MaxPast; n > 0 {
		e.past = slices.Delete(e.past, 0, n)
	}
	e.fresh = true
	return e.Advance(now)
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
