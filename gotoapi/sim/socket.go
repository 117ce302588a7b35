package sim

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes that the service uses. The vendor documents none.
const (
	closeGoingAway = websocket.CloseGoingAway       // end of a channel's life, or of the service
	closePolicy    = websocket.ClosePolicyViolation // replaced by a newer socket, or too slow
)

const (
	writeWait = 10 * time.Second // for one message to a client that reads slowly
	closeWait = time.Second      // for the client's half of the closing handshake
	maxInput  = 64 << 10         // bytes of a client's message; clients have nothing to say
)

var errHalfOpen = errors.New("the connection is half-open")

// socket is one client's websocket: a bounded queue, a goroutine that drains it and, in the
// handler's goroutine, a reader that answers pings. What is queued and when the socket ends is
// decided under the service's lock.
type socket struct {
	conn  *websocket.Conn
	queue chan frame
	last  *parting // set once, before bye is closed

	bye     chan struct{} // send what is queued, say last, end
	drop    chan struct{} // end at once
	stalled chan struct{} // keep the connection, do nothing with it
	unread  chan struct{} // the reader has ended
	onSent  func(bytes int)
}

// parting is a close frame.
type parting struct {
	code int
	text string
}

func newSocket(conn *websocket.Conn, queue int, onSent func(int)) *socket {
	return &socket{
		conn: conn, queue: make(chan frame, queue), onSent: onSent,
		bye: make(chan struct{}), drop: make(chan struct{}), stalled: make(chan struct{}), unread: make(chan struct{}),
	}
}

// push queues f. False means that the client reads too slowly to be served any longer.
func (k *socket) push(f frame) bool {
	if isClosed(k.stalled) || isClosed(k.bye) {
		return true
	}
	select {
	case k.queue <- f:
		return true
	default:
		return false
	}
}

// goodbye lets the queue drain, then closes with code. A stalled socket ends at once.
func (k *socket) goodbye(code int, text string) {
	if isClosed(k.stalled) {
		k.abort()
		return
	}
	if !isClosed(k.bye) {
		k.last = &parting{code, text}
		close(k.bye)
	}
}

// abort ends the connection without a word, also in the middle of a message that the client does
// not read.
func (k *socket) abort() {
	if !isClosed(k.drop) {
		close(k.drop)
		_ = k.conn.NetConn().Close() // the reader and the writer learn of it by their own errors
	}
}

