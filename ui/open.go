package ui

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/reports"
)

// maxJourney bounds the conversations that are joined into one journey.
const maxJourney = 12

// opening is the call that is, or is about to be, read in full.
type opening struct {
	ask     ask
	wanted  string // id of a call that is shown as soon as the archive has given it
	journey ask
	joined  []*call.Call // the other conversations of the journey of the call that is shown
	links   int          // how many it named when they were asked for

	noted string         // id of the call whose notes are on its page
	items []archive.Item // these
}

// sameItems reports whether two lists are one and the same.
func sameItems(a, b []archive.Item) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// entryMsg and journeyMsg are answers of the archive.
type (
	entryMsg struct {
		gen   uint64
		id    string
		entry archive.Entry
		err   error
	}
	journeyMsg struct {
		gen   uint64
		id    string
		calls []*call.Call
	}
)

// callOf gives a call by its id: of this run, else of its report, else of the archive; nil when it
// is not at hand.
func (m *Model) callOf(id string) *call.Call {
	if c := m.track.get(id); c != nil {
		return c
	}
	if r, ok := m.reported.get(id); ok && r.Call != nil {
		return m.faceless(r.Call)
	}
	if e, ok := m.entries.get(id); ok {
		return e.Call
	}
	return nil
}

// reportOf gives the report of a call, nil when it is not at hand.
func (m *Model) reportOf(id string) *call.Report {
	if r, ok := m.reported.get(id); ok {
		return m.facelessReport(r)
	}
	e, _ := m.entries.get(id)
	return e.Report
}

// openDetail opens a call in full: at once when it is at hand, else as soon as the archive has given
// it. Its report is asked for when it is over.
func (m *Model) openDetail(id string) tea.Cmd {
	c := m.callOf(id)
	switch {
	case c == nil && m.opts.Ports.Past == nil:
		m.say(NoticeMsg{Level: Info, Text: "this call is no longer known"})
		return nil
	case c == nil:
		m.open.wanted = id
		return m.load(id)
	}
	m.helping, m.pair = false, nil
	m.show(id)
	cmds := []tea.Cmd{m.load(id), m.refresh()}
	if m.opts.Ports.Past == nil {
		cmds = append(cmds, m.fetch(c))
	}
	return tea.Batch(cmds...)
}

// show brings a call that is at hand up in full.
func (m *Model) show(id string) {
	if m.detail != id {
		m.open.journey.end()
		m.open.joined, m.open.links = nil, 0
	}
	m.detail, m.open.wanted = id, ""
	m.detailPane.SetSearch("")
}

// load asks the archive for all it has of a call.
func (m *Model) load(id string) tea.Cmd {
	p := m.opts.Ports.Past
	if p == nil {
		return nil
	}
	ctx, gen := m.open.ask.begin(m.ctx, m.now)
	caller := ""
	if c := m.callOf(id); c != nil {
		caller = c.Outsider().Number
	}
	return func() tea.Msg {
		e, err := p.Get(ctx, id)
		if errors.Is(err, archive.ErrNone) { // it is up, or not kept yet: what was noted of it is there all the same
			e.Items, err = itemsOf(ctx, p, id, caller)
			err = errors.Join(archive.ErrNone, err)
		}
		return entryMsg{gen, id, e, err}
	}
}

func itemsOf(ctx context.Context, p Past, id, caller string) ([]archive.Item, error) {
	items, err := p.Items(ctx, archive.ItemQuery{Call: id})
	if err != nil || caller == "" {
		return items, err
	}
	more, err := p.Items(ctx, archive.ItemQuery{Caller: caller})
	for _, i := range more {
		if i.Call == "" {
			items = append(items, i)
		}
	}
	return items, err
}

func (m *Model) onEntry(msg entryMsg) tea.Cmd {
	if !m.open.ask.took(msg.gen) {
		return nil
	}
	wanted := m.open.wanted == msg.id
	none := errors.Is(msg.err, archive.ErrNone)
	switch {
	case msg.err != nil && !none:
		m.open.wanted = ""
		m.pastTrouble("opening the call", msg.err)
	case none && wanted && m.callOf(msg.id) == nil:
		m.open.wanted = ""
		m.say(NoticeMsg{Level: Info, Text: "this call is no longer kept"})
		return nil
	default:
		m.entries.put(msg.id, msg.entry)
	}
	if wanted && m.callOf(msg.id) != nil {
		m.helping, m.pair = false, nil
		m.show(msg.id)
	}
	var cmds []tea.Cmd
	if c := m.callOf(msg.id); c != nil && m.detail == msg.id && m.reportOf(msg.id) == nil {
		cmds = append(cmds, m.fetch(c))
	}
	return tea.Batch(append(cmds, m.refresh())...)
}

