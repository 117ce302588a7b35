package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
)

// tellShown gives the command that tells which calls are on the screen, when they are others than
// before: what is missing of them is wanted first.
func (m *Model) tellShown() tea.Cmd {
	if m.opts.Ports.Shown == nil {
		return nil
	}
	ids := m.inSight()
	if slices.Equal(ids, m.shown) {
		return nil
	}
	m.shown = ids
	tell := m.opts.Ports.Shown
	return func() tea.Msg { tell(ids); return nil }
}

// inSight gives the calls on the screen, the one that somebody reads in full first.
func (m *Model) inSight() []string {
	var ids []string
	if m.detail != "" {
		ids = append(ids, m.detail)
	}
	for _, c := range m.track.rings {
		ids = append(ids, c.ID)
	}
	if m.under() == action.Live {
		ids = append(ids, m.callsPane.InSight()...)
	}
	return ids
}
