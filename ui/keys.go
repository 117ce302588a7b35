package ui

import (
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/ui/action"
)

// onKey dispatches a key: to the prompt while text is typed, else through the table.
func (m *Model) onKey(k tea.KeyPressMsg) tea.Cmd {
	key := k.String()
	if key == "ctrl+c" {
		return m.leave()
	}
	if m.prompt.Active() {
		return m.onPromptKey(k, key)
	}
	pending := m.pending
	m.pending = ""
	if pending != "" && key == "esc" {
		return nil
	}
	a, more := m.keys.Lookup(m.place(), pending, key)
	if a != action.Quit && m.asks() {
		m.endNotice()
		if key == "esc" {
			return nil
		}
	}
	switch {
	case more:
		m.pending = key
		return nil
	case a == action.None:
		m.say(NoticeMsg{Level: Info, Text: m.meansNothing(pending, key)})
		return nil
	}
	if no := m.mayNot(a); no != nil {
		return no
	}
	if a == action.Tone {
		return m.tone(key)
	}
	if m.board.up {
		return m.onWallKey(a)
	}
	if a == action.Saved {
		return m.nthSaved(m.keys.Nth(a, pending, key))
	}
	if a == action.PickContact {
		return tea.Batch(m.card.Pick(m.keys.Nth(a, pending, key)), m.refresh())
	}
	return m.do(a)
}

func (m *Model) meansNothing(pending, key string) string {
	if pending != "" {
		key = pending + " " + key
	}
	if m.phoned.keypad {
		return action.KeyName(key, m.th.ASCII) + " is no tone: the keypad is up, Esc ends it"
	}
	s := fmt.Sprintf("%s does nothing here", action.KeyName(key, m.th.ASCII))
	for _, b := range m.keys.Footer(m.place()) {
		if b.Action == action.Help {
			return s + "; " + b.KeyNames(m.th.ASCII) + " shows the keys"
		}
	}
	return s
}

// do acts: what concerns the whole screen here, the rest in the pane that is up.
func (m *Model) do(a action.Action) tea.Cmd {
	if no := m.mayNot(a); no != nil {
		return no
	}
	if ofPhone(a) {
		return m.phoneDo(a)
	}
	switch a {
	case action.Mask:
		return m.mask()
	case action.Present:
		return m.present()
	case action.Command:
		return m.askCommand()
	case action.Backward, action.Forward:
		return m.travel(a)
	case action.StepBack, action.StepOn:
		return m.step(a)
	case action.Quit:
		return m.leave()
	case action.Help:
		m.helping = !m.helping
	case action.Back:
		return m.back()
	case action.Explain:
		return m.explain()
	case action.Filter:
		return m.askFilter()
	case action.Search:
		return m.askSearch()
	case action.Note, action.CallerNote, action.Tag, action.CallerTag:
		return m.askNote(a)
	case action.Undo:
		return m.undo()
	case action.OpenPop, action.ChoosePop:
		return m.askPop(a)
	case action.Traces:
		return m.toTraces()
	case action.CardTrail, action.ContactAlways, action.CreateContact:
		return tea.Batch(m.card.Do(a), m.refresh())
	case action.YankCard, action.YankJSON, action.YankLadder, action.SaveCard, action.SaveJSON:
		return m.out(a)
	case action.SaveCSV:
		return m.saveTable()
	case action.NextTheme:
		return m.nextTheme()
	case action.Wall:
		return m.toWall()
	case action.Pause:
		m.pause()
	case action.NextCard:
		return m.nextCard()
	case action.NextTab:
		return m.toTab((m.tab + 1) % len(tabs()))
	case action.PrevTab:
		return m.toTab((m.tab + len(tabs()) - 1) % len(tabs()))
	default:
		for i, t := range tabs() {
			if t.key == a {
				return tea.Batch(m.toTab(i), m.leaveSaved())
			}
		}
		return tea.Batch(m.paneDo(a), m.refresh())
	}
	return m.refresh()
}

