package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
)

// maxSteps bounds the views that are kept to step through while the picture is stopped: a minute of a
// busy floor. Views share what did not change between them.
const maxSteps = 2000

// steps are the views since the picture was stopped.
type steps struct {
	views []*call.View
	at    int // which of them is shown
}

// add keeps a newer view. When there are too many the oldest go, but never the one that is shown.
func (s *steps) add(v *call.View) {
	if len(s.views) >= maxSteps {
		drop := 0
		if s.at == 0 {
			drop = 1
		}
		s.views = append(s.views[:drop], s.views[drop+1:]...)
		s.at = max(0, s.at-1+drop)
	}
	s.views = append(s.views, v)
}

// step shows the view before or after the one that is shown, while the picture is stopped.
func (m *Model) step(a action.Action) tea.Cmd {
	s := &m.steps
	to := s.at + 1
	if a == action.StepBack {
		to = s.at - 1
	}
	switch {
	case m.paused.IsZero():
		return action.Refuse(a, "nothing to step through: "+m.keys.Name(action.Pause, m.th.ASCII)+" stops the picture first")
	case to < 0:
		return action.Refuse(a, "this is where the picture was stopped")
	case to >= len(s.views):
		return action.Refuse(a, "this is the newest; "+m.keys.Name(action.Pause, m.th.ASCII)+" goes on")
	}
	s.at = to
	v := s.views[to]
	m.callsPane.SetNow(v.At)
	m.callsPane.SetData(v.Live)
	m.behind = v.Version
	return m.refresh()
}
