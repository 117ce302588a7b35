package phone

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/action"
	"ringside/ui/text"
)

// Why tells why a key of the telephone cannot act, and what would help.
type Why struct{ Text, Hint string }

// Focused gives the call that the keys act on: the one in focus, else the oldest that is up.
func Focused(v phone.View) (c phone.Call, ok bool) {
	for _, one := range v.Calls {
		if one.Open() && (one.Focus || !ok) {
			c, ok = one, true
			if one.Focus {
				break
			}
		}
	}
	return c, ok
}

// Find gives a call by its id.
func Find(v phone.View, id string) (phone.Call, bool) {
	for _, c := range v.Calls {
		if c.ID == id {
			return c, true
		}
	}
	return phone.Call{}, false
}

// Open gives the calls that are up, oldest first.
func Open(v phone.View) []phone.Call {
	var out []phone.Call
	for _, c := range v.Calls {
		if c.Open() {
			out = append(out, c)
		}
	}
	return out
}

// Ringing gives the calls that ring here, oldest first.
func Ringing(v phone.View) []phone.Call {
	var out []phone.Call
	for _, c := range v.Calls {
		if c.Incoming && c.State == phone.Ringing {
			out = append(out, c)
		}
	}
	return out
}

// Other gives the call beside the one in focus that the desk would turn to: the first of those that
// talk or wait on hold, else of those that ring.
func Other(v phone.View) (phone.Call, bool) {
	at, ok := Focused(v)
	if !ok {
		return phone.Call{}, false
	}
	var found *phone.Call
	for i, c := range v.Calls {
		if c.Open() && c.ID != at.ID && (found == nil || found.State != phone.Talking && c.State == phone.Talking) {
			found = &v.Calls[i]
		}
	}
	if found == nil {
		return phone.Call{}, false
	}
	return *found, true
}

// Target gives the call that an action of the telephone is about now: the one in focus, else the oldest that
// it can mean. Where there is none, ok is false and why tells it.
func Target(v phone.View, a action.Action) (c phone.Call, why Why, ok bool) {
	fits := func(c phone.Call) bool { return c.State == phone.Talking }
	none := "you are in no call"
	switch a {
	case action.Answer, action.Voicemail:
		fits = func(c phone.Call) bool { return c.Incoming && c.State == phone.Ringing }
		none = "no call rings this telephone"
	case action.Swap:
		fits = func(c phone.Call) bool { return c.State == phone.Talking || c.Incoming && c.State == phone.Ringing }
	case action.HangUp:
		fits = phone.Call.Open
		none = "there is no call to reject or to hang up"
	case action.Keypad, action.Tone:
		fits = func(c phone.Call) bool { return c.State == phone.Talking && !c.Held }
	}
	at, up := Focused(v)
	if up && fits(at) {
		return at, Why{}, true
	}
	for _, one := range v.Calls {
		if one.Open() && fits(one) {
			return one, Why{}, true
		}
	}
	if why, off := Unready(v.Line); off {
		return c, why, false
	}
	switch {
	case up && at.State == phone.Answering && (a == action.Answer || a == action.Voicemail):
		none = "it is being answered"
	case up && at.State == phone.Talking && at.Held:
		none = "the call is on hold, which hears no tones"
	case up && at.State != phone.Talking && a != action.Answer && a != action.Voicemail:
		none = "the call is not answered yet"
	}
	return c, Why{Text: none}, false
}

// Consults reports whether c was dialled to ask somebody about the call on hold: what a transfer then gives
// away is the call on hold.
func Consults(c, held phone.Call) bool {
	return !c.Incoming && held.State == phone.Talking && held.Held && held.Began.Before(c.Began)
}

// Unready reports whether a line can neither ring nor dial, and why.
func Unready(l phone.Line) (why Why, off bool) {
	var said string
	switch l.State {
	case phone.Ready:
		return Why{}, false
	case phone.Registering:
		said = "the telephone of this desk is being set up"
	case phone.Lost:
		said = "the telephone has lost its line, and sets it up again"
	case phone.Refused:
		said = "this desk has no telephone"
	default:
		return Why{"this desk has no telephone", call.Clean(l.Hint)}, true
	}
	return Why{text.Join(": ", said, call.Clean(l.Why)), call.Clean(l.Hint)}, true
}

// Left gives how long a ringing call will ring yet, and which share of the ring that is, 0 to 1; ok
// is false where the notice has no end.
func Left(c phone.Call, now time.Time) (left time.Duration, share float64, ok bool) {
	if c.RingUntil.IsZero() || c.State != phone.Ringing {
		return 0, 0, false
	}
	left = max(0, c.RingUntil.Sub(now))
	if all := c.RingUntil.Sub(c.Began); all > 0 {
		share = min(1, float64(left)/float64(all))
	}
	return left, share, true
}

// Seconds writes what is left of a countdown, the started second counted whole: "18 s".
func Seconds(d time.Duration) string {
	return fmt.Sprintf("%d s", (max(0, d)+time.Second-1)/time.Second)
}

// Party gives who is at the far end, as the service wrote it.
func Party(c phone.Call) call.Party {
	name := strings.TrimSpace(c.Name)
	if name == "-" { // the service's word for nobody known (goto-api.md 6.2)
		name = ""
	}
	return call.Party{Name: name, Number: c.Number}
}
