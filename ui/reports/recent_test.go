package reports

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
	"ringside/ui/theme"
)

func done(n int) *call.Call {
	r := row(n)
	return &call.Call{
		ID: r.ID, No: n + 1, State: call.StateEnded, Outcome: r.Outcome, Created: r.Created, Since: r.Ended, Ended: r.Ended,
		From: r.From, To: r.To, Queue: r.Queue, Path: r.Path, Answered: r.Answered, AnswerMs: -1,
	}
}

func ids(rows []archive.Row) []string {
	out := []string{}
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

// Pages put together are the whole list, from either end, in every order.
func TestRecentPages(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	var calls []*call.Call
	for n := range 137 {
		c := done(n)
		c.Created = noon.Add(time.Duration(rng.IntN(40)) * time.Minute) // many begin together
		calls = append(calls, c)
	}
	r := recent{call.VecOf(calls...)}
	for by := range archive.Column(numSortable) {
		for _, up := range []bool{false, true} {
			s := archive.Search{By: by, Ascending: up, Limit: 1000}
			whole, err := r.Find(t.Context(), s)
			if err != nil || len(whole.Rows) != 137 || whole.Before || whole.After {
				t.Fatalf("%v: %d rows, %v", s, len(whole.Rows), err)
			}
			for _, back := range []bool{false, true} {
				s := archive.Search{By: by, Ascending: up, Limit: 10, Back: back}
				var got []archive.Row
				for range 20 {
					page, err := r.Find(t.Context(), s)
					if err != nil {
						t.Fatal(err)
					}
					if back {
						got = append(slices.Clone(page.Rows), got...)
						s.From = page.Rows[0].Cursor
						if !page.Before {
							break
						}
						continue
					}
					got = append(got, page.Rows...)
					s.From = page.Rows[len(page.Rows)-1].Cursor
					if !page.After {
						break
					}
				}
				if d := cmp.Diff(ids(whole.Rows), ids(got)); d != "" {
					t.Errorf("by %v, up %v, back %v: -want +got\n%s", by, up, back, d)
				}
			}
		}
	}
}

func TestRecentFinds(t *testing.T) {
	odd := done(9)
	odd.JoinedLate, odd.Path = true, []string{"Night menu"}
	calls := []*call.Call{odd}
	for n := range 9 {
		calls = append(calls, done(n))
	}
	r := recent{call.VecOf(calls...)}
	for _, tt := range []struct {
		search archive.Search
		want   []string
	}{
		{archive.Search{Query: parsed(t, "  CALLER   3 ")}, []string{"c-00003"}},
		{archive.Search{Query: parsed(t, "answered ANN")}, []string{"c-00007", "c-00000"}},
		{archive.Search{Query: parsed(t, "5550004")}, []string{"c-00004"}},
		{archive.Search{Query: parsed(t, "night")}, []string{"c-00009"}},
		{archive.Search{Query: parsed(t, "joined late")}, []string{"c-00009"}},
		{archive.Search{Query: parsed(t, "caller nobody")}, []string{}},
		{archive.Search{Caller: "+12125550002"}, []string{"c-00002"}},
		{archive.Search{Queue: "Nowhere"}, []string{}},
		{archive.Search{Since: noon.Add(8 * time.Minute)}, []string{"c-00009", "c-00008"}},
		{archive.Search{Until: noon.Add(2 * time.Minute)}, []string{"c-00001", "c-00000"}},
	} {
		page, err := r.Find(t.Context(), tt.search)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, ids(page.Rows)); d != "" {
			t.Errorf("%+v: -want +got\n%s", tt.search, d)
		}
		if n, _ := r.Count(t.Context(), tt.search, 0); n != len(tt.want) {
			t.Errorf("%+v: %d counted", tt.search, n)
		}
	}
}

func parsed(t *testing.T, text string) query.Query {
	t.Helper()
	q, err := query.Parse(text, query.Options{Now: noon, Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// Where nothing is kept the list has the calls of this run.
func TestWithoutAPast(t *testing.T) {
	p := New(t.Context(), theme.Mono(), nil, "US")
	p.SetNow(noon.Add(time.Hour))
	p.SetSize(100, 12)
	answer(t, p, p.Ask())
	if line(p, "no call has ended yet") < 0 {
		t.Errorf("an empty list says\n%s", shows(p))
	}
	var calls []*call.Call
	for n := range 4 {
		calls = append(calls, done(n))
		p.SetData(call.VecOf(calls...))
		p.SetNow(p.now.Add(time.Second))
		answer(t, p, p.Refresh())
		if line(p, fmt.Sprintf("Caller %d ", n)) != 1 {
			t.Fatalf("call %d is not at the top:\n%s", n, shows(p))
		}
	}
	if shown, all, _ := p.Count(); shown != 4 || all < 0 {
		t.Errorf("%d of %d", shown, all)
	}
	answer(t, p, p.SetFilter("5550002"))
	if got := ids(p.win.rows); len(got) != 1 || got[0] != "c-00002" {
		t.Errorf("found %q", got)
	}
}
