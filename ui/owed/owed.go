// Package owed lists the callers who reached nobody and have not been reached since: how long they
// have waited for a call back, how often it was tried, and who has taken it.
//
// The pane writes nothing. What somebody wants done comes out of it as a message: TakeMsg,
// SettleMsg, action.OpenCall, action.Copy.
package owed

import (
	"maps"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/theme"
)

// Limits are the ages at which a caller who is owed a call asks for attention; 0 is none.
type Limits struct{ Amber, Red time.Duration }

// DefaultLimits are those of a fresh desk: amber at 70 % of red, as everywhere.
func DefaultLimits() Limits { return Limits{Amber: 42 * time.Minute, Red: time.Hour} }

// TakeMsg says that somebody takes a caller, or gives them up again where the debt is theirs
// already.
type TakeMsg struct{ Debt archive.Debt }

// SettleMsg says that a caller has been seen to without a call.
type SettleMsg struct{ Debt archive.Debt }

// Pane is the list of callers who are owed a call. The zero value is not ready; New makes one.
type Pane struct {
	th     *theme.Theme
	w, h   int
	now    time.Time
	limits Limits
	number func(string) string // writes a number for people

	list  list
	table *table.Table
	names map[string]string     // contact names, by Debt.Key
	live  map[string]*call.Call // calls that are up, by number key
	up    int                   // how many of those who are owed a call are in one

	loaded   bool   // SetData has been called
	why      string // why nothing can be known
	filter   string // as it was typed
	relative bool   // it means something else as time goes by
	region   string
}

