// Package contract is the test that every archive has to pass, whatever it is made of.
package contract

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// Opener opens an empty archive of its own for a test, with region US and an abandoned call short
// under 5 s, and has it closed at the end of the test.
type Opener func(t *testing.T) archive.Archive

// Run tests what every method of an Archive promises.
func Run(t *testing.T, open func(t *testing.T) archive.Archive) {
	for _, part := range []struct {
		name string
		test func(*testing.T, Opener)
	}{
		{"an empty one", testEmpty},
		{"calls", testCalls}, {"reports win", testReportsWin}, {"journal", testJournal}, {"all or nothing", testAllOrNothing},
		{"a call that began elsewhere", testMoved}, {"one moment", testOneMoment},
		{"pages", testPages}, {"pages while others write", testPagesWhileWriting}, {"ties", testTies},
		{"scopes", testScopes}, {"queries", testQueries}, {"words of notes and tags", testItemWords},
		{"items", testItems}, {"totals", testTotals}, {"marks", testMarks},
		{"owed", testOwed}, {"owed like Owes", testOwedLikeOwes},
		{"purge", testPurge}, {"prune", testPrune}, {"backup", testBackup},
		{"at the same time", testAtTheSameTime}, {"after the end", testAfterTheEnd},
	} {
		t.Run(strings.ReplaceAll(part.name, " ", "_"), func(t *testing.T) { part.test(t, open) })
	}
}

// t0 is when the stories of the tests begin.
var t0 = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

const short = 5 * time.Second

func words(s string) []string { return strings.Fields(s) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, a archive.Archive, b archive.Batch) {
	t.Helper()
	must(t, a.Put(t.Context(), b))
}

func putCalls(t *testing.T, a archive.Archive, calls ...*call.Call) {
	t.Helper()
	put(t, a, archive.Batch{Calls: calls})
}

func find(t *testing.T, a archive.Archive, s archive.Search) archive.Page {
	t.Helper()
	p, err := a.Find(t.Context(), s)
	must(t, err)
	return p
}

func get(t *testing.T, a archive.Archive, id string) archive.Entry {
	t.Helper()
	e, err := a.Get(t.Context(), id)
	must(t, err)
	return e
}

func ids(p archive.Page) []string {
	out := []string{}
	for _, r := range p.Rows {
		out = append(out, r.ID)
	}
	return out
}

// sound compares what the archive gives with what was put there: times by moment, and not what a
// call knows for itself alone.
func sound() cmp.Options {
	return cmp.Options{
		cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0),
		cmpopts.IgnoreUnexported(call.Answer{}, call.Ring{}),
	}
}

// some makes n calls that began a minute apart, more or less.
func some(seed uint64, n int) []*call.Call {
	m := NewMaker(seed, 30)
	rng := rand.New(rand.NewPCG(seed, 3))
	out := make([]*call.Call, n)
	for i := range out {
		out[i] = m.Call(t0.Add(time.Duration(i)*time.Minute + time.Duration(rng.IntN(60_000))*time.Millisecond))
	}
	return out
}

func testEmpty(t *testing.T, open Opener) {
	a := open(t)
	if p := find(t, a, archive.Search{}); len(p.Rows) != 0 || p.Before || p.After {
		t.Errorf("%+v", p)
	}
	if _, err := a.Get(t.Context(), "nobody"); !errors.Is(err, archive.ErrNone) {
		t.Errorf("getting what is not there: %v", err)
	}
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != 0 || err != nil {
		t.Errorf("counted %d, %v", n, err)
	}
	put(t, a, archive.Batch{})
	must(t, a.Check(t.Context()))
	if r, err := a.Purge(t.Context(), "+12125550110"); err != nil || r != (archive.Removed{}) {
		t.Errorf("purged %+v, %v", r, err)
	}
	if _, err := a.Purge(t.Context(), "Anonymous"); err == nil {
		t.Error("no number can be purged")
	}
	st, err := a.Stats(t.Context())
	if err != nil || st.Calls+st.Events+st.Items+st.Reports != 0 || !st.Oldest.IsZero() || st.Version == 0 {
		t.Errorf("%+v, %v", st, err)
	}
}

