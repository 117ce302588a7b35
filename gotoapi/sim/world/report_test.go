package world

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// find runs a scenario until it has a finished call that fits.
func find(t *testing.T, w *World, fits func(Truth) bool) Truth {
	t.Helper()
	for range 200 {
		run(w, time.Minute, nil)
		for _, tr := range w.Truths() {
			if _, ok := w.Report(tr.ID); ok && fits(tr) {
				return tr
			}
		}
	}
	t.Fatal("no such call in 200 minutes")
	return Truth{}
}

// members gives the names of a JSON object's members, sorted.
func members(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

func TestReportOfAQueueCall(t *testing.T) {
	w := build(t, Config{Seed: 4, Scenario: "queue", Retention: 24 * time.Hour})
	tr := find(t, w, func(tr Truth) bool {
		return *tr.Outcome == "answered" && slices.ContainsFunc(tr.Rung, func(r Ringing) bool { return !r.Answered })
	})
	r, _ := w.Report(tr.ID)
	check := func(what, want string, v any) {
		t.Helper()
		if got := members(t, v); got != want {
			t.Errorf("%s has %s\nwant %s", what, got, want)
		}
	}
	r.AIAnalysis = nil // later_test.go looks at it
	check("report", "accountKey associatedConversations callCreated callEnded callInitiator callStates conversationSpaceId direction hangupOriginatorId interactiveVoiceResponseSystems participants", r)
	check("participant", "id legId liveTranscripts originator recordings transcripts type", r.Participants[0])
	check("number", "callProvider caller name number phoneNumberId value", r.Participants[0].Type)
	agents := 0
	for _, p := range r.Participants[1:] {
		if p.Type.Value == "LINE" {
			check("line", "deviceId extensionNumber lineId name userId userKey value", p.Type)
			continue
		}
		agents++
		check("agent", "deviceId extensionNumber interactiveVoiceResponseSystemId lineId matchedSkills name skills userId userKey value wrapUpDuration", p.Type)
		if p.Type.Value != "AGENT" || p.Type.ExtensionNumber != tr.Answered[0].Extension ||
			p.Type.InteractiveVoiceResponseSystemID != r.Systems[0].ID || *p.Type.WrapUpDuration <= 0 {
			t.Errorf("agent %+v, answered %+v", p.Type, tr.Answered)
		}
	}
	if agents != 1 || len(r.Participants) != 1+len(tr.Rung) {
		t.Errorf("%d agents, %d participants, %d rung", agents, len(r.Participants), len(tr.Rung))
	}
	check("system", "id originator type", r.Systems[0])
	check("queue", "callbackOffered callerWaitDuration configuredWrapUpDuration extensionNumber intents leftQueueReason queueId queueName queueType value", r.Systems[0].Type)
	q := r.Systems[0].Type
	if off := *q.CallerWaitDuration - tr.PhasesMS.Wait; q.QueueName != tr.Queue || q.LeftQueueReason != "ANSWERED" || off < -58 || off > 102 {
		t.Errorf("queue %+v, truth %+v", q, tr)
	}
	checkReportStates(t, w, r)
}

// checkReportStates compares a report's states with those of the events call: equal, but for the
// contact and the print of times.
func checkReportStates(t *testing.T, w *World, r Report) {
	t.Helper()
	_, states, _ := w.States(r.ConversationSpaceID)
	if len(states) != len(r.CallStates) {
		t.Fatalf("%d states, the report has %d", len(states), len(r.CallStates))
	}
	for i, s := range states {
		for k := range s.Participants {
			s.Participants[k].Type.Contact = nil
		}
		got := r.CallStates[i]
		back := State{got.ID, got.SequenceNumber, got.Type, got.Systems, Stamp(got.Timestamp), got.Participants, got.Recordings, got.Transcripts}
		if d := cmp.Diff(plain(t, s), plain(t, back)); d != "" {
			t.Errorf("state %d: live (-), report (+):\n%s", i+1, d)
		}
	}
	if time.Time(r.CallEnded) != time.Time(states[len(states)-1].Timestamp) || time.Time(r.CallCreated) != time.Time(states[0].Timestamp) {
		t.Errorf("created %v, ended %v", r.CallCreated, r.CallEnded)
	}
}

func TestReportOfAMessage(t *testing.T) {
	w := build(t, Config{Seed: 4, Scenario: "voicemail"})
	tr := find(t, w, func(tr Truth) bool { return *tr.Outcome == "voicemail" })
	r, _ := w.Report(tr.ID)
	box := r.Systems[0].Type
	if got := members(t, box); got != "duration folder number value voicemailBoxId voicemailStatus" {
		t.Errorf("mailbox has %s", got)
	}
	r.Actions = slices.Compact(r.Actions) // they may be told twice
	if len(r.Actions) != 1 || r.Actions[0].Type.DurationMS != box.Duration || r.HangupOriginatorID != "" {
		t.Errorf("actions %+v, mailbox %+v, hung up by %q", r.Actions, box, r.HangupOriginatorID)
	}
	w = build(t, Config{Seed: 4, Scenario: "no-answer"})
	tr = find(t, w, func(tr Truth) bool { return tr.PhasesMS.Voicemail > 0 })
	r, _ = w.Report(tr.ID)
	if got := members(t, r.Systems[0].Type); got != "number value voicemailBoxId voicemailStatus" || len(r.Actions) != 0 {
		t.Errorf("mailbox without a message has %s, actions %v", got, r.Actions)
	}
}

func TestReportOfNobody(t *testing.T) {
	w := build(t, Config{Seed: 4, Scenario: "outbound"})
	tr := find(t, w, func(tr Truth) bool { return *tr.Outcome == "not_connected" })
	r, _ := w.Report(tr.ID)
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"interactiveVoiceResponseSystems":[],`, `"associatedConversations":[]`, `"participants":[]}]`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("report lacks %s:\n%s", want, b)
		}
	}
}

func TestSummaries(t *testing.T) {
	w := build(t, Config{Seed: 6})
	run(w, 2*time.Hour, nil)
	from, to := w.cfg.Start.Add(20*time.Minute), w.cfg.Start.Add(80*time.Minute)
	sums := w.Summaries(from, to)
	want := 0
	for _, tr := range w.Truths() {
		if _, ok := w.Report(tr.ID); ok && !tr.Created.Before(from) && tr.Created.Before(to) {
			want++
		}
	}
	if len(sums) != want || want < 200 {
		t.Fatalf("%d summaries, want %d", len(sums), want)
	}
	outcomes := map[string]int{}
	for i, s := range sums {
		tr, _ := w.Truth(s.ConversationSpaceID)
		outcomes[s.CallerOutcome]++
		if i > 0 && time.Time(s.CallCreated).After(time.Time(sums[i-1].CallCreated)) {
			t.Error("not newest first")
		}
		if len(s.Participants) != len(tr.Answered) || s.Participants == nil {
			t.Errorf("%s: participants %+v, answered %+v", tr.ID, s.Participants, tr.Answered)
		}
		if s.Caller.Number != tr.From.Number || s.Caller.Name != tr.From.Name {
			t.Errorf("caller %+v, truth %+v", s.Caller, tr.From)
		}
		if got := (*tr.Outcome == "abandoned_queue"); got != (s.CallerOutcome == "LEFT_QUEUE") {
			t.Errorf("%s: %s is told as %s", tr.ID, *tr.Outcome, s.CallerOutcome)
		}
		if s.CallAnswered == nil && tr.AnswerMS != nil {
			t.Errorf("%s: answered, but not in its summary", tr.ID)
		}
	}
	for _, o := range []string{"NORMAL", "MISSED", "VOICEMAIL", "LEFT_QUEUE", "LEFT_DIAL_PLAN"} {
		if outcomes[o] == 0 {
			t.Errorf("no summary says %s: %v", o, outcomes)
		}
	}
}

func TestFrames(t *testing.T) {
	w := build(t, Config{Seed: 12})
	inbound, contacts, dialled, hungUp, recorded := 0, 0, 0, 0, 0
	run(w, time.Hour, func(e Emission) {
		if e.State == nil {
			return
		}
		m, s := e.State.Metadata, e.State.State
		if first := m.Direction == "INBOUND" && s.SequenceNumber == 1; first != (m.CallInitiator == "") {
			t.Errorf("%s#%d: callInitiator %q", m.Direction, s.SequenceNumber, m.CallInitiator)
		} else if first {
			inbound++
		}
		if (m.Direction == "OUTBOUND") != (m.DialString != "") {
			t.Errorf("%s: dialString %q", m.Direction, m.DialString)
		} else if m.DialString != "" {
			dialled++
		}
		for _, p := range s.Participants {
			if p.Type.Contact != nil {
				contacts++
				if p.Type.Value != "PHONE_NUMBER" || s.SequenceNumber < 3 {
					t.Errorf("contact on %s in state %d", p.Type.Value, s.SequenceNumber)
				}
			}
			if (p.Type.Value == "LINE") != (p.Type.Device != nil) {
				t.Errorf("%s: device %v", p.Type.Value, p.Type.Device)
			}
		}
		if m.HangupOriginatorID != "" {
			hungUp++
		}
		if s.Recordings != nil {
			recorded++
		}
		if (m.HangupOriginatorID != "" || s.Recordings != nil) && s.Type != "ENDING" {
			t.Errorf("%s state with %q and %v", s.Type, m.HangupOriginatorID, s.Recordings)
		}
	})
	for what, n := range map[string]int{
		"inbound": inbound, "contacts": contacts, "dialled": dialled, "hung up": hungUp, "recorded": recorded,
	} {
		if n < 10 {
			t.Errorf("%s: %d", what, n)
		}
	}
}

func TestStamps(t *testing.T) {
	at := time.Date(2026, 10, 5, 14, 0, 2, 960e6, time.FixedZone("", 3600))
	for ms, want := range map[int][2]string{
		0:    {`"2026-10-05T13:00:02.96Z"`, `"2026-10-05T13:00:02.960Z"`},
		40:   {`"2026-10-05T13:00:03Z"`, `"2026-10-05T13:00:03Z"`},
		1:    {`"2026-10-05T13:00:02.961Z"`, `"2026-10-05T13:00:02.961Z"`},
		-960: {`"2026-10-05T13:00:02Z"`, `"2026-10-05T13:00:02Z"`},
	} {
		tm := at.Add(time.Duration(ms) * time.Millisecond)
		live, err1 := json.Marshal(Stamp(tm))
		rep, err2 := json.Marshal(ReportStamp(tm))
		if err1 != nil || err2 != nil || string(live) != want[0] || string(rep) != want[1] {
			t.Errorf("%v prints as %s and %s, want %v (%v, %v)", tm, live, rep, want, err1, err2)
		}
	}
}
