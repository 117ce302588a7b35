package connect

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// hose is a simulated GoTo on a port of loopback whose notification channels send as many frames as were
// asked for, as fast as they are taken: states of calls in the size and shape of recorded ones.
type hose struct {
	url  string
	svc  *sim.Service // answers requests; its world stands still
	want chan int     // how many frames the next socket sends
}

func newHose(b *testing.B) *hose {
	b.Helper()
	svc, err := sim.New(sim.Config{RateLimit: -1})
	if err != nil {
		b.Fatal(err)
	}
	h := &hose{svc: svc, want: make(chan int, 1)}
	frames := hoseFrames(b)
	up := websocket.Upgrader{WriteBufferSize: 64 << 10}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/ws") {
			svc.ServeHTTP(w, r)
			return
		}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		gone := make(chan struct{})
		go func() { // takes the client's pings, which answers them
			defer close(gone)
			for {
				if _, _, err := conn.NextReader(); err != nil {
					return
				}
			}
		}()
		defer func() { conn.Close(); <-gone }()
		for i := range <-h.want {
			if conn.WriteMessage(websocket.TextMessage, frames(i)) != nil {
				return
			}
		}
		<-gone // the client leaves when it has them all
	}))
	b.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

func (h *hose) socket() string { return "ws" + strings.TrimPrefix(h.url, "http") + "/x/ws" }

// hoseFrames gives the i-th frame: the states of one call after the other, none of which ends.
func hoseFrames(b *testing.B) func(i int) []byte {
	b.Helper()
	text, err := os.ReadFile("../../../gotoapi/wire/testdata/call.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	const id, number = "a11ce9b9-7f4a-5c15-b39c-c0605cedc835", `"eventId":1000000000`
	var frames [][]byte
	for line := range bytes.Lines(text) {
		if !bytes.Contains(line, []byte(`"call-state"`)) || bytes.Contains(line, []byte(`"ENDING"`)) {
			continue
		}
		head, rest, _ := bytes.Cut(line, []byte(`"eventId":`))
		_, rest, _ = bytes.Cut(rest, []byte(","))
		frames = append(frames, fmt.Appendf(nil, `%s%s,%s`, head, number, bytes.TrimSpace(rest)))
	}
	if len(frames) < 5 {
		b.Fatalf("%d frames", len(frames))
	}
	ids, numbers := make([]int, len(frames)), make([]int, len(frames))
	for k, f := range frames {
		ids[k], numbers[k] = bytes.Index(f, []byte(id)), bytes.Index(f, []byte(number))+len(`"eventId":`)
	}
	return func(i int) []byte {
		k := i % len(frames)
		f := frames[k]
		copy(f[ids[k]:], fmt.Sprintf("%08x", i/len(frames)))
		copy(f[numbers[k]:], strconv.Itoa(1_000_000_000+i))
		return f
	}
}

// BenchmarkThroughASocket is a frame through a real websocket on loopback: read and let go, the floor;
// checked by json.Valid; decoded, folded and published by the desk; and, where they are installed, read and
// parsed by a Node program with the ws package (RINGSIDE_NODE_MODULES names its folder).
func BenchmarkThroughASocket(b *testing.B) {
	b.Run("bare", func(b *testing.B) { readAll(b, func([]byte) error { return nil }) })
	b.Run("decoded", func(b *testing.B) {
		d := wire.NewDecoder()
		readAll(b, func(f []byte) error { _, err := d.Frame(f); return err })
	})
	b.Run("desk", throughTheDesk)
	b.Run("node", throughNode)
}

// readAll reads b.N frames with a bare loop.
func readAll(b *testing.B, each func([]byte) error) {
	h := newHose(b)
	conn, res, err := websocket.DefaultDialer.DialContext(b.Context(), h.socket(), nil)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	defer conn.Close()
	b.ReportAllocs()
	b.ResetTimer()
	h.want <- b.N
	for range b.N {
		_, f, err := conn.ReadMessage()
		if err == nil {
			err = each(f)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	perSecond(b, b.Elapsed())
}

func perSecond(b *testing.B, took time.Duration) {
	b.ReportMetric(float64(b.N)/took.Seconds(), "frames/s")
}

func throughTheDesk(b *testing.B) {
	h := newHose(b)
	hello := h.svc.Hello(h.url)
	oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: h.url, ClientID: hello.ClientID, ClientSecret: gotoapi.Secret(hello.ClientSecret)})
	folded := make(chan struct{})
	var all sync.Once
	s := New(Link{
		Client: gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: h.url, Auth: h.url, Realtime: h.url}),
			gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(hello.PersonalAccessToken)))),
		Dialer: &websocket.Dialer{}, Account: hello.AccountKey, Lines: []string{hello.Me.LineID},
	}, Hooks{View: func(v *call.View) {
		if v.Health.States >= uint64(b.N) {
			all.Do(func() { close(folded) })
		}
	}}, call.Options{})
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	b.ReportAllocs()
	b.ResetTimer()
	h.want <- b.N
	<-folded
	perSecond(b, b.Elapsed())
	b.StopTimer()
	stop()
	if err := <-done; err != nil {
		b.Error(err)
	}
	if n := s.Stream.Status().Counters.Missed; n > 0 {
		b.Errorf("%d frames missed", n)
	}
}

func throughNode(b *testing.B) {
	modules := os.Getenv("RINGSIDE_NODE_MODULES")
	if _, err := exec.LookPath("node"); err != nil || modules == "" {
		b.Skip("no node, or RINGSIDE_NODE_MODULES names no folder that holds the ws package")
	}
	h := newHose(b)
	script, err := filepath.Abs("testdata/reader.js")
	if err != nil {
		b.Fatal(err)
	}
	h.want <- b.N
	cmd := exec.CommandContext(b.Context(), "node", script, h.socket(), strconv.Itoa(b.N))
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := cmd.CombinedOutput()
	ns, bad := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil || bad != nil {
		b.Fatalf("%v: %s", err, out)
	}
	b.ReportMetric(float64(ns)/float64(b.N), "ns/op")
	perSecond(b, time.Duration(ns))
}
