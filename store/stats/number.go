package stats

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringside/store/call"
)

// ID names a number. Its text is stable: scripts and configurations use it.
type ID uint8

// The numbers of the day, of calls that began in it.
const (
	Calls ID = iota
	CallsIn
	CallsOut
	CallsInternal
	Answered
	Missed
	RangOut
	Abandoned
	AbandonedMenu
	AbandonedQueue
	Voicemail
	Short
	AnswerTime
	SLA
	TalkTime
	HoldTime
	WaitTime
	LongestWait
	dayNumbers // how many of them there are
)

// The numbers of the present.
const (
	Up ID = iota + 32
	Ringing
	Waiting
	Talking
	Holding
	LongestNow
)

// The numbers of one person's day.
const (
	AgentCalls ID = iota + 48
	AgentMissed
	AgentTalk
	AgentRung
	AgentWon
	AgentBeaten
	AgentRingTime
)

// Unit is what a number is counted in.
type Unit uint8

// The units.
const (
	Count  Unit = iota
	Millis      // a time, in milliseconds
	Share       // 0..1
)

// String gives the word of the JSON form.
func (u Unit) String() string { return [...]string{"count", "ms", "share"}[min(u, Share)] }

// Number is a figure that says what it means.
type Number struct {
	ID      ID
	Title   string // "Mean time to answer"
	Formula string // in words
	Unit    Unit
	Scope   Scope
	Value   float64 // as Unit says
	Known   bool    // false where there is nothing to say, such as the mean of no calls
	Of      int     // how many calls it is made of: for Share those it is a share of
	Window  Window
	Doubt   Doubt
}

// Window is the time that a number is about: calls that began in it. From and To are the same for a
// number of the present.
type Window struct {
	From, To time.Time
	Zone     *time.Location
	Ended    bool // calls that ended in it
}

// String words the window: "calls that began since midnight, Nov 29 00:00 to 14:32:07 (Europe/London)".
func (w Window) String() string {
	to := w.To.In(w.Zone)
	if w.From.Equal(w.To) {
		return "now, " + to.Format("Jan 2 15:04:05") + " (" + ZoneName(to) + ")"
	}
	from := w.From.In(w.Zone)
	if w.Ended {
		return "calls that ended from " + from.Format("Jan 2 15:04:05") + " to " + to.Format("15:04:05") + " (" + ZoneName(to) + ")"
	}
	if from.Hour() == 0 && from.Minute() == 0 && from.Day() == to.Day() {
		return "calls that began since midnight, " + from.Format("Jan 2 15:04") + " to " + to.Format("15:04:05") + " (" + ZoneName(to) + ")"
	}
	return "calls that began from " + from.Format("Jan 2 15:04") + " to " + to.Format("Jan 2 15:04:05") + " (" + ZoneName(to) + ")"
}

// ZoneName names the zone of a moment; the computer's own, which has no name, by its shift.
func ZoneName(t time.Time) string {
	if name := t.Location().String(); name != "Local" {
		return name
	}
	return t.Format("UTC-07:00")
}

// Doubt is what about a number is not certain.
type Doubt struct {
	Gaps   int       // calls some of whose states are missing
	Late   int       // calls that were joined late
	Stale  int       // calls that have been silent for long
	Calls  int       // how many calls these are; one may be all three
	Unseen int       // calls that are known to exist and are not counted yet
	Why    string    // why they are not
	Since  time.Time // what ended before is not counted; zero when all of the day is
	Before string    // why it is not
	Down   time.Time // since when nothing is heard at all; zero when all is well
	// Hole is from when to when nothing was heard, lately: calls that came and went meanwhile may be
	// missing until their reports come. Zero when there is none.
	Hole [2]time.Time
}

// Off gives by how many calls the number may be off, as far as can be known.
func (d Doubt) Off() int { return d.Calls + d.Unseen }

// Sure reports whether nothing is known to be missing.
func (d Doubt) Sure() bool {
	return d.Off() == 0 && d.Down.IsZero() && d.Since.IsZero() && d.Hole[0].IsZero()
}

// String says what is not certain: "may be off by 3: 2 calls with gaps, 1 joined late"; "" when nothing is.
func (d Doubt) String() string {
	var why []string
	say := func(n int, one, more string) {
		switch {
		case n == 1:
			why = append(why, "1 "+one)
		case n > 1:
			why = append(why, strconv.Itoa(n)+" "+more)
		}
	}
	say(d.Gaps, "call with a gap", "calls with gaps")
	say(d.Late, "joined late", "joined late")
	say(d.Stale, "stale", "stale")
	say(d.Unseen, "call not here yet", "calls not here yet")
	if d.Unseen > 0 && d.Why != "" {
		why[len(why)-1] += " (" + d.Why + ")"
	}
	s := strings.Join(why, ", ")
	if n := d.Off(); n > 0 {
		s = fmt.Sprintf("may be off by %d: %s", n, s)
	}
	if !d.Since.IsZero() {
		if s != "" {
			s += "; "
		}
		s += "calls that ended before " + d.Since.Format("15:04:05") + " are not counted: " + d.Before
	}
	if !d.Hole[0].IsZero() {
		if s != "" {
			s += "; "
		}
		s += "calls that came and went from " + d.Hole[0].Format("15:04:05") + " to " + d.Hole[1].Format("15:04:05") + " may be missing until their reports come"
	}
	if !d.Down.IsZero() {
		if s != "" {
			s += "; "
		}
		s += "nothing has been heard since " + d.Down.Format("15:04:05") + ": what came since is not counted yet"
	}
	return s
}

