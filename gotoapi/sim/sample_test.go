package sim_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
)

// The steps of the vendor's call-events-report demo, in its order and with its request bodies:
// authorize, code, channel of type "WebSocket", subscription, socket with a ping each 8 s, report,
// refresh, and the deletes of its end.
func TestVendorsReportDemo(t *testing.T) {
	inBubble(t, sim.Config{RateLimit: 10}, func(t *testing.T, r *rig) {
		q := url.Values{"client_id": {r.hello.ClientID}, "response_type": {"code"}, "redirect_uri": {demoRedirect}, "state": {"abc"},
			"scope": {"call-events.v1.notifications.manage cr.v1.read"}}
		form := codeForm(r.code(q))
		form.Set("client_id", r.hello.ClientID)
		login := r.form(form).want(t, 200)
		r.token = login.text(t, "access_token")

		var c channelAnswer
		r.do("POST", channelsPath+"/call-events-report-demo", `{"channelType":"WebSocket"}`).want(t, 201).into(t, &c)
		if c.ChannelData.ChannelType != "WebSockets" {
			t.Errorf("channelType %s", c.ChannelData.ChannelType)
		}
		one := channelsPath + "/call-events-report-demo/" + c.ChannelID
		r.subscribeReports(c.ChannelID, "accountKeys", r.hello.AccountKey).want(t, 201)
		e := r.listen(c.ChannelData.ChannelURL)
		pongs := 0
		e.conn.SetPongHandler(func(string) error { pongs++; return nil })
		for n := range 100 {
			pass(8 * time.Second)
			if err := e.conn.WriteControl(websocket.PingMessage, []byte(`{"sequence":1}`), time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			if n == 74 {
				r.do("PUT", one, `{"channelType":"WebSocket"}`).want(t, 200)
			}
		}
		pass(time.Second)
		if pongs != 100 {
			t.Errorf("%d pongs to 100 pings", pongs)
		}
		notices := 0
		for _, f := range e.frames() {
			if f.Data.Type == "WEBSOCKET_REFRESH_REQUIRED" {
				notices++
			}
		}
		if notices != 1 {
			t.Errorf("%d refresh notices in 800 s", notices)
		}
		r.do("GET", reports+r.finished(e), "").want(t, 200)
		refreshed := r.form(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {login.text(t, "refresh_token")}}).want(t, 200)
		r.token = refreshed.text(t, "access_token")
		r.do("DELETE", reportSubs+"?channelId="+c.ChannelID+"&accountKey="+r.hello.AccountKey, "").want(t, 204)
		r.do("DELETE", one, "").want(t, 204)
		e.closed()
	})
}

// The steps of the vendor's screen-pop demo: lines, channel, subscription, and the caller's
// number out of the first ringing call.
func TestVendorsScreenPopDemo(t *testing.T) {
	inBubble(t, sim.Config{RateLimit: 10}, func(t *testing.T, r *rig) {
		r.token = r.loginAs(r.userKeys()[0], "")
		var lines linesAnswer
		r.do("GET", "/users/v1/lines", "").want(t, 200).into(t, &lines)
		if lines.Items[0].Organization.ID == "" {
			t.Error("the line has no organization id")
		}
		c := r.channel("screen-pop-demo")
		r.subscribe(c.ChannelID)
		e := r.listen(c.ChannelData.ChannelURL)
		pass(20 * time.Second) // Me is rung within 20 s of the start
		pass(time.Second)
		popped := false
		for _, f := range e.frames() {
			var content struct {
				State struct {
					Participants []struct {
						Status struct{ Value string }
						Type   struct {
							Value, LineID string
							Caller        struct{ Name, Number string }
						}
					}
				}
			}
			reply{body: f.Data.Content}.into(t, &content)
			number, mine := "", false
			for _, p := range content.State.Participants {
				if p.Type.Caller.Number != "" {
					number = p.Type.Caller.Number
				}
				mine = mine || p.Type.LineID == lines.Items[0].ID && p.Status.Value == "RINGING"
			}
			popped = popped || mine && number != ""
		}
		if !popped {
			t.Error("nobody rang the line within 20 s")
		}
	})
}
