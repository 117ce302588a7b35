package ui

import (
	"cmp"
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/lookup/number"
	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	bar "ringside/ui/phone"
	"ringside/ui/prompt"
	"ringside/ui/text"
)

// askDial opens the prompt for a number to call. What the number is stands above it while it is typed.
func (m *Model) askDial() tea.Cmd {
	here, whyNot := m.dialHere()
	desk := m.opts.Ports.RingDesk
	if !here && desk == nil {
		m.say(NoticeMsg{Level: Info, Text: whyNot.Text, Hint: m.orAgain(whyNot.Hint)})
		return nil
	}
	byDesk := desk != nil && (!here || !m.phoned.view.Sound.On) // what Enter does; Tab does the other
	var sure string                                             // an emergency number that Enter was pressed for once
	accept := func(typed string, byDesk bool) (tea.Cmd, bool) {
		d := m.dialled(typed)
		switch {
		case typed == "":
			return nil, true
		case d.Number == "":
			return nil, false // why stands above it
		case d.Emergency && sure != d.Number:
			sure = d.Number
			return nil, false
		}
		return m.dial(d, byDesk), true
	}
	return m.askFor(asked{
		about: "dial", apart: true, foot: m.dialFoot(here, byDesk),
		explain: func(typed string) []note { return m.explainDial(typed, sure, here, whyNot) },
		accept:  func(typed string) (tea.Cmd, bool) { return accept(typed, byDesk) },
		keys: func(key string) (tea.Cmd, bool) {
			if key != "tab" {
				return nil, false
			}
			if !here || desk == nil {
				return nil, true
			}
			return m.acceptBy(func(typed string) (tea.Cmd, bool) { return accept(typed, !byDesk) }), true
		},
	}, prompt.Line{Label: "dial", Value: m.toDial(), Replace: true, Max: number.MaxRaw})
}

// dialFoot tells what the keys of the prompt do.
func (m *Model) dialFoot(here, byDesk bool) []action.Binding {
	const desk = "have my desk phone dial"
	foot := []action.Binding{{Keys: []string{"enter"}, Short: "dial"}}
	if c, ok := m.phoneUp(); ok && !c.Held {
		foot[0].Short = "dial, " + text.Cut(m.farEnd(c), 20) + " goes on hold"
	}
	switch {
	case byDesk && here:
		foot = append(foot, action.Binding{Keys: []string{"tab"}, Short: "dial here, without sound"})
	case here && m.opts.Ports.RingDesk != nil:
		foot = append(foot, action.Binding{Keys: []string{"tab"}, Short: desk})
	}
	if byDesk {
		foot[0].Short = desk
	}
	return append(foot, action.Binding{Keys: []string{"up"}, Short: "earlier ones"}, action.Binding{Keys: []string{"esc"}, Short: "none"})
}

// dialHere reports whether this telephone can dial, and why not.
func (m *Model) dialHere() (bool, bar.Why) {
	if m.opts.Ports.Phone == nil {
		return false, bar.Why{Text: "this desk has no telephone"}
	}
	why, off := bar.Unready(m.phoned.view.Line)
	return !off, why
}

// LinkedMsg brings the number of a link that was opened outside. It is put into the dial line, never dialled.
type LinkedMsg struct{ Number string }

// onTelLink opens the dial line with the number of a link. What is being asked just now goes on: the number
// waits for the next time that the dial line opens.
func (m *Model) onTelLink(num string) tea.Cmd {
	d := m.dialled(num)
	if d.Number == "" {
		m.say(NoticeMsg{Level: Info, Text: "a link could not be read: " + d.About})
		return nil
	}
	if no := m.mayNot(action.Dial); no != nil {
		return no
	}
	m.phoned.linked = d.Shown
	if m.prompt.Active() {
		m.say(NoticeMsg{Level: Info, Text: "a link has brought " + d.Shown, Hint: m.keys.Name(action.Dial, m.th.ASCII) + " shows it, and dials nothing by itself"})
		return m.ring()
	}
	return tea.Batch(m.ring(), m.askDial())
}

// toDial gives the number that the prompt begins with: of a link, else of what is selected or read, else of
// the card.
func (m *Model) toDial() string {
	if num := m.phoned.linked; num != "" {
		m.phoned.linked = ""
		return num
	}
	if s, ok := m.subject(); ok && s.who.Number != "" {
		return m.display(s.who.Number)
	}
	if c := m.callOf(m.card.ID()); c != nil {
		return m.display(c.Outsider().Number)
	}
	return ""
}

