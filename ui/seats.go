package ui

import (
	"ringside/store/call"
	"ringside/store/phone"
	bar "ringside/ui/phone"
)

// seat is a line of the account as the board has seen it.
type seat struct {
	name  string
	calls map[string]*call.Call // that it is in, or that ring it, by id
}

// maxSeats bounds the lines that are remembered.
const maxSeats = 5000

// sit notes the lines of a call that is up, and who waits in which queue.
func (t *tracker) sit(c *call.Call) {
	t.eachLine(c, func(p *call.Participant, in bool) {
		s := t.seats[p.Extension]
		if s == nil {
			if len(t.seats) >= maxSeats {
				return
			}
			s = &seat{calls: map[string]*call.Call{}}
			t.seats[p.Extension] = s
		}
		if p.Name != "" {
			s.name = call.Clean(p.Name)
		}
		if in {
			s.calls[c.ID] = c
		}
	})
	if waits(c) {
		t.waiting[c.Queue]++
	}
	if c.Mine {
		for i := range c.People {
			t.mine[c.People[i].LegID] = c.ID
		}
	}
}

// rise takes back what sit has noted of a call, but for who sits where.
func (t *tracker) rise(c *call.Call) {
	t.eachLine(c, func(p *call.Participant, _ bool) {
		if s := t.seats[p.Extension]; s != nil {
			delete(s.calls, c.ID)
		}
	})
	if waits(c) {
		if t.waiting[c.Queue]--; t.waiting[c.Queue] <= 0 {
			delete(t.waiting, c.Queue)
		}
	}
	for i := range c.People {
		if t.mine[c.People[i].LegID] == c.ID {
			delete(t.mine, c.People[i].LegID)
		}
	}
}

func waits(c *call.Call) bool { return c.Live() && c.Queue != "" && c.Phase == call.PhaseWait }

// eachLine goes through the lines with an extension in a call, and tells whether they are in it now.
func (t *tracker) eachLine(c *call.Call, do func(p *call.Participant, in bool)) {
	for i := range min(len(c.People), len(c.Legs)) {
		if p := &c.People[i]; p.Kind == call.LineLeg && p.Extension != "" {
			s := c.Legs[i].Status
			do(p, c.Live() && s != call.StatusGone && s != call.StatusDisconnecting)
		}
	}
}

// nameAt gives who has an extension, as far as the board has seen; "" for nobody.
func (t *tracker) nameAt(extension string) string {
	if s := t.seats[extension]; s != nil {
		return s.name
	}
	return ""
}

// setSeats brings whom a call can be given to into the list: those of the account's set-up and those
// that the board has seen, with what they do now, and the other call of this telephone.
func (m *Model) setSeats() {
	var out []bar.Seat
	for _, o := range bar.Open(m.phoned.view) {
		if o.ID != m.phoned.giving && !(o.Incoming && o.State == phone.Ringing) {
			out = append(out, bar.Seat{Kind: bar.Mine, Name: m.farEnd(o), Extension: o.ID, State: o.State})
		}
	}
	own := m.phoned.view.Line.Extension
	listed := map[string]bool{own: true}
	for _, s := range m.phoned.listed {
		if s.Extension == "" || listed[s.Extension] {
			continue
		}
		listed[s.Extension] = true
		m.occupy(&s)
		out = append(out, s)
	}
	for ext, one := range m.track.seats {
		if !listed[ext] {
			s := bar.Seat{Kind: bar.Person, Name: one.name, Extension: ext}
			m.occupy(&s)
			out = append(out, s)
		}
	}
	m.phoned.picker.SetSeats(out)
}

// occupy tells of a seat what it does now.
func (m *Model) occupy(s *bar.Seat) {
	s.Unsure = m.opts.Partial
	switch s.Kind {
	case bar.Queue:
		s.Waiting = m.track.waiting[s.Name]
	case bar.Person:
		one := m.track.seats[s.Extension]
		if one == nil {
			return
		}
		for _, c := range one.calls {
			if s.Call == nil || c.State == call.StateTalking && s.Call.State != call.StateTalking || c.State == s.Call.State && c.Created.Before(s.Call.Created) {
				s.Call = c
			}
		}
	}
}
