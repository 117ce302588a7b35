// Package reports lists the finished calls of the past: as many as are kept, however many those are.
// The list holds the rows around those in sight and asks for others when it needs them; nothing it
// does waits for an answer.
package reports

import (
	"context"
	"fmt"
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/action"
	"ringside/ui/table"
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

// unknown stands for a number that has been asked for and is not here yet.
const unknown = -1

// Pair is the message that asks for two calls side by side.
type Pair struct{ First, Second string }

// Pane is the list of finished calls. New makes one.
type Pane struct {
	th     *theme.Theme
	w, h   int
	now    time.Time
	region string

	base context.Context
	past Past
	kept bool // past is an archive, not this run alone
	done call.Vec

	q    question
	bad  *query.Error // what is wrong with what was typed last
	read time.Time    // the day on which it was read, at its midnight
	ask  asking
	win  window
	top  archive.Cursor // of the uppermost row when the top was last in sight
	news int            // rows that came above it
	hits int            // rows of the question, to countLimit; unknown
	all  int            // calls there are; unknown

	row    archive.Row // the last one selected: whose caller and queue the scope means
	states map[string]State
	marked string

	table   *table.Table
	chooser *table.Chooser
}

// New makes a list in the looks of th. past is where finished calls are found; nil lists those of
// this run, which SetData gives. ctx ends every question. region is the country of numbers without
// a country code.
func New(ctx context.Context, th *theme.Theme, past Past, region string) *Pane {
	p := &Pane{th: th, base: ctx, past: past, kept: past != nil, region: region, states: map[string]State{}, hits: unknown, all: unknown}
	p.table = table.New(th, p, columns())
	p.table.SetSort(colBegan, true)
	p.chooser = table.NewChooser(p.table, action.Reports)
	if past == nil {
		p.past = recent{}
	}
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th; p.table.SetTheme(th) }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = w, h
	p.table.SetSize(w, h)
}

// SetColumns shows the columns with these ids, left to right: what a table.ColumnsMsg of this pane
// has. nil shows all.
func (p *Pane) SetColumns(order []string) { p.table.SetColumns(order) }

// Choosing reports whether the columns are being chosen: keys are looked up in action.Choose then.
func (p *Pane) Choosing() bool { return p.chooser.Active() }

// SetNow sets the present moment, whose time zone the times of day are in.
func (p *Pane) SetNow(now time.Time) { p.now = now }

// SetData sets the finished calls of this run (View.Done). They are listed where nothing is kept.
func (p *Pane) SetData(done call.Vec) {
	if p.kept {
		return
	}
	changed := false
	done.Diff(p.done, func(int, *call.Call, *call.Call) { changed = true })
	if p.done = done; changed {
		p.past = recent{done}
		p.Kept()
	}
}

// SetReport sets how far the report of a call has come, as far as the list does not say so itself.
func (p *Pane) SetReport(id string, s State) {
	if s == Waiting {
		delete(p.states, id)
		return
	}
	p.states[id] = s
	if len(p.states) > 2*maxRows {
		maps.DeleteFunc(p.states, func(id string, _ State) bool { return p.win.find(id) < 0 })
	}
	if len(p.states) > 2*maxRows {
		clear(p.states)
	}
}

// SetFilter asks for the calls that a query matches; "" is all. What is wrong in the query, or not
// finished, is left out of it; Wrong tells.
func (p *Pane) SetFilter(filter string) tea.Cmd {
	var q query.Query
	q, p.bad = query.ParseLoose(filter, query.Options{Now: p.now, Region: p.region})
	if filter == p.q.text {
		return nil
	}
	p.q.text, p.q.query, p.read = filter, q, midnight(p.now)
	return p.Ask()
}

// Wrong tells what is wrong with what was typed last, nil when nothing is.
func (p *Pane) Wrong() *query.Error { return p.bad }

// Search gives the search in force, from its beginning.
func (p *Pane) Search() archive.Search { return p.q.search() }

// Count gives how many calls there are and how many of them were looked for, -1 where that is not
// known; more tells that there are more than were counted.
func (p *Pane) Count() (shown, all int, more bool) { return p.hits, p.all, p.hits >= countLimit }

// Narrow reports whether calls are left out, by a filter or a scope.
func (p *Pane) Narrow() bool { return p.q.narrow() }

// Selected gives the selected row, nil when none is.
func (p *Pane) Selected() *archive.Row { return p.Get(p.table.Selected()) }

// Get gives the row of a call, nil when it is not at hand.
func (p *Pane) Get(id string) *archive.Row {
	if i := p.win.find(id); i >= 0 {
		return &p.win.rows[i]
	}
	return nil
}

// Reported tells whether the list shows that the report of a call is here.
func (p *Pane) Reported(id string) bool {
	r := p.Get(id)
	return r != nil && (!r.Reported.IsZero() || p.states[id] == Fetched)
}

