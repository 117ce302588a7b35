package codec

import (
	"fmt"

	"github.com/thesyncim/gopus"
)

// What a call is packed with: speech at 24 kbit/s cannot be told from its source on a handset.
const (
	opusRate       = 24000
	opusComplexity = 9
	opusFirstLoss  = 5 // percent that redundancy is made for before anything was measured
)

type opusEncoder struct {
	enc *gopus.Encoder
	buf []byte
}

func newOpusEncoder() (Encoder, error) { return NewOpus(opusRate) }

// NewOpus gives an Opus encoder of another bit rate than that of calls.
func NewOpus(bits int) (Encoder, error) {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: Rate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, fmt.Errorf("opus: %w", err)
	}
	for _, err := range []error{enc.SetBitrate(bits), enc.SetComplexity(opusComplexity), enc.SetPacketLoss(opusFirstLoss)} {
		if err != nil {
			return nil, fmt.Errorf("opus: %w", err)
		}
	}
	enc.SetFEC(true)
	return &opusEncoder{enc: enc, buf: make([]byte, 1500)}, nil
}

func (e *opusEncoder) Encode(frame []int16) ([]byte, error) {
	if len(frame) != Frame {
		return nil, errFrame
	}
	n, err := e.enc.EncodeInt16(frame, e.buf)
	if err != nil {
		return nil, fmt.Errorf("opus: %w", err)
	}
	return e.buf[:n], nil
}

// Expect never asks for no redundancy at all: the next loss is not announced.
func (e *opusEncoder) Expect(loss float64) {
	_ = e.enc.SetPacketLoss(min(max(int(100*loss+0.5), opusFirstLoss), 30)) // within what it takes
}

type opusDecoder struct {
	dec    *gopus.Decoder
	floats []float32
}

func newOpusDecoder() (Decoder, error) {
	dec, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(Rate, 1))
	if err != nil {
		return nil, fmt.Errorf("opus: %w", err)
	}
	return &opusDecoder{dec: dec, floats: make([]float32, Frame)}, nil
}

func (d *opusDecoder) Decode(packet []byte, pcm []int16) (int, error) {
	if len(packet) == 0 {
		return 0, fmt.Errorf("opus: %w", gopus.ErrPacketTooShort)
	}
	n, err := d.dec.DecodeInt16(packet, pcm)
	if err != nil {
		return 0, fmt.Errorf("opus: %w", err)
	}
	return n, nil
}

func (d *opusDecoder) Recover(next []byte, pcm []int16) int {
	if !gopus.PacketHasLBRR(next) {
		return 0
	}
	n, err := d.dec.DecodeWithFEC(next, d.floats[:Frame], true)
	if err != nil {
		return 0
	}
	for i, v := range d.floats[:n] {
		pcm[i] = int16(max(-32768, min(32767, v*32768)))
	}
	return n
}

func (d *opusDecoder) Conceal(pcm []int16) int {
	n, err := d.dec.DecodeInt16(nil, pcm[:Frame])
	if err != nil {
		clear(pcm[:Frame])
		return Frame
	}
	return n
}
