package query

import (
	"strings"

	"ringside/store/call"
)

// Type is what kind of value a field takes.
type Type uint8

// The types of value.
const (
	PartyValue    Type = iota + 1 // a name, or a number or part of one
	NumberValue                   // a number in any spelling, or part of one
	TextValue                     // part of a text
	WordValue                     // one of a few words
	DurationValue                 // 45s, 1m30s, 1:30, 90
	TimeValue                     // 2026-11-20, 14:00, today, -2h
)

// String gives the word used in the documentation.
func (t Type) String() string {
	switch t {
	case PartyValue:
		return "party"
	case NumberValue:
		return "number"
	case TextValue:
		return "text"
	case WordValue:
		return "word"
	case DurationValue:
		return "duration"
	case TimeValue:
		return "time"
	}
	return "unknown"
}

// wants says what a value of the type looks like.
func (t Type) wants() string {
	switch t {
	case PartyValue:
		return `a name or a number: ann, "Ann Lee", +1212`
	case NumberValue:
		return "a number or part of one: +12125550110, 0110, withheld"
	case TextValue:
		return `a text; in quotes when it has blanks: "Tier 2"`
	case DurationValue:
		return "a duration: 45s, 1m30s, 1:30, 2h, or seconds: 90"
	case TimeValue:
		return "a time: today, monday, 14:00, 2026-11-20, 2026-11-20T14:00, -2h"
	}
	return "a word"
}

// compares reports whether values of the type are more or less than another.
func (t Type) compares() bool { return t == DurationValue || t == TimeValue }

// Info describes a name that can stand before a value.
type Info struct {
	Field   Field
	Name    string
	Aliases []string
	Type    Type
	Help    string // one line

	op Op // what ":" means for a name that has its comparison in itself (since); 0 for others
}

// Fields gives the fields of the language, in the order people look for them in.
func Fields() []Info {
	return []Info{
		{From, "from", []string{"caller"}, PartyValue, "who calls", 0},
		{To, "to", []string{"called", "dialed", "dialled"}, PartyValue, "what was called", 0},
		{Number, "number", []string{"num", "phone", "tel"}, NumberValue, "the outside number, in any spelling", 0},
		{QueueName, "queue", []string{"q"}, TextValue, "a queue it came through or waits in", 0},
		{Agent, "agent", []string{"with", "who", "person"}, PartyValue, "who talked or was rung at our end", 0},
		{PathName, "path", []string{"menu", "via"}, TextValue, "a menu, queue or mailbox it went through", 0},
		{StateWord, "state", []string{"status"}, WordValue, "what it does now", 0},
		{OutcomeOf, "outcome", []string{"result"}, WordValue, "how it ended", 0},
		{Dir, "dir", []string{"direction"}, WordValue, "inbound, outbound or internal", 0},
		{ID, "id", []string{"call", "conversation"}, TextValue, "the conversation id, or its beginning", 0},
		{Tag, "tag", []string{"tags", "label"}, TextValue, "a tag of the call or its caller", 0},
		{NoteText, "note", []string{"notes"}, TextValue, "a note on the call or its caller", 0},
		{Wait, "wait", []string{"waited", "waiting"}, DurationValue, "time in queues, agents ringing included", 0},
		{RingTime, "ring", []string{"rang", "ringing"}, DurationValue, "time a person rang outside a queue", 0},
		{Talk, "talk", []string{"talked", "talking"}, DurationValue, "time of talk, hold left out", 0},
		{Hold, "hold", []string{"held", "onhold"}, DurationValue, "time on hold", 0},
		{Total, "total", []string{"length", "duration", "len"}, DurationValue, "from its beginning to its end, or to now", 0},
		{AnswerAt, "answer", []string{"tta", "answered"}, DurationValue, "from its beginning to the first answer", 0},
		{Clock, "clock", []string{"for"}, DurationValue, "time in its present state; of an ended call, since its end", 0},
		{At, "at", []string{"date", "on", "began"}, TimeValue, "when it began", 0},
		{At, "since", []string{"after"}, TimeValue, "began then or later", AtLeast},
		{At, "last", nil, TimeValue, "began within so long: last:7d", AtLeast},
		{At, "until", nil, TimeValue, "began then or earlier", AtMost},
		{At, "before", nil, TimeValue, "began earlier", Less},
	}
}

// fieldNamed finds a field by its name or an alias of it.
func fieldNamed(name string) (Info, bool) {
	for _, f := range Fields() {
		if f.Name == name {
			return f, true
		}
		for _, a := range f.Aliases {
			if a == name {
				return f, true
			}
		}
	}
	return Info{}, false
}

// nameOf gives the name of a field; "" for Flag, which has none.
func nameOf(f Field) (string, Type) {
	for _, i := range Fields() {
		if i.Field == f {
			return i.Name, i.Type
		}
	}
	return "", WordValue
}

// Flags are properties that a call has or has not.
type Flags uint16

// The properties.
const (
	FlagMine        Flags = 1 << iota // one of its legs is on my line
	FlagRecorded                      // it was recorded, in part at least
	FlagTransferred                   // it was transferred
	FlagLate                          // its first states were never seen
	FlagGap                           // states of it are missing
	FlagStale                         // nothing was heard of it for long
	FlagLive                          // it is up
	FlagEnded                         // it is not
)

