// Package query is the one query language of the desk: the same text is a filter, a saved tab, an
// alarm, a pop rule, a search of the archive and --where.
//
//	support wait>45s -internal from:+1212 state:ringing queue:"Tier 2" agent:ann outcome:missed today
//
// Words are matched against every shown text; field:value and field>value against one thing; "-" is
// not, "or" and parentheses are as usual, "~word" is fuzzy, quotes keep blanks together.
//
// The package is pure: no clock, no I/O. Parse once, then match thousands of calls, or walk the
// tree, as an archive does that has indexes of its own.
package query

import (
	"strconv"
	"time"

	"ringside/store/call"
)

// Query is a parsed query. The zero Query matches everything.
type Query struct {
	Text string // as written
	Root Node   // nil matches everything
}

// Options are what a query is read with.
type Options struct {
	Now    time.Time // the present, in the account's time zone: what "today" is
	Region string    // ISO 3166 country of numbers without a country code
}

// Node is a part of a query: And, Or, Not, Word or Term.
type Node interface{ node() }

// And matches what all its parts match. It has at least one.
type And []Node

// Or matches what one of its parts matches. It has at least one.
type Or []Node

// Not matches what its part does not.
type Not struct{ Part Node }

// Word matches a call in one of whose shown texts it stands, capital letters or not, as part of a
// word too. A Word of digits also matches within numbers, however they are punctuated.
type Word struct {
	Text string // folded by Fold; never empty
	// Digits are those of Text, where it is a number or part of one; else "". They are digits as
	// number.Number has them: "020 7946 0018" has no 0 here when the region writes numbers so.
	Digits string
	Fuzzy  bool // its letters stand in this order in one text, others between them; no Digits, no blanks
}

// Begins reports whether Digits must stand at the beginning of a number: Text has a country code.
func (w Word) Begins() bool { return begins(w.Text, w.Digits) }

// Field is what a Term is about.
type Field uint8

// The fields. The text in brackets is the type of the value.
const (
	From      Field = iota + 1 // the caller: name or number [party]
	To                         // what was called: name or number [party]
	Number                     // the outside number, in any spelling [number]
	QueueName                  // a queue it came through, or waits in [text]
	Agent                      // who talked or was rung at our end: name or extension [party]
	PathName                   // a menu, queue or mailbox it went through [text]
	StateWord                  // what it does now [word]
	OutcomeOf                  // how it ended [word]
	Dir                        // inbound, outbound or internal [word]
	ID                         // the conversation id, or its beginning [text]
	Tag                        // a tag of the call or of its caller [text]
	NoteText                   // a note on the call or on its caller [text]
	Wait                       // time in queues [duration]
	RingTime                   // time a person rang outside a queue [duration]
	Talk                       // time of talk, hold left out [duration]
	Hold                       // time on hold [duration]
	Total                      // from its beginning to its end, or to now [duration]
	AnswerAt                   // from its beginning to the first answer; no answer, no match [duration]
	Clock                      // time in its present state, of an ended call since its end [duration]
	At                         // when it began [time]
	Flag                       // a bare property, in Text: mine, recorded, transferred, late, gap, stale, live, ended [word]
)

// Op is how the field and the value stand to each other.
type Op uint8

// The operators. Has is ":": contains, for texts and parties; begins with, for an ID; is, for
// words; within the span, for times; for a duration the same as AtLeast.
//
// Is: the whole text or the whole number, for texts and parties; within the span, for times; for a
// duration in the same second, Ms <= it < Ms+1000.
//
// For times Less is before From, AtMost before To, More from To on, AtLeast from From on.
const (
	Has Op = iota + 1
	Is     // "="
	Less
	AtMost
	More
	AtLeast
)

// Term compares one field.
type Term struct {
	Field Field
	Op    Op
	Text  string // texts, parties and words: folded by Fold; times: as written, "today", "-2h"
	// Digits of a party or number: as Word.Digits. Has matches them within a number, or at its
	// beginning (Begins); Is matches the whole of it. A party matches by Text or by Digits.
	Digits string
	// Keys of Number: the normal forms it may have (number.Number.Keys). Has matches by them or by
	// Digits, Is by them alone where there are any. Without Keys and Digits it is Text, "withheld",
	// and matches the numbers of that kind.
	Keys     []string
	Ms       int64     // durations: milliseconds
	From, To time.Time // times: the span the value stands for, To not included ("today": one day)
	State    call.State
	Outcomes []call.Outcome // OutcomeOf: any of these
	Dir      call.Direction
}

// Begins reports whether Digits must stand at the beginning of a number: Text has a country code.
func (t Term) Begins() bool { return begins(t.Text, t.Digits) }

func begins(text, digits string) bool { return digits != "" && text[0] == '+' }

func (And) node()  {}
func (Or) node()   {}
func (Not) node()  {}
func (Word) node() {}
func (Term) node() {}

// Error says what is wrong with a query, and where.
type Error struct {
	Text string // the query
	Col  int    // where, in characters, 0 for the first
	Len  int    // how many characters it is about, at least 1
	Msg  string // what is wrong
	Want string // what was expected there
}

// Error implements error: what is wrong, and in which column, as people count.
func (e *Error) Error() string { return "column " + strconv.Itoa(e.Col+1) + ": " + e.Msg }

// Hint says what was expected.
func (e *Error) Hint() string { return e.Want }