func (m *Model) paneDo(a action.Action) tea.Cmd {
	switch m.under() {
	case action.Page:
		return m.helpPane.Do(a)
	case action.Popped:
		return m.popped.pane.Do(a)
	case action.Detail:
		if a == action.YankURL {
			return m.yankPop()
		}
		if a == action.YankID || a == action.YankNumber {
			return m.yankDetail(a)
		}
		return m.detailPane.Do(a)
	case action.Compare:
		return m.pair.pane.Do(a)
	}
	if a == action.YankURL {
		return m.yankPop()
	}
	if p := m.numberPane(); p != nil {
		return p.Do(a)
	}
	switch m.list() {
	case action.Counted:
		return m.numbers.calls.Do(a)
	case action.Reports:
		return m.listPane.Do(a)
	case action.Owed:
		return m.owedPane.Do(a)
	case action.Alarms:
		return m.alarmsPane.Do(a)
	}
	return m.callsPane.Do(a)
}

func (m *Model) yankDetail(a action.Action) tea.Cmd {
	c := m.callOf(m.detail)
	switch {
	case a == action.YankID:
		return action.Yank("id", m.detail)
	case c == nil || c.Outsider().Number == "":
		return action.Refuse(a, "this call has no number")
	}
	return action.Yank("number", c.Outsider().Number)
}

func (m *Model) toTab(i int) tea.Cmd {
	m.tab, m.detail, m.helping, m.pair, m.open.wanted = i, "", false, nil, ""
	m.popped.up, m.numbers.behind = false, false
	m.open.ask.end()
	m.tellOwedLive()
	m.showNumbers()
	return tea.Batch(m.look(), m.refresh())
}

// back leaves what was opened last; on a list it clears the filter, then what else narrows it or
// follows a call, then the selection.
func (m *Model) back() tea.Cmd {
	at := m.list()
	switch {
	case m.phoned.keypad:
		m.setKeypad(false)
	case m.helping:
		m.helping = false
	case m.popped.up:
		m.popped.up = false
		m.popped.ask.end()
		return tea.Batch(m.look(), m.refresh())
	case m.tabling != nil:
		m.tabling.ask.end()
		m.tabling = nil
		m.say(NoticeMsg{Level: Info, Text: "the table is given up"})
	case m.open.wanted != "":
		m.open.wanted = ""
		m.open.ask.end()
	case m.detail != "":
		m.detail = ""
		return tea.Batch(m.look(), m.refresh())
	case m.pair != nil:
		m.pair = nil
	case m.under() == action.Choose:
		return m.paneDo(action.Back)
	case m.said.until.After(m.now):
		m.endNotice()
	case m.filter[at] != "":
		return m.setFilter("")
	case m.numbers.behind && m.numbers.calls.Selected() != "":
		m.numbers.calls.Select("")
	case m.numbers.behind:
		m.numbers.behind = false
		m.showNumbers()
	case m.numberPane() != nil:
		m.numberPane().Back()
	case at == action.Reports:
		cmd, _ := m.listPane.Back()
		return tea.Batch(cmd, m.refresh())
	case at == action.Owed:
		m.owedPane.Select("")
	case at == action.Alarms:
		m.alarmsPane.Select("")
	case m.callsPane.Following():
		m.callsPane.Do(action.Follow)
	default:
		m.callsPane.Select("")
	}
	return m.refresh()
}

// pause stops the live table; everything else goes on.
func (m *Model) pause() {
	if m.paused.IsZero() {
		m.paused = m.now
		if m.view != nil {
			m.steps = steps{views: []*call.View{m.view}}
		}
		return
	}
	m.paused, m.steps = time.Time{}, steps{}
	m.callsPane.SetNow(m.now)
	m.showView()
}

func (m *Model) nextCard() tea.Cmd {
	cards := slices.Clone(m.track.rings)
	if own := m.talking(); own != nil {
		cards = append(cards, own)
	}
	at := slices.IndexFunc(cards, func(c *call.Call) bool { return c.ID == m.card.ID() })
	if len(cards) < 2 && at >= 0 || len(cards) == 0 {
		return action.Refuse(action.NextCard, "no other call rings you")
	}
	m.cardAt = cards[(at+1)%len(cards)].ID
	return m.refresh()
}

// leave leaves, but asks first where that would end a call.
func (m *Model) leave() tea.Cmd {
	if !m.mayLeave() {
		return nil
	}
	return m.quit()
}

// quit tells the outside, then leaves.
func (m *Model) quit() tea.Cmd {
	leave, keep := m.opts.Ports.Quit, m.keepSession()
	m.end()
	return func() tea.Msg {
		if keep != nil {
			keep()
		}
		if leave != nil {
			leave()
		}
		return tea.QuitMsg{}
	}
}
