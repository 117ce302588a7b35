package ui

import (
	"reflect"
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/theme"
)

// Session is what the desk is to look like again at the next start. Columns are kept apart
// (Ports.KeepColumns).
type Session struct {
	Tab     action.Place                   `json:"tab,omitempty"`
	Filters map[action.Place]string        `json:"filters,omitempty"`
	Sorted  map[action.Place]table.Sorting `json:"sorted,omitempty"`
	Theme   string                         `json:"theme,omitempty"` // "" is that of the configuration
	Tabs    []SavedTab                     `json:"tabs,omitempty"`
	// Before has what was typed into filter and palette, oldest first.
	Before map[string][]string `json:"before,omitempty"`
}

// remembered are the prompts whose texts outlive the desk: filters and commands, but no notes, numbers or
// searches in a call.
func remembered() []string { return []string{"filter", "command"} }

// session gives what is to be kept now.
func (m *Model) session() Session {
	s := Session{Tab: m.list(), Filters: map[action.Place]string{}, Sorted: map[action.Place]table.Sorting{}, Before: map[string][]string{}, Tabs: slices.Clone(m.saved)}
	for at, f := range m.filter {
		if f != "" {
			s.Filters[at] = f
		}
	}
	for _, at := range orderedPlaces() {
		if by := m.ordered(at).Sorting(); by != m.fresh[at] {
			s.Sorted[at] = by
		}
	}
	if by := m.listPane.Sorting(); by != m.fresh[action.Reports] {
		s.Sorted[action.Reports] = by
	}
	if m.opts.Theme != m.theme {
		s.Theme = m.opts.Theme
	}
	for _, about := range remembered() {
		if len(m.before[about]) > 0 {
			s.Before[about] = slices.Clone(m.before[about])
		}
	}
	return s
}

// resume brings back what was kept. What does not fit any more is left out.
func (m *Model) resume(s Session) {
	m.theme = m.opts.Theme
	m.fresh = map[action.Place]table.Sorting{action.Reports: m.listPane.Sorting()}
	if by := m.opts.Sort; by != (table.Sorting{}) {
		m.fresh[action.Live] = by
		m.callsPane.SetSorting(by)
	}
	m.saved, _ = m.badTabs(s.Tabs)
	m.saved = m.saved[:min(len(m.saved), maxSaved)]
	for _, about := range remembered() {
		list := s.Before[about]
		m.before[about] = slices.Clone(list[max(0, len(list)-maxBefore):])
	}
	for _, at := range orderedPlaces() {
		if by, ok := s.Sorted[at]; ok {
			m.ordered(at).SetSorting(by)
		}
	}
	if by, ok := s.Sorted[action.Reports]; ok {
		m.listPane.SetSorting(by)
	}
	if slices.Contains(theme.Names(), s.Theme) {
		m.useTheme(s.Theme)
	}
	for at, f := range s.Filters {
		if i := slices.IndexFunc(tabs(), func(t tab) bool { return t.place == at }); i >= 0 {
			m.tab = i
			m.setFilter(f)
		}
	}
	m.tab = max(0, slices.IndexFunc(tabs(), func(t tab) bool { return t.place == s.Tab }))
	m.kept = m.session()
}

// keepSession has the session kept where it has changed; it is looked at once a second, and when
// somebody leaves.
func (m *Model) keepSession() tea.Cmd {
	keep := m.opts.Ports.KeepSession
	if keep == nil || m.prompt.Active() {
		return nil
	}
	s := m.session()
	if reflect.DeepEqual(s, m.kept) {
		return nil
	}
	m.kept = s
	return func() tea.Msg { keep(s); return nil }
}
