package call

import "strconv"

// scene is what everybody together does in one state.
type scene struct {
	c         *Call
	phase     Phase // of the call
	connected int
	ringing   int
	inMenu    int
	moving    int
	held      int
	holders   []mover // who holds or moves somebody
}

type mover struct {
	id    string
	by    string
	phase Phase
}

// maxHolders bounds the search for who holds whom.
const maxHolders = 16

func (c *Call) sceneOf(legs []ref, phase Phase) scene {
	s := scene{c: c, phase: phase}
	for _, r := range legs {
		m := mover{phase: PhaseHold}
		switch r.status {
		case StatusConnected:
			s.connected++
			continue
		case StatusRinging:
			if !c.initiator(int(r.who)) {
				s.ringing++
			}
			continue
		case StatusInMenu:
			s.inMenu++
			continue
		case StatusOnHold:
			s.held++
		case StatusBlind, StatusWarm:
			s.moving++
			m.phase = PhaseTransfer
		default:
			continue
		}
		e := c.moveOf(r).Initiator
		m.id, m.by = e.Participant, c.endpointName(e)
		if len(s.holders) < maxHolders && (len(s.holders) == 0 || s.holders[len(s.holders)-1] != m) {
			s.holders = append(s.holders, m)
		}
	}
	return s
}

// does says what one leg does, seen from itself, and who makes it.
func (s *scene) does(r ref) (Phase, string) {
	switch r.status {
	case StatusRinging:
		if s.c.initiator(int(r.who)) && s.ringing == 0 {
			return PhaseSetup, ""
		}
		return PhaseRing, ""
	case StatusInMenu:
		switch s.phase {
		case PhaseWait, PhaseVoicemail, PhaseRing, PhaseTransfer, PhaseClosing:
			return s.phase, ""
		}
		return PhaseMenu, ""
	case StatusOnHold:
		return PhaseHold, s.c.endpointName(s.c.moveOf(r).Initiator)
	case StatusParked:
		return PhaseHold, ""
	case StatusBlind, StatusWarm:
		return PhaseTransfer, s.c.endpointName(s.c.moveOf(r).Initiator)
	case StatusConnected:
		return s.connectedDoes(s.c.People[r.who].ID)
	}
	return PhaseClosing, ""
}

func (s *scene) connectedDoes(id string) (Phase, string) {
	for _, m := range s.holders {
		if m.id == id && id != "" {
			return m.phase, m.by
		}
	}
	switch {
	case s.connected > 1:
		return PhaseTalk, ""
	case s.held > 0 && len(s.holders) > 0:
		return PhaseHold, s.holders[0].by
	case s.moving > 0 && len(s.holders) > 0:
		return PhaseTransfer, s.holders[0].by
	case s.ringing > 0 && s.phase != PhaseTalk:
		return PhaseRing, ""
	case s.phase == PhaseTalk || s.phase == PhaseMenu || s.phase == PhaseWait || s.phase == PhaseVoicemail:
		return s.phase, ""
	}
	return PhaseClosing, ""
}

// holds says whether a system has the caller, and what it does with them. The last one listed is
// the innermost; those around it have handed the caller on.
func (s *scene) holds(r ref, innermost bool) (Phase, bool) {
	switch {
	case r.status == StatusDisconnecting:
		return PhaseClosing, true
	case !innermost || s.inMenu == 0:
		return 0, false
	case s.phase == PhaseClosing || s.phase == PhaseTransfer:
		return s.phase, true
	}
	switch s.c.Systems[r.who].Kind {
	case Queue:
		return PhaseWait, true
	case Mailbox:
		return PhaseVoicemail, true
	}
	if s.phase == PhaseRing {
		return PhaseRing, true
	}
	return PhaseMenu, true
}

// laneNames tells apart what would have one name: two telephones of a line by their device, and
// what is left by a number.
type laneNames struct{ people, systems []string }

func (c *Call) laneNames() laneNames {
	n := laneNames{make([]string, len(c.People)), make([]string, len(c.Systems))}
	lines := map[string]int{}
	for i := range c.People {
		if l := c.People[i].LineID; l != "" {
			lines[l]++
		}
	}
	for i := range c.People {
		n.people[i] = c.titled(i)
		if p := &c.People[i]; lines[p.LineID] > 1 {
			n.people[i] += onTelephone(p.Device)
		}
	}
	number(n.people, c.Roster(), ", ")
	order := make([]int, len(c.Systems))
	for i := range order {
		order[i] = i
		n.systems[i] = c.systemName(i)
	}
	number(n.systems, order, " ")
	return n
}

// number adds a number to the second and later ones of a name.
func number(names []string, order []int, sep string) {
	seen := map[string]int{}
	for _, i := range order {
		seen[names[i]]++
		if k := seen[names[i]]; k > 1 {
			names[i] += sep + strconv.Itoa(k)
		}
	}
}

// systemName names a menu, queue or mailbox. Dial plans have no names on the wire: one that asks
// for a key is a menu.
func (c *Call) systemName(i int) string {
	switch s := &c.Systems[i]; s.Kind {
	case Queue:
		return or(s.QueueName, "Queue")
	case Mailbox:
		return "Voicemail"
	case DialPlan:
		return "Dial plan"
	default:
		return or(s.KindText, "System")
	}
}
