package wire

import (
	"bytes"
	"time"

	"ringside/store/call"
)

// FrameKind tells what a Frame says.
type FrameKind uint8

// The kinds of frame.
const (
	// Other is a notification of a source or type not known; it is kept by name and content.
	Other FrameKind = iota
	// CallState carries one state of a call: Event is set.
	CallState
	// ReportReady says that a finished call's report can be fetched: Event is set.
	ReportReady
	// RefreshRequired asks for the channel's refresh within Remaining.
	RefreshRequired
	// ToBeClosed says that the service will close the socket: make a new channel at once.
	ToBeClosed
	// WebCall is a notice of the Web Calls API about a device's call; Content is set.
	WebCall
	// KeepAlive says nothing but that the service lives.
	KeepAlive
)

// String gives the word used in logs.
func (k FrameKind) String() string {
	switch k {
	case CallState:
		return "call state"
	case ReportReady:
		return "report ready"
	case RefreshRequired:
		return "refresh required"
	case ToBeClosed:
		return "to be closed"
	case WebCall:
		return "web call"
	case KeepAlive:
		return "keepalive"
	}
	return "other"
}

// Frame is one notification, from a websocket, a webhook or a recording.
type Frame struct {
	Kind    FrameKind
	EventID uint64        // counts up on one channel; 0 in webhook deliveries
	ID      string        // of the notification, in webhook deliveries, where repeats are known by it
	Source  string        // publisher: "call-events", "call-events-report", "WebRTC", …
	Type    string        // "call-state", "REPORT_SUMMARY", "incoming", …
	At      time.Time     // the publisher's time, else that of the envelope; zero when neither is said
	TTL     time.Duration // how long the notification is worth delivering; 0 when not said

	Event     call.Event    // CallState and ReportReady; Event.Received is left to the caller
	Revision  bool          // ReportReady: a report that was there before has changed
	Remaining time.Duration // RefreshRequired: what is left of the channel's life
	Content   []byte        // WebCall and Other: the content's JSON, a copy; nil when there is none

	// Report is the whole report, of a ReportReady frame out of a recorded report only.
	Report *call.Report

	// Odd counts the values that could not be understood or were too many to keep.
	Odd int
}

// DefaultMaxFrame and DefaultMaxBody bound a message and an answer, in bytes. The service itself
// keeps notifications below 1 MB.
const (
	DefaultMaxFrame = 1 << 20
	DefaultMaxBody  = 16 << 20
)

// Decoder decodes one document after another. It is not for concurrent use. Its memory is bounded:
// a table of the texts seen last and a buffer as large as the largest document needed.
type Decoder struct {
	// MaxFrame and MaxBody are the longest message and the longest answer taken, in bytes; 0 stands
	// for DefaultMaxFrame and DefaultMaxBody.
	MaxFrame, MaxBody int

	scanner
	known   interner
	legs    []call.SnapLeg    // being collected for the state at hand
	systems []call.SnapSystem // as legs
	members int               // legs and systems kept of the document at hand

	metas       twins[call.Meta]
	legTwins    twins[legTwin]
	systemTwins twins[call.SnapSystem]

	keep      bool  // recordings and transcripts are kept, not only counted: in reports
	tapesKept int   // of the document at hand
	ofLegs    tapes // of the legs of the state at hand
	ofState   tapes // of the state at hand itself
}

// NewDecoder gives a Decoder with the default limits.
func NewDecoder() *Decoder { return &Decoder{known: newInterner()} }

// start prepares for a document, and refuses one longer than its limit without reading it.
func (d *Decoder) start(what string, b []byte, limit, usual int) error {
	if limit <= 0 {
		limit = usual
	}
	if len(b) > limit {
		return &Error{What: what, Err: ErrTooBig, Offset: limit}
	}
	d.begin(b)
	d.members, d.keep, d.tapesKept = 0, false, 0
	return nil
}

// finish is asked after a document for what was wrong with it.
func (d *Decoder) finish(what string) error {
	d.end()
	if d.err == nil {
		return nil
	}
	return &Error{What: what, Err: d.err, Offset: d.at, Excerpt: excerpt(d.b, d.at)}
}

// refuse is for a document that is JSON and cannot be used for the given reason.
func (d *Decoder) refuse(what string, err error) error {
	return &Error{What: what, Err: err, Excerpt: excerpt(d.b, 0)}
}

// Frame decodes one message: a websocket's envelope, or the bare notification a webhook delivers;
// its members tell which. Of an unknown source or type the kind is Other, which is no error. The
// errors are *Error, for ErrNotJSON, ErrCut, ErrTooBig, ErrTooDeep, ErrShape and ErrNoCall.
//
// The Frame keeps no part of b.
func (d *Decoder) Frame(b []byte) (Frame, error) {
	const what = "frame"
	if err := d.start(what, b, d.MaxFrame, DefaultMaxFrame); err != nil {
		return Frame{}, err
	}
	var m message
	object := d.peek() == '{'
	if object {
		d.message(&m)
	} else {
		d.skip()
	}
	if err := d.finish(what); err != nil {
		return Frame{}, err
	}
	f := d.frame(&m, m.notice())
	if !object || f.Source == "" && f.Type == "" && m.event == "" {
		return Frame{}, d.refuse(what, ErrShape)
	}
	if (f.Kind == CallState || f.Kind == ReportReady) && f.Event.Meta.ID == "" {
		return Frame{}, d.refuse(what, ErrNoCall)
	}
	return f, nil
}

