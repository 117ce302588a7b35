package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/layout"
	callbar "ringside/ui/phone"
	"ringside/ui/text"
	"ringside/ui/theme"
	"ringside/ui/trace"
)

// View gives the picture. Bubble Tea asks for it after every message, so it is made only when
// something has changed.
func (m *Model) View() tea.View {
	if !m.dirty {
		return m.last
	}
	v := tea.NewView(m.inSigns(m.veiled(m.content())))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = m.opts.Veil.Text(m.windowTitle())
	if x, y, ok := m.cursor(); ok {
		v.Cursor = tea.NewCursor(x, y)
	}
	m.last, m.dirty = v, false
	return v
}

func (m *Model) windowTitle() string {
	switch {
	case len(m.track.rings) > 0 || len(callbar.Ringing(m.phoned.view)) > 0:
		return "ringside " + m.th.Signs.Dot + " ringing you"
	case m.view != nil && m.view.Counts.Ringing > 0:
		return fmt.Sprintf("ringside %s %d ringing", m.th.Signs.Dot, m.view.Counts.Ringing)
	}
	return "ringside"
}

func (m *Model) content() string {
	d := m.desk
	switch {
	case d.W <= 0 || d.H <= 0:
		return ""
	case m.board.up && !m.speaks():
		return m.overWall(m.board.pane.View())
	case !d.Fits:
		say := fmt.Sprintf("ringside needs %d x %d cells; this is %d x %d", layout.MinW, layout.MinH, d.W, d.H)
		return text.Block(text.Wrap(say, d.W), d.W, d.H)
	}
	lines := make([]string, d.H)
	m.put(lines, d.Header, m.header.View())
	m.put(lines, d.Tabs, m.tabLine(d.Tabs.W))
	m.put(lines, d.Main, m.phoned.picker.Over(m.mainView(), d.Main.W, d.Main.H))
	for i, l := range m.underPrompt(m.promptLine()) {
		y := d.Tabs.Y + 1 + i
		if y < d.Main.Y {
			l = text.Fit(l, d.W) // nothing stands beside it
		}
		lines[y] = l // over the headings of the list, which so need not move
	}
	if !d.Side.Empty() {
		m.beside(lines, d.Side, d.Gutter.W, m.card.View())
	}
	m.put(lines, d.Strip, m.card.ViewStrip(d.Strip.W))
	m.put(lines, d.Notice, m.noticeView(d.Notice.W, d.Notice.H))
	m.put(lines, d.Bar, m.phoned.bar.View())
	m.put(lines, d.Footer, m.footer(d.Footer.W))
	for i, l := range lines {
		if l == "" {
			lines[i] = text.Spaces(d.W)
		}
	}
	return strings.Join(lines, "\n")
}

// put writes the lines of a part that begins at the left edge.
func (m *Model) put(lines []string, r layout.Rect, view string) {
	if r.Empty() {
		return
	}
	for i, l := range strings.Split(view, "\n") {
		if i < r.H {
			lines[r.Y+i] = l
		}
	}
}

// beside writes the lines of a part that stands right of another.
func (m *Model) beside(lines []string, r layout.Rect, gutter int, view string) {
	for i, l := range strings.Split(view, "\n") {
		if i < r.H {
			lines[r.Y+i] += text.Spaces(gutter) + l
		}
	}
}

func (m *Model) mainView() string {
	switch m.under() {
	case action.Page:
		return m.helpPane.View()
	case action.Popped:
		return m.popped.pane.View()
	case action.Detail:
		return " " + strings.ReplaceAll(m.detailPane.View(), "\n", "\n ")
	case action.Compare:
		return " " + strings.ReplaceAll(m.pair.pane.View(), "\n", "\n ")
	}
	if p := m.numberPane(); p != nil {
		return p.View()
	}
	switch m.list() {
	case action.Counted:
		return m.numbers.calls.View()
	case action.Reports:
		return m.listPane.View()
	case action.Owed:
		return m.owedPane.View()
	case action.Alarms:
		return m.alarmsPane.View()
	}
	return m.callsPane.View()
}

