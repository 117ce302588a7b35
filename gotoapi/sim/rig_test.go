package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
)

const host = "http://api.sim.example"

// rig is a service, served and running inside a synctest bubble, and a client of it. The bubble
// fails the test when a goroutine outlives it.
type rig struct {
	t      *testing.T
	svc    *sim.Service
	net    *memnet.Listener
	client *http.Client
	hello  sim.Hello
	token  string       // of the person behind the PAT, all scopes
	end    func() error // ends Run and waits for it; may be called once before the test's end
}

// inBubble runs body with a rig. The rate limit is off unless cfg sets one: on a clock that
// stands still every burst is one instant.
func inBubble(t *testing.T, cfg sim.Config, body func(*testing.T, *rig)) {
	t.Helper()
	if cfg.RateLimit == 0 {
		cfg.RateLimit = -1
	}
	if cfg.World.Seed == 0 {
		cfg.World.Seed = 7
	}
	synctest.Test(t, func(t *testing.T) {
		svc, err := sim.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		l := memnet.Pipe()
		hc, stop := l.Serve(&http.Server{Handler: svc})
		hc.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		ran := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { ran <- svc.Run(ctx) }()
		synctest.Wait() // it runs
		end := sync.OnceValue(func() error { cancel(); return <-ran })
		defer func() {
			if err := end(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if err := stop(); err != nil {
				t.Errorf("Serve: %v", err)
			}
			pass(time.Second) // net/http keeps a refused connection for half a second
		}()
		r := &rig{t: t, svc: svc, net: l, hello: svc.Hello(host), end: end, client: hc}
		r.token = r.swapPAT()
		body(t, r)
	})
}

// reply is an answer of the service.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r *rig) send(req *http.Request) reply {
	r.t.Helper()
	res, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, body}
}

func (r *rig) request(method, path, body string) *http.Request {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, host+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	return req
}

// do calls the API with the rig's token.
func (r *rig) do(method, path, body string) reply {
	r.t.Helper()
	return r.as(r.token, method, path, body)
}

func (r *rig) as(token, method, path, body string) reply {
	r.t.Helper()
	req := r.request(method, path, body)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	return r.send(req)
}

// form posts to the token endpoint with the client's Basic authentication.
func (r *rig) form(v url.Values) reply {
	r.t.Helper()
	req := r.request("POST", "/oauth/token", v.Encode())
	req.SetBasicAuth(r.hello.ClientID, r.hello.ClientSecret)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r.send(req)
}

func (r *rig) swapPAT() string {
	r.t.Helper()
	res := r.form(url.Values{"grant_type": {"personal_access_token"}, "pat": {r.hello.PersonalAccessToken}})
	return res.want(r.t, 200).text(r.t, "access_token")
}

// loginAs gets a token for a person with a scope (space separated; "" is all).
func (r *rig) loginAs(userKey, scope string) string {
	r.t.Helper()
	q := url.Values{"client_id": {r.hello.ClientID}, "response_type": {"token"}, "redirect_uri": {"http://localhost:5000"}, "user": {userKey}}
	if scope != "" {
		q.Set("scope", scope)
	}
	loc, err := url.Parse(r.send(r.request("GET", "/OAuth/approve?"+q.Encode(), "")).want(r.t, 302).header.Get("Location"))
	if err != nil {
		r.t.Fatal(err)
	}
	v, err := url.ParseQuery(loc.Fragment)
	if err != nil || v.Get("access_token") == "" {
		r.t.Fatalf("no token in %q (%v)", loc.Fragment, err)
	}
	return v.Get("access_token")
}

func (p reply) want(t *testing.T, status int) reply {
	t.Helper()
	if p.status != status {
		t.Fatalf("status %d, want %d; body %s", p.status, status, p.body)
	}
	return p
}

// refused wants an error of the API: status, errorCode and the four members of the body.
func (p reply) refused(t *testing.T, status int, code string) {
	t.Helper()
	m := p.want(t, status).object(t)
	if m["errorCode"] != code {
		t.Errorf("errorCode %v, want %s; body %s", m["errorCode"], code, p.body)
	}
	if got := keys(m); !slices.Equal(got, []string{"constraintViolations", "errorCode", "message", "reference"}) {
		t.Errorf("members of the error body: %v", got)
	}
	if m["reference"] == "" || m["message"] == "" {
		t.Errorf("error body without reference or message: %s", p.body)
	}
}

func (p reply) object(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(p.body, &m); err != nil {
		t.Fatalf("body is no JSON object: %v: %.200s", err, p.body)
	}
	return m
}

func (p reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(p.body, v); err != nil {
		t.Fatalf("decoding: %v: %.200s", err, p.body)
	}
}

