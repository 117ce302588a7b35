package world

import (
	"strings"
	"time"
)

func stampAt(ms int64) Stamp { return Stamp(time.UnixMilli(ms)) }

// metadata is what the service says about the call in state i.
func (c *call) metadata(i int) Metadata {
	m := Metadata{
		ConversationSpaceID: c.id,
		Direction:           c.direction(),
		AccountKey:          c.w.account.Key,
		CallCreated:         stampAt(c.created),
		CallInitiator:       c.initiated(),
		DialString:          c.dialString,
	}
	if c.inbound && i == 0 {
		m.CallInitiator = ""
	}
	if len(c.assoc) > 0 && i >= c.assocAt {
		m.AssociatedConversations = c.assoc
	}
	if c.tape[i].kind == ending && c.hangupLive {
		m.HangupOriginatorID = c.hangup
	}
	return m
}

func (c *call) direction() string {
	if c.inbound {
		return "INBOUND"
	}
	return "OUTBOUND"
}

// listed gives who and what state i of the tape lists.
func (c *call) listed(i int) (parts []partSnap, systems []sysSnap) {
	var fromPart, fromSys uint16
	if i > 0 {
		fromPart, fromSys = c.tape[i-1].parts, c.tape[i-1].systems
	}
	return c.parts[fromPart:c.tape[i].parts], c.systems[fromSys:c.tape[i].systems]
}

// state makes state i of the tape in full.
func (c *call) state(i int) State {
	t := c.tape[i]
	s := State{
		ID:             formatUUID(mix(c.seed+uint64(i)), mix(^c.seed-uint64(i)), 5),
		SequenceNumber: uint64(i + 1),
		Type:           t.kind.String(),
		Timestamp:      stampAt(c.created + int64(t.after)),
	}
	parts, systems := c.listed(i)
	s.Participants = make([]Participant, len(parts))
	for k, p := range parts {
		s.Participants[k] = c.participant(p, c.contactAt > 0 && i >= c.contactAt)
	}
	if len(systems) > 0 {
		s.Systems = make([]System, len(systems))
		for k, y := range systems {
			s.Systems[k] = c.system(y)
		}
	}
	if t.kind == ending && c.recordAt > 0 {
		yes := true
		s.Recordings = []Recording{{ID: c.recorded, StartTimestamp: stampAt(c.recordAt), TranscriptEnabled: &yes}}
		s.Transcripts = []Recording{{ID: c.transcript, StartTimestamp: stampAt(c.recordAt)}}
	}
	return s
}

func (c *call) participant(p partSnap, contact bool) Participant {
	l := &c.legs[p.leg]
	out := Participant{ID: l.id, LegID: l.legID, Originator: l.originator, Type: l.wireType(), Status: c.statusOf(p)}
	if contact && l.number != nil {
		out.Type.Contact = &NoPost{NotAddedReason: "NO_CONTACT"}
	}
	if l.dev != nil {
		out.Type.Device = l.dev
	}
	return out
}

func (c *call) statusOf(p partSnap) Status {
	if p.status < plainStatuses {
		return plainStatus(p.status)
	}
	return c.statuses[p.status-plainStatuses]
}

// wireType is a leg's type without what only states carry.
func (l *leg) wireType() ParticipantType {
	if l.number == nil {
		return ParticipantType{
			Value: "LINE", LineID: l.who.line.ID, DeviceID: l.dev.ID,
			ExtensionNumber: l.who.line.Number, Name: l.who.line.Name,
		}
	}
	t := ParticipantType{
		Value: "PHONE_NUMBER", PhoneNumberID: l.number.ID, Number: l.number.Number,
		Name: l.number.Name, CallProvider: "PSTN",
	}
	if l.callee {
		t.Callee = &l.outside
	} else {
		t.Caller = &l.outside
	}
	return t
}

func (c *call) system(y sysSnap) System {
	v := &c.ivrs[y.ivr]
	s := System{ID: v.id, Originator: c.legs[0].id, Status: plainStatus(connected), Type: v.wireType()}
	over := y.flags&sysDisconnecting != 0
	if over {
		s.Status = plainStatus(disconnecting)
	}
	switch {
	case v.plan != "":
		s.Type.CurrentNode, s.Type.PreviousNode = v.nodes(int(y.hop), y.flags&sysResult != 0)
	case v.box != "" && over:
		v.message(&s.Type)
	}
	return s
}

// wireType is a system's type without what changes from state to state.
func (v *ivr) wireType() SystemType {
	switch {
	case v.queue != nil:
		return SystemType{
			Value: "CALL_QUEUE", QueueID: v.queue.ID, QueueName: v.queue.Name,
			QueueType: v.queue.Type, ConfiguredWrapUpSeconds: v.queue.WrapUpSeconds,
		}
	case v.box != "":
		return SystemType{Value: "VOICEMAIL", VoicemailBoxID: v.box, Number: v.number}
	}
	return SystemType{Value: "DIAL_PLAN", DialPlanID: v.plan, ExecutionID: v.exec}
}

func (v *ivr) nodes(i int, result bool) (*Node, *PrevNode) {
	h := v.hops[i]
	typ, _, _ := strings.Cut(h.node, "_")
	n, p := &Node{ID: h.node, Type: typ}, &PrevNode{Connector: h.connector}
	if result {
		n.Option, n.Result = h.option, h.result
	}
	if i > 0 {
		p.ID = v.hops[i-1].node
	}
	return n, p
}

// message adds what a mailbox knows when it is done.
func (v *ivr) message(t *SystemType) {
	t.VoicemailStatus = v.status
	if v.status == "SUCCESS" {
		t.Folder, t.Duration = "INBOX", v.length
	}
}