// InSight gives the ids of the calls in sight, from the top.
func (p *Pane) InSight() []string { return p.table.InSight() }

// Select selects a call by its id.
func (p *Pane) Select(id string) { p.table.Select(id) }

// IDAt gives the conversation drawn in line y of the pane.
func (p *Pane) IDAt(y int) (string, bool) { return p.table.KeyAt(y) }

// Scroll moves the list by n rows under the eyes, as a mouse wheel does.
func (p *Pane) Scroll(n int) tea.Cmd {
	p.table.Scroll(n)
	p.noteTop()
	return p.more()
}

// Back leaves the narrowest thing that is set: the scope, the mark, the selection. It reports
// whether there was one.
func (p *Pane) Back() (tea.Cmd, bool) {
	switch {
	case p.q.scope != everything:
		p.q.scope = everything
		return p.Ask(), true
	case p.marked != "":
		p.marked = ""
	case p.table.Selected() != "":
		p.table.Select("")
	default:
		return nil, false
	}
	return nil, true
}

// Do moves in the list, orders it, opens a call or puts its number or id on the clipboard.
func (p *Pane) Do(a action.Action) tea.Cmd {
	if p.chooser.Active() {
		return p.chooser.Do(a)
	}
	switch a {
	case action.Columns:
		p.chooser.Open()
		return nil
	case action.Top:
		return p.end(first)
	case action.Bottom:
		return p.end(last)
	case action.Scope:
		return p.rescope()
	case action.SortLeft, action.SortRight, action.Reverse:
		return p.sort(a)
	case action.Mark:
		return p.mark()
	case action.Open, action.YankNumber, action.YankID:
		return p.onSelected(a)
	}
	if !p.table.Travel(a) {
		return action.Refuse(a, "not in the list of reports")
	}
	p.noteTop()
	return p.more()
}

func (p *Pane) rescope() tea.Cmd {
	row := p.Selected()
	if row == nil && p.row.ID != "" && p.q.scope != everything && p.q.scope != today {
		row = &p.row // whose caller it is now about
	}
	if row != nil {
		p.row = *row
		row = &p.row
	}
	p.q.next(row, midnight(p.now))
	return p.Ask()
}

func (p *Pane) sort(a action.Action) tea.Cmd {
	switch a {
	case action.SortLeft:
		p.q.sortBy(-1)
	case action.SortRight:
		p.q.sortBy(1)
	default:
		p.q.up = !p.q.up
	}
	p.table.SetSort(heading(p.q.by), !p.q.up)
	return p.Ask()
}

// mark marks the selected call; with one marked already the two are asked for side by side.
func (p *Pane) mark() tea.Cmd {
	id := p.table.Selected()
	switch {
	case id == "":
		return p.none(action.Mark)
	case p.marked == id:
		p.marked = ""
	case p.marked == "":
		p.marked = id
	default:
		pair := Pair{First: p.marked, Second: id}
		p.marked = ""
		return func() tea.Msg { return pair }
	}
	return nil
}

func (p *Pane) none(a action.Action) tea.Cmd {
	if len(p.win.rows) == 0 {
		return action.Refuse(a, "no finished call is shown")
	}
	return action.Refuse(a, "no call is selected: choose one with the arrow keys")
}

func (p *Pane) onSelected(a action.Action) tea.Cmd {
	r := p.Selected()
	switch {
	case r == nil:
		return p.none(a)
	case a == action.Open:
		return action.OpenDetail(r.ID)
	case a == action.YankID:
		return action.Yank("id", r.ID)
	case r.Outsider().Number == "":
		return action.Refuse(a, "this call has no number")
	}
	return action.Yank("number", r.Outsider().Number)
}

// Status says what a reader of the list must know, the least needed first.
func (p *Pane) Status() []string {
	var out []string
	if p.marked != "" {
		out = append(out, "1 marked")
	}
	if p.q.by != archive.ByTime || p.q.up {
		order := "sorted by " + heading(p.q.by)
		if p.q.up {
			order += ", reversed"
		}
		out = append(out, order)
	}
	switch n := p.news; {
	case n >= newsLimit:
		out = append(out, fmt.Sprintf("%s %d+ new", p.th.Signs.Up, newsLimit))
	case n > 0:
		out = append(out, fmt.Sprintf("%s %d new", p.th.Signs.Up, n))
	}
	switch {
	case p.ask.err != nil && len(p.win.rows) > 0:
		out = append(out, p.th.Signs.Bad+" search failed")
	case p.ask.waiting && p.now.After(p.ask.since):
		out = append(out, "searching")
	}
	if s := p.q.words(); s != "" {
		out = append(out, s)
	}
	return out
}
