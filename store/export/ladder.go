package export

import (
	"fmt"
	"strings"

	"ringside/store/call"
)

// Widths of the ladder, in cells.
const (
	ladderTimes = 22 // offset and time since the step before
	ladderText  = 24 // least room for what happened
	columnLeast = 5
	columnMost  = 18
)

// ladder draws the call as arrows between columns. With more parties than fit, it lists the steps.
func (p *page) ladder() {
	l := p.c.Ladder()
	if len(l.Columns) == 0 {
		p.printf("no states\n")
		return
	}
	for i, col := range l.Columns {
		name := clean(col.Label)
		if s := clean(col.Sub); s != "" {
			name += " (" + s + ")"
		}
		p.hanging(right(fmt.Sprint(i+1), 3)+"  ", name)
	}
	p.printf("\n")
	w := min((p.o.Width-ladderTimes-ladderText)/len(l.Columns), columnMost)
	if w < columnLeast {
		p.ladderList(l)
		return
	}
	heads := ""
	for i, col := range l.Columns {
		heads += fit(fmt.Sprint(i+1)+" "+clean(col.Label), w-1) + " "
	}
	p.printf("%s%s\n", strings.Repeat(" ", ladderTimes), strings.TrimRight(heads, " "))
	for _, s := range l.Steps {
		lead := right(offset(s.AtMs), 11) + right(delta(s.DeltaMs), 9) + "  " + arrow(s, len(l.Columns), w)
		p.hanging(lead, stepText(s))
	}
}

// ladderList writes the steps one below the other.
func (p *page) ladderList(l call.Ladder) {
	for _, s := range l.Steps {
		who := fmt.Sprintf("%d", s.From+1)
		if s.To != s.From {
			who = fmt.Sprintf("%d → %d", s.From+1, s.To+1)
		}
		p.hanging(right(offset(s.AtMs), 11)+right(delta(s.DeltaMs), 9)+"  "+fit(who, 9)+" ", stepText(s))
	}
}

func stepText(s call.Step) string {
	if s.Weak && s.Kind != call.StepMissing {
		return clean(s.Text) + " (inferred)"
	}
	return clean(s.Text)
}

// delta writes the time since the step before; nothing when there was none.
func delta(ms int64) string {
	if ms == 0 {
		return ""
	}
	return call.Seconds(ms)
}

// arrow draws one step across n columns of w cells, whose lines stand in their first cells.
func arrow(s call.Step, n, w int) string {
	line := []rune(strings.Repeat("│"+strings.Repeat(" ", w-1), n))
	from, to := s.From*w, s.To*w
	lo, hi := min(from, to), max(from, to)
	dash := '─'
	if s.Weak {
		dash = '╌'
	}
	for i := lo + 1; i < hi; i++ {
		line[i] = dash
		if i%w == 0 && s.Kind != call.StepMissing {
			line[i] = '┼'
		}
	}
	switch {
	case s.Kind == call.StepMissing:
		line[lo], line[hi] = '╌', '╌'
	case from == to:
		line[from] = '●'
	case from < to:
		line[from], line[to-1] = '├', '>'
	default:
		line[from], line[to+1] = '┤', '<'
	}
	return string(line)
}
