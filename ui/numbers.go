package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/agents"
	"ringside/ui/figures"
	"ringside/ui/queues"
	"ringside/ui/status"
	"ringside/ui/theme"
	"ringside/ui/today"
)

// Floor are the thresholds of the boards of agents and queues and of the page of today; 0 is never.
type Floor struct {
	QueueAmber, QueueRed int // callers waiting in a queue
	RingAmber, RingRed   time.Duration
}

// numbers is what the Model knows of the day: the fold, and the panes that show it.
type numbers struct {
	fold   *stats.Fold
	agents *agents.Pane
	queues *queues.Pane
	today  *today.Pane
	calls  *figures.Calls
	behind bool // the calls of a number are up
	drawn  time.Time
	count  uint64 // changes of the fold when the calls behind a number were shown last

	load  ask                 // today's calls, all of them
	fresh ask                 // those that were kept since
	kept  map[string]struct{} // ids of those
	begun bool                // today's calls have been read once
	since time.Time           // the first view
}

// dayMsg brings finished calls of today out of the archive.
type dayMsg struct {
	gen   uint64
	whole bool // all there are
	calls []stats.Past
	err   error
}

func newNumbers(th *theme.Theme, o *Options, display func(string) string) numbers {
	fold := stats.New(o.Numbers)
	so := fold.Options()
	n := numbers{
		fold: fold, kept: map[string]struct{}{},
		agents: agents.New(th, agents.Limits{TalkRed: o.Limits.TalkRed, RingAmber: o.Floor.RingAmber, RingRed: o.Floor.RingRed}, display),
		queues: queues.New(th, queues.Limits{
			WaitAmber: o.Limits.WaitAmber, WaitRed: o.Limits.WaitRed, QueueAmber: o.Floor.QueueAmber, QueueRed: o.Floor.QueueRed,
			Target: so.Target, Amber: so.Amber,
		}, display),
		today: today.New(th, today.Limits{
			WaitAmber: o.Limits.WaitAmber, WaitRed: o.Limits.WaitRed, QueueAmber: o.Floor.QueueAmber, QueueRed: o.Floor.QueueRed,
			Target: so.Target, Amber: so.Amber,
		}),
		calls: figures.NewCalls(th, display),
	}
	n.agents.SetRegion(o.Region)
	n.queues.SetRegion(o.Region)
	n.calls.SetRegion(o.Region)
	people := o.Duty.May(duty.People, false) == nil
	n.agents.ShowPeople(people)
	n.calls.ShowPeople(people)
	return n
}

func (n *numbers) setTheme(th *theme.Theme) {
	n.agents.SetTheme(th)
	n.queues.SetTheme(th)
	n.today.SetTheme(th)
	n.calls.SetTheme(th)
}

func (n *numbers) setSize(w, h int) {
	n.agents.SetSize(w, h)
	n.queues.SetSize(w, h)
	n.today.SetSize(w, h)
	n.calls.SetSize(w, h)
}

// figuring is what the panes of numbers have in common.
type figuring interface {
	Do(action.Action) tea.Cmd
	Back() bool
	View() string
	Number() (stats.Number, bool)
}

// numberPane gives the pane of numbers that is up, nil when another is.
func (m *Model) numberPane() figuring {
	switch m.list() {
	case action.Agents:
		return m.numbers.agents
	case action.Queues:
		return m.numbers.queues
	case action.Today:
		return m.numbers.today
	}
	return nil
}

// onNumbers takes a newer view into the numbers, and shows them where they are up: four times a
// second at most.
func (m *Model) onNumbers(v *call.View) {
	if n := &m.numbers; n.since.IsZero() {
		n.since = v.At
		why := "the archive is being read"
		if m.opts.Ports.Past == nil {
			why = "nothing is kept here"
		}
		if !n.begun {
			n.fold.SetSince(v.At, why)
		}
	}
	m.numbers.fold.SetView(v)
	m.board.pane.SetStats(m.numbers.fold)
	m.tellToday()
	if v.At.Sub(m.numbers.drawn) >= 250*time.Millisecond {
		m.showNumbers()
	}
}

// placeDay lets the day be that of the configured time zone, without one that of the clock.
func (m *Model) placeDay() {
	n := &m.numbers
	if m.opts.Numbers.Zone == nil {
		m.opts.Numbers.Zone = m.now.Location()
	}
	n.fold = stats.New(m.opts.Numbers)
	n.agents.SetZone(m.opts.Numbers.Zone)
	n.calls.SetZone(m.opts.Numbers.Zone)
}

