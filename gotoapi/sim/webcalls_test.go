package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/voice"
	"ringside/gotoapi/sim/world"
)

func TestDevicesAndExtensions(t *testing.T) {
	phoneRig(t, sim.Config{}, func(t *testing.T, d *desk) {
		greeting := d.notices()[0]
		if greeting.Usage != "BACKGROUND" || greeting.TTL != "120" || greeting.Session != d.session || greeting.Extension != "1001" ||
			greeting.Organization != d.hello.OrganizationID || !strings.HasSuffix(greeting.Stamp, "-04:00") {
			t.Errorf("greeting %+v", greeting)
		}
		at := "/web-calls/v1/devices/desk-1"
		if got := d.api("GET", at, "").want(t, 200).object(t); compact(t, got) != compact(t, json.RawMessage(d.deviceBody())) &&
			got["callbackReference"] == nil {
			t.Errorf("device %v", got)
		}
		d.api("POST", "/web-calls/v1/devices", d.deviceBody()).refused(t, 409, "CONFLICT")
		d.api("POST", "/web-calls/v1/devices", strings.Replace(d.deviceBody(), d.channel, "nowhere", 1)).refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		d.api("PATCH", at, `{"clientInformation":{"deviceId":"desk-1","appId":"ringside","appVersion":"2","platform":"INTEGRATOR"}}`).want(t, 200)
		if got := d.api("GET", at, "").want(t, 200); !strings.Contains(string(got.body), `"appVersion":"2"`) {
			t.Errorf("after PATCH: %s", got.body)
		}
		got := d.api("POST", at+"/extensions", fmt.Sprintf(`{"organizationId":%q,"extensions":[{"number":"1001"},{"number":"1002"},{"number":"77"}]}`,
			d.hello.OrganizationID)).want(t, 201)
		for _, want := range []string{`"resultCode":409`, `"resultCode":403`, `"resultCode":404`} {
			if !strings.Contains(string(got.body), want) {
				t.Errorf("registering again, another's and nobody's: %s", got.body)
			}
		}
		d.api("POST", at+"/extensions", `{"organizationId":"other","extensions":[{"number":"1001"}]}`).refused(t, 403, "UNAUTHORIZED")
		d.api("POST", at+"/extensions", fmt.Sprintf(`{"organizationId":%q,"extensions":[]}`, d.hello.OrganizationID)).refused(t, 400, "BAD_REQUEST")
		if got := d.api("GET", at+"/extensions?organizationId="+d.hello.OrganizationID, "").want(t, 200); !strings.Contains(string(got.body), d.session) {
			t.Errorf("extensions: %s", got.body)
		}
		d.api("DELETE", at+"/extensions?extensionNumber=1002", "").refused(t, 404, "NOT_FOUND")
		d.api("DELETE", at+"/extensions?extensionNumber=1001&organizationId="+d.hello.OrganizationID, "").want(t, 204)
		d.api("DELETE", at, "").want(t, 204)
		d.api("GET", at, "").refused(t, 404, "NOT_FOUND")
		reading := d.loginAs(d.people()[0], "webrtc.v1.read")
		d.as(reading, "POST", "/web-calls/v1/devices", d.deviceBody()).refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
		d.as(reading, "GET", "/web-calls/v1/calls", "").want(t, 200)
	})
}

