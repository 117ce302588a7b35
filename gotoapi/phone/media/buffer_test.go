package media

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"ringside/gotoapi/phone/codec"
)

// sine is a codec whose packets name the place of their samples in an endless sine of 500 Hz; what
// is made up is silence, which can be counted.
type sine struct{}

func (sine) Decode(packet []byte, pcm []int16) (int, error) {
	at := binary.BigEndian.Uint64(packet)
	for i := range codec.Frame {
		pcm[i] = int16(20000 * math.Sin(2*math.Pi*500*float64(at+uint64(i))/codec.Rate))
	}
	return codec.Frame, nil
}

func (sine) Recover([]byte, []int16) int { return 0 }

func (sine) Conceal(pcm []int16) int {
	clear(pcm[:codec.Frame])
	return codec.Frame
}

// road carries packets one way: each is lost, or takes so long.
type road func(n int) (took time.Duration, lost bool)

// drive sends so many packets over a road into a jitter buffer and pulls frames at the receiver's
// own pace, all on a clock of its own. far is how much faster than ours the sender's clock runs.
func drive(t *testing.T, packets int, far float64, by road) (*buffer, []int16) {
	t.Helper()
	opus, _ := codec.Named("opus")
	b, err := newBuffer(opus)
	if err != nil {
		t.Fatal(err)
	}
	b.dec = sine{}
	type arrival struct {
		at time.Duration
		n  int
	}
	var due []arrival
	for n := range packets {
		if took, lost := by(n); !lost {
			due = append(due, arrival{time.Duration(float64(n)*20e6/far) + took, n})
		}
	}
	slices.SortStableFunc(due, func(a, b arrival) int { return int(a.at - b.at) })
	var out []int16
	frame := frameOf()
	for now := time.Duration(0); now < time.Duration(packets)*tick; now += tick {
		for ; len(due) > 0 && due[0].at <= now; due = due[1:] {
			payload := binary.BigEndian.AppendUint64(nil, uint64(due[0].n*codec.Frame))
			b.put(due[0].at, uint32(4294900000+due[0].n*codec.Frame), payload) // the timestamps wrap
		}
		b.pull(now, frame)
		out = append(out, frame...)
	}
	return b, out
}

func evenly(took time.Duration) road {
	return func(int) (time.Duration, bool) { return took, false }
}

// On an even road nothing is made up, and sound is held back for less than two packets.
func TestBufferOnAnEvenRoad(t *testing.T) {
	b, out := drive(t, 500, 1, evenly(73*time.Millisecond))
	if b.heard.concealed+b.heard.late+b.heard.broken > 0 {
		t.Errorf("%+v", b.heard)
	}
	if d := b.delay(500 * tick); d > 40*time.Millisecond {
		t.Errorf("sound is held back for %v", d)
	}
	if s := strength(tail(out, 5), 500); s < 0.6 {
		t.Errorf("the tone has a strength of %.3f, want 0.61", s)
	}
}

// Where packets take up to 50 ms more than others, nearly none are late once the buffer has learned it.
func TestBufferAdapts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rough := func(int) (time.Duration, bool) {
		return 30*time.Millisecond + time.Duration(random.IntN(50))*time.Millisecond, false
	}
	b, out := drive(t, 2000, 1, rough)
	t.Logf("%+v, held back %v", b.heard, b.delay(2000*tick))
	if b.heard.late > 40 {
		t.Errorf("%d of 2000 packets were late", b.heard.late)
	}
	if d := b.travel.wanted(); d < 40*time.Millisecond || d > 90*time.Millisecond {
		t.Errorf("it wants to hold back %v", d)
	}
	if s := strength(tail(out, 0.5), 500); s < 0.5 {
		t.Errorf("the tone has a strength of %.3f, want 0.6", s)
	}
	calm := func(n int) (time.Duration, bool) {
		if n < 500 {
			return rough(n)
		}
		return 30 * time.Millisecond, false
	}
	if b, _ = drive(t, 3000, 1, calm); b.travel.wanted() > 35*time.Millisecond || b.delay(3000*tick) > 70*time.Millisecond {
		t.Errorf("when the road is even again, it holds back %v and wants %v", b.delay(3000*tick), b.travel.wanted())
	}
}

