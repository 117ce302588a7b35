package world

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// pastDay is a day of the past, lived through: all its calls have ended.
type pastDay struct {
	no    int
	seed  uint64 // of the whole past
	past  *past
	byID  map[string]*call
	tapes map[string]*call
	calls []*call // in order of creation
	close int64   // Unix ms; nobody is called back after it
}

// The hours of the account's people, and the share of the calls in each hour, in per mille of a
// weekday's. Weekends have the same calls all day, and few.
const opens, closes = 8, 18

func hourShares() [24]int {
	return [24]int{1, 1, 1, 1, 1, 2, 4, 14, 62, 118, 136, 126, 88, 104, 128, 108, 78, 50, 20, 10, 6, 4, 2, 1}
}

// live lives through a day: the same people, queues and scripts as in the present.
func (p *past) live(no int) *pastDay {
	cfg := p.w.cfg
	seed := mix(cfg.Seed ^ mix(uint64(no)^0x70617374))
	d := &pastDay{no: no, seed: cfg.Seed, past: p, close: p.at(no, closes).UnixMilli()}
	cfg.Scenario, cfg.Seed, cfg.Retention = "floor", seed, 0
	w := &World{
		cfg: cfg, rng: rand.New(rand.NewPCG(seed, 0x72696e6773696465)), account: p.w.account, day: d,
		now: p.at(no, 0).UnixMilli(), calls: map[string]*call{}, tapes: map[string]*call{}, outside: map[string]bool{},
		warming: true, greeted: true,
	}
	w.floor = newFloor(&w.account)
	d.plan(w)
	for w.agenda.due() < p.at(no+2, 0).UnixMilli() {
		w.Step()
	}
	d.byID, d.tapes, d.calls = w.calls, w.tapes, w.ended
	slices.SortFunc(d.calls, func(a, b *call) int { return cmp.Compare(a.begun, b.begun) })
	return d
}

// plan puts the day's calls on the agenda.
func (d *pastDay) plan(w *World) {
	calls := float64(w.cfg.PastPerDay) * (0.8 + 0.25*w.rng.Float64())
	weekday := d.past.at(d.no, 12).Weekday()
	weekend := weekday == time.Saturday || weekday == time.Sunday
	if weekend {
		calls *= 0.1
	}
	shares, all := hourShares(), 0
	for _, s := range shares {
		all += s
	}
	for range int(calls) {
		hour := w.rng.IntN(24)
		if !weekend {
			hour = drawShare(w.rng, shares[:], all)
		}
		quiet := weekend || hour < opens || hour >= closes
		w.agenda.push(d.past.at(d.no, hour).UnixMilli()+w.rng.Int64N(3_600_000), func() {
			s := w.draw()
			if quiet {
				s = findScript([...]string{"forward", "forward", "forward", "voicemail", "voicemail", "no-answer", "menu"}[w.rng.IntN(7)])
			}
			w.newCall(s.Name).start(s.play)
		})
	}
}

func drawShare(r *rand.Rand, shares []int, all int) int {
	n := r.IntN(all)
	for i, s := range shares {
		if n -= s; n < 0 {
			return i
		}
	}
	return 0
}

// caller draws who calls: a third are in the address book, most others call every few days.
func (d *pastDay) caller(w *World, r *rand.Rand) Party {
	for range 12 {
		p := stranger(r)
		switch x := r.Float64(); {
		case x < 0.35:
			b := w.floor.callers[r.IntN(len(w.floor.callers))]
			p = Party{b.Name, b.Number}
		case x < 0.8:
			p = regular(d.seed, r)
		}
		if !w.outside[p.Number] {
			return p
		}
	}
	return stranger(r)
}

// regulars is how many people call again and again without being in the address book.
const regulars = 600

// regular draws one of them, some more often than others.
func regular(seed uint64, r *rand.Rand) Party {
	x := r.Float64()
	n := uint64(x * x * regulars)
	return stranger(rand.New(rand.NewPCG(mix(seed), mix(n))))
}

// ended looks at a call of the day that has ended: of the callers who reached nobody, one of five tries
// again the same day, and about as many are called back.
func (d *pastDay) ended(w *World, c *call) {
	from := Party(c.truth.from)
	switch c.truth.outcome {
	case "missed", "voicemail", "abandoned_queue", "abandoned_menu":
	default:
		return
	}
	if !c.inbound || from.Number == "Anonymous" {
		return
	}
	var name string
	var after int64
	switch x := c.lot(lotReturn, 100); {
	case x < 20:
		name, after = "queue", c.lot(lotReturnAfter, (40*time.Minute).Milliseconds())
	case x < 38:
		name, after = "outbound", c.lot(lotReturnAfter, (150*time.Minute).Milliseconds())
	default:
		return
	}
	due := w.now + time.Minute.Milliseconds() + after
	if due >= d.close || w.now < d.past.at(d.no, opens).UnixMilli() {
		return
	}
	w.agenda.push(due, func() {
		if w.outside[from.Number] {
			return // they are speaking already
		}
		s := findScript(name)
		again := w.newCall(s.Name)
		again.again = &from
		again.start(s.play)
	})
}
