package ui

import (
	"fmt"
	"slices"
	"strings"

	"ringside/ui/action"
	"ringside/ui/reports"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// span is where a tab stands in its line.
type span struct{ from, to int }

// narrowTabs is the width below which the tabs stand closer, and give way to what is typed.
const narrowTabs = 116

// tabNames gives what the tabs say, and the blanks about each. Where the room is needed
// to type in, or for what stands at the right, the tabs that are not up have their number alone.
func (m *Model) tabNames() (names []string, pad int) {
	w := m.desk.Tabs.W
	if m.promptInTabs() {
		w = m.promptLine()
	}
	names, wide := make([]string, 0, 8), 0
	for _, t := range tabs() {
		names = append(names, t.title)
		wide += text.Width(t.title) + 2
	}
	if w >= narrowTabs {
		return names, 1
	}
	if m.promptInTabs() || w < wide+width(m.rightNotes())+2 {
		for i := range names {
			if i != m.tab {
				names[i], _, _ = strings.Cut(names[i], " ")
			}
		}
	}
	return names, 0
}

func (m *Model) tabSpans() []span {
	names, pad := m.tabNames()
	at := 1
	var out []span
	for _, name := range names {
		n := text.Width(name) + 2*pad
		out = append(out, span{at, at + n})
		at += n + 2 - pad
	}
	for _, t := range m.savedTitles(m.savedRoom()) {
		n := text.Width(t.text) + 2
		out = append(out, span{at, at + n})
		at += n + 1
	}
	return out
}

// savedRoom gives the cells that saved tabs may take: none while text is typed beside the tabs, less
// than half of what the others leave.
func (m *Model) savedRoom() int {
	if m.promptInTabs() {
		return 0
	}
	names, pad := m.tabNames()
	room := m.desk.Tabs.W - 1
	for _, name := range names {
		room -= text.Width(name) + pad + 2
	}
	return max(0, room*3/5)
}

// tabLine draws the tabs and, at the right, what a reader of the list must know.
func (m *Model) tabLine(w int) string {
	var b strings.Builder
	b.WriteString(" ")
	names, pad := m.tabNames()
	saved := m.savedTitles(m.savedRoom())
	savedUp := slices.ContainsFunc(saved, func(t savedTitle) bool { return t.up })
	for i, name := range names {
		style := m.th.Tab
		if i == m.tab && !savedUp {
			style = m.th.TabActive
		}
		if i > 0 {
			b.WriteString(text.Spaces(2 - pad))
		}
		b.WriteString(style.Render(text.Spaces(pad) + name + text.Spaces(pad)))
	}
	for _, t := range saved {
		style := m.th.Tab
		if t.up {
			style = m.th.TabActive
		}
		b.WriteString(" " + style.Render(" "+t.text+" "))
	}
	left, room := b.String(), w
	if m.promptInTabs() {
		room = m.promptLine()
	}
	if text.Width(left) > room-1 {
		left = text.Fit(left, room-1)
	}
	right := m.tabRight(room - text.Width(left) - 2)
	return left + text.Spaces(room-text.Width(left)-text.Width(right)-1) + right + text.Spaces(1+w-room)
}

// note is a piece at the right of the tab line; plain is its width's text.
type note struct {
	text  string
	style theme.Style
}

// tabRight draws the pieces at the right in at most w cells; those to the left give way first.
func (m *Model) tabRight(w int) string {
	if m.promptInTabs() {
		room, rest := m.promptRoom(w)
		line, _ := m.prompt.View(room)
		line = text.Fit(line, room)
		if rest > 0 {
			line += "  " + m.th.Faint.Render(text.Right(m.count(), rest))
		}
		return line
	}
	notes := m.rightNotes()
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

// rightNotes gives all pieces at the right, the least needed first.
func (m *Model) rightNotes() []note {
	notes := m.notes()
	if f := m.filter[m.list()]; f != "" && m.onList() {
		notes = append(notes, note{"/ " + f, m.th.Match})
	}
	if b := m.pauseBanner(); b != "" {
		notes = append(notes, note{b, m.th.Banner})
	}
	if c := m.count(); c != "" {
		notes = append(notes, note{c, m.th.Faint})
	}
	return notes
}

// onList reports whether the list itself is up.
func (m *Model) onList() bool { return m.detail == "" && m.pair == nil && !m.helping && !m.popped.up }

// notes gives what the list that is up has to say, the least needed first.
func (m *Model) notes() []note {
	var out []note
	add := func(s string, style theme.Style) {
		if s != "" {
			out = append(out, note{s, style})
		}
	}
	if m.open.wanted != "" {
		add("opening"+m.th.Signs.Ellipsis, m.th.Faint)
	}
	if !m.onList() {
		add(m.crumbs(), m.th.Faint)
		return out
	}
	switch m.list() {
	case action.Live:
		for _, s := range m.callsPane.Status(!m.paused.IsZero()) {
			add(s, m.th.Mark)
		}
	case action.Agents:
		for _, s := range m.numbers.agents.Status() {
			add(s, m.th.Mark)
		}
	case action.Reports:
		add(m.fetched(), m.th.Accent)
		add(m.tabled(), m.th.Banner)
		for _, s := range m.listPane.Status() {
			add(s, m.th.Mark)
		}
	}
	return out
}

func width(notes []note) int {
	n := 2 * (len(notes) - 1)
	for _, t := range notes {
		n += text.Width(t.text)
	}
	return n
}

func (m *Model) pauseBanner() string {
	if m.paused.IsZero() || m.under() != action.Live {
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
	case !m.onList():
		return ""
	case m.list() == action.Reports:
		return m.countPast()
	case m.list() == action.Alarms:
		return m.countAlarms()
	case m.list() == action.Owed:
		shown, all = m.owedPane.Count()
		noun = "owed"
	case m.list() == action.Agents:
		shown, all = m.numbers.agents.Count()
		noun = "agent"
	case m.list() == action.Queues:
		shown, all = m.numbers.queues.Count()
		noun = "queue"
	case m.list() == action.Today:
		return ""
	case m.list() == action.Counted:
		shown, all = m.numbers.calls.Count()
		noun = "call"
	default:
		shown, all = m.callsPane.Count()
		noun = "row"
	}
	if m.filter[m.list()] != "" {
		return fmt.Sprintf("%d of %d", shown, all)
	}
	if all != 1 && m.list() != action.Owed {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", all, noun)
}

// countPast is count for the calls that are over: "1,204 of 31,337", "10,000+ of 31,337",
// "31,337 ended". What is not known yet is left out.
func (m *Model) countPast() string {
	shown, all, more := m.listPane.Count()
	switch {
	case !m.listPane.Narrow() && all >= 0:
		return reports.Thousands(all) + " ended"
	case shown < 0 || !m.listPane.Narrow():
		return ""
	}
	s := reports.Thousands(shown)
	if more {
		s += "+"
	}
	if all >= 0 {
		s += " of " + reports.Thousands(all)
	}
	return s
}

// promptInTabs reports whether text is typed at the right of the tab line.
func (m *Model) promptInTabs() bool { return m.prompt.Active() && !m.asked.apart }

// promptLine gives how much of the line of tabs, from the left, is there to type in: what stands above
// the list. So what is said under the text never covers the card beside the list.
func (m *Model) promptLine() int {
	if m.desk.Side.Empty() {
		return m.desk.Tabs.W
	}
	return m.desk.Main.W
}

// promptRoom divides w cells at the right of the tab line among the prompt and the count, which
// gives way where there is little. The count has the room of a usual one at least, so that the text
// does not move with every letter.
func (m *Model) promptRoom(w int) (prompt, count int) {
	const least, gap = 12, 2
	count = text.Width(m.count())
	if m.list() == action.Reports {
		count = max(count, len("1,204 of 31,337"))
	}
	if w < least+gap+count {
		return max(0, w), 0
	}
	return min(60, w-count-gap), count
}

// promptAt gives where the prompt begins in the tab line, and its width.
func (m *Model) promptAt() (x, w int) {
	spans := m.tabSpans()
	line := m.promptLine()
	w, count := m.promptRoom(line - spans[len(spans)-1].to - 2)
	x = line - 1 - w
	if count > 0 {
		x -= count + 2
	}
	return x, w
}

// cursor tells where the terminal's cursor stands while text is typed.
func (m *Model) cursor() (x, y int, ok bool) {
	switch {
	case !m.prompt.Active() || !m.desk.Fits:
		return 0, 0, false
	case m.asked.apart:
		_, at := m.prompt.View(m.desk.Notice.W - 2)
		return 1 + at, m.desk.Notice.Y + m.desk.Notice.H - 1, m.desk.Notice.H > 0
	}
	start, w := m.promptAt()
	_, at := m.prompt.View(w)
	return start + at, m.desk.Tabs.Y, true
}
