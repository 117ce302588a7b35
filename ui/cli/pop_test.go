package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup"
	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/archive/sqlite"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
)

var popNow = time.Date(2026, 9, 30, 9, 14, 3, 0, time.UTC)

// ringingAnn is a call that rings the line of Ann.
func ringingAnn(id string) *call.Call {
	b := call.NewBoard(call.Options{MyLines: []string{"line-ann"}})
	b.Apply(call.Event{
		Kind: call.KindState, Received: popNow, Meta: call.Meta{ID: id, Account: "acme", Inbound: true, Created: popNow},
		Snapshot: call.Snapshot{Seq: 1, Stage: call.Active, At: popNow, Legs: []call.SnapLeg{
			{Status: call.StatusConnected, Participant: call.Participant{
				ID: "p-dana", Originator: "p-dana", Kind: call.NumberLeg, Name: "Main", Number: "+12125550100", Outside: call.Party{Name: "Dana Roe", Number: "+12125550110"},
			}},
			{Status: call.StatusRinging, Participant: call.Participant{ID: "p-ann", Originator: "p-dana", Kind: call.LineLeg, Name: "Ann Lee", Extension: "1102", LineID: "line-ann"}},
		}},
	})
	return b.Get(id)
}

// popRig is the pops of a desk with a far end that only writes down.
type popRig struct {
	*pops
	mu     sync.Mutex
	opened []pop.Target
	told   chan pop.Trace
	calls  map[string]*call.Call
}

// Open implements pop.Opener.
func (r *popRig) Open(_ context.Context, t pop.Target) pop.Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.opened = append(r.opened, t)
	return pop.Outcome{Result: pop.Opened}
}

const popRules = `
[pops.parameters]
team = "mine"
[pops.users.1102]
desk = "4"
[[pops.rule]]
name = "page"
on = ["ringing"]
open = ["https://crm.example.com/?phone=$caller$&team=$team$&desk=$desk$"]
`

