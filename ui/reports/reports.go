// Package reports lists the finished calls of this run, newest first, with what is known of the
// report of each.
package reports

import (
	"fmt"
	"maps"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// State is how far the report of a call has come.
type State uint8

// The states of a report.
const (
	Waiting  State = iota // GoTo has not said yet that it is there
	Fetching              // it is being fetched
	Fetched               // it is here
	Failed                // it could not be fetched
)

// String gives the word used on screen.
func (s State) String() string {
	switch s {
	case Fetching:
		return "fetching"
	case Fetched:
		return "fetched"
	case Failed:
		return "failed"
	}
	return "waiting"
}

// Pane is the list of finished calls. New makes one.
type Pane struct {
	th   *theme.Theme
	w, h int
	now  time.Time

	index  index
	states map[string]State
	filter string
	table  *table.Table
}

// New makes an empty list in the looks of th.
func New(th *theme.Theme) *Pane {
	p := &Pane{th: th, states: make(map[string]State)}
	p.table = table.New(th, p, columns())
	p.table.SetSort(colEnded, true)
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th; p.table.SetTheme(th) }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = w, h
	p.table.SetSize(w, h)
}

// SetNow sets the present moment, whose time zone the times of day are in.
func (p *Pane) SetNow(now time.Time) { p.now = now }

// SetData sets the finished calls (View.Done). Its cost follows what changed since the last time.
func (p *Pane) SetData(done call.Vec) {
	if gone := p.index.set(done); gone != nil {
		for _, id := range gone {
			delete(p.states, id)
		}
		p.table.Sync()
	}
}

// SetReport sets how far the report of a call has come. It is forgotten with the call.
func (p *Pane) SetReport(id string, s State) {
	if s == Waiting {
		delete(p.states, id)
		return
	}
	p.states[id] = s
	if len(p.states) > 2*len(p.index.all)+spare {
		maps.DeleteFunc(p.states, func(id string, _ State) bool { return p.index.byID[id] == nil })
	}
}

// spare is how many reports of calls not in the list are borne: a report may be known before its
// call is, but what never comes must not pile up.
const spare = 64

// SetFilter shows only the calls that have every word of text in what is shown of them, capital
// letters or not; "" shows all.
func (p *Pane) SetFilter(filter string) {
	if filter != p.filter {
		p.filter = filter
		p.index.filter(strings.Fields(fold(filter)))
		p.table.Sync()
	}
}

// Count gives how many finished calls there are and how many of them the filter shows.
func (p *Pane) Count() (shown, all int) { return len(p.index.shown), len(p.index.all) }

// Selected gives the call that is selected, nil when none is.
func (p *Pane) Selected() *call.Call {
	if e := p.index.byID[p.table.Selected()]; e != nil {
		return e.call
	}
	return nil
}

// Select selects a call by its id.
func (p *Pane) Select(id string) { p.table.Select(id) }

// IDAt gives the conversation drawn in line y of the pane.
func (p *Pane) IDAt(y int) (string, bool) { return p.table.KeyAt(y) }

// Scroll moves the list by n rows under the eyes, as a mouse wheel does.
func (p *Pane) Scroll(n int) { p.table.Scroll(n) }

// Do moves in the list, opens a call or puts its number or id on the clipboard.
func (p *Pane) Do(a action.Action) tea.Cmd {
	if p.table.Travel(a) {
		return nil
	}
	switch a {
	case action.Back:
		p.table.Select("")
	case action.Open, action.YankNumber, action.YankID:
		return p.onSelected(a)
	default:
		return action.Refuse(a, "not in the list of reports")
	}
	return nil
}

func (p *Pane) onSelected(a action.Action) tea.Cmd {
	c := p.Selected()
	switch {
	case c == nil && len(p.index.shown) == 0:
		return action.Refuse(a, "no finished call is shown")
	case c == nil:
		return action.Refuse(a, "no call is selected: choose one with the arrow keys")
	case a == action.Open:
		return action.OpenDetail(c.ID)
	case a == action.YankID:
		return action.Yank("id", c.ID)
	}
	num := c.Outsider().Number
	if num == "" {
		return action.Refuse(a, "this call has no number")
	}
	return action.Yank("number", num)
}

// narrowest is the width below which a row would have nothing readable in it.
const narrowest = 12

// View gives exactly h lines of w cells.
func (p *Pane) View() string {
	if p.w < narrowest {
		return text.Block(nil, p.w, p.h)
	}
	if len(p.index.shown) > 0 || p.h < 3 {
		return p.table.View()
	}
	said := "no call has ended yet: each one comes here when it does"
	if n := len(p.index.all); n > 0 {
		said = fmt.Sprintf("none of %d finished calls has %q", n, call.Clean(p.filter))
	}
	lines := []string{"", "  " + p.th.Faint.Render(text.Cut(said, p.w-2))}
	out := text.Block(lines, p.w, p.h)
	return strings.ReplaceAll(out, text.Ellipsis, p.th.Signs.Ellipsis)
}
