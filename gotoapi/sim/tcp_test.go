package sim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

// The service over a real port and TLS, as `ringside sim` serves it: 1,000 states of a storm.
func TestOverTLS(t *testing.T) {
	svc, err := sim.New(sim.Config{World: world.Config{Scenario: "storm", Live: 200, StatesPerSecond: 2000}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewTLSServer(svc)
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- svc.Run(ctx) }()

	post := func(path, contentType, auth, body string, v any) {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, "POST", srv.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", auth)
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode > 299 {
			t.Fatalf("POST %s: %s, %v: %s", path, res.Status, err, answer)
		}
		if err := json.Unmarshal(answer, v); err != nil {
			t.Fatal(err)
		}
	}
	hello := svc.Hello(srv.URL)
	basic := &http.Request{Header: http.Header{}}
	basic.SetBasicAuth(hello.ClientID, hello.ClientSecret)
	var token struct {
		AccessToken string `json:"access_token"`
	}
	form := url.Values{"grant_type": {"personal_access_token"}, "pat": {hello.PersonalAccessToken}}
	post("/oauth/token", "application/x-www-form-urlencoded", basic.Header.Get("Authorization"), form.Encode(), &token)
	var c channelAnswer
	post(channelsPath+"/tls", "application/json", "Bearer "+token.AccessToken, `{"channelType":"WebSockets"}`, &c)
	body := compact(t, map[string]any{"channelId": c.ChannelID, "accountKeys": []any{map[string]string{"id": hello.AccountKey}}})
	post("/call-events/v1/subscriptions", "application/json", "Bearer "+token.AccessToken, body, &struct{}{})
	if !strings.HasPrefix(c.ChannelData.ChannelURL, "wss://127.0.0.1:") {
		t.Fatalf("channelURL %.30s…", c.ChannelData.ChannelURL)
	}

	dialer := websocket.Dialer{TLSClientConfig: srv.Client().Transport.(*http.Transport).TLSClientConfig}
	conn, _, err := dialer.DialContext(ctx, c.ChannelData.ChannelURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for want := uint64(1); want <= 1000; want++ {
		var f frameIn
		if err := conn.ReadJSON(&f); err != nil {
			t.Fatal(err)
		}
		if f.EventID != want {
			t.Fatalf("eventId %d, want %d", f.EventID, want)
		}
	}
	cancel()
	for {
		if _, _, err := conn.ReadMessage(); err != nil {
			if !websocket.IsCloseError(err, websocket.CloseGoingAway) {
				t.Errorf("the socket ended with %v", err)
			}
			break
		}
	}
	if err := <-ran; err != nil {
		t.Errorf("Run: %v", err)
	}
}
