package detail

import (
	"fmt"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// headLines is how many lines the heads of the columns take; they stay while the steps scroll.
const headLines = 2

// panelLines is how many lines below the steps tell the selected one in full.
func (l *ladderFace) panelLines(h int) int {
	switch {
	case h < 8:
		return 0
	case h < 14:
		return 2
	}
	return 4
}

func (l *ladderFace) draw(h int) []string {
	l.refresh()
	th := l.p.th
	n := len(l.ladder.Steps)
	if n == 0 {
		return []string{th.Faint.Render(text.Cut("nothing has been seen of this call yet", l.p.w))}
	}
	g := l.grid()
	l.col = max(0, min(l.col, len(l.ladder.Columns)-g.cols))
	lines := l.heads(g)
	panel := l.panelLines(h)
	room := max(0, h-headLines-panel)
	if room > n && panel > 0 && room-n > 1 {
		room = n + 1 // the panel follows the steps
	}
	if room > 0 {
		l.top = min(max(l.top, l.sel-room+1), l.sel)
		l.top = max(0, min(l.top, n-room))
	}
	lives := l.lives()
	for i := l.top; i < min(n, l.top+room); i++ {
		lines = append(lines, l.p.bright(l.line(i, g, lives), i == l.sel))
	}
	for len(lines) < headLines+room {
		lines = append(lines, "")
	}
	if panel > 0 {
		lines = append(lines, l.panel(panel)...)
	}
	return lines
}

// heads names the columns, and at the ends says how many are out of sight.
func (l *ladderFace) heads(g grid) []string {
	th := l.p.th
	name, sub := newStrip(l.p.w), newStrip(l.p.w)
	for i := range g.cols {
		k := l.ladder.Columns[g.col(i, l.col)]
		center(name, g.x(i), g.w-1, k.Label, &th.Title)
		center(sub, g.x(i), g.w-1, k.Sub, &th.Faint)
	}
	if l.col > 0 {
		name.put(g.x(-1), back(th), &th.Accent)
	}
	if l.col+g.cols < len(l.ladder.Columns) {
		name.put(l.p.w-1, th.Signs.Crumb, &th.Accent)
	}
	return []string{name.String(), sub.String()}
}

// center writes s in at most w cells around x.
func center(t *strip, x, w int, s string, style *theme.Style) {
	s = text.Cut(s, w)
	t.put(max(0, x-text.Width(s)/2), s, style)
}

// life is from which step to which a party takes part.
type life struct{ first, last int }

func (l *ladderFace) lives() []life {
	out := make([]life, len(l.ladder.Columns))
	for i := range out {
		out[i] = life{len(l.ladder.Steps), -1}
	}
	for i, s := range l.ladder.Steps {
		for _, k := range [2]int{s.From, s.To} {
			if k >= 0 && k < len(out) && s.Kind != call.StepMissing {
				out[k].first, out[k].last = min(out[k].first, i), max(out[k].last, i)
			}
		}
	}
	if l.of.Live() {
		for k := range out {
			if out[k].last >= 0 {
				out[k].last = len(l.ladder.Steps)
			}
		}
	}
	return out
}

// line draws one step.
func (l *ladderFace) line(i int, g grid, lives []life) string {
	th, s := l.p.th, l.ladder.Steps[i]
	t := newStrip(l.p.w)
	if i == l.sel {
		t.ground = &th.RowSelected
	}
	rail, mark := th.Border, th.Signs.V
	if s.Kind == call.StepMissing {
		rail, mark = th.Mark, th.Signs.Gap
	}
	for k := range g.cols {
		if v := lives[g.col(k, l.col)]; s.Kind == call.StepMissing || v.first <= i && i <= v.last {
			t.put(g.x(k), mark, &rail)
		}
	}
	l.margin(t, i, g)
	look := stepStyle(th, s)
	said := s.Text
	if s.Weak {
		said = th.Signs.Inferred + " " + said
	}
	switch {
	case s.Kind == call.StepMissing || s.From < 0 || s.To < 0:
		t.put(g.x(0)+2, said, &look)
	case s.From == s.To:
		l.alone(t, s, g, said, &look)
	default:
		l.arrow(t, s, g, said, &look)
	}
	return t.String()
}

// margin writes when a step was and how long after the one before.
func (l *ladderFace) margin(t *strip, i int, g grid) {
	th, s := l.p.th, l.ladder.Steps[i]
	when, gap, whenW := text.Offset(s.AtMs), distance(s.DeltaMs), 8
	look := &th.Faint
	if i == l.sel {
		t.put(0, th.Signs.Marker, &th.Accent)
		look = &th.Text
	}
	if g.exact {
		when, whenW = stamp(s.AtMs), 11
	}
	if i == 0 || s.DeltaMs == 0 {
		gap = ""
	}
	if g.margin < 12 {
		t.put(1, text.Right(when, g.margin-2), look)
		return
	}
	t.put(1, text.Right(when, whenW), look)
	t.put(2+whenW, text.Right(gap, 7), &th.Faint)
}

// distance writes how long after the step before a step came.
func distance(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d ms", n)
	}
	return text.Figure(ms(n))
}

// alone writes what is about one party beside its line.
func (l *ladderFace) alone(t *strip, s call.Step, g grid, said string, look *theme.Style) {
	pos := g.pos(s.From, l.col)
	x, w := g.x(pos), text.Width(said)
	switch {
	case pos < 0:
		t.put(x, back(l.p.th)+" "+l.named(s.From, said), look)
		return
	case pos >= g.cols:
		said = text.Cut(l.named(s.From, said), max(1, x-g.margin-2))
		t.put(x-1-text.Width(said), said+" "+l.p.th.Signs.Crumb, look)
		return
	}
	t.put(x, stepSign(l.p.th, s), look)
	if x+2+w <= l.p.w || x-2-w < g.margin {
		t.put(x+2, said, look)
		return
	}
	t.put(x-1-w, said, look)
}

