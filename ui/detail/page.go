package detail

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// storyFace is the pane as its story view: a page of text that scrolls, on a wide screen in two
// columns.
type storyFace Pane

func (f *storyFace) reset() { f.top, f.bottom = 0, false }

// buildStory writes the columns.
func (p *Pane) buildStory(c *call.Call) {
	lw, rw := p.w, 0
	if p.w >= wide {
		lw, rw = columns(p.w)
	}
	l := &doc{th: p.th, w: lw, now: p.now}
	p.marks(l, c)
	p.answer(l, c)
	p.time(l, c)
	p.notes(l)
	p.people(l, c)
	if rw > 0 { // the story has a column of its own
		r := &doc{th: p.th, w: rw, now: p.now}
		p.rang(l, c)
		p.moves(l, c)
		p.contacts(l)
		p.story(r, c)
		p.reported(r, c)
		p.right = r.lines
	} else {
		p.story(l, c)
		p.rang(l, c)
		p.moves(l, c)
		p.contacts(l)
		p.reported(l, c)
	}
	p.left = l.lines
	p.scrollAgain()
	p.looked = false // its lines may have moved
}

// scrollAgain keeps the place valid: a reader at the end of a growing story stays at its end.
func (p *Pane) scrollAgain() {
	last := p.last()
	if p.bottom {
		p.top = last
	}
	p.top = min(p.top, last)
	p.bottom = p.bottom && last > 0
}

func (p *Pane) scroll(to int) {
	last := p.last()
	p.top = min(max(0, to), last)
	p.bottom = last > 0 && p.top == last
}

// last is the furthest the text can be scrolled.
func (p *Pane) last() int { return max(0, max(len(p.left), len(p.right))-p.room()) }

func (f *storyFace) draw(h int) []string {
	p := (*Pane)(f)
	lines := make([]string, 0, h)
	lw, rw := columns(p.w)
	rule := p.th.Border.Render(p.th.Signs.V)
	l, r := p.tops(h)
	here := -1
	if p.needle != "" && p.hit >= 0 && p.hit < len(p.hits) {
		here = p.hits[p.hit]
	}
	for i := range h {
		line := p.bright(at(p.left, i+l), len(p.right)+i+l == here)
		if p.right != nil {
			line = text.Fit(line, lw) + " " + rule + " " + text.Fit(p.bright(at(p.right, i+r), i+r == here), rw)
		}
		lines = append(lines, line)
	}
	return lines
}

// tops gives the first line in sight of each column: the shorter one stops at its end.
func (p *Pane) tops(h int) (left, right int) {
	return min(p.top, max(0, len(p.left)-h)), min(p.top, max(0, len(p.right)-h))
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

func (f *storyFace) do(a action.Action, h int) (tea.Cmd, bool) {
	p := (*Pane)(f)
	switch a {
	case action.Up:
		p.scroll(p.top - 1)
	case action.Down:
		p.scroll(p.top + 1)
	case action.PageUp:
		p.scroll(p.top - max(1, h-2))
	case action.PageDown:
		p.scroll(p.top + max(1, h-2))
	case action.Top:
		p.scroll(0)
	case action.Bottom:
		p.scroll(p.last())
	case action.Right:
		return p.openSaid(a), true
	case action.Left:
		if !p.sayings {
			return nil, false
		}
		p.sayings, p.stale = false, true
	default:
		return nil, false
	}
	return nil, true
}

// note says how much of the text is out of sight.
func (f *storyFace) note() string {
	p := (*Pane)(f)
	last := p.last()
	var parts []string
	if p.top > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Up, p.top))
	}
	if below := last - p.top; below > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Below, below))
	}
	return strings.Join(parts, "  ")
}

// find numbers the lines of the story first where it has a column of its own: that is what is read.
func (f *storyFace) find(needle string) []int {
	var out []int
	for i, l := range f.right {
		if holds(l, needle) {
			out = append(out, i)
		}
	}
	for i, l := range f.left {
		if holds(l, needle) {
			out = append(out, len(f.right)+i)
		}
	}
	return out
}

// place is the hit the reader was taken to, while he has not scrolled away from it.
func (f *storyFace) place() int {
	p := (*Pane)(f)
	if p.hit >= 0 && p.hit < len(p.hits) && p.hitIn == Story {
		at := p.hits[p.hit]
		l, r := p.tops(p.room())
		if at < len(p.right) && at >= r && at < r+p.room() || at >= len(p.right) && at-len(p.right) >= l && at-len(p.right) < l+p.room() {
			return at
		}
	}
	return p.top
}

func (f *storyFace) visit(place, h int) {
	p := (*Pane)(f)
	l, r := p.tops(h)
	top, i := r, place
	if place >= len(p.right) {
		top, i = l, place-len(p.right)
	}
	if i < top || i >= top+h {
		p.scroll(i - h/3)
	}
}

// holds reports whether needle, in lower case, stands in a styled line.
func holds(line, needle string) bool {
	return strings.Contains(strings.ToLower(ansi.Strip(line)), needle)
}

// mark sets off each place where needle stands in a styled line.
func mark(line, needle string, look theme.Style) string {
	plain := ansi.Strip(line)
	low := strings.ToLower(plain)
	if needle == "" || len(low) != len(plain) || !strings.Contains(low, needle) {
		return line
	}
	var b strings.Builder
	cell, from := 0, 0
	for {
		i := strings.Index(low[from:], needle)
		if i < 0 {
			break
		}
		a := text.Width(plain[:from+i])
		z := a + text.Width(plain[from+i:from+i+len(needle)])
		b.WriteString(ansi.Cut(line, cell, a))
		b.WriteString(look.Render(plain[from+i : from+i+len(needle)]))
		cell, from = z, from+i+len(needle)
	}
	b.WriteString(ansi.Cut(line, cell, text.Width(plain)))
	return b.String()
}
