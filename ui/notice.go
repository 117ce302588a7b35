package ui

import (
	"time"

	"ringside/store/call"
	"ringside/ui/status"
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

// noticeLines gives what stands above the footer: a notice, else why the link is down, else why nothing is
// kept.
func (m *Model) noticeLines() []NoticeMsg {
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
		if n.Text == "" {
			return nil
		}
	}
	if n.Hint == "" {
		return []NoticeMsg{n}
	}
	return []NoticeMsg{{n.Level, n.Text, ""}, {Info, "", n.Hint}}
}
