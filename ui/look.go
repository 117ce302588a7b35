package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// useTheme has the screen look as a theme of theme.Names from now on.
func (m *Model) useTheme(name string) tea.Cmd {
	th, err := theme.For(name, m.light)
	if err != nil {
		return action.Refuse(action.NextTheme, err.Error())
	}
	m.opts.Theme = name
	m.setTheme(th)
	return nil
}

// nextTheme goes on to the next theme, and says which that is and whom it is for.
func (m *Model) nextTheme() tea.Cmd {
	name := theme.Next(m.opts.Theme)
	for _, e := range theme.Entries() {
		if e.Name == name {
			m.say(NoticeMsg{Level: Info, Text: "theme " + e.Name + ": " + e.For, Hint: "theme in [desk] of the config keeps it"})
		}
	}
	return m.useTheme(name)
}

// inSigns writes signs that are in texts, whoever wrote them, as ASCII where that is asked for. Letters of
// other alphabets stay: they are somebody's name.
func (m *Model) inSigns(view string) string {
	if !m.th.ASCII {
		return view
	}
	return text.ASCII(view)
}

// onBackground takes in what the terminal's ground is, which most themes are made for.
func (m *Model) onBackground(msg tea.BackgroundColorMsg) tea.Cmd {
	if m.opts.Ground != "" && m.opts.Ground != "auto" || m.light == !msg.IsDark() {
		return nil
	}
	m.light = !msg.IsDark()
	return m.useTheme(m.opts.Theme)
}
