package world

import (
	"slices"
	"time"
)

// What is added to a report after it was first made. Times are Unix ms; 0 is never.

// uploadedAt is when the recording can be listened to.
func (c *call) uploadedAt() int64 {
	if c.recordAt == 0 || !c.done {
		return 0
	}
	return c.endedAt + 3000 + c.lot(lotUpload, 9000)
}

// transcribedAt is when what was said can be read.
func (c *call) transcribedAt() int64 {
	if at := c.uploadedAt(); at > 0 {
		return at + 4000 + c.lot(lotTranscript, 11_000)
	}
	return 0
}

// analysedAt is when the analysis of what was said is there; a few words get none.
func (c *call) analysedAt() int64 {
	if at := c.transcribedAt(); at > 0 && len(c.speech()) >= 4 {
		return at + 3000 + c.lot(lotAnalysis, 6000)
	}
	return 0
}

// deletedAt is when somebody deletes the message that a mailbox took: two of five are, within minutes
// or hours.
func (c *call) deletedAt(v *ivr) int64 {
	if v.status != "SUCCESS" || c.lot(lotMailDeleted, 5) >= 2 {
		return 0
	}
	long := time.Hour * 2
	if c.lot(lotMailDeletedAt, 2) == 0 {
		long = 12 * time.Minute
	}
	return v.actedAt + (2 * time.Minute).Milliseconds() + c.lot(lotMailDeletedIn, long.Milliseconds())
}

// revisions lists when the report changes, in order of time.
func (c *call) revisions() []int64 {
	times := []int64{c.uploadedAt(), c.transcribedAt(), c.analysedAt()}
	for i := range c.ivrs {
		times = append(times, c.deletedAt(&c.ivrs[i]))
	}
	times = slices.DeleteFunc(times, func(at int64) bool { return at == 0 })
	slices.Sort(times)
	return times
}

// ready makes a report readable, says so, and plans what is added to it later.
func (w *World) ready(c *call) {
	c.reported = true
	if !w.warming {
		w.out = append(w.out, Emission{At: w.Now(), Report: c.id})
	}
	for _, at := range c.revisions() {
		if at > w.now && w.day == nil {
			w.agenda.push(at, func() { w.revised(c) })
		}
	}
}

// revised says that a report has changed.
func (w *World) revised(c *call) {
	if _, kept := w.calls[c.id]; kept && !w.warming {
		w.out = append(w.out, Emission{At: w.Now(), Report: c.id, Revised: true})
	}
}

// mailActions are what has happened to a message by now. The service tells most of it twice.
func (c *call) mailActions(v *ivr, now int64) []Action {
	if v.status != "SUCCESS" {
		return nil
	}
	acts := []Action{c.mailAction("VOICEMAIL_NEW", v, v.actedAt)}
	if at := c.deletedAt(v); at > 0 && at <= now {
		acts = append(acts, c.mailAction("VOICEMAIL_DELETED", v, at))
	}
	if c.lot(lotMailTwice, 3) == 0 {
		return acts
	}
	var twice []Action
	for _, a := range acts {
		twice = append(twice, a, a)
	}
	return twice
}

func (c *call) mailAction(what string, v *ivr, at int64) Action {
	const nine = "2006-01-02T15:04:05.000000000Z"
	a := ActionType{
		Value: what, CallerName: c.truth.from.Name, CallerNumber: c.truth.from.Number,
		CalledNumber: v.number, DurationMS: v.length, CreatedTime: time.UnixMilli(v.actedAt).UTC().Format(nine), MailboxType: "LINE",
		VoicemailID: v.mailID, VoicemailBoxID: v.box, ExtensionID: v.box, ExtensionNumber: "8090",
	}
	if v.boxOf != nil {
		a.ExtensionID, a.ExtensionNumber = v.boxOf.line.ID, v.boxOf.line.Number
	}
	return Action{Timestamp: time.UnixMilli(at).UTC().Format(nine), Type: a}
}
