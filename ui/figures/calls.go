package figures

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Calls lists the calls that a number counts, the newest first. The zero value is not ready; NewCalls
// makes one.
type Calls struct {
	th     *theme.Theme
	w, h   int
	now    time.Time
	zone   *time.Location
	number func(string) string // writes a telephone number for people
	region string
	people bool // who was rung may be shown

	of     stats.Number
	all    []*stats.Entry
	rows   []*stats.Entry
	at     map[string]int
	sort   table.Sorting
	filter string
	noted  *archive.Noted
	table  *table.Table
}

// The columns.
const (
	colBegan  = "began"
	colState  = "state"
	colFrom   = "from"
	colQueue  = "queue"
	colWait   = "wait"
	colAnswer = "answer"
	colTalk   = "talk"
	colWith   = "with"
	colRace   = "race"
)

// NewCalls makes an empty list. number writes a telephone number the way people read it; nil leaves
// it as it is.
func NewCalls(th *theme.Theme, number func(string) string) *Calls {
	if number == nil {
		number = func(s string) string { return s }
	}
	p := &Calls{th: th, number: number, zone: time.UTC, people: true, at: map[string]int{}}
	p.table = table.New(th, p, p.columns())
	return p
}

func (p *Calls) columns() []table.Column {
	cols := []table.Column{
		{ID: colBegan, Title: "BEGAN", Min: 8, Ideal: 8, Max: 8, Keep: 90},
		{ID: colState, Title: "STATE", Min: 12, Ideal: 20, Max: 34, Keep: 100},
		{ID: colFrom, Title: "FROM", Min: 12, Ideal: 26, Max: 40, Keep: 95},
		{ID: colQueue, Title: "QUEUE", Min: 8, Ideal: 12, Max: 22, Keep: 60},
		{ID: colWait, Title: "WAIT", Min: 6, Ideal: 7, Max: 7, Keep: 70, Right: true},
		{ID: colAnswer, Title: "ANSWER", Min: 6, Ideal: 7, Max: 7, Keep: 75, Right: true},
		{ID: colTalk, Title: "TALK", Min: 6, Ideal: 7, Max: 8, Keep: 65, Right: true},
		{ID: colWith, Title: "WITH", Min: 8, Ideal: 14, Max: 24, Keep: 50, Room: 100},
	}
	if p.people {
		cols = append(cols, table.Column{ID: colRace, Title: "WAS RUNG, HOW LONG, WHO TOOK IT", Min: 24, Ideal: 80, Max: 120, Keep: 40, Room: 120})
	}
	return cols
}

// SetTheme changes the looks.
func (p *Calls) SetTheme(th *theme.Theme) { p.th = th; p.table.SetTheme(th) }

// SetSize sets the room in cells.
func (p *Calls) SetSize(w, h int) {
	p.w, p.h = max(0, w), max(0, h)
	p.table.SetSize(p.w, max(0, p.h-1))
}

// SetNow sets the present moment.
func (p *Calls) SetNow(now time.Time) { p.now = now }

// SetRegion sets the country of numbers in filters.
func (p *Calls) SetRegion(region string) { p.region = region }

// SetZone sets the time zone in which calls began.
func (p *Calls) SetZone(zone *time.Location) { p.zone = zone }

// ShowPeople says whether the list tells, for each call, who was rung and who let it ring: the
// supervisor's to see.
func (p *Calls) ShowPeople(yes bool) {
	p.people = yes
	p.table = table.New(p.th, p, p.columns())
	p.SetSize(p.w, p.h)
}

// SetCalls takes the calls that a number counts.
func (p *Calls) SetCalls(n stats.Number, entries []*stats.Entry) {
	p.of, p.all = n, entries
	p.rebuild()
}

// Of gives the number whose calls these are.
func (p *Calls) Of() stats.Number { return p.of }

// SetNoted sets the tags and notes that a filter finds calls by.
func (p *Calls) SetNoted(n *archive.Noted) {
	p.noted = n
	if p.filter != "" {
		p.rebuild()
	}
}

