// Package trace is the page of what became of screen pops: the newest first, each in one line, and
// unfolded as a whole with every rule, value and look-up, so that "why did nothing open at 9:14?"
// is answered by looking.
package trace

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup/pop"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Pane is the page. The zero value is not ready; New makes one.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	traces []pop.Trace
	empty  string // what is said without any
	open   map[key]bool

	lines []line
	at    int // the line that is selected
	top   int // the first line that is drawn
}

// key names a trace.
type key struct {
	call   string
	moment pop.Moment
	at     int64 // ms
}

func keyOf(t *pop.Trace) key { return key{t.Call, t.Moment, t.At.UnixMilli()} }

// line is one line of the page.
type line struct {
	key  key
	of   int // index of the trace it belongs to
	nth  int // which of its lines, 0 is the head
	head string
	body part
}

// New makes the page.
func New(th *theme.Theme) *Pane { return &Pane{th: th, open: map[key]bool{}} }

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.th = th
	p.build()
}

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	if w != p.w || h != p.h {
		p.w, p.h = w, h
		p.build()
	}
}

// SetNow sets the present: traces of another day show their date.
func (p *Pane) SetNow(now time.Time) {
	turned := !sameDay(now, p.now)
	p.now = now
	if turned {
		p.build()
	}
}

// SetData sets the traces, in any order. empty is said where there are none. What is selected and
// unfolded stays.
func (p *Pane) SetData(traces []pop.Trace, empty string) {
	p.traces, p.empty = slices.Clone(traces), empty
	slices.SortStableFunc(p.traces, func(a, b pop.Trace) int { return b.At.Compare(a.At) })
	p.build()
}

// Selected gives the trace that the cursor is on, nil without one.
func (p *Pane) Selected() *pop.Trace {
	if p.at >= len(p.lines) {
		return nil
	}
	return &p.traces[p.lines[p.at].of]
}

// Show selects a trace and unfolds it.
func (p *Pane) Show(t *pop.Trace) {
	p.open[keyOf(t)] = true
	p.build()
	for i, l := range p.lines {
		if l.nth == 0 && keyOf(&p.traces[l.of]) == keyOf(t) {
			p.at = i
		}
	}
	p.scroll()
}

// URL gives the address of a trace: that of its first target that has one, or "".
func URL(t *pop.Trace) string {
	for _, g := range t.Targets {
		if g.URL != "" {
			return g.URL
		}
	}
	return ""
}

// Do moves, unfolds and copies.
func (p *Pane) Do(a action.Action) tea.Cmd {
	switch a {
	case action.Down:
		p.at++
	case action.Up:
		p.at--
	case action.PageDown:
		p.at += max(1, p.h-1)
	case action.PageUp:
		p.at -= max(1, p.h-1)
	case action.Top:
		p.at = 0
	case action.Bottom:
		p.at = len(p.lines)
	case action.UnfoldTrace:
		return p.toggle(a)
	case action.YankURL:
		return p.yank(a)
	}
	p.scroll()
	return nil
}

// toggle unfolds a trace, or folds it and goes to its head.
func (p *Pane) toggle(a action.Action) tea.Cmd {
	t := p.Selected()
	if t == nil {
		return action.Refuse(a, "there is no trace yet")
	}
	of := p.lines[p.at].of
	k := keyOf(t)
	p.open[k] = !p.open[k]
	if !p.open[k] {
		delete(p.open, k)
	}
	p.build()
	p.at = slices.IndexFunc(p.lines, func(l line) bool { return l.of == of })
	p.scroll()
	return nil
}

func (p *Pane) yank(a action.Action) tea.Cmd {
	t := p.Selected()
	switch {
	case t == nil:
		return action.Refuse(a, "there is no trace yet")
	case URL(t) == "":
		return action.Refuse(a, "no address came of this one")
	}
	return action.Yank("address", URL(t))
}

// ClickAt selects the line at y of the page and tells whether it was selected before.
func (p *Pane) ClickAt(y int) (again bool) {
	i := p.top + y
	if y < 0 || y >= p.h || i >= len(p.lines) {
		return false
	}
	again = i == p.at
	p.at = i
	p.scroll()
	return again
}

// scroll keeps the cursor on a line and in sight.
func (p *Pane) scroll() {
	p.at = max(0, min(p.at, len(p.lines)-1))
	p.top = max(min(p.top, p.at), p.at-max(1, p.h)+1)
	p.top = max(0, min(p.top, len(p.lines)-p.h))
}

// build lays the lines out anew. The cursor stays on its line, or on the head of its trace.
func (p *Pane) build() {
	was, nth := key{}, 0
	if p.at < len(p.lines) {
		was, nth = p.lines[p.at].key, p.lines[p.at].nth
	}
	p.lines = p.lines[:0]
	p.at = 0
	for i := range p.traces {
		t := &p.traces[i]
		open := p.open[keyOf(t)]
		if keyOf(t) == was {
			p.at = len(p.lines)
		}
		p.lines = append(p.lines, line{key: keyOf(t), of: i, head: p.head(t, open)})
		if !open {
			continue
		}
		for n, b := range p.body(t) {
			if keyOf(t) == was && n+1 <= nth {
				p.at = len(p.lines)
			}
			p.lines = append(p.lines, line{key: keyOf(t), of: i, nth: n + 1, body: b})
		}
	}
	p.scroll()
}

// View draws exactly h lines of w cells.
func (p *Pane) View() string {
	if len(p.lines) == 0 {
		var out []string
		for _, l := range text.Wrap(text.Clean(p.empty), p.w-2) {
			out = append(out, " "+p.th.Faint.Render(l))
		}
		return text.Block(out, p.w, p.h)
	}
	var out []string
	for i := p.top; i < min(len(p.lines), p.top+p.h); i++ {
		out = append(out, p.draw(p.lines[i], i == p.at))
	}
	return text.Block(out, p.w, p.h)
}

// draw draws one line; the selected one on its ground, with the marker before it.
func (p *Pane) draw(l line, selected bool) string {
	mark, ground := " ", p.th.Row
	if selected {
		mark, ground = p.th.Signs.Marker, p.th.RowSelected
	}
	room := p.w - 1
	b := l.body
	if l.nth == 0 {
		b = part{text: l.head, style: p.look(&p.traces[l.of])}
	}
	shown := text.Cut(b.text, room)
	out := b.style.On(ground).Render(shown)
	if b.link != "" {
		out = Linked(b.link, out)
	}
	return p.th.Accent.On(ground).Render(mark) + out + ground.Render(text.Spaces(room-text.Width(shown)))
}

func sameDay(a, b time.Time) bool {
	return a.Format(time.DateOnly) == b.In(a.Location()).Format(time.DateOnly)
}

// when writes the time of a trace, with its date when it is of another day.
func (p *Pane) when(t time.Time) string {
	if !p.now.IsZero() {
		t = t.In(p.now.Location())
	}
	if p.now.IsZero() || sameDay(t, p.now) {
		return t.Format("15:04:05")
	}
	return t.Format("Jan _2 15:04:05")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
