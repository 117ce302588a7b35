package call

import "time"

// Report is the service's account of a finished call (goto-api.md 5.3): every state from 1, and
// some things that no state tells.
type Report struct {
	ID        string
	Events    []Event   // one KindState event a state, Source FromReport, ready for Board.Apply or Fold
	Ended     time.Time // callEnded
	HangupBy  string    // participant id; absent when nobody answered; a hint
	People    []ReportPerson
	Queues    []ReportQueue
	Mailboxes []System
	Actions   []ReportAction
	AI        ReportAI
	// Recordings and Transcripts are what was kept of the talk, in the order in which they began.
	Recordings  []Recording
	Transcripts []Recording
	Raw         []byte // the body as it came
	Fetched     time.Time

	// Call is the fold of Events; set by Fold.
	Call *Call
}

// ReportPerson is a participant as a report lists it.
type ReportPerson struct {
	Participant
	UserKey string
	Agent   bool          // took a queue call
	WrapUp  time.Duration // agents: time spent after the call
}

// ReportQueue is a queue the call went through as a report lists it.
type ReportQueue struct {
	Name, Extension string
	Left            string        // ANSWERED, ABANDON or another word
	Wait            time.Duration // as the service counts it; up to 0.1 s off the states
	CallbackOffered bool
}

// ReportAction is something that happened to what a call left behind.
type ReportAction struct {
	At   time.Time
	Kind string // VOICEMAIL_NEW, VOICEMAIL_DELETED, INFO_CAPTURE or another word
	By   Party  // the caller the action names, where it does
	For  string // extension whose mailbox it is
	Len  time.Duration
}

// Recording is a recording of a call, or a transcript of one (goto-api.md 4.2, "recordings"; the
// Recording API gives its sound or text).
type Recording struct {
	ID          string
	At          time.Time // when it begins
	Participant string    // participant id whose leg it is of; "" is the whole call
	Transcribed bool      // recordings: a transcript was asked for
}

// Utterance is one thing that was said, as a transcript gives it. Times are milliseconds after the
// recording's beginning.
type Utterance struct {
	FromMs, ToMs int64
	Text         string
	Heard        bool   // said to the participant whose leg was recorded, not by them
	Language     string // "en-US", "" is not known
}

// ReportAI is the service's analysis of the talk; all empty when there is none.
type ReportAI struct {
	Sentiment string // POSITIVE, NEGATIVE, NEUTRAL
	Summary   string
	Topics    []string
}

// Fold sets r.Call to what the report's own states tell.
func (r *Report) Fold() *Call {
	b := NewBoard(Options{})
	for _, e := range r.Events {
		e.Received = time.Time{} // when it was fetched says nothing of when it happened
		b.Apply(e)
	}
	r.Call = b.Get(r.ID)
	return r.Call
}