func TestIncomingAnswered(t *testing.T) {
	phoneRig(t, sim.Config{}, func(t *testing.T, d *desk) {
		began := time.Now()
		in := d.next("incoming")
		if wait := time.Since(began); wait > 20*time.Second {
			t.Errorf("the first call came after %v", wait)
		}
		if in.TTL != "30" || in.Usage != "VOIP" || in.Session != d.session || in.Number == "" || len(in.Call) != 32 {
			t.Errorf("incoming %+v", in)
		}
		ringing := d.call(in.Call)
		if ringing.Status != "RINGING" || ringing.Leg == "" || ringing.Media {
			t.Errorf("ringing call %+v", ringing)
		}
		d.verb(in.Call, "/ringing", map[string]string{"inCallChannelId": d.channel})
		pass(16 * time.Second) // nobody picks up by himself
		c := d.answer(in.Call)
		if c.Leg != ringing.Leg || !c.Media || !strings.Contains(c.SDP, "a=ice-lite") || strings.Contains(c.SDP, "a=mid") {
			t.Errorf("answered call %+v", c)
		}
		d.next("answered")
		truth, states := d.truthOf(c.Leg)
		if len(truth.Answered) != 1 || truth.Answered[0].Extension != "1001" {
			t.Errorf("answered by %+v", truth.Answered)
		}
		leg := participant(states, c.Leg)
		if leg.Type.Device == nil || leg.Type.Device.Model != "goto.clients" || leg.Status.Value != "CONNECTED" {
			t.Errorf("the leg %+v", leg)
		}
		d.try(in.Call, "/answer", map[string]string{"sdp": anOffer}).refused(t, 409, "CONFLICT")
		d.verb(in.Call, "/hold", nil)
		if got := d.call(in.Call); !got.Held {
			t.Errorf("held call %+v", got)
		}
		pass(5 * time.Second)
		d.verb(in.Call, "/unhold", nil)
		d.verb(in.Call, "/mute", nil)
		if got := d.call(in.Call); !got.Muted || got.Held {
			t.Errorf("muted call %+v", got)
		}
		d.verb(in.Call, "/dtmf", map[string]string{"tone": "12#"})
		d.try(in.Call, "/dtmf", map[string]string{"tone": "x"}).refused(t, 400, "BAD_REQUEST")
		pass(3 * time.Second)
		d.api("DELETE", "/web-calls/v1/calls/"+in.Call, "").want(t, 204)
		if end := d.next("ended"); end.Reason != "BYE" || end.Usage != "ALERT" || end.TTL != "3600" || end.Call != in.Call {
			t.Errorf("ended %+v", end)
		}
		d.api("GET", "/web-calls/v1/calls/"+in.Call, "").refused(t, 404, "NOT_FOUND")
		pass(time.Minute)
		truth, _ = d.truthOf(c.Leg)
		if *truth.Outcome != "answered" || len(truth.Holds) != 1 || truth.Holds[0].By != "1001" || truth.Holds[0].MS < 4900 {
			t.Errorf("in the end %+v", truth)
		}
		var report struct {
			Hangup       string `json:"hangupOriginatorId"`
			Participants []struct {
				ID, LegID string
			} `json:"participants"`
		}
		d.api("GET", "/call-events-report/v1/reports/"+truth.ID, "").want(t, 200).into(t, &report)
		for _, p := range report.Participants {
			if (p.LegID == c.Leg) != (p.ID == report.Hangup) {
				t.Errorf("hung up by %s, leg %s is of %s", report.Hangup, p.LegID, p.ID)
			}
		}
	})
}

func TestIncomingRefused(t *testing.T) {
	for _, tt := range []struct{ name, action, reason, scenario string }{
		{"declined, and the queue goes on", "", "DECLINED", "queue"},
		{"declined, and the mailbox takes over", "", "DECLINED", "direct"},
		{"sent to the mailbox", "SEND_TO_VOICEMAIL", "DECLINED", "queue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			phoneRig(t, sim.Config{World: world.Config{Scenario: tt.scenario}}, func(t *testing.T, d *desk) {
				in := d.next("incoming")
				c := d.call(in.Call)
				d.try(in.Call, "/reject", map[string]string{"action": "SHOUT"}).refused(t, 400, "BAD_REQUEST")
				d.verb(in.Call, "/reject", map[string]string{"action": tt.action})
				if end := d.next("ended"); end.Reason != tt.reason || end.Call != in.Call {
					t.Errorf("ended %+v", end)
				}
				pass(4 * time.Minute)
				truth, _ := d.truthOf(c.Leg)
				mail := truth.PhasesMS.Voicemail > 0
				if mail != (tt.action != "" || tt.scenario == "direct") {
					t.Errorf("in the end %+v", truth)
				}
			})
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "direct"}}, func(t *testing.T, d *desk) {
		reasons := map[string]int{}
		var legs []string
		for range 6 {
			in := d.next("incoming")
			legs = append(legs, d.call(in.Call).Leg)
			end := d.next("ended")
			reasons[end.Reason]++
		}
		pass(2 * time.Minute)
		for _, leg := range legs {
			if truth, _ := d.truthOf(leg); len(truth.Answered) > 0 || truth.Outcome == nil {
				t.Fatalf("picked up by itself: %+v", truth)
			}
		}
		if reasons["NO_ANSWER"] == 0 || reasons["CANCEL"] == 0 || len(reasons) != 2 {
			t.Errorf("reasons %v", reasons)
		}
	})
}

