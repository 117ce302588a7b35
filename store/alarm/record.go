package alarm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Schema names the record of an alarm.
const Schema = "ringside.alarm/1"

// Record is an alarm as it leaves the desk, one line of JSON: in the log, to webhooks, to scripts.
// The archive keeps it too.
type Record struct {
	Schema  string `json:"schema"`
	ID      string `json:"id"`
	Event   string `json:"event,omitempty"` // a ChangeKind
	At      string `json:"at,omitempty"`    // of the event
	Rule    string `json:"rule"`
	Measure string `json:"measure"`
	Subject string `json:"subject"`
	Level   string `json:"level"`
	Worst   string `json:"worst"`
	Text    string `json:"text"` // the headline
	Raised  string `json:"raised"`
	Cleared string `json:"cleared,omitempty"`
	Count   int    `json:"count"` // calls behind it now
	Peak    int    `json:"peak"`  // most at once
	Total   int    `json:"total"` // in all
	Longest int64  `json:"longest_ms,omitempty"`
	Percent *int64 `json:"percent,omitempty"`
	Limits  struct {
		Amber int64 `json:"amber,omitempty"`
		Red   int64 `json:"red,omitempty"`
	} `json:"limits"` // milliseconds, calls or percent
	Query string   `json:"query"`
	Past  bool     `json:"past,omitempty"`
	Calls []string `json:"calls,omitempty"`

	Acked     string `json:"acknowledged,omitempty"`
	AckedBy   string `json:"acknowledged_by,omitempty"`
	AckedMs   int64  `json:"acknowledged_after_ms,omitempty"`
	Snoozed   string `json:"snoozed_until,omitempty"`
	SnoozedBy string `json:"snoozed_by,omitempty"`
	Said      int    `json:"said"`
	LastSaid  string `json:"last_said,omitempty"`
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z07:00")
}

// RecordOf gives an alarm as it is at now.
func RecordOf(a *Alarm, now time.Time) Record {
	r := Record{
		Schema: Schema, ID: a.ID, Rule: a.Rule, Measure: string(a.Measure), Subject: a.Subject, Level: a.Level.String(), Worst: a.Worst.String(),
		Text: a.Headline(now), Raised: stamp(a.Raised), Cleared: stamp(a.Cleared), Count: a.Count, Peak: a.Peak, Total: a.Total,
		Longest: a.Longest(now).Milliseconds(), Query: a.Query, Past: a.Past, Calls: a.Calls, Acked: stamp(a.Acked), AckedBy: a.AckedBy,
		Snoozed: stamp(a.Snoozed), SnoozedBy: a.SnoozedBy, Said: a.Said, LastSaid: stamp(a.LastSaid),
	}
	if a.Measure == SLA {
		v := a.Value
		r.Percent = &v
	}
	if !a.Acked.IsZero() {
		r.AckedMs = a.Acked.Sub(a.Raised).Milliseconds()
	}
	r.Limits.Amber, r.Limits.Red = a.Limits[Amber], a.Limits[Red]
	return r
}

// Record gives a change with the alarm as it is after it.
func (c *Change) Record() Record {
	r := RecordOf(&c.Alarm, c.At)
	r.Event, r.At = string(c.Kind), stamp(c.At)
	return r
}

// Alarm gives the alarm that a record tells of.
func (r Record) Alarm() (Alarm, error) {
	if r.Schema != Schema || r.ID == "" {
		return Alarm{}, fmt.Errorf("no record of an alarm: schema %q", r.Schema)
	}
	a := Alarm{
		ID: r.ID, Rule: r.Rule, Measure: Measure(r.Measure), Subject: r.Subject, Level: LevelOf(r.Level), Worst: LevelOf(r.Worst),
		Count: r.Count, Peak: r.Peak, Total: r.Total, Value: r.Longest, Query: r.Query, Past: r.Past, Calls: r.Calls,
		AckedBy: r.AckedBy, SnoozedBy: r.SnoozedBy, Said: r.Said,
	}
	if r.Percent != nil {
		a.Value = *r.Percent
	}
	a.Limits[Amber], a.Limits[Red] = r.Limits.Amber, r.Limits.Red
	for _, t := range []struct {
		text string
		into *time.Time
	}{{r.Raised, &a.Raised}, {r.Cleared, &a.Cleared}, {r.Acked, &a.Acked}, {r.Snoozed, &a.Snoozed}, {r.LastSaid, &a.LastSaid}} {
		if t.text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, t.text)
		if err != nil {
			return Alarm{}, fmt.Errorf("the record of alarm %q: %w", r.ID, err)
		}
		*t.into = at
	}
	return a, nil
}

// ParseRecord reads the JSON of a record.
func ParseRecord(data []byte) (Alarm, error) {
	var r Record
	if err := json.Unmarshal(data, &r); err != nil {
		return Alarm{}, fmt.Errorf("reading the record of an alarm: %w", err)
	}
	return r.Alarm()
}

// JSON gives the record on one line.
func (r Record) JSON() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(r) // it has nothing that could fail
	return bytes.TrimSpace(b.Bytes())
}
