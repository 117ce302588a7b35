// Package agents shows each person at our end: what they do now, with whom, how their day goes, and
// how they fare in the race to the telephone.
package agents

import (
	"cmp"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/figures"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Limits are what makes a figure amber and red; 0 is never.
type Limits struct {
	TalkAmber, TalkRed time.Duration
	RingAmber, RingRed time.Duration
}

// Presence is what somebody says of themselves. It is no fact of a call, and is marked as what it is.
type Presence struct {
	Word  string    // "do not disturb", "away"
	Note  string    // their own words
	Until time.Time // zero: not said
}

// Pane is the board of agents. The zero value is not ready; New makes one.
type Pane struct {
	th     *theme.Theme
	now    time.Time
	zone   *time.Location
	limits Limits
	number func(string) string
	says   map[string]Presence // by extension
	why    string              // why nobody says anything

	floor  *figures.Board[stats.Agent] // who does what
	race   *figures.Board[stats.Agent] // who is rung, and what becomes of it
	racing bool
	people bool
	filter string
}

// New makes an empty board. number writes a telephone number the way people read it.
func New(th *theme.Theme, limits Limits, number func(string) string) *Pane {
	if number == nil {
		number = func(s string) string { return s }
	}
	p := &Pane{th: th, limits: limits, number: number, zone: time.UTC, people: true, says: map[string]Presence{}}
	spec := figures.Spec[stats.Agent]{
		Key:     func(a *stats.Agent) string { return a.Key },
		Order:   attention,
		Texts:   p.texts,
		Term:    p.term,
		Nothing: "Nobody at our end has been in a call today. Everybody comes here with their first one.",
	}
	spec.Columns = p.columns()
	p.floor = figures.New(th, spec)
	spec.Columns, spec.Order = p.raceColumns(), func(a, b *stats.Agent) int { return more(a.Rung, b.Rung) }
	spec.Nothing = "Nobody has been rung today."
	p.race = figures.New(th, spec)
	return p
}

// Boards gives the board of who does what and that of the race.
func (p *Pane) Boards() (floor, race *figures.Board[stats.Agent]) { return p.floor, p.race }

// Racing reports whether that of the race is up.
func (p *Pane) Racing() bool { return p.racing }

func (p *Pane) board() *figures.Board[stats.Agent] {
	if p.racing {
		return p.race
	}
	return p.floor
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.th = th
	p.floor.SetTheme(th)
	p.race.SetTheme(th)
}

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	p.floor.SetSize(w, h)
	p.race.SetSize(w, h)
}

// SetZone sets the time zone of the day.
func (p *Pane) SetZone(zone *time.Location) { p.zone = zone }

// SetRegion sets the country of numbers in filters.
func (p *Pane) SetRegion(region string) {
	p.floor.SetRegion(region)
	p.race.SetRegion(region)
}

// ShowPeople says whether the table of the race is shown: the supervisor's to see.
func (p *Pane) ShowPeople(yes bool) {
	p.people = yes
	p.racing = p.racing && yes
}

// SetData takes the agents as they are at a moment.
func (p *Pane) SetData(agents []stats.Agent, now time.Time) {
	p.now = now
	p.floor.SetRows(agents)
	p.race.SetRows(agents)
}

// SetPresence takes what people say of themselves, by extension; why says why nobody does, in a
// person's words.
func (p *Pane) SetPresence(says map[string]Presence, why string) {
	p.says, p.why = says, call.Clean(why)
}

// SetFilter shows only those whom a query finds.
func (p *Pane) SetFilter(filter string) {
	p.filter = filter
	p.floor.SetFilter(filter)
	p.race.SetFilter(filter)
}

// Count gives how many the filter shows, and how many there are.
func (p *Pane) Count() (shown, all int) { return p.board().Count() }

// Status gives what a reader of the board must know.
func (p *Pane) Status() []string {
	switch {
	case p.racing:
		return []string{"the ring race of today"}
	case p.why != "":
		return []string{"no presence: " + p.why}
	}
	return nil
}