func TestDialling(t *testing.T) {
	for _, tt := range []struct{ number, kinds, reason, outcome string }{
		{"+1 900 555 0140", "ringing answered", "BYE", "answered"},
		{"*43", "ringing answered", "BYE", "answered"},
		{"+19005550141", "ringing ended", "BUSY", "not_connected"},
		{"*42", "ringing ended", "NO_ANSWER", "not_connected"},
		{"*48", "ended", "ERROR", "not_connected"},
		{"911", "ended", "ERROR", "not_connected"},
		{"*49", "ringing answered ended", "BYE", "answered"},
		{"*53", "ringing ended", "DECLINED", "not_connected"},
		{"8001", "answered update", "BYE", "answered"},
		{"1006", "ringing answered", "BYE", "answered"},
	} {
		t.Run(tt.number, func(t *testing.T) {
			phoneRig(t, sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}, func(t *testing.T, d *desk) {
				c := d.dial(tt.number)
				if c.Status != "CONNECTING" || c.Number == "" || c.Name != "-" || !c.Media || c.Leg == "" || c.SDP == "" {
					t.Errorf("created %+v", c)
				}
				for kind := range strings.FieldsSeq(tt.kinds) {
					if n := d.next(kind); n.Call != c.ID || kind == "ended" && n.Reason != tt.reason {
						t.Errorf("%s: %+v", kind, n)
					}
				}
				if !strings.Contains(tt.kinds, "ended") {
					pass(15 * time.Second)
					d.api("DELETE", "/web-calls/v1/calls/"+c.ID, "").want(t, 204)
					if n := d.next("ended"); n.Reason != tt.reason {
						t.Errorf("ended %+v", n)
					}
				}
				pass(10 * time.Second)
				truth, states := d.truthOf(c.Leg)
				if truth.From.Number != "1001" || truth.Outcome == nil || *truth.Outcome != tt.outcome {
					t.Errorf("in the end %+v", truth)
				}
				if p := participant(states, c.Leg); p.Type.Device.Model != "goto.clients" {
					t.Errorf("dialled from %+v", p.Type.Device)
				}
			})
		})
	}
}

func TestBlindTransfer(t *testing.T) {
	for _, to := range []string{"1006", "8002", "+12125550110"} {
		for _, way := range []string{"incoming", "dialled"} {
			t.Run(way+" to "+to, func(t *testing.T) {
				phoneRig(t, sim.Config{World: world.Config{Scenario: "direct"}}, func(t *testing.T, d *desk) {
					var id string
					if way == "dialled" {
						id = d.dial("+12125550123").ID
					} else {
						id = d.next("incoming").Call
						d.answer(id)
					}
					d.next("answered")
					leg := d.call(id).Leg
					pass(5 * time.Second)
					d.try(id, "/blind-transfer", map[string]string{"dialString": "5"}).refused(t, 400, "BAD_REQUEST")
					d.verb(id, "/blind-transfer", map[string]string{"dialString": to})
					if n := d.next("ended"); n.Reason != "BYE" || n.Call != id {
						t.Errorf("ended %+v", n)
					}
					pass(15 * time.Minute)
					truth, _ := d.truthOf(leg)
					if len(truth.Transfers) != 1 || truth.Transfers[0].To != to || truth.Transfers[0].By != "1001" || truth.Outcome == nil {
						t.Errorf("in the end %+v", truth)
					}
				})
			})
		}
	}
}

