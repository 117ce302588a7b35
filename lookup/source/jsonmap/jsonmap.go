// Package jsonmap makes contacts of JSON that a service or a program answers with.
//
// Without rules, an answer is one contact or a list of them, and its members have the names of the
// parts (package part):
//
//	{"name": "Dana Roe", "company": "Acme", "tier": "gold", "email": "…", "url": "https://…",
//	 "next": {"title": "review", "at": "2026-11-24T10:00:00Z", "url": "…"},
//	 "tickets": [{"id": "4411", "title": "broken", "state": "open", "url": "…", "at": "…"}],
//	 "fields": {"account manager": "Bo"}}
//
// Any other member that is a text, a number, true or false is a field of the contact too. Null, an
// empty list and an empty object are nobody. With rules, what stands where is said by paths.
package jsonmap

import (
	"fmt"
	"maps"
	"slices"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/lookup/source/part"
)

// MaxContacts bounds the contacts that are read of one answer.
const MaxContacts = 100

// Rules say where in an answer the contacts stand. The zero value is as the package says.
type Rules struct {
	List    string              // path to the contact or the list of them; "" is the whole answer
	Fields  map[string][]string // part or name of a field to its path in a contact; of several paths the texts are joined by blanks
	Tickets string              // path in a contact to its list of open tickets
	Ticket  map[string]string   // id, title, state, url, at to their paths in a ticket
}

// Map reads contacts by rules. It may be used from several goroutines.
type Map struct {
	list    Path
	fields  []field
	tickets Path
	ticket  map[string]Path
}

// field is a part of a contact, and where it stands.
type field struct {
	name  string
	part  part.Part
	paths []Path
}

// New reads rules; an error says which path is none.
func New(r Rules) (*Map, error) {
	m := &Map{ticket: map[string]Path{}}
	var err error
	if m.list, err = ParsePath(r.List); err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	if m.tickets, err = ParsePath(r.Tickets); err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		f := field{name: name, part: part.Of(name)}
		for _, s := range r.Fields[name] {
			p, err := ParsePath(s)
			if err != nil {
				return nil, fmt.Errorf("fields: %s: %w", name, err)
			}
			f.paths = append(f.paths, p)
		}
		m.fields = append(m.fields, f)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Ticket)) {
		if !slices.Contains([]string{"id", "title", "state", "url", "at"}, name) {
			return nil, fmt.Errorf("ticket: %s is no part of a ticket; there are id, title, state, url, at", name)
		}
		if m.ticket[name], err = ParsePath(r.Ticket[name]); err != nil {
			return nil, fmt.Errorf("ticket: %s: %w", name, err)
		}
	}
	return m, nil
}

// Contacts reads an answer. Where it gives the contacts' numbers, contacts that do not have n are
// left out: services search generously. Numbers are read as written in region.
func (m *Map) Contacts(data []byte, n number.Number, region string) ([]lookup.Contact, error) {
	v, err := Decode(data)
	if err != nil {
		return nil, err
	}
	var out []lookup.Contact
	for _, at := range m.list.All(v) {
		many, ok := at.([]any)
		if !ok {
			many = []any{at}
		}
		for _, one := range many {
			o, ok := one.(*Object)
			if !ok {
				if one == nil {
					continue
				}
				return nil, fmt.Errorf("the answer has no contacts where they should be: %s is no object", kindOf(one))
			}
			c, numbers := m.contact(o)
			if part.Somebody(c) && part.Has(&c, numbers, n, region) && len(out) < MaxContacts {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func kindOf(v any) string {
	switch v.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	}
	return "a value"
}

// contact reads one contact and its numbers.
func (m *Map) contact(o *Object) (c lookup.Contact, numbers []string) {
	if len(m.fields) == 0 {
		return m.plain(o)
	}
	for _, f := range m.fields {
		text := ""
		for _, p := range f.paths {
			if f.part == part.Number {
				numbers = append(numbers, texts(p.All(o))...)
			} else if t := p.Text(o); t != "" && text != "" {
				text += " " + t
			} else {
				text += t
			}
		}
		f.part.Put(&c, f.name, text)
	}
	if len(m.tickets) > 0 {
		c.Tickets = m.ticketsOf(m.tickets.All(o))
	}
	return c, numbers
}

func texts(vs []any) (out []string) {
	for _, v := range vs {
		if many, ok := v.([]any); ok {
			out = append(out, texts(many)...)
		} else if t := Text(v); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// plain reads a contact whose members have the names of the parts.
func (m *Map) plain(o *Object) (c lookup.Contact, numbers []string) {
	for _, name := range o.Names {
		v := o.Get(name)
		p := part.Of(name)
		switch inner, isObject := v.(*Object); {
		case p == part.Number:
			numbers = append(numbers, texts([]any{v})...)
		case name == "tickets" || len(m.tickets) == 1 && m.tickets[0].name == name:
			c.Tickets = m.ticketsOf([]any{v})
		case name == "next" && isObject:
			part.Next.Put(&c, "next", Text(inner.Get("title")))
			part.NextAt.Put(&c, "next at", Text(inner.Get("at")))
			part.NextURL.Put(&c, "next url", Text(inner.Get("url")))
		case name == "fields" && isObject:
			for _, n := range inner.Names {
				part.Field.Put(&c, n, Text(inner.Get(n)))
			}
		default:
			p.Put(&c, name, Text(v))
		}
	}
	return c, numbers
}

// ticketsOf reads a list of tickets.
func (m *Map) ticketsOf(vs []any) []lookup.Ticket {
	var out []lookup.Ticket
	for _, v := range vs {
		if many, ok := v.([]any); ok {
			out = append(out, m.ticketsOf(many)...)
			continue
		}
		o, ok := v.(*Object)
		if !ok {
			continue
		}
		var c lookup.Contact
		part.TicketID.Put(&c, "", m.ticketText(o, "id"))
		part.TicketTitle.Put(&c, "", m.ticketText(o, "title", "subject"))
		part.TicketState.Put(&c, "", m.ticketText(o, "state", "status"))
		part.TicketURL.Put(&c, "", m.ticketText(o, "url"))
		part.TicketAt.Put(&c, "", m.ticketText(o, "at", "updated_at", "created_at"))
		out = append(out, c.Tickets...)
	}
	return out
}

// ticketText gives a part of a ticket by its rule or, without one, by its usual names.
func (m *Map) ticketText(o *Object, names ...string) string {
	if p, ok := m.ticket[names[0]]; ok {
		return p.Text(o)
	}
	for _, n := range names {
		if t := Text(o.Get(n)); t != "" {
			return t
		}
	}
	return ""
}
