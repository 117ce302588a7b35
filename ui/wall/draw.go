package wall

import (
	"fmt"
	"slices"
	"strings"

	"ringside/ui/text"
	"ringside/ui/theme"
)

// topLines is how many lines stand above the tiles. A lost link has one whatever the size.
func (p *Pane) topLines(h int) int {
	switch {
	case h >= 24:
		return 3
	case h >= 8:
		return 2
	case h >= 3, !p.link.Fresh:
		return 1
	}
	return 0
}

// top draws what stands above: whose board it is, what is up, the time; and below it what is wrong.
func (p *Pane) top(w, n int, where string) []string {
	state, style, wrong := p.state()
	titled := p.titleLine(w, where)
	stated := style.Render(text.Fit(" "+state, w))
	switch {
	case n <= 0:
		return nil
	case n == 1 && wrong:
		return []string{stated}
	case n == 1:
		return []string{titled}
	case n == 2:
		return []string{titled, stated}
	}
	return []string{titled, stated, ""}
}

func (p *Pane) titleLine(w int, where string) string {
	th := p.th
	left := " " + th.Title.Render(p.opt.Title)
	if where != "" {
		left += "  " + th.Faint.Render(where)
	}
	sign, style := th.Signs.Live, th.Good
	if !p.link.Fresh {
		sign, style = th.Signs.Bad, th.Bad
	}
	right := style.Render(sign + " " + p.link.Words)
	if !p.now.IsZero() {
		right += "  " + th.Strong.Render(p.now.Format("15:04:05"))
	}
	return text.Ends(left, right+" ", w)
}

// state says what is wrong: a lost link first, then alarms.
func (p *Pane) state() (say string, style theme.Style, wrong bool) {
	th := p.th
	switch {
	case !p.link.Fresh && p.link.Since.IsZero():
		return text.Join(" ", th.Signs.Bad, "NO LINK:", text.Join("; ", p.link.Words, p.link.Why)), th.Alert, true
	case !p.link.Fresh:
		return text.Join(" ", th.Signs.Bad, "LINK LOST, figures of", p.link.Since.Format("15:04:05")+":", text.Join("; ", p.link.Words, p.link.Why)), th.Alert, true
	case p.alarm.Level != Calm:
		say := text.Join(" ", p.alarm.Level.sign(th), strings.ToUpper(p.alarm.Level.String()), p.alarm.Text)
		if p.alarm.More > 0 {
			say += fmt.Sprintf(", and %d more", p.alarm.More)
		}
		return say, p.alarm.Level.block(th), true
	}
	return p.calm, th.Faint, false
}

