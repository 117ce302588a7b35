package table

import (
	"cmp"
	"slices"

	"ringside/ui/text"
)

// need is how many cells the widest content of a column that was seen takes: least in its shortest
// form, as shown, and all that is shown where there is room for it.
type need struct{ least, shown, all int }

func (n need) and(o need) need {
	return need{max(n.least, o.least), max(n.shown, o.shown), max(n.all, o.all)}
}

// need gives what a cell takes.
func (c *Cell) need() need {
	n, tail := width(c.Text), 0
	if c.Tail != "" {
		tail = width(c.Tail) + 1
	}
	least, all := n, max(n, c.Want)
	if c.More != "" {
		all += width(c.More) + 1
	}
	if c.Least > 0 {
		least = min(least, c.Least)
	}
	return need{least + tail, n + tail, all + tail}
}

// measure notes what the cells of a line take.
func (t *Table) measure(cells []Cell) {
	for i := range t.seen {
		t.seen[i] = t.seen[i].and(cells[i].need())
	}
}

// rest is for how many frames room is kept for what was seen once, while something else is cut: columns that came and
// went with every row would not be at rest. It is a minute of a quiet desk, whose clocks draw a frame a second, and two
// seconds of the busiest one.
const rest = 60

// learn takes in what a frame has measured, and reports whether the columns are to be wider or
// narrower for it.
func (t *Table) learn() bool {
	grown := false
	for i, s := range t.slots {
		was := t.needs[s.ID]
		is := was.and(t.seen[i])
		if is != was {
			t.needs[s.ID], grown = is, true
		}
		t.lately[s.ID] = t.lately[s.ID].and(t.seen[i])
	}
	if t.frames++; t.frames%rest == 0 {
		if t.cuts() {
			t.needs, t.lately, grown = t.lately, t.needs, true
		}
		clear(t.lately)
	}
	if !grown {
		return false
	}
	before := slices.Clone(t.slots)
	t.fit()
	return !slices.Equal(before, t.slots)
}

// cuts reports whether a column lately had not all the room that it needed and may have.
func (t *Table) cuts() bool {
	return slices.ContainsFunc(t.slots, func(s Slot) bool {
		limit := t.cols[s.at].Max
		return t.lately[s.ID].least > s.W && (limit == 0 || s.W < limit)
	})
}

// forget has the columns measured anew.
func (t *Table) forget() {
	clear(t.needs)
	clear(t.lately)
	t.fit()
}

// fit chooses the columns and their widths.
func (t *Table) fit() {
	t.slots = Fit(t.cols, t.w, t.gap)
	settle(t.slots, t.cols, func(c *Column) need {
		n := t.needs[c.ID]
		title := text.Width(c.Title)
		if c.ID == t.by {
			title += text.Width(t.th.Signs.Asc)
		}
		if n == (need{}) { // nothing was seen: it keeps what it has
			return need{title, title, max(c.Min, c.Ideal, title)}
		}
		return n.and(need{title, title, title})
	})
}

// settle gives cells that a column has no use for to those whose content would be cut without them,
// the more important first. For what would still be cut those are taken that show a second thing
// beside the first, or, of less important columns, the longer form of a text. What is left over goes
// where it lets more be shown. The width in all stays as it is.
func settle(slots []Slot, cols []Column, needs func(*Column) need) {
	order := make([]int, len(slots))
	has := make([]need, len(slots))
	for i, s := range slots {
		order[i], has[i] = i, needs(&cols[s.at])
	}
	keep := func(i int) int { return cols[slots[i].at].Keep }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(keep(b), keep(a)) })
	give := func(i, n int, needed func(j int) int) {
		if limit := cols[slots[i].at].Max; limit > 0 {
			n = min(n, limit)
		}
		for _, j := range slices.Backward(order) {
			lack := n - slots[i].W
			if lack <= 0 {
				return
			}
			if take := min(lack, slots[j].W-needed(j)); j != i && take > 0 {
				slots[j].W -= take
				slots[i].W += take
			}
		}
	}
	all := func(j int) int { return has[j].all }
	for _, i := range order {
		give(i, has[i].least, all)
	}
	for _, i := range order {
		give(i, has[i].least, func(j int) int {
			if keep(j) < keep(i) {
				return has[j].least
			}
			return has[j].shown
		})
	}
	for _, i := range order {
		give(i, has[i].all, all)
	}
}
