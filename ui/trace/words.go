package trace

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"ringside/lookup/pop"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// part is the text of a line, plain, and its look.
type part struct {
	text  string
	style theme.Style
	link  string // the line belongs to this address
}

// look gives the look of what became of a pop.
func (p *Pane) look(t *pop.Trace) theme.Style {
	switch t.Result {
	case pop.Opened:
		return p.th.Good
	case pop.Shown, pop.Tried:
		return p.th.Text
	case pop.Failed, pop.Refused, pop.Limited:
		return p.th.Warn
	}
	return p.th.Faint
}

// head is a trace in one line: "▸ 09:14:03 ringing Dana Roe: nothing opened: rule Support: queue is Sales".
func (p *Pane) head(t *pop.Trace, open bool) string {
	sign := p.th.Signs.Folded
	if open {
		sign = p.th.Signs.Unfolded
	}
	who := t.From
	if t.Direction == "outbound" {
		who = t.To
	}
	return fmt.Sprintf("%s %s %s %s %s: %s", sign, p.sign(t), p.when(t.At), text.Fit(text.Clean(string(t.Moment)), len("answered")), text.PartyShort(who), Headline(t))
}

func (p *Pane) sign(t *pop.Trace) string {
	switch t.Result {
	case pop.Opened:
		return p.th.Signs.Good
	case pop.Shown, pop.Tried:
		return p.th.Signs.Arrow
	case pop.Failed, pop.Refused:
		return p.th.Signs.Bad
	case pop.Limited, pop.Late:
		return p.th.Signs.Warn
	}
	return p.th.Signs.Dash
}

// Headline says in one line what became of a pop, and why.
func Headline(t *pop.Trace) string {
	var said string
	switch t.Result {
	case pop.Opened:
		return text.Clean(text.Join(": ", "opened by "+t.Rule, t.Why))
	case pop.Shown:
		said = "address shown by " + t.Rule
	case pop.Nothing, pop.Late, pop.Before:
		said = "nothing opened"
	case pop.Tried:
		return text.Clean(text.Join(": ", "would open by "+t.Rule, t.Why))
	default:
		said = string(t.Result)
	}
	why := t.Why
	if t.Result == pop.Nothing && t.Rule == "" {
		why = missed(t)
	}
	return text.Clean(text.Join(": ", said, why))
}

// missed tells why no rule matched, by the one that came nearest: "rule Support: queue is Sales".
// Rules for another moment, and those that open nothing anyway, are not worth a word.
func missed(t *pop.Trace) string {
	best, most, near := "", -1, 0
	for _, r := range t.Rules {
		held := 0
		var failed *pop.Check
		for i := range r.Checks {
			switch c := &r.Checks[i]; {
			case c.Holds:
				held++
			case failed == nil:
				failed = c
			}
		}
		if failed == nil || failed.What == "moment" || r.Checks[0].Want == pop.NeverWants {
			continue
		}
		near++
		if held > most {
			best, most = fmt.Sprintf("rule %s: %s is %s", r.Name, failed.What, failed.Have), held
		}
	}
	switch {
	case near > 1:
		return best + "; " + count(near-1, "other rule", "other rules") + " neither"
	case near == 1:
		return best
	case len(t.Rules) == 0:
		return t.Why
	}
	return "no rule is for " + string(t.Moment)
}

// body is the whole trace but for its head.
func (p *Pane) body(t *pop.Trace) []part {
	b := &body{p: p}
	b.say(p.th.Faint, 4, fmt.Sprintf("call %s, %s, from %s to %s%s", t.Call, t.Direction, text.Party(t.From), text.Party(t.To), mine(t)))
	for _, r := range t.Rules {
		b.rule(r)
	}
	if t.Lookup != nil {
		b.lookup(t.Lookup)
	}
	for _, g := range t.Targets {
		b.target(g)
	}
	if t.Cut {
		b.say(p.th.Faint, 4, "this trace was too long to be kept whole")
	}
	b.out = append(b.out, part{})
	return b.out
}

func mine(t *pop.Trace) string {
	if t.User == "" {
		return ""
	}
	return ", for " + t.User
}