func TestWarmTransferMergeSplit(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "direct"}}, func(t *testing.T, d *desk) {
		in := d.next("incoming")
		d.answer(in.Call)
		d.next("answered")
		pass(3 * time.Second)
		d.verb(in.Call, "/hold", nil)
		about := d.dial("*40")
		d.try(in.Call, "/warm-transfer", map[string]string{"referId": about.ID}).refused(t, 409, "CONFLICT")
		d.next("answered")
		pass(3 * time.Second)
		d.try(in.Call, "/merge", map[string]string{"referId": about.ID}).want(t, 200)
		if d.call(in.Call).Held {
			t.Error("on hold in a conference")
		}
		pass(2 * time.Second)
		d.verb(in.Call, "/split", nil)
		if !d.call(about.ID).Held {
			t.Error("the other one is not on hold after the conference")
		}
		d.verb(in.Call, "/warm-transfer", map[string]string{"referId": about.ID})
		first, second := d.next("ended"), d.next("ended")
		if first.Reason != "BYE" || second.Reason != "BYE" {
			t.Errorf("ended %+v and %+v", first, second)
		}
		leg := about.Leg
		pass(15 * time.Minute)
		consultation, _ := d.truthOf(leg)
		if len(consultation.Associated) == 0 {
			t.Fatalf("consultation %+v", consultation)
		}
		var truth world.Truth
		d.svc.World(func(w *world.World) { truth, _ = w.Truth(consultation.Associated[0]) })
		if len(truth.Transfers) != 1 || truth.Transfers[0].Kind != "warm" || !slices.Contains(truth.Associated, consultation.ID) {
			t.Errorf("in the end %+v", truth)
		}
	})
}

// TestTwoDesks lets one registered phone call another, and a third one take it over.
func TestTwoDesks(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}, func(t *testing.T, a *desk) {
		keys := a.people()
		b := a.atDesk(a.loginAs(keys[1], ""), "desk-2", "1002")
		c := a.atDesk(a.loginAs(keys[2], ""), "desk-3", "1003")
		out := a.dial("1002")
		in := b.next("incoming")
		if in.Number != "1001" || in.Name == "" {
			t.Errorf("incoming %+v", in)
		}
		a.next("ringing")
		b.answer(in.Call)
		b.next("answered")
		a.next("answered")
		b.verb(in.Call, "/hold", nil)
		a.next("update")
		about := b.dial("1003")
		third := c.next("incoming")
		c.answer(third.Call)
		c.next("answered")
		b.next("answered")
		pass(time.Second)
		b.verb(in.Call, "/warm-transfer", map[string]string{"referId": about.ID})
		b.next("ended")
		b.next("ended")
		pass(11 * time.Minute) // both answer by hand: nobody hangs up for them
		if got := a.call(out.ID); got.Number != "1003" || got.Status != "CONNECTED" {
			t.Errorf("who moved %+v", got)
		}
		if got := c.call(third.Call); got.Number != "1001" || got.Status != "CONNECTED" {
			t.Errorf("who stayed %+v", got)
		}
		c.api("DELETE", "/web-calls/v1/calls/"+third.Call, "").want(t, 204)
		if n := a.next("ended"); n.Reason != "BYE" {
			t.Errorf("ended %+v", n)
		}
		c.next("ended")
		a.dial("1002")
		in = b.next("incoming")
		b.api("DELETE", "/web-calls/v1/calls/"+in.Call, "").want(t, 204)
		if n := a.next("ended"); n.Reason != "DECLINED" {
			t.Errorf("ended %+v", n)
		}
	})
}

