package call

// Direction of a call. A call between two extensions is Internal, whatever the wire says.
type Direction uint8

// The directions.
const (
	Inbound Direction = iota
	Outbound
	Internal
)

// String gives the word used on screen and in records.
func (d Direction) String() string { return pick(d, "inbound", "outbound", "internal") }

// Stage is the wire's word for how far a call has come: STARTING, ACTIVE, ENDING.
type Stage uint8

// The stages. StageOther stands for a word not known.
const (
	StageOther Stage = iota
	Starting
	Active
	Ending
)

// String gives the wire's word.
func (s Stage) String() string { return pick(s, "OTHER", "STARTING", "ACTIVE", "ENDING") }

// Status is what a participant or system does in a Snapshot (goto-api.md 4.2).
type Status uint8

// The statuses. StatusOther stands for a word not known, which is kept beside it.
const (
	StatusOther         Status = iota
	StatusRinging              // RINGING
	StatusConnected            // CONNECTED
	StatusInMenu               // IN_INTERACTIVE_VOICE_RESPONSE: in a dial plan, queue or mailbox
	StatusOnHold               // ON_HOLD: the held party
	StatusBlind                // IN_DIRECT_TRANSFER: being moved, blind
	StatusWarm                 // IN_WARM_TRANSFER: being moved, after a consultation
	StatusParked               // PARKED: assumed word, never recorded
	StatusDisconnecting        // DISCONNECTING: leaving; absent from the next state
	StatusGone                 // of a Leg only: no longer in the call
)

// String gives the word used on screen.
func (s Status) String() string {
	return pick(s, "other", "ringing", "connected", "in menu", "on hold", "in blind transfer", "in warm transfer", "parked", "leaving", "gone")
}

// ParticipantKind tells lines from outside parties.
type ParticipantKind uint8

// The kinds of participant. OtherLeg stands for a word not known or missing.
const (
	OtherLeg  ParticipantKind = iota
	LineLeg                   // LINE, and AGENT in reports
	NumberLeg                 // PHONE_NUMBER
)

// SystemKind tells menus, queues and mailboxes apart.
type SystemKind uint8

// The kinds of system. SystemOther stands for a word not known.
const (
	SystemOther SystemKind = iota
	DialPlan
	Queue
	Mailbox
)

// String gives the word used on screen.
func (k SystemKind) String() string { return pick(k, "system", "menu", "queue", "voicemail") }

// State is the word for what a call does now (product.md, "Words for a call").
type State uint8

// The states of a call.
const (
	StateStarting State = iota
	StateInMenu
	StateWaiting
	StateRinging
	StateTalking
	StateOnHold
	StateTransferring
	StateVoicemail
	StateParked
	StateEnded
)

// String gives the word used on screen and in records.
func (s State) String() string {
	return pick(s, "starting", "in menu", "waiting", "ringing", "talking", "on hold", "transferring", "voicemail", "parked", "ended")
}

// Outcome is how a call ended.
type Outcome uint8

// The outcomes. NoOutcome is that of a call still up.
const (
	NoOutcome Outcome = iota
	Answered
	Missed
	AbandonedMenu
	AbandonedQueue
	VoicemailLeft
	Forwarded
	NotConnected
)

// Code gives the word of the record format: "abandoned_queue".
func (o Outcome) Code() string {
	return pick(o, "", "answered", "missed", "abandoned_menu", "abandoned_queue", "voicemail", "forwarded", "not_connected")
}

// String gives the word used on screen: "abandoned in queue".
func (o Outcome) String() string {
	return pick(o, "", "answered", "missed", "abandoned in menu", "abandoned in queue", "voicemail", "forwarded", "not connected")
}

// Lost reports whether somebody called and reached no one: missed, abandoned or sent to voicemail.
func (o Outcome) Lost() bool {
	return o == Missed || o == AbandonedMenu || o == AbandonedQueue || o == VoicemailLeft
}

// Phase is what a millisecond of a call was spent on. Every millisecond belongs to exactly one.
type Phase uint8

// The phases, in the order of the record.
const (
	PhaseSetup Phase = iota
	PhaseMenu
	PhaseWait
	PhaseRing
	PhaseTalk
	PhaseHold
	PhaseTransfer
	PhaseVoicemail
	PhaseClosing
	NumPhases = iota
)

// String gives the word of the record format.
func (p Phase) String() string {
	return pick(p, "setup", "menu", "wait", "ring", "talk", "hold", "transfer", "voicemail", "closing")
}

func pick[T ~uint8](i T, words ...string) string {
	if int(i) < len(words) {
		return words[i]
	}
	return "unknown"
}
