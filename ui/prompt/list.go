package prompt

import (
	"fmt"
	"strings"

	"ringside/store/call"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// List draws the ways to go on one below the other, what each means beside it, in a frame of w cells
// and h lines at most; nil when there are none to be shown, or no room.
func (p *Prompt) List(w, h int) []string {
	o := &p.offers
	n := min(len(o.list), h-2)
	if !o.shown() || n < 1 || w < 24 {
		return nil
	}
	s, frame, inner := p.th.Signs, p.th.Border, w-4
	from := max(0, min(o.taken-n/2, len(o.list)-n))
	wide := 0
	for i := range o.list {
		wide = max(wide, text.Width(call.Clean(o.list[i].Insert)))
	}
	wide = min(wide, inner/2)
	count := ""
	if n < len(o.list) {
		count = fmt.Sprintf(" %d of %d ", n, len(o.list))
	}
	out := []string{frame.Render(s.TL + strings.Repeat(s.H, w-2) + s.TR)}
	for i := from; i < from+n; i++ {
		name, help := call.Clean(o.list[i].Insert), call.Clean(o.list[i].Help)
		ground, mark := theme.Style{}, " "
		if i == o.taken {
			ground, mark = p.th.RowSelected, s.Marker
		}
		line := p.th.Accent.On(ground).Render(mark) + p.th.Key.On(ground).Render(text.Fit(text.Cut(name, wide), wide)) +
			p.th.Faint.On(ground).Render(text.Fit("  "+text.Cut(help, inner-wide-3), inner-wide-1))
		out = append(out, frame.Render(s.V)+" "+line+" "+frame.Render(s.V))
	}
	return append(out, frame.Render(s.BL+s.H)+p.th.Faint.Render(count)+frame.Render(strings.Repeat(s.H, w-3-text.Width(count))+s.BR))
}
