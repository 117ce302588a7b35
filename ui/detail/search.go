package detail

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/text"
)

// SetSearch looks for a text in the view that is up, whatever its case, and gives in how many
// places it stands. The first of them from where the reader was comes into sight: while a text is
// typed letter by letter, each form of it is looked for from the same place. The search stays for the
// other views and as the call grows; "" ends it.
func (p *Pane) SetSearch(s string) (matches int) {
	p.build()
	p.needle = strings.ToLower(text.Clean(s))
	p.looked, p.hit = false, -1
	p.look()
	if !p.anchored {
		p.anchor, p.anchored = p.face().place(), p.needle != ""
	}
	if len(p.hits) > 0 {
		i, _ := slices.BinarySearch(p.hits, p.anchor)
		p.goTo(i % len(p.hits))
	}
	return len(p.hits)
}

// Search gives the text that is searched for, "" for none.
func (p *Pane) Search() string { return p.needle }

// look finds the places anew when the view or what it tells has changed; the reader's place among
// them is kept.
func (p *Pane) look() {
	if p.looked {
		return
	}
	p.looked = true
	was := -1
	if p.hit >= 0 && p.hit < len(p.hits) && p.hitIn == p.kind {
		was = p.hits[p.hit]
	}
	p.hits, p.hit, p.hitIn = nil, -1, p.kind
	if p.needle == "" || p.shown() == nil && p.report == nil {
		return
	}
	p.hits = p.face().find(p.needle)
	if i, ok := slices.BinarySearch(p.hits, was); ok {
		p.hit = i
	}
}

func (p *Pane) goTo(i int) {
	p.hit = i
	p.face().visit(p.hits[i], p.room())
}

// found goes to the next place, or back with dir -1; past the last one comes the first.
func (p *Pane) found(a action.Action, dir int) tea.Cmd {
	if p.needle == "" {
		if l, ok := p.face().(*lanesFace); ok { // the changes of a lane are places without a search
			l.change(dir)
			return nil
		}
		return action.Refuse(a, "nothing is searched for yet")
	}
	p.look()
	if len(p.hits) == 0 {
		return action.Refuse(a, "it does not stand here")
	}
	at := p.face().place()
	i, here := slices.BinarySearch(p.hits, at)
	switch {
	case p.hit >= 0 && p.hits[p.hit] == at:
		i = p.hit + dir
	case dir < 0:
		i--
	case here && p.hit >= 0:
		i++
	}
	p.goTo((i + len(p.hits)) % len(p.hits))
	return nil
}

// bright gives a styled line with the needle in it set off, more so where the reader is, and the line
// as it was where it has none.
func (p *Pane) bright(line string, here bool) string {
	switch {
	case p.needle == "":
		return line
	case here:
		return mark(line, p.needle, p.th.Banner)
	}
	return mark(line, p.needle, p.th.Match.On(p.th.RowSelected))
}
