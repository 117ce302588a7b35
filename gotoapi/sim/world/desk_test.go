package world

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// untilRings steps a world until some live call has a leg of the extension that rings.
func untilRings(t *testing.T, w *World, ext string) string {
	t.Helper()
	for range 100_000 {
		for _, e := range w.Step() {
			if e.State == nil {
				continue
			}
			for _, p := range e.State.State.Participants {
				if p.Type.ExtensionNumber == ext && p.Status.Value == "RINGING" && p.Originator != p.ID {
					return e.State.Metadata.ConversationSpaceID
				}
			}
		}
	}
	t.Fatalf("%s is never rung", ext)
	return ""
}

// finish steps until a call has ended and checks all of it.
func finish(t *testing.T, w *World, id string) Truth {
	t.Helper()
	for range 100_000 {
		if tr, _ := w.Truth(id); tr.Ended != nil {
			meta, states, ok := w.States(id)
			if !ok {
				t.Fatalf("%s: no states", id)
			}
			checkStates(t, meta, states)
			checkTruth(t, tr, meta, states)
			return tr
		}
		w.Step()
	}
	t.Fatalf("%s does not end", id)
	return Truth{}
}

func lastShape(t *testing.T, out []Emission, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var states []State
	for _, e := range out {
		states = append(states, e.State.State)
	}
	return shape(states)
}

func TestAnswerHoldTransferHangUp(t *testing.T) {
	w := build(t, Config{Seed: 31, Scenario: "direct"})
	id := untilRings(t, w, "1001")
	at := w.Now().Add(900 * time.Millisecond)
	out, err := w.Answer(at, id, "1001")
	if got := lastShape(t, out, err); !strings.Contains(got, "A nc lr; =A nc lc") {
		t.Errorf("answer: %s", got)
	}
	if tr, _ := w.Truth(id); len(tr.Answered) != 1 || tr.Answered[0].Extension != "1001" {
		t.Errorf("after the answer: %+v", tr)
	}
	if _, err := w.Answer(at, id, "1001"); err == nil {
		t.Error("a phone that does not ring was answered")
	}
	w.Step()
	out, err = w.Hold(w.Now().Add(time.Second), id, "1001")
	if got := lastShape(t, out, err); !strings.HasSuffix(got, "A nh lc") {
		t.Errorf("hold: %s", got)
	}
	if _, err := w.Hold(w.Now(), id, "1001"); err == nil {
		t.Error("held twice")
	}
	out, err = w.Resume(w.Now().Add(time.Second), id, "1001")
	if got := lastShape(t, out, err); got != "A nc lc" {
		t.Errorf("resume: %s", got)
	}
	if _, err := w.Transfer(w.Now(), id, "1001", "5"); err == nil || !strings.Contains(err.Error(), `"5"`) {
		t.Errorf("transfer to nowhere: %v", err)
	}
	out, err = w.Transfer(w.Now(), id, "1001", "8001")
	if got := lastShape(t, out, err); got != "A nb lc; =A nb ld" {
		t.Errorf("transfer: %s", got)
	}
	tr := finish(t, w, id)
	if tr.Queue != "Support" || len(tr.Transfers) != 1 || tr.Transfers[0].To != "8001" || tr.Holds[0].By != "1001" {
		t.Errorf("in the end: %+v", tr)
	}

	id = untilRings(t, w, "1001")
	if _, err := w.Answer(w.Now(), id, "1001"); err != nil {
		t.Fatal(err)
	}
	w.Step()
	if _, err := w.HangUp(w.Now(), id, "1002"); err == nil {
		t.Error("somebody else hung up")
	}
	out, err = w.HangUp(w.Now(), id, "1001")
	if got := lastShape(t, out, err); got != "A nc ld" {
		t.Errorf("hanging up: %s", got)
	}
	if tr := finish(t, w, id); *tr.Outcome != "answered" {
		t.Errorf("outcome %s", *tr.Outcome)
	}
	if _, err := w.HangUp(w.Now(), id, "1001"); err == nil || !strings.Contains(err.Error(), "not live") {
		t.Errorf("an ended call was ended: %v", err)
	}
}

func TestDecline(t *testing.T) {
	w := build(t, Config{Seed: 31, Scenario: "queue"})
	id := untilRings(t, w, "1001")
	if _, err := w.Decline(w.Now().Add(time.Second), id, "1001"); err != nil {
		t.Fatal(err)
	}
	tr := finish(t, w, id)
	if *tr.Outcome == "answered" && tr.Answered[0].Extension == "1001" || tr.Rung[0].Answered {
		t.Errorf("declined, and yet: %+v", tr)
	}
	w = build(t, Config{Seed: 31, Scenario: "direct"})
	id = untilRings(t, w, "1001")
	if _, err := w.Decline(w.Now().Add(time.Second), id, "1001"); err != nil {
		t.Fatal(err)
	}
	if tr = finish(t, w, id); tr.PhasesMS.Voicemail == 0 {
		t.Errorf("declined, and not in the mailbox: %+v", tr)
	}
}

func TestDial(t *testing.T) {
	w := build(t, Config{Seed: 31})
	for _, tt := range []struct{ to, number, direction string }{
		{"(212) 555-0110", "+12125550110", "outbound"},
		{"011442079460118", "+442079460118", "outbound"},
		{"1007", "1007", "internal"},
	} {
		id, out, err := w.Dial(w.Now(), "1001", tt.to)
		if got := lastShape(t, out, err); got != "S lr" {
			t.Errorf("dialling %s: %s", tt.to, got)
		}
		tr := finish(t, w, id)
		if tr.Direction != tt.direction || tr.To.Number != tt.number || tr.From.Number != "1001" {
			t.Errorf("dialling %s: %+v", tt.to, tr)
		}
	}
	if _, _, err := w.Dial(w.Now(), "99", "1007"); err == nil {
		t.Error("an extension that does not exist dialled")
	}
	if _, _, err := w.Dial(w.Now(), "1001", ""); err == nil {
		t.Error("nothing was dialled")
	}
}

// TestMonkey presses keys at random for everybody, at any moment of any call, and then looks whether
// each call is still whole and each truth still true, and nobody is lost.
func TestMonkey(t *testing.T) {
	w := build(t, Config{Seed: 40, CallsPerHour: 400, Retention: 24 * time.Hour})
	r := rand.New(rand.NewPCG(1, 2))
	verbs := []func(time.Time, string, string) ([]Emission, error){
		w.Answer, w.Decline, w.HangUp, w.Hold, w.Resume,
		func(at time.Time, id, ext string) ([]Emission, error) {
			return w.Transfer(at, id, ext, []string{"8001", "8002", "1009", "1014", "9"}[r.IntN(5)])
		},
	}
	done := make([]int, len(verbs))
	for range 70_000 {
		w.Step()
		if r.IntN(4) > 0 || len(w.live) == 0 {
			continue
		}
		c := w.live[r.IntN(len(w.live))]
		var there []string
		for _, p := range c.present {
			if g := c.legs[p.leg].who; g != nil {
				there = append(there, g.line.Number)
			}
		}
		if len(there) == 0 || c.truth.script == consultation {
			continue
		}
		v := r.IntN(len(verbs))
		at := w.Now().Add(time.Duration(r.IntN(3000)) * time.Millisecond)
		if _, err := verbs[v](at, c.id, there[r.IntN(len(there))]); err == nil {
			done[v]++
		}
	}
	if slices.Min(done) < 100 {
		t.Errorf("verbs done: %v", done)
	}
	checkAll(t, w)
}
