package stats

import (
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
	for i := range f.defs[:dayNumbers] {
		if e.counts&(1<<i) == 0 {
			continue
		}
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

// hook gives an entry its places in the orders of a scope.
func (s *scope) hook(e *Entry) {
	if e.waits() {
		e.place(&s.waits, e.waitsSince().UnixMilli())
	}
	if e.today && e.Queue != "" && !e.waits() {
		e.place(&s.longest, -e.PhasesMs[call.PhaseWait])
	}
}

func (e *Entry) place(o *order, key int64) {
	sp := &spot{key: key, entry: e}
	o.add(sp)
	e.spots = append(e.spots, sp)
}

// unhook forgets the places of an entry that is to be put somewhere else.
func (e *Entry) unhook() {
	e.spots = nil
}

// put counts an entry everywhere it belongs.
func (f *Fold) put(e *Entry) {
	e.today = !e.Created.Before(f.day)
	e.counts = 0
	if e.today {
		for i := range f.defs[:dayNumbers] {
			if f.defs[i].counts(e) {
				e.counts |= 1 << i
			}
		}
		f.hours[e.Created.In(f.opt.Zone).Hour()].add(f, e, +1)
	}
	f.entries[e.ID] = e
	f.changes++
	f.floor.add(f, e, +1)
	f.floor.hook(e)
	if e.Queue != "" {
		q := f.queue(e.Queue)
		q.add(f, e, +1)
		q.hook(e)
	}
	f.putAgents(e)
	if e.today && e.live == nil {
		i, _ := slices.BinarySearchFunc(f.ended, e, byEnd)
		f.ended = slices.Insert(f.ended, i, e)
	}
}

// take takes back all that an entry was counted for.
func (f *Fold) take(e *Entry) {
	f.changes++
	if e.today {
		f.hours[e.Created.In(f.opt.Zone).Hour()].add(f, e, -1)
	}
	f.floor.add(f, e, -1)
	for _, s := range e.spots {
		s.remove()
	}
	e.spots = nil
	if e.Queue != "" {
		q := f.queue(e.Queue)
		if q.add(f, e, -1); q.held == 0 {
			delete(f.queues, e.Queue)
		}
	}
	f.takeAgents(e)
	if e.today && e.live == nil {
		if i, ok := slices.BinarySearchFunc(f.ended, e, byEnd); ok {
			f.ended = slices.Delete(f.ended, i, i+1)
		}
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
