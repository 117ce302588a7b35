package media

import (
	"slices"
	"time"

	"ringside/gotoapi/phone/codec"
)

// What the jitter buffer does.
const (
	leastDelay  = 20 * time.Millisecond
	mostDelay   = 400 * time.Millisecond
	spare       = 10 * time.Millisecond  // held beyond what nearly all packets need
	tooLong     = 30 * time.Millisecond  // more delay than wanted that is taken out
	farTooLong  = 200 * time.Millisecond // taken out frame by frame
	tooShort    = 20 * time.Millisecond  // less delay than wanted that is put in
	dryFrames   = 25                     // frames made up in a row, after which the stream begins anew
	jump        = 5 * codec.Rate         // samples between two packets, beyond which the stream begins anew
	mostPackets = 150
)

// buffer is the jitter buffer of one stream: packets in, in any order; an even flow of frames out.
// It holds sound back for as long as nearly all packets of the last seconds needed, and changes
// that by leaving out or repeating single periods of the voice. It has no clock and no lock.
type buffer struct {
	dec   codec.Decoder
	scale int64 // samples for each tick of the timestamps

	packets []packet // by position, the next first
	last    uint32   // timestamp that positions are counted on from
	lastPos int64
	seen    bool

	running bool
	cursor  int64   // position of the next sample that is decoded
	ready   []int16 // decoded, not yet played
	credit  int64   // samples made up while the buffer was dry, which a loss after it has no need of
	dry     int     // frames in a row that were made up because nothing was there
	scratch []int16

	travel travel
	heard  heard
}

// heard counts what became of the packets.
type heard struct {
	decoded, recovered, concealed, late, shortened, lengthened, broken uint64
}

type packet struct {
	pos     int64 // of its first sample
	payload []byte
}

func newBuffer(c codec.Codec) (*buffer, error) {
	dec, err := c.NewDecoder()
	if err != nil {
		return nil, err
	}
	return &buffer{dec: dec, scale: codec.Rate / int64(c.Clock), scratch: make([]int16, codec.Most)}, nil
}

// span is how long so many samples last.
func span(samples int64) time.Duration { return time.Duration(samples) * time.Second / codec.Rate }

// put takes a packet that arrived at now. It keeps the payload.
func (b *buffer) put(now time.Duration, timestamp uint32, payload []byte) {
	if !b.seen {
		b.seen, b.last, b.lastPos = true, timestamp, 0
	}
	pos := b.lastPos + int64(int32(timestamp-b.last))*b.scale
	if off := pos - b.lastPos; off > jump || off < -jump {
		b.begin()
		b.last, b.lastPos = timestamp, pos
	}
	if pos > b.lastPos {
		b.last, b.lastPos = timestamp, pos
	}
	b.travel.add(now, now-span(pos))
	if b.running && pos < b.cursor {
		b.heard.late++
		return
	}
	i, twice := slices.BinarySearchFunc(b.packets, pos, func(p packet, pos int64) int { return int(p.pos - pos) })
	if twice {
		return
	}
	b.packets = slices.Insert(b.packets, i, packet{pos, payload})
	if len(b.packets) > mostPackets { // nobody pulls, or the far end sends faster than sound
		b.packets = slices.Delete(b.packets, 0, 1)
	}
}

// begin forgets the stream, but not how it travels.
func (b *buffer) begin() {
	b.packets, b.ready = b.packets[:0], b.ready[:0]
	b.running, b.credit, b.dry = false, 0, 0
	b.travel = travel{}
}

// delay is how long the next sample decoded will have been held back when it is played, beyond what
// the fastest packet took.
func (b *buffer) delay(now time.Duration) time.Duration {
	return now + span(int64(len(b.ready))) - b.travel.fastest() - span(b.cursor)
}

// pull gives the next 20 ms; false is silence, because no stream is running.
func (b *buffer) pull(now time.Duration, frame []int16) bool {
	if !b.running {
		if len(b.packets) == 0 || now-b.travel.fastest()-span(b.packets[0].pos) < b.travel.wanted() {
			clear(frame)
			return false
		}
		b.running, b.cursor, b.credit, b.dry = true, b.packets[0].pos, 0, 0
	}
	for len(b.ready) < len(frame) && b.running {
		b.more(now)
	}
	n := copy(frame, b.ready)
	clear(frame[n:])
	b.ready = b.ready[:copy(b.ready, b.ready[n:])]
	return true
}

