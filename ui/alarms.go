package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/duty"
	"ringside/ui/action"
	"ringside/ui/alarms"
	"ringside/ui/prompt"
)

// AlarmsMsg brings the alarms that are up and those that were. Why says why none are watched.
type AlarmsMsg struct {
	Board *alarm.Board
	Why   string
}

// SignalMsg writes a sequence to the terminal as it is: a bell, a notice.
type SignalMsg struct{ Sequence string }

// Alarms is what the screen asks of the alarms: store/alarm/guard.Guard has it. Each tells whether it
// had an effect: an alarm may be over by then.
type Alarms interface {
	Acknowledge(id, by string) bool
	Unacknowledge(id, by string) bool
	Snooze(id, by string, length time.Duration) bool
	Unsnooze(id, by string) bool
}

// maxBehind bounds the calls that are looked for by their ids.
const maxBehind = 25

// breachesMsg is the calls that were behind an alarm that is over.
type breachesMsg struct {
	of  alarm.Alarm
	ids []string
	err error
}

func (m *Model) onAlarms(msg AlarmsMsg) {
	if msg.Board != nil {
		m.alarmsPane.SetData(msg.Board)
		m.board.alarms = msg.Board
		m.tellWallAlarms()
		red, amber, open := msg.Board.Counts()
		m.header.SetAlarms(red, amber, open)
	}
	if msg.Why != "" {
		m.alarmsPane.SetWhy(msg.Why)
	}
}

// onAlarm takes what the pane of alarms asks for. It reports whether the message is one of these.
func (m *Model) onAlarm(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	switch msg := msg.(type) {
	case AlarmsMsg:
		m.onAlarms(msg)
	case SignalMsg:
		cmd = tea.Raw(msg.Sequence)
	case alarms.AckMsg:
		cmd = m.acknowledge(msg.Alarm)
	case alarms.SnoozeMsg:
		cmd = m.askSnooze(msg.Alarm)
	case alarms.OpenMsg:
		cmd = m.openAlarm(msg.Alarm)
	case breachesMsg:
		cmd = m.onBreaches(msg)
	default:
		return nil, false
	}
	return cmd, true
}

// acknowledge says that the person has seen an alarm.
func (m *Model) acknowledge(a alarm.Alarm) tea.Cmd {
	return m.onAlarmDo(action.Acknowledge, a, "acknowledged",
		func(p Alarms) bool { return p.Acknowledge(a.ID, m.opts.User) },
		func(p Alarms) bool { return p.Unacknowledge(a.ID, m.opts.User) })
}

// onAlarmDo does something to an alarm, in a way that can be taken back.
func (m *Model) onAlarmDo(verb action.Action, a alarm.Alarm, said string, do, back func(Alarms) bool) tea.Cmd {
	p := m.opts.Ports.Alarms
	if p == nil {
		return action.Refuse(verb, "the alarms of a recording are over: there is nobody to acknowledge them")
	}
	if no := m.mayNot(verb); no != nil {
		return no
	}
	what, tell := a.Cause(), m.opts.Ports.Did
	return func() tea.Msg {
		if !do(p) {
			return action.Refused{Action: verb, Why: "too late: the alarm is over, or somebody was faster"}
		}
		if tell != nil {
			tell(Deed{Act: duty.Acknowledge, More: what + ": " + said})
		}
		return changedMsg{change: change{what: what, said: said, revoke: func() error {
			if !back(p) {
				return fmt.Errorf("the alarm is over")
			}
			return nil
		}}}
	}
}

// askSnooze asks for how long an alarm is put off.
func (m *Model) askSnooze(a alarm.Alarm) tea.Cmd {
	if m.opts.Ports.Alarms == nil {
		return action.Refuse(action.Snooze, "the alarms of a recording are over: there is nothing to put off")
	}
	choices := m.opts.Snooze
	if len(choices) == 0 {
		choices = []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour}
	}
	var list []string
	for i, d := range choices {
		list = append(list, fmt.Sprintf("%d %s", i+1, lengthWords(d)))
	}
	return m.askFor(asked{
		about: "snooze", apart: true, keep: "put it off",
		accept: func(typed string) (tea.Cmd, bool) {
			if strings.TrimSpace(typed) == "" {
				return nil, true
			}
			d, ok := chooseLength(choices, typed)
			if !ok {
				return action.Refuse(action.Snooze, "that is no time: give a number of the list, or 10m, 1h30m"), false
			}
			return m.onAlarmDo(action.Snooze, a, "put off for "+lengthWords(d),
				func(p Alarms) bool { return p.Snooze(a.ID, m.opts.User, d) },
				func(p Alarms) bool { return p.Unsnooze(a.ID, m.opts.User) }), true
		},
	}, prompt.Line{Label: "put it off for (" + strings.Join(list, ", ") + ", or 10m):"})
}