func newPopRig(t *testing.T, kept archive.Archive, rules string) *popRig {
	t.Helper()
	cfg, err := config.Load(writeFile(t, "config.toml", rules), "", map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	a := &app{env: map[string]string{}, stderr: io.Discard}
	me := popUser(connect.Link{User: "ann@example.com", Me: "Ann Lee", Extension: "1102", Lines: []string{"line-ann"}})
	s, err := a.setUpPops(t.Context(), cfg, kept, me, nil, popNow)
	if err != nil {
		t.Fatal(err)
	}
	r := &popRig{told: make(chan pop.Trace, 16), calls: map[string]*call.Call{}}
	people := lookup.New(nil, lookup.Options{})
	get := func(id string) *call.Call { return r.calls[id] }
	r.pops = s.popsOf(r, people, func() time.Time { return popNow }, get, func(tr pop.Trace) { r.told <- tr }, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { r.run(ctx) })
	t.Cleanup(func() { cancel(); group.Wait(); r.close(); people.Close() })
	return r
}

func (r *popRig) ring(id string) pop.Trace {
	r.calls[id] = ringingAnn(id)
	r.effect(call.Effect{Kind: call.PopMoment, ID: id, Moment: call.OnRinging})
	return <-r.told
}

func popArchive(t *testing.T, path string) archive.Archive {
	t.Helper()
	kept, err := sqlite.Open(t.Context(), sqlite.Options{Path: path, Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return kept
}

func popItems(t *testing.T, kept archive.Archive) map[string]pop.Trace {
	t.Helper()
	items, err := kept.Items(t.Context(), archive.ItemQuery{Kind: archive.Pop})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]pop.Trace{}
	for _, i := range items {
		var tr pop.Trace
		if err := json.Unmarshal(i.Body, &tr); err != nil || i.Caller != "+12125550110" || i.Call != tr.Call {
			t.Errorf("item %+v: %v", i, err)
		}
		out[i.ID] = tr
	}
	return out
}

// A pop opens once for each call and moment, also when the program starts anew, and each decision is
// kept.
func TestPopsOnceAcrossRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	kept := popArchive(t, path)
	first := newPopRig(t, kept, popRules)
	tr := first.ring("c-1")
	if tr.Result != pop.Opened || len(first.opened) != 1 || first.opened[0].URL != "https://crm.example.com/?phone=%2B12125550110&team=mine&desk=4" {
		t.Fatalf("%s\nopened %v", tr.Text(), first.opened)
	}
	first.close()
	if err := kept.Close(); err != nil {
		t.Fatal(err)
	}
	kept = popArchive(t, path)
	again := newPopRig(t, kept, popRules)
	if tr := again.ring("c-1"); tr.Result != pop.Before || len(again.opened) != 0 {
		t.Errorf("after a restart: %s, opened %v", tr.Text(), again.opened)
	}
	if tr := again.ring("c-2"); tr.Result != pop.Opened || len(again.opened) != 1 {
		t.Errorf("another call: %s", tr.Text())
	}
	items := popItems(t, kept)
	if len(items) != 3 || items["c-1/ringing"].Result != pop.Opened || items["c-1/ringing/before"].Result != pop.Before || items["c-2/ringing"].Result != pop.Opened {
		t.Errorf("kept %v", items)
	}
}

// A program that dies between noting and opening does not open twice, and the trace says what is
// known.
func TestPopsKilledInBetween(t *testing.T) {
	kept := popArchive(t, "")
	r := newPopRig(t, kept, popRules)
	r.note(ringingAnn("c-1"))
	if first, err := r.Once(t.Context(), "c-1", pop.Ringing); !first || err != nil {
		t.Fatal(first, err)
	}
	got := popItems(t, kept)["c-1/ringing"]
	if got.Result != pop.Failed || !strings.Contains(got.Why, "ended before") || got.From.Name != "Dana Roe" {
		t.Errorf("the note of one that was never told: %+v", got)
	}
	other := newPopRig(t, kept, popRules)
	if tr := other.ring("c-1"); tr.Result != pop.Before || len(other.opened) != 0 {
		t.Errorf("%s, opened %v", tr.Text(), other.opened)
	}
	if got := popItems(t, kept)["c-1/ringing"]; got.Result != pop.Failed {
		t.Errorf("the note has become %+v", got)
	}
}

// By hand it opens as often as it is asked for, by any rule, and parameters are taken as they are
// set now.
func TestPopsByHand(t *testing.T) {
	kept := popArchive(t, "")
	r := newPopRig(t, kept, popRules+"[[pops.rule]]\nname = \"other\"\non = [\"hand\"]\nqueue = [\"Nowhere\"]\nopen = [\"https://other.example.com/$team$\"]\n")
	all := pop.Parameters{}
	if err := all.Apply("ann@example.com", pop.Change{Set: map[string]string{"team": "set"}}); err != nil {
		t.Fatal(err)
	}
	if err := all.Save(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	for _, rule := range []string{"", "", "other"} {
		r.pops.open(ringingAnn("c-1"), rule)
		<-r.told
	}
	if len(r.opened) != 3 || r.opened[1].URL != "https://crm.example.com/?phone=%2B12125550110&team=set&desk=4" || r.opened[2].URL != "https://other.example.com/set" {
		t.Errorf("opened %v", r.opened)
	}
	if n := len(popItems(t, kept)); n != 3 {
		t.Errorf("%d kept", n)
	}
}

// What is wrong with a rule is wrong configuration, with its place.
func TestPopRulesErrors(t *testing.T) {
	for _, tt := range []struct{ text, what, hint string }{
		{"[[pops.rule]]\nname = \"a\"\non = [\"ringing\"]\nopen = [\"https://x.example/$callr$\"]\n", `:4:1: pops: rule "a": open: $callr$`, "caller"},
		{"[[pops.rule]]\non = [\"never\"]\n[[pops.rule]]\nopen = [\"https://x.example\"]\n", `:3:8: pops: rule "rule 2": on: is missing`, "write on"},
		{"[[pops.rule]]\nname = \"a\"\non = [\"never\"]\n[[pops.rule]]\nname = \"a\"\non = [\"never\"]\n", `:5:1: pops: rule "a": name:`, "its own"},
		{"[pops]\nschemes = [\"javascript\"]\n", ":2:1: pops: schemes:", ""},
		{"[pops]\nwait = \"1m\"\n", ":2:1: pops: wait:", "10s"},
		{"[[pops.rule]]\non = [\"ringing\"]\nopen = [\"https://x.example\"]\nwhere = \"wait>x\"\n", ":4:1: pops: rule \"rule 1\": where:", ""},
	} {
		cfg, err := config.Load(writeFile(t, "config.toml", tt.text), "", map[string]string{})
		if err != nil {
			t.Fatal(err)
		}
		a := &app{env: map[string]string{}}
		_, err = a.setUpPops(t.Context(), cfg, nil, pop.User{}, nil, popNow)
		if err == nil || exitCode(err) != exitUsage || !strings.Contains(err.Error(), tt.what) || !strings.Contains(login.Hint(err), tt.hint) {
			t.Errorf("%v (%v), want %s (%s)", err, login.Hint(err), tt.what, tt.hint)
		}
	}
}

// The demo shows addresses and starts nothing; with --open its pages are there for a browser, and
// nothing else of the simulation is.
func TestDemoPages(t *testing.T) {
	far, err := connect.StartFarEnd((&simFlags{seed: 1, speed: 1}).config(slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	l := far.Link(nil)
	a := &app{env: map[string]string{}}
	a.global.demo = true
	o, err := a.popSystem(config.Default(), pop.Spec{}, l.Log)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Open(t.Context(), pop.Target{Kind: pop.URL, URL: "https://x.example"}); got.Result != pop.Shown {
		t.Errorf("%+v", got)
	}
	if got := o.Open(t.Context(), pop.Target{Kind: pop.Run, Argv: []string{"/bin/true"}}); got.Result != pop.Failed {
		t.Errorf("%+v", got)
	}
	a.global.open = true
	crm, end, err := a.demoPages(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	for path, want := range map[string]int{
		crm.Pages + "/new?phone=%2B12125550110": http.StatusOK, crm.Pages + "/contacts/nobody": http.StatusNotFound,
		strings.TrimSuffix(crm.Pages, "/crm") + "/_sim/faults": http.StatusNotFound,
	} {
		if !strings.HasPrefix(path, "http://127.0.0.1:") {
			t.Fatalf("the pages are at %s", path)
		}
		got, err := http.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if got.StatusCode != want || want == http.StatusOK && !strings.Contains(string(body), "+12125550110") && !strings.Contains(string(body), "&#43;12125550110") {
			t.Errorf("%s: %d\n%s", path, got.StatusCode, body)
		}
	}
}

// A desk that is told of a moment while the board folds does not wait for the board.
func TestPopsNeverWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pops{wake: make(chan struct{}, 1), get: func(string) *call.Call { time.Sleep(3 * time.Minute); return nil }}
		ctx, cancel := context.WithCancel(context.Background())
		var group sync.WaitGroup
		group.Go(func() { p.run(ctx) })
		began := time.Now()
		for range 100 {
			p.effect(call.Effect{Kind: call.PopMoment, Moment: call.OnRinging})
		}
		if time.Since(began) != 0 {
			t.Error("it waited")
		}
		time.Sleep(time.Minute) // the board is busy
		p.effect(call.Effect{Kind: call.PopMoment, Moment: call.OnEnded})
		if time.Since(began) != time.Minute {
			t.Error("it waited for the board")
		}
		cancel()
		group.Wait()
	})
}
