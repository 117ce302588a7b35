package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/reports"
	"ringside/ui/text"
)

// owedFor is how far back callers are looked for who are owed a call.
const owedFor = 7 * 24 * time.Hour

// ask is one thing that is asked of the past again and again. A newer question ends the context of
// the one before; a late answer is told by its generation.
type ask struct {
	gen    uint64
	cancel context.CancelFunc
	busy   bool
	stale  bool      // something was kept since it was asked
	at     time.Time // when it was asked last
}

// begin begins a question.
func (a *ask) begin(base context.Context, now time.Time) (ctx context.Context, gen uint64) {
	a.end()
	ctx, a.cancel = context.WithCancel(base)
	a.busy, a.stale, a.at = true, false, now
	return ctx, a.gen
}

// end gives up what is under way.
func (a *ask) end() {
	if a.cancel != nil {
		a.cancel()
	}
	a.gen++
	a.busy = false
}

// took reports whether an answer is that of the question under way.
func (a *ask) took(gen uint64) bool {
	if gen != a.gen || !a.busy {
		return false
	}
	a.busy = false
	a.cancel()
	return true
}

// due reports whether it is time to ask again: at most once a tick.
func (a *ask) due(now time.Time) bool {
	return a.stale && !a.busy && (a.at.IsZero() || now.After(a.at))
}

// past is what the Model knows of the past beside the lists.
type past struct {
	state PastMsg
	debts ask
	day   time.Time // that is today's, at its midnight
}

// debtsMsg is an answer of the archive.
type debtsMsg struct {
	gen   uint64
	debts []archive.Debt
	err   error
}

// begin asks what the screen begins with. The clock must be set.
func (m *Model) begin() tea.Cmd {
	m.placeDay()
	m.numbers.load.stale, m.past.debts.stale = true, true
	if m.opts.Ports.Past == nil {
		m.owedPane.SetWhy("nothing is kept here, so nobody knows who is owed a call")
	}
	return tea.Batch(m.listPane.Ask(), m.look())
}

// onKept has everything look again that is made of what is kept.
func (m *Model) onKept(ids []string) tea.Cmd {
	m.noteKept(ids)
	m.past.debts.stale, m.known.stale = true, true
	m.listPane.Kept()
	return m.look()
}

// look asks again for what is stale, where it is in sight or in the header. Every tick and every
// notice of something kept comes here; none of the questions is asked twice in one tick.
func (m *Model) look() tea.Cmd {
	if m.now.IsZero() {
		return nil
	}
	var cmds []tea.Cmd
	if m.list() == action.Reports {
		cmds = append(cmds, m.listPane.Refresh())
	}
	if m.opts.Ports.Past == nil {
		return tea.Batch(cmds...)
	}
	if day := m.midnight(); !day.Equal(m.past.day) {
		m.past.day, m.numbers.load.stale = day, true
	}
	cmds = append(cmds, m.askDay(), m.askNoted())
	if m.list() == action.Owed && m.past.debts.due(m.now) {
		cmds = append(cmds, m.askDebts())
	}
	return tea.Batch(cmds...)
}

func (m *Model) askDebts() tea.Cmd {
	ctx, gen := m.past.debts.begin(m.ctx, m.now)
	since, p := m.now.Add(-owedFor), m.opts.Ports.Past
	return func() tea.Msg {
		d, err := p.Owed(ctx, since)
		return debtsMsg{gen, d, err}
	}
}

func (m *Model) onDebts(msg debtsMsg) tea.Cmd {
	switch {
	case !m.past.debts.took(msg.gen):
		return nil
	case msg.err != nil:
		m.past.debts.stale = true
		what, hint := reports.Trouble(msg.err)
		m.owedPane.SetWhy(what + ": " + hint)
		return nil
	}
	m.owedPane.SetData(msg.debts)
	return m.refresh()
}

// askOwedNames has looked up who the owed callers in sight are.
func (m *Model) askOwedNames() tea.Cmd {
	if m.under() != action.Owed {
		return nil
	}
	var cmds []tea.Cmd
	for _, key := range m.owedPane.InSight() {
		if _, known := m.contacts.get(m.contactKey(key)); !known {
			cmds = append(cmds, m.ask(call.Party{Number: key}))
		}
	}
	return tea.Batch(cmds...)
}

// tellOwedLive tells the list of owed callers who of them is on the line now.
func (m *Model) tellOwedLive() {
	if m.list() != action.Owed {
		return
	}
	up := make(map[string]*call.Call, len(m.track.up))
	for _, c := range m.track.up {
		if !c.Live() {
			continue
		}
		for _, key := range m.numberKeys(c.Outsider().Number) {
			up[key] = c
		}
	}
	m.owedPane.SetLive(up)
}

// onPast takes how the keeping fares.
func (m *Model) onPast(msg PastMsg) {
	msg.Trouble, msg.Hint = call.Clean(msg.Trouble), call.Clean(msg.Hint)
	if m.past.state.Trouble != "" && msg.Trouble == "" {
		m.say(NoticeMsg{Level: Good, Text: "calls are kept again"})
	}
	m.past.state = msg
	m.onFetched(msg)
	m.arrange()
}

// fetched says how far the fetching of the past has come: "today 120/431 ▓▓░░"; "" when none is on.
func (m *Model) fetched() string {
	p := m.past.state
	if p.Day.IsZero() {
		return ""
	}
	day := p.Day.In(m.now.Location()).Format("Jan _2")
	if p.Day.Equal(midnight(m.now)) {
		day = "today"
	}
	s := fmt.Sprintf("%s %s/%s ", day, reports.Thousands(p.Done), reports.Thousands(p.All))
	const cells = 8
	full := 0
	if p.All > 0 {
		full = max(0, min(cells, p.Done*cells/p.All))
	}
	for i := range cells {
		if i < full {
			s += m.th.Signs.Full
		} else {
			s += m.th.Signs.Empty
		}
	}
	switch p.DaysLeft {
	case 0:
	case 1:
		s += " 1 day more"
	default:
		s += fmt.Sprintf(" %s days more", reports.Thousands(p.DaysLeft))
	}
	return s
}

// pastTrouble says that the past could not be read or written, unless the question was given up.
func (m *Model) pastTrouble(doing string, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	_, hint := reports.Trouble(err)
	m.say(NoticeMsg{Level: Bad, Text: text.Join(": ", doing, err.Error()), Hint: hint})
}

func midnight(now time.Time) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
}
