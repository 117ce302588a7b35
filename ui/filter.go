package ui

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/action"
	"ringside/ui/prompt"
	"ringside/ui/text"
)

// askFilter opens the filter of the list that is up. It is a query everywhere: what was asked of one
// list can be asked of another, and one that cannot be read keeps the prompt open.
func (m *Model) askFilter() tea.Cmd {
	m.names = m.candidates()
	cmd := m.askFor(asked{
		about: "filter", query: true, keep: "keep the filter",
		typed: m.setFilter, cancel: m.setFilter,
		accept: func(s string) (tea.Cmd, bool) { return m.setFilter(s), m.wrong() == nil },
	}, prompt.Line{
		Label: "/", Value: m.filter[m.list()],
		Complete: func(s string, at int) []query.Completion { return query.Complete(s, at, m.names) },
	})
	return tea.Batch(cmd, m.askTags())
}

func (m *Model) setFilter(f string) tea.Cmd {
	at := m.list()
	if m.filter[at] == f {
		return nil
	}
	m.filter[at] = f
	var cmd tea.Cmd
	switch at {
	case action.Reports:
		cmd = m.listPane.SetFilter(f)
	case action.Owed:
		m.owedPane.SetFilter(f)
	case action.Agents:
		m.numbers.agents.SetFilter(f)
	case action.Queues:
		m.numbers.queues.SetFilter(f)
	case action.Counted:
		m.numbers.calls.SetFilter(f)
		cmd = m.askNoted()
	default:
		m.callsPane.SetFilter(f)
		cmd = m.askNoted()
	}
	return tea.Batch(cmd, m.refresh())
}

// wrong tells what is wrong with the query that is being typed, nil when nothing is.
func (m *Model) wrong() *query.Error {
	q, wrong := query.ParseLoose(m.prompt.Value(), query.Options{Now: m.now, Region: m.opts.Region})
	if wrong == nil {
		wrong = m.unkept(q)
	}
	return wrong
}

// underPrompt draws what belongs to the query that is being typed: what is wrong with it, and how it
// may go on. Both together take two lines at most. The palette lists what can be called.
func (m *Model) underPrompt(w int) []string {
	if !m.promptInTabs() || !m.asked.query && !m.asked.offers {
		return nil
	}
	if m.asked.offers {
		return m.prompt.List(w, min(12, m.desk.Main.H-2))
	}
	var lines []string
	if m.asked.query {
		lines = m.wrongLines(w)
	}
	offers := m.prompt.Offers(w - 2)
	if offers == "" {
		return lines
	}
	start, _ := m.promptAt()
	left := max(1, min(start, w-1-text.Width(offers)))
	return append(lines[:min(1, len(lines))], text.Fit(text.Spaces(left)+offers, w))
}

// wrongLines draws what is wrong with the query that is being typed: a mark under the place with the
// message beside it, and below it what was expected where that finds no room; nil when nothing is.
func (m *Model) wrongLines(w int) []string {
	wrong := m.wrong()
	if wrong == nil {
		return nil
	}
	start, pw := m.promptAt()
	at := start + m.prompt.Column(pw, wrong.Col)
	marks := strings.Repeat("^", max(1, m.prompt.Column(pw, wrong.Col+wrong.Len)-m.prompt.Column(pw, wrong.Col)))
	msg, want := call.Clean(wrong.Msg), call.Clean(wrong.Want)
	left, right := at-2, w-at-len(marks)-2
	whole := text.Join("; ", msg, want)
	if text.Width(whole) <= max(left, right) {
		msg, want = whole, ""
	}
	var out []string
	if text.Width(msg) <= right || right >= left {
		out = []string{text.Fit(text.Spaces(at)+m.th.Bad.Render(marks+" "+text.Cut(msg, right)), w)}
	} else {
		msg = text.Cut(msg, left)
		out = []string{text.Fit(text.Spaces(at-1-text.Width(msg))+m.th.Bad.Render(msg+" "+marks), w)}
	}
	if want != "" {
		out = append(out, m.th.Faint.Render(text.Right(text.Cut(want, w-2)+" ", w)))
	}
	return out
}

// maxNames bounds the names of a kind that a filter is completed to: every letter goes through them.
const maxNames = 200

// tally counts names.
type tally map[string]int

func (t tally) add(names ...string) {
	for _, n := range names {
		if n != "" {
			t[n]++
		}
	}
}

// names gives the names, the most frequent first.
func (t tally) names() []string {
	out := slices.SortedFunc(maps.Keys(t), func(a, b string) int { return cmp.Or(t[b]-t[a], strings.Compare(a, b)) })
	return out[:min(len(out), maxNames)]
}

// candidates gives the names that occur in the calls of this run and in the rows of the past that
// are in sight. It goes through all of them, so it is asked once for a filter and not at every letter.
func (m *Model) candidates() query.Candidates {
	queues, agents, paths, tags := tally{}, tally{}, tally{}, tally{}
	note := func(queue string, path []string, answered []call.Answer, rung []call.Ring) {
		queues.add(queue)
		paths.add(path...)
		for i := range answered {
			agents.add(answered[i].Name)
		}
		for i := range rung {
			agents.add(rung[i].Name)
		}
	}
	for _, known := range [...]map[string]*call.Call{m.track.up, m.track.over} {
		for _, c := range known {
			note(c.Queue, c.Path, c.Answered, c.Rung)
		}
	}
	for _, id := range m.listPane.InSight() {
		if r := m.listPane.Get(id); r != nil {
			note(r.Queue, r.Path, r.Answered, r.Rung)
			tags.add(r.Tags...)
		}
	}
	return query.Candidates{Queues: queues.names(), Agents: agents.names(), Paths: paths.names(), Tags: tags.names()}
}

// tagsMsg brings the tags that were given last.
type tagsMsg struct{ items []archive.Item }

// askTags asks which tags there are, for the filter that is being typed. Where that cannot be told,
// those in sight are enough.
func (m *Model) askTags() tea.Cmd {
	p, ctx := m.opts.Ports.Past, m.ctx
	if p == nil {
		return nil
	}
	return func() tea.Msg {
		items, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Tag})
		if err != nil {
			return nil
		}
		return tagsMsg{items}
	}
}

func (m *Model) onTags(msg tagsMsg) {
	tags := tally{}
	tags.add(m.names.Tags...)
	for _, i := range msg.items {
		tags.add(i.Text)
	}
	m.names.Tags = tags.names()
}
