package contract

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
)

func items(t *testing.T, a archive.Archive, q archive.ItemQuery) []string {
	t.Helper()
	got, err := a.Items(t.Context(), q)
	must(t, err)
	out := []string{}
	for i, it := range got {
		if i > 0 && it.At.After(got[i-1].At) {
			t.Errorf("%s is newer than the one before", it.ID)
		}
		out = append(out, string(it.Kind)+" "+it.ID)
	}
	return out
}

// Items are put, replaced, taken out, put back, found by all their sides, and shown beside calls.
func testItems(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(30, 1)
	m.callers = []call.Party{{Name: "Dana Roe", Number: "+12125550110"}}
	calls := []*call.Call{m.queued(t0, "Support", true).fold(), m.queued(t0.Add(time.Hour), "Support", true).fold()}
	putCalls(t, a, calls...)
	at := func(min int) time.Time { return t0.Add(time.Duration(min)*time.Minute + 123456789) }
	all := []archive.Item{
		{Kind: archive.Note, ID: "n", Call: calls[0].ID, At: at(1), By: "ann", Text: "first"},
		{Kind: archive.Note, ID: "m", Call: calls[0].ID, At: at(2), By: "bo", Text: "second"},
		{Kind: archive.Tag, ID: "n", Call: calls[0].ID, At: at(3), By: "ann", Text: "refund"},
		{Kind: archive.Tag, ID: "c", Caller: "(212) 555-0110", At: at(4), By: "ann", Text: "vip"},
		{Kind: archive.Tag, ID: "d", Caller: "+12125550110", At: at(5), By: "ann", Text: "refund"},
		{Kind: archive.Note, ID: "c", Caller: "212.555.0110", At: at(6), By: "ann", Text: "rings early"},
		{Kind: archive.Pop, ID: "p", Call: calls[0].ID, Caller: "+12125550110", At: at(7), Body: []byte(`{"url":"https://x"}`)},
		{Kind: archive.Decision, ID: "+12125550110", Caller: "+12125550110", At: at(8), Text: "dana"},
		{Kind: archive.Alarm, ID: "a", At: at(9), Text: "longest wait", Body: []byte(`{}`)},
	}
	put(t, a, archive.Batch{Items: all})
	put(t, a, archive.Batch{Items: all[2:4]})
	for _, c := range []struct {
		q    archive.ItemQuery
		want []string
	}{
		{archive.ItemQuery{}, []string{"alarm a", "decision +12125550110", "pop p", "note c", "tag d", "tag c", "tag n", "note m", "note n"}},
		{archive.ItemQuery{Limit: 2}, []string{"alarm a", "decision +12125550110"}},
		{archive.ItemQuery{Kind: archive.Note}, []string{"note c", "note m", "note n"}},
		{archive.ItemQuery{Call: calls[0].ID}, []string{"pop p", "tag n", "note m", "note n"}},
		{archive.ItemQuery{Call: calls[1].ID}, []string{}},
		{archive.ItemQuery{Caller: "tel:+1-212-555-0110"}, []string{"decision +12125550110", "pop p", "note c", "tag d", "tag c"}},
		{archive.ItemQuery{Caller: "+12125550111"}, []string{}},
		{archive.ItemQuery{Caller: "2125550110", Kind: archive.Tag, Since: at(5)}, []string{"tag d"}},
		{archive.ItemQuery{Since: at(9).Add(1)}, []string{}},
	} {
		if d := gocmp.Diff(c.want, items(t, a, c.q)); d != "" {
			t.Errorf("%+v: %s", c.q, d)
		}
	}
	e := get(t, a, calls[0].ID)
	got := []string{}
	for _, i := range e.Items {
		got = append(got, string(i.Kind)+" "+i.ID)
	}
	if d := gocmp.Diff([]string{"pop p", "note c", "tag d", "tag c", "tag n", "note m", "note n"}, got); d != "" {
		t.Errorf("beside the call: %s", d)
	}
	if d := gocmp.Diff(all[6], e.Items[0], sound()); d != "" {
		t.Errorf("(-put +got): %s", d)
	}
	rows := find(t, a, archive.Search{}).Rows
	for i, want := range []struct {
		tags  []string
		notes int
	}{{[]string{"refund", "vip"}, 0}, {[]string{"refund", "vip"}, 2}} {
		if !slices.Equal(rows[i].Tags, want.tags) || rows[i].Notes != want.notes {
			t.Errorf("row %d has tags %v and %d notes", i, rows[i].Tags, rows[i].Notes)
		}
	}
	// A note is changed; then that is undone, and its making too.
	changed := all[0]
	changed.Text, changed.At = "changed", at(10)
	put(t, a, archive.Batch{Items: []archive.Item{changed}})
	if e := get(t, a, calls[0].ID); e.Items[0].Text != "changed" || e.Notes != 2 {
		t.Errorf("%+v", e.Items[0])
	}
	put(t, a, archive.Batch{Items: []archive.Item{all[0]}})
	put(t, a, archive.Batch{Drop: []archive.ItemKey{all[0].Key(), all[0].Key(), {Kind: archive.Note, ID: "nobody"}}})
	if e := get(t, a, calls[0].ID); e.Notes != 1 {
		t.Errorf("%d notes", e.Notes)
	}
	put(t, a, archive.Batch{Drop: []archive.ItemKey{all[1].Key()}, Items: []archive.Item{all[1], all[0]}}) // a drop comes first
	if e := get(t, a, calls[0].ID); e.Notes != 2 {
		t.Errorf("%d notes", e.Notes)
	}
	if st, err := a.Stats(t.Context()); st.Items != len(all) || err != nil {
		t.Errorf("%+v %v", st, err)
	}
}

func testTotals(t *testing.T, open Opener) {
	a := open(t)
	calls := some(31, 600) // ten hours
	putCalls(t, a, calls...)
	for _, span := range [][2]int{{0, 600}, {60, 180}, {0, 0}, {-2000, -1000}, {599, 2000}, {-3000, 30}} {
		from, to := t0.Add(time.Duration(span[0])*time.Minute), t0.Add(time.Duration(span[1])*time.Minute)
		var want archive.Totals
		for _, c := range calls {
			if hour := 23 - int(to.Sub(c.Created)-1)/int(time.Hour); c.Created.Before(to) && hour >= 0 {
				want.Hours[hour]++
			}
			if c.Created.Before(from) || !c.Created.Before(to) {
				continue
			}
			want.Ended++
			switch {
			case c.Outcome == call.Answered || c.Outcome == call.Forwarded:
				want.Answered++
			case c.Outcome.Lost():
				want.Lost++
			}
		}
		got, err := a.Totals(t.Context(), from, to)
		must(t, err)
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("%v (-want +got): %s", span, d)
		}
	}
}

func testMarks(t *testing.T, open Opener) {
	a := open(t)
	marked := func(name, want string) {
		t.Helper()
		if got, err := a.Marked(t.Context(), name); got != want || err != nil {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	marked("past", "")
	for i := range 3 {
		must(t, a.Mark(t.Context(), "past", fmt.Sprint(i)))
		must(t, a.Mark(t.Context(), "other", "x"))
	}
	marked("past", "2")
	marked("other", "x")
	must(t, a.Mark(t.Context(), "past", ""))
	marked("past", "")
}