// showNumbers brings the numbers into the pane that is up.
func (m *Model) showNumbers() {
	n, f := &m.numbers, m.numbers.fold
	now := m.now
	if m.view != nil && m.view.At.After(now) {
		now = m.view.At
	}
	switch m.list() {
	case action.Agents:
		n.agents.SetData(f.Agents(now), now)
	case action.Queues:
		n.queues.SetData(f.Queues(now), now)
	case action.Today:
		var all []stats.Number
		for _, id := range today.IDs() {
			all = append(all, f.Number(id, stats.Floor(), now))
		}
		n.today.SetData(all, f.Hours(now), f.Options().Zone, now)
	case action.Counted:
		n.calls.SetNow(now)
		if of := n.calls.Of(); n.count != f.Changes() {
			n.calls.SetCalls(f.Number(of.ID, of.Scope, now), f.Behind(of.ID, of.Scope))
			n.count = f.Changes()
		}
	default:
		return
	}
	n.drawn = now
}

// openBehind shows the calls that a number counts.
func (m *Model) openBehind(b figures.Behind) tea.Cmd {
	f, n := m.numbers.fold, b.Number
	entries := f.Behind(n.ID, n.Scope)
	if len(entries) == 0 {
		return action.Refuse(action.Open, "no call is behind this number")
	}
	m.numbers.behind, m.numbers.count = true, f.Changes()
	m.filter[action.Counted] = ""
	m.numbers.calls.SetFilter("")
	m.numbers.calls.SetNow(m.now)
	m.numbers.calls.SetCalls(n, entries)
	m.numbers.calls.Select("")
	return m.refresh()
}

// explain tells what the chosen number means; with none, the keys.
func (m *Model) explain() tea.Cmd {
	if p := m.numberPane(); p != nil {
		if _, ok := p.Number(); ok {
			return tea.Batch(p.Do(action.Explain), m.refresh())
		}
	}
	m.helping = true
	return m.refresh()
}

// tellToday puts the day's figures into the header, where the whole day is known.
func (m *Model) tellToday() {
	if m.opts.Ports.Past == nil || !m.numbers.begun {
		return
	}
	f := m.numbers.fold
	at := func(id stats.ID) int { return int(f.Number(id, stats.Floor(), m.now).Value) }
	t := archive.Totals{Answered: at(stats.Answered), Lost: at(stats.Missed)}
	hour := m.now.In(f.Options().Zone).Hour()
	for h, n := range f.CallsByHour() {
		if h <= hour {
			t.Hours[23-hour+h] = n
		}
	}
	m.header.SetToday(&t)
}

// onLinked tells the numbers whether anything is heard.
func (m *Model) onLinked(l status.Link) {
	switch l.State {
	case status.Live, status.Replay, status.Recovering:
		m.numbers.fold.SetDown(time.Time{})
	default:
		if m.view != nil && !m.numbers.fold.IsDown() {
			m.numbers.fold.SetDown(m.now.Add(-l.Age))
		}
	}
}

// PresenceMsg brings what people say of themselves, by extension, or why that is not known.
type PresenceMsg struct {
	Says map[string]agents.Presence
	Why  string
}

// onPresence shows what people say of themselves. Their notes are not for an audience.
func (m *Model) onPresence(msg PresenceMsg) {
	if m.presenting() {
		for ext, s := range msg.Says {
			s.Note = ""
			msg.Says[ext] = s
		}
	}
	m.numbers.agents.SetPresence(msg.Says, msg.Why)
}

// onFetched tells the numbers how many of today's calls are still to come.
func (m *Model) onFetched(p PastMsg) {
	left := 0
	if !p.Day.IsZero() && !p.Day.Before(m.numbers.fold.Day()) {
		left = p.All - p.Done
	}
	m.numbers.fold.SetUnseen(left, "their reports are being fetched")
}

// maxFresh is how many kept calls are read one by one; of more, the whole day is read again.
const maxFresh = 400

// noteKept remembers which calls to read again.
func (m *Model) noteKept(ids []string) {
	n := &m.numbers
	for _, id := range ids {
		if len(n.kept) > maxFresh {
			n.load.stale = true
			clear(n.kept)
			return
		}
		n.kept[id] = struct{}{}
	}
	n.fresh.stale = n.fresh.stale || len(n.kept) > 0
}

