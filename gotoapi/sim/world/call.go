package world

import (
	"math/rand/v2"
	"slices"
)

// call is one conversation space: who and what was ever in it, what is in it now, and the tape of
// all its states. The tape holds a few bytes a state; full states are made when asked for, so that
// thousands of calls can be remembered.
type call struct {
	w       *World
	rng     *rand.Rand // nil once the call has ended
	id      string
	seed    uint64 // ids of its states come from here
	begun   uint64 // counts calls in order of their first state
	created int64  // Unix ms
	endedAt int64  // Unix ms

	inbound  bool
	internal bool
	active   bool // some plan or person has answered
	done     bool
	reported bool

	number     *PhoneNumber // the account's own number that was called, or that is shown
	dialString string
	hangup     string   // participant id; empty when nobody answered
	hangupLive bool     // the ENDING state says it too, not only the report
	contactAt  int      // tape index from which PHONE_NUMBERs carry a contact; 0 = never
	assoc      []string // associated conversations
	assocAt    int      // tape index from which they are named
	recorded   string   // id of the recording; empty without
	transcript string
	recordAt   int64 // Unix ms; 0 = nothing was recorded
	recordLeg  int   // whose telephone was recorded
	leftMenu   bool  // it was in a dial plan when it ended
	leftHold   bool  // the caller was on hold when it ended
	reportMS   int64 // delay of the report

	legs     []leg
	ivrs     []ivr
	statuses []Status // the ones with members; index + plainStatuses
	present  []partSnap
	stack    []sysSnap // outermost first
	tape     []snap
	parts    []partSnap // of all states, one after the other
	systems  []sysSnap  // the same

	ops     []op // what is to come, the next one last
	pending []op // planned by the act that runs now

	patience  int64    // Unix ms at which the caller gives up waiting
	stay      int64    // ms of patience in a queue; 0 = drawn
	nobody    bool     // no queue agent will answer
	patient   bool     // the caller waits until the mailbox takes over, in any queue
	me        *agent   // the person that this call is meant to ring; nil = anyone
	reserved  []*agent // persons who will be rung next: nothing else may take them meanwhile
	consult   *call    // the open consultation of a warm transfer
	soft      bool     // a registered phone is or was in it
	cause     string   // why the phone that made it hears no more; "" is the plain course
	joined    bool     // its far end is being taken over into another call
	initiator string   // how it was made; "" is DIRECT
	epoch     int      // counts the times when a person took the call out of its script's hands
	base      int      // the leg that the others are joined to: who called, or who was left when he moved on
	talker    int      // the leg that answered last
	caller    string   // the outside number that is taken up by this call
	again     *Party   // whom the call is from or to, because of an earlier one
	truth     truthPad
}

// leg is a participant. Either dev or number is set.
type leg struct {
	id, legID  string
	originator string // participant id, perhaps of another conversation
	who        *agent
	dev        *Device
	number     *PhoneNumber
	outside    Party
	callee     bool // the outside party was called
	agentOf    int  // index+1 of the queue that it was answered from
	wrapUp     int64
	answered   bool
	ringing    int // index+1 into the truth's ringings, while it rings

	phone *phone // whose leg it is; nil for those of scripts
	heard heard  // what the phone was told last
	cause string // why it stopped ringing
}

// ivr is a dial plan, a queue or a mailbox that the call was in.
type ivr struct {
	id   string
	plan string // dial plan id
	exec string
	hops []hop

	queue   *queue
	entered int64 // Unix ms
	left    int64 // Unix ms
	reason  string
	skewMS  int64 // how far the reported wait is off

	box     string // mailbox id
	boxOf   *agent // nil: shared
	number  string
	status  string // SUCCESS, FAILED
	length  int64  // ms of message
	actedAt int64
	mailID  string
}

// hop is a node of a dial plan that the call passed.
type hop struct {
	node      string // "AttendantPromptNode_1009"
	connector string // how it was reached; empty at the first node of a plan
	option    string
	result    string
}

type partSnap struct {
	leg    uint8
	status uint8
}

type sysSnap struct {
	ivr   uint8
	hop   uint8
	flags uint8
}

const (
	sysResult        = 1 << iota // the node's result is known
	sysDisconnecting             // the system lets go of the call
)

