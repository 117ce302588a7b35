package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

// TestWebCallHasSound makes a call over real sockets, hears the far end speak, loses every packet from then
// on by a fault, and leaves nothing behind.
func TestWebCallHasSound(t *testing.T) {
	before := runtime.NumGoroutine()
	svc, err := sim.New(sim.Config{World: world.Config{Seed: 5, Scenario: "forward", CallsPerHour: 1}, Speed: 20})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(svc)
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- svc.Run(ctx) }()
	a := &overTCP{t, srv.URL, ""}
	hello := svc.Hello(srv.URL)
	a.token = a.swap(hello)

	var ch channelAnswer
	a.post("/notification-channel/v1/channels/desk", `{"channelType":"WebSockets"}`, &ch)
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, ch.ChannelData.ChannelURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	device := fmt.Sprintf(`{"clientInformation":{"deviceId":"d"},"callbackReference":{"incomingCallChannelId":%q,"sessionManagementChannelId":%[1]q}}`, ch.ChannelID)
	a.post("/web-calls/v1/devices", device, nil)
	a.post("/web-calls/v1/devices/d/extensions", fmt.Sprintf(`{"organizationId":%q,"extensions":[{"number":"1001"}]}`, hello.OrganizationID), nil)

	pc, heard := listener(t)
	offer := offerOf(t, pc)
	body, err := json.Marshal(map[string]string{"deviceId": "d", "organizationId": hello.OrganizationID, "extensionNumber": "1001",
		"dialString": "*40", "inCallChannelId": ch.ChannelID, "sdp": offer})
	if err != nil {
		t.Fatal(err)
	}
	var c callIn
	began := time.Now()
	a.post("/web-calls/v1/calls", string(body), &c)
	if took := time.Since(began); took > 5*time.Second { // a few milliseconds where there is nothing else to do
		t.Errorf("the call took %v to be made", took)
	}
	mid := pc.GetTransceivers()[0].Mid()
	fixed := regexp.MustCompile(`(?m)^(m=audio .*\r\n)`).ReplaceAllString(strings.Replace(c.SDP, "a=group:BUNDLE audio\r\n", "", 1), "${1}a=mid:"+mid+"\r\n")
	fixed = strings.Replace(fixed, "t=0 0\r\n", "t=0 0\r\na=group:BUNDLE "+mid+"\r\n", 1)
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: fixed}); err != nil {
		t.Fatal(err)
	}
	until(t, "the far end speaks", func() bool { return heard.Load() > 10 })
	if _, err := svc.Faults().Add(sim.Fault{Kind: sim.Loss, Source: "sent"}); err != nil {
		t.Fatal(err)
	}
	until(t, "packets are lost", func() bool { return svc.Faults().Fired(sim.Loss) > 5 })
	a.post("/web-calls/v1/calls/"+c.ID+"/dtmf", `{"tone":"42"}`, nil)
	if got, ok := svc.Tones(c.ID); got != "42" || !ok {
		t.Errorf("the far end heard %q", got)
	}
	if err := pc.GracefulClose(); err != nil { // without a word to the service
		t.Error(err)
	}
	until(t, "the call of a client that has gone ends", func() bool { return svc.Stats().WebCalls == 0 })
	conn.Close()
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
	srv.Close()
	until(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}

func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !so(); {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("in vain: %s\n%s", what, buf[:runtime.Stack(buf, true)])
		}
		<-time.After(10 * time.Millisecond)
	}
}

// listener is a client that counts the packets that it hears.
func listener(t *testing.T) (*webrtc.PeerConnection, *atomic.Int64) {
	t.Helper()
	set := webrtc.SettingEngine{}
	set.SetIncludeLoopbackCandidate(true)
	set.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	set.SetHandleUndeclaredSSRCWithoutAnswer(true)
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	pc, err := webrtc.NewAPI(webrtc.WithSettingEngine(set)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	heard := &atomic.Int64{}
	pc.OnTrack(func(r *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			if _, _, err := r.ReadRTP(); err != nil {
				return
			}
			heard.Add(1)
		}
	})
	return pc, heard
}

func offerOf(t *testing.T, pc *webrtc.PeerConnection) string {
	t.Helper()
	if _, err := pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio); err != nil {
		t.Fatal(err)
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		t.Fatal(err)
	}
	<-gathered
	return pc.LocalDescription().SDP
}

// overTCP is a client of the API over a real port.
type overTCP struct {
	t           *testing.T
	base, token string
}

func (a *overTCP) post(path, body string, into any) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), "POST", a.base+path, strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	a.do(req, into)
}

func (a *overTCP) do(req *http.Request, into any) {
	a.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode > 299 {
		a.t.Fatalf("%s: %s, %v: %s", req.URL.Path, res.Status, err, b)
	}
	if into != nil {
		if err := json.Unmarshal(b, into); err != nil {
			a.t.Fatal(err)
		}
	}
}

func (a *overTCP) swap(hello sim.Hello) string {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), "POST", a.base+"/oauth/token",
		strings.NewReader("grant_type=personal_access_token&pat="+hello.PersonalAccessToken))
	if err != nil {
		a.t.Fatal(err)
	}
	req.SetBasicAuth(hello.ClientID, hello.ClientSecret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		AccessToken string `json:"access_token"`
	}
	a.do(req, &token)
	return token.AccessToken
}
