package calls

import (
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Len, Key, Find, Lines and Row make the pane the table's source.

// Len gives the number of rows.
func (p *Pane) Len() int { return len(p.index.rows()) }

// Key gives the conversation id of a row.
func (p *Pane) Key(i int) string { return p.index.rows()[i].c.ID }

// Find gives the row of a conversation, -1 when it is not shown.
func (p *Pane) Find(id string) int { return p.index.find(id) }

// Lines gives how many lines a row takes.
func (p *Pane) Lines(i int) int {
	c := p.index.rows()[i].c
	if !p.open[c.ID] {
		return 1
	}
	return 1 + len(legLines(c))
}

// Row draws a row.
func (p *Pane) Row(i int, slots []table.Slot, row *table.Row) {
	c := p.index.rows()[i].c
	cells := row.Add()
	for n, s := range slots {
		cells[n] = p.cell(c, s)
		if !c.Live() && s.ID != colState {
			cells[n].Style, cells[n].MoreStyle = p.th.RowDim, p.th.RowDim
		}
	}
	if p.open[c.ID] {
		p.legs(c, slots, row)
	}
}

func (p *Pane) cell(c *call.Call, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colNo:
		return table.Cell{Text: strconv.Itoa(c.No), Style: th.Faint}
	case colState:
		return p.stateCell(c, s.W)
	case colDirection:
		return table.Cell{Text: c.Direction.String(), Style: th.Faint}
	case colFrom:
		return p.partyCell(c.From)
	case colTo:
		return p.pathCell(c, s.W)
	case colWith:
		return table.Words(th, p.with(c))
	case colClock:
		return p.clockCell(c)
	case colTotal:
		return table.Cell{Text: text.Clock(c.Total(p.now)), Style: th.Faint}
	}
	return table.Cell{}
}

func (p *Pane) stateCell(c *call.Call, w int) table.Cell {
	sign, style := p.th.Sign(c.State), p.th.State(c.State)
	if !c.Live() && c.Outcome != call.NoOutcome {
		sign, style = p.th.OutcomeSign(c.Outcome), p.th.Outcome(c.Outcome)
	}
	words := stateWords(c)
	if p.isHere(c) {
		sign = p.th.Signs.Phone
	}
	if c.Rings {
		words = []string{"ringing you"}
		sign = p.th.Signs.Phone
	}
	return table.Variants(style, w, sign, words...)
}

// partyCell shows the name and, as far as there is room, the number.
func (p *Pane) partyCell(w call.Party) table.Cell {
	name, shown := p.party(w)
	return table.Party(p.th, name, shown, "no number")
}

// pathCell shows the way of the call; where it is too long the first stations give way. What is
// not fully known stands at its right end.
func (p *Pane) pathCell(c *call.Call, w int) table.Cell {
	cell := table.Cell{Style: p.th.Row}
	cell.Tail, cell.TailStyle = p.tail(c, w)
	if cell.Tail != "" {
		w -= text.Width(cell.Tail) + 1
	}
	st := p.path(c)
	if len(st) == 0 {
		name, shown := p.party(c.To)
		if name == "" {
			cell.Text = shown
		} else {
			cell.Text, cell.More, cell.MoreStyle = name, shown, p.th.Faint
		}
		return cell
	}
	crumb := " " + p.th.Signs.Crumb + " "
	cell.Text = strings.Join(st, crumb)
	if cell.Want = text.Width(cell.Text); len(st) > 1 {
		cell.Least = text.Width(p.th.Signs.Ellipsis + crumb + st[len(st)-1])
	}
	for len(st) > 1 && text.Width(cell.Text) > w {
		st = st[1:]
		cell.Text = p.th.Signs.Ellipsis + crumb + strings.Join(st, crumb)
	}
	return cell
}

// tail gives what a row must not hide: how sure we are of it, and a long wait behind a ring.
func (p *Pane) tail(c *call.Call, w int) (string, theme.Style) {
	th := p.th
	if m := marks(c); len(m) > 0 {
		sign := map[string]string{"stale": th.Signs.Stale, "gap": th.Signs.Gap, "joined late": th.Signs.Late}[m[0]]
		word := m[0]
		if word == "joined late" && w < 34 {
			word = "late"
		}
		if len(m) > 1 {
			word += "+"
		}
		return sign + " " + word, th.Mark
	}
	if c.Phase == call.PhaseWait && c.State == call.StateRinging {
		wait := c.Wait(p.now)
		if sign, style := table.Judge(th, wait, p.limits.WaitAmber, p.limits.WaitRed); sign != "" {
			return sign + " waited " + text.Clock(wait), style
		}
	}
	return "", theme.Style{}
}

// clockCell shows how long the call has been in its state, with a sign once that is too long.
func (p *Pane) clockCell(c *call.Call) table.Cell {
	if !c.Live() {
		return table.Cell{Text: ago(c.Clock(p.now)), Style: p.th.RowDim}
	}
	d := c.Clock(p.now)
	var amber, red time.Duration
	switch c.State {
	case call.StateWaiting:
		amber, red = p.limits.WaitAmber, p.limits.WaitRed
	case call.StateTalking:
		red = p.limits.TalkRed
	}
	return table.Judged(p.th, text.Clock(d), d, amber, red)
}

// ago writes how long ago a call ended, in the clock's room.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + "s ago"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m ago"
	}
	return strconv.Itoa(int(d/time.Hour)) + "h ago"
}