// message is the outermost object: an envelope with data, or itself a notice.
type message struct {
	event     string
	eventID   uint64
	id        string // of a bare notice; that of an enveloped one is of no use
	enveloped bool
	data      notice
	bare      notice
}

// notice is a notification: what an envelope calls data, and what a webhook is sent.
type notice struct {
	source, typ string
	at          time.Time
	ttl         time.Duration
	content     content
	from, to    int // where content stands in the document
}

// content is what any known notification may contain. Which of it counts is known only when source
// and type are, and these may stand behind it.
type content struct {
	meta      call.Meta // metadata
	stated    bool      // there is a state
	state     call.Snapshot
	id        string // report notices: conversationSpaceId
	account   string
	remaining time.Duration
}

func (m *message) notice() *notice {
	if m.enveloped {
		return &m.data
	}
	return &m.bare
}

func (d *Decoder) message(m *message) {
	d.down()
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "event":
			m.event = d.text()
		case "eventId":
			m.eventID = d.count()
		case "id":
			m.id = d.exact()
		case "data":
			m.data = notice{}
			m.enveloped = d.enter('{')
			if m.enveloped {
				d.notice(&m.data)
			}
		default:
			d.noticed(&m.bare, k)
		}
	}
}

func (d *Decoder) notice(n *notice) {
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		d.noticed(n, k)
	}
}

func (d *Decoder) noticed(n *notice, k []byte) {
	switch string(k) {
	case "source":
		n.source = d.text()
	case "type":
		n.typ = d.text()
	case "timestamp":
		n.at = d.when()
	case "ttl":
		n.ttl = d.span(time.Second)
	case "content":
		n.content = content{}
		d.peek()
		n.from = d.i
		d.content(&n.content)
		n.to = d.i
	default:
		d.skip()
	}
}

func (d *Decoder) content(c *content) {
	if d.peek() != '{' { // of unknown notices it may be anything
		d.skip()
		return
	}
	d.down()
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "metadata":
			d.meta(&c.meta)
		case "state":
			c.stated = d.state(&c.state)
		case "conversationSpaceId":
			c.id = d.text()
		case "accountKey":
			c.account = d.text()
		case "remainingLifetime":
			c.remaining = d.span(time.Second)
		default:
			d.skip()
		}
	}
}

// frame tells by source and type what a notice is.
func (d *Decoder) frame(m *message, n *notice) Frame {
	f := Frame{EventID: m.eventID, Source: n.source, Type: n.typ, At: n.at, TTL: n.ttl}
	if !m.enveloped {
		f.ID = call.Clean(m.id)
	} else {
		if f.At.IsZero() {
			f.At = m.bare.at
		}
		if n.source == "" && n.typ == "" {
			f.Source, f.Type = m.bare.source, m.bare.typ
		}
	}
	switch f.Kind = n.kind(); f.Kind {
	case CallState:
		f.Event = call.Event{Kind: call.KindState, Meta: n.content.meta, Snapshot: n.content.state}
		if !n.content.stated {
			d.odd++
		}
	case ReportReady:
		f.Event = call.Event{Kind: call.KindReport, Meta: n.content.meta}
		if n.content.id != "" {
			f.Event.Meta.ID = n.content.id
		}
		if n.content.account != "" {
			f.Event.Meta.Account = n.content.account
		}
		f.Revision = n.typ == "REPORT_SUMMARY_REVISION"
	case RefreshRequired:
		f.Remaining = n.content.remaining
	case WebCall, Other:
		d.odd = 0 // what is not understood here is not looked at either
		if n.to > n.from {
			f.Content = bytes.Clone(d.b[n.from:n.to])
		}
	}
	f.Odd = d.odd
	return f
}

// kind goes by the source first: the vendor's own demo tells report notices by their source alone,
// and their type has been renamed once.
func (n *notice) kind() FrameKind {
	switch n.source {
	case "call-events":
		if n.typ == "call-state" || n.typ == "" && n.content.stated {
			return CallState
		}
	case "call-events-report":
		switch n.typ {
		case "REPORT_SUMMARY", "REPORT_SUMMARY_REVISION", "call-events-report", "":
			return ReportReady
		}
		if n.content.id != "" {
			return ReportReady
		}
	case "notification-websocket":
		switch n.typ {
		case "WEBSOCKET_REFRESH_REQUIRED":
			return RefreshRequired
		case "WEBSOCKET_TO_BE_CLOSED":
			return ToBeClosed
		}
	case "WebRTC":
		return WebCall
	}
	return Other
}
