package gotoapi

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the Web Calls API is asked, and what is made of its answers (goto-api.md 6, 9).
func TestWebCallRequests(t *testing.T) {
	ch := Channel{ID: "chan-1"}
	const id, at = "a/b c", "/web-calls/v1/calls/a%2Fb%20c"
	const object = `{"id":"a/b c","number":"+1\u202e2","name":"-","isMuted":true,"isOnHold":false,"ringingInMedia":true,"sdp":"v=0","status":"CONNECTING","timestamp":"2023-09-06T16:21:15.051283Z","legId":"leg","new":1}`
	made := WebCall{ID: id, LegID: "leg", Number: "+12", Status: "CONNECTING", Muted: true, EarlyMedia: true, SDP: "v=0", At: time.Date(2023, 9, 6, 16, 21, 15, 51283000, time.UTC)}
	done := func(do func(context.Context, WebCallsClient) error) func(context.Context, WebCallsClient) (any, error) {
		return func(ctx context.Context, c WebCallsClient) (any, error) { return nil, do(ctx, c) }
	}
	for _, tt := range []struct {
		name, answer string
		ask          func(context.Context, WebCallsClient) (any, error)
		seen         seen
		want         any
	}{
		{"device", `201 {}`, done(func(ctx context.Context, c WebCallsClient) error {
			return c.CreateDevice(ctx, WebDevice{ID: "d1", App: "ringside", Version: "2", Channel: ch})
		}), seen{"POST", "/web-calls/v1/devices", "", `{"clientInformation":{"deviceId":"d1","appId":"ringside","appVersion":"2","platform":"INTEGRATOR"},"callbackReference":{"incomingCallChannelId":"chan-1","sessionManagementChannelId":"chan-1"}}`, auth}, nil},
		{"read device", `200 {"clientInformation":{"deviceId":"d1","appId":"x"},"callbackReference":{"incomingCallChannelId":"chan-1"}}`,
			func(ctx context.Context, c WebCallsClient) (any, error) { return c.Device(ctx, "d1") },
			seen{"GET", "/web-calls/v1/devices/d1", "", "", auth}, WebDevice{ID: "d1", App: "x", Channel: ch}},
		{"move device", `200 `, done(func(ctx context.Context, c WebCallsClient) error { return c.MoveDevice(ctx, "..", ch) }),
			seen{"PATCH", "/web-calls/v1/devices/%2E%2E", "", `{"callbackReference":{"incomingCallChannelId":"chan-1","sessionManagementChannelId":"chan-1"}}`, auth}, nil},
		{"delete device", `404 {}`, done(func(ctx context.Context, c WebCallsClient) error { return c.DeleteDevice(ctx, "d1") }),
			seen{"DELETE", "/web-calls/v1/devices/d1", "", "", auth}, nil},
		{"register", `201 {"organizationId":"o","extensions":[{"number":"0523","sessionId":"s","resultCode":409}]}`,
			func(ctx context.Context, c WebCallsClient) (any, error) { return c.Register(ctx, "d1", "o", "0523") },
			seen{"POST", "/web-calls/v1/devices/d1/extensions", "", `{"extensions":[{"number":"0523"}],"organizationId":"o"}`, auth}, WebExtension{"0523", "s", 409}},
		{"extensions", `200 {"extensions":[{"number":"0523","sessionId":"s"}],"pageSize":100}`,
			func(ctx context.Context, c WebCallsClient) (any, error) { return collect(c.Extensions(ctx, "d1", "o")) },
			seen{"GET", "/web-calls/v1/devices/d1/extensions", "organizationId=o&pageSize=100", "", auth}, []WebExtension{{Number: "0523", Session: "s"}}},
		{"unregister", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Unregister(ctx, "d1", "o", "0523") }),
			seen{"DELETE", "/web-calls/v1/devices/d1/extensions", "extensionNumber=0523&organizationId=o", "", auth}, nil},
		{"dial", `201 ` + object, func(ctx context.Context, c WebCallsClient) (any, error) {
			return c.Dial(ctx, ch, NewWebCall{Device: "d1", Organization: "o", Extension: "0523", Dial: "+12", SDP: "offer"})
		}, seen{"POST", "/web-calls/v1/calls", "", `{"deviceId":"d1","dialString":"+12","extensionNumber":"0523","inCallChannelId":"chan-1","organizationId":"o","sdp":"offer"}`, auth}, made},
		{"list", `200 {"items":[` + object + `]}`, func(ctx context.Context, c WebCallsClient) (any, error) { return c.Calls(ctx) },
			seen{"GET", "/web-calls/v1/calls", "", "", auth}, []WebCall{made}},
		{"bare list", `200 [` + object + `]`, func(ctx context.Context, c WebCallsClient) (any, error) { return c.Calls(ctx) },
			seen{"GET", "/web-calls/v1/calls", "", "", auth}, []WebCall{made}},
		{"read", `200 ` + object, func(ctx context.Context, c WebCallsClient) (any, error) { return c.Call(ctx, id) },
			seen{"GET", at, "", "", auth}, made},
		{"ringing", `204 `, done(func(ctx context.Context, c WebCallsClient) error {
			return c.Ringing(ctx, ch, id, time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", -4*3600)))
		}), seen{"POST", at + "/ringing", "", `{"inCallChannelId":"chan-1","incomingNotificationTimestamp":"2026-01-02T07:04:05Z"}`, auth}, nil},
		{"answer", `200 ` + object, func(ctx context.Context, c WebCallsClient) (any, error) { return c.Answer(ctx, ch, id, "offer") },
			seen{"POST", at + "/answer", "", `{"inCallChannelId":"chan-1","sdp":"offer"}`, auth}, made},
		{"decline", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Reject(ctx, id, "") }),
			seen{"POST", at + "/reject", "", `{}`, auth}, nil},
		{"voicemail", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Reject(ctx, id, RejectToVoicemail) }),
			seen{"POST", at + "/reject", "", `{"action":"SEND_TO_VOICEMAIL"}`, auth}, nil},
		{"hang up", `404 {}`, done(func(ctx context.Context, c WebCallsClient) error { return c.HangUp(ctx, id) }), seen{"DELETE", at, "", "", auth}, nil},
		{"hold", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Hold(ctx, id, true) }), seen{"POST", at + "/hold", "", "", auth}, nil},
		{"unhold", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Hold(ctx, id, false) }), seen{"POST", at + "/unhold", "", "", auth}, nil},
		{"mute", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Mute(ctx, id, true) }), seen{"POST", at + "/mute", "", "", auth}, nil},
		{"unmute", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Mute(ctx, id, false) }), seen{"POST", at + "/unmute", "", "", auth}, nil},
		{"tones", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Tones(ctx, id, "1#") }), seen{"POST", at + "/dtmf", "", `{"tone":"1#"}`, auth}, nil},
		{"blind", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.BlindTransfer(ctx, id, "8648") }), seen{"POST", at + "/blind-transfer", "", `{"dialString":"8648"}`, auth}, nil},
		{"warm", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.WarmTransfer(ctx, id, "o") }), seen{"POST", at + "/warm-transfer", "", `{"referId":"o"}`, auth}, nil},
		{"merge", `200 {}`, done(func(ctx context.Context, c WebCallsClient) error { return c.Merge(ctx, id, "o") }), seen{"POST", at + "/merge", "", `{"referId":"o"}`, auth}, nil},
		{"split", `204 `, done(func(ctx context.Context, c WebCallsClient) error { return c.Split(ctx, id) }), seen{"POST", at + "/split", "", "", auth}, nil},
		{"offer", `200 {"sdp":"answer"}`, func(ctx context.Context, c WebCallsClient) (any, error) { return c.Offer(ctx, id, "offer") },
			seen{"PUT", at + "/offer", "", `{"sdp":"offer"}`, auth}, "answer"},
		{"click", `202 {"initiatorId":"i1"}`, func(ctx context.Context, c WebCallsClient) (any, error) { return c.ClickToCall(ctx, "l1", "+12") },
			seen{"POST", "/calls/v2/calls", "", `{"dialString":"+12","from":{"lineId":"l1"}}`, auth}, "i1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := answers(tt.answer)
			got, err := tt.ask(t.Context(), client(t, srv).WebCalls)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b Secret) bool { return a == b })); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff([]seen{tt.seen}, srv.seen); d != "" {
				t.Error(d)
			}
		})
	}
}