// What is put is there, whole; putting it again changes nothing, putting it told better does.
func testCalls(t *testing.T, open Opener) {
	a := open(t)
	calls := some(1, 60)
	putCalls(t, a, calls...)
	first := find(t, a, archive.Search{Limit: 100})
	putCalls(t, a, calls...)
	putCalls(t, a, calls[3], calls[3])
	if d := cmp.Diff(first, find(t, a, archive.Search{Limit: 100}), sound()); d != "" {
		t.Errorf("the same twice (-first +second): %s", d)
	}
	for _, c := range calls {
		e := get(t, a, c.ID)
		if d := cmp.Diff(c.Summary(), e.Summary, sound()); d != "" {
			t.Errorf("%s (-put +got): %s", c.ID, d)
		}
		if e.Call == nil || e.Report != nil || !e.Reported.IsZero() {
			t.Fatalf("%s: call %v, report %v", c.ID, e.Call != nil, e.Report != nil)
		}
		if d := call.Differences(c, e.Call); len(d) > 0 {
			t.Errorf("%s differs in %v", c.ID, d)
		}
	}
	m := NewMaker(9, 5)
	tale := m.queued(t0, "Support", true)
	less := *tale
	less.events = slices.Delete(slices.Clone(tale.events), 2, 3) // with a hole
	putCalls(t, a, less.fold())
	if e := get(t, a, tale.meta.ID); e.Gaps == 0 {
		t.Error("nothing was missing")
	}
	putCalls(t, a, tale.fold())
	if e := get(t, a, tale.meta.ID); e.Gaps != 0 || e.States != len(tale.events) {
		t.Errorf("the better account is not there: %d gaps, %d states", e.Gaps, e.States)
	}
	if n, _ := a.Count(t.Context(), archive.Search{}, 0); n != 61 {
		t.Errorf("%d calls", n)
	}
	must(t, a.Check(t.Context()))
}

// The report of a call wins over its events, whichever comes first, and the newest over others.
func testReportsWin(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(2, 20)
	reported := ""
	for i := range 24 {
		tale := m.tale(t0.Add(time.Duration(i) * time.Minute))
		reported = tale.meta.ID
		full, told := tale.report(t0.Add(time.Hour)), *tale
		told.events = slices.Delete(slices.Clone(tale.events), 1, 2)
		late := told.fold()
		stale := told.report(t0.Add(time.Minute))
		batches := []archive.Batch{{Calls: []*call.Call{late}}, {Reports: []*call.Report{full}}, {Reports: []*call.Report{stale}}, {Calls: []*call.Call{late}}}
		if i%2 == 0 {
			batches = []archive.Batch{{Calls: []*call.Call{late}, Reports: []*call.Report{stale, full}}, batches[0], batches[2]}
		}
		for _, b := range batches {
			put(t, a, b)
		}
		e := get(t, a, full.ID)
		if e.Report == nil {
			t.Fatal("no report")
		}
		if d := call.Differences(full.Call, e.Call); len(d) > 0 || e.Report.Call != e.Call || e.Gaps != full.Call.Summary().Gaps {
			t.Errorf("%d: differs in %v, %d gaps", i, d, e.Gaps)
		}
		got, want := *e.Report, *full
		if got.Fold(); len(call.Differences(got.Call, full.Call)) > 0 {
			t.Errorf("%d: its own states tell another call", i)
		}
		got.Call, want.Call, got.Events, want.Events = nil, nil, nil, nil
		if d := cmp.Diff(want, got, sound()); d != "" {
			t.Errorf("%d (-put +got): %s", i, d)
		}
		if !e.Reported.Equal(full.Fetched) {
			t.Errorf("reported %v", e.Reported)
		}
		newer := tale.report(t0.Add(2 * time.Hour))
		newer.AI.Summary, newer.Raw = "a refund", nil
		put(t, a, archive.Batch{Reports: []*call.Report{newer}})
		if e := get(t, a, full.ID); e.Report.AI.Summary != "a refund" || len(e.Report.Raw) != 0 || !e.Reported.Equal(newer.Fetched) {
			t.Errorf("the newer report is not there: %+v", e.Report.AI)
		}
	}
	some := some(4, 3)
	putCalls(t, a, some...)
	got, err := a.Unreported(t.Context(), []string{some[0].ID, reported, "nobody", some[1].ID})
	if d := cmp.Diff([]string{some[0].ID, "nobody", some[1].ID}, got); d != "" || err != nil {
		t.Errorf("%s %v", d, err)
	}
	if got, err := a.Unreported(t.Context(), nil); len(got) != 0 || err != nil {
		t.Errorf("%v %v", got, err)
	}
	st, err := a.Stats(t.Context())
	if err != nil || st.Calls != 27 || st.Reports != 24 || !st.Oldest.Equal(t0) {
		t.Errorf("%+v, %v", st, err)
	}
	must(t, a.Check(t.Context()))
}

