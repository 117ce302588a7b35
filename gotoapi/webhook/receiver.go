package webhook

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/bits"
	"net/http"
	"net/url"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Bounds of what is taken. The service wants an answer within 4 s and keeps notifications below
// 1 MB.
const (
	maxBody    = 1 << 20
	bodyWithin = 2 * time.Second // for a body to come; the answer follows at once
	maxAtOnce  = 32              // bodies being read; more are told to come again
	queueSize  = 1024            // notifications waiting to be folded; more are told to come again
	keepIDs    = 4096            // ids of notifications remembered, to know repeats
)

// Receiver is the http.Handler that the service posts to. Make it with NewReceiver.
type Receiver struct {
	path   string
	target string // path and query, as signed
	secret gotoapi.Secret
	log    *slog.Logger
	raw    func([]byte)
	queue  chan wire.Frame
	slots  chan struct{}

	mu   sync.Mutex // guards the rest
	dec  *wire.Decoder
	seen call.Recent[string] // ids of notifications taken
	n    Counters
	last time.Time // when a notification was last taken, repeats included
}

// Counters count what a Receiver was sent.
type Counters struct {
	Taken    uint64 // notifications handed on
	Repeats  uint64 // taken before, dropped
	Unsigned uint64 // without a good signature, refused
	Bad      uint64 // no notification at all, refused
	TooBig   uint64 // longer than 1 MB, refused
	Unknown  uint64 // of a source or type not known, dropped
	Busy     uint64 // told to come again, since too much is waiting
}

// NewReceiver makes the handler for a public address. With a secret it takes signed notifications
// alone. log may be nil.
func NewReceiver(address string, secret gotoapi.Secret, log *slog.Logger) (*Receiver, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("receiving webhooks: %w: the public address is none", gotoapi.ErrAsked)
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	path := u.Path
	if path == "" {
		path = "/"
	}
	return &Receiver{
		path: path, target: u.RequestURI(), secret: secret, log: log,
		queue: make(chan wire.Frame, queueSize), slots: make(chan struct{}, maxAtOnce),
		dec: wire.NewDecoder(), seen: call.NewRecent[string](keepIDs),
	}, nil
}

// Frames are the notifications taken. Somebody has to receive them.
func (h *Receiver) Frames() <-chan wire.Frame { return h.queue }

// Counters returns the counts of this moment.
func (h *Receiver) Counters() Counters {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.n
}

// Last is when a notification was last taken; zero before the first.
func (h *Receiver) Last() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last
}

// ServeHTTP implements http.Handler.
func (h *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != h.path {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Allow", "OPTIONS, POST")
	switch r.Method {
	case http.MethodOptions:
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPost:
		w.WriteHeader(h.post(w, r))
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// post takes one delivery and gives the status of the answer.
func (h *Receiver) post(w http.ResponseWriter, r *http.Request) int {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		return h.refuse(&h.n.Busy, nil, http.StatusServiceUnavailable)
	}
	// Not every writer knows deadlines; the server's own timeouts stand behind this one.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyWithin))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return h.refuse(&h.n.TooBig, err, http.StatusRequestEntityTooLarge)
		}
		return h.refuse(&h.n.Bad, err, http.StatusBadRequest)
	}
	if h.secret != "" {
		if err := verify(r, h.target, body, h.secret, time.Now()); err != nil {
			return h.refuse(&h.n.Unsigned, err, http.StatusUnauthorized)
		}
	}
	return h.take(body)
}

// take decodes a notification and hands it on, unless it is a repeat. One that finds no room is not
// remembered, so that its repetition is no repeat.
func (h *Receiver) take(body []byte) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, err := h.dec.Frame(body)
	if err != nil {
		return h.note(&h.n.Bad, err, http.StatusBadRequest)
	}
	h.last = time.Now()
	if f.ID != "" && h.seen.Has(f.ID) {
		h.n.Repeats++
		return http.StatusNoContent
	}
	if f.Kind != wire.CallState && f.Kind != wire.ReportReady {
		h.n.Unknown++
		return http.StatusNoContent
	}
	f.Event.Received = h.last
	select {
	case h.queue <- f:
	default:
		return h.note(&h.n.Busy, nil, http.StatusServiceUnavailable)
	}
	if h.raw != nil {
		h.raw(body)
	}
	h.n.Taken++
	if f.ID != "" {
		h.seen.Add(f.ID)
	}
	return http.StatusNoContent
}

// refuse is note for who does not hold the lock.
func (h *Receiver) refuse(n *uint64, err error, status int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.note(n, err, status)
}

// note counts a delivery that was refused. The first is logged, then ever fewer: whoever knows the
// address can send many. The caller holds the lock.
func (h *Receiver) note(n *uint64, err error, status int) int {
	if *n++; bits.OnesCount64(*n) == 1 {
		text := "no room"
		if err != nil {
			text = call.Clean(err.Error())
		}
		h.log.Warn("delivery refused", "status", status, "count", *n, "error", text)
	}
	return status
}
