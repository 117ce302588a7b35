package world

import "time"

// Truth is the world's own knowledge of a call, written down by its script while it acted. Member
// names are those of ringside's call record. Times inside a call are milliseconds after Created.
//
// Outcomes: a call that anybody inside ever answered is answered, whatever came later; an inbound one
// that only an outside number answered is forwarded. A mailbox without a message makes a call
// missed, and so does ringing outside a queue that nobody answered.
//
// Phases, where the definitions leave a choice: setup lasts until the first plan, or until the called
// party rings. A person's ringing ends when his last phone stops; the few ms until his mailbox
// are menu when a plan holds the call. Transfer includes the ringing of the person transferred to.
// The consultation of a warm transfer is hold for the caller. Closing begins with the first
// DISCONNECTING of the teardown, which for a mailbox is the mailbox's own.
type Truth struct {
	ID         string      `json:"id"`
	Direction  string      `json:"direction"` // inbound, outbound, internal
	Outcome    *string     `json:"outcome"`   // null while live
	Created    time.Time   `json:"created"`
	Ended      *time.Time  `json:"ended"` // null while live
	From       Peer        `json:"from"`
	To         Peer        `json:"to"`
	Queue      string      `json:"queue"` // the last one
	Answered   []Answer    `json:"answered"`
	Rung       []Ringing   `json:"rung"`
	Transfers  []Transfer  `json:"transfers"`
	Holds      []Hold      `json:"holds"`
	PhasesMS   PhaseMillis `json:"phases_ms"`
	TotalMS    int64       `json:"total_ms"`
	AnswerMS   *int64      `json:"answer_ms"` // null when never answered
	States     int         `json:"states"`
	Associated []string    `json:"associated"`
	Script     string      `json:"-"` // the scenario name of the script that made the call
}

// Peer is one of the two ends of a call. The account's own number has a name only when its label says
// more than the number.
type Peer struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

// Answer is a person or an outside number that answered. Agent means: from a queue.
type Answer struct {
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Number    string `json:"number"` // of an outside party; empty for an extension
	Agent     bool   `json:"agent"`
	AtMS      int64  `json:"at_ms"`
}

// Ringing is one ringing of one device or outside number.
type Ringing struct {
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Number    string `json:"number"` // of an outside party; empty for an extension
	Device    string `json:"device"` // model; empty for an outside number
	AtMS      int64  `json:"at_ms"`
	RingMS    int64  `json:"ring_ms"`
	Answered  bool   `json:"answered"`
}

// Transfer is a blind or a warm transfer; By and To are extensions.
type Transfer struct {
	Kind string `json:"kind"` // blind, warm
	By   string `json:"by"`
	To   string `json:"to"`
	AtMS int64  `json:"at_ms"`
}

// Hold is one time on hold; By is the extension of the one who pressed the key.
type Hold struct {
	By   string `json:"by"`
	AtMS int64  `json:"at_ms"`
	MS   int64  `json:"ms"`
}

// PhaseMillis splits a call's length: every millisecond belongs to exactly one member.
type PhaseMillis struct {
	Setup     int64 `json:"setup"`
	Menu      int64 `json:"menu"`
	Wait      int64 `json:"wait"`
	Ring      int64 `json:"ring"`
	Talk      int64 `json:"talk"`
	Hold      int64 `json:"hold"`
	Transfer  int64 `json:"transfer"`
	Voicemail int64 `json:"voicemail"`
	Closing   int64 `json:"closing"`
}

// Sum is the length of all phases together.
func (p PhaseMillis) Sum() int64 {
	return p.Setup + p.Menu + p.Wait + p.Ring + p.Talk + p.Hold + p.Transfer + p.Voicemail + p.Closing
}
