package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// hook is what a webhook channel has in place of a socket: where notifications are posted, one
// after the other, by a goroutine of the channel's own.
type hook struct {
	url         string
	target      string    // of a request line: the URL's path and query
	secret      string    // sharedSecret; "" leaves deliveries unsigned
	unreachable time.Time // since when deliveries fail; zero when the last one did not
	queue       chan []byte
	end         context.CancelFunc
}

// Rules of deliveries (goto-api.md section 3, "Webhook channel").
const (
	answerWithin  = 4 * time.Second // a slower answer is none
	deliveryTries = 3
	tryAgainAfter = 100 * time.Millisecond
	hookQueue     = 4096       // notifications waiting for one receiver; more are lost
	hookLife      = 2147483647 // s; such a channel does not end by itself
)

// webhookData is a webhook channel as the service answers it.
type webhookData struct {
	Webhook struct {
		URL string `json:"url"`
	} `json:"webhook"`
	Type        string `json:"channelType"`
	Unreachable string `json:"unreachableTimestamp,omitempty"`
}

// webhookBody is the part of the create request that asks for a webhook.
type webhookBody struct {
	Webhook struct {
		URL string `json:"url"`
	} `json:"webhook"`
	Signature struct {
		Secret string `json:"sharedSecret"`
	} `json:"signature"`
}

// makeChannel serves the create request. For a webhook the receiver is asked first, for which the
// lock cannot be held.
func (s *Service) makeChannel() http.Handler {
	socket := s.api(anyScope, s.createChannel)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			s.refuse(w, errMalformed())
			return
		}
		var asked channelBody
		if json.Unmarshal(body, &asked) != nil || !strings.EqualFold(asked.kind(), "Webhook") {
			r.Body = io.NopCloser(bytes.NewReader(body))
			socket.ServeHTTP(w, r)
			return
		}
		s.makeWebhook(w, &request{Request: r, body: body}, asked.Webhook)
	})
}

func (s *Service) makeWebhook(w http.ResponseWriter, r *request, asked webhookBody) {
	there := func(*request) (int, any, *apiError) { return s.mayHook(r, asked.Webhook.URL) }
	status, answer, refusal := s.perform(anyScope, there, r)
	if refusal == nil && answer == nil {
		refusal = s.askReceiver(r.Context(), asked.Webhook.URL)
	}
	if refusal == nil && answer == nil {
		status, answer, refusal = s.addWebhook(r, asked)
	}
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	writeJSON(w, status, answer)
}

// mayHook checks the URL. Creating again with the same nickname and URL gives back the channel that
// is there.
func (s *Service) mayHook(r *request, at string) (int, any, *apiError) {
	u, err := url.Parse(at)
	switch {
	case s.cfg.Webhooks == nil:
		return 0, nil, errBadRequest("channelType", "Webhook channels are not supported by this simulated service; use WebSockets")
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return 0, nil, errBadRequest("webhook.url", "must be the URL of a receiver")
	case u.Scheme == "https" && (u.Port() == "" || u.Port() == "443"):
	case u.Scheme == "http" && loopback(u.Hostname()): // a leave of the simulator: the service wants https
	default:
		return 0, nil, errBadRequest("webhook.url", "must be https on port 443; this simulated service also takes http to loopback")
	}
	if s.stage != running {
		return 0, nil, errStatus(http.StatusServiceUnavailable)
	}
	for _, c := range s.order {
		if c.hook != nil && c.hook.url == at && c.nickname == r.PathValue("nickname") && c.owner == r.token.person.user.Key {
			return http.StatusCreated, s.view(r, c), nil
		}
	}
	return 0, nil, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// askReceiver sends the OPTIONS request on whose answer a channel depends.
func (s *Service) askReceiver(ctx context.Context, at string) *apiError {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodOptions, at, http.NoBody)
	if err != nil {
		return errBadRequest("webhook.url", "must be the URL of a receiver")
	}
	res, err := s.cfg.Webhooks.Do(req)
	if err != nil {
		return errBadRequest("webhook.url", "did not answer OPTIONS")
	}
	defer res.Body.Close()
	allow := res.Header.Get("Allow")
	if res.StatusCode < 200 || res.StatusCode > 299 || allow != "" && !strings.Contains(strings.ToUpper(allow), http.MethodPost) {
		return errBadRequest("webhook.url", "does not allow POST: OPTIONS was answered "+res.Status)
	}
	return nil
}

// addWebhook makes the channel and starts its deliveries.
func (s *Service) addWebhook(r *request, asked webhookBody) (int, []byte, *apiError) {
	u, err := url.Parse(asked.Webhook.URL)
	if err != nil {
		return 0, nil, errBadRequest("webhook.url", "must be the URL of a receiver")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage != running {
		return 0, nil, errStatus(http.StatusServiceUnavailable)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &hook{url: asked.Webhook.URL, target: u.RequestURI(), secret: asked.Signature.Secret, queue: make(chan []byte, hookQueue), end: cancel}
	s.born++
	c := &channel{
		id: "Webhook." + s.ids.uuid(), nickname: r.PathValue("nickname"), owner: r.token.person.user.Key, born: s.born,
		calls: make(map[string]callSub), hook: h,
	}
	s.channels[c.id] = c
	s.order = append(s.order, c)
	s.open.Go(func() { s.deliverAll(ctx, c, h) })
	return http.StatusCreated, encode(s.view(r, c)), nil
}

// push queues a notification for the receiver; what it cannot take in time is lost.
func (h *hook) push(s *Service, b []byte) {
	select {
	case h.queue <- b:
	default:
		s.stats.Undelivered++
	}
}

// deliverAll posts what is queued until the channel ends.
func (s *Service) deliverAll(ctx context.Context, c *channel, h *hook) {
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-h.queue:
			s.deliverOne(ctx, c, h, b)
		}
	}
}

// deliverOne posts a notification, again when the receiver fails, and notes what became of it. A
// receiver that says 404 or 410 has left: its channel ends. (The vendor also says that it is only
// marked unreachable; goto-api.md section 3.)
func (s *Service) deliverOne(ctx context.Context, c *channel, h *hook, b []byte) {
	status := 0
	for try := range deliveryTries {
		if try > 0 && wait(ctx, tryAgainAfter) != nil {
			return
		}
		if status = s.postOnce(ctx, c, h, b, try > 0); status > 0 && status < 500 {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case status >= 200 && status <= 299:
		s.stats.Delivered++
		h.unreachable = time.Time{}
	case status == http.StatusNotFound || status == http.StatusGone:
		s.stats.Undelivered++
		s.remove(c, "")
	default:
		s.stats.Undelivered++
		if h.unreachable.IsZero() && (status == 0 || status >= 500) {
			h.unreachable = s.now()
		}
	}
}

// postOnce posts a notification once and gives the status of the answer; 0 when there is none.
func (s *Service) postOnce(ctx context.Context, c *channel, h *hook, b []byte, again bool) int {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(b))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	s.mu.Lock()
	s.stats.Deliveries++
	if again {
		s.stats.Redeliveries++
	}
	if h.secret != "" {
		h.sign(req.Header, b, c.id, s.ids.bytes(16), time.Now())
	}
	s.mu.Unlock()
	res, err := s.cfg.Webhooks.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxBody)) // so that the connection is used again
	return res.StatusCode
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
