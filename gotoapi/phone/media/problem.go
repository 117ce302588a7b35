package media

import (
	"time"

	"ringside/store/phone"
)

// Problem is what keeps a call from having sound, for people.
type Problem struct {
	What string // one line: what failed
	Fix  string // one line: what to do
	// Restart tells that a new offer with an ICE restart may mend it.
	Restart bool
	Err     error // what is behind it; may be nil
}

// Error gives what failed.
func (p *Problem) Error() string { return p.What }

// Hint gives what to do.
func (p *Problem) Hint() string { return p.Fix }

// Unwrap gives what is behind it.
func (p *Problem) Unwrap() error { return p.Err }

// How long things may take.
const (
	connectWithin = 10 * time.Second // from the answer to the first connection
	silentAfter   = 2 * time.Second  // without a packet, or without a connection
)

func noPath(err error) *Problem {
	return &Problem{What: "no network path for the sound of the call", Fix: phone.NoPathHint, Restart: true, Err: err}
}

func lostPath() *Problem {
	return &Problem{What: "the sound was interrupted: its network path is lost", Fix: "a new one is being looked for; if it stays silent, hang up and call again", Restart: true}
}

func badAnswer(what string, err error) *Problem {
	return &Problem{What: "the service's answer about the sound cannot be used: " + what, Fix: "hang up and call again; with a desk phone, calls go on without it", Err: err}
}
