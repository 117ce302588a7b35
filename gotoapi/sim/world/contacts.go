package world

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Contact is a customer as the company's own CRM has it.
type Contact struct {
	ID      string // "C-1001"
	Name    string
	Company string
	Tier    string // gold, silver, bronze; may be empty
	Email   string
	Phones  []string // E.164, the first one is the caller's
	Owner   string   // name of the agent who looks after them
	Notes   string
	Fields  []Field      // what only this company's CRM has
	Next    *Appointment // nil is none
	Tickets []Ticket     // the newest first, closed ones too
}

// Field is one custom field of a contact.
type Field struct{ Name, Value string }

// Appointment is when somebody of the company meets a contact next.
type Appointment struct {
	Title string
	At    time.Time // on the quarter of an hour
}

// Ticket is a matter of a contact.
type Ticket struct {
	ID       string // decimal
	Title    string
	State    string // open, pending, on hold, closed
	Priority string // low, normal, high, urgent
	Opened   time.Time
}

// Open tells whether a ticket still waits for something.
func (t Ticket) Open() bool { return t.State != "closed" }

// Contacts are the CRM's contacts: every caller with a company, some colleagues on the same numbers, and
// one whose name is meant to do harm. Who they are is the same for all seeds; what is going on with
// them depends on Seed, and its times on Start. The caller of the first call to Me, and the one whose
// notes name a ticket, have always tickets.
func (w *World) Contacts() []Contact {
	b := &crmBook{seed: mix(w.cfg.Seed ^ 0x63726d), now: time.UnixMilli(w.start).UTC(), staff: w.account.Users}
	for _, c := range Callers() {
		if c.Company != "" {
			b.add(c, c.Number)
		}
	}
	for _, c := range colleagues() {
		b.add(c, c.Number)
	}
	// A name that anybody may type into a form on the company's web site.
	b.add(Caller{Name: hostileName, Number: "+17045550188", Notes: "=HYPERLINK(\"http://evil.example\")\r\n\x1b]52;c;ZXZpbA==\x07"}, "+17045550188")
	b.number()
	return b.contacts
}

// hostileName tries a window title, a colour, a clear screen, markup, text from right to left, an option
// and a formula on whoever shows, logs or passes it on.
const hostileName = "--R. Holloway\x1b]0;owned\x07\x1b[31m\x1b[2J <script>alert('x')</script> \u202etxt.exe\u202c\x00 \"; rm -rf ~ & $(id) %00"

// colleagues are people who call from the number of somebody else in the book.
func colleagues() []Caller {
	return []Caller{
		{"Robin Castle", "Blue Heron Books", "+15035550152", "silver", "Warehouse; knows nothing of invoices"},
		{"Sunniva Aas", "Northwind Clinics", "+16125550109", "gold", "On call in even weeks"},
		{"Marc Dubois", "Dubois Catering", "+15045550171", "silver", ""},
	}
}

// crmBook makes contacts one by one.
type crmBook struct {
	seed     uint64
	now      time.Time
	staff    []User
	contacts []Contact
}

// lot draws a number of [0, n) for the contact that is being made.
func (b *crmBook) lot(use uint64, n int) int {
	return int(mix(b.seed^mix(uint64(len(b.contacts))<<16|use)) % uint64(n))
}

// The uses of crmBook.lot.
const (
	lotOwner uint64 = iota + 1
	lotTickets
	lotNext
	lotPlan
	lotSeats
	lotSince
	lotTicket = 0x100 // and above: five for each ticket
)

