package voice_test

import (
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/sim/voice"
)

// start makes an engine that is closed at the test's end, when nothing of it may be left.
func start(t *testing.T, cfg voice.Config) *voice.Engine {
	t.Helper()
	e := voice.NewEngine(cfg)
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if n := e.Sessions(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
	return e
}

func TestEchoInBothStyles(t *testing.T) {
	t.Parallel()
	for _, style := range []voice.Style{voice.Bundle, voice.SSRC} {
		t.Run(string(style), func(t *testing.T) {
			t.Parallel()
			e := start(t, voice.Config{})
			s := e.Session(style, "name", "stream")
			s.Play(voice.Part{Kind: voice.Echo})
			p := newPeer(t)
			began := time.Now()
			answer := p.connect(s)
			if took := time.Since(began); took > 10*time.Second { // a tenth of a second where there is nothing else to do
				t.Errorf("connected after %v", took)
			}
			if strings.Contains(answer, "a=ssrc:") != (style == voice.SSRC) || strings.Contains(answer, "a=group:BUNDLE audio") != (style == voice.Bundle) {
				t.Errorf("answer of the style %s:\n%s", style, answer)
			}
			p.sing(440, 50)
			got := p.wait(48)
			sound := decode(t, got)
			if share := strength(sound[4800:], 440); share < 0.9 {
				t.Errorf("%.2f of the echo is the tone", share)
			}
			s.Play(voice.Part{Kind: voice.Echo, Deaf: true})
			p.sing(440, 5)
			if after := len(p.packets(0)); after > len(got)+4 {
				t.Errorf("%d packets came back from one who hears nothing", after-len(got))
			}
		})
	}
}

func TestFarEnds(t *testing.T) {
	t.Parallel()
	e := start(t, voice.Config{})
	s := e.Session(voice.Bundle, "name", "stream")
	p := newPeer(t)
	p.connect(s)
	s.Play(voice.Part{Kind: voice.Speech, Who: "+12125550110"})
	began := time.Now()
	speech := p.wait(60)
	if took := time.Since(began); took < 800*time.Millisecond || took > 30*time.Second {
		t.Errorf("60 packets in %v", took)
	}
	for i, pkt := range speech[1:] { // where the machine stood still, whole frames are left out
		if gone := pkt.Timestamp - speech[i].Timestamp; pkt.SequenceNumber != speech[i].SequenceNumber+1 || gone%960 != 0 || gone == 0 || gone > 50*960 {
			t.Fatalf("packet %d: %d at %d after %d at %d", i+1, pkt.SequenceNumber, pkt.Timestamp, speech[i].SequenceNumber, speech[i].Timestamp)
		}
	}
	if level := loudness(decode(t, speech)); level < 0.02 {
		t.Errorf("speech of loudness %.3f", level)
	}
	n := len(p.packets(0))
	s.Play(voice.Part{Kind: voice.Nothing})
	quiet := p.wait(n + 25)[n+10:]
	if level := loudness(decode(t, quiet)); level > 0.01 {
		t.Errorf("silence of loudness %.3f", level)
	}
	n = len(p.packets(0))
	s.Play(voice.Part{Kind: voice.Music})
	if level := loudness(decode(t, p.wait(n + 40)[n+5:])); level < 0.02 {
		t.Errorf("music of loudness %.3f", level)
	}
	s.Play(voice.Part{Kind: voice.Lossy, Who: "+12125550110"})
	n = len(p.packets(0))
	lossy := p.wait(n + 60)[n+5:]
	gone := int(lossy[len(lossy)-1].SequenceNumber-lossy[0].SequenceNumber) + 1 - len(lossy)
	if gone < 3 || gone > 6 {
		t.Errorf("%d of %d packets were lost", gone, len(lossy)+gone)
	}
	if level := loudness(decode(t, lossy)); level < 0.02 {
		t.Errorf("lossy speech of loudness %.3f", level)
	}
	s.Play(voice.Part{Kind: voice.Silent})
	<-time.After(100 * time.Millisecond)
	n = len(p.packets(0))
	<-time.After(200 * time.Millisecond)
	if more := len(p.packets(n)); more > 0 {
		t.Errorf("%d packets of one who never sends", more)
	}
}

// TestTones lets a far end hear tones and play them back, and press keys of its own.
func TestTones(t *testing.T) {
	t.Parallel()
	e := start(t, voice.Config{})
	s := e.Session(voice.Bundle, "name", "stream")
	p := newPeer(t)
	p.connect(s)
	s.Play(voice.Part{Kind: voice.Digits})
	p.wait(10)
	s.Press("5#")
	n := len(p.packets(0))
	sound := decode(t, p.wait(n + 30)[n:])
	for _, hertz := range []float64{770, 1336, 941, 1477} {
		if share := strength(sound, hertz); share < 0.05 {
			t.Errorf("%.2f of the tones is %g Hz", share, hertz)
		}
	}
	if share := strength(sound, 697); share > 0.02 {
		t.Errorf("%.2f of the tones is of another key", share)
	}
	if s.Heard() != "5#" {
		t.Errorf("heard %q", s.Heard())
	}
	s.Play(voice.Part{Kind: voice.Tones})
	deadline := time.Now().Add(5 * time.Second)
	keys := ""
	for keys != "123#" {
		if time.Now().After(deadline) {
			t.Fatalf("keys %q", keys)
		}
		<-time.After(50 * time.Millisecond)
		keys = p.pressed()
	}
}

// pressed are the keys of the telephone events so far.
func (p *peer) pressed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys, last := "", uint32(0)
	for _, e := range p.events {
		if e.Payload[1]&0x80 != 0 && e.Timestamp != last {
			keys, last = keys+string("0123456789*#"[e.Payload[0]]), e.Timestamp
		}
	}
	return keys
}

