package pop

import (
	"fmt"
	"strings"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// card is the text of a card being written, w cells wide.
type card struct {
	th    *theme.Theme
	w     int
	airy  bool // blank lines between the parts
	lines []string
}

func (k *card) add(l string) { k.lines = append(k.lines, l) }

func (k *card) gap() {
	if n := len(k.lines); k.airy && n > 0 && k.lines[n-1] != "" {
		k.add("")
	}
}

// para adds wrapped plain text, at most most lines of it; what is cut off ends in an ellipsis.
func (k *card) para(s string, most int, style theme.Style) {
	lines := text.Wrap(s, k.w)
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] = text.Cut(lines[most-1]+" "+text.Ellipsis, k.w)
	}
	for _, l := range lines {
		k.add(style.Render(l))
	}
}

// field adds a named value on one line, or on as many as it needs.
func (k *card) field(name, value string) {
	const col = 9
	if value == "" {
		return
	}
	if k.w < col+12 {
		k.para(name+" "+value, 3, k.th.Text)
		return
	}
	for i, l := range text.Wrap(value, k.w-col) {
		if i == 3 {
			break
		}
		label := ""
		if i == 0 {
			label = name
		}
		k.add(k.th.Label.Render(text.Fit(label, col)) + k.th.Text.Render(l))
	}
}

// body is the card in w cells and at most h lines. The blank lines go first when there is little
// room, then what stands at the end, which is what matters least.
func (p *Pane) body(w, h int) []string {
	lines := p.write(w, true)
	if len(lines) > h {
		lines = p.write(w, false)
	}
	if len(lines) > h && h > 0 {
		lines = lines[:h]
		lines[h-1] = p.th.Faint.Render(text.Ellipsis)
	}
	return lines
}

func (p *Pane) write(w int, airy bool) []string {
	k := &card{th: p.th, w: w, airy: airy}
	c := p.call
	if c == nil {
		k.para("nobody rings you, and no call is chosen", 3, p.th.Faint)
		return k.lines
	}
	k.add(p.head(c, w))
	k.gap()
	p.who(k)
	if p.trail {
		p.asked(k)
	}
	p.owed(k)
	k.gap()
	p.route(k, c)
	p.known(k)
	p.noted(k)
	p.earlier(k)
	return k.lines
}

// head says what the call does, with its clock.
func (p *Pane) head(c *call.Call, w int) string {
	clock := text.Clock(c.Clock(p.now))
	if c.Rings {
		said := " " + p.th.Signs.Phone + " RINGING YOU  " + clock + " "
		more := ""
		if p.others > 0 {
			more = p.th.Warn.Render(fmt.Sprintf("+%d more", p.others))
		}
		return text.Ends(p.th.Ring.Render(text.Cut(said, w)), more, w)
	}
	if !c.Live() {
		said := p.th.OutcomeSign(c.Outcome) + " " + text.Outcome(c)
		return text.Ends(p.th.Outcome(c.Outcome).Render(said), p.th.Faint.Render(text.Ago(c.Clock(p.now))), w)
	}
	return text.Ends(p.th.State(c.State).Render(p.th.Sign(c.State)+" "+text.State(c)), p.th.Text.Render(clock), w)
}

// who says who the outside party is: the contact, several of them, or what the line itself tells.
func (p *Pane) who(k *card) {
	party := p.call.Outsider()
	cs := p.result.Contacts
	one := p.contact()
	switch {
	case one != nil:
		k.add(p.th.Title.Render(text.Cut(contactName(*one, party), k.w)))
		if l := p.company(*one); l != "" {
			k.add(p.th.Text.Render(text.Cut(l, k.w)))
		}
	default:
		k.add(p.th.Title.Render(text.Cut(text.PartyShort(party), k.w)))
	}
	if len(cs) > 1 {
		p.several(k, cs)
	}
	if num := p.number().Display(); num != "" {
		k.add(p.th.Text.Render(text.Cut(text.Join(p.dot(), num, p.number().Country(), p.lineType()), k.w)))
	}
	if p.local != "" {
		k.add(p.th.Text.Render(text.Cut(p.local, k.w)))
	}
	p.source(k, party)
}

// lineType is the type of the caller's line where it tells anything.
func (p *Pane) lineType() string {
	if t := p.number().LineType(); t != number.FixedOrMobile {
		return t.String()
	}
	return ""
}

