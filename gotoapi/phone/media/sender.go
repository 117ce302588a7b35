package media

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/phone/codec"
)

// sender is what leaves: sound and telephone events, both under one source and one row of sequence
// numbers. It is pion's TrackLocal.
type sender struct {
	mu     sync.Mutex
	w      webrtc.TrackLocalWriter
	ssrc   uint32
	agreed agreed
	enc    codec.Encoder
	seq    uint16
	time   uint32 // timestamp of the next frame
	talk   bool   // the next packet begins after a pause
	tones  []tone // waiting to be sent; the first is being sent
	done   uint32 // of the first tone, in frames
}

var errUnbound = errors.New("the sound of the call is not connected")

func newSender() *sender {
	return &sender{seq: uint16(rand.Uint32()), time: rand.Uint32(), talk: true}
}

// Bind is called by pion once the answer is there.
func (s *sender) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w, s.ssrc = c.WriteStream(), uint32(c.SSRC())
	for _, p := range c.CodecParameters() {
		if _, name, _ := strings.Cut(p.MimeType, "/"); strings.EqualFold(name, s.agreed.codec.Name) {
			return p, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind is called by pion at the end.
func (s *sender) Unbind(webrtc.TrackLocalContext) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w = nil
	return nil
}

// ID names the track in SDP.
func (*sender) ID() string { return "audio" }

// RID is empty: there is one encoding.
func (*sender) RID() string { return "" }

// StreamID names the stream in SDP.
func (*sender) StreamID() string { return "ringside" }

// Kind tells that it is sound.
func (*sender) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

// agree sets what an answer has settled.
func (s *sender) agree(a agreed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.enc == nil || s.agreed.codec.Name != a.codec.Name {
		enc, err := a.codec.NewEncoder()
		if err != nil {
			return err
		}
		s.enc = enc
	}
	s.agreed = a
	return nil
}

// frame sends 20 ms: a piece of the tone that is due, or sound. It tells whether the sound left.
func (s *sender) frame(pcm []int16) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.w == nil || s.enc == nil {
		return false, errUnbound
	}
	at := s.time
	s.time += s.agreed.codec.Ticks()
	if !s.agreed.send {
		s.talk = true
		return false, nil
	}
	if len(s.tones) > 0 && s.event(at) {
		return false, nil
	}
	packet, err := s.enc.Encode(pcm)
	if err != nil {
		return false, err
	}
	err = s.write(s.agreed.payload, s.talk, at, packet)
	s.talk = false
	return true, err
}

func (s *sender) write(payload uint8, marker bool, at uint32, packet []byte) error {
	h := rtp.Header{Version: 2, PayloadType: payload, SequenceNumber: s.seq, Timestamp: at, SSRC: s.ssrc, Marker: marker}
	s.seq++
	_, err := s.w.WriteRTP(&h, packet)
	return err
}

// tone is one telephone event, or a pause.
type tone struct {
	event  int8 // negative is a pause
	frames uint32
	start  uint32        // its timestamp
	sent   chan struct{} // closed when it is over
}

// How long tones last (the defaults of WebRTC's own tones).
const (
	toneFrames  = 5   // 100 ms
	gapFrames   = 4   // 80 ms between two
	pauseFrames = 100 // 2 s for a comma
)

// queue puts digits behind those that are being sent. What it gives is closed when the last has been.
func (s *sender) queue(digits string) (<-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.agreed.tones == 0 {
		return nil, ErrNoTones
	}
	done := make(chan struct{})
	for _, d := range strings.ToUpper(digits) {
		if d == ',' {
			s.tones = append(s.tones, tone{event: -1, frames: pauseFrames})
			continue
		}
		s.tones = append(s.tones, tone{event: int8(strings.IndexRune(events, d)), frames: toneFrames}, tone{event: -1, frames: gapFrames})
	}
	s.tones[len(s.tones)-1].sent = done
	return done, nil
}

// events are the digits in the order of their numbers (RFC 4733).
const events = "0123456789*#ABCD"

// event sends the piece of a tone that is due at a frame; false is a pause, in which sound goes on.
// A tone's packets all bear the timestamp of its beginning. The last comes three times, lest the
// end gets lost.
func (s *sender) event(at uint32) bool {
	t := &s.tones[0]
	if s.done == 0 {
		t.start = at
	}
	s.done++
	over := s.done == t.frames
	tone := t.event >= 0
	if tone {
		const volume = 10 // dB below the loudest
		body := []byte{byte(t.event), volume, 0, 0}
		binary.BigEndian.PutUint16(body[2:], uint16(s.done*8000/50))
		times := 1
		if over {
			body[1] |= 0x80
			times = 3
		}
		for i := range times {
			if s.write(s.agreed.tones, s.done == 1 && i == 0, t.start, body) != nil {
				break
			}
		}
		s.talk = true
	}
	if over {
		if t.sent != nil {
			close(t.sent)
		}
		s.tones, s.done = s.tones[1:], 0
	}
	return tone
}

// expect tells the encoder what gets lost on the way.
func (s *sender) expect(loss float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.enc != nil {
		s.enc.Expect(loss)
	}
}

// stop lets go of those who wait for their tones.
func (s *sender) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tones {
		if t.sent != nil {
			close(t.sent)
		}
	}
	s.tones, s.w = nil, nil
}

func validTone(d rune) bool { return d == ',' || strings.ContainsRune(events+"abcd", d) }
