package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	bar "ringside/ui/phone"
	"ringside/ui/pop"
	"ringside/ui/text"
)

// known is what the archive knows of the caller whose card is up.
type known struct {
	ask
	caller string         // pop.Pane.Caller it was asked for, or is being asked for
	items  []archive.Item // as last told
}

// knownMsg is an answer of the archive about a caller.
type knownMsg struct {
	gen   uint64
	rows  []archive.Row
	items []archive.Item
	debt  *archive.Debt
	err   error
}

// maxEarlier is how many earlier calls of a caller are asked for: more than a card has room for.
const maxEarlier = 20

// setCard chooses whose card is shown: the call that somebody talks in here, else one that rings me, else the
// selected one.
func (m *Model) setCard() tea.Cmd {
	c := m.ringing()
	others := max(0, len(m.track.rings)-1)
	if own := m.talking(); own != nil && (c == nil || c.ID != m.cardAt) {
		c, others = own, len(m.track.rings)
		if s := m.selected(); s != nil && others == 0 {
			c = s
		}
	} else if c == nil {
		c = m.selected()
	}
	m.card.SetOthers(others)
	if c == nil || m.presenting() {
		m.card.SetData(nil, lookup.Result{}, nil)
		return nil
	}
	r, ok := m.contacts.get(m.contactKey(c.Outsider().Number))
	m.card.SetData(c, r, m.track.earlier(c))
	cmd := m.askKnown(c)
	if !ok {
		cmd = tea.Batch(cmd, m.ask(c.Outsider()))
	}
	return cmd
}

// askKnown asks the archive about the caller of the card, when it is another one than before or
// something was kept since.
func (m *Model) askKnown(c *call.Call) tea.Cmd {
	k, num := &m.known, c.Outsider().Number
	if caller := m.card.Caller(); caller != k.caller {
		k.caller, k.items, k.stale, k.at = caller, nil, true, time.Time{}
		k.end()
	}
	if m.opts.Ports.Past == nil || num == "" || m.now.IsZero() || !k.due(m.now) {
		return nil
	}
	ctx, gen := k.begin(m.ctx, m.now)
	p, since, keys := m.opts.Ports.Past, m.now.Add(-owedFor), m.numberKeys(num)
	return func() tea.Msg {
		msg := knownMsg{gen: gen}
		msg.rows, msg.items, msg.debt, msg.err = ofCaller(ctx, p, num, keys, since)
		return msg
	}
}

// ofCaller reads what the archive has of a number: its calls, the notes, and whether it is owed one.
func ofCaller(ctx context.Context, p Past, num string, keys []string, since time.Time) ([]archive.Row, []archive.Item, *archive.Debt, error) {
	page, err := p.Find(ctx, archive.Search{Caller: num, Limit: maxEarlier})
	if err != nil {
		return nil, nil, nil, err
	}
	items, err := p.Items(ctx, archive.ItemQuery{Caller: num})
	if err != nil {
		return page.Rows, nil, nil, err
	}
	debts, err := p.Owed(ctx, since)
	i := slices.IndexFunc(debts, func(d archive.Debt) bool { return slices.Contains(keys, d.Key) })
	if err != nil || i < 0 {
		return page.Rows, items, nil, err
	}
	return page.Rows, items, &debts[i], nil
}

// onKnown puts on the card what the archive knows. Without an answer the card shows the calls of
// this run, and asks again.
func (m *Model) onKnown(msg knownMsg) {
	k := &m.known
	switch {
	case !k.took(msg.gen):
	case msg.err != nil:
		k.stale = true
	default:
		k.items = msg.items
		m.card.SetHistory(msg.rows)
		m.card.SetItems(msg.items)
		m.card.SetDebt(msg.debt)
		m.arrange()
	}
}

// decide keeps which of several contacts a caller is.
func (m *Model) decide(msg pop.DecideMsg) tea.Cmd {
	if m.opts.Ports.Past == nil {
		return action.Refuse(action.PickContact, "nothing is kept here, so the choice cannot be")
	}
	item := msg.Item
	item.By = m.opts.User
	c := change{what: "who " + text.Number(item.Caller) + " is", said: "chosen", put: archive.Batch{Items: []archive.Item{item}}}
	for _, was := range m.known.items {
		if was.Key() == item.Key() { // taking it back brings the earlier choice
			c.back.Items = []archive.Item{was}
			p, ctx := m.opts.Ports.Past, m.ctx
			return func() tea.Msg { return changedMsg{c, p.Put(ctx, c.put)} }
		}
	}
	return m.change(c)
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

// talking gives the call of the board that the telephone of this desk talks in; nil when there is none, or
// the board has not seen it yet.
func (m *Model) talking() *call.Call {
	c, ok := bar.Focused(m.phoned.view)
	if other, two := bar.Other(m.phoned.view); two && bar.Consults(c, other) {
		c = other // somebody is asked about the caller, who stays in sight
	}
	if !ok || c.LegID == "" || c.Incoming && c.State == phone.Ringing {
		return nil
	}
	return m.track.up[m.track.mine[c.LegID]]
}
