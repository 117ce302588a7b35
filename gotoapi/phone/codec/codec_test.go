package codec

import (
	"math"
	"testing"
)

// tone makes frames of a sine.
func tone(hz, amplitude float64, frames int) []int16 {
	pcm := make([]int16, frames*Frame)
	for i := range pcm {
		pcm[i] = int16(32767 * amplitude * math.Sin(2*math.Pi*hz*float64(i)/Rate))
	}
	return pcm
}

// strength is the amplitude of a frequency in a piece of sound, 0 to 1 (Goertzel).
func strength(pcm []int16, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/Rate)
	var s1, s2 float64
	for _, v := range pcm {
		s1, s2 = float64(v)/32767+k*s1-s2, s1
	}
	return 2 * math.Sqrt(s1*s1+s2*s2-k*s1*s2) / float64(len(pcm))
}

// Samples of the tables of ITU-T G.711, and every code unpacked and packed again.
func TestG711Tables(t *testing.T) {
	for b, want := range map[byte]int16{0x00: -32124, 0x80: 32124, 0xff: 0, 0x7f: 0, 0xf0: 120, 0x8f: 16764} {
		if got := FromUlaw(b); got != want {
			t.Errorf("u-law %#x is %d, want %d", b, got, want)
		}
	}
	for b, want := range map[byte]int16{0xd5: 8, 0x55: -8, 0xaa: 32256, 0x2a: -32256, 0xc5: 264, 0xf5: 528} {
		if got := FromAlaw(b); got != want {
			t.Errorf("A-law %#x is %d, want %d", b, got, want)
		}
	}
	for i := range 256 {
		b := byte(i)
		if got := ulaw(FromUlaw(b)); got != b && b != 0x7f {
			t.Errorf("u-law %#x comes back as %#x", b, got)
		}
		if got := alaw(FromAlaw(b)); got != b {
			t.Errorf("A-law %#x comes back as %#x", b, got)
		}
	}
	for s := -32768; s < 32768; s++ {
		for name, back := range map[string]int16{"u-law": FromUlaw(ulaw(int16(s))), "A-law": FromAlaw(alaw(int16(s)))} {
			if off := math.Abs(float64(back) - float64(s)); off > 16+math.Abs(float64(s))/16 && s > -32200 && s < 32200 {
				t.Fatalf("%s makes %d of %d", name, back, s)
			}
		}
	}
}

// A tone comes through every codec as it was, and nothing else beside it.
func TestCodecsCarryTones(t *testing.T) {
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			for _, hz := range []float64{300, 440, 1000, 3000} {
				got := carry(t, c, tone(hz, 0.5, 50), nil)
				got = got[len(got)/2:]
				if s := strength(got, hz); s < 0.45 || s > 0.55 {
					t.Errorf("%g Hz has a strength of %.3f, want 0.5", hz, s)
				}
				rest := energy(got) - math.Pow(strength(got, hz), 2)/2
				if snr := 10 * math.Log10(0.125/max(rest, 1e-9)); snr < 20 {
					t.Errorf("%g Hz: what is beside it is only %.1f dB below it", hz, snr)
				}
			}
		})
	}
}

func energy(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v) / 32767 / 32767
	}
	return sum / float64(len(pcm))
}

// carry packs and unpacks sound; lost says which frames do not arrive.
func carry(t *testing.T, c Codec, pcm []int16, lost func(i int) bool) []int16 {
	t.Helper()
	enc, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	dec, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	enc.Expect(0.1)
	var packets [][]byte
	for i := 0; i < len(pcm); i += Frame {
		p, err := enc.Encode(pcm[i : i+Frame])
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, append([]byte{}, p...))
	}
	var out []int16
	buf := make([]int16, Most)
	for i, p := range packets {
		n := 0
		if lost != nil && lost(i) {
			if i+1 < len(packets) && !lost(i+1) {
				n = dec.Recover(packets[i+1], buf)
			}
			if n == 0 {
				n = dec.Conceal(buf)
			}
		} else if n, err = dec.Decode(p, buf); err != nil {
			t.Fatal(err)
		}
		out = append(out, buf[:n]...)
	}
	if len(out) != len(pcm) {
		t.Errorf("%d samples became %d", len(pcm), len(out))
	}
	return out
}

// One packet in ten is lost: the tone goes on, and no frame is silent.
func TestWhatIsLostIsMadeUp(t *testing.T) {
	for _, c := range All() {
		t.Run(c.Name, func(t *testing.T) {
			got := carry(t, c, tone(440, 0.5, 100), func(i int) bool { return i%10 == 7 })
			for i := 10 * Frame; i < len(got); i += Frame {
				if s := strength(got[i:i+Frame], 440); s < 0.25 {
					t.Errorf("frame %d has a strength of %.3f", i/Frame, s)
				}
			}
			if s := strength(got[10*Frame:], 440); s < 0.42 {
				t.Errorf("the whole has a strength of %.3f", s)
			}
		})
	}
}

// What is lost for long fades to silence instead of droning on.
func TestLongLossFades(t *testing.T) {
	for _, c := range All() {
		got := carry(t, c, tone(440, 0.5, 60), func(i int) bool { return i >= 20 })
		if e := energy(got[50*Frame:]); e > 1e-4 {
			t.Errorf("%s: 600 ms after the last packet there is still an energy of %g", c.Name, e)
		}
	}
}

func TestNamesOfCodecs(t *testing.T) {
	for name, want := range map[string]uint8{"OPUS": 111, "pcmu": 0, "PCMA": 8} {
		if c, ok := Named(name); !ok || c.Type != want {
			t.Errorf("%s is %+v", name, c)
		}
	}
	if _, ok := Named("G729"); ok {
		t.Error("G729 is known")
	}
}

// Packets come from the network: whatever they hold, nothing panics.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0xf8, 0xff, 0xfe}, uint8(0))
	f.Add([]byte{}, uint8(1))
	f.Fuzz(func(t *testing.T, packet []byte, which uint8) {
		c := All()[int(which)%len(All())]
		dec, err := c.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]int16, Most)
		dec.Recover(packet, pcm)
		if n, err := dec.Decode(packet, pcm); err == nil && n > Most {
			t.Fatalf("%d samples", n)
		}
		dec.Recover(packet, pcm)
		dec.Conceal(pcm)
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range All() {
		b.Run(c.Name, func(b *testing.B) {
			enc, err := c.NewEncoder()
			if err != nil {
				b.Fatal(err)
			}
			pcm := tone(440, 0.5, 1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := enc.Encode(pcm); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
