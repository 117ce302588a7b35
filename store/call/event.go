package call

import "time"

// Kind tells what an Event says.
type Kind uint8

// The kinds of event.
const (
	// KindState carries one numbered snapshot of a call: Meta and Snapshot are set.
	KindState Kind = iota + 1
	// KindReport says that the report of a finished call can be fetched: Meta.ID is set.
	KindReport
)

// Source tells how an Event reached us. The fold treats all alike; counters tell them apart.
type Source uint8

// The sources of events.
const (
	FromStream Source = iota // pushed by the service
	FromRefill               // asked for by number, to close a gap
	FromReport               // the states of a finished call's report
	FromReplay               // a recording
)

// Event is one fact about one call, from whichever source.
type Event struct {
	Kind     Kind
	Source   Source
	Received time.Time // when it reached this program; zero in a replay
	Meta     Meta
	Snapshot Snapshot
}

// Meta names the call an Event is about and says what holds for the whole of it
// (goto-api.md 4.2, "metadata").
type Meta struct {
	ID         string // conversation space id
	Account    string // account key
	Inbound    bool   // direction INBOUND
	Outbound   bool   // direction OUTBOUND, which the service also says of calls between two extensions
	Created    time.Time
	Initiator  string   // "DIRECT" or another word; how the call was begun
	DialString string   // the digits as dialled, outbound calls
	Associated []string // other conversations of the same journey (warm transfer)
	HangupBy   string   // participant id; on some last states and in reports, a weak hint
}

// Snapshot is one state of a call: who is in it at one moment. It is complete by itself, not a
// change list (goto-api.md 4.2, "state").
type Snapshot struct {
	Seq     uint64 // 1.. without holes within a call
	Stage   Stage
	At      time.Time // the state's own time; several states may share one millisecond
	Legs    []SnapLeg
	Systems []SnapSystem
	// Recorded is the number of recordings the state lists.
	Recorded int
}

// SnapLeg is one participant as a Snapshot shows it.
type SnapLeg struct {
	Participant Participant
	Status      Status
	StatusText  string // the wire's own word where Status is StatusOther
	Move        *Move  // who put it on hold or transfers it; nil for most
}

// Participant is what does not change about a leg. Strings that are unknown are empty.
type Participant struct {
	ID         string // participant id, unique within a call
	LegID      string
	Originator string // participant id of the one who caused this leg; its own for the first
	Kind       ParticipantKind
	Called     bool   // phone numbers: the outside party was called (callee), not calling
	KindText   string // the wire's own word where Kind is OtherLeg
	Name       string // of the person; for a phone number, the label of the account's own number
	Extension  string // lines: the extension number, leading zeros kept
	LineID     string
	DeviceID   string
	Device     string // device model, "yealink.sip.t46s", "goto.clients"
	UserID     string
	NumberID   string // phone numbers: id of the account's own number
	Number     string // phone numbers: the account's own number
	Outside    Party  // phone numbers: the outside party
}

// Party is somebody by name and number, either of which may be empty.
type Party struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// Move tells who holds or transfers a leg, and to where (goto-api.md 4.2, "status values").
type Move struct {
	Initiator   Endpoint // who pressed hold or transfer
	Transferrer Endpoint // warm transfer: his leg in the consultation
	Destination Endpoint // where the leg goes
}

// Endpoint is a party named by a Move.
type Endpoint struct {
	Participant  string // participant id
	Conversation string // the conversation that participant is in
	Extension    string
	Name         string
	Number       string
}

// SnapSystem is one dial plan, queue or mailbox as a Snapshot shows it.
type SnapSystem struct {
	System System
	Status Status // Connected or Disconnecting
	Node   Node   // where a dial plan stands
}

// System is what does not change about a dial plan, queue or mailbox that holds a call.
type System struct {
	ID         string
	Originator string
	Kind       SystemKind
	KindText   string // the wire's own word where Kind is SystemOther
	PlanID     string // dial plan
	QueueID    string
	QueueName  string
	WrapUp     time.Duration // queue: configured wrap-up
	BoxID      string        // mailbox
	Number     string        // mailbox: its number
	Folder     string        // mailbox, when finished: "INBOX"
	Message    time.Duration // mailbox, when finished: length of the message
	Result     string        // mailbox, when finished: SUCCESS or FAILED
}

// Node is a step of a dial plan.
type Node struct {
	ID     string // "AttendantPromptNode_1004"
	Type   string // "AttendantPromptNode"
	Option string // the key the caller pressed
	Result string // "DIALED_OPTION", "COMPLETED", …; empty while the node runs
	Via    string // connector that led here: "option_3", "nextNode"
}
