package ui

import (
	"fmt"
	"strings"

	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// span is where a tab stands in its line.
type span struct{ from, to int }

func (m *Model) tabSpans() []span {
	at := 1
	var out []span
	for _, t := range tabs() {
		n := text.Width(t.title) + 2
		out = append(out, span{at, at + n})
		at += n + 1
	}
	return out
}

// tabLine draws the tabs and, at the right, what a reader of the list must know.
func (m *Model) tabLine(w int) string {
	var b strings.Builder
	b.WriteString(" ")
	for i, t := range tabs() {
		style := m.th.Tab
		if i == m.tab {
			style = m.th.TabActive
		}
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(style.Render(" " + t.title + " "))
	}
	left := b.String()
	right := m.tabRight(w - text.Width(left) - 2)
	return left + text.Spaces(w-text.Width(left)-text.Width(right)-1) + right + " "
}

// note is a piece at the right of the tab line; plain is its width's text.
type note struct {
	text  string
	style theme.Style
}

// tabRight draws the pieces at the right in at most w cells; those to the left give way first.
func (m *Model) tabRight(w int) string {
	if m.prompt.Active() {
		line, _ := m.prompt.View(m.promptRoom(w))
		count := m.count()
		return text.Fit(line, m.promptRoom(w)) + "  " + m.th.Faint.Render(count)
	}
	var notes []note
	if m.place() == action.Live {
		for _, s := range m.callsPane.Status(!m.paused.IsZero()) {
			notes = append(notes, note{s, m.th.Mark})
		}
	}
	if f := m.filter[tabs()[m.tab].place]; f != "" && m.detail == "" && !m.helping {
		notes = append(notes, note{"/ " + f, m.th.Match})
	}
	if b := m.pauseBanner(); b != "" {
		notes = append(notes, note{b, m.th.Banner})
	}
	if c := m.count(); c != "" {
		notes = append(notes, note{c, m.th.Faint})
	}
	for len(notes) > 1 && width(notes) > w {
		notes = notes[1:]
	}
	var b strings.Builder
	for i, n := range notes {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(n.style.Render(text.Cut(n.text, w)))
	}
	return b.String()
}

func width(notes []note) int {
	n := 2 * (len(notes) - 1)
	for _, t := range notes {
		n += text.Width(t.text)
	}
	return n
}

func (m *Model) pauseBanner() string {
	if m.paused.IsZero() || m.place() != action.Live {
		return ""
	}
	s := fmt.Sprintf(" %s PAUSED %s", m.th.Signs.Paused, text.Clock(m.now.Sub(m.paused)))
	if m.view != nil && m.view.Version > m.behind {
		s += fmt.Sprintf(" %s %d behind", m.th.Signs.Dot, m.view.Version-m.behind)
	}
	return s + " "
}

// count says how many rows the filter leaves: "7 of 12", or "12 rows" without one.
func (m *Model) count() string {
	var shown, all int
	var noun string
	switch {
	case m.helping || m.detail != "":
		return ""
	case tabs()[m.tab].place == action.Reports:
		shown, all = m.listPane.Count()
		noun = "ended"
	default:
		shown, all = m.callsPane.Count()
		noun = "rows"
	}
	if m.filter[tabs()[m.tab].place] != "" {
		return fmt.Sprintf("%d of %d", shown, all)
	}
	return fmt.Sprintf("%d %s", all, noun)
}

// promptRoom is the width of the prompt in w cells at the right of the tab line.
func (m *Model) promptRoom(w int) int {
	return max(4, min(60, w-text.Width(m.count())-2))
}

// cursor tells where the terminal's cursor stands while text is typed.
func (m *Model) cursor() (x, y int, ok bool) {
	if !m.prompt.Active() || !m.desk.Fits {
		return 0, 0, false
	}
	spans := m.tabSpans()
	left := spans[len(spans)-1].to
	w := m.desk.Tabs.W - left - 2
	_, at := m.prompt.View(m.promptRoom(w))
	start := m.desk.Tabs.W - 1 - text.Width(m.count()) - 2 - m.promptRoom(w)
	return start + at, m.desk.Tabs.Y, true
}
