// Package alarms lists what asks for a supervisor: the alarms that are up, red first, and below them
// the log of those that are over, with who acknowledged them and after how long.
//
// The pane changes nothing. What somebody wants done comes out of it as a message: OpenMsg, AckMsg,
// SnoozeMsg.
package alarms

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/theme"
)

// OpenMsg asks for the calls behind an alarm.
type OpenMsg struct{ Alarm alarm.Alarm }

// AckMsg says that somebody has seen an alarm.
type AckMsg struct{ Alarm alarm.Alarm }

// SnoozeMsg says that somebody wants to put an alarm off; for how long is to be asked.
type SnoozeMsg struct{ Alarm alarm.Alarm }

// Pane is the list of alarms. The zero value is not ready; New makes one.
type Pane struct {
	th    *theme.Theme
	w, h  int
	now   time.Time
	board alarm.Board
	rows  []row
	at    map[string]int // rows by key
	table *table.Table
	set   bool   // SetData has been called
	why   string // why nothing is watched
}

// row is an alarm, or the line between those that are up and the log.
type row struct{ a *alarm.Alarm }

// New makes an empty list.
func New(th *theme.Theme) *Pane {
	p := &Pane{th: th, at: map[string]int{}}
	p.table = table.New(th, p, columns())
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th; p.table.SetTheme(th) }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = max(0, w), max(0, h)
	p.table.SetSize(p.w, p.h-p.head())
}

// SetNow sets the present moment.
func (p *Pane) SetNow(now time.Time) { p.now = now }

// SetData sets what there is. What is selected stays selected.
func (p *Pane) SetData(b *alarm.Board) {
	p.board, p.set, p.why = *b, true, ""
	p.rows = p.rows[:0]
	for i := range p.board.Up {
		p.rows = append(p.rows, row{&p.board.Up[i]})
	}
	if len(p.board.Past) > 0 {
		p.rows = append(p.rows, row{}) // the line above the log
	}
	for i := range p.board.Past {
		p.rows = append(p.rows, row{&p.board.Past[i]})
	}
	clear(p.at)
	for i, r := range p.rows {
		p.at[r.key()] = i
	}
	p.table.Sync()
}

// SetWhy says in a person's words why nothing is watched; the next SetData takes it back.
func (p *Pane) SetWhy(why string) { p.why = call.Clean(why) }

// Count gives how many alarms are up, and how many the log has.
func (p *Pane) Count() (up, past int) { return len(p.board.Up), len(p.board.Past) }

// Selected gives the alarm that is selected, nil when none is.
func (p *Pane) Selected() *alarm.Alarm {
	if i := p.Find(p.table.Selected()); i >= 0 {
		return p.rows[i].a
	}
	return nil
}

// Select selects an alarm by its id, "" for none.
func (p *Pane) Select(id string) { p.table.Select(id) }

// IDAt gives the id of the alarm drawn in line y of the pane.
func (p *Pane) IDAt(y int) (string, bool) {
	key, ok := p.table.KeyAt(y - p.head())
	return key, ok && key != logKey
}

// Scroll moves the list by n rows under the eyes, as a mouse wheel does.
func (p *Pane) Scroll(n int) { p.table.Scroll(n) }

// Do moves in the list, opens the calls behind an alarm, acknowledges and puts off.
func (p *Pane) Do(a action.Action) tea.Cmd {
	if p.table.Travel(a) {
		p.skip(a)
		return nil
	}
	switch a {
	case action.Back:
		p.table.Select("")
	case action.Open, action.Acknowledge, action.Snooze:
		return p.onSelected(a)
	default:
		return action.Refuse(a, "not in the list of alarms")
	}
	return nil
}

// skip goes on from the line between the two parts, which is no alarm.
func (p *Pane) skip(a action.Action) {
	if p.table.Selected() != logKey {
		return
	}
	step := 1
	if a == action.Up || a == action.PageUp {
		step = -1
	}
	p.table.Move(step)
	if p.table.Selected() == logKey { // nothing is up above it
		p.table.Move(1)
	}
}

// target gives the alarm an action is about: the selected one, else the only one that it can be about.
func (p *Pane) target(a action.Action) *alarm.Alarm {
	if s := p.Selected(); s != nil {
		return s
	}
	var found *alarm.Alarm
	for i := range p.board.Up {
		if one := &p.board.Up[i]; a == action.Open || one.Acked.IsZero() {
			if found != nil {
				return nil
			}
			found = one
		}
	}
	return found
}

func (p *Pane) onSelected(a action.Action) tea.Cmd {
	one := p.target(a)
	switch {
	case one == nil && len(p.rows) == 0:
		return action.Refuse(a, "no alarm is up, and none was")
	case one == nil:
		return action.Refuse(a, "no alarm is selected: j and k select one")
	case a == action.Open:
		return func() tea.Msg { return OpenMsg{*one} }
	case !one.Up():
		return action.Refuse(a, "this alarm is over")
	case a == action.Snooze:
		return func() tea.Msg { return SnoozeMsg{*one} }
	case !one.Acked.IsZero():
		return action.Refuse(a, "acknowledged by "+call.Clean(one.AckedBy)+" already; u takes back what you did last")
	}
	return func() tea.Msg { return AckMsg{*one} }
}
