package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
)

func TestUnknownPathsAndMethods(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		for _, path := range []string{"/", "/users/v1/nothing", "/web-calls/v1/lines", "/calls/v2/lines", "/users//v1/lines", "/_sim/nothing"} {
			r.do("GET", path, "").refused(t, 404, "NOT_FOUND")
		}
		r.do("DELETE", "/users/v1/lines", "").refused(t, 405, "METHOD_NOT_ALLOWED")
		r.do("GET", "/oauth/token", "").refused(t, 405, "METHOD_NOT_ALLOWED")
	})
}

func TestBrowsersMayCall(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		res := r.as("", "OPTIONS", "/users/v1/lines", "").want(t, 204)
		if res.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(res.header.Get("Access-Control-Allow-Headers"), "Authorization") {
			t.Errorf("preflight %v", res.header)
		}
	})
}

func TestRateLimitCountsForEachAPIAndToken(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), RateLimit: 10, RetryAfter: true}, func(t *testing.T, r *rig) {
		for range 10 {
			r.do("GET", "/users/v1/lines", "").want(t, 200)
		}
		res := r.do("GET", "/users/v1/me", "")
		res.refused(t, 429, "TOO_MANY_REQUESTS")
		if res.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", res.header.Get("Retry-After"))
		}
		r.do("GET", channelsPath, "").want(t, 200)
		r.as(r.swapPAT(), "GET", "/users/v1/lines", "").want(t, 200)
		pass(100 * time.Millisecond)
		r.do("GET", "/users/v1/lines", "").want(t, 200)
		r.do("GET", "/users/v1/lines", "").refused(t, 429, "TOO_MANY_REQUESTS")
	})
}

func TestRetryAfterIsOffByDefault(t *testing.T) {
	inBubble(t, sim.Config{World: quiet(), RateLimit: 1}, func(t *testing.T, r *rig) {
		r.do("GET", "/users/v1/lines", "").want(t, 200)
		res := r.do("GET", "/users/v1/lines", "")
		res.refused(t, 429, "TOO_MANY_REQUESTS")
		if res.header.Get("Retry-After") != "" {
			t.Error("Retry-After was sent")
		}
	})
}

func TestRunClosesSocketsAtItsEnd(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		e := r.listen(c.ChannelData.ChannelURL)
		stuck := r.listen(r.channel("b").ChannelData.ChannelURL)
		if _, err := r.svc.Faults().Now(sim.Fault{Kind: sim.HalfOpen}); err != nil {
			t.Fatal(err)
		}
		live := r.listen(c.ChannelData.ChannelURL)
		e.closed()
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if code := live.closed(); code != websocket.CloseGoingAway {
			t.Errorf("closed with %d", code)
		}
		stuck.closed()
		if n := r.svc.Stats().Clients; n != 0 {
			t.Errorf("%d clients are left", n)
		}
		if _, res, err := r.dialer().DialContext(t.Context(), c.ChannelData.ChannelURL, nil); err == nil || res.StatusCode != 503 {
			t.Errorf("dialing after the end: %v", err)
		}
		if err := r.svc.Run(context.Background()); err == nil {
			t.Error("a service ran twice")
		}
	})
}

// A client that never reads must not keep Run from ending.
func TestRunEndsWithADeafClient(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		conn, _, err := r.dialer().DialContext(t.Context(), c.ChannelData.ChannelURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		synctest.Wait()
		for r.svc.Stats().States == 0 {
			pass(100 * time.Millisecond)
		}
		pass(300 * time.Millisecond) // the first frame is being written
		start := time.Now()
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("Run took %v to end", took)
		}
	})
}

func TestSlowClientIsClosed(t *testing.T) {
	cfg := sim.Config{SendQueue: 512, World: world.Config{Scenario: "storm", Live: 50, StatesPerSecond: 500}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		slow := r.channel("slow")
		r.subscribe(slow.ChannelID)
		conn, _, err := r.dialer().DialContext(t.Context(), slow.ChannelData.ChannelURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		e := r.busy()
		pass(2 * time.Second)
		st := r.svc.Stats()
		if st.TooSlow != 1 || st.Clients != 1 {
			t.Errorf("too slow %d, clients %d", st.TooSlow, st.Clients)
		}
		if n := len(e.frames()); n < 800 {
			t.Errorf("the good client got %d frames only", n)
		}
		c := channelAnswer{}
		r.do("GET", channelsPath+"/slow/"+slow.ChannelID, "").want(t, 200).into(t, &c)
		if c.ChannelData.IsConnected {
			t.Error("the slow client still counts as connected")
		}
	})
}

