package call

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// StoryWith tells the call as Story does, and what its report r knows beside the states: recordings
// and transcripts, an agent's wrap-up, what became of a message. r may be nil. Things that happened
// after the call have an AtMs beyond its end.
func (c *Call) StoryWith(r *Report) []Sentence {
	out := c.Story()
	if r == nil {
		return out
	}
	tell := func(at time.Time, sign, text string) {
		ms := int64(0)
		if !at.IsZero() {
			ms = max(0, at.UnixMilli()-c.Created.UnixMilli())
		}
		out = append(out, Sentence{AtMs: ms, Sign: sign, Text: text})
	}
	for _, rec := range r.Recordings {
		tell(rec.At, "◉", "a recording"+c.legOf(rec.Participant)+" begins")
	}
	for _, tr := range r.Transcripts {
		tell(tr.At, "◉", "a transcript"+c.legOf(tr.Participant)+" begins")
	}
	for i := range r.People {
		if p := &r.People[i]; p.WrapUp > 0 {
			tell(r.endOf(c).Add(p.WrapUp), "○", or(p.Name, p.Extension, "an agent")+" ends the wrap-up, after "+Seconds(p.WrapUp.Milliseconds()))
		}
	}
	for _, q := range r.Queues {
		if q.CallbackOffered {
			tell(c.queueTime(q.Name), "◔", "a call back is offered in "+or(q.Name, q.Extension, "the queue"))
		}
	}
	for i := range r.Actions {
		sign, text := r.Actions[i].text()
		tell(r.Actions[i].At, sign, text)
	}
	slices.SortStableFunc(out, func(a, b Sentence) int { return cmp.Compare(a.AtMs, b.AtMs) })
	return out
}

func (r *Report) endOf(c *Call) time.Time {
	if !r.Ended.IsZero() {
		return r.Ended
	}
	return c.LastAt
}

// legOf names the participant whose leg was recorded.
func (c *Call) legOf(id string) string {
	if i := c.byID(id); i >= 0 {
		return " of " + c.shown(i)
	}
	return ""
}

// queueTime gives when a queue is in the path: of the last one entered it is known to the
// millisecond, of others it is not told when, and the beginning of the call stands for it.
func (c *Call) queueTime(name string) time.Time {
	if name == c.Queue && c.QueueMs >= 0 {
		return c.Created.Add(time.Duration(c.QueueMs) * time.Millisecond)
	}
	return c.Created
}

// text words an action (goto-api.md 5.3, "actions"); a word that is not known is shown as it is.
func (a *ReportAction) text() (sign, text string) {
	whose := ""
	if a.For != "" {
		whose = " for " + a.For
	}
	switch a.Kind {
	case "VOICEMAIL_NEW":
		return "✉", "a message" + ofLength(a.Len) + whose + " is kept"
	case "VOICEMAIL_DELETED":
		return "✉", "the message" + whose + " is deleted"
	case "INFO_CAPTURE":
		return "○", "what the caller said is noted" + whose
	}
	return "○", strings.ToLower(strings.ReplaceAll(or(a.Kind, "something"), "_", " ")) + whose
}
