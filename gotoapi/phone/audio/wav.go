package audio

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync"
)

// format is how a WAV file writes sound.
type format struct {
	kind     uint16 // 1 whole numbers, 3 floating point, 6 A-law, 7 u-law
	channels int
	rate     int
	bits     int
	size     int64 // of the sound in bytes; 0 is to the end
}

// endless is from where on the size of a file's sound only says that whoever wrote it did not know.
const endless = 0x7fff0000

var errWav = errors.New("not a WAV file with PCM, G.711 or floating point sound")

// readWav reads the head of a WAV file, up to the sound.
func readWav(r io.Reader) (format, error) {
	var f format
	var head [12]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return f, errWav
	}
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return f, errWav
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			if size < 16 || size > 1024 {
				return f, errWav
			}
			b := make([]byte, size+size%2)
			if _, err := io.ReadFull(r, b); err != nil {
				return f, errWav
			}
			f = format{
				kind: binary.LittleEndian.Uint16(b), channels: int(binary.LittleEndian.Uint16(b[2:])),
				rate: int(binary.LittleEndian.Uint32(b[4:])), bits: int(binary.LittleEndian.Uint16(b[14:])),
			}
			if f.kind == 0xfffe && size >= 26 { // extensible: the kind is the beginning of a GUID
				f.kind = binary.LittleEndian.Uint16(b[24:])
			}
		case "data":
			if !f.known() {
				return f, errWav
			}
			if size < endless {
				f.size = size
			}
			return f, nil
		default:
			if _, err := io.CopyN(io.Discard, r, size+size%2); err != nil {
				return f, errWav
			}
		}
	}
}

func (f format) known() bool {
	if f.channels < 1 || f.channels > 32 || f.rate < 4000 || f.rate > 384000 {
		return false
	}
	switch f.kind {
	case 1:
		return f.bits == 8 || f.bits == 16 || f.bits == 24 || f.bits == 32
	case 3:
		return f.bits == 32 || f.bits == 64
	case 6, 7:
		return f.bits == 8
	}
	return false
}

// sample reads one sample, -1 to 1.
func (f format) sample(b []byte) float64 {
	switch {
	case f.kind == 3 && f.bits == 32:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	case f.kind == 3:
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	case f.kind == 6:
		return float64(alaw(b[0])) / 32768
	case f.kind == 7:
		return float64(ulaw(b[0])) / 32768
	case f.bits == 8:
		return (float64(b[0]) - 128) / 128
	case f.bits == 16:
		return float64(int16(binary.LittleEndian.Uint16(b))) / 32768
	case f.bits == 24:
		return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
	}
	return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31)
}

// pcmReader gives the sound of a WAV file as ours: one channel, 48 000 samples a second.
type pcmReader struct {
	r    io.Reader
	f    format
	buf  []byte
	rate *resampler
	out  []int16
}

func newPCMReader(r io.Reader, f format) *pcmReader {
	return &pcmReader{r: bufio.NewReaderSize(r, 32<<10), f: f, buf: make([]byte, f.channels*f.bits/8*f.rate/50), rate: newResampler(f.rate)}
}

// frame gives the next 20 ms; the last is filled up with silence, then io.EOF follows.
func (p *pcmReader) frame(frame []int16) error {
	for len(p.out) < len(frame) {
		n, err := io.ReadFull(p.r, p.buf)
		size := p.f.channels * p.f.bits / 8
		for b := p.buf[:n-n%size]; len(b) > 0; b = b[size:] {
			sum := 0.0
			for c := range p.f.channels {
				sum += p.f.sample(b[c*p.f.bits/8:])
			}
			p.out = p.rate.push(p.out, sum/float64(p.f.channels))
		}
		if err != nil {
			if !ended(err) {
				return err
			}
			if len(p.out) == 0 {
				return io.EOF
			}
			n := copy(frame, p.out)
			clear(frame[n:])
			p.out = p.out[:0]
			return nil
		}
	}
	n := copy(frame, p.out)
	p.out = p.out[:copy(p.out, p.out[n:])]
	return nil
}

// resampler changes a rate into ours, by a low-pass and straight lines between samples of a finer
// grid; good enough for speech.
type resampler struct {
	step float64 // of ours, in samples of theirs
	at   float64 // of our next sample, from the newest of theirs backwards
	past [2 * lobes]float64
	cut  float64
}

const lobes = 16

func newResampler(rate int) *resampler {
	return &resampler{step: float64(rate) / Rate, cut: min(1, Rate/float64(rate)) * 0.95}
}

// push takes a sample and appends those of ours that are due.
func (r *resampler) push(out []int16, v float64) []int16 {
	if r.step == 1 {
		return append(out, whole(v))
	}
	copy(r.past[:], r.past[1:])
	r.past[len(r.past)-1] = v
	for ; r.at < 1; r.at += r.step {
		sum := 0.0
		for i, p := range r.past {
			x := float64(i-lobes+1) - r.at // how far the sample is from ours
			sum += p * r.weight(x)
		}
		out = append(out, whole(sum))
	}
	r.at--
	return out
}

// weight is a windowed sinc.
func (r *resampler) weight(x float64) float64 {
	if x == 0 {
		return r.cut
	}
	if x <= -lobes || x >= lobes {
		return 0
	}
	return math.Sin(math.Pi*r.cut*x) / (math.Pi * x) * (0.5 + 0.5*math.Cos(math.Pi*x/lobes))
}

func whole(v float64) int16 { return int16(max(-32768, min(32767, math.Round(v*32768)))) }

// wavHead is the head of a WAV file of ours, with so many bytes of sound.
func wavHead(size uint32) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, 36+size)
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size           uint32
		Kind, Channels uint16
		Rate, Bytes    uint32
		Block, Bits    uint16
	}{16, 1, 1, Rate, 2 * Rate, 2, 16})
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, size)
	return b.Bytes()
}

// wavSink writes a WAV file. Its head is true again every second, so that a kill leaves a file that
// plays.
type wavSink struct {
	*pace
	mu   sync.Mutex
	f    *os.File // nil when it is closed
	w    *bufio.Writer
	size uint32
	n    int
}

func createWav(f *os.File) (*wavSink, error) {
	s := &wavSink{pace: newPace(), f: f, w: bufio.NewWriter(f)}
	if _, err := s.w.Write(wavHead(0)); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *wavSink) Write(frame []int16) error {
	ok := s.wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || s.f == nil {
		return errClosed
	}
	for _, v := range frame {
		_ = s.w.WriteByte(byte(v))
		if err := s.w.WriteByte(byte(v >> 8)); err != nil {
			return fmt.Errorf("writing sound: %w", err)
		}
	}
	s.size += 2 * uint32(len(frame))
	if s.n++; s.n%50 == 0 {
		return s.mend()
	}
	return nil
}

func (s *wavSink) mend() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("writing sound: %w", err)
	}
	if _, err := s.f.WriteAt(wavHead(s.size), 0); err != nil {
		return fmt.Errorf("writing sound: %w", err)
	}
	return nil
}

func (s *wavSink) Close() error {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.f == nil {
		return nil
	}
	err := errors.Join(s.mend(), s.f.Close())
	s.f = nil
	return err
}