func TestPhoneFaults(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "direct"}}, func(t *testing.T, d *desk) {
		f := d.svc.Faults()
		in := d.next("incoming")
		for _, rule := range []sim.Fault{
			{Kind: sim.Answer, Status: 429, Path: "/web-calls/v1/calls/*/answer", Count: 1},
			{Kind: sim.Answer, Status: 503, Path: "/web-calls/v1/calls/*/answer", Count: 1},
			{Kind: sim.GiveUp, Count: 1},
		} {
			if _, err := f.Add(rule); err != nil {
				t.Fatal(err)
			}
		}
		d.call(in.Call) // which is under another path
		body := map[string]string{"sdp": anOffer, "inCallChannelId": d.channel}
		d.try(in.Call, "/answer", body).refused(t, 429, "TOO_MANY_REQUESTS")
		d.try(in.Call, "/answer", body).refused(t, 503, "UNAVAILABLE")
		d.try(in.Call, "/answer", body).refused(t, 404, "NOT_FOUND")
		if n := d.next("ended"); n.Reason != "CANCEL" || n.Call != in.Call {
			t.Errorf("ended %+v", n)
		}
		if f.Fired(sim.Answer) != 2 || f.Fired(sim.GiveUp) != 1 {
			t.Errorf("fired %v", f.AllFired())
		}
		if n, err := f.Now(sim.Fault{Kind: sim.Unregister}); n != 1 || err != nil {
			t.Errorf("unregistered %d, %v", n, err)
		}
		if n := d.next("unregistered"); n.Session != d.session {
			t.Errorf("unregistered %+v", n)
		}
		d.register()
		id := d.dial("*40").ID
		d.next("answered")
		d.try(id, "/dtmf", map[string]string{"tone": "1"}).want(t, 204)
		d.api("DELETE", "/notification-channel/v1/channels/desk-1/"+d.channel, "").want(t, 204)
		if got := d.api("GET", "/web-calls/v1/devices/desk-1/extensions", "").want(t, 200); strings.Contains(string(got.body), "1001") {
			t.Errorf("registered on a channel that is gone: %s", got.body)
		}
	})
}

// The vendor's guide shows the notices as a webhook gets them: bare, with the ttl as text and the time in
// the account's zone.
func TestNoticesOnAWebhook(t *testing.T) {
	withCatcher(t, sim.Config{NoMedia: true}, func(t *testing.T, r *rig, c *catcher) {
		id := r.do("POST", channelsPath+"/hook", hookBody(hookURL, "")).want(t, 201).text(t, "channelId")
		d := &desk{rig: r, token: r.token, channel: id, device: "hooked", ext: "1001"}
		d.api("POST", "/web-calls/v1/devices", d.deviceBody()).want(t, 201)
		d.api("POST", "/web-calls/v1/devices/hooked/extensions",
			fmt.Sprintf(`{"organizationId":%q,"extensions":[{"number":"1001"}]}`, r.hello.OrganizationID)).want(t, 201)
		pass(20 * time.Second)
		posts := c.got()
		if len(posts) < 2 {
			t.Fatalf("%d notices", len(posts))
		}
		for i, want := range []struct{ kind, usage, ttl string }{{"greetings", "BACKGROUND", "120"}, {"incoming", "VOIP", "30"}} {
			var got map[string]any
			if err := json.Unmarshal(posts[i].body, &got); err != nil {
				t.Fatal(err)
			}
			if got["source"] != "WebRTC" || got["type"] != want.kind || got["usage"] != want.usage || got["ttl"] != want.ttl {
				t.Errorf("notice %s", posts[i].body)
			}
			if at, _ := got["timestamp"].(string); !strings.HasSuffix(at, "-04:00") {
				t.Errorf("time %q", at)
			}
		}
	})
}

