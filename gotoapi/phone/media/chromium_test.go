package media

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi/phone/codec"
)

// browserHeard is what the page has measured.
type browserHeard struct {
	Peak            float64
	Switched, Heard []float64 // ms since 1970
	Received, Lost  float64
	Concealed       float64
	Samples         float64
}

// A second implementation of WebRTC takes the other side: a browser. Tones both ways have the right
// frequency, nothing is lost, and a change of tone is heard soon.
func TestChromiumAtTheFarEnd(t *testing.T) {
	machine := measured(t)
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RINGSIDE_CI") == "1" {
			t.Fatal("no chromium here: apt-get install chromium")
		}
		t.Skip("no chromium here: apt-get install chromium")
	}
	e, err := NewEngine(Config{In: "none", Out: "none", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	s, err := e.Session()
	if err != nil {
		t.Fatal(err)
	}
	s.Play(true)
	mouth := newMouth(t, s)
	ear := newEar(t, s)
	done := make(chan browserHeard, 1)
	failed := make(chan string, 1)
	page, err := os.ReadFile("testdata/farend.html")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { w.Write(page) })
	mux.HandleFunc("GET /offer", func(w http.ResponseWriter, r *http.Request) {
		offer, err := s.Offer(r.Context())
		if err != nil {
			failed <- err.Error()
		}
		io.WriteString(w, offer)
	})
	body := func(r *http.Request) string { b, _ := io.ReadAll(r.Body); return string(b) }
	mux.HandleFunc("POST /answer", func(_ http.ResponseWriter, r *http.Request) {
		answer := asService(body(r))
		if err := s.Accept(answer); err != nil {
			failed <- err.Error() + "\n" + answer
		}
	})
	mux.HandleFunc("POST /switching", func(http.ResponseWriter, *http.Request) { mouth.begin() })
	mux.HandleFunc("POST /failed", func(_ http.ResponseWriter, r *http.Request) { failed <- body(r) })
	mux.HandleFunc("POST /done", func(_ http.ResponseWriter, r *http.Request) {
		var h browserHeard
		if err := json.Unmarshal([]byte(body(r)), &h); err != nil {
			failed <- err.Error()
		}
		done <- h
	})
	web := httptest.NewServer(mux)
	defer web.Close()
	// The browser's children may still write there when it has been ended: what they leave is no failure.
	profile, err := os.MkdirTemp("", "ringside-browser") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) })
	cmd := exec.CommandContext(t.Context(), path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-proxy-server",
		"--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required", "--allow-loopback-in-peer-connection",
		"--disable-features=WebRtcHideLocalIpsWithMdns", "--user-data-dir="+profile, web.URL+"/")
	var log strings.Builder
	cmd.Stderr = &log
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	var heard browserHeard
	select {
	case heard = <-done:
	case why := <-failed:
		t.Fatalf("the browser: %s", why)
	case <-time.After(90 * time.Second):
		t.Fatalf("the browser does not come to an end; %s\n%s", s.pc.ConnectionState(), log.String())
	}
	there := delays(mouth.switched(), heard.Heard)
	back := delays(heard.Switched, ear.switches())
	q := s.Quality()
	t.Logf("Chromium hears %.1f Hz, lost %g of %g packets, made up %.2f %% of the sound; we hear %g Hz, %s %+v, %+v", heard.Peak,
		heard.Lost, heard.Received+heard.Lost, 100*heard.Concealed/max(heard.Samples, 1), ear.loudest(), q.Words(), q, s.in.state())
	t.Logf("one way, ms: there %.0f, back %.0f", there, back)
	machine.onTime(t)
	if math.Abs(heard.Peak-440) > 3 {
		t.Errorf("Chromium hears %.1f Hz, want 440", heard.Peak)
	}
	if hz := ear.loudest(); hz != 600 {
		t.Errorf("we hear %g Hz, want 600", hz)
	}
	if heard.Received < 150 || heard.Lost*100 > heard.Received {
		t.Errorf("Chromium lost %g packets and got %g", heard.Lost, heard.Received)
	}
	if got := s.in.in.loss(s.in.clock()); got > 0.01 {
		t.Errorf("we lost %g", got)
	}
	for way, ms := range map[string][]float64{"there": there, "back": back} {
		// The machine may have other things to do: the best of the five is what the sound itself takes.
		if len(ms) < 3 || slices.Min(ms) > 150 || slices.Min(ms) < 0 {
			t.Errorf("%s, sound takes %.0f ms, want less than 150", way, ms)
		}
	}
}

// asService writes an answer as the service does: no mid, no group, no sources, no extensions.
func asService(answer string) string {
	return regexp.MustCompile(`(?m)^a=(mid|group|extmap|extmap-allow-mixed|msid-semantic|msid|ssrc)[:\s].*\r\n`).ReplaceAllString(answer, "")
}

// delays gives how long after each change it was heard.
func delays(changed, heard []float64) []float64 {
	var out []float64
	for _, c := range changed {
		for _, h := range heard {
			if h >= c && h < c+300 {
				out = append(out, math.Round(h-c))
				break
			}
		}
	}
	return out
}

func milliseconds() float64 { return float64(time.Now().UnixMicro()) / 1000 }

// mouth is a microphone that hears a tone of 440 Hz, and of 1500 Hz now and then once it is told to.
type mouth struct {
	mu    sync.Mutex
	count int // frames since it was told to
	times []float64
	at    float64
}

func newMouth(t *testing.T, s *Session) *mouth {
	m := &mouth{count: -1}
	every(t, func() {
		m.mu.Lock()
		hz := 440.0
		if m.count >= 0 && m.count < 150 {
			if m.count%30 >= 15 {
				hz = 1500
			}
			if m.count%30 == 15 {
				m.times = append(m.times, milliseconds())
			}
			m.count++
		}
		m.mu.Unlock()
		frame := frameOf()
		for i := range frame {
			frame[i] = int16(13000 * math.Sin(m.at))
			m.at += 2 * math.Pi * hz / codec.Rate
		}
		s.microphone(frame)
	})
	return m
}

func (m *mouth) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count = 0
}

func (m *mouth) switched() []float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.times
}

// ear is a loudspeaker with somebody in front of it.
type ear struct {
	mu    sync.Mutex
	times []float64
	high  bool
	pcm   []int16
}

func newEar(t *testing.T, s *Session) *ear {
	e := &ear{}
	every(t, func() {
		frame := frameOf()
		s.loudspeaker(frame)
		low, up := strength(frame, 600), strength(frame, 1800)
		e.mu.Lock()
		defer e.mu.Unlock()
		if !e.high && up > 0.1 && up > low {
			e.high = true
			e.times = append(e.times, milliseconds())
		}
		if e.high && low > 0.1 && low > up {
			e.high = false
		}
		e.pcm = append(e.pcm, frame...)
	})
	return e
}

func (e *ear) switches() []float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times
}

func (e *ear) loudest() float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return loudest(tail(e.pcm, 1))
}

// every does something every 20 ms until the test ends.
func every(t *testing.T, do func()) {
	quit := make(chan struct{})
	var run sync.WaitGroup
	run.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				do()
			}
		}
	})
	t.Cleanup(func() { close(quit); run.Wait() })
}
