package pop

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/store/query"
)

// variable is something of a call, its contact or its user that a template may hold.
type variable struct {
	written string // as in a template: "$caller$", "[sip.From]"
	doc     string // one line for people
	// of gives the value, not cleaned, and what a person should know about it, mostly "".
	of    func(*facts) (value, note string)
	crm   bool // asks who the caller is
	whole bool // an address: it is not cut, because a shorter one leads elsewhere
}

// value gives the value of the variable, clean and whole: what cannot be seen is taken out.
func (v *variable) value(f *facts) (value, note string) {
	value, note = v.of(f)
	if v.whole {
		return lookup.CleanURL(value), note
	}
	return call.Clean(value), note
}

// variables gives the variables that every call has, by name, in the order of the documentation.
// The first six are Ringotel's (seed 004).
func variables() []variable {
	is := func(name, doc string, of func(*facts) string) variable {
		return variable{written: "$" + name + "$", doc: doc, of: func(f *facts) (string, string) { return of(f), "" }}
	}
	return []variable{
		is("caller", "number of who calls, as GoTo gives it; `Anonymous` when it is hidden", func(f *facts) string { return f.call.From.Number }),
		is("caller_name", "name of who calls, as GoTo gives it", func(f *facts) string { return f.call.From.Name }),
		is("number", "extension that rings or rang: my line's", (*facts).extension),
		is("called", "number that was called at first, before menus and queues", (*facts).called),
		is("username", "my name", func(f *facts) string { return f.user.Name }),
		is("userid", "my id", func(f *facts) string { return f.user.ID }),
		is("caller_e164", "number of who calls as +12125550110; empty when its country is not known", func(f *facts) string { return f.e164(f.call.From) }),
		is("outside", "number of the far end: who calls, or who was called by me", func(f *facts) string { return f.call.Outsider().Number }),
		is("outside_name", "name of the far end, as GoTo gives it", func(f *facts) string { return f.call.Outsider().Name }),
		is("outside_e164", "number of the far end as +12125550110", func(f *facts) string { return f.e164(f.call.Outsider()) }),
		is("agent", "who talked last at our end; before an answer, who is rung", (*facts).agent),
		is("queue", "the last queue the call came through", func(f *facts) string { return f.call.Queue }),
		is("wait", "whole seconds in queues so far", func(f *facts) string {
			return strconv.FormatInt(int64(f.call.Wait(f.at)/time.Second), 10)
		}),
		is("direction", "`inbound`, `outbound` or `internal`", func(f *facts) string { return f.call.Direction.String() }),
		is("outcome", "how it ended: `answered`, `missed`, …; empty before", func(f *facts) string { return f.call.Outcome.Code() }),
		is("call_id", "GoTo's id of the call and of its report", func(f *facts) string { return f.call.ID }),
		is("moment", "`ringing`, `answered`, `ended` or `hand`", func(f *facts) string { return string(f.moment) }),
	}
}

// name gives the name of a variable without its dollars.
func (v *variable) name() string { return strings.Trim(v.written, "$") }

// builtin gives a variable that every call has.
func builtin(name string) (*variable, bool) {
	for _, v := range variables() {
		if v.name() == name {
			return &v, true
		}
	}
	return nil, false
}

// find gives the variable of a name.
func (n *names) find(name string) (*variable, *Error) {
	if n.only != nil {
		return n.oneOf(name)
	}
	if v, ok := builtin(name); ok {
		return v, nil
	}
	if field, ok := strings.CutPrefix(name, "crm."); ok {
		return crmField(field), nil
	}
	if n.parameters[name] {
		return &variable{written: "$" + name + "$", of: func(f *facts) (string, string) {
			value, ok := f.user.Parameters[name]
			if !ok {
				return "", "not set for " + cmp.Or(f.user.Name, f.user.ID, "this user")
			}
			return value, ""
		}}, nil
	}
	var known []string
	for _, v := range variables() {
		known = append(known, v.name())
	}
	known = append(known, slices.Sorted(maps.Keys(n.parameters))...)
	fix := "the variables are " + strings.Join(known, ", ") + ", crm.FIELD; a key of your own is set in [pops.parameters] or by `ringside user set`"
	if near := nearest(name, known); near != "" {
		fix = "did you mean $" + near + "$?"
	} else if strings.EqualFold(name, "crm") || strings.HasPrefix(name, "crm_") {
		fix = "a field of the contact is written $crm.id$"
	}
	return nil, wrong(fix, "$%s$ is no variable", name)
}

