package ui

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui/action"
	bar "ringside/ui/phone"
)

// dutyOf gives what an action is among the things that not everybody may do; "" for what anybody may.
func dutyOf(a action.Action) duty.Act {
	switch a {
	case action.Note, action.CallerNote, action.Tag, action.CallerTag, action.Undo, action.Take,
		action.PickContact, action.ContactAlways, action.CreateContact:
		return duty.Note
	case action.Settle:
		return duty.Settle
	case action.Acknowledge, action.Snooze:
		return duty.Acknowledge
	case action.OpenPop, action.ChoosePop:
		return duty.Pop
	case action.YankNumber, action.YankCard, action.YankJSON, action.YankLadder, action.YankURL, action.SaveCard, action.SaveJSON:
		return duty.Export
	case action.SaveCSV:
		return duty.ExportAll
	case action.RingRace:
		return duty.People
	case action.Dial:
		return duty.Dial
	case action.Answer:
		return duty.Answer
	case action.HangUp, action.Voicemail:
		return duty.Reject
	case action.Hold, action.Mute, action.Keypad, action.Tone, action.Transfer, action.Swap, action.Merge:
		return duty.Control
	}
	return ""
}

// mayNot tells why an action is not for whoever sits at this desk; nil when it is.
func (m *Model) mayNot(a action.Action) tea.Cmd {
	act := dutyOf(a)
	if act == "" {
		return nil
	}
	return m.refusal(m.opts.Duty.May(act, m.isMine(a)))
}

// refusal makes a notice of what is not allowed, nil of nil.
func (m *Model) refusal(err error) tea.Cmd {
	if err == nil {
		return nil
	}
	n := NoticeMsg{Level: Info, Text: err.Error()}
	if r := (*duty.Refusal)(nil); errors.As(err, &r) {
		n.Hint = r.Hint()
	}
	return func() tea.Msg { return n }
}

// isMine reports whether an action would be about a call or caller of my own.
func (m *Model) isMine(a action.Action) bool {
	switch a {
	case action.Undo, // only what was done at this desk is taken back
		action.Dial, action.Answer, action.HangUp, action.Voicemail, action.Hold, action.Mute, action.Keypad, action.Tone,
		action.Transfer, action.Swap, action.Merge: // of this telephone
		return true
	case action.OpenPop, action.ChoosePop, action.PickContact, action.ContactAlways, action.CreateContact:
		if m.ringing() != nil {
			return true
		}
	case action.Take, action.Settle:
		d := m.owedPane.Selected()
		return d != nil && (a == action.Take && d.Claimed == "" || d.Claimed == m.opts.User)
	}
	s, ok := m.subject()
	switch {
	case !ok:
		return true // nothing is selected: the action says so itself
	case s.id == "":
		d := m.owedPane.Selected()
		return d != nil && d.Claimed == m.opts.User
	}
	if c := m.callOf(s.id); c != nil {
		return duty.Mine(c, m.me)
	}
	if r := m.listPane.Get(s.id); r != nil {
		return m.tookPart(r)
	}
	return false
}

// tookPart reports whether I talked or was rung in a call of which only its row is at hand.
func (m *Model) tookPart(r *archive.Row) bool {
	return slices.ContainsFunc(r.Rung, func(g call.Ring) bool { return g.Name == m.opts.User }) ||
		slices.ContainsFunc(r.Answered, func(g call.Answer) bool { return g.Name == m.opts.User })
}

// Deed is something done at the desk that the audit log is to hold.
type Deed struct {
	Act    duty.Act
	Call   string // conversation id
	Number string // in full: whoever writes it down masks it where numbers are masked
	More   string
	Failed string
}

// did tells of a deed.
func (m *Model) did(d Deed) tea.Cmd {
	tell := m.opts.Ports.Did
	if tell == nil {
		return nil
	}
	if d.Number == "" && d.Call != "" {
		if c := m.inFull(d.Call); c != nil {
			d.Number = c.Outsider().Number
		}
	}
	return func() tea.Msg { tell(d); return nil }
}

// phoneDid tells of what was asked of the telephone.
func (m *Model) phoneDid(d phoneDone) tea.Cmd {
	deed := Deed{Act: dutyOf(d.a), Failed: errText(d.err)}
	c, known := bar.Find(m.phoned.view, d.id)
	switch {
	case d.a == action.Dial:
		deed.Number, deed.More = d.id, d.said
	case !known || deed.Act != duty.Answer && deed.Act != duty.Reject || d.a == action.HangUp && d.said == "":
		return nil // a call of one's own ended, or was held: not of the kind that is written down
	default:
		deed.Number, deed.Call = c.Number, m.track.mine[c.LegID]
	}
	if d.a == action.Voicemail {
		deed.More = "sent to voicemail"
	}
	return m.did(deed)
}
