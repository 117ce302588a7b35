package voice

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

type rtpHeader = rtp.Header

// Session is the sound of one call. Its methods may be called from any goroutine.
type Session struct {
	e            *Engine
	style        Style
	name, stream string
	way          Way
	done         chan struct{} // closed when it ends

	talk  sync.Mutex // one answer at a time
	pc    *webrtc.PeerConnection
	send  *webrtc.RTPSender
	track *track

	mu      sync.Mutex
	ended   bool
	speaker speaker
	heard   []byte // digits
}

// Way is what lies between both ends of one call, beside what Config.Strike does to all.
type Way struct {
	Loss   float64       // share of packets that are lost, each way
	Jitter time.Duration // how late a packet that is sent leaves at most
	Astray bool          // nothing arrives: the answer names a port at which nobody listens
}

// Over lays a way for the session. It is called before the first Answer.
func (s *Session) Over(w Way) { s.way = w }

// strike decides about a packet.
func (s *Session) strike(sent bool) (lost bool, late time.Duration) {
	if lost, late = s.e.cfg.Strike(sent); lost || rand.Float64() < s.way.Loss {
		return true, 0
	}
	if sent && s.way.Jitter > 0 {
		late += rand.N(s.way.Jitter)
	}
	return false, late
}

// OfferError says what is wrong with an offer.
type OfferError struct {
	what  string
	cause error // nil when there is no more to say
}

func (e *OfferError) Error() string {
	if e.cause == nil {
		return e.what
	}
	return e.what + ": " + e.cause.Error()
}

func (e *OfferError) Unwrap() error { return e.cause }

// Answer answers an offer: the call's first one, or a later one for hold, another network or an ICE restart.
func (s *Session) Answer(offer string) (string, error) {
	s.talk.Lock()
	defer s.talk.Unlock()
	if s.pc == nil {
		if err := s.open(); err != nil {
			return "", err
		}
	}
	if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}); err != nil {
		return "", &OfferError{"cannot be taken", err}
	}
	answer, err := s.pc.CreateAnswer(nil)
	if err != nil {
		return "", &OfferError{"cannot be answered", err}
	}
	gathered := webrtc.GatheringCompletePromise(s.pc)
	if err := s.pc.SetLocalDescription(answer); err != nil {
		return "", &OfferError{"cannot be answered", err}
	}
	select {
	case <-gathered:
	case <-s.done:
		return "", errClosed
	}
	return s.describe(s.pc.LocalDescription().SDP)
}

// open makes the connection.
func (s *Session) open() error {
	s.e.mu.Lock()
	err := s.e.open()
	api, cert, library := s.e.api, s.e.cert, s.e.sounds
	if err == nil && s.way != (Way{}) {
		api, err = s.e.newAPI(s.strike)
	}
	s.e.mu.Unlock()
	if err != nil {
		return err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{cert}})
	if err != nil {
		return fmt.Errorf("opening the sound: %w", err)
	}
	tr := &track{name: s.name, stream: s.stream}
	send, err := pc.AddTrack(tr)
	if err != nil {
		return fmt.Errorf("opening the sound: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		s.e.work.Go(func() { _ = pc.GracefulClose() })
		return errClosed
	}
	s.pc, s.send, s.track = pc, send, tr
	s.speaker.sounds = library
	pc.OnTrack(func(r *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { s.listen(r) })
	var begin, lose sync.Once
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			begin.Do(s.begin)
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			lose.Do(s.lose)
		}
	})
	s.e.work.Go(func() {
		for { // reports are read so that they are not in the way
			if _, _, err := send.ReadRTCP(); err != nil {
				return
			}
		}
	})
	return nil
}

// begin starts to speak.
func (s *Session) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.e.work.Go(s.speak)
	}
}

// lose tells that the client has gone, unless it is we who ended it.
func (s *Session) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.e.work.Go(func() { s.e.cfg.Lost(s) })
	}
}

// nobodysPort is that of the discard service, which no machine has any more.
const nobodysPort = 9