// oneOf gives the variable of a name out of those that there are alone.
func (n *names) oneOf(name string) (*variable, *Error) {
	if !slices.Contains(n.only, name) {
		fix := "the variables are " + strings.Join(n.only, ", ")
		if near := nearest(name, n.only); near != "" {
			fix = "did you mean $" + near + "$?"
		}
		return nil, wrong(fix, "$%s$ is no variable", name)
	}
	return &variable{written: "$" + name + "$", of: func(f *facts) (string, string) { return f.user.Parameters[name], "" }}, nil
}

// crmField gives the variable of a field of the contact.
func crmField(field string) *variable {
	whole := strings.EqualFold(field, "url") || strings.EqualFold(field, "ticket_url")
	return &variable{written: "$crm." + field + "$", crm: true, whole: whole, of: func(f *facts) (string, string) {
		if f.contact == nil {
			return "", "no contact"
		}
		value, ok := contactField(f.contact, field)
		if !ok {
			return "", f.contact.Source + " has no field " + field
		}
		return value, f.whose
	}}
}

// contactField gives a field of a contact by its name, capital letters or not. Its own fields win
// over the common ones: a source's "id" or "number" is what people mean by it.
func contactField(c *lookup.Contact, field string) (string, bool) {
	for _, f := range c.Fields {
		if strings.EqualFold(f.Name, field) {
			return f.Value, true
		}
	}
	for _, f := range contactFields() {
		if strings.EqualFold(f.name, field) {
			return f.of(c), true
		}
	}
	return "", false
}

// common is a field that contacts of every source have.
type common struct {
	name, doc string
	of        func(*lookup.Contact) string
}

// contactFields gives the fields that contacts of every source have, in the order of the
// documentation.
func contactFields() []common {
	ticket := func(c *lookup.Contact) lookup.Ticket {
		if len(c.Tickets) == 0 {
			return lookup.Ticket{}
		}
		return c.Tickets[0]
	}
	return []common{
		{"id", "the source's own id of the contact", func(c *lookup.Contact) string { return c.ID }},
		{"name", "name", func(c *lookup.Contact) string { return c.Name }},
		{"company", "company", func(c *lookup.Contact) string { return c.Company }},
		{"tier", "what the customer is to us: gold, trial", func(c *lookup.Contact) string { return c.Tier }},
		{"title", "position in the company", func(c *lookup.Contact) string { return c.Title }},
		{"email", "e-mail address", func(c *lookup.Contact) string { return c.Email }},
		{"url", "address of the contact's page", func(c *lookup.Contact) string { return c.URL }},
		{"notes", "what the source notes", func(c *lookup.Contact) string { return c.Notes }},
		{"number", "the contact's number that matched", func(c *lookup.Contact) string { return cmp.Or(c.Number.E164, c.Number.Digits) }},
		{"source", "name of the source that found it", func(c *lookup.Contact) string { return c.Source }},
		{"ticket", "number of the latest open ticket", func(c *lookup.Contact) string { return ticket(c).ID }},
		{"ticket_url", "address of its page", func(c *lookup.Contact) string { return ticket(c).URL }},
		{"tickets", "how many tickets are open", func(c *lookup.Contact) string { return strconv.Itoa(len(c.Tickets)) }},
	}
}

