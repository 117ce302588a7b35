package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/figures"
	"ringside/ui/owed"
	"ringside/ui/pop"
	"ringside/ui/reports"
	"ringside/ui/table"
)

// Update takes a message. Each class has a method of its own.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case ViewMsg:
		cmd = m.onView(msg.View)
	case TickMsg:
		cmd = m.onTick(msg.Now)
	case LinkMsg:
		m.header.SetLink(msg.Link)
		m.tellWall()
		m.onLinked(msg.Link)
		m.arrange()
	case ContactMsg:
		m.onContact(msg.Result)
	case ReportMsg:
		cmd = m.onReport(msg)
	case KeptMsg:
		cmd = m.onKept(msg.IDs)
	case PastMsg:
		m.onPast(msg)
	case AlarmedMsg:
		m.say(NoticeMsg(msg))
	case NoticeMsg:
		m.say(msg)
	case PhoneMsg:
		cmd = m.onPhone(msg.View)
	case LinkedMsg:
		cmd = m.onTelLink(msg.Number)
	case PopMsg:
		cmd = m.onPop(msg.Trace)
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		m.arrange()
	case tea.BackgroundColorMsg:
		cmd = m.onBackground(msg)
	case tea.KeyPressMsg:
		cmd = m.onKey(msg)
	case tea.PasteMsg:
		cmd = m.onPaste(msg)
	case tea.MouseClickMsg:
		cmd = m.onClick(msg)
	case tea.MouseWheelMsg:
		cmd = m.onWheel(msg)
	default:
		var ours bool
		if cmd, ours = m.onInner(msg); !ours {
			return m, nil // nothing of ours: the picture stays
		}
	}
	m.dirty = true
	m.noteSpot()
	return m, tea.Batch(cmd, m.tellShown(), m.drawn())
}

// onInner takes what panes ask for and what the past has answered. It reports whether the message is
// one of these.
func (m *Model) onInner(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	switch msg := msg.(type) {
	case action.Refused:
		m.say(NoticeMsg{Level: Info, Text: msg.Why})
	case action.OpenCall:
		cmd = m.openDetail(msg.ID)
	case action.Copy:
		cmd = m.onCopy(msg)
	case reports.Answer:
		cmd = m.listPane.Take(msg)
	case reports.Pair:
		cmd = m.openPair(msg)
	case table.ColumnsMsg:
		cmd = m.keepColumns(msg)
	case owed.TakeMsg:
		cmd = m.take(msg.Debt)
	case owed.SettleMsg:
		cmd = m.settle(msg.Debt)
	case PresenceMsg:
		m.onPresence(msg)
	case dayMsg:
		m.onDay(msg)
	case figures.Behind:
		cmd = m.openBehind(msg)
	case debtsMsg:
		cmd = m.onDebts(msg)
	case tagsMsg:
		m.onTags(msg)
	case entryMsg:
		cmd = m.onEntry(msg)
	case journeyMsg:
		cmd = m.onJourney(msg)
	case action.AskTranscript:
		cmd = m.askSaid(msg.ID)
	case saidMsg:
		m.detailPane.SetTranscript(msg.id, msg.said, msg.err)
	case pairMsg:
		cmd = m.onPair(msg)
	case changedMsg:
		cmd = m.onChanged(msg)
	case knownMsg:
		m.onKnown(msg)
	case notedMsg:
		m.onNoted(msg)
	case tracesMsg:
		m.onTraces(msg)
	case phoneDone:
		cmd = m.onPhoneDone(msg)
	case listedMsg:
		m.onListed(msg)
	case pop.DecideMsg:
		cmd = m.decide(msg)
	case savedMsg:
		m.onSaved(msg)
	case runMsg:
		cmd = msg.do()
	case tabledMsg:
		cmd = m.onTabled(msg)
	default:
		return m.onAlarm(msg)
	}
	return cmd, true
}

// keepColumns has the choice of columns remembered.
func (m *Model) keepColumns(msg table.ColumnsMsg) tea.Cmd {
	keep := m.opts.Ports.KeepColumns
	if keep == nil {
		return nil
	}
	return func() tea.Msg { keep(msg.Place, msg.Order); return nil }
}

