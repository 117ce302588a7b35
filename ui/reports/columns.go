package reports

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// The columns.
const (
	colEnded   = "ended"
	colOutcome = "outcome"
	colFrom    = "from"
	colTo      = "to"
	colQueue   = "queue"
	colWith    = "with"
	colWait    = "wait"
	colTalk    = "talk"
	colTotal   = "total"
	colReport  = "report"
)

func columns() []table.Column {
	return []table.Column{
		{ID: colEnded, Title: "ENDED", Min: 9, Ideal: 9, Max: 9, Keep: 90},
		{ID: colOutcome, Title: "OUTCOME", Min: 20, Ideal: 20, Max: 34, Keep: 100},
		{ID: colFrom, Title: "FROM", Min: 15, Ideal: 28, Max: 40, Keep: 95},
		{ID: colTo, Title: "TO", Min: 12, Ideal: 18, Max: 34, Keep: 40},
		{ID: colQueue, Title: "QUEUE", Min: 10, Ideal: 14, Max: 28, Keep: 50},
		{ID: colWith, Title: "WITH", Min: 11, Ideal: 14, Max: 28, Keep: 70},
		{ID: colWait, Title: "WAIT", Min: 5, Ideal: 5, Max: 7, Keep: 60, Right: true},
		{ID: colTalk, Title: "TALK", Min: 5, Ideal: 7, Max: 7, Keep: 65, Right: true},
		{ID: colTotal, Title: "TOTAL", Min: 6, Ideal: 7, Max: 7, Keep: 80, Right: true},
		{ID: colReport, Title: "REPORT", Min: 10, Ideal: 10, Max: 10, Keep: 45},
	}
}

// Len gives how many calls are shown.
func (p *Pane) Len() int { return len(p.index.shown) }

// Key gives the id of the call in row i.
func (p *Pane) Key(i int) string { return p.index.shown[i].call.ID }

// Find gives the row of a call, -1 when it is not shown.
func (p *Pane) Find(id string) int { return p.index.row(id) }

// Lines gives how many lines row i takes.
func (p *Pane) Lines(int) int { return 1 }

// Row draws row i.
func (p *Pane) Row(i int, slots []table.Slot, row *table.Row) {
	c := p.index.shown[i].call
	line := row.Add()
	for k, s := range slots {
		line[k] = p.cell(c, s)
	}
}

func (p *Pane) cell(c *call.Call, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colEnded:
		return table.Cell{Text: p.when(c.Ended), Style: th.Faint}
	case colOutcome:
		return p.outcome(c, s.W)
	case colFrom:
		return party(th, c.From, s.W)
	case colTo:
		return party(th, c.To, s.W)
	case colQueue:
		return p.words(call.Clean(c.Queue))
	case colWith:
		names := with(c)
		return p.words(table.Variant(s.W, strings.Join(names, ", "), firstOf(names)))
	case colWait:
		return p.length(c.PhaseTime(call.PhaseWait, c.Ended))
	case colTalk:
		return p.length(c.PhaseTime(call.PhaseTalk, c.Ended))
	case colTotal:
		return table.Cell{Text: text.Clock(c.Total(c.Ended)), Style: th.Text}
	case colReport:
		return p.reported(c.ID)
	}
	return table.Cell{}
}

// when is the time of day, with the day of the week instead of the seconds when it was not today.
func (p *Pane) when(t time.Time) string {
	t = t.In(p.now.Location())
	if y, d := t.Year(), t.YearDay(); y == p.now.Year() && d == p.now.YearDay() {
		return t.Format(time.TimeOnly)
	}
	return t.Format("Mon 15:04")
}

// outcome is the sign and word of how the call ended; what is uncertain about it stands beside.
func (p *Pane) outcome(c *call.Call, w int) table.Cell {
	cell := table.Cell{
		Text:  p.th.OutcomeSign(c.Outcome) + " " + outcomeWord(c),
		Style: p.th.Outcome(c.Outcome),
	}
	if doubts := text.Doubts(c); len(doubts) > 0 {
		room := w - text.Width(cell.Text) - 1
		cell.More, cell.MoreStyle = table.Variant(room, p.th.Signs.Warn+" "+strings.Join(doubts, ", "), p.th.Signs.Warn), p.th.Mark
	}
	return cell
}

// outcomeWord leaves out the queue, which has a column of its own.
func outcomeWord(c *call.Call) string {
	if c.Outcome == call.NoOutcome {
		return "ended"
	}
	return c.Outcome.String()
}

// party is the name, and the number beside it where it fits whole.
func party(th *theme.Theme, p call.Party, w int) table.Cell {
	name, num := text.PartyShort(p), text.Number(p.Number)
	cell := table.Cell{Text: name, Style: th.Text}
	if num != "" && num != name && text.Width(name)+1+text.Width(num) <= w {
		cell.More, cell.MoreStyle = num, th.Faint
	}
	if name == text.Unknown {
		cell.Style = th.Faint
	}
	return cell
}

// with is who talked: all of them, in order.
func with(c *call.Call) []string {
	var names []string
	for _, a := range c.Answered {
		n := text.PartyShort(call.Party{Name: a.Name, Number: cmp.Or(a.Extension, a.Number)})
		if len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return names
}

// firstOf names the first and says how many came after: "Ann Bell +2".
func firstOf(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return fmt.Sprintf("%s +%d", names[0], len(names)-1)
}

// words is a cell that has a dash when there is nothing.
func (p *Pane) words(s string) table.Cell {
	if s == "" {
		return table.Cell{Text: p.th.Signs.Dash, Style: p.th.Faint}
	}
	return table.Cell{Text: s, Style: p.th.Text}
}

// length is a clock, empty for a phase the call never had.
func (p *Pane) length(d time.Duration) table.Cell {
	if d == 0 {
		return table.Cell{Text: p.th.Signs.Dash, Style: p.th.Faint}
	}
	return table.Cell{Text: text.Clock(d), Style: p.th.Text}
}

func (p *Pane) reported(id string) table.Cell {
	s := p.states[id]
	sign, style := p.th.Signs.Dot, p.th.Faint
	switch s {
	case Fetched:
		sign, style = p.th.Signs.Good, p.th.Good
	case Failed:
		sign, style = p.th.Signs.Bad, p.th.Bad
	}
	return table.Cell{Text: sign + " " + s.String(), Style: style}
}

// haystack is what the filter reads of a call: everything a row can show, and the id.
func haystack(c *call.Call) string {
	return fold(text.Join(" ", outcomeWord(c), c.Direction.String(), text.Party(c.From), c.From.Number, text.Party(c.To), c.To.Number,
		call.Clean(c.Queue), strings.Join(with(c), " "), strings.Join(c.Path, " "), strings.Join(text.Doubts(c), " "), c.ID))
}

func fold(s string) string { return strings.ToLower(s) }
