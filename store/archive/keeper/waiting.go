package keeper

import (
	"container/list"
	"slices"

	"ringside/store/archive"
	"ringside/store/call"
)

// thing is one thing that waits to be written; exactly one of its members is set.
type thing struct {
	event  *call.Event
	call   *call.Call
	report *call.Report
	no     uint64 // in the order in which things came
}

// String names the thing for a log.
func (t thing) String() string {
	switch {
	case t.event != nil:
		return "state of " + t.event.Meta.ID
	case t.call != nil:
		return "call " + t.call.ID
	}
	return "report of " + t.report.ID
}

// key names what a newer thing replaces: an older account of the same call, or an older report.
type key struct {
	id     string
	report bool
}

func (t thing) key() key {
	if t.report != nil {
		return key{t.report.ID, true}
	}
	return key{t.call.ID, false}
}

// mostRaw bounds the text of the reports that wait, in bytes: they are far larger than all else.
const mostRaw = 64 << 20

// waiting is what waits to be written, in the order in which it came, so that the states of a call
// are written before or with its end. It is bounded, and what is being written counts too. When it is
// full, the oldest events give way; without any, what comes is refused.
type waiting struct {
	most   int
	no     uint64
	raw    int
	flying int

	events []thing    // in order
	others *list.List // of thing, in order: calls and reports
	byKey  map[key]*list.Element
}

func newWaiting(most int) waiting {
	return waiting{most: most, others: list.New(), byKey: map[key]*list.Element{}}
}

// count is how many things wait; those being written do not.
func (w *waiting) count() int { return len(w.events) + w.others.Len() }

// add takes a thing in. False means that a call or report had no room.
func (w *waiting) add(t thing) bool {
	w.no++
	t.no = w.no
	if t.event == nil {
		if old := w.byKey[t.key()]; old != nil {
			w.drop(old)
		}
		if w.raw+t.size() > mostRaw {
			return false
		}
	}
	if w.count()+w.flying >= w.most {
		if len(w.events) == 0 {
			return t.event != nil
		}
		w.popEvent()
	}
	if t.event != nil {
		w.events = append(w.events, t)
		return true
	}
	w.byKey[t.key()] = w.others.PushBack(t)
	w.raw += t.size()
	return true
}

func (t thing) size() int {
	if t.report == nil {
		return 0
	}
	return len(t.report.Raw)
}

func (w *waiting) popEvent() thing {
	t := w.events[0]
	w.events[0] = thing{} // the array lives on
	w.events = w.events[1:]
	return t
}

func (w *waiting) drop(e *list.Element) thing {
	t := w.others.Remove(e).(thing)
	delete(w.byKey, t.key())
	w.raw -= t.size()
	return t
}

// take takes out the n oldest things, or as many as there are. They count until done or back.
func (w *waiting) take(n int) []thing {
	out := make([]thing, 0, min(n, w.count()))
	for len(out) < cap(out) {
		if e := w.others.Front(); e != nil && (len(w.events) == 0 || e.Value.(thing).no < w.events[0].no) {
			out = append(out, w.drop(e))
		} else {
			out = append(out, w.popEvent())
		}
	}
	w.flying += len(out)
	return out
}

// done lets go of things that were taken.
func (w *waiting) done(things []thing) { w.flying -= len(things) }

// back puts things that were taken where they were. Those of which something newer has come are gone.
func (w *waiting) back(things []thing) {
	w.flying -= len(things)
	events := make([]thing, 0, len(things)+len(w.events))
	for _, t := range things {
		if t.event != nil {
			events = append(events, t)
		}
	}
	w.events = append(events, w.events...)
	for _, t := range slices.Backward(things) {
		if t.event == nil && w.byKey[t.key()] == nil {
			w.byKey[t.key()] = w.others.PushFront(t)
			w.raw += t.size()
		}
	}
}

// batch makes what is written together.
func batch(things []thing) archive.Batch {
	b := archive.Batch{Events: make([]call.Event, 0, len(things))} // nearly all are
	for _, t := range things {
		switch {
		case t.event != nil:
			b.Events = append(b.Events, *t.event)
		case t.call != nil:
			b.Calls = append(b.Calls, t.call)
		default:
			b.Reports = append(b.Reports, t.report)
		}
	}
	return b
}
