// Package alarm tells when something on the floor asks for a supervisor: a caller waits too long, a
// queue is too long, too few are answered in time, an agent idles, callers give up, or whatever a
// query finds.
//
// Rules say what is watched; an Engine holds calls against them and gives what changes: alarms that
// are raised, grow worse, are said again, are acknowledged, put off, and cleared. There is one alarm
// for a rule and its subject (a queue, an agent, or all), however many calls are behind it.
//
// The package is pure: no clock, no I/O, no goroutine. The present is handed in. What an Engine does
// costs what has changed: each call has one time at which it is looked at again, the next at which
// a rule may judge it otherwise.
package alarm

import "time"

// Measure is what a rule watches.
type Measure string

// The measures.
const (
	Wait      Measure = "wait"      // how long a caller waits in queues, agents ringing included
	Ring      Measure = "ring"      // how long a call has been ringing
	Talk      Measure = "talk"      // how long a talk has lasted since it was taken, or taken off hold
	Hold      Measure = "hold"      // how long a call has been on hold
	Queue     Measure = "queue"     // callers waiting
	Abandoned Measure = "abandoned" // callers who gave up, in a queue or a menu, within a window
	Where     Measure = "where"     // calls that a query finds
	SLA       Measure = "sla"       // percent answered in time today; under the limit is bad
	Idle      Measure = "idle"      // how long an agent has been idle
)

// Measures lists all of them, in the order of the documentation.
func Measures() []Measure {
	return []Measure{Wait, Ring, Talk, Hold, Queue, Abandoned, Where, SLA, Idle}
}

// Timed tells whether the limits of a measure are lengths of time.
func (m Measure) Timed() bool { return m == Wait || m == Ring || m == Talk || m == Hold || m == Idle }

// Doc says what a measure is, in one line.
func (m Measure) Doc() string {
	switch m {
	case Wait:
		return "how long a caller waits in queues, ringing agents included"
	case Ring:
		return "how long a call has been ringing"
	case Talk:
		return "how long a talk has lasted since it was taken, or taken off hold"
	case Hold:
		return "how long a call has been on hold"
	case Queue:
		return "callers waiting"
	case Abandoned:
		return "callers who gave up in a queue or a menu within `window`"
	case Where:
		return "calls that the query `where` finds"
	case SLA:
		return "percent answered in time today; *under* the limit is bad"
	case Idle:
		return "how long an agent has been idle"
	}
	return ""
}

// Unit says what a limit of a measure is written as.
func (m Measure) Unit() string {
	switch {
	case m.Timed():
		return "a time"
	case m == SLA:
		return "percent"
	}
	return "a number of calls"
}

// Level is how grave it is.
type Level uint8

// The levels.
const (
	None Level = iota
	Amber
	Red
)

// String gives the word used on screen and in records.
func (l Level) String() string {
	switch l {
	case Amber:
		return "amber"
	case Red:
		return "red"
	}
	return "none"
}

// LevelOf reads the word of a level.
func LevelOf(word string) Level {
	switch word {
	case "amber":
		return Amber
	case "red":
		return Red
	}
	return None
}

// Per is what has an alarm of its own.
type Per string

// The subjects of a rule.
const (
	PerQueue Per = "queue"
	PerAgent Per = "agent"
	PerAll   Per = "all"
)

// Alarm is one alarm from its beginning to its end. It is a value: it never changes.
type Alarm struct {
	ID      string // of this one: rule, subject and when it was raised
	Rule    string
	Measure Measure
	Subject string // the queue, the agent, or "" for all
	Ways    []string
	Limits  [3]int64 // of Amber and Red: milliseconds, calls or percent; 0 is none

	Level   Level // now; of one that is over, None
	Worst   Level
	Raised  time.Time
	Cleared time.Time // zero while it is up

	Count int   // calls, or agents, behind it now
	Peak  int   // most at once
	Total int   // in all
	Value int64 // of SLA: percent now; of a timed one that is over: the longest, in ms
	// Since is when the clock began of the one that it is longest for: timed measures alone.
	Since time.Time
	// Calls are ids of calls behind it, the longest first, at most MaxCalls; of Idle names of agents.
	Calls []string
	Query string // finds the calls behind it, in the language of store/query
	Past  bool   // they are over: the query is one for the archive

	Acked     time.Time // zero: nobody has
	AckedBy   string
	Snoozed   time.Time // until when; zero: it is not
	SnoozedBy string
	Said      int       // how often it was said aloud
	LastSaid  time.Time // zero: never, because of quiet hours
}

// MaxCalls bounds Alarm.Calls.
const MaxCalls = 50

// Up tells whether the alarm is not over.
func (a *Alarm) Up() bool { return a.Cleared.IsZero() }

// Silent tells whether nobody is to be told of it again at now: somebody has acknowledged it or put
// it off.
func (a *Alarm) Silent(now time.Time) bool { return !a.Acked.IsZero() || a.Snoozed.After(now) }

// Breach is one call, or agent, that came to be behind an alarm, or crossed its red limit.
type Breach struct {
	Alarm  string // its ID
	Call   string // conversation id; "" of an agent
	Agent  string // of Idle
	Caller string // outside number
	Name   string // what the line says of the outside party
	Queue  string
	With   string // at our end
	Level  Level  // of the call itself; None where only their number counts
	At     time.Time
	Since  time.Time // when its clock began; zero where only their number counts
}

// ChangeKind is what happened to an alarm.
type ChangeKind string

// The kinds of change.
const (
	Raised    ChangeKind = "raised"
	Worse     ChangeKind = "worse"   // amber to red; an acknowledgement and a snooze are over
	Better    ChangeKind = "better"  // red to amber
	Joined    ChangeKind = "joined"  // more calls are behind it
	Again     ChangeKind = "again"   // said again: nobody has acknowledged it, or a snooze or quiet hours are over
	Cleared   ChangeKind = "cleared" // it is over
	Acked     ChangeKind = "acknowledged"
	Unacked   ChangeKind = "acknowledgement taken back"
	Snoozed   ChangeKind = "snoozed"
	Unsnoozed ChangeKind = "snooze taken back"
)

// Change is something that happened to an alarm.
type Change struct {
	Kind     ChangeKind
	At       time.Time
	By       string // who, where somebody did it
	Alarm    Alarm  // as it is after it
	Breaches []Breach
	Quiet    bool // quiet hours: nothing is to sound
}

// Loud tells whether people are to be told: with a bell, a notice, a command.
func (c *Change) Loud() bool {
	return !c.Quiet && (c.Kind == Raised || c.Kind == Worse || c.Kind == Again)
}

// Board is what there is at a moment. It never changes.
type Board struct {
	Up   []Alarm // red first, then the oldest
	Past []Alarm // over, the newest first, at most MaxPast
	// Quiet tells that quiet hours hold, until when.
	Quiet time.Time
	Rules int // how many rules are watched
}

// MaxPast bounds Board.Past.
const MaxPast = 200

// Counts gives how many alarms are up: red, amber, and how many of both nobody has acknowledged.
func (b *Board) Counts() (red, amber, open int) {
	for i := range b.Up {
		if b.Up[i].Level == Red {
			red++
		} else {
			amber++
		}
		if b.Up[i].Acked.IsZero() {
			open++
		}
	}
	return red, amber, open
}

// Find gives an alarm by its id, nil when it is not there.
func (b *Board) Find(id string) *Alarm {
	for _, list := range [][]Alarm{b.Up, b.Past} {
		for i := range list {
			if list[i].ID == id {
				return &list[i]
			}
		}
	}
	return nil
}