// noticeView draws the notice, and below it the prompt where that has a line of its own.
func (m *Model) noticeView(w, h int) string {
	var out []string
	n := m.notice()
	sign, style := m.noticeLook(n.Level)
	for _, l := range m.noticeLines() {
		if l.hint {
			out = append(out, text.Fit(m.th.Faint.Render(text.Spaces(indented)+l.text), w))
			continue
		}
		said := style.Render(l.text)
		if m.said.url != "" && n.Text == m.said.Text {
			said = trace.Linked(m.said.url, said)
		}
		lead := " " + sign + " "
		if l.more {
			lead = text.Spaces(text.Width(lead))
		}
		out = append(out, text.Fit(style.Render(lead)+said, w))
	}
	out = out[:min(len(out), h)]
	if n := m.promptLines(); n > 0 && h >= n {
		line, _ := m.prompt.View(w - 2)
		out = out[:min(len(out), h-n)]
		if n > 1 {
			out = append(out, text.Fit(" "+m.explanation(w-2), w))
		}
		out = append(out, text.Fit(" "+line, w))
	}
	return strings.Join(out, "\n")
}

// promptLines is how many lines the prompt has above the footer.
func (m *Model) promptLines() int {
	switch {
	case !m.prompt.Active() || !m.asked.apart:
		return 0
	case m.asked.explain != nil:
		return 2
	}
	return 1
}

func (m *Model) noticeLook(l Level) (string, theme.Style) {
	switch l {
	case Good:
		return m.th.Signs.Good, m.th.Good
	case Warn:
		return m.th.Signs.Warn, m.th.Warn
	case Bad:
		return m.th.Signs.Bad, m.th.Bad
	}
	return m.th.Signs.Dot, m.th.Text
}

// footer shows the keys of the place, as many as fit; after the first key of a sequence, those
// that may follow.
func (m *Model) footer(w int) string {
	rows := m.keys.Footer(m.place())
	switch {
	case m.prompt.Active() && m.asked.foot != nil:
		rows = m.asked.foot
	case m.prompt.Active():
		rows = []action.Binding{
			{Keys: []string{"enter"}, Short: m.asked.keep}, {Keys: []string{"up"}, Short: "earlier ones"},
			{Keys: []string{"esc"}, Short: "as it was"},
		}
		if m.asked.query || m.asked.offers {
			rows = slices.Insert(rows, 1, action.Binding{Keys: []string{"tab"}, Short: "complete"})
		}
	case m.pending != "":
		rows = nil
		for _, b := range m.keys.After(m.place(), m.pending) {
			rows = append(rows, action.Binding{Keys: []string{strings.TrimPrefix(b.Keys[0], m.pending+" ")}, Short: b.Short})
		}
		rows = append(rows, action.Binding{Keys: []string{"esc"}, Short: "none"})
	}
	var b strings.Builder
	b.WriteString(" ")
	at := 1
	for _, r := range m.fitting(rows, w-1) {
		if at > 1 {
			b.WriteString("   ")
			at += 3
		}
		key := action.KeyName(r.Keys[0], m.th.ASCII)
		b.WriteString(m.th.Key.Render(key) + " " + m.th.KeyHelp.Render(r.Short))
		at += text.Width(key) + 1 + text.Width(r.Short)
	}
	return b.String() + text.Spaces(w-at)
}

// fitting gives the rows that fit; the last, which tells how to leave, is always among them.
func (m *Model) fitting(rows []action.Binding, w int) []action.Binding {
	size := func(b action.Binding) int {
		return text.Width(action.KeyName(b.Keys[0], m.th.ASCII)) + 1 + text.Width(b.Short) + 3
	}
	room := w + 3
	for _, r := range rows {
		room -= size(r)
	}
	for room < 0 && len(rows) > 1 {
		drop := len(rows) - 2
		room += size(rows[drop])
		rows = append(rows[:drop:drop], rows[drop+1:]...)
	}
	return rows
}
