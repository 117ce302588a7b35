package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	bar "ringside/ui/phone"
	"ringside/ui/text"
)

// PhoneMsg brings how the telephone of this desk is.
type PhoneMsg struct{ View phone.View }

// phoned is what the Model knows of the telephone.
type phoned struct {
	bar    *bar.Bar
	picker *bar.Picker
	view   phone.View
	keypad bool

	asking map[string]bool          // what is being asked of the telephone, by call and action
	tones  map[string]string        // tones still to be sent, by call: they go out in their order
	told   map[phone.LineState]bool // what was said of the line, so that it is said once
	again  bool                     // somebody has asked for what was refused, and waits for what becomes of it
	silent bool                     // it was said that there is no sound

	listed   []bar.Seat // whom the account's set-up has
	listedAt time.Time

	giving string // the call that the list of seats is open for

	ended   string    // the call that was in focus and has ended
	endedAt time.Time // when it was seen to
	behind  []string  // the calls that were up beside it then

	linked string // a number of a link that came while something else was being asked
}

// phoneDone tells what became of something that was asked of the telephone.
type phoneDone struct {
	a    action.Action
	id   string // of the call
	said string // for the person; "" when the bar says it
	hint string
	err  error
}

// patience bounds one request of the telephone.
const patience = 25 * time.Second

func (m *Model) newPhone() phoned {
	return phoned{
		bar: bar.New(m.th, bar.Words{
			Key: func(a action.Action) string { return m.keys.Name(a, m.th.ASCII) }, Who: m.contactOf, Number: m.display,
		}),
		picker: bar.NewPicker(m.th), asking: map[string]bool{}, tones: map[string]string{}, told: map[phone.LineState]bool{},
	}
}

// contactOf gives the one contact with a party's number, and its company.
func (m *Model) contactOf(p call.Party) (name, about string) {
	key := m.contactKey(p.Number)
	if key == "" {
		return "", ""
	}
	r, ok := m.contacts.get(key)
	if !ok || len(r.Contacts) != 1 || m.presenting() {
		if s := m.track.seats[key]; s != nil {
			return s.name, ""
		}
		return "", ""
	}
	c := r.Contacts[0]
	if name, about = call.Clean(c.Name), call.Clean(c.Company); name == "" {
		return about, ""
	}
	return name, about
}

// farEnd names the party of a call of this telephone.
func (m *Model) farEnd(c phone.Call) string {
	p := bar.Party(c)
	if name, _ := m.contactOf(p); name != "" {
		return name
	}
	return text.PartyShort(p)
}

// onPhone takes how the telephone is now.
func (m *Model) onPhone(v phone.View) tea.Cmd {
	v = m.discreetPhone(v)
	was := m.phoned.view
	m.phoned.view = v
	m.phoned.bar.SetData(v)
	m.sayLine(v)
	if m.said.phone && m.barSays(m.said.Text) {
		m.endNotice()
	}
	if at, ok := bar.Focused(was); ok {
		if c, known := bar.Find(v, at.ID); !known || !c.Open() {
			m.phoned.ended, m.phoned.endedAt, m.phoned.behind = m.farEnd(at), m.now, nil
			for _, one := range bar.Open(was) {
				if one.ID != at.ID {
					m.phoned.behind = append(m.phoned.behind, one.ID)
				}
			}
		}
	}
	var cmds []tea.Cmd
	for _, c := range bar.Ringing(v) {
		if _, known := bar.Find(was, c.ID); !known {
			cmds = append(cmds, m.ring(), m.ask(bar.Party(c)))
		}
	}
	if _, _, ok := bar.Target(v, action.Tone); !ok {
		m.setKeypad(false)
	}
	m.followTransfer()
	legs := map[string]bool{}
	for _, c := range v.Calls {
		if c.Open() && c.LegID != "" {
			legs[c.LegID] = true
		}
	}
	m.callsPane.SetHere(legs)
	return tea.Batch(append(cmds, m.refresh())...)
}

