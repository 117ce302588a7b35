package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
)

// onClick selects a row or a tab; a second click on a row opens it.
func (m *Model) onClick(e tea.MouseClickMsg) tea.Cmd {
	d := m.desk
	switch {
	case e.Button != tea.MouseLeft || m.prompt.Active(), m.board.up:
		return nil
	case d.Bar.Contains(e.X, e.Y):
		if a := m.phoned.bar.ActionAt(e.X-d.Bar.X, e.Y-d.Bar.Y); a != action.None {
			return m.do(a)
		}
	case d.Tabs.Contains(e.X, e.Y):
		for i, s := range m.tabSpans() {
			if e.X >= s.from && e.X < s.to {
				if i >= len(tabs()) {
					return m.toSaved(m.savedTitles(m.savedRoom())[i-len(tabs())].tab)
				}
				return tea.Batch(m.toTab(i), m.leaveSaved())
			}
		}
	case !d.Main.Contains(e.X, e.Y):
		return nil
	case m.headingHit(e.X-d.Main.X, e.Y-d.Main.Y) != "":
		return m.sortBy(m.headingHit(e.X-d.Main.X, e.Y-d.Main.Y))
	case m.under() == action.Popped:
		if m.popped.pane.ClickAt(e.Y - d.Main.Y) {
			return m.popped.pane.Do(action.UnfoldTrace)
		}
	case m.under() == action.Live:
		if m.callsPane.ClickAt(e.Y - d.Main.Y) {
			return tea.Batch(m.callsPane.Do(action.Open), m.refresh())
		}
	case m.under() == action.Reports:
		id, ok := m.listPane.IDAt(e.Y - d.Main.Y)
		if !ok {
			return nil
		}
		if r := m.listPane.Selected(); r != nil && r.ID == id {
			return m.openDetail(id)
		}
		m.listPane.Select(id)
	case m.numbersAt(m.under()):
		return m.clickNumbers(e.X-d.Main.X, e.Y-d.Main.Y)
	case m.under() == action.Owed:
		key, ok := m.owedPane.IDAt(e.Y - d.Main.Y)
		if !ok {
			return nil
		}
		if o := m.owedPane.Selected(); o != nil && o.Key == key {
			return m.owedPane.Do(action.Open)
		}
		m.owedPane.Select(key)
	case m.place() == action.Alarms:
		id, ok := m.alarmsPane.IDAt(e.Y - d.Main.Y)
		if !ok {
			return nil
		}
		if a := m.alarmsPane.Selected(); a != nil && a.ID == id {
			return m.alarmsPane.Do(action.Open)
		}
		m.alarmsPane.Select(id)
	}
	return m.refresh()
}

// onWheel scrolls what is up by three lines.
func (m *Model) onWheel(e tea.MouseWheelMsg) tea.Cmd {
	if m.board.up {
		return nil
	}
	n, a := 3, action.Down
	switch e.Button {
	case tea.MouseWheelDown:
	case tea.MouseWheelUp:
		n, a = -3, action.Up
	default:
		return nil
	}
	switch m.under() {
	case action.Live:
		m.callsPane.Scroll(n)
	case action.Reports:
		return m.listPane.Scroll(n)
	case action.Owed:
		m.owedPane.Scroll(n)
	case action.Alarms:
		m.alarmsPane.Scroll(n)
	case action.Agents:
		m.numbers.agents.Scroll(n)
	case action.Queues:
		m.numbers.queues.Scroll(n)
	case action.Counted:
		m.numbers.calls.Scroll(n)
	default:
		var cmds []tea.Cmd
		for range 3 {
			cmds = append(cmds, m.paneDo(a))
		}
		return tea.Batch(cmds...)
	}
	return nil
}
