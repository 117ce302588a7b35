package sqlite

import (
	"strings"

	"ringside/store/call"
	"ringside/store/query"
)

// Sections of text, each with the line end before it and that behind it.
const (
	inFrom    = "substr(text, 1, a_to)"
	inTo      = "substr(text, a_to, a_queue - a_to + 1)"
	inQueue   = "substr(text, a_queue, a_path - a_queue + 1)"
	inPath    = "substr(text, a_path, a_agent - a_path + 1)"
	inAgent   = "substr(text, a_agent, a_rest - a_agent + 1)"
	inOutside = "CASE direction WHEN 1 THEN " + inTo + " ELSE " + inFrom + " END" // call.Outbound
)

// term compiles one comparison. Of a finished call nothing is live: what asks for that matches none.
func (c *compiler) term(t query.Term) (condition, hint, error) {
	switch t.Field {
	case query.From:
		return section(inFrom, t)
	case query.To:
		return section(inTo, t)
	case query.QueueName:
		return section(inQueue, t)
	case query.PathName:
		return section(inPath, t)
	case query.Agent:
		return section(inAgent, t)
	case query.Tag, query.NoteText:
		return c.itemTerm(t)
	case query.Number:
		w, h := c.number(t)
		return w, h, nil
	case query.ID:
		if t.Op == query.Is {
			return where("lower(id) = ?", t.Text), hint{}, nil
		}
		return where("id COLLATE NOCASE >= ? AND id COLLATE NOCASE < ? AND substr(lower(id), 1, length(?)) = ?", t.Text, t.Text+"\U0010FFFF", t.Text, t.Text), hint{}, nil
	case query.StateWord:
		return certain(t.State == call.StateEnded)
	case query.OutcomeOf:
		return outcomes(t.Outcomes)
	case query.Dir:
		return where("direction = ?", t.Dir), facetHint(directionFacet(t.Dir)), nil
	case query.Flag:
		return flag(t.Flags())
	case query.At:
		return began(t), hint{}, nil
	case query.Clock:
		return compare("max(0, ? - ended)", t, c.now.UnixMilli()), hint{}, nil
	}
	return c.duration(t)
}

func certain(yes bool) (condition, hint, error) {
	if yes {
		return always(true), hint{}, nil
	}
	return always(false), known(""), nil
}

// section compiles a comparison with the texts and numbers of one section.
func section(part string, t query.Term) (condition, hint, error) {
	text, digits := t.Text, digitsOf(t)
	if t.Op == query.Is {
		text = "\n" + t.Text + "\n"
	}
	parts, hints := []condition{where("instr("+part+", ?) > 0", text)}, []hint{textHint(t.Text)}
	if t.Digits != "" {
		parts = append(parts, where("instr("+part+", ?) > 0", digits))
		hints = append(hints, textHint(t.Digits))
	}
	// The text as a whole is quicker to look at than a part of it.
	for i := range parts {
		parts[i] = join("AND", []condition{where("instr(text, ?) > 0", parts[i].args...), parts[i]})
	}
	return join("OR", parts), either(hints...), nil
}

// digitsOf gives the digits of a term as they stand in text: a line of their own for the whole of a
// number.
func digitsOf(t query.Term) string {
	if t.Op == query.Is {
		return "\n" + marked(t.Digits) + "\n"
	}
	return begun(t.Digits, t.Begins())
}

func (c *compiler) itemTerm(t query.Term) (condition, hint, error) {
	kind, text := "kind = 'tag'", t.Text
	if t.Field == query.NoteText {
		kind = "kind = 'note'"
	}
	if t.Op == query.Is {
		text = "\n" + text + "\n"
	}
	found, err := c.items(kind, where("instr(folded, ?) > 0", text), t.Text, false)
	if err != nil {
		return condition{}, hint{}, err
	}
	if len(found) == 0 {
		found = []condition{always(false)}
	}
	return found[0], known(""), nil
}

