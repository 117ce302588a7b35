package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim/memnet"
	"ringside/store/call"
)

// service is a small GoTo of the test's own: channels, subscriptions and sockets, with a switch for
// each way to fail. It notes what it is asked.
type service struct {
	t  *testing.T
	mu sync.Mutex

	log       []string // requests, "POST channel", "PUT channel", …
	at        []time.Duration
	begun     time.Time
	made      int
	channels  map[string]bool // by id, alive
	calls     map[string]bool // channels subscribed to call events
	sockets   []*websocket.Conn
	noReports bool // the report subscriptions are gone
	mute      bool // sockets neither read nor write
	pings     []string
	wg        sync.WaitGroup

	scheme   string                                             // of the sockets' addresses
	life     int                                                // of a channel, s
	refuse   func(what string, n int) (status int, body string) // 0 goes on; n counts this what
	counts   map[string]int
	onSocket func(n int, c *websocket.Conn) // called when socket n (from 1) is open; may close it
}

// rig is a Stream at a service, inside a synctest bubble.
type rig struct {
	*service
	stream   *Stream
	statuses []Status
	events   []call.Event
	logs     *strings.Builder
	stop     context.CancelFunc
	ended    chan error
}

// start runs a Stream against a service that setup has changed; change changes the Config.
func start(t *testing.T, setup func(*service), change func(*Config)) *rig {
	t.Helper()
	s := &service{t: t, begun: time.Now(), channels: map[string]bool{}, calls: map[string]bool{}, counts: map[string]int{}, life: 1200, scheme: "ws"}
	if setup != nil {
		setup(s)
	}
	l := memnet.Pipe()
	hc, halt := l.Serve(&http.Server{Handler: s, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)})
	r := &rig{service: s, ended: make(chan error, 1), logs: &strings.Builder{}}
	full := func(d time.Duration) time.Duration { return d }
	logger := slog.New(slog.NewTextHandler(lockedWriter{&s.mu, r.logs}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	cfg := Config{
		Client: gotoapi.New(
			gotoapi.WithHosts(gotoapi.Hosts{API: "http://goto.test"}),
			gotoapi.WithHTTPClient(hc),
			gotoapi.WithTokenSource(gotoapi.Static("token-value")),
			gotoapi.WithBackoff(gotoapi.Backoff{Base: time.Second, Max: 8 * time.Second, Jitter: full}, 3),
			gotoapi.WithLogger(logger),
		),
		Account: "42", Nickname: "desk", Reports: true, Logger: logger,
		Dialer:   &websocket.Dialer{NetDialContext: l.DialContext, HandshakeTimeout: 10 * time.Second},
		ReadBack: 24 * time.Hour, // the tests of it shorten this
		Backoff:  gotoapi.Backoff{Base: 500 * time.Millisecond, Max: 30 * time.Second, Jitter: full},
		Emit:     func(e call.Event) { r.events = append(r.events, e) },
		Status:   func(st Status) { r.statuses = append(r.statuses, st) },
	}
	if change != nil {
		change(&cfg)
	}
	r.stream = New(cfg)
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() { r.ended <- r.stream.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if r.ended != nil {
			<-r.ended
		}
		s.closeSockets()
		if err := halt(); err != nil {
			t.Error(err)
		}
		s.wg.Wait()
	})
	return r
}

// finish ends Run and returns its error and how long that took.
func (r *rig) finish() (time.Duration, error) {
	begin := time.Now()
	r.stop()
	err := <-r.ended
	r.ended = nil
	return time.Since(begin), err
}

// settle lets d pass and everything happen that is due then.
func settle(d time.Duration) {
	<-time.After(d) // by the clock of the bubble
	synctest.Wait()
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(p)
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/channelId/ws") {
		s.socket(w, r)
		return
	}
	what := s.name(r)
	body, _ := io.ReadAll(r.Body)
	var asked struct {
		ChannelID string `json:"channelId"`
	}
	_ = json.Unmarshal(body, &asked)
	s.mu.Lock()
	defer s.mu.Unlock()
	if status, text := s.note(what); status != 0 {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return
	}
	id := r.URL.Query().Get("channelId") + asked.ChannelID
	if parts := strings.Split(r.URL.Path, "/"); strings.HasSuffix(what, " channel") && len(parts) == 6 {
		id = parts[5]
	}
	if what == "POST channel" {
		s.made++
		id = fmt.Sprintf("secretchannel%d", s.made)
		s.channels[id] = true
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"channelId":%q,"channelData":{"channelType":"WebSockets","channelURL":"%s://goto.test/notification-channel/v1/channels/%s/channelId/ws"},"channelLifetime":%d}`, id, s.scheme, id, s.life)
		return
	}
	if !s.channels[id] {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"errorCode":"RTC-NOTIFICATION-CHANNEL-NOT-FOUND"}`)
		return
	}
	s.known(w, what, id)
}

