package phone

import (
	"fmt"
	"time"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/text"
	"ringside/ui/theme"
)

// Kind tells what a call can be transferred to.
type Kind uint8

// The kinds of seat.
const (
	Person  Kind = iota
	Queue        // callers wait there for an agent
	Group        // several telephones ring
	Plan         // a menu
	Mailbox      // a voicemail box
	Room         // a conference bridge
	Number       // what was typed, as a number to dial
	Mine         // another call of this telephone: both are connected, and the desk leaves
)

// String gives the word for a kind; "" for a person, who needs none.
func (k Kind) String() string {
	return [...]string{"", "queue", "ring group", "menu", "voicemail", "conference", "number", ""}[k]
}

// Seat is somebody or something that a call can be transferred to.
type Seat struct {
	Kind      Kind
	Name      string
	Extension string // what is dialled; of Mine, the id of the call

	Call    *call.Call      // a call that the person is in or that rings there; nil: none is known
	Waiting int             // callers who wait in a queue
	Unsure  bool            // the board sees too little to say that somebody is free
	State   phone.CallState // of Mine
	Hint    string          // of Number: what it is, in words
}

// look gives the sign, the words and the style of how a seat is.
func (s Seat) look(th *theme.Theme, now time.Time) (sign, said string, style theme.Style) {
	switch s.Kind {
	case Mine:
		if s.State == phone.Talking {
			return th.Signs.Phone, "your other call: connects the two", th.Accent
		}
		return th.Signs.Phone, "your other call, still ringing: connects the two", th.Accent
	case Number:
		return th.Signs.Phone, s.Hint, th.Text
	case Queue:
		if s.Unsure {
			return th.Sign(call.StateWaiting), "queue", th.Faint
		}
		style = th.Faint
		if s.Waiting > 0 {
			style = th.State(call.StateWaiting)
		}
		return th.Sign(call.StateWaiting), fmt.Sprintf("queue, %d waiting", s.Waiting), style
	case Person:
	case Mailbox:
		return th.Sign(call.StateVoicemail), s.Kind.String(), th.Faint
	default:
		return th.Sign(call.StateInMenu), s.Kind.String(), th.Faint
	}
	switch {
	case s.Call != nil:
		said = s.Call.State.String() + " " + text.Clock(s.Call.Clock(now))
		if who := text.PartyShort(s.Call.Outsider()); who != text.Unknown {
			said = s.Call.State.String() + " with " + text.Cut(who, 20) + " " + text.Clock(s.Call.Clock(now))
			if s.Call.State == call.StateRinging {
				said = "rung by " + text.Cut(who, 20) + " " + text.Clock(s.Call.Clock(now))
			}
		}
		return th.Sign(s.Call.State), said, th.State(s.Call.State)
	case s.Unsure:
		return th.Signs.Stale, "not known", th.Faint
	}
	return th.Signs.Good, "free", th.Good
}

// rank orders seats where nothing is typed: what is likeliest first.
func (s Seat) rank() int {
	switch {
	case s.Kind == Mine:
		return 0
	case s.Kind == Person && s.Call == nil:
		return 1
	case s.Kind == Queue, s.Kind == Group:
		return 2
	case s.Kind == Person:
		return 3
	}
	return 4
}
