package media

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi/phone/codec"
)

// The guide's two answers, as they are printed, are accepted.
func TestGuideAnswersVerbatim(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		tones  bool
	}{"A": {answerA, true}, "B": {answerB, false}, "A with bare line feeds": {strings.ReplaceAll(answerA, "\r\n", "\n"), true}} {
		r := newRig(t, "none")
		s, err := r.Session()
		if err != nil {
			t.Fatal(err)
		}
		offer, err := s.Offer(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{" 111 0 8 126\r\n", "a=rtpmap:111 opus/48000/2\r\n", "a=rtpmap:126 telephone-event/8000\r\n", "a=setup:actpass\r\n", "a=sendrecv\r\n", "a=rtcp-mux\r\n", " typ host", "a=fingerprint:sha-256 ", "a=end-of-candidates\r\n"} {
			if !strings.Contains(offer, want) {
				t.Errorf("%s: the offer lacks %q:\n%s", name, want, offer)
			}
		}
		if err := s.Accept(c.answer); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := s.in.agreed; got.codec.Name != "opus" || got.payload != 111 || (got.tones == 126) != c.tones {
			t.Errorf("%s: %+v", name, got)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An answer that cannot be used is a sentence, and leaves the session fit for another.
func TestAnswersThatCannotBeUsed(t *testing.T) {
	r := newRig(t, "none")
	s, err := r.Session()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(answerA); err == nil {
		t.Error("an answer was accepted before there was an offer")
	}
	if _, err := s.Offer(t.Context()); err != nil {
		t.Fatal(err)
	}
	for want, answer := range map[string]string{
		"it is empty":            " \r\n",
		"it is no SDP":           "<html>503</html>",
		"it has no sound":        strings.Replace(answerA, "m=audio", "m=video", 1),
		"it refuses sound":       strings.Replace(answerA, "m=audio 40342", "m=audio 0", 1),
		"it lacks its ICE names": strings.Replace(answerA, "a=ice-pwd", "a=x-pwd", 1),
		"it does not encrypt":    strings.Replace(answerA, "a=fingerprint", "a=x-fingerprint", 1),
		"it names no codec":      strings.Replace(answerA, "opus/48000/2", "G729/8000", 1),
		"it is too long":         answerA + strings.Repeat("a=x\r\n", 20000),
	} {
		err := s.Accept(answer)
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(err.Error(), want) || p.Hint() == "" {
			t.Errorf("%q: %v", want, err)
		}
	}
	if err := s.Accept(answerA); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// Everything that a session can be asked for, from several goroutines at once, with two calls up.
// What is heard is measured elsewhere.
func TestAtTheSameTime(t *testing.T) {
	r := newRig(t, "tone:440")
	shape := strings.NewReplacer("SAVPF 111", "SAVPF 0", "111 opus/48000/2", "0 PCMU/8000").Replace(answerA)
	var run sync.WaitGroup
	for range 2 {
		far := newFarEnd(t, "PCMU")
		s := r.session(far, shape)
		far.speak(1000, 0.4)
		run.Go(func() {
			for i := range 20 {
				s.Play(i%2 == 0)
				s.Mute(i%3 == 0)
				s.Level()
				s.Quality()
				r.Sound()
				time.Sleep(20 * time.Millisecond)
			}
		})
		run.Go(func() {
			if err := s.Tone(t.Context(), "12"); err != nil {
				t.Error(err)
			}
		})
		run.Go(func() {
			s.Hold(true)
			offer, err := s.Reoffer(t.Context(), true)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Accept(far.answer(offer, shape)); err != nil {
				t.Error(err)
			}
			s.Hold(false)
		})
	}
	run.Wait()
	r.Close()
}

// talk lets a session and a far end talk for a while, and checks both directions.
func (r *rig) talk(s *Session, far *farEnd, hear, say float64) {
	r.t.Helper()
	within(r.t, 10*time.Second, "sound from the far end", func() bool { return s.Level().In > 0.2 })
	within(r.t, 10*time.Second, "sound to the far end", func() bool { pcm, _, _ := far.heard(); return len(pcm) > codec.Rate/4 })
	time.Sleep(1500 * time.Millisecond)
	r.machine.onTime(r.t)
	pcm, came, sent := far.heard()
	if hz := loudest(tail(pcm, 0.8)); hz != say {
		r.t.Errorf("the far end hears %g Hz, want %g", hz, say)
	}
	if came*100 < sent*99 {
		r.t.Errorf("%d of %d packets came", came, sent)
	}
	if hz := loudest(tail(r.played(), 0.8)); hz != hear {
		r.t.Errorf("we hear %g Hz, want %g", hz, hear)
	}
}

// A far end that answers in the shape of the guide's answers: sound both ways, with every codec.
func TestTonesBothWays(t *testing.T) {
	machine := measured(t)
	for _, c := range []struct{ name, shape, codec string }{
		{"A: another group, no sources", answerA, "opus"},
		{"B: no group, a source", answerB, "opus"},
		{"u-law", strings.NewReplacer("SAVPF 111", "SAVPF 0", "111 opus/48000/2", "0 PCMU/8000").Replace(answerA), "PCMU"},
		{"A-law", strings.NewReplacer("SAVPF 111", "SAVPF 8", "a=rtpmap:111 OPUS/48000/2\r\n", "").Replace(answerB), "PCMA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "tone:440")
			r.machine = machine
			far := newFarEnd(t, c.codec)
			began := time.Now()
			s := r.session(far, c.shape)
			s.Play(true)
			far.speak(1000, 0.4)
			within(t, 10*time.Second, "sound from the far end", func() bool { return s.Level().In > 0.2 })
			setup := time.Since(began)
			r.talk(s, far, 1000, 440)
			t.Logf("setup to first audio %v; %s %+v; %+v; %+v", setup.Round(time.Millisecond), s.Quality().Words(), s.Quality(), s.in.state(), s.Level())
			if setup > 2*time.Second { // 300 ms on a machine with nothing else to do
				t.Errorf("the first sound came after %v", setup)
			}
		})
	}
}

// Tones leave as RFC 4733 wants them: one timestamp each, the first packet marked, growing
// durations, the end three times; in their order, whoever asks; and sound goes on after them.
func TestTelephoneEvents(t *testing.T) {
	machine := measured(t)
	r := newRig(t, "tone:440")
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	s.Play(true)
	within(t, 10*time.Second, "sound to the far end", func() bool { pcm, _, _ := far.heard(); return len(pcm) > 0 })
	done := make(chan error)
	go func() { done <- s.Tone(t.Context(), "1#") }()
	within(t, time.Second, "the first tones", func() bool { s.out.mu.Lock(); defer s.out.mu.Unlock(); return len(s.out.tones) > 0 })
	if err := s.Tone(t.Context(), "d0"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	machine.onTime(t)
	far.mu.Lock()
	events := far.events
	far.mu.Unlock()
	var digits []byte
	for i := 0; i < len(events); {
		first, ends, last := events[i], 0, uint16(0)
		if !first.marker {
			t.Errorf("tone %d begins without a mark", len(digits))
		}
		for ; i < len(events) && events[i].time == first.time; i++ {
			e := events[i]
			if e.digit != first.digit || e.duration < last {
				t.Errorf("%+v after a duration of %d", e, last)
			}
			last = e.duration
			if e.end {
				ends++
			}
		}
		if ends != 3 || last != 800 {
			t.Errorf("tone %d: %d ends, %d ticks long, want 3 and 800", len(digits), ends, last)
		}
		digits = append(digits, eventsOf[first.digit])
	}
	if string(digits) != "1#D0" {
		t.Errorf("the far end got %q, want 1#D0", digits)
	}
	pcm, came, sent := far.heard()
	if hz := loudest(tail(pcm, 0.2)); hz != 440 || came != sent {
		t.Errorf("afterwards the far end hears %g Hz, %d of %d packets", hz, came, sent)
	}
	if err := s.Tone(t.Context(), "12x"); err == nil || !strings.Contains(err.Error(), "'x' is no tone") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := s.Tone(ctx, ",1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

const eventsOf = "0123456789*#ABCD"

// A far end without telephone events says so; the service can be asked instead.
func TestNoTelephoneEvents(t *testing.T) {
	r := newRig(t, "none")
	s := r.session(newFarEnd(t, "opus"), answerB)
	if err := s.Tone(t.Context(), "1"); !errors.Is(err, ErrNoTones) {
		t.Errorf("%v", err)
	}
}

// A hold is offered anew, and taken back; then the path changes. Sound is there again each time.
func TestReoffers(t *testing.T) {
	machine := measured(t)
	r := newRig(t, "tone:440")
	r.machine = machine
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	s.Play(true)
	far.speak(1000, 0.4)
	r.talk(s, far, 1000, 440)

	s.Hold(true)
	offer, err := s.Reoffer(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(offer, "a=sendonly") || strings.Contains(offer, "a=sendrecv") || strings.Count(offer, "m=") != 1 {
		t.Errorf("the offer of a hold is\n%s", offer)
	}
	if err := s.Accept(far.answer(offer, strings.Replace(answerA, "a=sendrecv", "a=recvonly", 1))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	machine.onTime(t)
	pcm, _, _ := far.heard()
	if got := strength(tail(pcm, 0.2), 440); got > 0.01 {
		t.Errorf("held, the far end still hears us with %.3f", got)
	}
	if got := strength(tail(r.played(), 0.2), 1000); got > 0.01 {
		t.Errorf("held, we still play the far end with %.3f", got)
	}
	s.Hold(false)
	was := field(offer, "a=ice-ufrag:")
	for _, restart := range []bool{false, true} {
		if offer, err = s.Reoffer(t.Context(), restart); err != nil {
			t.Fatal(err)
		}
		if changed := field(offer, "a=ice-ufrag:") != was; changed != restart {
			t.Errorf("restart %v: the ICE names changed: %v", restart, changed)
		}
		if strings.Count(offer, "m=") != 1 || !strings.Contains(offer, "a=sendrecv") {
			t.Errorf("restart %v: the offer is\n%s", restart, offer)
		}
		if err := s.Accept(far.answer(offer, answerA)); err != nil {
			t.Fatal(err)
		}
		r.talk(s, far, 1000, 440)
	}
}

func field(sdp, name string) string {
	_, after, _ := strings.Cut(sdp, name)
	line, _, _ := strings.Cut(after, "\r\n")
	return line
}

// The source changes in the middle, as it does after a transfer, whether the answer named one or not.
func TestAnotherSource(t *testing.T) {
	measured(t)
	for name, shape := range map[string]string{"no sources": answerA, "a source": answerB} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, "none")
			far := newFarEnd(t, "opus")
			s := r.session(far, shape)
			s.Play(true)
			stop := far.speak(1000, 0.4)
			within(t, 10*time.Second, "the first source", func() bool { return s.Level().In > 0.2 })
			stop()
			far.ssrc++
			far.speak(600, 0.4)
			within(t, 10*time.Second, "the second source", func() bool { return loudest(tail(r.played(), 0.3)) == 600 })
			if offer, err := s.Reoffer(t.Context(), false); err != nil || strings.Count(offer, "m=") != 1 {
				t.Errorf("%v; the next offer is\n%s", err, offer)
			}
		})
	}
}

// A far end that never sends is noticed, and one that is held is not.
func TestSilentFarEnd(t *testing.T) {
	r := newRig(t, "none")
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	s.Play(true)
	took := within(t, 10*time.Second, "the notice", func() bool { return s.Quality().Silent })
	if took < silentAfter {
		t.Errorf("it was called silent after %v", took)
	}
	if got := s.Quality().Words(); got != "no sound from the far end" {
		t.Errorf("the words are %q", got)
	}
	far.speak(1000, 0.4)
	within(t, 5*time.Second, "its end", func() bool { return !s.Quality().Silent })
	s.Hold(true)
	if s.Quality().Silent {
		t.Error("a held call is called silent")
	}
}

// The guide's addresses cannot be reached from here: that is told in a sentence.
func TestNoPath(t *testing.T) {
	r := newRig(t, "none")
	r.within = time.Second
	s, err := r.Session()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Offer(t.Context()); err != nil {
		t.Fatal(err)
	}
	black, err := net.ListenPacket("udp4", "127.0.0.1:0") // takes everything, answers nothing
	if err != nil {
		t.Fatal(err)
	}
	defer black.Close()
	_, port, _ := net.SplitHostPort(black.LocalAddr().String())
	if err := s.Accept(strings.NewReplacer("199.88.123.123", "127.0.0.1", "40342", port).Replace(answerA)); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.Failed():
		var p *Problem
		if !errors.As(err, &p) || err.Error() != "no network path for the sound of the call" || !strings.Contains(p.Hint(), "desk phone") || !p.Restart {
			t.Errorf("%v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nobody tells")
	}
	for range triesToConnect - 1 { // nobody offers anew
		if _, open := <-s.Failed(); !open {
			t.Error("it gave up too early")
		}
	}
	if _, open := <-s.Failed(); open {
		t.Error("it goes on telling")
	}
	s.Close()
	if _, err := s.Offer(t.Context()); err == nil {
		t.Error("a session that has ended makes an offer")
	}
}

// The far end dies in the middle of a call.
func TestLostPath(t *testing.T) {
	r := newRig(t, "none")
	far := newFarEnd(t, "opus")
	road := newRough(t, 0, 0)
	far.proxy = road.to
	s := r.session(far, answerA)
	far.speak(1000, 0.4)
	within(t, 10*time.Second, "sound", func() bool { return s.Level().In > 0.2 })
	road.close()
	select {
	case err := <-s.Failed():
		if err.Error() != "the sound was interrupted: its network path is lost" {
			t.Errorf("%v", err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("nobody tells")
	}
}

// The far end takes its leave of the sound, and the call goes on: that is told, but not at once, for so it is at a
// call's end, too.
func TestTheFarEndLeaves(t *testing.T) {
	r := newRig(t, "none")
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	far.speak(1000, 0.4)
	within(t, 10*time.Second, "sound", func() bool { return s.Level().In > 0.2 })
	began := time.Now()
	far.close()
	select {
	case err := <-s.Failed():
		if took := time.Since(began); took < silentAfter || !s.Quality().NoPath || err == nil {
			t.Errorf("after %v: %v", took, err)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("nobody tells")
	}
}

// One packet in twenty is lost and all are delayed by up to 50 ms, both ways: the sound stays, and
// the words say so.
func TestRoughRoad(t *testing.T) {
	machine := measured(t)
	r := newRig(t, "tone:440")
	far := newFarEnd(t, "opus")
	road := newRough(t, 0.05, 50*time.Millisecond)
	far.proxy = road.to
	s := r.session(far, answerA)
	s.Play(true)
	far.speak(1000, 0.4)
	within(t, 10*time.Second, "sound from the far end", func() bool { return s.Level().In > 0.2 })
	within(t, 20*time.Second, "the words", func() bool { return strings.HasPrefix(s.Quality().Words(), "poor: ") })
	time.Sleep(4 * time.Second)
	machine.onTime(t)
	q, state := s.Quality(), s.in.state()
	pcm := r.played()
	all, lost := road.count()
	t.Logf("%s %+v; %+v; %d of %d packets lost", q.Words(), q, state, lost, all)
	quiet, hops := 0, 0
	for end := tail(pcm, 4); len(end) >= codec.Frame; end = end[codec.Frame:] {
		hops++
		if energy(end[:codec.Frame]) < 0.008 { // a tenth of the tone's
			quiet++
		}
	}
	t.Logf("strength %.3f of 0.4, %d of %d frames quiet", strength(tail(pcm, 0.5), 1000), quiet, hops)
	if quiet*25 > hops { // without concealment one in twenty would be
		t.Errorf("%d of %d frames are quiet", quiet, hops)
	}
	if hz := loudest(tail(pcm, 2)); hz != 1000 {
		t.Errorf("we hear %g Hz", hz)
	}
	if q.Loss < 0.02 || q.Loss > 0.15 {
		t.Errorf("5 %% were lost, %g was measured", q.Loss)
	}
	if q.Trip < 10*time.Millisecond || q.Trip > time.Second { // 50 ms on average, both ways together
		t.Errorf("there and back takes %v", q.Trip)
	}
	if state.heard.recovered+state.heard.concealed == 0 {
		t.Error("nothing was concealed")
	}
}

// energy is the mean of the squares of a piece of sound, full scale being 1.
func energy(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v) / 32767 / 32767
	}
	return sum / float64(len(pcm))
}

// Muted, the far end hears silence and not nothing.
func TestMute(t *testing.T) {
	machine := measured(t)
	r := newRig(t, "tone:440")
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	s.Play(true)
	within(t, 10*time.Second, "our sound", func() bool { return s.Level().Out > 0.2 })
	s.Mute(true)
	time.Sleep(time.Second)
	machine.onTime(t)
	pcm, came, _ := far.heard()
	if got := strength(tail(pcm, 0.3), 440); got > 0.005 {
		t.Errorf("muted, the far end hears us with %.3f", got)
	}
	if got := s.Level().Out; got > 0.05 {
		t.Errorf("muted, the level is %.2f", got)
	}
	time.Sleep(200 * time.Millisecond)
	if _, now, _ := far.heard(); now <= came {
		t.Error("muted, nothing is sent any more")
	}
	s.Mute(false)
	within(t, 5*time.Second, "our sound again", func() bool { return s.Level().Out > 0.2 })
}

// The second call takes the microphone, and the first gets it back.
func TestFocus(t *testing.T) {
	measured(t)
	r := newRig(t, "tone:440")
	farA, farB := newFarEnd(t, "opus"), newFarEnd(t, "opus")
	a, b := r.session(farA, answerA), r.session(farB, answerA)
	heard := func(f *farEnd) float64 {
		pcm, _, _ := f.heard()
		return strength(tail(pcm, 0.2), 440)
	}
	a.Play(true)
	within(t, 10*time.Second, "the first call's sound", func() bool { return heard(farA) > 0.2 })
	b.Play(true)
	within(t, 10*time.Second, "the second call's sound", func() bool { return heard(farB) > 0.2 && heard(farA) < 0.01 })
	a.Play(true)
	b.Play(false) // late, and no longer its own
	within(t, 10*time.Second, "the first call's sound again", func() bool { return heard(farA) > 0.2 && heard(farB) < 0.01 })
}

// A loudspeaker that cannot be had is a sentence, and the call goes on.
func TestNoLoudspeaker(t *testing.T) {
	changed := make(chan bool, 10)
	e, err := NewEngine(Config{In: "tone:440", Out: "file:/nowhere/at/all.wav", Loopback: true, Changed: func() { changed <- true }})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := &rig{Engine: e, t: t}
	far := newFarEnd(t, "opus")
	s := r.session(far, answerA)
	s.Play(true)
	far.speak(1000, 0.4)
	<-changed
	within(t, 5*time.Second, "the sentence", func() bool { return strings.Contains(e.Sound().Why, "the sound file cannot be written") })
	if e.Sound().Hint == "" {
		t.Error("it does not say what to do")
	}
	within(t, 10*time.Second, "sound both ways", func() bool {
		pcm, _, _ := far.heard()
		return s.Level().In > 0.2 && strength(tail(pcm, 0.2), 440) > 0.2
	})
}

// Without sound, that is said.
func TestControlWithoutSound(t *testing.T) {
	e, err := NewEngine(Config{In: "none", Out: "none"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if s := e.Sound(); s.On || s.Why != "no sound is set up" || !strings.Contains(s.Hint, "desk phone") {
		t.Errorf("%+v", s)
	}
}