// askDay reads what the numbers lack: all of today's calls at the start, after midnight and when there
// are many, else those that were kept since.
func (m *Model) askDay() tea.Cmd {
	n, p := &m.numbers, m.opts.Ports.Past
	switch {
	case n.load.due(m.now):
		clear(n.kept)
		n.fresh.end()
		n.fresh.stale = false
		ctx, gen := n.load.begin(m.ctx, m.now)
		from := m.midnight()
		return func() tea.Msg {
			calls, err := readDay(ctx, p, from)
			return dayMsg{gen, true, calls, err}
		}
	case n.load.busy || !n.fresh.due(m.now):
		return nil
	}
	ids := make([]string, 0, len(n.kept))
	for id := range n.kept {
		ids = append(ids, id)
	}
	clear(n.kept)
	ctx, gen := n.fresh.begin(m.ctx, m.now)
	return func() tea.Msg {
		var out []stats.Past
		for _, id := range ids {
			e, err := p.Get(ctx, id)
			if errors.Is(err, archive.ErrNone) {
				continue
			}
			if err != nil {
				return dayMsg{gen: gen, err: err}
			}
			out = append(out, stats.Past{Summary: e.Summary, Reported: !e.Reported.IsZero()})
		}
		return dayMsg{gen: gen, calls: out}
	}
}

// midnight gives when today began, in the account's zone.
func (m *Model) midnight() time.Time {
	if m.opts.Numbers.Zone == nil {
		return midnight(m.now)
	}
	return midnight(m.now.In(m.opts.Numbers.Zone))
}

// maxDay bounds the calls of a day.
const maxDay = 100_000

// readDay reads the finished calls that began since a moment.
func readDay(ctx context.Context, p Past, from time.Time) ([]stats.Past, error) {
	var out []stats.Past
	s := archive.Search{Since: from, Ascending: true, Limit: 1000}
	for len(out) < maxDay {
		page, err := p.Find(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("reading today's calls: %w", err)
		}
		for i := range page.Rows {
			out = append(out, stats.Past{Summary: page.Rows[i].Summary, Reported: !page.Rows[i].Reported.IsZero()})
		}
		if !page.After || len(page.Rows) == 0 {
			break
		}
		s.From = page.Rows[len(page.Rows)-1].Cursor
	}
	return out, nil
}

// onDay takes in what was read.
func (m *Model) onDay(msg dayMsg) {
	n := &m.numbers
	a := &n.fresh
	if msg.whole {
		a = &n.load
	}
	switch {
	case !a.took(msg.gen):
		return
	case msg.err != nil:
		n.load.stale = true // asked again with the next tick
		if !n.begun {
			n.fold.SetSince(n.since, msg.err.Error())
		}
		return
	}
	if msg.whole && !n.begun {
		n.begun = true
		n.fold.SetSince(time.Time{}, "")
	}
	if m.opts.Duty.Limited() {
		msg.calls = slices.DeleteFunc(msg.calls, func(p stats.Past) bool { return !m.opts.Duty.SeesSummary(&p.Summary) })
	}
	n.fold.AddPast(m.now, msg.calls)
	m.tellToday()
	m.showNumbers()
}

// numbersAt reports whether a place is one of numbers.
func (m *Model) numbersAt(p action.Place) bool {
	return p == action.Agents || p == action.Queues || p == action.Today || p == action.Counted
}

// clickNumbers selects what was clicked; a second click opens it.
func (m *Model) clickNumbers(x, y int) tea.Cmd {
	n := &m.numbers
	again := false
	switch m.place() {
	case action.Agents:
		key, ok := n.agents.IDAt(y)
		if !ok {
			return nil
		}
		again = n.agents.Selected() == key
		n.agents.Select(key)
	case action.Queues:
		key, ok := n.queues.IDAt(y)
		if !ok {
			return nil
		}
		q := n.queues.Selected()
		again = q != nil && q.Name == key
		n.queues.Select(key)
	case action.Today:
		again = n.today.ClickAt(x, y)
	case action.Counted:
		id, ok := n.calls.IDAt(y)
		if !ok {
			return nil
		}
		again = n.calls.Selected() == id
		n.calls.Select(id)
	}
	if again {
		return tea.Batch(m.paneDo(action.Open), m.refresh())
	}
	return m.refresh()
}

// renewNumbers counts everything anew: for another audience, who may see other names and calls.
func (m *Model) renewNumbers() {
	n := &m.numbers
	m.placeDay()
	n.begun, n.behind = false, false
	n.since, n.load.stale, n.load.at = time.Time{}, true, time.Time{}
	n.calls.SetCalls(stats.Number{}, nil)
}
