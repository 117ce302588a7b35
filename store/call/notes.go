package call

import (
	"slices"
)

// noteMeeting sees, before the legs are taken in, whether the one who calls has just been
// connected while somebody still rings: the first of the two states of an answer. The answer has
// that state's time even when the second is missing.
func (c *Call) noteMeeting(legs []ref) {
	f := &c.fold
	ringing, met := false, false
	for _, r := range legs {
		first := int(r.who) >= len(c.Legs) || c.Legs[r.who].nth == 0
		switch {
		case r.status == StatusRinging && !first:
			ringing = true
		case r.status == StatusConnected && !first && c.Legs[r.who].Status != StatusConnected && c.Legs[r.who].Status != StatusOnHold:
			met = true
		}
	}
	if met && ringing && f.metSince == 0 {
		f.metSince, f.metQueue = f.at, f.queueSys >= 0
	}
	f.meeting = met || ringing
}

// noteLeg takes in what one participant does in the present snapshot.
func (c *Call) noteLeg(r ref, seq uint64) {
	f, i := &c.fold, int(r.who)
	l := &c.Legs[i]
	first := l.nth == 0
	was := l.Status
	if first {
		f.joined++
		l.nth, l.Joined, was = f.joined, Millis(f.at), StatusGone
	}
	l.seen = seq
	if first || was != r.status {
		l.Status, l.StatusText, l.Since, l.Left = r.status, c.wordOf(r), Millis(f.at), 0
		c.noteTurn(i, was, r)
	}
}

// noteTurn takes in that a participant turned from one status to another.
func (c *Call) noteTurn(i int, was Status, r ref) {
	if was == StatusRinging {
		was = c.stopRinging(i, r.status == StatusConnected || r.status == StatusOnHold)
	}
	if was == StatusOnHold {
		c.endHold(i)
	}
	switch r.status {
	case StatusRinging:
		c.startRinging(i)
	case StatusConnected:
		c.noteAnswer(i)
	case StatusOnHold:
		c.startHold(i, r)
	case StatusBlind, StatusWarm:
		c.noteTransfer(i, r)
	case StatusDisconnecting:
		c.noteLeaving(i, was)
	}
}

func (c *Call) noteGone(i int) {
	l := &c.Legs[i]
	switch l.Status {
	case StatusRinging:
		if c.stopRinging(i, false) == StatusConnected {
			c.noteLeaving(i, StatusConnected)
		}
	case StatusOnHold:
		c.endHold(i)
		c.noteLeaving(i, StatusOnHold)
	case StatusConnected:
		c.noteLeaving(i, StatusConnected)
	}
	l.Left, l.gone = Millis(c.LastAt.UnixMilli()), Millis(c.LastAt.UnixMilli())
	if l.Status == StatusDisconnecting { // it left when that was said, not when something else changed
		l.Left = l.Since
	}
	l.Status, l.StatusText, l.Since = StatusGone, "", l.Left
}

func (c *Call) noteLeaving(i int, was Status) {
	f := &c.fold
	if was != StatusConnected && was != StatusOnHold || f.moved {
		if was == StatusConnected {
			c.note(happening{kind: StepLeaves, who: i})
		}
		return
	}
	if f.leaver < 0 {
		f.leaver = i
	}
}

func (c *Call) startRinging(i int) {
	if c.initiator(i) {
		return
	}
	p := &c.People[i]
	c.offer()
	c.Rung = append(c.Rung, Ring{
		Name: c.name(i), Extension: p.Extension, Number: p.Outside.Number, Device: p.Device,
		AtMs: c.ms(), RingMs: -1, person: i,
	})
	c.note(happening{kind: StepRings, who: i, nth: len(c.Rung) - 1, late: c.fold.late})
}

// offer takes in that the call is now somebody's to take. Of a call joined late it is not known
// since when it has been.
func (c *Call) offer() {
	if c.OfferMs < 0 && !c.fold.late {
		c.OfferMs = c.ms()
	}
}

// stopRinging closes the ring of a leg. It gives the status the leg had at last: a telephone that
// still rang when the caller was connected, and leaves long after, was the one that answered,
// though the state that says so is missing.
func (c *Call) stopRinging(i int, answered bool) Status {
	f, was := &c.fold, StatusRinging
	if !answered && f.metSince > 0 && f.at-f.metSince > meetingMs {
		answered, was = true, StatusConnected
	}
	for k := len(c.Rung) - 1; k >= 0; k-- {
		if r := &c.Rung[k]; r.person == i && r.RingMs < 0 {
			end := c.ms()
			if answered && f.metSince > 0 {
				end = f.metSince - c.Created.UnixMilli()
			}
			r.RingMs, r.Answered = max(0, end-r.AtMs), answered
			if !r.Answered {
				c.note(happening{kind: StepNoAnswer, who: i, nth: k})
			}
			break
		}
	}
	if was == StatusConnected {
		c.noteAnswer(i)
	}
	return was
}

// meetingMs is how long after a caller was connected the telephones that did not answer may still
// ring.
const meetingMs = 1000

func (c *Call) noteAnswer(i int) {
	f := &c.fold
	if c.initiator(i) {
		return
	}
	if c.talkedBefore(i) {
		f.metSince = 0
		return
	}
	at, queued := c.ms(), f.queueSys >= 0
	if f.metSince > 0 {
		at, queued = f.metSince-c.Created.UnixMilli(), f.metQueue
		f.metSince = 0
	}
	p := &c.People[i]
	c.Answered = append(c.Answered, Answer{
		Name: c.name(i), Extension: p.Extension, Number: p.Outside.Number,
		Agent: queued && p.Kind == LineLeg, AtMs: at, person: i, moves: len(c.Transfers),
	})
	if !f.late && c.AnswerMs < 0 {
		c.AnswerMs = at
	}
	c.note(happening{kind: StepAnswers, who: i, nth: len(c.Answered) - 1, at: at - c.ms(), late: f.late})
}

