package contract

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ringside/lookup/number"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// reference is a plain account of what is in an archive, and of what it has to answer.
type reference struct {
	calls []*call.Call
	items []archive.Item
}

// value gives what a column orders a call by.
func value(s *call.Summary, by archive.Column) int64 {
	switch by {
	case archive.ByWait:
		return s.PhasesMs[call.PhaseWait]
	case archive.ByTalk:
		return s.PhasesMs[call.PhaseTalk]
	case archive.ByTotal:
		return s.TotalMs
	}
	return s.Created.UnixMilli()
}

// find gives the ids of the calls of a search in its order, all of them. The calls of one moment are
// not in one here.
func (r *reference) find(w archive.Search) []string {
	var found []*call.Call
	for _, c := range r.calls {
		if r.matches(c, w) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *call.Call) int {
		x, y := a.Summary(), b.Summary()
		order := cmp.Compare(value(&y, w.By), value(&x, w.By))
		if w.Ascending {
			order = -order
		}
		return cmp.Or(order, b.Created.Compare(a.Created))
	})
	out := []string{}
	for _, c := range found {
		out = append(out, c.ID)
	}
	return out
}

func (r *reference) matches(c *call.Call, w archive.Search) bool {
	s := c.Summary()
	switch {
	case !w.Since.IsZero() && c.Created.Before(w.Since), !w.Until.IsZero() && !c.Created.Before(w.Until):
		return false
	case w.Caller != "" && !same(c.Outsider().Number, w.Caller):
		return false
	case w.Queue != "" && !slices.ContainsFunc(queues(c), func(q string) bool { return query.Fold(q) == query.Fold(w.Queue) }):
		return false
	case w.Query.Root == nil:
		return true
	}
	x := query.Extra{Region: "US"}
	for _, i := range r.items {
		if i.Call == c.ID || i.Call == "" && same(i.Caller, c.Outsider().Number) {
			switch i.Kind {
			case archive.Tag:
				x.Tags = append(x.Tags, i.Text)
			case archive.Note:
				x.Notes = append(x.Notes, i.Text)
			}
		}
	}
	w.Query.Root = withQueues(w.Query.Root, queues(c))
	return w.Query.Match(query.NewSummarySubject(&s, x, t0.Add(3*time.Hour)))
}

func same(a, b string) bool { return number.Same(number.Parse(a, "US"), number.Parse(b, "US")) }

// queues are all queues a call came through; its summary has the last one.
func queues(c *call.Call) []string {
	out := []string{c.Queue}
	for _, s := range c.Systems {
		if s.Kind == call.Queue {
			out = append(out, s.QueueName)
		}
	}
	return out
}

// withQueues answers the parts of a query that are about queues.
func withQueues(n query.Node, names []string) query.Node {
	all := func(parts []query.Node) []query.Node {
		out := make([]query.Node, len(parts))
		for i, p := range parts {
			out[i] = withQueues(p, names)
		}
		return out
	}
	switch n := n.(type) {
	case query.And:
		return query.And(all(n))
	case query.Or:
		return query.Or(all(n))
	case query.Not:
		return query.Not{Part: withQueues(n.Part, names)}
	case query.Term:
		if n.Field == query.QueueName {
			answer := query.Term{Field: query.Flag, Op: query.Has, Text: "live"} // no finished call
			for _, q := range names {
				if s := (call.Summary{Queue: q}); (query.Query{Root: n}).Match(query.NewSummarySubject(&s, query.Extra{}, t0)) {
					answer.Text = "ended"
				}
			}
			return answer
		}
	}
	return n
}

// orders are all orders there are.
func orders() []archive.Search {
	var out []archive.Search
	for _, by := range []archive.Column{archive.ByTime, archive.ByWait, archive.ByTalk, archive.ByTotal} {
		out = append(out, archive.Search{By: by}, archive.Search{By: by, Ascending: true})
	}
	return out
}

func (r *reference) fill(t *testing.T, a archive.Archive, calls []*call.Call) {
	t.Helper()
	r.calls = append(r.calls, calls...)
	for part := range slices.Chunk(calls, 100) {
		putCalls(t, a, part...)
	}
}

