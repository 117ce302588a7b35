package phone

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim/memnet"
	store "ringside/store/phone"
)

// far is a small GoTo of the test's own: channels, sockets, one device, calls; with a switch for each
// way to fail. It notes what it is asked.
type far struct {
	t  *testing.T
	mu sync.Mutex

	log      []string // "POST calls", "POST answer c1 {…}", …
	counts   map[string]int
	channels map[string]bool
	made     int
	sockets  map[string]*websocket.Conn // by channel
	callback string                     // channel that the device's notices go to
	rings    bool                       // the extension is registered
	mute     bool                       // no greetings
	calls    map[string]*farCall
	// refuse is asked about each request; 0 goes on. n counts this what. It must not lock.
	refuse func(what string, n int) (status int, body string)
	// before is called before a request is answered, unlocked.
	before func(what string)
	wg     sync.WaitGroup
}

type farCall struct {
	status, channel, leg string
	held                 bool
}

const (
	orgID     = "org-1"
	extension = "0019"
	deviceID  = "ringside-test"
)

func (f *far) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/channelId/ws") {
		f.socket(w, r)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var asked map[string]any
	_ = json.Unmarshal(body, &asked)
	what, id := f.name(r)
	f.mu.Lock()
	before := f.before
	f.mu.Unlock()
	if before != nil {
		before(what)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log = append(f.log, strings.TrimSpace(what+" "+id))
	f.counts[what]++
	if f.refuse != nil {
		if status, text := f.refuse(what, f.counts[what]); status != 0 {
			if after, ok := strings.CutPrefix(text, "Retry-After:"); ok {
				w.Header().Set("Retry-After", after)
				text = "{}"
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
			return
		}
	}
	f.answer(w, what, id, asked)
}

// name is a request in two words, and the id that it is about.
func (f *far) name(r *http.Request) (what, id string) {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	switch {
	case parts[0] == "notification-channel":
		if len(parts) == 5 {
			id = parts[4]
		}
		return r.Method + " channel", id
	case parts[0] == "calls":
		return r.Method + " click", ""
	case parts[2] == "devices" && len(parts) == 5:
		return r.Method + " extensions", ""
	case parts[2] == "devices":
		return r.Method + " device", ""
	case len(parts) == 5:
		return r.Method + " " + parts[4], parts[3]
	case len(parts) == 4:
		return r.Method + " call", parts[3]
	}
	return r.Method + " calls", ""
}

func (f *far) answer(w http.ResponseWriter, what, id string, asked map[string]any) {
	say := func(status int, v any) {
		w.WriteHeader(status)
		if v != nil {
			_ = json.NewEncoder(w).Encode(v)
		}
	}
	text := func(k string) string { s, _ := asked[k].(string); return s }
	switch what {
	case "POST channel":
		f.made++
		id = fmt.Sprintf("channel%d", f.made)
		f.channels[id] = true
		say(201, map[string]any{"channelId": id, "channelLifetime": 1200, "channelData": map[string]any{
			"channelType": "WebSockets", "channelURL": "ws://goto.test/notification-channel/v1/channels/" + id + "/channelId/ws"}})
	case "PUT channel":
		say(200, nil)
	case "DELETE channel":
		delete(f.channels, id)
		say(204, nil)
	case "POST device":
		f.callback = channelOf(asked)
		say(201, asked)
	case "PATCH device":
		f.callback = channelOf(asked)
		say(200, nil)
	case "POST extensions":
		f.rings = true
		say(201, map[string]any{"organizationId": orgID, "extensions": []any{map[string]any{"number": extension, "sessionId": "s", "resultCode": 201}}})
		if !f.mute {
			f.tellLocked(f.callback, "greetings", 120, map[string]any{"extensionNumber": extension})
		}
	case "GET extensions":
		list := []any{}
		if f.rings {
			list = append(list, map[string]any{"number": extension})
		}
		say(200, map[string]any{"extensions": list})
	case "DELETE extensions":
		f.rings = false
		say(204, nil)
	case "POST click":
		say(202, map[string]any{"initiatorId": "i"})
	case "POST calls":
		id = fmt.Sprintf("made/%d", len(f.calls)+1)
		f.calls[id] = &farCall{status: "CONNECTING", channel: text("inCallChannelId"), leg: "leg-" + id}
		say(201, map[string]any{"id": id, "number": text("dialString"), "name": "-", "status": "CONNECTING", "sdp": "answer to " + text("sdp"), "legId": "leg-" + id})
	default:
		f.onCall(what, strings.ReplaceAll(id, "%2F", "/"), text, say)
	}
}

func channelOf(asked map[string]any) string {
	ref, _ := asked["callbackReference"].(map[string]any)
	id, _ := ref["incomingCallChannelId"].(string)
	return id
}

func (f *far) onCall(what, id string, text func(string) string, say func(int, any)) {
	c := f.calls[id]
	if c == nil {
		say(404, map[string]any{"errorCode": "NOT_FOUND"})
		return
	}
	object := map[string]any{"id": id, "status": c.status, "isOnHold": c.held, "legId": c.leg}
	switch what {
	case "GET call":
		say(200, object)
	case "POST ringing":
		c.channel = text("inCallChannelId")
		say(204, nil)
	case "POST answer":
		c.status, c.channel = "CONNECTED", text("inCallChannelId")
		object["sdp"] = "answer to " + text("sdp")
		say(200, object)
	case "PUT offer":
		say(200, map[string]any{"sdp": "answer to " + text("sdp")})
	case "POST hold", "POST unhold":
		c.held = what == "POST hold"
		say(204, nil)
	case "DELETE call", "POST reject":
		delete(f.calls, id)
		say(204, nil)
	case "POST merge":
		say(200, object)
	case "POST blind-transfer":
		delete(f.calls, id)
		say(204, nil)
		f.tellLocked(c.channel, "ended", 3600, map[string]any{"callId": id, "reasonCode": "BYE"})
	case "POST warm-transfer":
		for _, id := range []string{id, text("referId")} {
			delete(f.calls, id)
			f.tellLocked(c.channel, "ended", 3600, map[string]any{"callId": id, "reasonCode": "BYE"})
		}
		say(204, nil)
	default:
		say(204, nil)
	}
}

// socket opens a channel's websocket and reads it until it ends.
func (f *far) socket(w http.ResponseWriter, r *http.Request) {
	id := strings.Split(r.URL.Path, "/")[4]
	f.mu.Lock() // a notice must not come between the handshake and the note of it
	if !f.channels[id] {
		f.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		return
	}
	c, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		f.mu.Unlock()
		return
	}
	f.sockets[id] = c
	f.wg.Add(1)
	f.mu.Unlock()
	defer f.wg.Done()
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			c.Close()
			return
		}
	}
}

