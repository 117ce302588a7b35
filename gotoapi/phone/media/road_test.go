package media

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// rough is a UDP relay on this machine that loses and delays what passes it, both ways. It delays
// each packet by itself, so that they overtake each other.
type rough struct {
	t      *testing.T
	loss   float64
	jitter time.Duration

	mu     sync.Mutex
	random *rand.Rand
	passed int
	lost   int
	conns  []net.PacketConn
	run    sync.WaitGroup
	gone   bool
}

func newRough(t *testing.T, loss float64, jitter time.Duration) *rough {
	r := &rough{t: t, loss: loss, jitter: jitter, random: rand.New(rand.NewPCG(5, 6))}
	t.Cleanup(r.close)
	return r
}

func (r *rough) close() {
	r.mu.Lock()
	r.gone = true
	r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
	r.run.Wait()
}

// to gives an address that leads to another.
func (r *rough) to(addr string) string {
	far, err := net.ResolveUDPAddr("udp4", addr)
	if err != nil {
		r.t.Fatal(err)
	}
	front, back := r.listen(), r.listen()
	var near net.Addr
	var mu sync.Mutex
	r.run.Go(func() {
		r.relay(front, func(from net.Addr) (net.PacketConn, net.Addr) {
			mu.Lock()
			defer mu.Unlock()
			near = from
			return back, far
		})
	})
	r.run.Go(func() {
		r.relay(back, func(net.Addr) (net.PacketConn, net.Addr) {
			mu.Lock()
			defer mu.Unlock()
			return front, near
		})
	})
	return front.LocalAddr().String()
}

// count tells how many packets of sound passed or not, and how many of them not.
func (r *rough) count() (all, lost int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.passed, r.lost
}

func (r *rough) listen() net.PacketConn {
	c, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	r.conns = append(r.conns, c)
	return c
}

func (r *rough) relay(in net.PacketConn, way func(net.Addr) (net.PacketConn, net.Addr)) {
	buf := make([]byte, 2000)
	for {
		n, from, err := in.ReadFrom(buf)
		if err != nil {
			return
		}
		out, to := way(from)
		if to == nil {
			continue
		}
		packet := append([]byte(nil), buf[:n]...)
		r.mu.Lock()
		media := packet[0] >= 128 && packet[0] < 192
		drop := media && r.random.Float64() < r.loss
		delay := time.Duration(0)
		if media && r.jitter > 0 {
			delay = time.Duration(r.random.Int64N(int64(r.jitter)))
		}
		if media {
			r.passed++
		}
		if drop {
			r.lost++
		}
		gone := r.gone
		r.mu.Unlock()
		switch {
		case gone:
			return
		case drop:
		case delay == 0:
			out.WriteTo(packet, to)
		default:
			time.AfterFunc(delay, func() { out.WriteTo(packet, to) })
		}
	}
}
