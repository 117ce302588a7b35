package plain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
)

// Line is one line that is told.
type Line struct {
	At   time.Time
	Text string
}

// How much is told. A sentence takes a screen reader some three seconds.
const (
	burst      = 12               // sentences that may follow each other at once
	refill     = 2 * time.Second  // after which one more may be told
	summaryFor = 20 * time.Second // where that is not enough, this is summed up in one sentence
	calmAfter  = 6                // changes in a summary or fewer, and single ones are told again
	startsFor  = 3 * time.Second  // a call that starts is told of by what it does next, unless it takes longer
)

// Mode is how much somebody wants to hear.
type Mode uint8

// The modes.
const (
	All   Mode = iota // each change, or summaries where there are too many
	Quiet             // what concerns the listener alone, and what is long overdue
)

// Options of a Teller.
type Options struct {
	Name               Namer
	WaitAmber, WaitRed time.Duration // a caller who has waited so long is told of; 0 is never
	Finds              func(*call.Call, time.Time) bool
}

// Teller tells what changes. Make one with New; it has one owner.
type Teller struct {
	opt    Options
	mode   Mode
	old    call.Vec
	told   map[string]*call.Call // as they were last told of, by id
	said   map[string]string     // what was said of them last
	wait   map[string]int        // callers who wait: which of the limits they have been told to pass
	starts map[string]time.Time  // calls that start, and have not been told of: since when

	left   int       // sentences that may be told now
	since  time.Time // when left was last filled up
	busy   time.Time // since when changes are summed up; zero when they are told
	sum    sums
	counts call.Counts
	began  bool
	out    []Line
}

// sums are what a summary tells.
type sums struct{ began, answered, ended, lost, other int }

func (s sums) all() int { return s.began + s.answered + s.ended + s.lost + s.other }

// New makes a Teller.
func New(o Options) *Teller {
	return &Teller{opt: o, told: map[string]*call.Call{}, said: map[string]string{}, wait: map[string]int{}, starts: map[string]time.Time{}, left: burst}
}

// SetMode says how much is told from now on.
func (t *Teller) SetMode(m Mode) { t.mode = m }

// SetFinds has changes of those calls told alone that are found; nil is all of them.
func (t *Teller) SetFinds(finds func(*call.Call, time.Time) bool) { t.opt.Finds = finds }

// Lines gives what is to be told since the last time it was asked.
func (t *Teller) Lines() []Line {
	out := t.out
	t.out = nil
	return out
}

// View takes a newer view. Of the first, all that is up is told as a number.
func (t *Teller) View(v *call.View, now time.Time) {
	t.counts = v.Counts
	t.fill(now)
	var came []*call.Call
	gone := map[string]bool{}
	v.Live.Diff(t.old, func(_ int, was, is *call.Call) {
		if was != nil {
			gone[was.ID] = true
		}
		if is != nil {
			came = append(came, is)
		}
	})
	t.old = v.Live
	slices.SortFunc(came, func(a, b *call.Call) int {
		return cmp.Or(a.LastAt.Compare(b.LastAt), cmp.Compare(a.No, b.No))
	})
	first := !t.began
	t.began = true
	for _, c := range came {
		delete(gone, c.ID)
		was := t.told[c.ID]
		t.told[c.ID] = c
		if c.State == call.StateWaiting && c.Live() {
			if _, known := t.wait[c.ID]; !known {
				t.wait[c.ID] = 0
			}
		} else {
			delete(t.wait, c.ID)
		}
		if _, starting := t.starts[c.ID]; starting && c.State != call.StateStarting {
			delete(t.starts, c.ID)
			was = nil // it is new to who listens
		}
		switch {
		case first && !c.Rings:
		case was == nil && c.State == call.StateStarting:
			t.starts[c.ID] = now
		default:
			t.change(was, c, now)
		}
	}
	for id := range gone {
		delete(t.told, id)
		delete(t.said, id)
		delete(t.wait, id)
		delete(t.starts, id)
	}
	if first {
		t.say(now, Standing(v.Counts, now))
	}
}

// change tells of one change, or adds it to the summary.
func (t *Teller) change(was, c *call.Call, now time.Time) {
	mine := c.Mine || was != nil && was.Mine
	if !mine && (t.mode == Quiet || t.opt.Finds != nil && !t.opt.Finds(c, now)) {
		return
	}
	s := t.opt.Name.Sentence(was, c)
	again := s == t.said[c.ID]
	t.said[c.ID] = s
	switch {
	case s == "", again:
	case mine:
		t.say(c.LastAt, s)
	case !t.busy.IsZero():
		t.count(was, c)
	case t.left > 0:
		t.left--
		t.say(c.LastAt, s)
	default:
		t.busy = now
		t.sum = sums{}
		t.count(was, c)
		t.say(now, fmt.Sprintf("The floor is busy. Changes are summed up every %s; what concerns you is told at once.", Span(summaryFor)))
	}
}

