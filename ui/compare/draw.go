package compare

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// The columns, in cells: the sign of what differs with a blank, the names of the members, then the
// two values with a rule between.
const (
	signW    = 2
	nameW    = 11
	ruleW    = 3 // a blank on either side
	valueMax = 76
	least    = signW + nameW + ruleW + 2*8 // narrower, no value can be read
)

// titleLines is how many lines stay where there is room for all of them.
const titleLines = 3

// valueW is the width of one value in w cells.
func valueW(w int) int { return min((w-signW-nameW-ruleW)/2, valueMax) }

// build makes the text anew when something it shows has changed.
func (p *Pane) build() {
	if !p.stale {
		return
	}
	p.stale = false
	p.head, p.body = nil, nil
	a, b := p.account(0), p.account(1)
	switch {
	case a.Call == nil || b.Call == nil:
		p.body = p.say("two calls are compared here: mark them in the list of reports, one after the other")
	case p.w < least:
		p.body = p.say("two calls need more room to stand side by side")
	default:
		all := facts(a, b, p.th.Signs.Crumb)
		p.title(a, b, all)
		p.bars(a, b)
		for _, s := range all {
			p.section(s)
		}
	}
	p.scroll(p.top)
}

func (p *Pane) account(i int) account {
	return account{Call: p.sides[i].call(), side: p.sides[i], now: p.now}
}

func (p *Pane) say(s string) []string {
	var out []string
	for _, l := range text.Wrap(s, p.w) {
		out = append(out, p.th.Faint.Render(l))
	}
	return out
}

// title makes the lines that stay: each call's outcome and parties, and how many members differ.
func (p *Pane) title(a, b account, all []section) {
	differ, n := 0, 0
	for _, s := range all {
		for _, f := range s.facts {
			n++
			if f.differs {
				differ++
			}
		}
	}
	var first, second [2]string
	for i, x := range [2]account{a, b} {
		sign, style := p.th.Sign(x.State), p.th.State(x.State)
		if !x.Live() {
			sign, style = p.th.OutcomeSign(x.Outcome), p.th.Outcome(x.Outcome)
		}
		first[i] = style.Render(sign) + " " + p.th.Title.Render(text.PartyShort(x.From)) +
			p.th.Faint.Render(" "+p.th.Signs.Arrow+" ") + p.th.Title.Render(text.PartyShort(x.To))
		second[i] = p.th.Faint.Render(text.Join(" "+p.th.Signs.Dot+" ", x.Created.In(p.now.Location()).Format("2 Jan 15:04:05"), call.Clean(x.ID)))
	}
	p.head = append(p.head, p.row("", "", p.th.Faint, first))
	if p.h < 8 {
		return
	}
	p.head = append(p.head, p.row("", "", p.th.Faint, second),
		p.th.Warn.Render(fmt.Sprintf("%s %d of %d", p.th.Signs.Differs, differ, n))+p.th.Faint.Render(" differ"))
}

// row puts a sign, a name and the two values, which may be styled, into one line.
func (p *Pane) row(sign, name string, look theme.Style, vals [2]string) string {
	v := valueW(p.w)
	return look.Render(text.Fit(sign, signW)) + look.Render(text.Fit(name, nameW)) +
		text.Fit(vals[0], v) + " " + p.th.Border.Render(p.th.Signs.V) + " " + text.Fit(vals[1], v)
}

func (p *Pane) rule(title string) {
	if len(p.body) > 0 {
		p.body = append(p.body, "")
	}
	n := p.w - text.Width(title) - 1
	p.body = append(p.body, p.th.Title.Render(title)+" "+p.th.Border.Render(strings.Repeat(p.th.Signs.H, max(0, n))))
}

func (p *Pane) section(s section) {
	if s.name != "" {
		p.rule(s.name)
	} else {
		p.body = append(p.body, "")
	}
	for _, f := range s.facts {
		p.fact(f)
	}
}

// fact draws one member of both calls, wrapped each in its own column. What is alike steps back.
func (p *Pane) fact(f fact) {
	sign, look, value := "", p.th.Label, p.th.Faint
	if f.differs {
		sign, look, value = p.th.Signs.Differs, p.th.Warn, p.th.Strong
	}
	var cols [2][]string
	for i, lines := range f.vals {
		for _, l := range lines {
			for n, part := range text.Wrap(l, valueW(p.w)-2) {
				if n > 0 {
					part = "  " + part
				}
				cols[i] = append(cols[i], value.Render(strings.ReplaceAll(part, unbroken, " ")))
			}
		}
		if len(lines) == 0 {
			cols[i] = []string{p.th.Faint.Render(p.th.Signs.Dash)}
		}
	}
	if f.delta != "" {
		cols[1][0] += "  " + p.th.Mark.Render(f.delta)
	}
	names := text.Wrap(f.name, nameW-1)
	for i := range max(len(cols[0]), len(cols[1]), len(names)) {
		p.body = append(p.body, p.row(sign, at(names, i), look, [2]string{at(cols[0], i), at(cols[1], i)}))
		sign = ""
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// bars draws what the time of each call went on, one above the other on one scale, and what the
// parts are.
func (p *Pane) bars(a, b account) {
	const clockW = 8
	var parts [2][]int64
	var total [2]int64
	for i, x := range [2]account{a, b} {
		parts[i] = make([]int64, call.NumPhases)
		for ph := range call.Phase(call.NumPhases) {
			parts[i][ph] = x.PhaseTime(ph, p.now).Milliseconds()
			total[i] += parts[i][ph]
		}
	}
	longest := max(total[0], total[1])
	if longest == 0 {
		return
	}
	room := p.w - signW - nameW - clockW
	var used [call.NumPhases]bool
	for i, name := range [2]string{"left", "right"} {
		cells := scaled(total[i], longest, room)
		var bar strings.Builder
		for ph, n := range text.Shares(parts[i], cells) {
			if n > 0 {
				used[ph] = true
				bar.WriteString(p.th.Phase(call.Phase(ph)).Render(strings.Repeat(p.th.PhaseMark(call.Phase(ph)), n)))
			}
		}
		p.body = append(p.body, text.Spaces(signW)+p.th.Label.Render(text.Fit(name, nameW))+bar.String()+text.Spaces(room-cells)+
			p.th.Text.Render(text.Right(text.Clock(time.Duration(total[i])*time.Millisecond), clockW)))
	}
	p.legend(used)
}

// scaled gives the cells of a bar of n where longest takes all of room; what is there has one.
func scaled(n, longest int64, room int) int {
	if n <= 0 || room <= 0 {
		return 0
	}
	return max(1, int((n*int64(room)+longest/2)/longest))
}

func (p *Pane) legend(used [call.NumPhases]bool) {
	line, w := text.Spaces(signW+nameW), signW+nameW
	for ph := range call.Phase(call.NumPhases) {
		if !used[ph] {
			continue
		}
		n := text.Width(p.th.PhaseMark(ph)) + 1 + text.Width(ph.String()) + 3
		if w+n > p.w && w > signW+nameW {
			p.body = append(p.body, line)
			line, w = text.Spaces(signW+nameW), signW+nameW
		}
		line += p.th.Phase(ph).Render(p.th.PhaseMark(ph)) + " " + p.th.Faint.Render(ph.String()) + "   "
		w += n
	}
	p.body = append(p.body, line)
}
