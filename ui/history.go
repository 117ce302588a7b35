package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/ui/action"
	"ringside/ui/text"
)

// spot is where somebody is on the desk.
type spot struct {
	tab    int
	filter string
	detail string // id of the call that is read in full
	popped bool
}

// maxSpots bounds the places that one can go back to.
const maxSpots = 100

// visited are the places somebody was at, as a browser has them.
type visited struct {
	spots []spot
	at    int  // which of them is the present one
	going bool // on the way to one of them: nothing is noted
}

func (m *Model) spot() spot {
	return spot{m.tab, m.filter[m.list()], m.detail, m.popped.up}
}

// noteSpot notes where somebody has got to. Letters of a filter that is being typed are no places.
func (m *Model) noteSpot() {
	v := &m.visited
	if v.going || m.prompt.Active() || m.helping || m.pair != nil || m.open.wanted != "" {
		return
	}
	here := m.spot()
	if len(v.spots) > 0 && v.spots[v.at] == here {
		return
	}
	if len(v.spots) > 0 {
		v.spots = v.spots[:v.at+1]
	}
	if len(v.spots) >= maxSpots {
		v.spots = slices.Delete(v.spots, 0, 1)
	}
	v.spots = append(v.spots, here)
	v.at = len(v.spots) - 1
}

// travel goes to the place before, or to the one after it again.
func (m *Model) travel(a action.Action) tea.Cmd {
	v := &m.visited
	m.noteSpot()
	to := v.at - 1
	if a == action.Forward {
		to = v.at + 1
	}
	switch {
	case to < 0:
		return action.Refuse(a, "nothing was looked at before this")
	case to >= len(v.spots):
		return action.Refuse(a, "nothing was looked at after this")
	}
	v.at = to
	s := v.spots[to]
	v.going = true
	cmd := m.toTab(s.tab)
	cmd = tea.Batch(cmd, m.setFilter(s.filter))
	switch {
	case s.popped:
		cmd = tea.Batch(cmd, m.toTraces())
	case s.detail != "":
		cmd = tea.Batch(cmd, m.openDetail(s.detail))
	}
	v.going = false
	if m.detail != s.detail && m.open.wanted == "" { // it is no longer known
		v.spots[to].detail = m.detail
	}
	return cmd
}

// crumbs tell where one is, where that is not a list alone: "Reports › /lost › Dana Roe's call 14:02".
func (m *Model) crumbs() string {
	if m.onList() {
		return ""
	}
	crumb := " " + m.th.Signs.Crumb + " "
	out := tabName(tabs()[m.tab])
	if t := m.savedTab(); t != nil {
		out = text.Clean(t.Name)
	} else if f := m.filter[m.list()]; f != "" {
		out += crumb + "/ " + text.Cut(text.Clean(f), 24)
	}
	switch {
	case m.helping:
		return out + crumb + "keys"
	case m.popped.up:
		return out + crumb + "pops"
	case m.pair != nil:
		return out + crumb + "two calls"
	}
	if c := m.callOf(m.detail); c != nil {
		out += crumb + m.callName(subject{c.ID, c.Outsider(), c.Created})
	}
	return out
}