// Pages forward and backward give every call once, in the order that was asked for.
func testPages(t *testing.T, open Opener) {
	a := open(t)
	var r reference
	calls := some(10, 230)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	r.fill(t, a, calls)
	for _, w := range orders() {
		for _, text := range []string{"", "support", "wait>1m -ann"} {
			w.Query, w.Limit = ask(t, text), 37
			want := r.find(w)
			forward, pages := walk(t, a, w)
			if d := gocmp.Diff(want, forward); d != "" {
				t.Errorf("by %d ascending %v %q (-want +got): %s", w.By, w.Ascending, text, d)
			}
			w.Back = true
			backward, backPages := walk(t, a, w)
			if d := gocmp.Diff(want, backward); d != "" {
				t.Errorf("by %d ascending %v %q, backward (-want +got): %s", w.By, w.Ascending, text, d)
			}
			if pages != backPages || pages != max(1, (len(want)+36)/37) {
				t.Errorf("%d pages forward, %d backward", pages, backPages)
			}
		}
	}
	if p := find(t, a, archive.Search{}); len(p.Rows) != 50 || !p.After || p.Before {
		t.Errorf("%d rows, %v %v", len(p.Rows), p.Before, p.After)
	}
	if p := find(t, a, archive.Search{Limit: 5000}); len(p.Rows) != 230 || p.After {
		t.Errorf("%d rows", len(p.Rows))
	}
}

// walk pages through a search to its end and checks what pages say of themselves.
func walk(t *testing.T, a archive.Archive, w archive.Search) (got []string, pages int) {
	t.Helper()
	got = []string{}
	for {
		p := find(t, a, w)
		pages++
		more, less := p.After, p.Before
		if w.Back {
			more, less = less, more
			got = append(ids(p), got...)
		} else {
			got = append(got, ids(p)...)
		}
		if less != (w.From != archive.Cursor{}) {
			t.Errorf("page %d: before %v, after %v", pages, p.Before, p.After)
		}
		if !more || len(p.Rows) == 0 || pages > 1000 {
			return got, pages
		}
		w.From = p.Rows[len(p.Rows)-1].Cursor
		if w.Back {
			w.From = p.Rows[0].Cursor
		}
	}
}

// What is written between two pages moves nothing that was there: no call comes twice, none is left
// out.
func testPagesWhileWriting(t *testing.T, open Opener) {
	for _, w := range orders() {
		for _, back := range []bool{false, true} {
			a := open(t)
			calls := some(11, 120)
			var old, young []*call.Call
			for i, c := range calls {
				if i%2 == 0 {
					old = append(old, c)
				} else {
					young = append(young, c)
				}
			}
			r := reference{}
			r.fill(t, a, old)
			want := r.find(w)
			w.Limit, w.Back, w.From = 9, back, archive.Cursor{}
			var got []string
			for {
				p := find(t, a, w)
				if back {
					got = append(ids(p), got...)
				} else {
					got = append(got, ids(p)...)
				}
				if len(p.Rows) == 0 || back && !p.Before || !back && !p.After {
					break
				}
				w.From = p.Rows[len(p.Rows)-1].Cursor
				if back {
					w.From = p.Rows[0].Cursor
				}
				if len(young) > 4 {
					putCalls(t, a, young[:5]...)
					young = young[5:]
				}
			}
			kept := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return !slices.Contains(want, id) })
			if d := gocmp.Diff(want, kept); d != "" {
				t.Errorf("by %d ascending %v back %v (-want +got): %s", w.By, w.Ascending, back, d)
			}
			slices.Sort(got)
			if n := len(got); n != len(slices.Compact(got)) {
				t.Errorf("by %d ascending %v back %v: a call came twice", w.By, w.Ascending, back)
			}
		}
	}
}

// Where the column says nothing the newest is first, in both directions, and pages break ties well.
func testTies(t *testing.T, open Opener) {
	a := open(t)
	var r reference
	var calls []*call.Call
	for i := range 40 {
		tale := newTale(fmt.Sprintf("tie-%02d", i), t0.Add(time.Duration(i)*time.Second), call.Inbound)
		tale.caller("Dana Roe", "+12125550110", "+18005550120", "")
		tale.queue("q", "Support")
		tale.say(0, "c=R")
		tale.say(100, "c=I / q")
		tale.say(100+int64(i%3)*1000, "c=I / q!")
		tale.end(5000, "c")
		calls = append(calls, tale.fold())
	}
	r.fill(t, a, calls)
	for _, w := range orders() {
		want := r.find(w)
		for _, w.Limit = range []int{1, 3, 13, 14, 39, 40} {
			w.Back = false
			if got, _ := walk(t, a, w); !slices.Equal(got, want) {
				t.Errorf("by %d ascending %v limit %d: %s", w.By, w.Ascending, w.Limit, gocmp.Diff(want, got))
			}
			w.Back = true
			if got, _ := walk(t, a, w); !slices.Equal(got, want) {
				t.Errorf("by %d ascending %v limit %d, backward: %s", w.By, w.Ascending, w.Limit, gocmp.Diff(want, got))
			}
		}
	}
}
