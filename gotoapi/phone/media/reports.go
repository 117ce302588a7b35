package media

import (
	"time"

	"github.com/pion/rtcp"

	"ringside/store/phone"
)

// counts is what RFC 3550 wants to know about what is received.
type counts struct {
	clock    int // timestamps a second
	started  bool
	first    uint32 // sequence numbers, extended
	highest  uint32
	received uint32
	transit  int64 // of the last packet, in ticks
	jitter   float64

	expectedBefore, receivedBefore uint32 // at the last report

	window [6]bucket // of the last seconds, by second
}

// bucket is a second's worth of packets.
type bucket struct {
	second   int64
	expected uint32
	received uint32
}

// recently is how many seconds loss is taken over.
const recently = 5

func (c *counts) packet(now time.Duration, seq uint16, timestamp uint32, sound bool) {
	b := c.bucket(now)
	if !c.started {
		c.started, c.first, c.highest = true, uint32(seq)|1<<16, uint32(seq)|1<<16
		b.expected++
	} else if ahead := int16(seq - uint16(c.highest)); ahead > 0 {
		c.highest += uint32(ahead)
		b.expected += uint32(ahead)
	}
	c.received++
	b.received++
	if !sound {
		return
	}
	transit := int64(now)*int64(c.clock)/int64(time.Second) - int64(timestamp)
	if c.transit != 0 {
		d := int64(int32(transit - c.transit))
		if d < 0 {
			d = -d
		}
		if d < int64(5*c.clock) { // else the far end began anew
			c.jitter += (float64(d) - c.jitter) / 16
		}
	}
	c.transit = transit
}

func (c *counts) bucket(now time.Duration) *bucket {
	second := int64(now / time.Second)
	b := &c.window[second%int64(len(c.window))]
	if b.second != second {
		*b = bucket{second: second}
	}
	return b
}

// loss is the share lost in the last seconds.
func (c *counts) loss(now time.Duration) float64 {
	var expected, received uint32
	for _, b := range c.window {
		if now/time.Second-time.Duration(b.second) < recently {
			expected += b.expected
			received += b.received
		}
	}
	if expected == 0 || received >= expected {
		return 0
	}
	return float64(expected-received) / float64(expected)
}

func (c *counts) spread() time.Duration {
	if c.clock == 0 {
		return 0
	}
	return time.Duration(c.jitter * float64(time.Second) / float64(c.clock))
}

// report makes the block of a receiver report.
func (c *counts) report(ssrc uint32) rtcp.ReceptionReport {
	expected := c.highest - c.first + 1
	lost := int64(expected) - int64(c.received)
	nowExpected, nowReceived := expected-c.expectedBefore, c.received-c.receivedBefore
	c.expectedBefore, c.receivedBefore = expected, c.received
	var share uint8
	if nowExpected > nowReceived {
		share = uint8(min((nowExpected-nowReceived)*256/nowExpected, 255))
	}
	return rtcp.ReceptionReport{
		SSRC: ssrc, FractionLost: share, TotalLost: uint32(max(0, min(lost, 1<<23-1))),
		LastSequenceNumber: c.highest, Jitter: uint32(c.jitter),
	}
}

// reports is what RTCP tells, and what it needs to be answered.
type reports struct {
	ours, former uint32 // sources: the one that we send as, and the one heard before this one

	sender   uint32 // middle of the last sender report's time
	senderAt time.Time
	senderOf uint32

	told   time.Duration // when the far end last told how it hears us
	theirs float64       // share of ours that was lost, smoothed
	trip   time.Duration
	known  bool
}

// block reads how the far end hears us.
func (r *reports) block(now time.Time, at time.Duration, b rtcp.ReceptionReport) {
	loss := float64(b.FractionLost) / 256
	if !r.known {
		r.theirs = loss
	}
	r.theirs += (loss - r.theirs) / 3
	r.known, r.told = true, at
	if b.LastSenderReport != 0 {
		if trip := ntp(now) - b.LastSenderReport - b.Delay; int32(trip) >= 0 {
			r.trip = time.Duration(trip) * time.Second >> 16
		}
	}
}

// ntp is the middle of a time as NTP writes it: seconds and 1/65536 of them, modulo 2^16 s.
func ntp(t time.Time) uint32 {
	const since1900 = 2208988800
	return uint32(t.Unix()+since1900)<<16 | uint32(uint64(t.Nanosecond())<<16/1e9)
}

// report makes what is told to the far end about its sound; nil when nothing came of it.
func (r *receiver) report() *rtcp.ReceiverReport {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.buffer == nil || !r.in.started {
		return nil
	}
	block := r.in.report(r.ssrc)
	if r.senderOf == r.ssrc && r.sender != 0 {
		block.LastSenderReport = r.sender
		block.Delay = uint32(time.Since(r.senderAt) * 65536 / time.Second)
	}
	return &rtcp.ReceiverReport{SSRC: r.ours, Reports: []rtcp.ReceptionReport{block}}
}

// quality tells how well the sound travels; since is when the session was connected, or has been
// allowed to hear something again.
func (r *receiver) quality(since time.Duration, listening bool) phone.Quality {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	q := phone.Quality{Known: r.known || r.in.received > 50, Jitter: r.in.spread(), Trip: r.trip, Loss: r.in.loss(now)}
	if r.known && now-r.told < 2*recently*time.Second {
		q.Loss = max(q.Loss, r.theirs)
	}
	q.Silent = listening && r.agreed.receive && now-max(r.last, since) > silentAfter
	return q
}
