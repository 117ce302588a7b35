package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestPhonesMonkey registers phones and presses keys on them at random, at any moment of any call. Each
// call must be whole and its truth true afterwards, nobody lost, and each phone must have heard a course of
// things that makes sense.
func TestPhonesMonkey(t *testing.T) {
	w := build(t, Config{Seed: 41, CallsPerHour: 200, Retention: 24 * time.Hour})
	r := rand.New(rand.NewPCG(3, 4))
	phones := map[string]string{"a": "1001", "b": "1002", "c": "1003"}
	for _, key := range []string{"a", "b", "c"} {
		if err := w.AddPhone(key, phones[key], "device "+key); err != nil {
			t.Fatal(err)
		}
	}
	heard := map[Leg]PhoneWord{}
	reasons, words := map[string]int{}, map[PhoneWord]int{}
	take := func(out []Emission) {
		for _, e := range out {
			if e.Phone != nil {
				hearOne(t, heard, e.Phone)
				words[e.Phone.Word]++
				reasons[e.Phone.Reason]++
			}
		}
	}
	targets := []string{"1002", "1003", "1009", "8001", "+12125550110", "*43", "*41", "*48", "1001"}
	done := map[string]int{}
	for range 60_000 {
		take(w.Step())
		if r.IntN(8) > 0 {
			continue
		}
		at := w.Now().Add(time.Duration(r.IntN(2000)) * time.Millisecond)
		legs := make([]Leg, 0, len(heard))
		for leg := range heard {
			legs = append(legs, leg)
		}
		slices.SortFunc(legs, func(a, b Leg) int { return cmpText(a.ID, b.ID) })
		if len(legs) < 6 && r.IntN(12) == 0 {
			leg, out, err := w.PhoneDial(at, []string{"a", "b", "c"}[r.IntN(3)], targets[r.IntN(len(targets))])
			if err != nil {
				t.Fatal(err)
			}
			heard[leg] = "dialled"
			done["dial"]++
			take(out)
			continue
		}
		if len(legs) == 0 {
			continue
		}
		verb, out, err := press(w, r, at, legs, targets)
		if err == nil {
			done[verb]++
			take(out)
		}
	}
	for _, verb := range []string{"answer", "decline", "mailbox", "hangup", "hold", "resume", "transfer", "join", "merge", "dial", "give up"} {
		if done[verb] < 5 {
			t.Errorf("%s was done %d times", verb, done[verb])
		}
	}
	for _, reason := range []string{Bye, Cancel, Busy, Declined, NoAnswer, AnsweredElsewhere, Failed} {
		if reasons[reason] == 0 {
			t.Errorf("no phone's call ended with %s: %v", reason, reasons)
		}
	}
	if words[PhoneUpdate] == 0 {
		t.Errorf("words %v", words)
	}
	checkAll(t, w)
	for _, key := range []string{"a", "b", "c"} {
		w.RemovePhone(w.Now(), key)
	}
	if _, _, err := w.PhoneDial(w.Now(), "a", "1002"); err == nil {
		t.Error("a phone that is not registered dialled")
	}
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// press does one thing with one of the legs.
func press(w *World, r *rand.Rand, at time.Time, legs []Leg, targets []string) (verb string, out []Emission, err error) {
	leg, other := legs[r.IntN(len(legs))], legs[r.IntN(len(legs))]
	switch r.IntN(14) {
	case 0, 1, 2:
		verb = "answer"
		out, err = w.PhoneAnswer(at, leg)
	case 3:
		verb = "decline"
		out, err = w.PhoneDecline(at, leg, false)
	case 4:
		verb = "mailbox"
		out, err = w.PhoneDecline(at, leg, true)
	case 5:
		verb = "hangup"
		out, err = w.PhoneHangUp(at, leg)
	case 6, 7:
		verb = "hold"
		out, err = w.PhoneHold(at, leg)
	case 8, 9:
		verb = "resume"
		out, err = w.PhoneResume(at, leg)
	case 10:
		verb = "transfer"
		out, err = w.PhoneTransfer(at, leg, targets[r.IntN(len(targets))])
	case 11:
		verb = "join"
		out, err = w.PhoneJoin(at, leg, other)
	case 12:
		verb = "merge"
		out, err = w.PhoneMerge(at, leg, other)
	case 13:
		verb = "give up"
		if r.IntN(4) > 0 {
			return verb, nil, fmt.Errorf("not now")
		}
		out, err = w.CallerGivesUp(at, leg)
	}
	return verb, out, err
}

// hearOne checks that a notice may follow what the phone has heard of the leg before.
func hearOne(t *testing.T, heard map[Leg]PhoneWord, n *PhoneNotice) {
	t.Helper()
	leg := Leg{n.Call, n.Leg}
	was := heard[leg]
	ok := map[PhoneWord][]PhoneWord{
		PhoneIncoming: {""},
		PhoneRinging:  {"", "dialled"},
		PhoneAnswered: {PhoneIncoming, PhoneRinging, PhoneUpdate, "", "dialled"},
		PhoneUpdate:   {PhoneAnswered, PhoneUpdate, PhoneMoved, PhoneIncoming, PhoneRinging},
		PhoneEnded:    {PhoneIncoming, PhoneRinging, PhoneAnswered, PhoneUpdate, PhoneMoved, "", "dialled"},
		PhoneMoved:    {""},
	}
	if !slices.Contains(ok[n.Word], was) {
		t.Errorf("leg %s hears %s after %q", n.Leg, n.Word, was)
	}
	if n.Word != PhoneEnded && n.Party == (Party{}) {
		t.Errorf("leg %s hears %s of nobody", n.Leg, n.Word)
	}
	if (n.Word == PhoneEnded) != (n.Reason != "") {
		t.Errorf("leg %s hears %s with the reason %q", n.Leg, n.Word, n.Reason)
	}
	switch n.Word {
	case PhoneEnded:
		delete(heard, leg)
		return
	case PhoneMoved:
		for old := range heard {
			if old.ID == n.From {
				delete(heard, old)
			}
		}
	}
	heard[leg] = n.Word
}

// checkAll looks at every call that has ended, and at who is counted as busy.
func checkAll(t *testing.T, w *World) {
	t.Helper()
	for _, tr := range w.Truths() {
		if tr.Outcome != nil {
			meta, states, _ := w.States(tr.ID)
			checkStates(t, meta, states)
			checkTruth(t, tr, meta, states)
		}
	}
	legs := map[string]int{}
	for _, c := range w.live {
		for _, p := range c.present {
			if g := c.legs[p.leg].who; g != nil {
				legs[g.line.Number]++
			}
		}
		for _, g := range c.reserved {
			legs[g.line.Number]++
		}
	}
	for _, g := range w.floor.agents {
		if g.busy != legs[g.line.Number] {
			t.Errorf("%s counts as %d times busy, but is in %d legs", g.line.Number, g.busy, legs[g.line.Number])
		}
	}
}
