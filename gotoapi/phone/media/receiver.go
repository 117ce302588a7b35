package media

import (
	"io"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/transport/v4/packetio"

	"ringside/gotoapi/phone/codec"
)

// receiver takes what the far end sends: every packet once it is decrypted, of whatever source. The
// source may change in the middle of a call (a transfer, music, the far end after its ringing tone),
// and the service announces none of them; the newest is the one that is heard.
type receiver struct {
	clock func() time.Duration

	mu     sync.Mutex
	agreed agreed
	ssrc   uint32
	buffer *buffer // nil before the first packet
	in     counts
	reports
	last time.Duration // when a packet came; negative is never
}

func newReceiver(clock func() time.Duration) *receiver {
	return &receiver{clock: clock, last: -1}
}

// agree sets what an answer has settled.
func (r *receiver) agree(a agreed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.buffer != nil && r.agreed.codec.Name != a.codec.Name {
		r.buffer = nil
	}
	r.agreed = a
}

// tap gives pion the place where it puts packets of a source. Nothing is read back from there.
func (r *receiver) tap(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	if kind == packetio.RTPBufferPacket {
		return tap(r.rtp)
	}
	return tap(func(b []byte) { r.rtcp(ssrc, b) })
}

type tap func([]byte)

func (t tap) Write(b []byte) (int, error) { t(b); return len(b), nil }
func (tap) Read([]byte) (int, error)      { return 0, io.EOF }
func (tap) Close() error                  { return nil }

func (r *receiver) rtp(b []byte) {
	now := r.clock()
	var p rtp.Packet
	if p.Unmarshal(b) != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.agreed.codec.Clock == 0 {
		return // the answer has not been read yet
	}
	if r.buffer == nil || p.SSRC != r.ssrc {
		if r.buffer != nil && p.SSRC == r.former {
			return // a straggler of the source before
		}
		buf, err := newBuffer(r.agreed.codec)
		if err != nil {
			return
		}
		r.former, r.ssrc, r.buffer = r.ssrc, p.SSRC, buf
		r.in = counts{clock: r.agreed.codec.Clock}
	}
	r.last = now
	sound := p.PayloadType == r.agreed.payload && len(p.Payload) > 0
	r.in.packet(now, p.SequenceNumber, p.Timestamp, sound)
	if sound {
		r.buffer.put(now, p.Timestamp, append([]byte(nil), p.Payload...))
	}
}

// pull gives the next 20 ms of what is heard; false is silence.
func (r *receiver) pull(frame []int16) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.buffer == nil {
		clear(frame)
		return false
	}
	return r.buffer.pull(r.clock(), frame)
}

// rtcp reads a report that was sent to a source: ours or theirs.
func (r *receiver) rtcp(to uint32, b []byte) {
	now := time.Now()
	packets, err := rtcp.Unmarshal(b)
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range packets {
		var blocks []rtcp.ReceptionReport
		switch p := p.(type) {
		case *rtcp.SenderReport:
			if to == p.SSRC {
				r.sender, r.senderAt, r.senderOf = uint32(p.NTPTime>>16), now, p.SSRC
			}
			blocks = p.Reports
		case *rtcp.ReceiverReport:
			blocks = p.Reports
		}
		for _, block := range blocks {
			if block.SSRC == to && to == r.ours {
				r.reports.block(now, r.clock(), block)
			}
		}
	}
}

// frameOf is a frame's worth of samples.
func frameOf() []int16 { return make([]int16, codec.Frame) }
