package voice_test

import (
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/thesyncim/gopus"

	"ringside/gotoapi/sim/voice"
)

// peer is a client of a far end: it gathers what it hears.
type peer struct {
	t     *testing.T
	pc    *webrtc.PeerConnection
	track *webrtc.TrackLocalStaticRTP
	up    chan struct{}

	mu      sync.Mutex
	heard   []*rtp.Packet
	arrived []time.Time
	events  []*rtp.Packet
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	codecs := &webrtc.MediaEngine{}
	for _, c := range []webrtc.RTPCodecParameters{
		{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}},
		{PayloadType: 126, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}},
	} {
		if err := codecs.RegisterCodec(c, webrtc.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	set := webrtc.SettingEngine{}
	set.SetIncludeLoopbackCandidate(true)
	set.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	set.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	set.SetHandleUndeclaredSSRCWithoutAnswer(true)
	reports := &interceptor.Registry{}
	if err := webrtc.ConfigureRTCPReports(reports); err != nil {
		t.Fatal(err)
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(codecs), webrtc.WithSettingEngine(set), webrtc.WithInterceptorRegistry(reports))
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, pc: pc, up: make(chan struct{})}
	if p.track, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "desk"); err != nil {
		t.Fatal(err)
	}
	if _, err := pc.AddTrack(p.track); err != nil {
		t.Fatal(err)
	}
	pc.OnTrack(func(r *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		for {
			pkt, _, err := r.ReadRTP()
			if err != nil {
				return
			}
			p.mu.Lock()
			if pkt.PayloadType == 126 {
				p.events = append(p.events, pkt)
			} else {
				p.heard, p.arrived = append(p.heard, pkt), append(p.arrived, time.Now())
			}
			p.mu.Unlock()
		}
	})
	var once sync.Once
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(p.up) })
		}
	})
	t.Cleanup(func() {
		if err := pc.GracefulClose(); err != nil {
			t.Error(err)
		}
	})
	return p
}

var audioLine = regexp.MustCompile(`(?m)^(m=audio .*\r\n)`)

// connect exchanges an offer for an answer, which lacks what a WebRTC stack wants.
func (p *peer) connect(s *voice.Session) (answer string) {
	p.t.Helper()
	answer = p.exchange(s, nil)
	select {
	case <-p.up:
	case <-time.After(10 * time.Second):
		p.t.Fatalf("not connected: %s; the answer was\n%s", p.pc.ConnectionState(), answer)
	}
	return answer
}

func (p *peer) exchange(s *voice.Session, options *webrtc.OfferOptions) string {
	p.t.Helper()
	offer, err := p.pc.CreateOffer(options)
	if err != nil {
		p.t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(offer); err != nil {
		p.t.Fatal(err)
	}
	<-gathered
	answer, err := s.Answer(p.pc.LocalDescription().SDP)
	if err != nil {
		p.t.Fatal(err)
	}
	if strings.Contains(answer, "a=mid:") {
		p.t.Errorf("the service does not name mids:\n%s", answer)
	}
	mid := p.pc.GetTransceivers()[0].Mid()
	fixed := audioLine.ReplaceAllString(strings.Replace(answer, "a=group:BUNDLE audio\r\n", "", 1), "${1}a=mid:"+mid+"\r\n")
	fixed = strings.Replace(fixed, "t=0 0\r\n", "t=0 0\r\na=group:BUNDLE "+mid+"\r\n", 1)
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: fixed}); err != nil {
		p.t.Fatalf("%v; the answer was\n%s", err, answer)
	}
	return answer
}

// sing sends a tone of a frequency for some frames of 20 ms.
func (p *peer) sing(hertz float64, frames int) {
	p.t.Helper()
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: 48000, Channels: 1, Application: gopus.ApplicationAudio})
	if err != nil {
		p.t.Fatal(err)
	}
	pcm, buf := make([]int16, 960), make([]byte, 1275)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := range frames {
		for i := range pcm {
			pcm[i] = int16(9000 * math.Sin(2*math.Pi*hertz*float64(n*960+i)/48000))
		}
		size, err := enc.EncodeInt16(pcm, buf)
		if err != nil {
			p.t.Fatal(err)
		}
		h := rtp.Header{Version: 2, PayloadType: 111, SequenceNumber: uint16(n), Timestamp: uint32(n * 960)}
		if err := p.track.WriteRTP(&rtp.Packet{Header: h, Payload: append([]byte(nil), buf[:size]...)}); err != nil {
			p.t.Fatal(err)
		}
		<-tick.C
	}
}

// packets are those heard from a place on.
func (p *peer) packets(from int) []*rtp.Packet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*rtp.Packet(nil), p.heard[min(from, len(p.heard)):]...)
}

// wait waits until n packets of sound were heard.
func (p *peer) wait(n int) []*rtp.Packet {
	p.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		if got := p.packets(0); len(got) >= n {
			return got
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%d packets of sound, want %d", len(p.packets(0)), n)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// decode gives the sound of packets, 48000 samples a second.
func decode(t *testing.T, packets []*rtp.Packet) []float64 {
	t.Helper()
	dec, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(48000, 1))
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 5760)
	var out []float64
	for _, p := range packets {
		n, err := dec.DecodeInt16(p.Payload, pcm)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range pcm[:n] {
			out = append(out, float64(v)/32768)
		}
	}
	return out
}

// strength is how much of a sound is of a frequency: 1 for a pure tone.
func strength(sound []float64, hertz float64) float64 {
	var re, im, all float64
	for i, v := range sound {
		re += v * math.Cos(2*math.Pi*hertz*float64(i)/48000)
		im += v * math.Sin(2*math.Pi*hertz*float64(i)/48000)
		all += v * v
	}
	if all == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (all * float64(len(sound)))
}

func loudness(sound []float64) float64 {
	all := 0.0
	for _, v := range sound {
		all += v * v
	}
	return math.Sqrt(all / float64(max(len(sound), 1)))
}
