// Package help is the page of keys and signs. It is made from the same table that the keys are
// dispatched by, so it cannot be wrong about them.
package help

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Pane is the help page. The zero value is not ready; New makes one.
type Pane struct {
	th    *theme.Theme
	w, h  int
	table []action.Binding
	title string
	top   int
	lines []string
	built bool // the lines are those of looks and room
}

// New makes the page for a table of keys; title stands at its head.
func New(th *theme.Theme, title string, table []action.Binding) *Pane {
	return &Pane{th: th, title: title, table: table}
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.th, p.built = th, false
}

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	if w != p.w || h != p.h {
		p.w, p.h, p.built = w, h, false
	}
}

// Do scrolls.
func (p *Pane) Do(a action.Action) tea.Cmd {
	p.build()
	switch a {
	case action.Down:
		p.top++
	case action.Up:
		p.top--
	case action.PageDown:
		p.top += p.h
	case action.PageUp:
		p.top -= p.h
	case action.Top:
		p.top = 0
	case action.Bottom:
		p.top = len(p.lines)
	}
	p.top = max(0, min(p.top, len(p.lines)-p.h))
	return nil
}

// View draws exactly h lines of w cells.
func (p *Pane) View() string {
	p.build()
	from := max(0, min(p.top, len(p.lines)-p.h))
	lines := slices.Clone(p.lines[min(from, len(p.lines)):])
	if len(lines) > p.h && p.h > 0 {
		lines = lines[:p.h]
		lines[p.h-1] = "  " + p.th.Faint.Render(p.th.Signs.Below+" more")
	}
	return text.Block(lines, p.w, p.h)
}

// build lays the page out where that has not been done: blocks side by side where there is room, else one below the
// other.
func (p *Pane) build() {
	if p.built {
		return
	}
	p.built = true
	blocks := p.blocks()
	const gap = 4
	columns := 1
	if p.w >= 110 {
		columns = 2
	}
	width := (p.w - 2 - gap*(columns-1)) / columns
	p.lines = []string{"  " + p.th.Title.Render(p.title), ""}
	var cols [2][]string
	for _, b := range blocks {
		to := 0
		if columns == 2 && len(cols[1]) < len(cols[0]) {
			to = 1
		}
		cols[to] = append(cols[to], b(width)...)
		cols[to] = append(cols[to], "")
	}
	for i := range max(len(cols[0]), len(cols[1])) {
		line := "  " + text.Fit(at(cols[0], i), width)
		if columns == 2 {
			line += text.Spaces(gap) + text.Fit(at(cols[1], i), width)
		}
		p.lines = append(p.lines, line)
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// block draws itself in a width.
type block func(w int) []string

func (p *Pane) blocks() []block {
	var names []string
	groups := map[string][]action.Binding{}
	for _, b := range p.table {
		if groups[b.Group] == nil {
			names = append(names, b.Group)
		}
		groups[b.Group] = append(groups[b.Group], b)
	}
	var out []block
	for _, n := range names {
		out = append(out, p.keys(n, groups[n]))
	}
	return append(out, p.states(), p.outcomes(), p.marks())
}

// label is the width of the keys and signs before their meaning.
const label = 14

func (p *Pane) keys(name string, rows []action.Binding) block {
	return func(w int) []string {
		lines := []string{p.th.Label.Render(name)}
		for _, b := range rows {
			for i, part := range text.Wrap(b.Help, max(8, w-label-1)) {
				key := ""
				if i == 0 {
					key = b.KeyNames(p.th.ASCII)
				}
				lines = append(lines, p.th.Key.Render(text.Fit(key, label))+" "+p.th.Text.Render(part))
			}
		}
		return lines
	}
}

func (p *Pane) states() block {
	return func(int) []string {
		lines := []string{p.th.Label.Render("States")}
		for s := call.StateStarting; s < call.StateEnded; s++ {
			lines = append(lines, p.th.State(s).Render(p.th.Sign(s)+" "+s.String()))
		}
		return lines
	}
}

func (p *Pane) outcomes() block {
	return func(int) []string {
		lines := []string{p.th.Label.Render("Outcomes")}
		for o := call.Answered; o <= call.NotConnected; o++ {
			lines = append(lines, p.th.Outcome(o).Render(p.th.OutcomeSign(o)+" "+o.String()))
		}
		return lines
	}
}

func (p *Pane) marks() block {
	s := p.th.Signs
	rows := [][2]string{
		{s.Phone + " ringing you", "it rings a line of yours"},
		{s.Phone + " talking", "the telephone of this desk is in the call"},
		{s.Late + " joined late", "the beginning was not seen"},
		{s.Gap + " gap", "states in between are missing; they are fetched"},
		{s.Stale + " stale", "nothing heard for long; being checked"},
		{s.Warn + "  " + s.Alert, "past the amber, the red threshold"},
	}
	return func(w int) []string {
		lines := []string{p.th.Label.Render("Marks")}
		for _, r := range rows {
			lines = append(lines, p.th.Mark.Render(text.Fit(r[0], label))+" "+p.th.Text.Render(text.Cut(r[1], w-label-1)))
		}
		return lines
	}
}
