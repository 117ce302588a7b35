package owed

import (
	"fmt"
	"strconv"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/table"
	"ringside/ui/text"
)

// The columns.
const (
	colCaller = "caller"
	colHow    = "how"
	colSince  = "since"
	colCalls  = "calls"
	colTries  = "tries"
	colTaken  = "taken"
	colQueue  = "queue"
	colTo     = "to"
)

// columns: who it is, how they were lost and how long ago never go. In 80 cells a name has its number
// beside it: without it nobody can be called back.
func columns() []table.Column {
	return []table.Column{
		{ID: colCaller, Title: "CALLER", Min: 16, Ideal: 29, Max: 34, Keep: 95},
		{ID: colHow, Title: "LOST AS", Min: 22, Ideal: 22, Max: 44, Keep: 100},
		{ID: colSince, Title: "OWED FOR", Min: 11, Ideal: 11, Max: 11, Keep: 98, Right: true},
		{ID: colCalls, Title: "CALLS", Min: 6, Ideal: 6, Max: 6, Keep: 60, Room: 90, Right: true},
		{ID: colTries, Title: "TRIED", Min: 5, Ideal: 5, Max: 28, Keep: 70},
		{ID: colTaken, Title: "TAKEN BY", Min: 9, Ideal: 9, Max: 20, Keep: 90},
		{ID: colQueue, Title: "QUEUE", Min: 10, Ideal: 14, Max: 24, Keep: 40, Room: 130},
		{ID: colTo, Title: "CALLED", Min: 12, Ideal: 18, Max: 34, Keep: 30, Room: 150},
	}
}

// Len, Key, Find, Lines and Row make the pane the table's source.

// Len gives how many rows are shown.
func (p *Pane) Len() int { return len(p.list.rows) }

// Key gives the key of the debt in row i.
func (p *Pane) Key(i int) string { return p.list.rows[i].debt.Key }

// Find gives the row of a debt, -1 when it is not shown.
func (p *Pane) Find(key string) int { return p.list.find(key) }

// Lines gives how many lines row i takes.
func (p *Pane) Lines(int) int { return 1 }

// Row draws row i. One that somebody has taken steps back behind the others.
func (p *Pane) Row(i int, slots []table.Slot, row *table.Row) {
	d := &p.list.rows[i].debt
	up := p.onLine(d)
	cells := row.Add()
	for n, s := range slots {
		c := &cells[n]
		*c = p.cell(d, s)
		if d.Claimed != "" && s.ID != colTaken {
			c.Style, c.MoreStyle = p.th.RowDim, p.th.RowDim
		}
		if up != nil && s.ID == colHow {
			*c = p.lineCell(up, s.W)
		}
	}
}

func (p *Pane) cell(d *archive.Debt, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colCaller:
		name, number := p.caller(d)
		return table.Party(th, name, number, "no number")
	case colHow:
		return table.Variants(th.Outcome(d.Outcome), s.W, th.OutcomeSign(d.Outcome), how(d)...)
	case colSince:
		age := p.age(d.Since)
		if d.Claimed != "" { // somebody sees to it
			return table.Words(th, text.Age(age))
		}
		return table.Judged(th, text.Age(age), age, p.limits.Amber, p.limits.Red)
	case colCalls:
		return table.Words(th, strconv.Itoa(len(d.Calls)))
	case colTries:
		if said := p.tries(d); said[0] != "" {
			return table.Variants(th.Row, s.W, "", said...)
		}
		return table.Words(th, "")
	case colTaken:
		return p.takenCell(d)
	case colQueue:
		return table.Words(th, text.Clean(d.Queue))
	case colTo:
		name, number := text.NameNumber(d.To, "", p.number)
		return table.Party(th, name, number, th.Signs.Dash)
	}
	return table.Cell{}
}

// caller gives name and number of a caller. A contact's name wins over the one the network sent.
func (p *Pane) caller(d *archive.Debt) (name, number string) {
	return text.NameNumber(call.Party{Name: d.Name, Number: d.Number}, p.names[d.Key], p.number)
}

