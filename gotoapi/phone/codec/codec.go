// Package codec packs the sound of a call into packets and unpacks it. Sound is always mono, 48 000
// samples a second, 16 bits; a frame is 20 ms of it.
package codec

import (
	"errors"
	"strings"
)

// The sound of everything here.
const (
	Rate  = 48000     // samples a second
	Frame = Rate / 50 // samples in 20 ms
	Most  = 6 * Frame // samples in the longest packet, 120 ms
)

// Encoder packs frames. It keeps state: one for each stream, used by one goroutine.
type Encoder interface {
	// Encode packs one frame. The packet is valid until the next call.
	Encode(frame []int16) ([]byte, error)
	// Expect tells how much of what is sent gets lost, 0 to 1, so that packets can carry more of
	// their predecessors.
	Expect(loss float64)
}

// Decoder unpacks packets in their order. It keeps state: one for each stream, used by one goroutine.
type Decoder interface {
	// Decode unpacks a packet into pcm, which has room for Most samples, and gives how many there are.
	Decode(packet []byte, pcm []int16) (int, error)
	// Recover gives the frame before a packet from what that packet carries of it; 0 when it carries
	// nothing. The packet itself is decoded afterwards.
	Recover(next []byte, pcm []int16) int
	// Conceal makes up a frame for one that is lost, quieter each time.
	Conceal(pcm []int16) int
}

// Codec is one way of packing sound, as it is named in SDP.
type Codec struct {
	Name     string // "opus", "PCMU", "PCMA"
	Clock    int    // RTP timestamps a second
	Channels int    // as SDP writes them; 0 is not written
	Type     uint8  // payload type we offer it under

	NewEncoder func() (Encoder, error)
	NewDecoder func() (Decoder, error)
}

// Ticks is how far RTP timestamps advance in a frame.
func (c Codec) Ticks() uint32 { return uint32(c.Clock / 50) }

// All gives the codecs we offer, the best first.
func All() []Codec {
	return []Codec{
		{"opus", 48000, 2, 111, newOpusEncoder, newOpusDecoder},
		{"PCMU", 8000, 0, 0, g711Encoder(ulaw), g711Decoder(FromUlaw)},
		{"PCMA", 8000, 0, 8, g711Encoder(alaw), g711Decoder(FromAlaw)},
	}
}

// Named gives a codec by its name in SDP, of any case.
func Named(name string) (Codec, bool) {
	for _, c := range All() {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Codec{}, false
}

var errFrame = errors.New("a frame has 960 samples")
