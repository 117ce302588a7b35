// Package detail shows one call in full, live or ended: who took part, what its time went on, how
// sure we are, what the report adds, and the story in sentences.
package detail

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// wide is the width from which facts and story stand side by side.
const wide = 110

// Pane shows one call. The zero value is not ready; New makes one. It has no I/O and no clock of
// its own: the time comes by SetNow.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	call   *call.Call
	report *call.Report
	why    string
	who    []lookup.Result

	told      *call.Call // whose story is kept
	sentences []call.Sentence

	top    int // lines scrolled away
	bottom bool
	stale  bool // the columns must be made anew
	left   []string
	right  []string // story column of a wide screen, else nil
	head   []string
}

// New makes an empty pane in the looks of th.
func New(th *theme.Theme) *Pane { return &Pane{th: th, stale: true} }

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th, p.stale = th, true }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	if w != p.w || h != p.h {
		p.w, p.h, p.stale = w, h, true
	}
}

// SetNow sets the present moment. A live call's clocks follow it.
func (p *Pane) SetNow(now time.Time) {
	if p.call != nil && p.call.Live() && now.Truncate(time.Second) != p.now.Truncate(time.Second) {
		p.stale = true
	}
	p.now = now
}

// SetData sets what is shown: the call as the events tell it, its report once it is there, and
// what was found about the people in it. A call with another id begins at its top; with the same
// id the place in the text is kept, and a reader at the end stays at the end.
func (p *Pane) SetData(c *call.Call, r *call.Report, who []lookup.Result) {
	if c == p.call && r == p.report && sameResults(who, p.who) {
		return
	}
	if id(c, r) != id(p.call, p.report) {
		p.top, p.bottom, p.why = 0, false, ""
	}
	p.call, p.report, p.who, p.stale = c, r, who, true
}

// SetWhy says in a person's words why there is no report, as after a failed fetch; "" means that
// it is simply not there yet.
func (p *Pane) SetWhy(why string) {
	if why != p.why {
		p.why, p.stale = why, true
	}
}

// ID gives the conversation shown, "" when none is.
func (p *Pane) ID() string { return id(p.call, p.report) }

// Do scrolls. Other actions are refused.
func (p *Pane) Do(a action.Action) tea.Cmd {
	p.build()
	room := p.room()
	switch a {
	case action.Up:
		p.scroll(p.top - 1)
	case action.Down:
		p.scroll(p.top + 1)
	case action.PageUp:
		p.scroll(p.top - max(1, room-2))
	case action.PageDown:
		p.scroll(p.top + max(1, room-2))
	case action.Top:
		p.scroll(0)
	case action.Bottom:
		p.scroll(p.last())
	default:
		return action.Refuse(a, "not in the detail of a call: Esc goes back to the list")
	}
	return nil
}

func (p *Pane) scroll(to int) {
	last := p.last()
	p.top = min(max(0, to), last)
	p.bottom = last > 0 && p.top == last
}

// last is the furthest the text can be scrolled.
func (p *Pane) last() int { return max(0, max(len(p.left), len(p.right))-p.room()) }

func (p *Pane) room() int { return max(0, p.h-len(p.head)) }

// View gives exactly h lines of w cells.
func (p *Pane) View() string {
	p.build()
	lines := append(make([]string, 0, p.h), p.head...)
	room := p.room()
	for i := range room {
		l := at(p.left, i+min(p.top, max(0, len(p.left)-room)))
		if p.right != nil {
			lw, rw := columns(p.w)
			rule := p.th.Border.Render(p.th.Signs.V)
			r := at(p.right, i+min(p.top, max(0, len(p.right)-room)))
			l = text.Fit(l, lw) + " " + rule + " " + text.Fit(r, rw)
		}
		lines = append(lines, l)
	}
	p.more(lines)
	out := text.Block(lines, p.w, p.h)
	if ascii(p.th) {
		out = strings.NewReplacer(text.Ellipsis, p.th.Signs.Ellipsis, "–", "-", "—", "-").Replace(out)
	}
	return out
}
