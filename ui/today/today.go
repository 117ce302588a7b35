// Package today shows the day in numbers: calls, answered, missed, abandoned, who waits, the mean
// times, the service level, and the hours as bars.
package today

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/figures"
	"ringside/ui/theme"
)

// Limits are what makes a figure amber and red; 0 is never. Of the service level, red is what lies
// under the target.
type Limits struct {
	WaitAmber, WaitRed   time.Duration
	QueueAmber, QueueRed int
	Target, Amber        float64
}

// Pane is the page. The zero value is not ready; New makes one.
type Pane struct {
	th     *theme.Theme
	w, h   int
	limits Limits

	by      map[stats.ID]stats.Number
	hours   [24]stats.Hour
	now     time.Time
	zone    *time.Location
	loaded  bool
	sel     stats.ID
	hour    int  // the chosen hour; -1 when a number of the day is
	chosen  bool // whether anything is
	explain bool
}

// group is a heading and its numbers.
type group struct {
	title string
	items []item
}

type item struct {
	id     stats.ID
	indent int
}

func groups() []group {
	return []group{
		{"CALLED IN", []item{
			{stats.CallsIn, 0}, {stats.Answered, 0}, {stats.Missed, 0}, {stats.RangOut, 1}, {stats.Abandoned, 1},
			{stats.AbandonedMenu, 2}, {stats.AbandonedQueue, 2}, {stats.Voicemail, 1}, {stats.Short, 0},
		}},
		{"ALL CALLS", []item{{stats.Calls, 0}, {stats.CallsOut, 0}, {stats.CallsInternal, 0}}},
		{"SERVICE", []item{
			{stats.SLA, 0}, {stats.AnswerTime, 0}, {stats.LongestWait, 0}, {stats.WaitTime, 0}, {stats.TalkTime, 0}, {stats.HoldTime, 0},
		}},
		{"NOW", []item{
			{stats.Waiting, 0}, {stats.LongestNow, 0}, {stats.Up, 0}, {stats.Ringing, 0}, {stats.Talking, 0}, {stats.Holding, 0},
		}},
	}
}

// IDs gives the numbers of the page.
func IDs() []stats.ID {
	var out []stats.ID
	for _, g := range groups() {
		for _, it := range g.items {
			out = append(out, it.id)
		}
	}
	return out
}

// New makes an empty page.
func New(th *theme.Theme, limits Limits) *Pane {
	return &Pane{th: th, limits: limits, zone: time.UTC, hour: -1, by: map[stats.ID]stats.Number{}}
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) { p.th = th }

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) { p.w, p.h = max(0, w), max(0, h) }

// SetData takes the numbers of the floor (IDs) and the hours as they are at a moment.
func (p *Pane) SetData(numbers []stats.Number, hours [24]stats.Hour, zone *time.Location, now time.Time) {
	p.loaded, p.hours, p.now, p.zone = true, hours, now, zone
	for _, n := range numbers {
		p.by[n.ID] = n
	}
}

// Number gives the number that is chosen; ok is false when none is.
func (p *Pane) Number() (n stats.Number, ok bool) {
	switch {
	case !p.chosen:
		return n, false
	case p.hour >= 0:
		return p.hours[p.hour].Calls, true
	}
	n, ok = p.by[p.sel]
	return n, ok
}

// Back closes what was opened last, and reports whether there was anything to close.
func (p *Pane) Back() bool {
	switch {
	case p.explain:
		p.explain = false
	case p.chosen:
		p.chosen = false
	default:
		return false
	}
	return true
}

// Do chooses a number, explains it and opens its calls.
func (p *Pane) Do(a action.Action) tea.Cmd {
	switch a {
	case action.Up, action.Down, action.NumberLeft, action.NumberRight, action.Top, action.Bottom, action.PageUp, action.PageDown:
		p.move(a)
		return nil
	case action.Explain, action.Open:
	default:
		return action.Refuse(a, "there is nothing of that kind on the page of today")
	}
	n, ok := p.Number()
	switch {
	case !ok:
		return action.Refuse(a, "no number is chosen: j, k and the arrows choose one")
	case a == action.Explain:
		p.explain = !p.explain
		return nil
	}
	return func() tea.Msg { return figures.Behind{Number: n} }
}

// move goes to the next number: down and up within a column, then to the hours below.
func (p *Pane) move(a action.Action) {
	cols := p.columns()
	if !p.chosen {
		p.chosen, p.hour = true, -1
		if p.sel = stats.CallsIn; a == action.Bottom {
			p.hour = p.present()
		}
		return
	}
	c, r := find(cols, p.sel)
	switch {
	case a == action.Top:
		p.hour, p.sel = -1, cols[0][0]
	case a == action.Bottom:
		p.hour = p.present()
	case p.hour >= 0 && (a == action.Up || a == action.PageUp):
		p.hour, p.sel = -1, cols[c][len(cols[c])-1]
	case p.hour >= 0 && a == action.NumberLeft:
		p.hour = max(0, p.hour-1)
	case p.hour >= 0 && a == action.NumberRight:
		p.hour = min(23, p.hour+1)
	case p.hour >= 0:
	case a == action.Up:
		p.sel = cols[c][max(0, r-1)]
	case a == action.PageUp:
		p.sel = cols[c][0]
	case a == action.Down && r+1 < len(cols[c]):
		p.sel = cols[c][r+1]
	case a == action.Down, a == action.PageDown:
		p.hour = p.present()
	case a == action.NumberLeft && c > 0:
		p.sel = cols[c-1][min(r, len(cols[c-1])-1)]
	case a == action.NumberRight && c+1 < len(cols):
		p.sel = cols[c+1][min(r, len(cols[c+1])-1)]
	}
}

func (p *Pane) present() int { return p.now.In(p.zone).Hour() }

func find(cols [][]stats.ID, id stats.ID) (c, r int) {
	for c = range cols {
		for r = range cols[c] {
			if cols[c][r] == id {
				return c, r
			}
		}
	}
	return 0, 0
}

// columns gives the numbers as they stand beside each other.
func (p *Pane) columns() [][]stats.ID {
	var out [][]stats.ID
	for _, col := range p.arranged() {
		var ids []stats.ID
		for _, g := range col {
			for _, it := range g.items {
				ids = append(ids, it.id)
			}
		}
		out = append(out, ids)
	}
	return out
}

// arranged gives the groups in columns, as many as the width has room for.
func (p *Pane) arranged() [][]group {
	g := groups()
	switch {
	case p.w >= 150:
		return [][]group{{g[0]}, {g[2]}, {g[3]}, {g[1]}}
	case p.w >= 100:
		return [][]group{{g[0]}, {g[2], g[1]}, {g[3]}}
	case p.w >= 56:
		return [][]group{{g[0], g[1]}, {g[2], g[3]}}
	}
	return [][]group{g}
}

// ClickAt chooses the number drawn at a place, and reports whether it was chosen already.
func (p *Pane) ClickAt(x, y int) bool {
	if p.below() > 0 && p.hour >= 0 {
		return false
	}
	_, cols := p.rows(p.air())
	at := min(len(cols)-1, x/max(1, p.w/len(cols)))
	y-- // below the summary
	if y < 0 || y >= len(cols[at]) || cols[at][y].item == nil {
		return false
	}
	it := cols[at][y].item
	was := p.chosen && p.hour < 0 && p.sel == it.id
	p.chosen, p.hour, p.sel = true, -1, it.id
	return was
}
