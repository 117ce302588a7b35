package call

import (
	"slices"
	"time"
)

// The fold goes through a call's snapshots in the order of their numbers and keeps what they mean:
// who was rung, who answered, what each millisecond was spent on. A snapshot that comes late is
// put in its place and the call is folded again from its start, so the result never depends on
// the order of arrival.

// closingMs is how long a caller may stand in a menu after the far end has left without it being
// a return to the menu: recorded calls take 58-63 ms to unwind.
const closingMs = 100

// folder is the running state of the fold of one call.
type folder struct {
	subject    int   // index of the party the phases are seen from; -1 before one is known
	at         int64 // ms since the epoch of the newest snapshot; never goes back
	pendAt     int64
	pendMs     int64
	metSince   int64 // when the subject became connected while others still rang; 0 otherwise
	queueAt    int64 // when the present queue was entered
	queueSys   int   // index of the present queue's system; -1
	prompt     string
	box        int      // 1 + index of the mailbox reached; 0
	place      int      // 1 + index of the last queue or mailbox reached; 0
	movedAfter int      // answers before the last transfer
	leaver     int      // who left the talk first; -1
	witness    *witness // somebody who listens while a call is folded again; nil on the board
	joined     int32

	pend           pending
	pendFrom       Phase // what was before
	moved          bool  // between a transfer and the next answer, queue or mailbox
	talked         bool  // somebody has talked with the subject
	metQueue       bool  // it was in a queue at metSince
	boxDone        bool
	answeredByPlan bool
	meeting        bool // in this snapshot somebody rings or has just been connected
	late           bool // this is the first snapshot seen, and not the first there was
	inMenu         bool // ever in a menu, queue or mailbox
}

// pending is a stretch whose phase is known only when it is over.
type pending uint8

const (
	settled   pending = iota
	alone             // the subject's partner has left and nothing has followed yet
	unwinding         // the subject is back in a menu whose systems close
)

func newFolder(created int64) folder {
	return folder{subject: -1, at: created, queueSys: -1, leaver: -1}
}

// refold folds the call again from its first snapshot.
func (c *Call) refold() {
	c.restart()
	for _, sn := range c.snaps() {
		c.step(sn)
	}
}

// restart forgets what the fold found, not what was seen.
func (c *Call) restart() {
	c.State, c.Who, c.Since, c.Phase = StateStarting, "", c.Created, PhaseSetup
	c.With, c.Queue, c.Path = "", "", nil
	c.Mine, c.Rings, c.Outcome = false, false, NoOutcome
	c.Ended = time.Time{}
	c.Answered, c.Rung, c.Holds, c.Transfers = nil, nil, nil, nil
	c.AnswerMs, c.QueueMs, c.OfferMs, c.LeftFirst, c.Recorded = -1, -1, -1, "", false
	c.phases = [NumPhases]int64{}
	c.Legs = make([]Leg, len(c.People))
	c.fold = newFolder(c.Created.UnixMilli())
	c.LastAt = c.Created
}

// step folds the snapshot that follows those folded so far.
func (c *Call) step(sn snap) {
	f := &c.fold
	t := max(f.at, sn.at)
	c.spend(t - f.at)
	f.at = t
	c.LastAt = msTime(t)
	c.LastSeq = max(c.LastSeq, sn.seq)
	c.Recorded = c.Recorded || sn.taped
	for len(c.Legs) < len(c.People) {
		c.Legs = tight(c.Legs, Leg{})
	}
	legs, systems := sn.legs, sn.systems
	f.late = f.joined == 0 && sn.seq > 1
	c.noteSystems(systems)
	c.noteMeeting(legs)
	for _, r := range legs {
		c.noteLeg(r, sn.seq)
	}
	for i := range c.Legs {
		if l := &c.Legs[i]; l.nth > 0 && l.seen != sn.seq && l.Status != StatusGone {
			c.noteGone(i)
		}
	}
	if !f.meeting {
		f.metSince = 0
	}
	c.direct()
	c.chooseSubject()
	c.turn(c.classify(systems))
	c.nameParties()
	if sn.stage == Ending {
		c.finish()
		return
	}
	c.describe()
}

// spend gives ms of time to the phase that lasted until now.
func (c *Call) spend(ms int64) {
	if c.fold.pend != settled {
		c.fold.pendMs += ms
		return
	}
	c.phases[c.Phase] += ms
	c.fold.witness.spend(c.Phase)
	if c.Phase == PhaseTalk {
		for i := range c.Answered {
			if c.Legs[c.Answered[i].person].Status == StatusConnected {
				c.Answered[i].TalkMs += ms
			}
		}
	}
}

