package pop

import (
	"fmt"
	"strings"

	"ringside/lookup"
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
	k.gap()
	p.route(k, c)
	p.known(k)
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
	switch {
	case len(cs) == 1:
		k.add(p.th.Title.Render(text.Cut(contactName(cs[0], party), k.w)))
		if l := p.company(cs[0]); l != "" {
			k.add(p.th.Text.Render(text.Cut(l, k.w)))
		}
	case len(cs) > 1:
		k.add(p.th.Title.Render(text.Cut(text.PartyShort(party), k.w)))
		p.several(k, cs)
	default:
		k.add(p.th.Title.Render(text.Cut(text.PartyShort(party), k.w)))
	}
	if num := text.Number(party.Number); num != "" {
		k.add(p.th.Text.Render(text.Cut(text.Join(p.dot(), num, text.Country(party.Number)), k.w)))
	}
	p.source(k, party)
}

// source says where the name comes from, or why there is none.
func (p *Pane) source(k *card, party call.Party) {
	cs := p.result.Contacts
	num := text.Number(party.Number)
	switch {
	case len(cs) > 0:
		said := ""
		if src := call.Clean(cs[0].Source); len(cs) == 1 && src != "" {
			said = "name from " + src
		}
		if !p.result.Done {
			said = text.Join(p.dot(), said, "still asking"+text.Ellipsis)
		}
		k.para(said, 2, p.th.Faint)
	case !text.Lookable(party.Number):
		k.para("no number to look up", 2, p.th.Faint)
	case !p.result.Done:
		k.para("looking up who this is"+text.Ellipsis, 2, p.th.Faint)
	case failed(p.result):
		k.para(p.th.Signs.Warn+" the look-up failed: "+trouble(p.result), 3, p.th.Warn)
	default:
		k.para("no contact for "+num, 2, p.th.Faint)
		if party.Name != "" {
			k.para("name from the caller's line", 1, p.th.Faint)
		}
	}
}

// several lists the contacts that have the same number.
func (p *Pane) several(k *card, cs []lookup.Contact) {
	const most = 5
	k.add(p.th.Warn.Render(text.Cut(fmt.Sprintf("%d contacts have this number", len(cs)), k.w)))
	for i, c := range cs {
		if i == most {
			k.add(p.th.Faint.Render(fmt.Sprintf("  and %d more", len(cs)-most)))
			break
		}
		line := text.Join(p.dot(), call.Clean(c.Name), call.Clean(c.Company), call.Clean(c.Tier))
		k.add(p.th.Faint.Render(fmt.Sprintf("%d ", i+1)) + p.th.Text.Render(text.Cut(line, k.w-2)))
	}
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

// known shows what the contact has beside the name.
func (p *Pane) known(k *card) {
	if len(p.result.Contacts) != 1 {
		return
	}
	c := p.result.Contacts[0]
	k.gap()
	if n := text.Clean(c.Notes); n != "" {
		k.para(n, 4, p.th.Text)
	}
	for _, f := range c.Fields {
		k.field(call.Clean(f.Name), text.Clean(f.Value))
	}
	k.field("mail", call.Clean(c.Email))
	k.field("page", call.Clean(c.URL))
}

// earlier lists the calls of this run with the same party.
func (p *Pane) earlier(k *card) {
	const most = 5
	k.gap()
	if len(p.history) == 0 {
		k.para("no earlier call in this run", 1, p.th.Faint)
		return
	}
	k.add(p.th.Label.Render(text.Cut(fmt.Sprintf("%d earlier in this run", len(p.history)), k.w)))
	for i, c := range p.history {
		if i == most {
			break
		}
		k.add(p.past(c, k.w))
	}
}

// past is one earlier call: when, how it ended, with whom and how long.
func (p *Pane) past(c *call.Call, w int) string {
	when := text.Fit(c.Created.In(p.now.Location()).Format("15:04"), 6)
	sign := p.th.OutcomeSign(c.Outcome)
	said := text.Outcome(c)
	if len(c.Answered) > 0 {
		said = "with " + text.Person(c.Answered[0].Name, "", c.Answered[0].Number)
	}
	length := text.Clock(c.Total(p.now))
	left := p.th.Faint.Render(when) + p.th.Outcome(c.Outcome).Render(sign+" "+text.Cut(said, max(1, w-8-len(length)-1)))
	return text.Ends(left, p.th.Faint.Render(length), w)
}

func (p *Pane) dot() string { return " " + p.th.Signs.Dot + " " }

func failed(r lookup.Result) bool { return trouble(r) != "" }

// trouble is what the first source that failed says, in few words.
func trouble(r lookup.Result) string {
	for _, s := range r.Trail {
		if s.Err != nil {
			return call.Clean(s.Source) + ": " + text.Clean(s.Err.Error())
		}
	}
	return ""
}

func cleaned(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = call.Clean(s)
	}
	return out
}
