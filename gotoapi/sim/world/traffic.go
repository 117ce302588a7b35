package world

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// open puts the first traffic on the agenda.
func (w *World) open() error {
	if w.cfg.Scenario == "storm" {
		w.openStorm()
		return nil
	}
	only := findScript(w.cfg.Scenario)
	w.arrivals(only)
	me := w.floor.find(w.cfg.Me)
	if me == nil {
		return fmt.Errorf("nobody has the extension %q of Config.Me: choose one from %s to %s",
			w.cfg.Me, w.floor.agents[0].line.Number, w.floor.agents[len(w.floor.agents)-1].line.Number)
	}
	if only.play == nil || only.rings {
		me.kept = true
		first := w.start + 3000 + w.rng.Int64N(2500)
		w.agenda.push(first, func() { w.ringMe(me, only, 0) })
	}
	return nil
}

// arrivals starts a new call now and then, as a Poisson process.
func (w *World) arrivals(only script) {
	gap := int64(w.rng.ExpFloat64() * 3.6e6 / w.cfg.CallsPerHour)
	w.agenda.push(w.now+max(gap, 1), func() {
		s := only
		if s.play == nil {
			s = w.draw()
		}
		w.newCall(s.Name).start(s.play)
		w.arrivals(only)
	})
}

// draw chooses a kind of call by its share.
func (w *World) draw() script {
	all := scripts()
	r := w.rng.IntN(1000)
	for _, s := range all {
		if r -= s.share; r < 0 {
			return s
		}
	}
	return all[0]
}

// ringMe starts a call for one person, and the next one a little over a minute later.
func (w *World) ringMe(me *agent, only script, n int) {
	if me.busy > 0 && !(only.play == nil && me.waits()) {
		w.agenda.push(w.now+1000, func() { w.ringMe(me, only, n) })
		return
	}
	s := only
	if s.play == nil {
		order := [...]string{"direct", "queue", "two-devices", "internal", "queue", "withheld", "no-answer", "blind"}
		s = findScript(order[n%len(order)])
		if me.busy > 0 {
			s = findScript("direct") // a second call, which rings whoever can hear it
		}
	}
	c := w.newCall(s.Name)
	c.me = me
	c.start(s.play)
	if len(c.tape) == 0 { // nobody else was free for it
		w.agenda.push(w.now+2000, func() { w.ringMe(me, only, n) })
		return
	}
	w.agenda.push(w.now+62_000+w.rng.Int64N(24_000), func() { w.ringMe(me, only, n+1) })
}

// caller draws who calls: mostly somebody of the address book, often one who called just before,
// sometimes a stranger. Nobody is in two calls at once.
func (w *World) caller(r *rand.Rand, known bool) Party {
	if w.day != nil {
		return w.take(w.day.caller(w, r))
	}
	book := w.floor.callers
	if known && !w.greeted {
		w.greeted = true
		return w.take(Party{book[0].Name, book[0].Number})
	}
	for range 12 {
		var p Party
		switch x := r.Float64(); {
		case x < 0.2 && len(w.recent) > 0:
			p = w.recent[r.IntN(len(w.recent))]
		case x < 0.35 && !known:
			p = stranger(r)
		default:
			b := book[1+r.IntN(len(book)-1)] // the first one is kept for the first call to Me
			if w.greeted {
				b = book[r.IntN(len(book))]
			}
			p = Party{b.Name, b.Number}
		}
		if !w.outside[p.Number] {
			return w.take(p)
		}
	}
	return w.take(stranger(r))
}

func (w *World) take(p Party) Party {
	w.outside[p.Number] = true
	if w.recent = append(w.recent, p); len(w.recent) > 6 {
		w.recent = slices.Delete(w.recent, 0, 1)
	}
	return p
}

// stranger makes up somebody whom no address book knows.
func stranger(r *rand.Rand) Party {
	names := [...]string{"WIRELESS CALLER", "", "UNKNOWN NAME", "DAYTON       OH", "BOISE        ID", "T MCALLISTER"}
	number := fmt.Sprintf("+1%03d55501%02d", 201+r.IntN(788), r.IntN(100))
	return Party{names[r.IntN(len(names))], number}
}

// over takes an ended call out of the live ones.
func (w *World) over(c *call) {
	i, _ := slices.BinarySearchFunc(w.live, c, byBegun)
	w.live = slices.Delete(w.live, i, i+1)
	w.ended = append(w.ended, c)
	delete(w.outside, c.caller)
	w.keepTape(c)
	if w.day != nil {
		w.day.ended(w, c)
	}
}

// forget drops the oldest ended calls of which neither states nor report are kept.
func (w *World) forget() {
	retention := w.cfg.Retention.Milliseconds()
	for len(w.ended) > keptReports && w.now-w.ended[0].endedAt > retention {
		delete(w.calls, w.ended[0].id)
		w.dropTape(w.ended[0])
		w.ended[0] = nil
		w.ended = w.ended[1:]
	}
}

// inOrder lists every remembered call in order of creation.
func (w *World) inOrder() []*call {
	all := slices.Concat(w.ended, w.live)
	slices.SortFunc(all, byBegun)
	return all
}

func byBegun(a, b *call) int { return cmp.Compare(a.begun, b.begun) }
