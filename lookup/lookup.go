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
	Fields  []Field // everything else the source has, in the source's order ("tickets")

	Source string        // name of the source that gave it
	Number number.Number // the contact's number that matched
}

// Field is one more thing a source knows.
type Field struct{ Name, Value string }

// Clean gives the contact with all texts safe to draw, log and export (call.Clean), cut at
// call.MaxText bytes. Fields without a value are left out.
func (c Contact) Clean() Contact {
	for _, s := range []*string{&c.Name, &c.Company, &c.Tier, &c.Title, &c.Email, &c.URL, &c.Notes, &c.Source} {
		*s = call.Clean(*s)
	}
	var fields []Field
	for _, f := range c.Fields {
		f.Name, f.Value = call.Clean(f.Name), call.Clean(f.Value)
		if f.Value != "" {
			fields = append(fields, f)
		}
	}
	c.Fields = fields
	return c
}

// Source is one place where contacts are looked up: a file, a database, a CRM.
//
// Lookup gives the contacts of a number that can be compared (number.Number.Keys is not empty),
// best first; none found is no error. It must honour ctx, and may be called from several
// goroutines at once. Errors are for a person and hold no secret.
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
	Err    error         // nil, also when nothing was found
}

// Result is what is known about a number so far. It is a value that anyone may keep; its slices
// are never changed again.
type Result struct {
	Number   number.Number
	Contacts []Contact // in the order of the sources, each source's best first
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
	r.Trail = slices.Clone(r.Trail)
	return r
}
