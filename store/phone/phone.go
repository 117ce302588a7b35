// Package phone holds the words for the telephone of this desk: its line, its calls, its sound, and
// what can be asked of it. It is pure: gotoapi/phone makes these values, the screen and the commands
// show them.
package phone

import (
	"context"
	"time"
)

// View is the telephone at one moment. A View is never changed once it has been handed out.
type View struct {
	Line  Line
	Sound Sound
	Calls []Call // oldest first; one that has ended stays for a moment, so that its end can be read
}

// LineState is how the line of the desk is registered with the service.
type LineState string

// The states of a line.
const (
	Off         LineState = "off"         // nobody asked for a telephone
	Registering LineState = "registering" // device and extension are being set up
	Ready       LineState = "ready"       // it can ring and dial
	Lost        LineState = "lost"        // it was ready, and is being set up again
	Refused     LineState = "refused"     // the account does not allow it: Why and Hint tell
)

// Line is the registration of the desk as one more telephone of my extension.
type Line struct {
	State     LineState
	Extension string
	Why       string // one line: what failed; empty when all is well
	Hint      string // one line: what to do
}

// CallState is how a call of this telephone stands.
type CallState string

// The states of a call.
const (
	Dialling  CallState = "dialling"  // it was asked for, nothing rings yet
	Calling   CallState = "calling"   // the far end rings
	Ringing   CallState = "ringing"   // it rings here
	Answering CallState = "answering" // the answer key was pressed, the service has not agreed yet
	Talking   CallState = "talking"   // both ends are connected
	Ended     CallState = "ended"     // Why tells how
)

// Call is a call of this telephone.
type Call struct {
	ID       string // names the call here; it stays the same
	LegID    string // the leg in Call Events (goto-api.md 6.2); empty until it is known
	Incoming bool
	Number   string // of the far end, as the service wrote it
	Name     string // of the far end, as the service wrote it; may be empty
	State    CallState
	Focus    bool // keys act on this call

	Began     time.Time // when it was announced or dialled
	RingUntil time.Time // when the notice of an incoming call runs out (its ttl); zero when unknown
	Answered  time.Time // zero before
	Ended     time.Time // zero before

	Held  bool   // by us
	Muted bool   // our sound does not leave
	Tones string // the DTMF digits sent so far
	Moves string // who it is being transferred to; empty when it is not
	// Joined: it and another call of this telephone are one conversation.
	Joined bool

	Quality Quality
	Level   Level

	Why  string // how it ended, or what failed; a sentence for people
	Hint string // what to do; may be empty
}

// Open reports whether the call still needs the telephone.
func (c Call) Open() bool { return c.State != Ended }

// Level is how loud both directions are, 0 (silent) to 1 (full scale), peak of the last moment.
type Level struct{ In, Out float64 } // In is heard from the far end, Out is sent to it

// Sound tells where sound comes from and goes to.
type Sound struct {
	On      bool   // false: control without sound
	In, Out string // names of the devices or files, for people
	Why     string // why there is no sound, or less than was asked for
	Hint    string
}

// DeskPhone can have the person's own desk phone ring and, once it is picked up, dial a number from it:
// the way out where this program has no sound or no line. Errors are as those of Phone.
type DeskPhone interface {
	RingDesk(ctx context.Context, number string) error
}

// Phone is what can be asked of the telephone. Calls are named by Call.ID; the methods return once the
// service has agreed, and what follows shows in the next View. Errors read as one sentence, and carry
// what to do as a method Hint() string. Dial and Answer put a call that is talked on on hold, and have the
// new one in focus.
type Phone interface {
	Dial(ctx context.Context, number string) (id string, err error)
	Answer(ctx context.Context, id string) error
	Decline(ctx context.Context, id string) error
	SendToVoicemail(ctx context.Context, id string) error
	HangUp(ctx context.Context, id string) error
	Hold(ctx context.Context, id string, on bool) error
	Mute(ctx context.Context, id string, on bool) error
	Tone(ctx context.Context, id, digits string) error
	Transfer(ctx context.Context, id, to string) error            // blind
	CompleteTransfer(ctx context.Context, id, other string) error // warm: both calls are mine
	Merge(ctx context.Context, id, other string) error
	Focus(id string)
	// Again tries once more what the account has refused; otherwise it does nothing. It waits for nothing.
	Again()
}