// A call of which there are only states is made of them.
func testJournal(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(3, 10)
	tale := m.queued(t0, "Sales", true)
	put(t, a, archive.Batch{Events: tale.events[:4]})
	if e := get(t, a, tale.meta.ID); e.Call == nil || !e.Call.Live() || e.States != 4 || e.Report != nil {
		t.Errorf("%+v", e.Summary)
	}
	put(t, a, archive.Batch{Events: tale.events})
	put(t, a, archive.Batch{Events: append(slices.Clone(tale.events), call.Event{Kind: call.KindReport, Meta: call.Meta{ID: tale.meta.ID}})})
	e := get(t, a, tale.meta.ID)
	if d := call.Differences(tale.fold(), e.Call); len(d) > 0 {
		t.Errorf("differs in %v", d)
	}
	if d := cmp.Diff(tale.fold().Summary(), e.Summary, sound()); d != "" {
		t.Errorf("(-put +got): %s", d)
	}
	if st, err := a.Stats(t.Context()); st.Events != len(tale.events) || st.Calls != 0 || err != nil {
		t.Errorf("%+v %v", st, err)
	}
	if p := find(t, a, archive.Search{}); len(p.Rows) != 0 {
		t.Error("a call without an end is in the list")
	}
	putCalls(t, a, tale.fold())
	if d := call.Differences(tale.fold(), get(t, a, tale.meta.ID).Call); len(d) > 0 {
		t.Errorf("differs in %v", d)
	}
}

// A batch with something that cannot be written leaves nothing of itself.
func testAllOrNothing(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(5, 10)
	live := m.queued(t0, "Support", true)
	live.events = live.events[:3]
	calls := some(6, 2)
	note := archive.Item{Kind: archive.Note, ID: "n", Call: calls[0].ID, At: t0, Text: "x"}
	for name, bad := range map[string]archive.Batch{
		"a live call":             {Calls: []*call.Call{live.fold()}},
		"a report without a call": {Reports: []*call.Report{{ID: "r"}}},
		"an item without an id":   {Items: []archive.Item{{Kind: archive.Note}}},
		"an item that is large":   {Items: []archive.Item{{Kind: archive.Pop, ID: "p", Body: make([]byte, 64<<10+1)}}},
		"a state without a call":  {Events: []call.Event{{Kind: call.KindState}}},
	} {
		b := archive.Batch{Calls: append(slices.Clone(calls), bad.Calls...), Items: append([]archive.Item{note}, bad.Items...), Events: append(slices.Clone(live.events), bad.Events...), Reports: bad.Reports}
		if err := a.Put(t.Context(), b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Put(ctx, archive.Batch{Calls: calls}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if st, err := a.Stats(t.Context()); err != nil || st.Calls+st.Items+st.Events != 0 {
		t.Errorf("%+v, %v", st, err)
	}
	putCalls(t, a, calls...)
}

// A report may know better when a call began: it is then found where it belongs, once.
func testMoved(t *testing.T, open Opener) {
	a := open(t)
	calls := some(7, 20)
	putCalls(t, a, calls...)
	m := NewMaker(8, 10)
	tale := m.queued(t0.Add(-time.Hour), "Support", false)
	late := *tale
	late.meta.Created = t0.Add(30 * time.Minute)
	late.events = slices.Clone(tale.events)
	for i := range late.events {
		late.events[i].Meta = late.meta
		late.events[i].Snapshot.At = late.events[i].Snapshot.At.Add(90 * time.Minute)
	}
	putCalls(t, a, late.fold())
	put(t, a, archive.Batch{Reports: []*call.Report{tale.report(t0)}})
	p := find(t, a, archive.Search{Limit: 100})
	if got := ids(p); len(got) != 21 || got[20] != tale.meta.ID {
		t.Errorf("%d calls, the last is %s", len(got), got[len(got)-1])
	}
	p = find(t, a, archive.Search{Query: ask(t, tale.fold().From.Number), Limit: 100})
	if !slices.Contains(ids(p), tale.meta.ID) {
		t.Error("it is not found")
	}
	must(t, a.Check(t.Context()))
}

// Many calls of one moment all have a place, and page through.
func testOneMoment(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(9, 10)
	var calls []*call.Call
	for range 100 {
		calls = append(calls, m.Call(t0))
	}
	putCalls(t, a, calls...)
	seen := map[string]bool{}
	var from archive.Cursor
	for {
		p := find(t, a, archive.Search{From: from, Limit: 7, Since: t0, Until: t0.Add(time.Millisecond)})
		for _, r := range p.Rows {
			if seen[r.ID] {
				t.Fatalf("%s came twice", r.ID)
			}
			seen[r.ID] = true
			from = r.Cursor
		}
		if !p.After {
			break
		}
	}
	if len(seen) != len(calls) {
		t.Errorf("%d of %d calls", len(seen), len(calls))
	}
	if p := find(t, a, archive.Search{Since: t0.Add(time.Millisecond)}); len(p.Rows) != 0 {
		t.Errorf("%d calls began later", len(p.Rows))
	}
}

func ask(t *testing.T, text string) query.Query {
	t.Helper()
	q, err := query.Parse(text, query.Options{Now: t0.Add(3 * time.Hour), Region: "US"})
	must(t, err)
	return q
}
