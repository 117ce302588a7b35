package sim_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const channelsPath = "/notification-channel/v1/channels"

// quiet is a world in which nothing happens while a test looks at channels.
func quiet() world.Config {
	return world.Config{Seed: 7, Scenario: "outbound", CallsPerHour: 0.001, Warm: -1}
}

func TestCreateChannel(t *testing.T) {
	bodies := map[string]string{
		"plural": `{"channelType":"WebSockets"}`, "singular": `{"channelType":"WebSocket","applicationTag":"x"}`,
		"nested": `{"channelData":{"channelType":"WebSockets","isConnected":false}}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
				res := r.do("POST", channelsPath+"/desk.1-a_b%40x", body).want(t, 201)
				m := res.object(t)
				if diff := cmp.Diff([]string{"channelData", "channelId", "channelLifetime", "channelNickname"}, keys(m)); diff != "" {
					t.Errorf("members (-want +got):\n%s", diff)
				}
				var c channelAnswer
				res.into(t, &c)
				if !regexp.MustCompile(`^[A-Za-z0-9_-]{87,91}$`).MatchString(c.ChannelID) {
					t.Errorf("channelId %q", c.ChannelID)
				}
				if c.ChannelNickname != "desk.1-a_b@x" || c.ChannelLifetime != 1200 || c.ChannelData.ChannelType != "WebSockets" || c.ChannelData.IsConnected {
					t.Errorf("channel %+v", c)
				}
				if want := "ws://api.sim.example" + channelsPath + "/" + c.ChannelID + "/channelId/ws"; c.ChannelData.ChannelURL != want {
					t.Errorf("channelURL %s, want %s", c.ChannelData.ChannelURL, want)
				}
			})
		})
	}
}

func TestSocketURLIsSecureBehindAProxy(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		req := r.request("POST", channelsPath+"/a", `{"channelType":"WebSockets"}`)
		req.Header.Set("Authorization", "Bearer "+r.token)
		req.Header.Set("X-Forwarded-Proto", "https")
		var c channelAnswer
		r.send(req).want(t, 201).into(t, &c)
		if !strings.HasPrefix(c.ChannelData.ChannelURL, "wss://api.sim.example/") {
			t.Errorf("channelURL %s", c.ChannelData.ChannelURL)
		}
	})
}

func TestChannelRefusals(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		one := channelsPath + "/a/" + c.ChannelID
		r.do("POST", channelsPath+"/a", `{`).refused(t, 400, "MALFORMED_REQUEST")
		r.do("POST", channelsPath+"/a", `{"channelType":7}`).refused(t, 400, "BAD_REQUEST")
		r.do("POST", channelsPath+"/a", `{}`).refused(t, 400, "BAD_REQUEST")
		r.do("POST", channelsPath+"/a", `{"channelType":"Pigeon"}`).refused(t, 400, "BAD_REQUEST")
		hook := r.do("POST", channelsPath+"/a", `{"channelType":"Webhook","webhookChannelData":{"webhook":{"url":"https://x"}}}`)
		hook.refused(t, 400, "BAD_REQUEST")
		if !strings.Contains(hook.text(t, "message"), "not supported") {
			t.Errorf("webhook: %s", hook.body)
		}
		r.as("", "POST", channelsPath+"/a", `{"channelType":"WebSockets"}`).refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
		r.do("PUT", one, `{"channelType":"Webhook"}`).refused(t, 400, "BAD_REQUEST")
		for _, path := range []string{channelsPath + "/a/none", channelsPath + "/b/" + c.ChannelID} {
			r.do("GET", path, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
			r.do("PUT", path, `{"channelType":"WebSockets"}`).refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
			r.do("DELETE", path, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
			r.do("GET", path+"/channel-lifetime", "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
			r.do("PUT", path+"/channel-lifetime", "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		}
		stranger := r.loginAs(r.userKeys()[1], "")
		r.as(stranger, "GET", one, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		r.do("PATCH", one, "").refused(t, 405, "METHOD_NOT_ALLOWED")
		if allow := r.do("PATCH", one, "").header.Get("Allow"); allow != "DELETE, GET, PUT" {
			t.Errorf("Allow: %s", allow)
		}
	})
}

func TestChannelLife(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		one := channelsPath + "/a/" + c.ChannelID
		left := func() float64 {
			return r.do("GET", one+"/channel-lifetime", "").want(t, 200).object(t)["channelLifetime"].(float64)
		}
		pass(500 * time.Second)
		if left() != 700 {
			t.Errorf("%v s left after 500 of 1200", left())
		}
		var again channelAnswer
		r.do("PUT", one, `{"channelType":"WebSockets"}`).want(t, 200).into(t, &again)
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("refresh changed the channel: %s", diff)
		}
		pass(1000 * time.Second)
		if got := r.do("PUT", one+"/channel-lifetime", "").want(t, 200).object(t)["channelLifetime"]; got != 1200.0 {
			t.Errorf("extended to %v", got)
		}
		pass(1199 * time.Second)
		r.do("GET", one, "").want(t, 200)
		pass(time.Second)
		r.do("GET", one, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
		if _, res, err := r.dialer().DialContext(t.Context(), c.ChannelData.ChannelURL, nil); err == nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("dialing a dead channel: %v", err)
		}
	})
}

func TestDeletedChannelClosesItsSocket(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		e := r.listen(c.ChannelData.ChannelURL)
		var seen channelAnswer
		r.do("GET", channelsPath+"/a/"+c.ChannelID, "").want(t, 200).into(t, &seen)
		if !seen.ChannelData.IsConnected {
			t.Error("isConnected is false with a socket")
		}
		r.do("DELETE", channelsPath+"/a/"+c.ChannelID, "").want(t, 204)
		if code := e.closed(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
		r.do("DELETE", channelsPath+"/a/"+c.ChannelID, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
	})
}

func TestListChannels(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		var want []string
		for i := range 5 {
			want = append([]string{r.channel(fmt.Sprintf("c%d", i)).ChannelID}, want...)
		}
		r.as(r.loginAs(r.userKeys()[1], ""), "POST", channelsPath+"/other", `{"channelType":"WebSockets"}`).want(t, 201)
		var got []string
		for marker := ""; ; {
			var page struct {
				Items          []channelAnswer
				NextPageMarker string
			}
			r.do("GET", channelsPath+"?pageSize=2"+marker, "").want(t, 200).into(t, &page)
			for _, c := range page.Items {
				got = append(got, c.ChannelID)
			}
			if page.NextPageMarker == "" {
				break
			}
			marker = "&pageMarker=" + page.NextPageMarker
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("channels, newest first (-want +got):\n%s", diff)
		}
		r.do("GET", channelsPath+"?pageSize=0", "").refused(t, 400, "BAD_REQUEST")
	})
}

func TestNoticesOfTheEnd(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		e := r.listen(c.ChannelData.ChannelURL)
		pass(599 * time.Second)
		if n := len(e.frames()); n != 0 {
			t.Fatalf("%d frames before the notice", n)
		}
		pass(time.Second)
		r.do("PUT", channelsPath+"/a/"+c.ChannelID, `{"channelType":"WebSockets"}`).want(t, 200)
		pass(600 * time.Second)
		pass(594 * time.Second)
		if n := len(e.frames()); n != 2 {
			t.Fatalf("%d frames, want one notice for each life", n)
		}
		pass(time.Second)
		last := e.frames()
		if len(last) != 3 || last[2].Data.Type != "WEBSOCKET_TO_BE_CLOSED" || string(last[2].Data.Content) != "{}" || e.isClosed() {
			t.Fatalf("5 s before the end: %d frames, closed %v", len(last), e.isClosed())
		}
		pass(5 * time.Second)
		if code := e.closed(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
		r.do("GET", channelsPath+"/a/"+c.ChannelID, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
	})
}

func TestRefreshNoticeOnTheWire(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		e := r.listen(r.channel("a").ChannelData.ChannelURL)
		pass(600 * time.Second)
		raw := e.bytes()
		if len(raw) != 1 {
			t.Fatalf("%d frames", len(raw))
		}
		// The bubble's clock began at midnight of 2000-01-01.
		want := regexp.MustCompile(`^\{"event":"Notification","eventId":1,"timestamp":"2000-01-01T00:10:00\.\d{9}Z","data":\{` +
			`"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","source":"notification-websocket",` +
			`"type":"WEBSOCKET_REFRESH_REQUIRED","usage":"BACKGROUND","timestamp":null,"ttl":600,"topic":null,"displayNotification":null,` +
			`"contentVersion":null,"content":\{"remainingLifetime":600\},"bypassDoNotDisturb":null\}\}$`)
		if !want.Match(raw[0]) {
			t.Errorf("frame %s", raw[0])
		}
	})
}

func TestSettableLives(t *testing.T) {
	cfg := sim.Config{World: quiet(), ChannelLife: 60 * time.Second, RefreshNotice: 20 * time.Second, CloseGrace: 2 * time.Second}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		c := r.channel("a")
		if c.ChannelLifetime != 60 {
			t.Errorf("channelLifetime %d", c.ChannelLifetime)
		}
		e := r.listen(c.ChannelData.ChannelURL)
		pass(40 * time.Second)
		if f := e.frames(); len(f) != 1 || string(f[0].Data.Content) != `{"remainingLifetime":20}` {
			t.Errorf("frames %+v", f)
		}
		pass(18 * time.Second)
		if f := e.frames(); len(f) != 2 {
			t.Errorf("%d frames", len(f))
		}
		pass(2 * time.Second)
		if !e.isClosed() {
			t.Error("still open at the end of the life")
		}
	})
}

func TestPongEchoesThePayload(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		e := r.listen(r.channel("a").ChannelData.ChannelURL)
		pongs := make(chan string, 1)
		e.conn.SetPongHandler(func(payload string) error { pongs <- payload; return nil })
		for n := range 3 {
			payload := fmt.Sprintf(`{"sequence":%d}`, n) // as the vendor's report sample does every 8 s
			if err := e.conn.WriteControl(websocket.PingMessage, []byte(payload), time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			if got := <-pongs; got != payload {
				t.Errorf("pong %q, want %q", got, payload)
			}
			pass(8 * time.Second)
		}
		if err := e.conn.WriteMessage(websocket.TextMessage, []byte("nobody listens")); err != nil {
			t.Fatal(err)
		}
		if pass(time.Second); e.isClosed() {
			t.Error("a text message ended the connection")
		}
	})
}

func TestNewestSocketWins(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), RefreshNotice: 1100 * time.Second}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		old := r.listen(c.ChannelData.ChannelURL)
		fresh := r.listen(c.ChannelData.ChannelURL)
		if code := old.closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("the older socket was closed with %d", code)
		}
		pass(100 * time.Second)
		if len(fresh.frames()) != 1 || len(old.frames()) != 0 {
			t.Errorf("frames: new %d, old %d", len(fresh.frames()), len(old.frames()))
		}
	})
}

func TestPlainRequestToASocketPath(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		path := strings.TrimPrefix(c.ChannelData.ChannelURL, "ws://api.sim.example")
		r.as("", "GET", path, "").refused(t, 400, "BAD_REQUEST")
		r.as("", "POST", path, "").refused(t, 405, "METHOD_NOT_ALLOWED")
	})
}
