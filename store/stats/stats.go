// Package stats turns the calls of a day into numbers: today's calls, answered, missed, abandoned,
// who waits now and how long, mean times, the service level, by hour, by queue, by agent, and who
// wins the race to the telephone.
//
// A Fold takes the same calls as the board, by way of its Views, and the earlier calls of the day
// out of the archive. What a call contributed is taken out and put in anew when the call changes, so
// the work for an event grows neither with the board nor with the day. Each Number knows its formula in
// words, its window, what about it is not certain, and which calls it counts (Fold.Behind).
//
//	f := stats.New(stats.Options{Zone: zone})
//	f.SetView(view)                         // each View of the board, as it comes
//	f.AddPast(now, finished)                // today's calls out of the archive; reports again when revised
//	f.Number(stats.Answered, stats.Floor(), now).Text() // "214"
//	f.Queues(now); f.Agents(now); f.Hours(now)
//	f.Behind(stats.Answered, stats.OfQueue("Support"))  // the very calls
//
// The package is pure: the present moment is handed in. A Fold has one owner and is not safe for
// concurrent use; whoever needs one of their own makes one.
package stats

import (
	"cmp"
	"time"

	"ringside/store/call"
)

// Options of a Fold. Of the zero value each member has its default.
type Options struct {
	Zone         *time.Location // the day rolls at midnight there; nil is UTC
	Within       time.Duration  // an answer within this is in time; 20 s
	Target       float64        // share of answers in time that is promised; 0.8
	Amber        float64        // share under which the promise is in danger; 0.9
	ShortAbandon time.Duration  // who gives up sooner is left out; 5 s. Below 0 nobody is.
}

func (o *Options) fill() {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Within = cmp.Or(o.Within, 20*time.Second)
	o.Target = cmp.Or(o.Target, 0.8)
	o.Amber = cmp.Or(o.Amber, 0.9)
	o.ShortAbandon = cmp.Or(o.ShortAbandon, 5*time.Second)
}

// Past is a finished call out of the archive, or out of a report.
type Past struct {
	call.Summary
	Reported bool // the service's own report says so: it wins over what was seen
}

// Fold makes numbers of calls. Make one with New.
type Fold struct {
	opt  Options
	defs []def
	live call.Vec
	done call.Vec
	now  time.Time
	day  time.Time // the midnight at which today began; zero before anything is known

	entries map[string]*Entry
	floor   *scope
	queues  map[string]*scope
	agents  map[string]*agent
	hours   [24]tally
	ended   []*Entry // today's finished calls, the earliest end first
	mine    []def    // of defs, those of one person
	changes uint64

	unseen int
	why    string
	since  time.Time
	before string
	down   time.Time
	hole   [2]time.Time // from when to when nothing was heard, lately

	// Room that is used again for each View.
	came, went []*call.Call
	parts      parting
	legs       []leg
}

// New makes a Fold of no calls.
func New(o Options) *Fold {
	o.fill()
	f := &Fold{opt: o, defs: definitions(&o), mine: agentDefinitions()}
	f.forget()
	return f
}

func (f *Fold) forget() {
	f.entries, f.floor = map[string]*Entry{}, &scope{}
	f.queues, f.agents, f.hours, f.ended = map[string]*scope{}, map[string]*agent{}, [24]tally{}, nil
}

// Options gives the options, the defaults filled in.
func (f *Fold) Options() Options { return f.opt }

// Changes grows with each change of what the numbers are made of.
func (f *Fold) Changes() uint64 { return f.changes }

// Day gives the midnight at which the day of the numbers began; zero before the first View.
func (f *Fold) Day() time.Time { return f.day }

