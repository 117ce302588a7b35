package owed

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ringside/store/archive"
	"ringside/store/query"
	"ringside/ui/table"
	"ringside/ui/text"
)

// list keeps the debts and those of them that pass the filter, in order. Everything that goes
// through all of them happens when the debts, the filter or the sorting change, never for a frame.
type list struct {
	entries []entry
	by      map[string]*entry
	rows    []*entry // shown ones, in order

	oldest time.Time // when the oldest debt began; zero when there is none
	taken  int

	sort table.Sorting // By "" is the oldest that nobody has taken first
	want query.Node    // the filter; nil for none

	keyOf     func(*archive.Debt, string) key
	shownText func(*archive.Debt) *shownText
}

// entry is one debt. The text that the filter reads is made when it is first needed.
type entry struct {
	debt  archive.Debt
	key   key
	row   int // where it stands among the rows; -1 when it is not shown
	shown *shownText
}

// key is where a debt stands in the list.
type key struct {
	class int8
	s     string
	n     int64
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.class, o.class), strings.Compare(k.s, o.s), cmp.Compare(k.n, o.n))
}

// set takes the debts as they are now. Of two with the same key the later one counts.
func (l *list) set(debts []archive.Debt) {
	l.entries = make([]entry, 0, len(debts))
	l.by = make(map[string]*entry, len(debts))
	l.oldest, l.taken = time.Time{}, 0
	for _, d := range debts {
		if e := l.by[d.Key]; e != nil {
			e.debt = d
			continue
		}
		l.entries = append(l.entries, entry{debt: d})
		l.by[d.Key] = &l.entries[len(l.entries)-1]
	}
	for i := range l.entries {
		d := &l.entries[i].debt
		if l.oldest.IsZero() || d.Since.Before(l.oldest) {
			l.oldest = d.Since
		}
		if d.Claimed != "" {
			l.taken++
		}
	}
	l.rebuild()
}

// rebuild chooses and orders the rows anew.
func (l *list) rebuild() {
	l.rows = l.rows[:0]
	for i := range l.entries {
		e := &l.entries[i]
		e.row = -1
		if l.match(e) {
			e.key = l.keyOf(&e.debt, l.sort.By)
			l.rows = append(l.rows, e)
		}
	}
	clear(l.rows[len(l.rows):cap(l.rows)])
	slices.SortFunc(l.rows, func(a, b *entry) int {
		n := cmp.Or(a.key.compare(b.key), a.debt.Since.Compare(b.debt.Since), strings.Compare(a.debt.Key, b.debt.Key))
		if l.sort.Reverse {
			return -n
		}
		return n
	})
	for i, e := range l.rows {
		e.row = i
	}
}

func (l *list) match(e *entry) bool {
	if l.want == nil {
		return true
	}
	if e.shown == nil {
		e.shown = l.shownText(&e.debt)
	}
	return matches(l.want, &e.debt, e.shown)
}

// find gives the row of a debt, -1 when it is not shown.
func (l *list) find(k string) int {
	if e := l.by[k]; e != nil {
		return e.row
	}
	return -1
}

// keyOf gives the key of a debt for a column. What began first and what is most comes first; a
// text that is missing comes last.
func (p *Pane) keyOf(d *archive.Debt, by string) key {
	var k key
	switch by {
	case "":
		if d.Claimed != "" {
			k.class = 1
		}
	case colCaller:
		name, number := p.caller(d)
		k = words(cmp.Or(name, number))
	case colHow:
		k = key{class: int8(d.Outcome), s: query.Fold(d.Queue)}
	case colCalls:
		k.n = -int64(len(d.Calls))
	case colTries:
		k.n = -int64(d.Tries)
	case colTaken:
		k = words(d.Claimed)
	case colQueue:
		k = words(d.Queue)
	case colTo:
		k = words(text.Party(d.To))
	}
	return k // debts alike in it stand by their age
}

func words(s string) key {
	if s == "" {
		return key{class: 1}
	}
	return key{s: query.Fold(s)}
}