// maxSnooze bounds how long an alarm can be put off.
const maxSnooze = 24 * time.Hour

// chooseLength reads a choice by its number, or a time of its own.
func chooseLength(choices []time.Duration, typed string) (time.Duration, bool) {
	typed = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(typed)), " ", "")
	for i := range choices {
		if typed == fmt.Sprint(i+1) {
			return choices[i], true
		}
	}
	d, err := time.ParseDuration(strings.TrimSuffix(strings.ReplaceAll(typed, "min", "m"), "."))
	return d, err == nil && d >= time.Second && d <= maxSnooze
}

// lengthWords writes a time in words: "15 min", "1 h", "1 h 30 min".
func lengthWords(d time.Duration) string {
	var out []string
	if h := d / time.Hour; h > 0 {
		out = append(out, fmt.Sprintf("%d h", h))
	}
	if min := d / time.Minute % 60; min > 0 {
		out = append(out, fmt.Sprintf("%d min", min))
	}
	if s := d / time.Second % 60; s > 0 {
		out = append(out, fmt.Sprintf("%d s", s))
	}
	return strings.Join(out, " ")
}

// openAlarm shows the calls behind an alarm: the one call itself, several as a list.
func (m *Model) openAlarm(a alarm.Alarm) tea.Cmd {
	switch {
	case !a.Up() && !a.Past:
		return m.askBreaches(a)
	case a.Measure != alarm.Idle && a.Count == 1 && len(a.Calls) == 1:
		return m.openDetail(a.Calls[0])
	case a.Past:
		return m.showCalls(action.Reports, a.Query)
	}
	return m.showCalls(action.Live, a.Query)
}

// showCalls shows what a query finds in a list.
func (m *Model) showCalls(at action.Place, query string) tea.Cmd {
	for i, t := range tabs() {
		if t.place == at {
			cmd := m.toTab(i)
			return tea.Batch(cmd, m.setFilter(query))
		}
	}
	return nil
}

// askBreaches looks for the calls that were behind an alarm that is over.
func (m *Model) askBreaches(a alarm.Alarm) tea.Cmd {
	p, ctx := m.opts.Ports.Past, m.ctx
	if p == nil {
		return action.Refuse(action.Open, "nothing is kept here, so the calls behind it are not known any more")
	}
	return func() tea.Msg {
		ids, err := breached(ctx, p, &a)
		return breachesMsg{a, ids, err}
	}
}

// breached reads the ids of the calls behind an alarm, the first to come to be behind it in front.
func breached(ctx context.Context, p Past, a *alarm.Alarm) ([]string, error) {
	items, err := p.Items(ctx, archive.ItemQuery{Kind: archive.Breach, Since: a.Raised, Limit: 100_000})
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := len(items) - 1; i >= 0; i-- {
		var b struct{ Alarm, Call string }
		if json.Unmarshal(items[i].Body, &b) == nil && b.Alarm == a.ID && b.Call != "" {
			ids = append(ids, b.Call)
		}
	}
	return ids, nil
}

func (m *Model) onBreaches(msg breachesMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		m.pastTrouble("the calls behind the alarm are not known", msg.err)
		return nil
	case len(msg.ids) == 0:
		return action.Refuse(action.Open, "no calls of it are kept")
	case len(msg.ids) == 1:
		return m.openDetail(msg.ids[0])
	}
	if n := len(msg.ids); n > maxBehind {
		m.say(NoticeMsg{Level: Info, Text: fmt.Sprintf("the first %d of %d calls", maxBehind, n), Hint: "ringside alarm log --calls lists all"})
		msg.ids = msg.ids[:maxBehind]
	}
	for i, id := range msg.ids {
		msg.ids[i] = `"` + strings.ReplaceAll(call.Clean(id), `"`, "") + `"`
	}
	return m.showCalls(action.Reports, "id:"+strings.Join(msg.ids, ","))
}

// countAlarms says how many alarms are up, and how many were: "2 up, 14 over".
func (m *Model) countAlarms() string {
	up, past := m.alarmsPane.Count()
	return fmt.Sprintf("%d up, %d over", up, past)
}
