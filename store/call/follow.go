package call

import (
	"container/heap"
	"time"
)

// follow says what a new snapshot asks for.
func (b *Board) follow(e *entry, now time.Time) []Effect {
	c := e.call
	var out []Effect
	if c.Rings && !e.rang {
		e.rang = true
		out = append(out, Effect{Kind: PopMoment, ID: c.ID, Moment: OnRinging, Party: c.From})
	}
	if c.Mine && !e.answered && c.State == StateTalking && c.iTalk() {
		e.answered = true
		out = append(out, Effect{Kind: PopMoment, ID: c.ID, Moment: OnAnswered, Party: c.Outsider()})
	}
	if n := c.Outsider().Number; c.Mine && n != "" && n != e.wanted {
		e.wanted = n
		out = append(out, Effect{Kind: Wanted, ID: c.ID, Party: c.Outsider()})
	}
	if len(c.Gaps) > 0 {
		b.schedule(e, e.gapDue)
	}
	if c.State != StateEnded {
		b.schedule(e, now.Add(e.quiet))
		if c.fold.pend == unwinding {
			b.schedule(e, now.Add(2*closingMs*time.Millisecond))
		}
		return out
	}
	return b.close(e, out)
}

// close files an ended call among the finished ones.
func (b *Board) close(e *entry, out []Effect) []Effect {
	c := e.call
	if e.done < 0 {
		if old := b.done.At(b.ended % b.opt.KeepDone); old != nil {
			b.forget(old.ID)
		}
		e.done = b.ended
		b.ended++
		b.done = b.done.set(b.own, e.done%b.opt.KeepDone, c)
	}
	b.schedule(e, b.leaves(c))
	if !e.finished {
		e.finished = true
		out = append(out, Effect{Kind: EndedCall, ID: c.ID})
		if e.rang || e.answered {
			out = append(out, Effect{Kind: PopMoment, ID: c.ID, Moment: OnEnded, Party: c.Outsider()})
		}
	}
	return out
}

// leaves gives the time at which an ended call leaves the board.
func (b *Board) leaves(c *Call) time.Time {
	end := c.Heard
	if c.Outcome.Lost() {
		return end.Add(b.opt.LingerLost)
	}
	return end.Add(b.opt.LingerEnded)
}

// forget drops a finished call whose place is needed.
func (b *Board) forget(id string) {
	if e := b.calls[id]; e != nil {
		if e.slot >= 0 {
			b.vacate(e)
		}
		delete(b.calls, id)
	}
}

func (b *Board) vacate(e *entry) {
	b.tally(e, -1)
	b.live = b.live.set(b.own, e.slot, nil)
	b.free = append(b.free, e.slot)
	e.slot = -1
	b.tally(e, +1)
	b.change = true
}

func (c *Call) iTalk() bool {
	for i := range c.Legs {
		if c.Legs[i].Status == StatusConnected && c.mine[c.People[i].LineID] {
			return true
		}
	}
	return false
}

// Expire does what time alone brings: asks for states that did not come, asks after silent calls,
// ends calls that the service calls finished, takes ended calls off the board. Its cost follows
// the number of calls for which something is due.
func (b *Board) Expire(now time.Time) []Effect {
	var out []Effect
	for len(b.due) > 0 && !b.due[0].at.After(now) {
		d := heap.Pop(&b.due).(due)
		e := b.calls[d.id]
		if e == nil || !e.due.Equal(d.at) {
			continue // gone, or something earlier was put in since
		}
		e.due = time.Time{}
		out = b.expire(e, now, out)
	}
	return out
}

func (b *Board) expire(e *entry, now time.Time, out []Effect) []Effect {
	c := e.call
	out = b.askForGaps(e, now, out)
	if c.State == StateEnded {
		if at := b.leaves(c); e.slot >= 0 && !now.Before(at) {
			b.vacate(e)
		} else if e.slot >= 0 {
			b.schedule(e, at)
		}
		return out
	}
	if !e.over.IsZero() && !now.Before(e.over.Add(overWait)) {
		return b.end(e, now, out)
	}
	if c.fold.pend == unwinding && c.State != StateInMenu {
		c = b.touch(e)
		c.State, c.Who, c.With, c.Since = StateInMenu, "", "", msTime(c.fold.pendAt)
		b.put(e)
	}
	return b.checkSilence(e, now, out)
}

