package ui

import (
	"strings"

	"ringside/store/call"
	"ringside/store/phone"
	"ringside/ui/text"
)

// told is what was said of a call of this telephone.
type told struct {
	why   string
	sound string
}

// tellPhone says what fails in the calls of this telephone, and when their sound is poor, gone and there again.
// How they begin and end, the board tells.
func (l *linear) tellPhone() {
	now := map[string]told{}
	for _, c := range l.m.phoned.view.Calls {
		was := l.calls[c.ID]
		is := told{why: call.Clean(c.Why), sound: was.sound}
		if failed := c.Open() || c.Hint != ""; failed && is.why != "" && is.why != was.why && is.why != l.notice.Text {
			l.say(text.Join(" ", sentence(l.m.farEnd(c)+": "+is.why), sentence(call.Clean(c.Hint))))
		}
		if c.State == phone.Talking && !c.Held && l.m.phoned.view.Sound.On {
			is.sound = l.tellSound(c, was.sound)
		}
		now[c.ID] = is
	}
	l.calls = now
}

// tellSound says how a call sounds when that has changed for the worse or back, and gives what is said by now.
func (l *linear) tellSound(c phone.Call, was string) string {
	words := c.Quality.Words()
	kind, _, _ := strings.Cut(words, ":")
	switch {
	case words == "" || kind == was:
		return was
	case c.Quality.NoPath && c.Why != "": // which has been said
	case c.Quality.NoPath || c.Quality.Silent:
		l.say(sentence(l.m.farEnd(c) + ": " + words))
	case kind == "poor":
		l.say(sentence(l.m.farEnd(c) + ": the sound is " + strings.Replace(words, ":", ",", 1)))
	case was != "" && kind == "good":
		l.say(l.m.farEnd(c) + ": the sound is good again.")
	default: // fair: as it was
		return was
	}
	if kind == "good" {
		return ""
	}
	return kind
}
