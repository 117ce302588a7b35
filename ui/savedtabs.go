package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/query"
	"ringside/ui/action"
	"ringside/ui/text"
)

// SavedTab is a filter of a list, kept under a name.
type SavedTab struct {
	Name   string       `json:"name"`
	List   action.Place `json:"list"`
	Filter string       `json:"filter"`
}

// Bounds of saved tabs.
const (
	maxSaved     = 20
	maxSavedName = 24 // cells
)

// tabName gives the name of a tab without its number: "live".
func tabName(t tab) string {
	_, name, _ := strings.Cut(t.title, " ")
	return name
}

// allSaved gives the saved tabs: those of the configuration, then those of the desk.
func (m *Model) allSaved() []SavedTab { return slices.Concat(m.opts.Tabs, m.saved) }

// savedTab gives the saved tab that is up: the one whose list is up with its filter; nil when none is.
func (m *Model) savedTab() *SavedTab {
	for _, t := range m.allSaved() {
		if t.List == m.list() && t.Filter == m.filter[t.List] {
			return &t
		}
	}
	return nil
}

// toSaved shows a saved tab. What the list was narrowed to before comes back with the list's own tab.
func (m *Model) toSaved(t SavedTab) tea.Cmd {
	i := slices.IndexFunc(tabs(), func(o tab) bool { return o.place == t.List })
	if i < 0 {
		return action.Refuse(action.Saved, "there is no list "+string(t.List))
	}
	own := m.filter[t.List]
	if m.isSavedFilter(t.List, own) {
		own = m.unsaved[t.List]
	}
	cmd := m.toTab(i)
	m.unsaved[t.List] = own
	return tea.Batch(cmd, m.setFilter(t.Filter))
}

func (m *Model) isSavedFilter(at action.Place, filter string) bool {
	return slices.ContainsFunc(m.allSaved(), func(t SavedTab) bool { return t.List == at && t.Filter == filter })
}

// leaveSaved brings back what a list was narrowed to before a saved tab of it was up.
func (m *Model) leaveSaved() tea.Cmd {
	if at := m.list(); m.isSavedFilter(at, m.filter[at]) {
		own := m.unsaved[at]
		delete(m.unsaved, at)
		return m.setFilter(own)
	}
	return nil
}

// saveTab keeps the filter of the list that is up under a name; one of that name is replaced.
func (m *Model) saveTab(name string) tea.Cmd {
	name = text.Cut(text.Clean(name), maxSavedName)
	t := SavedTab{Name: name, List: m.list(), Filter: m.filter[m.list()]}
	i := m.savedAt(name)
	switch {
	case name == "":
		return action.Refuse(action.Saved, "a tab needs a name: save NAME")
	case t.Filter == "":
		return action.Refuse(action.Saved, "this list is not narrowed to anything: / narrows it")
	case slices.ContainsFunc(m.opts.Tabs, func(o SavedTab) bool { return strings.EqualFold(o.Name, name) }):
		return action.Refuse(action.Saved, name+" is a tab of the configuration")
	case i < 0 && len(m.saved) >= maxSaved:
		return action.Refuse(action.Saved, "there are twenty saved tabs already: drop NAME takes one away")
	}
	was := slices.Clone(m.saved)
	if i >= 0 {
		m.saved[i] = t
	} else {
		m.saved = append(m.saved, t)
	}
	m.arrange()
	m.undone = append(m.undone, change{what: "tab " + name, take: func() { m.saved = was }})
	m.say(NoticeMsg{Level: Good, Text: "saved: " + name + ", " + t.Filter, Hint: m.keys.Name(action.Undo, m.th.ASCII) + " takes it back; :drop " + name + " takes it away"})
	return nil
}

// dropTab takes a saved tab away.
func (m *Model) dropTab(name string) tea.Cmd {
	i := m.savedAt(name)
	if i < 0 {
		return action.Refuse(action.Saved, "no saved tab is called "+text.Clean(name))
	}
	was := slices.Clone(m.saved)
	gone := m.saved[i]
	m.saved = slices.Delete(slices.Clone(m.saved), i, i+1)
	m.undone = append(m.undone, change{what: "tab " + gone.Name, take: func() { m.saved = was }})
	m.say(NoticeMsg{Level: Good, Text: "gone: tab " + gone.Name, Hint: m.keys.Name(action.Undo, m.th.ASCII) + " takes it back"})
	return nil
}

func (m *Model) savedAt(name string) int {
	return slices.IndexFunc(m.saved, func(o SavedTab) bool { return strings.EqualFold(o.Name, strings.TrimSpace(name)) })
}

// nthSaved shows the saved tab with a number in the line of tabs, from 0.
func (m *Model) nthSaved(n int) tea.Cmd {
	all := m.allSaved()
	if n < 0 || n >= len(all) {
		return action.Refuse(action.Saved, "no tab is saved there: / narrows a list, :save NAME keeps that")
	}
	return m.toSaved(all[n])
}

// badTabs tells of saved tabs that no list or query is behind.
func (m *Model) badTabs(list []SavedTab) (good []SavedTab, bad []string) {
	for _, t := range list {
		_, err := query.Parse(t.Filter, query.Options{Now: m.now, Region: m.opts.Region})
		if err != nil || t.Name == "" || t.Filter == "" || !slices.ContainsFunc(tabs(), func(o tab) bool { return o.place == t.List }) {
			bad = append(bad, t.Name)
			continue
		}
		t.Name = text.Cut(text.Clean(t.Name), maxSavedName)
		good = append(good, t)
	}
	return good, bad
}

// savedTitles gives what the line of tabs has room for in w cells: the saved tabs with their numbers,
// or the one alone that is up.
func (m *Model) savedTitles(w int) []savedTitle {
	var out []savedTitle
	used := 0
	up := m.savedTab()
	for i, t := range m.allSaved() {
		one := savedTitle{tab: t, text: text.Clean(t.Name), up: up != nil && *up == t}
		if i < 2 {
			one.text = string(rune('8'+i)) + " " + one.text
		}
		n := text.Width(one.text) + 3
		if used+n > w {
			if !one.up {
				continue
			}
			out, used = nil, 0
		}
		out, used = append(out, one), used+n
	}
	return out
}

type savedTitle struct {
	tab  SavedTab
	text string
	up   bool
}
