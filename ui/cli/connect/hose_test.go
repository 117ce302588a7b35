package connect

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/sim"
)

// hose is a simulated GoTo in a process of its own, on a port of loopback, whose notification channels send as
// many frames as were asked for, as fast as they are taken: states of calls in the size and shape of
// recorded ones, as many in one write as fit into 64 kB.
type hose struct {
	URL   string
	Hello sim.Hello
	want  func(frames int) // of the next socket
}

// hoseEnv makes the binary of the tests a hose.
const hoseEnv = "RINGSIDE_HOSE"

func newHose(b *testing.B) *hose {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self, "-test.run", "^TestHose$", "-test.timeout", "10m")
	cmd.Env, cmd.Stderr = append(os.Environ(), hoseEnv+"=1"), os.Stderr
	orders, err1 := cmd.StdinPipe()
	said, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil {
		b.Fatal(err1, err2)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = orders.Close() // which ends it
		_ = cmd.Wait()
	})
	h := &hose{want: func(n int) { fmt.Fprintln(orders, n) }}
	if err := json.NewDecoder(said).Decode(h); err != nil {
		b.Fatal("the hose does not say where it is: ", err)
	}
	return h
}

func (h *hose) socket() string { return "ws" + strings.TrimPrefix(h.URL, "http") + "/x/ws" }

// TestHose is the far end of BenchmarkThroughASocket; it ends with its standard input.
func TestHose(t *testing.T) {
	if os.Getenv(hoseEnv) == "" {
		t.Skip("the far end of a benchmark")
	}
	svc, err := sim.New(sim.Config{RateLimit: -1}) // answers requests; its world stands still
	if err != nil {
		t.Fatal(err)
	}
	want := make(chan int, 1)
	frames := hoseFrames(t)
	up := websocket.Upgrader{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/ws") {
			svc.ServeHTTP(w, r)
			return
		}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		// An answer to a ping would leave its deadline on the connection, which is written past the library.
		conn.SetPingHandler(func(string) error { return nil })
		gone := make(chan struct{})
		go func() { // sees the client leave
			defer close(gone)
			for {
				if _, _, err := conn.NextReader(); err != nil {
					return
				}
			}
		}()
		defer func() { conn.Close(); <-gone }()
		n := <-want
		out := make([]byte, 0, 64<<10)
		for i := range n {
			f := frames(i)
			if len(out)+len(f)+4 > cap(out) {
				if _, err := conn.NetConn().Write(out); err != nil {
					return
				}
				out = out[:0]
			}
			out = append(out, 0x81, 126) // a text whole in one frame, its length in two bytes (RFC 6455, 5.2)
			out = append(binary.BigEndian.AppendUint16(out, uint16(len(f))), f...)
		}
		if _, err := conn.NetConn().Write(out); err != nil {
			return
		}
		<-gone // the client leaves when it has them all
	}))
	defer srv.Close()
	if err := json.NewEncoder(os.Stdout).Encode(hose{URL: srv.URL, Hello: svc.Hello(srv.URL)}); err != nil {
		t.Fatal(err)
	}
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		n, err := strconv.Atoi(in.Text())
		if err != nil {
			t.Fatal(err)
		}
		want <- n
	}
	srv.CloseClientConnections()
}

// ofACall finds what is one call's own in its states: the ids of the call, its people, legs and systems.
var ofACall = regexp.MustCompile(`(?:"device":{|"user":{)?"(?:conversationSpaceId|id|legId|originator)":"a11ce`)

// atOnce is how many calls of a hose are up side by side; none of them ends.
const atOnce = 40

// hoseFrames gives the i-th frame. The calls take turns, state by state, and each has ids of its own.
func hoseFrames(t *testing.T) func(i int) []byte {
	t.Helper()
	text, err := os.ReadFile("../../../gotoapi/wire/testdata/call.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	const number = `"eventId":1000000000`
	type frame struct {
		text   []byte
		ids    []int // where they begin
		number int
	}
	var frames []frame
	for line := range bytes.Lines(text) {
		if !bytes.Contains(line, []byte(`"call-state"`)) || bytes.Contains(line, []byte(`"ENDING"`)) {
			continue
		}
		head, rest, _ := bytes.Cut(line, []byte(`"eventId":`))
		_, rest, _ = bytes.Cut(rest, []byte(","))
		f := frame{text: fmt.Appendf(nil, `%s%s,%s`, head, number, bytes.TrimSpace(rest))}
		if len(f.text) < 126 || len(f.text) > 65535 {
			t.Fatalf("a frame of %d bytes", len(f.text))
		}
		f.number = bytes.Index(f.text, []byte(number)) + len(`"eventId":`)
		for _, at := range ofACall.FindAllIndex(f.text, -1) {
			if !bytes.HasPrefix(f.text[at[0]:], []byte(`"device`)) && !bytes.HasPrefix(f.text[at[0]:], []byte(`"user`)) {
				f.ids = append(f.ids, at[1]-len("a11ce"))
			}
		}
		if len(f.ids) < 3 {
			t.Fatalf("%d ids in a state", len(f.ids))
		}
		frames = append(frames, f)
	}
	if len(frames) < 5 {
		t.Fatalf("%d frames", len(frames))
	}
	own := make([]byte, 0, 16)
	return func(i int) []byte {
		turn := i / atOnce
		f := &frames[turn%len(frames)]
		own = fmt.Appendf(own[:0], "%08x", turn/len(frames)*atOnce+i%atOnce)
		for _, at := range f.ids {
			copy(f.text[at:], own)
		}
		copy(f.text[f.number:], strconv.AppendInt(own[:0], 1_000_000_000+int64(i), 10))
		return f.text
	}
}
