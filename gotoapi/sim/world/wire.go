package world

import (
	"encoding/json"
	"time"
)

// The structs of this file are the service's own JSON, as the recorded traffic shows it: member
// names, which members are left out when empty, and which are never left out. The far end of the
// simulator writes them; nothing of ringside's own decoder is used, so that a test which compares
// the two can find a bug in either.

// Stamp is a time as live frames print it: RFC 3339, UTC, milliseconds, trailing zeros of the
// fraction dropped ("19:32:02.96Z", "14:27:26Z").
type Stamp time.Time

// MarshalJSON implements json.Marshaler.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return []byte(`"` + time.Time(s).UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z") + `"`), nil
}

// Metadata names a call. Member order and omissions follow the recorded frames.
type Metadata struct {
	ConversationSpaceID     string   `json:"conversationSpaceId"`
	Direction               string   `json:"direction"` // INBOUND or OUTBOUND; between two extensions OUTBOUND
	AccountKey              string   `json:"accountKey"`
	CallCreated             Stamp    `json:"callCreated"`
	CallInitiator           string   `json:"callInitiator,omitempty"` // "DIRECT"; missing on an inbound call's first state
	DialString              string   `json:"dialString,omitempty"`
	AssociatedConversations []string `json:"associatedConversations,omitempty"`
	HangupOriginatorID      string   `json:"hangupOriginatorId,omitempty"` // on some ENDING states
}

// State is one numbered snapshot of a call.
type State struct {
	ID             string        `json:"id"`
	SequenceNumber uint64        `json:"sequenceNumber"`
	Type           string        `json:"type"` // STARTING, ACTIVE, ENDING
	Systems        []System      `json:"interactiveVoiceResponseSystems,omitempty"`
	Timestamp      Stamp         `json:"timestamp"`
	Participants   []Participant `json:"participants"` // never null; [] on ENDING
	Recordings     []Recording   `json:"recordings,omitempty"`
	Transcripts    []Recording   `json:"transcripts,omitempty"`
}

// Recording is listed on the ENDING state of a recorded call, as a recording or a transcript.
type Recording struct {
	ID                string `json:"id"`
	StartTimestamp    Stamp  `json:"startTimestamp"`
	TranscriptEnabled *bool  `json:"transcriptEnabled,omitempty"`
}

// Participant is one leg that is in the call now.
type Participant struct {
	ID         string          `json:"id"`
	LegID      string          `json:"legId"`
	Originator string          `json:"originator"`
	Status     Status          `json:"status"`
	Type       ParticipantType `json:"type"`
}

// Status says what a participant does at the moment.
type Status struct {
	Value       string    `json:"value"`
	Initiator   *Endpoint `json:"initiator,omitempty"`
	Transferrer *Endpoint `json:"transferrer,omitempty"`
	Destination *Endpoint `json:"destination,omitempty"`
}

// Endpoint is a party named by a hold or a transfer.
type Endpoint struct {
	ParticipantID       string `json:"participantId,omitempty"`
	ConversationSpaceID string `json:"conversationSpaceId,omitempty"`
	ExtensionNumber     string `json:"extensionNumber,omitempty"`
	Name                string `json:"name,omitempty"`
	Number              string `json:"number,omitempty"`
}

// ParticipantType holds the members of LINE and of PHONE_NUMBER.
type ParticipantType struct {
	Value string `json:"value"` // LINE, PHONE_NUMBER; AGENT in reports

	LineID          string  `json:"lineId,omitempty"`
	DeviceID        string  `json:"deviceId,omitempty"`
	ExtensionNumber string  `json:"extensionNumber,omitempty"`
	PhoneNumberID   string  `json:"phoneNumberId,omitempty"`
	Number          string  `json:"number,omitempty"` // the account's own number
	Name            string  `json:"name"`
	CallProvider    string  `json:"callProvider,omitempty"` // "PSTN"
	Caller          *Party  `json:"caller,omitempty"`
	Callee          *Party  `json:"callee,omitempty"`
	Contact         *NoPost `json:"contact,omitempty"`
	Device          *Device `json:"device,omitempty"`
}

// Party is an outside party of a PHONE_NUMBER.
type Party struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// NoPost is the contact member that later states of a PHONE_NUMBER carry.
type NoPost struct {
	NotAddedReason string `json:"notAddedReason"`
}

// Device is the telephone of a LINE.
type Device struct {
	ID    string     `json:"id"`
	Model string     `json:"model"`
	User  DeviceUser `json:"user"`
}

// DeviceUser owns a Device.
type DeviceUser struct {
	ID string `json:"id"`
}

// System is an interactive voice response system that holds the call: dial plan, queue, mailbox.
type System struct {
	ID         string     `json:"id"`
	Originator string     `json:"originator"`
	Status     Status     `json:"status"` // CONNECTED, DISCONNECTING
	Type       SystemType `json:"type"`
}

// SystemType holds the members of DIAL_PLAN, CALL_QUEUE and VOICEMAIL.
type SystemType struct {
	Value string `json:"value"`

	DialPlanID   string    `json:"dialPlanId,omitempty"`
	ExecutionID  string    `json:"executionId,omitempty"`
	CurrentNode  *Node     `json:"currentNode,omitempty"`
	PreviousNode *PrevNode `json:"previousNode,omitempty"`

	QueueID                 string `json:"queueId,omitempty"`
	QueueName               string `json:"queueName,omitempty"`
	QueueType               string `json:"queueType,omitempty"`
	ConfiguredWrapUpSeconds int    `json:"configuredWrapUpDuration,omitempty"` // s

	VoicemailBoxID  string `json:"voicemailBoxId,omitempty"`
	Number          string `json:"number,omitempty"`
	Folder          string `json:"folder,omitempty"`
	Duration        int64  `json:"duration,omitempty"` // ms
	VoicemailStatus string `json:"voicemailStatus,omitempty"`
}

// Node is where a dial plan stands.
type Node struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Option string `json:"option,omitempty"`
	Result string `json:"result,omitempty"`
}

// PrevNode is where a dial plan came from; both members are empty at its first node.
type PrevNode struct {
	ID        string `json:"id"`
	Connector string `json:"connector"`
}

// Content is the payload of a call-state notification.
type Content struct {
	Metadata Metadata `json:"metadata"`
	State    State    `json:"state"`
}

// Emission is one thing that the account sends out: a call state, or the word that a finished
// call's report can be fetched, or what a registered phone is told. Exactly one of State, Report and Phone
// is set.
type Emission struct {
	At     time.Time // when the service knows it; a state's own timestamp
	State  *Content  // source call-events, type call-state
	Report string    // conversation space id; source call-events-report, type REPORT_SUMMARY
	Phone  *PhoneNotice
	// Revised says that Report was there before and has changed: type REPORT_SUMMARY_REVISION.
	Revised bool
	Raw     json.RawMessage // set by a fault that replaces the content; nil otherwise
}
