package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi/wire"
)

// DialError says that a websocket could not be opened. It does not name the address.
type DialError struct {
	Status int // HTTP status of the refusal; 0 when there was no answer
	Err    error
}

// Error implements error.
func (e *DialError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("opening the event socket: the service answered %d %s", e.Status, http.StatusText(e.Status))
	}
	return fmt.Sprintf("opening the event socket: %v", e.Err)
}

// Unwrap gives the network's reason.
func (e *DialError) Unwrap() error { return e.Err }

// gone tells whether the refusal means that the channel is no more.
func (e *DialError) gone() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests && e.Status != http.StatusRequestTimeout
}

// socket is one open websocket with its three goroutines: one reads, one decodes, one pings.
type socket struct {
	conn  *websocket.Conn
	lease *lease
	cfg   *Config
	out   chan<- heard
	relay *relay        // from the reader to the decoder
	stop  chan struct{} // closed by close
	once  sync.Once
	wg    sync.WaitGroup
	sign  atomic.Int64 // last sign of life, Unix nanoseconds
	given time.Time    // the sign of life that the deadline counts from; the reader's

	numbers numbers // belongs to Run's goroutine
}

// heard is what a reader tells Run.
type heard struct {
	from  *socket
	at    time.Time // when the message was there
	frame wire.Frame
	bad   error // the message was skipped
	big   bool  // because it was too long
	end   error // the socket is done; nothing follows
}

// dialTimeout bounds the opening of a socket, whatever Config.Dialer allows.
const dialTimeout = 30 * time.Second

// readBuffer is how many bytes of a burst are read at once: some thirty messages.
const readBuffer = 64 << 10

