package voice_test

import (
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/sim/voice"
)

// A bad line is that of one call: it loses and delays, and the call beside it does not.
func TestAWayOfItsOwn(t *testing.T) {
	t.Parallel()
	e := start(t, voice.Config{})
	rough, plain := e.Session(voice.Bundle, "a", "stream"), e.Session(voice.Bundle, "b", "stream")
	rough.Over(voice.Way{Loss: 0.2, Jitter: 60 * time.Millisecond})
	for _, tt := range []struct {
		s    *voice.Session
		some bool // of it is lost
	}{{rough, true}, {plain, false}} {
		tt.s.Play(voice.Part{Kind: voice.Music})
		p := newPeer(t)
		p.connect(tt.s)
		got := p.wait(100)
		lost, late := strayed(got)
		if tt.some && (lost < 0.05 || lost > 0.4 || late == 0) || !tt.some && (lost > 0.02 || late > 0) {
			t.Errorf("some %v: %.2f lost, %d out of order", tt.some, lost, late)
		}
	}
}

func TestAWayThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	s := start(t, voice.Config{}).Session(voice.SSRC, "a", "stream")
	s.Over(voice.Way{Astray: true})
	answer, err := s.Answer(printedOffer)
	if err != nil || !strings.Contains(answer, "m=audio 9 ") || !strings.Contains(answer, " 127.0.0.1 9 typ host") {
		t.Errorf("%v\n%s", err, answer)
	}
}