// sayLine tells once what keeps the telephone from working, and that it has no sound.
func (m *Model) sayLine(v phone.View) {
	l := v.Line
	if l.State == phone.Refused && (!m.phoned.told[l.State] || m.phoned.again) {
		m.phoned.told[l.State], m.phoned.again = true, false
		why, _ := bar.Unready(l)
		m.say(NoticeMsg{Level: Warn, Text: why.Text, Hint: m.orAgain(why.Hint)})
	}
	if l.State == phone.Ready && m.phoned.told[phone.Refused] {
		m.say(NoticeMsg{Level: Good, Text: "the telephone is registered: calls for " + call.Clean(l.Extension) + " ring here"})
		delete(m.phoned.told, phone.Refused)
	}
	if l.State == phone.Ready && !v.Sound.On && !m.phoned.silent {
		m.phoned.silent = true
		m.say(NoticeMsg{Level: Warn, Text: text.Join(": ", "control without sound", call.Clean(v.Sound.Why)), Hint: text.Join("; ", call.Clean(v.Sound.Hint), m.deskOffer())})
	}
}

// orAgain adds to what helps against a refused telephone that it can be tried once more.
func (m *Model) orAgain(hint string) string {
	key := m.keys.Name(action.Register, m.th.ASCII)
	if m.phoned.view.Line.State != phone.Refused || m.opts.Ports.Phone == nil || key == "" {
		return hint
	}
	return text.Join("; ", hint, key+" tries again")
}

// registerAgain has the telephone try once more what was refused.
func (m *Model) registerAgain(p phone.Phone) tea.Cmd {
	l := m.phoned.view.Line
	if l.State == phone.Ready {
		return action.Refuse(action.Register, "the telephone is registered: calls for "+call.Clean(l.Extension)+" ring here")
	}
	if why, _ := bar.Unready(l); l.State != phone.Refused {
		return action.Refuse(action.Register, why.Text)
	}
	m.phoned.again = true
	m.say(NoticeMsg{Level: Info, Text: "GoTo is asked once more to let this desk be a telephone"})
	return func() tea.Msg { p.Again(); return nil }
}

// deskOffer says that the desk phone can do it.
func (m *Model) deskOffer() string {
	if m.opts.Ports.RingDesk == nil {
		return ""
	}
	return m.keys.Name(action.Dial, m.th.ASCII) + " can have your desk phone dial"
}

// ring sounds the terminal's bell.
func (m *Model) ring() tea.Cmd {
	if !m.opts.Bell {
		return nil
	}
	return tea.Raw("\a")
}

// phoneUp reports whether leaving would end a call: one that somebody talks in or waits for.
func (m *Model) phoneUp() (phone.Call, bool) {
	for _, c := range bar.Open(m.phoned.view) {
		if c.State != phone.Ringing {
			return c, true
		}
	}
	return phone.Call{}, false
}

// mayLeave asks once before a call is hung up by leaving. It reports whether to leave now.
func (m *Model) mayLeave() bool {
	c, up := m.phoneUp()
	if !up || m.asks() {
		return true
	}
	n := NoticeMsg{Level: Warn, Text: "you are in a call with " + m.farEnd(c), Hint: m.keys.Name(action.Quit, m.th.ASCII) + " again hangs up and leaves; any other key stays"}
	m.notify(notice{NoticeMsg: n, until: m.now.Add(n.Level.stay()), asks: true})
	return false
}

// speaks reports whether the desk itself is needed, even under a wallboard: something is being asked.
func (m *Model) speaks() bool { return m.prompt.Active() || m.asks() }

// overWall puts the call bar over the last lines of the wallboard: a call is to be seen and ended there, too.
func (m *Model) overWall(view string) string {
	if !m.desk.Fits || m.desk.Bar.Empty() {
		return view
	}
	lines := strings.Split(view, "\n")
	for i, l := range strings.Split(m.phoned.bar.View(), "\n") {
		if y := len(lines) - m.desk.Bar.H + i; y >= 0 && y < len(lines) {
			lines[y] = l
		}
	}
	return strings.Join(lines, "\n")
}

// ofPhone reports whether an action is about the calls of this telephone.
func ofPhone(a action.Action) bool {
	switch a {
	case action.Answer, action.HangUp, action.Voicemail, action.Hold, action.Mute, action.Keypad, action.Dial,
		action.Transfer, action.Swap, action.Merge, action.Register:
		return true
	}
	return false
}