// tellLocked sends a notice, later: whoever holds the lock may be what the reader waits for.
func (f *far) tellLocked(channel, typ string, ttl int, content map[string]any) {
	c := f.sockets[channel]
	if c == nil || !f.channels[channel] {
		return
	}
	b, err := json.Marshal(map[string]any{"event": "Notification", "eventId": 0, "timestamp": time.Now(), "data": map[string]any{
		"source": "WebRTC", "type": typ, "ttl": fmt.Sprint(ttl), "timestamp": time.Now(), "content": content,
	}})
	if err != nil {
		f.t.Error(err)
	}
	f.wg.Go(func() {
		f.mu.Lock() // one writer at a time
		defer f.mu.Unlock()
		_ = c.WriteMessage(websocket.TextMessage, b)
	})
}

// tell sends a notice about a call to where its notices go, or to the device's channel.
func (f *far) tell(id, typ string, ttl int, more map[string]any) {
	f.mu.Lock()
	channel := f.callback
	if c := f.calls[id]; c != nil && typ != "incoming" {
		channel = c.channel
	}
	content := map[string]any{"callId": id, "extensionNumber": extension, "organizationId": orgID}
	for k, v := range more {
		content[k] = v
	}
	f.tellLocked(channel, typ, ttl, content)
	f.mu.Unlock()
	synctest.Wait()
}

// call has a call ring here.
func (f *far) call(id string) {
	f.mu.Lock()
	f.calls[id] = &farCall{status: "RINGING", leg: "leg-" + id}
	f.mu.Unlock()
	f.tell(id, "incoming", 30, map[string]any{"name": "Bob", "number": "+15143334444"})
}

// gives up ends a call from the far end.
func (f *far) ends(id, reason string) {
	f.tell(id, "ended", 3600, map[string]any{"reasonCode": reason})
	f.mu.Lock()
	delete(f.calls, id)
	f.mu.Unlock()
}

// asked gives the requests so far and forgets them.
func (f *far) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.log
	f.log = nil
	return out
}

func (f *far) closeSockets() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.sockets {
		c.Close()
	}
}

// rig is a Phone at a far end, inside a synctest bubble.
type rig struct {
	*far
	*Phone
	net   *memnet.Listener
	sound *fakeEngine
	views []*store.View
	stop  context.CancelFunc
	ended chan error
}

func start(t *testing.T, setup func(*far, *fakeEngine)) *rig {
	t.Helper()
	f := &far{t: t, counts: map[string]int{}, channels: map[string]bool{}, sockets: map[string]*websocket.Conn{}, calls: map[string]*farCall{}}
	r := &rig{far: f, sound: &fakeEngine{sound: store.Sound{On: true, In: "mic", Out: "speaker"}}, net: memnet.Pipe(), ended: make(chan error, 1)}
	if setup != nil {
		setup(f, r.sound)
	}
	hc, halt := r.net.Serve(&http.Server{Handler: f, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)})
	full := func(d time.Duration) time.Duration { return d }
	r.Phone = New(Config{
		Client: gotoapi.New(
			gotoapi.WithHosts(gotoapi.Hosts{API: "http://goto.test"}), gotoapi.WithHTTPClient(hc),
			gotoapi.WithTokenSource(gotoapi.Static("token-value")),
			gotoapi.WithBackoff(gotoapi.Backoff{Base: time.Second, Max: 8 * time.Second, Jitter: full}, 3),
		),
		Dialer: &websocket.Dialer{NetDialContext: r.net.DialContext, HandshakeTimeout: 10 * time.Second},
		Media:  r.sound, Device: deviceID, Organization: orgID, Extension: extension, Line: "line-1",
		Backoff: gotoapi.Backoff{Base: 500 * time.Millisecond, Max: 30 * time.Second, Jitter: full},
		View:    func(v *store.View) { r.views = append(r.views, v) },
	})
	ctx, cancel := context.WithCancel(t.Context())
	r.stop = cancel
	go func() { r.ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
		f.closeSockets()
		if err := halt(); err != nil {
			t.Error(err)
		}
		f.wg.Wait()
		r.sound.check(t)
	})
	settle(time.Second)
	return r
}

