package sim_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
)

// catcher is a receiver of webhooks on a network in memory.
type catcher struct {
	mu      sync.Mutex
	answer  func(n int, r *http.Request) (int, time.Duration) // n counts posts from 1
	options int                                               // status of the answer to OPTIONS
	allow   string
	posts   []delivery
}

type delivery struct {
	at     time.Time
	path   string
	header http.Header
	body   []byte
}

func (c *catcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	if r.Method == http.MethodOptions {
		defer c.mu.Unlock()
		w.Header().Set("Allow", c.allow)
		w.WriteHeader(c.options)
		return
	}
	c.posts = append(c.posts, delivery{time.Now(), r.URL.RequestURI(), r.Header.Clone(), body})
	status, wait := 204, time.Duration(0)
	if c.answer != nil {
		status, wait = c.answer(len(c.posts), r)
	}
	c.mu.Unlock()
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
		}
	}
	w.WriteHeader(status)
}

func (c *catcher) got() []delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.posts)
}

// withCatcher runs body with a service that reaches a receiver.
func withCatcher(t *testing.T, cfg sim.Config, body func(*testing.T, *rig, *catcher)) {
	t.Helper()
	var l *memnet.Listener // made in the bubble
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		return l.DialContext(ctx, network, address)
	}
	tr := &http.Transport{DialContext: dial, DialTLSContext: dial}
	cfg.Webhooks = &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	inBubble(t, cfg, func(t *testing.T, r *rig) {
		l = memnet.Pipe()
		c := &catcher{options: 204, allow: "OPTIONS, POST"}
		srv := &http.Server{Handler: c}
		served := make(chan error, 1)
		go func() { served <- srv.Serve(l) }()
		defer func() {
			if err := r.end(); err != nil {
				t.Error(err)
			}
			tr.CloseIdleConnections()
			srv.Close()
			<-served
			pass(time.Second)
		}()
		body(t, r, c)
	})
}

func hookBody(url, secret string) string {
	signature := ""
	if secret != "" {
		signature = fmt.Sprintf(`,"signature":{"sharedSecret":%q}`, secret)
	}
	return fmt.Sprintf(`{"channelType":"Webhook","webhookChannelData":{"webhook":{"url":%q}%s}}`, url, signature)
}

const hookURL = "https://desk.example/in?k=1"

// hook makes a webhook channel and subscribes it to calls.
func (r *rig) hook(secret string) string {
	r.t.Helper()
	id := r.do("POST", channelsPath+"/hook", hookBody(hookURL, secret)).want(r.t, 201).text(r.t, "channelId")
	r.subscribe(id)
	return id
}

func TestWebhookChannel(t *testing.T) {
	withCatcher(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig, c *catcher) {
		res := r.do("POST", channelsPath+"/hook", hookBody(hookURL, "s")).want(t, 201)
		m := res.object(t)
		if got := keys(m); !slices.Equal(got, []string{"channelId", "channelLifetime", "channelNickname", "doNotDisturbAware", "resourceURL", "webhookChannelData"}) {
			t.Errorf("members %v", got)
		}
		id := m["channelId"].(string)
		if !strings.HasPrefix(id, "Webhook.") || m["channelLifetime"] != float64(2147483647) || strings.Contains(string(res.body), `"s"`) {
			t.Errorf("%s", res.body)
		}
		if data := m["webhookChannelData"].(map[string]any); !slices.Equal(keys(data), []string{"channelType", "webhook"}) || data["channelType"] != "Webhook" {
			t.Errorf("%v", data)
		}
		if again := r.do("POST", channelsPath+"/hook", hookBody(hookURL, "s")).want(t, 201).text(t, "channelId"); again != id {
			t.Error("the same nickname and URL gave another channel")
		}
		other := r.do("POST", channelsPath+"/other", hookBody(hookURL, "s")).want(t, 201).text(t, "channelId")
		if other == id {
			t.Error("another nickname gave the same channel")
		}
		one := channelsPath + "/hook/" + id
		r.do("PUT", one, `{"channelType":"Webhook"}`).want(t, 200)
		r.do("PUT", one, `{"channelType":"WebSockets"}`).refused(t, 400, "BAD_REQUEST")
		pass(2 * time.Hour)
		r.token = r.swapPAT()
		r.do("GET", one, "").want(t, 200)
		if st := r.svc.Stats(); st.Webhooks != 2 || st.Channels != 2 {
			t.Errorf("%+v", st)
		}
		r.do("DELETE", one, "").want(t, 204)
		r.do("GET", one, "").refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
	})
}

