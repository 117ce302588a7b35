package alarms

import (
	"fmt"
	"strings"

	"ringside/ui/text"
)

// narrowest is the width below which a row would have nothing readable in it, and least the height
// from which on the summary has a line of its own.
const narrowest, least = 12, 4

// head is how many lines stand above the table.
func (p *Pane) head() int {
	if p.h >= least {
		return 1
	}
	return 0
}

// View gives exactly h lines of w cells.
func (p *Pane) View() string {
	switch {
	case p.w < narrowest:
		return text.Block(nil, p.w, p.h)
	case len(p.rows) == 0 && p.h >= 3:
		return p.ascii(text.Block(p.nothing(), p.w, p.h))
	case p.head() == 0:
		return p.table.View()
	}
	return p.ascii(text.Fit(" "+p.Summary(), p.w)) + "\n" + p.table.View()
}

func (p *Pane) ascii(s string) string {
	return strings.ReplaceAll(s, text.Ellipsis, p.th.Signs.Ellipsis)
}

// Summary is the whole list in one styled line: "2 red · 1 amber · 1 acknowledged · quiet until 06:00".
func (p *Pane) Summary() string {
	th := p.th
	red, amber, open := p.board.Counts()
	var parts []string
	add := func(n int, word string, look func(string) string) {
		if n > 0 {
			parts = append(parts, look(fmt.Sprintf("%d %s", n, word)))
		}
	}
	add(red, "red", th.Bad.Render)
	add(amber, "amber", th.Warn.Render)
	if red+amber == 0 {
		parts = append(parts, th.Good.Render(th.Signs.Good+" nothing is up"))
	}
	add(red+amber-open, "acknowledged", th.Text.Render)
	if !p.board.Quiet.IsZero() {
		parts = append(parts, th.Mark.Render("quiet until "+p.board.Quiet.In(p.now.Location()).Format("15:04")))
	}
	if p.why != "" {
		parts = append(parts, th.Warn.Render(th.Signs.Warn+" "+p.why))
	}
	rules := "rules are"
	if p.board.Rules == 1 {
		rules = "rule is"
	}
	parts = append(parts, th.Faint.Render(fmt.Sprintf("%d %s watched", p.board.Rules, rules)))
	return strings.Join(parts, th.Faint.Render(" "+th.Signs.Dot+" "))
}

// nothing says why there is no row.
func (p *Pane) nothing() []string {
	th := p.th
	lines := []string{""}
	say := func(look func(string) string, s string) {
		for _, l := range text.Wrap(s, p.w-4) {
			lines = append(lines, "  "+look(l))
		}
	}
	switch {
	case p.why != "":
		say(th.Warn.Render, th.Signs.Warn+" "+p.why)
	case !p.set:
		say(th.Faint.Render, "looking what asks for you"+text.Ellipsis)
	case p.board.Rules == 0:
		say(th.Text.Render, "No rules are watched.")
		say(th.Faint.Render, "[[alarms.rule]] in the configuration says what asks for you: docs/alarms.md, `ringside alarm test`.")
	default:
		rules := "rules are"
		if p.board.Rules == 1 {
			rules = "rule is"
		}
		say(th.Good.Render, th.Signs.Good+" Nothing asks for you.")
		say(th.Faint.Render, fmt.Sprintf("%d %s watched. An alarm shows in the header of every page; this one has its cause, the calls behind it, and what was.", p.board.Rules, rules))
		if !p.board.Quiet.IsZero() {
			say(th.Mark.Render, "Quiet until "+p.board.Quiet.In(p.now.Location()).Format("15:04")+": nothing sounds.")
		}
	}
	return lines
}
