package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

// condition is what a call has to fulfil, in SQL: columns are those of call, every value is bound.
type condition struct {
	sql  string
	args []any
}

func where(sql string, args ...any) condition { return condition{sql, args} }

func always(yes bool) condition {
	if yes {
		return where("TRUE")
	}
	return where("FALSE")
}

// join joins conditions with AND or OR.
func join(word string, parts []condition) condition {
	var out condition
	for i, p := range parts {
		if i > 0 {
			out.sql += " " + word + " "
		}
		out.sql += "(" + p.sql + ")"
		out.args = append(out.args, p.args...)
	}
	return out
}

// hint is what the index knows of a query: an expression that all calls fulfil that match by
// themselves, without notes and tags. Not known, nothing can be said; known and "", there are none.
type hint struct {
	known bool
	expr  string
	weak  bool // it takes long to evaluate, whatever it finds
	broad bool // it is true of many calls
}

func known(expr string) hint { return hint{known: true, expr: expr} }

// facetHint names calls by a facet.
func facetHint(facet string) hint { return hint{known: true, expr: `"` + facet + `"`, broad: true} }

// compiled is a query made ready for the database.
type compiled struct {
	where condition
	hint  hint
	// exact are conditions that name a few rows at little cost, each necessary.
	exact []condition
	// items are the notes and tags that words were found in, as a condition on calls; nil for none.
	items []condition
}

type compiler struct {
	ctx context.Context
	q   querier
	now time.Time
	out compiled
}

// compile turns a query into SQL. Notes and tags are looked up on the way: there are few of them.
func compile(ctx context.Context, q querier, text query.Query, now time.Time) (compiled, error) {
	c := compiler{ctx: ctx, q: q, now: now, out: compiled{where: always(true)}}
	if text.Root == nil {
		return c.out, nil
	}
	var err error
	c.out.where, c.out.hint, err = c.node(text.Root, true)
	return c.out, err
}

// node compiles a part. What names few rows is kept apart where it has to hold.
func (c *compiler) node(n query.Node, needed bool) (condition, hint, error) {
	switch n := n.(type) {
	case query.And:
		return c.several("AND", n, needed)
	case query.Or:
		return c.several("OR", n, false)
	case query.Not:
		w, _, err := c.node(n.Part, false)
		w.sql = "NOT (" + w.sql + ")"
		return w, others(n.Part), err
	case query.Word:
		return c.word(n)
	case query.Term:
		w, h, err := c.term(n)
		if needed && namesFew(n) {
			c.out.exact = append(c.out.exact, w)
		}
		return w, h, err
	}
	return condition{}, hint{}, fmt.Errorf("a query with a part of type %T", n)
}

// namesFew tells whether a term is fulfilled by a few calls that are looked up at little cost.
func namesFew(t query.Term) bool {
	switch t.Field {
	case query.Number:
		return len(t.Keys) > 0 && (t.Op == query.Is || t.Digits == "")
	case query.ID, query.Tag, query.NoteText:
		return true
	}
	return false
}

// others gives the hint of what is not n, where that is one of a few things.
func others(n query.Node) hint {
	t, ok := n.(query.Term)
	if !ok {
		return hint{}
	}
	hints := []hint{known("")}
	switch t.Field {
	case query.Dir:
		for d := call.Inbound; d <= call.Internal; d++ {
			if d != t.Dir {
				hints = append(hints, facetHint(directionFacet(d)))
			}
		}
	case query.OutcomeOf:
		for o := call.NoOutcome; o <= call.NotConnected; o++ {
			if !slices.Contains(t.Outcomes, o) {
				hints = append(hints, facetHint(outcomeFacet(o)))
			}
		}
	default:
		return hint{}
	}
	return either(hints...)
}

func (c *compiler) several(word string, nodes []query.Node, needed bool) (condition, hint, error) {
	var parts []condition
	var hints []hint
	for _, n := range nodes {
		w, h, err := c.node(n, needed)
		if err != nil {
			return w, h, err
		}
		parts, hints = append(parts, w), append(hints, h)
	}
	return join(word, parts), joinHints(word, hints), nil
}

func joinHints(word string, hints []hint) hint {
	weak, broad, strong := false, false, false
	for _, h := range hints {
		weak, broad = weak || h.weak, broad || h.broad
		strong = strong || h.known && h.expr != "" && !h.weak && !h.broad
	}
	var exprs []string
	for _, h := range hints {
		switch {
		case !h.known && word == "OR":
			return hint{}
		case !h.known, word == "AND" && strong && h.weak: // the others say enough
		case h.expr != "":
			exprs = append(exprs, "("+h.expr+")")
		case word == "AND":
			return known("")
		}
	}
	if len(exprs) == 0 {
		return hint{known: word == "OR"}
	}
	if word == "AND" && strong {
		weak, broad = false, false
	}
	return hint{known: true, expr: strings.Join(exprs, " "+word+" "), weak: weak, broad: broad}
}

// either joins two hints, one of which must hold.
func either(hints ...hint) hint { return joinHints("OR", hints) }

// textHint says where a text may stand. A text without letters or digits is not in the index.
func textHint(text string) hint {
	expr, weak := containing(text)
	return hint{known: expr != "", expr: expr, weak: weak}
}

