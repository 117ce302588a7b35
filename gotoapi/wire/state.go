package wire

import (
	"slices"

	"ringside/store/call"
)

const (
	maxMembers    = 2000    // participants, and systems, kept of one state
	maxInDocument = 100_000 // both together, kept of one document
	maxAssociated = 100     // associated conversations kept of one call
	keepScratch   = 64      // legs or systems whose room is kept for the next state
)

// meta takes a call's "metadata".
func (d *Decoder) meta(m *call.Meta) {
	at, same := d.metas.take(&d.scanner, m)
	if same {
		return
	}
	*m = call.Meta{}
	if !d.enter('{') {
		return
	}
	d.metaMembers(m)
	if m.Associated == nil {
		at.keep(&d.scanner, m)
	}
}

func (d *Decoder) metaMembers(m *call.Meta) {
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		if !d.metaMember(m, k) {
			d.skip()
		}
	}
}

// metaMember takes one of the members that metadata and reports have in common; false for another.
func (d *Decoder) metaMember(m *call.Meta, k []byte) bool {
	switch string(k) {
	case "conversationSpaceId":
		m.ID = d.text()
	case "accountKey":
		m.Account = d.text()
	case "direction":
		d.direction(m)
	case "callCreated":
		m.Created = d.when()
	case "callInitiator":
		m.Initiator = d.text()
	case "dialString":
		m.DialString = d.text()
	case "associatedConversations":
		m.Associated = d.texts(maxAssociated)
	case "hangupOriginatorId":
		m.HangupBy = d.text()
	default:
		return false
	}
	return true
}

func (d *Decoder) direction(m *call.Meta) {
	word := d.said()
	m.Inbound, m.Outbound = string(word) == "INBOUND", string(word) == "OUTBOUND"
	if len(word) > 0 && !m.Inbound && !m.Outbound {
		d.odd++
	}
}

// texts takes a list of texts; nil when it is empty.
func (d *Decoder) texts(limit int) []string {
	if !d.enter('[') {
		return nil
	}
	var list []string
	for ok := d.elem(true); ok; ok = d.elem(false) {
		t := d.text()
		switch {
		case t == "":
		case len(list) < limit:
			list = append(list, t)
		default:
			d.odd++
		}
	}
	return list
}

// state takes one state of a call; false when the value is none.
func (d *Decoder) state(s *call.Snapshot) bool {
	*s = call.Snapshot{}
	if !d.enter('{') {
		return false
	}
	d.legs, d.systems = d.legs[:0], d.systems[:0]
	d.ofState, d.ofLegs = tapes{}, tapes{}
	listed, ofLegs, numbered := 0, 0, false
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "sequenceNumber":
			s.Seq, numbered = d.count(), true
		case "type":
			s.Stage = d.stage()
		case "timestamp":
			s.At = d.when()
		case "participants":
			ofLegs = d.participants()
		case "interactiveVoiceResponseSystems":
			d.voiceSystems()
		default:
			if !d.tape(&d.ofState, k, &listed) {
				d.skip()
			}
		}
	}
	if !numbered {
		d.odd++
	}
	s.Recorded = listed + ofLegs
	s.Legs, d.legs = settle(d.legs)
	s.Systems, d.systems = settle(d.systems)
	return true
}

// settle gives what was collected a slice of its own, and the emptied room for the next time.
func settle[T any](room []T) (kept, free []T) {
	if len(room) > 0 {
		kept = slices.Clone(room)
	}
	if cap(room) > keepScratch {
		return kept, nil
	}
	return kept, room[:0]
}

func (d *Decoder) stage() call.Stage {
	switch word := d.said(); string(word) {
	case "STARTING":
		return call.Starting
	case "ACTIVE":
		return call.Active
	case "ENDING":
		return call.Ending
	}
	d.odd++
	return call.StageOther
}

// room reports whether one more leg or system may be kept beside n of its kind, and counts it as
// kept.
func (d *Decoder) room(n int) bool {
	if n >= maxMembers || d.members >= maxInDocument {
		d.odd++
		return false
	}
	d.members++
	return true
}

// length takes a list and counts its elements.
func (d *Decoder) length() int {
	n := 0
	if d.enter('[') {
		for ok := d.elem(true); ok; ok = d.elem(false) {
			d.skip()
			n++
		}
	}
	return n
}

// participants takes the list of legs and gives the number of recordings they list.
func (d *Decoder) participants() int {
	d.members -= len(d.legs)
	d.legs, d.ofLegs = d.legs[:0], tapes{}
	if !d.enter('[') {
		return 0
	}
	recordings := 0
	for ok := d.elem(true); ok; ok = d.elem(false) {
		if !d.room(len(d.legs)) {
			d.skip()
			continue
		}
		recordings += d.legOrTwin()
	}
	return recordings
}

// legTwin is a leg as it was understood.
type legTwin struct {
	leg        call.SnapLeg
	recordings int
}

// legOrTwin takes the participant that stands next and gives the number of its recordings. Where the
// recordings themselves are kept, and of one that is being moved, nothing is remembered.
func (d *Decoder) legOrTwin() int {
	var at place[legTwin]
	var t legTwin
	if !d.keep {
		var same bool
		if at, same = d.legTwins.take(&d.scanner, &t); same {
			d.legs = append(d.legs, t.leg)
			return t.recordings
		}
	}
	if !d.enter('{') {
		return 0
	}
	t.recordings = d.leg(&t.leg)
	d.legs = append(d.legs, t.leg)
	if t.leg.Move == nil {
		at.keep(&d.scanner, &t)
	}
	return t.recordings
}

