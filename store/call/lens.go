package call

import "time"

// Lens shows successive Views as somebody may see them: each call as a function gives it, and not at
// all where that gives nil. It costs what changed between two views. It is used by one goroutine.
type Lens struct {
	see     func(*Call) *Call
	hides   bool // see may give nil: the counts are made anew
	in, out View

	counts Counts
	waits  waits
	hours  hours
	live   map[string]*Call // calls of in.Live that are seen, by id
}

// NewLens makes a lens. hides says that see leaves calls out: the counts of a View are then those of
// the calls that are seen.
func NewLens(see func(*Call) *Call, hides bool) *Lens {
	return &Lens{see: see, hides: hides, live: map[string]*Call{}}
}

// View gives a newer View through the lens.
func (l *Lens) View(v *View) *View {
	own := new(vecOwner)
	live, done := l.out.Live, l.out.Done
	left := map[string]bool{} // calls that were seen, and may come again
	var came []*Call
	v.Live.Diff(l.in.Live, func(slot int, was, is *Call) {
		if was != nil && l.live[was.ID] == was {
			l.up(was, -1)
			left[was.ID] = true
			delete(l.live, was.ID)
		}
		seen := l.look(is)
		if seen != nil {
			came = append(came, is)
		}
		live = live.set(own, slot, seen)
	})
	for _, c := range came {
		l.live[c.ID] = c
		l.up(c, 1)
		if !left[c.ID] {
			l.hours.add(c.Created)
		}
	}
	v.Done.Diff(l.in.Done, func(slot int, was, is *Call) {
		if was != nil && is != nil && was.ID == is.ID && done.At(slot) != nil {
			l.ended(was, -1) // another call in its place does not take it out of the day
		}
		seen := l.look(is)
		if seen != nil {
			l.ended(is, 1)
		}
		done = done.set(own, slot, seen)
	})
	l.in, l.out = *v, *v
	l.out.Live, l.out.Done = live, done
	if l.hides {
		l.out.Counts = l.counted(v.At)
	}
	out := l.out
	return &out
}

func (l *Lens) look(c *Call) *Call {
	if c == nil {
		return nil
	}
	return l.see(c)
}

// up counts a call that is up, or takes it out.
func (l *Lens) up(c *Call, d int) {
	n := &l.counts
	if c.State == StateEnded {
		return
	}
	n.Up += d
	switch c.State {
	case StateRinging:
		n.Ringing += d
	case StateTalking:
		n.Talking += d
	case StateOnHold:
		n.Holding += d
	}
	if c.Phase == PhaseWait {
		n.Waiting += d
		if w := (wait{c.Created.UnixMilli() + max(0, c.QueueMs), c.ID}); d > 0 {
			l.waits.add(w)
		} else {
			l.waits.remove(w)
		}
	}
}

// ended counts a finished call, or takes it out.
func (l *Lens) ended(c *Call, d int) {
	n := &l.counts
	n.Ended += d
	switch {
	case c.Outcome.Lost():
		n.Missed += d
	case c.Outcome == Answered || c.Outcome == Forwarded:
		n.Answered += d
	}
}

func (l *Lens) counted(now time.Time) Counts {
	n := l.counts
	if w, ok := l.waits.first(); ok {
		n.LongestSince, n.LongestID = msTime(w.since), w.id
	}
	n.Hours = l.hours.at(now)
	return n
}