// Who talks is rung by a second call, as one who answers by hand is.
func TestSecondCall(t *testing.T) {
	phoneRig(t, sim.Config{}, func(t *testing.T, d *desk) {
		first := d.next("incoming")
		d.answer(first.Call)
		d.next("answered")
		pass(time.Second)
		d.verb(first.Call, "/hold", nil)
		about := d.dial("*40")
		d.next("answered")
		d.api("DELETE", "/web-calls/v1/calls/"+first.Call, "").want(t, 204)
		second := d.next("incoming")
		if got := d.call(about.ID); got.Status != "CONNECTED" || second.Call == first.Call {
			t.Errorf("the second call %+v while %+v", second, got)
		}
		d.answer(second.Call)
		d.next("answered")
		if a, b := d.call(about.ID), d.call(second.Call); a.Status != "CONNECTED" || b.Status != "CONNECTED" {
			t.Errorf("two calls: %+v, %+v", a, b)
		}
		if st := d.svc.Stats(); st.WebCalls != 2 || st.Phones != 1 || st.Sounds != 0 {
			t.Errorf("counts %+v", st)
		}
	})
}

func TestPickedUpOnTheDesk(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "direct"}}, func(t *testing.T, d *desk) {
		if err := d.svc.PickUp("1001"); err == nil {
			t.Error("picked up what does not ring")
		}
		in := d.next("incoming")
		d.do("POST", "/_sim/pick-up", `{"extension":"1001"}`).want(t, 204)
		if n := d.next("ended"); n.Reason != "ANSWERED_ELSEWHERE" || n.Call != in.Call {
			t.Errorf("ended %+v", n)
		}
	})
}

func TestAnswersInBothStyles(t *testing.T) {
	phoneRig(t, sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}, func(t *testing.T, d *desk) {
		seen := map[bool]int{}
		for range 2 {
			sdp := d.dial("*43").SDP
			seen[strings.Contains(sdp, "a=group:BUNDLE audio")]++
			if strings.Contains(sdp, "a=ssrc:") == strings.Contains(sdp, "a=group:") || !strings.Contains(sdp, "a=rtpmap:126") || strings.Contains(sdp, "a=mid:") {
				t.Errorf("answer %s", sdp)
			}
		}
		if seen[true] != 1 || seen[false] != 1 {
			t.Errorf("styles %v", seen)
		}
	})
	phoneRig(t, sim.Config{Answers: voice.SSRC}, func(t *testing.T, d *desk) {
		c := d.dial("*43")
		got := d.api("PUT", "/web-calls/v1/calls/"+c.ID+"/offer", compact(t, map[string]string{"sdp": strings.Replace(anOffer, "sendrecv", "sendonly", 1)})).want(t, 200)
		if sdp := got.text(t, "sdp"); !strings.Contains(sdp, "a=recvonly") || !strings.Contains(sdp, "a=ssrc:") {
			t.Errorf("answer to a new offer: %s", sdp)
		}
		d.api("PUT", "/web-calls/v1/calls/"+c.ID+"/offer", `{"sdp":"v=0"}`).refused(t, 400, "BAD_REQUEST")
	})
}

func TestClickToCall(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Scenario: "forward", CallsPerHour: 1}}, func(t *testing.T, r *rig) {
		body := fmt.Sprintf(`{"dialString":"+12125550110","from":{"lineId":%q}}`, r.hello.Me.LineID)
		leg := r.do("POST", "/calls/v2/calls", body).want(t, 202).text(t, "initiatorId")
		r.do("POST", "/calls/v2/calls", `{"dialString":"1","from":{"lineId":"x"}}`).refused(t, 403, "UNAUTHORIZED")
		r.do("POST", "/calls/v2/calls", `{"from":{}}`).refused(t, 400, "BAD_REQUEST")
		pass(20 * time.Second)
		truth, states := (&desk{rig: r}).truthOf(leg)
		if truth.Direction != "outbound" || truth.To.Number != "+12125550110" || len(truth.Answered) != 1 {
			t.Errorf("%+v", truth)
		}
		if p := participant(states[:1], leg); p.Status.Value != "RINGING" || p.Type.Device.Model == "" {
			t.Errorf("first %+v", p)
		}
	})
}
