package world

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestScriptsAndTruths checks, for every script alone, the form of the states and what the truth says
// about them, by simple looks at the states that share nothing with the scripts.
func TestScriptsAndTruths(t *testing.T) {
	want := map[string][]string{ // outcomes that the script must have shown
		"queue":       {"answered"},
		"direct":      {"answered", "missed", "voicemail"},
		"two-devices": {"answered"},
		"dial":        {"answered", "voicemail"},
		"no-answer":   {"missed"},
		"voicemail":   {"voicemail"},
		"blind":       {"answered"},
		"warm":        {"answered"},
		"abandon":     {"abandoned_queue"},
		"menu":        {"abandoned_menu"},
		"overflow":    {"voicemail", "missed"},
		"forward":     {"forwarded", "missed"},
		"withheld":    {"answered"},
		"internal":    {"answered", "missed"},
		"outbound":    {"answered", "not_connected"},
	}
	for _, name := range scriptNames() {
		t.Run(name, func(t *testing.T) {
			w := build(t, Config{Seed: 11, Scenario: name, CallsPerHour: 150, Retention: 24 * time.Hour})
			run(w, 3*time.Hour, nil)
			seen := map[string]int{}
			for _, tr := range w.Truths() {
				if tr.Outcome == nil {
					continue
				}
				meta, states, ok := w.States(tr.ID)
				if !ok {
					t.Fatalf("%s: no states", tr.ID)
				}
				checkStates(t, meta, states)
				checkTruth(t, tr, meta, states)
				if tr.Script != name && tr.Script != consultation {
					t.Errorf("%s: a call of the script %q", tr.ID, tr.Script)
				}
				if tr.Script == name {
					seen[*tr.Outcome]++
				}
			}
			for _, o := range want[name] {
				if seen[o] < 3 {
					t.Errorf("outcome %s only %d times; seen %v", o, seen[o], seen)
				}
			}
			if want[name] == nil {
				t.Error("the test does not know this script")
			}
		})
	}
}

// checkStates looks at what holds for every recorded call.
func checkStates(t *testing.T, meta Metadata, states []State) {
	t.Helper()
	id := meta.ConversationSpaceID
	ids := map[string]bool{}
	for i, s := range states {
		last := i == len(states)-1
		if s.SequenceNumber != uint64(i+1) {
			t.Errorf("%s: state %d has number %d", id, i+1, s.SequenceNumber)
		}
		if ids[s.ID] {
			t.Errorf("%s#%d: its id is taken", id, i+1)
		}
		ids[s.ID] = true
		if i > 0 && time.Time(s.Timestamp).Before(time.Time(states[i-1].Timestamp)) {
			t.Errorf("%s#%d: time goes backwards", id, i+1)
		}
		if (s.Type == "ENDING") != last {
			t.Errorf("%s#%d of %d: type %s", id, i+1, len(states), s.Type)
		}
		if i > 0 && s.Type == "STARTING" && states[i-1].Type == "ACTIVE" {
			t.Errorf("%s#%d: STARTING after ACTIVE", id, i+1)
		}
		if s.Participants == nil || last != (len(s.Participants) == 0) || last && s.Systems != nil {
			t.Errorf("%s#%d %s: participants %v, systems %v", id, i+1, s.Type, s.Participants, s.Systems)
		}
		checkOneChange(t, id, states, i)
	}
	end, before := states[len(states)-1], states[len(states)-2]
	if end.Timestamp != before.Timestamp || before.Participants[0].Status.Value != "DISCONNECTING" || len(before.Participants) != 1 {
		t.Errorf("%s: the last two states are %+v and %+v", id, before, end)
	}
	if states[0].Type != "STARTING" || states[0].Participants[0].Status.Value != "RINGING" {
		t.Errorf("%s: begins with %+v", id, states[0])
	}
}

