package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
)

// titleLines is how many lines the title takes where there is room, the last of them the view bar.
const titleLines = 3

// title makes the fixed lines at the top: what the call does and who is in it, then its particulars.
func (p *Pane) title(c *call.Call) []string {
	word := text.State(c)
	sign, style := p.th.Sign(c.State), p.th.State(c.State)
	clocks := text.Clock(c.Total(p.now))
	if c.Live() {
		clocks = text.Clock(c.Clock(p.now)) + p.th.Faint.Render(" of ") + clocks
	} else {
		sign, style = p.th.OutcomeSign(c.Outcome), p.th.Outcome(c.Outcome)
	}
	from := p.th.Title.Render(text.Party(c.From)) + p.th.Faint.Render(" "+p.th.Signs.Arrow+" ") + p.th.Title.Render(text.Party(c.To))
	first := text.Ends(style.Render(sign+" "+word)+"  "+from, clocks, p.w)
	if p.h < 6 {
		return []string{first}
	}
	no := ""
	if n := p.number(); n > 0 {
		no = fmt.Sprintf("call %d", n)
	}
	about := text.Join(" "+p.th.Signs.Dot+" ", c.Direction.String(), no, c.Created.In(p.now.Location()).Format("2 Jan 15:04:05"),
		recorded(c), call.Clean(c.ID))
	return []string{first, p.th.Faint.Render(text.Cut(about, p.w)), ""}
}

// number is that of the row on the board. The fold of a report has a board of its own, whose
// numbers mean nothing to anybody.
func (p *Pane) number() int {
	if p.call == nil {
		return 0
	}
	return p.call.No
}

func recorded(c *call.Call) string {
	if c.Recorded {
		return "recorded"
	}
	return ""
}

// marks says what is uncertain about the call, before anything is told of it.
func (p *Pane) marks(d *doc, c *call.Call) {
	warn := p.th.Warn.Render
	gaps := text.Gaps(c)
	if c.JoinedLate {
		said := "joined late: this call was up before we were"
		if len(gaps) < len(c.Gaps) {
			said += ", " + gapWords(c.Gaps[0])
		}
		d.para("!", said, warn)
	}
	for _, g := range gaps {
		d.para("!", "gap: "+gapWords(g), warn)
	}
	if c.Stale && c.Live() {
		d.para("!", "stale: nothing heard for "+text.Clock(p.now.Sub(c.Heard))+", being checked", warn)
	}
	if c.Odd > 0 {
		d.para("!", fmt.Sprintf("%d %s in its states could not be understood", c.Odd, plural(c.Odd, "thing", "things")), warn)
	}
	if p.call != nil && c != p.call && (p.call.JoinedLate || len(p.call.Gaps) > 0) {
		d.para("", "told from the report, which has every state: what we missed ourselves is filled in", p.th.Faint.Render)
	}
}

func gapWords(g call.Gap) string {
	if g.From == g.To {
		return fmt.Sprintf("state %d is missing", g.From)
	}
	return fmt.Sprintf("states %d to %d are missing", g.From, g.To)
}

// answer tells in a few lines where the call went and who took it.
func (p *Pane) answer(d *doc, c *call.Call) {
	if len(d.lines) > 0 {
		d.add("")
	}
	if len(c.Path) > 0 {
		p.fact(d, "path", strings.Join(cleaned(c.Path), " "+p.th.Signs.Crumb+" "))
	}
	if c.DialString != "" {
		p.fact(d, "dialled", call.Clean(c.DialString))
	}
	switch {
	case len(c.Answered) > 0:
		for i, a := range c.Answered {
			p.fact(d, pick(i == 0, "answered", "then"), answered(a))
		}
	case c.Live():
		p.fact(d, "answered", "not yet")
	default:
		p.fact(d, "answered", "by nobody")
	}
	if c.LeftFirst != "" {
		p.fact(d, "left first", text.Named(c, c.LeftFirst)+" (inferred)")
	}
	if n := len(c.Associated); n > 0 {
		p.fact(d, "goes with", fmt.Sprintf("%d other %s of the same journey%s", n, plural(n, "conversation", "conversations"), p.absent(c)))
	}
}

// absent says how many conversations of a journey are not at hand.
func (p *Pane) absent(c *call.Call) string {
	n := 0
	for _, id := range c.Associated {
		if !slices.ContainsFunc(p.journey, func(o *call.Call) bool { return o != nil && o.ID == id }) {
			n++
		}
	}
	if n == 0 || len(p.journey) == 0 {
		return ""
	}
	return fmt.Sprintf(", %d not at hand", n)
}

func answered(a call.Answer) string {
	out := "by " + text.Person(a.Name, a.Extension, a.Number) + " after " + text.Clock(ms(a.AtMs))
	if a.Agent {
		out += ", from the queue"
	}
	if a.TalkMs > 0 {
		out += ", talked " + text.Clock(ms(a.TalkMs))
	}
	return out
}

// fact adds a named value, wrapped under itself.
func (p *Pane) fact(d *doc, name, value string) {
	const col = 11
	if d.w < col+12 { // too narrow for two columns
		d.para("", name+" "+value, p.th.Text.Render)
		return
	}
	for i, l := range text.Wrap(value, d.w-col) {
		key := ""
		if i == 0 {
			key = name
		}
		d.add(p.th.Faint.Render(text.Fit(key, col)) + p.th.Text.Render(l))
	}
}

// time shows what the call's time went on: a bar in proportion and the figures.
func (p *Pane) time(d *doc, c *call.Call) {
	var parts [call.NumPhases]int64
	any := false
	for ph := range call.Phase(call.NumPhases) {
		if n := c.PhaseTime(ph, p.now).Milliseconds(); n >= 100 {
			parts[ph], any = n, true
		}
	}
	if !any {
		return
	}
	total := text.Clock(c.Total(p.now))
	if !c.Live() {
		total = stamp(c.Total(p.now).Milliseconds())
	}
	d.section("Time", total)
	var bar strings.Builder
	for ph, n := range text.Shares(parts[:], d.w) {
		if n > 0 {
			ph := call.Phase(ph)
			bar.WriteString(p.th.Phase(ph).Render(strings.Repeat(p.th.PhaseMark(ph), n)))
		}
	}
	d.add(bar.String())
	d.add(flow(p.figures(c), d.w)...)
}

// figures gives each phase of a call that lasted, with its mark in a bar.
func (p *Pane) figures(c *call.Call) []string {
	var items []string
	for ph := range call.Phase(call.NumPhases) {
		// What does not last a tenth of a second would only be read as "0.0 s".
		if t := c.PhaseTime(ph, p.now); t >= 100*time.Millisecond {
			mark := p.th.Phase(ph).Render(p.th.PhaseMark(ph))
			items = append(items, mark+" "+p.th.Faint.Render(phaseName(c, ph))+" "+text.Figure(t))
		}
	}
	return items
}

// flow puts styled items side by side, as many a line as fit.
func flow(items []string, w int) []string {
	var lines []string
	line, used := "", 0
	for _, it := range items {
		n := text.Width(it)
		switch {
		case used == 0:
			line, used = it, n
		case used+3+n <= w:
			line, used = line+"   "+it, used+3+n
		default:
			lines = append(lines, line)
			line, used = it, n
		}
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func plural(n int, one, many string) string { return pick(n == 1, one, many) }

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func cleaned(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = call.Clean(s)
	}
	return out
}
