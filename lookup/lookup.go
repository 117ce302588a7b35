// Package lookup tells who is calling: it asks the sources of contacts for a number, several at a
// time, within a deadline each, and keeps a trail of what was asked.
//
// Nothing here waits for a source on behalf of the desk: Want returns at once and the answers come
// by themselves, partial ones first.
package lookup

import (
	"context"
	"slices"
	"time"

	"ringside/lookup/number"
	"ringside/store/call"
)

// Contact is one person or company that a source knows. Texts are clean: a source's texts are run
// through Clean before anybody sees them.
type Contact struct {
	Name    string
	Company string
	Tier    string // what the customer is to us: "gold", "trial"
	Title   string // position in the company
	Email   string
	URL     string // the contact's page, for a person to open; not checked
	Notes   string
	Fields  []Field     // everything else the source has, in the source's order
	Tickets []Ticket    // the open ones, the latest first, as far as the source has tickets
	Next    Appointment // the next one with us; the zero value is none known

	ID      string        // the source's own name of the contact: "51", "003xx000004TmiQ"; "" is none
	Source  string        // name of the source that gave it; of the first one, when several did
	Sources []string      // all that gave it, Source first; set by the desk, which merges them (see merge)
	Number  number.Number // the contact's number that matched; the zero value when the source does not say
}

// Field is one more thing a source knows.
type Field struct{ Name, Value string }

// Ticket is an open matter of a contact: a ticket, a case.
type Ticket struct {
	ID    string // as people write it: "4411", "00001027"
	Title string
	State string // in the source's word: "open", "Waiting on contact"
	URL   string // its page, for a person to open; not checked
	At    time.Time
}

// Appointment is when a contact and we meet next.
type Appointment struct {
	Title string
	At    time.Time // the zero value when only the title says it
	URL   string
}

// Clean gives the contact with all texts safe to draw, log and export (call.Clean), cut at
// call.MaxText bytes; URLs are never cut (CleanURL). Fields without a value and tickets that say
// nothing are left out, and of each no more than maxParts are kept.
func (c Contact) Clean() Contact {
	for _, s := range []*string{&c.Name, &c.Company, &c.Tier, &c.Title, &c.Email, &c.Notes, &c.ID, &c.Source, &c.Next.Title} {
		*s = call.Clean(*s)
	}
	c.URL, c.Next.URL = CleanURL(c.URL), CleanURL(c.Next.URL)
	var tickets []Ticket
	for _, t := range c.Tickets {
		t.ID, t.Title, t.State, t.URL = call.Clean(t.ID), call.Clean(t.Title), call.Clean(t.State), CleanURL(t.URL)
		if (t.ID != "" || t.Title != "") && len(tickets) < maxParts {
			tickets = append(tickets, t)
		}
	}
	c.Tickets = tickets
	var fields []Field
	for _, f := range c.Fields {
		f.Name, f.Value = call.Clean(f.Name), call.Clean(f.Value)
		if f.Value != "" && len(fields) < maxParts {
			fields = append(fields, f)
		}
	}
	c.Fields = fields
	return c
}

// maxParts bounds the fields of a contact, and its tickets: a card shows a few.
const maxParts = 100

// maxURL bounds the address of a page, in bytes.
const maxURL = 2048

// CleanURL makes an address from outside safe to draw. A short one is cleaned as any text; a long
// one is kept whole or, where it is no plain ASCII or longer than 2048 bytes, dropped: an address
// that was cut opens another page than the one meant.
func CleanURL(s string) string {
	if len(s) <= call.MaxText {
		return call.Clean(s)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return ""
		}
	}
	if len(s) > maxURL {
		return ""
	}
	return s
}

// Source is one place where contacts are looked up: a file, a database, a CRM.
//
// Lookup gives the contacts of a number that can be compared (number.Number.Keys is not empty),
// best first; none found is no error. It must honour ctx, and may be called from several
// goroutines at once. Errors are for a person and hold no secret.
//
// Contacts and an error together are an answer in part: these are known, and the error says what is
// missing (a contact whose tickets could not be read). A source that must not be asked for a while
// says so by a *PauseError; one that has nothing to be asked by, by ErrNotAsked.
type Source interface {
	Name() string
	Lookup(ctx context.Context, n number.Number) ([]Contact, error)
}

// Step is one source's part of an answer: the line of the trail.
type Step struct {
	Source string
	Asked  string        // the number as the source was asked for it
	Took   time.Duration // until it answered, failed or ran out of time
	Found  int           // contacts
	Err    error         // nil, also when nothing was found; with Found, of what is missing in the answer
	Age    time.Duration // of an answer kept from before; 0 is one of now
}

// Result is what is known about a number so far. It is a value that anyone may keep; its slices
// are never changed again.
type Result struct {
	Number   number.Number
	Contacts []Contact // in the order of the sources, each source's best first; one person once
	Trail    []Step    // in the order of the sources, those that have answered
	Done     bool      // every source has answered, failed or run out of time

	// Cached tells that no source was asked for this answer; Trail is that of the answer kept.
	Cached bool
	// Generation is the one of the request that this answers (Desk.Want). An answer whose
	// generation is not the newest one handed out for the call is late: drop it.
	Generation uint64
}

// clone gives a result whose slices nobody else holds.
func (r Result) clone() Result {
	r.Contacts = slices.Clone(r.Contacts)
	for i := range r.Contacts {
		c := &r.Contacts[i]
		c.Fields, c.Tickets, c.Sources = slices.Clone(c.Fields), slices.Clone(c.Tickets), slices.Clone(c.Sources)
	}
	r.Trail = slices.Clone(r.Trail)
	return r
}
