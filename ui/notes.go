package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/action"
	"ringside/ui/prompt"
	"ringside/ui/text"
)

const (
	maxNote = 1000 // bytes of a note
	maxTag  = 40   // bytes of a tag
	maxUndo = 100  // changes that can be taken back
)

// subject is what an action is about: a call, or a caller alone.
type subject struct {
	id    string // "" for a caller alone
	who   call.Party
	began time.Time
}

// subject gives what is read in full, else what is selected.
func (m *Model) subject() (subject, bool) {
	var c *call.Call
	switch m.under() {
	case action.Detail:
		c = m.callOf(m.detail)
	case action.Reports:
		if r := m.listPane.Selected(); r != nil {
			return subject{r.ID, r.Outsider(), r.Created}, true
		}
	case action.Owed:
		if d := m.owedPane.Selected(); d != nil {
			return subject{"", call.Party{Name: d.Name, Number: d.Number}, d.Since}, true
		}
	case action.Live:
		c = m.callsPane.Selected()
	}
	if c == nil {
		return subject{}, false
	}
	return subject{c.ID, c.Outsider(), c.Created}, true
}

// call names the call: "Dana Roe's call 14:02".
func (m *Model) callName(s subject) string {
	at := s.began.In(m.now.Location())
	when := at.Format("15:04")
	if !midnight(at).Equal(midnight(m.now)) {
		when = at.Format("Jan _2 15:04")
	}
	return text.PartyShort(s.who) + "'s call " + when
}

// askNote opens the prompt for a note or a tag, on the call or on its caller.
func (m *Model) askNote(a action.Action) tea.Cmd {
	if m.opts.Ports.Past == nil {
		return action.Refuse(a, "nothing is kept here, so there is nothing to note it on")
	}
	s, ok := m.subject()
	if !ok {
		return action.Refuse(a, "nothing is selected: j and k select")
	}
	kind, onCaller := archive.Note, a == action.CallerNote || a == action.CallerTag
	if a == action.Tag || a == action.CallerTag {
		kind = archive.Tag
	}
	item := archive.Item{Kind: kind, Call: s.id, By: m.opts.User}
	about := m.callName(s)
	if onCaller {
		if s.who.Number == "" {
			return action.Refuse(a, "this caller has no number to note it on")
		}
		item.Call, item.Caller, about = "", s.who.Number, text.Party(s.who)
	}
	if kind == archive.Tag {
		return m.askTag(item, about)
	}
	return m.askFor(asked{
		about: "note", apart: true, keep: "keep the note",
		accept: func(s string) (tea.Cmd, bool) {
			if s == "" {
				return nil, true
			}
			item.ID, item.At, item.Text = archive.NewID(), m.now, s
			return m.change(change{what: "note on " + about, put: archive.Batch{Items: []archive.Item{item}}, said: "noted"}), true
		},
	}, prompt.Line{Label: "note on " + about + ":", Max: maxNote})
}

func (m *Model) askTag(item archive.Item, about string) tea.Cmd {
	return m.askFor(asked{
		about: "tag", apart: true, keep: "tag, or take it off",
		accept: func(s string) (tea.Cmd, bool) {
			tags := tagsOf(s)
			if len(tags) == 0 {
				return nil, true
			}
			item.At = m.now
			return m.toggle(item, tags, about), true
		},
	}, prompt.Line{Label: "tag " + about + ":"})
}

// tagsOf reads tags: words, with or without their #, small letters, each once.
func tagsOf(s string) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == ',' }) {
		w = call.Clean(strings.TrimLeft(w, "#"))
		if len(w) > maxTag {
			w = strings.ToValidUTF8(w[:maxTag], "")
		}
		if w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// change is something written to the archive that can be taken back.
type change struct {
	what string        // "note on Dana Roe's call 14:02"
	said string        // what was done: "noted"
	put  archive.Batch // Items and Drop alone
	back archive.Batch // what takes it back; made from put where it drops nothing
	undo bool          // it takes another one back
	// revoke takes it back where the archive has nothing to do with it; nil: back does.
	revoke func() error
	take   func() // takes back at once what stands at this desk alone; nil: back or revoke do
}

// changedMsg tells that a change has been written, or why not.
type changedMsg struct {
	change
	err error
}

// change writes a change. What it drops must stand in back already.
func (m *Model) change(c change) tea.Cmd {
	for _, i := range c.put.Items {
		c.back.Drop = append(c.back.Drop, i.Key())
	}
	p, ctx := m.opts.Ports.Past, m.ctx
	return func() tea.Msg { return changedMsg{c, p.Put(ctx, c.put)} }
}

// toggle puts tags on a call or a caller, and takes off those that are there.
func (m *Model) toggle(item archive.Item, tags []string, about string) tea.Cmd {
	p, ctx := m.opts.Ports.Past, m.ctx
	return func() tea.Msg {
		c, err := toggled(ctx, p, item, tags)
		c.what = about + ": " + c.said
		if err == nil {
			err = p.Put(ctx, c.put)
		}
		return changedMsg{c, err}
	}
}

func toggled(ctx context.Context, p Past, item archive.Item, tags []string) (change, error) {
	c := change{}
	there, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Tag, Call: item.Call, Caller: item.Caller})
	if err != nil {
		c.said = "tag"
		return c, fmt.Errorf("reading the tags: %w", err)
	}
	var said []string
	for _, t := range tags {
		off := false
		for _, i := range there {
			if strings.EqualFold(i.Text, t) && i.Call == item.Call {
				c.put.Drop = append(c.put.Drop, i.Key())
				c.back.Items = append(c.back.Items, i)
				off = true
			}
		}
		if off {
			said = append(said, "tag #"+t+" taken off")
			continue
		}
		item.ID, item.Text = archive.NewID(), t
		c.put.Items = append(c.put.Items, item)
		c.back.Drop = append(c.back.Drop, item.Key())
		said = append(said, "tagged #"+t)
	}
	c.said = strings.Join(said, ", ")
	return c, nil
}