func (m *Model) onView(v *call.View) tea.Cmd {
	if v == nil {
		return nil
	}
	v = m.through(v)
	var cmd tea.Cmd
	if m.now.IsZero() {
		m.setNow(v.At)
		cmd = m.begin()
	}
	m.view = v
	m.track.set(v)
	m.header.SetData(v.Counts, v.Health)
	m.listPane.SetData(v.Done)
	m.onNumbers(v)
	if m.paused.IsZero() {
		m.showView()
	} else {
		m.steps.add(v)
	}
	if m.opts.Ports.Past == nil && m.list() == action.Reports {
		cmd = tea.Batch(cmd, m.listPane.Refresh())
	}
	return tea.Batch(cmd, m.watched(), m.refresh())
}

// showView brings the newest view into the live table.
func (m *Model) showView() {
	if m.view != nil {
		m.callsPane.SetData(m.view.Live)
		m.behind = m.view.Version
	}
}

// refresh sets what hangs on the calls and on what is selected: card and detail. It gives the
// command that asks for what the card lacks.
func (m *Model) refresh() tea.Cmd {
	var cmd tea.Cmd
	if m.detail != "" {
		if c := m.callOf(m.detail); c != nil {
			cmd = m.setDetail(c)
		}
	}
	cmd = tea.Batch(cmd, m.setCard(), m.askOwedNames())
	m.arrange()
	return cmd
}

// results gives what is known of the outside party.
func (m *Model) results(c *call.Call) []lookup.Result {
	if r, ok := m.contacts.get(m.contactKey(c.Outsider().Number)); ok && !m.presenting() {
		return []lookup.Result{r}
	}
	return nil
}

func (m *Model) selected() *call.Call {
	if m.detail != "" {
		return m.callOf(m.detail)
	}
	switch m.list() {
	case action.Reports:
		if r := m.listPane.Selected(); r != nil {
			return m.callOf(r.ID)
		}
		return nil
	case action.Counted:
		return m.callOf(m.numbers.calls.Selected())
	case action.Owed, action.Alarms, action.Agents, action.Queues, action.Today:
		return nil
	}
	c := m.callsPane.Selected()
	if c == nil {
		return nil
	}
	if newer := m.track.get(c.ID); newer != nil { // the table may be paused, the card is not
		return newer
	}
	return c
}

// ask wants to know who a party is, once.
func (m *Model) ask(p call.Party) tea.Cmd {
	key := m.contactKey(p.Number)
	if m.opts.Ports.Want == nil || key == "" || m.sought[key] {
		return nil
	}
	if len(m.sought) >= maxContacts {
		clear(m.sought)
	}
	m.sought[key] = true
	want := m.opts.Ports.Want
	return func() tea.Msg { want(p); return nil }
}

// contactKey gives the key of a number however it is spelt, "" without one.
func (m *Model) contactKey(raw string) string { return keyOf(number.Parse(raw, m.opts.Region)) }

// numberKeys gives the normal forms that a number may have.
func (m *Model) numberKeys(raw string) []string { return number.Parse(raw, m.opts.Region).Keys() }

func keyOf(n number.Number) string {
	switch {
	case n.E164 != "":
		return n.E164
	case n.Digits != "":
		return n.Digits
	}
	return n.Raw
}

func (m *Model) onContact(r lookup.Result) {
	key := keyOf(r.Number)
	if key == "" {
		return
	}
	m.contacts.put(key, r)
	m.sought[key] = true
	m.nameContact(r)
	m.refresh()
}

func (m *Model) onTick(now time.Time) tea.Cmd {
	first := m.now.IsZero()
	m.setNow(now)
	m.dropNotice()
	m.tellOwedLive()
	m.numbers.fold.Advance(now)
	m.showNumbers()
	if first {
		return m.begin()
	}
	return tea.Batch(m.look(), m.keepSession())
}

func (m *Model) setNow(now time.Time) {
	m.now = now
	m.header.SetNow(now)
	m.tellWall()
	m.tellWallAlarms()
	m.board.pane.SetNow(now)
	m.listPane.SetNow(now)
	m.owedPane.SetNow(now)
	m.alarmsPane.SetNow(now)
	m.detailPane.SetNow(now)
	m.card.SetNow(now)
	m.popped.pane.SetNow(now)
	m.phoned.bar.SetNow(now)
	m.phoned.picker.SetNow(now)
	if m.pair != nil {
		m.pair.pane.SetNow(now)
	}
	if m.paused.IsZero() { // a stopped picture shows the moment it was stopped
		m.callsPane.SetNow(now)
	}
}
