package call

import (
	"cmp"
	"slices"
)

// Ladder tells a call as arrows between its parties, as sngrep draws the messages of a SIP call.
type Ladder struct {
	Columns []LadderColumn
	Steps   []Step
}

// LadderColumn is one party of a Ladder. Telephones of one line share a column.
type LadderColumn struct {
	Label string // name, extension or number
	Sub   string // what else tells it apart: extension, number, "queue", "menu"
	// People are indexes into Call.People, System one into Call.Systems or -1.
	People []int
	System int
}

// StepKind is what an arrow stands for.
type StepKind uint8

// The kinds of step.
const (
	StepCalls     StepKind = iota + 1 // the call begins
	StepMenu                          // enters a menu, or moves in it
	StepChoice                        // presses a key in a menu
	StepQueue                         // enters a queue
	StepRings                         // a telephone is rung
	StepNoAnswer                      // it stops ringing
	StepAnswers                       // it is answered
	StepHolds                         // somebody is put on hold
	StepResumes                       // and taken back
	StepTransfers                     // somebody is moved
	StepVoicemail                     // a mailbox answers, or a message is left
	StepLeaves                        // somebody leaves
	StepEnds                          // the call ends
	StepMissing                       // states are missing here
)

// Step is one arrow of a Ladder. From and To are columns; equal ones are about one party alone.
type Step struct {
	AtMs    int64 // after Created
	DeltaMs int64 // since the step before
	From    int
	To      int
	Kind    StepKind
	Text    string // two or three words: "rings", "answers after 4.1 s", "presses 2"
	Seq     uint64 // number of the state that shows it; 0 for a step that no state shows
	Weak    bool   // inferred, or told with something missing
}

// Ladder tells the call as arrows. Steps are in the order of time, those of one millisecond in the
// order of their states.
func (c *Call) Ladder() Ladder {
	if c.history.count == 0 {
		return Ladder{}
	}
	d := *c
	d.restart()
	b := ladderBuilder{c: &d, whole: c, people: make([]int, len(c.People)), systems: make([]int, len(c.Systems)), menu: -1, lines: map[string]int{}}
	b.columns()
	d.fold.witness = &witness{note: b.note}
	next := uint64(1)
	for i, sn := range c.snaps() {
		if sn.seq > next {
			b.missing(d.ms(), missing(next, sn.seq-1, i == 0))
		}
		next = sn.seq + 1
		b.seq = sn.seq
		if i == 0 {
			b.begins(sn.seq > 1)
		}
		d.step(sn)
	}
	if c.State == StateEnded && d.State != StateEnded {
		b.missing(d.ms(), "its end was not seen")
	}
	slices.SortStableFunc(b.out.Steps, func(s, t Step) int { return cmp.Compare(s.AtMs, t.AtMs) })
	for i := range b.out.Steps {
		if i > 0 {
			b.out.Steps[i].DeltaMs = b.out.Steps[i].AtMs - b.out.Steps[i-1].AtMs
		}
	}
	return b.out
}

type ladderBuilder struct {
	c       *Call // folded again up to the present state
	whole   *Call
	out     Ladder
	people  []int // beside People: the column
	systems []int // beside Systems: the column
	menu    int   // the column of all dial plans; -1
	lines   map[string]int
	seq     uint64
	holds   []Move // beside Holds
	ringers []int  // beside Rung: the column that rang it
}

// columns gives everybody a column, in the order in which they appear. Dial plans that call each
// other share one.
func (b *ladderBuilder) columns() {
	for i := range b.people {
		b.people[i] = -1
	}
	for i := range b.systems {
		b.systems[i] = -1
	}
	for _, sn := range b.whole.snaps() {
		for _, r := range sn.legs {
			if b.people[r.who] < 0 {
				b.people[r.who] = b.personColumn(int(r.who))
			}
		}
		for _, r := range sn.systems {
			if b.systems[r.who] < 0 {
				b.systems[r.who] = b.systemColumn(int(r.who))
			}
		}
	}
}

