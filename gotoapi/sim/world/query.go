package world

import (
	"iter"
	"slices"
	"time"
)

// Live lists the conversation spaces that are live now, oldest first, and after them those that
// ended within the last few seconds: the list call of the service still shows their last state.
func (w *World) Live() []string {
	ids := make([]string, 0, len(w.live)+8)
	for _, c := range w.live {
		ids = append(ids, c.id)
	}
	first := len(w.ended)
	for first > 0 && w.now-w.ended[first-1].endedAt <= lingerMS {
		first--
	}
	for _, c := range w.ended[first:] {
		ids = append(ids, c.id)
	}
	return ids
}

// States returns all states of a call so far and its metadata as of the last one. False means
// that the call is unknown, or that it ended longer ago than Config.Retention.
func (w *World) States(id string) (Metadata, []State, bool) {
	c, ok := w.readable(id)
	if !ok {
		return Metadata{}, nil, false
	}
	states := make([]State, len(c.tape))
	for i := range c.tape {
		states[i] = c.state(i)
	}
	return c.metadata(len(c.tape) - 1), states, true
}

// Last returns only the last state of a call, which costs little however long the call is.
func (w *World) Last(id string) (Metadata, State, bool) {
	c, ok := w.readable(id)
	if !ok {
		return Metadata{}, State{}, false
	}
	i := len(c.tape) - 1
	return c.metadata(i), c.state(i), true
}

// Connected gives the ids of the lines that are connected in the calls that Live lists, as their last states say.
func (w *World) Connected() map[string]bool {
	lines := map[string]bool{}
	for _, id := range w.Live() {
		c, ok := w.readable(id)
		if !ok {
			continue
		}
		parts, _ := c.listed(len(c.tape) - 1)
		for _, p := range parts {
			if l := &c.legs[p.leg]; l.number == nil && c.statusOf(p).Value == "CONNECTED" {
				lines[l.who.line.ID] = true
			}
		}
	}
	return lines
}

func (w *World) readable(id string) (*call, bool) {
	c, ok := w.calls[id]
	return c, ok && (!c.done || w.now-c.endedAt <= w.cfg.Retention.Milliseconds())
}

// Report returns a finished call's report; false until it is ready and after it was forgotten.
func (w *World) Report(id string) (Report, bool) {
	if c, ok := w.calls[id]; ok {
		if !c.reported {
			return Report{}, false
		}
		return c.report(w.now), true
	}
	if c := w.past.find(id); c != nil {
		return c.report(w.past.end), true
	}
	return Report{}, false
}

// Summaries lists the finished calls created in [from, to) whose report is ready, newest first.
func (w *World) Summaries(from, to time.Time) []Summary {
	return append([]Summary{}, slices.Collect(w.Newest(from, to))...)
}

// Newest is Summaries one by one: the past is only gone through as far as they are taken.
func (w *World) Newest(from, to time.Time) iter.Seq[Summary] {
	return func(yield func(Summary) bool) {
		for _, c := range slices.Backward(w.inOrder()) {
			at := time.UnixMilli(c.created)
			if c.reported && !at.Before(from) && at.Before(to) && !yield(c.summary()) {
				return
			}
		}
		for c := range w.past.newest(from, to) {
			if !yield(c.summary()) {
				return
			}
		}
	}
}

// Truth returns what really happened in a call, as of now when it is still live.
func (w *World) Truth(id string) (Truth, bool) {
	if c, ok := w.calls[id]; ok {
		return c.truthNow(w.now), true
	}
	if c := w.past.find(id); c != nil {
		return c.truthNow(c.endedAt), true
	}
	return Truth{}, false
}

// PastTruths returns the truth of the calls before this world began that were created in [from, to),
// newest first.
func (w *World) PastTruths(from, to time.Time) iter.Seq[Truth] {
	return func(yield func(Truth) bool) {
		for c := range w.past.newest(from, to) {
			if !yield(c.truthNow(c.endedAt)) {
				return
			}
		}
	}
}

// Truths returns the truth of every call that is live or still remembered, oldest first, without
// those of the past.
func (w *World) Truths() []Truth {
	calls := w.inOrder()
	truths := make([]Truth, len(calls))
	for i, c := range calls {
		truths[i] = c.truthNow(w.now)
	}
	return truths
}
