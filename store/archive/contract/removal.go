package contract

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ringside/store/archive"
	"ringside/store/call"
)

// Nothing about a purged number is left, in whatever spelling it was there; everything else is.
func testPurge(t *testing.T, open Opener) {
	a := open(t)
	var r reference
	const num = "+12125550199"
	r.fill(t, a, some(50, 100))
	keep := len(r.calls)
	m := NewMaker(51, 1)
	for i, raw := range []string{num, "2125550199", "(212) 555-0199", "tel:+1-212-555-0199"} {
		for k, how := range words("missed answered tried reached") {
			c := fate(m, how, raw, t0.Add(time.Duration(10*i+k)*time.Minute+time.Second))
			putCalls(t, a, c)
			put(t, a, archive.Batch{Items: []archive.Item{{Kind: archive.Note, ID: c.ID, Call: c.ID, At: t0, Text: "of theirs"}}})
		}
	}
	m.callers = []call.Party{{Name: "Dana Roe", Number: num}}
	live := m.queued(t0, "Support", true)
	forwarded := newTale("went-there", t0.Add(time.Hour), call.Inbound)
	forwarded.caller("Lee Park", "+13125550111", "+18005550120", "")
	forwarded.callee("o", "", "1 212 555 0199", "c")
	forwarded.plan("m")
	forwarded.say(0, "c=R")
	forwarded.say(100, "c=I o=R / m")
	forwarded.say(5000, "c=C o=C / m")
	forwarded.say(9000, "c=I o=D / m!")
	forwarded.end(9010, "c")
	other := archive.Item{Kind: archive.Tag, ID: "other", Caller: "+12125550198", At: t0, Text: "vip"}
	put(t, a, archive.Batch{
		Events: live.events[:5], Reports: []*call.Report{forwarded.report(t0)},
		Items: []archive.Item{
			{Kind: archive.Tag, ID: "x", Caller: "212 555 0199", At: t0, Text: "vip"}, other,
			{Kind: archive.Decision, ID: num, Caller: num, At: t0}, {Kind: archive.Claim, ID: "c", Caller: num, At: t0.Add(time.Hour), By: "bo"},
			{Kind: archive.Note, ID: "written down", Call: r.calls[0].ID, At: t0, Text: "call 212-555-0199 back"},
			{Kind: archive.Pop, ID: "pop", Call: r.calls[0].ID, At: t0, Body: []byte(`{"url":"https://crm/?n=%2B12125550199"}`)},
		},
	})
	got, err := a.Purge(t.Context(), "(212) 555 0199")
	must(t, err)
	if want := (archive.Removed{Events: 5, Raw: 1, Calls: 17, Items: 16 + 5}); got != want {
		t.Errorf("removed %+v, want %+v", got, want)
	}
	for _, s := range []archive.Search{{Caller: num}, {Query: ask(t, "5550199")}, {Query: ask(t, "from:dana")}, {Query: ask(t, "note:theirs")}} {
		if p := find(t, a, s); len(p.Rows) > 0 && s.Query.Text != "from:dana" {
			t.Errorf("%+v finds %v", s, ids(p))
		}
	}
	for _, id := range []string{live.meta.ID, "went-there"} {
		if _, err := a.Get(t.Context(), id); !errors.Is(err, archive.ErrNone) {
			t.Errorf("%s: %v", id, err)
		}
	}
	debts, err := a.Owed(t.Context(), time.Time{})
	must(t, err)
	for _, d := range debts {
		if same(d.Number, num) {
			t.Errorf("owed to %+v", d)
		}
	}
	if d := gocmp.Diff([]string{"tag other"}, items(t, a, archive.ItemQuery{})); d != "" {
		t.Errorf("items: %s", d)
	}
	if r.agree(t, a, archive.Search{}, "what is left"); keep != 100 {
		t.Error(keep)
	}
	if got, err := a.Purge(t.Context(), num); err != nil || got != (archive.Removed{}) {
		t.Errorf("a second time: %+v, %v", got, err)
	}
	// The service still has them: they do not come back with the next fetch.
	put(t, a, archive.Batch{Events: live.events[:5], Reports: []*call.Report{forwarded.report(t0.Add(time.Hour))}})
	if _, err := a.Get(t.Context(), "went-there"); !errors.Is(err, archive.ErrNone) {
		t.Errorf("a purged call has come back: %v", err)
	}
	if _, err := a.Get(t.Context(), live.meta.ID); !errors.Is(err, archive.ErrNone) {
		t.Errorf("the states of a purged call have come back: %v", err)
	}
	wanted, err := a.Unreported(t.Context(), []string{"went-there", live.meta.ID, "another"})
	must(t, err)
	if d := gocmp.Diff([]string{"another"}, wanted); d != "" {
		t.Errorf("asked for again: %s", d)
	}
	must(t, a.Check(t.Context()))
}