func (b *ladderBuilder) personColumn(i int) int {
	c, p := b.whole, &b.whole.People[i]
	if p.LineID != "" {
		if k, ok := b.lines[p.LineID]; ok {
			b.out.Columns[k].People = append(b.out.Columns[k].People, i)
			return k
		}
		b.lines[p.LineID] = len(b.out.Columns)
	}
	col := LadderColumn{Label: c.shown(i), People: []int{i}, System: -1}
	if l := c.label(i); l != col.Label {
		col.Sub = l
	}
	b.out.Columns = append(b.out.Columns, col)
	return len(b.out.Columns) - 1
}

func (b *ladderBuilder) systemColumn(i int) int {
	c := b.whole
	kind := c.Systems[i].Kind
	if kind == DialPlan && b.menu >= 0 {
		return b.menu
	}
	col := LadderColumn{Label: c.systemName(i), System: i}
	switch kind {
	case Queue:
		col.Sub = "queue"
	case Mailbox:
		col.Sub = c.Systems[i].Number
	case DialPlan:
		col.Sub, b.menu = "menu", len(b.out.Columns)
	}
	b.out.Columns = append(b.out.Columns, col)
	return len(b.out.Columns) - 1
}

// begins adds the call itself: from the one who calls to whatever took it first.
func (b *ladderBuilder) begins(late bool) {
	c := b.whole
	from, to := 0, -1
	for i := range c.People {
		if c.Legs[i].nth == 1 {
			from = b.people[i]
		}
	}
	for k := range b.out.Columns {
		if k != from && to < 0 {
			to = k
		}
	}
	verb := "calls "
	if c.Direction == Outbound {
		verb = "dials "
	}
	s := Step{From: from, To: or0(to, from), Kind: StepCalls, Text: verb + partyText(c.To), Seq: b.seq, Weak: late}
	if late {
		s.Seq = 0
	}
	b.out.Steps = append(b.out.Steps, s)
}

func (b *ladderBuilder) missing(at int64, text string) {
	b.out.Steps = append(b.out.Steps, Step{AtMs: at, To: max(0, len(b.out.Columns)-1), Kind: StepMissing, Text: text, Weak: true})
}

// note turns what the fold sees into a step.
func (b *ladderBuilder) note(h happening) {
	if h.kind == StepEnds {
		b.ends(h)
		return
	}
	s := Step{AtMs: b.c.ms() + h.at, Kind: h.kind, Seq: b.seq, Weak: h.late}
	who := b.column(h.who)
	s.From, s.To = who, who
	switch h.kind {
	case StepMenu, StepChoice, StepQueue, StepVoicemail:
		b.meets(&s, h)
	case StepRings:
		s.From, s.Text = or0(b.ringer(h.who), who), "rings"
		b.ringers = append(b.ringers, s.From)
		if h.late {
			s.Text = "rings already"
		}
		s.Text += b.telephone(h.who)
	case StepNoAnswer, StepAnswers:
		b.ringEnds(&s, h)
	case StepHolds, StepResumes, StepTransfers:
		b.moves(&s, h)
	case StepLeaves:
		s.Text = "leaves"
	}
	b.out.Steps = append(b.out.Steps, s)
}

// meets tells what a caller does in a menu, queue or mailbox.
func (b *ladderBuilder) meets(s *Step, h happening) {
	s.To = b.systems[h.sys]
	switch h.kind {
	case StepMenu:
		s.Text = h.text
		if h.text == "a dial plan answers" {
			s.From, s.To, s.Text = s.To, s.From, "answers"
		}
	case StepChoice:
		s.Text = "presses " + h.text
	case StepQueue:
		s.Text = "enters the queue"
		if h.late {
			s.Text = "is in the queue already"
		}
	case StepVoicemail:
		s.Text = b.c.mailbox(h)
	}
}

