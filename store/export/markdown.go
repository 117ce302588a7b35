package export

import (
	"fmt"
	"strings"

	"ringside/store/call"
)

// markdownSigns are what a text from outside may not say to a Markdown reader. They are written as
// HTML entities, not with a backslash: bare links, mentions and issue numbers are found behind a
// backslash too, and an entity means the same inside a table.
const markdownSigns = "\\`*_{}[]()<>#|~&@$!\"'^="

// md makes a text from outside safe inside a line or a table cell of Markdown, whatever is made of
// it: no markup, no HTML, no link, no mention.
func md(s string) string {
	s = clean(s)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '(' || r == ')':
			b.WriteRune(r) // alone they do nothing: a link needs its brackets
		case strings.ContainsRune(markdownSigns, r),
			r == ':' && strings.HasPrefix(s[i:], "://"),
			r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// card writes the call for a ticket: who, when, how it went, and the story.
func (p *page) card() {
	c := p.c
	p.printf("### %s → %s: %s\n\n| | |\n|---|---|\n", md(p.party(c.From)), md(p.party(c.To)), md(p.ending()))
	for _, row := range p.rows() {
		if row[1] != "" {
			p.printf("| %s | %s |\n", row[0], row[1])
		}
	}
	chapters := p.chapters()
	for _, ch := range chapters {
		if len(chapters) > 1 {
			p.printf("\n**%s**\n\n", md(p.chapterTitle(ch)))
		} else {
			p.printf("\n**Story**\n\n")
		}
		for _, s := range ch.Story {
			p.printf("- %s (%s) %s\n", p.dayTime(chapters[0].Call.Created, s.AtMs), offset(s.AtMs), md(told(s)))
		}
	}
	if p.r != nil && p.r.AI.Summary != "" {
		p.printf("\n**Summary by the service**: %s\n", md(p.r.AI.Summary))
	}
}

// rows are the lines of the card's table, the right cells safe.
func (p *page) rows() [][2]string {
	c := p.c
	rows := [][2]string{
		{"Outcome", md(p.outcome())},
		{"When", p.when() + ", " + call.Seconds(c.Total(p.now()).Milliseconds()) + " in all"},
		{"From", md(p.party(c.From))},
		{"To", md(p.party(c.To))},
		{"Direction", c.Direction.String()},
		{"Path", md(strings.Join(c.Path, " › "))},
		{"Queue", md(p.queue())},
	}
	for i := range c.Rung {
		rows = append(rows, [2]string{title("Rung", i), md(p.ring(&c.Rung[i]))})
	}
	for i, a := range c.Answered {
		verb := " at "
		if i == 0 && c.JoinedLate && c.AnswerMs < 0 {
			verb = " before we joined, seen talking at "
		}
		text := p.person(a.Name, a.Extension, a.Number) + verb + offset(a.AtMs) + ", talked " + call.Seconds(a.TalkMs)
		if a.Agent {
			text += ", out of the queue"
		}
		rows = append(rows, [2]string{title("Answered", i), md(text)})
	}
	for i, h := range c.Holds {
		text := "by " + p.named(h.By) + " at " + offset(h.AtMs) + ", still on"
		if h.Ms >= 0 {
			text = "by " + p.named(h.By) + " at " + offset(h.AtMs) + " for " + call.Seconds(h.Ms)
		}
		rows = append(rows, [2]string{title("Holds", i), md(text)})
	}
	for i, t := range c.Transfers {
		text := t.Kind + " by " + p.named(t.By) + " to " + p.named(t.To) + " at " + offset(t.AtMs)
		rows = append(rows, [2]string{title("Transfers", i), md(text)})
	}
	left := ""
	if c.LeftFirst != "" {
		left = p.named(c.LeftFirst) + " (inferred)"
	}
	return append(rows,
		[2]string{"Time", p.phases()},
		[2]string{"Left first", md(left)},
		[2]string{"Not seen", md(strings.Join(p.doubts(), ", "))},
		[2]string{"Call", md(c.ID)},
	)
}

// title heads the first row of its kind.
func title(s string, i int) string {
	if i > 0 {
		return ""
	}
	return s
}

// named names the participant that a record calls by extension or number.
func (p *page) named(label string) string {
	if label == "" {
		return "somebody"
	}
	for i := range p.c.People {
		switch q := &p.c.People[i]; label {
		case q.Extension:
			return p.person(q.Name, q.Extension, "")
		case q.Outside.Number:
			return p.party(q.Outside)
		}
	}
	return p.person("", "", label)
}

func (p *page) outcome() string {
	c := p.c
	if c.Outcome == call.Answered && c.AnswerMs >= 0 && len(c.Answered) > 0 {
		a := c.Answered[0]
		return "answered by " + p.person(a.Name, a.Extension, a.Number) + " after " + call.Seconds(c.AnswerMs)
	}
	return p.ending()
}

func (p *page) queue() string {
	if p.c.Queue == "" {
		return ""
	}
	if p.c.JoinedLate && p.c.Wait(p.now()) == 0 {
		return clean(p.c.Queue) // it was waited before we joined, if at all
	}
	return clean(p.c.Queue) + ", waited " + call.Seconds(p.c.Wait(p.now()).Milliseconds())
}

func (p *page) ring(r *call.Ring) string {
	text := p.person(r.Name, r.Extension, r.Number)
	if d := clean(call.Telephone(r.Device)); d != "" {
		text += " on the " + d
	}
	text += " at " + offset(r.AtMs)
	switch {
	case r.RingMs < 0:
		return text + ", ringing"
	case r.Answered:
		return text + ", answered after " + call.Seconds(r.RingMs)
	}
	return text + " for " + call.Seconds(r.RingMs) + ", not answered"
}

// phases tells what the time was spent on, leaving out what took none.
func (p *page) phases() string {
	var out []string
	for ph := range call.Phase(call.NumPhases) {
		if ms := p.c.PhaseTime(ph, p.now()).Milliseconds(); ms > 0 {
			out = append(out, ph.String()+" "+call.Seconds(ms))
		}
	}
	return strings.Join(out, ", ")
}
