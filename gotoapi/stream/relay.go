package stream

import (
	"sync"
	"time"
)

// relay passes messages from the goroutine that reads a socket to the one that decodes them, so that the next
// is read meanwhile. What waits is taken all at once: in a burst a message costs no turn of the scheduler. A
// reader that is too far ahead waits.
type relay struct {
	stop  <-chan struct{}
	news  chan struct{} // there is something to take; has room for one
	space chan struct{} // everything was taken; has room for one

	mu   sync.Mutex
	next batch
}

// batch is messages in the order in which they came.
type batch struct {
	list []passed
	text []byte // of all of them
}

// passed is one message, or what there was in its place.
type passed struct {
	at       time.Time // when it was there
	from, to int       // where it stands in batch.text
	tooBig   error     // it was too long and has been thrown away
	end      error     // the socket is done; nothing follows
}

// relayBytes and relayMessages bound what waits, but for a single message that is longer.
const (
	relayBytes    = 256 << 10
	relayMessages = 256
)

func newRelay(stop <-chan struct{}) *relay {
	return &relay{stop: stop, news: make(chan struct{}, 1), space: make(chan struct{}, 1)}
}

// put adds a message; false when the socket was stopped.
func (r *relay) put(m passed, text []byte) bool {
	for !r.add(m, text) {
		select {
		case <-r.space:
		case <-r.stop:
			return false
		}
	}
	signal(r.news)
	return true
}

func (r *relay) add(m passed, text []byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := &r.next
	if n := len(b.list); n > 0 && (n >= relayMessages || len(b.text)+len(text) > relayBytes) {
		return false
	}
	m.from = len(b.text)
	b.text = append(b.text, text...)
	m.to = len(b.text)
	b.list = append(b.list, m)
	return true
}

// take waits for messages and gives all there are, for the emptied room of those before; false when the socket
// was stopped.
func (r *relay) take(emptied batch) (batch, bool) {
	select {
	case <-r.news:
	case <-r.stop:
		return batch{}, false
	}
	if cap(emptied.text) > 2*relayBytes {
		emptied.text = nil // of a message of unusual length
	}
	clear(emptied.list)
	r.mu.Lock()
	full := r.next
	r.next = batch{emptied.list[:0], emptied.text[:0]}
	r.mu.Unlock()
	signal(r.space)
	return full, true
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is known already
	}
}
