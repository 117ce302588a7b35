package pop

import (
	"fmt"
	"strings"

	"ringside/store/call"
	"ringside/ui/text"
)

// StripLines is how many lines ViewStrip gives for the present data: none when nothing rings me.
func (p *Pane) StripLines() int {
	switch {
	case !p.rings():
		return 0
	case p.aside(0) == "":
		return 2
	}
	return 3
}

// ViewStrip gives the card as a strip of StripLines lines of w cells, for screens without room
// beside the desk; "" when nothing rings me.
func (p *Pane) ViewStrip(w int) string {
	n := p.StripLines()
	if n == 0 || w <= 0 {
		return ""
	}
	c := p.call
	party := c.Outsider()
	name := text.PartyShort(party)
	about := ""
	switch cs := p.result.Contacts; {
	case p.contact() != nil:
		name = contactName(*p.contact(), party)
		about = p.company(*p.contact())
	case len(cs) > 1:
		about = fmt.Sprintf("%d contacts: %s", len(cs), picks(len(cs)))
	case !text.Lookable(party.Number):
	case !p.result.Done:
		about = "looking up" + text.Ellipsis
	case p.failures() > 0 && p.failures() == len(p.result.Trail):
		about = "the look-up failed"
	default:
		about = "no contact"
	}
	num := p.number().Display()
	if num == name {
		num = ""
	}
	ring := p.th.Ring.Render(" " + p.th.Signs.Phone + " RINGING YOU  " + text.Clock(c.Clock(p.now)) + " ")
	lines := []string{
		ring + "  " + p.th.Title.Render(name) + p.th.Text.Render(prefixed(p.dot(), about)),
		p.th.Text.Render(text.Cut(" "+text.Join(p.dot(), num, p.number().Country(), p.local, p.via(c)), w)),
	}
	if n == 3 {
		lines = append(lines, p.th.Faint.Render(" "+text.Cut(p.aside(w-1), w-1)))
	}
	return p.ascii(text.Block(lines, w, n))
}

// via is how the call came: the line dialled, the queue and the wait in it.
func (p *Pane) via(c *call.Call) string {
	out := ""
	if c.Direction != call.Outbound {
		out = "to " + text.PartyShort(c.To)
	}
	if c.Queue != "" {
		out = text.Join(p.dot(), out, call.Clean(c.Queue)+" "+text.Clock(c.Wait(p.now)))
	}
	return out
}

// aside is what the third line says, when there is something worth a line, the most urgent first:
// calls in vain, tickets, the next appointment, tags and notes, the last call. Beside the
// first stands what has room, by whole clauses.
func (p *Pane) aside(w int) string {
	parts := []string{p.owedLine()}
	if c := p.contact(); c != nil {
		if n := len(c.Tickets); n > 0 {
			first := text.Join(" ", ticketID(c.Tickets[0]), call.Clean(c.Tickets[0].Title))
			parts = append(parts, text.Join(": ", count(n, "open ticket", "open tickets"), first))
		}
		if next := p.next(c.Next); next != "" {
			parts = append(parts, "next "+next)
		}
		parts = append(parts, text.Clean(c.Notes))
	}
	tags, notes := p.notes()
	parts = append(parts, strings.Join(tags, ", "))
	if len(notes) > 0 {
		parts = append(parts, notes[0])
	}
	if c := p.contact(); c != nil {
		for _, f := range c.Fields {
			parts = append(parts, text.Join(" ", call.Clean(f.Name), text.Clean(f.Value)))
		}
	}
	parts = append(parts, p.lastCall())
	out := ""
	for _, s := range parts {
		s = strings.TrimSpace(s)
		if out == "" {
			out = s
		} else if s = text.Clause(s, w-text.Width(out+p.dot())); s != "" {
			out += p.dot() + s
		}
	}
	return out
}

func prefixed(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}