// Number gives the number that is chosen.
func (p *Pane) Number() (stats.Number, bool) { return p.board().Number() }

// Selected gives the key of the person who is selected, "" for nobody.
func (p *Pane) Selected() string {
	if a := p.board().Selected(); a != nil {
		return a.Key
	}
	return ""
}

// Select selects a person by their key, "" for nobody.
func (p *Pane) Select(key string) { p.board().Select(key) }

// IDAt gives the key of the person drawn in a line.
func (p *Pane) IDAt(y int) (string, bool) { return p.board().IDAt(y) }

// Scroll moves the rows by n under the eyes.
func (p *Pane) Scroll(n int) { p.board().Scroll(n) }

// Back closes what was opened last, and reports whether there was anything to close.
func (p *Pane) Back() bool {
	if p.board().Back() {
		return true
	}
	was := p.racing
	p.racing = false
	return was
}

// Do acts on the board that is up.
func (p *Pane) Do(a action.Action) tea.Cmd {
	switch {
	case a != action.RingRace:
		return p.board().Do(a)
	case !p.people:
		return action.Refuse(a, "who lets it ring is the supervisor's to see")
	}
	key := p.Selected()
	p.racing = !p.racing
	p.board().Select(key)
	return nil
}

// View draws exactly the room the pane has.
func (p *Pane) View() string { return p.board().View() }

// attention puts those first who are in something, the longest in front, then who has been idle longest.
func attention(a, b *stats.Agent) int {
	return cmp.Or(cmp.Compare(b.Doing, a.Doing), a.Since.Compare(b.Since))
}

func more(a, b stats.Number) int {
	if a.Known != b.Known {
		if a.Known {
			return -1
		}
		return 1
	}
	return cmp.Compare(b.Value, a.Value)
}

func byName(a, b *stats.Agent) int { return strings.Compare(query.Fold(a.Name), query.Fold(b.Name)) }

func (p *Pane) num(id, title string, wide, keep int, of func(*stats.Agent) stats.Number) figures.Column[stats.Agent] {
	return figures.Column[stats.Agent]{
		Column:  table.Column{ID: id, Title: title, Min: wide, Ideal: wide + 1, Max: wide + 4, Keep: keep, Right: true},
		Cell:    func(a *stats.Agent, _ int) table.Cell { return figures.Cell(p.th, of(a)) },
		Compare: func(a, b *stats.Agent) int { return more(of(a), of(b)) },
		Number:  func(a *stats.Agent) (stats.Number, bool) { return of(a), true },
	}
}

func (p *Pane) nameColumn() figures.Column[stats.Agent] {
	return figures.Column[stats.Agent]{
		Column: table.Column{ID: "agent", Title: "AGENT", Min: 12, Ideal: 20, Max: 28, Keep: 100},
		Cell: func(a *stats.Agent, _ int) table.Cell {
			c := table.Cell{Text: text.Clean(a.Name), Style: p.th.Strong, More: text.Clean(a.Extension), MoreStyle: p.th.Faint}
			if c.More == c.Text {
				c.More = ""
			}
			return c
		},
		Compare: byName,
	}
}

