package voice

import (
	"strings"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

const mimeEvents = "audio/telephone-event"

// track sends sound and telephone events from one source, which pion's own tracks cannot.
type track struct {
	name, stream string

	mu     sync.Mutex
	w      webrtc.TrackLocalWriter
	ssrc   uint32
	opus   uint8
	events uint8 // 0 = not agreed upon
	seq    uint16
	ts     uint32
	from   uint32 // of an echo: what its first packet was stamped with, less what that became
	echoes bool
}

// Bind implements webrtc.TrackLocal.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var opus *webrtc.RTPCodecParameters
	events := uint8(0)
	for _, p := range c.CodecParameters() {
		switch {
		case opus == nil && strings.EqualFold(p.MimeType, webrtc.MimeTypeOpus):
			opus = &p
		case events == 0 && strings.EqualFold(p.MimeType, mimeEvents):
			events = uint8(p.PayloadType)
		}
	}
	if opus == nil {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	t.w, t.ssrc, t.opus, t.events = c.WriteStream(), uint32(c.SSRC()), uint8(opus.PayloadType), events
	return *opus, nil
}

// Unbind implements webrtc.TrackLocal.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.w = nil
	return nil
}

// ID implements webrtc.TrackLocal.
func (t *track) ID() string { return t.name }

// RID implements webrtc.TrackLocal.
func (t *track) RID() string { return "" }

// StreamID implements webrtc.TrackLocal.
func (t *track) StreamID() string { return t.stream }

// Kind implements webrtc.TrackLocal.
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }

func (t *track) hasEvents() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.events != 0
}

func (t *track) isEvent(pt uint8) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.events != 0 && pt == t.events
}

// skip lets time pass without sound.
func (t *track) skip(samples uint32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ts += samples
	t.echoes = false
}

// sound sends 20 ms.
func (t *track) sound(payload []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(t.opus, false, t.ts, payload)
	t.ts += samples
	t.echoes = false
}

// lose has 20 ms of sound not arrive: its number is never seen.
func (t *track) lose() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seq++
	t.ts += samples
	t.echoes = false
}

// echo sends a packet back, keeping the distances in time.
func (t *track) echo(stamp uint32, payload []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.echoes {
		t.echoes, t.from = true, stamp-t.ts
	}
	t.write(t.opus, false, stamp-t.from, payload)
	if ahead := stamp - t.from + samples - t.ts; int32(ahead) > 0 {
		t.ts += ahead
	}
}

// relay sends a packet of another client's telephone event on.
func (t *track) relay(stamp uint32, marker bool, payload []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.events == 0 {
		return
	}
	if !t.echoes {
		t.echoes, t.from = true, stamp-t.ts
	}
	t.write(t.events, marker, stamp-t.from, payload)
}

// event sends a packet of a telephone event; all packets of one have the stamp of its beginning.
func (t *track) event(payload []byte, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	length := uint32(payload[2])<<8 | uint32(payload[3])
	// Its length is counted in steps of 1/8000 s, the stamps in 1/48000 s.
	begin := t.ts - (length*6 - samples)
	times := 1
	if payload[1]&0x80 != 0 {
		times = 3 // the last packet, in case that some are lost
	}
	for range times {
		t.write(t.events, first, begin, payload)
	}
	t.ts += samples
	t.echoes = false
}

func (t *track) write(pt uint8, marker bool, stamp uint32, payload []byte) {
	if t.w == nil {
		return
	}
	h := rtp.Header{Version: 2, PayloadType: pt, SequenceNumber: t.seq, Timestamp: stamp, SSRC: t.ssrc, Marker: marker}
	t.seq++
	_, _ = t.w.WriteRTP(&h, payload) // a lost connection shows in its state
}