// talkedBefore reports whether the person behind a leg is listed as talking already, on whichever
// telephone: two devices of one line are one person. Whoever passed the call on and answers it
// again is listed again.
func (c *Call) talkedBefore(i int) bool {
	p := &c.People[i]
	return slices.ContainsFunc(c.Answered, func(a Answer) bool {
		same := p.LineID != "" && p.LineID == c.People[a.person].LineID
		return a.person == i || same && (!c.leaving(a.person) || a.moves == len(c.Transfers))
	})
}

func (c *Call) startHold(i int, r ref) {
	c.Holds = append(c.Holds, Hold{By: c.endpoint(c.moveOf(r).Initiator), AtMs: c.ms(), Ms: -1, person: i})
	c.note(happening{kind: StepHolds, who: i, nth: len(c.Holds) - 1, ref: r})
}

func (c *Call) endHold(i int) {
	for k := len(c.Holds) - 1; k >= 0; k-- {
		if c.Holds[k].Ms < 0 && c.Holds[k].person == i {
			c.closeHold(k)
			return
		}
	}
}

// endHolds closes the holds that last: a party that is still on hold when the other has left is
// held by nobody.
func (c *Call) endHolds() {
	for k := range c.Holds {
		if c.Holds[k].Ms < 0 {
			c.closeHold(k)
		}
	}
}

func (c *Call) closeHold(k int) {
	c.Holds[k].Ms = c.ms() - c.Holds[k].AtMs
	c.note(happening{kind: StepResumes, who: c.Holds[k].person, nth: k})
}

func (c *Call) noteTransfer(i int, r ref) {
	m := c.moveOf(r)
	tr := Transfer{Kind: "blind", By: c.endpoint(m.Initiator), To: c.endpoint(m.Destination), AtMs: c.ms()}
	if r.status == StatusWarm {
		tr.Kind = "warm"
	}
	c.fold.moved = true
	if n := len(c.Transfers); n > 0 {
		if l := c.Transfers[n-1]; l.Kind == tr.Kind && l.By == tr.By && l.To == tr.To && len(c.Answered) == c.fold.movedAfter {
			return
		}
	}
	c.fold.movedAfter = len(c.Answered)
	c.Transfers = append(c.Transfers, tr)
	c.note(happening{kind: StepTransfers, who: i, nth: len(c.Transfers) - 1, ref: r})
}

// noteSystems takes in the dial plans, queues and mailboxes of the present snapshot.
func (c *Call) noteSystems(systems []ref) {
	f := &c.fold
	queue := -1
	for _, r := range systems {
		s := &c.Systems[r.who]
		f.inMenu = true
		switch s.Kind {
		case DialPlan:
			c.noteStep(int(r.who), c.nodeOf(r))
		case Queue:
			if r.status != StatusDisconnecting {
				queue = int(r.who)
			}
		case Mailbox:
			c.noteMailbox(int(r.who), r.status)
		}
	}
	if queue >= 0 && queue != f.queueSys {
		f.queueAt, f.place = f.at, queue+1
		c.Queue, c.QueueMs = c.Systems[queue].QueueName, c.ms()
		c.offer()
		c.Path = append(c.Path, c.Queue)
		c.note(happening{kind: StepQueue, who: f.subject, sys: queue, late: f.late})
	}
	f.queueSys = queue
}

// noteStep takes in where a dial plan stands. Plans have no names on the wire: a prompt is shown
// as a menu, with the key that was pressed.
func (c *Call) noteStep(sys int, n Node) {
	f := &c.fold
	if n.Type == "" {
		return
	}
	if len(c.Path) == 0 && !f.answeredByPlan {
		f.answeredByPlan = true
		c.note(happening{kind: StepMenu, who: f.subject, sys: sys, text: "a dial plan answers"})
	}
	if n.Type != "AttendantPromptNode" {
		if n.Type == "PasswordNode" && n.Result == "SUCCESS" && f.prompt != n.ID+n.Result {
			f.prompt = n.ID + n.Result
			c.note(happening{kind: StepMenu, who: f.subject, sys: sys, text: "the password is accepted"})
		}
		return
	}
	key := c.Systems[sys].ID + n.ID
	if f.prompt != key && f.prompt != key+n.Option {
		f.prompt = key
		c.Path = append(c.Path, "Menu")
		c.note(happening{kind: StepMenu, who: f.subject, sys: sys, text: "hears a menu"})
	}
	if n.Option != "" && f.prompt == key {
		f.prompt = key + n.Option
		c.Path = append(slices.Clone(c.Path[:len(c.Path)-1]), "Menu "+n.Option)
		c.note(happening{kind: StepChoice, who: f.subject, sys: sys, text: n.Option})
	}
}

func (c *Call) noteMailbox(sys int, s Status) {
	f := &c.fold
	if f.box != sys+1 {
		f.box, f.place = sys+1, sys+1
		c.Path = append(c.Path, "Voicemail")
		c.note(happening{kind: StepVoicemail, who: f.subject, sys: sys})
	}
	if s == StatusDisconnecting && !f.boxDone {
		f.boxDone = true
		c.note(happening{kind: StepVoicemail, who: f.subject, sys: sys, over: true})
	}
}