// phoneDo acts on the calls of this telephone.
func (m *Model) phoneDo(a action.Action) tea.Cmd {
	p := m.opts.Ports.Phone
	if a == action.Dial {
		return m.askDial()
	}
	if p == nil {
		return action.Refuse(a, "this desk has no telephone")
	}
	switch {
	case a == action.Keypad && m.phoned.keypad:
		m.setKeypad(false)
		return m.refresh()
	case a == action.Register:
		return m.registerAgain(p)
	}
	c, why, ok := bar.Target(m.phoned.view, a)
	if !ok {
		m.say(NoticeMsg{Level: Info, Text: why.Text, Hint: m.orAgain(why.Hint)})
		return nil
	}
	v, id := m.phoned.view, c.ID
	switch a {
	case action.Answer:
		return m.askPhone(a, id, "", func(ctx context.Context) error { return p.Answer(ctx, id) })
	case action.HangUp:
		if m.slipped(c) {
			return nil
		}
		if c.Incoming && c.State == phone.Ringing {
			return m.askPhone(a, id, "rejected: "+m.farEnd(c), func(ctx context.Context) error { return p.Decline(ctx, id) })
		}
		return m.askPhone(a, id, "", func(ctx context.Context) error { return p.HangUp(ctx, id) })
	case action.Voicemail:
		return m.askPhone(a, id, "sent to voicemail: "+m.farEnd(c), func(ctx context.Context) error { return p.SendToVoicemail(ctx, id) })
	case action.Hold:
		if c.Held {
			return m.askPhone(a, id, "", func(ctx context.Context) error { return takeUp(ctx, p, v, id) })
		}
		return m.askPhone(a, id, "", func(ctx context.Context) error { return p.Hold(ctx, id, true) })
	case action.Mute:
		on := !c.Muted
		return m.askPhone(a, id, "", func(ctx context.Context) error { return p.Mute(ctx, id, on) })
	case action.Keypad:
		m.setKeypad(true)
		return tea.Batch(m.refresh(), func() tea.Msg { p.Focus(id); return nil })
	case action.Transfer:
		return m.askTransfer(c)
	case action.Swap, action.Merge:
		return m.withOther(a, c)
	}
	return nil
}

// slipped keeps a key that was meant for a call which has just ended from ending the next one: it has to be
// pressed again.
func (m *Model) slipped(c phone.Call) bool {
	const moment = 2 * time.Second
	if !slices.Contains(m.phoned.behind, c.ID) || m.now.Sub(m.phoned.endedAt) > moment {
		return false
	}
	m.say(NoticeMsg{Level: Warn, Text: "the call with " + m.phoned.ended + " is over; again ends the one with " + m.farEnd(c)})
	m.phoned.behind = nil
	return true
}

// withOther turns to the other call, or puts the two together.
func (m *Model) withOther(a action.Action, c phone.Call) tea.Cmd {
	p, v := m.opts.Ports.Phone, m.phoned.view
	other, ok := bar.Other(v)
	switch {
	case !ok:
		return action.Refuse(a, "there is no other call")
	case a == action.Swap:
		return m.askPhone(a, other.ID, "", func(ctx context.Context) error { return turnTo(ctx, p, v, other) })
	case other.State != phone.Talking:
		return action.Refuse(a, "the other call is not answered yet")
	case c.Joined:
		return action.Refuse(a, "they are together already")
	}
	return m.askPhone(a, c.ID, "joined: "+m.farEnd(c)+", "+m.farEnd(other), func(ctx context.Context) error {
		return p.Merge(ctx, c.ID, other.ID)
	})
}

// askPhone has the telephone do something, once at a time for a call and an action.
func (m *Model) askPhone(a action.Action, id, said string, do func(context.Context) error) tea.Cmd {
	key := string(a) + " " + id
	if m.phoned.asking[key] {
		return nil
	}
	m.phoned.asking[key] = true
	m.dropFailure() // whoever goes on has read it
	parent := m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, patience)
		defer cancel()
		return phoneDone{a: a, id: id, said: said, err: do(ctx)}
	}
}

