package codec

import (
	"math"
	"math/bits"
)

// ulaw and alaw pack a sample into 8 bits (ITU-T G.711).
func ulaw(s int16) byte {
	const bias, clip = 0x84, 32635
	x, sign := int(s), byte(0)
	if x < 0 {
		x, sign = -x, 0x80
	}
	x = min(x, clip) + bias
	exp := bits.Len(uint(x)) - 8
	return ^(sign | byte(exp)<<4 | byte(x>>(exp+3))&0x0f)
}

// FromUlaw unpacks a sample of G.711 µ-law.
func FromUlaw(b byte) int16 {
	b = ^b
	x := (int(b&0x0f)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		x = -x
	}
	return int16(x)
}

func alaw(s int16) byte {
	x, sign := int(s), byte(0x80)
	if x < 0 {
		x, sign = -x-1, 0
	}
	x >>= 4 // 12 bits, as FromAlaw has it: 0 to 2047
	exp := max(bits.Len(uint(x))-4, 0)
	b := byte(exp)<<4 | byte(x>>max(exp-1, 0))&0x0f
	return (sign | b) ^ 0x55
}

// FromAlaw unpacks a sample of G.711 A-law.
func FromAlaw(b byte) int16 {
	b ^= 0x55
	exp := int(b >> 4 & 7)
	x := int(b&0x0f)<<1 + 1
	if exp > 0 {
		x = (x + 32) << (exp - 1)
	}
	x <<= 3
	if b&0x80 == 0 {
		x = -x
	}
	return int16(x)
}

// narrow is how much slower G.711 samples than everything else here.
const narrow = Rate / 8000

type g711Enc struct {
	pack  func(int16) byte
	down  *filter
	frame []byte
}

func g711Encoder(pack func(int16) byte) func() (Encoder, error) {
	return func() (Encoder, error) {
		return &g711Enc{pack: pack, down: newFilter(1), frame: make([]byte, Frame/narrow)}, nil
	}
}

func (e *g711Enc) Encode(frame []int16) ([]byte, error) {
	if len(frame) != Frame {
		return nil, errFrame
	}
	for i := range frame {
		e.down.push(float64(frame[i]))
		if i%narrow == narrow-1 {
			e.frame[i/narrow] = e.pack(whole(e.down.value()))
		}
	}
	return e.frame, nil
}

func (*g711Enc) Expect(float64) {} // it has no redundancy to give

type g711Dec struct {
	unpack func(byte) int16
	up     *filter
	last   []int16 // 40 ms of what was heard, for making up what is lost
	lost   int     // frames in a row
	at     int     // where in the repeated period
	period int
}

func g711Decoder(unpack func(byte) int16) func() (Decoder, error) {
	return func() (Decoder, error) {
		return &g711Dec{unpack: unpack, up: newFilter(narrow), last: make([]int16, 2*Frame)}, nil
	}
}

func (d *g711Dec) Decode(packet []byte, pcm []int16) (int, error) {
	packet = packet[:min(len(packet), Most/narrow)]
	for i, b := range packet {
		d.up.push(float64(d.unpack(b)))
		for k := range narrow {
			pcm[narrow*i+k] = whole(d.up.every(k))
		}
	}
	d.lost = 0
	d.keep(pcm[:narrow*len(packet)])
	return narrow * len(packet), nil
}

func (d *g711Dec) keep(pcm []int16) {
	if len(pcm) >= len(d.last) {
		copy(d.last, pcm[len(pcm)-len(d.last):])
		return
	}
	copy(d.last, d.last[len(pcm):])
	copy(d.last[len(d.last)-len(pcm):], pcm)
}

func (*g711Dec) Recover([]byte, []int16) int { return 0 }

// Conceal repeats the last period of the voice, fading out within 60 ms, as G.711 Appendix I does.
func (d *g711Dec) Conceal(pcm []int16) int {
	if d.lost == 0 {
		d.period, d.at = period(d.last), 0
	}
	for i := range Frame {
		gain := 1 - float64(d.lost*Frame+i)/(3*Frame)
		pcm[i] = int16(max(gain, 0) * float64(d.last[len(d.last)-d.period+d.at]))
		d.at = (d.at + 1) % d.period
	}
	d.lost++
	return Frame
}

// period finds how far apart the voice repeats itself at the end of a piece of sound: 2.5 to 15 ms.
func period(pcm []int16) int {
	const least, most, step = Rate / 400, Rate * 15 / 1000, 4
	end := pcm[len(pcm)-most:]
	best, at := -1.0, most
	for lag := least; lag <= most; lag += step {
		from := pcm[len(pcm)-most-lag:]
		var with, of float64
		for i := 0; i < most; i += step {
			with += float64(end[i]) * float64(from[i])
			of += float64(from[i]) * float64(from[i])
		}
		if like := with / math.Sqrt(of+1); like > best {
			best, at = like, lag
		}
	}
	return at
}

// filter is a low-pass of 3.6 kHz at 48 kHz, for going to 8 kHz and back.
type filter struct {
	taps []float64
	past []float64 // what was pushed, twice over: any stretch of it is in one piece
	at   int
}

const taps = 144 // a multiple of narrow

// newFilter makes one with a gain that is pushed every sample, or every sixth.
func newFilter(gain float64) *filter {
	const cut = 3600.0 / Rate
	f := &filter{taps: make([]float64, taps), past: make([]float64, 2*taps)}
	sum := 0.0
	for i := range f.taps {
		x := float64(i) - (taps-1)/2.0
		window := 0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/(taps-1))
		f.taps[i] = window * math.Sin(2*math.Pi*cut*x) / (math.Pi * x)
		sum += f.taps[i]
	}
	for i := range f.taps {
		f.taps[i] *= gain / sum
	}
	return f
}

func (f *filter) push(v float64) {
	f.past[f.at], f.past[f.at+taps] = v, v
	f.at = (f.at + 1) % taps
}

// value is what comes out now.
func (f *filter) value() float64 {
	past := f.past[f.at : f.at+taps]
	sum := 0.0
	for i, k := range f.taps {
		sum += k * past[i]
	}
	return sum
}

// every is what comes out at the k-th place after the newest sample, of which there is one in
// every six places, with nothing between them.
func (f *filter) every(k int) float64 {
	newest := f.at + taps - 1
	sum := 0.0
	for i := k; i < taps; i += narrow {
		sum += f.taps[i] * f.past[newest-i/narrow]
	}
	return sum
}

func whole(v float64) int16 { return int16(max(-32768, min(32767, math.Round(v)))) }
