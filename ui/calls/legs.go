package calls

import (
	"fmt"
	"slices"
	"strings"

	"ringside/store/call"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// maxLegs is how many legs are unfolded below a row; the rest is in the detail.
const maxLegs = 8

// legLines gives the indexes of the legs that are unfolded: those in the call first, as they came,
// then those that have left. -1 stands for "there are more", -2 for "there are none".
func legLines(c *call.Call) []int {
	var in, out []int
	for i := range min(len(c.Legs), len(c.People)) {
		if c.Legs[i].Status == call.StatusGone {
			out = append(out, i)
		} else {
			in = append(in, i)
		}
	}
	all := slices.Concat(in, out)
	switch {
	case len(all) == 0:
		return []int{-2}
	case len(all) > maxLegs:
		return append(all[:maxLegs:maxLegs], -1)
	}
	return all
}

func (p *Pane) legs(c *call.Call, slots []table.Slot, row *table.Row) {
	lines := legLines(c)
	for n, leg := range lines {
		cells := row.Add()
		branch := p.th.Signs.Branch
		if n == len(lines)-1 {
			branch = p.th.Signs.LastLeg
		}
		for i, s := range slots {
			switch {
			case leg >= 0:
				cells[i] = p.legCell(c, leg, s, branch)
			case s.ID == colState:
				cells[i] = table.Cell{Text: branch, Style: p.th.Faint}
			case s.ID == colFrom && leg == -1:
				cells[i] = table.Cell{Text: fmt.Sprintf("%d more", len(c.Legs)-maxLegs), Style: p.th.Faint}
			case s.ID == colFrom:
				cells[i] = table.Cell{Text: "no legs known", Style: p.th.Faint}
			}
		}
	}
}

func (p *Pane) legCell(c *call.Call, n int, s table.Slot, branch string) table.Cell {
	who, leg := c.People[n], c.Legs[n]
	gone := leg.Status == call.StatusGone
	style, faint := p.th.Row, p.th.Faint
	if gone {
		style = p.th.RowDim
	}
	switch s.ID {
	case colState:
		word := leg.Status.String()
		if leg.Status == call.StatusOther && leg.StatusText != "" {
			word = call.Clean(leg.StatusText)
		}
		return table.Cell{Text: branch + p.th.StatusSign(leg.Status) + " " + word, Style: p.legStyle(leg)}
	case colFrom:
		name, shown := p.legName(who)
		return table.Cell{Text: name, Style: style, More: shown, MoreStyle: faint}
	case colTo:
		return table.Cell{Text: call.Telephone(who.Device), Style: faint}
	case colClock:
		if !gone && !leg.Since.IsZero() {
			return table.Cell{Text: text.Clock(max(0, p.now.Sub(leg.Since.Time()))), Style: style}
		}
	case colTotal:
		end := leg.Left.Time()
		if end.IsZero() {
			end = p.now
		}
		if !leg.Joined.IsZero() {
			return table.Cell{Text: text.Clock(max(0, end.Sub(leg.Joined.Time()))), Style: faint}
		}
	}
	return table.Cell{}
}

// legName gives who a leg is and, beside it, at which extension or number.
func (p *Pane) legName(who call.Participant) (name, shown string) {
	if who.Kind == call.NumberLeg {
		name, shown = p.party(who.Outside)
		if name == "" && shown == "" {
			name, shown = call.Clean(who.Name), call.Clean(p.number(who.Number))
		}
	} else {
		name, shown = call.Clean(who.Name), call.Clean(who.Extension)
		switch {
		case who.LegID != "" && p.here[who.LegID]:
			name = strings.TrimSpace(name + " (you, here)")
		case who.LineID != "" && p.me[who.LineID]:
			name = strings.TrimSpace(name + " (you)")
		}
	}
	switch {
	case name == "" && shown == "":
		return "unknown", ""
	case name == "":
		return shown, ""
	}
	return name, shown
}

// legStyle gives the look of what a leg does: that of the call's state of the same meaning.
func (p *Pane) legStyle(l call.Leg) theme.Style {
	switch l.Status {
	case call.StatusRinging:
		return p.th.State(call.StateRinging)
	case call.StatusConnected:
		return p.th.State(call.StateTalking)
	case call.StatusInMenu:
		return p.th.State(call.StateInMenu)
	case call.StatusOnHold:
		return p.th.State(call.StateOnHold)
	case call.StatusBlind, call.StatusWarm:
		return p.th.State(call.StateTransferring)
	case call.StatusParked:
		return p.th.State(call.StateParked)
	}
	return p.th.RowDim
}
