package media

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"

	"ringside/gotoapi/phone/audio"
	"ringside/store/phone"
)

// Session is the sound of one call.
type Session struct {
	engine *Engine
	pc     *webrtc.PeerConnection
	out    *sender
	in     *receiver
	began  time.Time
	mics   chan []int16

	negotiating sync.Mutex // one offer at a time

	mu        sync.Mutex
	playing   bool
	muted     bool
	held      bool
	connected bool
	ever      bool          // it was connected once
	since     time.Duration // since when something should be heard
	first     time.Time     // when the first answer was taken
	answered  time.Time     // and the last, from which on a connection is waited for
	levels    phone.Level
	pulled    time.Time // when the loudspeaker last took sound
	left      time.Time // when the far end took its leave, and nobody has been told; zero: it has not
	failed    chan error
	tries     int  // answers that led to no connection
	deaf      bool // failed is closed
	closed    bool

	ctx  context.Context
	stop context.CancelFunc
	run  sync.WaitGroup
}

// ErrNoTones says that the far end takes no tones within the sound; the service can be asked to send
// them instead.
var ErrNoTones = errors.New("the far end takes no tones within the sound of the call")

var errEnded = errors.New("the sound of the call has ended")

// Session makes one for a call. It opens sockets with its first offer.
func (e *Engine) Session() (*Session, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, errEnded
	}
	began := time.Now()
	s := &Session{engine: e, began: began, out: newSender(), mics: make(chan []int16, 3), failed: make(chan error, 1)}
	s.in = newReceiver(func() time.Duration { return time.Since(began) })
	s.ctx, s.stop = context.WithCancel(context.Background())
	api, err := e.api(s.in)
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	s.pc, err = api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{e.cert}, ICEServers: e.servers()})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	rtpSender, err := s.pc.AddTrack(s.out)
	if err != nil {
		_ = s.pc.Close()
		return nil, fmt.Errorf("media: %w", err)
	}
	s.in.ours = uint32(rtpSender.GetParameters().Encodings[0].SSRC)
	s.pc.OnConnectionStateChange(s.state)
	e.sessions[s] = true
	return s, nil
}

// Offer gives the SDP that a call is dialled or answered with, all ways to us in it.
func (s *Session) Offer(ctx context.Context) (string, error) { return s.offer(ctx, false) }

// Reoffer gives an SDP for a call that is up, after Hold or, with iceRestart, on a new path.
func (s *Session) Reoffer(ctx context.Context, iceRestart bool) (string, error) {
	return s.offer(ctx, iceRestart)
}

