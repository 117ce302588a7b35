package world

import (
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestAccount(t *testing.T) {
	a := build(t, Config{Seed: 1}).Account()
	if !regexp.MustCompile(`^[1-9]\d{18}$`).MatchString(a.Key) {
		t.Errorf("account key %q", a.Key)
	}
	ids := map[string]bool{}
	once := func(id string) {
		t.Helper()
		if ids[id] || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("id %q is malformed or given twice", id)
		}
		ids[id] = true
	}
	numbers := map[string]string{} // extension -> id
	for _, e := range a.Extensions {
		once(e.ID)
		if numbers[e.Number] != "" {
			t.Errorf("extension %s is given twice", e.Number)
		}
		numbers[e.Number] = e.ID
	}
	for i, l := range a.Lines {
		u := a.Users[i]
		once(u.ID)
		if u.LineID != l.ID || l.UserID != u.ID || l.UserKey != u.Key || numbers[l.Number] != l.ID || l.Name != u.Name {
			t.Errorf("user %+v, line %+v", u, l)
		}
		if len(l.Devices) == 0 || len(l.Queues) == 0 {
			t.Errorf("line %s has devices %v, queues %v", l.Number, l.Devices, l.Queues)
		}
		for _, d := range l.Devices {
			once(d.ID)
		}
	}
	for _, q := range a.Queues {
		if numbers[q.Number] != q.ID || len(q.Agents) < 3 {
			t.Errorf("queue %+v", q)
		}
	}
	for _, n := range a.Numbers {
		once(n.ID)
		if !slices.ContainsFunc(a.Extensions, func(e Extension) bool { return e.ID == n.RouteTo }) {
			t.Errorf("number %s leads nowhere", n.Number)
		}
	}
	if len(a.Lines) != 25 || a.Lines[0].Number != "1001" || a.Lines[24].Number != "1025" {
		t.Errorf("%d lines from %s", len(a.Lines), a.Lines[0].Number)
	}
}

func TestCallers(t *testing.T) {
	numbers, known := map[string]bool{}, 0
	for _, c := range Callers() {
		if !regexp.MustCompile(`^\+[1-9]\d{7,14}$`).MatchString(c.Number) || numbers[c.Number] {
			t.Errorf("number %q is malformed or given twice", c.Number)
		}
		numbers[c.Number] = true
		if (c.Company == "") != (c.Tier == "") {
			t.Errorf("%+v has a company without a tier or a tier without a company", c)
		}
		if c.Company != "" {
			known++
		}
	}
	if known < 30 || len(numbers) != 40 {
		t.Errorf("%d callers, %d of them known", len(numbers), known)
	}
}

func TestScenarios(t *testing.T) {
	seen, share := map[string]bool{}, 0
	for _, s := range Scenarios() {
		if seen[s.Name] || s.Help == "" {
			t.Errorf("scenario %+v", s)
		}
		seen[s.Name] = true
	}
	for _, s := range scripts() {
		share += s.share
	}
	if share != 1000 {
		t.Errorf("the shares of the floor's calls add up to %d per mille", share)
	}
	for _, name := range []string{
		"floor", "storm", "queue", "blind", "warm", "voicemail", "abandon", "internal", "forward", "no-answer",
		"withheld", "two-devices", "outbound",
	} {
		if !seen[name] {
			t.Errorf("no scenario %q", name)
		}
	}
}

// TestOddConfigs runs small, crowded and cold worlds: nobody free, nobody there to transfer to.
func TestOddConfigs(t *testing.T) {
	for _, s := range Scenarios() {
		for _, cfg := range []Config{
			{Agents: 1},
			{Agents: 2, CallsPerHour: 900},
			{Agents: 7200, Me: "1002", Warm: -1},
			{Warm: -1, Live: 3, StatesPerSecond: 5, ReportDelayMax: time.Millisecond},
			{CallsPerHour: 4000, Agents: 4, Warm: time.Second, Live: 10},
		} {
			cfg.Scenario, cfg.Seed = s.Name, 17
			if cfg.Live == 0 {
				cfg.Live, cfg.StatesPerSecond = 60, 40
			}
			if cfg.Agents == 7200 && s.Name != "floor" {
				continue // one crowd is enough
			}
			w := build(t, cfg)
			run(w, 4*time.Minute, nil)
			for _, tr := range w.Truths() {
				if tr.PhasesMS.Sum() != tr.TotalMS {
					t.Errorf("%s %+v: phases of %d ms, total %d", s.Name, cfg, tr.PhasesMS.Sum(), tr.TotalMS)
				}
			}
		}
	}
}

// TestFirstCaller: the first call to Me comes from somebody worth knowing.
func TestFirstCaller(t *testing.T) {
	for seed := range uint64(5) {
		w := build(t, Config{Seed: seed})
		rang := ""
		run(w, 20*time.Second, func(e Emission) {
			if e.State == nil || rang != "" {
				return
			}
			parts := e.State.State.Participants
			for _, p := range parts {
				if p.Type.ExtensionNumber == "1001" && p.Status.Value == "RINGING" && parts[0].Type.Caller != nil {
					rang = parts[0].Type.Caller.Name
				}
			}
		})
		if rang != Callers()[0].Name {
			t.Errorf("seed %d: first called by %q", seed, rang)
		}
	}
}

// TestLive: a call that ended a moment ago is still listed, one that ended earlier is not.
func TestLive(t *testing.T) {
	w := build(t, Config{Seed: 3})
	lingering := 0
	for range 600 {
		run(w, time.Second, nil)
		for _, id := range w.Live() {
			tr, ok := w.Truth(id)
			_, last, ok2 := w.Last(id)
			_, all, ok3 := w.States(id)
			if !ok || !ok2 || !ok3 || last.ID != all[len(all)-1].ID || (last.Type == "ENDING") != (tr.Ended != nil) {
				t.Fatalf("%s: last state %+v, truth %+v", id, last, tr)
			}
			if tr.Ended == nil {
				continue
			}
			lingering++
			if ago := w.Now().Sub(*tr.Ended); ago > 5*time.Second {
				t.Errorf("%s ended %v ago", id, ago)
			}
		}
	}
	if lingering == 0 {
		t.Error("no ended call was ever listed")
	}
}

func TestTruthMembers(t *testing.T) {
	w := build(t, Config{Seed: 3})
	tr := w.Truths()[0]
	const want = "answer_ms answered associated created direction ended from holds id outcome phases_ms queue rung states to total_ms transfers"
	if got := members(t, tr); got != want {
		t.Errorf("truth has %s\nwant %s", got, want)
	}
	if got := members(t, tr.PhasesMS); got != "closing hold menu ring setup talk transfer voicemail wait" {
		t.Errorf("phases are %s", got)
	}
}
