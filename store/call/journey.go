package call

import (
	"cmp"
	"slices"
)

// Chapter is one conversation of a journey: a call that was transferred after a consultation is
// several conversations to the service, and one story to the people in it.
type Chapter struct {
	Call  *Call
	Story []Sentence // AtMs counted from the beginning of the journey
	AtMs  int64      // when it begins, after the journey's beginning
	Why   string     // how it hangs together with what came before; "" for the first
}

// Journey joins calls that name each other in Associated into one story, the earliest first. Calls
// that have nothing to do with the first one are left out. That one names the other is enough, and
// it may do so by way of a third.
func Journey(calls []*Call) []Chapter {
	joined := related(calls)
	if len(joined) == 0 {
		return nil
	}
	slices.SortStableFunc(joined, func(a, b *Call) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	begin := joined[0].Created.UnixMilli()
	out := make([]Chapter, 0, len(joined))
	for i, c := range joined {
		ch := Chapter{Call: c, Story: c.Story(), AtMs: c.Created.UnixMilli() - begin}
		for k := range ch.Story {
			ch.Story[k].AtMs += ch.AtMs
		}
		if i > 0 {
			ch.Why = why(c, joined)
		}
		out = append(out, ch)
	}
	return out
}

// related gives the calls that hang together with the first one, each once.
func related(calls []*Call) []*Call {
	byID := map[string]*Call{}
	namedBy := map[string][]*Call{} // by the conversation that is named
	var first *Call
	for _, c := range calls {
		if c == nil || byID[c.ID] != nil {
			continue
		}
		if first == nil {
			first = c
		}
		byID[c.ID] = c
		for _, a := range c.Associated {
			namedBy[a] = append(namedBy[a], c)
		}
	}
	if first == nil {
		return nil
	}
	out, taken := []*Call{first}, map[string]bool{first.ID: true}
	take := func(c *Call) {
		if c != nil && !taken[c.ID] {
			taken[c.ID] = true
			out = append(out, c)
		}
	}
	for i := 0; i < len(out); i++ {
		for _, a := range out[i].Associated {
			take(byID[a])
		}
		for _, c := range namedBy[out[i].ID] {
			take(c)
		}
	}
	return out
}

// why tells how a call hangs together with the others of its journey, by what the moves of their
// states say; when they say nothing, only that the service joins them.
func why(c *Call, all []*Call) string {
	for _, o := range all {
		for i := range o.history.moves {
			m := o.history.moveAt(i)
			if o != c && (m.Transferrer.Conversation == c.ID || m.Destination.Conversation == c.ID) {
				who := c.pointedAt(o, m.Destination)
				by := o.pointedAt(c, m.Initiator)
				return "consultation of " + or(who, "somebody") + byWhom(by) + " before the transfer"
			}
		}
	}
	for i := range c.history.moves {
		m := c.history.moveAt(i)
		for _, o := range all {
			if o != c && (m.Transferrer.Conversation == o.ID || m.Destination.Conversation == o.ID) {
				return "the call that is transferred" + byWhom(c.pointedAt(o, m.Initiator)) + " after the consultation"
			}
		}
	}
	return "joined with the others by the service, which does not say how"
}

func byWhom(name string) string {
	if name == "" {
		return ""
	}
	return " by " + name
}

// pointedAt names the party that a move points at, as c knows it, or as o does.
func (c *Call) pointedAt(o *Call, e Endpoint) string {
	for _, k := range [...]*Call{c, o} {
		if i := k.byID(e.Participant); i >= 0 {
			return k.shown(i)
		}
	}
	return or(e.Name, e.Extension, e.Number)
}
