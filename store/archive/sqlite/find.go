package sqlite

import (
	"context"
	"slices"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/query"
)

// A search first looks at the newest calls, or those that come first in its order, one by one: what
// many calls match is found at once. What few match is then looked for with the index, behind where
// the first look ended.
const glimpse = 6000

// plan is a search made ready: how to order, what to look for and with what.
type plan struct {
	column    string // "" is time
	ascending bool
	where     []condition // all of these
	exact     []condition // of which these name few rows
	hint      hint
	items     []condition
	looks     bool // it takes more than a range of rows
}

func (s *store) plan(ctx context.Context, q querier, w archive.Search) (plan, error) {
	p := plan{column: columnOf(w.By), ascending: w.Ascending}
	if !w.Since.IsZero() {
		p.where = append(p.where, where("row >= ? AND created >= ?", firstRow(w.Since), w.Since.UnixMilli()))
	}
	if !w.Until.IsZero() {
		p.where = append(p.where, where("row < ? AND created < ?", firstRow(w.Until)+displaced, w.Until.UnixMilli()))
	}
	c, err := compile(ctx, q, w.Query, time.Now())
	if err != nil {
		return p, err
	}
	p.exact, p.hint, p.items, p.looks = c.exact, c.hint, c.items, w.Query.Root != nil
	p.where = append(p.where, rangesOf(w.Query.Root)...)
	if w.Query.Root != nil {
		p.where = append(p.where, c.where)
	}
	if w.Caller != "" {
		p.exact = append(p.exact, ofCaller(keysOf(w.Caller, s.opt.Region)))
	}
	if w.Queue != "" {
		p.looks = true
		p.where = append(p.where, where("instr(text, ?) > 0 AND instr("+inQueue+", ?) > 0", "\n"+query.Fold(w.Queue)+"\n", "\n"+query.Fold(w.Queue)+"\n"))
		p.hint = joinHints("AND", []hint{p.hint, facetHint(queueFacet(w.Queue))})
	}
	return p, nil
}

func columnOf(by archive.Column) string {
	switch by {
	case archive.ByWait:
		return "wait"
	case archive.ByTalk:
		return "talk"
	case archive.ByTotal:
		return "total"
	}
	return ""
}

// rangesOf gives the ranges of rows that times in a query allow.
func rangesOf(n query.Node) []condition {
	var out []condition
	switch n := n.(type) {
	case query.And:
		for _, p := range n {
			out = append(out, rangesOf(p)...)
		}
	case query.Term:
		if n.Field != query.At {
			return nil
		}
		switch n.Op {
		case query.Less:
			out = append(out, where("row < ?", firstRow(n.From)+displaced))
		case query.AtMost:
			out = append(out, where("row < ?", firstRow(n.To)+displaced))
		case query.More:
			out = append(out, where("row >= ?", firstRow(n.To)))
		case query.AtLeast:
			out = append(out, where("row >= ?", firstRow(n.From)))
		default:
			out = append(out, where("row >= ? AND row < ?", firstRow(n.From), firstRow(n.To)+displaced))
		}
	}
	return out
}

// leg is a run of rows within the order of a search that one index has in that order. By a column
// that is 0 for many calls there are two: those with a value, and those without.
type leg struct {
	where  condition
	column string // "" is by row alone
	down   bool   // the largest value first
	newest bool   // the newest row first
}

// legs gives the legs of an order, or of its reverse.
func (p *plan) legs(reverse bool) []leg {
	if p.column == "" {
		return []leg{{where: always(true), newest: p.ascending == reverse}}
	}
	zero := leg{where: where(p.column + " <= 0"), newest: !reverse}
	some := leg{where: where(p.column + " > 0"), column: p.column, down: p.ascending == reverse, newest: !reverse}
	if p.ascending != reverse {
		return []leg{zero, some}
	}
	return []leg{some, zero}
}

// place is where a row stands, as a cursor without its type.
type place struct{ row, value int64 }

