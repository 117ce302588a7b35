package contract

import (
	"fmt"
	"strings"
	"time"

	"ringside/store/call"
)

// tale makes the states of one call, the way the service tells them (goto-api.md 4.3).
type tale struct {
	meta    call.Meta
	people  map[string]call.Participant
	systems map[string]call.System
	events  []call.Event
	raw     strings.Builder // something in the place of the service's own text
}

func newTale(id string, created time.Time, d call.Direction) *tale {
	return &tale{
		meta: call.Meta{
			ID: id, Account: "1234567890123456789", Inbound: d == call.Inbound, Outbound: d != call.Inbound, Created: created, Initiator: "DIRECT",
		},
		people:  map[string]call.Participant{},
		systems: map[string]call.System{},
	}
}

// caller adds the outside party "c" that calls one of our numbers.
func (t *tale) caller(name, num, ours, label string) {
	t.people["c"] = call.Participant{ID: t.meta.ID + "c", Originator: t.meta.ID + "c", Kind: call.NumberLeg, Outside: call.Party{Name: name, Number: num}, Number: ours, Name: label}
}

// callee adds an outside party that is called.
func (t *tale) callee(who, name, num, by string) {
	t.people[who] = call.Participant{ID: t.meta.ID + who, Originator: t.meta.ID + by, Kind: call.NumberLeg, Outside: call.Party{Name: name, Number: num}, Called: true}
}

// line adds an extension.
func (t *tale) line(who string, a agent, by string) {
	t.people[who] = call.Participant{ID: t.meta.ID + who, Originator: t.meta.ID + by, Kind: call.LineLeg, Extension: a.extension, Name: a.name, LineID: "L" + a.extension, Device: "goto.clients"}
}

func (t *tale) queue(which, name string) {
	t.systems[which] = call.System{ID: t.meta.ID + which, Kind: call.Queue, QueueName: name}
}

func (t *tale) plan(which string) {
	t.systems[which] = call.System{ID: t.meta.ID + which, Kind: call.DialPlan}
}

func (t *tale) mailbox(which string) {
	t.systems[which] = call.System{ID: t.meta.ID + which, Kind: call.Mailbox}
}

// say adds a state: "a=C c=I / m q". Statuses are R ringing, C connected, I in a menu or queue, H on
// hold, D leaving; a system with ! is leaving.
func (t *tale) say(ms int64, state string) {
	sn := call.Snapshot{Seq: uint64(len(t.events) + 1), Stage: call.Active, At: t.meta.Created.Add(time.Duration(ms) * time.Millisecond)}
	legs, systems, _ := strings.Cut(state, "/")
	for _, word := range strings.Fields(legs) {
		who, status, _ := strings.Cut(word, "=")
		status, by, _ := strings.Cut(status, ":")
		l := call.SnapLeg{Participant: t.people[who], Status: map[string]call.Status{
			"R": call.StatusRinging, "C": call.StatusConnected, "I": call.StatusInMenu, "H": call.StatusOnHold, "D": call.StatusDisconnecting, "B": call.StatusBlind,
		}[status]}
		if by != "" {
			l.Move = &call.Move{Initiator: call.Endpoint{Participant: t.people[by].ID, Extension: t.people[by].Extension}}
		}
		sn.Legs = append(sn.Legs, l)
	}
	for _, word := range strings.Fields(systems) {
		name, leaving := strings.CutSuffix(word, "!")
		s := call.SnapSystem{System: t.systems[name], Status: call.StatusConnected}
		if leaving {
			s.Status = call.StatusDisconnecting
			if s.System.Kind == call.Mailbox {
				s.System.Result = "SUCCESS"
			}
		}
		if s.System.Kind == call.DialPlan {
			s.Node = call.Node{ID: "AttendantPromptNode_1", Type: "AttendantPromptNode"}
		}
		sn.Systems = append(sn.Systems, s)
	}
	switch {
	case state == "":
		sn.Stage = call.Ending
	case sn.Seq == 1:
		sn.Stage = call.Starting
	}
	fmt.Fprintf(&t.raw, `{"sequence":%d,"type":"%v","state":%q}`, sn.Seq, sn.Stage, state)
	t.events = append(t.events, call.Event{Kind: call.KindState, Source: call.FromStream, Meta: t.meta, Snapshot: sn})
}

// end closes the call.
func (t *tale) end(ms int64, who string) {
	t.say(ms, who+"=D")
	t.say(ms, "")
}

// fold gives the call that the states tell.
func (t *tale) fold() *call.Call {
	b := call.NewBoard(call.Options{})
	for _, e := range t.events {
		b.Apply(e)
	}
	return b.Get(t.meta.ID)
}

// report gives the report of the call, fetched at a moment.
func (t *tale) report(fetched time.Time) *call.Report {
	r := &call.Report{
		ID: t.meta.ID, Ended: t.events[len(t.events)-1].Snapshot.At, Fetched: fetched, Raw: []byte(`{"conversationSpaceId":"` + t.meta.ID + `","callStates":[` + t.raw.String() + `]}`),
		Actions: []call.ReportAction{{At: fetched, Kind: "VOICEMAIL_NEW", For: "1001", Len: 4 * time.Second}},
		AI:      call.ReportAI{Sentiment: "NEUTRAL", Topics: []string{"refund"}},
	}
	for _, e := range t.events {
		e.Source = call.FromReport
		r.Events = append(r.Events, e)
	}
	r.Fold()
	return r
}
