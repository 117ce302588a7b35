// Package ui is the screen: one Bubble Tea model over concrete panes.
//
// Everything it knows comes in messages, the present moment too; it reads no clock, no disk and no
// network. What it wants done goes out through Ports, from commands, never from Update itself.
package ui

import (
	"time"

	"ringside/lookup"
	"ringside/store/call"
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

// TickMsg brings the present moment, once a second.
type TickMsg struct{ Now time.Time }

// Ports is what the screen can ask for. Each may be nil. They are called from commands, so they
// may take their time; what comes of them comes back as a message.
type Ports struct {
	Want        func(call.Party) // who is this: a ContactMsg answers
	FetchReport func(id string)  // a ReportMsg answers
	Shown       func([]string)   // the calls on the screen are these now; told when they change
	Quit        func()           // the person leaves
}
