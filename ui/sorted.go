package ui

import (
	"ringside/ui/action"
	"ringside/ui/table"
)

// ordered is a list that can be sorted by its columns.
type ordered interface {
	Sorting() table.Sorting
	SetSorting(s table.Sorting)
	SortBy(column string)
	Columns() []string
	HeadingAt(x, y int) (column string, ok bool)
}

// race is where the table of the ring race stands, which the tab of the agents shows in their place.
const race action.Place = "race"

// ordered gives the list of a place, nil where there is none that sorts at once: reports are sorted
// by their archive.
func (m *Model) ordered(at action.Place) ordered {
	switch at {
	case action.Live:
		return m.callsPane
	case action.Owed:
		return m.owedPane
	case action.Queues:
		return m.numbers.queues
	case action.Counted:
		return m.numbers.calls
	case action.Agents, race:
		floor, raced := m.numbers.agents.Boards()
		if at == race {
			return raced
		}
		return floor
	}
	return nil
}

// orderedHere gives the list that is up at a place.
func (m *Model) orderedHere(at action.Place) ordered {
	if at == action.Agents && m.numbers.agents.Racing() {
		at = race
	}
	return m.ordered(at)
}

// orderedPlaces lists those whose order outlives the desk.
func orderedPlaces() []action.Place {
	return []action.Place{action.Live, action.Agents, race, action.Queues, action.Owed}
}