// named says whom a step is about whose column is out of sight.
func (l *ladderFace) named(col int, said string) string {
	if col < 0 || col >= len(l.ladder.Columns) {
		return said
	}
	return l.ladder.Columns[col].Label + " " + said
}

// arrow draws from one column to another and puts the words on the arrow where it is long enough,
// else beside it. An arrow that leads out of sight ends at the edge and says to whom.
func (l *ladderFace) arrow(t *strip, s call.Step, g grid, said string, look *theme.Style) {
	th := l.p.th
	from, to := g.pos(s.From, l.col), g.pos(s.To, l.col)
	hidden := func(pos int) bool { return pos < 0 || pos >= g.cols }
	switch {
	case hidden(from) && hidden(to) && from == to:
		l.alone(t, s, g, said, look)
		return
	case hidden(from):
		said = l.named(s.From, said)
	case hidden(to):
		said += " " + l.ladder.Columns[s.To].Label
	}
	tip, right := g.x(to), g.x(to) > g.x(from)
	a, b := min(g.x(from), tip)+1, max(g.x(from), tip)
	t.fill(a, b, th.Signs.H, look)
	t.put(pick(right, b-1, a), head(th, right), look)
	for _, end := range [2]int{from, to} {
		if hidden(end) {
			t.put(g.x(end), pick(end < 0, back(th), th.Signs.Crumb), look)
		}
	}
	w := text.Width(said)
	switch room := b - a; {
	case w+4 <= room:
		t.put(a+(room-w-2)/2, " "+said+" ", look)
	case b+2+w <= l.p.w:
		t.put(b+2, said, look)
	case a-3-w >= g.margin:
		t.put(a-3-w, said, look)
	default:
		t.put(a+1, " "+text.Cut(said, room-4)+" ", look)
	}
}

func head(th *theme.Theme, right bool) string {
	switch {
	case right:
		return th.Signs.Arrow
	case th.ASCII:
		return "<"
	}
	return "←"
}

// back points to columns out of sight at the left.
func back(th *theme.Theme) string { return pick(th.ASCII, "<", "‹") }

// panel tells the selected step in full.
func (l *ladderFace) panel(h int) []string {
	th, s := l.p.th, l.ladder.Steps[l.sel]
	d := &doc{th: th, w: l.p.w}
	d.section(fmt.Sprintf("Step %d of %d", l.sel+1, len(l.ladder.Steps)))
	look := stepStyle(th, s)
	if said := l.sentence(l.sel); h > 2 {
		d.add(look.Render(stepSign(th, s)) + " " + th.Strong.Render(text.Cut(said, l.p.w-2)))
	}
	told := fmt.Sprintf("shown by state %d", s.Seq)
	switch {
	case s.Kind == call.StepMissing:
		told = "no state tells what happened here"
	case s.Seq == 0:
		told = "no state shows it"
	}
	if s.Weak {
		told += ", inferred"
	}
	clock := l.of.Created.Add(ms(s.AtMs)).In(l.p.now.Location()).Format("15:04:05.000")
	gap := ""
	if l.sel > 0 {
		gap = spanWords(s.DeltaMs) + " after the step before"
	}
	d.add(th.Faint.Render(text.Cut(text.Join(" "+th.Signs.Dot+" ", "at "+stamp(s.AtMs), clock, gap, told), l.p.w)))
	if h > 3 {
		d.lines = append([]string{""}, d.lines...)
	}
	return d.lines
}

// stepStyle is the look of a step: that of the state it leads to.
func stepStyle(th *theme.Theme, s call.Step) theme.Style {
	switch s.Kind {
	case call.StepCalls:
		return th.Accent
	case call.StepMenu, call.StepChoice:
		return th.State(call.StateInMenu)
	case call.StepQueue:
		return th.State(call.StateWaiting)
	case call.StepRings:
		return th.State(call.StateRinging)
	case call.StepNoAnswer:
		return th.Bad
	case call.StepAnswers, call.StepResumes:
		return th.State(call.StateTalking)
	case call.StepHolds:
		return th.State(call.StateOnHold)
	case call.StepTransfers:
		return th.State(call.StateTransferring)
	case call.StepVoicemail:
		return th.State(call.StateVoicemail)
	case call.StepMissing:
		return th.Mark
	case call.StepEnds:
		return th.Strong
	}
	return th.Faint
}

// stepSign is the sign of a step.
func stepSign(th *theme.Theme, s call.Step) string {
	switch s.Kind {
	case call.StepCalls:
		return th.Signs.Phone
	case call.StepMenu, call.StepChoice:
		return th.Sign(call.StateInMenu)
	case call.StepQueue:
		return th.Sign(call.StateWaiting)
	case call.StepRings:
		return th.Sign(call.StateRinging)
	case call.StepNoAnswer:
		return th.Signs.Bad
	case call.StepAnswers, call.StepResumes:
		return th.Sign(call.StateTalking)
	case call.StepHolds:
		return th.Sign(call.StateOnHold)
	case call.StepTransfers:
		return th.Sign(call.StateTransferring)
	case call.StepVoicemail:
		return th.Sign(call.StateVoicemail)
	case call.StepMissing:
		return th.Signs.Gap
	case call.StepEnds:
		return th.Sign(call.StateEnded)
	}
	return th.Signs.Dot
}
