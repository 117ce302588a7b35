package sim

import (
	"encoding/binary"
	"math"
	"net/http"
	"strconv"
	"time"

	"ringside/gotoapi/sim/world"
)

const (
	soundRate  = 8000 // samples a second, one byte each
	wavHeader  = 44
	maxSound   = 2 * time.Hour
	muLaw      = 7 // WAVE_FORMAT_MULAW
	soundChunk = 4096
)

// writeWAV writes a recording as telephones sound, G.711 mu-law: a hum for each thing that is said,
// lower for the one who was recorded, and silence between.
func writeWAV(w http.ResponseWriter, length time.Duration, said []world.Utterance) {
	samples := min(max(length, 0), maxSound).Milliseconds() * soundRate / 1000
	w.Header().Set("Content-Type", "audio/wav")
	w.Header().Set("Content-Length", strconv.FormatInt(wavHeader+samples, 10))
	if _, err := w.Write(wavHead(uint32(samples))); err != nil {
		return // the listener has gone
	}
	buf := make([]byte, 0, soundChunk)
	next := 0
	for n := int64(0); n < samples; n++ {
		ms := n * 1000 / soundRate
		for next < len(said) && said[next].EndMS <= ms {
			next++
		}
		buf = append(buf, hum(n, ms, said[next:]))
		if len(buf) == soundChunk || n == samples-1 {
			if _, err := w.Write(buf); err != nil {
				return
			}
			buf = buf[:0]
		}
	}
}

func wavHead(samples uint32) []byte {
	b := make([]byte, 0, wavHeader)
	le := binary.LittleEndian
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, wavHeader-8+samples)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, muLaw)
	b = le.AppendUint16(b, 1) // one channel
	b = le.AppendUint32(b, soundRate)
	b = le.AppendUint32(b, soundRate) // bytes a second
	b = le.AppendUint16(b, 1)         // bytes a sample
	b = le.AppendUint16(b, 8)         // bits a sample
	b = append(b, "data"...)
	return le.AppendUint32(b, samples)
}

// hum is sample n, at ms, of what is being said then.
func hum(n, ms int64, said []world.Utterance) byte {
	if len(said) == 0 || ms < said[0].StartMS {
		return encodeMuLaw(0)
	}
	pitch := 130.0
	if said[0].Channel == 1 {
		pitch = 210
	}
	t := float64(n) / soundRate
	syllables := 0.5 + 0.5*math.Sin(2*math.Pi*4*t) // four a second
	return encodeMuLaw(int(6000 * syllables * math.Sin(2*math.Pi*pitch*t)))
}

// encodeMuLaw is G.711's encoding of a sample of 16 bits.
func encodeMuLaw(v int) byte {
	sign := byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, 32635) + 132
	exponent := 7
	for mask := 0x4000; v&mask == 0 && exponent > 0; mask >>= 1 {
		exponent--
	}
	return ^(sign | byte(exponent)<<4 | byte(v>>(exponent+3)&0x0f))
}