type snap struct {
	after   int32  // ms since the call was created; enough for 24 days
	parts   uint16 // end in call.parts
	systems uint16 // end in call.systems
	kind    kind
}

type kind uint8

const (
	starting kind = iota
	active
	ending
)

func (k kind) String() string { return [...]string{"STARTING", "ACTIVE", "ENDING"}[k] }

// Indices of the statuses without members; higher ones are in call.statuses.
const (
	ringing uint8 = iota
	connected
	inIVR
	disconnecting
	plainStatuses
)

func plainStatus(i uint8) Status {
	return Status{Value: [...]string{"RINGING", "CONNECTED", "IN_INTERACTIVE_VOICE_RESPONSE", "DISCONNECTING"}[i]}
}

// newCall makes a call that has not begun: begin gives it its first state.
func (w *World) newCall(name string) *call {
	w.made++
	c := &call{w: w}
	c.seed = mix(w.cfg.Seed ^ mix(w.made))
	c.rng = rand.New(rand.NewPCG(c.seed, w.made))
	c.id = w.mark(uuid(c.rng, 3))
	c.truth.script = name
	return c
}

// begin puts the call into the world with its first state.
func (c *call) begin() {
	c.w.begun++
	c.begun, c.created = c.w.begun, c.w.now
	c.w.calls[c.id] = c
	c.w.live = append(c.w.live, c)
	c.truth.begin(c)
	c.emit()
}

// join adds a leg that rings.
func (c *call) join(l leg) int {
	l.id, l.legID = uuid(c.rng, 5), uuid(c.rng, 4)
	if l.originator == "" {
		l.originator = l.id
		if len(c.legs) > 0 {
			l.originator = c.legs[0].id
		}
	}
	c.legs = append(c.legs, l)
	c.soft = c.soft || l.phone != nil
	i := len(c.legs) - 1
	c.present = append(c.present, partSnap{uint8(i), ringing})
	return i
}

func (c *call) set(leg int, status uint8) {
	for i := range c.present {
		if int(c.present[i].leg) == leg {
			c.present[i].status = status
			return
		}
	}
}

// status gives a leg's present status; false when it is gone.
func (c *call) status(leg int) (uint8, bool) {
	for _, p := range c.present {
		if int(p.leg) == leg {
			return p.status, true
		}
	}
	return 0, false
}

// special keeps a status that has members and returns its index.
func (c *call) special(s Status) uint8 {
	c.statuses = append(c.statuses, s)
	return plainStatuses + uint8(len(c.statuses)) - 1
}

// emit tapes the present as the next state and sends it out. Whoever was disconnecting is gone
// afterwards.
func (c *call) emit() {
	k := starting
	if c.active {
		k = active
	}
	c.record(k)
	c.tellPhones()
	c.present = slices.DeleteFunc(c.present, func(p partSnap) bool { return p.status == disconnecting })
	c.stack = slices.DeleteFunc(c.stack, func(s sysSnap) bool { return s.flags&sysDisconnecting != 0 })
}

func (c *call) record(k kind) {
	c.parts = append(c.parts, c.present...)
	c.systems = append(c.systems, c.stack...)
	c.tape = append(c.tape, snap{
		after: int32(c.w.now - c.created), kind: k,
		parts: uint16(len(c.parts)), systems: uint16(len(c.systems)),
	})
	if c.w.warming {
		return
	}
	i := len(c.tape) - 1
	c.w.out = append(c.w.out, Emission{
		At:    c.w.Now(),
		State: &Content{Metadata: c.metadata(i), State: c.state(i)},
	})
}

// end gives the last state, frees everybody and plans the report.
func (c *call) end() {
	w := c.w
	c.present, c.stack = nil, nil
	c.endedAt = w.now
	c.record(ending)
	c.tellPhones()
	c.done = true
	c.truth.end(c)
	c.unreserveAll()
	c.ops, c.pending = nil, nil
	w.over(c)
	lo, hi := w.cfg.ReportDelayMin.Milliseconds(), w.cfg.ReportDelayMax.Milliseconds()
	c.reportMS = lo + c.rng.Int64N(hi-lo+1)
	c.rng, c.me = nil, nil
	c.tape, c.parts, c.systems = slices.Clone(c.tape), slices.Clone(c.parts), slices.Clone(c.systems)
	w.agenda.push(w.now+c.reportMS, func() { w.ready(c) })
}
