// Package export writes calls for other eyes: a card for a ticket, a ladder as text, records, and
// tables for spreadsheets. It is pure: what it is given it writes.
package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"ringside/lookup/number"
	"ringside/store/call"
)

// Format is a form of export.
type Format string

// The formats.
const (
	Story    Format = "story"  // sentences with times
	Lanes    Format = "lanes"  // a bar a participant
	Ladder   Format = "ladder" // arrows between columns
	Markdown Format = "md"     // a card for a ticket
	JSON     Format = "json"   // the record, schema ringside.call/1
	CSV      Format = "csv"    // the record, flattened, with a line of headings
)

// Formats lists all of them.
func Formats() []Format { return []Format{Story, Lanes, Ladder, Markdown, JSON, CSV} }

// Options say how. The zero value works.
type Options struct {
	Zone    *time.Location // of times of day; nil is UTC
	Region  string         // ISO 3166 country of numbers without a country code
	Width   int            // cells of a line of text; 0 is 100, never under 40
	Mask    bool           // telephone numbers are reduced to their last two digits; names stay
	Now     time.Time      // the present, for calls that are up
	Journey []*call.Call   // the other conversations of the same journey
	BOM     bool           // CSV: begin with a byte order mark, by which Excel knows UTF-8
}

// Call writes one call. r is its report, or nil; what it knows beside the states goes into the
// story. Errors are those of w, and an unknown format.
func Call(w io.Writer, f Format, c *call.Call, r *call.Report, o Options) error {
	if c == nil {
		return errors.New("exporting a call: there is none")
	}
	p := newPage(c, r, o)
	switch f {
	case Story:
		p.head()
		p.story()
	case Lanes:
		p.head()
		p.lanes()
	case Ladder:
		p.head()
		p.ladder()
	case Markdown:
		p.card()
	case JSON:
		if err := p.record(); err != nil {
			return err
		}
	case CSV:
		t := NewTable(w, o)
		if err := t.Write(p.c.Record(p.now())); err != nil {
			return err
		}
		return t.Flush()
	default:
		return fmt.Errorf("exporting a call: no format %q, there are %v", string(f), Formats())
	}
	if _, err := w.Write(p.out.Bytes()); err != nil {
		return fmt.Errorf("writing call %s: %w", c.ID, err)
	}
	return nil
}

// page is what is written of one call.
type page struct {
	c       *call.Call
	r       *call.Report
	o       Options
	journey []*call.Call // the others
	out     bytes.Buffer
}

func newPage(c *call.Call, r *call.Report, o Options) *page {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Width == 0 {
		o.Width = 100
	}
	o.Width = max(o.Width, minWidth)
	p := &page{c: c, r: r, o: o}
	for _, j := range o.Journey {
		if j != nil && j.ID != c.ID {
			p.journey = append(p.journey, j)
		}
	}
	if o.Mask {
		p.mask()
	}
	return p
}

// minWidth is the least a text can be laid out in.
const minWidth = 40

func (p *page) mask() {
	p.c = p.c.Masked()
	for i, j := range p.journey {
		p.journey[i] = j.Masked()
	}
	if p.r == nil {
		return
	}
	r := *p.r
	r.People, r.Queues, r.Actions = slices.Clone(r.People), slices.Clone(r.Queues), slices.Clone(r.Actions)
	for i := range r.People {
		q := &r.People[i]
		q.Name, q.Extension = call.Mask(q.Name), call.Mask(q.Extension)
	}
	for i := range r.Queues {
		r.Queues[i].Name, r.Queues[i].Extension = call.Mask(r.Queues[i].Name), call.Mask(r.Queues[i].Extension)
	}
	for i := range r.Actions {
		r.Actions[i].For = call.Mask(r.Actions[i].For)
	}
	r.AI.Summary = call.Mask(r.AI.Summary)
	p.r = &r
}

// now gives the present; for a caller that did not say, the newest state stands for it.
func (p *page) now() time.Time {
	if p.o.Now.IsZero() {
		return p.c.LastAt
	}
	return p.o.Now
}

func (p *page) record() error {
	e := json.NewEncoder(&p.out)
	e.SetEscapeHTML(false)
	if err := e.Encode(p.c.Record(p.now())); err != nil {
		return fmt.Errorf("encoding the record of %s: %w", p.c.ID, err)
	}
	return nil
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

// party writes somebody as "Dana Roe (+1 212 555 0110)".
func (p *page) party(q call.Party) string {
	name, num := clean(q.Name), p.number(q.Number)
	switch {
	case name == "" && num == "":
		return "unknown"
	case name == "" || name == num || q.Name == q.Number:
		return num
	case num == "":
		return name
	}
	return name + " (" + num + ")"
}

func (p *page) number(s string) string { return clean(number.Parse(s, p.o.Region).Display()) }

// person writes somebody who was rung or answered.
func (p *page) person(name, extension, num string) string {
	name = clean(name)
	num = or(clean(extension), p.number(num))
	switch {
	case name == "" || name == num:
		return or(num, "unknown")
	case num == "":
		return name
	}
	return name + " (" + num + ")"
}

// ending words how the call stands or ended: "abandoned in Support after 48.0 s".
func (p *page) ending() string {
	c := p.c
	switch {
	case c.Live():
		return c.State.String() + ", still up"
	case c.Outcome == call.AbandonedQueue && c.Queue != "":
		return "abandoned in " + clean(c.Queue) + " after " + call.Seconds(c.Wait(c.Ended).Milliseconds())
	}
	return c.Outcome.String()
}

// when writes when the call was, with the zone.
func (p *page) when() string {
	from := p.c.Created.In(p.o.Zone)
	s := from.Format("2006-01-02 15:04:05")
	if p.c.Live() {
		return s + " " + from.Format("MST")
	}
	to := p.c.Ended.In(p.o.Zone)
	layout := "15:04:05"
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		layout = "2006-01-02 15:04:05"
	}
	return s + " – " + to.Format(layout) + " " + to.Format("MST")
}

// doubts tells what is not known of the call.
func (p *page) doubts() []string {
	var out []string
	if p.c.JoinedLate {
		out = append(out, "joined late")
	}
	for _, g := range p.c.Gaps {
		switch {
		case g.To == 0:
			out = append(out, "its end was not seen")
		case g.From == g.To:
			out = append(out, fmt.Sprintf("state %d is missing", g.From))
		default:
			out = append(out, fmt.Sprintf("states %d–%d are missing", g.From, g.To))
		}
	}
	if p.c.Stale && p.c.Live() {
		out = append(out, "stale: nothing heard for long")
	}
	return out
}

func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