// Advance tells the fold what time it is. At midnight the day begins anew: calls that are up stay in
// the numbers of the present and leave those of the day, which are of calls that began in it.
func (f *Fold) Advance(now time.Time) {
	if now.Before(f.now) && !f.now.IsZero() {
		now = f.now
	}
	f.now = now
	y, m, d := now.In(f.opt.Zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, f.opt.Zone)
	if day.Equal(f.day) {
		return
	}
	f.day = day
	was := f.entries
	f.forget()
	f.changes++
	for _, e := range was {
		if keep := *e; e.live != nil || !e.Created.Before(day) {
			keep.spots, keep.legs = nil, nil
			f.replace(nil, &keep)
		}
	}
}

// SetView takes a newer View of the board, at the cost of what changed since the last one.
func (f *Fold) SetView(v *call.View) {
	f.Advance(v.At)
	came, went := f.came[:0], f.went[:0]
	v.Live.Diff(f.live, func(_ int, was, is *call.Call) {
		if is != nil {
			came = append(came, is)
		}
		if was != nil && was.Live() && (is == nil || is.ID != was.ID) {
			went = append(went, was)
		}
	})
	v.Done.Diff(f.done, func(_ int, _, is *call.Call) {
		if is != nil {
			came = append(came, is)
		}
	})
	f.live, f.done = v.Live, v.Done
	for _, was := range went { // a board that was begun anew: what was up on the old one is not known any more
		if e := f.entries[was.ID]; e != nil && e.live == was {
			f.replace(e, nil)
		}
	}
	for _, c := range came {
		f.see(c)
	}
	clear(came)
	clear(went)
	f.came, f.went = came, went
}

// see takes in a call as the board knows it.
func (f *Fold) see(c *call.Call) {
	e := f.entries[c.ID]
	switch {
	case e != nil && e.is(c):
		return
	case e != nil && e.Reported && !c.Live() && e.States >= c.NumStates:
		return // the report knows as much, and more surely
	case e == nil && !c.Live() && c.Created.Before(f.day):
		return
	}
	f.replace(e, f.newEntry(c, e))
}

// AddPast takes in finished calls that the archive has or reports tell. Calls of other days are left
// out. One that was known is corrected where the newcomer knows better: by a report, or by more states.
func (f *Fold) AddPast(now time.Time, calls []Past) {
	f.Advance(now)
	for i := range calls {
		p := &calls[i]
		e := f.entries[p.ID]
		switch {
		case p.ID == "" || p.Created.Before(f.day):
		case e != nil && !p.Reported && (e.Reported || e.States >= p.States):
		default:
			f.replace(e, f.pastEntry(p, e))
		}
	}
}

// SetUnseen tells how many of today's calls are known to exist and are not in the numbers yet, and
// why: "reports are being fetched".
func (f *Fold) SetUnseen(n int, why string) {
	f.unseen, f.why = max(0, n), call.Clean(why)
	f.changes++
}

// SetSince tells that calls which ended before a moment are not in the numbers, and why: "the archive
// is being read". The zero time takes it back.
func (f *Fold) SetSince(since time.Time, why string) {
	f.since, f.before = since, call.Clean(why)
	f.changes++
}

// SetDown tells since when nothing is heard of calls; the zero time when all is well. What came and
// went in between is not known at once: the numbers say so for a while, until its reports have had time to
// come.
func (f *Fold) SetDown(since time.Time) {
	if since.IsZero() && !f.down.IsZero() && f.now.Sub(f.down) >= aMoment {
		f.hole = [2]time.Time{f.down, f.now}
	}
	f.down = since
}

// An outage that is longer than aMoment may hide whole calls, whose reports are here after healing.
const aMoment, healing = 10 * time.Second, 3 * time.Minute

// IsDown reports whether SetDown has said that nothing is heard.
func (f *Fold) IsDown() bool { return !f.down.IsZero() }

// Entry gives what is known of a call of today, or one that is up; nil without it.
func (f *Fold) Entry(id string) *Entry { return f.entries[id] }

// Len gives how many calls the fold holds: today's, and those that are up.
func (f *Fold) Len() int { return len(f.entries) }
