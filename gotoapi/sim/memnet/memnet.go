// Package memnet is a network that lives in memory: a net.Listener and the dial function that
// reaches it, joined by net.Pipe. A real HTTP server, a real HTTP client and a real websocket
// dialer run over it without a port, also inside a testing/synctest bubble, where blocking on
// a socket of the operating system would keep the fake clock from moving.
package memnet

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// Listener hands each dialled connection to Accept. Make one with Pipe.
type Listener struct {
	pending chan net.Conn
	done    chan struct{}
	once    sync.Once
	outage  outage
}

// Pipe returns a Listener that is ready to be served and dialled.
func Pipe() *Listener {
	return &Listener{pending: make(chan net.Conn), done: make(chan struct{})}
}

// Accept implements net.Listener. After Close its error is net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.pending:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener: later dials are refused, open connections live on.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return addr{} }

// DialContext connects to the listener whatever address is named, so it serves as
// http.Transport.DialContext and as websocket.Dialer.NetDialContext. It waits until the
// connection is accepted, ctx ends or the listener is closed.
func (l *Listener) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if err := l.outage.wait(ctx, l.done); err != nil {
		return nil, fmt.Errorf("dialing %s in memory: %w", address, err)
	}
	client, server, err := l.outage.admit(net.Pipe())
	if err != nil {
		return nil, fmt.Errorf("dialing %s in memory: %w", address, err)
	}
	select {
	case l.pending <- server:
		return client, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.done:
		err = net.ErrClosed
	}
	_, _ = client.Close(), server.Close() // pipes of our own
	return nil, fmt.Errorf("dialing %s in memory: %w", address, err)
}

type addr struct{}

func (addr) Network() string { return "memory" }
func (addr) String() string  { return "memory" }