func (s *service) known(w http.ResponseWriter, what, id string) {
	switch what {
	case "PUT channel":
		_, _ = fmt.Fprintf(w, `{"channelId":%q,"channelLifetime":%d}`, id, s.life)
	case "DELETE channel":
		delete(s.channels, id)
		delete(s.calls, id)
		w.WriteHeader(http.StatusNoContent)
	case "POST calls":
		s.calls[id] = true
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = io.WriteString(w, `{"accountKeys":[{"id":"42","status":200,"message":"Success"}]}`)
	case "GET calls", "GET reports":
		if what == "GET calls" && !s.calls[id] || what == "GET reports" && s.noReports {
			_, _ = io.WriteString(w, `{"accountKeys":[]}`)
			return
		}
		_, _ = io.WriteString(w, `{"accountKeys":["42"]}`)
	case "POST reports":
		s.noReports = false
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"items":[{"id":"r","value":"42","eventTypes":["REPORT_SUMMARY"]}]}`)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// name is the request in two words.
func (s *service) name(r *http.Request) string {
	for part, name := range map[string]string{"/notification-channel/": "channel", "/call-events/": "calls", "/call-events-report/": "reports"} {
		if strings.HasPrefix(r.URL.Path, part) {
			return r.Method + " " + name
		}
	}
	return r.Method + " " + r.URL.Path
}

// note counts a request and asks refuse about it. The caller holds the lock.
func (s *service) note(what string) (int, string) {
	s.log = append(s.log, what)
	s.at = append(s.at, time.Since(s.begun))
	s.counts[what]++
	if s.refuse == nil {
		return 0, ""
	}
	return s.refuse(what, s.counts[what])
}

// socket opens a websocket and reads it until it ends, answering pings.
func (s *service) socket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	id := strings.Split(r.URL.Path, "/")[4]
	status, text := s.note("socket")
	if status == 0 && !s.channels[id] {
		status = http.StatusNotFound
	}
	if status == 0 && r.Header.Get("Authorization") != "" {
		s.t.Error("a token was sent to the socket")
	}
	s.mu.Unlock()
	if status != 0 {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return
	}
	c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.sockets = append(s.sockets, c)
	n, hook := len(s.sockets), s.onSocket
	s.wg.Add(1)
	s.mu.Unlock()
	defer s.wg.Done()
	c.SetPingHandler(func(p string) error {
		s.mu.Lock()
		s.pings = append(s.pings, p)
		mute := s.mute
		s.mu.Unlock()
		if mute {
			return nil
		}
		return c.WriteControl(websocket.PongMessage, []byte(p), time.Now().Add(time.Second))
	})
	if hook != nil {
		hook(n, c)
	}
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			c.Close()
			return
		}
	}
}

func (s *service) closeSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.sockets {
		c.Close()
	}
}

// send writes a message to the newest socket, or to an older one.
func (s *service) send(back int, text string) {
	s.t.Helper()
	s.mu.Lock()
	n := len(s.sockets) - 1 - back
	var c *websocket.Conn
	if n >= 0 {
		c = s.sockets[n]
	}
	s.mu.Unlock()
	if c == nil {
		s.t.Fatalf("there is no socket %d from the last", back)
	}
	if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Errorf("writing to socket: %v", err)
	}
}

// closeWith ends the newest socket with a close code.
func (s *service) closeWith(code int, text string) {
	s.mu.Lock()
	c := s.sockets[len(s.sockets)-1]
	s.mu.Unlock()
	_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Now().Add(time.Second))
	c.Close()
}

// asked returns the requests so far and forgets them.
func (s *service) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.log
	s.log, s.at = nil, nil
	return out
}

// alive counts the channels that exist.
func (s *service) alive() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.channels)
}

func state(id string, seq int) string {
	return fmt.Sprintf(`{"event":"Notification","eventId":%d,"timestamp":"2026-11-01T10:00:00.100000000Z","data":{"id":"n","source":"call-events","type":"call-state","usage":null,"timestamp":"2026-11-01T10:00:00.09Z","ttl":600,"topic":null,"content":{"metadata":{"conversationSpaceId":%q,"direction":"INBOUND","accountKey":"42","callCreated":"2026-11-01T10:00:00Z"},"state":{"id":"s","sequenceNumber":%d,"type":"ACTIVE","timestamp":"2026-11-01T10:00:00Z","participants":[]}},"bypassDoNotDisturb":false}}`, seq, id, seq)
}

func control(typ string) string {
	return `{"event":"Notification","eventId":1,"timestamp":"2026-11-01T10:00:00Z","data":{"id":"n","source":"notification-websocket","type":"` + typ + `","usage":"BACKGROUND","timestamp":null,"ttl":600,"content":{"remainingLifetime":600}}}`
}

const reportNotice = `{"event":"Notification","eventId":9,"timestamp":"2026-11-01T10:00:00Z","data":{"source":"call-events-report","type":"REPORT_SUMMARY","content":{"conversationSpaceId":"c1"}}}`