// Each kind of thing is kept for as long as it is said, and no longer.
func testPrune(t *testing.T, open Opener) {
	a := open(t)
	m := NewMaker(52, 20)
	now := t0.AddDate(0, 0, 100)
	var young []string
	for day := range 100 {
		at := t0.AddDate(0, 0, day)
		tale := m.queued(at, "Support", day%2 == 0)
		tale.events = tale.events[:len(tale.events):len(tale.events)]
		put(t, a, archive.Batch{Events: tale.events[:3], Reports: []*call.Report{tale.report(at)}, Items: []archive.Item{
			{Kind: archive.Note, ID: tale.meta.ID, Call: tale.meta.ID, At: at, Text: "x"},
			{Kind: archive.Pop, ID: tale.meta.ID, Call: tale.meta.ID, At: at},
			{Kind: archive.Alarm, ID: tale.meta.ID, At: at},
			{Kind: archive.Breach, ID: tale.meta.ID, Call: tale.meta.ID, At: at},
		}})
		if day >= 50 {
			young = append(young, tale.meta.ID)
		}
	}
	day := 24 * time.Hour
	if got, err := a.Prune(t.Context(), archive.Retention{}, now); err != nil || got != (archive.Removed{}) {
		t.Fatalf("for ever: %+v, %v", got, err)
	}
	for _, step := range []struct {
		keep archive.Retention
		want archive.Removed
	}{
		{archive.Retention{Events: 90 * day}, archive.Removed{Events: 30}},
		{archive.Retention{Raw: 80 * day}, archive.Removed{Raw: 20}},
		{archive.Retention{Pops: 70 * day}, archive.Removed{Items: 90}},
		{archive.Retention{Calls: 50 * day}, archive.Removed{Raw: 30, Calls: 50, Items: 50 + 40}},
		{archive.Retention{Events: 90 * day, Raw: 80 * day, Pops: 70 * day, Calls: 50 * day}, archive.Removed{}},
	} {
		got, err := a.Prune(t.Context(), step.keep, now)
		must(t, err)
		if got != step.want {
			t.Errorf("keeping %+v removed %+v, want %+v", step.keep, got, step.want)
		}
		must(t, a.Check(t.Context()))
	}
	slices.Reverse(young)
	if d := gocmp.Diff(young, ids(find(t, a, archive.Search{Limit: 100}))); d != "" {
		t.Errorf("what is left: %s", d)
	}
	if e := get(t, a, young[0]); e.Report == nil || len(e.Report.Raw) == 0 || e.Notes != 1 {
		t.Errorf("%+v", e.Row)
	}
	debts, err := a.Owed(t.Context(), time.Time{})
	must(t, err)
	for _, d := range debts {
		for _, id := range d.Calls {
			if !slices.Contains(young, id) {
				t.Errorf("owed for %s, which is gone", id)
			}
		}
	}
	ctx, cancel := contextEnded(t)
	defer cancel()
	if _, err := a.Prune(ctx, archive.Retention{Calls: day}, now); err == nil {
		t.Error("pruned although cancelled")
	}
}

// A backup is a whole archive, only ours to read; it never overwrites.
func testBackup(t *testing.T, open Opener) {
	a := open(t)
	putCalls(t, a, some(53, 50)...)
	path := filepath.Join(t.TempDir(), "copy 100%?#.db")
	must(t, a.Backup(t.Context(), path))
	f, err := os.Stat(path)
	must(t, err)
	if f.Size() == 0 {
		t.Error("it is empty")
	}
	if err := a.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another: %v", err)
	}
	if err := a.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "folder")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into nowhere: %v", err)
	}
	putCalls(t, a, some(54, 5)...) // it can still be written to
}