// Text writes the value for people: "214", "0:48", "82%", or a dash where nothing is known.
func (n Number) Text() string {
	switch {
	case !n.Known:
		return "–"
	case n.Unit == Millis:
		return Clock(time.Duration(n.Value) * time.Millisecond)
	case n.Unit == Share:
		return Percent(n.Value)
	}
	return strconv.Itoa(int(n.Value))
}

// Duration gives the value of a number in Millis.
func (n Number) Duration() time.Duration { return time.Duration(n.Value) * time.Millisecond }

// Percent writes a share: never 100% of what is less, nor 0% of what is more.
func Percent(share float64) string {
	p := int(share*100 + 0.5)
	switch {
	case p >= 100 && share < 1:
		p = 99
	case p <= 0 && share > 0:
		p = 1
	}
	return strconv.Itoa(p) + "%"
}

// Clock writes a time as clocks do: "0:48", "1:02:05".
func Clock(d time.Duration) string {
	s := int(max(0, d) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Scope is whose number it is.
type Scope struct {
	Kind  ScopeKind
	Name  string // of the queue; Key of the agent
	Hour  int    // of the day, in the account's zone
	Label string // of the agent, for people; it does not matter for what is counted
}

// ScopeKind tells scopes apart.
type ScopeKind uint8

// The kinds of scope.
const (
	OnFloor ScopeKind = iota
	InQueue
	ByAgent
	InHour
)

// Floor is everything.
func Floor() Scope { return Scope{} }

// OfQueue is a queue: the calls that came through it last.
func OfQueue(name string) Scope { return Scope{Kind: InQueue, Name: name} }

// OfAgent is a person, by their Key.
func OfAgent(key string) Scope { return Scope{Kind: ByAgent, Name: key} }

// OfHour is an hour of the day: the calls that began in it.
func OfHour(hour int) Scope { return Scope{Kind: InHour, Hour: hour} }

// String words the scope: "the floor", "the queue Support", "1102", "10:00 to 11:00".
func (s Scope) String() string {
	switch s.Kind {
	case InQueue:
		return "the queue " + s.Name
	case ByAgent:
		return cmp.Or(s.Label, s.Name)
	case InHour:
		return fmt.Sprintf("%d:00 to %d:00", s.Hour, s.Hour+1)
	}
	return "the floor"
}

// def is how a number is made.
type def struct {
	id      ID
	name    string
	title   string
	formula string
	unit    Unit
	counts  func(*Entry) bool        // which of the day's calls
	value   func(*Entry) int64       // of Millis: of one call
	within  func(*Entry) bool        // of Share: which are the share
	now     func(*Entry) bool        // of a number of the present: which calls
	part    func(*Entry, *Part) bool // of a person's number: which of the calls they were in
	mine    func(*Part) int64        // and of Millis: its value
}

// String gives the stable name: "answered".
func (id ID) String() string {
	o := Options{}
	for _, d := range definitions(&o) {
		if d.id == id {
			return d.name
		}
	}
	return "unknown"
}

// ByName gives the number with a stable name.
func ByName(name string) (ID, bool) {
	o := Options{}
	for _, d := range definitions(&o) {
		if d.name == name {
			return d.id, true
		}
	}
	return 0, false
}

// IDs gives all numbers in the order in which pages show them.
func IDs() []ID {
	o := Options{}
	var out []ID
	for _, d := range definitions(&o) {
		out = append(out, d.id)
	}
	return out
}

// Explained is what a number means, for pages and documents.
type Explained struct {
	ID                   ID
	Name, Title, Formula string
	Unit                 Unit
}

// Explain gives the meaning of all numbers under some options.
func Explain(o Options) []Explained {
	o.fill()
	var out []Explained
	for _, d := range definitions(&o) {
		out = append(out, Explained{d.id, d.name, d.title, d.formula, d.unit})
	}
	return out
}

func talkedOver(e *Entry) bool { return e.live == nil && e.Taken() }

func lost(e *Entry) bool { return e.live == nil && e.Served() && e.Outcome.Lost() }
func abandoned(e *Entry) bool {
	return lost(e) && (e.Outcome == call.AbandonedMenu || e.Outcome == call.AbandonedQueue)
}
