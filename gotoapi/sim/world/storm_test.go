package world

import (
	"maps"
	"math"
	"runtime"
	"testing"
	"time"
)

func TestStorm(t *testing.T) {
	for _, tt := range []struct {
		live int
		rate float64
	}{{5000, 2000}, {300, 450}, {1000, 40}} {
		w := build(t, Config{Scenario: "storm", Live: tt.live, StatesPerSecond: tt.rate, Seed: 8})
		if n := len(w.live); n != tt.live {
			t.Errorf("%d calls live at Start, want %d", n, tt.live)
		}
		const seconds = 40
		states, ends := 0, 0
		run(w, seconds*time.Second, func(e Emission) {
			if e.State == nil {
				return
			}
			states++
			if e.State.State.Type == "ENDING" {
				ends++
			}
			if n := len(w.live); math.Abs(float64(n-tt.live)) > 0.05*float64(tt.live) {
				t.Fatalf("%d calls live, want %d", n, tt.live)
			}
		})
		if got := float64(states) / seconds; math.Abs(got-tt.rate) > 0.05*tt.rate {
			t.Errorf("%d live: %.0f states a second, want %.0f", tt.live, got, tt.rate)
		}
		if ends == 0 {
			t.Errorf("%d live: no call ended", tt.live)
		}
		kinds := map[string]int{}
		for _, tr := range w.Truths() {
			kinds[tr.Direction]++
			if tr.Outcome == nil {
				continue
			}
			meta, all, _ := w.States(tr.ID)
			checkStates(t, meta, all)
			if tr.PhasesMS.Sum() != tr.TotalMS || tr.States != len(all) || *tr.Outcome != "answered" {
				t.Errorf("truth %+v of %d states", tr, len(all))
			}
		}
		if kinds["inbound"] == 0 || kinds["outbound"] == 0 {
			t.Errorf("kinds of calls: %v", kinds)
		}
	}
}

// TestStormMemory lets a storm turn all its calls over several times.
func TestStormMemory(t *testing.T) {
	w := build(t, Config{Scenario: "storm", Live: 500, StatesPerSecond: 2000, Seed: 8, Retention: 10 * time.Second})
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	run(w, 90*time.Second, nil)
	before := heap()
	run(w, 90*time.Second, nil)
	after := heap()
	if after > before*1.3+4 {
		t.Errorf("heap grew from %.1f to %.1f MiB", before, after)
	}
	if len(w.calls) > keptReports+len(w.live)+1 {
		t.Errorf("%d calls remembered", len(w.calls))
	}
	runtime.KeepAlive(w)
}

// BenchmarkStep reports the cost of one state of a storm with 5,000 live calls.
func BenchmarkStep(b *testing.B) {
	w := build(b, Config{Scenario: "storm", Live: 5000, StatesPerSecond: 2000})
	b.ReportAllocs()
	states := 0
	for b.Loop() {
		for _, e := range w.Step() {
			if e.State != nil {
				states++
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(max(states, 1)), "ns/state")
}

// BenchmarkFloor reports the cost of one step of the ordinary floor.
func BenchmarkFloor(b *testing.B) {
	w := build(b, Config{})
	b.ReportAllocs()
	for b.Loop() {
		w.Step()
	}
}

// Who is connected is what the last states of the calls say.
func TestConnectedIsWhatLastStatesSay(t *testing.T) {
	w := build(t, Config{Scenario: "storm", Live: 300, StatesPerSecond: 450, Seed: 3})
	most := 0
	for range 20 {
		run(w, time.Second, nil)
		want := map[string]bool{}
		for _, id := range w.Live() {
			_, last, ok := w.Last(id)
			for _, p := range last.Participants {
				if ok && p.Status.Value == "CONNECTED" && p.Type.LineID != "" {
					want[p.Type.LineID] = true
				}
			}
		}
		got := w.Connected()
		if !maps.Equal(want, got) {
			t.Fatalf("%d lines, want %d", len(got), len(want))
		}
		most = max(most, len(got))
	}
	if most == 0 {
		t.Error("nobody was connected")
	}
}
