package detail

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
)

// ladderFace is the view of arrows between the parties: a column for each of them, a line for each
// thing that happened, time and distance at the left.
type ladderFace struct {
	p      *Pane
	of     *call.Call
	ladder call.Ladder

	sel, top int  // step
	tail     bool // the newest step is selected as the call goes on
	col      int  // first column in sight
}

func newLadder(p *Pane) *ladderFace { return &ladderFace{p: p, tail: true} }

func (l *ladderFace) reset() { *l = ladderFace{p: l.p, tail: true} }

// steps gives the ladder of the call that is shown.
func (p *Pane) steps() call.Ladder {
	l, ok := p.faces[Ladder].(*ladderFace)
	if !ok {
		return call.Ladder{}
	}
	l.refresh()
	return l.ladder
}

// refresh takes in the call as it is now.
func (l *ladderFace) refresh() {
	c := l.p.shown()
	if c == nil || c == l.of {
		return
	}
	first := l.of == nil
	l.of, l.ladder = c, c.Ladder()
	shown := spelling(c)
	for i := range l.ladder.Columns {
		k := &l.ladder.Columns[i]
		k.Label, k.Sub = shown.Replace(call.Clean(k.Label)), shown.Replace(call.Clean(k.Sub))
	}
	for i := range l.ladder.Steps {
		s := &l.ladder.Steps[i]
		s.Text = shown.Replace(text.Clean(s.Text))
	}
	last := max(0, len(l.ladder.Steps)-1)
	if first {
		l.tail = c.Live()
	}
	if l.tail && c.Live() {
		l.sel = last
	}
	l.sel = min(l.sel, last)
}

func (l *ladderFace) do(a action.Action, h int) (tea.Cmd, bool) {
	l.refresh()
	n := len(l.ladder.Steps)
	if n == 0 {
		return nil, false
	}
	page := max(1, h-headLines-l.panelLines(h)-1)
	switch a {
	case action.Up:
		l.choose(l.sel - 1)
	case action.Down:
		l.choose(l.sel + 1)
	case action.PageUp:
		l.choose(l.sel - page)
	case action.PageDown:
		l.choose(l.sel + page)
	case action.Top:
		l.choose(0)
	case action.Bottom:
		l.choose(n - 1)
	case action.Left:
		if l.col == 0 {
			return nil, false
		}
		l.col--
	case action.Right:
		g := l.grid()
		if l.col+g.cols >= len(l.ladder.Columns) {
			return nil, false
		}
		l.col++
	default:
		return nil, false
	}
	return nil, true
}

// choose selects a step and brings its columns into sight as far as they fit.
func (l *ladderFace) choose(i int) {
	n := len(l.ladder.Steps)
	l.sel = min(max(0, i), n-1)
	l.tail = l.sel == n-1
	s, g := l.ladder.Steps[l.sel], l.grid()
	if s.Kind == call.StepMissing {
		return
	}
	for _, col := range [2]int{min(s.From, s.To), max(s.From, s.To)} {
		switch g.pos(col, l.col) {
		case g.cols:
			l.col = col - g.cols + 1
		case -1:
			l.col = max(0, col-min(1, g.cols-1))
		}
	}
}

// grid is how the columns stand.
type grid struct {
	margin int // cells of time and distance
	exact  bool
	w      int // cells of a column
	cols   int // columns in sight
}

// Columns are at least this wide, and no wider than is good for the eye.
const narrowColumn, wideColumn = 12, 34

func (l *ladderFace) grid() grid {
	g := grid{margin: 18, exact: l.p.w >= wide}
	if g.exact {
		g.margin = 21
	}
	if l.p.w < 50 {
		g.margin = 8
	}
	room, n := max(1, l.p.w-g.margin), max(1, len(l.ladder.Columns))
	g.w = min(max(room/n, narrowColumn), wideColumn, room)
	g.cols = min(n, max(1, room/g.w))
	g.w = min(room/g.cols, wideColumn)
	return g
}

// pos gives where a column stands when the columns are scrolled by so many: 0 and on from the left,
// -1 out of sight at the left, cols at the right. The first column always stays: most of a call is
// about the one who made it.
func (g grid) pos(col, scrolled int) int {
	switch i := col - scrolled; {
	case col == 0 && g.cols > 1:
		return 0
	case i < 0 || i == 0 && scrolled > 0 && g.cols > 1:
		return -1
	default:
		return min(i, g.cols)
	}
}

// col gives the column at a place in sight.
func (g grid) col(pos, scrolled int) int {
	if pos == 0 && g.cols > 1 {
		return 0
	}
	return pos + scrolled
}

// x gives the cell of the line of a column; of what is out of sight, that of its edge.
func (g grid) x(pos int) int {
	switch {
	case pos < 0 && g.cols > 1:
		return g.margin + g.w // between the first column and the next in sight
	case pos < 0:
		return g.margin
	case pos >= g.cols:
		return g.margin + g.cols*g.w - 1
	}
	return g.margin + pos*g.w + g.w/2
}

func (l *ladderFace) find(needle string) []int {
	l.refresh()
	var out []int
	for i := range l.ladder.Steps {
		if strings.Contains(strings.ToLower(l.sentence(i)), needle) {
			out = append(out, i)
		}
	}
	return out
}

func (l *ladderFace) place() int { return l.sel }

func (l *ladderFace) visit(i, _ int) {
	l.refresh()
	l.choose(i)
}

func (l *ladderFace) note() string {
	l.refresh()
	if len(l.ladder.Steps) == 0 {
		return ""
	}
	out := fmt.Sprintf("step %d of %d", l.sel+1, len(l.ladder.Steps))
	if g := l.grid(); g.cols < len(l.ladder.Columns) {
		out = fmt.Sprintf("%d of %d columns %s %s", g.cols, len(l.ladder.Columns), l.p.th.Signs.Dot, out)
	}
	return out
}

// sentence tells a step in full: who did what to whom.
func (l *ladderFace) sentence(i int) string {
	s := l.ladder.Steps[i]
	from, to := l.label(s.From), l.label(s.To)
	switch {
	case s.Kind == call.StepMissing || from == "":
		return s.Text
	case s.From == s.To || to == "":
		return from + ": " + s.Text
	}
	return from + " " + l.p.th.Signs.Arrow + " " + to + ": " + s.Text
}

func (l *ladderFace) label(col int) string {
	if col < 0 || col >= len(l.ladder.Columns) {
		return ""
	}
	k := l.ladder.Columns[col]
	if k.Sub == "" || k.Sub == k.Label {
		return k.Label
	}
	return k.Label + " (" + k.Sub + ")"
}
