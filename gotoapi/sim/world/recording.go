package world

import "time"

// RecordingInfo is a recorded call as the Recording API knows it.
type RecordingInfo struct {
	ID      string
	Call    string // conversation space id
	Status  string // PROCESSING, UPLOADED
	Started time.Time
	Length  time.Duration
}

// Utterance is one thing that was said, as a transcript lists it. Times are ms after the recording's
// beginning.
type Utterance struct {
	Type       string `json:"type"` // "utterances"
	Transcript string `json:"transcript"`
	Final      bool   `json:"final"`
	StartMS    int64  `json:"startTimeMs"`
	EndMS      int64  `json:"endTimeMs"`
	Channel    int    `json:"channel"` // 0 is what the recorded participant says, 1 what they hear
	Language   string `json:"languageCode,omitempty"`
}

// Recording tells about a recording by its id, from the end of its call on.
func (w *World) Recording(id string) (RecordingInfo, bool) {
	c, now := w.taped(id)
	if c == nil || c.recorded != id {
		return RecordingInfo{}, false
	}
	info := RecordingInfo{
		ID: id, Call: c.id, Status: "PROCESSING", Started: time.UnixMilli(c.recordAt).UTC(),
		Length: time.Duration(c.endedAt-c.recordAt) * time.Millisecond,
	}
	if c.uploadedAt() <= now {
		info.Status = "UPLOADED"
	}
	return info, true
}

// Transcript gives what was said in a call by the id of its transcript, and the call's; false until it
// is written.
func (w *World) Transcript(id string) (said []Utterance, conversation string, ok bool) {
	c, now := w.taped(id)
	if c == nil || c.transcript != id || c.transcribedAt() > now {
		return nil, "", false
	}
	return c.speech(), c.id, true
}

// Speech is Transcript by the id of the recording, and knows no delay: what can be heard in it.
func (w *World) Speech(recording string) []Utterance {
	c, _ := w.taped(recording)
	if c == nil || c.recorded != recording {
		return nil
	}
	return c.speech()
}

// taped finds the recorded call that a recording or a transcript is of, nil for none, and the moment
// as of which its report is told.
func (w *World) taped(id string) (*call, int64) {
	if c := w.tapes[id]; c != nil {
		return c, w.now
	}
	if d := w.past.dayOf(id); d != nil && d.tapes[id] != nil {
		return d.tapes[id], w.past.end
	}
	return nil, 0
}

// keepTape notes the recording of a call that has ended.
func (w *World) keepTape(c *call) {
	if c.recordAt > 0 {
		w.tapes[c.recorded], w.tapes[c.transcript] = c, c
	}
}

func (w *World) dropTape(c *call) {
	delete(w.tapes, c.recorded)
	delete(w.tapes, c.transcript)
}

// tapesOf lists the recording and the transcript of a leg that a report knows by now; never null.
func (c *call) tapesOf(leg int, now int64) (recordings, transcripts []Recording) {
	recordings, transcripts = []Recording{}, []Recording{}
	if c.recordAt == 0 || leg != c.recordLeg {
		return recordings, transcripts
	}
	yes := true
	if c.uploadedAt() <= now {
		recordings = append(recordings, Recording{ID: c.recorded, StartTimestamp: stampAt(c.recordAt), TranscriptEnabled: &yes})
	}
	if c.transcribedAt() <= now {
		transcripts = append(transcripts, Recording{ID: c.transcript, StartTimestamp: stampAt(c.recordAt)})
	}
	return recordings, transcripts
}
