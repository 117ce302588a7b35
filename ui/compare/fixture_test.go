package compare

import (
	"time"

	"ringside/store/call"
)

var begun = time.Date(2026, 9, 30, 18, 38, 14, 189e6, time.UTC)

var (
	dana    = call.Participant{ID: "p-dana", Kind: call.NumberLeg, Number: "+12015550120", Outside: call.Party{Name: "Dana Roe", Number: "+12125550110"}}
	lee     = call.Participant{ID: "p-lee", Kind: call.NumberLeg, Number: "+12015550120", Outside: call.Party{Name: "Lee Park", Number: "+442079460018"}}
	ann     = call.Participant{ID: "p-ann", Kind: call.LineLeg, Name: "Ann Bell", Extension: "8648", LineID: "line-ann", Device: "yealink.sip.t46s"}
	bo      = call.Participant{ID: "p-bo", Kind: call.LineLeg, Name: "Bo Chen", Extension: "0019", LineID: "line-bo", Device: "goto.clients"}
	plan    = call.System{ID: "s-plan", Kind: call.DialPlan, PlanID: "plan"}
	support = call.System{ID: "s-queue", Kind: call.Queue, QueueID: "queue", QueueName: "Support"}
	box     = call.System{ID: "s-box", Kind: call.Mailbox, BoxID: "box", Number: "8648"}
)

type step struct {
	ms      int64
	legs    []call.SnapLeg
	systems []call.SnapSystem
}

func leg(p call.Participant, s call.Status) call.SnapLeg {
	return call.SnapLeg{Participant: p, Status: s}
}

func in(s call.System) []call.SnapSystem {
	return []call.SnapSystem{{System: s, Status: call.StatusConnected}}
}

const (
	ring, conn, menu, leave = call.StatusRinging, call.StatusConnected, call.StatusInMenu, call.StatusDisconnecting
)

// taken is a call that Ann answers, holds and hands over to a queue, where Bo takes it.
func taken() []step {
	by := call.Endpoint{Participant: "p-ann", Extension: "8648", Name: "Ann Bell"}
	held := call.SnapLeg{Participant: dana, Status: call.StatusOnHold, Move: &call.Move{Initiator: by}}
	moved := call.SnapLeg{Participant: dana, Status: call.StatusBlind, Move: &call.Move{Initiator: by, Destination: call.Endpoint{Number: "1102", Extension: "1102"}}}
	return []step{
		{0, []call.SnapLeg{leg(dana, ring)}, nil},
		{130, []call.SnapLeg{leg(dana, menu)}, in(plan)},
		{21996, []call.SnapLeg{leg(dana, menu), leg(ann, ring)}, in(plan)},
		{29780, []call.SnapLeg{leg(dana, conn), leg(ann, ring)}, nil},
		{29780, []call.SnapLeg{leg(dana, conn), leg(ann, conn)}, nil},
		{68013, []call.SnapLeg{held, leg(ann, conn)}, nil},
		{71000, []call.SnapLeg{leg(dana, conn), leg(ann, conn)}, nil},
		{71002, []call.SnapLeg{moved, leg(ann, leave)}, nil},
		{71175, []call.SnapLeg{leg(dana, menu)}, in(support)},
		{71476, []call.SnapLeg{leg(dana, menu), leg(bo, ring)}, in(support)},
		{92591, []call.SnapLeg{leg(dana, conn), leg(bo, ring)}, in(support)},
		{92591, []call.SnapLeg{leg(dana, conn), leg(bo, conn)}, nil},
		{380564, []call.SnapLeg{leg(dana, leave), leg(bo, conn)}, nil},
		{380616, nil, nil},
	}
}

// lost is a call that waits in the queue, is sent to Ann's mailbox and leaves a message.
func lost() []step {
	done := box
	done.Message, done.Result = 34*time.Second, "SUCCESS"
	return []step{
		{0, []call.SnapLeg{leg(lee, ring)}, nil},
		{134, []call.SnapLeg{leg(lee, menu)}, in(plan)},
		{12505, []call.SnapLeg{leg(lee, menu)}, in(support)},
		{13000, []call.SnapLeg{leg(lee, menu), leg(ann, ring)}, in(support)},
		{60509, []call.SnapLeg{leg(lee, menu)}, in(support)},
		{60527, []call.SnapLeg{leg(lee, menu)}, in(box)},
		{98169, []call.SnapLeg{leg(lee, leave)}, []call.SnapSystem{{System: done, Status: call.StatusDisconnecting}}},
		{98217, nil, nil},
	}
}

// folded is the call that the first n steps make, those in skip left out.
func folded(id string, steps []step, n int, skip ...int) *call.Call {
	b := call.NewBoard(call.Options{})
next:
	for i, s := range steps[:n] {
		for _, k := range skip {
			if k == i {
				continue next
			}
		}
		stage := call.Active
		switch i {
		case 0:
			stage = call.Starting
		case len(steps) - 1:
			stage = call.Ending
		}
		at := begun.Add(ms(s.ms))
		b.Apply(call.Event{Kind: call.KindState, Received: at, Meta: call.Meta{ID: id, Account: "acc", Inbound: true, Created: begun},
			Snapshot: call.Snapshot{Seq: uint64(i + 1), Stage: stage, At: at, Legs: s.legs, Systems: s.systems}})
	}
	return b.Get(id)
}

func takenCall() *call.Call { return folded("c0ffee00-taken", taken(), len(taken())) }
func lostCall() *call.Call  { return folded("c0ffee00-lost", lost(), len(lost())) }

func takenReport() *call.Report {
	return &call.Report{ID: "c0ffee00-taken", Call: takenCall(),
		Queues: []call.ReportQueue{{Name: "Support", Left: "ANSWERED", Wait: 21432 * time.Millisecond}},
		People: []call.ReportPerson{{Participant: bo, Agent: true, WrapUp: 7812 * time.Millisecond}},
		AI:     call.ReportAI{Sentiment: "NEUTRAL", Topics: []string{"invoice", "upgrade"}}}
}
