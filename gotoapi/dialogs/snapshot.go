package dialogs

import (
	"slices"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// describe says what holds for the whole of a call.
func (c *conversation) describe(m *call.Meta) {
	m.Initiator = "DIRECT"
	if c.round > 1 {
		m.Associated = []string{c.originator}
	}
	for _, l := range c.legs {
		switch {
		case l.last.ClickToCall:
			m.Initiator = "CLICK_TO_CALL"
		case l.last.Outgoing:
			m.DialString = l.last.Callee.Number
		}
	}
	out := slices.ContainsFunc(c.legs, func(l leg) bool { return l.last.Outgoing })
	m.Outbound = out || len(c.legs) > 0 && extension(c.legs[0].last.Caller.Number)
	m.Inbound = !m.Outbound
}

// snapshot draws who is in a call: the legs of my lines, which are known, and the party at the far
// end, which is known by what the legs say of it. The one who calls stands first.
func (c *conversation) snapshot() call.Snapshot {
	var s call.Snapshot
	caller := slices.IndexFunc(c.legs, func(l leg) bool { return l.last.Outgoing })
	called := slices.ContainsFunc(c.legs, func(l leg) bool { return !l.last.Outgoing })
	originator := c.id + "/far"
	if caller >= 0 {
		originator = c.legs[caller].id
	} else {
		s.Legs = append(s.Legs, c.farCaller(originator))
	}
	for _, l := range c.legs {
		s.Legs = append(s.Legs, l.own(originator))
		s.Recorded += l.last.Recorded
	}
	if caller >= 0 && !called {
		if far, there := c.farCalled(&c.legs[caller]); there {
			s.Legs = append(s.Legs, far)
		}
	}
	return s
}

// own is a leg of my line.
func (l *leg) own(originator string) call.SnapLeg {
	who := l.last.Callee
	if l.last.Outgoing {
		originator, who = l.id, l.last.Caller
	}
	out := call.SnapLeg{Participant: call.Participant{
		ID: l.id, LegID: l.last.Leg, Originator: originator, Kind: call.LineLeg,
		Name: who.Name, Extension: who.Number, LineID: l.line, DeviceID: l.last.Device,
	}}
	out.Status, out.StatusText = l.status()
	return out
}

// status is what a leg of mine does, in the words of Call Events.
func (l *leg) status() (call.Status, string) {
	switch l.last.State {
	case wire.DialogCreated, wire.DialogRinging:
		return call.StatusRinging, ""
	case wire.DialogAnswered:
		if l.last.Outgoing {
			return call.StatusRinging, "" // my telephone is off the hook, nobody is joined yet
		}
		return call.StatusConnected, ""
	case wire.DialogBridged:
		return call.StatusConnected, ""
	case wire.DialogUnbridged:
		if l.bridged || !l.last.Outgoing {
			return call.StatusConnected, ""
		}
		return call.StatusRinging, "" // my call stands in somebody's menu
	case wire.DialogHungUp:
		return call.StatusDisconnecting, ""
	}
	return call.StatusOther, l.last.StateText
}

// farStatus is what the far end of a leg must be doing: what the leg does, but that it is the one on
// hold when the two are parted. Who pressed hold is not said.
func (l *leg) farStatus() (call.Status, string) {
	if l.last.State == wire.DialogUnbridged && l.bridged {
		return call.StatusOnHold, ""
	}
	return l.status()
}

// farCaller is the one who calls my line.
func (c *conversation) farCaller(id string) call.SnapLeg {
	d := &c.legs[0].last
	p := call.Participant{ID: id, Originator: id}
	if extension(d.Caller.Number) {
		p.Kind, p.Name, p.Extension = call.LineLeg, d.Caller.Name, d.Caller.Number
	} else {
		p.Kind, p.Outside = call.NumberLeg, d.Caller
		p.Name, p.Number = d.First.Name, d.First.Number
		if p.Number == "" {
			p.Name, p.Number = d.Callee.Name, d.Callee.Number
		}
	}
	out := call.SnapLeg{Participant: p}
	out.Status, out.StatusText = c.legs[0].farStatus()
	for i := range c.legs { // of several telephones, the one that is most in the call speaks for it
		if st, text := c.legs[i].farStatus(); rank(st) > rank(out.Status) {
			out.Status, out.StatusText = st, text
		}
	}
	return out
}

func rank(s call.Status) int {
	return slices.Index([]call.Status{call.StatusOther, call.StatusDisconnecting, call.StatusRinging, call.StatusOnHold, call.StatusConnected}, s)
}

// farCalled is the one my line calls; there is none while I still dial.
func (c *conversation) farCalled(l *leg) (call.SnapLeg, bool) {
	if l.last.State == wire.DialogCreated {
		return call.SnapLeg{}, false
	}
	to := l.last.Callee
	p := call.Participant{ID: c.id + "/far", Originator: l.id, Kind: call.LineLeg, Name: to.Name, Extension: to.Number}
	if !extension(to.Number) {
		p = call.Participant{ID: p.ID, Originator: l.id, Kind: call.NumberLeg, Outside: to, Called: true}
	}
	out := call.SnapLeg{Participant: p}
	out.Status, out.StatusText = l.farStatus()
	return out, true
}
