package detail

import (
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
// heads are the headings of right-aligned columns of figures, each figureW wide or more.
func (d *doc) section(title string, heads ...string) {
	if len(d.lines) > 0 {
		d.add("")
	}
	title = text.Cut(title, d.w)
	right := ""
	for _, h := range heads {
		right += "  " + text.Right(h, max(figureW, text.Width(h)))
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

// build makes title and story anew when something they show has changed.
func (p *Pane) build() {
	if !p.stale {
		return
	}
	p.stale = false
	p.head, p.left, p.right = nil, nil, nil
	c := p.shown()
	if c == nil {
		return
	}
	p.head = p.title(c)
	if p.kind == Story {
		p.buildStory(c)
	}
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
