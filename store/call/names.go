package call

import "strconv"

// ms gives the time of the newest snapshot as milliseconds after the call was created.
func (c *Call) ms() int64 { return c.fold.at - c.Created.UnixMilli() }

func (c *Call) wordOf(r ref) string {
	if r.status != StatusOther || r.more == 0 {
		return ""
	}
	return c.history.words[r.more-1]
}

func (c *Call) moveOf(r ref) Move {
	if r.more == 0 || r.status == StatusOther {
		return Move{}
	}
	return c.history.moveAt(int(r.more - 1))
}

func (c *Call) nodeOf(r ref) Node {
	if r.more == 0 {
		return Node{}
	}
	return c.history.nodes[r.more-1]
}

// label names a participant as records do: extension, else number, else name.
func (c *Call) label(i int) string {
	p := &c.People[i]
	return or(p.Extension, p.Outside.Number, p.Name, "?")
}

// name names a participant as a person would: name, else number.
func (c *Call) name(i int) string {
	p := &c.People[i]
	if p.Kind == NumberLeg {
		return p.Outside.Name
	}
	return p.Name
}

// shown gives the best there is to call a participant by.
func (c *Call) shown(i int) string { return or(c.name(i), c.label(i)) }

// endpoint names the party of a hold or transfer as records do.
func (c *Call) endpoint(e Endpoint) string {
	if i := c.byID(e.Participant); i >= 0 {
		return or(e.Extension, e.Number, c.label(i))
	}
	return or(e.Extension, e.Number, e.Name)
}

// endpointName names it as a person would.
func (c *Call) endpointName(e Endpoint) string {
	name, label := e.Name, c.endpoint(e)
	if i := c.byID(e.Participant); i >= 0 {
		name = or(name, c.name(i))
	}
	if name == "" || name == label {
		return label
	}
	return name
}

// direct tells internal calls from outbound ones, which the wire does not.
func (c *Call) direct() {
	if c.inbound {
		c.Direction = Inbound
		return
	}
	lines := 0
	for i := range c.People {
		switch {
		case c.Legs[i].nth == 0:
		case c.People[i].Kind == NumberLeg:
			c.Direction = Outbound
			return
		default:
			lines++
		}
	}
	c.Direction = Outbound
	if lines > 1 || c.fold.inMenu {
		c.Direction = Internal
	}
}

// nameParties says who calls whom.
func (c *Call) nameParties() {
	first, number, other := -1, -1, -1
	for i := range c.People {
		n := c.Legs[i].nth
		switch {
		case n == 0:
			continue
		case c.People[i].Kind == NumberLeg && (number < 0 || n < c.Legs[number].nth):
			number = i
		case n > 1 && !c.initiator(i) && (other < 0 || n < c.Legs[other].nth):
			other = i
		}
		if first < 0 || n < c.Legs[first].nth {
			first = i
		}
	}
	switch {
	case first < 0:
	case c.Direction == Inbound:
		if s := c.fold.subject; s >= 0 {
			p := &c.People[s]
			c.From = p.Outside
			c.To = Party{Number: p.Number}
			if p.Name != p.Number {
				c.To.Name = p.Name
			}
			if p.Kind != NumberLeg {
				c.From = c.party(s)
			}
		}
	case c.Direction == Outbound:
		c.From, c.To = c.party(first), Party{Number: c.DialString}
		if number >= 0 && number != first {
			c.To = c.party(number)
		}
	default:
		c.From, c.To = c.party(first), Party{Number: c.DialString}
		if other >= 0 {
			c.To = c.party(other)
		} else if c.Queue != "" {
			c.To.Name = c.Queue
		}
	}
}

func (c *Call) party(i int) Party {
	p := &c.People[i]
	if p.Kind == NumberLeg {
		return p.Outside
	}
	return Party{Name: p.Name, Number: p.Extension}
}