// more decodes or makes up the next piece.
func (b *buffer) more(now time.Duration) {
	if len(b.packets) == 0 {
		if b.dry++; b.dry > dryFrames {
			b.running = false
			return
		}
		n := b.dec.Conceal(b.scratch)
		b.ready = append(b.ready, b.scratch[:n]...)
		b.credit += int64(n)
		b.heard.concealed++
		return
	}
	next := b.packets[0]
	if gap := next.pos - b.cursor; gap > 0 {
		b.bridge(next, gap)
		return
	}
	b.packets = slices.Delete(b.packets, 0, 1)
	n, err := b.dec.Decode(next.payload, b.scratch)
	if err != nil { // as if it had been lost
		b.heard.broken++
		n = b.dec.Conceal(b.scratch)
	} else {
		b.heard.decoded++
	}
	over := b.cursor - next.pos
	b.cursor = max(b.cursor, next.pos+int64(n))
	b.credit, b.dry = 0, 0
	if over < int64(n) {
		b.ready = append(b.ready, b.fit(now, b.scratch[over:n])...)
	}
}

// bridge gets over a gap before the next packet.
func (b *buffer) bridge(next packet, gap int64) {
	b.dry = 0
	if skip := min(gap, b.credit); skip > 0 {
		b.cursor, b.credit = b.cursor+skip, b.credit-skip
		return
	}
	if gap > 6*codec.Frame { // a pause of the far end, or too much to make up
		b.cursor = next.pos - 6*codec.Frame
		return
	}
	n := 0
	if gap <= codec.Frame {
		n = b.dec.Recover(next.payload, b.scratch)
	}
	if n > 0 {
		b.heard.recovered++
	} else {
		n = b.dec.Conceal(b.scratch)
		b.heard.concealed++
	}
	n = int(min(int64(n), gap))
	b.cursor += int64(n)
	b.ready = append(b.ready, b.scratch[:n]...)
}

// fit makes a piece shorter or longer where the delay is not what it should be.
func (b *buffer) fit(now time.Duration, pcm []int16) []int16 {
	off := b.delay(now) - b.travel.wanted()
	switch {
	case off > farTooLong:
		b.heard.shortened++
		return pcm[:0]
	case off > tooLong:
		if short, ok := shorten(pcm, off > 2*tooLong); ok {
			b.heard.shortened++
			return short
		}
	case off < -tooShort:
		if long, ok := lengthen(pcm, off < -2*tooShort); ok {
			b.heard.lengthened++
			return long
		}
	}
	return pcm
}

// travel tells how evenly packets come, from the difference between their arrival and their
// timestamps, whose zero means nothing.
type travel struct {
	this, before time.Duration // fastest of this stretch and of the one before
	until        time.Duration // end of this stretch
	n            int
	ring         [256]time.Duration // of the last packets
	want         time.Duration
}

// stretch is how long the fastest packet is remembered, once or twice: clocks drift apart.
const stretch = 5 * time.Second

func (t *travel) add(now, took time.Duration) {
	if t.n == 0 {
		t.this, t.before, t.until = took, took, now+stretch
	}
	if now >= t.until {
		t.this, t.before, t.until = took, t.this, now+stretch
	}
	t.this = min(t.this, took)
	t.ring[t.n%len(t.ring)] = took
	t.n++
	if t.n%10 == 0 || t.n < 10 {
		t.weigh()
	}
}

// fastest is what the fastest packet took.
func (t *travel) fastest() time.Duration { return min(t.this, t.before) }

// weigh finds the delay that is enough for all but one in forty of the last packets.
func (t *travel) weigh() {
	sorted := slices.Sorted(slices.Values(t.ring[:min(t.n, len(t.ring))]))
	slow := sorted[(len(sorted)-1)*39/40] - t.fastest()
	t.want = min(max(slow+spare, leastDelay), mostDelay)
}

// wanted is how long sound should be held back.
func (t *travel) wanted() time.Duration { return max(t.want, leastDelay) }
