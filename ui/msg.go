// Package ui is the screen: one Bubble Tea model over concrete panes.
//
// Everything it knows comes in messages, the present moment too; it reads no clock, no disk and no
// network. What it wants done goes out through Ports, from commands, never from Update itself.
package ui

import (
	"context"
	"time"

	"ringside/lookup"
	screenpop "ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	seats "ringside/ui/phone"
	"ringside/ui/status"
)

// ViewMsg brings a newer view of the calls.
type ViewMsg struct{ View *call.View }

// LinkMsg brings how the stream is; it is sent on change.
type LinkMsg struct{ Link status.Link }

// ContactMsg brings what a look-up has found so far.
type ContactMsg struct{ Result lookup.Result }

// ReportMsg brings the report of a finished call, or why there is none.
type ReportMsg struct {
	ID     string
	Report *call.Report
	Err    error
}

// Level is how grave a notice is.
type Level uint8

// The levels.
const (
	Info Level = iota
	Good
	Warn
	Bad
)

// NoticeMsg brings a line for the person at the screen: what happened, and what to do.
type NoticeMsg struct {
	Level Level
	Text  string
	Hint  string // may be empty
}

// AlarmedMsg is a line about an alarm. The sentences tell of alarms by themselves.
type AlarmedMsg NoticeMsg

// KeptMsg says that calls or reports have been kept: lists of the past look again.
type KeptMsg struct {
	// IDs are the calls of which more is kept now than the board tells: those with a report.
	IDs []string
}

// PastMsg brings how the keeping and fetching of the past fares.
type PastMsg struct {
	Trouble string // why nothing is kept; "" when all is well
	Hint    string
	// Day is the day being fetched, at its midnight; zero when none is. Done of All of its reports are here.
	Day       time.Time
	Done, All int
	DaysLeft  int // days still to fetch after it
}

// PopMsg brings what became of a screen pop. It has been kept before it is told.
type PopMsg struct{ Trace screenpop.Trace }

// TickMsg brings the present moment, once a second.
type TickMsg struct{ Now time.Time }

// Ports is what the screen can ask for. Each may be nil. They are called from commands, so they
// may take their time; what comes of them comes back as a message.
type Ports struct {
	Want        func(call.Party) // who is this: a ContactMsg answers
	FetchReport func(id string)  // a ReportMsg answers
	Shown       func([]string)   // the calls on the screen are these now; told when they change
	Quit        func()           // the person leaves

	// Pop opens what belongs to a call: by the first rule that matches, or by the named one. PopMsg
	// answers. Nil where there are no rules.
	Pop func(c *call.Call, rule string)

	// Phone is the telephone of this desk, and PhoneMsg tells how it is; nil where there is none, as in
	// a recording.
	Phone phone.Phone
	// RingDesk has the person's desk phone ring, and dial a number once it is picked up.
	RingDesk func(ctx context.Context, number string) error
	// Extensions lists who and what in the account a call can be transferred to; without it the board's
	// own people are offered.
	Extensions func(ctx context.Context) ([]seats.Seat, error)

	// Alarms acknowledges and puts off; nil where the alarms are not those of the present.
	Alarms Alarms
	// Past is where finished calls are found; nil where nothing is kept.
	Past Past
	// Transcript gives what was said in a recording, by the id of its transcript.
	Transcript func(ctx context.Context, id string) ([]call.Utterance, error)
	// Drawn is told when the report of a call is on the screen for the first time, in a list or in full.
	Drawn func(id string)
	// KeepColumns is told which columns somebody has chosen for a list, to be handed back as
	// Options.Columns at the next start; nil are those of a fresh desk.
	KeepColumns func(place action.Place, order []string)
	// Did is told of what the audit log is to hold.
	Did func(Deed)
	// KeepSession is told what the desk looks like, to be handed back as Options.Session.
	KeepSession func(Session)
	// Save writes a file for the person and gives its path; it never writes over another.
	Save func(name string, data []byte) (path string, err error)
}

// Past is what the screen asks of the archive: archive.Archive has it.
type Past interface {
	Find(ctx context.Context, s archive.Search) (archive.Page, error)
	Count(ctx context.Context, s archive.Search, limit int) (int, error)
	Get(ctx context.Context, id string) (archive.Entry, error)
	Totals(ctx context.Context, from, to time.Time) (archive.Totals, error)
	Items(ctx context.Context, q archive.ItemQuery) ([]archive.Item, error)
	Owed(ctx context.Context, since time.Time) ([]archive.Debt, error)
	Put(ctx context.Context, b archive.Batch) error
}
