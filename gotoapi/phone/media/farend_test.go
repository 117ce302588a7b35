package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/phone/audio"
	"ringside/gotoapi/phone/codec"
)

// The two answers printed in the vendor's guide, verbatim. A has a BUNDLE group of another name and
// no sources; B has no group, no tones, and names its source.
const (
	answerA = "v=0\r\no=rtcweb 1 1 IN IP4 199.88.123.123\r\ns=-\r\nt=0 0\r\na=ice-lite\r\na=group:BUNDLE audio\r\na=msid-semantic: WMS ANAUOoBPqN08BQw7SeGk3EhjiTBWNaDXu47M\r\nm=audio 40342 UDP/TLS/RTP/SAVPF 111 126\r\nc=IN IP4 199.88.123.123\r\na=ice-ufrag:YoPy\r\na=ice-pwd:gv3wCs/e+Rn5YKunE/J7tRi7\r\na=fingerprint:sha-256 F5:F5:F5:F5:F5:F5:F5:F5:F5:F5:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1:A1\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=setup:passive\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:126 telephone-event/8000\r\na=maxptime:60\r\na=candidate:0 1 UDP 2113667327 199.88.123.123 40342 typ host\r\na=end-of-candidates\r\n"
	answerB = "v=0\r\no=rtcweb 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\nm=audio 19348 RTP/SAVPF 111\r\nc=IN IP4 216.115.212.139\r\na=ice-ufrag:PLMm\r\na=ice-pwd:RWzGxDSYDZxfWCau+uGWMsHp\r\na=fingerprint:sha-256 D1:D8:2F:9D:A8:CF:A0:3E:CF:86:09:92:03:7F:7E:0D:3C:D8:59:35:EC:EE:FC:E7:A7:B7:EC:B0:F0:4F:FF:DA\r\na=setup:passive\r\na=sendrecv\r\na=rtcp-mux\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=rtpmap:111 OPUS/48000/2\r\na=maxptime:60\r\na=candidate:0 1 UDP 2113667327 216.115.212.139 19348 typ host\r\na=end-of-candidates\r\na=ssrc:3014495467 cname:bf7ad5bd-418c-497b-9c94-c893a6137d6c\r\na=ssrc:3014495467 msid:65fd86aa-95b4-41a2-9087-f2f774e34003 f90729e8-5dcc-4062-acf2-c22e5dfc6d04\r\na=ssrc:3014495467 mslabel:65fd86aa-95b4-41a2-9087-f2f774e34003\r\na=ssrc:3014495467 label:f90729e8-5dcc-4062-acf2-c22e5dfc6d04\r\n"
)

// farEnd is a second pion, ICE-lite, that speaks the service's style. It shares the codecs with us
// and nothing else: sending, receiving and counting are its own.
type farEnd struct {
	t     *testing.T
	pc    *webrtc.PeerConnection
	line  *line
	ssrc  uint32 // it speaks as
	codec codec.Codec
	proxy func(addr string) string // puts something between; nil is nothing

	mu     sync.Mutex
	pcm    []int16
	seqs   []uint16
	events []event
	first  time.Time
	ended  chan struct{}
	run    sync.WaitGroup
}

// event is one packet of a tone, as it came.
type event struct {
	digit    byte
	end      bool
	marker   bool
	duration uint16
	time     uint32
}

// line is the far end's track: it sends under any source.
type line struct {
	mu sync.Mutex
	w  webrtc.TrackLocalWriter
}

func (l *line) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.w = c.WriteStream()
	return c.CodecParameters()[0], nil
}

func (l *line) Unbind(webrtc.TrackLocalContext) error { return nil }
func (*line) ID() string                              { return "audio" }
func (*line) RID() string                             { return "" }
func (*line) StreamID() string                        { return "far" }
func (*line) Kind() webrtc.RTPCodecType               { return webrtc.RTPCodecTypeAudio }

func (l *line) write(h *rtp.Header, payload []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.w != nil {
		l.w.WriteRTP(h, payload)
	}
}

