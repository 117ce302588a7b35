package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/reports"
	"ringside/ui/status"
	"ringside/ui/theme"
)

// Update takes a message. Each class has a method of its own.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case ViewMsg:
		cmd = m.onView(msg.View)
	case TickMsg:
		m.onTick(msg.Now)
	case LinkMsg:
		m.header.SetLink(msg.Link)
		m.arrange()
	case ContactMsg:
		m.onContact(msg.Result)
	case ReportMsg:
		m.onReport(msg)
	case NoticeMsg:
		m.say(msg)
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		m.arrange()
	case tea.BackgroundColorMsg:
		m.onBackground(msg)
	case tea.KeyPressMsg:
		cmd = m.onKey(msg)
	case tea.PasteMsg:
		cmd = m.onPaste(msg)
	case tea.MouseClickMsg:
		cmd = m.onClick(msg)
	case tea.MouseWheelMsg:
		m.onWheel(msg)
	case action.Refused:
		m.say(NoticeMsg{Level: Info, Text: msg.Why})
	case action.OpenCall:
		cmd = m.openDetail(msg.ID)
	case action.Copy:
		m.say(NoticeMsg{Level: Good, Text: msg.What + " copied: " + call.Clean(msg.Text)})
		cmd = tea.SetClipboard(msg.Text)
	default:
		return m, nil // nothing of ours: the picture stays
	}
	m.dirty = true
	return m, tea.Batch(cmd, m.tellShown())
}

func (m *Model) onView(v *call.View) tea.Cmd {
	if v == nil {
		return nil
	}
	if m.now.IsZero() {
		m.setNow(v.At)
	}
	m.view = v
	m.track.set(v)
	m.header.SetData(v.Counts, v.Health)
	m.listPane.SetData(v.Done)
	if m.paused.IsZero() {
		m.showView()
	}
	return m.refresh()
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
	if m.detail != "" {
		if c := m.track.get(m.detail); c != nil {
			m.setDetail(c)
		}
	}
	cmd := m.setCard()
	m.arrange()
	return cmd
}

func (m *Model) setDetail(c *call.Call) {
	rep, _ := m.reported.get(c.ID)
	m.detailPane.SetData(c, rep, m.results(c))
	m.detailPane.SetWhy(m.failed[c.ID])
}

// results gives what is known of the outside party.
func (m *Model) results(c *call.Call) []lookup.Result {
	if r, ok := m.contacts.get(m.contactKey(c.Outsider().Number)); ok {
		return []lookup.Result{r}
	}
	return nil
}

// setCard chooses whose card is shown: a call that rings me, else the selected one.
func (m *Model) setCard() tea.Cmd {
	c := m.ringing()
	others := 0
	if c != nil {
		others = len(m.track.rings) - 1
	} else {
		c = m.selected()
	}
	m.card.SetOthers(others)
	if c == nil {
		m.card.SetData(nil, lookup.Result{}, nil)
		return nil
	}
	r, ok := m.contacts.get(m.contactKey(c.Outsider().Number))
	m.card.SetData(c, r, m.track.earlier(c))
	if !ok {
		return m.ask(c.Outsider())
	}
	return nil
}

// ringing gives the call whose card is up: the chosen one, else the one that has rung longest.
func (m *Model) ringing() *call.Call {
	for _, c := range m.track.rings {
		if c.ID == m.cardAt {
			return c
		}
	}
	if len(m.track.rings) == 0 {
		return nil
	}
	return m.track.rings[0]
}