// askForGaps asks for missing states as one range: after a short wait for stragglers, then again
// at growing distances.
func (b *Board) askForGaps(e *entry, now time.Time, out []Effect) []Effect {
	gaps := e.call.Gaps
	if len(gaps) == 0 || e.tries >= b.opt.GapTries {
		return out
	}
	if !now.Before(e.gapDue) {
		out = append(out, Effect{Kind: NeedStates, ID: e.call.ID, From: gaps[0].From, To: gaps[len(gaps)-1].To})
		e.gapDue = now.Add(gapAgain << e.tries)
		e.tries++
		if e.tries == b.opt.GapTries && !e.call.Live() {
			out = append(out, Effect{Kind: NeedReport, ID: e.call.ID}) // the last resort
		}
	}
	if e.tries < b.opt.GapTries {
		b.schedule(e, e.gapDue)
	}
	return out
}

// AskAgain gives the missing states that were asked for in vain one more chance: for a link that has
// come back, whose service may now have what it did not have.
func (b *Board) AskAgain(now time.Time) {
	for _, e := range b.calls {
		if len(e.call.Gaps) > 0 && e.tries >= b.opt.GapTries && e.call.Live() {
			e.tries, e.gapDue = b.opt.GapTries-1, now
			b.schedule(e, now)
		}
	}
}

// gapAgain is how long after the first question missing states are asked for again; it doubles.
const gapAgain = 5 * time.Second

// checkSilence asks after a call that has been silent for long, and marks it when no answer came
// to the last question.
func (b *Board) checkSilence(e *entry, now time.Time, out []Effect) []Effect {
	c := e.call
	if now.Before(c.Heard.Add(e.quiet)) {
		b.schedule(e, c.Heard.Add(e.quiet))
		return out
	}
	if !e.checked.IsZero() && !c.Stale && now.Sub(e.checked) >= unanswered {
		c = b.touch(e)
		c.Stale = true
		b.put(e)
	}
	if e.checked.IsZero() || now.Sub(e.checked) >= e.quiet {
		e.checked = now
		out = append(out, Effect{Kind: NeedStates, ID: c.ID, From: c.LastSeq + 1})
		b.schedule(e, now.Add(unanswered))
		return out
	}
	b.schedule(e, e.checked.Add(e.quiet))
	return out
}

// unanswered is how long the question after a silent call may stay open before the call is stale.
const unanswered = 10 * time.Second

// Confirm takes in that the service was asked after a call: found says that it knows the call. A
// call it no longer knows is over, and its end was missed.
func (b *Board) Confirm(id string, found bool, now time.Time) []Effect {
	e := b.calls[id]
	switch {
	case e == nil:
		return nil
	case !e.call.Live() && !found && len(e.call.Gaps) > 0:
		e.tries = b.opt.GapTries // its states are kept no longer; its report is
		return []Effect{{Kind: NeedReport, ID: id}}
	case !e.call.Live():
		return nil
	}
	if !found {
		return b.end(e, now, []Effect{{Kind: NeedReport, ID: id}})
	}
	e.checked = time.Time{}
	e.quiet = min(2*e.quiet, 16*b.opt.Silence)
	c := b.touch(e)
	c.Heard, c.Stale = now, false
	b.put(e)
	b.schedule(e, now.Add(e.quiet))
	return nil
}

// Settle ends the calls that the service calls finished and whose end was not seen: for a
// recording that has come to its end.
func (b *Board) Settle(now time.Time) []Effect {
	var out []Effect
	for _, e := range b.calls {
		if e.call.Live() && !e.over.IsZero() {
			out = b.end(e, now, out)
		}
	}
	return out
}

// end ends a call whose last states were never seen.
func (b *Board) end(e *entry, now time.Time, out []Effect) []Effect {
	c := b.touch(e)
	c.finishUnseen()
	c.Gaps = append(c.gaps(), Gap{From: c.LastSeq + 1})
	c.Heard, c.Stale = now, false
	e.tries = b.opt.GapTries // nothing more to be had by asking
	b.put(e)
	return b.close(e, out)
}

func (b *Board) schedule(e *entry, at time.Time) {
	if !e.due.IsZero() && !at.Before(e.due) {
		return
	}
	e.due = at
	heap.Push(&b.due, due{at, e.call.ID})
}

type due struct {
	at time.Time
	id string
}

// dueHeap orders calls by when something is due for them. It may hold outdated entries, which are
// known by not being an entry's due time.
type dueHeap []due

func (h *dueHeap) Len() int           { return len(*h) }
func (h *dueHeap) Less(i, j int) bool { return (*h)[i].at.Before((*h)[j].at) }
func (h *dueHeap) Swap(i, j int)      { (*h)[i], (*h)[j] = (*h)[j], (*h)[i] }
func (h *dueHeap) Push(x any)         { *h = append(*h, x.(due)) }
func (h *dueHeap) Pop() any {
	old := *h
	d := old[len(old)-1]
	*h = old[:len(old)-1]
	return d
}
