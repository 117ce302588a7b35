package lookup

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ringside/lookup/number"
)

// merge makes one contact of those that are the same person, in the order in which each person
// comes first. All came by one number. Two contacts are the same person when they have
//
//   - the same ID of the same source, or
//   - the same e-mail address, unless it is one that a whole office reads (info@, sales@), or
//   - the same name, whatever its capitals, accents and order of words, and the same number,
//
// and are never the same when one source tells them apart by different IDs. Who is the same as two
// is the link between them. Each part of the contact is that of the first source that has it;
// fields, tickets and the names of the sources are put together.
func merge(cs []Contact) []Contact {
	var people []*person
	for i, c := range cs {
		in := &person{members: []member{newMember(i, c)}}
		kept := people[:0]
		home := -1
		for _, p := range people {
			if !p.is(in) {
				kept = append(kept, p)
				continue
			}
			if home < 0 {
				home = len(kept)
				kept = append(kept, p)
			}
			if kept[home] != p {
				kept[home].members = append(kept[home].members, p.members...)
			} else {
				p.members = append(p.members, in.members...)
				in = p
			}
		}
		people = kept
		if home < 0 {
			people = append(people, in)
		}
	}
	out := make([]Contact, 0, len(people))
	for _, p := range people {
		out = append(out, p.contact())
	}
	return out
}

// person is what several sources say about one.
type person struct{ members []member }

// member is a contact and what it is recognised by.
type member struct {
	at     int // its place among all contacts
	c      Contact
	email  string
	office bool // the address is that of an office
	name   string
}

func newMember(at int, c Contact) member {
	m := member{at: at, c: c, name: foldName(c.Name)}
	m.email = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c.Email, "mailto:")))
	user, _, ok := strings.Cut(m.email, "@")
	if !ok {
		m.email = ""
	}
	m.office = shared(user)
	return m
}

// is tells whether two persons are one.
func (p *person) is(q *person) bool {
	same := false
	for _, a := range p.members {
		for _, b := range q.members {
			if a.c.Source == b.c.Source && a.c.ID != "" && b.c.ID != "" {
				if a.c.ID != b.c.ID {
					return false
				}
				same = true
			}
			same = same || a.like(b)
		}
	}
	return same
}

func (a member) like(b member) bool {
	if a.email != "" && a.email == b.email && !a.office {
		return true
	}
	if a.name == "" || a.name != b.name {
		return false
	}
	unknown := a.c.Number.Kind == number.Empty || b.c.Number.Kind == number.Empty
	return unknown || number.Same(a.c.Number, b.c.Number)
}

// contact puts together what all say, the first source first.
func (p *person) contact() Contact {
	slices.SortFunc(p.members, func(a, b member) int { return a.at - b.at })
	out := p.members[0].c
	out.Sources = []string{out.Source}
	if len(p.members) == 1 {
		return out
	}
	out.Fields, out.Tickets = slices.Clone(out.Fields), slices.Clone(out.Tickets)
	for _, m := range p.members[1:] {
		join(&out, m.c)
	}
	return out
}

// join adds what another source knows of the same person.
func join(c *Contact, o Contact) {
	if !slices.Contains(c.Sources, o.Source) {
		c.Sources = append(c.Sources, o.Source)
	}
	for _, s := range []struct {
		to   *string
		from string
	}{
		{&c.Name, o.Name}, {&c.Company, o.Company}, {&c.Tier, o.Tier}, {&c.Title, o.Title},
		{&c.Email, o.Email}, {&c.URL, o.URL}, {&c.Notes, o.Notes},
	} {
		if *s.to == "" {
			*s.to = s.from
		}
	}
	if c.ID == "" && c.Source == o.Source {
		c.ID = o.ID // the name of the contact in another source means nothing in this one
	}
	if c.Next == (Appointment{}) {
		c.Next = o.Next
	}
	if c.Number.Kind == number.Empty {
		c.Number = o.Number
	}
	for _, f := range o.Fields {
		known := func(h Field) bool { return strings.EqualFold(h.Name, f.Name) }
		if !slices.ContainsFunc(c.Fields, known) && len(c.Fields) < maxParts {
			c.Fields = append(c.Fields, f)
		}
	}
	for _, t := range o.Tickets {
		known := func(h Ticket) bool { return h.ID == t.ID && h.URL == t.URL && h.Title == t.Title }
		if !slices.ContainsFunc(c.Tickets, known) && len(c.Tickets) < maxParts {
			c.Tickets = append(c.Tickets, t)
		}
	}
}

// shared knows the addresses that belong to an office rather than to a person.
func shared(user string) bool {
	switch user {
	case "info", "office", "sales", "support", "contact", "admin", "hello", "mail", "email", "billing",
		"accounts", "accounting", "team", "service", "help", "helpdesk", "reception", "orders", "post",
		"noreply", "no-reply", "kontakt", "buero", "vertrieb", "hr", "jobs", "invoices", "webmaster", "postmaster":
		return true
	}
	return false
}

// foldName makes names comparable: small letters without accents, words in order of the alphabet
// ("Roe, Dana" is "Dana Roe"). Letters are taken apart one by one, which needs no more of the norm
// package than its tables.
func foldName(s string) string {
	var b strings.Builder
	for _, r := range s {
		one := string(r)
		if d := norm.NFKD.PropertiesString(one).Decomposition(); d != nil {
			one = string(d)
		}
		for _, r := range one {
			switch {
			case unicode.IsLetter(r) || unicode.IsNumber(r):
				b.WriteRune(unicode.ToLower(r))
			case unicode.IsMark(r) || r == '\'' || r == '’':
			default:
				b.WriteByte(' ')
			}
		}
	}
	words := strings.Fields(b.String())
	slices.Sort(words)
	return strings.Join(words, " ")
}