func (p reply) text(t *testing.T, member string) string {
	t.Helper()
	s, ok := p.object(t)[member].(string)
	if !ok {
		t.Fatalf("no text member %q in %.300s", member, p.body)
	}
	return s
}

func keys(m map[string]any) []string {
	var names []string
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// channelAnswer is a channel as the tests read it.
type channelAnswer struct {
	ChannelID       string `json:"channelId"`
	ChannelNickname string `json:"channelNickname"`
	ChannelData     struct {
		ChannelType string `json:"channelType"`
		ChannelURL  string `json:"channelURL"`
		IsConnected bool   `json:"isConnected"`
	} `json:"channelData"`
	ChannelLifetime int64 `json:"channelLifetime"`
}

func (r *rig) channel(nickname string) channelAnswer {
	r.t.Helper()
	var c channelAnswer
	r.do("POST", "/notification-channel/v1/channels/"+nickname, `{"channelType":"WebSockets"}`).want(r.t, 201).into(r.t, &c)
	return c
}

func (r *rig) subscribe(channelID string, events ...string) {
	r.t.Helper()
	key := map[string]any{"id": r.hello.AccountKey}
	if len(events) > 0 {
		key["events"] = events
	}
	body, err := json.Marshal(map[string]any{"channelId": channelID, "accountKeys": []any{key}})
	if err != nil {
		r.t.Fatal(err)
	}
	r.do("POST", "/call-events/v1/subscriptions", string(body)).want(r.t, 207)
}

// frameIn is a frame as the tests read it.
type frameIn struct {
	Event     string `json:"event"`
	EventID   uint64 `json:"eventId"`
	Timestamp string `json:"timestamp"`
	Data      struct {
		Source  string          `json:"source"`
		Type    string          `json:"type"`
		Usage   *string         `json:"usage"`
		Content json.RawMessage `json:"content"`
	} `json:"data"`
}

// call decodes the content of a call-state frame.
func (f frameIn) call(t *testing.T) (id string, seq uint64, kind string) {
	t.Helper()
	var c struct {
		Metadata struct {
			ID string `json:"conversationSpaceId"`
		} `json:"metadata"`
		State struct {
			Seq  uint64 `json:"sequenceNumber"`
			Type string `json:"type"`
		} `json:"state"`
	}
	if err := json.Unmarshal(f.Data.Content, &c); err != nil {
		t.Fatal(err)
	}
	return c.Metadata.ID, c.State.Seq, c.State.Type
}

// ear holds a websocket and everything that came over it.
type ear struct {
	t    *testing.T
	conn *websocket.Conn
	done chan struct{} // closed when reading has ended

	mu  sync.Mutex
	raw [][]byte
	err error
}

func (r *rig) dialer() *websocket.Dialer {
	return &websocket.Dialer{NetDialContext: r.net.DialContext, HandshakeTimeout: 5 * time.Second}
}

// listen connects to a channel and reads until the connection ends or the test does.
func (r *rig) listen(socketURL string) *ear {
	r.t.Helper()
	conn, _, err := r.dialer().DialContext(r.t.Context(), socketURL, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	e := &ear{t: r.t, conn: conn, done: make(chan struct{})}
	go func() {
		defer close(e.done)
		defer conn.Close()
		for {
			_, b, err := conn.ReadMessage()
			e.mu.Lock()
			if err != nil {
				e.err = err
				e.mu.Unlock()
				return
			}
			e.raw = append(e.raw, b)
			e.mu.Unlock()
		}
	}()
	synctest.Wait() // the service has the socket now
	return e
}

// frames returns what has come so far; a frame that is no JSON fails the test.
func (e *ear) frames() []frameIn {
	e.t.Helper()
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]frameIn, len(e.raw))
	for i, b := range e.raw {
		if err := json.Unmarshal(b, &all[i]); err != nil {
			e.t.Fatalf("frame %d: %v: %.200s", i, err, b)
		}
	}
	return all
}

func (e *ear) bytes() [][]byte {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.raw)
}

// closed waits for the end and returns the close code; 1006 when there was no close frame.
func (e *ear) closed() int {
	e.t.Helper()
	<-e.done
	e.mu.Lock()
	defer e.mu.Unlock()
	var c *websocket.CloseError
	if errors.As(e.err, &c) {
		return c.Code
	}
	return websocket.CloseAbnormalClosure
}

func (e *ear) isClosed() bool {
	synctest.Wait()
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

// hangUp ends the connection from the client's side.
func (e *ear) hangUp() {
	e.conn.Close()
	<-e.done
	synctest.Wait()
}

// pass lets d of the bubble's time go by.
func pass(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
	synctest.Wait()
}

func compact(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(b))
}