// beyond gives the condition for the rows of the leg that come after a place, or at it.
func (l *leg) beyond(at place, inclusive bool) condition {
	sign := func(down, last bool) string {
		op := ">"
		if down {
			op = "<"
		}
		if last && inclusive {
			op += "="
		}
		return op
	}
	if l.column == "" {
		return where("row "+sign(l.newest, true)+" ?", at.row)
	}
	if l.down == l.newest {
		return where("("+l.column+", row) "+sign(l.down, true)+" (?, ?)", at.value, at.row)
	}
	return where(l.column+" "+sign(l.down, false)+"= ? AND ("+l.column+" "+sign(l.down, false)+" ? OR row "+sign(l.newest, true)+" ?)", at.value, at.value, at.row)
}

func (l *leg) order() string {
	down := map[bool]string{true: " DESC", false: ""}
	if l.column == "" {
		return " ORDER BY call.row" + down[l.newest]
	}
	return " ORDER BY " + l.column + down[l.down] + ", call.row" + down[l.newest]
}

// holds tells whether a place lies in the leg.
func (l *leg) holds(p *plan, at place) bool {
	return p.column == "" || (l.column != "") == (at.value > 0)
}

// gather finds the places of at most limit calls in an order or its reverse, from behind a place on.
func (p *plan) gather(ctx context.Context, q querier, from *place, reverse, inclusive bool, limit int) ([]place, error) {
	var out []place
	err := p.walk(from, reverse, inclusive, func(l *leg, after []condition) (bool, error) {
		r := run{ctx: ctx, q: q, p: p, l: l, where: after, limit: limit - len(out)}
		err := r.all()
		out = append(out, r.found...)
		return len(out) < limit, err
	})
	return out, err
}

// walk calls f for each leg that has rows behind a place, until it has enough.
func (p *plan) walk(from *place, reverse, inclusive bool, f func(*leg, []condition) (more bool, err error)) error {
	for _, l := range p.legs(reverse) {
		after := []condition{l.where}
		if from != nil {
			if !l.holds(p, *from) {
				continue // before it; those behind come without a place
			}
			after = append(after, l.beyond(*from, inclusive))
			from = nil
		}
		if more, err := f(&l, after); err != nil || !more {
			return err
		}
	}
	return nil
}

// run is the search through one leg.
type run struct {
	ctx   context.Context
	q     querier
	p     *plan
	l     *leg
	where []condition // of the leg
	limit int
	count bool // only how many

	found []place
	total int
}

// all looks in the ways that promise most.
func (r *run) all() error {
	p := r.p
	switch {
	case len(p.exact) > 0:
		return r.look("call", slices.Concat(r.where, p.exact, p.where))
	case !p.looks:
		return r.look("call", slices.Concat(r.where, p.where))
	}
	if r.limit < glimpse {
		end, err := r.glimpse()
		if err != nil || end == nil || r.have() >= r.limit {
			return err
		}
		r.where = append(slices.Clip(r.where), r.l.beyond(*end, false))
	}
	switch {
	case !p.hint.known, p.hint.weak && len(p.items) == 0 && r.have() > r.limit/40:
		// What is left will be found sooner than the index could say where.
		return r.look("call", slices.Concat(r.where, p.where))
	case len(p.items) > 0:
		return r.look("call", slices.Concat([]condition{r.candidates()}, r.where, p.where))
	case p.hint.expr == "":
		return nil
	}
	return r.look("call_find CROSS JOIN call ON call.row = call_find.rowid", slices.Concat([]condition{where("call_find MATCH ?", p.hint.expr)}, r.where, p.where))
}

func (r *run) have() int {
	if r.count {
		return r.total
	}
	return len(r.found)
}

// candidates are the rows that the index or notes and tags name.
func (r *run) candidates() condition {
	parts := slices.Clone(r.p.items)
	if r.p.hint.expr != "" {
		parts = append(parts, where("call.row IN (SELECT rowid FROM call_find WHERE call_find MATCH ?)", r.p.hint.expr))
	}
	return join("OR", parts)
}