func TestWebhookRefusals(t *testing.T) {
	withCatcher(t, sim.Config{World: quiet()}, func(t *testing.T, r *rig, c *catcher) {
		for _, url := range []string{"", "desk", "http://desk.example/in", "https://desk.example:8443/in", "ftp://desk.example/", "https://a:b@desk.example/", "https://desk.example/#x"} {
			r.do("POST", channelsPath+"/hook", hookBody(url, "")).refused(t, 400, "BAD_REQUEST")
		}
		r.do("POST", channelsPath+"/hook", hookBody("http://127.0.0.1:12022/in", "")).want(t, 201)
		for _, wrong := range []struct {
			status int
			allow  string
		}{{404, ""}, {405, ""}, {500, ""}, {302, ""}, {204, "GET, OPTIONS"}} {
			c.options, c.allow = wrong.status, wrong.allow
			r.do("POST", channelsPath+"/hook", hookBody(hookURL, "")).refused(t, 400, "BAD_REQUEST")
		}
		r.as("", "POST", channelsPath+"/hook", hookBody(hookURL, "")).refused(t, 403, "AUTHZ_INSUFFICIENT_SCOPE")
		if n := r.svc.Stats().Webhooks; n != 1 {
			t.Errorf("%d webhook channels", n)
		}
	})
}

func TestWebhookDeliveries(t *testing.T) {
	withCatcher(t, sim.Config{}, func(t *testing.T, r *rig, c *catcher) {
		id := r.hook("")
		r.do("POST", "/call-events-report/v1/subscriptions", fmt.Sprintf(`{"channelId":%q,"accountKeys":[%q],"eventTypes":["REPORT_SUMMARY"]}`, id, r.hello.AccountKey)).want(t, 201)
		ws := r.channel("ws")
		r.subscribe(ws.ChannelID)
		e := r.listen(ws.ChannelData.ChannelURL)
		pass(10 * time.Minute)
		var pushed []string
		for _, f := range e.frames() {
			if f.Data.Source == "call-events" {
				id, seq, _ := f.call(t)
				pushed = append(pushed, fmt.Sprint(id, seq))
			}
		}
		var posted []string
		reports := 0
		for _, d := range c.got() {
			var m map[string]any
			if err := json.Unmarshal(d.body, &m); err != nil {
				t.Fatal(err)
			}
			if d.header.Get("Signature") != "" || d.header.Get("Content-Type") != "application/json" || d.path != "/in?k=1" {
				t.Fatalf("%s %v", d.path, d.header)
			}
			if m["source"] == "call-events-report" {
				reports++
				continue
			}
			if got := keys(m); !slices.Equal(got, []string{"bypassDoNotDisturb", "content", "id", "source", "timestamp", "ttl", "type"}) {
				t.Fatalf("members %v", got)
			}
			var f frameIn
			f.Data.Content, _ = json.Marshal(m["content"])
			id, seq, _ := f.call(t)
			posted = append(posted, fmt.Sprint(id, seq))
		}
		if len(pushed) < 200 || !slices.Equal(pushed, posted) || reports == 0 {
			t.Errorf("%d states pushed, %d posted, %d reports", len(pushed), len(posted), reports)
		}
		if st := r.svc.Stats(); st.Delivered != uint64(len(posted)+reports) || st.Deliveries != st.Delivered || st.Redeliveries+st.Undelivered != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestWebhookSignature(t *testing.T) {
	withCatcher(t, sim.Config{}, func(t *testing.T, r *rig, c *catcher) {
		id := r.hook("shared")
		pass(time.Minute)
		seen := map[string]bool{}
		for _, d := range c.got() {
			sum := sha256.Sum256(d.body)
			if want := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:]); d.header.Get("Digest") != want {
				t.Fatalf("digest %q, want %q", d.header.Get("Digest"), want)
			}
			input := d.header.Get("Signature-Input")
			params := strings.TrimPrefix(input, "sig1=")
			want := fmt.Sprintf(`("@request-target" "date" "digest");keyid=%q;alg="hmac-sha256";created=%d;expires=%d;nonce="`, id, d.at.Unix(), d.at.Unix()+300)
			if !strings.HasPrefix(params, want) || seen[params] {
				t.Fatalf("%s, want %s…", params, want)
			}
			seen[params] = true
			mac := hmac.New(sha256.New, []byte("shared"))
			fmt.Fprintf(mac, "\"@request-target\": post /in?k=1\n\"date\": %s\n\"digest\": %s\n\"@signature-params\": %s", d.header.Get("Date"), d.header.Get("Digest"), params)
			if got := d.header.Get("Signature"); got != "sig1=:"+base64.StdEncoding.EncodeToString(mac.Sum(nil))+":" {
				t.Fatalf("signature %q", got)
			}
		}
		if len(seen) < 20 {
			t.Errorf("%d deliveries", len(seen))
		}
	})
}

func TestWebhookTrouble(t *testing.T) {
	for _, c := range []struct {
		name        string
		answer      func(n int, r *http.Request) (int, time.Duration)
		first       int // posts of the first notification
		delivered   bool
		unreachable bool
		gone        bool
	}{
		{"one 503", func(n int, _ *http.Request) (int, time.Duration) {
			return map[bool]int{true: 503, false: 204}[n == 1], 0
		}, 2, true, false, false},
		{"two 500", func(n int, _ *http.Request) (int, time.Duration) {
			return map[bool]int{true: 500, false: 204}[n <= 2], 0
		}, 3, true, false, false},
		{"always 500", func(int, *http.Request) (int, time.Duration) { return 500, 0 }, 3, false, true, false},
		{"too slow", func(int, *http.Request) (int, time.Duration) { return 204, 5 * time.Second }, 3, false, true, false},
		{"just in time", func(int, *http.Request) (int, time.Duration) { return 204, 3900 * time.Millisecond }, 1, true, false, false},
		{"401", func(int, *http.Request) (int, time.Duration) { return 401, 0 }, 1, false, false, false},
		{"404", func(int, *http.Request) (int, time.Duration) { return 404, 0 }, 1, false, false, true},
		{"410", func(int, *http.Request) (int, time.Duration) { return 410, 0 }, 1, false, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			withCatcher(t, sim.Config{}, func(t *testing.T, r *rig, k *catcher) {
				k.answer = c.answer
				id := r.hook("")
				pass(2 * time.Minute)
				posts := 0
				for _, d := range k.got() {
					if string(d.body) == string(k.got()[0].body) {
						posts++
					}
				}
				st := r.svc.Stats()
				if posts != c.first || (st.Delivered > 0) != c.delivered || st.Redeliveries > 0 != (c.first > 1) {
					t.Errorf("%d posts, %+v", posts, st)
				}
				res := r.do("GET", channelsPath+"/hook/"+id, "")
				if c.gone {
					res.refused(t, 404, "RTC-NOTIFICATION-CHANNEL-NOT-FOUND")
					return
				}
				if got := strings.Contains(string(res.want(t, 200).body), "unreachableTimestamp"); got != c.unreachable {
					t.Errorf("%s", res.body)
				}
				k.mu.Lock()
				k.answer = nil
				k.mu.Unlock()
				pass(2 * time.Minute)
				if res := r.do("GET", channelsPath+"/hook/"+id, ""); strings.Contains(string(res.body), "unreachableTimestamp") {
					t.Errorf("a delivery did not clear it: %s", res.body)
				}
			})
		})
	}
}

