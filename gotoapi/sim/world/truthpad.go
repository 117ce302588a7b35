package world

import "time"

type phase uint8

const (
	phaseSetup phase = iota
	phaseMenu
	phaseWait
	phaseRing
	phaseTalk
	phaseHold
	phaseTransfer
	phaseVoicemail
	phaseClosing
	phases
)

// truthPad is where a script notes what it does. Times are Unix ms.
type truthPad struct {
	script    string
	from, to  Peer
	queue     string
	queueLeft bool   // the caller gave up in the last queue
	mail      string // what a mailbox said last
	rungOut   bool   // somebody was rung outside a queue
	inside    bool   // a person inside answered
	outside   bool   // an outside number answered
	ended     bool   // outcome is settled
	outcome   string
	answers   []Answer
	rings     []Ringing
	transfers []Transfer
	holds     []Hold
	phase     phase
	since     int64
	spent     [phases]int64
	firstMS   int64 // of the first answer; -1 = none
}

func (t *truthPad) begin(c *call) {
	t.since, t.firstMS = c.w.now, -1
}

// enter ends the present phase and begins p. Closing is never left again.
func (c *call) enter(p phase) {
	t := &c.truth
	if t.phase == phaseClosing {
		return
	}
	t.spent[t.phase] += c.w.now - t.since
	t.phase, t.since = p, c.w.now
}

func (t *truthPad) end(c *call) {
	t.spent[t.phase] += c.w.now - t.since
	t.since = c.w.now
	t.ended = true
	t.outcome = t.judge(c)
}

// judge names the outcome from the notes. The order is that of the definitions: an answer outweighs
// everything, then a message, then where the caller gave up.
func (t *truthPad) judge(c *call) string {
	switch {
	case t.inside, t.outside && !c.inbound:
		return "answered"
	case t.outside:
		return "forwarded"
	case !c.inbound && !c.internal:
		return "not_connected"
	case t.mail == "SUCCESS":
		return "voicemail"
	case t.mail == "FAILED":
		return "missed"
	case t.queueLeft:
		return "abandoned_queue"
	case c.internal || t.rungOut:
		return "missed"
	}
	return "abandoned_menu"
}

func (t *truthPad) holdEnds(now, created int64) {
	if n := len(t.holds); n > 0 && t.holds[n-1].MS < 0 {
		t.holds[n-1].MS = now - created - t.holds[n-1].AtMS
	}
}

// truthNow is the truth as of a moment. What still goes on is counted up to then.
func (c *call) truthNow(now int64) Truth {
	t := &c.truth
	out := Truth{
		ID: c.id, Direction: c.way(), Created: time.UnixMilli(c.created).UTC(),
		From: t.from, To: t.to, Queue: t.queue, States: len(c.tape), Script: t.script,
		Answered:   append([]Answer{}, t.answers...),
		Rung:       append([]Ringing{}, t.rings...),
		Transfers:  append([]Transfer{}, t.transfers...),
		Holds:      append([]Hold{}, t.holds...),
		Associated: append([]string{}, c.assoc...),
	}
	spent, until := t.spent, now
	if t.ended {
		until = c.endedAt
		end, outcome := time.UnixMilli(c.endedAt).UTC(), t.outcome
		out.Ended, out.Outcome = &end, &outcome
	}
	spent[t.phase] += until - t.since
	for i := range out.Rung {
		if out.Rung[i].RingMS < 0 {
			out.Rung[i].RingMS = until - c.created - out.Rung[i].AtMS
		}
	}
	for i := range out.Holds {
		if out.Holds[i].MS < 0 {
			out.Holds[i].MS = until - c.created - out.Holds[i].AtMS
		}
	}
	if t.firstMS >= 0 {
		first := t.firstMS
		out.AnswerMS = &first
	}
	out.TotalMS = until - c.created
	out.PhasesMS = PhaseMillis{
		Setup: spent[phaseSetup], Menu: spent[phaseMenu], Wait: spent[phaseWait], Ring: spent[phaseRing],
		Talk: spent[phaseTalk], Hold: spent[phaseHold], Transfer: spent[phaseTransfer],
		Voicemail: spent[phaseVoicemail], Closing: spent[phaseClosing],
	}
	return out
}

func (c *call) way() string {
	switch {
	case c.inbound:
		return "inbound"
	case c.internal:
		return "internal"
	}
	return "outbound"
}