func newFarEnd(t *testing.T, name string) *farEnd {
	t.Helper()
	c, ok := codec.Named(name)
	if !ok {
		t.Fatal(name)
	}
	m := &webrtc.MediaEngine{}
	capability := webrtc.RTPCodecCapability{MimeType: "audio/" + c.Name, ClockRate: uint32(c.Clock), Channels: uint16(c.Channels)}
	for _, p := range []webrtc.RTPCodecParameters{
		{RTPCodecCapability: capability, PayloadType: webrtc.PayloadType(c.Type)},
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}, PayloadType: 126},
	} {
		if err := m.RegisterCodec(p, webrtc.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	i := &interceptor.Registry{}
	recv, _ := report.NewReceiverInterceptor()
	send, _ := report.NewSenderInterceptor()
	i.Add(recv)
	i.Add(send)
	s := webrtc.SettingEngine{}
	s.SetLite(true)
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	s.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	if err := s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		t.Fatal(err)
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(i), webrtc.WithSettingEngine(s)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	f := &farEnd{t: t, pc: pc, codec: c, line: &line{}, ended: make(chan struct{})}
	sender, err := pc.AddTrack(f.line)
	if err != nil {
		t.Fatal(err)
	}
	f.ssrc = uint32(sender.GetParameters().Encodings[0].SSRC)
	f.run.Go(func() { f.drain(sender.Read) }) // RTCP has to be read for the reports to be seen
	pc.OnTrack(func(r *webrtc.TrackRemote, in *webrtc.RTPReceiver) {
		f.run.Go(func() { f.drain(in.Read) })
		f.hear(r)
	})
	t.Cleanup(f.close)
	return f
}

func (f *farEnd) drain(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, 1500)
	for {
		if _, _, err := read(buf); err != nil {
			return
		}
	}
}

func (f *farEnd) close() {
	select {
	case <-f.ended:
		return
	default:
	}
	close(f.ended)
	f.pc.GracefulClose()
	f.run.Wait()
}

func (f *farEnd) hear(r *webrtc.TrackRemote) {
	dec, err := f.codec.NewDecoder()
	if err != nil {
		f.t.Error(err)
		return
	}
	buf := make([]int16, codec.Most)
	for {
		p, _, err := r.ReadRTP()
		if err != nil {
			return
		}
		f.mu.Lock()
		f.seqs = append(f.seqs, p.SequenceNumber)
		if p.PayloadType == 126 {
			f.events = append(f.events, event{p.Payload[0], p.Payload[1]&0x80 != 0, p.Marker, binary.BigEndian.Uint16(p.Payload[2:]), p.Timestamp})
		} else {
			if f.first.IsZero() {
				f.first = time.Now()
			}
			n, err := dec.Decode(p.Payload, buf)
			if err != nil {
				f.t.Error(err)
			}
			f.pcm = append(f.pcm, buf[:n]...)
		}
		f.mu.Unlock()
	}
}

// heard gives what was heard, and how many packets came of how many.
func (f *farEnd) heard() (pcm []int16, came, sent int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.seqs) == 0 {
		return nil, 0, 0
	}
	last := f.seqs[0]
	sent = 1
	for _, s := range f.seqs {
		if d := int16(s - last); d > 0 {
			sent += int(d)
			last = s
		}
	}
	return append([]int16(nil), f.pcm...), len(f.seqs), sent
}

// answer takes an offer and answers in the shape of one of the guide's answers.
func (f *farEnd) answer(offer, shape string) string {
	f.t.Helper()
	if err := f.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		f.t.Fatalf("the far end does not take the offer: %v\n%s", err, offer)
	}
	ans, err := f.pc.CreateAnswer(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	gathered := webrtc.GatheringCompletePromise(f.pc)
	if err := f.pc.SetLocalDescription(ans); err != nil {
		f.t.Fatal(err)
	}
	<-gathered
	real := f.pc.LocalDescription().SDP
	value := func(key string) string {
		m := regexp.MustCompile(`(?m)^a=` + key + `:(.*)\r$`).FindStringSubmatch(real)
		if m == nil {
			f.t.Fatalf("no %s in\n%s", key, real)
		}
		return m[1]
	}
	m := regexp.MustCompile(`(?m)^a=candidate:\S+ 1 udp \d+ (127\.0\.0\.1) (\d+) typ host`).FindStringSubmatch(real)
	if m == nil {
		f.t.Fatalf("no candidate in\n%s", real)
	}
	addr := net.JoinHostPort(m[1], m[2])
	if f.proxy != nil {
		addr = f.proxy(addr)
	}
	host, port, _ := net.SplitHostPort(addr)
	for old, with := range map[string]string{
		`(a=ice-ufrag:)\S+`: "${1}" + value("ice-ufrag"), `(a=ice-pwd:)\S+`: "${1}" + value("ice-pwd"),
		`(a=fingerprint:sha-256 )\S+`:            "${1}" + strings.TrimPrefix(value("fingerprint"), "sha-256 "),
		`\b3014495467\b`:                         fmt.Sprint(f.ssrc),
		`(199\.88\.123\.123|216\.115\.212\.139)`: host, `\b(40342|19348)\b`: port,
	} {
		shape = regexp.MustCompile(old).ReplaceAllString(shape, with)
	}
	return shape
}

