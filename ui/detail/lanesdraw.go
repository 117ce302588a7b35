package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// hideW is the width of the column at the right of the bars: how many spans of a lane are too short
// to be seen.
const hideW = 5

// widths divides the line: marker and name, bar, what is hidden.
func (l *lanesFace) widths() (label, bar int) {
	longest := 8
	for i := range l.rows {
		longest = max(longest, text.Width(l.rows[i].label))
	}
	label = min(longest, max(6, l.p.w*3/10), 40)
	return label, max(1, l.p.w-label-3-hideW)
}

func (l *lanesFace) draw(h int) []string {
	l.refresh()
	th := l.p.th
	if len(l.rows) == 0 {
		return []string{th.Faint.Render(text.Cut("nobody has been seen in this call yet", l.p.w))}
	}
	s := l.scale()
	label, _ := l.widths()
	ticks := ticksOf(s)
	legend := flow(l.p.figures(l.of), l.p.w)
	room := h - 2 - len(legend)
	lanes, panel := l.share(room)
	l.reveal(lanes)
	lines := []string{l.axis(label, ticks, lanes), l.pointer(s, label)}
	for i := l.top; i < min(len(l.rows), l.top+lanes); i++ {
		lines = append(lines, l.lane(i, s, label, ticks))
	}
	if room < 1 {
		return lines
	}
	if room-lanes-panel > 2 {
		lines = append(lines, "")
	}
	lines = append(lines, legend...)
	if panel > 1 {
		if room-lanes-panel > 1 {
			lines = append(lines, "")
		}
		lines = append(lines, l.panel(panel, s, label)...)
	}
	return lines
}

// share divides the room between the lanes and the panel below that says what everybody does. The
// panel has its heading, and where there is not room for all it keeps to what is around the cursor.
func (l *lanesFace) share(room int) (lanes, panel int) {
	n := len(l.rows)
	switch {
	case room < 5:
		return max(0, min(room, n)), 0
	case 2*n+1 <= room:
		return n, n + 1
	}
	panel = min(n+1, max(room-n, room*2/5))
	return min(n, room-panel), panel
}

// reveal scrolls the lanes so that the cursor's is in sight.
func (l *lanesFace) reveal(lanes int) {
	if lanes <= 0 {
		return
	}
	l.top = min(max(l.top, l.sel-lanes+1), l.sel)
	l.top = max(0, min(l.top, len(l.rows)-lanes))
}

// axis is the line of times above the lanes.
func (l *lanesFace) axis(label int, ticks []tick, lanes int) string {
	th := l.p.th
	t := newStrip(l.p.w)
	t.put(1, text.Cut(l.hiddenLanes(lanes), label), &th.Faint)
	at := label + 2
	for _, k := range ticks {
		if x := at + k.cell; t.free(x, text.Width(k.label)+2) {
			t.put(x, th.Signs.V, &th.Border)
			t.put(x+1, k.label, &th.Faint)
		}
	}
	return t.String()
}

// hiddenLanes says how many lanes are out of sight when so many are in sight.
func (l *lanesFace) hiddenLanes(lanes int) string {
	above, below := "", ""
	if l.top > 0 {
		above = fmt.Sprintf("%s %d more", l.p.th.Signs.Up, l.top)
	}
	if n := len(l.rows) - l.top - lanes; n > 0 {
		below = fmt.Sprintf("%s %d more", l.p.th.Signs.Below, n)
	}
	return text.Join("  ", above, below)
}

// pointer is the line between times and lanes: the cursor's moment, exactly, and where states are
// missing.
func (l *lanesFace) pointer(s scale, label int) string {
	th := l.p.th
	t := newStrip(l.p.w)
	at := label + 2
	for _, ms := range l.missing() {
		if ms >= s.from && ms <= s.to {
			t.put(at+s.cell(ms), th.Signs.Gap, &th.Mark)
		}
	}
	x, said := at+s.cell(min(l.cur, s.to-1)), stamp(l.cur)
	t.put(x, th.Signs.Desc, &th.Accent)
	if x+2+text.Width(said) <= len(t.cells) {
		t.put(x+2, said, &th.Accent)
	} else {
		t.put(x-1-text.Width(said), said, &th.Accent)
	}
	return t.String()
}

// missing gives the moments before which states are missing.
func (l *lanesFace) missing() []int64 {
	if len(l.of.Gaps) == 0 {
		return nil
	}
	var out []int64
	for _, s := range l.p.steps().Steps {
		if s.Kind == call.StepMissing {
			out = append(out, s.AtMs)
		}
	}
	return out
}