// sheet draws what is on one page in exactly w by h cells.
func (p *Pane) sheet(s sheet, w, h int) []string {
	switch {
	case len(s.figures) == 0:
		return p.list(&s.page.List, w, h)
	case !s.list:
		return p.tiles(s.figures, w, h)
	}
	tw, tall, _ := p.rooms(w, h)
	tiles := p.tiles(s.figures, tw, tall)
	if tw == w {
		return append(append(tiles, ""), p.list(&s.page.List, w, h-tall-1)...)
	}
	list := p.list(&s.page.List, w-tw-3, h)
	out := make([]string, h)
	for i := range out {
		out[i] = text.Fit(at(tiles, i), tw) + " " + p.th.Border.Render(p.th.Signs.V) + " " + at(list, i)
	}
	return out
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// tiles draws figures in a grid, in exactly h lines.
func (p *Pane) tiles(figures []Figure, w, h int) []string {
	rooms := make([]string, len(figures))
	for i := range figures {
		rooms[i] = figures[i].Room
	}
	g, ok := arrange(len(figures), rooms, w, h, p.th.ASCII)
	if !ok { // no room for digits: a line each
		g = grid{cols: 1, rows: len(figures), w: w, h: max(1, h/len(figures))}
	}
	var out []string
	for r := range g.rows {
		row := make([]string, g.h)
		for c := range g.cols {
			i := r*g.cols + c
			if i >= len(figures) {
				break
			}
			for y, l := range p.tile(&figures[i], g) {
				if c > 0 {
					row[y] += text.Spaces(tileGap)
				}
				row[y] += l
			}
		}
		if r > 0 && ok {
			out = append(out, "")
		}
		out = append(out, row...)
	}
	if len(out) > h {
		out = out[:h]
	}
	for len(out) < h {
		out = append(out, "")
	}
	return out
}

// tile draws one figure in exactly g.w by g.h cells.
func (p *Pane) tile(f *Figure, g grid) []string {
	th := p.th
	level := f.Level
	value := f.Value
	if value == "" {
		value = "-"
	}
	if g.h == 1 || g.w < minTileW { // a line: the sign, the name, the value
		line := text.Join(" ", level.sign(th), f.Name, value)
		if g.h > 1 {
			return append([]string{level.look(th).Render(text.Fit(line, g.w))}, p.blank(g.w, g.h-1)...)
		}
		return []string{level.look(th).Render(text.Fit(line, g.w))}
	}
	lines := []string{p.tileHead(f, g.w)}
	room := g.h - beside(g.h)
	s := g.digits
	if sw, sh := s.cells(value); sw > g.w-2 || sh > room {
		s = largest(value, g.w-2, room, th.ASCII)
	}
	digits := big(value, s, &th.Signs)
	left := g.h - 1 - len(digits) // lines for the target, the trend and air
	target, trend := left >= 1, left >= 2
	if target {
		left--
	}
	if trend {
		left--
	}
	lines = append(lines, p.blank(g.w, left/2)...)
	for _, d := range digits {
		in := max(1, (g.w-text.Width(d))/2)
		lines = append(lines, text.Fit(text.Spaces(in)+level.look(th).Render(text.Cut(d, g.w-1)), g.w))
	}
	lines = append(lines, p.blank(g.w, left-left/2)...)
	if target {
		lines = append(lines, p.targetLine(f, g.w))
	}
	if trend {
		lines = append(lines, p.trendLine(f, g.w))
	}
	return lines
}

// tileHead draws the name of a figure, and how grave it is.
func (p *Pane) tileHead(f *Figure, w int) string {
	head, word := text.Join(" ", f.Level.sign(p.th), f.Name), f.Level.String()
	if text.Width(head)+1+text.Width(word) > w-2 {
		word = ""
	}
	return f.Level.block(p.th).Render(text.Fit(" "+text.Ends(head, word, w-2)+" ", w))
}

func (p *Pane) blank(w, n int) []string {
	if n <= 0 {
		return nil
	}
	return slices.Repeat([]string{text.Spaces(w)}, n)
}

func (p *Pane) targetLine(f *Figure, w int) string {
	if f.Doubt == "" {
		return p.th.Faint.Render(text.Fit(" "+f.Target, w))
	}
	doubt := p.th.Signs.Inferred + " " + f.Doubt
	return text.Fit(" "+p.th.Faint.Render(text.Cut(f.Target, max(0, w-4-text.Width(doubt))))+"  "+p.th.Mark.Render(doubt), w)
}

// trendLine draws how the figure went, the present at the right, as wide as there is room for.
func (p *Pane) trendLine(f *Figure, w int) string {
	line := spark(f.Trend, w-2, p.th.Signs.Spark)
	over := ""
	if n := text.Width(line); f.Over != "" && n > 0 && n+2+text.Width(f.Over) <= w-2 {
		over = "  " + f.Over
	}
	return text.Fit(" "+p.th.Accent.Render(line)+p.th.Faint.Render(over), w)
}

// spark draws figures as bars, the last at the right; where there are more than w, the last w. One above
// 0 is never drawn as nothing.
func spark(v []int, w int, bars [8]string) string {
	if w <= 0 || len(v) == 0 {
		return ""
	}
	if len(v) > w {
		v = v[len(v)-w:]
	}
	most := slices.Max(v)
	var b strings.Builder
	for _, n := range v {
		at := 0
		if n > 0 {
			at = min(7, max(1, (n*7+most/2)/most))
		}
		b.WriteString(bars[at])
	}
	return b.String()
}

// list draws who waits, or how the queues are, in exactly h lines.
func (p *Pane) list(l *List, w, h int) []string {
	th := p.th
	if h <= 0 {
		return nil
	}
	rows, more := l.Rows, l.More
	if room := h - 1; len(rows) > room {
		more += len(rows) - room
		rows = rows[:room]
	}
	tail := ""
	if more > 0 {
		tail = th.Faint.Render(fmt.Sprintf("%d more ", more))
	}
	lines := []string{text.Ends(" "+th.Title.Render(text.Cut(l.Title, w-1)), tail, w)}
	if len(l.Rows) == 0 {
		lines = append(lines, th.Faint.Render(text.Fit("   "+l.None, w)))
	}
	clock := 0
	const apart = 60 // who and where are read as one line
	for _, r := range rows {
		clock = max(clock, text.Width(r.Clock))
	}
	for _, r := range rows {
		sign := text.Fit(r.Level.sign(th), 2)
		said := text.Ends(r.Who, th.Faint.Render(text.Cut(r.Where, max(0, (min(w, apart)-clock-7)/2))), max(0, min(w, apart)-clock-7))
		lines = append(lines, text.Fit(" "+r.Level.look(th).Render(sign+" "+text.Right(r.Clock, clock))+"  "+said, w))
	}
	for len(lines) < h {
		lines = append(lines, text.Spaces(w))
	}
	return lines[:h]
}
