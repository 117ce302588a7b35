package stats_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
	"weak"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/wire"
	"ringside/store/call"
	"ringside/store/stats"
)

var start = time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)

// simulated gives the reports of a simulated account's days before start.
func simulated(t testing.TB, days int) []*call.Report {
	t.Helper()
	w, err := world.New(world.Config{Seed: 5, Start: start, Warm: -1, PastDays: days})
	if err != nil {
		t.Fatal(err)
	}
	var out []*call.Report
	for truth := range w.PastTruths(start.AddDate(0, 0, -days), start) {
		wr, ok := w.Report(truth.ID)
		if !ok {
			continue
		}
		b, err := json.Marshal(wr)
		if err != nil {
			t.Fatal(err)
		}
		r, err := wire.NewDecoder().Report(b)
		if err != nil {
			t.Fatal(err)
		}
		r.Fold()
		out = append(out, &r)
	}
	return out
}

// states gives all states of some calls in the order of their time.
func states(reports []*call.Report) []call.Event {
	var out []call.Event
	for _, r := range reports {
		out = append(out, r.Events...)
	}
	slices.SortStableFunc(out, func(a, b call.Event) int { return a.Snapshot.At.Compare(b.Snapshot.At) })
	for i := range out {
		out[i].Source, out[i].Received = call.FromStream, out[i].Snapshot.At
	}
	return out
}

// everything gives all that a fold says, for comparing.
func everything(f *stats.Fold, now time.Time) map[string]any {
	m := map[string]any{}
	scopes := []stats.Scope{stats.Floor()}
	for _, q := range f.Queues(now) {
		scopes = append(scopes, stats.OfQueue(q.Name))
	}
	for h := range 24 {
		scopes = append(scopes, stats.OfHour(h))
	}
	for _, s := range scopes {
		for _, id := range stats.IDs() {
			m[fmt.Sprint(id, " of ", s)] = f.Number(id, s, now)
		}
	}
	for _, a := range f.Agents(now) {
		m["agent "+a.Key] = a
	}
	for _, e := range f.Waits("", 0) {
		m["waits "+e.ID] = e.Waited(now)
	}
	return m
}

var same = []cmp.Option{cmpopts.EquateApproxTime(0), cmp.Comparer(func(a, b *time.Location) bool { return a == b }), cmpopts.IgnoreFields(stats.Agent{}, "UserID")}