// turn ends the phase so far and begins the next.
func (c *Call) turn(next Phase, p pending) {
	f := &c.fold
	if p != settled {
		if f.pend == settled {
			f.pendMs, f.pendFrom = 0, c.Phase
		}
		if f.pend != p {
			f.pendAt = f.at
		}
		f.pend = p
		c.Phase = PhaseClosing
		c.endHolds() // with whom it was on hold for has left
		return
	}
	if f.pend != settled {
		was := c.settle(next)
		c.phases[was] += f.pendMs
		f.witness.spend(was)
		f.pend, f.pendMs = settled, 0
	}
	c.Phase = next
}

// settle says which phase a pending stretch was, now that it is known what followed.
func (c *Call) settle(next Phase) Phase {
	switch f := &c.fold; {
	case next == PhaseClosing && (f.pend == alone || f.at-f.pendAt <= closingMs):
		return PhaseClosing
	case f.pend == alone:
		return c.fold.pendFrom
	case f.moved:
		return PhaseTransfer
	}
	return PhaseMenu
}

// classify says which phase the snapshot just taken in begins.
func (c *Call) classify(systems []ref) (Phase, pending) {
	f := &c.fold
	if f.subject < 0 {
		return c.Phase, settled
	}
	was := c.Phase
	n := c.countOthers()
	switch c.Legs[f.subject].Status {
	case StatusDisconnecting, StatusGone:
		return PhaseClosing, settled
	case StatusOnHold, StatusParked:
		if n == (others{leaving: n.leaving}) && n.leaving > 0 {
			return PhaseClosing, alone
		}
		return PhaseHold, settled
	case StatusBlind, StatusWarm:
		f.moved = true
		if n == (others{leaving: n.leaving}) && n.leaving > 0 {
			return PhaseClosing, alone
		}
		return PhaseTransfer, settled
	case StatusConnected:
		return c.classifyConnected(n)
	case StatusRinging:
		switch {
		case n.connected > 0 && c.Legs[f.subject].nth > 1:
			return c.talk()
		case n.ringing > 0 || !c.initiator(f.subject):
			return PhaseRing, settled
		case n.leaving > 0:
			return PhaseClosing, alone
		}
		return PhaseSetup, settled
	case StatusInMenu:
		return c.classifyMenu(was, n, systems)
	case StatusOther:
		return was, settled
	}
	return was, settled
}

func (c *Call) classifyConnected(n others) (Phase, pending) {
	f := &c.fold
	switch {
	case n.connected > 0:
		return c.talk()
	case n.moving > 0:
		f.moved = true
		return PhaseTransfer, settled
	case n.held > 0:
		return PhaseHold, settled
	case n.ringing > 0 && !f.talked:
		return c.talk() // the first of the two states of an answer
	case n.ringing > 0 && f.metSince > 0:
		return c.talk()
	case n.ringing > 0 && f.moved:
		return PhaseTransfer, settled
	case n.ringing > 0:
		return PhaseRing, settled
	case f.talked || n.leaving > 0:
		return PhaseClosing, alone
	}
	return c.Phase, settled
}

func (c *Call) classifyMenu(was Phase, n others, systems []ref) (Phase, pending) {
	f := &c.fold
	queue, box, leavingQueue, open := false, false, false, false
	for _, r := range systems {
		open = r.status != StatusDisconnecting // the last one is the innermost
		switch k := c.Systems[r.who].Kind; {
		case k == Queue && open:
			queue = true
		case k == Queue:
			leavingQueue = true
		case k == Mailbox && open:
			box = true
		}
	}
	switch {
	case box:
		f.moved = false
		return PhaseVoicemail, settled
	case queue:
		f.moved = false
		return PhaseWait, settled
	case f.moved:
		return PhaseTransfer, settled
	case n.ringing > 0 && !leavingQueue:
		return PhaseRing, settled
	case open && f.pend == settled && (was == PhaseSetup || was == PhaseMenu),
		open && f.pend == unwinding && f.at-f.pendAt > closingMs:
		return PhaseMenu, settled
	}
	return PhaseClosing, unwinding
}

func (c *Call) talk() (Phase, pending) {
	c.fold.moved, c.fold.talked, c.fold.leaver = false, true, -1
	return PhaseTalk, settled
}

// others counts what everybody but the subject does.
type others struct{ connected, held, ringing, leaving, moving int }

func (c *Call) countOthers() (n others) {
	for i := range c.Legs {
		if i == c.fold.subject {
			continue
		}
		switch c.Legs[i].Status {
		case StatusConnected:
			n.connected++
		case StatusOnHold:
			n.held++
		case StatusRinging:
			if !c.initiator(i) {
				n.ringing++
			}
		case StatusDisconnecting:
			n.leaving++
		case StatusBlind, StatusWarm:
			n.moving++
		}
	}
	return n
}

