package ui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/store/stats"
	"ringside/ui/action"
	"ringside/ui/plain"
	"ringside/ui/reports"
	"ringside/ui/status"
	"ringside/ui/text"
)

// word is a command that can be typed where there is no screen.
type word struct {
	names []string // the first one is the name
	args  string
	help  string
	do    func(l *linear, args string)
}

// words lists the commands in the order in which help tells them.
func words() []word {
	return []word{
		{[]string{"help", "?"}, "", "what can be typed", (*linear).help},
		{[]string{"list", "calls", "ls"}, "QUERY", "the calls that are up, what needs attention first; with a query those it finds", (*linear).list},
		{[]string{"waiting", "queue"}, "", "who waits in queues, the longest first", (*linear).waiting},
		{[]string{"open", "call"}, "CALL", "all about a call: what it does, its story", (*linear).open},
		{[]string{"who"}, "CALL", "who the caller is, as far as contacts know; without a call, of the one that rings you", (*linear).who},
		{[]string{"status"}, "", "the link, the floor, and today's numbers", (*linear).status},
		{[]string{"filter"}, "QUERY", "tell only of calls that a query finds, and of yours; filter alone tells of all again", (*linear).filter},
		{[]string{"quiet"}, "", "tell only of your own calls", func(l *linear, _ string) {
			l.teller.SetMode(plain.Quiet)
			l.say("Only your own calls are told of now. Type all to hear of every one again.")
		}},
		{[]string{"all"}, "", "tell of every call again", func(l *linear, _ string) {
			l.teller.SetMode(plain.All)
			l.say("Every call is told of now.")
		}},
		{[]string{"reports"}, "QUERY", "the last ten calls that are over; with a query those it finds", (*linear).reports},
		{[]string{"report"}, "N", "all about one of the reports last listed", (*linear).report},
		{[]string{"owed"}, "", "callers who are owed a call back", (*linear).owed},
		{[]string{"alarms"}, "", "the alarms that are up", (*linear).listAlarms},
		{[]string{"ack"}, "N", "acknowledge an alarm", (*linear).acknowledge},
		{[]string{"snooze"}, "N", "put an alarm off", (*linear).snooze},
		{[]string{"mask"}, "", "mask telephone numbers, or tell them again", func(l *linear, _ string) { l.run(l.m.do(action.Mask)) }},
		{[]string{"again"}, "", "the last sentence once more", func(l *linear, _ string) { l.line(l.said) }},
		{[]string{"time"}, "", "what time it is", func(l *linear, _ string) { l.line("It is " + l.m.now.Format("15:04:05") + ".") }},
		{[]string{"quit", "exit", "q"}, "", "leave", func(l *linear, _ string) { l.run(l.m.do(action.Quit)) }},
	}
}

// deeds gives the actions of the desk that can be typed by their names, some by a shorter one too.
func deeds(keys *action.Keymap) map[string]action.Binding {
	out := map[string]action.Binding{}
	for _, b := range keys.Bindings() {
		if !slices.Contains(b.Where, action.Live) || !slices.Contains([]string{"Notes", "Calls", "Telephone", "Phone", "Alarms"}, b.Group) {
			continue
		}
		switch b.Action {
		case action.Keypad, action.Follow, action.CardTrail, action.Traces, action.NextCard, action.PickContact, action.ContactAlways,
			action.CreateContact, action.YankNumber, action.YankID, action.YankCard, action.YankJSON, action.YankLadder, action.YankURL:
			continue // they show something on the screen, or put it where nobody here looks
		}
		out[string(b.Action)] = b
	}
	if b, ok := out[string(action.OpenPop)]; ok {
		out["pop"] = b
		delete(out, string(action.OpenPop))
		delete(out, string(action.ChoosePop))
	}
	return out
}

