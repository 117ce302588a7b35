package reports

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// The columns.
const (
	colBegan   = "began"
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
	colTags    = "tags"
)

func columns() []table.Column {
	return []table.Column{
		{ID: colBegan, Title: "BEGAN", Min: 9, Ideal: 12, Max: 12, Keep: 90},
		{ID: colEnded, Title: "ENDED", Min: 9, Ideal: 9, Max: 12, Keep: 20, Room: 180},
		{ID: colOutcome, Title: "OUTCOME", Min: 20, Ideal: 20, Max: 34, Keep: 100},
		{ID: colFrom, Title: "FROM", Min: 15, Ideal: 28, Max: 40, Keep: 95},
		{ID: colTo, Title: "TO", Min: 12, Ideal: 18, Max: 34, Keep: 40},
		{ID: colQueue, Title: "QUEUE", Min: 10, Ideal: 14, Max: 28, Keep: 50},
		{ID: colWith, Title: "WITH", Min: 11, Ideal: 14, Max: 28, Keep: 70},
		{ID: colWait, Title: "WAIT", Min: 5, Ideal: 5, Max: 7, Keep: 60, Right: true},
		{ID: colTalk, Title: "TALK", Min: 5, Ideal: 7, Max: 7, Keep: 65, Right: true},
		{ID: colTotal, Title: "TOTAL", Min: 6, Ideal: 7, Max: 7, Keep: 80, Right: true},
		{ID: colReport, Title: "REPORT", Min: 10, Ideal: 10, Max: 10, Keep: 42},
		{ID: colTags, Title: "TAGS", Min: 7, Ideal: 12, Max: 30, Keep: 45},
	}
}

// Len gives how many calls are at hand.
func (p *Pane) Len() int { return len(p.win.rows) }

// Key gives the id of the call in row i.
func (p *Pane) Key(i int) string { return p.win.rows[i].ID }

// Find gives the row of a call, -1 when it is not at hand.
func (p *Pane) Find(id string) int { return p.win.find(id) }

// Lines gives how many lines row i takes.
func (p *Pane) Lines(int) int { return 1 }

// Row draws row i.
func (p *Pane) Row(i int, slots []table.Slot, row *table.Row) {
	line := row.Add()
	for k, s := range slots {
		line[k] = p.cell(&p.win.rows[i], s)
	}
}

func (p *Pane) cell(r *archive.Row, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colBegan:
		return p.when(r.Created, s.W)
	case colEnded:
		return p.when(r.Ended, s.W)
	case colOutcome:
		return p.outcome(r, s.W)
	case colFrom:
		return party(th, r.From)
	case colTo:
		return party(th, r.To)
	case colQueue:
		return table.Words(p.th, call.Clean(r.Queue))
	case colWith:
		names := with(&r.Summary)
		if len(names) == 0 {
			return table.Words(th, "")
		}
		return table.Variants(th.Row, s.W, "", strings.Join(names, ", "), text.Several(names))
	case colWait:
		return table.Length(p.th, ms(r.PhasesMs[call.PhaseWait]))
	case colTalk:
		return table.Length(p.th, ms(r.PhasesMs[call.PhaseTalk]))
	case colTotal:
		return table.Cell{Text: text.Clock(time.Duration(r.TotalMs) * time.Millisecond), Style: th.Text}
	case colReport:
		return p.reported(r)
	case colTags:
		return p.marks(r, s.W)
	}
	return table.Cell{}
}

// when is the time of day; with the day of the week instead of the seconds within a week, with the
// date before that, and the year where it was another.
func (p *Pane) when(t time.Time, w int) table.Cell {
	t = t.In(p.now.Location())
	cell := table.Cell{Style: p.th.Faint}
	switch {
	case midnight(t).Equal(midnight(p.now)):
		cell.Text = t.Format(time.TimeOnly)
	case t.Before(p.now) && midnight(p.now).AddDate(0, 0, -6).Before(t):
		cell.Text = t.Format("Mon 15:04")
	case t.Year() == p.now.Year():
		cell.Text = table.Variant(w, t.Format("Jan _2 15:04"), t.Format("Jan _2"))
	default:
		cell.Text = table.Variant(w, t.Format(time.DateOnly), t.Format("Jan 2006"))
	}
	return cell
}

