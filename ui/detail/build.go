package detail

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/lookup"
	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// doc is one column of text being written, w cells wide.
type doc struct {
	th    *theme.Theme
	w     int
	now   time.Time
	lines []string
}

func (d *doc) add(lines ...string) { d.lines = append(d.lines, lines...) }

// section begins a part with its heading and a rule, one blank line after what stands before.
// heads are the headings of right-aligned columns of figures, each figureW wide.
func (d *doc) section(title string, heads ...string) {
	if len(d.lines) > 0 {
		d.add("")
	}
	title = text.Cut(title, d.w)
	right := ""
	for _, h := range heads {
		right += "  " + text.Right(h, figureW)
	}
	rule := d.w - text.Width(title) - text.Width(right) - 1
	if rule < 0 {
		right, rule = "", d.w-text.Width(title)-1
	}
	d.add(d.th.Title.Render(title) + " " + d.th.Border.Render(strings.Repeat(d.th.Signs.H, max(0, rule))) + d.th.Label.Render(right))
}

// figureW is the width of a column of clocks.
const figureW = 7

// para adds wrapped plain text under a sign that stands in its own cell.
func (d *doc) para(sign, s string, style func(string) string) {
	pad := text.Width(sign) + 1
	if sign == "" {
		pad = 0
	}
	for i, l := range text.Wrap(s, d.w-pad) {
		switch {
		case pad == 0:
		case i == 0:
			l = sign + " " + l
		default:
			l = text.Spaces(pad) + l
		}
		d.add(style(l))
	}
}

// build makes the columns anew when something they show has changed.
func (p *Pane) build() {
	if !p.stale {
		return
	}
	p.stale = false
	p.head, p.left, p.right = nil, nil, nil
	c := p.shown()
	if c == nil {
		p.left = []string{p.th.Faint.Render(text.Cut("no call is open: choose one and press Enter", p.w))}
		return
	}
	p.head = p.title(c)
	lw, rw := p.w, 0
	if p.w >= wide {
		lw, rw = columns(p.w)
	}
	l := &doc{th: p.th, w: lw, now: p.now}
	p.marks(l, c)
	p.answer(l, c)
	p.time(l, c)
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

// shown gives the call the pane tells about. A report has every state from the first, so once it
// is there it is the better account of a call that has ended.
func (p *Pane) shown() *call.Call {
	if p.report != nil && p.report.Call != nil && (p.call == nil || !p.call.Live()) {
		return p.report.Call
	}
	return p.call
}

// columns divides a wide screen: facts, a rule with a blank on either side, story.
func columns(w int) (left, right int) {
	left = min(w*48/100, 84)
	return left, w - left - 3
}

func id(c *call.Call, r *call.Report) string {
	switch {
	case c != nil:
		return c.ID
	case r != nil:
		return r.ID
	}
	return ""
}

func sameResults(a, b []lookup.Result) bool {
	return slices.EqualFunc(a, b, func(a, b lookup.Result) bool {
		return a.Number == b.Number && a.Done == b.Done && len(a.Trail) == len(b.Trail) && len(a.Contacts) == len(b.Contacts) &&
			(len(a.Contacts) == 0 || &a.Contacts[0] == &b.Contacts[0])
	})
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// more says, in the blank line below the title, how much of the text is out of sight.
func (p *Pane) more(lines []string) {
	last := p.last()
	if last == 0 || len(p.head) < titleLines {
		return
	}
	var parts []string
	if p.top > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Up, p.top))
	}
	if below := last - p.top; below > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Below, below))
	}
	lines[titleLines-1] = p.th.Faint.Render(text.Right(strings.Join(parts, "  "), p.w))
}
