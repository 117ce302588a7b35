package pop

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/text"
)

// How much of each part the card shows.
const (
	maxTickets = 3
	maxNotes   = 3
	maxEarlier = 5
)

// known shows what the contact has beside the name.
func (p *Pane) known(k *card) {
	c := p.contact()
	if c == nil {
		return
	}
	k.gap()
	p.tickets(k, c.Tickets)
	k.field("next", p.next(c.Next))
	if n := text.Clean(c.Notes); n != "" {
		k.para(n, 4, p.th.Text)
	}
	for _, f := range c.Fields {
		k.field(call.Clean(f.Name), text.Clean(f.Value))
	}
	k.field("mail", call.Clean(c.Email))
	k.field("page", lookup.CleanURL(c.URL))
}

// tickets shows the open ones: how many, and the latest.
func (p *Pane) tickets(k *card, ts []lookup.Ticket) {
	if len(ts) == 0 {
		return
	}
	k.add(p.th.Strong.Render(text.Cut(count(len(ts), "open ticket", "open tickets"), k.w)))
	for i, t := range ts {
		if i == maxTickets {
			k.add(p.th.Faint.Render(text.Cut(fmt.Sprintf("  and %d more", len(ts)-maxTickets), k.w)))
			return
		}
		age := ""
		if !t.At.IsZero() {
			age = text.Ago(p.now.Sub(t.At))
		}
		said := text.Join(p.dot(), text.Join(" ", ticketID(t), call.Clean(t.Title)), call.Clean(t.State))
		k.add(text.Ends(p.th.Text.Render("  "+said), p.th.Faint.Render(age), k.w))
	}
}

// ticketID is a ticket's number as people say it: #4411.
func ticketID(t lookup.Ticket) string {
	id := call.Clean(t.ID)
	if id != "" && id[0] >= '0' && id[0] <= '9' {
		return "#" + id
	}
	return id
}

// next says when the contact and we meet next.
func (p *Pane) next(a lookup.Appointment) string {
	when := ""
	if !a.At.IsZero() {
		when = a.At.In(p.now.Location()).Format("Mon 2 Jan 15:04")
		if a.At.Before(p.now) {
			when += " (past)"
		}
	}
	return text.Join(" ", when, call.Clean(a.Title))
}

// owed says that the caller has called in vain, and what has been done about it.
func (p *Pane) owed(k *card) {
	if said := p.owedLine(); said != "" {
		k.gap()
		k.para(p.th.Signs.Warn+" "+said, 3, p.th.Warn)
	}
}

func (p *Pane) owedLine() string {
	d := p.debt
	if d == nil || len(d.Calls) == 0 {
		return ""
	}
	said := []string{"called in vain " + p.when(d.Last)}
	if n := len(d.Calls); n > 1 {
		since := "since " + p.when(d.Since)
		if sameDay(d.Since, p.now) {
			since = "today"
		}
		said[0] = fmt.Sprintf("called %d times in vain %s, last %s", n, since, text.Ago(p.now.Sub(d.Last)))
	}
	if d.Message {
		said = append(said, "left a message")
	}
	if d.Tries > 0 {
		said = append(said, "we tried "+count(d.Tries, "time", "times"))
	}
	if who := call.Clean(d.Claimed); who != "" {
		said = append(said, who+" calls back")
	}
	return strings.Join(said, p.dot())
}

// when writes a moment of the past as far as it has to be told: "13:22", "Tue 13:22", "2 Jun", "Jan 2025".
func (p *Pane) when(t time.Time) string { return p.ago(t, "Mon 15:04", "Jan 2006") }

// ago writes a moment the shorter the longer ago it is: week is how one of the last days is written, year
// one of another year.
func (p *Pane) ago(t time.Time, week, year string) string {
	t = t.In(p.now.Location())
	switch age := p.now.Sub(t); {
	case sameDay(t, p.now):
		return t.Format("15:04")
	case age < 6*24*time.Hour:
		return t.Format(week)
	case age < 300*24*time.Hour:
		return t.Format("2 Jan")
	}
	return t.Format(year)
}

func sameDay(a, b time.Time) bool {
	a = a.In(b.Location())
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}

// noted shows what people have put beside the caller: tags, then notes, the latest first.
func (p *Pane) noted(k *card) {
	tags, notes := p.notes()
	k.gap()
	k.field("tags", strings.Join(tags, ", "))
	for i, n := range notes {
		if i == maxNotes {
			k.add(p.th.Faint.Render(text.Cut("and "+count(len(notes)-maxNotes, "older note", "older notes"), k.w)))
			return
		}
		k.para(n, 3, p.th.Text)
	}
}

// notes gives the caller's tags, sorted, and notes as they are shown.
func (p *Pane) notes() (tags, notes []string) {
	items := slices.Clone(p.items)
	slices.SortStableFunc(items, func(a, b archive.Item) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(a.ID, b.ID)) })
	for _, it := range items {
		said := text.Clean(it.Text)
		switch {
		case said == "":
		case it.Kind == archive.Tag:
			tags = append(tags, said)
		case it.Kind == archive.Note:
			notes = append(notes, said+" "+p.th.Signs.Dash+" "+text.Join(", ", call.Clean(it.By), text.Ago(p.now.Sub(it.At))))
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags), notes
}
