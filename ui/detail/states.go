package detail

import (
	"encoding/json"
	"time"

	"ringside/store/call"
)

// statesDoc is a call's states in our own words, for whoever wants to see what the story was made of.
type statesDoc struct {
	Conversation string     `json:"conversation"`
	Created      string     `json:"created"`
	States       []stateDoc `json:"states"`
}

type stateDoc struct {
	State        uint64      `json:"state"`
	AfterMs      int64       `json:"after_ms"`
	At           string      `json:"at"`
	Stage        string      `json:"stage"`
	Recordings   int         `json:"recordings,omitempty"`
	Participants []legDoc    `json:"participants"`
	Systems      []systemDoc `json:"systems,omitempty"`
}

type legDoc struct {
	Who       string `json:"who"`
	Status    string `json:"status"`
	By        string `json:"by,omitempty"`
	To        string `json:"to,omitempty"`
	Extension string `json:"extension,omitempty"`
	Number    string `json:"number,omitempty"`
	Device    string `json:"device,omitempty"`
	ID        string `json:"id"`
}

type systemDoc struct {
	Kind   string `json:"kind"`
	Status string `json:"status"`
	Name   string `json:"name,omitempty"`
	Step   string `json:"step,omitempty"`
	Result string `json:"result,omitempty"`
	Key    string `json:"key,omitempty"`
	ID     string `json:"id"`
}

// statesJSON writes the states of a call.
func statesJSON(c *call.Call) []byte {
	d := statesDoc{Conversation: c.ID, Created: c.Created.UTC().Format(time.RFC3339Nano)}
	for _, e := range c.Events() {
		s := &e.Snapshot
		st := stateDoc{
			State: s.Seq, AfterMs: s.At.Sub(c.Created).Milliseconds(), At: s.At.UTC().Format("2006-01-02T15:04:05.000Z"),
			Stage: s.Stage.String(), Recordings: s.Recorded, Participants: []legDoc{},
		}
		for k := range s.Legs {
			st.Participants = append(st.Participants, legOf(&s.Legs[k]))
		}
		for k := range s.Systems {
			st.Systems = append(st.Systems, systemOf(&s.Systems[k]))
		}
		d.States = append(d.States, st)
	}
	out, err := json.Marshal(d)
	if err != nil { // of strings and numbers there is nothing that cannot be written
		return []byte("{}")
	}
	return out
}

func legOf(l *call.SnapLeg) legDoc {
	m := &l.Participant
	d := legDoc{Who: m.Name, Extension: m.Extension, Device: m.Device, ID: m.ID, Status: l.Status.String()}
	if m.Kind == call.NumberLeg {
		d.Who, d.Number = m.Outside.Name, m.Outside.Number
	}
	if l.Status == call.StatusOther && l.StatusText != "" {
		d.Status = l.StatusText
	}
	if l.Move != nil {
		d.By, d.To = endpointDoc(l.Move.Initiator), endpointDoc(l.Move.Destination)
	}
	return d
}

func endpointDoc(e call.Endpoint) string {
	for _, s := range [...]string{e.Name, e.Extension, e.Number, e.Participant} {
		if s != "" {
			return s
		}
	}
	return ""
}

func systemOf(s *call.SnapSystem) systemDoc {
	d := systemDoc{Kind: s.System.Kind.String(), Status: s.Status.String(), Name: s.System.QueueName, ID: s.System.ID,
		Step: s.Node.ID, Result: s.Node.Result, Key: s.Node.Option}
	if s.System.Kind == call.SystemOther && s.System.KindText != "" {
		d.Kind = s.System.KindText
	}
	if d.Name == "" {
		d.Name = s.System.Number
	}
	return d
}
