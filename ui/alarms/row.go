package alarms

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/alarm"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// The columns.
const (
	colLevel = "level"
	colSince = "since"
	colFor   = "for"
	colCause = "cause"
	colNow   = "now"
	colWho   = "who"
	colLimit = "limit"
	colRule  = "rule"
	colSaid  = "said"
)

// columns: how grave it is, what it is about and how bad it is never go.
func columns() []table.Column {
	return []table.Column{
		{ID: colLevel, Title: "ALARM", Min: 7, Ideal: 7, Max: 7, Keep: 100},
		{ID: colSince, Title: "SINCE", Min: 6, Ideal: 8, Max: 12, Keep: 80},
		{ID: colFor, Title: "FOR", Min: 6, Ideal: 6, Max: 8, Keep: 96, Right: true},
		{ID: colCause, Title: "CAUSE", Min: 20, Ideal: 32, Max: 46, Keep: 99},
		{ID: colNow, Title: "HOW BAD", Min: 10, Ideal: 24, Max: 26, Keep: 98},
		{ID: colWho, Title: "ACKNOWLEDGED", Min: 12, Ideal: 20, Max: 30, Keep: 97},
		{ID: colLimit, Title: "LIMITS", Min: 11, Ideal: 11, Max: 14, Keep: 40, Room: 130},
		{ID: colSaid, Title: "SAID", Min: 5, Ideal: 5, Max: 5, Keep: 20, Room: 140, Right: true},
		{ID: colRule, Title: "RULE", Min: 10, Ideal: 16, Max: 30, Keep: 30, Room: 150},
	}
}

// logKey is the key of the line above the log: no alarm has it.
const logKey = "\x00log"

func (r row) key() string {
	if r.a == nil {
		return logKey
	}
	return r.a.ID
}

// Len, Key, Find, Lines and Row make the pane the table's source.

// Len gives how many rows are shown.
func (p *Pane) Len() int { return len(p.rows) }

// Key gives the key of row i.
func (p *Pane) Key(i int) string { return p.rows[i].key() }

// Find gives the row of an alarm, -1 when it is not shown.
func (p *Pane) Find(key string) int {
	if i, ok := p.at[key]; ok {
		return i
	}
	return -1
}

// Lines gives how many lines row i takes.
func (p *Pane) Lines(int) int { return 1 }

// Row draws row i.
func (p *Pane) Row(i int, slots []table.Slot, row *table.Row) {
	cells := row.Add()
	a := p.rows[i].a
	for n, s := range slots {
		if a == nil {
			cells[n] = p.logCell(s)
			continue
		}
		cells[n] = p.cell(a, s)
		if s.ID != colLevel && (!a.Up() || !a.Acked.IsZero()) {
			cells[n].Style, cells[n].MoreStyle = p.th.RowDim, p.th.RowDim
		}
	}
}

// logCell draws the line above the log.
func (p *Pane) logCell(s table.Slot) table.Cell {
	said := map[string]string{colLevel: "LOG", colCause: "what is over"}[s.ID]
	return table.Cell{Text: said, Style: p.th.Column}
}

func (p *Pane) cell(a *alarm.Alarm, s table.Slot) table.Cell {
	th := p.th
	switch s.ID {
	case colLevel:
		return p.levelCell(a)
	case colSince:
		return table.Variants(th.Row, s.W, "", p.since(a)...)
	case colFor:
		return table.Cell{Text: text.Clock(p.lasted(a)), Style: th.Row}
	case colCause:
		return table.Variants(th.Row, s.W, "", text.Clean(a.Cause()), text.Clean(short(a)))
	case colNow:
		said := text.Clean(a.Figures(p.now))
		return table.Variants(th.Row, s.W, "", said, strings.Replace(said, ", longest ", ", ", 1))
	case colWho:
		return p.whoCell(a, s.W)
	case colLimit:
		return table.Words(th, limits(a, th))
	case colSaid:
		return table.Words(th, times(a.Said))
	case colRule:
		return table.Words(th, text.Clean(a.Rule))
	}
	return table.Cell{}
}

// short is the cause in fewer words.
func short(a *alarm.Alarm) string {
	what, ok := map[alarm.Measure]string{
		alarm.Wait: "long waits", alarm.Ring: "long rings", alarm.Talk: "long talks", alarm.Hold: "long holds",
		alarm.Queue: "waiting", alarm.Abandoned: "gave up", alarm.SLA: "late answers", alarm.Idle: "idle",
	}[a.Measure]
	if !ok {
		return a.Cause()
	}
	if a.Subject != "" {
		what = a.Subject + ": " + what
	}
	return what
}

// Look gives the sign and the style of a level.
func Look(th *theme.Theme, l alarm.Level) (string, theme.Style) {
	switch l {
	case alarm.Red:
		return th.Signs.Alarm, th.Bad
	case alarm.Amber:
		return th.Signs.Alarm, th.Warn
	}
	return th.Signs.Dot, th.Faint
}

func (p *Pane) levelCell(a *alarm.Alarm) table.Cell {
	level, sign := a.Level, ""
	if !a.Up() {
		level, sign = a.Worst, p.th.Signs.Good
	}
	s, style := Look(p.th, level)
	if sign == "" {
		sign = s
	}
	if !a.Up() || !a.Acked.IsZero() {
		style = p.th.RowDim
	}
	return table.Cell{Text: sign + " " + level.String(), Style: style}
}

// since says since when an alarm is up, or when one began that is over.
func (p *Pane) since(a *alarm.Alarm) []string {
	at := a.Raised.In(p.now.Location())
	if y, m, d := at.Date(); !sameDay(p.now, y, m, d) {
		return []string{at.Format("Jan _2 15:04"), at.Format("Jan _2")}
	}
	return []string{at.Format("15:04:05"), at.Format("15:04")}
}

// lasted gives for how long an alarm is up, or was.
func (p *Pane) lasted(a *alarm.Alarm) time.Duration {
	end := p.now
	if !a.Up() {
		end = a.Cleared
	}
	return max(0, end.Sub(a.Raised))
}

func sameDay(t time.Time, y int, m time.Month, d int) bool {
	ty, tm, td := t.Date()
	return ty == y && tm == m && td == d
}

func (p *Pane) whoCell(a *alarm.Alarm, w int) table.Cell {
	th := p.th
	who := text.Clean(a.AckedBy)
	switch {
	case !a.Acked.IsZero():
		after := text.Clock(a.Acked.Sub(a.Raised))
		return table.Variants(th.Row, w, "", th.Signs.Good+" "+who+" after "+after, who+" "+after, who)
	case a.Up() && a.Snoozed.After(p.now):
		until := a.Snoozed.In(p.now.Location()).Format("15:04")
		return table.Variants(th.Mark, w, "", "put off until "+until+" by "+text.Clean(a.SnoozedBy), "until "+until+" "+text.Clean(a.SnoozedBy), "until "+until)
	case !a.Up():
		return table.Words(th, "")
	}
	return table.Variants(th.Text, w, "", "nobody: A does", "nobody yet")
}

func limits(a *alarm.Alarm, th *theme.Theme) string {
	var out []string
	for _, l := range []alarm.Level{alarm.Amber, alarm.Red} {
		if s := a.Limit(l); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " "+th.Signs.Crumb+" ")
}

func times(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%dx", n)
}