// dial opens the lease's socket.
func (s *Stream) dial(ctx context.Context, l *lease, out chan<- heard) (*socket, error) {
	// An address that does not parse would be quoted in the dialer's error.
	if _, err := url.Parse(l.channel.URL.Reveal()); err != nil {
		return nil, &DialError{Err: errors.New("its address is broken")}
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	header := http.Header{"User-Agent": {s.cfg.UserAgent}}
	dialer := *s.cfg.Dialer
	if dialer.ReadBufferSize == 0 {
		dialer.ReadBufferSize = readBuffer
	}
	conn, res, err := dialer.DialContext(ctx, l.channel.URL.Reveal(), header)
	if err != nil {
		e := &DialError{Err: err}
		if res != nil {
			e.Status = res.StatusCode
		}
		return nil, e
	}
	stop := make(chan struct{})
	k := &socket{conn: conn, lease: l, cfg: &s.cfg, out: out, relay: newRelay(stop), stop: stop}
	k.alive()
	conn.SetPongHandler(func(string) error { k.alive(); return nil })
	conn.SetPingHandler(k.pong)
	return k, nil
}

// start begins to read and ping. It is called by Run's goroutine, once that listens to the socket:
// a message read before would belong to nobody.
func (k *socket) start() {
	k.wg.Go(k.read)
	k.wg.Go(k.understand)
	k.wg.Go(k.ping)
}

// signsApart is how far apart signs of life must be to count each by itself: a deadline costs more than
// the reading of a message that is there already.
const signsApart = 10 * time.Millisecond

// alive notes a sign of life, gives the link PongWait until the next, and tells when that was. It is called
// by the reader alone, once it runs.
func (k *socket) alive() time.Time {
	now := time.Now()
	k.sign.Store(now.UnixNano())
	if now.Sub(k.given) >= signsApart {
		k.given = now
		_ = k.conn.SetReadDeadline(now.Add(k.cfg.PongWait + signsApart))
	}
	return now
}

func (k *socket) lastSign() time.Time { return time.Unix(0, k.sign.Load()) }

// pong answers a ping of the service. A failure to write shows in the next read.
func (k *socket) pong(payload string) error {
	k.alive()
	_ = k.conn.WriteControl(websocket.PongMessage, []byte(payload), time.Now().Add(k.cfg.Ping))
	return nil
}

// ping sends {"sequence":n}, as the vendor's demo does (goto-api.md 3, "Keepalive").
func (k *socket) ping() {
	t := time.NewTicker(k.cfg.Ping)
	defer t.Stop()
	for n := 1; ; n++ {
		select {
		case <-k.stop:
			return
		case <-t.C:
		}
		payload := fmt.Appendf(nil, `{"sequence":%d}`, n)
		// A ping that cannot be written is no verdict: the reader's deadline is.
		_ = k.conn.WriteControl(websocket.PingMessage, payload, time.Now().Add(k.cfg.Ping))
	}
}

// read passes on one message after the other until the socket ends.
func (k *socket) read() {
	var buf []byte // of the message; used again for the next
	for {
		m, err := k.message(&buf)
		if err != nil {
			m, buf = passed{end: err}, nil
		}
		if !k.relay.put(m, buf) || err != nil {
			return
		}
	}
}

// understand decodes what was read and hands it over.
func (k *socket) understand() {
	dec := wire.NewDecoder()
	dec.MaxFrame = int(k.cfg.MaxFrame)
	var b batch
	for {
		full, ok := k.relay.take(b)
		if !ok {
			return
		}
		b = full
		for i := range b.list {
			h := k.decoded(dec, &b.list[i], b.text)
			if !k.tell(&h) || h.end != nil {
				return
			}
		}
	}
}

// tell hands something to Run; false when the socket was stopped.
func (k *socket) tell(h *heard) bool {
	select {
	case k.out <- *h: // mostly there is room, and to ask for that alone costs a third
		return true
	default:
	}
	select {
	case k.out <- *h:
		return true
	case <-k.stop:
		return false
	}
}

// decoded decodes one message out of the text of all.
func (k *socket) decoded(dec *wire.Decoder, m *passed, text []byte) heard {
	h := heard{from: k, at: m.at, end: m.end, bad: m.tooBig, big: m.tooBig != nil}
	if h.end == nil && !h.big {
		k.cfg.Raw(text[m.from:m.to])
		h.frame, h.bad = k.decode(dec, text[m.from:m.to])
		h.frame.Event.Received = m.at
	}
	return h
}

// endless is how many bytes of one too long message are thrown away before the service is taken to
// be mad.
const endless = 256 << 20

// message reads one message into buf. The error is the socket's end; what is wrong with the message alone
// is in passed.
func (k *socket) message(buf *[]byte) (passed, error) {
	_, r, err := k.conn.NextReader()
	if err != nil {
		return passed{}, err
	}
	m := passed{at: k.alive()}
	if err := k.whole(r, buf, &m.at); err != nil {
		return passed{}, err
	}
	if n := int64(len(*buf)); n > k.cfg.MaxFrame {
		*buf = nil // the next is shorter
		// gorilla's own read limit would end the socket; the calls behind this message matter more.
		rest, err := io.Copy(io.Discard, io.LimitReader(living{r, k, &m.at}, endless))
		if err != nil {
			return passed{}, err
		}
		if rest == endless {
			return passed{}, errors.New("the service sent a message without end")
		}
		m.tooBig = fmt.Errorf("skipping a message of %d bytes", n+rest)
	}
	return m, nil
}

// whole reads a message into buf, from its beginning: all of it, or a byte more than Config.MaxFrame. At is
// when its head came, and then when its last piece did; what comes with its head is no sign of life by itself.
func (k *socket) whole(r io.Reader, buf *[]byte, at *time.Time) error {
	b := (*buf)[:0]
	defer func() { *buf = b }()
	from := r
	for int64(len(b)) <= k.cfg.MaxFrame {
		b = slices.Grow(b, 512)
		room := b[len(b):min(int64(cap(b)), k.cfg.MaxFrame+1)]
		n, err := from.Read(room)
		b, from = b[:len(b)+n], living{r, k, at}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// living counts every piece of a message as a sign of life: a long one may take longer than
// PongWait, and no pong can come in its middle.
type living struct {
	io.Reader
	k  *socket
	at *time.Time // of the last piece
}

func (l living) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if n > 0 {
		*l.at = l.k.alive()
	}
	return n, err
}

// close ends the socket at once and waits for its goroutines. With polite a close message is tried
// first, for at most a second.
func (k *socket) close(polite bool) {
	k.once.Do(func() {
		close(k.stop)
		if polite {
			bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = k.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
		}
		_ = k.conn.Close()
	})
	k.wg.Wait()
}

// reason tells a person why a socket ended, without addresses.
func reason(err error) string {
	var closed *websocket.CloseError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		text := fmt.Sprintf("the service closed the link (%d)", closed.Code)
		if closed.Text != "" {
			text += ": " + clean(closed.Text)
		}
		return text
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the link went silent"
	}
	return "the link broke: " + clean(err.Error())
}

// refusedChannel tells whether the way a socket ended means that its channel is worth no second
// try: a policy violation or a code of the service's own.
func refusedChannel(err error) bool {
	var closed *websocket.CloseError
	return errors.As(err, &closed) && (closed.Code == websocket.ClosePolicyViolation || closed.Code >= 4000)
}
