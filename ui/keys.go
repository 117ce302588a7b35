package ui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
)

// onKey dispatches a key: to the prompt while text is typed, else through the table.
func (m *Model) onKey(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	if key == "ctrl+c" {
		return m.quit()
	}
	if m.prompt.Active() {
		return m.onPromptKey(k, key)
	}
	pending := m.pending
	m.pending = ""
	if pending != "" && key == "esc" {
		return nil
	}
	a, more := m.keys.Lookup(m.place(), pending, key)
	switch {
	case more:
		m.pending = key
		return nil
	case a == action.None:
		m.say(NoticeMsg{Level: Info, Text: m.meansNothing(pending, key)})
		return nil
	}
	return m.do(a)
}

func (m *Model) meansNothing(pending, key string) string {
	if pending != "" {
		key = pending + " " + key
	}
	s := fmt.Sprintf("%s does nothing here", action.KeyName(key, m.th.ASCII))
	for _, b := range m.keys.Footer(m.place()) {
		if b.Action == action.Help {
			return s + "; " + b.KeyNames(m.th.ASCII) + " shows the keys"
		}
	}
	return s
}

func (m *Model) onPromptKey(k tea.KeyPressMsg, key string) tea.Cmd {
	switch key {
	case "enter":
		m.prompt.Accept()
		return nil
	case "esc":
		return m.setFilter(m.prompt.Cancel())
	}
	return m.typed(k)
}

func (m *Model) onPaste(msg tea.PasteMsg) tea.Cmd {
	if !m.prompt.Active() {
		return nil
	}
	return m.typed(msg)
}

// typed hands a message to the prompt; the rows follow every letter.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	cmd := m.prompt.Update(msg)
	return tea.Batch(cmd, m.setFilter(m.prompt.Value()))
}

func (m *Model) setFilter(f string) tea.Cmd {
	at := tabs()[m.tab].place
	if m.filter[at] == f {
		return nil
	}
	m.filter[at] = f
	if at == action.Reports {
		m.listPane.SetFilter(f)
	} else {
		m.callsPane.SetFilter(f)
	}
	return m.refresh()
}

// do acts: what concerns the whole screen here, the rest in the pane that is up.
func (m *Model) do(a action.Action) tea.Cmd {
	switch a {
	case action.Quit:
		return m.quit()
	case action.Help:
		m.helping = !m.helping
	case action.Back:
		return m.back()
	case action.Filter:
		return m.prompt.Open("/ ", m.filter[tabs()[m.tab].place])
	case action.Pause:
		m.pause()
	case action.NextCard:
		return m.nextCard()
	case action.NextTab:
		return m.toTab((m.tab + 1) % len(tabs()))
	case action.PrevTab:
		return m.toTab((m.tab + len(tabs()) - 1) % len(tabs()))
	default:
		for i, t := range tabs() {
			if t.key == a {
				return m.toTab(i)
			}
		}
		return tea.Batch(m.paneDo(a), m.refresh())
	}
	return m.refresh()
}

func (m *Model) paneDo(a action.Action) tea.Cmd {
	switch m.place() {
	case action.Page:
		return m.helpPane.Do(a)
	case action.Detail:
		if a == action.YankID || a == action.YankNumber {
			return m.yankDetail(a)
		}
		return m.detailPane.Do(a)
	case action.Reports:
		return m.listPane.Do(a)
	}
	return m.callsPane.Do(a)
}

func (m *Model) yankDetail(a action.Action) tea.Cmd {
	c := m.track.get(m.detail)
	switch {
	case a == action.YankID:
		return action.Yank("id", m.detail)
	case c == nil || c.Outsider().Number == "":
		return action.Refuse(a, "this call has no number")
	}
	return action.Yank("number", c.Outsider().Number)
}

func (m *Model) toTab(i int) tea.Cmd {
	m.tab, m.detail, m.helping = i, "", false
	return m.refresh()
}

// back leaves what was opened last; on a list it clears the filter, then what follows a call, then
// the selection.
func (m *Model) back() tea.Cmd {
	at := tabs()[m.tab].place
	switch {
	case m.helping:
		m.helping = false
	case m.detail != "":
		m.detail = ""
	case m.noticeUntil.After(m.now):
		m.noticeUntil = m.now
		m.onTick(m.now)
	case m.filter[at] != "":
		return m.setFilter("")
	case at == action.Reports:
		m.listPane.Select("")
	case m.callsPane.Following():
		m.callsPane.Do(action.Follow)
	default:
		m.callsPane.Select("")
	}
	return m.refresh()
}

// pause stops the live table; everything else goes on.
func (m *Model) pause() {
	if m.paused.IsZero() {
		m.paused = m.now
		return
	}
	m.paused = time.Time{}
	m.callsPane.SetNow(m.now)
	m.showView()
}

func (m *Model) nextCard() tea.Cmd {
	if len(m.track.rings) < 2 {
		return action.Refuse(action.NextCard, "no other call rings you")
	}
	at := m.ringing()
	for i, c := range m.track.rings {
		if c == at {
			m.cardAt = m.track.rings[(i+1)%len(m.track.rings)].ID
			break
		}
	}
	return m.refresh()
}

// quit tells the outside, then leaves.
func (m *Model) quit() tea.Cmd {
	leave := m.opts.Ports.Quit
	return func() tea.Msg {
		if leave != nil {
			leave()
		}
		return tea.QuitMsg{}
	}
}