// SetFilter shows only the calls that a query finds.
func (p *Calls) SetFilter(filter string) {
	p.filter = filter
	p.rebuild()
}

func (p *Calls) rebuild() {
	q, _ := query.ParseLoose(p.filter, query.Options{Now: p.now, Region: p.region})
	want := q.Compile()
	p.rows = p.rows[:0]
	for _, e := range p.all {
		if q.Root == nil || want.Match(p.subject(e)) {
			p.rows = append(p.rows, e)
		}
	}
	sortBy(p.rows, p.sort, p.now)
	clear(p.at)
	for i, e := range p.rows {
		p.at[e.ID] = i
	}
	p.table.Sync()
}

func (p *Calls) subject(e *stats.Entry) query.Subject {
	x := query.Extra{Region: p.region}
	p.noted.On(&x, e.ID, e.Outsider().Number)
	if c := e.Call(); c != nil {
		s := query.NewCallSubject(c, x)
		s.At(p.now)
		return s
	}
	return query.NewSummarySubject(&e.Summary, x, p.now)
}

// Count gives how many calls the filter shows, and how many there are.
func (p *Calls) Count() (shown, all int) { return len(p.rows), len(p.all) }

// Selected gives the id of the call that is selected, "" when none is.
func (p *Calls) Selected() string { return p.table.Selected() }

// Entry gives the selected call, nil when none is.
func (p *Calls) Entry() *stats.Entry {
	if i, ok := p.at[p.table.Selected()]; ok {
		return p.rows[i]
	}
	return nil
}

// Select selects a call, "" for none.
func (p *Calls) Select(id string) { p.table.Select(id) }

// IDAt gives the id of the call drawn in line y.
func (p *Calls) IDAt(y int) (string, bool) { return p.table.KeyAt(y - 1) }

// Scroll moves the rows by n under the eyes.
func (p *Calls) Scroll(n int) { p.table.Scroll(n) }

// Do moves, sorts, opens and copies.
func (p *Calls) Do(a action.Action) tea.Cmd {
	if p.table.Travel(a) {
		return nil
	}
	switch a {
	case action.SortLeft, action.SortRight, action.Reverse:
		p.sort = p.table.Resort(p.sort, a)
		p.rebuild()
		return nil
	case action.Open, action.YankID, action.YankNumber:
	default:
		return action.Refuse(a, "not in the list of the calls behind a number")
	}
	e := p.Entry()
	switch {
	case e == nil:
		return action.Refuse(a, "no call is selected: j and k select one")
	case a == action.YankID:
		return action.Yank("id", e.ID)
	case a == action.YankNumber:
		if n := e.Outsider().Number; n != "" {
			return action.Yank("number", n)
		}
		return action.Refuse(a, "this call has no number")
	}
	return action.OpenDetail(e.ID)
}

// Len, Key, Find, Lines and Row make the list the table's source.

// Len gives how many rows are shown.
func (p *Calls) Len() int { return len(p.rows) }

// Key gives the id of row i.
func (p *Calls) Key(i int) string { return p.rows[i].ID }

// Find gives the row of a call, -1 when it is not shown.
func (p *Calls) Find(id string) int {
	if i, ok := p.at[id]; ok {
		return i
	}
	return -1
}

// Lines gives how many lines row i takes.
func (p *Calls) Lines(int) int { return 1 }

// Row draws row i.
func (p *Calls) Row(i int, slots []table.Slot, row *table.Row) {
	e := p.rows[i]
	cells := row.Add()
	for n, s := range slots {
		cells[n] = p.cell(e, s)
	}
}

