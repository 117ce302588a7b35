package world

import (
	"fmt"
	"time"
)

// Whoever registers a telephone of an extension decides for himself: his phones ring as before, that one
// with them, but no script picks one of them up. Each registered phone is told what happens on it.

// PhoneWord is what a registered phone is told.
type PhoneWord string

// What a phone is told. Incoming and Ringing are for a call to it and for one that it made.
const (
	PhoneIncoming PhoneWord = "incoming" // it rings
	PhoneRinging  PhoneWord = "ringing"  // the far end rings
	PhoneAnswered PhoneWord = "answered" // both ends are connected
	PhoneUpdate   PhoneWord = "update"   // another party, or on hold by the far end, or no longer
	PhoneEnded    PhoneWord = "ended"    // Reason tells why
	PhoneMoved    PhoneWord = "moved"    // what it talks in is another call now: Call and Leg name it, From the leg before
)

// Reasons for which a phone's call ends.
const (
	Bye               = "BYE"
	Cancel            = "CANCEL"
	Busy              = "BUSY"
	Declined          = "DECLINED"
	NoAnswer          = "NO_ANSWER"
	AnsweredElsewhere = "ANSWERED_ELSEWHERE"
	Failed            = "ERROR"
)

// PhoneNotice is something that happens on a registered phone.
type PhoneNotice struct {
	Phone  string // the key under which it was added
	Call   string // conversation space id
	Leg    string // leg id, the one of the call's states
	From   string // the leg's id before it moved
	Word   PhoneWord
	Party  Party // the other end
	Held   bool  // the other end has put this one on hold
	Waits  bool  // the other end is a queue, a menu or a mailbox
	Sound  Sound // what the other end sounds like
	Reason string
}

// phone is a telephone that somebody has registered.
type phone struct {
	key string
	dev Device
}

// heard is what a phone was told last about a leg.
type heard struct {
	word        PhoneWord
	party       Party
	held, waits bool
}

// AddPhone registers one more telephone of an extension under a key of the caller's choice. It stands for
// the device of an id; its legs name a device of the model goto.clients. The error says that nobody has
// the extension.
func (w *World) AddPhone(key, ext, device string) error {
	g := w.floor.find(ext)
	if g == nil {
		return fmt.Errorf("adding a phone: nobody has the extension %q", ext)
	}
	var hi, lo uint64
	for i, b := range []byte(device + "\x00" + ext) {
		hi, lo = mix(hi^uint64(b)), mix(lo+uint64(i)+uint64(b))
	}
	g.phones = append(g.phones, &phone{key, Device{ID: formatUUID(hi, lo, 4), Model: "goto.clients", User: DeviceUser{ID: g.line.UserID}}})
	return nil
}

// RemovePhone takes a telephone away. It stops ringing; a call that it is connected in goes on.
func (w *World) RemovePhone(at time.Time, key string) []Emission {
	w.moveTo(at)
	for _, g := range w.floor.agents {
		for i, p := range g.phones {
			if p.key != key {
				continue
			}
			g.phones = append(g.phones[:i:i], g.phones[i+1:]...)
			for _, c := range append([]*call(nil), w.live...) {
				c.unplug(p)
			}
			return w.out
		}
	}
	return nil
}

// unplug lets a phone stop ringing. The phone is told nothing of it.
func (c *call) unplug(p *phone) {
	if !c.soft {
		return
	}
	for _, i := range c.ringingLegs() {
		if l := &c.legs[i]; l.phone == p {
			l.phone = nil
			c.leave(i)
		}
	}
}

// manned says that a person answers by hand.
func (g *agent) manned() bool { return len(g.phones) > 0 }

// waits says that a person who talks can be rung by one more call.
func (g *agent) waits() bool { return g.manned() && g.busy == 1 }

// devices are what rings when a person is rung.
func (g *agent) devices() []*Device {
	all := make([]*Device, 0, len(g.line.Devices)+len(g.phones))
	for i := range g.line.Devices {
		all = append(all, &g.line.Devices[i])
	}
	for _, p := range g.phones {
		all = append(all, &p.dev)
	}
	return all
}

func (g *agent) phoneOf(d *Device) *phone {
	for _, p := range g.phones {
		if &p.dev == d {
			return p
		}
	}
	return nil
}

// findPhone gives a registered phone and its owner; nil for an unknown key.
func (f *floor) findPhone(key string) (*agent, *phone) {
	for _, g := range f.agents {
		for _, p := range g.phones {
			if p.key == key {
				return g, p
			}
		}
	}
	return nil, nil
}

// willing are those of the legs that ring which a script may pick up.
func (c *call) willing(rung []int) []int {
	var able []int
	for _, i := range rung {
		if s, there := c.status(i); there && s == ringing && !c.legs[i].who.manned() {
			able = append(able, i)
		}
	}
	return able
}