// checkOneChange: what was DISCONNECTING is gone, what was not is still there, and what is new is new
// at the end of its list.
func checkOneChange(t *testing.T, id string, states []State, i int) {
	t.Helper()
	if i == 0 || i == len(states)-1 {
		return
	}
	var stay, have []string
	for _, p := range states[i-1].Participants {
		if p.Status.Value != "DISCONNECTING" {
			stay = append(stay, p.ID)
		}
	}
	for _, p := range states[i].Participants {
		have = append(have, p.ID)
	}
	for _, y := range states[i-1].Systems {
		if y.Status.Value != "DISCONNECTING" {
			stay = append(stay, y.ID)
		}
	}
	for _, y := range states[i].Systems {
		have = append(have, y.ID)
	}
	for _, s := range stay {
		if !slices.Contains(have, s) {
			t.Errorf("%s#%d: %s vanished without DISCONNECTING", id, i+1, s)
		}
	}
	if extra := len(have) - len(stay); extra < 0 || extra > 1 {
		t.Errorf("%s#%d: %d joined at once", id, i+1, extra)
	}
}

// checkTruth compares the truth with what the states show at first sight.
func checkTruth(t *testing.T, tr Truth, meta Metadata, states []State) {
	t.Helper()
	created := time.Time(meta.CallCreated)
	at := func(s State) int64 { return time.Time(s.Timestamp).Sub(created).Milliseconds() }
	total := at(states[len(states)-1])
	if tr.PhasesMS.Sum() != tr.TotalMS || tr.TotalMS != total || tr.States != len(states) || !tr.Created.Equal(created) {
		t.Errorf("%s: phases %d, total %d, states %d; by the states %d ms, %d states",
			tr.ID, tr.PhasesMS.Sum(), tr.TotalMS, tr.States, total, len(states))
	}
	least := int64(40)
	if *tr.Outcome == "abandoned_menu" { // no leg is torn down before the plans
		least = 4
	}
	if tr.PhasesMS.Closing < least || tr.PhasesMS.Closing > 95 {
		t.Errorf("%s: closing takes %d ms", tr.ID, tr.PhasesMS.Closing)
	}
	legs := follow(states, at)
	if d := cmp.Diff(legs.rung, tr.Rung); d != "" {
		t.Errorf("%s: rung, by the states (-), by the truth (+):\n%s", tr.ID, d)
	}
	if d := cmp.Diff(legs.answered, tr.Answered); d != "" {
		t.Errorf("%s: answered, by the states (-), by the truth (+):\n%s", tr.ID, d)
	}
	if d := cmp.Diff(legs.holds, tr.Holds); d != "" {
		t.Errorf("%s: holds, by the states (-), by the truth (+):\n%s", tr.ID, d)
	}
	if d := cmp.Diff(legs.transfers, tr.Transfers); d != "" {
		t.Errorf("%s: transfers, by the states (-), by the truth (+):\n%s", tr.ID, d)
	}
	if legs.queue != tr.Queue {
		t.Errorf("%s: queue %q, truth says %q", tr.ID, legs.queue, tr.Queue)
	}
	var hold int64
	for _, h := range tr.Holds {
		hold += h.MS
	}
	if hold != tr.PhasesMS.Hold {
		t.Errorf("%s: holds of %d ms, phase of %d ms", tr.ID, hold, tr.PhasesMS.Hold)
	}
	if (tr.AnswerMS == nil) != (len(tr.Answered) == 0) || tr.AnswerMS != nil && *tr.AnswerMS != tr.Answered[0].AtMS {
		t.Errorf("%s: answer_ms %v, answered %v", tr.ID, tr.AnswerMS, tr.Answered)
	}
	if len(tr.Answered) == 0 && tr.PhasesMS.Talk+tr.PhasesMS.Hold > 0 {
		t.Errorf("%s: nobody answered, but %+v", tr.ID, tr.PhasesMS)
	}
	if legs.voicemail != tr.PhasesMS.Voicemail {
		t.Errorf("%s: %d ms in a mailbox, truth says %d", tr.ID, legs.voicemail, tr.PhasesMS.Voicemail)
	}
	if legs.wait != tr.PhasesMS.Wait {
		t.Errorf("%s: %d ms in a queue unanswered, truth says %d", tr.ID, legs.wait, tr.PhasesMS.Wait)
	}
	if want := meta.AssociatedConversations; len(want)+len(tr.Associated) > 0 && !slices.Equal(want, tr.Associated) {
		t.Errorf("%s: associated %v, truth says %v", tr.ID, want, tr.Associated)
	}
}

type sight struct {
	rung            []Ringing
	answered        []Answer
	holds           []Hold
	transfers       []Transfer
	queue           string
	wait, voicemail int64
}