// setDetail brings what is known of a call into its page, and asks for what hangs together with it.
func (m *Model) setDetail(c *call.Call) tea.Cmd {
	e, _ := m.entries.get(c.ID)
	m.detailPane.SetData(c, m.reportOf(c.ID), m.results(c))
	m.detailPane.SetWhy(m.failed[c.ID])
	if c.ID != m.open.noted || !sameItems(e.Items, m.open.items) {
		m.open.noted, m.open.items = c.ID, e.Items
		m.detailPane.SetItems(e.Items)
	}
	m.detailPane.SetJourney(append([]*call.Call{c}, m.open.joined...))
	if len(c.Associated) == m.open.links {
		return nil
	}
	m.open.links = len(c.Associated)
	return m.askJourney(c)
}

// askJourney gathers the conversations that belong to the same journey: those of this run at once,
// the others from the archive.
func (m *Model) askJourney(c *call.Call) tea.Cmd {
	known := map[string]*call.Call{c.ID: c}
	todo, missing := c.Associated, []string(nil)
	for len(todo) > 0 && len(known)+len(missing) < maxJourney {
		id := todo[0]
		todo = todo[1:]
		if known[id] != nil {
			continue
		}
		if o := m.callOf(id); o != nil {
			known[id] = o
			todo = append(todo[:len(todo):len(todo)], o.Associated...)
			continue
		}
		missing = append(missing, id)
	}
	m.open.joined = others(known, c.ID)
	p := m.opts.Ports.Past
	if p == nil || len(missing) == 0 {
		return nil
	}
	ctx, gen := m.open.journey.begin(m.ctx, m.now)
	return func() tea.Msg {
		for len(missing) > 0 && len(known) < maxJourney {
			id := missing[0]
			missing = missing[1:]
			if known[id] != nil {
				continue
			}
			e, err := p.Get(ctx, id)
			if err != nil || e.Call == nil {
				continue // a journey with a hole is still worth telling; the page names what is missing
			}
			known[id] = e.Call
			missing = append(missing, e.Call.Associated...)
		}
		return journeyMsg{gen, c.ID, others(known, c.ID)}
	}
}

// others gives the calls but one, in the order in which they began.
func others(known map[string]*call.Call, but string) []*call.Call {
	var out []*call.Call
	for id, c := range known {
		if id != but {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *call.Call) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return out
}

func (m *Model) onJourney(msg journeyMsg) tea.Cmd {
	if !m.open.journey.took(msg.gen) || m.detail != msg.id {
		return nil
	}
	m.open.joined = msg.calls
	return m.refresh()
}

func (m *Model) onReport(msg ReportMsg) tea.Cmd {
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
	return m.refresh()
}

// saidMsg is what was said in a recording.
type saidMsg struct {
	id   string
	said []call.Utterance
	err  error
}

// askSaid asks what was said in a recording.
func (m *Model) askSaid(id string) tea.Cmd {
	ask, ctx := m.opts.Ports.Transcript, m.ctx
	if ask == nil {
		m.detailPane.SetTranscript(id, nil, errors.New("transcripts cannot be fetched here"))
		return nil
	}
	return func() tea.Msg {
		said, err := ask(ctx, id)
		return saidMsg{id, said, err}
	}
}

// fetch asks for the report of a call that is over.
func (m *Model) fetch(c *call.Call) tea.Cmd {
	if m.reportOf(c.ID) != nil || c.Live() || m.fetching[c.ID] || m.opts.Ports.FetchReport == nil {
		return nil
	}
	m.fetching[c.ID] = true
	m.listPane.SetReport(c.ID, reports.Fetching)
	fetch, id := m.opts.Ports.FetchReport, c.ID
	return func() tea.Msg { fetch(id); return nil }
}

// watched asks for the report of the call that somebody watches, as soon as it is over.
func (m *Model) watched() tea.Cmd {
	c := m.track.get(m.detail)
	if m.detail == "" || c == nil || c.Live() || m.failed[c.ID] != "" {
		return nil
	}
	return m.fetch(c)
}

// drawn tells whose report is on the screen for the first time.
func (m *Model) drawn() tea.Cmd {
	tell := m.opts.Ports.Drawn
	if tell == nil {
		return nil
	}
	var ids []string
	note := func(id string) {
		if _, told := m.told.get(id); !told {
			m.told.put(id, true)
			ids = append(ids, id)
		}
	}
	switch m.under() {
	case action.Detail:
		if m.reportOf(m.detail) != nil {
			note(m.detail)
		}
	case action.Reports:
		for _, id := range m.listPane.InSight() {
			if m.listPane.Reported(id) {
				note(id)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return func() tea.Msg {
		for _, id := range ids {
			tell(id)
		}
		return nil
	}
}