func (m *Model) dialled(typed string) bar.Dialled {
	return bar.Read(typed, m.opts.Region, m.track.nameAt, m.now)
}

// explainDial says what would be dialled.
func (m *Model) explainDial(typed, sure string, here bool, whyNot bar.Why) []note {
	d := m.dialled(typed)
	if d.Number == "" {
		style := m.th.Faint
		if typed != "" {
			style = m.th.Warn
		}
		return []note{{d.About, style}}
	}
	who, about := m.contactOf(call.Party{Number: typed})
	out := []note{{d.Shown, m.th.Strong}} // a line may have no room for all: what warns stands in front
	switch {
	case d.Emergency && sure == d.Number:
		out = append([]note{{m.th.Signs.Alert + " " + d.Warn, m.th.Bad}}, out...)
	case d.Emergency:
		out = append(out, note{m.th.Signs.Warn + " GoTo may not know where you are", m.th.Bad})
	case d.Warn != "":
		out = append(out, note{m.th.Signs.Warn + " " + d.Warn, m.th.Warn})
	}
	if n, _, again := m.inCallWith(d.Number); again {
		out = append(out, note{"you are in a call with " + n, m.th.Warn})
	}
	out = append(out, note{text.Join(", ", who, about), m.th.Text}, note{d.About, m.th.Text})
	if !here && d.Warn == "" {
		out = append(out, note{whyNot.Text, m.th.Faint})
	}
	return out
}

// inCallWith tells whether a call of this telephone has that far end.
func (m *Model) inCallWith(num string) (name, id string, ok bool) {
	want := number.Parse(num, m.opts.Region)
	for _, c := range bar.Open(m.phoned.view) {
		if number.Same(want, number.Parse(c.Number, m.opts.Region)) {
			return m.farEnd(c), c.ID, true
		}
	}
	return "", "", false
}

// dialling calls a number from here.
func (m *Model) dialling(num string) func(context.Context) error {
	p := m.opts.Ports.Phone
	return func(ctx context.Context) error {
		_, err := p.Dial(ctx, num)
		return err
	}
}

// dial calls a number from here, or from the desk phone.
func (m *Model) dial(d bar.Dialled, byDesk bool) tea.Cmd {
	num := d.Number
	if byDesk {
		ring := m.opts.Ports.RingDesk
		return m.askPhone(action.Dial, num, "your desk phone rings; pick it up, and it dials "+d.Shown, func(ctx context.Context) error {
			return ring(ctx, num)
		})
	}
	return tea.Batch(m.ask(call.Party{Number: num}), m.askPhone(action.Dial, num, "", m.dialling(num)))
}

// listedFor is how long the account's extensions are taken as known.
const listedFor = 10 * time.Minute

// listedMsg brings the account's extensions.
type listedMsg struct {
	seats []bar.Seat
	err   error
}

// askTransfer opens the list of those that a call can be given to.
func (m *Model) askTransfer(c phone.Call) tea.Cmd {
	if o, ok := bar.Other(m.phoned.view); ok && bar.Consults(c, o) {
		c = o // the caller on hold is given to the one who was asked
	}
	m.phoned.giving = c.ID
	m.phoned.picker.Open("give " + text.Cut(m.farEnd(c), 30) + " to")
	m.setSeats()
	give := func(warm bool) func(string) (tea.Cmd, bool) {
		return func(string) (tea.Cmd, bool) {
			s, ok := m.phoned.picker.Chosen()
			if !ok {
				return action.Refuse(action.Transfer, "nobody is chosen: type a few letters of a name, an extension or a number; or go down the list"), false
			}
			return m.give(c.ID, s, warm)
		}
	}
	cmd := m.askFor(asked{
		about: "transfer", apart: true,
		foot: []action.Binding{
			{Keys: []string{"enter"}, Short: "send the caller there"}, {Keys: []string{"tab"}, Short: "ask them first"},
			{Keys: []string{"down"}, Short: "choose"}, {Keys: []string{"esc"}, Short: "stay in the call"},
		},
		typed: func(s string) tea.Cmd {
			m.phoned.picker.SetTyped(s, m.typedSeat(s))
			return nil
		},
		accept: give(false),
		cancel: func(string) tea.Cmd { m.phoned.picker.Close(); return nil },
		keys: func(key string) (tea.Cmd, bool) {
			n := map[string]int{"up": -1, "down": 1, "ctrl+p": -1, "ctrl+n": 1, "pgup": -8, "pgdown": 8}[key]
			if n != 0 {
				m.phoned.picker.Move(n)
				return nil, true
			}
			if key == "tab" {
				return m.acceptBy(give(true)), true
			}
			return nil, false
		},
	}, prompt.Line{Label: "to"})
	return tea.Batch(cmd, m.askListed())
}