// settle lets d pass and everything happen that is due then.
func settle(d time.Duration) {
	<-time.After(d) // by the clock of the bubble
	synctest.Wait()
}

// one gives the only call that is shown.
func (r *rig) one() store.Call {
	r.t.Helper()
	synctest.Wait()
	calls := r.View().Calls
	if len(calls) != 1 {
		r.t.Fatalf("calls %+v", calls)
	}
	return calls[0]
}

// shown gives a call by its id.
func (r *rig) shown(id string) store.Call {
	r.t.Helper()
	synctest.Wait()
	for _, c := range r.View().Calls {
		if c.ID == id {
			return c
		}
	}
	r.t.Fatalf("no call %s in %+v", id, r.View().Calls)
	return store.Call{}
}

// must fails on an error of what the phone was asked for.
func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	synctest.Wait()
}

// fakeEngine is sound that makes none, and notes what is asked of it.
type fakeEngine struct {
	mu       sync.Mutex
	sound    store.Sound
	refuse   error // of sessions
	noOffer  error
	noAnswer error
	slow     time.Duration // of the first offer
	sessions []*fakeSession
	player   *fakeSession
	twice    bool // two sessions had the sound devices at a time
}

func (e *fakeEngine) Sound() store.Sound {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sound
}

func (e *fakeEngine) Session() (Session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuse != nil {
		return nil, e.refuse
	}
	s := &fakeSession{e: e, n: len(e.sessions) + 1, failed: make(chan error, 1)}
	e.sessions = append(e.sessions, s)
	return s, nil
}

// last gives the newest session.
func (e *fakeEngine) last() *fakeSession {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sessions[len(e.sessions)-1]
}

// check wants every session to be closed, and the sound devices never to be fought over.
func (e *fakeEngine) check(t *testing.T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.sessions {
		if !s.closed {
			t.Errorf("session %d was not closed", s.n)
		}
	}
	if e.twice {
		t.Error("two calls had the sound devices at a time")
	}
}

type fakeSession struct {
	e              *fakeEngine
	n              int
	offers         int
	answers        []string
	playing, muted bool
	closed         bool
	tones          string
	quality        store.Quality
	level          store.Level
	failed         chan error
}

func (s *fakeSession) Offer(ctx context.Context) (string, error) {
	if s.e.slow > 0 {
		select {
		case <-time.After(s.e.slow):
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return s.offer(s.e.noOffer)
}

func (s *fakeSession) Reoffer(context.Context, bool) (string, error) { return s.offer(nil) }

func (s *fakeSession) offer(err error) (string, error) {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	s.offers++
	return fmt.Sprintf("offer %d.%d", s.n, s.offers), err
}

func (s *fakeSession) Accept(answer string) error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	s.answers = append(s.answers, answer)
	return s.e.noAnswer
}

func (s *fakeSession) Play(on bool) {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	switch {
	case s.closed:
	case on:
		s.e.twice = s.e.twice || s.e.player != nil && s.e.player != s
		s.e.player, s.playing = s, true
	case s.playing:
		s.e.player, s.playing = nil, false
	}
}

func (s *fakeSession) Mute(on bool) { s.e.mu.Lock(); s.muted = on; s.e.mu.Unlock() }

func (s *fakeSession) Tone(_ context.Context, digits string) error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	s.tones += digits
	return nil
}

func (s *fakeSession) Quality() store.Quality { s.e.mu.Lock(); defer s.e.mu.Unlock(); return s.quality }
func (s *fakeSession) Level() store.Level     { s.e.mu.Lock(); defer s.e.mu.Unlock(); return s.level }
func (s *fakeSession) Failed() <-chan error   { return s.failed }

func (s *fakeSession) Close() error {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	if s.playing {
		s.e.player, s.playing = nil, false
	}
	s.closed = true
	return nil
}

// state gives what a session does, in a word each.
func (s *fakeSession) state() string {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	var out []string
	for _, w := range []struct {
		is   bool
		word string
	}{{s.playing, "playing"}, {s.muted, "muted"}, {s.closed, "closed"}} {
		if w.is {
			out = append(out, w.word)
		}
	}
	return strings.Join(out, " ")
}

// count tells how often a request was made.
func count(log []string, what string) int {
	return len(slices.DeleteFunc(slices.Clone(log), func(s string) bool { return s != what }))
}
