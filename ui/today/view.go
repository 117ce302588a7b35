package today

import (
	"fmt"
	"strings"

	"ringside/store/stats"
	"ringside/ui/figures"
	"ringside/ui/table"
	"ringside/ui/text"
)

// below is how many lines the explanation takes.
func (p *Pane) below() int {
	if _, ok := p.Number(); !ok || !p.explain || p.h < 10 {
		return 0
	}
	return 9
}

// View draws exactly the room the page has.
func (p *Pane) View() string {
	if p.w < 24 || p.h < 4 {
		return text.Block(nil, p.w, p.h)
	}
	if !p.loaded {
		return text.Block([]string{"", "  " + p.th.Faint.Render("counting the calls of today"+p.th.Signs.Ellipsis)}, p.w, p.h)
	}
	n, _ := p.Number()
	below := p.below()
	room := p.h - below
	lines := []string{p.summary()}
	if below == 0 || p.hour < 0 {
		lines = append(lines, p.grid()...)
	}
	if air := p.air(); room-len(lines)-air >= 5 {
		lines = append(append(lines, make([]string, air)...), p.bars(min(room-len(lines)-air, 22))...)
	}
	out := text.Block(lines, p.w, room)
	if below > 0 {
		explained := figures.Explain(p.th, n, p.w, below)
		if p.hour >= 0 {
			explained = append(explained[:min(len(explained), below-1)], p.hourLine())
		}
		out += "\n" + text.Block(explained, p.w, below)
	}
	return out
}

// summary says which day it is, and how sure the numbers are.
func (p *Pane) summary() string {
	th := p.th
	all := p.by[stats.Calls]
	s := " " + th.Title.Render("Today") + th.Faint.Render(fmt.Sprintf(", calls that began since midnight (%s), %s", stats.ZoneName(p.now.In(p.zone)), p.now.In(p.zone).Format("Mon Jan 2 15:04")))
	doubt := all.Doubt.String()
	if doubt == "" {
		return text.Fit(s, p.w)
	}
	room := p.w - text.Width(s) - 3
	if room < 20 { // the doubt is more than the date
		s = " " + th.Title.Render("Today")
		room = p.w - text.Width(s) - 3
	}
	return text.Fit(s+"  "+th.Mark.Render(text.Cut(th.Signs.Gap+" "+doubt, room)), p.w)
}

// air is how many lines are left empty between the groups, and above and below them.
func (p *Pane) air() int {
	const least = 8 // of the bars
	if most, _ := p.rows(1); p.h-p.below() >= 2+most+least {
		return 1
	}
	return 0
}

// row is a line of a column of groups: a heading, a number, or nothing.
type row struct {
	title string
	item  *item
}

// rows gives the lines of each column below the summary, and how many the longest has.
func (p *Pane) rows(air int) (most int, cols [][]row) {
	for _, col := range p.arranged() {
		var rows []row
		for _, g := range col {
			rows = append(append(rows, make([]row, air)...), row{title: g.title})
			for i := range g.items {
				rows = append(rows, row{item: &g.items[i]})
			}
		}
		cols, most = append(cols, rows), max(most, len(rows))
	}
	return most, cols
}

// grid draws the groups beside each other.
func (p *Pane) grid() []string {
	most, cols := p.rows(p.air())
	wide := p.w / len(cols)
	out := make([]string, most)
	for i, col := range cols {
		for y, r := range col {
			s := " " + p.th.Column.Render(r.title)
			if r.item != nil {
				s = p.line(*r.item, min(wide-2, 40))
			}
			out[y] = text.Fit(out[y], i*wide) + s
		}
	}
	return out
}

func (p *Pane) line(it item, w int) string {
	n, th := p.by[it.id], p.th
	c := p.cell(n)
	value := c.Text
	if p.chosen && p.hour < 0 && p.sel == it.id {
		value, c.Style = "["+value+"]", th.Strong
	}
	title := n.Title
	if n.Known && it.id == stats.Missed && n.Value > 0 {
		title += " (" + stats.Percent(n.Value/(n.Value+p.by[stats.Answered].Value)) + ")"
	}
	look := th.Text
	if it.indent > 0 {
		look = th.Faint
	}
	label := text.Cut(text.Spaces(2*it.indent)+title, w-text.Width(value)-2)
	return " " + look.Render(label) + text.Spaces(w-1-text.Width(label)-text.Width(value)) + c.Style.Render(value)
}