// What must not happen twice is sent once, whatever the service answers; what may, again.
func TestWebCallsAreRepeatedOnlyWhereSafe(t *testing.T) {
	for name, tt := range map[string]struct {
		ask   func(context.Context, WebCallsClient) error
		times int
	}{
		"dial": {func(ctx context.Context, c WebCallsClient) error {
			_, err := c.Dial(ctx, Channel{}, NewWebCall{})
			return err
		}, 1},
		"answer": {func(ctx context.Context, c WebCallsClient) error {
			_, err := c.Answer(ctx, Channel{}, "c", "")
			return err
		}, 1},
		"transfer": {func(ctx context.Context, c WebCallsClient) error { return c.BlindTransfer(ctx, "c", "1") }, 1},
		"tones":    {func(ctx context.Context, c WebCallsClient) error { return c.Tones(ctx, "c", "1") }, 1},
		"click":    {func(ctx context.Context, c WebCallsClient) error { _, err := c.ClickToCall(ctx, "l", "1"); return err }, 1},
		"hold":     {func(ctx context.Context, c WebCallsClient) error { return c.Hold(ctx, "c", true) }, 3},
		"hang up":  {func(ctx context.Context, c WebCallsClient) error { return c.HangUp(ctx, "c") }, 3},
	} {
		srv := answers(`503 {}`)
		err := tt.ask(t.Context(), client(t, srv, WithBackoff(Backoff{}, 3)).WebCalls)
		if Class(err) != Retry || len(srv.seen) != tt.times {
			t.Errorf("%s: sent %d times, %v", name, len(srv.seen), err)
		}
	}
}

// Answers that do not say what they must, and an extension that is refused by itself.
func TestWebCallAnswersThatAreNone(t *testing.T) {
	for _, body := range []string{`201 {}`, `201 {"id":""}`, `201 <html>`} {
		if _, err := client(t, answers(body)).WebCalls.Dial(t.Context(), Channel{}, NewWebCall{}); !errors.Is(err, ErrAnswer) {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := client(t, answers(`200 {}`)).WebCalls.Offer(t.Context(), "c", ""); !errors.Is(err, ErrAnswer) {
		t.Error(err)
	}
	if _, err := client(t, answers(`201 {"extensions":[{"number":"1","resultCode":201}]}`)).WebCalls.Register(t.Context(), "d", "o", "2"); !errors.Is(err, ErrAnswer) {
		t.Error(err)
	}
	var refused *Error
	if _, err := client(t, answers(`201 {"extensions":[{"number":"2","resultCode":403}]}`)).WebCalls.Register(t.Context(), "d", "o", "2"); !errors.As(err, &refused) || refused.Status != 403 {
		t.Error(err)
	}
}
