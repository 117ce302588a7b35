package calls

import (
	"reflect"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// filter is the query that says which calls are shown.
type filter struct {
	text    string // as it was typed
	region  string // country of numbers that it gives without a country code
	query   query.Query
	matcher query.Matcher
	next    time.Time // when the first of the calls is due to be looked at again; zero: none is
}

// read reads the text at a moment. It reports whether it means something else than it did.
func (f *filter) read(now time.Time) (changed bool) {
	q, _ := query.ParseLoose(f.text, query.Options{Now: now, Region: f.region}) // what is wrong is said under the prompt
	changed = !reflect.DeepEqual(q.Root, f.query.Root)
	f.query = q
	if changed {
		f.matcher = q.Compile()
	}
	return changed
}

// SetFilter shows only the calls that a query finds (store/query); "" shows all. Of a text that is
// no query, such as one that is still being typed, what can be understood counts.
func (p *Pane) SetFilter(text string) {
	p.filter.text = text
	p.filter.read(p.now)
	p.holdUntil = time.Time{}
	p.refilter()
}

// SetRegion sets the ISO 3166 country of numbers that come, or are looked for, without a country code.
func (p *Pane) SetRegion(region string) {
	if region == p.filter.region {
		return
	}
	p.filter.region = region
	p.filter.read(p.now)
	for _, e := range p.index.by {
		e.subject = nil
	}
	p.refilter()
}

// SetNoted sets the tags and notes that a filter finds calls by. What is on a caller is on each of
// their calls.
func (p *Pane) SetNoted(n *archive.Noted) {
	p.noted = n
	if p.filter.query.Root == nil {
		return
	}
	for _, e := range p.index.by {
		e.subject = nil
	}
	p.refilter()
}

func (p *Pane) refilter() {
	p.filter.next = time.Time{}
	p.index.rebuild()
	p.table.Sync()
}

// matches reports whether the filter shows a call, and notes when that is to be asked again.
func (p *Pane) matches(e *entry) bool {
	e.due = time.Time{}
	if p.filter.query.Root == nil {
		e.subject = nil // a filter is an exception: without one its texts are not kept
		return true
	}
	if e.subject == nil {
		e.subject = query.NewCallSubject(e.c, p.extra(e.c))
	}
	e.subject.Set(e.c)
	e.subject.At(p.now)
	shown := p.filter.matcher.Match(e.subject)
	if p.filter.matcher.Timed() {
		if at, ok := p.filter.matcher.Due(e.subject, p.now); ok {
			e.due = at
			p.filter.next = sooner(p.filter.next, at)
		}
	}
	return shown
}

// extra gives what the desk knows of a call beside what the service tells.
func (p *Pane) extra(c *call.Call) query.Extra {
	x := query.Extra{From: p.names[c.From.Number], To: p.names[c.To.Number], Region: p.filter.region}
	p.noted.On(&x, c.ID, c.Outsider().Number)
	return x
}

// passTime looks again at the calls for which the passing of time makes a difference: at all of
// them where the query means another time now ("today" at midnight) or time has leapt back, else at
// those whose clocks have come to a length that it asks about.
func (p *Pane) passTime(leapt bool) {
	f := &p.filter
	all := f.query.Relative() && f.read(p.now) || leapt && f.matcher.Timed()
	if !all && (f.next.IsZero() || p.now.Before(f.next)) {
		return
	}
	f.next = time.Time{}
	changed := false
	for _, e := range p.index.by {
		if !all && (e.due.IsZero() || p.now.Before(e.due)) {
			f.next = sooner(f.next, e.due)
			continue
		}
		if shown := p.matches(e); shown != e.shown {
			p.index.place(e, e.key, shown)
			changed = true
		}
	}
	if changed {
		p.table.Sync()
	}
}

// sooner gives the earlier of two moments; the zero one is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