// cell judges a number where there is something to judge it by.
func (p *Pane) cell(n stats.Number) table.Cell {
	l := p.limits
	switch n.ID {
	case stats.SLA:
		return figures.Promise(p.th, n, l.Target, l.Amber)
	case stats.LongestNow:
		return figures.Judged(p.th, n, float64(l.WaitAmber.Milliseconds()), float64(l.WaitRed.Milliseconds()))
	case stats.Waiting:
		return figures.Judged(p.th, n, float64(l.QueueAmber), float64(l.QueueRed))
	}
	return figures.Cell(p.th, n)
}

// bars draws the hours of the day in h lines: how many calls came in, the answered below, the missed
// on top, what is still open above them.
func (p *Pane) bars(h int) []string {
	th := p.th
	cell := max(2, min(8, (p.w-2)/24))
	most := 1.0
	for i := range p.hours {
		most = max(most, p.hours[i].Calls.Value)
	}
	height := h - 3
	legend := " " + th.Column.Render("BY HOUR") + "  " + th.Good.Render(th.Signs.Full) + th.Faint.Render(" answered  ") +
		th.Bad.Render(th.Signs.Half) + th.Faint.Render(" missed  ") + th.Faint.Render(th.Signs.Empty+" neither yet, or short abandons")
	out := []string{text.Fit(legend, p.w)}
	for y := height; y >= 0; y-- {
		var b strings.Builder
		b.WriteString(" ")
		for i := range p.hours {
			b.WriteString(p.bar(&p.hours[i], y, height, most, cell))
		}
		out = append(out, b.String())
	}
	var b strings.Builder
	b.WriteString(" ")
	for i := range p.hours {
		label := fmt.Sprintf("%d", i)
		look := th.Faint
		switch {
		case p.chosen && p.hour == i:
			label, look = "["+label+"]", th.Strong
			if cell < 4 {
				label = strings.Trim(label, "]")
			}
		case i == p.present():
			look = th.Accent
		}
		b.WriteString(look.Render(text.Fit(label, cell)))
	}
	return append(out, b.String())
}

// bar draws what of an hour's bar is in line y, 0 being the lowest; above it stands how many calls
// they were.
func (p *Pane) bar(hr *stats.Hour, y, height int, most float64, cell int) string {
	th := p.th
	rows := func(v float64) int {
		n := int(v/most*float64(height) + 0.5)
		if v > 0 {
			n = max(1, n)
		}
		return n
	}
	all := rows(hr.Calls.Value)
	missed := min(all, rows(hr.Missed.Value))
	answered := min(all-missed, rows(hr.Answered.Value))
	if open := hr.Calls.Value - hr.Answered.Value - hr.Missed.Value; open <= 0 {
		answered = all - missed
	}
	var mark string
	look := th.Faint
	switch {
	case hr.Calls.Value == 0:
		return text.Spaces(cell)
	case y == all:
		return th.Faint.Render(text.Fit(text.Cut(fmt.Sprintf("%.0f", hr.Calls.Value), cell), cell))
	case y > all:
		return text.Spaces(cell)
	case y < answered:
		mark, look = th.Signs.Full, th.Good
	case y < answered+missed:
		mark, look = th.Signs.Half, th.Bad
	default:
		mark = th.Signs.Empty
	}
	wide := max(1, cell-1)
	return look.Render(strings.Repeat(mark, wide)) + text.Spaces(cell-wide)
}

// hourLine tells the numbers of the chosen hour.
func (p *Pane) hourLine() string {
	h := p.hours[p.hour]
	var parts []string
	for _, n := range []stats.Number{h.Answered, h.Missed, h.Abandoned, h.AnswerTime, h.SLA} {
		parts = append(parts, n.Title+" "+figures.Value(p.th, n))
	}
	return " " + p.th.Label.Render(text.Fit("and", 11)) + p.th.Text.Render(text.Cut(strings.Join(parts, " "+p.th.Signs.Dot+" "), p.w-14))
}