// someoneAnswers lets one of the phones that ring be picked up after a while, if a script may do it.
func (c *call) someoneAnswers(rung []int) {
	c.then(c.ringTime(), func() {
		able := c.willing(rung)
		if len(able) == 0 {
			c.unheard(rung)
			return
		}
		c.pickUp(able[c.rng.IntN(len(able))], rung)
	})
}

// unheard ends a ringing that nobody hears: the caller gives up, or the mailbox takes over.
func (c *call) unheard(rung []int) {
	c.cut()
	if len(rung) == 0 || c.internal || c.chance(0.2) {
		c.then(c.ms(9000, 14_000), func() { c.giveUp(c.ringingLegs()) })
		return
	}
	who := c.legs[rung[0]].who
	c.then(14_000, func() { c.stopPhones(rung) })
	c.then(c.ms(12, 24), func() { c.toMailbox(who, c.messageLength(0.5)) })
}

// initiated is how the call was made.
func (c *call) initiated() string {
	if c.initiator == "" {
		return "DIRECT"
	}
	return c.initiator
}

// tellPhones tells the registered phones of a call what its newest state means for them.
func (c *call) tellPhones() {
	if !c.soft {
		return
	}
	for i := range c.legs {
		if l := &c.legs[i]; l.phone != nil && l.heard.word != PhoneEnded {
			c.tell(i, l)
		}
	}
}

func (c *call) tell(i int, l *leg) {
	now, reason := c.hears(i, l)
	if now == l.heard || now.word == "" {
		return
	}
	was := l.heard
	l.heard = now
	if now.word == was.word {
		now.word = PhoneUpdate
	}
	c.notify(l, PhoneNotice{Word: now.word, Party: now.party, Held: now.held, Waits: now.waits, Reason: reason})
}

// notify sends a notice to the phone of a leg.
func (c *call) notify(l *leg, n PhoneNotice) {
	n.Phone, n.Call, n.Leg = l.phone.key, c.id, l.legID
	n.Sound = SoundOf(n.Party.Number)
	c.w.out = append(c.w.out, Emission{At: c.w.Now(), Phone: &n})
}

// hears is what a phone knows about its leg i by the present state.
func (c *call) hears(i int, l *leg) (heard, string) {
	status, there := c.status(i)
	h := heard{word: l.heard.word, party: l.heard.party}
	if !there || status == disconnecting {
		return heard{word: PhoneEnded, party: l.heard.party}, c.reason(i, l)
	}
	far, ok := c.farOf(i)
	if ok {
		h.party = c.legs[far].party()
	} else if h.party == (Party{}) {
		h.party = Party(c.truth.to)
	}
	switch mine, _ := c.status(i); {
	case mine == ringing && h.word == PhoneAnswered: // it moved here
	case mine == ringing && (i != 0 || l.originator != l.id):
		h.word = PhoneIncoming
	case mine == ringing && ok && h.word == "":
		h.word = PhoneRinging
	case mine == inIVR:
		h.word, h.waits, h.party = PhoneAnswered, true, Party(c.truth.to)
	case mine == connected && ok:
		if s, _ := c.status(far); s == connected || s >= plainStatuses || l.heard.word == PhoneAnswered {
			h.word = PhoneAnswered
		}
	case mine >= plainStatuses:
		h.word, h.held = PhoneAnswered, true
	}
	return h, ""
}

// farOf is the leg at the other end of leg i; false when there is none yet.
func (c *call) farOf(i int) (int, bool) {
	if i != c.base {
		return c.base, true
	}
	if _, there := c.status(c.talker); c.truth.firstMS >= 0 && there && c.talker != i {
		return c.talker, true
	}
	for _, p := range c.present {
		if int(p.leg) != i && p.status != disconnecting {
			return int(p.leg), true
		}
	}
	return 0, false
}

// party is who a leg belongs to, as the phone at the other end shows it.
func (l *leg) party() Party {
	if l.who != nil {
		return Party{Name: l.who.line.Name, Number: l.who.line.Number}
	}
	return l.outside
}

// reason says why leg i is over.
func (c *call) reason(i int, l *leg) string {
	switch {
	case l.heard.word == PhoneAnswered:
		return Bye
	case i == 0 && l.originator == l.id && c.cause != "":
		return c.cause
	case i == 0 && l.originator == l.id:
		return Cancel
	case l.cause != "" && l.cause != AnsweredElsewhere:
		return l.cause
	case l.cause != "" && c.truth.phase != phaseClosing:
		return l.cause
	case c.truth.phase == phaseClosing:
		return Cancel
	}
	return NoAnswer
}