// New makes an empty list. number writes a telephone number the way people read it; nil leaves it
// as it is.
func New(th *theme.Theme, limits Limits, number func(string) string) *Pane {
	if number == nil {
		number = func(s string) string { return s }
	}
	p := &Pane{th: th, limits: limits, number: number, names: map[string]string{}}
	p.list.keyOf, p.list.shownText = p.keyOf, p.shownText
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

// SetNow sets the present moment, from which ages are counted and to which "today" belongs.
func (p *Pane) SetNow(now time.Time) {
	was := p.now
	p.now = now
	if p.relative && !now.Truncate(time.Minute).Equal(was.Truncate(time.Minute)) {
		p.refilter()
	}
}

// SetLimits sets the ages at which a caller asks for attention.
func (p *Pane) SetLimits(l Limits) { p.limits = l }

// SetData sets the callers who are owed a call, in any order. What is selected stays selected as
// long as it is owed.
func (p *Pane) SetData(debts []archive.Debt) {
	p.loaded, p.why = true, ""
	p.list.set(debts)
	p.countUp()
	if len(p.names) > 2*len(debts)+spare { // what is not owed need not be named
		maps.DeleteFunc(p.names, func(key, _ string) bool { return p.list.by[key] == nil })
	}
	p.table.Sync()
}

// spare is how many names of numbers that are not in the list are borne: a name may be known
// before the debt is, but what never comes must not pile up.
const spare = 1024

// SetWhy says in a person's words why nothing is known of who is owed a call, such as that nothing
// is kept; the next SetData takes it back.
func (p *Pane) SetWhy(why string) { p.why = call.Clean(why) }

// SetNames adds names of contacts that look-ups found, by the number's normal form (Debt.Key); an
// empty name takes one away. The names already there stay.
func (p *Pane) SetNames(names map[string]string) {
	changed := false
	for key, name := range names {
		name = call.Clean(name)
		if p.names[key] == name {
			continue
		}
		if name == "" {
			delete(p.names, key)
		} else {
			p.names[key] = name
		}
		if e := p.list.by[key]; e != nil {
			e.shown, changed = nil, true
		}
	}
	if changed && (p.list.sort.By == colCaller || p.list.want != nil) {
		p.list.rebuild()
		p.table.Sync()
	}
}

// SetLive sets the calls that are up, each under the normal forms of its outside number (every key
// of number.Number.Keys): who is on the line now must not be called in vain. The map is read later
// and must not change any more.
func (p *Pane) SetLive(live map[string]*call.Call) {
	p.live = live
	p.countUp()
}

// countUp counts those who are owed a call and are on the line now, at the cost of the calls.
func (p *Pane) countUp() {
	p.up = 0
	for key := range p.live {
		if e := p.list.by[key]; e != nil && p.onLine(&e.debt) != nil {
			p.up++
		}
	}
}

// SetFilter shows only those that a query finds (store/query); "" shows all. Words are looked for in
// everything a row can show, columns without room included, and in numbers however they are
// punctuated. Of a text that is no query, such as one that is still being typed, what can be
// understood counts.
func (p *Pane) SetFilter(filter string) {
	if filter != p.filter {
		p.filter = filter
		p.refilter()
	}
}

// SetRegion sets the ISO 3166 country of numbers that a filter gives without a country code.
func (p *Pane) SetRegion(region string) {
	if region != p.region {
		p.region = region
		p.refilter()
	}
}

func (p *Pane) refilter() {
	q, _ := query.ParseLoose(p.filter, query.Options{Now: p.now, Region: p.region}) // whoever types it sees what is wrong in the prompt
	p.list.want, p.relative = q.Root, q.Relative()
	p.list.rebuild()
	p.table.Sync()
}

// Count gives how many callers the filter shows, and how many are owed a call.
func (p *Pane) Count() (shown, all int) { return len(p.list.rows), len(p.list.entries) }

// Selected gives the debt that is selected, nil when none is.
func (p *Pane) Selected() *archive.Debt {
	if e := p.list.by[p.table.Selected()]; e != nil {
		return &e.debt
	}
	return nil
}

// Select selects a caller by the key of the debt, "" for none.
func (p *Pane) Select(key string) { p.table.Select(key) }

// IDAt gives the key of the debt drawn in line y of the pane.
func (p *Pane) IDAt(y int) (string, bool) { return p.table.KeyAt(y - p.head()) }

// InSight gives the keys of the debts in sight, from the top: those whose names are worth asking for.
func (p *Pane) InSight() []string { return p.table.InSight() }

// Scroll moves the list by n rows under the eyes, as a mouse wheel does.
func (p *Pane) Scroll(n int) { p.table.Scroll(n) }

// Do moves in the list and sorts it, opens the last call of a caller, copies the number, takes and
// settles.
func (p *Pane) Do(a action.Action) tea.Cmd {
	if p.table.Travel(a) {
		return nil
	}
	switch a {
	case action.Back:
		p.table.Select("")
	case action.SortLeft, action.SortRight, action.Reverse:
		p.list.sort = p.table.Resort(p.list.sort, a)
		p.list.rebuild()
		p.table.Sync()
	case action.Open, action.YankNumber, action.YankID, action.Take, action.Settle:
		return p.onSelected(a)
	default:
		return action.Refuse(a, "not in the list of callers who are owed a call")
	}
	return nil
}

func (p *Pane) onSelected(a action.Action) tea.Cmd {
	d := p.Selected()
	switch {
	case d == nil && len(p.list.rows) == 0:
		return action.Refuse(a, "nobody who is owed a call is shown")
	case d == nil:
		return action.Refuse(a, "nobody is selected: j and k select a caller")
	}
	debt := *d
	debt.Calls = slices.Clone(debt.Calls)
	switch a {
	case action.Take:
		return func() tea.Msg { return TakeMsg{debt} }
	case action.Settle:
		return func() tea.Msg { return SettleMsg{debt} }
	case action.YankNumber:
		if debt.Number == "" {
			return action.Refuse(a, "this caller has no number")
		}
		return action.Yank("number", debt.Number)
	}
	if len(debt.Calls) == 0 {
		return action.Refuse(a, "the calls of this caller are not known")
	}
	last := debt.Calls[len(debt.Calls)-1]
	if a == action.YankID {
		return action.Yank("id", last)
	}
	return action.OpenDetail(last)
}
