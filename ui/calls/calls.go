// Package calls is the live pane: one row a conversation, what needs attention first.
package calls

import (
	"fmt"
	"math"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/table"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Limits are the clocks at which a row asks for attention; 0 is none.
type Limits struct{ WaitAmber, WaitRed, TalkRed time.Duration }

// DefaultLimits are those of product.md, "Default thresholds".
func DefaultLimits() Limits {
	return Limits{WaitAmber: 84 * time.Second, WaitRed: 120 * time.Second, TalkRed: 5 * time.Minute}
}

// holdFor is how long the order stands still after the last key that moves.
const holdFor = 4 * time.Second

// Pane is the live pane. The zero value is not ready; New makes one.
type Pane struct {
	th     *theme.Theme
	w, h   int
	now    time.Time
	limits Limits
	number func(string) string // writes a number for people
	me     map[string]bool     // ids of my own lines
	here   map[string]bool     // ids of the legs that this telephone is

	index   *index
	table   *table.Table
	chooser *table.Chooser
	names   map[string]string // contact names by number
	filter  filter
	noted   *archive.Noted
	open    map[string]bool // unfolded rows

	holdUntil time.Time
}

// New makes the pane. number writes a telephone number the way people read it; nil leaves it as
// it is. me holds the ids of my own lines.
func New(th *theme.Theme, limits Limits, number func(string) string, me []string) *Pane {
	if number == nil {
		number = func(s string) string { return s }
	}
	p := &Pane{th: th, limits: limits, number: number, names: map[string]string{}, open: map[string]bool{}, me: map[string]bool{}}
	for _, id := range me {
		p.me[id] = true
	}
	p.index = newIndex(p.keyOf, p.matches)
	p.table = table.New(th, p, columns())
	p.chooser = table.NewChooser(p.table, action.Live)
	return p
}

// SetTheme changes the looks.
func (p *Pane) SetTheme(th *theme.Theme) {
	p.th = th
	p.table.SetTheme(th)
}

// SetSize sets the room in cells.
func (p *Pane) SetSize(w, h int) {
	p.w, p.h = max(0, w), max(0, h)
	p.table.SetSize(p.w, p.h)
}

// SetNow sets the present moment; it lets the order go on when the hold is over, and looks again at
// the calls whose clocks the filter asks about.
func (p *Pane) SetNow(now time.Time) {
	leapt := p.now.IsZero() || now.Before(p.now)
	p.now = now
	if !p.holdUntil.IsZero() && !now.Before(p.holdUntil) {
		p.release()
	}
	p.passTime(leapt)
}

// SetData takes the calls of a newer view, at the cost of what changed.
func (p *Pane) SetData(v call.Vec) {
	p.index.set(v)
	p.table.Sync()
	if len(p.open) > 0 {
		for id := range p.open {
			if p.index.by[id] == nil {
				delete(p.open, id)
			}
		}
	}
}

// SetContact sets the name of the contact with a number, "" for none.
func (p *Pane) SetContact(number, name string) {
	if number == "" || p.names[number] == name {
		return
	}
	if name = call.Clean(name); name == "" {
		delete(p.names, number)
	} else {
		p.names[number] = name
	}
	p.index.renamed(number)
	p.table.Sync()
}

// SetHere sets which legs the telephone of this desk is, by their ids: their calls are marked.
func (p *Pane) SetHere(legs map[string]bool) { p.here = legs }

// isHere reports whether the telephone of this desk is in a call.
func (p *Pane) isHere(c *call.Call) bool {
	if len(p.here) == 0 {
		return false
	}
	for i := range min(len(c.People), len(c.Legs)) {
		if p.here[c.People[i].LegID] && c.Legs[i].Status != call.StatusGone {
			return true
		}
	}
	return false
}

// SetColumns shows the columns with these ids, left to right: what a table.ColumnsMsg of this pane
// had; nil shows those of a fresh desk.
func (p *Pane) SetColumns(order []string) { p.table.SetColumns(order) }

// Choosing reports whether the columns are being chosen. The pane's actions are those of
// action.Choose then.
func (p *Pane) Choosing() bool { return p.chooser.Active() }

// Count gives the number of calls shown and of all.
func (p *Pane) Count() (shown, all int) { return p.Len(), len(p.index.by) }

// Selected gives the selected call, nil when none is.
func (p *Pane) Selected() *call.Call { return p.Get(p.table.Selected()) }

// Get gives a call of the pane by its id, nil when it is not there.
func (p *Pane) Get(id string) *call.Call {
	if e := p.index.by[id]; e != nil {
		return e.c
	}
	return nil
}

// InSight gives the ids of the calls in sight, from the top.
func (p *Pane) InSight() []string { return p.table.InSight() }

// Select selects a call, "" for none.
func (p *Pane) Select(id string) { p.table.Select(id) }

// ClickAt selects the row in line y of the pane; it reports whether it was selected before.
func (p *Pane) ClickAt(y int) (again bool) {
	id, ok := p.table.KeyAt(y)
	if !ok {
		return false
	}
	again = id == p.table.Selected()
	p.moved()
	p.table.Select(id)
	return again
}

// Scroll moves what is in sight by n rows.
func (p *Pane) Scroll(n int) {
	p.moved()
	p.table.Scroll(n)
}

// Following reports whether the selected row is kept in sight.
func (p *Pane) Following() bool { return p.table.Following() }

// Held gives how long the order will stand still yet; 0 when it does not.
func (p *Pane) Held() time.Duration {
	if p.holdUntil.IsZero() {
		return 0
	}
	return max(0, p.holdUntil.Sub(p.now))
}

// Status says what a reader of the table must know: that the order is held, the selected row out
// of sight. Empty when there is nothing to say. In a stopped picture nothing is held.
func (p *Pane) Status(stopped bool) []string {
	var out []string
	if h := p.Held(); h > 0 && !stopped {
		out = append(out, fmt.Sprintf("order held %ds", int(math.Ceil(h.Seconds()))))
	}
	if p.Following() {
		out = append(out, "following")
	}
	switch p.table.SelectionSide() {
	case -1:
		out = append(out, "selected "+p.th.Signs.Up)
	case 1:
		out = append(out, "selected "+p.th.Signs.Below)
	}
	return out
}

func (p *Pane) moved() {
	if p.now.IsZero() {
		return
	}
	p.holdUntil = p.now.Add(holdFor)
	p.index.hold()
}

func (p *Pane) release() {
	p.holdUntil = time.Time{}
	p.index.release()
	p.table.Sync()
}

// Do acts.
func (p *Pane) Do(a action.Action) tea.Cmd {
	if p.chooser.Active() {
		return p.chooser.Do(a)
	}
	switch a {
	case action.Columns:
		p.chooser.Open()
	case action.Up, action.Down, action.PageUp, action.PageDown, action.Top, action.Bottom:
		p.moved() // the order waits, before the selection looks for its neighbour
		p.table.Travel(a)
	case action.Unfold, action.Fold:
		return p.fold(a)
	case action.SortLeft, action.SortRight, action.Reverse:
		p.sort(a)
	case action.Follow:
		if p.table.Selected() == "" {
			return refuseNone(a)
		}
		p.table.SetFollow(!p.table.Following())
	case action.Open:
		if p.table.Selected() == "" {
			return refuseNone(a)
		}
		return action.OpenDetail(p.table.Selected())
	case action.YankNumber, action.YankID:
		return p.yank(a)
	}
	return nil
}

func refuseNone(a action.Action) tea.Cmd {
	return action.Refuse(a, "no call is selected: j and k select one")
}

func (p *Pane) fold(a action.Action) tea.Cmd {
	id := p.table.Selected()
	switch {
	case id == "":
		return refuseNone(a)
	case a == action.Unfold:
		p.open[id] = true
	case !p.open[id]:
		return action.Refuse(a, "its legs are not shown: → shows them")
	default:
		delete(p.open, id)
	}
	p.table.Select(id) // the legs are to be in sight, too
	return nil
}

// sort orders the list anew, by another column or the other way round.
func (p *Pane) sort(a action.Action) {
	p.index.sort = p.table.Resort(p.index.sort, a)
	p.holdUntil = time.Time{}
	p.index.rebuild()
	p.table.Sync()
}

// SortedBy says in words what the list is sorted by.
func (p *Pane) SortedBy() string {
	s := heading(p.index.sort.By)
	if p.index.sort.Reverse {
		s += ", reversed"
	}
	return s
}

func (p *Pane) yank(a action.Action) tea.Cmd {
	c := p.Selected()
	switch {
	case c == nil:
		return refuseNone(a)
	case a == action.YankID:
		return action.Yank("id", c.ID)
	case c.Outsider().Number == "":
		return action.Refuse(a, "this call has no number")
	}
	return action.Yank("number", c.Outsider().Number)
}

// View draws exactly h lines of w cells.
func (p *Pane) View() string { return p.chooser.Over(p.rows(), p.w, p.h) }

func (p *Pane) rows() string {
	v := p.table.View()
	if p.Len() > 0 || p.h < 4 {
		return v
	}
	lines := strings.Split(v, "\n")
	say := "no calls"
	if len(p.index.by) > 0 {
		say = fmt.Sprintf("none of %d calls matches %s   Esc clears the filter", len(p.index.by), call.Clean(p.filter.text))
	}
	lines[2] = text.Fit("  "+p.th.Faint.Render(text.Cut(say, p.w-4)), p.w)
	return strings.Join(lines, "\n")
}
