package prompt

import (
	"slices"
	"strings"
	"unicode"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/text"
)

// Completer gives the ways to go on at character at of a text, the best first: query.Complete with
// the names that are known.
type Completer func(text string, at int) []query.Completion

// offers are the ways to go on from what is typed.
type offers struct {
	complete Completer // nil: there are none
	list     []query.Completion
	typed    []rune // the text they go on from
	at       int    // and where in it
	taken    int    // which of them stands in the text; -1: what was typed
	wanted   bool   // Tab asked for them where nothing has been typed yet
	ready    bool   // they are shown from the start
}

// offer looks for ways to go on from the text as it is now.
func (p *Prompt) offer() {
	o := offers{complete: p.offers.complete, ready: p.offers.ready, taken: -1}
	if o.complete != nil {
		o.typed, o.at = []rune(p.in.Value()), p.in.Position()
		o.list = slices.DeleteFunc(o.complete(string(o.typed), o.at), func(c query.Completion) bool {
			return c.From < 0 || c.To < c.From || c.To > len(o.typed) || c.Insert == string(o.typed[c.From:c.To]) // it stands there
		})
	}
	p.offers = o
}

// shown reports whether the offers are in sight: while a word is being typed, or when Tab has asked
// for them. They do not come up by themselves at every blank.
func (o *offers) shown() bool {
	return len(o.list) > 0 && (o.wanted || o.ready && len(o.typed) == 0 || o.at > 0 && !unicode.IsSpace(o.typed[o.at-1]) && o.typed[o.at-1] != '(')
}

// choose puts the next offer into the text, or the one before it; behind the last one comes what was
// typed. Where only one is there, the text goes on from it at once.
func (p *Prompt) choose(by int) {
	o := &p.offers
	switch {
	case len(o.list) == 0:
		return
	case !o.shown():
		o.wanted = true
		return
	}
	n := len(o.list) + 1
	o.taken = (o.taken+1+by+n)%n - 1
	written, at := o.typed, o.at
	if o.taken >= 0 {
		c := o.list[o.taken]
		insert := []rune(c.Insert)
		written, at = slices.Concat(o.typed[:c.From], insert, o.typed[c.To:]), c.From+len(insert)
	}
	p.in.SetValue(string(written))
	p.in.SetCursor(at)
	p.clean()
	if len(o.list) == 1 {
		p.offer()
	}
}

// Offers draws the ways to go on in at most w cells, and what the first of them, or the chosen one,
// means; "" when there are none to be shown.
func (p *Prompt) Offers(w int) string {
	o := &p.offers
	if !o.shown() || w < 12 {
		return ""
	}
	const gap = "  "
	var b strings.Builder
	b.WriteString(p.th.Faint.Render("Tab"))
	room := w - len("Tab")
	for i := o.first(room); i < len(o.list) && room > 0; i++ {
		s, style := call.Clean(o.list[i].Insert), p.th.Key
		if i == o.taken {
			s, style = p.th.Signs.Folded+s, p.th.Match
		}
		if n := len(gap) + text.Width(s); n > room {
			return b.String()
		}
		room -= len(gap) + text.Width(s)
		b.WriteString(gap + style.Render(s))
	}
	if help := o.list[max(0, o.taken)].Help; help != "" && room > len(gap)+text.Width(help) {
		b.WriteString(gap + p.th.Faint.Render(call.Clean(help)))
	}
	return b.String()
}

// first gives the first offer to draw, so that the chosen one is in sight.
func (o *offers) first(room int) int {
	at := 0
	for from, used := 0, 0; from <= o.taken; from++ {
		used += 3 + text.Width(call.Clean(o.list[from].Insert))
		for ; used > room && at < from; at++ {
			used -= 3 + text.Width(call.Clean(o.list[at].Insert))
		}
	}
	return at
}
