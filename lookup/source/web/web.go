// Package web asks the services of other houses over HTTP, within a ring: one budget of time, a
// limit on requests a second, answers of a bounded size, and errors that say what to do and hold
// no secret.
package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"ringside/lookup"
)

// Bounds.
const (
	maxAnswer    = 4 << 20                // bytes of an answer
	maxFault     = 64 << 10               // bytes of an answer that is an error
	defaultPause = 10 * time.Second       // after a 429 that does not say how long
	retryAfter   = 250 * time.Millisecond // before the one retry of a server's error
	reserve      = 150 * time.Millisecond // of the ring, that must be left when a request begins again or an extra ends
	maxRedirects = 3
)

// Auth puts the proof of who asks on a request.
type Auth interface {
	// Apply adds it.
	Apply(ctx context.Context, r *http.Request) error
	// Refused is told that the service did not accept it (401), and says whether another try can
	// do better.
	Refused() (again bool)
}

// Options describe a service.
type Options struct {
	Name  string // for the person: "HubSpot"
	Base  *url.URL
	Auth  Auth         // nil is none
	Rate  float64      // requests a second; 0 is no limit
	Burst int          // requests at once; 1 at least
	HTTP  *http.Client // nil is one of its own
	Max   int64        // bytes of an answer; 0 is 4 MB
	Fault func(*Fault) // reads what an error answer means to this service; nil reads the usual
}

// Fault is an answer that is an error.
type Fault struct {
	Status int
	Header http.Header
	Body   []byte
	Error  *Error        // what is made of it: Code, Message and Todo are to be filled in
	Pause  time.Duration // how long the service must not be asked, if more is known than its Retry-After says
}

// Client asks one service. Its methods may be called from any goroutine.
type Client struct {
	o     Options
	limit *rate.Limiter
}

// New gives a client. Requests go to the host of Base alone, whatever an answer says.
func New(o Options) *Client {
	own := o.HTTP
	if own == nil {
		own = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	c := *own
	c.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != o.Base.Host || r.URL.Scheme != o.Base.Scheme {
			return errElsewhere // what proves who asks must not go to another host
		}
		if len(via) > maxRedirects {
			return errors.New("it sends us round in circles")
		}
		return nil
	}
	o.HTTP = &c
	if o.Max == 0 {
		o.Max = maxAnswer
	}
	client := &Client{o: o}
	if o.Rate > 0 {
		client.limit = rate.NewLimiter(rate.Limit(o.Rate), max(1, o.Burst))
	}
	return client
}

var errElsewhere = errors.New("it sends us to another host")

// Close lets go of connections that are not in use.
func (c *Client) Close() { c.o.HTTP.CloseIdleConnections() }

// Request is one question.
type Request struct {
	Op     string // what is being done, for errors: "searching contacts"
	Method string // "" is GET
	Path   string // below the host, with its leading slash
	Query  string // encoded
	Header http.Header
	Body   any  // sent as JSON; url.Values are sent as a form; []byte as they are
	Bare   bool // without Auth
}

// Do asks and gives the body of the answer. It asks once more where that may help and the time is
// enough: after a failure of the server or the network, after a pause that the service asked for,
// with a new token. All requests must be such as may be made twice.
func (c *Client) Do(ctx context.Context, q Request) ([]byte, http.Header, error) {
	body, header, wait, err := c.once(ctx, q)
	if err == nil || wait < 0 || !enough(ctx, wait) {
		return body, header, err
	}
	if !sleep(ctx, wait) {
		return nil, nil, err
	}
	body, header, _, err = c.once(ctx, q)
	return body, header, err
}

// JSON asks and reads the answer into v.
func (c *Client) JSON(ctx context.Context, q Request, v any) (http.Header, error) {
	body, header, err := c.Do(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return header, &Error{Service: c.o.Name, Op: q.Op, Err: errors.New("the answer cannot be read")}
	}
	return header, nil
}

// enough tells whether a wait leaves time for another request.
func enough(ctx context.Context, wait time.Duration) bool {
	end, ok := ctx.Deadline()
	return !ok || time.Until(end)-wait > 2*reserve
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Extra gives a context that ends a little before ctx, for what is asked beyond the contact: when
// it does not come in time, the contact must still be given.
func Extra(ctx context.Context) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-reserve))
}

// once asks once. wait is how long to wait before another try; negative is no other try.
func (c *Client) once(ctx context.Context, q Request) (body []byte, header http.Header, wait time.Duration, err error) {
	wrap := func(err error) error { return &Error{Service: c.o.Name, Op: q.Op, Err: err} }
	r, err := c.request(ctx, q)
	if err != nil {
		return nil, nil, -1, wrap(err)
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, -1, wrap(err)
	}
	if c.limit != nil && c.limit.Wait(ctx) != nil {
		return nil, nil, -1, wrap(fmt.Errorf("%w: the limit on requests a second is reached", lookup.ErrNotAsked))
	}
	resp, err := c.o.HTTP.Do(r)
	if err != nil {
		wait = retryAfter
		if errors.Is(err, errElsewhere) || ctx.Err() != nil {
			wait = -1
		}
		return nil, nil, wait, wrap(unwrap(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		wait, err = c.fault(q, resp)
		return nil, nil, wait, err
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, c.o.Max+1))
	switch {
	case err != nil:
		return nil, nil, retryAfter, wrap(unwrap(err))
	case int64(len(body)) > c.o.Max:
		return nil, nil, -1, wrap(fmt.Errorf("the answer has more than %d MB", c.o.Max>>20))
	}
	return body, resp.Header, -1, nil
}

func (c *Client) request(ctx context.Context, q Request) (*http.Request, error) {
	u := *c.o.Base
	path, err := url.PathUnescape(q.Path)
	if err != nil || !strings.HasPrefix(q.Path, "/") {
		return nil, errors.New("the address cannot be read")
	}
	u.Path, u.RawPath, u.RawQuery = path, q.Path, q.Query
	var body io.Reader
	kind := ""
	switch b := q.Body.(type) {
	case nil:
	case url.Values:
		body, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	case []byte:
		body = bytes.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			return nil, fmt.Errorf("writing the question: %w", err)
		}
		body, kind = bytes.NewReader(text), "application/json"
	}
	method := q.Method
	if method == "" {
		method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, errors.New("the address cannot be read") // the error repeats it, and it may hold a secret
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "ringside")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for k, v := range q.Header {
		r.Header[k] = v
	}
	if c.o.Auth != nil && !q.Bare {
		if err := c.o.Auth.Apply(ctx, r); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// unwrap takes the address, which may hold a secret, off an error of net/http.
func unwrap(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