// Clocks that run 200 ppm apart: delay neither grows nor shrinks for long, and nothing is lost.
func TestBufferFollowsTheFarClock(t *testing.T) {
	for _, far := range []float64{1.0002, 0.9998} {
		b, _ := drive(t, 15000, far, evenly(40*time.Millisecond)) // five minutes, 60 ms apart
		t.Logf("%g: %+v, held back %v", far, b.heard, b.delay(15000*tick))
		if b.heard.concealed > 3 || b.heard.late > 0 {
			t.Errorf("%g: %+v", far, b.heard)
		}
		if d := b.delay(15000 * tick); d > 80*time.Millisecond {
			t.Errorf("%g: sound is held back for %v", far, d)
		}
	}
}

// One packet in twenty is lost: as many frames are made up, and no more.
func TestBufferConcealsWhatIsLost(t *testing.T) {
	b, _ := drive(t, 1000, 1, func(n int) (time.Duration, bool) { return 50 * time.Millisecond, n%20 == 13 })
	if b.heard.concealed < 45 || b.heard.concealed > 55 {
		t.Errorf("50 were lost, %d made up", b.heard.concealed)
	}
}

// After a stall of the road the sound catches up instead of staying late for ever.
func TestBufferCatchesUp(t *testing.T) {
	b, _ := drive(t, 1500, 1, func(n int) (time.Duration, bool) {
		if n >= 500 && n < 550 { // a second's worth arrives at once
			return time.Duration(550-n)*tick + 40*time.Millisecond, false
		}
		return 40 * time.Millisecond, false
	})
	if d := b.delay(1500 * tick); d > 80*time.Millisecond {
		t.Errorf("20 s after a stall, sound is held back for %v; %+v", d, b.heard)
	}
}

// The far end pauses (DTX, a hold) and goes on; or begins anew with other timestamps.
func TestBufferAfterPauses(t *testing.T) {
	b, out := drive(t, 1000, 1, func(n int) (time.Duration, bool) { return 40 * time.Millisecond, n > 300 && n < 700 })
	if s := strength(tail(out, 3), 500); s < 0.6 {
		t.Errorf("after a pause the tone has a strength of %.3f", s)
	}
	if b.heard.concealed > 2*dryFrames {
		t.Errorf("%d frames were made up for a pause", b.heard.concealed)
	}
	now := 1000 * tick
	frame := frameOf()
	for n := range 50 {
		b.put(now, uint32(99+n*codec.Frame), binary.BigEndian.AppendUint64(nil, uint64(n*codec.Frame)))
		b.pull(now, frame)
		now += tick
	}
	if s := strength(frame, 500); s < 0.5 {
		t.Errorf("after new timestamps a frame has a strength of %.3f", s)
	}
}

// A tone stays that tone when periods of it are left out or said twice.
func TestStretching(t *testing.T) {
	for _, hz := range []float64{180, 440, 1000} {
		var pcm []int16
		frame := frameOf()
		for i := 0; i < 100*codec.Frame; i += len(frame) {
			for k := range frame {
				frame[k] = int16(10000 * math.Sin(2*math.Pi*hz*float64(i+k)/codec.Rate))
			}
			piece, ok := shorten(append([]int16(nil), frame...), false)
			if i/codec.Frame%2 == 1 {
				piece, ok = lengthen(append([]int16(nil), frame...), false)
			}
			if !ok {
				t.Fatalf("%g Hz does not repeat itself", hz)
			}
			if n := len(piece) - codec.Frame; n == 0 || n > mostPeriod || n < -mostPeriod {
				t.Fatalf("%g Hz: a piece changed by %d samples", hz, n)
			}
			if s := strength(piece, hz); s < 0.25 {
				t.Errorf("%g Hz: a piece has a strength of %.3f, want 0.3", hz, s)
			}
			pcm = append(pcm, piece...)
		}
		if len(pcm) < 70*codec.Frame {
			t.Errorf("%d samples", len(pcm))
		}
	}
	noise := frameOf()
	random := rand.New(rand.NewPCG(3, 4))
	for i := range noise {
		noise[i] = int16(random.IntN(40000) - 20000)
	}
	if _, ok := shorten(noise, false); ok {
		t.Error("noise was taken for a voice")
	}
}