// body gathers lines.
type body struct {
	p   *Pane
	out []part
}

// say adds a text, indented and broken into lines as wide as the page.
func (b *body) say(style theme.Style, indent int, s string) {
	b.sayLinked(style, indent, s, "")
}

func (b *body) sayLinked(style theme.Style, indent int, s, link string) {
	for i, l := range text.Wrap(text.Clean(s), max(10, b.p.w-2-indent)) {
		in := indent
		if i > 0 && link == "" {
			in += 2
		}
		b.out = append(b.out, part{text.Spaces(in) + l, style, link})
	}
}

func (b *body) rule(r pop.RuleTrace) {
	th := b.p.th
	sign, word, style := th.Signs.Dash, "does not match", th.Text
	if r.Matched {
		sign, word, style = th.Signs.Good, "matches", th.Strong
	}
	b.say(style, 4, fmt.Sprintf("%s rule %s %s", sign, r.Name, word))
	for _, c := range r.Checks {
		sign, word, style := th.Signs.Good, "yes", th.Faint
		if !c.Holds {
			sign, word, style = th.Signs.Bad, "no", th.Warn
		}
		b.say(style, 8, fmt.Sprintf("%s %s: %s wants %s, is %s", sign, word, c.What, c.Want, c.Have))
	}
}

func (b *body) lookup(l *pop.LookupTrace) {
	th := b.p.th
	said := "look-up of " + text.Number(l.Number) + ": " + count(len(l.Contacts), "contact", "contacts")
	switch {
	case l.Cached:
		said += ", from memory"
	case l.WaitedMs > 0:
		said += fmt.Sprintf(" after %d ms", l.WaitedMs)
	}
	if !l.Done && len(l.Steps)+len(l.Contacts) > 0 {
		said += ", not all sources had answered"
	}
	b.say(th.Text, 4, said)
	for _, s := range l.Steps {
		if s.Err != "" {
			b.say(th.Warn, 8, fmt.Sprintf("%s asked for %s: %s, after %d ms", s.Source, s.Asked, s.Err, s.Ms))
			continue
		}
		b.say(th.Faint, 8, fmt.Sprintf("%s asked for %s: %d in %d ms", s.Source, s.Asked, s.Found, s.Ms))
	}
	for _, c := range l.Contacts {
		word := "found"
		if c == l.Used {
			word = "used"
		}
		b.say(th.Text, 8, word+" "+c)
	}
}

func (b *body) target(g pop.Target) {
	th := b.p.th
	b.say(th.Label, 4, string(g.Kind)+" "+strings.Join(g.Template, " "))
	for _, v := range g.Values {
		said := fmt.Sprintf("%s in %s: %q", v.Variable, v.Place, v.Value)
		if v.Encoded != v.Value {
			said += " " + th.Signs.Arrow + " " + v.Encoded
		}
		if v.Note != "" {
			said += " (" + v.Note + ")"
		}
		b.say(th.Text, 8, said)
	}
	if g.URL != "" {
		b.sayLinked(th.Accent, 8, g.URL, g.URL)
	}
	for i, a := range g.Argv {
		b.say(th.Text, 8, fmt.Sprintf("argument %d: %q", i, a))
	}
	if g.Result == pop.Tried || g.Result == "" {
		return
	}
	said, style := string(g.Result), th.Good
	if g.Result != pop.Opened {
		style = th.Warn
	}
	if g.Ms > 0 {
		said += fmt.Sprintf(" after %d ms", g.Ms)
	}
	b.say(style, 8, text.Join(": ", said, g.Why))
	if g.Output != "" {
		b.say(th.Faint, 8, fmt.Sprintf("wrote %q", g.Output))
	}
}

// Linked makes drawn text a link, for terminals that know OSC 8; others show the text alone. An
// address that is not all of printable ASCII, as every one that was made here is, is no link.
func Linked(url, drawn string) string {
	if strings.ContainsFunc(url, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return drawn
	}
	return ansi.SetHyperlink(url) + drawn + ansi.ResetHyperlink()
}
