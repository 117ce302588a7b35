package world

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func build(t testing.TB, cfg Config) *World {
	t.Helper()
	w, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// run steps the world for a while and hands out every emission.
func run(w *World, d time.Duration, each func(Emission)) {
	for until := w.Now().Add(d); w.Next().Before(until); {
		for _, e := range w.Step() {
			if each != nil {
				each(e)
			}
		}
	}
}

func scriptNames() []string {
	var names []string
	for _, s := range scripts() {
		names = append(names, s.Name)
	}
	return names
}

func TestSameConfigSameBytes(t *testing.T) {
	for _, scenario := range append(scriptNames(), "floor", "storm") {
		t.Run(scenario, func(t *testing.T) {
			text := func(seed uint64) string {
				var b strings.Builder
				enc := json.NewEncoder(&b)
				w := build(t, Config{Seed: seed, Scenario: scenario, Live: 40, StatesPerSecond: 20})
				run(w, 4*time.Minute, func(e Emission) {
					if err := enc.Encode(e); err != nil {
						t.Fatal(err)
					}
				})
				for _, id := range w.Live() {
					_, states, _ := w.States(id)
					if err := enc.Encode(states); err != nil {
						t.Fatal(err)
					}
				}
				if err := enc.Encode(w.Truths()); err != nil {
					t.Fatal(err)
				}
				return b.String()
			}
			first := text(3)
			if d := cmp.Diff(first, text(3)); d != "" {
				t.Errorf("second run differs:\n%.2000s", d)
			}
			if first == text(4) {
				t.Error("another seed gives the same traffic")
			}
		})
	}
}

func TestEmissionsAreTheStates(t *testing.T) {
	w := build(t, Config{Seed: 5})
	sent := map[string][]State{}
	last := w.Now()
	run(w, 15*time.Minute, func(e Emission) {
		if e.At.Before(last) {
			t.Fatalf("emission at %v after one at %v", e.At, last)
		}
		last = e.At
		if (e.State == nil) == (e.Report == "") {
			t.Fatalf("emission must have a state or a report: %+v", e)
		}
		if e.State != nil {
			id := e.State.Metadata.ConversationSpaceID
			sent[id] = append(sent[id], e.State.State)
		}
	})
	whole := 0
	for id, got := range sent {
		_, want, ok := w.States(id)
		if !ok {
			continue // ended and no longer kept
		}
		if uint64(len(want)) < got[0].SequenceNumber {
			t.Fatalf("%s: %d states kept, but %d was sent", id, len(want), got[0].SequenceNumber)
		}
		want = want[got[0].SequenceNumber-1:]
		if d := cmp.Diff(plain(t, want), plain(t, got)); d != "" {
			t.Errorf("%s: kept (-), sent (+):\n%s", id, d)
		}
		whole++
	}
	if whole < 20 {
		t.Errorf("only %d calls compared", whole)
	}
}

func plain(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWarmUp(t *testing.T) {
	sum := 0
	for seed := range uint64(20) {
		w := build(t, Config{Seed: seed})
		n := len(w.live)
		sum += n
		if n < 2 || n > 26 {
			t.Errorf("seed %d: %d live calls at Start", seed, n)
		}
		if w.Now() != w.cfg.Start || w.Next().Before(w.cfg.Start) {
			t.Errorf("seed %d: now %v, next %v, start %v", seed, w.Now(), w.Next(), w.cfg.Start)
		}
	}
	if sum < 20*8 || sum > 20*15 {
		t.Errorf("%.1f live calls at Start on average", float64(sum)/20)
	}
	cold := build(t, Config{Warm: -1})
	if live := cold.Live(); len(live) != 0 {
		t.Errorf("cold world has live calls: %v", live)
	}
}

func TestMeRings(t *testing.T) {
	scenarios := []string{"floor"}
	for _, s := range scripts() {
		if s.rings {
			scenarios = append(scenarios, s.Name)
		}
	}
	for _, scenario := range scenarios {
		for seed := range uint64(6) {
			w := build(t, Config{Seed: seed, Scenario: scenario, Me: "1003"})
			rings := myRings(w, "1003", 12*time.Minute)
			if len(rings) == 0 || rings[0] > 20*time.Second {
				t.Errorf("%s, seed %d: first rung at %v", scenario, seed, rings)
				continue
			}
			for i := 1; i < len(rings); i++ {
				if gap := rings[i] - rings[i-1]; gap < 45*time.Second || gap > 125*time.Second {
					t.Errorf("%s, seed %d: %v between two calls", scenario, seed, gap)
				}
			}
			if len(rings) < 7 {
				t.Errorf("%s, seed %d: only %d calls in 12 minutes", scenario, seed, len(rings))
			}
		}
	}
}

// myRings tells when a new call first rang an extension, after Start.
func myRings(w *World, ext string, d time.Duration) []time.Duration {
	var rings []time.Duration
	seen := map[string]bool{}
	run(w, d, func(e Emission) {
		if e.State == nil || seen[e.State.Metadata.ConversationSpaceID] {
			return
		}
		for _, p := range e.State.State.Participants {
			if p.Type.ExtensionNumber == ext && p.Status.Value == "RINGING" && p.Originator != p.ID {
				seen[e.State.Metadata.ConversationSpaceID] = true
				rings = append(rings, e.At.Sub(w.cfg.Start))
				return
			}
		}
	})
	return rings
}

// TestQueuesRespectAgents follows what each person does by the states alone.
func TestQueuesRespectAgents(t *testing.T) {
	w := build(t, Config{Seed: 9, Agents: 9, CallsPerHour: 200})
	talking := map[string]string{} // extension -> conversation
	free := map[string]time.Time{}
	rung := 0
	run(w, 3*time.Hour, func(e Emission) {
		if e.State == nil {
			return
		}
		id := e.State.Metadata.ConversationSpaceID
		inQueue := false
		for _, y := range e.State.State.Systems {
			inQueue = inQueue || y.Type.Value == "CALL_QUEUE"
		}
		here := map[string]bool{}
		for _, p := range e.State.State.Participants {
			ext := p.Type.ExtensionNumber
			if ext == "" {
				continue
			}
			switch p.Status.Value {
			case "RINGING":
				rungByQueue := inQueue && p.Originator == e.State.State.Participants[0].ID // not by a transfer
				if with := talking[ext]; rungByQueue && with != "" && with != id {
					t.Errorf("%v: a queue rings %s, who talks in %s", e.At, ext, with)
				}
				rung++
			case "CONNECTED":
				here[ext], talking[ext] = true, id
			}
		}
		for ext, with := range talking {
			if with == id && !here[ext] {
				delete(talking, ext)
				free[ext] = e.At
			}
		}
	})
	if rung < 500 {
		t.Errorf("only %d ringing legs seen", rung)
	}
}

func TestConfigErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg  Config
		want []string
	}{
		"scenario": {Config{Scenario: "quueue"}, []string{`"quueue"`, "floor", "storm", "two-devices"}},
		"me":       {Config{Me: "77"}, []string{`"77"`, "1001", "1025"}},
		"negative": {Config{CallsPerHour: -1}, []string{"CallsPerHour"}},
		"delay":    {Config{ReportDelayMin: 3, ReportDelayMax: 2}, []string{"ReportDelayMax"}},
	} {
		_, err := New(tt.cfg)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, part := range tt.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not say %s", name, err, part)
			}
		}
	}
}

