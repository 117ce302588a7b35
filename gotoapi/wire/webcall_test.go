package wire

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noticeOf decodes a whole message as the stream and the phone do together.
func noticeOf(d *Decoder, b []byte) (Notice, error) {
	f, err := d.Frame(b)
	if err != nil {
		return Notice{}, err
	}
	if f.Kind != WebCall {
		return Notice{}, errors.New("no notice")
	}
	return d.WebCall(f)
}

// The two samples of the vendor's guide 17, and the same within the envelope of a websocket.
const (
	incomingNotice = `{"source":"WebRTC","type":"incoming","timestamp":"2020-04-16T21:18:59.300359-04:00","usage":"VOIP","ttl":"30",
 "content":{"sessionId":"0wwAUTEn","organizationId":"ORG","extensionNumber":"0523","callId":"1b94f3561664ab3425318e3f69de3634","name":"Bob","number":"+15143334444"}}`
	endedNotice = `{"event":"Notification","eventId":7,"timestamp":"2026-04-16T21:18:59Z","data":{"source":"WebRTC","type":"ended","timestamp":null,"usage":"ALERT","ttl":3600,
 "content":{"sessionId":"0iO2","organizationId":"ORG","extensionNumber":"1121","callId":"1b94/..","reasonCode":"BYE"}}}`
)

func TestNotices(t *testing.T) {
	d := NewDecoder()
	for in, want := range map[string]Notice{
		incomingNotice: {
			Kind: Incoming, Type: "incoming", At: time.Date(2020, 4, 17, 1, 18, 59, 300359000, time.UTC), TTL: 30 * time.Second,
			Session: "0wwAUTEn", Organization: "ORG", Extension: "0523",
			Call: "1b94f3561664ab3425318e3f69de3634", Name: "Bob", Number: "+15143334444",
		},
		endedNotice: {
			Kind: CallEnded, Type: "ended", At: time.Date(2026, 4, 16, 21, 18, 59, 0, time.UTC), TTL: time.Hour,
			Session: "0iO2", Organization: "ORG", Extension: "1121", Call: "1b94/..", Reason: "BYE",
		},
		`{"source":"WebRTC","type":"update","content":{"id":"c1","isOnHold":true,"isMuted":"false","name":"-","number":"1\u202e2","legId":"l"}}`: {
			Kind: CallUpdate, Type: "update", Call: "c1", Leg: "l", Number: "12", Held: true, HeldSaid: true, MutedSaid: true,
		},
		`{"source":"WebRTC","type":"update","content":{"callId":"c1","id":"another"}}`: {Kind: CallUpdate, Type: "update", Call: "c1"},
		`{"source":"WebRTC","type":"Unregistered","ttl":-3,"content":{"later":[{}]}}`:  {Kind: Unregistered, Type: "Unregistered"},
		`{"source":"WebRTC","type":"greetings"}`:                                       {Kind: Greetings, Type: "greetings"},
		`{"source":"WebRTC","type":"moon-phase","content":{"callId":7}}`:               {Type: "moon-phase", Call: "7"},
		`{"source":"WebRTC","type":"ringing","content":{"callId":"c","name":["B"]}}`:   {Kind: FarRinging, Type: "ringing", Call: "c", Odd: 1},
	} {
		got, err := noticeOf(d, []byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		got.At = got.At.UTC()
		want.At = want.At.UTC()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", in, diff)
		}
	}
	for in, want := range map[string]error{
		`{"source":"WebRTC","type":"ended"}`:                                                                    ErrNoCall,
		`{"source":"WebRTC","type":"answered","content":{"callId":""}}`:                                         ErrNoCall,
		`{"source":"WebRTC","type":"incoming","content":{"callId":"` + strings.Repeat("x", maxCallID+1) + `"}}`: ErrNoCall,
		`{"source":"WebRTC","type":"greetings","content":"hello"}`:                                              ErrShape,
	} {
		if _, err := noticeOf(d, []byte(in)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", in, err, want)
		}
	}
}

func TestEveryShapeOfNotice(t *testing.T) {
	t.Parallel()
	d := NewDecoder()
	for _, b := range []string{incomingNotice, endedNotice} {
		everyShape(t, []byte(b), func(b []byte) { checkNotice(t, d, b) })
	}
}

// FuzzNotice: whatever the message, a notice of a call names the call, and every text is clean.
func FuzzNotice(f *testing.F) {
	f.Add([]byte(incomingNotice))
	f.Add([]byte(endedNotice))
	f.Add([]byte(`{"source":"WebRTC","type":"update","content":{"id":"\u0000","name":"a\u001b[2J","isOnHold":1}}`))
	d := NewDecoder()
	f.Fuzz(func(t *testing.T, b []byte) { checkNotice(t, d, b) })
}

func checkNotice(t *testing.T, d *Decoder, b []byte) {
	t.Helper()
	n, err := noticeOf(d, b)
	if err != nil {
		return
	}
	if n.ofCall() {
		m, _ := parseTree(b).(map[string]any)
		root := tree(m)
		if data, ok := root.obj("data"); ok {
			root = data
		}
		if content, ok := root.obj("content"); !ok || content["callId"] == nil && content["id"] == nil {
			t.Fatalf("call %q out of %s", n.Call, b)
		}
	}
	if n.ofCall() && n.Call == "" || len(n.Call) > maxCallID {
		t.Fatalf("%+v out of %s", n, b)
	}
	for _, text := range []string{n.Type, n.Session, n.Organization, n.Extension, n.Leg, n.Name, n.Number, n.Status, n.Reason} {
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x202e }) {
			t.Fatalf("%q out of %s", text, b)
		}
	}
	if n.TTL < 0 {
		t.Fatalf("ttl %v", n.TTL)
	}
}
