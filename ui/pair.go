package ui

import (
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/ui/compare"
	"ringside/ui/reports"
)

// pairing is two calls side by side.
type pairing struct{ pane *compare.Pane }

// pairMsg is what the archive has of two calls.
type pairMsg struct {
	gen   uint64
	sides [2]compare.Side
	err   error
}

// openPair puts two calls side by side, as soon as both are at hand.
func (m *Model) openPair(p reports.Pair) tea.Cmd {
	var sides [2]compare.Side
	ids := [2]string{p.First, p.Second}
	for i, id := range ids {
		sides[i] = compare.Side{Call: m.callOf(id), Report: m.reportOf(id)}
		if r := m.listPane.Get(id); r != nil {
			sides[i].Tags, sides[i].Notes = slices.Clone(r.Tags), r.Notes
		}
	}
	m.open.wanted = p.Second
	ctx, gen := m.open.ask.begin(m.ctx, m.now)
	from := m.opts.Ports.Past
	return func() tea.Msg {
		msg := pairMsg{gen: gen, sides: sides}
		for i := range msg.sides {
			if msg.err = complete(ctx, from, ids[i], &msg.sides[i]); msg.err != nil {
				break
			}
		}
		return msg
	}
}

// complete fills in from the archive what is not at hand.
func complete(ctx context.Context, p Past, id string, s *compare.Side) error {
	if p != nil {
		e, err := p.Get(ctx, id)
		switch {
		case err == nil:
			s.Tags, s.Notes = e.Tags, e.Notes
			if s.Report == nil {
				s.Report = e.Report
			}
			if s.Call == nil {
				s.Call = e.Call
			}
		case !errors.Is(err, archive.ErrNone):
			return err
		}
	}
	if s.Call == nil {
		return errors.New("one of the two calls is no longer kept")
	}
	return nil
}

func (m *Model) onPair(msg pairMsg) tea.Cmd {
	if !m.open.ask.took(msg.gen) {
		return nil
	}
	m.open.wanted = ""
	if msg.err != nil {
		m.pastTrouble("comparing two calls", msg.err)
		return nil
	}
	pane := compare.New(m.th)
	pane.SetNow(m.now)
	pane.SetData(msg.sides[0], msg.sides[1])
	m.pair, m.helping = &pairing{pane}, false
	return m.refresh()
}