// The faults of frames strike deliveries too.
func TestWebhookFaults(t *testing.T) {
	withCatcher(t, sim.Config{}, func(t *testing.T, r *rig, c *catcher) {
		r.hook("")
		for _, f := range []sim.Fault{{Kind: sim.Duplicate, Every: 3}, {Kind: sim.Drop, Every: 5}, {Kind: sim.Corrupt, Every: 7}, {Kind: sim.Reorder, Every: 11}, {Kind: sim.Delay, Every: 13, Delay: 3 * time.Second}, {Kind: sim.Close}} {
			if _, err := r.svc.Faults().Add(f); err != nil {
				t.Fatal(err)
			}
		}
		pass(5 * time.Minute)
		ids, twice, broken := map[string]int{}, 0, 0
		for _, d := range c.got() {
			var m struct{ ID string }
			if json.Unmarshal(d.body, &m) != nil {
				broken++
				continue
			}
			if ids[m.ID]++; ids[m.ID] == 2 {
				twice++
			}
		}
		fired := r.svc.Faults().AllFired()
		if twice == 0 || broken == 0 || uint64(twice) != fired[sim.Duplicate] || uint64(broken) != fired[sim.Corrupt] || fired[sim.Drop] == 0 || fired[sim.Reorder] == 0 || fired[sim.Delay] == 0 || fired[sim.Close] != 0 {
			t.Errorf("%d twice, %d broken; %v", twice, broken, fired)
		}
		if _, err := r.svc.Faults().Now(sim.Fault{Kind: sim.ChannelGone}); err != nil || r.svc.Stats().Webhooks != 0 {
			t.Errorf("%v, %+v", err, r.svc.Stats())
		}
	})
}
