// Package part knows the parts of a contact by the names that spreadsheets, databases and services
// give them.
package part

import (
	"strconv"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

// Part is a part of a contact.
type Part uint8

// The parts. Field is whatever is none of the others; it is kept under its own name.
const (
	Field Part = iota
	Name
	First
	Last
	Company
	Tier
	Title
	Email
	URL
	Notes
	Number
	ID
	Next
	NextAt
	NextURL
	TicketID
	TicketTitle
	TicketState
	TicketURL
	TicketAt
)

// Of tells which part a name means: "First Name", "first_name" and "first-name" are one.
func Of(name string) Part {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '_' || r == '-' || r == '.' })
	joined := strings.Join(words, " ")
	if p := person(joined); p != Field {
		return p
	}
	if p := matter(joined); p != Field {
		return p
	}
	if len(words) > 0 && plain(words[0]) == "number" || len(words) == 1 && plain(words[0]) == "numbers" {
		return Number // "number", "number 2"; "order number" is none to call
	}
	for _, w := range words {
		switch plain(w) {
		case "phone", "phones", "mobile", "tel", "telephone", "cell", "cellphone", "fax", "msisdn":
			return Number
		}
	}
	return Field
}

func person(name string) Part {
	switch name {
	case "name", "full name", "fullname", "display name", "contact", "contact name":
		return Name
	case "first name", "firstname", "given name":
		return First
	case "last name", "lastname", "surname", "family name":
		return Last
	case "company", "organization", "organisation", "company name", "account", "account name", "customer":
		return Company
	case "tier", "level", "segment":
		return Tier
	case "title", "job title", "position", "role":
		return Title
	case "email", "e mail", "mail", "email address", "e mail address":
		return Email
	case "url", "link", "web", "website", "page":
		return URL
	case "notes", "note", "comment", "comments":
		return Notes
	case "id", "contact id", "customer id":
		return ID
	}
	return Field
}

func matter(name string) Part {
	switch name {
	case "next", "next appointment", "appointment", "next title":
		return Next
	case "next at", "next appointment at", "appointment at":
		return NextAt
	case "next url", "appointment url":
		return NextURL
	case "ticket id", "ticket", "case id":
		return TicketID
	case "ticket title", "ticket subject":
		return TicketTitle
	case "ticket state", "ticket status":
		return TicketState
	case "ticket url":
		return TicketURL
	case "ticket at", "ticket created", "ticket updated":
		return TicketAt
	}
	return Field
}

// plain takes the counter off a name: "phone2".
func plain(word string) string { return strings.TrimRight(word, "0123456789#") }

// Put puts a value where it belongs, clean; name is its name in the source, value "" changes
// nothing. A second value of one part becomes a field of its own, a time that cannot be read the
// appointment's title. A Number goes nowhere: whose line it is, is the caller's question.
func (p Part) Put(c *lookup.Contact, name, value string) {
	if p == URL || p == NextURL || p == TicketURL {
		value = lookup.CleanURL(value)
	} else {
		value = call.Clean(value)
	}
	if value == "" || p == Number {
		return
	}
	switch p {
	case First, Last:
		c.Name = strings.TrimSpace(c.Name + " " + value)
		return
	case NextAt:
		if t, ok := Time(value); ok {
			c.Next.At = t
			return
		}
	case Next:
		if t, ok := Time(value); ok && c.Next.At.IsZero() {
			c.Next.At = t
			return
		}
	case TicketID, TicketTitle, TicketState, TicketURL, TicketAt:
		p.ticket(c, value)
		return
	}
	if to := p.text(c); to != nil && *to == "" {
		*to = value
		return
	}
	c.Fields = append(c.Fields, lookup.Field{Name: call.Clean(name), Value: value})
}

// text gives where a part's text stands; nil for parts that are none.
func (p Part) text(c *lookup.Contact) *string {
	switch p {
	case Name:
		return &c.Name
	case Company:
		return &c.Company
	case Tier:
		return &c.Tier
	case Title:
		return &c.Title
	case Email:
		return &c.Email
	case URL:
		return &c.URL
	case Notes:
		return &c.Notes
	case ID:
		return &c.ID
	case Next, NextAt:
		return &c.Next.Title
	case NextURL:
		return &c.Next.URL
	}
	return nil
}

// ticket puts a part of the one ticket that a flat row can have.
func (p Part) ticket(c *lookup.Contact, value string) {
	if len(c.Tickets) == 0 {
		c.Tickets = append(c.Tickets, lookup.Ticket{})
	}
	t := &c.Tickets[0]
	switch p {
	case TicketID:
		t.ID = value
	case TicketTitle:
		t.Title = value
	case TicketState:
		t.State = value
	case TicketURL:
		t.URL = value
	case TicketAt:
		t.At, _ = Time(value) // a time that cannot be read is not shown
	}
}

// Somebody tells whether a contact says who it is.
func Somebody(c lookup.Contact) bool {
	return c.Name != "" || c.Company != "" || c.Email != "" || c.ID != ""
}

// Has tells whether a contact has the number n, as far as its own numbers, read as written in
// region, are known; it notes which. Sources search generously, and a contact that says no number
// is believed.
func Has(c *lookup.Contact, numbers []string, n number.Number, region string) bool {
	known := false
	for _, raw := range numbers {
		if raw == "" {
			continue
		}
		known = true
		if own := number.Parse(raw, region); number.Same(own, n) {
			c.Number = own
			return true
		}
	}
	return !known
}

// Time reads a time as services and databases write it: RFC 3339 and its neighbours, a date, or
// milliseconds since 1970 (HubSpot). Without a zone it is the time of this machine.
func Time(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07",
		"2006-01-02 15:04:05.999999999 -0700 MST",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, true
		}
	}
	if len(s) == len("1700000000000") {
		if ms, err := strconv.ParseInt(s, 10, 64); err == nil && ms > 0 {
			return time.UnixMilli(ms).UTC(), true
		}
	}
	return time.Time{}, false
}
