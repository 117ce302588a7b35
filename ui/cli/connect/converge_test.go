package connect

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/call"
)

// An hour of a floor's calls through the whole program, with faults on the way. In the end the
// calls as we know them are the calls as they were.
func TestAnHourConvergesWithTheTruth(t *testing.T) {
	faults := map[sim.FaultKind]sim.Fault{
		sim.Drop:      {Kind: sim.Drop, Probability: 0.15},
		sim.Duplicate: {Kind: sim.Duplicate, Probability: 0.1},
		sim.Reorder:   {Kind: sim.Reorder, Probability: 0.1},
		sim.Delay:     {Kind: sim.Delay, Probability: 0.02, Delay: 3 * time.Second},
		sim.Corrupt:   {Kind: sim.Corrupt, Probability: 0.01},
	}
	converge(t, sim.Config{World: world.Config{Seed: 11}}, faults, long(time.Hour))
}

func TestAnHourWithoutFaults(t *testing.T) {
	converge(t, sim.Config{World: world.Config{Seed: 5}}, nil, long(time.Hour))
}

func converge(t *testing.T, cfg sim.Config, faults map[sim.FaultKind]sim.Fault, length time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		far, err := StartFarEnd(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		for _, f := range faults {
			if _, err := far.Service.Faults().Add(f); err != nil {
				t.Fatal(err)
			}
		}
		ended := map[string]int{}
		warnings := &warnings{}
		l, kept := far.Link(slog.New(warnings)), openKept(t)
		past := NewPast(l, PastOptions{Archive: kept, Back: time.Hour}) // the world began yesterday
		s := New(l, past.Hooks(Hooks{Effect: func(e call.Effect) {
			if e.Kind == call.EndedCall {
				ended[e.ID]++
			}
		}}), call.Options{KeepDone: 100_000})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- past.Run(ctx, s.Run) }()

		began := time.Now()
		time.Sleep(length)
		far.Service.Faults().Clear()
		time.Sleep(2 * time.Minute)

		compareAll(t, far, s, ended, began.Add(-time.Second))
		compareKept(t, far, kept, least(100))
		if len(faults) == 0 { // of a revision whose notice is lost nothing else tells
			compareRevised(t, far, kept)
		}
		if said := warnings.saying("the report wins"); len(said) > 0 {
			t.Errorf("%d reports differ from what was seen: %s", len(said), said[0])
		}
		for kind := range faults {
			if far.Service.Faults().Fired(kind) == 0 {
				t.Errorf("fault %s never struck", kind)
			}
		}
		v := s.Store.View()
		t.Logf("%d calls, %d states, %d repeats, %d healed; faults %v", v.Counts.Ended+v.Counts.Up, v.Health.States, v.Health.Repeats, v.Health.Healed, far.Service.Faults().AllFired())
		if len(faults) > 0 && v.Health.Healed == 0 {
			t.Error("nothing was healed")
		}
		stop()
		if err := <-done; err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
}

// compareAll compares every call of the world since a moment with ours.
func compareAll(t *testing.T, far *FarEnd, s *Session, ended map[string]int, since time.Time) {
	t.Helper()
	var truths []world.Truth
	live, young := map[string]bool{}, map[string]bool{}
	far.Service.World(func(w *world.World) {
		truths = slices.Clone(w.Truths())
		for _, id := range w.Live() {
			live[id] = true
			_, last, _ := w.Last(id)
			young[id] = time.Since(time.Time(last.Timestamp)) < onTheWay
		}
	})
	v := s.Store.View()
	ours := map[string]*call.Call{}
	for _, c := range v.Live.All() {
		ours[c.ID] = c
	}
	for _, c := range v.Done.All() {
		ours[c.ID] = c
	}
	compared, bad := 0, 0
	for _, tr := range truths {
		if tr.Ended == nil && !live[tr.ID] || tr.Ended != nil && tr.Ended.Before(since) || tr.Created.After(time.Now().Add(-time.Second)) {
			continue
		}
		c := ours[tr.ID]
		if young[tr.ID] { // its last state is in the air
			delete(ours, tr.ID)
			continue
		}
		compared++
		if c == nil {
			t.Errorf("call %s (%s, created %s) is not known to us", tr.ID, tr.Script, tr.Created)
			continue
		}
		if d := cmp.Diff(truth(t, tr), mine(t, c)); d != "" && bad < 8 {
			bad++
			t.Errorf("call %s (-truth +ours):\n%s", tr.ID, d)
			for _, l := range c.Story() {
				t.Logf("   %8d %s %s", l.AtMs, l.Sign, l.Text)
			}
		}
		delete(ours, tr.ID)
	}
	for id, c := range ours {
		if c.Created.After(since) && time.Since(c.Created) > 2*time.Second {
			t.Errorf("call %s is known to us alone", id)
		}
	}
	for id, n := range ended {
		if n != 1 {
			t.Errorf("call %s ended %d times", id, n)
		}
	}
	if compared < least(100) {
		t.Errorf("only %d calls compared", compared)
	}
}

// compared are the members of a record that the world's truth has too.
var compared = []string{"direction", "outcome", "from", "to", "queue", "answered", "rung", "holds", "transfers", "phases_ms", "total_ms", "answer_ms"}

func truth(t *testing.T, tr world.Truth) map[string]any {
	m := members(t, tr)
	for _, who := range []string{"from", "to"} { // carriers pad names with blanks, which we fold
		p := m[who].(map[string]any)
		p["name"] = strings.Join(strings.Fields(p["name"].(string)), " ")
	}
	if tr.Ended == nil {
		dropRunning(m)
	}
	return m
}

func mine(t *testing.T, c *call.Call) map[string]any {
	m := members(t, c.Record(c.LastAt))
	if c.Live() {
		dropRunning(m)
	}
	return m
}

// dropRunning takes out what still runs while a call is up.
func dropRunning(m map[string]any) {
	for _, k := range []string{"phases_ms", "total_ms", "rung", "holds"} {
		delete(m, k)
	}
}

func members(t *testing.T, v any) map[string]any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(m, func(k string, v any) bool { return !slices.Contains(compared, k) })
	return m
}
