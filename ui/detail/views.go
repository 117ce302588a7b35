package detail

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/text"
)

// Kind is one of the ways in which a call is told.
type Kind uint8

// The views.
const (
	Story  Kind = iota // sentences and figures
	Lanes              // a bar for everybody in it
	Ladder             // arrows between the parties
	Raw                // what the service sent
	numKinds
)

// String gives the word for the view.
func (k Kind) String() string {
	if k < numKinds {
		return [numKinds]string{"story", "lanes", "ladder", "raw"}[k]
	}
	return "unknown"
}

// face is what the pane shows below its title in one of the views.
type face interface {
	// draw gives at most h lines of at most p.w cells.
	draw(h int) []string
	// do carries out an action with h lines in sight, and tells whether it has one for it.
	do(a action.Action, h int) (tea.Cmd, bool)
	// reset forgets where the reader stood: another call is shown.
	reset()
	// find gives the places where needle, in lower case, stands: numbers in the order of reading.
	find(needle string) []int
	// place is where the reader stands, in the numbers of find.
	place() int
	// visit brings a place into sight.
	visit(place, h int)
	// note says in a few words what is in sight, for the right end of the view bar.
	note() string
}

// Kind gives the view that is up. It stays when another call is opened.
func (p *Pane) Kind() Kind { return p.kind }

// SetKind changes the view.
func (p *Pane) SetKind(k Kind) {
	if k < numKinds && k != p.kind {
		p.kind, p.looked, p.stale, p.anchored = k, false, true, false
	}
}

func (p *Pane) face() face { return p.faces[p.kind] }

// choose changes the view when a is about that.
func (p *Pane) choose(a action.Action) bool {
	switch a {
	case action.ViewStory:
		p.SetKind(Story)
	case action.ViewLanes:
		p.SetKind(Lanes)
	case action.ViewLadder:
		p.SetKind(Ladder)
	case action.ViewRaw:
		p.SetKind(Raw)
	case action.NextView:
		p.SetKind((p.kind + 1) % numKinds)
	case action.PrevView:
		p.SetKind((p.kind + numKinds - 1) % numKinds)
	default:
		return false
	}
	return true
}

// bar is the line that says which view is up and which others there are; a rule, and at its end
// what is in sight.
func (p *Pane) bar() string {
	var b strings.Builder
	for k := range numKinds {
		style := p.th.Tab
		if k == p.kind {
			style = p.th.TabActive
		}
		b.WriteString(style.Render(" " + k.String() + " "))
	}
	left := b.String() + " "
	note := text.Join(" "+p.th.Signs.Dot+" ", p.foundNote(), p.face().note())
	room := p.w - text.Width(left)
	if note != "" {
		note = " " + note
	}
	if text.Width(note) > room-2 {
		note = text.Cut(note, max(0, room-2))
	}
	rule := strings.Repeat(p.th.Signs.H, max(0, room-text.Width(note)))
	return left + p.th.Border.Render(rule) + p.th.Faint.Render(note)
}

// foundNote says how far a search has come: "2 of 5 hold".
func (p *Pane) foundNote() string {
	if p.needle == "" {
		return ""
	}
	p.look()
	what := fmt.Sprintf("%q", p.needle)
	switch {
	case len(p.hits) == 0:
		return "no " + what
	case p.hit < 0:
		return fmt.Sprintf("%d %s %s", len(p.hits), plural(len(p.hits), "place", "places"), what)
	}
	return fmt.Sprintf("%d of %d %s", p.hit+1, len(p.hits), what)
}