// lane draws one lane.
func (l *lanesFace) lane(i int, s scale, label int, ticks []tick) string {
	th, r := l.p.th, &l.rows[i]
	t := newStrip(l.p.w)
	name := &th.Text
	if r.System >= 0 {
		name = &th.Faint
	}
	if i == l.sel {
		name = &th.Strong
		t.put(0, th.Signs.Marker, &th.Accent)
	}
	t.put(1, short(r.label, label), name)
	x := label + 2
	for _, k := range ticks {
		t.put(x+k.cell, pick(th.ASCII, ":", "┊"), &th.Border)
	}
	at, hidden := s.cell(min(l.cur, s.to-1)), 0
	for k, c := range barCells(r.Spans, s) {
		mark, look := "", theme.Style{}
		if c.span >= 0 {
			mark, look = l.mark(r.Spans[c.span], k, s)
		}
		if c.hides > 0 { // in the colour of what matters most there
			mark, hidden = "+", hidden+c.hides
		}
		if k == at {
			if mark == "" {
				mark, look = th.Signs.V, th.Accent
			} else {
				look = look.On(th.RowSelected)
			}
		}
		if mark != "" {
			t.put(x+k, mark, &look)
		}
	}
	if hidden > 0 {
		t.put(len(t.cells)-hideW+1, fmt.Sprintf("+%d", hidden), &th.Faint)
	}
	return t.String()
}

// short gives a lane's name in at most w cells: without what stands in brackets where that helps, and with
// the telephone behind a comma.
func short(label string, w int) string {
	if text.Width(label) > w {
		name, rest, _ := strings.Cut(label, " (")
		if _, rest, ok := strings.Cut(rest, ")"); ok {
			for _, s := range []string{name + rest, name + strings.Replace(rest, " on the ", ", ", 1)} {
				if text.Width(s) <= w {
					return s
				}
			}
		}
	}
	return text.Cut(label, w)
}

// mark is what a cell of a span is drawn with. One that is not fully known has the sign for that in
// every other cell, its first one left out.
func (l *lanesFace) mark(sp call.Span, cell int, s scale) (string, theme.Style) {
	th := l.p.th
	if first := s.cell(max(sp.FromMs, s.from)); sp.Weak && (cell-first)%2 == 1 {
		return th.Signs.Inferred, th.Mark
	}
	return th.PhaseMark(sp.Phase), th.Phase(sp.Phase)
}

// panel says what everybody does at the cursor, since when and how long.
func (l *lanesFace) panel(h int, s scale, label int) []string {
	th := l.p.th
	head := "At " + stamp(l.cur)
	when := l.of.Created.Add(ms(l.cur)).In(l.p.now.Location()).Format("15:04:05.000")
	about := when + " " + th.Signs.Dot + " a cell is " + spanWords((s.to-s.from)/int64(s.n))
	rule := l.p.w - text.Width(head) - text.Width(about) - 2
	if rule < 3 {
		about, rule = "", l.p.w-text.Width(head)-1
	}
	out := []string{th.Title.Render(head) + " " + th.Border.Render(strings.Repeat(th.Signs.H, max(0, rule))) + " " + th.Faint.Render(about)}
	rows := l.around(h - 1)
	wordsW := 0
	for _, i := range rows {
		if k := l.spanAt(l.rows[i].Spans); k >= 0 {
			wordsW = max(wordsW, text.Width(l.words(&l.rows[i], l.rows[i].Spans[k])))
		}
	}
	for _, i := range rows {
		out = append(out, l.doing(i, s, label, wordsW))
	}
	return out
}