// ringEnds tells how the ringing of a telephone ended: it falls silent for whoever rang it, or it
// meets the party that is in the call.
func (b *ladderBuilder) ringEnds(s *Step, h happening) {
	c := b.c
	if h.kind == StepNoAnswer {
		if h.nth < len(b.ringers) {
			s.To = b.ringers[h.nth]
		}
		r := &c.Rung[h.nth]
		s.Text = "no answer, " + Seconds(r.RingMs)
		if by := b.whole.takenBy(r); by >= 0 {
			s.Text = "stops, " + c.shown(by) + " answers"
		}
		if b.whole.answersElsewhere(r) {
			s.Text = "stops, answered elsewhere"
		}
		s.Text += b.telephone(h.who)
		return
	}
	if h.late {
		s.Text = "talks already"
		return
	}
	s.Text = "answers"
	if ms, ok := c.rangFor(h.who); ok {
		s.Text += " after " + Seconds(ms)
	}
	if f := c.fold.subject; f >= 0 && f != h.who {
		s.To = b.people[f]
	} else {
		s.To = or0(b.ringer(h.who), s.From)
	}
}

// telephone tells which one of several that share a column.
func (b *ladderBuilder) telephone(i int) string {
	t := Telephone(b.whole.People[i].Device)
	if t == "" || len(b.out.Columns[b.column(i)].People) < 2 {
		return ""
	}
	return " (" + t + ")"
}

// moves tells a hold, its end or a transfer: an arrow from who does it to whom it is done.
func (b *ladderBuilder) moves(s *Step, h happening) {
	c := b.c
	m := c.moveOf(h.ref)
	switch {
	case h.kind == StepHolds:
		b.holds = append(b.holds, m)
	case h.kind == StepResumes && h.nth < len(b.holds):
		m = b.holds[h.nth]
	}
	if i := c.byID(m.Initiator.Participant); i >= 0 {
		s.From = b.column(i)
	}
	switch h.kind {
	case StepHolds:
		s.Text = "puts on hold"
	case StepResumes:
		s.Text = "ends the hold, " + Seconds(c.Holds[h.nth].Ms)
	case StepTransfers:
		s.Text = c.Transfers[h.nth].Kind + " transfer to " + c.whither(m)
	}
}

// ends tells who left first, as far as can be told, and how the call ended.
func (b *ladderBuilder) ends(h happening) {
	c := b.c
	at, from := c.ms(), b.column(h.who)
	if i := c.whoLeftFirst(); i >= 0 {
		s := Step{AtMs: at, From: b.column(i), To: b.column(i), Kind: StepLeaves, Text: "hangs up", Seq: b.seq, Weak: true}
		if with := b.partner(i); with >= 0 {
			s.To = b.column(with)
		}
		b.out.Steps = append(b.out.Steps, s)
	}
	b.out.Steps = append(b.out.Steps, Step{AtMs: at, From: from, To: from, Kind: StepEnds, Text: "ended: " + c.Outcome.String(), Seq: b.seq})
}

// partner gives with whom a participant was in the call at last: the one who left last among those
// who talked; -1 for none.
func (b *ladderBuilder) partner(i int) int {
	c, best := b.c, -1
	closing := Millis(c.Ended.UnixMilli() - c.phases[PhaseClosing] - closingMs)
	for k := range c.Legs {
		if k == i || c.Legs[k].Left < closing || b.people[k] == b.people[i] || !c.initiator(k) && !c.answeredBy(k) {
			continue
		}
		if best < 0 || c.Legs[k].Left > c.Legs[best].Left {
			best = k
		}
	}
	return best
}

// ringer gives the column from which a telephone is rung: the menu or queue that has the caller,
// the party that is being moved, or the one who caused the leg; -1 is not known.
func (b *ladderBuilder) ringer(i int) int {
	c, f := b.c, &b.c.fold
	if s := f.subject; s >= 0 && s != i && f.moved {
		return b.people[s]
	}
	if f.queueSys >= 0 {
		return b.systems[f.queueSys]
	}
	by := c.byID(c.People[i].Originator)
	if s := f.subject; b.menu >= 0 && s >= 0 && s != i && (c.Legs[s].Status == StatusInMenu || c.Legs[s].Status == StatusConnected && by == s) {
		return b.menu
	}
	if by >= 0 && by != i {
		return b.people[by]
	}
	if f.subject != i {
		return b.column(f.subject)
	}
	return -1
}

// column gives the column of a participant, the first one for nobody.
func (b *ladderBuilder) column(i int) int {
	if i < 0 || b.people[i] < 0 {
		return 0
	}
	return b.people[i]
}

func or0(i, other int) int {
	if i < 0 {
		return other
	}
	return i
}