// What was counted as it came is what is counted of the end: nothing of what a call once contributed
// stays behind, in whatever order and however often it changed.
func TestTheWayDoesNotMatter(t *testing.T) {
	day := start.AddDate(0, 0, -1)
	var reports []*call.Report
	for _, r := range simulated(t, 2) {
		if sameDay(r.Call.Created, day) && sameDay(r.Call.Ended, day) {
			reports = append(reports, r)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	events := states(reports)
	if len(events) < 1500 {
		t.Fatalf("only %d states", len(events))
	}
	board, f := call.NewBoard(call.Options{}), stats.New(stats.Options{})
	for i, e := range events {
		if rng.IntN(12) == 0 && e.Snapshot.Seq > 1 {
			continue // lost
		}
		if rng.IntN(10) == 0 && i+1 < len(events) {
			board.Apply(events[i+1]) // too early
		}
		board.Apply(e)
		if rng.IntN(5) == 0 {
			f.SetView(board.Publish(e.Received))
		}
		if i%500 == 250 { // in the middle of it, too
			now := e.Received
			f.SetView(board.Publish(now))
			checkIdle(t, f, now)
			fresh := stats.New(stats.Options{})
			fresh.SetView(board.Publish(now))
			if d := cmp.Diff(everything(fresh, now), everything(f, now), same...); d != "" {
				t.Fatalf("after %d states (-fresh +grown):\n%s", i, d)
			}
		}
	}
	now := events[len(events)-1].Received
	f.SetView(board.Publish(now))
	fresh := stats.New(stats.Options{})
	fresh.SetView(board.Publish(now))
	if d := cmp.Diff(everything(fresh, now), everything(f, now), same...); d != "" {
		t.Fatalf("(-fresh +grown):\n%s", d)
	}
	if off := f.Number(stats.Answered, stats.Floor(), now).Doubt; off.Off() < 5 {
		t.Errorf("so many states were lost, and the numbers say %q", off)
	}

	// The reports have every state: with them nothing is in doubt.
	var past []stats.Past
	for _, r := range reports {
		past = append(past, stats.Past{Summary: r.Call.Summary(), Reported: true})
	}
	f.AddPast(now, past)
	alone := stats.New(stats.Options{})
	rng.Shuffle(len(past), func(i, j int) { past[i], past[j] = past[j], past[i] })
	for _, p := range past { // one by one, and twice
		alone.AddPast(now, []stats.Past{p, p})
	}
	if d := cmp.Diff(everything(alone, now), everything(f, now), same...); d != "" {
		t.Fatalf("reports alone (-) and reports over what was seen (+):\n%s", d)
	}
	if n := f.Number(stats.Answered, stats.Floor(), now); n.Value < 20 || !n.Doubt.Sure() {
		t.Errorf("answered: %v, %v", n.Value, n.Doubt)
	}
	checkBehind(t, f, now)
}

func sameDay(a, b time.Time) bool {
	return a.Truncate(24 * time.Hour).Equal(b.Truncate(24 * time.Hour))
}

// checkBehind counts every number by hand, out of the calls it is said to count.
func checkBehind(t *testing.T, f *stats.Fold, now time.Time) {
	t.Helper()
	scopes := []stats.Scope{stats.Floor()}
	for _, q := range f.Queues(now) {
		scopes = append(scopes, stats.OfQueue(q.Name))
	}
	for _, a := range f.Agents(now) {
		scopes = append(scopes, stats.OfAgent(a.Key))
	}
	for h := range 24 {
		scopes = append(scopes, stats.OfHour(h))
	}
	counted := 0
	for _, s := range scopes {
		for _, id := range stats.IDs() {
			n := f.Number(id, s, now)
			if s.Kind == stats.ByAgent && id < stats.AgentCalls || s.Kind == stats.InHour && id == stats.LongestWait {
				continue
			}
			if behind := f.Behind(id, s); len(behind) != n.Of && (s.Kind != stats.InHour || id < stats.Up) {
				t.Errorf("%v of %v is made of %d calls, and there are %d behind it", id, s, n.Of, len(behind))
			}
			counted += n.Of
		}
	}
	if counted < 500 {
		t.Errorf("only %d calls behind all numbers", counted)
	}
}

// At midnight of the account's zone the day begins anew; who is up stays in the numbers of the present.
func TestTheDayRollsInTheZone(t *testing.T) {
	zone := time.FixedZone("account", -5*3600)
	reports := simulated(t, 2)
	events := states(reports)
	f, board := stats.New(stats.Options{Zone: zone}), call.NewBoard(call.Options{})
	rolls, last := 0, time.Time{}
	for _, e := range events {
		board.Apply(e)
		f.SetView(board.Publish(e.Received))
		if f.Day().Equal(last) {
			continue
		}
		last = f.Day()
		rolls++
		if h, m, s := last.In(zone).Clock(); h+m+s != 0 {
			t.Errorf("the day begins at %v", last.In(zone))
		}
		up := 0
		for _, c := range board.Publish(e.Received).Live.All() {
			if c.Live() {
				up++
			}
		}
		if got := f.Number(stats.Up, stats.Floor(), e.Received); int(got.Value) != up {
			t.Errorf("%v up, the board has %d", got.Value, up)
		}
		if got := f.Number(stats.Calls, stats.Floor(), e.Received); int(got.Value) > up {
			t.Errorf("%v calls in a day that has just begun", got.Value)
		}
	}
	if rolls < 2 {
		t.Errorf("the day rolled %d times", rolls)
	}
}

// checkIdle wants those who are in no call to be the ones that Agents tells.
func checkIdle(t *testing.T, f *stats.Fold, now time.Time) {
	t.Helper()
	want, got := map[string]time.Time{}, map[string]time.Time{}
	all := f.Agents(now)
	for _, a := range all {
		if a.Doing == stats.Idle {
			want[a.Name] = a.Since
		}
	}
	people := f.Idle(func(name string, since time.Time) { got[name] = since })
	if d := cmp.Diff(want, got); d != "" || people != len(all) || len(want) == 0 || len(want) == len(all) {
		t.Errorf("%d people of %d, %d idle (-told +counted):\n%s", people, len(all), len(want), d)
	}
}

// The numbers know a call that has ended without keeping the board's record of it, with all its states.
func TestEndedCallsAreNotHeld(t *testing.T) {
	const kept = 5
	board, fold := call.NewBoard(call.Options{KeepDone: kept}), stats.New(stats.Options{})
	ended := map[weak.Pointer[call.Call]]bool{}
	for _, e := range states(simulated(t, 1)) {
		if sameDay(e.Received, start) {
			break // by then the numbers have let the day go
		}
		board.Apply(e)
		board.Expire(e.Received)
		v := board.Publish(e.Received)
		fold.SetView(v)
		for _, c := range v.Done.All() {
			ended[weak.Make(c)] = true
		}
	}
	runtime.GC()
	held := 0
	for c := range ended {
		if c.Value() != nil {
			held++
		}
	}
	if len(ended) < 100 || held > 2*kept {
		t.Errorf("%d of %d ended calls are held", held, len(ended))
	}
	runtime.KeepAlive(fold)
	runtime.KeepAlive(board)
}
