package detail

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
)

// lanesFace is the view with a bar for everybody: a window in time over the lanes of the call, and a
// cursor in it. Times are milliseconds after the call was created.
type lanesFace struct {
	p *Pane

	of   *call.Call // whose lanes these are, at the second at
	at   time.Time
	rows []laneRow
	flat []place // every span of every lane in order of time
	end  int64   // length of the call so far

	from, span int64 // the window; span 0 is the whole call
	cur        int64
	tail       bool // the cursor stays at the end of a call that goes on
	placed     bool // the cursor has been put somewhere in this call
	sel, top   int  // lane the cursor is in, first one in sight
}

// laneRow is a lane as it is written.
type laneRow struct {
	call.Lane
	label  string
	system call.SystemKind // where System is not -1
}

// place is one span of one lane.
type place struct{ lane, span int }

func newLanes(p *Pane) *lanesFace { return &lanesFace{p: p} }

func (l *lanesFace) reset() { *l = lanesFace{p: l.p} }

// refresh takes in the call as it is now.
func (l *lanesFace) refresh() {
	c, at := l.p.shown(), l.p.now.Truncate(time.Second)
	if c == nil || c == l.of && (!c.Live() || at.Equal(l.at)) {
		return
	}
	l.of, l.at = c, at
	l.rows, l.flat = nil, nil
	shown := spelling(c)
	l.end = c.Total(l.p.now).Milliseconds()
	for _, lane := range c.Lanes(l.p.now) {
		r := laneRow{Lane: lane, label: shown.Replace(call.Clean(lane.Label))}
		if lane.System >= 0 && lane.System < len(c.Systems) {
			r.system = c.Systems[lane.System].Kind
		}
		for k, s := range lane.Spans {
			l.end = max(l.end, s.ToMs)
			l.flat = append(l.flat, place{len(l.rows), k})
		}
		l.rows = append(l.rows, r)
	}
	slices.SortStableFunc(l.flat, func(a, b place) int {
		return cmp.Or(cmp.Compare(l.span1(a).FromMs, l.span1(b).FromMs), cmp.Compare(a.lane, b.lane))
	})
	if !l.placed && len(l.rows) > 0 { // at the present of a call that goes on, at the first answer of one that is over
		l.placed, l.tail, l.cur = true, c.Live(), max(0, c.AnswerMs)
	}
	if l.tail {
		l.cur = l.end
	}
	l.cur = min(l.cur, l.end)
	l.sel = min(l.sel, max(0, len(l.rows)-1))
}

func (l *lanesFace) span1(at place) call.Span { return l.rows[at.lane].Spans[at.span] }

// window gives the time in sight.
func (l *lanesFace) window() (from, to int64) {
	whole := max(1, l.end)
	if l.span <= 0 || l.span >= whole {
		return 0, whole
	}
	from = min(max(0, l.from), whole-l.span)
	if l.tail {
		from = whole - l.span
	}
	return from, from + l.span
}

// scale divides the window among the cells of a bar.
type scale struct {
	from, to int64
	n        int
}

func (l *lanesFace) scale() scale {
	from, to := l.window()
	_, bar := l.widths()
	return scale{from, to, bar}
}

// start is the first millisecond of a cell; that of cell n is the end of the window.
func (s scale) start(i int) int64 { return s.from + (s.to-s.from)*int64(i)/int64(s.n) }

// end is the millisecond after a cell's last one. A cell has one at least, however close the zoom.
func (s scale) end(i int) int64 { return max(s.start(i+1), s.start(i)+1) }

// cell gives the cell of a moment within the window.
func (s scale) cell(ms int64) int {
	i := int((ms - s.from) * int64(s.n) / max(1, s.to-s.from))
	for i+1 < s.n && s.start(i+1) <= ms {
		i++
	}
	return min(max(0, i), s.n-1)
}

func (l *lanesFace) do(a action.Action, h int) (tea.Cmd, bool) {
	l.refresh()
	if len(l.rows) == 0 {
		return nil, false
	}
	from, to := l.window()
	switch a {
	case action.Up:
		l.sel = max(0, l.sel-1)
	case action.Down:
		l.sel = min(len(l.rows)-1, l.sel+1)
	case action.Left:
		l.step(-1)
	case action.Right:
		l.step(1)
	case action.PageUp:
		l.move(l.cur - (to-from)/4)
	case action.PageDown:
		l.move(l.cur + (to-from)/4)
	case action.Top:
		l.move(0)
	case action.Bottom:
		l.move(l.end)
	case action.ZoomIn:
		l.zoom((to - from) / 2)
	case action.ZoomOut:
		l.zoom((to - from) * 2)
	case action.ZoomFit:
		l.span = 0
	default:
		return nil, false
	}
	return nil, true
}

