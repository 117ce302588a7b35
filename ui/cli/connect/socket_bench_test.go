package connect

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

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
	dialer := websocket.Dialer{ReadBufferSize: 64 << 10} // as large as the desk's
	conn, res, err := dialer.DialContext(b.Context(), h.socket(), nil)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	defer conn.Close()
	b.ReportAllocs()
	before := usedCPU(b)
	b.ResetTimer()
	h.want(b.N)
	for range b.N {
		_, f, err := conn.ReadMessage()
		if err == nil {
			err = each(f)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	perFrame(b, b.Elapsed(), usedCPU(b)-before)
}

// perFrame reports how many frames came a second, and what each took of the processors in the process that
// reads them: that does not depend on how fast the others are.
func perFrame(b *testing.B, took, cpu time.Duration) {
	b.ReportMetric(float64(b.N)/took.Seconds(), "frames/s")
	b.ReportMetric(float64(cpu)/float64(b.N), "cpu-ns/frame")
}

func throughTheDesk(b *testing.B) {
	h := newHose(b)
	hello := h.Hello
	oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: h.URL, ClientID: hello.ClientID, ClientSecret: gotoapi.Secret(hello.ClientSecret)})
	folded := make(chan struct{})
	var all sync.Once
	s := New(Link{
		Client: gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: h.URL, Auth: h.URL, Realtime: h.URL}),
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
	before := usedCPU(b)
	b.ResetTimer()
	h.want(b.N)
	<-folded
	perFrame(b, b.Elapsed(), usedCPU(b)-before)
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
	h.want(b.N)
	cmd := exec.CommandContext(b.Context(), "node", script, h.socket(), strconv.Itoa(b.N))
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := cmd.CombinedOutput()
	var ns, cpu int64
	if _, bad := fmt.Sscan(string(out), &ns, &cpu); err != nil || bad != nil {
		b.Fatalf("%v: %s", err, out)
	}
	b.ReportMetric(float64(ns)/float64(b.N), "ns/op")
	perFrame(b, time.Duration(ns), time.Duration(cpu))
}
