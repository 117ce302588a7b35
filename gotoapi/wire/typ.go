package wire

import (
	"time"

	"ringside/store/call"
)

// typ is the "type" object of participants, systems, report actions and summaries. Its members
// depend on its value, which in reports stands last, so all are taken and sorted out afterwards.
type typ struct {
	value string

	// Of participants.
	lineID, deviceID, extension, name, number, numberID string
	userID, userKey                                     string
	device                                              device
	caller, callee                                      call.Party
	calling, called                                     bool          // caller, callee are there
	wrapUp                                              time.Duration // wrapUpDuration

	// Of systems.
	planID, queueID, queueName, boxID, folder, result, left string
	node                                                    call.Node
	configured, length, wait                                time.Duration
	callback                                                bool

	// Of report actions.
	callerName, callerNumber string
	messageLength            time.Duration
}

type device struct{ id, model, user string }

// typ takes a type; a bare word stands for its value.
func (d *Decoder) typ(t *typ) {
	if d.peek() == '"' {
		t.value = d.text()
		return
	}
	if !d.enter('{') {
		return
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		if !d.typOfPerson(t, k) && !d.typOfSystem(t, k) {
			d.skip()
		}
	}
}

func (d *Decoder) typOfPerson(t *typ, k []byte) bool {
	switch string(k) {
	case "value":
		t.value = d.text()
	case "lineId":
		t.lineID = d.text()
	case "deviceId":
		t.deviceID = d.text()
	case "extensionNumber":
		t.extension = d.text()
	case "name":
		t.name = d.text()
	case "number":
		t.number = d.text()
	case "phoneNumberId":
		t.numberID = d.text()
	case "userId":
		t.userID = d.text()
	case "userKey":
		t.userKey = d.text()
	case "device":
		d.device(&t.device)
	case "caller":
		t.calling = d.party(&t.caller)
	case "callee":
		t.called = d.party(&t.callee)
	case "wrapUpDuration":
		t.wrapUp = d.span(time.Millisecond)
	default:
		return false
	}
	return true
}

// typOfSystem takes the members of systems and report actions. A queue's configured wrap-up is in
// seconds, every other duration in milliseconds.
func (d *Decoder) typOfSystem(t *typ, k []byte) bool {
	switch string(k) {
	case "dialPlanId":
		t.planID = d.text()
	case "currentNode":
		d.currentNode(&t.node)
	case "previousNode":
		d.previousNode(&t.node)
	case "queueId":
		t.queueID = d.text()
	case "queueName":
		t.queueName = d.text()
	case "configuredWrapUpDuration":
		t.configured = d.span(time.Second)
	case "leftQueueReason":
		t.left = d.text()
	case "callerWaitDuration":
		t.wait = d.span(time.Millisecond)
	case "callbackOffered":
		t.callback = d.flag()
	case "voicemailBoxId":
		t.boxID = d.text()
	case "folder":
		t.folder = d.text()
	case "duration":
		t.length = d.span(time.Millisecond)
	case "voicemailStatus":
		t.result = d.text()
	case "callerName":
		t.callerName = d.text()
	case "callerNumber":
		t.callerNumber = d.text()
	case "durationMs":
		t.messageLength = d.span(time.Millisecond)
	default:
		return false
	}
	return true
}

func (d *Decoder) device(v *device) {
	*v = device{}
	if !d.enter('{') {
		return
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			v.id = d.text()
		case "model":
			v.model = d.text()
		case "user":
			v.user = d.userID()
		default:
			d.skip()
		}
	}
}

func (d *Decoder) userID() (id string) {
	if !d.enter('{') {
		return ""
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		if string(k) == "id" {
			id = d.text()
		} else {
			d.skip()
		}
	}
	return id
}

func (d *Decoder) currentNode(n *call.Node) {
	*n = call.Node{Via: n.Via}
	if !d.enter('{') {
		return
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			n.ID = d.text()
		case "type":
			n.Type = d.text()
		case "option":
			n.Option = d.text()
		case "result":
			n.Result = d.text()
		default:
			d.skip()
		}
	}
}

func (d *Decoder) previousNode(n *call.Node) {
	n.Via = ""
	if !d.enter('{') {
		return
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		if string(k) == "connector" {
			n.Via = d.text()
		} else {
			d.skip()
		}
	}
}

// participant fills in what the type says of a participant, whose own ids it leaves alone.
func (t *typ) participant(p *call.Participant) {
	p.Kind, p.KindText = t.kind()
	p.Name, p.Extension, p.LineID = t.name, t.extension, t.lineID
	p.DeviceID, p.Device, p.UserID = either(t.deviceID, t.device.id), t.device.model, either(t.userID, t.device.user)
	p.NumberID, p.Number = t.numberID, t.number
	p.Outside, p.Called = t.caller, false
	if t.called && !t.calling {
		p.Outside, p.Called = t.callee, true
	}
}

func (t *typ) kind() (call.ParticipantKind, string) {
	switch t.value {
	case "LINE", "AGENT":
		return call.LineLeg, ""
	case "PHONE_NUMBER":
		return call.NumberLeg, ""
	}
	return call.OtherLeg, t.value
}

// system fills in what the type says of a system, whose own ids it leaves alone.
func (t *typ) system(s *call.System) {
	s.Kind, s.KindText = call.SystemOther, ""
	switch t.value {
	case "DIAL_PLAN":
		s.Kind = call.DialPlan
	case "CALL_QUEUE":
		s.Kind = call.Queue
	case "VOICEMAIL":
		s.Kind = call.Mailbox
	default:
		s.KindText = t.value
	}
	s.PlanID, s.QueueID, s.QueueName, s.WrapUp = t.planID, t.queueID, t.queueName, t.configured
	s.BoxID, s.Number, s.Folder, s.Message, s.Result = t.boxID, t.number, t.folder, t.length, t.result
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
