package wire

import (
	"errors"
	"time"
)

// NoticeKind tells what a notice of the Web Calls API says (goto-api.md 6.3).
type NoticeKind uint8

// The kinds of notice.
const (
	// NoticeOther is a notice of a type not known.
	NoticeOther NoticeKind = iota
	// Greetings: the extension is registered on this device and can be called.
	Greetings
	// Incoming: a call rings for this device.
	Incoming
	// FarRinging: the far end of our call rings.
	FarRinging
	// CallAnswered: a call was picked up.
	CallAnswered
	// CallUpdate: something about a call has changed.
	CallUpdate
	// CallEnded: a call is over.
	CallEnded
	// Unregistered: the extension rings on this device no more.
	Unregistered
)

// Notice is a notice of the Web Calls API about this device or a call of it.
type Notice struct {
	Kind NoticeKind
	Type string    // the wire's own word for Kind
	At   time.Time // as in Frame
	// TTL is how long the notice is of use: an incoming call rings that long. 0 when not said.
	TTL time.Duration

	Session      string // of the extension on the device
	Organization string
	Extension    string

	Call   string // id of the call, as it came, to be given back to the service
	Leg    string // of Call Events; may be empty
	Name   string // of the far end; empty when unknown
	Number string // of the far end
	Status string // the service's word for how the call stands; may be empty
	Reason string // why it ended: "BYE", …; open

	// Held and Muted are said by updates; HeldSaid and MutedSaid tell whether they were.
	Held, HeldSaid   bool
	Muted, MutedSaid bool

	// Odd counts the values that could not be understood.
	Odd int
}

// errNoCallID is what a notice of a call without the call's id is refused with, as ErrNoCall.
var errNoCallID = errors.Join(ErrNoCall, errors.New("no callId"))

// maxCallID bounds a call's id, in bytes. The longest known has 91.
const maxCallID = 512

// WebCall decodes the content of a frame of kind WebCall. A type not known is no error. The errors
// are *Error, for ErrNotJSON, ErrCut, ErrTooBig, ErrTooDeep, ErrShape and, when a notice of a call
// does not say of which, ErrNoCall.
func (d *Decoder) WebCall(f Frame) (Notice, error) {
	const what = "web call notice"
	n := Notice{Kind: noticeKind(f.Type), Type: f.Type, At: f.At, TTL: f.TTL}
	if len(f.Content) == 0 {
		if n.ofCall() {
			return Notice{}, &Error{What: what, Err: errNoCallID}
		}
		return n, nil
	}
	if err := d.start(what, f.Content, d.MaxFrame, DefaultMaxFrame); err != nil {
		return Notice{}, err
	}
	object := d.peek() == '{'
	if object {
		d.webCall(&n)
	} else {
		d.skip()
	}
	if err := d.finish(what); err != nil {
		return Notice{}, err
	}
	switch {
	case !object:
		return Notice{}, d.refuse(what, ErrShape)
	case n.ofCall() && n.Call == "":
		return Notice{}, d.refuse(what, errNoCallID)
	}
	n.Odd = d.odd
	return n, nil
}

// ofCall tells whether the notice is about one call.
func (n *Notice) ofCall() bool { return n.Kind >= Incoming && n.Kind <= CallEnded }

// noticeKind knows the words of the guide and those of the reference, which differ in case.
func noticeKind(word string) NoticeKind {
	switch word {
	case "greetings", "Greetings":
		return Greetings
	case "incoming", "Incoming":
		return Incoming
	case "ringing", "Ringing":
		return FarRinging
	case "answered", "Answered":
		return CallAnswered
	case "update", "Update", "updated":
		return CallUpdate
	case "ended", "Ended":
		return CallEnded
	case "unregistered", "Unregistered":
		return Unregistered
	}
	return NoticeOther
}

func (d *Decoder) webCall(n *Notice) {
	d.down()
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "sessionId":
			n.Session = d.text()
		case "organizationId":
			n.Organization = d.text()
		case "extensionNumber":
			n.Extension = d.text()
		case "callId", "id":
			// An update may be the call object itself, whose id has the shorter name.
			if id := d.exact(); len(id) > maxCallID {
				d.odd++
			} else if id != "" && (len(k) > 2 || n.Call == "") {
				n.Call = id
			}
		case "legId":
			n.Leg = d.text()
		case "name":
			if n.Name = d.text(); n.Name == "-" { // how the service says that it knows none
				n.Name = ""
			}
		case "number":
			n.Number = d.text()
		case "status":
			n.Status = d.text()
		case "reasonCode":
			n.Reason = d.text()
		case "isOnHold":
			n.Held, n.HeldSaid = d.flag(), true
		case "isMuted":
			n.Muted, n.MutedSaid = d.flag(), true
		default:
			d.skip()
		}
	}
}