// look runs one query over a table and adds what it finds.
func (r *run) look(table string, conditions []condition) error {
	w := join("AND", conditions)
	order := r.l.order()
	if strings.HasPrefix(table, "call_find") && r.l.column == "" {
		order = strings.Replace(order, "call.row", "call_find.rowid", 1)
		w.sql = strings.ReplaceAll(w.sql, "(row <", "(call_find.rowid <")
		w.sql = strings.ReplaceAll(w.sql, "(row >", "(call_find.rowid >")
	}
	return r.take("SELECT call.row, "+r.value()+" FROM "+table+" WHERE "+w.sql+order+" LIMIT ?", append(w.args, r.limit-r.have()))
}

func (r *run) value() string {
	if r.p.column == "" {
		return "0"
	}
	return "call." + r.p.column
}

func (r *run) take(sql string, args []any) error {
	if r.count {
		var n int
		err := r.q.QueryRowContext(r.ctx, "SELECT count(*) FROM ("+sql+")", args...).Scan(&n)
		r.total += n
		return err
	}
	return all(r.ctx, r.q, sql, args, func(scan func(...any) error) error {
		var at place
		err := scan(&at.row, &at.value)
		r.found = append(r.found, at)
		return err
	})
}

// glimpse looks at the first calls of the leg one by one, and gives the last of them when there are
// more.
func (r *run) glimpse() (*place, error) {
	leg := join("AND", r.where)
	first := "FROM call WHERE " + leg.sql + r.l.order()
	w := join("AND", r.p.where)
	args := append(slices.Concat(leg.args, []any{glimpse}, w.args), r.limit)
	if err := r.take("SELECT call.row, "+r.value()+" FROM (SELECT * "+first+" LIMIT ?) AS call WHERE "+w.sql+" LIMIT ?", args); err != nil || r.have() >= r.limit {
		return nil, err
	}
	var end *place
	err := all(r.ctx, r.q, "SELECT call.row, "+r.value()+" "+first+" LIMIT 1 OFFSET ?", append(slices.Clone(leg.args), glimpse-1), func(scan func(...any) error) error {
		end = &place{}
		return scan(&end.row, &end.value)
	})
	return end, err
}

// Find implements archive.Archive.
func (s *store) Find(ctx context.Context, w archive.Search) (page archive.Page, err error) {
	limit := w.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 1000)
	err = s.read(ctx, "searching the archive", func(q querier) error {
		p, err := s.plan(ctx, q, w)
		if err != nil {
			return err
		}
		var from *place
		if w.From != (archive.Cursor{}) {
			from = &place{w.From.Row, w.From.Value}
		}
		places, err := p.gather(ctx, q, from, w.Back, false, limit+1)
		if err != nil {
			return err
		}
		ahead := len(places) > limit
		places = places[:min(limit, len(places))]
		behind := false
		if from != nil {
			back, err := p.gather(ctx, q, from, !w.Back, true, 1)
			if err != nil {
				return err
			}
			behind = len(back) > 0
		}
		page.Before, page.After = behind, ahead
		if w.Back {
			page.Before, page.After = ahead, behind
			slices.Reverse(places)
		}
		page.Rows, err = s.rows(ctx, q, places)
		return err
	})
	if err != nil {
		return archive.Page{}, err
	}
	return page, nil
}

// Count implements archive.Archive.
func (s *store) Count(ctx context.Context, w archive.Search, limit int) (n int, err error) {
	if limit <= 0 {
		limit = 1 << 40
	}
	w.By, w.Ascending = archive.ByTime, false
	err = s.read(ctx, "counting in the archive", func(q querier) error {
		p, err := s.plan(ctx, q, w)
		if err != nil {
			return err
		}
		return p.walk(nil, false, false, func(l *leg, after []condition) (bool, error) {
			r := run{ctx: ctx, q: q, p: &p, l: l, where: after, limit: limit, count: true}
			err := r.all()
			n = r.total
			return false, err
		})
	})
	return n, err
}