// typed does what a line says; while something is asked for, the line is the answer.
func (l *linear) typed(line string) {
	if l.m.prompt.Active() {
		l.answer(line)
		return
	}
	name, args, _ := strings.Cut(strings.TrimSpace(line), " ")
	name, args = strings.ToLower(name), strings.TrimSpace(args)
	if name == "" {
		return
	}
	for _, w := range words() {
		if slices.Contains(w.names, name) {
			w.do(l, args)
			return
		}
	}
	if b, ok := deeds(l.m.keys)[name]; ok {
		l.act(b.Action, args)
		return
	}
	l.say("There is no " + name + " here. Type help to hear what there is.")
}

// answer hands a line to what is asked for.
func (l *linear) answer(line string) {
	l.asked = true
	sure := l.proposed != "" && (line == "yes" || line == "y")
	l.proposed = ""
	switch {
	case line == "":
		l.run(l.m.onPromptKey(tea.KeyPressMsg{Code: tea.KeyEscape}, "esc"))
		l.say("Left as it was.")
		return
	case !sure:
		l.run(l.m.onPromptKey(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}, "ctrl+u")) // what stood there
		l.run(l.m.onPaste(tea.PasteMsg{Content: line}))
		if l.proposed = l.means(); l.proposed != "" {
			l.say(l.proposed + " Type yes to go on, something else in its place, or an empty line to leave it.")
			return
		}
	}
	l.run(l.m.onPromptKey(tea.KeyPressMsg{Code: tea.KeyEnter}, "enter"))
	if l.m.prompt.Active() {
		l.say("That cannot be taken. Type something else, or an empty line to leave it.")
	}
}

// means says what a text that was typed would do, where that has to be known before it is done: which
// number is dialled, to whom a call is given. "" is nothing.
func (l *linear) means() string {
	if p := l.m.phoned.picker; p.Active() {
		if s, ok := p.Chosen(); ok {
			return "This gives the call to " + text.Join(" ", s.Name, s.Extension) + "."
		}
		return ""
	}
	if l.m.asked.explain == nil {
		return ""
	}
	var said []string
	for _, n := range l.m.asked.explain(l.m.prompt.Value()) {
		said = append(said, sentence(strings.TrimSpace(n.text)))
	}
	return strings.Join(said, " ")
}

// act does what a key of the desk would. args may begin with a call; what follows is typed where
// something is asked for.
func (l *linear) act(a action.Action, args string) {
	m := l.m
	m.detail, m.tab = "", 0
	first, rest, _ := strings.Cut(args, " ")
	if n, err := strconv.Atoi(first); err == nil && n < 10_000 && a != action.Dial {
		c := l.numbered(n)
		if c == nil {
			l.say(fmt.Sprintf("There is no call %d. Type list to hear which there are.", n))
			return
		}
		m.callsPane.Select(c.ID)
		args = strings.TrimSpace(rest)
	}
	l.run(m.do(a))
	if args != "" && m.prompt.Active() {
		l.answer(args)
	}
}

func (l *linear) numbered(n int) *call.Call {
	for _, c := range l.m.track.up {
		if c.No == n {
			return c
		}
	}
	return nil
}

// find gives the call that is meant: by its number, by a part of a name or number, or without any the
// one that rings here. Where it is not one, it says so.
func (l *linear) find(arg string) *call.Call {
	if n, err := strconv.Atoi(arg); err == nil && n < 10_000 {
		if c := l.numbered(n); c != nil {
			return c
		}
	}
	if arg == "" {
		if c := l.m.ringing(); c != nil {
			return c
		}
		l.say("No call rings you. Say which call is meant: its number, or a part of the caller's name.")
		return nil
	}
	var found []*call.Call
	for _, c := range l.m.track.up {
		if s := strings.ToLower(l.name(c.Outsider()) + " " + c.Outsider().Number); strings.Contains(s, strings.ToLower(arg)) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *call.Call) int { return cmp.Compare(a.No, b.No) })
	switch len(found) {
	case 0:
		l.say("No call is " + arg + ". Type list to hear which there are.")
		return nil
	case 1:
		return found[0]
	}
	var names []string
	for _, c := range found[:min(5, len(found))] {
		names = append(names, fmt.Sprintf("call %d of %s", c.No, l.name(c.Outsider())))
	}
	l.say(fmt.Sprintf("%s could be meant: %s. Say its number.", plain.Count(len(found), "call"), plain.List(names)))
	return nil
}

