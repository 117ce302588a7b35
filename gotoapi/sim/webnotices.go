package sim

import (
	"time"

	"ringside/gotoapi/sim/world"
)

const sourceWebCalls = "WebRTC"

// callNotice is the content of a notice about a registration or a call.
type callNotice struct {
	Session      string  `json:"sessionId"`
	Organization string  `json:"organizationId"`
	Extension    string  `json:"extensionNumber"`
	Call         string  `json:"callId,omitempty"`
	Name         *string `json:"name,omitempty"`
	Number       *string `json:"number,omitempty"`
	Held         *bool   `json:"isOnHold,omitempty"`
	Muted        *bool   `json:"isMuted,omitempty"`
	Status       string  `json:"status,omitempty"`
	Reason       string  `json:"reasonCode,omitempty"`
}

// callback sends a notice of the Web Calls API to a channel, if that is still there.
func (s *Service) callback(channel, kind, usage, ttl string, content callNotice) {
	c := s.channels[channel]
	if c == nil {
		s.stats.Unsent++
		return
	}
	// The vendor prints the time with the zone of the account, and the ttl as text.
	e := envelope{source: sourceWebCalls, kind: kind, usage: usage, stamp: s.now(), ttlText: ttl, content: encode(content)}
	id := s.phones.ids.uuid()
	if c.hook != nil {
		s.deliver(c, frame{source: e.source, whole: e.bare(id)})
		return
	}
	s.deliver(c, *e.seal(id, s.now().Add(outerLag)))
}

// accountZone is the offset of New York in the vendor's samples.
func accountZone() *time.Location { return time.FixedZone("", -4*3600) }

// about is a notice's content about a call.
func (s *Service) about(c *webCall) callNotice {
	n := s.sessionOfLine(c.line)
	n.Call = c.id
	return n
}

// tellCall sends a notice about a call to its own channel; before there is one, to the device's.
func (s *Service) tellCall(c *webCall, kind, usage, ttl string, content callNotice) {
	to := c.channel
	if to == "" {
		to = c.line.device.Callbacks.Incoming
	}
	s.callback(to, kind, usage, ttl, content)
}

// tellUpdate says that something about a call has changed.
func (s *Service) tellUpdate(c *webCall) {
	n := s.about(c)
	n.Name, n.Number, n.Held, n.Muted, n.Status = &c.party.Name, &c.party.Number, &c.held, &c.muted, c.status
	s.tellCall(c, "update", "VOIP", "30", n)
}

// take sends out what the world gave.
func (s *Service) take(out []world.Emission) {
	for _, e := range out {
		switch {
		case e.Phone != nil:
			s.hear(*e.Phone)
			continue
		case e.State != nil:
			s.stats.States++
		}
		s.post(e)
	}
}

// hear passes on what a registered phone is told.
func (s *Service) hear(n world.PhoneNotice) {
	if n.Word == world.PhoneIncoming {
		s.announce(n)
		return
	}
	leg := n.Leg
	if n.Word == world.PhoneMoved {
		leg = n.From
	}
	c := s.phones.byLeg[leg]
	if c == nil {
		return // its registration is gone, or it is being dialled just now
	}
	if n.Word == world.PhoneEnded {
		s.over(c, n.Reason)
		return
	}
	c.party, c.farHeld, c.waits, c.sound = n.Party, n.Held, n.Waits, n.Sound
	switch n.Word {
	case world.PhoneRinging:
		c.status = webRinging
		s.tellCall(c, "ringing", "VOIP", "30", s.about(c))
	case world.PhoneAnswered:
		c.status = webConnected
		s.tellCall(c, "answered", "VOIP", "30", s.about(c))
	case world.PhoneMoved:
		delete(s.phones.byLeg, leg)
		c.leg = world.Leg{Call: n.Call, ID: n.Leg}
		s.phones.byLeg[n.Leg] = c
		s.tellUpdate(c)
	default:
		s.tellUpdate(c)
	}
	s.sounds(c)
}

// announce makes a call of a phone that rings, and says so.
func (s *Service) announce(n world.PhoneNotice) {
	l := s.phones.lines[n.Phone]
	if l == nil {
		return
	}
	c := s.addCall(&webCall{
		id: s.phones.ids.hex(32), line: l, leg: world.Leg{Call: n.Call, ID: n.Leg}, incoming: true,
		party: n.Party, sound: n.Sound, status: webRinging,
	})
	content := s.about(c)
	content.Name, content.Number = &c.party.Name, &c.party.Number
	s.callback(l.device.Callbacks.Incoming, "incoming", "VOIP", "30", content)
}