func (b *crmBook) add(p Caller, phone string) {
	c := Contact{
		ID: fmt.Sprint("C-", 1001+len(b.contacts)), Name: p.Name, Company: p.Company, Tier: p.Tier, Notes: p.Notes,
		Email: mailOf(p), Phones: []string{phone},
	}
	if p.Name == "Ivy Tan" {
		c.Phones = append(c.Phones, "+15035550153")
	}
	c.Owner = b.staff[b.lot(lotOwner, min(len(b.staff), 25))].Name
	plans := [...]string{"Basic", "Standard", "Premier"}
	c.Fields = []Field{
		{"plan", plans[b.lot(lotPlan, len(plans))]},
		{"seats", fmt.Sprint(3 + b.lot(lotSeats, 120))},
		{"customer_since", fmt.Sprint(b.now.Year() - 1 - b.lot(lotSince, 12))},
	}
	first := len(b.contacts) == 0
	if first || b.lot(lotNext, 4) == 0 {
		c.Next = b.appointment(first)
	}
	open := max(b.lot(lotTickets, 6)-2, 0) // three in six have none
	if first {
		open = 2
	}
	if strings.Contains(p.Notes, "ticket "+knownTicket) {
		c.Tickets = append(c.Tickets, Ticket{knownTicket, "Fax line drops every second page", "open", "urgent", b.now.Add(-50 * time.Hour).Truncate(time.Minute)})
	}
	c.Tickets = append(c.Tickets, b.tickets(open)...)
	slices.SortStableFunc(c.Tickets, func(x, y Ticket) int { return y.Opened.Compare(x.Opened) })
	b.contacts = append(b.contacts, c)
}

// knownTicket is the one that the notes of a caller name.
const knownTicket = "4411"

// number gives the tickets numbers in the order in which they were opened.
func (b *crmBook) number() {
	var all []*Ticket
	for i := range b.contacts {
		for j := range b.contacts[i].Tickets {
			all = append(all, &b.contacts[i].Tickets[j])
		}
	}
	slices.SortStableFunc(all, func(x, y *Ticket) int { return x.Opened.Compare(y.Opened) })
	known := slices.IndexFunc(all, func(t *Ticket) bool { return t.ID == knownTicket })
	for i, t := range all {
		t.ID = fmt.Sprint(4411 + i - known)
	}
}

// mailOf gives an address under a domain that nobody can own.
func mailOf(p Caller) string {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
				return r
			case r == ' ':
				return '-'
			}
			return -1
		}, strings.ToLower(s))
	}
	if p.Company == "" {
		return ""
	}
	return strings.ReplaceAll(letters(p.Name), "-", ".") + "@" + letters(strings.ReplaceAll(p.Company, " &", "")) + ".example"
}

// appointment is on a weekday of the next two weeks, between 10:00 and 17:00 in New York, give or take
// the hour of summer; one that is soon is within the next hours, whatever day it is.
func (b *crmBook) appointment(soon bool) *Appointment {
	titles := [...]string{"Quarterly review", "Porting call", "Training for new staff", "Contract renewal", "Site visit"}
	title, quarter := titles[b.lot(lotNext<<9, len(titles))], time.Duration(b.lot(lotNext<<8, 28))*15*time.Minute
	if soon {
		return &Appointment{title, b.now.Add(quarter%(3*time.Hour) + 45*time.Minute).Truncate(15 * time.Minute)}
	}
	day := b.now.Truncate(24*time.Hour).AddDate(0, 0, 1+b.lot(lotNext<<10, 13))
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	return &Appointment{title, day.Add(14*time.Hour + quarter)}
}

// tickets are so many open ones, and up to two closed before them.
func (b *crmBook) tickets(open int) []Ticket {
	titles := [...]string{
		"No audio after transfer", "Phone reboots at noon", "New extension for reception", "Calls go to voicemail at once",
		"Invoice shows two lines too many", "Hold music is silent", "Port of the main number", "Queue greeting is the old one",
		"Headset not paired", "Cannot log in to the app", "Caller ID shows the old company", "Voicemail is not mailed",
	}
	states := [...]string{"open", "pending", "on hold", "open"}
	priorities := [...]string{"normal", "low", "high", "normal", "urgent"}
	var out []Ticket
	at := b.now
	closed := b.lot(lotTickets<<8, 3)
	for i := range open + closed {
		use := lotTicket + uint64(i)*5
		at = at.Add(-time.Duration(40+b.lot(use, 3*24*60)) * time.Minute).Truncate(time.Minute)
		t := Ticket{
			Title: titles[b.lot(use+1, len(titles))], State: states[b.lot(use+2, len(states))],
			Priority: priorities[b.lot(use+3, len(priorities))], Opened: at,
		}
		if i >= open {
			t.State = "closed"
		}
		out = append(out, t)
	}
	return out
}