func (p *Pane) columns() []figures.Column[stats.Agent] {
	return []figures.Column[stats.Agent]{
		p.nameColumn(),
		{
			Column:  table.Column{ID: "state", Title: "STATE", Min: 11, Ideal: 11, Max: 24, Keep: 98},
			Cell:    func(a *stats.Agent, w int) table.Cell { return p.stateCell(a, w) },
			Compare: attention,
		},
		{
			Column:  table.Column{ID: "clock", Title: "CLOCK", Min: 8, Ideal: 8, Max: 10, Keep: 96, Right: true},
			Cell:    func(a *stats.Agent, _ int) table.Cell { return p.clockCell(a) },
			Compare: func(a, b *stats.Agent) int { return a.Since.Compare(b.Since) },
		},
		{
			Column: table.Column{ID: "with", Title: "WITH", Min: 12, Ideal: 18, Max: 34, Keep: 90},
			Cell: func(a *stats.Agent, _ int) table.Cell {
				if a.Doing == stats.Idle {
					return table.Words(p.th, "")
				}
				name, number := text.NameNumber(a.With, "", p.number)
				return table.Party(p.th, name, number, "withheld")
			},
			Compare: func(a, b *stats.Agent) int {
				return strings.Compare(query.Fold(a.With.Name+a.With.Number), query.Fold(b.With.Name+b.With.Number))
			},
		},
		{
			Column:  table.Column{ID: "queue", Title: "QUEUE", Min: 8, Ideal: 12, Max: 20, Keep: 30, Room: 130},
			Cell:    func(a *stats.Agent, _ int) table.Cell { return table.Words(p.th, text.Clean(a.Queue)) },
			Compare: func(a, b *stats.Agent) int { return strings.Compare(query.Fold(a.Queue), query.Fold(b.Queue)) },
		},
		p.num("calls", "CALLS", 5, 80, func(a *stats.Agent) stats.Number { return a.Calls }),
		p.num("missed", "MISSED", 6, 85, func(a *stats.Agent) stats.Number { return a.Missed }),
		p.num("talk", "MEAN TALK", 9, 60, func(a *stats.Agent) stats.Number { return a.Talk }),
		{
			Column: table.Column{ID: "idle", Title: "IDLE SINCE", Min: 10, Ideal: 10, Max: 10, Keep: 40, Room: 100, Right: true},
			Cell: func(a *stats.Agent, _ int) table.Cell {
				if a.Doing != stats.Idle || a.Since.IsZero() {
					return table.Words(p.th, "")
				}
				return table.Cell{Text: a.Since.In(p.zone).Format("15:04"), Style: p.th.Faint}
			},
			Compare: func(a, b *stats.Agent) int { return cmp.Or(cmp.Compare(a.Doing, b.Doing), a.Since.Compare(b.Since)) },
		},
		{
			Column: table.Column{ID: "says", Title: "SAYS", Min: 20, Ideal: 40, Max: 44, Keep: 45, Room: 100},
			Cell:   func(a *stats.Agent, w int) table.Cell { return p.saysCell(a, w) },
			Compare: func(a, b *stats.Agent) int {
				return strings.Compare(p.says[b.Extension].Word, p.says[a.Extension].Word)
			},
		},
	}
}

func (p *Pane) raceColumns() []figures.Column[stats.Agent] {
	return []figures.Column[stats.Agent]{
		p.nameColumn(),
		p.num("rung", "RUNG", 5, 98, func(a *stats.Agent) stats.Number { return a.Rung }),
		p.num("won", "TAKEN", 5, 96, func(a *stats.Agent) stats.Number { return a.Won }),
		{
			Column: table.Column{ID: "share", Title: "SHARE", Min: 5, Ideal: 6, Max: 8, Keep: 94, Right: true},
			Cell: func(a *stats.Agent, _ int) table.Cell {
				if a.Rung.Value == 0 {
					return table.Words(p.th, "")
				}
				return table.Cell{Text: stats.Percent(share(a)), Style: p.th.Text}
			},
			Compare: func(a, b *stats.Agent) int { return cmp.Compare(share(b), share(a)) },
		},
		p.num("missed", "LET RING", 8, 95, func(a *stats.Agent) stats.Number { return a.Missed }),
		p.num("beaten", "OTHERS FASTER", 13, 70, func(a *stats.Agent) stats.Number { return a.Beaten }),
		p.num("ring", "MEAN RING", 9, 80, func(a *stats.Agent) stats.Number { return a.RingTime }),
		p.num("calls", "CALLS", 5, 50, func(a *stats.Agent) stats.Number { return a.Calls }),
	}
}

// share gives of how many calls that rang somebody they took.
func share(a *stats.Agent) float64 {
	if a.Rung.Value == 0 {
		return -1
	}
	return a.Won.Value / a.Rung.Value
}

