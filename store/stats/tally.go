package stats

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// tally counts calls of the day.
type tally struct {
	n      [dayNumbers]int
	sum    [dayNumbers]int64
	within int // of SLA
	doubt  doubts
}

// doubts count the calls of which something is missing.
type doubts struct{ calls, gaps, late, stale int }

func (d *doubts) add(e *Entry, by int) {
	if !e.Doubtful() {
		return
	}
	d.calls += by
	if e.Gaps > 0 {
		d.gaps += by
	}
	if e.JoinedLate {
		d.late += by
	}
	if e.Stale {
		d.stale += by
	}
}

// scope is what is known of the floor or of a queue.
type scope struct {
	tally
	present [LongestNow - Up]int // by ID - Up
	waits   order                // who waits now, the longest first
	longest order                // of the day's calls that have been in a queue, the longest wait first
	live    doubts
	held    int // entries in it, of today or up
}

// add puts an entry into the tally, or takes it out.
func (t *tally) add(f *Fold, e *Entry, by int) {
	for left := e.counts; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		d := &f.defs[i]
		t.n[i] += by
		switch {
		case d.within != nil && d.within(e):
			t.within += by
		case d.value != nil:
			t.sum[i] += int64(by) * d.value(e)
		}
	}
	if e.live == nil {
		t.doubt.add(e, by)
	}
}

func (s *scope) add(f *Fold, e *Entry, by int) {
	s.held += by
	if e.today {
		s.tally.add(f, e, by)
	}
	if e.live == nil {
		return
	}
	s.live.add(e, by)
	for i := range f.defs[dayNumbers:] {
		d := &f.defs[int(dayNumbers)+i]
		if d.now == nil || d.id == LongestNow {
			break
		}
		if d.now(e) {
			s.present[d.id-Up] += by
		}
	}
}

// places gives an entry its places in the orders of a scope.
func (s *scope) places(p *placing) {
	switch e := p.e; {
	case e.waits():
		p.in(&s.waits, e.waitsSince().UnixMilli())
	case e.today && e.Queue != "":
		p.in(&s.longest, -e.PhasesMs[call.PhaseWait])
	}
}

// move gives an entry its places in all orders, in place of those of the entry before. Either may be nil.
func (f *Fold) move(was, is *Entry) {
	f.moveLegs(was, is)
	if is == nil {
		for _, sp := range was.spots {
			sp.remove()
		}
		was.spots = nil
		return
	}
	if was != nil {
		is.spots, was.spots = was.spots, nil
	}
	p := placing{e: is}
	f.floor.places(&p)
	if is.Queue != "" {
		f.queue(is.Queue).places(&p)
	}
	if is.today {
		for i := range is.Parts {
			if q := &is.Parts[i]; q.LastMs >= 0 && (q.Talked || q.Dialed) {
				p.in(&f.agent(q.Key).free, -(is.Created.UnixMilli() + q.LastMs))
			}
		}
	}
	p.end()
}

// count counts an entry everywhere it belongs, or takes back all that it was counted for.
func (f *Fold) count(e *Entry, by int) {
	if e.today {
		f.hours[e.hour].add(f, e, by)
	}
	f.floor.add(f, e, by)
	if e.Queue != "" {
		f.queue(e.Queue).add(f, e, by)
	}
	f.addParts(e, by)
	if !e.today || e.live != nil {
		return
	}
	i, ok := slices.BinarySearchFunc(f.ended, e, byEnd)
	switch {
	case by > 0:
		f.ended = slices.Insert(f.ended, i, e)
	case ok:
		f.ended = slices.Delete(f.ended, i, i+1)
	}
}

// replace puts an entry in the place of the one that was known of the call; nil was or is none. What is the same
// of both stays where it is.
func (f *Fold) replace(was, is *Entry) {
	if is != nil && is.live == nil && is.Created.Before(f.day) {
		is = nil
	}
	if was == nil && is == nil {
		return
	}
	f.changes++
	if was != nil {
		f.count(was, -1)
	}
	if is != nil {
		f.sort(is)
		f.entries[is.ID] = is
		f.count(is, +1)
	} else {
		delete(f.entries, was.ID)
	}
	f.move(was, is)
	if was != nil {
		f.sweep(was)
	}
}

// sort says of which day an entry is, and which numbers count it.
func (f *Fold) sort(e *Entry) {
	e.counts = 0
	if e.today = !e.Created.Before(f.day); !e.today {
		return
	}
	e.hour = int8(e.Created.In(f.opt.Zone).Hour())
	for i := range f.defs[:dayNumbers] {
		if f.defs[i].counts(e) {
			e.counts |= 1 << i
		}
	}
}

// sweep forgets the queue and the people of an entry that was taken out, where nothing else is known of them.
func (f *Fold) sweep(was *Entry) {
	if q := f.queues[was.Queue]; q != nil && q.held == 0 {
		delete(f.queues, was.Queue)
	}
	for i := range was.Parts {
		f.drop(f.agents[was.Parts[i].Key])
	}
}

func byEnd(a, b *Entry) int {
	if n := a.Ended.Compare(b.Ended); n != 0 {
		return n
	}
	return strings.Compare(a.ID, b.ID)
}

func (f *Fold) queue(name string) *scope {
	q := f.queues[name]
	if q == nil {
		q = &scope{}
		f.queues[name] = q
	}
	return q
}

// today gives the window of the day's numbers.
func (f *Fold) today(now time.Time) Window {
	return Window{From: f.day, To: now, Zone: f.opt.Zone}
}