// move puts the cursor at a moment and the window where it shows it.
func (l *lanesFace) move(ms int64) {
	from, to := l.window()
	l.cur = min(max(0, ms), l.end)
	l.tail = l.of.Live() && l.cur == l.end
	switch span := to - from; {
	case l.cur < from:
		from = l.cur - span/8
	case l.cur > to || l.cur == to && l.cur < l.end:
		from = l.cur - span + span/8
	}
	l.from = min(max(0, from), max(0, l.end-l.span))
}

// step moves the cursor by a cell. Where the lane it is in has something that begins in the cell, it
// lands on the beginning, exactly: that is what the cell shows.
func (l *lanesFace) step(dir int) {
	s := l.scale()
	i := s.cell(l.cur) + dir
	switch {
	case i < 0:
		l.move(s.from - max(1, (s.to-s.from)/int64(s.n)))
		return
	case i >= s.n:
		l.move(s.to)
		return
	case s.start(i) == l.cur: // zoomed in so far that cells share a millisecond
		l.move(l.cur + int64(dir))
		return
	}
	to := s.start(i)
	spans := l.rows[l.sel].Spans
	if k := barCells(spans, s)[i].span; k >= 0 && spans[k].FromMs > to {
		to = spans[k].FromMs
	}
	l.move(to)
}

// zoom shows a window of span around the cursor, which keeps its place in it.
func (l *lanesFace) zoom(span int64) {
	from, to := l.window()
	_, bar := l.widths()
	span = max(span, int64(bar)/2, 1)
	if span >= l.end {
		l.span = 0
		return
	}
	l.from, l.span = l.cur-(l.cur-from)*span/(to-from), span
	l.move(l.cur)
}

// change takes the cursor to the next change in its lane, or to the one before.
func (l *lanesFace) change(dir int) {
	l.refresh()
	if len(l.rows) == 0 {
		return
	}
	var edges []int64
	for _, s := range l.rows[l.sel].Spans {
		edges = append(edges, s.FromMs, s.ToMs)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	i := sort.Search(len(edges), func(i int) bool { return edges[i] >= l.cur })
	if dir < 0 {
		i--
	} else if i < len(edges) && edges[i] == l.cur {
		i++
	}
	if i >= 0 && i < len(edges) {
		l.move(edges[i])
	}
}

// find numbers the spans in order of time: those whose words, or whose lane's name, have needle in
// them.
func (l *lanesFace) find(needle string) []int {
	l.refresh()
	var out []int
	for i, at := range l.flat {
		r := &l.rows[at.lane]
		said := r.label + " " + l.words(r, l.span1(at))
		if strings.Contains(strings.ToLower(said), needle) {
			out = append(out, i)
		}
	}
	return out
}

func (l *lanesFace) place() int {
	return sort.Search(len(l.flat), func(i int) bool {
		s := l.span1(l.flat[i])
		return s.FromMs > l.cur || s.FromMs == l.cur && l.flat[i].lane >= l.sel
	})
}

func (l *lanesFace) visit(i, _ int) {
	l.refresh()
	l.sel = l.flat[i].lane
	l.move(l.span1(l.flat[i]).FromMs)
}

// note says how much of the call is in sight.
func (l *lanesFace) note() string {
	l.refresh()
	if len(l.rows) == 0 {
		return ""
	}
	from, to := l.window()
	if from == 0 && to >= l.end {
		return "the whole call"
	}
	return fmt.Sprintf("%s to %s of %s", stamp(from), stamp(to), stamp(l.end))
}

// words says what somebody does in a span.
func (l *lanesFace) words(r *laneRow, s call.Span) string {
	by := ""
	if s.By != "" {
		by = " by " + text.Who(l.of, s.By)
	}
	switch s.Phase {
	case call.PhaseTalk:
		return "talking"
	case call.PhaseRing:
		return "ringing"
	case call.PhaseHold:
		switch s.Status {
		case call.StatusParked:
			return "parked"
		case call.StatusConnected:
			return "holding"
		}
		return "on hold" + by
	case call.PhaseTransfer:
		if s.Status == call.StatusConnected {
			return "transferring"
		}
		return "transferred" + by
	case call.PhaseWait:
		return pick(r.System >= 0, "has the caller", "waiting in queue")
	case call.PhaseMenu:
		return pick(r.System >= 0, "asks the caller", "in menu")
	case call.PhaseVoicemail:
		return pick(r.System >= 0, "takes a message", "in voicemail")
	case call.PhaseClosing:
		return "leaving"
	}
	return phaseName(l.of, s.Phase)
}

// stamp writes a moment exactly: "1:04.250", from an hour on "1:02:03.004".
func stamp(ms int64) string {
	return fmt.Sprintf("%s.%03d", text.Clock(time.Duration(ms)*time.Millisecond), max(0, ms)%1000)
}
