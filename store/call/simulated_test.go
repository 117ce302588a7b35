package call_test

import (
	"encoding/json"
	"testing"
	"time"

	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// simulated gives the reports of a few days of a simulated account.
func simulated(t testing.TB) []*call.Report {
	t.Helper()
	start := time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)
	w, err := world.New(world.Config{Seed: 5, Start: start, Warm: -1, PastDays: 3})
	if err != nil {
		t.Fatal(err)
	}
	var out []*call.Report
	for truth := range w.PastTruths(start.AddDate(0, 0, -3), start) {
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
	if len(out) < 300 {
		t.Fatalf("only %d calls", len(out))
	}
	return out
}

// What holds of lanes, ladders and packed calls holds of some hundred simulated ones.
func TestLawsOfSimulatedCalls(t *testing.T) {
	reports := simulated(t)
	bytes, states := 0, 0
	for _, r := range reports {
		c := r.Call
		if err := call.LawOfLanes(c, c.Ended); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		if err := call.LawOfLadder(c); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		if err := call.LawOfPacking(c); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
		d, err := call.Unpack(call.Pack(c))
		if err != nil {
			t.Fatal(err)
		}
		if diff := call.Differences(c, d); len(diff) > 0 {
			t.Errorf("%s: %q", c.ID, diff)
		}
		bytes += len(call.Pack(c))
		states += c.NumStates
	}
	t.Logf("%d calls, %.1f states and %d bytes each", len(reports), float64(states)/float64(len(reports)), bytes/len(reports))
}

// Every consultation is found and told as one, from whichever of its conversations it is asked for.
func TestJourneysOfSimulatedCalls(t *testing.T) {
	reports := simulated(t)
	byID := map[string]*call.Call{}
	for _, r := range reports {
		byID[r.ID] = r.Call
	}
	found := 0
	for _, r := range reports {
		if len(r.Call.Associated) == 0 {
			continue
		}
		found++
		calls := []*call.Call{r.Call}
		for _, a := range r.Call.Associated {
			calls = append(calls, byID[a])
		}
		chapters := call.Journey(calls)
		if len(chapters) != 2 || chapters[0].Why != "" || chapters[1].Why == "" {
			t.Fatalf("%s: %d chapters", r.ID, len(chapters))
		}
		if found < 5 {
			t.Logf("%s: %s", r.ID, chapters[1].Why)
		}
		for i, ch := range chapters {
			if at := ch.Call.Created.Sub(chapters[0].Call.Created).Milliseconds(); at != ch.AtMs || ch.Story[0].AtMs != at {
				t.Errorf("%s: chapter %d begins at %d, %d, its story at %d", r.ID, i, ch.AtMs, at, ch.Story[0].AtMs)
			}
		}
	}
	if found == 0 {
		t.Error("no journey among the simulated calls")
	}
}
