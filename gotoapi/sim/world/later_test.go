package world

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// A report changes when and only when a notice says so, from its first word to its last.
func TestRevisionsAreSaid(t *testing.T) {
	w := build(t, Config{Seed: 5, Warm: -1})
	known := map[string]string{}
	changes := map[string]int{}
	text := func(id string) string {
		r, ok := w.Report(id)
		if !ok {
			t.Fatalf("no report of %s", id)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for w.Now().Before(w.cfg.Start.Add(3 * time.Hour)) {
		for _, e := range w.Step() {
			if e.Report == "" {
				continue
			}
			was, there := known[e.Report]
			now := text(e.Report)
			if there != e.Revised || e.Revised && was == now {
				t.Fatalf("%s: there before %t, revised %t, changed %t", e.Report, there, e.Revised, was != now)
			}
			known[e.Report] = now
			if !e.Revised {
				changes["report"]++
			}
			for _, what := range []string{`"recordings":[{"id"`, `"transcripts":[{"id"`, "aiAnalysis", "VOICEMAIL_DELETED"} {
				if e.Revised && strings.Count(now, what) > strings.Count(was, what) {
					changes[what]++
				}
			}
		}
	}
	for id, was := range known {
		if text(id) != was {
			t.Errorf("%s changed without a word", id)
		}
	}
	for what, least := range map[string]int{"report": 700, `"recordings":[{"id"`: 60, `"transcripts":[{"id"`: 60, "aiAnalysis": 40, "VOICEMAIL_DELETED": 10} {
		if changes[what] < least {
			t.Errorf("%s: %d times, want %d", what, changes[what], least)
		}
	}
}

// What a recording is called is known when its call ends; it can be heard later, read later still.
func TestRecordingComesIntoBeing(t *testing.T) {
	w := build(t, Config{Seed: 5, Scenario: "queue"})
	var id, words, of string
	for id == "" {
		for _, e := range w.Step() {
			if e.State != nil && e.State.State.Recordings != nil {
				id, words, of = e.State.State.Recordings[0].ID, e.State.State.Transcripts[0].ID, e.State.Metadata.ConversationSpaceID
			}
		}
	}
	ended := w.Now()
	info, ok := w.Recording(id)
	if !ok || info.Status != "PROCESSING" || info.Call != of || info.Length <= 0 {
		t.Fatalf("%+v, %t", info, ok)
	}
	if _, _, ok := w.Transcript(words); ok {
		t.Error("the transcript is there at once")
	}
	var uploaded, written time.Duration
	for written == 0 {
		w.Step()
		if now, _ := w.Recording(id); uploaded == 0 && now.Status == "UPLOADED" {
			uploaded = w.Now().Sub(ended)
		}
		if _, in, ok := w.Transcript(words); ok {
			if written = w.Now().Sub(ended); in != of {
				t.Errorf("a transcript of %s", in)
			}
		}
	}
	if uploaded < 3*time.Second || uploaded > 13*time.Second || written < uploaded+4*time.Second || written > uploaded+17*time.Second {
		t.Errorf("uploaded after %v, written after %v", uploaded, written)
	}
	if _, ok := w.Recording(words); ok {
		t.Error("a transcript is no recording")
	}
	if _, _, ok := w.Transcript(id); ok {
		t.Error("a recording is no transcript")
	}
}

// What was said fits into the talk, in turns, and has no blanks left to fill in.
func TestSpeech(t *testing.T) {
	w := builtPast(t, 7)
	queues, long, cut := map[string]int{}, 0, 0
	for c := range w.past.newest(w.past.at(w.past.first, 0), w.cfg.Start) {
		if c.recordAt == 0 {
			continue
		}
		said, total := c.speech(), c.endedAt-c.recordAt
		info, _ := w.Recording(c.recorded)
		if again, of, ok := w.Transcript(c.transcript); !ok || of != c.id || !slices.Equal(again, said) || info.Status != "UPLOADED" || info.Length.Milliseconds() != total {
			t.Fatalf("%s: %+v", c.id, info)
		}
		queues[c.truth.queue]++
		for i, u := range said {
			if strings.ContainsAny(u.Transcript, "{}") || strings.Contains(u.Transcript, "  ") || strings.Contains(u.Transcript, ",.") ||
				u.Channel != i%2 || u.StartMS < 0 || u.EndMS <= u.StartMS || u.EndMS > total || i > 0 && u.StartMS < said[i-1].StartMS {
				t.Fatalf("utterance %d of %d ms: %+v", i, total, u)
			}
		}
		switch n := len(c.dialogue().lines); {
		case len(said) == n:
			long++
		default:
			cut++
		}
	}
	if long < 50 || cut < 20 || len(queues) < 5 {
		t.Errorf("%d whole dialogues, %d cut short, queues %v", long, cut, queues)
	}
}

// Captured reports tell an action twice.
func TestMailActionsAreDoubled(t *testing.T) {
	w := builtPast(t, 10)
	once, twice, deleted := 0, 0, 0
	for c := range w.past.newest(w.past.at(w.past.first, 0), w.cfg.Start) {
		acts := c.report(w.past.end).Actions
		if len(acts) == 0 {
			continue
		}
		single := slices.Compact(slices.Clone(acts))
		switch len(acts) {
		case len(single):
			once++
		case 2 * len(single):
			twice++
		default:
			t.Errorf("actions %+v", acts)
		}
		if last := single[len(single)-1]; last.Type.Value == "VOICEMAIL_DELETED" {
			deleted++
			if last.Timestamp <= single[0].Timestamp || last.Type.VoicemailID != single[0].Type.VoicemailID {
				t.Errorf("%+v", single)
			}
		}
	}
	if once < 20 || twice < 20 || deleted < 20 {
		t.Errorf("%d told once, %d twice, %d deleted", once, twice, deleted)
	}
}

// A call that is forgotten takes its recording along.
func TestForgottenRecordings(t *testing.T) {
	w := build(t, Config{Seed: 5, Scenario: "queue", CallsPerHour: 4000, Agents: 900, Retention: time.Minute})
	run(w, 110*time.Minute, nil)
	kept := 0
	for _, c := range w.calls {
		if c.recordAt > 0 && c.done {
			kept += 2
		}
	}
	if len(w.ended) != keptReports || len(w.tapes) != kept || kept == 0 {
		t.Errorf("%d calls kept, %d names of recordings of %d", len(w.ended), len(w.tapes), kept)
	}
}
