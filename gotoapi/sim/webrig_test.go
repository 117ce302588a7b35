package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

const anOffer = "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 126\r\nc=IN IP4 0.0.0.0\r\na=setup:actpass\r\n" +
	"a=ice-ufrag:eY+O\r\na=ice-pwd:6V4eSXF/FlGsg25aSo7z4/J4\r\na=rtcp-mux\r\na=sendrecv\r\na=rtpmap:111 OPUS/48000/2\r\na=rtpmap:126 telephone-event/8000\r\na=mid:audio0\r\n" +
	"a=fingerprint:sha-256 6C:A1:94:5A:63:3C:05:19:2A:C0:43:5F:A9:C4:F8:A8:6A:55:6A:88:B2:23:23:EA:B7:94:58:A3:E7:EF:57:20\r\n"

// callIn is a call object as the tests read it.
type callIn struct {
	ID      string `json:"id"`
	Number  string `json:"number"`
	Name    string `json:"name"`
	Muted   bool   `json:"isMuted"`
	Held    bool   `json:"isOnHold"`
	Media   bool   `json:"hasMedia"`
	Early   bool   `json:"ringingInMedia"`
	SDP     string `json:"sdp"`
	Status  string `json:"status"`
	Stamp   string `json:"timestamp"`
	SIPCall string `json:"sipCallId"`
	Leg     string `json:"legId"`
}

// noticeIn is a notice of the Web Calls API.
type noticeIn struct {
	Kind, Usage, TTL, Stamp string
	Session                 string `json:"sessionId"`
	Organization            string `json:"organizationId"`
	Extension               string `json:"extensionNumber"`
	Call                    string `json:"callId"`
	Name                    string `json:"name"`
	Number                  string `json:"number"`
	Held                    bool   `json:"isOnHold"`
	Reason                  string `json:"reasonCode"`
}

// desk is a rig with a device that has an extension registered.
type desk struct {
	*rig
	channel string
	ear     *ear
	token   string
	device  string
	ext     string
	session string
	read    int // notices taken so far
}

// atDesk registers a device for the owner of a token.
func (r *rig) atDesk(token, device, ext string) *desk {
	r.t.Helper()
	d := &desk{rig: r, token: token, device: device, ext: ext}
	var ch channelAnswer
	d.api("POST", "/notification-channel/v1/channels/"+device, `{"channelType":"WebSockets"}`).want(r.t, 201).into(r.t, &ch)
	d.channel = ch.ChannelID
	d.ear = r.listen(ch.ChannelData.ChannelURL)
	d.api("POST", "/web-calls/v1/devices", d.deviceBody()).want(r.t, 201)
	d.register()
	return d
}

func (d *desk) deviceBody() string {
	return fmt.Sprintf(`{"clientInformation":{"deviceId":%q,"appId":"ringside","appVersion":"1","platform":"INTEGRATOR"},`+
		`"callbackReference":{"incomingCallChannelId":%q,"sessionManagementChannelId":%q}}`, d.device, d.channel, d.channel)
}

func (d *desk) register() {
	d.t.Helper()
	var got struct {
		Extensions []struct {
			Number     string `json:"number"`
			SessionID  string `json:"sessionId"`
			ResultCode int    `json:"resultCode"`
		} `json:"extensions"`
	}
	d.api("POST", "/web-calls/v1/devices/"+d.device+"/extensions",
		fmt.Sprintf(`{"organizationId":%q,"extensions":[{"number":%q}]}`, d.hello.OrganizationID, d.ext)).want(d.t, 201).into(d.t, &got)
	if len(got.Extensions) != 1 || got.Extensions[0].ResultCode != 201 || got.Extensions[0].SessionID == "" {
		d.t.Fatalf("registering: %+v", got)
	}
	d.session = got.Extensions[0].SessionID
	d.next("greetings")
}

func (d *desk) api(method, path, body string) reply {
	d.t.Helper()
	return d.as(d.token, method, path, body)
}

