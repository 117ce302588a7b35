package alarm

import (
	"slices"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

// verdict is what a rule says of a call, or an agent, at a moment.
type verdict struct {
	in      bool // it is behind an alarm of the rule, or counts towards one
	subject string
	level   Level     // of timed measures
	since   time.Time // when its clock began: timed measures
	next    time.Time // when the rule may say something else while nothing changes; zero: never
}

// again is how often a query is read again that means something else as time goes by.
const again = time.Minute

// judge tells what a rule says at now.
func (r *rule) judge(w *watched, now time.Time) verdict {
	if w.c == nil {
		return r.judgeAgent(w, now)
	}
	c := w.c
	switch r.measure {
	case SLA, Idle:
		return verdict{}
	case Wait:
		if !waits(c) {
			return verdict{}
		}
		return r.timed(w, now, now.Add(-c.Wait(now)), c.Queue, "")
	case Ring:
		return r.inState(w, now, call.StateRinging)
	case Talk:
		return r.inState(w, now, call.StateTalking)
	case Hold:
		return r.inState(w, now, call.StateOnHold)
	case Queue:
		if !waits(c) {
			return verdict{}
		}
		return r.counted(w, now)
	case Abandoned:
		short := c.PhaseTime(call.PhaseWait, now)+c.PhaseTime(call.PhaseMenu, now) < r.short
		if c.Live() || short || c.Outcome != call.AbandonedQueue && c.Outcome != call.AbandonedMenu {
			return verdict{}
		}
		return r.ended(w, now)
	case Where:
		if c.Live() {
			return r.counted(w, now)
		}
		return r.ended(w, now)
	}
	return verdict{}
}

// waits tells whether a caller waits in a queue, agents ringing included.
func waits(c *call.Call) bool { return c.Live() && c.Phase == call.PhaseWait }

func (r *rule) inState(w *watched, now time.Time, s call.State) verdict {
	if w.c.State != s {
		return verdict{}
	}
	return r.timed(w, now, w.c.Since, w.c.Queue, agentOf(w.c))
}

// timed judges a clock.
func (r *rule) timed(w *watched, now, since time.Time, queue, agent string) verdict {
	ok, next := r.passes(w, now, queue)
	if !ok || len(r.agents) > 0 && !r.hasAgent(agent) {
		return verdict{next: next}
	}
	v := verdict{subject: r.subject(queue, agent), since: since, next: next}
	for l := Red; l > None; l-- {
		limit := r.limits[l]
		if limit == 0 {
			continue
		}
		at := since.Add(time.Duration(limit) * time.Millisecond)
		if !now.Before(at) {
			v.in, v.level = true, l
			return v
		}
		v.next = sooner(v.next, at)
	}
	return v
}

// counted judges a call that counts while it is so.
func (r *rule) counted(w *watched, now time.Time) verdict {
	ok, next := r.passes(w, now, w.c.Queue)
	agent := agentOf(w.c)
	if !ok || len(r.agents) > 0 && !r.hasAgent(agent) {
		return verdict{next: next}
	}
	return verdict{in: true, subject: r.subject(w.c.Queue, agent), next: next}
}

// ended judges a call that is over: it counts for as long as the window is.
func (r *rule) ended(w *watched, now time.Time) verdict {
	until := w.c.Ended.Add(r.window)
	if r.window == 0 || !now.Before(until) {
		return verdict{}
	}
	v := r.counted(w, now)
	if v.in {
		v.next = sooner(v.next, until)
	}
	return v
}

func (r *rule) judgeAgent(w *watched, now time.Time) verdict {
	if r.measure != Idle || len(r.agents) > 0 && !r.hasAgent(w.id) {
		return verdict{}
	}
	v := verdict{subject: r.subject("", w.id), since: w.idle}
	for l := Red; l > None; l-- {
		if r.limits[l] == 0 {
			continue
		}
		at := w.idle.Add(time.Duration(r.limits[l]) * time.Millisecond)
		if !now.Before(at) {
			v.in, v.level = true, l
			return v
		}
		v.next = sooner(v.next, at)
	}
	return v
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// passes tells whether queue and query let a call through, and when the query may say something else.
func (r *rule) passes(w *watched, now time.Time, queue string) (ok bool, next time.Time) {
	if !r.inQueue(queue) {
		return false, time.Time{}
	}
	if r.query.Root == nil {
		return true, time.Time{}
	}
	if r.relative {
		if now.Sub(r.read) >= again || now.Before(r.read) {
			// It could be read before, and "today" is no less readable on another day.
			r.query, _ = query.ParseLoose(r.where, query.Options{Now: now, Region: r.region})
			r.matcher, r.read = r.query.Compile(), now
		}
		next = now.Add(again)
	}
	if w.subject == nil {
		x := w.extra
		x.Region = r.region
		w.subject = query.NewCallSubject(w.c, x)
	}
	w.subject.Set(w.c)
	w.subject.At(now)
	ok = r.matcher.Match(w.subject)
	if at, timed := r.matcher.Due(w.subject, now); timed {
		next = sooner(next, at)
	}
	return ok, next
}

func (r *rule) inQueue(queue string) bool {
	return len(r.queues) == 0 || slices.Contains(r.queues, query.Fold(queue))
}

func (r *rule) hasAgent(agent string) bool { return slices.Contains(r.agents, query.Fold(agent)) }

func (r *rule) subject(queue, agent string) string {
	switch r.per {
	case PerQueue:
		if queue == "" {
			return "no queue"
		}
		return call.Clean(queue)
	case PerAgent:
		if agent == "" {
			return "nobody known"
		}
		return call.Clean(agent)
	}
	return ""
}

// agentOf gives who is with the caller at our end: who rings, who holds, who talked last.
func agentOf(c *call.Call) string {
	if c.Who != "" && (c.State == call.StateRinging || c.State == call.StateOnHold) {
		return c.Who
	}
	for i := len(c.Answered) - 1; i >= 0; i-- {
		switch a := c.Answered[i]; {
		case a.Name != "":
			return a.Name
		case a.Extension != "":
			return a.Extension
		}
	}
	if c.Direction == call.Outbound {
		if c.From.Name != "" {
			return c.From.Name
		}
		return c.From.Number
	}
	return ""
}
