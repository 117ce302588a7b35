package calls

import (
	"strings"

	"ringside/store/call"
	"ringside/ui/text"
)

// partyText gives a party in one text: the name, else the number as people write it.
func (p *Pane) partyText(w call.Party) string {
	name, number := p.party(w)
	if name != "" {
		return name
	}
	return number
}

// party gives the name and the number of a party for the screen. A contact's name wins over the
// name the network sent.
func (p *Pane) party(w call.Party) (name, shown string) {
	return text.NameNumber(w, p.names[w.Number], p.number)
}

// path gives the stations of a call.
func (p *Pane) path(c *call.Call) []string {
	out := make([]string, 0, len(c.Path))
	for _, s := range c.Path {
		if s = call.Clean(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// to gives what stands in the column TO / PATH, whole.
func (p *Pane) to(c *call.Call) string {
	if st := p.path(c); len(st) > 0 {
		return strings.Join(st, " "+p.th.Signs.Crumb+" ")
	}
	return p.partyText(c.To)
}

// with gives who is at our end, or who is about to be.
func (p *Pane) with(c *call.Call) string {
	if w := call.Clean(c.With); strings.HasPrefix(w, "+") {
		return p.number(w) // somebody outside without a name
	} else if w != "" {
		return w
	}
	who := call.Clean(c.Who)
	switch {
	case who == "" || !c.Live():
		return ""
	case c.State == call.StateTransferring:
		return "to " + who
	case c.State == call.StateOnHold || c.State == call.StateParked:
		return "by " + who
	case c.State == call.StateWaiting:
		return "" // the path tells the queue
	}
	return who
}

// stateWords gives the word of the state or the outcome, the longest form first.
func stateWords(c *call.Call) []string {
	if c.Live() {
		return []string{c.State.String()}
	}
	switch c.Outcome {
	case call.NoOutcome:
		return []string{c.State.String()}
	case call.AbandonedMenu, call.AbandonedQueue:
		return []string{c.Outcome.String(), "abandoned"}
	}
	return []string{c.Outcome.String()}
}

// marks gives the words for what is not fully known of a call, the gravest first.
func marks(c *call.Call) []string {
	var m []string
	if c.Stale {
		m = append(m, "stale")
	}
	if len(c.Gaps) > 0 {
		m = append(m, "gap")
	}
	if c.JoinedLate {
		m = append(m, "joined late")
	}
	return m
}
