package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringside/store/call"

	"github.com/google/go-cmp/cmp"
)

// stateFrame puts a state's members into a frame.
func stateFrame(members string) []byte {
	return []byte(`{"event":"Notification","eventId":3,"timestamp":"2026-10-05T09:30:00.5Z","data":{"source":"call-events","type":"call-state","timestamp":null,"content":{"metadata":{"conversationSpaceId":"c1"},"state":{` + members + `}}}}`)
}

func decodeState(t *testing.T, members string) (call.Snapshot, int) {
	t.Helper()
	f, err := NewDecoder().Frame(stateFrame(members))
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	return f.Event.Snapshot, f.Odd
}

func TestFrameWhole(t *testing.T) {
	f, err := NewDecoder().Frame([]byte(`{"event":"Notification","eventId":41,"timestamp":"2026-10-05T09:30:00.500000001Z",
		"data":{"id":"n1","source":"call-events","type":"call-state","timestamp":null,"ttl":600,"content":{
		"state":{"participants":[{"id":"p1","legId":"l1","originator":"p0","recordings":[{},{}],
			"status":{"value":"IN_WARM_TRANSFER",
				"initiator":{"participantId":"p2","conversationSpaceId":"c1","extensionNumber":"7301","name":"Ann"},
				"transferrer":{"participantId":"p3","conversationSpaceId":"c2","extensionNumber":"7301","name":"Ann"},
				"destination":{"participantId":"p4","conversationSpaceId":"c2","extensionNumber":"7302","name":"Bo","number":"7302"}},
			"type":{"lineId":"li","deviceId":"de","extensionNumber":"0042","name":"Cy","device":{"id":"de2","model":"goto.clients","user":{"id":"us"}},"value":"LINE"}},
			{"id":"p5","type":{"value":"PHONE_NUMBER","phoneNumberId":"pn","number":"+1312","name":"Main","callee":{"name":"Dana","number":"+1313"}},"status":{"value":"PARKED"}}],
			"interactiveVoiceResponseSystems":[
			{"id":"v1","originator":"p5","status":{"value":"DISCONNECTING"},"type":{"value":"DIAL_PLAN","dialPlanId":"dp","currentNode":{"id":"N_1","type":"N","option":2,"result":"OK"},"previousNode":{"id":"N_0","connector":"nextNode"}}},
			{"id":"v2","originator":"p5","status":{"value":"CONNECTED"},"type":{"value":"CALL_QUEUE","queueId":"qi","queueName":"Claims","configuredWrapUpDuration":90}},
			{"id":"v3","originator":"p5","status":{"value":"CONNECTED"},"type":{"value":"VOICEMAIL","voicemailBoxId":"vb","number":"+1312","folder":"INBOX","duration":1500,"voicemailStatus":"SUCCESS"}},
			{"id":"v4","type":{"value":"RING_GROUP"}}],
			"recordings":[{}],"sequenceNumber":9,"type":"ACTIVE","timestamp":"2026-10-05T09:29:59.96Z"},
		"metadata":{"conversationSpaceId":"c1","accountKey":77,"direction":"OUTBOUND","callCreated":"2026-10-05T09:29:00Z","callInitiator":"DIRECT","dialString":"1313","associatedConversations":["c2",null,"c3"],"hangupOriginatorId":"p5"}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	ann := call.Endpoint{Participant: "p2", Conversation: "c1", Extension: "7301", Name: "Ann"}
	want := Frame{
		Kind: CallState, EventID: 41, Source: "call-events", Type: "call-state", TTL: 10 * time.Minute,
		At: time.Date(2026, 10, 5, 9, 30, 0, 500000001, time.UTC),
		Event: call.Event{
			Kind: call.KindState,
			Meta: call.Meta{
				ID: "c1", Account: "77", Outbound: true, Created: time.Date(2026, 10, 5, 9, 29, 0, 0, time.UTC),
				Initiator: "DIRECT", DialString: "1313", Associated: []string{"c2", "c3"}, HangupBy: "p5",
			},
			Snapshot: call.Snapshot{
				Seq: 9, Stage: call.Active, At: time.Date(2026, 10, 5, 9, 29, 59, 960e6, time.UTC), Recorded: 3,
				Legs: []call.SnapLeg{{
					Participant: call.Participant{
						ID: "p1", LegID: "l1", Originator: "p0", Kind: call.LineLeg, Name: "Cy", Extension: "0042",
						LineID: "li", DeviceID: "de", Device: "goto.clients", UserID: "us",
					},
					Status: call.StatusWarm,
					Move: &call.Move{
						Initiator:   ann,
						Transferrer: call.Endpoint{Participant: "p3", Conversation: "c2", Extension: "7301", Name: "Ann"},
						Destination: call.Endpoint{Participant: "p4", Conversation: "c2", Extension: "7302", Name: "Bo", Number: "7302"},
					},
				}, {
					Participant: call.Participant{
						ID: "p5", Kind: call.NumberLeg, Name: "Main", NumberID: "pn", Number: "+1312",
						Outside: call.Party{Name: "Dana", Number: "+1313"}, Called: true,
					},
					Status: call.StatusParked,
				}},
				Systems: []call.SnapSystem{{
					System: call.System{ID: "v1", Originator: "p5", Kind: call.DialPlan, PlanID: "dp"},
					Status: call.StatusDisconnecting,
					Node:   call.Node{ID: "N_1", Type: "N", Option: "2", Result: "OK", Via: "nextNode"},
				}, {
					System: call.System{ID: "v2", Originator: "p5", Kind: call.Queue, QueueID: "qi", QueueName: "Claims", WrapUp: 90 * time.Second},
					Status: call.StatusConnected,
				}, {
					System: call.System{ID: "v3", Originator: "p5", Kind: call.Mailbox, BoxID: "vb", Number: "+1312", Folder: "INBOX", Message: 1500 * time.Millisecond, Result: "SUCCESS"},
					Status: call.StatusConnected,
				}, {
					System: call.System{ID: "v4", KindText: "RING_GROUP"},
				}},
			},
		},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Error(diff)
	}
}

func TestSequenceNumber(t *testing.T) {
	for in, want := range map[string]uint64{
		`1`: 1, `9223372036854775808`: 1 << 63, `18446744073709551615`: 1<<64 - 1, `"12"`: 12,
		`18446744073709551616`: 0, `-1`: 0, `1.0`: 0, `1e3`: 0, `"x"`: 0, `""`: 0, `null`: 0, `true`: 0, `[1]`: 0, `0`: 0,
	} {
		s, odd := decodeState(t, `"type":"ACTIVE","sequenceNumber":`+in)
		if s.Seq != want {
			t.Errorf("%s: %d, want %d", in, s.Seq, want)
		}
		if quiet := want != 0 || in == `0` || in == `null` || in == `""`; quiet != (odd == 0) {
			t.Errorf("%s: odd %d", in, odd)
		}
	}
	if _, odd := decodeState(t, `"type":"ACTIVE"`); odd != 1 {
		t.Errorf("without a number: odd %d", odd)
	}
}

func TestParticipantID(t *testing.T) {
	s, _ := decodeState(t, `"participants":[{"id":"a","participantId":"b"},{"participantId":"b","id":"a"},{"participantId":"b"},{"participantId":"b","id":null},{"participantId":"b","id":""},{}]`)
	var got []string
	for _, l := range s.Legs {
		got = append(got, l.Participant.ID)
	}
	if diff := cmp.Diff([]string{"a", "a", "b", "b", "b", ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLastMemberWins(t *testing.T) {
	s, _ := decodeState(t, `"participants":[{"id":"gone"}],"sequenceNumber":4,"participants":[{"id":"p","id":"q",
		"type":{"value":"LINE","name":"Ann","lineId":"l"},"type":{"value":"PHONE_NUMBER"},
		"status":{"value":"ON_HOLD","initiator":{"participantId":"x"}},"status":{"value":"NEW"}}],"s\u0065quenceNumber":5`)
	want := call.Snapshot{Seq: 5, Legs: []call.SnapLeg{{Participant: call.Participant{ID: "q", Kind: call.NumberLeg}, StatusText: "NEW"}}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

func TestLastEnvelopeWins(t *testing.T) {
	const whole = `{"source":"call-events","type":"call-state","ttl":9,"content":{"metadata":{"conversationSpaceId":"a","accountKey":"k"},"state":{"sequenceNumber":3}}}`
	for in, want := range map[string]string{
		`{"data":` + whole + `,"data":{"source":"s"}}`:                                                           "other 0s ",
		`{"data":` + whole + `,"data":null,"source":"t"}`:                                                        "other 0s ",
		`{"source":"t","content":{},"data":` + whole + `}`:                                                       "call state 9s a 3",
		`{"data":` + whole + `,"source":"t","content":{"metadata":{"conversationSpaceId":"b"}}}`:                 "call state 9s a 3",
		whole[:len(whole)-1] + `,"content":{"metadata":{"conversationSpaceId":"b"}}}`:                            "call state 9s b",
		whole[:len(whole)-1] + `,"content":{"metadata":{"conversationSpaceId":"b"},"state":5,"state":{}}}`:       "call state 9s b",
		whole[:len(whole)-1] + `,"ttl":null,"content":{"state":{"sequenceNumber":4},"conversationSpaceId":"b"}}`: "no call",
	} {
		f, err := NewDecoder().Frame([]byte(in))
		got := fmt.Sprintf("%v %v %s", f.Kind, f.TTL, f.Event.Meta.ID)
		if f.Event.Snapshot.Seq > 0 {
			got += fmt.Sprint(" ", f.Event.Snapshot.Seq)
		}
		if errors.Is(err, ErrNoCall) {
			got = "no call"
		}
		if got != want || f.Event.Meta.Account != "" && f.Event.Meta.ID == "b" {
			t.Errorf("%s: %s, want %s (%v)", in, got, want, err)
		}
	}
}

func TestKinds(t *testing.T) {
	s, _ := decodeState(t, `"participants":[{"type":{"value":"LINE"}},{"type":{"value":"AGENT"}},{"type":{"value":"PHONE_NUMBER"}},{"type":{"value":"VIRTUAL"}},{},{"type":null},{"type":"LINE"}]`)
	got := ""
	for _, l := range s.Legs {
		got += fmt.Sprintf("%d%s ", l.Participant.Kind, l.Participant.KindText)
	}
	if got != "1 1 2 0VIRTUAL 0 0 1 " {
		t.Error(got)
	}
}

func TestTooManyMembers(t *testing.T) {
	many := strings.Repeat(`{"id":"x"},`, maxMembers+9) + `{"id":"x"}`
	s, odd := decodeState(t, `"sequenceNumber":1,"type":"ACTIVE","participants":[`+many+`],"interactiveVoiceResponseSystems":[`+many+`]`)
	if len(s.Legs) != maxMembers || len(s.Systems) != maxMembers || odd != 20 {
		t.Errorf("%d legs, %d systems, odd %d", len(s.Legs), len(s.Systems), odd)
	}
}

func TestFrameErrors(t *testing.T) {
	deep := func(n int) string {
		return `{"event":"x","a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}`
	}
	for _, c := range []struct {
		in   string
		want error
	}{
		{``, ErrCut}, {` `, ErrCut}, {`{`, ErrCut}, {`{"event":"x"`, ErrCut}, {`{"event`, ErrCut}, {`{"event":tr`, ErrCut},
		{`{"event":"x"}`, nil}, {" \t\r\n{\"event\":\"x\"} \n", nil}, {`{"event":"x"} x`, ErrNotJSON}, {`{"event":"x"}{}`, ErrNotJSON},
		{`{"event":"x",}`, ErrNotJSON}, {`{,"event":"x"}`, ErrNotJSON}, {`{"event" "x"}`, ErrNotJSON}, {`{event:"x"}`, ErrNotJSON},
		{`{"event":'x'}`, ErrNotJSON}, {`{"event":"x" "a":1}`, ErrNotJSON}, {`{"a":[1,]}`, ErrNotJSON}, {`{"a":[1 2]}`, ErrNotJSON},
		{`{"a":01}`, ErrNotJSON}, {`{"a":1.}`, ErrNotJSON}, {`{"a":.5}`, ErrNotJSON}, {`{"a":+1}`, ErrNotJSON}, {`{"a":1e}`, ErrNotJSON},
		{`{"a":-}`, ErrNotJSON}, {`{"a":nul}`, ErrNotJSON}, {`{"a":NaN}`, ErrNotJSON}, {"{\"a\":\"\n\"}", ErrNotJSON}, {`{"a":"\x"}`, ErrNotJSON},
		{`{"a":"\u12g4"}`, ErrNotJSON}, {"{\"a\":\"\x00\"}", ErrNotJSON}, {"\x00{}", ErrNotJSON}, {"\xef\xbb\xbf{}", ErrNotJSON},
		{`[]`, ErrShape}, {`"x"`, ErrShape}, {`1`, ErrShape}, {`null`, ErrShape}, {`{}`, ErrShape}, {`{"data":{}}`, ErrShape}, {`{"data":7}`, ErrShape},
		{`[1`, ErrCut}, {`nulL`, ErrNotJSON},
		{deep(MaxDepth), nil}, {deep(MaxDepth + 1), ErrTooDeep}, {strings.Repeat("[", 1<<19), ErrTooDeep},
		{`{"source":"call-events","type":"call-state"}`, ErrNoCall},
		{`{"source":"call-events","type":"call-state","content":{"metadata":{"conversationSpaceId":""},"state":{}}}`, ErrNoCall},
		{`{"source":"call-events-report","type":"REPORT_SUMMARY","content":{}}`, ErrNoCall},
		{`{"source":"call-events-report","type":"SOMETHING_ELSE","content":{}}`, nil},
		{`{"type":"announce","data":{"state":"RINGING"}}`, nil},
		{`{"source":"` + strings.Repeat("x", 1<<20) + `"}`, ErrTooBig},
	} {
		f, err := NewDecoder().Frame([]byte(c.in))
		var e *Error
		if !errors.Is(err, c.want) || err != nil && !errors.As(err, &e) {
			t.Errorf("%.60s: %v, want %v", c.in, err, c.want)
		}
		if err != nil && cmp.Diff(Frame{}, f) != "" {
			t.Errorf("%.60s: an error and a frame %+v", c.in, f)
		}
		if errors.Is(c.want, ErrCut) && !errors.Is(err, ErrNotJSON) {
			t.Errorf("%.60s: cut, but not ErrNotJSON", c.in)
		}
	}
}