// speak sends a tone until the far end is closed or stop is.
func (f *farEnd) speak(hz, amplitude float64) (stop func()) {
	enc, err := f.codec.NewEncoder()
	if err != nil {
		f.t.Fatal(err)
	}
	quit := make(chan struct{})
	ssrc := f.ssrc
	var once sync.Once
	f.run.Go(func() {
		seq, ts, at := uint16(7), uint32(1000), 0.0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-f.ended:
				return
			case <-tick.C:
			}
			frame := frameOf()
			for i := range frame {
				frame[i] = int16(32767 * amplitude * math.Sin(at))
				at += 2 * math.Pi * hz / codec.Rate
			}
			packet, err := enc.Encode(frame)
			if err != nil {
				f.t.Error(err)
				return
			}
			f.line.write(&rtp.Header{Version: 2, PayloadType: f.codec.Type, SequenceNumber: seq, Timestamp: ts, SSRC: ssrc}, packet)
			seq++
			ts += f.codec.Ticks()
		}
	})
	return func() { once.Do(func() { close(quit) }) }
}

// strength is the amplitude of a frequency in a piece of sound, 0 to 1 (Goertzel).
func strength(pcm []int16, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/codec.Rate)
	var s1, s2 float64
	for _, v := range pcm {
		s1, s2 = float64(v)/32767+k*s1-s2, s1
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-k*s1*s2) / float64(len(pcm))
}

// loudest is the frequency that is strongest, of 100 to 2000 Hz in steps of 5. The sound is looked at
// in pieces of 100 ms: where a piece of it was made up or left out, a tone begins anew.
func loudest(pcm []int16) float64 {
	const piece = codec.Rate / 10
	best, at := 0.0, 0.0
	for hz := 100.0; hz <= 2000; hz += 5 {
		sum := 0.0
		for rest := pcm; len(rest) >= piece; rest = rest[piece:] {
			sum += math.Pow(strength(rest[:piece], hz), 2)
		}
		if sum > best {
			best, at = sum, hz
		}
	}
	return at
}

// tail is the last so many seconds of a piece of sound.
func tail(pcm []int16, seconds float64) []int16 {
	return pcm[max(0, len(pcm)-int(seconds*codec.Rate)):]
}

// rig is an engine whose microphone is a tone and whose loudspeaker is a file.
type rig struct {
	*Engine
	t       *testing.T
	file    string
	machine *pulse // nil where nothing is measured
}

func newRig(t *testing.T, in string) *rig {
	t.Helper()
	file := t.TempDir() + "/heard.wav"
	e, err := NewEngine(Config{In: in, Out: "file:" + file, Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return &rig{Engine: e, t: t, file: file}
}

// session makes one, connected to a far end.
func (r *rig) session(f *farEnd, shape string) *Session {
	r.t.Helper()
	s, err := r.Session()
	if err != nil {
		r.t.Fatal(err)
	}
	offer, err := s.Offer(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	if err := s.Accept(f.answer(offer, shape)); err != nil {
		r.t.Fatal(err)
	}
	return s
}

// played is what the loudspeaker was given so far.
func (r *rig) played() []int16 {
	r.t.Helper()
	b, err := os.ReadFile(r.file)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(b) > 44 { // its size is true every second only: all of it is wanted
		clear(b[40:44])
	}
	pcm, err := audio.Decode(bytes.NewReader(b))
	if err != nil {
		r.t.Fatal(err)
	}
	return pcm
}

// within waits for something that comes about by itself.
func within(t *testing.T, most time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	began := time.Now()
	for !ok() {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %v", what, most)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return time.Since(began)
}
