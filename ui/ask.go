package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/prompt"
)

// asked is what the prompt is open for.
type asked struct {
	about  string // whose earlier texts up and down fetch
	apart  bool   // in a line of its own above the footer, not in the line of tabs
	keep   string // what Enter does, for the footer
	query  bool   // the text is a query: it can be completed, and it can be wrong
	offers bool   // it can be completed, and is no query

	foot    []action.Binding                      // the footer; nil: the usual one
	explain func(string) []note                   // what is said of the text, in a line above it; may be nil
	keys    func(string) (cmd tea.Cmd, took bool) // keys that mean something else here; may be nil

	typed  func(string) tea.Cmd         // at every letter; may be nil
	accept func(string) (tea.Cmd, bool) // Enter; false keeps the prompt open
	cancel func(was string) tea.Cmd     // Esc; may be nil
}

// maxBefore is how many earlier texts of one kind are remembered.
const maxBefore = 50

// askFor opens the prompt.
func (m *Model) askFor(a asked, l prompt.Line) tea.Cmd {
	m.asked = a
	l.Before = m.before[a.about]
	cmd := m.prompt.Open(l)
	m.arrange()
	return cmd
}

func (m *Model) onPromptKey(k tea.KeyPressMsg, key string) tea.Cmd {
	if m.asked.keys != nil {
		if cmd, took := m.asked.keys(key); took {
			return cmd
		}
	}
	switch key {
	case "enter":
		return m.acceptBy(m.asked.accept)
	case "esc":
		was := m.prompt.Cancel()
		m.arrange()
		if m.asked.cancel == nil {
			return nil
		}
		return m.asked.cancel(was)
	}
	return m.typed(k)
}

// acceptBy ends the prompt by what accept makes of the text, unless that keeps it open.
func (m *Model) acceptBy(accept func(string) (tea.Cmd, bool)) tea.Cmd {
	about, text := m.asked.about, m.prompt.Value()
	cmd, done := accept(text)
	if done {
		m.remember(about, text)
		m.prompt.Accept()
		m.arrange()
	}
	return cmd
}

func (m *Model) onPaste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case m.prompt.Active():
		return m.typed(msg)
	case m.phoned.keypad:
		return m.pastedTones(msg.Content)
	}
	return nil
}

// typed hands a message to the prompt; what hangs on the text follows every letter.
func (m *Model) typed(msg tea.Msg) tea.Cmd {
	cmd := m.prompt.Update(msg)
	if m.asked.typed == nil {
		return cmd
	}
	return tea.Batch(cmd, m.asked.typed(m.prompt.Value()))
}

func (m *Model) remember(about, text string) {
	if text == "" {
		return
	}
	list := slices.DeleteFunc(slices.Clone(m.before[about]), func(s string) bool { return s == text })
	if len(list) >= maxBefore {
		list = list[1:]
	}
	m.before[about] = append(list, text)
}

// askSearch opens the search in the call that is read in full.
func (m *Model) askSearch() tea.Cmd {
	find := func(s string) { m.detailPane.SetSearch(s) }
	return m.askFor(asked{
		about: "search", keep: "keep the search",
		typed:  func(s string) tea.Cmd { find(s); return nil },
		cancel: func(string) tea.Cmd { find(""); return nil },
		accept: func(s string) (tea.Cmd, bool) { find(s); return nil, true },
	}, prompt.Line{Label: "find"})
}