// source says where the name comes from, or why there is none.
func (p *Pane) source(k *card, party call.Party) {
	one, r := p.contact(), p.result
	failed := p.failures()
	switch {
	case len(r.Contacts) > 0:
		said := ""
		if one != nil {
			said = strings.Join(cleaned(sourcesOf(*one)), ", ")
		}
		if said != "" {
			said = "name from " + said
		}
		if !r.Done {
			said = text.Join(p.dot(), said, "still asking"+text.Ellipsis)
		}
		k.para(said, 2, p.th.Faint)
		if failed > 0 && !p.trail {
			k.para(fmt.Sprintf("%s %s of %d gave no full answer: i shows which", p.th.Signs.Warn, count(failed, "source", "sources"), len(r.Trail)), 2, p.th.Warn)
		}
	case !text.Lookable(party.Number):
		k.para("no number to look up", 2, p.th.Faint)
	case !r.Done:
		k.para("looking up who this is"+text.Ellipsis, 2, p.th.Faint)
	case failed > 0 && failed == len(r.Trail):
		k.para(p.th.Signs.Warn+" the look-up failed: "+p.trouble(), 3, p.th.Warn)
	default:
		k.para("no contact for "+p.number().Display(), 2, p.th.Faint)
		if failed > 0 {
			k.para(p.th.Signs.Warn+" but "+p.trouble(), 3, p.th.Warn)
		}
		if party.Name != "" {
			k.para("name from the caller's line", 1, p.th.Faint)
		}
		if link := p.createLink(); link != "" {
			k.para("C n copies the link that makes one: "+link, 4, p.th.Text)
		}
	}
}

func sourcesOf(c lookup.Contact) []string {
	if len(c.Sources) > 0 {
		return c.Sources
	}
	if c.Source == "" {
		return nil
	}
	return []string{c.Source}
}

// several lists the contacts that have the same number, until one is chosen; then it says which of
// how many that is, and for how long.
func (p *Pane) several(k *card, cs []lookup.Contact) {
	at, by, last := p.chosen()
	if at >= 0 {
		said := fmt.Sprintf("%d of %d", at+1, len(cs))
		if who := call.Clean(by.By); who != "" {
			said += ", chosen by " + who
		}
		if always(by) {
			k.para(said+", always; C a: ask again", 2, p.th.Faint)
		} else {
			k.para(said+", for this call; C a: always", 2, p.th.Faint)
		}
		return
	}
	k.para(fmt.Sprintf("%d contacts have this number: %s", len(cs), picks(len(cs))), 2, p.th.Warn)
	for i, c := range cs {
		if i == maxPicks {
			k.add(p.th.Faint.Render(text.Cut(fmt.Sprintf("  and %d more", len(cs)-maxPicks), k.w)))
			break
		}
		said := text.Join(p.dot(), contactName(c, p.call.Outsider()), call.Clean(c.Company), call.Clean(c.Tier))
		mark := call.Clean(c.Source)
		if i == last {
			mark = "last time"
		}
		k.add(p.th.Faint.Render(fmt.Sprintf("%d ", i+1)) + text.Ends(p.th.Text.Render(said), p.th.Faint.Render(mark), max(1, k.w-2)))
	}
}

// picks names the keys that choose between n contacts.
func picks(n int) string {
	if n == 2 {
		return "C 1 or C 2"
	}
	return fmt.Sprintf("C 1 to C %d", min(n, maxPicks))
}

// company is the second line of a contact: where, what and how important.
func (p *Pane) company(c lookup.Contact) string {
	return text.Join(p.dot(), call.Clean(c.Title), call.Clean(c.Company), call.Clean(c.Tier))
}

func contactName(c lookup.Contact, party call.Party) string {
	if n := call.Clean(c.Name); n != "" {
		return n
	}
	if n := call.Clean(c.Company); n != "" {
		return n
	}
	return text.PartyShort(party)
}

// route says what was called and how it came here.
func (p *Pane) route(k *card, c *call.Call) {
	if c.Direction == call.Outbound {
		k.field("from", text.Party(c.From))
	} else {
		k.field("called", text.Party(c.To))
	}
	if c.Queue != "" {
		queue := call.Clean(c.Queue)
		if w := c.Wait(p.now); w > 0 {
			queue += ", waited " + text.Clock(w)
		}
		k.field("queue", queue)
	} else if len(c.Path) > 0 {
		k.field("through", strings.Join(cleaned(c.Path), " "+p.th.Signs.Crumb+" "))
	}
	if with := call.Clean(c.With); with != "" && !c.Rings {
		if strings.HasPrefix(with, "+") { // somebody outside without a name
			with = text.Number(with)
		}
		k.field("with", with)
	}
	p.doubt(k, c)
}

// doubt says what is not certain about the call.
func (p *Pane) doubt(k *card, c *call.Call) {
	marks := text.Doubts(c)
	if len(marks) > 0 {
		k.para(p.th.Signs.Warn+" "+strings.Join(marks, p.dot()), 2, p.th.Mark)
	}
}

func (p *Pane) dot() string { return " " + p.th.Signs.Dot + " " }

func cleaned(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = call.Clean(s)
	}
	return out
}
