package memnet

import (
	"net"
	"sync"
	"syscall"
)

// outage is whether the network is there, and the connections that an outage would cut.
type outage struct {
	mu      sync.Mutex
	cut     bool
	refused uint64
	open    map[*cuttable]struct{}
}

// cuttable is a connection that ends when the network is cut.
type cuttable struct {
	net.Conn
	of *outage
}

// Close implements net.Conn.
func (c *cuttable) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// Cut takes the network away: every open connection ends without a word, and dials are refused with
// ECONNREFUSED until Restore.
func (l *Listener) Cut() {
	o := &l.outage
	o.mu.Lock()
	o.cut = true
	open := o.open
	o.open = nil
	o.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close() // a pipe's never fails
	}
}

// Restore ends what Cut began; connections have to be dialled anew.
func (l *Listener) Restore() {
	l.outage.mu.Lock()
	defer l.outage.mu.Unlock()
	l.outage.cut = false
}

// Refused counts the dials that a cut network has refused.
func (l *Listener) Refused() uint64 {
	l.outage.mu.Lock()
	defer l.outage.mu.Unlock()
	return l.outage.refused
}

// admit takes in a dialled connection, or refuses it while the network is cut.
func (o *outage) admit(c net.Conn) (net.Conn, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cut {
		o.refused++
		return nil, syscall.ECONNREFUSED
	}
	if o.open == nil {
		o.open = map[*cuttable]struct{}{}
	}
	k := &cuttable{Conn: c, of: o}
	o.open[k] = struct{}{}
	return k, nil
}