// describe writes the answer in the service's style.
func (s *Session) describe(local string) (string, error) {
	d := Description{Style: s.style, IP: s.e.cfg.IP, Direction: "sendrecv", Name: s.name, Stream: s.stream}
	for line := range strings.Lines(local) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "a=ice-ufrag":
			d.Ufrag = value
		case "a=ice-pwd":
			d.Pwd = value
		case "a=fingerprint":
			d.Fingerprint = value
		case "a=candidate":
			if f := strings.Fields(value); len(f) > 5 && d.Port == 0 {
				d.Port, _ = strconv.Atoi(f[5]) // a port that is no number is none
			}
		case "a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive":
			d.Direction = strings.TrimPrefix(name, "a=")
		}
	}
	if d.Port == 0 || d.Ufrag == "" {
		return "", errors.New("answering: there is no way to this machine")
	}
	if s.way.Astray {
		d.Port = nobodysPort
	}
	for _, c := range s.send.GetParameters().Codecs {
		switch {
		case strings.EqualFold(c.MimeType, webrtc.MimeTypeOpus) && d.Opus == 0:
			d.Opus = int(c.PayloadType)
		case strings.EqualFold(c.MimeType, mimeEvents) && d.Events == 0:
			d.Events = int(c.PayloadType)
		}
	}
	if d.Opus == 0 {
		return "", &OfferError{"offers no Opus", nil}
	}
	if enc := s.send.GetParameters().Encodings; len(enc) > 0 {
		d.Source = uint32(enc[0].SSRC)
	}
	return d.String(), nil
}

// Play changes what the far end sounds like.
func (s *Session) Play(p Part) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.speaker.turn(p)
}

// Press lets the far end hear tones that the service was asked for.
func (s *Session) Press(digits string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hear(digits)
}

// hear notes digits, and lets a far end that plays them back do so. The lock is held.
func (s *Session) hear(digits string) {
	s.heard = append(s.heard, digits...)
	if s.speaker.part.Kind == Digits {
		s.speaker.queue = append(s.speaker.queue, digits...)
	}
}

// Heard are the tones that the far end has heard so far.
func (s *Session) Heard() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.heard)
}

// Close ends the sound and returns at once; Engine.Close waits for what is left of it.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended = true
	close(s.done)
	pc := s.pc
	s.e.work.Go(func() {
		if pc != nil {
			_ = pc.GracefulClose() // it is over either way
		}
		s.e.mu.Lock()
		delete(s.e.sessions, s)
		s.e.mu.Unlock()
	})
}

// frameTime is how long a packet of sound is, and samples how much of it there is.
const (
	frameTime = 20 * time.Millisecond
	samples   = 960
	mostLate  = 5 // frames that are made up for after a standstill; more are left out
)

// speak sends a packet every 20 ms.
func (s *Session) speak() {
	tick := time.NewTicker(frameTime)
	defer tick.Stop()
	next := time.Now()
	for {
		select {
		case <-s.done:
			return
		case now := <-tick.C:
			if behind := now.Sub(next); behind > mostLate*frameTime {
				s.track.skip(uint32(behind/frameTime) * samples)
				next = now
			}
			for ; !next.After(now); next = next.Add(frameTime) {
				s.say()
			}
		}
	}
}

// say sends what is to be heard in the next 20 ms.
func (s *Session) say() {
	events := s.track.hasEvents() // before the lock: a packet on its way may ask for what waits for it
	s.mu.Lock()
	f := s.speaker.next(events)
	s.mu.Unlock()
	switch {
	case f.lost:
		s.track.lose()
	case f.event != nil:
		s.track.event(f.event, f.first)
	case f.sound != nil:
		s.track.sound(f.sound)
	default:
		s.track.skip(samples)
	}
}

// listen hears what the client says until the call's end.
func (s *Session) listen(r *webrtc.TrackRemote) {
	var last uint32
	var toned bool
	for {
		p, _, err := r.ReadRTP()
		if err != nil {
			return
		}
		if s.track.isEvent(p.PayloadType) {
			if over := len(p.Payload) >= 4 && p.Payload[1]&0x80 != 0; over && (!toned || p.Timestamp != last) {
				toned, last = true, p.Timestamp
				s.toned(p.Payload[0])
			}
			if to := s.hearer(); to != nil && to != s && len(p.Payload) >= 4 {
				to.track.relay(p.Timestamp, p.Marker, slices.Clone(p.Payload))
			}
			continue
		}
		if to := s.hearer(); to != nil && len(p.Payload) > 0 {
			to.track.echo(p.Timestamp, slices.Clone(p.Payload))
		}
	}
}

// hearer is whose client hears what this one's says; nil for nobody.
func (s *Session) hearer() *Session {
	s.mu.Lock()
	p := s.speaker.part
	s.mu.Unlock()
	switch {
	case p.Deaf:
	case p.Kind == Echo:
		return s
	case p.Kind == Client && p.Peer != nil && p.Peer.listens():
		return p.Peer
	}
	return nil
}

// listens says whether what this session sends comes from another client.
func (s *Session) listens() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.ended && s.track != nil && s.speaker.part.Kind == Client
}

// toned hears the tone of a telephone event.
func (s *Session) toned(code byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(code) < len(keys) && !s.speaker.part.Deaf {
		s.hear(keys[code : code+1])
	}
}