func (l *linear) help(string) {
	l.line("You can type:")
	for _, w := range words() {
		l.line(text.Join(" ", w.names[0], w.args) + ": " + w.help + ".")
	}
	d := deeds(l.m.keys)
	for _, name := range slices.Sorted(maps.Keys(d)) {
		l.line(name + " CALL: " + d[name].Help + ".")
	}
	l.line("CALL is the number of a call or a part of the caller's name. QUERY is described in docs/query.md.")
}

// maxListed bounds what is read out at once.
const maxListed = 20

// list tells the calls that are up.
func (l *linear) list(q string) {
	l.finder(q, func(f finds) { l.listed(q, f) })
}

func (l *linear) listed(q string, finds finds) {
	var up []*call.Call
	for _, c := range l.m.track.up {
		if c.Live() && (finds == nil || finds(c, l.m.now)) {
			up = append(up, c)
		}
	}
	slices.SortFunc(up, func(a, b *call.Call) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), a.Since.Compare(b.Since), cmp.Compare(a.No, b.No))
	})
	switch {
	case len(up) == 0 && q != "":
		l.line("No call that is up matches.")
	case len(up) == 0:
		l.line("No call is up.")
	default:
		l.line(plain.Count(len(up), "call") + ":")
	}
	for i, c := range up {
		if i == maxListed {
			l.line(fmt.Sprintf("And %d more; list with a query tells fewer.", len(up)-i))
			break
		}
		l.line(plain.Namer(l.name).About(c, l.m.now))
	}
}

// urgency orders calls: mine, then who waits, then what rings, then the rest.
func urgency(c *call.Call) int {
	switch {
	case c.Rings:
		return 0
	case c.Mine:
		return 1
	case c.State == call.StateWaiting:
		return 2
	case c.State == call.StateRinging:
		return 3
	case c.State == call.StateOnHold || c.State == call.StateParked:
		return 4
	}
	return 5
}

func (l *linear) waiting(string) {
	f := l.m.numbers.fold
	if f == nil || len(f.Waits("", 1)) == 0 {
		l.line("Nobody is waiting.")
		return
	}
	for _, e := range f.Waits("", maxListed) {
		if c := e.Call(); c != nil {
			l.line(fmt.Sprintf("Call %d: %s has been waiting in %s for %s.", c.No, plain.First(l.name(c.Outsider())), call.Clean(e.Queue), plain.Span(e.Waited(l.m.now))))
		}
	}
}

func (l *linear) open(arg string) {
	c := l.find(arg)
	if c == nil {
		return
	}
	l.story(c, nil)
}

// story tells all of a call.
func (l *linear) story(c *call.Call, r *call.Report) {
	l.line(plain.Namer(l.name).About(c, l.m.now))
	said := c.Story()
	if r != nil {
		said = c.StoryWith(r)
	}
	for _, s := range said {
		at := time.Duration(s.AtMs) * time.Millisecond
		weak := ""
		if s.Weak {
			weak = " This is inferred."
		}
		l.line("After " + plain.Span(at) + ": " + sentence(s.Text) + weak)
	}
}

func (l *linear) who(arg string) {
	c := l.find(arg)
	if c == nil {
		return
	}
	p := c.Outsider()
	name, number := l.name(p), l.m.display(p.Number)
	if name == number {
		number = ""
	}
	l.line(fmt.Sprintf("Call %d is of %s.", c.No, text.Join(", ", name, number)))
	r, ok := l.m.contacts.get(l.m.contactKey(p.Number))
	switch {
	case l.m.presenting():
		l.line("What contacts know is hidden while you present.")
	case !ok || len(r.Contacts) == 0:
		l.line("No contact has this number.")
	default:
		l.line(introduce(r))
		if n := r.Contacts[0].Notes; n != "" && len(r.Contacts) == 1 {
			l.line("Notes: " + sentence(text.Clean(n)))
		}
		for _, t := range r.Contacts[0].Tickets {
			l.line("Ticket " + text.Clean(text.Join(", ", t.ID, t.Title, t.State)) + ".")
		}
	}
}