// value is one of the words that a field of words takes, and what it stands for.
type value struct {
	name     string
	aliases  []string
	help     string
	state    call.State
	outcomes []call.Outcome
	dir      call.Direction
	flag     Flags
}

// valuesOf gives the words of a field, nil where it has none.
func valuesOf(f Field) []value {
	switch f {
	case StateWord:
		return stateValues()
	case OutcomeOf:
		return outcomeValues()
	case Dir:
		return []value{
			{name: "inbound", aliases: []string{"in", "incoming"}, help: "from outside", dir: call.Inbound},
			{name: "outbound", aliases: []string{"out", "outgoing"}, help: "to outside", dir: call.Outbound},
			{name: "internal", aliases: []string{"int"}, help: "between two extensions", dir: call.Internal},
		}
	case Flag:
		return []value{
			{name: "mine", help: "on my line", flag: FlagMine},
			{name: "recorded", help: "recorded, in part at least", flag: FlagRecorded},
			{name: "transferred", help: "transferred at least once", flag: FlagTransferred},
			{name: "late", help: "joined late: its first states were never seen", flag: FlagLate},
			{name: "gap", help: "states of it are missing", flag: FlagGap},
			{name: "stale", help: "nothing heard of it for long", flag: FlagStale},
			{name: "live", help: "up now", flag: FlagLive},
			{name: "ended", help: "over", flag: FlagEnded},
		}
	}
	return nil
}

func stateValues() []value {
	return []value{
		{name: "starting", aliases: []string{"start"}, help: "being set up", state: call.StateStarting},
		{name: "menu", aliases: []string{"inmenu", "ivr"}, help: "in a menu", state: call.StateInMenu},
		{name: "waiting", aliases: []string{"wait", "queued"}, help: "in a queue, nobody rings", state: call.StateWaiting},
		{name: "ringing", aliases: []string{"ring", "rings"}, help: "somebody's telephone rings", state: call.StateRinging},
		{name: "talking", aliases: []string{"talk", "talks", "connected"}, help: "in conversation", state: call.StateTalking},
		{name: "hold", aliases: []string{"onhold", "held", "holding"}, help: "on hold", state: call.StateOnHold},
		{name: "transferring", aliases: []string{"transfer"}, help: "being transferred", state: call.StateTransferring},
		{name: "voicemail", aliases: []string{"vm"}, help: "leaving a message", state: call.StateVoicemail},
		{name: "parked", aliases: []string{"park"}, help: "parked", state: call.StateParked},
		{name: "ended", aliases: []string{"end", "done"}, help: "over", state: call.StateEnded},
	}
}

func outcomeValues() []value {
	one := func(o call.Outcome) []call.Outcome { return []call.Outcome{o} }
	return []value{
		{name: "answered", help: "a person took it", outcomes: one(call.Answered)},
		{name: "missed", help: "rang and nobody took it", outcomes: one(call.Missed)},
		{name: "abandoned", help: "the caller gave up, in a menu or in a queue",
			outcomes: []call.Outcome{call.AbandonedMenu, call.AbandonedQueue}},
		{name: "abandoned_menu", aliases: []string{"abandonedinmenu"}, help: "the caller gave up in a menu", outcomes: one(call.AbandonedMenu)},
		{name: "abandoned_queue", aliases: []string{"abandonedinqueue"}, help: "the caller gave up in a queue", outcomes: one(call.AbandonedQueue)},
		{name: "voicemail", aliases: []string{"vm"}, help: "went to voicemail", outcomes: one(call.VoicemailLeft)},
		{name: "forwarded", aliases: []string{"forward"}, help: "went on to an outside number", outcomes: one(call.Forwarded)},
		{name: "not_connected", help: "an outbound call that reached nobody", outcomes: one(call.NotConnected)},
		{name: "lost", help: "reached nobody: missed, abandoned or voicemail",
			outcomes: []call.Outcome{call.Missed, call.AbandonedMenu, call.AbandonedQueue, call.VoicemailLeft}},
	}
}

// valueNamed finds a word of a field, however its parts are joined: "on hold", on-hold, onhold.
func valueNamed(f Field, word string) (value, bool) {
	key := joined(word)
	for _, v := range valuesOf(f) {
		if joined(v.name) == key {
			return v, true
		}
		for _, a := range v.aliases {
			if a == key {
				return v, true
			}
		}
	}
	return value{}, false
}

func joined(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, s)
}

// term makes the term that the word stands for.
func (v value) term(f Field, op Op) Term {
	return Term{Field: f, Op: op, Text: v.name, State: v.state, Outcomes: v.outcomes, Dir: v.dir}
}

// Flags gives the property that a term asks for; 0 when it asks for none.
func (t Term) Flags() Flags {
	if t.Field != Flag {
		return 0
	}
	v, _ := valueNamed(Flag, t.Text)
	return v.flag
}

// property reads a word that is a term by itself: mine, inbound, today.
func property(word string, o Options) (Node, bool) {
	for _, f := range [...]Field{Flag, Dir} {
		for _, v := range valuesOf(f) {
			if v.name == word {
				return v.term(f, Has), true
			}
		}
	}
	switch word {
	case "today", "yesterday", "thisweek", "lastweek", "thismonth", "lastmonth":
		s, ok := readTime(word, o.Now)
		return Term{Field: At, Op: Has, Text: s.text, From: s.from, To: s.to}, ok
	}
	return nil, false
}
