package ui

import (
	"strings"
	"time"

	"ringside/store/call"
	"ringside/ui/status"
	"ringside/ui/text"
)

// notice is one thing said to the person, and until when it stands.
type notice struct {
	NoticeMsg
	until time.Time // zero: nothing is said
	url   string    // what Text links to; "" for nothing
	asks  bool      // a question: what comes meanwhile waits until it is answered
	phone bool      // the telephone could not do something
}

// stay is how long a notice of a level is there to be read.
func (l Level) stay() time.Duration {
	switch l {
	case Warn:
		return 10 * time.Second
	case Bad:
		return 30 * time.Second
	}
	return 4 * time.Second
}

// say shows a notice; a grave one stays longer.
func (m *Model) say(n NoticeMsg) { m.notify(notice{NoticeMsg: n, until: m.now.Add(n.Level.stay())}) }

// notify shows a notice in place of the last one. A question that is up keeps its place, since the next key
// answers it: what is said meanwhile is shown after it, the gravest and of those the latest.
func (m *Model) notify(n notice) {
	n.Text, n.Hint = call.Clean(n.Text), call.Clean(n.Hint)
	if m.asks() && !n.asks {
		if m.waiting.until.IsZero() || n.Level >= m.waiting.Level {
			m.waiting = n
		}
		return
	}
	m.said = n
	m.arrange()
}

// asks reports whether a question is up.
func (m *Model) asks() bool { return m.said.asks && m.now.Before(m.said.until) }

// endNotice takes away what is said, and says what has waited for it, for as long as if it came now.
func (m *Model) endNotice() {
	m.said = m.waiting
	m.waiting = notice{}
	if !m.said.until.IsZero() {
		m.said.until = m.now.Add(m.said.Level.stay())
	}
	m.arrange()
}

// dropNotice takes a notice away whose time is over.
func (m *Model) dropNotice() {
	if !m.said.until.IsZero() && !m.now.Before(m.said.until) {
		m.endNotice()
	}
}

// notice gives what is to be said above the footer: a notice, else why the link is down, else why nothing is kept.
func (m *Model) notice() NoticeMsg {
	n := m.said.NoticeMsg
	if m.said.until.IsZero() {
		l := m.header.Link()
		switch {
		case l.State == status.Live || l.Why == "":
			n = NoticeMsg{Bad, m.past.state.Trouble, m.past.state.Hint}
		case l.State == status.Down:
			n = NoticeMsg{Bad, call.Clean(l.Why), call.Clean(l.Hint)}
		default:
			n = NoticeMsg{Warn, call.Clean(l.Why), call.Clean(l.Hint)}
		}
	}
	return n
}

// noticeLine is a line above the footer: of what is said, or of what to do about it.
type noticeLine struct {
	text       string
	hint, more bool // more: it goes on with the line before
}

// Beside what a notice says stand a blank, its sign and a blank, before its hint three blanks.
const signed, indented = 4, 3

// noticeLines gives the lines of the notice. A sentence without room in one line takes two, on a screen that has
// them; an address, which is one word, takes one.
func (m *Model) noticeLines() []noticeLine {
	n := m.notice()
	if n.Text == "" {
		return nil
	}
	most := 2
	if m.h < 20 {
		most = 1
	}
	var out []noticeLine
	for i, s := range laid(n.Text, m.w-signed, most) {
		out = append(out, noticeLine{text: s, more: i > 0})
	}
	for i, s := range laid(n.Hint, m.w-indented, most) {
		out = append(out, noticeLine{text: s, hint: true, more: i > 0})
	}
	return out
}

// laid lays a sentence out in at most so many lines of w cells; where that does not do, its last clauses go.
func laid(s string, w, most int) []string {
	if most < 2 || text.Width(s) <= w || !strings.Contains(s, " ") {
		if c := text.Clause(s, w); c != "" || s == "" {
			return text.Wrap(c, max(w, 1))
		}
		return []string{text.Cut(s, w)}
	}
	lines := text.Wrap(s, w)
	if len(lines) > most {
		lines[most-1] = text.Cut(strings.Join(lines[most-1:], " "), w)
	}
	return lines[:min(len(lines), most)]
}