func (p *Calls) cell(e *stats.Entry, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colBegan:
		return table.Cell{Text: e.Created.In(p.zone).Format("15:04:05"), Style: th.Faint}
	case colState:
		return p.stateCell(e, s.W)
	case colFrom:
		name, number := text.NameNumber(e.From, "", p.number)
		return table.Party(th, name, number, "withheld")
	case colQueue:
		return table.Words(th, text.Clean(e.Queue))
	case colWait:
		return table.Length(th, e.Waited(p.now))
	case colAnswer:
		if d, ok := e.AnswerTime(); ok {
			return table.Cell{Text: text.Clock(d), Style: th.Text}
		}
		return table.Words(th, "")
	case colTalk:
		if c := e.Call(); c != nil {
			return table.Length(th, c.PhaseTime(call.PhaseTalk, p.now))
		}
		return table.Length(th, time.Duration(e.PhasesMs[call.PhaseTalk])*time.Millisecond)
	case colWith:
		return table.Words(th, with(e))
	case colRace:
		return table.Words(th, race(e, th))
	}
	return table.Cell{}
}

func (p *Calls) stateCell(e *stats.Entry, w int) table.Cell {
	th := p.th
	var c table.Cell
	if up := e.Call(); up != nil {
		c = table.Cell{Text: th.Sign(up.State) + " " + text.State(up), Style: th.State(up.State)}
	} else {
		c = table.Variants(th.Outcome(e.Outcome), w, th.OutcomeSign(e.Outcome), text.Ended(e.Outcome, e.Queue, e.Waited(p.now)), e.Outcome.String())
	}
	switch {
	case e.JoinedLate:
		c.More, c.MoreStyle = th.Signs.Late+" joined late", th.Mark
	case e.Gaps > 0:
		c.More, c.MoreStyle = th.Signs.Gap+" gap", th.Mark
	case e.Stale:
		c.More, c.MoreStyle = th.Signs.Stale+" stale", th.Mark
	}
	return c
}

// with names who talked at our end of a call, the last one.
func with(e *stats.Entry) string {
	ours := e.OurEnd()
	if len(ours) == 0 {
		return ""
	}
	return text.PartyShort(ours[len(ours)-1])
}

// race tells who was rung for a call, how long each let it ring, and who took it.
func race(e *stats.Entry, th *theme.Theme) string {
	var out []string
	for _, p := range e.Race() {
		s := text.Clean(cmp.Or(p.Name, p.Key))
		if p.Rings > 1 {
			s += " " + strconv.Itoa(p.Rings) + "x"
		}
		switch {
		case p.Open && p.RingMs == 0:
			s += " rings"
		default:
			s += " " + fmt.Sprintf("%.0fs", float64(p.RingMs)/1000)
		}
		switch {
		case p.Won:
			s += " " + th.Signs.Good + " took it"
		case p.Let > 0:
			s += " let ring"
		case p.Beaten > 0:
			s += " beaten"
		}
		out = append(out, s)
	}
	return strings.Join(out, " "+th.Signs.Dot+" ")
}

// View draws exactly the room the list has: what the number is, and its calls.
func (p *Calls) View() string {
	if p.w < 12 || p.h < 2 {
		return text.Block(nil, p.w, p.h)
	}
	th := p.th
	head := fmt.Sprintf(" %s of %s: %s", p.of.Title, p.of.Scope, Value(th, p.of))
	if p.of.Scope.Kind == stats.OnFloor {
		head = fmt.Sprintf(" %s: %s", p.of.Title, Value(th, p.of))
	}
	head = th.Title.Render(text.Cut(call.Clean(head), p.w-2)) + th.Faint.Render("  "+p.of.Window.String())
	head = text.Fit(" "+head, p.w)
	if len(p.rows) > 0 {
		return head + "\n" + p.table.View()
	}
	say := "No call is behind this number."
	if len(p.all) > 0 {
		say = fmt.Sprintf("none of %d shows %q   Esc clears the filter", len(p.all), call.Clean(p.filter))
	}
	return head + "\n" + text.Block([]string{"", "  " + th.Faint.Render(text.Cut(say, p.w-4))}, p.w, p.h-1)
}