// describe finds the words for what the call does now.
func (c *Call) describe() {
	f := &c.fold
	c.Mine, c.Rings = false, false
	var rings, talks []int
	for i := range c.Legs {
		l := &c.Legs[i]
		mine := l.nth > 0 && c.mine[c.People[i].LineID]
		switch l.Status {
		case StatusRinging:
			if !c.initiator(i) {
				rings = append(rings, i)
				c.Rings = c.Rings || mine
			}
		case StatusGone:
			mine = false
		case StatusConnected, StatusOnHold:
			if i != f.subject && (c.People[i].Kind != NumberLeg || c.Direction == Inbound) {
				talks = append(talks, i)
			}
		}
		c.Mine = c.Mine || mine
	}
	if c.Phase == PhaseClosing {
		return // a few milliseconds: it keeps the word it had
	}
	c.With = c.withWhom(talks, rings)
	was := c.State
	c.State, c.Who = c.word(rings)
	switch c.State {
	case StateWaiting:
		c.Since = msTime(f.queueAt)
	case StateRinging:
		c.Since = c.LastAt
		for _, i := range rings {
			if since := c.Legs[i].Since.Time(); since.Before(c.Since) {
				c.Since = since
			}
		}
	case was:
	default:
		c.Since = c.LastAt
	}
}

// word gives the State that the present phase stands for, and who it is about.
func (c *Call) word(rings []int) (State, string) {
	f := &c.fold
	switch c.Phase {
	case PhaseMenu:
		return StateInMenu, ""
	case PhaseWait:
		if len(rings) > 0 {
			return StateRinging, c.several(rings)
		}
		return StateWaiting, c.Queue
	case PhaseRing:
		return StateRinging, c.several(rings)
	case PhaseTalk:
		return StateTalking, c.With
	case PhaseHold:
		if f.subject >= 0 && c.Legs[f.subject].Status == StatusParked {
			return StateParked, ""
		}
		if n := len(c.Holds); n > 0 {
			return StateOnHold, c.Holds[n-1].By
		}
		return StateOnHold, ""
	case PhaseTransfer:
		if n := len(c.Transfers); n > 0 {
			return StateTransferring, c.Transfers[n-1].To
		}
		return StateTransferring, ""
	case PhaseVoicemail:
		return StateVoicemail, ""
	}
	return StateStarting, ""
}

// withWhom names who talks with the outside party or is rung for it.
func (c *Call) withWhom(talks, rings []int) string {
	if len(talks) > 0 {
		return c.several(talks)
	}
	if len(rings) == 1 {
		if n := c.timesRung(rings[0]); n > 1 {
			return c.shown(rings[0]) + " (" + ordinal(n) + ")"
		}
	}
	return c.several(rings)
}

// several names one, or one and how many more persons; two devices of one line count once.
func (c *Call) several(is []int) string {
	more, first := 0, -1
	for k, i := range is {
		if first < 0 {
			first = i
			continue
		}
		twin := false
		for _, j := range is[:k] {
			twin = twin || c.People[i].LineID != "" && c.People[i].LineID == c.People[j].LineID
		}
		if !twin {
			more++
		}
	}
	switch {
	case first < 0:
		return ""
	case more > 0:
		return c.shown(first) + " +" + strconv.Itoa(more)
	}
	return c.shown(first)
}

// timesRung counts how often the person behind leg i was rung: rings of two devices that began
// within a second count once.
func (c *Call) timesRung(i int) int {
	n, last := 0, int64(-10_000)
	for _, r := range c.Rung {
		if p := &c.People[r.person]; r.person == i || p.LineID != "" && p.LineID == c.People[i].LineID {
			if r.AtMs-last > 1000 {
				n++
			}
			last = r.AtMs
		}
	}
	return n
}

func ordinal(n int) string {
	switch {
	case n%100/10 == 1:
		return strconv.Itoa(n) + "th"
	case n%10 == 1:
		return strconv.Itoa(n) + "st"
	case n%10 == 2:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}

func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
