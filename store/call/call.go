package call

import (
	"cmp"
	"slices"
	"time"
)

// Call is one conversation as the events so far tell it. A *Call that a View or Board.Get hands
// out is never changed again; the next event makes a new one.
type Call struct {
	ID         string // conversation space id
	Account    string
	No         int // number of the row, for speech: "see call 25"; 1..
	Created    time.Time
	Initiator  string
	DialString string
	HangupBy   string   // participant id that the service names as the one who hung up; a weak hint
	Associated []string // other conversations of the same journey

	// What it does now. The small ones stand together: thousands of calls may be up.
	Direction  Direction
	State      State
	Phase      Phase
	Outcome    Outcome
	Mine       bool // one of its legs, ringing or in the call, is on my line
	Rings      bool // it rings my line now
	Recorded   bool
	JoinedLate bool // the first states were never seen
	Stale      bool // nothing heard for long; being checked
	inbound    bool // what the wire calls it

	Who   string    // who it rings, who holds it, to whom it is transferred, which queue it waits in
	Since time.Time // since when it is in State (the row's clock)
	From  Party     // who calls
	To    Party     // what was called: the number dialled, or the called party
	With  string    // who talks or rings at our end: "Ann", "Ann (2nd)", "Ann +2"
	Queue string    // the last queue it came through, or ""
	Path  []string  // menus, queues and mailboxes it went through
	Ended time.Time // zero while up

	// What happened. Times are milliseconds after Created.
	Answered  []Answer
	Rung      []Ring
	Holds     []Hold
	Transfers []Transfer
	AnswerMs  int64 // the first answer by a person or an outside number; -1 before
	QueueMs   int64 // when the last queue was entered; -1 without one
	OfferMs   int64 // when it first rang somebody or entered a queue: answering is timed from here; -1 before
	LeftFirst string

	// How sure we are; JoinedLate and Stale too.
	Gaps      []Gap     // states known to be missing
	NumStates int       // states seen
	LastSeq   uint64    // highest number seen
	LastAt    time.Time // time of the newest state
	Heard     time.Time // when anything of it last reached us
	Odd       int       // things in its states that could not be understood, or were too many to keep

	People  []Participant // everybody who was ever in it; Roster gives their order
	Legs    []Leg         // beside People: what each does now
	Systems []System      // menus, queues and mailboxes it went through

	mine    map[string]bool  // my lines, the board's own set
	phases  [NumPhases]int64 // ms of closed stretches
	history history
	fold    folder
}

// Leg is what one participant does at the moment, or did last.
type Leg struct {
	Status Status // StatusGone when no longer in the call
	nth    int32  // 1 + how many joined before it; 0 before it was seen in order

	StatusText string // the wire's own word where Status is StatusOther
	Since      Millis
	Joined     Millis
	Left       Millis // 0 while in the call

	seen uint64 // number of the newest snapshot that lists it
	gone Millis // of the first state that no longer lists it
}

// Millis is a time in ms since the Unix epoch; 0 is none. It takes a third of the room of a time.Time.
type Millis int64

// MillisOf gives a time as Millis, cut to ms.
func MillisOf(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// IsZero reports whether there is none.
func (m Millis) IsZero() bool { return m == 0 }

// Time gives the moment as a time in UTC; the zero time where there is none.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return msTime(int64(m))
}

// Sub gives the time from an earlier moment to m.
func (m Millis) Sub(earlier Millis) time.Duration { return time.Duration(m-earlier) * time.Millisecond }

// Answer is one who talked.
type Answer struct {
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Number    string `json:"number"`
	Agent     bool   `json:"agent"` // answered out of a queue
	AtMs      int64  `json:"at_ms"`
	TalkMs    int64  `json:"-"` // ms of talk that followed, hold left out, closed stretches only

	person int // index into People of the leg that answered
	moves  int // transfers before it
}

// Ring is one telephone that was rung.
type Ring struct {
	Name      string `json:"name"`
	Extension string `json:"extension"`
	Number    string `json:"number"`
	Device    string `json:"device"`
	AtMs      int64  `json:"at_ms"`
	RingMs    int64  `json:"ring_ms"` // -1 while it rings
	Answered  bool   `json:"answered"`

	person int
}

// Hold is one stretch on hold.
type Hold struct {
	By   string `json:"by"` // extension, or name, of the one who pressed hold
	AtMs int64  `json:"at_ms"`
	Ms   int64  `json:"ms"` // -1 while it lasts

	person int // index into People of the one who is held
}

// Transfer is one transfer.
type Transfer struct {
	Kind string `json:"kind"` // "blind" or "warm"
	By   string `json:"by"`   // extension, or name
	To   string `json:"to"`   // extension, number or name
	AtMs int64  `json:"at_ms"`
}

// Gap is a run of states that are known to exist and were not seen, both ends included.
type Gap struct{ From, To uint64 }

// Live reports whether the call is still up.
func (c *Call) Live() bool { return c.State != StateEnded }

// Clock gives how long the call has been in its State at now; for an ended call, how long ago it
// ended. Never negative, whatever the service's clock says.
func (c *Call) Clock(now time.Time) time.Duration { return since(c.Since, now) }

// Total gives how long the call has lasted at now, or lasted in all.
func (c *Call) Total(now time.Time) time.Duration {
	if !c.Ended.IsZero() {
		now = c.Ended
	}
	return since(c.Created, now)
}

// PhaseTime gives how long the call spent in p up to now, the running stretch included.
func (c *Call) PhaseTime(p Phase, now time.Time) time.Duration {
	d := time.Duration(c.phases[p]) * time.Millisecond
	if c.Phase == p && c.Live() {
		d += since(c.LastAt, now)
	}
	return d
}

// Roster gives the indexes of People in the order in which they joined.
func (c *Call) Roster() []int {
	out := make([]int, len(c.People))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(c.Legs[a].nth, c.Legs[b].nth) })
	return out
}

// Wait gives how long the caller has waited in the present or last queue at now; 0 without one.
func (c *Call) Wait(now time.Time) time.Duration { return c.PhaseTime(PhaseWait, now) }

// Outsider gives the outside party of the call: the caller of an inbound one, the called party of
// an outbound one; of an internal call, the one who calls.
func (c *Call) Outsider() Party {
	if c.Direction == Outbound {
		return c.To
	}
	return c.From
}

func since(t, now time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, now.Sub(t))
}