// notices are all notices of web calls so far.
func (d *desk) notices() []noticeIn {
	d.t.Helper()
	var all []noticeIn
	for _, b := range d.ear.bytes() {
		var f struct {
			Data struct {
				Source    string          `json:"source"`
				Type      string          `json:"type"`
				Usage     string          `json:"usage"`
				Timestamp string          `json:"timestamp"`
				TTL       any             `json:"ttl"`
				Content   json.RawMessage `json:"content"`
			} `json:"data"`
		}
		if err := json.Unmarshal(b, &f); err != nil {
			d.t.Fatal(err)
		}
		if f.Data.Source != "WebRTC" {
			continue
		}
		var n noticeIn
		if err := json.Unmarshal(f.Data.Content, &n); err != nil {
			d.t.Fatal(err)
		}
		ttl, _ := f.Data.TTL.(string)
		n.Kind, n.Usage, n.TTL, n.Stamp = f.Data.Type, f.Data.Usage, ttl, f.Data.Timestamp
		all = append(all, n)
	}
	return all
}

// next waits for the next notice of a kind; those before it are passed over.
func (d *desk) next(kind string) noticeIn {
	d.t.Helper()
	for range 1200 {
		all := d.notices()
		for d.read < len(all) {
			d.read++
			if n := all[d.read-1]; n.Kind == kind {
				return n
			}
		}
		pass(100 * time.Millisecond)
	}
	d.t.Fatalf("no notice %s comes; so far: %+v", kind, d.notices())
	return noticeIn{}
}

func (d *desk) dial(number string) callIn {
	d.t.Helper()
	body, err := json.Marshal(map[string]string{"deviceId": d.device, "organizationId": d.hello.OrganizationID,
		"extensionNumber": d.ext, "dialString": number, "inCallChannelId": d.channel, "sdp": anOffer})
	if err != nil {
		d.t.Fatal(err)
	}
	var c callIn
	d.api("POST", "/web-calls/v1/calls", string(body)).want(d.t, 201).into(d.t, &c)
	return c
}

func (d *desk) answer(id string) callIn {
	d.t.Helper()
	var c callIn
	d.try(id, "/answer", map[string]string{"sdp": anOffer, "inCallChannelId": d.channel}).want(d.t, 200).into(d.t, &c)
	return c
}

// try posts a verb of a call.
func (d *desk) try(id, verb string, body map[string]string) reply {
	d.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.api("POST", "/web-calls/v1/calls/"+id+verb, string(b))
}

func (d *desk) verb(id, verb string, body map[string]string) {
	d.t.Helper()
	d.try(id, verb, body).want(d.t, 204)
}

func (d *desk) call(id string) callIn {
	d.t.Helper()
	var c callIn
	d.api("GET", "/web-calls/v1/calls/"+id, "").want(d.t, 200).into(d.t, &c)
	return c
}

// truthOf finds the truth of the call that has a leg, and the states.
func (d *desk) truthOf(leg string) (world.Truth, []world.State) {
	d.t.Helper()
	var truth world.Truth
	var states []world.State
	d.svc.World(func(w *world.World) {
		for _, t := range w.Truths() {
			_, st, ok := w.States(t.ID)
			if ok && slices.ContainsFunc(st, func(s world.State) bool {
				return slices.ContainsFunc(s.Participants, func(p world.Participant) bool { return p.LegID == leg })
			}) {
				truth, states = t, st
			}
		}
	})
	if truth.ID == "" {
		d.t.Fatalf("no call has the leg %s", leg)
	}
	return truth, states
}

func phoneRig(t *testing.T, cfg sim.Config, body func(*testing.T, *desk)) {
	t.Helper()
	cfg.NoMedia = true
	cfg.World.Retention = 24 * time.Hour
	inBubble(t, cfg, func(t *testing.T, r *rig) { body(t, r.atDesk(r.token, "desk-1", "1001")) })
}

// people are the keys of the users, the owner of the personal access token first.
func (r *rig) people() []string {
	var keys []string
	r.svc.World(func(w *world.World) {
		for _, u := range w.Account().Users {
			keys = append(keys, u.Key)
		}
	})
	return keys
}

// participant is how a leg stood last.
func participant(states []world.State, leg string) world.Participant {
	var last world.Participant
	for _, s := range states {
		for _, p := range s.Participants {
			if p.LegID == leg {
				last = p
			}
		}
	}
	return last
}
