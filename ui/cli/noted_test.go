package cli

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/archive/sqlite"
	"ringside/store/call"
)

// What is noted at a desk is found by the commands, of calls that are up and of those that are over.
func TestCommandsFindTagsAndNotes(t *testing.T) {
	f := startFarAway(t)
	f.login()
	ask := func(args ...string) string {
		t.Helper()
		out, errs, code := f.run("", args...)
		if code != exitDone {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		return out
	}
	if got := ask("calls", "--json", "--where", "tag:vip"); got != "" {
		t.Errorf("nothing is tagged, and found is %s", got)
	}
	ask("today") // fetches what is over
	files, err := filepath.Glob(filepath.Join(f.dirs["DATA"], "ringside", "archive", "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("archives: %v %v", files, err)
	}
	kept, err := sqlite.Open(t.Context(), sqlite.Options{Path: files[0], Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	up := records(t, ask("calls", "--json"))
	over, err := kept.Find(t.Context(), archive.Search{Limit: 1})
	if err != nil || len(over.Rows) == 0 || len(up) == 0 {
		t.Fatalf("%d calls are up, %d over: %v", len(up), len(over.Rows), err)
	}
	first := slices.Sorted(maps.Keys(up))[0]
	err = kept.Put(t.Context(), archive.Batch{Items: []archive.Item{
		{Kind: archive.Tag, ID: "1", Call: first, Text: "vip"},
		{Kind: archive.Note, ID: "2", Call: over.Rows[0].ID, Text: "wants a refund"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := records(t, ask("calls", "--json", "--where", "tag:vip")); len(got) != 1 || got[first].ID == "" {
		t.Errorf("of the calls that are up it finds %v", got)
	}
	if got := records(t, ask("calls", "--json", "--where", "-tag:vip")); len(got) == 0 {
		t.Error("every call is tagged")
	}
	if got := records(t, ask("watch", "--json", "--for", "1s", "--where", "tag:vip")); len(got) != 1 || got[first].ID == "" {
		t.Errorf("watch finds %v", got)
	}
	for where, want := range map[string]float64{"note:refund": 1, "refund": 1, "note:nothing": 0} {
		var calls float64 = -1
		for line := range strings.Lines(ask("today", "--json", "--offline", "--where", where)) {
			var n numberLine
			if err := json.Unmarshal([]byte(line), &n); err != nil {
				t.Fatal(err)
			}
			if n.ID == "calls" && n.Scope == "floor" && n.Value != nil {
				calls = *n.Value
			}
		}
		if calls != want {
			t.Errorf("today counts %v calls of %s, want %v", calls, where, want)
		}
	}
}

// Where nothing is kept, a query that names tags or notes is refused and says why; a word is not.
func TestTagsWhereThereAreNone(t *testing.T) {
	for _, args := range [][]string{
		{"calls", "--demo"}, {"watch", "--demo", "--for", "1s"}, {"today", "--demo"}, {"reports", "--demo"},
		{"replay", "testdata/none.jsonl"},
	} {
		for _, where := range []string{"tag:vip", "state:ringing or -(note:refund dana)"} {
			_, errs, code := run(append(args, "--where", where)...)
			if code != exitUsage || !strings.Contains(errs, "the query asks for tags or notes, and ") || !strings.Contains(errs, "hint: ") {
				t.Errorf("%v --where %q: exit %d: %s", args, where, code, errs)
			}
		}
	}
	if _, errs, code := startFarAway(t).run("", "calls", "--demo", "--where", "dana"); code != exitDone {
		t.Errorf("a word: exit %d: %s", code, errs)
	}
}

// What is noted while a watch runs is found by it, once, and what is taken back no longer.
func TestWatchingNotes(t *testing.T) {
	var out paper
	w := asking(t, "tag:vip")
	c := standing(1, call.StateTalking, tenOClock)
	p := newPrinter(&out, false, w, func() time.Time { return tenOClock })
	note := func(items ...archive.Item) string {
		t.Helper()
		err := p.renote(func() error { w.noted = archive.NewNoted(items, "US"); return nil })
		if err := errors.Join(err, p.passTime()); err != nil {
			t.Fatal(err)
		}
		return out.read()
	}
	if err := p.print(&call.View{Live: call.VecOf(c)}); err != nil || out.read() != "" {
		t.Fatal("told before it is tagged", err)
	}
	tag := archive.Item{Kind: archive.Tag, ID: "1", Caller: "(212) 555-0110", Text: "vip"}
	if got := note(tag); strings.Count(got, "\n") != 1 || !strings.Contains(got, "call 1") {
		t.Errorf("tagged: %q", got)
	}
	if got := note(tag); got != "" {
		t.Errorf("told again: %q", got)
	}
	note()
	if p.known["c1"].found {
		t.Error("still found without its tag")
	}
	if err := p.renote(func() error { return errFull }); !errors.Is(err, errFull) {
		t.Error(err)
	}
}