// onPhoneDone says what went wrong, or what the bar does not show by itself.
func (m *Model) onPhoneDone(d phoneDone) tea.Cmd {
	delete(m.phoned.asking, string(d.a)+" "+d.id)
	if d.a == action.Tone {
		if d.err == nil {
			return m.sendTones(d.id)
		}
		delete(m.phoned.tones, d.id)
	}
	switch {
	case d.err != nil && m.ctx.Err() != nil: // the desk is being left
	case d.err != nil:
		n := NoticeMsg{Level: Bad, Text: d.err.Error()}
		if h, ok := d.err.(interface{ Hint() string }); ok {
			n.Hint = h.Hint()
		}
		if !m.barSays(n.Text) {
			m.notify(notice{NoticeMsg: n, until: m.now.Add(n.Level.stay()), phone: true})
		}
	case d.said != "":
		m.say(NoticeMsg{Level: Good, Text: d.said, Hint: d.hint})
	}
	return m.phoneDid(d)
}

// barSays reports whether the call bar says what has failed, so that it need not be said again.
func (m *Model) barSays(what string) bool { return !m.desk.Bar.Empty() && m.phoned.bar.Says(what) }

// dropFailure takes away what was said of something that the telephone could not do.
func (m *Model) dropFailure() {
	if m.said.phone {
		m.endNotice()
	}
}

// takeUp takes a call back that is on hold; one that is talked on goes on hold first, so that nobody hears
// another's words.
func takeUp(ctx context.Context, p phone.Phone, v phone.View, id string) error {
	if err := holdOthers(ctx, p, v, id); err != nil {
		return err
	}
	if err := p.Hold(ctx, id, false); err != nil {
		return err
	}
	p.Focus(id)
	return nil
}

// turnTo has the keys act on another call; where somebody talks there, the one before goes on hold.
func turnTo(ctx context.Context, p phone.Phone, v phone.View, other phone.Call) error {
	if other.State == phone.Talking && other.Held {
		return takeUp(ctx, p, v, other.ID)
	}
	if other.State == phone.Talking {
		if err := holdOthers(ctx, p, v, other.ID); err != nil {
			return err
		}
	}
	p.Focus(other.ID)
	return nil
}

// holdOthers puts the calls beside one on hold.
func holdOthers(ctx context.Context, p phone.Phone, v phone.View, id string) error {
	for _, c := range v.Calls {
		if c.ID != id && c.State == phone.Talking && !c.Held {
			if err := p.Hold(ctx, c.ID, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// setKeypad begins or ends the sending of digits as tones.
func (m *Model) setKeypad(on bool) {
	m.phoned.keypad = on
	m.phoned.bar.SetKeypad(on)
}

// tone sends a digit, or several, to the call.
func (m *Model) tone(digits string) tea.Cmd {
	c, why, ok := bar.Target(m.phoned.view, action.Tone)
	if !ok {
		m.say(NoticeMsg{Level: Info, Text: why.Text, Hint: why.Hint})
		return nil
	}
	m.phoned.tones[c.ID] += digits
	return m.sendTones(c.ID)
}

// pastedTones sends what was pasted: a code of digits, stars and hashes, with or without blanks in it.
func (m *Model) pastedTones(pasted string) tea.Cmd {
	digits := strings.Join(strings.Fields(pasted), "")
	if digits == "" || len(digits) > maxPasted || strings.Trim(digits, "0123456789*#") != "" {
		return action.Refuse(action.Tone, "what was pasted is not a code of digits, * and #")
	}
	return m.tone(digits)
}

// maxPasted bounds the tones that are sent at once.
const maxPasted = 40

// sendTones sends what waits, all that was pressed while the last was on its way at once.
func (m *Model) sendTones(id string) tea.Cmd {
	digits, p := m.phoned.tones[id], m.opts.Ports.Phone
	if digits == "" || m.phoned.asking[string(action.Tone)+" "+id] {
		return nil
	}
	delete(m.phoned.tones, id)
	return m.askPhone(action.Tone, id, "", func(ctx context.Context) error { return p.Tone(ctx, id, digits) })
}