func (p *Pane) age(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, p.now.Sub(t))
}

// how says how the caller was lost the last time, the longest form first. Times are those of the
// call's own phases: how long a message is, the phases do not tell.
func how(d *archive.Debt) []string {
	box := text.Clock(time.Duration(d.VoicemailMs) * time.Millisecond)
	switch {
	case d.Outcome == call.AbandonedQueue && d.Queue != "":
		in := text.Ended(d.Outcome, d.Queue, -1)
		if d.WaitMs <= 0 {
			return []string{in, "abandoned"}
		}
		wait := time.Duration(d.WaitMs) * time.Millisecond
		return []string{text.Ended(d.Outcome, d.Queue, wait), in + ", " + text.Figure(wait), in, "abandoned after " + text.Figure(wait), "abandoned"}
	case d.Outcome == call.AbandonedQueue, d.Outcome == call.AbandonedMenu:
		return []string{d.Outcome.String(), "abandoned"}
	case d.Outcome == call.VoicemailLeft && d.VoicemailMs > 0 && d.Message:
		return []string{"voicemail " + box + ", left a message", "voicemail " + box, "voicemail"}
	case d.Outcome == call.VoicemailLeft && d.VoicemailMs > 0:
		return []string{"voicemail " + box, "voicemail"}
	case d.Outcome == call.VoicemailLeft && d.Message:
		return []string{"voicemail, left a message", "voicemail"}
	case d.Outcome == call.Missed && d.VoicemailMs > 0 && !d.Message:
		return []string{"missed, no message left", "missed"}
	}
	return []string{text.Ended(d.Outcome, "", -1)}
}

// tries says how often a call back was tried, and of the last try when and by whom.
func (p *Pane) tries(d *archive.Debt) []string {
	if d.Tries == 0 {
		return []string{""}
	}
	n := strconv.Itoa(d.Tries)
	if d.TriedAt.IsZero() {
		return []string{n}
	}
	when := n + ", " + text.Ago(p.age(d.TriedAt))
	out := []string{when, n}
	if by := text.Clean(d.TriedBy); by != "" {
		out = append([]string{when + " by " + by}, out...)
	}
	return out
}

// takenCell says who has taken the caller, and since when where there is room.
func (p *Pane) takenCell(d *archive.Debt) table.Cell {
	who := text.Clean(d.Claimed)
	if who == "" {
		return table.Words(p.th, "")
	}
	cell := table.Cell{Text: who, Style: p.th.Text, MoreStyle: p.th.Faint}
	if !d.ClaimedAt.IsZero() {
		cell.More = text.Ago(p.age(d.ClaimedAt))
	}
	return cell
}

// onLine gives the call in which the caller is up now, nil when they are not.
func (p *Pane) onLine(d *archive.Debt) *call.Call {
	if c := p.live[d.Key]; c != nil && c.Live() {
		return c
	}
	return nil
}

// lineCell says what a caller does who is on the line right now, in place of how they were lost.
func (p *Pane) lineCell(c *call.Call, w int) table.Cell {
	return table.Cell{Text: p.th.Sign(c.State) + " " + table.Variant(w-2, p.onLineWords(c)...), Style: p.th.State(c.State)}
}

func (p *Pane) onLineWords(c *call.Call) []string {
	word := text.State(c)
	out := []string{word + " now", word, c.State.String()}
	with := text.Clean(c.With)
	switch {
	case c.Direction == call.Outbound && (c.State == call.StateRinging || c.State == call.StateStarting):
		out = []string{"being called now", "being called"}
		if by, number := text.NameNumber(c.From, "", p.number); by != "" || number != "" {
			if by == "" {
				by = number
			}
			out = append([]string{by + " is calling them", "called by " + by}, out...)
		}
	case c.State == call.StateTalking && with != "":
		if len(with) > 1 && with[0] == '+' { // somebody outside without a name
			with = p.number(with)
		}
		out = []string{fmt.Sprintf("talking with %s now", with), "talking with " + with, "with " + with + " now", "talking now", "talking"}
	}
	return out
}