// outcome is the sign and word of how the call ended; what is uncertain about it stands beside, and
// that it is marked.
func (p *Pane) outcome(r *archive.Row, w int) table.Cell {
	cell := table.Cell{
		Text:  p.th.OutcomeSign(r.Outcome) + " " + outcomeWord(r.Outcome),
		Style: p.th.Outcome(r.Outcome),
	}
	if r.ID == p.marked {
		cell.Tail, cell.TailStyle = "marked", p.th.Banner
		w -= len(cell.Tail) + 1
	}
	if doubts := doubts(&r.Summary); len(doubts) > 0 {
		room := w - text.Width(cell.Text) - 1
		cell.More, cell.MoreStyle = table.Variant(room, p.th.Signs.Warn+" "+strings.Join(doubts, ", "), p.th.Signs.Warn), p.th.Mark
	}
	return cell
}

// doubts says in what the account of a call is uncertain.
func doubts(s *call.Summary) []string {
	var out []string
	if s.JoinedLate {
		out = append(out, "joined late")
	}
	if s.Gaps > 0 {
		out = append(out, "gap")
	}
	return out
}

// outcomeWord leaves out the queue, which has a column of its own.
func outcomeWord(o call.Outcome) string {
	if o == call.NoOutcome {
		return "ended"
	}
	return o.String()
}

// party is the name, and the number beside it where it fits whole.
func party(th *theme.Theme, p call.Party) table.Cell {
	name, num := text.PartyShort(p), text.Number(p.Number)
	cell := table.Cell{Text: name, Style: th.Text}
	if num != "" && num != name {
		cell.More, cell.MoreStyle = num, th.Faint
	}
	if name == text.Unknown {
		cell.Style = th.Faint
	}
	return cell
}

// with is who talked at our end, as on the board: all of them, in order.
func with(s *call.Summary) []string {
	var names []string
	for _, p := range s.OurEnd() {
		n := text.PartyShort(p)
		if len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return names
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// soon is how long after its end the report of a call may still come by itself.
const soon = 10 * time.Minute

func (p *Pane) reported(r *archive.Row) table.Cell {
	s, known := p.states[r.ID]
	sign, style := p.th.Signs.Dot, p.th.Faint
	switch {
	case s == Fetched || !r.Reported.IsZero():
		s, sign, style = Fetched, p.th.Signs.Good, p.th.Good
	case s == Failed:
		sign, style = p.th.Signs.Bad, p.th.Bad
	case !known && p.now.Sub(r.Ended) > soon:
		return table.Cell{Text: p.th.Signs.Dash + " none", Style: p.th.Faint}
	}
	return table.Cell{Text: sign + " " + s.String(), Style: style}
}

// marks are the tags, and how many notes there are.
func (p *Pane) marks(r *archive.Row, w int) table.Cell {
	var tags []string
	for _, t := range r.Tags {
		tags = append(tags, "#"+call.Clean(t))
	}
	cell := table.Cell{Text: strings.Join(tags, " "), Style: p.th.Accent}
	if r.Notes > 0 {
		notes := count(r.Notes, "note")
		if room := w - text.Width(cell.Text) - 1; len(notes) > room && cell.Text != "" {
			notes = fmt.Sprintf("+%d", r.Notes)
		}
		cell.Tail, cell.TailStyle = notes, p.th.Faint
		if cell.Text == "" {
			cell.Text, cell.Style, cell.Tail = notes, p.th.Faint, ""
		}
	}
	return cell
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%s %ss", Thousands(n), noun)
}

// Thousands writes a figure for reading: 31,337.
func Thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
