package memnet

import (
	"context"
	"io"
	"net"
	"sync"
	"syscall"
)

// outage is whether the network is there, and the connections that an outage would cut.
type outage struct {
	mu      sync.Mutex
	cut     bool
	dark    chan struct{} // closed when a black hole ends; nil without one
	refused uint64
	lost    uint64
	open    map[*cuttable]struct{} // the dialling ends
}

// cuttable is one end of a connection that ends when the network is cut, and that says and hears nothing
// more once the network has been a black hole.
type cuttable struct {
	net.Conn
	of     *outage
	peer   *cuttable
	black  bool // what is written is lost, as is what the peer writes
	closed bool
}

// Write implements net.Conn.
func (c *cuttable) Write(p []byte) (int, error) {
	c.of.mu.Lock()
	if !c.black || c.closed {
		c.of.mu.Unlock()
		return c.Conn.Write(p)
	}
	defer c.of.mu.Unlock()
	if c.peer.closed {
		return 0, io.ErrClosedPipe
	}
	c.of.lost += uint64(len(p))
	return len(p), nil
}

// Close implements net.Conn.
func (c *cuttable) Close() error {
	c.of.mu.Lock()
	c.closed = true
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

// Blackhole makes the network swallow everything: open connections stay open and take what is written,
// but nothing arrives any more, and dials wait until Restore. A connection that has lost bytes is of no
// use later either, so those that are open now stay silent for ever; only that one end is closed is
// still seen at the other.
func (l *Listener) Blackhole() {
	o := &l.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dark == nil {
		o.dark = make(chan struct{})
	}
	for c := range o.open {
		c.black, c.peer.black = true, true
	}
}

// Restore ends what Cut and Blackhole began; connections have to be dialled anew.
func (l *Listener) Restore() {
	o := &l.outage
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = false
	if o.dark != nil {
		close(o.dark)
		o.dark = nil
	}
}

// Refused counts the dials that a cut network has refused.
func (l *Listener) Refused() uint64 {
	l.outage.mu.Lock()
	defer l.outage.mu.Unlock()
	return l.outage.refused
}

// Lost counts the bytes that black holes have swallowed.
func (l *Listener) Lost() uint64 {
	l.outage.mu.Lock()
	defer l.outage.mu.Unlock()
	return l.outage.lost
}

// wait holds a dial back while the network is a black hole.
func (o *outage) wait(ctx context.Context, done <-chan struct{}) error {
	for {
		o.mu.Lock()
		dark := o.dark
		o.mu.Unlock()
		if dark == nil {
			return nil
		}
		select {
		case <-dark:
		case <-ctx.Done():
			return ctx.Err()
		case <-done:
			return net.ErrClosed
		}
	}
}

// admit takes in a new connection, or refuses and closes it while the network is cut.
func (o *outage) admit(a, b net.Conn) (client, server net.Conn, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.cut {
		o.refused++
		_, _ = a.Close(), b.Close() // pipes of our own
		return nil, nil, syscall.ECONNREFUSED
	}
	if o.open == nil {
		o.open = map[*cuttable]struct{}{}
	}
	near, far := &cuttable{Conn: a, of: o}, &cuttable{Conn: b, of: o}
	near.peer, far.peer = far, near
	near.black, far.black = o.dark != nil, o.dark != nil
	o.open[near] = struct{}{}
	return near, far, nil
}