func (c *compiler) number(t query.Term) (condition, hint) {
	if t.Keys == nil && t.Digits == "" {
		return where("flags & ? <> 0", flagHidden), facetHint(flagFacet(flagHidden))
	}
	var parts []condition
	if len(t.Keys) > 0 {
		parts = append(parts, ofCaller(t.Keys))
	}
	if t.Digits == "" || t.Op == query.Is && t.Keys != nil {
		return join("OR", parts), hint{}
	}
	digits := digitsOf(t)
	parts = append(parts, where("instr(text, ?) > 0 AND instr("+inOutside+", ?) > 0", digits, digits))
	if len(t.Keys) > 0 {
		return join("OR", parts), hint{} // the keys are looked up, the rest is their spellings
	}
	return join("OR", parts), textHint(t.Digits)
}

// ofCaller names the calls whose outside number has one of the keys.
func ofCaller(keys []string) condition {
	return where("call.row IN (SELECT row FROM call_key WHERE key IN (SELECT value FROM json_each(?)) AND outside = 1)", list(keys))
}

func outcomes(of []call.Outcome) (condition, hint, error) {
	var parts []condition
	var hints []hint
	for _, o := range of {
		if o != call.NoOutcome {
			parts, hints = append(parts, where("outcome = ?", o)), append(hints, facetHint(outcomeFacet(o)))
		}
	}
	if len(parts) == 0 {
		return certain(false)
	}
	return join("OR", parts), either(hints...), nil
}

func flag(f query.Flags) (condition, hint, error) {
	switch f {
	case query.FlagEnded:
		return certain(true)
	case query.FlagRecorded, query.FlagTransferred, query.FlagLate, query.FlagGap:
		return where("flags & ? <> 0", f), facetHint(flagFacet(f)), nil
	}
	return certain(false) // mine, stale, live
}

func began(t query.Term) condition {
	from, to := t.From.UnixMilli(), t.To.UnixMilli()
	switch t.Op {
	case query.Less:
		return where("created < ?", from)
	case query.AtMost:
		return where("created < ?", to)
	case query.More:
		return where("created >= ?", to)
	case query.AtLeast:
		return where("created >= ?", from)
	}
	return where("created >= ? AND created < ?", from, to)
}

func compare(what string, t query.Term, args ...any) condition {
	switch t.Op {
	case query.Is:
		return where(what+" BETWEEN ? AND ?", append(args, t.Ms, t.Ms+999)...)
	case query.Less:
		return where(what+" < ?", append(args, t.Ms)...)
	case query.AtMost:
		return where(what+" <= ?", append(args, t.Ms)...)
	case query.More:
		return where(what+" > ?", append(args, t.Ms)...)
	}
	return where(what+" >= ?", append(args, t.Ms)...)
}

// duration compiles a comparison with a stretch of the call. Long ones are rare: the facets tell
// where they are.
func (c *compiler) duration(t query.Term) (condition, hint, error) {
	column := map[query.Field]string{query.Wait: "wait", query.RingTime: "ring", query.Talk: "talk", query.Hold: "hold", query.Total: "total", query.AnswerAt: "answer"}[t.Field]
	if column == "" {
		return certain(false)
	}
	w := compare(column, t)
	if t.Field == query.AnswerAt {
		w.sql = "answer IS NOT NULL AND " + w.sql
	}
	first := bucket(t.Ms)
	if first == 0 || t.Op == query.Less || t.Op == query.AtMost {
		return w, hint{}, nil
	}
	last := 40 // buckets: longer than anything
	if t.Op == query.Is {
		last = bucket(t.Ms + 999)
	}
	var exprs []string
	for b := first; b <= last; b++ {
		exprs = append(exprs, `"`+durationFacet(t.Field, b)+`"`)
	}
	return w, known(strings.Join(exprs, " OR ")), nil
}
