package call

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Sentence is one line of a call's story.
type Sentence struct {
	AtMs int64  // ms after Created
	Sign string // one cell: what kind of thing happened
	Text string
	Weak bool // inferred, or told with something missing
}

// Story tells the call in plain sentences, in the order of its states. What is missing is said
// where it is missing.
func (c *Call) Story() []Sentence {
	var out []Sentence
	d := *c // fold a copy again, with somebody listening
	d.restart(func(at int64, sign, text string, weak bool) {
		out = append(out, Sentence{at, sign, text, weak})
	})
	d.fold.whole = c
	next := uint64(1)
	for i, sn := range d.history.snaps {
		if sn.seq > next {
			out = append(out, Sentence{d.ms(), "…", missing(next, sn.seq-1, i == 0), true})
		}
		next = sn.seq + 1
		d.step(sn)
		if i == 0 {
			out = slices.Insert(out, min(len(out), b2i(sn.seq > 1)), c.opening())
		}
	}
	if c.State == StateEnded && d.State != StateEnded {
		out = append(out, Sentence{d.ms(), "…", "its end was not seen", true})
	}
	slices.SortStableFunc(out, func(a, b Sentence) int { return cmp.Compare(a.AtMs, b.AtMs) })
	return out
}

func (c *Call) opening() Sentence {
	verb := " calls "
	if c.Direction == Outbound {
		verb = " dials "
	}
	return Sentence{0, "☎", partyText(c.From) + verb + partyText(c.To), false}
}

func missing(from, to uint64, start bool) string {
	what := fmt.Sprintf("states %d–%d are missing", from, to)
	if from == to {
		what = fmt.Sprintf("state %d is missing", from)
	}
	if start {
		return "joined late: " + what
	}
	return what
}

// say tells something that happens now, when a story is told.
func (c *Call) say(sign, text string) {
	if c.fold.tell != nil {
		c.fold.tell(c.ms(), sign, text, false)
	}
}

func (c *Call) telling() bool { return c.fold.tell != nil }

func (c *Call) titled(i int) string {
	name, label := c.name(i), c.label(i)
	if name == "" || name == label {
		return label
	}
	return name + " (" + label + ")"
}

func (c *Call) tellRinging(i int) {
	if c.telling() {
		text := c.titled(i) + " is rung"
		if c.fold.late {
			text = c.titled(i) + " is being rung already"
		}
		if d := c.People[i].Device; d != "" {
			text += " on " + d
		}
		c.say("◌", text)
	}
}

func (c *Call) tellRang(k int) {
	r := &c.Rung[k]
	switch {
	case !c.telling() || r.Answered:
	case c.answersElsewhere(r):
		c.say("◌", fmt.Sprintf("%s stops ringing on %s, after %s", c.titled(r.person), or(r.Device, "the other telephone"), Seconds(r.RingMs)))
	default:
		c.say("◌", fmt.Sprintf("%s did not answer, rung for %s", c.titled(r.person), Seconds(r.RingMs)))
	}
}

// answersElsewhere reports whether the person that a telephone rang for answered at that moment on
// another one, as is known when the whole call is.
func (c *Call) answersElsewhere(r *Ring) bool {
	line, end := c.People[r.person].LineID, r.AtMs+r.RingMs
	for _, o := range c.fold.whole.Rung {
		if o.Answered && line != "" && c.People[o.person].LineID == line && o.AtMs <= end && end <= o.AtMs+o.RingMs+meetingMs {
			return true
		}
	}
	return false
}

func (c *Call) tellAnswer(k int) {
	if !c.telling() {
		return
	}
	a := &c.Answered[k]
	text := c.titled(a.person) + " answers"
	for i := len(c.Rung) - 1; i >= 0; i-- {
		if r := &c.Rung[i]; r.person == a.person && r.Answered {
			text += " after " + Seconds(r.RingMs) + " of ringing"
			break
		}
	}
	if c.fold.queueSys >= 0 {
		text += fmt.Sprintf(", %s after entering %s", Seconds(a.AtMs-c.QueueMs), c.Queue)
	}
	c.fold.tell(a.AtMs, "●", text, false)
}

func (c *Call) tellHold(i int, m Move) {
	if c.telling() {
		c.say("‖", c.endpointName(m.Initiator)+" puts "+c.shown(i)+" on hold")
	}
}

func (c *Call) tellHeld(k int) {
	if c.telling() {
		c.say("‖", "the hold ends after "+Seconds(c.Holds[k].Ms))
	}
}

func (c *Call) tellTransfer(k int, m Move) {
	if c.telling() {
		c.say("⇄", fmt.Sprintf("%s makes a %s transfer to %s", c.endpointName(m.Initiator), c.Transfers[k].Kind, c.endpointName(m.Destination)))
	}
}

func (c *Call) tellLeaves(i int) {
	if c.telling() {
		c.say("⇄", c.shown(i)+" leaves the call")
	}
}

func (c *Call) tellMailbox(sys int) {
	if !c.telling() {
		return
	}
	switch s := &c.Systems[sys]; s.Result {
	case "SUCCESS":
		c.say("✉", "leaves a message"+ofLength(s.Message))
	case "FAILED":
		c.say("✉", "leaves no message")
	default:
		c.say("✉", "leaves voicemail")
	}
}

func (c *Call) tellEnd() {
	if !c.telling() {
		return
	}
	if c.LeftFirst != "" {
		who := c.LeftFirst
		for i := range c.People {
			if c.label(i) == who {
				who = c.shown(i)
				break
			}
		}
		c.fold.tell(c.ms(), "×", who+" hangs up", true)
	}
	c.say("×", "ended: "+c.Outcome.String()+", "+Seconds(c.ms())+" in all")
}

func partyText(p Party) string {
	switch {
	case p.Name == "" && p.Number == "":
		return "somebody"
	case p.Name == "" || p.Name == p.Number:
		return p.Number
	case p.Number == "":
		return p.Name
	}
	return p.Name + " (" + p.Number + ")"
}

func ofLength(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return " of " + Seconds(d.Milliseconds())
}

// Seconds writes ms of time as a person reads it: "3.0 s", "44.1 s", "6:20", "1:02:03".
func Seconds(ms int64) string {
	switch s := ms / 1000; {
	case ms < 59_950:
		tenths := (ms + 50) / 100
		return fmt.Sprintf("%d.%d s", tenths/10, tenths%10)
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	default:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