// follow reads off the states, one look at a time, what happened to each leg.
func follow(states []State, at func(State) int64) sight {
	v := sight{rung: []Ringing{}, answered: []Answer{}, holds: []Hold{}, transfers: []Transfer{}}
	status, ring, ext := map[string]string{}, map[string]int{}, map[string]string{}
	var hold bool
	for n, s := range states {
		now := at(s)
		if n > 0 {
			v.stay(states[n-1], now-at(states[n-1]))
		}
		inQueue := systemIn(s, "CALL_QUEUE")
		if inQueue != nil {
			v.queue = inQueue.QueueName
		}
		held := false
		for _, p := range s.Participants {
			was := status[p.ID]
			status[p.ID], ext[p.ID] = p.Status.Value, p.Type.ExtensionNumber
			name, number, model := whoIs(p)
			held = held || p.Status.Value == "ON_HOLD"
			v.moved(p, was, now, s)
			switch is := p.Status.Value; {
			case p.ID == states[0].Participants[0].ID:
			case is == "RINGING" && was == "":
				ring[p.ID] = len(v.rung)
				v.rung = append(v.rung, Ringing{Name: name, Extension: p.Type.ExtensionNumber, Number: number, Device: model, AtMS: now})
			case was == "RINGING" && is != "RINGING":
				r := &v.rung[ring[p.ID]]
				r.RingMS, r.Answered = now-r.AtMS, is == "CONNECTED"
				if r.Answered {
					v.answered = append(v.answered, Answer{
						Name: name, Extension: p.Type.ExtensionNumber, Number: number, AtMS: now, Agent: inQueue != nil,
					})
				}
			}
			if p.Status.Value == "ON_HOLD" && was != "ON_HOLD" {
				v.holds = append(v.holds, Hold{By: ext[p.Status.Initiator.ParticipantID], AtMS: now})
				hold = true
				if v.holds[len(v.holds)-1].By == "" { // the holder comes later in the list
					v.holds[len(v.holds)-1].By = extensionOf(s, p.Status.Initiator.ParticipantID)
				}
			}
		}
		// A held call that is torn down ends its hold with the first sign of it.
		if torn := hold && held && tearing(s); hold && (!held || torn) {
			h := &v.holds[len(v.holds)-1]
			h.MS, hold = now-h.AtMS, false
		}
	}
	return v
}

func (v *sight) moved(p Participant, was string, now int64, s State) {
	kind := map[string]string{"IN_DIRECT_TRANSFER": "blind", "IN_WARM_TRANSFER": "warm"}[p.Status.Value]
	if kind == "" || was == p.Status.Value {
		return
	}
	to := p.Status.Destination.Number
	if kind == "warm" && to == "" {
		to = p.Status.Destination.ExtensionNumber
	}
	v.transfers = append(v.transfers, Transfer{Kind: kind, By: extensionOf(s, p.Status.Initiator.ParticipantID), To: to, AtMS: now})
}

// stay counts the time until the next state as wait or voicemail.
func (v *sight) stay(s State, ms int64) {
	if systemIn(s, "VOICEMAIL") != nil {
		v.voicemail += ms
	}
	if systemIn(s, "CALL_QUEUE") != nil && s.Participants[0].Status.Value == "IN_INTERACTIVE_VOICE_RESPONSE" {
		v.wait += ms
	}
}

// systemIn gives a connected system of a kind.
func systemIn(s State, kind string) *SystemType {
	for i, y := range s.Systems {
		if y.Type.Value == kind && y.Status.Value == "CONNECTED" {
			return &s.Systems[i].Type
		}
	}
	return nil
}

func tearing(s State) bool {
	for _, p := range s.Participants {
		if p.Status.Value == "DISCONNECTING" {
			return true
		}
	}
	return slices.ContainsFunc(s.Systems, func(y System) bool { return y.Status.Value == "DISCONNECTING" })
}

func whoIs(p Participant) (name, number, model string) {
	if p.Type.Value == "LINE" {
		return p.Type.Name, "", p.Type.Device.Model
	}
	if p.Type.Callee != nil {
		return p.Type.Callee.Name, p.Type.Callee.Number, ""
	}
	return p.Type.Caller.Name, p.Type.Caller.Number, ""
}

func extensionOf(s State, id string) string {
	for _, p := range s.Participants {
		if p.ID == id {
			return p.Type.ExtensionNumber
		}
	}
	return ""
}
