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
	d.restart()
	d.fold.witness = &witness{note: func(h happening) {
		if h.kind == StepEnds {
			if who := d.whoLeftFirst(); who >= 0 {
				out = append(out, Sentence{d.ms(), "×", d.shown(who) + " hangs up", true})
			}
		}
		if s, ok := d.sentence(h, c); ok {
			out = append(out, s)
		}
	}}
	next := uint64(1)
	for i, sn := range d.snaps() {
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

func (c *Call) titled(i int) string {
	name, label := c.name(i), c.label(i)
	if name == "" || name == label {
		return label
	}
	return name + " (" + label + ")"
}

// sentence tells what has just happened, in the words of the story. whole is the call as it turned
// out.
func (c *Call) sentence(h happening, whole *Call) (Sentence, bool) {
	s := Sentence{AtMs: c.ms() + h.at}
	switch h.kind {
	case StepMenu:
		s.Sign, s.Text = "☰", h.text
	case StepChoice:
		s.Sign, s.Text = "☰", "presses "+h.text
	case StepQueue:
		s.Sign, s.Text = "◔", "enters the queue "+c.Queue
		if h.late {
			s.Text = "is in the queue " + c.Queue + " already"
		}
	case StepRings:
		s.Sign, s.Text = "◌", c.ringing(h)
	case StepNoAnswer:
		s.Sign, s.Text = "◌", c.notAnswering(h.nth, whole)
	case StepAnswers:
		s.Sign, s.Text = "●", c.answering(h)
	case StepHolds:
		s.Sign, s.Text = "‖", c.endpointName(c.moveOf(h.ref).Initiator)+" puts "+c.shown(h.who)+" on hold"
	case StepResumes:
		s.Sign, s.Text = "‖", "the hold ends after "+Seconds(c.Holds[h.nth].Ms)
	case StepTransfers:
		m := c.moveOf(h.ref)
		s.Sign, s.Text = "⇄", fmt.Sprintf("%s makes a %s transfer to %s", c.endpointName(m.Initiator), c.Transfers[h.nth].Kind, c.whither(m))
	case StepLeaves:
		s.Sign, s.Text = "⇄", c.shown(h.who)+" leaves the call"
	case StepVoicemail:
		s.Sign, s.Text = "✉", c.mailbox(h)
	case StepEnds:
		s.Sign, s.Text = "×", "ended: "+c.ending()+", "+Seconds(c.ms())+" in all"
	default:
		return s, false
	}
	return s, true
}

func (c *Call) ringing(h happening) string {
	text := c.titled(h.who) + " is rung"
	if h.late {
		text = c.titled(h.who) + " is being rung already"
	}
	return text + onTelephone(c.People[h.who].Device)
}

func (c *Call) notAnswering(k int, whole *Call) string {
	r := &c.Rung[k]
	if whole.answersElsewhere(r) {
		return fmt.Sprintf("%s stops ringing%s, after %s", c.titled(r.person), or(onTelephone(r.Device), " on the other telephone"), Seconds(r.RingMs))
	}
	if by := whole.takenBy(r); by >= 0 {
		return fmt.Sprintf("%s stops ringing after %s, as %s answers", c.titled(r.person), Seconds(r.RingMs), c.shown(by))
	}
	where := ""
	if whole.telephones(r.person) > 1 {
		where = onTelephone(r.Device)
	}
	return fmt.Sprintf("%s did not answer%s, rung for %s", c.titled(r.person), where, Seconds(r.RingMs))
}

// telephones counts those of one person that were rung, or took part.
func (c *Call) telephones(i int) int {
	n, line := 0, c.People[i].LineID
	for k := range c.People {
		if k == i || line != "" && c.People[k].LineID == line {
			n++
		}
	}
	return n
}

// takenMs is how far apart an answer and the end of the other telephones' ringing may lie: recorded
// ones stop up to 2 ms before the answer shows.
const takenMs = 250

// takenBy gives the participant whose answer ended the ringing of somebody else's telephone; -1
// when it was not an answer that ended it.
func (c *Call) takenBy(r *Ring) int {
	end := r.AtMs + r.RingMs
	for _, o := range c.Rung {
		if at := o.AtMs + o.RingMs; o.Answered && o.person != r.person && o.AtMs <= end && max(at-end, end-at) <= takenMs {
			return o.person
		}
	}
	return -1
}

// whither names where a transfer goes.
func (c *Call) whither(m Move) string {
	name := c.endpointName(m.Destination)
	for i := range c.People {
		if p := &c.People[i]; p.Extension != "" && p.Extension == name {
			return c.titled(i)
		}
	}
	return or(name, "somebody")
}

// answersElsewhere reports whether the person that a telephone rang for answered at that moment on
// another one, as is known when the whole call is.
func (c *Call) answersElsewhere(r *Ring) bool {
	line, end := c.People[r.person].LineID, r.AtMs+r.RingMs
	for _, o := range c.Rung {
		if o.Answered && line != "" && c.People[o.person].LineID == line && o.AtMs <= end && end <= o.AtMs+o.RingMs+meetingMs {
			return true
		}
	}
	return false
}

func (c *Call) answering(h happening) string {
	if h.late {
		return c.shown(h.who) + " is talking already"
	}
	a := &c.Answered[h.nth]
	text := c.titled(h.who) + " answers"
	if ms, ok := c.rangFor(h.who); ok {
		text += " after " + Seconds(ms) + " of ringing"
	}
	if c.fold.queueSys >= 0 {
		text += fmt.Sprintf(", %s after entering %s", Seconds(a.AtMs-c.QueueMs), c.Queue)
	}
	return text
}

// rangFor gives how long a telephone rang before it was answered the last time.
func (c *Call) rangFor(i int) (int64, bool) {
	for k := len(c.Rung) - 1; k >= 0; k-- {
		if r := &c.Rung[k]; r.person == i && r.Answered {
			return r.RingMs, true
		}
	}
	return 0, false
}

func (c *Call) mailbox(h happening) string {
	s := &c.Systems[h.sys]
	switch {
	case !h.over:
		return "reaches voicemail"
	case s.Result == "SUCCESS":
		return "leaves a message" + ofLength(s.Message)
	case s.Result == "FAILED":
		return "leaves no message"
	}
	return "leaves voicemail"
}

// ending words the outcome as it is shown: "abandoned in Support after 18.1 s".
func (c *Call) ending() string {
	if c.Outcome == AbandonedQueue && c.Queue != "" {
		return "abandoned in " + c.Queue + " after " + Seconds(c.phases[PhaseWait])
	}
	return c.Outcome.String()
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