func TestStorm(t *testing.T) {
	cfg := sim.Config{World: world.Config{Scenario: "storm", Live: 500, StatesPerSecond: 2000}}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		a, b := r.busy(), r.busy()
		pass(time.Second)
		before := r.svc.Stats().Frames
		pass(5 * time.Second)
		if n := r.svc.Stats().Frames - before; n < 2*9000 || n > 2*11000 {
			t.Errorf("%d frames to two sockets in 5 s of 2000 states/s", n)
		}
		if len(a.frames()) == 0 || len(b.frames()) == 0 || r.svc.Stats().TooSlow != 0 {
			t.Errorf("frames %d and %d, too slow %d", len(a.frames()), len(b.frames()), r.svc.Stats().TooSlow)
		}
		var p spacesPage
		r.do("GET", spaces+"?accountKey="+r.hello.AccountKey, "").want(t, 200).into(t, &p)
		if len(p.Items) != 100 || *p.NextPageMarker == "" {
			t.Errorf("%d spaces on a page", len(p.Items))
		}
	})
}

func TestSpeed(t *testing.T) {
	inBubble(t, sim.Config{Speed: 10}, func(t *testing.T, r *rig) {
		start := r.svc.Now()
		pass(6 * time.Second)
		if d := r.svc.Now().Sub(start); d != time.Minute {
			t.Errorf("the world went %v in 6 s", d)
		}
		if err := r.svc.SetSpeed(1); err != nil {
			t.Fatal(err)
		}
		pass(6 * time.Second)
		if d := r.svc.Now().Sub(start); d != 66*time.Second {
			t.Errorf("the world went %v in all", d)
		}
		var now time.Time
		r.svc.World(func(w *world.World) { now = w.Now() })
		if lag := r.svc.Now().Sub(now); lag < 0 || lag > 10*time.Second {
			t.Errorf("the world's clock is %v behind", lag)
		}
		for _, bad := range []float64{0, -1, 1e9} {
			if err := r.svc.SetSpeed(bad); err == nil {
				t.Errorf("speed %g was taken", bad)
			}
		}
	})
}

// At speed 1 and without a Start, timestamps are the real clock's; frames leave when they say.
func TestTimestampsAreThePresent(t *testing.T) {
	inBubble(t, sim.Config{World: world.Config{Warm: -1}}, func(t *testing.T, r *rig) {
		e := r.busy()
		for len(e.frames()) == 0 {
			pass(10 * time.Millisecond)
		}
		var f struct {
			Timestamp string
			Data      struct {
				Timestamp string
				Content   struct{ State struct{ Timestamp string } }
			}
		}
		if err := json.Unmarshal(e.bytes()[0], &f); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(instant(t, f.Timestamp)); d < -time.Millisecond || d > 20*time.Millisecond {
			t.Errorf("a frame came %v after its outer timestamp", d)
		}
		published := instant(t, f.Data.Timestamp)
		if d := instant(t, f.Timestamp).Sub(published); d < 16*time.Millisecond || d > 18*time.Millisecond {
			t.Errorf("outer timestamp %v after data.timestamp", d)
		}
		if d := published.Sub(instant(t, f.Data.Content.State.Timestamp)); d < 70*time.Millisecond || d > 120*time.Millisecond {
			t.Errorf("data.timestamp %v after the state's", d)
		}
	})
}

func TestSameSeedSameFrames(t *testing.T) {
	run := func() (all [][]byte) {
		inBubble(t, sim.Config{World: world.Config{Seed: 11}}, func(t *testing.T, r *rig) {
			e := r.busy()
			pass(2 * time.Minute)
			all = e.bytes()
		})
		return all
	}
	a, b := run(), run()
	if len(a) < 20 {
		t.Fatalf("%d frames", len(a))
	}
	if diff := cmp.Diff(string(bytes.Join(a, []byte("\n"))), string(bytes.Join(b, []byte("\n")))); diff != "" {
		t.Errorf("two runs of one seed differ:\n%.2000s", diff)
	}
}

func TestHello(t *testing.T) {
	inBubble(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig) {
		h := r.svc.Hello("http://127.0.0.1:1")
		var m map[string]any
		if err := json.Unmarshal([]byte(compact(t, h)), &m); err != nil {
			t.Fatal(err)
		}
		want := []string{"accountKey", "baseUrl", "clientId", "clientSecret", "crm", "login", "me", "organizationId", "personalAccessToken"}
		if diff := cmp.Diff(want, keys(m)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		for k, v := range m {
			if v == "" {
				t.Errorf("%s is empty", k)
			}
		}
		if h.Me.Extension != "1001" || h.Me.Name == "" || h.Me.LineID == "" {
			t.Errorf("me %+v", h.Me)
		}
		other, err := sim.New(sim.Config{World: world.Config{Seed: 8}})
		if err != nil {
			t.Fatal(err)
		}
		if other.Hello("").ClientSecret == h.ClientSecret || other.Hello("").PersonalAccessToken == h.PersonalAccessToken {
			t.Error("two seeds share secrets")
		}
	})
}