func TestFrameLimit(t *testing.T) {
	d := NewDecoder()
	b := []byte(`{"event":"x"}`)
	d.MaxFrame = len(b)
	if _, err := d.Frame(b); err != nil {
		t.Error(err)
	}
	if _, err := d.Frame(append(b, ' ')); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
	huge := bytes.Repeat([]byte("["), 10<<20)
	if n := testing.AllocsPerRun(10, func() { _, _ = d.Frame(huge) }); n > 2 {
		t.Errorf("%v allocations for a frame that is not read", n)
	}
}

func TestErrorShowsNoSecrets(t *testing.T) {
	for _, secret := range []string{"+13125550142", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "1312555", "wss://x.example/abcdefghijklmnopq/ws"} {
		in := `{"n":"` + secret + `"!` + `"` + secret + `"}`
		_, err := NewDecoder().Frame([]byte(in))
		var e *Error
		if !errors.As(err, &e) {
			t.Fatal(err)
		}
		if digits := strings.Trim(secret, "+"); strings.Contains(err.Error(), digits) || e.Excerpt == "" {
			t.Errorf("%q tells %q", in, err)
		}
	}
	_, err := NewDecoder().Frame([]byte("{\"a\":\"\u202e\x1b[31m\"!}"))
	if err == nil || strings.ContainsAny(err.Error(), "\u202e\x1b") {
		t.Errorf("not clean: %q", err)
	}
	_, err = NewDecoder().Frame([]byte(`{"a":1,"b" !:2}`))
	if want := "decoding frame: not JSON (byte 11, near `{\"a\":1,\"b\" !:2}`)"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestTextsAreClean(t *testing.T) {
	for in, want := range map[string]string{
		`"Ann"`: "Ann", `""`: "", `null`: "", `12`: "12", `-1.5e3`: "-1.5e3", `true`: "", `{"a":1}`: "", `["x"]`: "",
		`"\u0041\n\tB"`: "A B", `"\ud83d\ude00"`: "😀", `"\ud83d"`: "\ufffd", `"\ud83dx"`: "\ufffdx", `"\ude00\ud83d"`: "\ufffd\ufffd",
		`"\ud83d\u0041"`: "\ufffdA", `"\ud83d\ud83d\ude00"`: "\ufffd😀", "\"\xff\xfe\"": "\ufffd\ufffd", `"\u202eevil\u2066"`: "evil",
		`"\\\"\/\b\f"`: `\"/`, `"  two  blanks "`: "two blanks", `"\u00e9"`: "é", `"` + strings.Repeat("é", 200) + `"`: strings.Repeat("é", 128),
	} {
		s, _ := decodeState(t, `"participants":[{"type":{"name":`+in+`}}]`)
		if got := s.Legs[0].Participant.Name; got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// What a frame says stays true when its bytes are used again.
func TestFrameKeepsNothing(t *testing.T) {
	d := NewDecoder()
	for _, name := range []string{"warm", "hostile", "webrtc", "unknown"} {
		b := fixture(t, "frames/"+name+".json")
		f, err := d.Frame(b)
		if err != nil {
			t.Fatal(err)
		}
		before := brief(f)
		for i := range b {
			b[i] = '#'
		}
		if _, err := d.Frame(bigFrame(4, 9, 3)); err != nil {
			t.Fatal(err)
		}
		if after := brief(f); after != before {
			t.Errorf("%s became %s", before, after)
		}
	}
}

func TestTwoPlacesForOneThing(t *testing.T) {
	party := func(members string) call.Participant {
		s, _ := decodeState(t, `"participants":[{"type":{"value":"PHONE_NUMBER",`+members+`}}]`)
		return s.Legs[0].Participant
	}
	const caller, callee = `"caller":{"name":"A","number":"1"}`, `"callee":{"name":"B","number":"2"}`
	for members, want := range map[string]call.Participant{
		caller:                    {Outside: call.Party{Name: "A", Number: "1"}},
		callee:                    {Outside: call.Party{Name: "B", Number: "2"}, Called: true},
		caller + `,` + callee:     {Outside: call.Party{Name: "A", Number: "1"}},
		callee + `,` + caller:     {Outside: call.Party{Name: "A", Number: "1"}},
		callee + `,"caller":null`: {Outside: call.Party{Name: "B", Number: "2"}, Called: true},
		`"callee":{}`:             {Called: true},
		`"callee":null`:           {},
		`"deviceId":"a"`:          {DeviceID: "a"},
		`"device":{"id":"b"}`:     {DeviceID: "b"},
		`"deviceId":"a","device":{"id":"b","model":"m","user":{"id":"u"}}`: {DeviceID: "a", Device: "m", UserID: "u"},
		`"userId":"v","device":{"user":{"id":"u"}}`:                        {UserID: "v"},
		`"device":{"id":"b","user":{"id":"u"}},"device":{"model":"m"}`:     {Device: "m"},
	} {
		want.Kind = call.NumberLeg
		if diff := cmp.Diff(want, party(members)); diff != "" {
			t.Errorf("%s: %s", members, diff)
		}
	}
}

func TestEndpointID(t *testing.T) {
	for members, want := range map[string]string{`"participantId":"p"`: "p", `"id":"q"`: "q", `"id":"q","participantId":"p"`: "p"} {
		s, _ := decodeState(t, `"participants":[{"status":{"value":"ON_HOLD","initiator":{`+members+`}}}]`)
		if got := s.Legs[0].Move.Initiator.Participant; got != want {
			t.Errorf("%s: %s", members, got)
		}
	}
}

func TestNodeInAnyOrder(t *testing.T) {
	const now, before = `"currentNode":{"id":"N_2","type":"N"}`, `"previousNode":{"id":"N_1","connector":"nextNode"}`
	want := call.Node{ID: "N_2", Type: "N", Via: "nextNode"}
	for _, members := range []string{now + "," + before, before + "," + now, `"currentNode":{"result":"OLD"},` + before + `,` + now} {
		s, _ := decodeState(t, `"interactiveVoiceResponseSystems":[{"type":{`+members+`}}]`)
		if diff := cmp.Diff(want, s.Systems[0].Node); diff != "" {
			t.Errorf("%s: %s", members, diff)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	f, err := NewDecoder().Frame([]byte(`{"source":"call-events","content":{"state":{"sequenceNumber":1,"type":"ACTIVE"},"metadata":{"conversationSpaceId":"c","associatedConversations":["x"` + strings.Repeat(`,"y"`, 150) + `]}}}`))
	if err != nil || len(f.Event.Meta.Associated) != maxAssociated || f.Odd != 151-maxAssociated {
		t.Errorf("%d associated, odd %d, %v", len(f.Event.Meta.Associated), f.Odd, err)
	}
	if s := prose([]byte(strings.Repeat("word\u202e ", 5000))); len(s) > maxProse || len(s) < maxProse-5 || !strings.HasPrefix(s, "word word ") || !strings.HasSuffix(s, " word") {
		t.Errorf("%d bytes: %.20q", len(s), s)
	}
}

func TestReportNotice(t *testing.T) {
	f, err := NewDecoder().Frame([]byte(`{"source":"call-events-report","type":"SOON","content":{"conversationSpaceId":"c","accountKey":"k","metadata":{"conversationSpaceId":"d","accountKey":"l","direction":"INBOUND"}}}`))
	want := Frame{Kind: ReportReady, Source: "call-events-report", Type: "SOON", Event: call.Event{Kind: call.KindReport, Meta: call.Meta{ID: "c", Account: "k", Inbound: true}}}
	if diff := cmp.Diff(want, f); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