func (l *linear) status(string) {
	m := l.m
	if l.link == status.Live {
		l.line("The link to GoTo is live.")
	} else {
		l.line("The link to GoTo is not live: " + m.header.LinkWords() + ".")
	}
	if m.view == nil {
		l.line("No call has been heard of yet.")
		return
	}
	l.line(plain.Standing(m.view.Counts, m.now))
	f := m.numbers.fold
	if f == nil {
		return
	}
	num := func(id stats.ID) stats.Number { return f.Number(id, stats.Floor(), m.now) }
	l.line(fmt.Sprintf("Today %s came in; %s answered, %s missed, %s abandoned.",
		plain.Count(int(num(stats.CallsIn).Value), "call"), num(stats.Answered).Text(), num(stats.Missed).Text(), num(stats.Abandoned).Text()))
	if sla := num(stats.SLA); sla.Known {
		l.line(fmt.Sprintf("%s were answered within %s; it took %s on average.", sla.Text(), plain.Span(f.Options().Within), plain.Span(num(stats.AnswerTime).Duration())))
	}
	if d := num(stats.CallsIn).Doubt.String(); d != "" {
		l.line("These numbers " + d + ".")
	}
}

// finds is a query of the calls that are up; nil finds every call.
type finds func(*call.Call, time.Time) bool

// noticedMsg brings the tags and notes that a query which was typed looks in.
type noticedMsg struct {
	all  *archive.Noted
	err  error
	then func()
}

// finder reads a query and hands it on, once the tags and notes are known that it looks in. What is
// wrong with it is said.
func (l *linear) finder(q string, then func(finds)) {
	if q == "" {
		then(nil)
		return
	}
	read, err := query.Parse(q, query.Options{Now: l.m.now, Region: l.m.opts.Region})
	if err != nil {
		l.say(wrongWith(err))
		return
	}
	if err := l.m.unkept(read); err != nil {
		l.say(sentence(err.Msg) + " " + sentence(err.Want))
		return
	}
	match := read.Compile()
	ready := func() {
		then(func(c *call.Call, now time.Time) bool {
			x := query.Extra{Region: l.m.opts.Region, From: l.name(c.From), To: l.name(c.To)}
			l.m.noted.all.On(&x, c.ID, c.Outsider().Number)
			s := query.NewCallSubject(c, x)
			s.At(now)
			return match.Match(s)
		})
	}
	p, ctx, region := l.m.opts.Ports.Past, l.m.ctx, l.m.opts.Region
	if reads, _ := read.Noted(); !reads || p == nil {
		ready()
		return
	}
	l.run(func() tea.Msg {
		all, err := archive.ReadNoted(ctx, p, region)
		return noticedMsg{all, err, ready}
	})
}

// noticed goes on with a query whose tags and notes have come.
func (l *linear) noticed(msg noticedMsg) {
	switch {
	case errors.Is(msg.err, context.Canceled):
		return
	case msg.err != nil:
		what, hint := reports.Trouble(msg.err)
		l.say("Tags and notes are not known: " + sentence(what) + " " + sentence(hint))
	default:
		l.m.noted.all = msg.all
	}
	msg.then()
}

func wrongWith(err error) string {
	var bad *query.Error
	if !errors.As(err, &bad) {
		return sentence(err.Error())
	}
	return text.Join(" ", fmt.Sprintf("The query is wrong at character %d: %s.", bad.Col+1, call.Clean(bad.Msg)), sentence(call.Clean(bad.Want)))
}

func (l *linear) filter(q string) {
	l.finder(q, func(f finds) {
		l.teller.SetFinds(f)
		l.m.noted.spoken = f != nil
		if q == "" {
			l.say("Every call is told of now.")
			return
		}
		l.say("Only calls that match " + q + " are told of now, and yours. Type filter alone to hear of all again.")
	})
}