// sipHeaders says which headers have a field of GoTo's that means the same, by small letters.
// GoTo hands on no SIP message (goto-api.md 4.2): all there is are numbers and names.
func sipHeaders() map[string]string {
	return map[string]string{
		"from":                "caller",
		"p-asserted-identity": "caller",
		"remote-party-id":     "caller",
		"to":                  "number",
		"diversion":           "called",
		"p-called-party-id":   "called",
	}
}

// header gives the variable of a SIP header: what the configuration maps it to, else the field of
// GoTo's that means the same.
func (n *names) header(name string) (*variable, *Error) {
	key := strings.ToLower(name)
	to, ok := n.sip[key]
	if !ok {
		to, ok = sipHeaders()[key]
	}
	if !ok {
		fix := `say what it stands for here, in [pops.sip]: ` + name + ` = "queue"`
		if key == "call-id" {
			fix = "GoTo does not tell it; its own id of the call is $call_id$"
		}
		return nil, wrong(fix, "[sip.%s] cannot be filled: GoTo hands on no SIP headers", name)
	}
	v, err := n.find(to)
	if err != nil {
		return nil, err
	}
	mapped := *v
	mapped.written = "[sip." + name + "]"
	return &mapped, nil
}

// facts are what is known when a pop is decided.
type facts struct {
	call   *call.Call
	moment Moment
	at     time.Time
	user   User
	region string
	extra  query.Extra

	asked    bool          // the look-up has been waited for
	contacts lookup.Result // what it gave
	contact  *lookup.Contact
	chosen   bool   // somebody has decided that the caller is contact
	whose    string // what to know about the choice of contact, mostly ""
}

// know takes in what the look-up gave, and which of several contacts was decided on (-1: none).
func (f *facts) know(r lookup.Result, chosen int) {
	f.asked, f.contacts = true, r
	f.contact, f.chosen, f.whose = nil, false, ""
	switch n := len(r.Contacts); {
	case chosen >= 0 && chosen < n:
		f.contact, f.chosen = &r.Contacts[chosen], n > 1
	case n > 0:
		f.contact = &r.Contacts[0]
		if n > 1 {
			f.whose = "the first of " + strconv.Itoa(n) + " contacts, none was chosen"
		}
	}
}

// leg gives the index of my leg in the call, -1 without one: the one that rings at the ringing,
// else the one that is in the call, else the one that joined last.
func (f *facts) leg() int {
	best, rank := -1, 0
	for i := range f.call.People {
		if i >= len(f.call.Legs) || !slices.Contains(f.user.Lines, f.call.People[i].LineID) {
			continue
		}
		r := 1
		switch f.call.Legs[i].Status {
		case call.StatusGone:
		case call.StatusRinging:
			r = 3
		default:
			r = 4
		}
		if f.moment == Ringing && r == 3 {
			r = 5
		}
		if r >= rank {
			best, rank = i, r
		}
	}
	return best
}

func (f *facts) extension() string {
	if i := f.leg(); i >= 0 {
		return cmp.Or(f.call.People[i].Extension, f.user.Extension)
	}
	return f.user.Extension
}

func (f *facts) called() string {
	return cmp.Or(f.call.To.Number, f.call.DialString)
}

func (f *facts) agent() string {
	if n := len(f.call.Answered); n > 0 {
		a := f.call.Answered[n-1]
		return cmp.Or(a.Name, a.Extension, a.Number)
	}
	if i := f.leg(); i >= 0 {
		return cmp.Or(f.call.People[i].Name, f.user.Name)
	}
	return f.user.Name
}

func (f *facts) e164(p call.Party) string { return number.Parse(p.Number, f.region).E164 }

// rings tells whether the call ever was on a line of mine. It cannot tell when my lines are not
// known: then it says yes.
func (f *facts) rings() bool { return len(f.user.Lines) == 0 || f.leg() >= 0 }