func (t *Teller) count(was, c *call.Call) {
	switch {
	case !c.Live() && c.Outcome.Lost():
		t.sum.lost++
	case !c.Live():
		t.sum.ended++
	case was == nil:
		t.sum.began++
	case was.AnswerMs < 0 && c.AnswerMs >= 0:
		t.sum.answered++
	default:
		t.sum.other++
	}
}

// Tick lets time pass: who has waited too long is told of, and summaries are given.
func (t *Teller) Tick(now time.Time) {
	t.fill(now)
	for _, id := range slices.Sorted(maps.Keys(t.starts)) {
		if c := t.told[id]; c != nil && now.Sub(t.starts[id]) >= startsFor {
			delete(t.starts, id)
			t.change(nil, c, now)
		}
	}
	for _, id := range t.overdue(now) {
		c := t.told[id]
		if c == nil || t.opt.Finds != nil && !c.Mine && !t.opt.Finds(c, now) {
			continue
		}
		word := "amber"
		if t.wait[id] == 2 {
			word = "red"
		}
		if t.busy.IsZero() && t.left > 0 {
			t.left--
			t.say(now, First(t.opt.Name.of(c.Outsider()))+" has been waiting"+in(c.Queue)+" for "+Span(c.Wait(now))+": "+word+".")
		}
	}
	if !t.busy.IsZero() && now.Sub(t.busy) >= summaryFor {
		t.summary(now)
	}
}

// overdue gives those who have come to pass a limit, the longest wait first.
func (t *Teller) overdue(now time.Time) []string {
	var out []string
	for id, passed := range t.wait {
		c := t.told[id]
		if c == nil {
			continue
		}
		d := c.Wait(now)
		switch {
		case passed < 2 && t.opt.WaitRed > 0 && d >= t.opt.WaitRed:
			t.wait[id] = 2
			out = append(out, id)
		case passed < 1 && t.opt.WaitAmber > 0 && d >= t.opt.WaitAmber:
			t.wait[id] = 1
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(t.told[a].No, t.told[b].No) })
	return out
}

// summary tells what happened since the last one.
func (t *Teller) summary(now time.Time) {
	var parts []string
	add := func(n int, one, more string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprint(n, " ", more))
		}
	}
	add(t.sum.began, "call began", "calls began")
	add(t.sum.answered, "was answered", "were answered")
	add(t.sum.lost, "was lost", "were lost")
	add(t.sum.ended, "ended", "ended")
	if t.mode == All {
		what := "nothing else happened"
		if len(parts) > 0 {
			what = List(parts)
		}
		t.say(now, fmt.Sprintf("In %s, %s. %s", Span(now.Sub(t.busy)), what, Standing(t.counts, now)))
	}
	calm := t.sum.all() <= calmAfter
	t.busy, t.sum = now, sums{}
	if calm {
		t.busy, t.left = time.Time{}, burst/2
		t.say(now, "The floor is calmer. Each change is told again.")
	}
}

// Standing says how the floor stands: "12 calls are up: 3 ringing and 2 waiting, the longest for 48 seconds."
func Standing(c call.Counts, now time.Time) string {
	up := Count(c.Up, "call") + " are up"
	if c.Up == 1 {
		up = "1 call is up"
	}
	if c.Up == 0 {
		return "No call is up."
	}
	var parts []string
	if c.Talking > 0 {
		parts = append(parts, fmt.Sprintf("%d talking", c.Talking))
	}
	if c.Ringing > 0 {
		parts = append(parts, fmt.Sprintf("%d ringing", c.Ringing))
	}
	if c.Holding > 0 {
		parts = append(parts, fmt.Sprintf("%d on hold", c.Holding))
	}
	waiting := "nobody is waiting"
	if c.Waiting > 0 {
		waiting = fmt.Sprintf("%d waiting", c.Waiting)
		if !c.LongestSince.IsZero() {
			waiting += ", the longest for " + Span(now.Sub(c.LongestSince))
		}
	}
	if len(parts) == 0 {
		return up + ": " + waiting + "."
	}
	return up + ": " + strings.Join(parts, ", ") + "; " + waiting + "."
}

func (t *Teller) say(at time.Time, s string) { t.out = append(t.out, Line{at, s}) }

// fill lets sentences be told again as time passes.
func (t *Teller) fill(now time.Time) {
	if t.since.IsZero() || now.Before(t.since) {
		t.since = now
		return
	}
	n := int(now.Sub(t.since) / refill)
	t.left = min(burst, t.left+n)
	t.since = t.since.Add(time.Duration(n) * refill)
}