func TestRetention(t *testing.T) {
	w := build(t, Config{Seed: 2, Scenario: "menu", Me: "1001", Retention: time.Minute})
	var first string
	run(w, 10*time.Minute, func(e Emission) {
		if e.State != nil && e.State.State.Type == "ENDING" && first == "" {
			first = e.State.Metadata.ConversationSpaceID
			if _, ok := w.Report(first); ok {
				t.Error("the report is there at the end of the call already")
			}
			if _, _, ok := w.States(first); !ok {
				t.Error("the states of a call that just ended are gone")
			}
		}
		if first != "" && e.Report == first {
			tr, _ := w.Truth(first)
			if d := e.At.Sub(*tr.Ended); d < time.Second || d > 5*time.Second {
				t.Errorf("report after %v", d)
			}
			if _, ok := w.Report(first); !ok {
				t.Error("announced report is not there")
			}
		}
	})
	if _, _, ok := w.States(first); ok {
		t.Error("states outlive the retention")
	}
	if _, ok := w.Report(first); !ok {
		t.Error("the report went with the states")
	}
}

// TestDayIsBounded runs a day of traffic and looks at what the world still holds.
func TestDayIsBounded(t *testing.T) {
	w := build(t, Config{Seed: 1})
	for range 24 {
		run(w, time.Hour, nil)
		if n := len(w.live); n < 3 || n > 45 {
			t.Fatalf("%v: %d live calls", w.Now(), n)
		}
	}
	if n := len(w.calls); n > keptReports+60 {
		t.Errorf("%d calls remembered", n)
	}
	if n := len(w.agenda.heap); n > 200 {
		t.Errorf("%d events planned", n)
	}
	if n := len(w.outside); n > len(w.live)+3 {
		t.Errorf("%d outside numbers taken by %d calls", n, len(w.live))
	}
	busy := 0
	for _, g := range w.floor.agents {
		if g.busy < 0 {
			t.Errorf("%s is in %d calls", g.line.Number, g.busy)
		}
		busy += g.busy
	}
	if busy > 4*len(w.live) {
		t.Errorf("%d busy legs in %d calls: people are lost", busy, len(w.live))
	}
	if c := w.ended[len(w.ended)-1]; c.rng != nil || c.ops != nil {
		t.Error("an ended call keeps what only a live one needs")
	}
}
