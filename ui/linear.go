package ui

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/muesli/cancelreader"

	"ringside/lookup"
	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/plain"
	"ringside/ui/status"
	"ringside/ui/text"
)

// linear runs the desk without a screen: the same Model takes the same messages, but what changes is told
// in sentences, one a line, and what is to be done is typed as lines. Nothing is ever drawn over.
type linear struct {
	m      *Model
	out    *bufio.Writer
	teller *plain.Teller
	msgs   chan tea.Msg
	end    context.CancelFunc
	work   *sync.WaitGroup
	ctx    context.Context

	link     status.State
	why      string
	notice   notice
	carded   string          // id of the call whose caller was introduced
	calls    map[string]told // of this telephone, by id
	asked    bool            // the prompt is open, and it was said what for
	proposed string          // what was said a typed text would do; "" when nothing waits for a yes
	said     string          // the last sentence
	rows     []archive.Row
	alarms   map[string]alarm.Level // those that are up, as they were told of
	ended    bool
	written  error
}

// lineMsg is a line that was typed; doneMsg that no more will be.
type (
	lineMsg struct{ text string }
	doneMsg struct{}
)

// Widths and heights of the screen that nobody sees: panes want to have some.
const linearW, linearH = 120, 40

// RunPlain runs the desk in sentences until the person leaves, the input ends or ctx does. It returns
// what writing failed of.
func RunPlain(ctx context.Context, m *Model, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	l := &linear{m: m, out: bufio.NewWriter(out), msgs: make(chan tea.Msg, 64), end: cancel, work: &work, ctx: ctx, link: "none"}
	l.teller = plain.New(plain.Options{Name: l.name, WaitAmber: m.opts.Limits.WaitAmber, WaitRed: m.opts.Limits.WaitRed})
	typed, err := cancelreader.NewReader(in)
	if err != nil {
		return fmt.Errorf("reading what is typed: %w", err)
	}
	read := make(chan struct{})
	go func() { defer close(read); l.read(typed) }()
	work.Go(func() { m.pump.run(ctx, l.send) })
	l.greet()
	l.take(tea.WindowSizeMsg{Width: linearW, Height: linearH})
	for !l.ended && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case msg := <-l.msgs:
			l.take(msg)
		}
	}
	m.end()
	cancel()
	work.Wait()
	if typed.Cancel() {
		<-read
	}
	return l.written
}

// send hands a message over, unless the desk has ended.
func (l *linear) send(msg tea.Msg) {
	select {
	case <-l.ctx.Done():
	case l.msgs <- msg:
	}
}

func (l *linear) read(in io.Reader) {
	s := bufio.NewScanner(in)
	for s.Scan() {
		l.send(lineMsg{s.Text()})
	}
	l.send(doneMsg{})
}

// run has a command done behind the desk's back; what it brings comes back as a message.
func (l *linear) run(cmd tea.Cmd) {
	if cmd == nil || l.ended {
		return
	}
	l.work.Go(func() {
		if msg := cmd(); msg != nil {
			l.send(msg)
		}
	})
}

// take takes a message, and tells what has changed by it.
func (l *linear) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			l.run(cmd)
		}
		return
	case tea.QuitMsg:
		l.ended = true
		return
	case doneMsg:
		l.run(l.m.quit())
		return
	case lineMsg:
		l.typed(call.Clean(msg.text))
	case AlarmedMsg:
		return
	case noticedMsg:
		l.noticed(msg)
	case foundMsg:
		l.found(msg)
	case owingMsg:
		l.owing(msg)
	default:
		_, cmd := l.m.Update(msg)
		l.run(cmd)
	}
	switch msg.(type) {
	case ViewMsg:
		l.teller.View(l.m.view, l.m.now)
	case TickMsg:
		l.teller.Tick(l.m.now)
	case AlarmsMsg:
		l.tellAlarms(l.m.board.alarms)
	}
	l.tell()
}

// tell says what is new.
func (l *linear) tell() {
	for _, line := range l.teller.Lines() {
		l.stamped(line.At, line.Text)
	}
	l.tellLink()
	l.tellCard()
	if n := l.m.said; !n.until.IsZero() && n != l.notice {
		l.notice = n
		switch {
		case n.url != "":
			l.say("The page of the call is " + n.url)
		default:
			l.say(text.Join(" ", sentence(n.Text), hint(n.NoticeMsg)))
		}
	}
	l.tellPhone()
	l.tellPrompt()
	if err := l.out.Flush(); err != nil && l.written == nil {
		l.written = err
		l.end()
	}
}

