package calls

import (
	"cmp"
	"strings"

	"ringside/store/call"
)

// key is where a call stands in the list. It is made from the call alone and never from the
// present moment, so it changes only when the call does.
type key struct {
	class int8
	s     string
	n     int64
	no    int
	id    string
}

func (k key) compare(o key) int {
	return cmp.Or(
		cmp.Compare(k.class, o.class),
		cmp.Compare(k.s, o.s),
		cmp.Compare(k.n, o.n),
		cmp.Compare(k.no, o.no),
		cmp.Compare(k.id, o.id),
	)
}

// keyOf gives the key of a call for a column. Clocks that run longest come first: they began first.
func (p *Pane) keyOf(c *call.Call, by string) key {
	k := key{no: c.No, id: c.ID}
	switch by {
	case "":
		k.class, k.n = attention(c)
	case colNo:
	case colState:
		k.class, k.n = int8(c.State), int64(c.Outcome)
	case colDirection:
		k.n = int64(c.Direction)
	case colFrom:
		k.s = last(p.partyText(c.From))
	case colTo:
		k.s = last(p.to(c))
	case colWith:
		k.s = last(p.with(c))
	case colClock:
		k.n = c.Since.UnixMilli()
	case colTotal:
		k.n = c.Created.UnixMilli()
	}
	return k
}

// last puts calls that have nothing in a column behind all others.
func last(s string) string {
	if s == "" {
		return "\U0010ffff"
	}
	return strings.ToLower(s)
}

// attention gives the order in which calls need somebody: those that ring me, those that ring,
// those that wait, the longest first; then the others by their beginning; ended ones at the end,
// the newest first.
func attention(c *call.Call) (class int8, n int64) {
	switch {
	case !c.Live():
		return 4, -c.Ended.UnixMilli()
	case c.Rings:
		return 0, c.Since.UnixMilli()
	case c.State == call.StateRinging:
		return 1, c.Since.UnixMilli()
	case c.State == call.StateWaiting:
		if c.QueueMs >= 0 && !c.Created.IsZero() {
			return 2, c.Created.UnixMilli() + c.QueueMs
		}
		return 2, c.Since.UnixMilli()
	}
	return 3, c.Created.UnixMilli()
}