func (s *Session) offer(ctx context.Context, restart bool) (string, error) {
	s.negotiating.Lock()
	defer s.negotiating.Unlock()
	if s.ctx.Err() != nil {
		return "", errEnded
	}
	offer, err := s.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	if err != nil {
		return "", fmt.Errorf("media: offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(s.pc)
	if err := s.pc.SetLocalDescription(offer); err != nil {
		return "", fmt.Errorf("media: offer: %w", err)
	}
	select {
	case <-gathered:
	case <-s.ctx.Done():
		return "", errEnded
	case <-ctx.Done():
		return "", fmt.Errorf("media: offer: %w", ctx.Err())
	}
	text := s.pc.LocalDescription().SDP
	if !strings.Contains(text, "a=candidate:") {
		return "", &Problem{What: "this machine has no network for the sound of a call", Fix: "connect it to a network, or ring your desk phone"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return direct(text, s.held), nil
}

// direct writes the direction of the sound into an offer.
func direct(offer string, held bool) string {
	if !held {
		return offer
	}
	return strings.Replace(offer, "\r\na=sendrecv\r\n", "\r\na=sendonly\r\n", 1)
}

// Accept takes the service's answer to the last offer. Sound flows once both ends have found each other.
func (s *Session) Accept(answer string) error {
	s.negotiating.Lock()
	defer s.negotiating.Unlock()
	if s.ctx.Err() != nil {
		return errEnded
	}
	transceivers := s.pc.GetTransceivers()
	if len(transceivers) == 0 || s.pc.PendingLocalDescription() == nil {
		return badAnswer("nothing was offered", nil)
	}
	text, a, err := mend(answer, transceivers[0].Mid())
	if err != nil {
		return err
	}
	s.in.agree(a)
	if err := s.out.agree(a); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	if err := s.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: text}); err != nil {
		return badAnswer(err.Error(), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered.IsZero() && !s.closed {
		s.first = time.Now()
		s.run.Go(s.watch)
		s.run.Go(s.send)
	}
	s.answered = time.Now()
	return nil
}

// state follows the connection.
func (s *Session) state(to webrtc.PeerConnectionState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.connected
	s.connected = to == webrtc.PeerConnectionStateConnected
	switch {
	case s.connected && !was:
		s.ever, s.tries, s.since = true, 0, time.Since(s.began)
	case to == webrtc.PeerConnectionStateClosed && was: // by the far end, as at a call's end
		s.left = time.Now()
	case to == webrtc.PeerConnectionStateDisconnected && was:
		s.fail(lostPath())
	case to == webrtc.PeerConnectionStateFailed:
		s.fail(noPath(nil))
	}
}

// fail tells of a failure; the lock is held. Who does not listen hears of the first.
func (s *Session) fail(err error) {
	if s.closed || s.deaf {
		return
	}
	select {
	case s.failed <- err:
	default:
	}
}

// Failed tells each time that the sound has no path, or lost it; the errors are *Problem. It is
// closed when no answer has led to a connection three times, and by Close.
func (s *Session) Failed() <-chan error { return s.failed }

// Play gives this session the microphone and the loudspeaker, or takes them from it.
func (s *Session) Play(on bool) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	if on && !s.playing {
		s.since = time.Since(s.began)
	}
	s.playing = on
	s.mu.Unlock()
	if !on {
		s.engine.desk.leave(s)
		return
	}
	s.engine.desk.take(s)
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed { // meanwhile, and Close found nothing to give back
		s.engine.desk.leave(s)
	}
}

// Mute keeps the microphone from leaving: silence is sent instead.
func (s *Session) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = on
}

// Hold tells that the call is held: silence is sent, nothing is played, and silence from the far end
// is no fault. A Reoffer says it to the far end.
func (s *Session) Hold(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held != on {
		s.held, s.since = on, time.Since(s.began)
	}
}

// Tone sends digits (0 to 9, *, #, A to D, a comma waits 2 s) behind those that are still being sent,
// and waits until they have been. ErrNoTones says that the service has to be asked.
func (s *Session) Tone(ctx context.Context, digits string) error {
	if digits == "" {
		return nil
	}
	if err := checkDigits(digits); err != nil {
		return err
	}
	sent, err := s.out.queue(digits)
	if err != nil {
		return err
	}
	select {
	case <-sent:
		return nil
	case <-s.ctx.Done():
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Quality tells how well the sound travels. Silence of the far end counts while this session has the
// loudspeaker: a call that is held may well be silent.
func (s *Session) Quality() phone.Quality {
	s.mu.Lock()
	since, listening := s.since, s.connected && s.playing && !s.held
	lost := !s.connected && (s.ever || !s.first.IsZero() && time.Since(s.first) > silentAfter)
	s.mu.Unlock()
	q := s.in.quality(since, listening)
	q.NoPath = lost
	return q
}

// Level tells how loud both directions are.
func (s *Session) Level() phone.Level {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.levels
}

// Close ends the sound and waits until everything has stopped.
func (s *Session) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.engine.desk.leave(s)
	s.stop()
	err := s.pc.GracefulClose()
	s.out.stop()
	s.run.Wait()
	s.mu.Lock()
	s.giveUp()
	s.mu.Unlock()
	s.engine.mu.Lock()
	delete(s.engine.sessions, s)
	s.engine.mu.Unlock()
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// microphone takes a frame from the microphone.
func (s *Session) microphone(frame []int16) {
	select {
	case s.mics <- frame:
	default: // the sender is behind: what is oldest goes
		select {
		case <-s.mics:
		default:
		}
		select {
		case s.mics <- frame:
		default:
		}
	}
}

// loudspeaker gives the loudspeaker its next frame.
func (s *Session) loudspeaker(frame []int16) {
	s.mu.Lock()
	s.pulled = time.Now()
	held := s.held
	s.mu.Unlock()
	s.hear(frame)
	if held {
		clear(frame)
	}
}

func (s *Session) hear(frame []int16) {
	s.in.pull(frame)
	s.mu.Lock()
	s.levels.In = meter(s.levels.In, frame)
	s.mu.Unlock()
}

// meter follows the peak: up at once, down within a second.
func meter(before float64, frame []int16) float64 {
	return max(audio.Peak(frame), before*0.93-0.001, 0)
}

const tick = 20 * time.Millisecond

// watch does what has to be done in time while the session lives: it hears in place of a loudspeaker
// that is not there, so that level and quality are told; reports; and notices that nothing connects.
func (s *Session) watch() {
	t := time.NewTicker(tick)
	defer t.Stop()
	frame := frameOf()
	for n := 1; ; n++ {
		select {
		case <-s.ctx.Done():
			return
		case <-t.C:
		}
		s.mu.Lock()
		alone := time.Since(s.pulled) > 3*tick
		connected := s.connected
		late := !s.ever && time.Since(s.answered) > s.engine.within
		if !s.left.IsZero() && time.Since(s.left) > silentAfter {
			s.left = time.Time{}
			s.fail(lostPath())
		}
		s.mu.Unlock()
		if alone {
			s.hear(frame)
		}
		if n%50 == 0 && connected {
			s.report()
		}
		if late && n%50 == 0 {
			s.unconnected()
		}
	}
}

// triesToConnect is how many answers in a row may lead to no connection.
const triesToConnect = 3

// unconnected tells that an answer has led to no connection.
func (s *Session) unconnected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail(noPath(nil))
	s.answered = time.Now()
	if s.tries++; s.tries == triesToConnect {
		s.giveUp()
	}
}

// giveUp closes failed; the lock is held.
func (s *Session) giveUp() {
	if !s.deaf {
		s.deaf = true
		close(s.failed)
	}
}

// report tells the far end how it is heard, and the encoder how we are.
func (s *Session) report() {
	if r := s.in.report(); r != nil {
		_ = s.pc.WriteRTCP([]rtcp.Packet{r}) // a report that does not leave is followed by the next
	}
	s.in.mu.Lock()
	theirs := s.in.theirs
	s.in.mu.Unlock()
	s.out.expect(theirs)
}

// send sends a frame every 20 ms: the microphone's when this session has it, else silence. The
// microphone is the clock while it gives sound.
func (s *Session) send() {
	silence := frameOf()
	next := time.Now().Add(tick)
	t := time.NewTimer(tick)
	defer t.Stop()
	live := 0 // frames for which the microphone is still trusted to be the clock
	for {
		wait := time.Until(next)
		if live > 0 {
			wait += 2 * tick
		}
		t.Reset(max(wait, 0))
		frame := silence
		select {
		case <-s.ctx.Done():
			return
		case frame = <-s.mics:
			live = 50
			next = time.Now()
		case <-t.C:
			live = max(live-1, 0)
		}
		next = next.Add(tick)
		if late := time.Since(next); late > 10*tick { // the machine slept
			next = time.Now()
		}
		s.mu.Lock()
		connected := s.connected
		if !s.playing || s.muted || s.held {
			frame = silence
		}
		s.mu.Unlock()
		if !connected {
			continue
		}
		left, err := s.out.frame(frame)
		if err != nil {
			s.engine.conf.Log.Debug("sound does not leave", "error", err)
		}
		if !left {
			frame = silence
		}
		s.mu.Lock()
		s.levels.Out = meter(s.levels.Out, frame)
		s.mu.Unlock()
	}
}
