// Package pop shows the caller card: who rings, as far as is known, where it comes from, and what
// happened with them before.
//
// The card is never modal and takes no key: it is drawn beside the desk, or as a strip of two or
// three lines where there is no room beside it.
package pop

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

// Pane is the caller card. New makes one.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	call    *call.Call
	result  lookup.Result
	history []*call.Call
	others  int // further calls that ring me beside the one shown
}

// New makes an empty card in the looks of th.
func New(th *theme.Theme) *Pane { return &Pane{th: th} }

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th }

// SetSize sets the room of View in cells.
func (p *Pane) SetSize(w, h int) { p.w, p.h = w, h }

// SetNow sets the present moment.
func (p *Pane) SetNow(now time.Time) { p.now = now }

// SetData sets whose card it is: the call (nil for none), what the look-up of its outside party
// has brought so far, and the finished calls of this run with the same party, newest first.
func (p *Pane) SetData(c *call.Call, r lookup.Result, history []*call.Call) {
	p.call, p.result, p.history = c, r, history
}

// SetOthers sets how many more calls ring me than the one shown.
func (p *Pane) SetOthers(n int) { p.others = n }

// ID gives the conversation whose card is shown, "" when none is.
func (p *Pane) ID() string {
	if p.call == nil {
		return ""
	}
	return p.call.ID
}

// Do has nothing to do: the card acts on no key of its own.
func (p *Pane) Do(action.Action) tea.Cmd { return nil }

// View gives exactly h lines of w cells: a rule at the left, the card beside it.
func (p *Pane) View() string {
	const gutter = 2
	if p.w <= gutter+8 {
		return text.Block(nil, p.w, p.h)
	}
	rule := p.th.Border
	if p.rings() {
		rule = p.th.Accent
	}
	bar := rule.Render(p.rule()) + " "
	lines := make([]string, p.h)
	body := p.body(p.w-gutter, p.h)
	for i := range lines {
		lines[i] = bar
		if i < len(body) {
			lines[i] += body[i]
		}
	}
	return p.ascii(text.Block(lines, p.w, p.h))
}

// rule is heavier while the phone rings, so that the card is seen without colour too.
func (p *Pane) rule() string {
	if p.rings() && p.th.Signs.V != "|" {
		return "┃"
	}
	return p.th.Signs.V
}

func (p *Pane) rings() bool { return p.call != nil && p.call.Rings }

func (p *Pane) ascii(s string) string {
	if e := p.th.Signs.Ellipsis; e != text.Ellipsis {
		return strings.ReplaceAll(s, text.Ellipsis, e)
	}
	return s
}