// followTransfer keeps the list of seats up to date, and closes it when the call to be given has ended.
func (m *Model) followTransfer() {
	if !m.phoned.picker.Active() {
		return
	}
	if c, ok := bar.Find(m.phoned.view, m.phoned.giving); ok && c.Open() {
		m.setSeats()
		return
	}
	m.phoned.picker.Close()
	m.prompt.Cancel()
	m.say(NoticeMsg{Level: Info, Text: "the call is over, so there is nobody to give away"})
}

// askListed asks for the account's extensions, unless they were asked for lately.
func (m *Model) askListed() tea.Cmd {
	list := m.opts.Ports.Extensions
	if list == nil || !m.phoned.listedAt.IsZero() && m.now.Sub(m.phoned.listedAt) < listedFor {
		return nil
	}
	m.phoned.listedAt = m.now
	parent := m.ctx
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, patience)
		defer cancel()
		seats, err := list(ctx)
		return listedMsg{seats, err}
	}
}

// onListed takes the extensions. Without them the board's own are there to choose from.
func (m *Model) onListed(msg listedMsg) {
	if msg.err != nil && len(msg.seats) == 0 {
		m.phoned.listedAt = m.now.Add(time.Minute - listedFor) // soon again
		return
	}
	m.phoned.listed = msg.seats
	if m.phoned.picker.Active() {
		m.setSeats()
	}
}

// typedSeat gives what is typed as a number to transfer to; nil when it is none.
func (m *Model) typedSeat(typed string) *bar.Seat {
	d := m.dialled(typed)
	if d.Number == "" || d.Emergency {
		return nil
	}
	return &bar.Seat{Kind: bar.Number, Name: d.Shown, Extension: d.Number, Hint: d.About}
}

// give transfers a call: at once, or after asking the other one first.
func (m *Model) give(id string, to bar.Seat, warm bool) (tea.Cmd, bool) {
	c, ok := bar.Find(m.phoned.view, id)
	if !ok || c.State != phone.Talking {
		m.phoned.picker.Close()
		return action.Refuse(action.Transfer, "the call is over"), true
	}
	p := m.opts.Ports.Phone
	name := cmp.Or(call.Clean(to.Name), call.Clean(to.Extension))
	switch {
	case to.Kind == bar.Mine && to.State != phone.Talking && to.State != phone.Calling:
		return action.Refuse(action.Transfer, "they have not answered yet"), false
	case to.Kind == bar.Mine:
		m.phoned.picker.Close()
		return m.askPhone(action.Transfer, id, "connected: "+m.farEnd(c)+" and "+name, func(ctx context.Context) error {
			return p.CompleteTransfer(ctx, id, to.Extension)
		}), true
	case warm:
		m.phoned.picker.Close()
		cmd := m.askPhone(action.Transfer, id, "", m.dialling(to.Extension))
		m.say(NoticeMsg{Level: Info, Text: "asking " + name + " first; " + m.farEnd(c) + " is put on hold", Hint: m.askedFirst()})
		return cmd, true
	}
	m.phoned.picker.Close()
	return m.askPhone(action.Transfer, id, "sent to "+name+": "+m.farEnd(c), func(ctx context.Context) error {
		return p.Transfer(ctx, id, to.Extension)
	}), true
}

// askedFirst says how a transfer goes on after somebody was asked first.
func (m *Model) askedFirst() string {
	key := func(a action.Action) string { return m.keys.Name(a, m.th.ASCII) }
	return key(action.Transfer) + " Enter connects the two, " + key(action.Swap) + " goes between them, " + key(action.Merge) + " joins all, " + key(action.HangUp) + " lets go"
}

// explanation draws what is said above the prompt, in at most w cells.
func (m *Model) explanation(w int) string {
	if m.asked.explain == nil {
		return ""
	}
	notes := m.asked.explain(m.prompt.Value())
	out, at := "", 0
	for _, n := range notes {
		if n.text == "" || w-at < 6 {
			continue
		}
		gap := min(at, 2)
		s := text.Clause(n.text, w-at-gap)
		switch {
		case s == "" && at > 0:
			continue // it has no room, and what is more to the point has
		case s == "":
			s = text.Cut(n.text, w)
		}
		out, at = out+text.Spaces(gap), at+gap
		out, at = out+n.style.Render(s), at+text.Width(s)
	}
	return out
}
