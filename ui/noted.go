package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/ui/action"
)

const (
	maxNoted   = 10_000      // tags, and notes, that a filter knows: the newest
	notedEvery = time.Minute // how often they are read while a filter is on: others may write them too
)

// notedMsg brings the tags and notes there are.
type notedMsg struct {
	gen   uint64
	items []archive.Item
	err   error
}

// askNoted asks for the tags and notes that a filter of the calls that are up looks in. Without a
// filter nobody needs them.
func (m *Model) askNoted() tea.Cmd {
	p, k := m.opts.Ports.Past, &m.noted
	if p == nil || m.filter[action.Live] == "" || m.now.IsZero() {
		return nil
	}
	k.stale = k.stale || m.now.Sub(k.at) >= notedEvery
	if !k.due(m.now) {
		return nil
	}
	ctx, gen := k.begin(m.ctx, m.now)
	return func() tea.Msg {
		items, err := allNoted(ctx, p)
		return notedMsg{gen, items, err}
	}
}

func allNoted(ctx context.Context, p Past) (all []archive.Item, err error) {
	for _, kind := range [...]archive.Kind{archive.Tag, archive.Note} {
		items, err := p.Items(ctx, archive.ItemQuery{Kind: kind, Limit: maxNoted})
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
	}
	return all, nil
}

// onNoted hands the tags and notes to the filter. Without an answer those known before stand, and are asked
// for again.
func (m *Model) onNoted(msg notedMsg) {
	switch {
	case !m.noted.took(msg.gen):
	case msg.err != nil:
		m.noted.stale = true
	default:
		m.callsPane.SetNoted(msg.items)
		m.arrange()
	}
}