// words that stand beside the texts of a call, by what they say.
func (c *compiler) fixed(matches func(string) bool) (condition, hint) {
	var parts []condition
	var hints []hint
	add := func(text, sql string, value any, facet string) {
		if matches(query.Fold(text)) {
			parts = append(parts, where(sql, value))
			hints = append(hints, facetHint(facet))
		}
	}
	for o := call.NoOutcome; o <= call.NotConnected; o++ {
		text := o.String()
		if o == call.NoOutcome {
			text = call.StateEnded.String()
		}
		add(text, "outcome = ?", o, outcomeFacet(o))
	}
	for d := call.Inbound; d <= call.Internal; d++ {
		add(d.String(), "direction = ?", d, directionFacet(d))
	}
	add("gap", "flags & ? <> 0", query.FlagGap, flagFacet(query.FlagGap))
	add("joined late", "flags & ? <> 0", query.FlagLate, flagFacet(query.FlagLate))
	if len(parts) == 0 {
		return always(false), known("")
	}
	return join("OR", parts), either(hints...)
}

func (c *compiler) word(w query.Word) (condition, hint, error) {
	matches := func(text string) bool { return strings.Contains(text, w.Text) }
	parts, hints := make([]condition, 0, 4), make([]hint, 0, 3)
	itemTest := where("instr(folded, ?) > 0", w.Text)
	if w.Fuzzy {
		matches = func(text string) bool { return scattered(text, w.Text) }
		parts, hints = append(parts, fuzzy("text", w.Text)), append(hints, hint{})
		itemTest = fuzzy("folded", w.Text)
	} else {
		parts, hints = append(parts, where("instr(text, ?) > 0", w.Text)), append(hints, textHint(w.Text))
		if w.Digits != "" {
			parts, hints = append(parts, where("instr(text, ?) > 0", begun(w.Digits, w.Begins()))), append(hints, textHint(w.Digits))
		}
	}
	if f, h := c.fixed(matches); h.expr != "" {
		parts, hints = append(parts, f), append(hints, h)
	}
	items, err := c.items(`kind IN ('note', 'tag')`, itemTest, w.Text, w.Fuzzy)
	if err != nil {
		return condition{}, hint{}, err
	}
	parts = append(parts, items...)
	return join("OR", parts), either(hints...), nil
}

// begun gives the digits of a number, or of its beginning, as they stand in text.
func begun(digits string, beginning bool) string {
	if beginning {
		return "\n" + marked(digits)
	}
	return marked(digits)
}

// scattered reports whether the letters of s stand in text in their order.
func scattered(text, s string) bool {
	rest := []rune(s)
	for _, r := range text {
		if len(rest) > 0 && r == rest[0] {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

// fuzzy finds the letters of s in their order within one line of a column. All lines together are
// looked at first, which is quick.
func fuzzy(column, s string) condition {
	var pattern strings.Builder
	pattern.WriteByte('%')
	for _, r := range s {
		if r == '%' || r == '_' || r == '!' {
			pattern.WriteByte('!')
		}
		pattern.WriteRune(r)
		pattern.WriteByte('%')
	}
	lines := `json_each('["' || replace(replace(replace(` + plainLines(column) + `, '\', '\\'), '"', '\"'), char(10), '","') || '"]')`
	return where(column+` LIKE ? ESCAPE '!' AND EXISTS (SELECT 1 FROM `+lines+` WHERE value LIKE ? ESCAPE '!')`, pattern.String(), pattern.String())
}

// plainLines gives a column without what JSON does not take; the digits of numbers among it, which a
// fuzzy word does not look at.
func plainLines(column string) string {
	for d := range 10 {
		column = fmt.Sprintf("replace(%s, char(%d), '')", column, 0x10+d)
	}
	return column
}

// items gives the condition for calls with a note or tag that passes a test; nil when no item does.
func (c *compiler) items(kind string, test condition, text string, fuzzy bool) ([]condition, error) {
	from, args := `item`, []any{}
	if expr, _ := containing(text); expr != "" && !fuzzy {
		from, args = `item_find f JOIN item ON no = f.rowid WHERE item_find MATCH ? AND `, []any{expr}
	} else {
		from += ` WHERE `
	}
	var nos []int64
	err := all(c.ctx, c.q, `SELECT no FROM `+from+kind+` AND `+test.sql, append(args, test.args...), gather(&nos))
	if err != nil || len(nos) == 0 {
		return nil, err
	}
	ids := list(nos)
	// An item beside a call is that call's alone; one beside a caller is all of theirs.
	found := where(`call.row IN (SELECT k.row FROM item i JOIN item_key ik ON ik.item = i.no JOIN call_key k ON k.key = ik.key AND k.outside = 1
			WHERE i.no IN (SELECT value FROM json_each(?)) AND i.call = ''
		UNION SELECT c.row FROM item i JOIN call c ON c.id = i.call COLLATE NOCASE AND c.id = i.call
			WHERE i.no IN (SELECT value FROM json_each(?)) AND i.call <> '')`, ids, ids)
	c.out.items = append(c.out.items, found)
	return []condition{found}, nil
}