// TestTwoClients connects two clients with each other: each hears the other one, and his keys.
func TestTwoClients(t *testing.T) {
	t.Parallel()
	e := start(t, voice.Config{})
	a, b := e.Session(voice.Bundle, "a", "stream"), e.Session(voice.SSRC, "b", "stream")
	pa, pb := newPeer(t), newPeer(t)
	pa.connect(a)
	pb.connect(b)
	a.Play(voice.Part{Kind: voice.Client, Peer: b})
	b.Play(voice.Part{Kind: voice.Client, Peer: a})
	<-time.After(50 * time.Millisecond)
	before := len(pa.packets(0))
	pa.sing(440, 40)
	heard := pb.wait(35)
	sound := decode(t, heard[len(heard)-30:])
	if share := strength(sound, 440); share < 0.9 {
		t.Errorf("%.2f of what is heard is the other one's tone", share)
	}
	if own := len(pa.packets(before)); own > 0 {
		t.Errorf("%d packets of what one says oneself", own)
	}
	b.Play(voice.Part{Kind: voice.Nothing, Deaf: true}) // b has put a on hold
	a.Play(voice.Part{Kind: voice.Music})
	<-time.After(50 * time.Millisecond)
	n := len(pb.packets(0))
	pa.sing(440, 10)
	if level := loudness(decode(t, pb.packets(n+3))); level > 0.01 {
		t.Errorf("one on hold is heard with loudness %.3f", level)
	}
}

func TestHoldAndRestart(t *testing.T) {
	t.Parallel()
	e := start(t, voice.Config{})
	s := e.Session(voice.SSRC, "name", "stream")
	s.Play(voice.Part{Kind: voice.Music})
	p := newPeer(t)
	p.connect(s)
	p.wait(10)
	first := p.exchange(s, &webrtc.OfferOptions{ICERestart: true})
	n := len(p.packets(0))
	p.wait(n + 25)
	if !strings.Contains(first, "a=sendrecv") {
		t.Errorf("answer to a new offer:\n%s", first)
	}
}

func TestLossAndJitter(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	e := start(t, voice.Config{Strike: func(out bool) (bool, time.Duration) {
		if !out {
			return false, 0
		}
		n := sent.Add(1)
		return n%5 == 0, time.Duration(n%4) * 15 * time.Millisecond
	}})
	s := e.Session(voice.Bundle, "name", "stream")
	s.Play(voice.Part{Kind: voice.Music})
	p := newPeer(t)
	p.connect(s)
	got := p.wait(80)
	lost, late := strayed(got)
	if lost < 0.15 || lost > 0.25 || late == 0 {
		t.Errorf("%.2f lost, %d out of order", lost, late)
	}
}