// around chooses the lanes that n lines of the panel are about: the cursor's, those that do
// something at its moment, then those that follow it.
func (l *lanesFace) around(n int) []int {
	if n >= len(l.rows) {
		n = len(l.rows)
	}
	out := []int{l.sel}
	add := func(i int) {
		if len(out) < n && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	for i := range l.rows {
		if l.spanAt(l.rows[i].Spans) >= 0 {
			add(i)
		}
	}
	for k := range l.rows {
		add((l.sel + k) % len(l.rows))
	}
	slices.Sort(out)
	return out
}

// doing is the panel's line about one lane.
func (l *lanesFace) doing(i int, s scale, label, wordsW int) string {
	th, r := l.p.th, &l.rows[i]
	t := newStrip(l.p.w)
	name := &th.Text
	if i == l.sel {
		name = &th.Strong
		t.put(0, th.Signs.Marker, &th.Accent)
	}
	t.put(1, short(r.label, label), name)
	x := label + 2
	k := l.spanAt(r.Spans)
	if k < 0 {
		t.put(x, text.Cut(l.absent(r.Spans), l.p.w-x), &th.Faint)
		return t.String()
	}
	sp := r.Spans[k]
	look := th.Phase(sp.Phase)
	t.put(x, th.PhaseMark(sp.Phase), &look)
	times := stamp(sp.FromMs) + " " + th.Signs.Arrow + " " + stamp(sp.ToMs)
	length := spanWords(sp.ToMs - sp.FromMs)
	more := ""
	if sp.Weak {
		more = th.Signs.Inferred + " not all seen"
	}
	if n := l.others(r.Spans, k, s); n > 0 {
		more = text.Join(", ", more, fmt.Sprintf("+%d here", n))
	}
	room := l.p.w - x - 2
	said := l.words(r, sp)
	wordsW = max(1, min(wordsW, room-text.Width(times)-2-9))
	t.put(x+2, text.Cut(said, wordsW), &th.Text)
	x += 2 + wordsW + 1
	t.put(x, times, &th.Faint)
	x += text.Width(times) + 1
	t.put(x, text.Right(length, 9), &th.Strong)
	if more != "" {
		t.put(x+11, text.Cut(more, l.p.w-x-11), &th.Mark)
	}
	return t.String()
}

// spanAt gives the span at the cursor, -1 for none. At the end of the call it is the last one.
func (l *lanesFace) spanAt(spans []call.Span) int {
	for k, s := range spans {
		atEnd := s.ToMs == l.end && l.cur == l.end
		if s.FromMs <= l.cur && (l.cur < s.ToMs || l.cur == s.FromMs || atEnd) {
			return k
		}
	}
	return -1
}

// others counts what else lies in the cell of the cursor.
func (l *lanesFace) others(spans []call.Span, but int, s scale) int {
	at, n := s.cell(min(l.cur, s.to-1)), 0
	for k, sp := range spans {
		if a, b, ok := s.cells(sp); ok && k != but && a <= at && at <= b {
			n++
		}
	}
	return n
}

// absent says why a lane has nothing at the cursor.
func (l *lanesFace) absent(spans []call.Span) string {
	for _, s := range spans {
		if s.FromMs > l.cur {
			if s == spans[0] {
				return "joins at " + stamp(s.FromMs)
			}
			return "away until " + stamp(s.FromMs)
		}
	}
	if len(spans) == 0 {
		return "not seen doing anything"
	}
	return "left at " + stamp(spans[len(spans)-1].ToMs)
}

// spanWords writes a length for reading, exactly where it is short: "250 ms", "3.115 s", "3:07.667".
func spanWords(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d ms", n)
	case n < 60_000:
		return fmt.Sprintf("%d.%03d s", n/1000, n%1000)
	}
	return stamp(n)
}

// tick is a time written above the lanes.
type tick struct {
	cell  int
	label string
}

// ticksOf gives the times above a window: round ones, far enough apart to be read.
func ticksOf(s scale) []tick {
	step := tickStep(s)
	var out []tick
	for at := (s.from + step - 1) / step * step; at < s.to; at += step {
		out = append(out, tick{s.cell(at), tickLabel(at, step)})
	}
	return out
}

// tickStep is the smallest round step of which a label and a blank fit into the cells between two.
func tickStep(s scale) int64 {
	steps := [...]time.Duration{
		1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3,
		3600e3, 7200e3, 3 * 3600e3, 6 * 3600e3, 12 * 3600e3, 24 * 3600e3,
	}
	for _, step := range steps {
		need := int64(text.Width(tickLabel(s.to, int64(step))) + 4)
		if int64(step)*int64(s.n) >= need*(s.to-s.from) {
			return int64(step)
		}
	}
	return max(24*3600e3, (s.to-s.from)/2)
}

// tickLabel writes a round time with as many digits as the step between two needs.
func tickLabel(at, step int64) string {
	clock := text.Clock(ms(at))
	switch {
	case step >= 1000:
		return clock
	case step >= 100:
		return fmt.Sprintf("%s.%d", clock, at%1000/100)
	case step >= 10:
		return fmt.Sprintf("%s.%02d", clock, at%1000/10)
	}
	return fmt.Sprintf("%s.%03d", clock, at%1000)
}