func (m *Model) selected() *call.Call {
	if m.detail != "" {
		return m.track.get(m.detail)
	}
	if tabs()[m.tab].place == action.Reports {
		return m.listPane.Selected()
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
	if m.opts.Ports.Want == nil || key == "" || m.asked[key] {
		return nil
	}
	if len(m.asked) >= maxContacts {
		clear(m.asked)
	}
	m.asked[key] = true
	want := m.opts.Ports.Want
	return func() tea.Msg { want(p); return nil }
}

// contactKey gives the key of a number however it is spelt, "" without one.
func (m *Model) contactKey(raw string) string { return keyOf(number.Parse(raw, m.opts.Region)) }

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
	m.asked[key] = true
	name := ""
	if len(r.Contacts) == 1 { // of several, none is more than a guess
		name = r.Contacts[0].Name
	}
	m.callsPane.SetContact(r.Number.Raw, name)
	m.refresh()
}

func (m *Model) onReport(msg ReportMsg) {
	delete(m.fetching, msg.ID)
	switch {
	case msg.Err != nil:
		m.failed[msg.ID] = call.Clean(msg.Err.Error())
		m.listPane.SetReport(msg.ID, reports.Failed)
	case msg.Report != nil:
		delete(m.failed, msg.ID)
		m.reported.put(msg.ID, msg.Report)
		m.listPane.SetReport(msg.ID, reports.Fetched)
	}
	if len(m.failed) > maxReports {
		clear(m.failed)
	}
	m.refresh()
}

// openDetail opens a call in full and asks for its report when it is over.
func (m *Model) openDetail(id string) tea.Cmd {
	c := m.track.get(id)
	if c == nil {
		m.say(NoticeMsg{Level: Info, Text: "this call is no longer known"})
		return nil
	}
	m.detail, m.helping = id, false
	m.setDetail(c)
	return tea.Batch(m.fetch(c), m.refresh())
}

func (m *Model) fetch(c *call.Call) tea.Cmd {
	if _, ok := m.reported.get(c.ID); ok || c.Live() || m.fetching[c.ID] || m.opts.Ports.FetchReport == nil {
		return nil
	}
	m.fetching[c.ID] = true
	m.listPane.SetReport(c.ID, reports.Fetching)
	fetch, id := m.opts.Ports.FetchReport, c.ID
	return func() tea.Msg { fetch(id); return nil }
}

func (m *Model) onTick(now time.Time) {
	m.setNow(now)
	if !m.noticeUntil.IsZero() && !now.Before(m.noticeUntil) {
		m.noticeUntil = time.Time{}
		m.arrange()
	}
}

func (m *Model) setNow(now time.Time) {
	m.now = now
	m.header.SetNow(now)
	m.listPane.SetNow(now)
	m.detailPane.SetNow(now)
	m.card.SetNow(now)
	if m.paused.IsZero() { // a stopped picture shows the moment it was stopped
		m.callsPane.SetNow(now)
	}
}

// say shows a notice; a grave one stays longer.
func (m *Model) say(n NoticeMsg) {
	n.Text, n.Hint = call.Clean(n.Text), call.Clean(n.Hint)
	stay := 4 * time.Second
	switch n.Level {
	case Warn:
		stay = 10 * time.Second
	case Bad:
		stay = 30 * time.Second
	}
	m.notice, m.noticeUntil = n, m.now.Add(stay)
	m.arrange()
}

// noticeLines gives what stands above the footer: a notice, else why the link is down.
func (m *Model) noticeLines() []NoticeMsg {
	n := m.notice
	if m.noticeUntil.IsZero() {
		l := m.header.Link()
		if l.State == status.Live || l.Why == "" {
			return nil
		}
		n = NoticeMsg{Warn, call.Clean(l.Why), call.Clean(l.Hint)}
		if l.State == status.Down {
			n.Level = Bad
		}
	}
	if n.Hint == "" {
		return []NoticeMsg{n}
	}
	return []NoticeMsg{{n.Level, n.Text, ""}, {Info, "", n.Hint}}
}

func (m *Model) onBackground(msg tea.BackgroundColorMsg) {
	if (m.opts.Theme == "" || m.opts.Theme == "auto") && !msg.IsDark() {
		m.setTheme(theme.Light())
	}
}