// strayed gives which share of packets is missing among those that came, and how many came behind a later one.
func strayed(got []*rtp.Packet) (lost float64, late int) {
	first, last := got[0].SequenceNumber, got[0].SequenceNumber
	for _, pkt := range got {
		if pkt.SequenceNumber < last {
			late++
		}
		last = max(last, pkt.SequenceNumber)
	}
	lost = 1 - float64(len(got))/float64(last-first+1)
	return lost, late
}

// The offer that the vendor's guide prints, of GStreamer, whose candidates are not even separated well.
const printedOffer = "v=0\r\no=- 1383702073071536301 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-options:trickle\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" +
	"c=IN IP4 0.0.0.0\r\na=setup:actpass\r\na=ice-ufrag:eY+OHWN3One9/3HEjO8hizCdC151zMuj\r\na=ice-pwd:6V4eSXF/FlGsg25aSo7z4/J4xZ4Q9XSb\r\n" +
	"a=rtcp-mux\r\na=rtcp-rsize\r\na=sendrecv\r\na=rtpmap:111 OPUS/48000/2\r\na=rtcp-fb:111 nack pli\r\n" +
	"a=fmtp:111 sprop-maxcapturerate=48000;sprop-stereo=0\r\na=ssrc:757366242 msid:user3302805192@host-5dce804e webrtctransceiver0\r\n" +
	"a=ssrc:757366242 cname:user3302805192@host-5dce804e\r\na=mid:audio0\r\na=fingerprint:sha-256 6C:A1:94:5A:63:3C:05:19:2A:C0:43:5F:A9:" +
	"C4:F8:A8:6A:55:6A:88:B2:23:23:EA:B7:94:58:A3:E7:EF:57:20\r\na=candidate:1 1 UDP 2013266431 172.17.0.4 50127 typ host\n" +
	"a=candidate:2 1 TCP 1015021823 172.17.0.4 9 typ host tcptype active\n"

func TestPrintedOffer(t *testing.T) {
	t.Parallel()
	if err := voice.Check(printedOffer); err != nil {
		t.Fatal(err)
	}
	e := start(t, voice.Config{})
	for _, style := range []voice.Style{voice.Bundle, voice.SSRC} {
		answer, err := e.Session(style, "name", "stream").Answer(printedOffer)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"a=ice-lite", "a=setup:passive", "a=rtcp-mux", "SAVPF 111\r\n", "a=candidate:0 1 UDP 2113667327 127.0.0.1 ", "a=end-of-candidates"} {
			if !strings.Contains(answer, want) {
				t.Errorf("no %q in the answer of the style %s:\n%s", want, style, answer)
			}
		}
	}
	var wrong *voice.OfferError
	if _, err := e.Session(voice.Bundle, "name", "stream").Answer("v=0\r\nm=audio"); !errors.As(err, &wrong) {
		t.Errorf("an offer that is none: %v", err)
	}
}

// A client that goes without a word is noticed; a call that is ended here is not.
func TestClientGone(t *testing.T) {
	t.Parallel()
	lost := make(chan *voice.Session, 2)
	e := start(t, voice.Config{Lost: func(s *voice.Session) { lost <- s }})
	kept, gone := e.Session(voice.Bundle, "a", "stream"), e.Session(voice.Bundle, "b", "stream")
	pa, pb := newPeer(t), newPeer(t)
	pa.connect(kept)
	pb.connect(gone)
	kept.Close()
	if err := pb.pc.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-lost:
		if s != gone {
			t.Error("the wrong one is lost")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nobody noticed")
	}
}

// TestNothingIsLeft makes and ends calls, also in the middle of their beginning.
func TestNothingIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	e := voice.NewEngine(voice.Config{})
	for n := range 6 {
		s := e.Session(voice.Bundle, "name", "stream")
		s.Play(voice.Part{Kind: voice.Music})
		p := newPeer(t)
		if n%2 == 0 {
			p.connect(s)
			p.wait(2)
		} else {
			p.exchange(s, nil)
		}
		s.Close()
		if err := p.pc.GracefulClose(); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Session(voice.Bundle, "", "").Answer("v=0"); err == nil {
		t.Error("a closed engine answered")
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		<-time.After(20 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before\n%s", after, before, buf[:runtime.Stack(buf, true)])
	}
}
