package pop

import (
	"strings"

	"ringside/store/call"
	"ringside/ui/text"
)

// StripLines is how many lines ViewStrip gives for the present data: none when nothing rings me.
func (p *Pane) StripLines() int {
	switch {
	case !p.rings():
		return 0
	case p.aside() == "":
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
	case len(cs) == 1:
		name = contactName(cs[0], party)
		about = p.company(cs[0])
	case len(cs) > 1:
		about = "several contacts"
	case !text.Lookable(party.Number):
	case !p.result.Done:
		about = "looking up" + text.Ellipsis
	default:
		about = "no contact"
	}
	num := text.Number(party.Number)
	if num == name {
		num = ""
	}
	ring := p.th.Ring.Render(" " + p.th.Signs.Phone + " RINGING YOU  " + text.Clock(c.Clock(p.now)) + " ")
	lines := []string{
		ring + "  " + p.th.Title.Render(name) + p.th.Text.Render(prefixed(p.dot(), about)),
		p.th.Text.Render(text.Cut(" "+text.Join(p.dot(), num, text.Country(party.Number), p.via(c)), w)),
	}
	if n == 3 {
		lines = append(lines, p.th.Faint.Render(text.Cut(" "+p.aside(), w)))
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

// aside is what the third line says, when there is something worth a line: notes, fields, the
// last call.
func (p *Pane) aside() string {
	var parts []string
	if cs := p.result.Contacts; len(cs) == 1 {
		parts = append(parts, text.Clean(cs[0].Notes))
		for _, f := range cs[0].Fields {
			parts = append(parts, text.Join(" ", call.Clean(f.Name), text.Clean(f.Value)))
		}
	}
	if len(p.history) > 0 {
		last := p.history[0]
		said := "last call " + text.Ago(last.Clock(p.now)) + ": " + text.Outcome(last)
		parts = append(parts, said)
	}
	return strings.TrimSpace(text.Join(p.dot(), parts...))
}

func prefixed(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}
