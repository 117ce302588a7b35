package ui

import (
	"fmt"
	"strconv"

	"ringside/store/alarm"
	"ringside/ui/plain"
	"ringside/ui/text"
)

// tellAlarms tells which alarms have been raised, have grown worse and are over.
func (l *linear) tellAlarms(b *alarm.Board) {
	if b == nil {
		return
	}
	up := map[string]alarm.Level{}
	for i := range b.Up {
		a := &b.Up[i]
		up[a.ID] = a.Level
		if was, known := l.alarms[a.ID]; !a.Silent(l.m.now) && (!known || a.Level > was) {
			l.say(fmt.Sprintf("Alarm, %s: %s", a.Level, sentence(l.headline(a))))
		}
	}
	for i := range b.Past {
		if a := &b.Past[i]; l.alarms[a.ID] != alarm.None {
			if _, still := up[a.ID]; !still {
				l.say("The alarm is over: " + text.Clean(a.Cause()) + ".")
			}
		}
	}
	l.alarms = up
}

// headline says what is the matter, with times in words: "Support: callers wait too long (1 caller, 12
// seconds)".
func (l *linear) headline(a *alarm.Alarm) string {
	return text.Clean(a.Cause() + " (" + a.FiguresIn(l.m.now, plain.Span) + ")")
}

// listAlarms tells the alarms that are up, by number.
func (l *linear) listAlarms(string) {
	b := l.m.board.alarms
	if b == nil || len(b.Up) == 0 {
		l.line("There is no alarm.")
		return
	}
	for i := range b.Up {
		a := &b.Up[i]
		s := fmt.Sprintf("Alarm %d, %s: %s, since %s", i+1, a.Level, l.headline(a), a.Raised.In(l.m.now.Location()).Format("15:04:05"))
		switch {
		case !a.Acked.IsZero():
			s += ", acknowledged by " + text.Clean(a.AckedBy)
		case a.Snoozed.After(l.m.now):
			s += ", put off for " + plain.Span(a.Snoozed.Sub(l.m.now))
		}
		l.line(s + ".")
	}
}

// theAlarm gives the alarm of a number that listAlarms told; without a number, the only one.
func (l *linear) theAlarm(arg string) *alarm.Alarm {
	b := l.m.board.alarms
	n, err := strconv.Atoi(arg)
	switch {
	case b == nil || len(b.Up) == 0:
		l.say("There is no alarm.")
		return nil
	case arg == "" && len(b.Up) == 1:
		n = 1
	case err != nil || n < 1 || n > len(b.Up):
		l.say("Say which alarm: its number, as alarms tells it.")
		return nil
	}
	return &b.Up[n-1]
}

func (l *linear) acknowledge(arg string) {
	if a := l.theAlarm(arg); a != nil {
		l.run(l.m.acknowledge(*a))
	}
}

func (l *linear) snooze(arg string) {
	if a := l.theAlarm(arg); a != nil {
		l.run(l.m.askSnooze(*a))
	}
}