// stateCell tells what somebody does. Where there is no column for what they say of themselves, that of
// somebody who does nothing stands here, as what it is.
func (p *Pane) stateCell(a *stats.Agent, w int) table.Cell {
	th := p.th
	st, ok := map[stats.Doing]call.State{
		stats.InTalk: call.StateTalking, stats.OnHold: call.StateOnHold, stats.BeingRung: call.StateRinging, stats.Dialing: call.StateStarting,
	}[a.Doing]
	says := text.Clean(p.says[a.Extension].Word)
	switch {
	case !ok && says != "" && !p.floor.Shows("says"):
		return table.Variants(th.Mark, w, th.Signs.Dot, "idle, says "+says, "says "+says, "says "+brief(says))
	case !ok:
		return table.Cell{Text: th.Signs.Dot + " idle", Style: th.Faint}
	}
	c := table.Cell{Text: th.Sign(st) + " " + a.Doing.String(), Style: th.State(st)}
	if a.Up > 1 {
		c.Text += " +" + string(rune('0'+min(9, a.Up-1)))
	}
	return c
}

// brief is a word of presence in few letters.
func brief(word string) string {
	if word == "do not disturb" {
		return "dnd"
	}
	return word
}

func (p *Pane) clockCell(a *stats.Agent) table.Cell {
	if a.Since.IsZero() {
		return table.Words(p.th, "")
	}
	d := max(0, p.now.Sub(a.Since))
	switch a.Doing {
	case stats.InTalk:
		return table.Judged(p.th, text.Clock(d), d, p.limits.TalkAmber, p.limits.TalkRed)
	case stats.BeingRung:
		return table.Judged(p.th, text.Clock(d), d, p.limits.RingAmber, p.limits.RingRed)
	case stats.Idle:
		return table.Cell{Text: text.Clock(d), Style: p.th.Faint}
	}
	return table.Cell{Text: text.Clock(d), Style: p.th.Text}
}

// saysCell tells what somebody says of themselves, in so many words: "says: do not disturb".
func (p *Pane) saysCell(a *stats.Agent, w int) table.Cell {
	s, ok := p.says[a.Extension]
	if !ok || s.Word == "" {
		return table.Words(p.th, "")
	}
	word := "says: " + text.Clean(s.Word)
	long := word
	if !s.Until.IsZero() {
		long += " until " + s.Until.In(p.zone).Format("15:04")
	}
	if n := text.Clean(s.Note); n != "" {
		long += ", " + n
	}
	return table.Cell{Text: table.Variant(w, long, word), Style: p.th.Mark}
}

// texts are what words of a filter are looked for in.
func (p *Pane) texts(a *stats.Agent) []string {
	return []string{a.Name, a.Extension, a.Doing.String(), a.With.Name, a.With.Number, p.number(a.With.Number), a.Queue, p.says[a.Extension].Word, p.says[a.Extension].Note}
}

// term tells what a query may ask of a person: who they are, what they do, with whom, and since when.
func (p *Pane) term(a *stats.Agent, t query.Term) bool {
	switch t.Field {
	case query.Agent:
		return figures.IsText(t, a.Name, a.Extension)
	case query.QueueName:
		return figures.IsText(t, a.Queue)
	case query.From, query.To, query.Number:
		return figures.IsText(t, a.With.Name, a.With.Number)
	case query.StateWord:
		return a.Doing != stats.Idle && t.State == map[stats.Doing]call.State{
			stats.InTalk: call.StateTalking, stats.OnHold: call.StateOnHold, stats.BeingRung: call.StateRinging, stats.Dialing: call.StateStarting,
		}[a.Doing]
	case query.Clock:
		return !a.Since.IsZero() && figures.IsTime(t, p.now.Sub(a.Since))
	case query.Talk:
		return a.Talk.Known && figures.IsTime(t, a.Talk.Duration())
	case query.RingTime:
		return a.RingTime.Known && figures.IsTime(t, a.RingTime.Duration())
	}
	return false
}