func TestImpossibleConfigs(t *testing.T) {
	for name, cfg := range map[string]sim.Config{
		"scenario": {World: world.Config{Scenario: "no such"}}, "me": {World: world.Config{Me: "9999"}},
		"speed": {Speed: -1}, "life": {ChannelLife: -time.Second}, "lag": {Lag: -1},
	} {
		if _, err := sim.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSecretsStayOutOfTheLog(t *testing.T) {
	var log bytes.Buffer
	cfg := sim.Config{World: world.Config{Scenario: "storm", Live: 50, StatesPerSecond: 500}, SendQueue: 2,
		Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		c := r.channel("a")
		r.subscribe(c.ChannelID)
		conn, _, err := r.dialer().DialContext(t.Context(), c.ChannelData.ChannelURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		conn.Close()
		r.do("DELETE", channelsPath+"/a/"+c.ChannelID, "").want(t, 204)
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), "too slowly") || !strings.Contains(log.String(), "pattern=") {
			t.Errorf("log: %s", log.String())
		}
		for what, secret := range map[string]string{"channel id": c.ChannelID, "token": r.token, "PAT": r.hello.PersonalAccessToken, "client secret": r.hello.ClientSecret} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log holds the %s", what)
			}
		}
	})
}

func TestControl(t *testing.T) {
	inBubble(t, sim.Config{}, func(t *testing.T, r *rig) {
		e := r.busy()
		rule := r.as("", "POST", "/_sim/faults", `{"kind":"drop","every":2,"source":"call-events"}`).want(t, 201).object(t)
		delay := r.as("", "POST", "/_sim/faults", `{"kind":"delay","delay":"3s","every":3}`).want(t, 201).object(t)
		pass(time.Minute)
		list := r.as("", "GET", "/_sim/faults", "").want(t, 200).object(t)
		first := list["rules"].([]any)[0].(map[string]any)
		dropped := r.fired(sim.Drop)
		if second := list["rules"].([]any)[1].(map[string]any); second["delay"] != "3s" || second["every"] != 3.0 {
			t.Errorf("the delay rule is listed as %v", second)
		}
		if first["id"] != rule["id"] || int(first["fired"].(float64)) != dropped || int(list["fired"].(map[string]any)["drop"].(float64)) != dropped {
			t.Errorf("faults %v, %d fired", list, dropped)
		}
		r.as("", "DELETE", fmt.Sprintf("/_sim/faults/%v", delay["id"]), "").want(t, 204)
		r.as("", "DELETE", fmt.Sprintf("/_sim/faults/%v", delay["id"]), "").refused(t, 404, "NOT_FOUND")
		r.as("", "DELETE", "/_sim/faults", "").want(t, 204)
		if n := len(r.svc.Faults().Rules()); n != 0 {
			t.Errorf("%d rules are left", n)
		}
		for _, body := range []string{`{`, `{"kind":"x"}`, `{"kind":"delay","delay":"soon"}`, `{"kind":"drop","now":true}`} {
			if res := r.as("", "POST", "/_sim/faults", body); res.status != 400 {
				t.Errorf("%s: %d", body, res.status)
			}
		}
		stats := r.as("", "GET", "/_sim/stats", "").want(t, 200).object(t)
		if stats["clients"] != 1.0 || stats["frames"].(float64) == 0 || stats["live"].(float64) == 0 || stats["speed"] != 1.0 {
			t.Errorf("stats %v", stats)
		}
		truths := r.as("", "GET", "/_sim/truth", "").want(t, 200).object(t)["items"].([]any)
		id := truths[0].(map[string]any)["id"].(string)
		if got := r.as("", "GET", "/_sim/truth/"+id, "").want(t, 200).text(t, "id"); got != id {
			t.Errorf("truth of %s", got)
		}
		r.as("", "GET", "/_sim/truth/none", "").refused(t, 404, "NOT_FOUND")
		r.as("", "PUT", "/_sim/speed", `{"speed":4}`).want(t, 200)
		if s := r.svc.Stats().Speed; s != 4 {
			t.Errorf("speed %g", s)
		}
		r.as("", "PUT", "/_sim/speed", `{"speed":0}`).refused(t, 400, "BAD_REQUEST")
		now := r.as("", "POST", "/_sim/faults", `{"kind":"close","code":4000,"now":true}`).want(t, 201).object(t)
		if now["fired"] != 1.0 || e.closed() != 4000 {
			t.Errorf("close now: %v, code %d", now, e.closed())
		}
	})
}