// tellLink says how the stream is, when that has changed.
func (l *linear) tellLink() {
	k := l.m.header.Link()
	if k.State == l.link && (k.Why == l.why || k.State == status.Live) {
		return
	}
	was := l.link
	l.link, l.why = k.State, k.Why
	switch {
	case k.State == status.Connecting && (was == "none" || was == "") && k.Why == "":
		l.say("Connecting to GoTo.")
	case k.State == status.Live && was == status.Recovering:
		return // it had never gone
	case k.State == status.Live:
		l.say("The link to GoTo is live.")
	case k.State == status.Recovering:
		if was != status.Live {
			l.say("The link to GoTo is live; what was missed is being fetched.")
		}
	case k.State == status.Replay:
		l.say("A recording is played.")
	case k.State != "":
		l.say(text.Join(" ", "The link to GoTo is not live: "+string(k.State)+".", sentence(call.Clean(k.Why)), sentence(call.Clean(k.Hint))))
	}
}

// tellCard introduces the caller of a call that rings here, as soon as it is known who that is.
func (l *linear) tellCard() {
	c := l.m.ringing()
	if c == nil || c.ID == l.carded {
		return
	}
	r, ok := l.m.contacts.get(l.m.contactKey(c.Outsider().Number))
	if !ok || len(r.Contacts) == 0 || l.m.presenting() {
		return
	}
	l.carded = c.ID
	l.say(introduce(r))
}

// introduce says who a contact is.
func introduce(r lookup.Result) string {
	if len(r.Contacts) > 1 {
		names := make([]string, len(r.Contacts))
		for i := range r.Contacts {
			names[i] = r.Contacts[i].Name
		}
		return "The caller is one of " + plain.List(names) + "."
	}
	c := r.Contacts[0]
	s := "The caller is " + c.Name
	if c.Company != "" {
		s += " of " + c.Company
	}
	if c.Tier != "" {
		s += ", " + c.Tier
	}
	s += "."
	if n := len(c.Tickets); n > 0 {
		s += " " + plain.Count(n, "open ticket") + "."
	}
	return s
}

// tellPrompt says what is asked for when the prompt is open.
func (l *linear) tellPrompt() {
	open := l.m.prompt.Active()
	if open && !l.asked {
		s := plain.First(strings.TrimSuffix(strings.TrimSpace(l.m.prompt.Label()), ":"))
		if v := l.m.prompt.Value(); v != "" {
			l.proposed = v
			s += ": " + v + " stands there. Type yes to take it, something else in its place, or an empty line to leave it."
		} else {
			s += ": type it, or an empty line to leave it."
		}
		l.say(s)
	}
	l.asked = open
}

// name says who a party is, by the contacts before the line.
func (l *linear) name(p call.Party) string {
	known := ""
	if r, ok := l.m.contacts.get(l.m.contactKey(p.Number)); ok && len(r.Contacts) == 1 && !l.m.presenting() {
		known = r.Contacts[0].Name
	}
	name, number := text.NameNumber(p, known, l.m.display)
	switch {
	case name != "":
		return name
	case number == "withheld":
		return "a withheld number"
	}
	return number
}

// greet says what this is.
func (l *linear) greet() {
	l.say("ringside, " + l.m.opts.Title + ", in sentences. Type help to hear what can be typed.")
	_ = l.out.Flush()
}

// say tells something now.
func (l *linear) say(s string) { l.stamped(l.m.now, s) }

// stamped tells something that happened at a time.
func (l *linear) stamped(at time.Time, s string) {
	if s == "" {
		return
	}
	if !at.IsZero() && !l.m.now.IsZero() {
		l.said = at.In(l.m.now.Location()).Format("15:04:05") + " " + s
	} else {
		l.said = s
	}
	l.line(l.said)
}

// line writes one line, safe to be read aloud.
func (l *linear) line(s string) {
	s = seconds(spoken(text.Clean(l.m.opts.Veil.Text(s))))
	if _, err := l.out.WriteString(s + "\n"); err != nil && l.written == nil {
		l.written = errors.Join(l.written, err)
	}
}

// spoken writes signs that a reader may not know, or reads oddly, as words or plain ones.
func spoken(s string) string {
	return strings.NewReplacer("…", "...", " › ", ", ", "›", ",", " · ", ", ", "·", ",", "—", "-", "–", "-", " → ", " to ", "→", "to", "≠", "differs from", "✓", "", "✗", "").Replace(s)
}

// seconds writes figures in seconds with the whole word: "after 1.8 s" is read as letters.
func seconds(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, " s")
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		after := s[at+2:]
		digit := at > 0 && s[at-1] >= '0' && s[at-1] <= '9'
		whole := after == "" || strings.ContainsRune(" .,:;)", rune(after[0]))
		if s = after; digit && whole {
			b.WriteString(" seconds")
		} else {
			b.WriteString(" s")
		}
	}
}

// hint gives what a notice says to do, where that is grave enough to be heard; others tell of keys.
func hint(n NoticeMsg) string {
	if n.Level == Warn || n.Level == Bad {
		return sentence(n.Hint)
	}
	return ""
}

// sentence ends a text as a sentence.
func sentence(s string) string {
	switch {
	case s == "":
		return ""
	case !strings.Contains(s, "://"):
		s = plain.First(s)
	default:
		return s // an address, to be taken as it stands
	}
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
