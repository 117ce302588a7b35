package ui

import (
	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/query"
	"ringside/ui/action"
)

// noting is what the Model knows of tags and notes, for filters of calls that do not come out of the
// archive.
type noting struct {
	ask
	all    *archive.Noted
	spoken bool // a filter of the sentences is on
}

// notedMsg brings the tags and notes there are.
type notedMsg struct {
	gen uint64
	all *archive.Noted
	err error
}

// askNoted asks for the tags and notes that filters look in. Without a filter nobody needs them.
func (m *Model) askNoted() tea.Cmd {
	p, k := m.opts.Ports.Past, &m.noted
	if p == nil || m.filter[action.Live]+m.filter[action.Counted] == "" && !k.spoken || m.now.IsZero() {
		return nil
	}
	k.stale = k.stale || m.now.Sub(k.at) >= archive.NotedStands
	if !k.due(m.now) {
		return nil
	}
	ctx, gen := k.begin(m.ctx, m.now)
	region := m.opts.Region
	return func() tea.Msg {
		all, err := archive.ReadNoted(ctx, p, region)
		return notedMsg{gen, all, err}
	}
}

// onNoted hands the tags and notes to the filters. Without an answer those known before stand, and are
// asked for again.
func (m *Model) onNoted(msg notedMsg) {
	switch {
	case !m.noted.took(msg.gen):
	case msg.err != nil:
		m.noted.stale = true
	default:
		m.noted.all = msg.all
		m.callsPane.SetNoted(msg.all)
		m.numbers.calls.SetNoted(msg.all)
		m.arrange()
	}
}

// unkept says that a query asks for tags or notes where none are kept; nil when it does not.
func (m *Model) unkept(q query.Query) *query.Error {
	if _, names := q.Noted(); !names || m.opts.Ports.Past != nil {
		return nil
	}
	return &query.Error{
		Text: q.Text, Len: max(1, len([]rune(q.Text))),
		Msg: "nothing is kept here, and so there are no tags and notes", Want: "tag: and note: ask the archive: leave them out",
	}
}
