package world

import "time"

// Report is a finished call, member for member as the Call Events Report API answers it.
type Report struct {
	ConversationSpaceID     string              `json:"conversationSpaceId"`
	CallCreated             ReportStamp         `json:"callCreated"`
	CallEnded               ReportStamp         `json:"callEnded"`
	CallInitiator           string              `json:"callInitiator"`
	Direction               string              `json:"direction"`
	AccountKey              string              `json:"accountKey"`
	Participants            []ReportParticipant `json:"participants"`
	Systems                 []ReportSystem      `json:"interactiveVoiceResponseSystems"` // queues and mailboxes; never null
	AssociatedConversations []string            `json:"associatedConversations"`         // never null
	HangupOriginatorID      string              `json:"hangupOriginatorId,omitempty"`
	CallStates              []ReportState       `json:"callStates"`
	Actions                 []Action            `json:"actions,omitempty"`
	AIAnalysis              *Analysis           `json:"aiAnalysis,omitempty"`
}

// ReportStamp is a time as reports print it: three decimals, or none on a whole second.
type ReportStamp time.Time

// MarshalJSON implements json.Marshaler.
func (s ReportStamp) MarshalJSON() ([]byte, error) {
	t := time.Time(s).UTC().Truncate(time.Millisecond)
	if t.Nanosecond() == 0 {
		return []byte(t.Format(`"2006-01-02T15:04:05Z"`)), nil
	}
	return []byte(t.Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// ReportState is a State with a report's order of members and print of times.
type ReportState struct {
	ID             string        `json:"id"`
	Type           string        `json:"type"`
	SequenceNumber uint64        `json:"sequenceNumber"`
	Timestamp      ReportStamp   `json:"timestamp"`
	Participants   []Participant `json:"participants"`
	Systems        []System      `json:"interactiveVoiceResponseSystems,omitempty"`
	Recordings     []Recording   `json:"recordings,omitempty"`
	Transcripts    []Recording   `json:"transcripts,omitempty"`
}

// ReportParticipant is a leg that was ever part of the call. It has no status.
type ReportParticipant struct {
	ID              string      `json:"id"`
	Originator      string      `json:"originator"`
	LegID           string      `json:"legId"`
	Recordings      []Recording `json:"recordings"`
	LiveTranscripts []Recording `json:"liveTranscripts"`
	Transcripts     []Recording `json:"transcripts"`
	Type            ReportType  `json:"type"`
}

// ReportType is a participant's type at a report's top level: LINE gains its user, and one who
// answered from a queue is an AGENT.
type ReportType struct {
	ParticipantType
	UserID                           string    `json:"userId,omitempty"`
	UserKey                          string    `json:"userKey,omitempty"`
	WrapUpDuration                   *int64    `json:"wrapUpDuration,omitempty"` // ms
	InteractiveVoiceResponseSystemID string    `json:"interactiveVoiceResponseSystemId,omitempty"`
	Skills                           *[]string `json:"skills,omitempty"`
	MatchedSkills                    *[]string `json:"matchedSkills,omitempty"`
}

// ReportSystem is a queue or a mailbox that the call was in.
type ReportSystem struct {
	ID         string           `json:"id"`
	Originator string           `json:"originator"`
	Type       ReportSystemType `json:"type"`
}

// ReportSystemType is a system's type at a report's top level.
type ReportSystemType struct {
	SystemType
	ExtensionNumber    string    `json:"extensionNumber,omitempty"`
	LeftQueueReason    string    `json:"leftQueueReason,omitempty"` // ANSWERED, ABANDON
	CallbackOffered    *bool     `json:"callbackOffered,omitempty"`
	Intents            *[]string `json:"intents,omitempty"`
	CallerWaitDuration *int64    `json:"callerWaitDuration,omitempty"` // ms; off from the states by up to 0.1 s
}

// Action is something that happened around a call, such as a new voicemail.
type Action struct {
	Timestamp string     `json:"timestamp"` // nine decimals
	Type      ActionType `json:"type"`
}

// ActionType holds the members of VOICEMAIL_NEW and VOICEMAIL_DELETED.
type ActionType struct {
	Value           string `json:"value"`
	CallerName      string `json:"callerName"`
	DurationMS      int64  `json:"durationMs"`
	CreatedTime     string `json:"createdTime"`
	ExtensionID     string `json:"extensionId"`
	MailboxType     string `json:"mailboxType"` // "LINE"
	VoicemailID     string `json:"voicemailId"`
	CalledNumber    string `json:"calledNumber"`
	CallerNumber    string `json:"callerNumber"`
	VoicemailBoxID  string `json:"voicemailboxId"`
	ExtensionNumber string `json:"extensionNumber"`
}

// Summary is one entry of the list of finished calls.
type Summary struct {
	ConversationSpaceID string         `json:"conversationSpaceId"`
	AccountKey          string         `json:"accountKey"`
	CallCreated         ReportStamp    `json:"callCreated"`
	CallAnswered        *ReportStamp   `json:"callAnswered,omitempty"` // a dial plan counts as answering
	CallEnded           ReportStamp    `json:"callEnded"`
	CallInitiator       string         `json:"callInitiator"`
	Direction           string         `json:"direction"`
	Caller              SummaryParty   `json:"caller"`
	CallerOutcome       string         `json:"callerOutcome"` // NORMAL, MISSED, VOICEMAIL, LEFT_QUEUE, LEFT_ON_HOLD, LEFT_DIAL_PLAN
	Participants        []SummaryParty `json:"participants"`  // those who answered; never null
}

// SummaryParty is a participant in a Summary: Number is the extension or the outside number.
type SummaryParty struct {
	Name   string      `json:"name"`
	Number string      `json:"number"`
	LegID  string      `json:"legId"`
	Type   SummaryType `json:"type"`
}

// SummaryType is the short form of a participant's type.
type SummaryType struct {
	Value         string `json:"value"`
	LineID        string `json:"lineId,omitempty"`
	UserID        string `json:"userId,omitempty"`
	UserKey       string `json:"userKey,omitempty"`
	PhoneNumberID string `json:"phoneNumberId,omitempty"`
	Number        string `json:"number,omitempty"`
	Name          string `json:"name,omitempty"`
	CallProvider  string `json:"callProvider,omitempty"`
}
