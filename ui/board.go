package ui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/call"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/status"
	"ringside/ui/text"
	"ringside/ui/wall"
)

// Wall says what the wallboard shows.
type Wall struct {
	Only    bool   // nothing but the wallboard is shown, and leaving it ends the program
	Layout  string // of wall.Layouts; "" is the first
	Tiles   []string
	Rotate  time.Duration
	Shift   time.Duration
	Targets wall.Targets
}

// board is the wallboard, and how it stands.
type board struct {
	pane   *wall.Pane
	up     bool
	fresh  bool         // the link was, when it was last told
	alarms *alarm.Board // as last told; nil before
	lost   time.Time    // since when it is not; zero before it ever was
}

func (m *Model) newBoard() board {
	w := m.opts.Wall
	b := wall.NewBoard(w.Layout, w.Tiles, w.Targets, m.caller)
	o := wall.Options{Title: m.opts.Title, Rotate: w.Rotate, Shift: w.Shift}
	return board{pane: wall.New(m.th, o, b), up: w.Only}
}

// caller says who is at the far end of a call, as the contacts or the line name them.
func (m *Model) caller(e *stats.Entry) string {
	p := e.Outsider()
	known := ""
	if r, ok := m.contacts.get(m.contactKey(p.Number)); ok && len(r.Contacts) == 1 {
		known = r.Contacts[0].Name
	}
	name, number := text.NameNumber(p, known, m.display)
	switch {
	case name != "":
		return name
	case number != "":
		return number
	}
	return text.Unknown
}

// onWallKey takes a key while the wallboard is up, which needs none: it is left, or looks otherwise, or a call
// of this telephone is acted on.
func (m *Model) onWallKey(a action.Action) tea.Cmd {
	switch {
	case m.opts.Wall.Only:
	case a == action.Back && m.phoned.keypad, ofPhone(a):
		return m.do(a)
	}
	switch a {
	case action.NextTheme:
		return m.nextTheme()
	case action.Wall, action.Back, action.Quit:
		if m.opts.Wall.Only {
			return m.quit()
		}
		m.board.up = false
		return m.refresh()
	}
	return nil
}

// toWall puts the wallboard up.
func (m *Model) toWall() tea.Cmd {
	m.board.up = true
	return nil
}

// tellWallAlarms tells the wallboard what is wrong: the gravest alarm that nobody has seen to.
func (m *Model) tellWallAlarms() {
	b := m.board.alarms
	if b == nil {
		return
	}
	var worst wall.Alarm
	seen := 0
	for i := range b.Up {
		switch a := &b.Up[i]; {
		case a.Silent(m.now):
			seen++
		case worst.Level == wall.Calm:
			worst = wall.Alarm{Level: map[alarm.Level]wall.Level{alarm.Red: wall.Red}[a.Level], Text: text.Clean(a.Headline(m.now))}
			if worst.Level == wall.Calm {
				worst.Level = wall.Amber
			}
		default:
			worst.More++
		}
	}
	calm := "no alarms"
	switch {
	case b.Rules == 0:
		calm = ""
	case seen == 1:
		calm = "1 alarm, which somebody has seen to"
	case seen > 1:
		calm = fmt.Sprintf("%d alarms, which somebody has seen to", seen)
	}
	m.board.pane.SetAlarm(worst, calm)
}

// tellWall tells the wallboard how the link is.
func (m *Model) tellWall() {
	l := m.header.Link()
	fresh := l.State == status.Live || l.State == status.Recovering || l.State == status.Replay
	if m.board.fresh && !fresh {
		m.board.lost = m.now
	}
	m.board.fresh = fresh
	m.board.pane.SetLink(wall.Link{Fresh: fresh, Words: m.header.LinkWords(), Why: call.Clean(l.Why), Since: m.board.lost})
}
