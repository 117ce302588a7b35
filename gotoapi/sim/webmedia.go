package sim

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"ringside/gotoapi/sim/voice"
	"ringside/gotoapi/sim/world"
)

// line is the sound of one call. Its methods but Answer return at once.
type line interface {
	Answer(offer string) (answer string, err error) // the first time and each time after
	Play(voice.Part)                                // what the far end sounds like from now on
	Press(digits string)                            // the far end hears tones
	Heard() string                                  // all tones that it has heard
	Close()
}

// offer is a request whose answer has to be agreed upon without the service's lock.
type offer struct {
	call    *webCall      // of an answer or a new offer
	line    *registration // of a dialled call
	channel string
	number  string
	sdp     string
	media   line
	fresh   bool // media was made for this request
	answer  string
}

// newOffer checks an offer and gives it sound.
func (s *Service) newOffer(o *offer) (*offer, *apiError) {
	if o.sdp == "" {
		return nil, errBadRequest("sdp", "must not be empty")
	}
	if err := voice.Check(o.sdp); err != nil {
		return nil, errBadRequest("sdp", err.Error())
	}
	if s.stage != running {
		return nil, errStatus(http.StatusServiceUnavailable)
	}
	if o.media == nil {
		with := o.number
		if o.call != nil {
			with = o.call.party.Number
		}
		o.media, o.fresh = s.newLine(with), true
	}
	return o, nil
}

// newLine gives a call with a number its sound: real, or on paper only.
func (s *Service) newLine(with string) line {
	style := s.cfg.Answers
	s.phones.made++
	if style == "" {
		style = []voice.Style{voice.Bundle, voice.SSRC}[(s.cfg.World.Seed+uint64(s.phones.made))%2]
	}
	if s.cfg.NoMedia {
		return newPaper(s.phones.ids, style)
	}
	made := s.voice.Session(style, s.phones.ids.uuid(), s.phones.ids.uuid())
	switch world.SoundOf(with) {
	case world.Rough:
		made.Over(voice.Way{Loss: 0.05, Jitter: 50 * time.Millisecond})
	case world.Astray:
		made.Over(voice.Way{Astray: true})
	}
	return made
}

// offered is api for a request that brings an offer: check looks at it under the lock, then the answer is
// made without, and act does the rest under the lock again.
func (s *Service) offered(check func(*request) (*offer, *apiError), act func(*request, *offer) (int, any, *apiError)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			s.refuse(w, errMalformed())
			return
		}
		req := &request{Request: r, body: body}
		status, answer, refusal := s.agree(req, check, act)
		if refusal != nil {
			s.refuse(w, refusal)
			return
		}
		writeJSON(w, status, answer)
	})
}

func (s *Service) agree(r *request, check func(*request) (*offer, *apiError), act func(*request, *offer) (int, any, *apiError)) (int, []byte, *apiError) {
	if !s.enter() {
		return 0, nil, errStatus(http.StatusServiceUnavailable)
	}
	defer s.open.Done()
	var o *offer
	if _, _, err := s.perform(scopeWebCalls, func(r *request) (int, any, *apiError) {
		var err *apiError
		o, err = check(r)
		return 0, nil, err
	}, r); err != nil {
		return 0, nil, err
	}
	answer, err := o.media.Answer(o.sdp)
	if err != nil {
		if o.fresh {
			o.media.Close()
		}
		if wrong := (*voice.OfferError)(nil); errors.As(err, &wrong) {
			return 0, nil, errBadRequest("sdp", wrong.Error())
		}
		s.cfg.Log.Warn("a web call has no sound", "error", err)
		return 0, nil, errStatus(http.StatusServiceUnavailable)
	}
	o.answer = answer
	s.mu.Lock()
	defer s.mu.Unlock()
	refusal := errStatus(http.StatusServiceUnavailable)
	status, v := 0, any(nil)
	if s.stage == running {
		status, v, refusal = act(r, o)
	}
	if refusal != nil {
		if o.fresh {
			o.media.Close()
		}
		return 0, nil, refusal
	}
	return status, encode(v), nil
}

