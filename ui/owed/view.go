package owed

import (
	"fmt"
	"strings"

	"ringside/store/call"
	"ringside/ui/table"
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
	case len(p.list.rows) == 0 && p.h >= 3:
		return p.ascii(text.Block(p.nobody(), p.w, p.h))
	case p.head() == 0:
		return p.table.View()
	}
	return p.ascii(text.Fit(" "+p.Summary(), p.w)) + "\n" + p.table.View()
}

func (p *Pane) ascii(s string) string {
	return strings.ReplaceAll(s, text.Ellipsis, p.th.Signs.Ellipsis)
}

// Summary is the whole list in one styled line: "12 owed · oldest 2 h 10 · 3 taken".
func (p *Pane) Summary() string {
	th, n := p.th, len(p.list.entries)
	parts := []string{th.Strong.Render(fmt.Sprintf("%d owed", n))}
	if n > 0 {
		age := p.age(p.list.oldest)
		oldest := table.Judged(th, text.Age(age), age, p.limits.Amber, p.limits.Red)
		parts = append(parts, th.Faint.Render("oldest ")+oldest.Style.Render(oldest.Text))
	}
	if p.list.taken > 0 {
		parts = append(parts, th.Text.Render(fmt.Sprintf("%d taken", p.list.taken)))
	}
	if p.up > 0 {
		parts = append(parts, th.State(call.StateTalking).Render(fmt.Sprintf("%s %d on the line now", th.Sign(call.StateTalking), p.up)))
	}
	if p.why != "" {
		parts = append(parts, th.Warn.Render(th.Signs.Warn+" as it was: "+p.why))
	}
	if s := p.list.sort; s.By != "" || s.Reverse {
		parts = append(parts, th.Faint.Render("sorted by "+p.SortedBy()))
	}
	return strings.Join(parts, th.Faint.Render(" "+th.Signs.Dot+" "))
}

// SortedBy says in words what the list is sorted by.
func (p *Pane) SortedBy() string {
	s := "the oldest that nobody has taken"
	for _, c := range columns() {
		if c.ID == p.list.sort.By {
			s = strings.ToLower(c.Title)
		}
	}
	if p.list.sort.Reverse {
		s += ", reversed"
	}
	return s
}

// nobody says why there is no row.
func (p *Pane) nobody() []string {
	th, n := p.th, len(p.list.entries)
	lines := []string{""}
	say := func(look func(string) string, s string) {
		for _, l := range text.Wrap(s, p.w-4) {
			lines = append(lines, "  "+look(l))
		}
	}
	switch {
	case n > 0:
		say(th.Faint.Render, fmt.Sprintf("none of %d owed shows %q   Esc clears the filter", n, text.Clean(p.filter)))
	case p.why != "":
		say(th.Warn.Render, th.Signs.Warn+" "+p.why)
	case !p.loaded:
		say(th.Faint.Render, "looking who is owed a call"+text.Ellipsis)
	default:
		say(th.Good.Render, th.Signs.Good+" Nobody is waiting for a call back.")
		say(th.Faint.Render, "Whoever calls and reaches nobody comes here, and leaves by themselves when somebody reaches them or they get through.")
	}
	return lines
}