// onChanged says what was done and has it shown.
func (m *Model) onChanged(msg changedMsg) tea.Cmd {
	if msg.err != nil {
		doing := "not written: " + msg.what
		if msg.undo {
			doing = "not taken back: " + msg.what
			m.undone = append(m.undone, change{what: msg.what, back: msg.put})
		}
		m.pastTrouble(doing, msg.err)
		return nil
	}
	if !msg.undo {
		m.undone = append(m.undone, msg.change)
		if len(m.undone) > maxUndo {
			m.undone = slices.Delete(m.undone, 0, 1)
		}
	}
	done := msg.what
	if !strings.HasSuffix(done, ": "+msg.said) { // it says so itself
		done = cmp.Or(msg.said, "done") + ": " + done
	}
	m.say(NoticeMsg{Level: Good, Text: done})
	if msg.revoke != nil {
		return m.refresh()
	}
	m.listPane.Changed()
	m.past.debts.at, m.known.at, m.noted.at = time.Time{}, time.Time{}, time.Time{} // at once
	m.noted.stale = true
	cmds := []tea.Cmd{m.onKept(nil), m.refresh()}
	if m.detail != "" {
		cmds = append(cmds, m.load(m.detail))
	}
	return tea.Batch(cmds...)
}

// undo takes the last change of this session back.
func (m *Model) undo() tea.Cmd {
	n := len(m.undone)
	if n == 0 {
		return action.Refuse(action.Undo, "nothing to take back: no note, tag, settlement or acknowledgement was made since the start")
	}
	c := m.undone[n-1]
	m.undone = m.undone[:n-1]
	if c.take != nil {
		c.take()
		m.say(NoticeMsg{Level: Good, Text: "taken back: " + c.what})
		return m.refresh()
	}
	p, ctx := m.opts.Ports.Past, m.ctx
	return func() tea.Msg {
		if c.revoke != nil {
			if err := c.revoke(); err != nil {
				return action.Refused{Action: action.Undo, Why: "not taken back: " + err.Error()}
			}
			return changedMsg{change{what: c.what, said: "taken back", undo: true, revoke: c.revoke}, nil}
		}
		return changedMsg{change{what: c.what, said: "taken back", put: c.back, undo: true}, p.Put(ctx, c.back)}
	}
}

// take writes that somebody will call an owed caller back, or that they will not after all.
func (m *Model) take(d archive.Debt) tea.Cmd {
	who := text.Party(call.Party{Name: d.Name, Number: d.Number})
	item := archive.Item{Kind: archive.Claim, Caller: d.Number, At: m.now, By: m.opts.User}
	p, ctx := m.opts.Ports.Past, m.ctx
	return func() tea.Msg {
		c := change{what: "calling " + who + " back", said: "taken"}
		if d.Claimed == "" || d.Claimed != item.By {
			item.ID = archive.NewID()
			c.put.Items = []archive.Item{item}
			c.back.Drop = []archive.ItemKey{item.Key()}
			return changedMsg{c, p.Put(ctx, c.put)}
		}
		c.said = "given up"
		claims, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Claim, Caller: d.Number})
		for _, i := range claims {
			if i.By == item.By && !i.At.Before(d.Since) {
				c.put.Drop = append(c.put.Drop, i.Key())
				c.back.Items = append(c.back.Items, i)
			}
		}
		if err == nil {
			err = p.Put(ctx, c.put)
		}
		return changedMsg{c, err}
	}
}

// settle writes that an owed caller has been seen to without a call.
func (m *Model) settle(d archive.Debt) tea.Cmd {
	who := text.Party(call.Party{Name: d.Name, Number: d.Number})
	item := archive.Item{Kind: archive.Settled, ID: archive.NewID(), Caller: d.Number, At: m.now, By: m.opts.User}
	return m.change(change{what: who + " is owed no call any more", said: "settled", put: archive.Batch{Items: []archive.Item{item}}})
}
