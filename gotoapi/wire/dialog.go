package wire

import (
	"math"
	"time"

	"ringside/store/call"
)

// DialogKind tells what a message of the Realtime interface says (goto-api.md 7).
type DialogKind uint8

// The kinds of message.
const (
	// DialogOther is a message of a type not known.
	DialogOther DialogKind = iota
	// Announce: a leg appears on a line.
	Announce
	// Replace: a leg that was announced has changed.
	Replace
	// Withdraw: a leg is gone.
	Withdraw
	// Alive: nothing, but that the service lives.
	Alive
)

// DialogState is what a leg does, in the Realtime interface's words.
type DialogState uint8

// The states of a leg. DialogStateOther stands for a word not known.
const (
	DialogStateOther DialogState = iota
	DialogCreated                // CREATED: the leg is made
	DialogRinging                // RINGING
	DialogAnswered               // ANSWERED: picked up
	DialogBridged                // BRIDGED: joined with another
	DialogUnbridged              // UNBRIDGED: parted from it; comes and goes with hold
	DialogHungUp                 // HUNGUP
)

// Dialog is one message of the Realtime interface: one leg of one line, on one device.
type Dialog struct {
	Kind     DialogKind
	Type     string // the wire's own word for Kind
	Sub      string // the subscription's id, which is of our own choice
	Entity   string // the line, by an id that need not be that of the other interfaces
	Old, New string // ids of the snapshot that is replaced or withdrawn, and of this one

	Leg          string
	Created      time.Time // of the leg; zero when not said
	Device       string    // SIP user name
	Caller       call.Party
	Callee       call.Party // numbers are bare digits, or an extension
	Outgoing     bool       // direction initiator: the line calls
	State        DialogState
	StateText    string     // the wire's own word where State is DialogStateOther
	First        call.Party // "ani": the account's number that was called first, and its label
	Originator   string     // the same for all legs of a call
	Organization string
	ClickToCall  bool
	Recorded     int // recordings listed

	// Odd counts the values that could not be understood.
	Odd int
}

// Dialog decodes one message of the Realtime interface. A type not known is no error. The errors
// are *Error, for ErrNotJSON, ErrCut, ErrTooBig, ErrTooDeep, ErrShape and, when an announcement or a
// replacement does not say of which call, ErrNoCall.
func (d *Decoder) Dialog(b []byte) (Dialog, error) {
	const what = "dialog"
	if err := d.start(what, b, d.MaxFrame, DefaultMaxFrame); err != nil {
		return Dialog{}, err
	}
	var g Dialog
	object := d.peek() == '{'
	if object {
		d.dialog(&g)
	} else {
		d.skip()
	}
	if err := d.finish(what); err != nil {
		return Dialog{}, err
	}
	if !object || g.Type == "" {
		return Dialog{}, d.refuse(what, ErrShape)
	}
	if (g.Kind == Announce || g.Kind == Replace) && g.Originator == "" {
		return Dialog{}, d.refuse(what, ErrNoCall)
	}
	g.Odd = d.odd
	return g, nil
}

func (d *Decoder) dialog(g *Dialog) {
	d.down()
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "type":
			g.Type = d.text()
			g.Kind = dialogKind(g.Type)
		case "subId":
			g.Sub = d.text()
		case "entityId":
			g.Entity = d.text()
		case "oldId":
			g.Old = d.text()
		case "newId":
			g.New = d.text()
		case "data":
			g.forgetData()
			if d.enter('{') {
				d.dialogData(g)
			}
		default:
			d.skip()
		}
	}
}

// forgetData takes back what an earlier member "data" said: of a repeated member the last counts.
func (g *Dialog) forgetData() {
	*g = Dialog{Kind: g.Kind, Type: g.Type, Sub: g.Sub, Entity: g.Entity, Old: g.Old, New: g.New}
}

func dialogKind(word string) DialogKind {
	switch word {
	case "announce":
		return Announce
	case "replace":
		return Replace
	case "withdraw":
		return Withdraw
	case "keepalive":
		return Alive
	}
	return DialogOther
}

func (d *Decoder) dialogData(g *Dialog) {
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "legId":
			g.Leg = d.text()
		case "created":
			g.Created = d.millis()
		case "participant":
			g.Device = d.text()
		case "caller":
			d.party(&g.Caller)
		case "callee":
			d.party(&g.Callee)
		case "direction":
			d.dialogDirection(g)
		case "state":
			d.dialogState(g)
		case "ani":
			g.First = labelled(d.text())
		case "originatorId":
			g.Originator = d.text()
		case "originatorOrganizationId":
			g.Organization = d.text()
		case "isClickToCall":
			g.ClickToCall = d.flag()
		case "recordings":
			g.Recorded = d.length()
		default:
			d.skip()
		}
	}
}

func (d *Decoder) dialogDirection(g *Dialog) {
	word := d.said()
	g.Outgoing = string(word) == "initiator"
	if len(word) > 0 && !g.Outgoing && string(word) != "recipient" {
		d.odd++
	}
}

func (d *Decoder) dialogState(g *Dialog) {
	g.StateText = ""
	switch word := d.said(); string(word) {
	case "CREATED":
		g.State = DialogCreated
	case "RINGING":
		g.State = DialogRinging
	case "ANSWERED":
		g.State = DialogAnswered
	case "BRIDGED":
		g.State = DialogBridged
	case "UNBRIDGED":
		g.State = DialogUnbridged
	case "HUNGUP":
		g.State = DialogHungUp
	default:
		g.State, g.StateText = DialogStateOther, d.known.get(word)
		d.odd++
	}
}

// millis takes the next value as a time in milliseconds since the epoch; the zero time when there
// is none.
func (d *Decoder) millis() time.Time {
	said := d.said()
	if len(said) == 0 {
		return time.Time{}
	}
	n, ok := uintOf(said)
	if !ok || n == 0 || n > math.MaxInt64/uint64(time.Millisecond) {
		d.odd++
		return time.Time{}
	}
	return time.UnixMilli(int64(n)).UTC()
}

// labelled reads "label <number>".
func labelled(s string) call.Party {
	n := len(s)
	if n == 0 || s[n-1] != '>' {
		return call.Party{Number: s}
	}
	for i := n - 2; i >= 0; i-- {
		if s[i] == '<' {
			return call.Party{Name: call.Clean(s[:i]), Number: call.Clean(s[i+1 : n-1])}
		}
	}
	return call.Party{Name: s}
}
