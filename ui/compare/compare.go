// Package compare puts two calls side by side, member by member, and marks what differs.
package compare

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Side is one of the two calls. Of an ended call the report is the better account: where its fold
// (Report.Call) is there, that is shown.
type Side struct {
	Call   *call.Call
	Report *call.Report // nil without one
	Tags   []string     // of the call and of its caller
	Notes  int          // on the call
}

// call gives the better account of the call, nil where there is none.
func (s Side) call() *call.Call {
	if s.Report != nil && s.Report.Call != nil && (s.Call == nil || !s.Call.Live()) {
		return s.Report.Call
	}
	return s.Call
}

// Pane shows two calls. The zero value is not ready; New makes one. The time comes by SetNow.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	sides [2]Side

	top   int // lines scrolled away
	stale bool
	head  []string // stay when the rest is scrolled
	body  []string
}

// New makes an empty pane in the looks of th.
func New(th *theme.Theme) *Pane { return &Pane{th: th, stale: true} }

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th, p.stale = th, true }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	if w, h = max(0, w), max(0, h); w != p.w || h != p.h {
		p.w, p.h, p.stale = w, h, true
	}
}

// SetNow sets the present moment. The clocks of a call that is up follow it.
func (p *Pane) SetNow(now time.Time) {
	if now.Truncate(time.Second) != p.now.Truncate(time.Second) || now.Location() != p.now.Location() {
		for _, s := range p.sides {
			if c := s.call(); c != nil && (c.Live() || now.Location() != p.now.Location()) {
				p.stale = true
			}
		}
	}
	p.now = now
}

// SetData sets the two calls, the one marked first on the left. The place in the text is kept while
// they are the same two.
func (p *Pane) SetData(first, second Side) {
	was := p.IDs()
	if same(p.sides[0], first) && same(p.sides[1], second) {
		return
	}
	p.sides, p.stale = [2]Side{first, second}, true
	if p.IDs() != was {
		p.top = 0
	}
}

func same(a, b Side) bool {
	return a.Call == b.Call && a.Report == b.Report && a.Notes == b.Notes && slices.Equal(a.Tags, b.Tags)
}

// IDs gives the conversations shown, left and right; "" where there is none.
func (p *Pane) IDs() [2]string {
	var out [2]string
	for i, s := range p.sides {
		if c := s.call(); c != nil {
			out[i] = c.ID
		}
	}
	return out
}

// Do scrolls. Other actions are refused.
func (p *Pane) Do(a action.Action) tea.Cmd {
	p.build()
	page := max(1, p.room()-2)
	switch a {
	case action.Up:
		p.scroll(p.top - 1)
	case action.Down:
		p.scroll(p.top + 1)
	case action.PageUp:
		p.scroll(p.top - page)
	case action.PageDown:
		p.scroll(p.top + page)
	case action.Top:
		p.scroll(0)
	case action.Bottom:
		p.scroll(p.last())
	default:
		return action.Refuse(a, "not while two calls are compared: Esc goes back to the list")
	}
	return nil
}

// Scroll moves the text by n lines, as a mouse wheel does.
func (p *Pane) Scroll(n int) {
	p.build()
	p.scroll(p.top + n)
}

func (p *Pane) scroll(to int) { p.top = max(0, min(to, p.last())) }

// last is the furthest the text can be scrolled.
func (p *Pane) last() int { return max(0, len(p.body)-p.room()) }

func (p *Pane) room() int { return max(0, p.h-len(p.head)) }

// View gives exactly h lines of w cells.
func (p *Pane) View() string {
	p.build()
	lines := append(make([]string, 0, p.h), p.head...)
	if len(lines) == titleLines {
		lines[titleLines-1] = text.Ends(lines[titleLines-1], p.more(), p.w)
	}
	lines = append(lines, p.body[min(p.top, len(p.body)):]...)
	out := text.Block(lines, p.w, p.h)
	if p.th.ASCII {
		out = strings.NewReplacer(text.Ellipsis, p.th.Signs.Ellipsis, "–", "-", "—", "-").Replace(out)
	}
	return out
}

// more says how much of the text is out of sight.
func (p *Pane) more() string {
	var parts []string
	if p.top > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Up, p.top))
	}
	if below := p.last() - p.top; below > 0 {
		parts = append(parts, fmt.Sprintf("%s %d more", p.th.Signs.Below, below))
	}
	return p.th.Faint.Render(strings.Join(parts, "  "))
}
