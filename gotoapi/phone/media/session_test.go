package media

import (
	"testing"
	"time"
)

// A far end that answers in the shape of the guide's answers: sound both ways.
func TestTonesBothWays(t *testing.T) {
	for _, c := range []struct{ name, shape, codec string }{
		{"A: another group, no sources", answerA, "opus"},
		{"B: no group, a source", answerB, "opus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "tone:440")
			far := newFarEnd(t, c.codec)
			began := time.Now()
			s := r.session(far, c.shape)
			s.Play(true)
			far.speak(1000, 0.4)
			setup := within(t, 5*time.Second, "sound from the far end", func() bool { return s.Level().In > 0.2 })
			t.Logf("setup to first audio: %v", time.Since(began))
			if setup > time.Second {
				t.Errorf("the first sound came after %v", setup)
			}
			time.Sleep(2 * time.Second)
			t.Logf("%+v %+v %+v", s.Quality(), s.in.state(), s.Level())
			s.Play(false)
			pcm, came, sent := far.heard()
			if hz := loudest(tail(pcm, 1)); hz != 440 {
				t.Errorf("the far end hears %g Hz, want 440", hz)
			}
			if came*100 < sent*99 {
				t.Errorf("%d of %d packets came", came, sent)
			}
			if hz := loudest(tail(r.played(), 1)); hz != 1000 {
				t.Errorf("we hear %g Hz, want 1000", hz)
			}
			s.Close()
		})
	}
}