// stall makes the socket half-open: the connection stays, nothing is read or written.
func (k *socket) stall() {
	if !isClosed(k.stalled) {
		close(k.stalled)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// serve runs the socket until either side ends it.
func (k *socket) serve() {
	var writer sync.WaitGroup
	writer.Go(k.write)
	k.read()
	close(k.unread)
	writer.Wait()
}

// read answers pings with their own payload and forgets all else that the client says.
func (k *socket) read() {
	k.conn.SetReadLimit(maxInput)
	k.conn.SetPingHandler(func(payload string) error {
		if k.halted() {
			return errHalfOpen
		}
		err := k.conn.WriteControl(websocket.PongMessage, []byte(payload), time.Now().Add(writeWait))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	k.conn.SetCloseHandler(func(code int, _ string) error {
		if k.halted() {
			return errHalfOpen
		}
		reply := websocket.FormatCloseMessage(code, "")
		if code == websocket.CloseNoStatusReceived {
			reply = nil
		}
		_ = k.conn.WriteControl(websocket.CloseMessage, reply, time.Now().Add(closeWait)) // the client leaves anyway
		return nil
	})
	for {
		if _, _, err := k.conn.ReadMessage(); err != nil || k.halted() {
			return
		}
	}
}

// halted waits, on a stalled socket, for its end.
func (k *socket) halted() bool {
	if !isClosed(k.stalled) {
		return false
	}
	<-k.drop
	return true
}

// write sends the queue until the end, and then makes the reader end too.
func (k *socket) write() {
	defer k.conn.Close()
	var buf []byte
	for {
		select {
		case <-k.drop:
			return
		case <-k.unread:
			return
		case <-k.stalled:
			select {
			case <-k.drop:
			case <-k.unread:
			}
			return
		case f := <-k.queue:
			if !k.send(f, &buf) {
				return
			}
		case <-k.bye:
			k.part(&buf)
			return
		}
	}
}

func (k *socket) send(f frame, buf *[]byte) bool {
	*buf = f.appendTo((*buf)[:0])
	if err := k.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return false
	}
	if err := k.conn.WriteMessage(websocket.TextMessage, *buf); err != nil {
		return false
	}
	k.onSent(len(*buf))
	return true
}

// part sends what is still queued, then the close frame, and gives the client a moment to answer:
// a connection that is torn down at once may take the close frame with it.
func (k *socket) part(buf *[]byte) {
	for len(k.queue) > 0 {
		if !k.send(<-k.queue, buf) {
			return
		}
	}
	message := websocket.FormatCloseMessage(k.last.code, k.last.text)
	if k.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(closeWait)) != nil {
		return
	}
	patience := time.NewTimer(closeWait)
	defer patience.Stop()
	select {
	case <-k.unread:
	case <-k.drop:
	case <-patience.C:
	}
}

// connect serves GET /notification-channel/v1/channels/{channelId}/channelId/ws. The URL is the
// secret: no token is asked for. The newest socket of a channel wins.
func (s *Service) connect(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("channelId")
	if _, known := locked(s, func() *channel { return s.channels[id] }); !known {
		s.refuse(w, errNoChannel(id))
		return
	}
	s.upgrade(w, r, func(k *socket) bool { return s.attach(id, k) }, func(k *socket) { s.detach(id, k) })
}

// locked looks up under the lock whether something is there.
func locked[T any](s *Service, find func() *T) (*T, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := find()
	return found, found != nil
}

// upgrade makes a websocket of a request and serves it until its end. Attach and detach are called
// under the lock; attach may still refuse the socket.
func (s *Service) upgrade(w http.ResponseWriter, r *http.Request, attach func(*socket) bool, detach func(*socket)) {
	if !s.enter() {
		s.refuse(w, errStatus(http.StatusServiceUnavailable))
		return
	}
	defer s.open.Done()
	up := websocket.Upgrader{
		HandshakeTimeout: writeWait, WriteBufferSize: 16 << 10,
		CheckOrigin: func(*http.Request) bool { return true }, // the URL is the secret, pages may hold it
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			s.refuse(w, &apiError{status: status, code: "BAD_REQUEST", message: reason.Error()})
		},
	}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	k := newSocket(conn, s.cfg.SendQueue, s.countSent)
	s.mu.Lock()
	welcome := s.stage != over && attach(k)
	if welcome {
		s.sockets[k] = struct{}{}
		s.stats.Connects++
	}
	s.mu.Unlock()
	if !welcome { // what it was for ended meanwhile
		_ = conn.Close() // nothing was said on it
		return
	}
	k.serve()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, k)
	detach(k)
}

// enter counts a websocket's handler in, so that Run can wait for it. False means that Run is over.
func (s *Service) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage == over {
		return false
	}
	s.open.Add(1)
	return true
}

// attach makes k the channel's socket. False means that the channel has ended.
func (s *Service) attach(id string, k *socket) bool {
	c := s.channels[id]
	if c == nil {
		return false
	}
	if c.sock != nil {
		c.sock.goodbye(closePolicy, "replaced by a newer connection")
	}
	c.sock, c.held = k, nil
	return true
}

func (s *Service) detach(id string, k *socket) {
	if c := s.channels[id]; c != nil && c.sock == k {
		c.sock, c.held = nil, nil
	}
}

func (s *Service) countSent(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Frames++
	s.stats.Bytes += uint64(bytes)
}
