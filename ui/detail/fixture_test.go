package detail

import (
	"errors"
	"time"

	"ringside/lookup"
	"ringside/lookup/number"
	"ringside/store/call"
)

// begun is when the calls of the fixtures begin.
var begun = time.Date(2026, 9, 30, 18, 38, 14, 189e6, time.UTC)

var (
	caller  = call.Participant{ID: "p-caller", Kind: call.NumberLeg, Number: "+12015550120", Outside: call.Party{Name: "Dana Roe", Number: "+12125550110"}}
	ann     = call.Participant{ID: "p-ann", Kind: call.LineLeg, Name: "Ann Bell", Extension: "8648", LineID: "line-ann", Device: "yealink.sip.t46s"}
	bo      = call.Participant{ID: "p-bo", Kind: call.LineLeg, Name: "Bo Chen", Extension: "0019", LineID: "line-bo", Device: "goto.clients"}
	plan    = call.System{ID: "s-plan", Kind: call.DialPlan, PlanID: "plan"}
	support = call.System{ID: "s-queue", Kind: call.Queue, QueueID: "queue", QueueName: "Support", WrapUp: 90 * time.Second}
)

// step is one state of a script: when, and who is in the call.
type step struct {
	ms      int64
	stage   call.Stage
	legs    []call.SnapLeg
	systems []call.SnapSystem
}

func leg(p call.Participant, s call.Status) call.SnapLeg {
	return call.SnapLeg{Participant: p, Status: s}
}

func held(p call.Participant, by call.Participant) call.SnapLeg {
	return call.SnapLeg{Participant: p, Status: call.StatusOnHold, Move: &call.Move{Initiator: call.Endpoint{Participant: by.ID}}}
}

func moved(p call.Participant, by call.Participant, to string) call.SnapLeg {
	return call.SnapLeg{Participant: p, Status: call.StatusBlind, Move: &call.Move{
		Initiator: call.Endpoint{Participant: by.ID, Extension: by.Extension, Name: by.Name}, Destination: call.Endpoint{Number: to, Extension: to}}}
}

func in(s call.System, st call.Status) []call.SnapSystem {
	return []call.SnapSystem{{System: s, Status: st}}
}

// script is a call that goes through a menu to Ann, is held, handed over to a queue and taken by
// Bo, in the shape of the service's states.
func script() []step {
	const (
		ring, conn, menu, leave = call.StatusRinging, call.StatusConnected, call.StatusInMenu, call.StatusDisconnecting
	)
	return []step{
		{0, call.Starting, []call.SnapLeg{leg(caller, ring)}, nil},
		{130, call.Active, []call.SnapLeg{leg(caller, menu)}, in(plan, conn)},
		{21996, call.Active, []call.SnapLeg{leg(caller, menu), leg(ann, ring)}, in(plan, conn)},
		{29780, call.Active, []call.SnapLeg{leg(caller, conn), leg(ann, ring)}, nil},
		{29780, call.Active, []call.SnapLeg{leg(caller, conn), leg(ann, conn)}, nil},
		{68013, call.Active, []call.SnapLeg{held(caller, ann), leg(ann, conn)}, nil},
		{71000, call.Active, []call.SnapLeg{leg(caller, conn), leg(ann, conn)}, nil},
		{71002, call.Active, []call.SnapLeg{moved(caller, ann, "1102"), leg(ann, conn)}, nil},
		{71002, call.Active, []call.SnapLeg{moved(caller, ann, "1102"), leg(ann, leave)}, nil},
		{71175, call.Active, []call.SnapLeg{leg(caller, menu)}, in(support, conn)},
		{71476, call.Active, []call.SnapLeg{leg(caller, menu), leg(bo, ring)}, in(support, conn)},
		{92591, call.Active, []call.SnapLeg{leg(caller, conn), leg(bo, ring)}, nil},
		{92591, call.Active, []call.SnapLeg{leg(caller, conn), leg(bo, conn)}, nil},
		{380564, call.Active, []call.SnapLeg{leg(caller, leave), leg(bo, conn)}, nil},
		{380616, call.Ending, nil, nil},
	}
}

// events makes the events of the first n steps; the ones in skip are left out.
func events(n int, skip ...uint64) []call.Event {
	var out []call.Event
	meta := call.Meta{ID: "c0ffee00-1234-4000-8000-000000000025", Account: "acc", Inbound: true, Created: begun, Initiator: "DIRECT"}
next:
	for i, s := range script()[:n] {
		seq := uint64(i + 1)
		for _, k := range skip {
			if k == seq {
				continue next
			}
		}
		at := begun.Add(ms(s.ms))
		out = append(out, call.Event{Kind: call.KindState, Source: call.FromStream, Received: at.Add(120 * time.Millisecond), Meta: meta,
			Snapshot: call.Snapshot{Seq: seq, Stage: s.stage, At: at, Legs: s.legs, Systems: s.systems}})
	}
	return out
}

// folded is the call after the first n steps, without those in skip.
func folded(n int, skip ...uint64) *call.Call {
	b := call.NewBoard(call.Options{})
	for _, e := range events(n, skip...) {
		b.Apply(e)
	}
	return b.Get("c0ffee00-1234-4000-8000-000000000025")
}

// report is the service's account of the whole call.
func report() *call.Report {
	r := &call.Report{
		ID: "c0ffee00-1234-4000-8000-000000000025", Events: events(len(script())), Ended: begun.Add(ms(380616)), HangupBy: "p-caller",
		People: []call.ReportPerson{
			{Participant: caller},
			{Participant: ann},
			{Participant: bo, Agent: true, WrapUp: 7812 * time.Millisecond},
		},
		Queues:  []call.ReportQueue{{Name: "Support", Extension: "1102", Left: "ANSWERED", Wait: 21432 * time.Millisecond}},
		Actions: []call.ReportAction{{At: begun.Add(2 * time.Hour), Kind: "INFO_CAPTURE", For: "1102"}},
		AI: call.ReportAI{Sentiment: "NEUTRAL", Topics: []string{"invoice", "upgrade"},
			Summary: "The caller asked about two open invoices and whether the plan can be upgraded before the end of the month. Bo sent both copies and will call back."},
	}
	r.Fold()
	return r
}

func contact() []lookup.Result {
	return []lookup.Result{{Number: number.Parse("+12125550110", "US"), Done: true,
		Contacts: []lookup.Contact{{Name: "Dana Roe", Company: "Acme Corp", Tier: "gold", Notes: "prefers mail", Source: "contacts.csv"}}}}
}

func failedLookup() []lookup.Result {
	return []lookup.Result{{Number: number.Parse("+12125550110", "US"), Done: true, Trail: []lookup.Step{{Source: "crm", Err: errors.New("timed out")}}}}
}