// initiator reports whether a participant began the call, and so was not rung.
func (c *Call) initiator(i int) bool {
	p := &c.People[i]
	return p.Originator == p.ID || p.Originator == "" && c.Legs[i].nth == 1
}

// chooseSubject picks the party from whom the phases are seen: the outside party, or of an
// internal call the line that calls. When that one has left and others go on, one of them.
func (c *Call) chooseSubject() {
	f := &c.fold
	best, stays := -1, false
	for i := range c.Legs {
		if c.Legs[i].nth == 0 {
			continue
		}
		stays = stays || !c.leaving(i)
		if best < 0 || c.subjectRank(i) < c.subjectRank(best) {
			best = i
		}
	}
	if best >= 0 && c.leaving(best) && c.People[best].Kind != NumberLeg {
		for i := range c.Legs {
			if c.Legs[i].nth > 0 && !c.leaving(i) && (c.leaving(best) || c.Legs[i].nth < c.Legs[best].nth) {
				best = i
			}
		}
	}
	if stays || f.subject < 0 {
		f.subject = best
	}
}

func (c *Call) leaving(i int) bool {
	return c.Legs[i].Status == StatusDisconnecting || c.Legs[i].Status == StatusGone
}

// subjectRank orders participants by how well they serve as the subject; lower is better.
func (c *Call) subjectRank(i int) int32 {
	p, rank := &c.People[i], c.Legs[i].nth
	if p.Kind != NumberLeg {
		rank += 1 << 20
	}
	if p.Called == (c.Direction == Inbound) {
		rank += 1 << 21
	}
	return rank
}

// finish says how the call ended.
func (c *Call) finish() {
	f := &c.fold
	c.turn(PhaseClosing, settled)
	c.State, c.Who = StateEnded, ""
	if !f.talked {
		c.With = "" // it keeps whom it talked with, not who was rung
	}
	c.Ended, c.Since = msTime(f.at), msTime(f.at)
	c.Mine, c.Rings = false, false
	c.Outcome = c.outcome()
	c.LeftFirst = ""
	if i := c.whoLeftFirst(); i >= 0 {
		c.LeftFirst = c.label(i)
	}
	c.note(happening{kind: StepEnds, who: f.subject})
}

// finishUnseen ends a call whose end was not seen: nor did anybody see who left first.
func (c *Call) finishUnseen() {
	c.finish()
	c.LeftFirst = ""
}

func (c *Call) outcome() Outcome {
	persons := slices.ContainsFunc(c.Answered, func(a Answer) bool { return c.People[a.person].Kind != NumberLeg })
	last := c.fold.place - 1
	switch {
	case persons, len(c.Answered) > 0 && c.Direction != Inbound:
		return Answered
	case len(c.Answered) > 0:
		return Forwarded
	case last >= 0 && c.Systems[last].Kind == Mailbox && c.Systems[last].Result != "FAILED":
		return VoicemailLeft
	case last >= 0 && c.Systems[last].Kind == Mailbox:
		return Missed
	case c.Direction == Outbound:
		return NotConnected
	case last >= 0 && c.Systems[last].Kind == Queue:
		return AbandonedQueue
	case len(c.Rung) > 0:
		return Missed
	case c.fold.inMenu:
		return AbandonedMenu
	}
	return NotConnected
}

// whoLeftFirst says who ended the call, as far as can be told. No state says it: the side that is
// torn down first is the one that did not hang up (captures README, trait 5). -1 is not known.
func (c *Call) whoLeftFirst() int {
	f := &c.fold
	if i := c.byID(c.HangupBy); i >= 0 && (i == f.subject || c.initiator(i) || c.answeredBy(i)) {
		return i
	}
	switch {
	case f.subject < 0:
		return -1
	case !f.talked && c.Direction == Outbound:
		return -1
	case !f.talked, f.leaver >= 0 && f.leaver != f.subject && c.Direction != Outbound:
		return f.subject
	case f.leaver < 0:
		return c.lastOne()
	}
	ended := c.Ended.UnixMilli()
	for i := range c.Legs { // the partner of the one torn down first
		if i != f.leaver && c.Legs[i].nth > 0 && int64(c.Legs[i].gone) == ended && (c.initiator(i) || c.answeredBy(i) || i == f.subject) {
			return i
		}
	}
	return -1
}

// lastOne names the subject when it was alone at the end.
func (c *Call) lastOne() int {
	for i := range c.Legs {
		if i != c.fold.subject && int64(c.Legs[i].gone) == c.Ended.UnixMilli() {
			return -1
		}
	}
	return c.fold.subject
}

func (c *Call) answeredBy(i int) bool {
	return slices.ContainsFunc(c.Answered, func(a Answer) bool { return a.person == i })
}

func (c *Call) byID(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(c.People, func(p Participant) bool { return p.ID == id })
}