// sounds tells a call's sound what the far end is now.
func (s *Service) sounds(c *webCall) {
	if c.media == nil || c.status != webConnected {
		return
	}
	if !c.heard {
		c.heard, c.mute = true, s.faults.neverSends()
	}
	c.media.Play(s.part(c))
	if o := s.peerOf(c); o != nil {
		o.media.Play(s.part(o))
	}
}

// peerOf finds the web call at the other end of a call, if that is one: both clients hear each other.
func (s *Service) peerOf(c *webCall) *webCall {
	for _, o := range s.phones.fresh {
		if o != c && o.leg.Call == c.leg.Call && o.line.number == c.party.Number && o.party.Number == c.line.number &&
			o.status == webConnected && c.status == webConnected && o.media != nil && c.media != nil {
			return o
		}
	}
	return nil
}

func (s *Service) part(c *webCall) voice.Part {
	p := voice.Part{Kind: voice.Kind(c.sound), Who: c.party.Number, Deaf: c.muted || c.held}
	if c.sound == world.Rough || c.sound == world.Astray { // so is the way, not the far end
		p.Kind = voice.Speech
	}
	switch {
	case c.mute:
		p.Kind = voice.Silent
	case c.held:
		p.Kind = voice.Nothing
	case c.farHeld || c.waits:
		p.Kind = voice.Music
	}
	if o := s.peerOf(c); o != nil && p.Kind == voice.Speech {
		if peer, real := o.media.(*voice.Session); real {
			p.Kind, p.Peer = voice.Client, peer
		}
	}
	if o := c.merged; o != nil && o.media != nil {
		p.With = o.party.Number
	}
	return p
}

// Tones are the tones that the far end of a web call has heard so far; false when the call is not there,
// or has no sound yet.
func (s *Service) Tones(callID string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.phones.calls[callID]
	if c == nil || c.media == nil {
		return "", false
	}
	return c.media.Heard(), true
}

// lostAfter is how long a client whose sound has gone may take to say that it hangs up.
const lostAfter = 2 * time.Second

// lostSound ends the call of a client that has gone without hanging up.
func (s *Service) lostSound(gone *voice.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at(lostAfter, func() { s.endLost(gone) })
}

func (s *Service) endLost(gone *voice.Session) {
	i := slices.IndexFunc(s.phones.fresh, func(c *webCall) bool { return c.media == line(gone) })
	if i < 0 || s.stage != running {
		return
	}
	c := s.phones.fresh[i]
	c.lost = true
	out, err := s.world.PhoneHangUp(s.now(), c.leg)
	s.take(out)
	s.nudge()
	if err != nil {
		s.over(c, world.Failed)
	}
}

// silence ends a call's sound.
func (s *Service) silence(c *webCall) {
	if c.media != nil {
		c.media.Close()
	}
}

// paper is sound that was agreed upon and is nowhere: no socket is opened for it.
type paper struct {
	voice.Description
	heard string
}

// newPaper writes an answer that looks like the service's own, with an address that is set aside for
// documentation.
func newPaper(ids *ids, style voice.Style) *paper {
	print := ids.hex(64)
	colons := make([]byte, 0, 96)
	for i := 0; i < len(print); i += 2 {
		if i > 0 {
			colons = append(colons, ':')
		}
		colons = append(colons, upper(print[i]), upper(print[i+1]))
	}
	return &paper{Description: voice.Description{
		Style: style, IP: "192.0.2.10", Port: 20_000 + ids.rand().IntN(20_000), Ufrag: ids.opaque(3), Pwd: ids.opaque(18),
		Fingerprint: "sha-256 " + string(colons), Source: ids.rand().Uint32(), Name: ids.uuid(), Stream: ids.uuid(),
	}}
}

func upper(hex byte) byte {
	if hex >= 'a' {
		return hex - 'a' + 'A'
	}
	return hex
}

// Answer implements line.
func (p *paper) Answer(offer string) (string, error) {
	p.Direction, p.Events = voice.Direction(offer), 0
	if strings.Contains(offer, "\na=rtpmap:126 telephone-event/") {
		p.Events = 126
	}
	return p.String(), nil
}

// Play implements line.
func (*paper) Play(voice.Part) {}

// Press implements line.
func (p *paper) Press(digits string) { p.heard += digits }

// Heard implements line.
func (p *paper) Heard() string { return p.heard }

// Close implements line.
func (*paper) Close() {}