// leg takes the participant that was entered and gives the number of its recordings. The vendor's
// guide of 2023 calls the id participantId, its service and its later code call it id.
func (d *Decoder) leg(l *call.SnapLeg) int {
	var of tapes
	recordings, older := 0, ""
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			l.Participant.ID = d.text()
		case "participantId":
			older = d.text()
		case "legId":
			l.Participant.LegID = d.text()
		case "originator":
			l.Participant.Originator = d.text()
		case "status":
			d.status(l)
		case "type":
			var t typ
			d.typ(&t)
			t.participant(&l.Participant)
		default:
			if !d.tape(&of, k, &recordings) {
				d.skip()
			}
		}
	}
	if l.Participant.ID == "" {
		l.Participant.ID = older
	}
	if d.keep {
		of.of(l.Participant.ID)
		d.ofLegs.add(of)
	}
	return recordings
}

func (d *Decoder) status(l *call.SnapLeg) {
	l.Status, l.StatusText, l.Move = call.StatusOther, "", nil
	if d.peek() == '"' {
		d.statusWord(&l.Status, &l.StatusText)
		return
	}
	if !d.enter('{') {
		return
	}
	var initiator, transferrer, destination call.Endpoint
	var moved [3]bool
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "value":
			d.statusWord(&l.Status, &l.StatusText)
		case "initiator":
			moved[0] = d.endpoint(&initiator)
		case "transferrer":
			moved[1] = d.endpoint(&transferrer)
		case "destination":
			moved[2] = d.endpoint(&destination)
		default:
			d.skip()
		}
	}
	if moved[0] || moved[1] || moved[2] {
		l.Move = &call.Move{Initiator: initiator, Transferrer: transferrer, Destination: destination}
	}
}

// statusWord takes a status; text is set to a word not known.
func (d *Decoder) statusWord(s *call.Status, text *string) {
	*text = ""
	switch word := d.said(); string(word) {
	case "RINGING":
		*s = call.StatusRinging
	case "CONNECTED":
		*s = call.StatusConnected
	case "IN_INTERACTIVE_VOICE_RESPONSE":
		*s = call.StatusInMenu
	case "ON_HOLD":
		*s = call.StatusOnHold
	case "IN_DIRECT_TRANSFER":
		*s = call.StatusBlind
	case "IN_WARM_TRANSFER":
		*s = call.StatusWarm
	case "PARKED":
		*s = call.StatusParked
	case "DISCONNECTING":
		*s = call.StatusDisconnecting
	default:
		*s, *text = call.StatusOther, d.known.get(word)
	}
}

// endpoint takes one party of a move; false when the value is none.
func (d *Decoder) endpoint(e *call.Endpoint) bool {
	*e = call.Endpoint{}
	if !d.enter('{') {
		return false
	}
	other := ""
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "participantId":
			e.Participant = d.text()
		case "id":
			other = d.text()
		case "conversationSpaceId":
			e.Conversation = d.text()
		case "extensionNumber":
			e.Extension = d.text()
		case "name":
			e.Name = d.text()
		case "number":
			e.Number = d.text()
		default:
			d.skip()
		}
	}
	if e.Participant == "" {
		e.Participant = other
	}
	return true
}

// voiceSystems takes the list of dial plans, queues and mailboxes.
func (d *Decoder) voiceSystems() {
	d.members -= len(d.systems)
	d.systems = d.systems[:0]
	if !d.enter('[') {
		return
	}
	for ok := d.elem(true); ok; ok = d.elem(false) {
		if !d.room(len(d.systems)) {
			d.skip()
			continue
		}
		d.systemOrTwin()
	}
}

// systemOrTwin takes the dial plan, queue or mailbox that stands next.
func (d *Decoder) systemOrTwin() {
	var s call.SnapSystem
	at, same := d.systemTwins.take(&d.scanner, &s)
	if !same {
		if !d.enter('{') {
			return
		}
		d.voiceSystem(&s)
		at.keep(&d.scanner, &s)
	}
	d.systems = append(d.systems, s)
}

// voiceSystem takes the dial plan, queue or mailbox that was entered.
func (d *Decoder) voiceSystem(s *call.SnapSystem) {
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "id":
			s.System.ID = d.text()
		case "originator":
			s.System.Originator = d.text()
		case "status":
			var l call.SnapLeg
			d.status(&l)
			s.Status = l.Status
		case "type":
			var t typ
			d.typ(&t)
			t.system(&s.System)
			s.Node = t.node
		default:
			d.skip()
		}
	}
}

// party takes somebody by name and number; false when the value is none.
func (d *Decoder) party(p *call.Party) bool {
	*p = call.Party{}
	if !d.enter('{') {
		return false
	}
	for k, ok := d.key(true); ok; k, ok = d.key(false) {
		switch string(k) {
		case "name":
			p.Name = d.text()
		case "number":
			p.Number = d.text()
		default:
			d.skip()
		}
	}
	return true
}
