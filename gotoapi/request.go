package gotoapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxAnswer bounds the body of an answer. The longest real one is a report page; the longest
// captured report has 80 kB (goto-api.md 5).
const maxAnswer = 32 << 20

// request is one question to the service, before it becomes HTTP.
type request struct {
	op     string // for errors: "creating a notification channel"
	method string
	route  string   // path with {placeholders}; the only form of the path that is logged
	args   []string // values of the placeholders, in order
	// address is the whole address, in place of route and query, for an interface that hands out
	// addresses; checked by the one who took it.
	address Secret
	query   url.Values
	body    any    // sent as JSON unless nil
	scope   string // what the token needs, for the hint of a 403

	// repeatable marks a POST that does no harm when the service gets it twice.
	repeatable bool
	// redirects marks a request whose answer may lead to another address, which then stands in the
	// answer; see RecordingClient.
	redirects bool
	// secrets are removed from every text the answer brings.
	secrets []Secret

	payload []byte // body, encoded once
	token   Token  // set by the token link
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	away   *url.URL // where a redirect leads, for requests that may be redirected
}

// handler answers a request: the transport at the bottom, links above it.
type handler func(context.Context, *request) (*answer, error)

// api names the service a request goes to, as the rate limit counts them: the first part of its path.
func (r *request) api() string {
	name, _, _ := strings.Cut(strings.TrimPrefix(r.route, "/"), "/")
	return name
}

// path fills the placeholders of the route.
func (r *request) path() string {
	var b strings.Builder
	args := r.args
	for part := range strings.SplitSeq(strings.TrimPrefix(r.route, "/"), "/") {
		b.WriteByte('/')
		if strings.HasPrefix(part, "{") && len(args) > 0 {
			part, args = segment(args[0]), args[1:]
		}
		b.WriteString(part)
	}
	return b.String()
}

// segment writes a value as one part of a path. Dots alone would lead out of it.
func segment(value string) string {
	if strings.Trim(value, ".") == "" {
		return strings.ReplaceAll(value, ".", "%2E")
	}
	return url.PathEscape(value)
}

// idempotent tells whether the request may be sent again without knowing what became of the first.
func (r *request) idempotent() bool {
	return r.repeatable || slices.Contains([]string{
		http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete,
	}, r.method)
}

// scrub removes the request's secrets from a text of the service.
func (r *request) scrub(text string) string {
	for _, s := range append(r.secrets, r.token.Access) {
		if s != "" {
			text = strings.ReplaceAll(text, s.Reveal(), redacted)
		}
	}
	return text
}

// send passes r through the chain and decodes the answer's JSON into a T. A 2xx answer without a
// body gives the zero T.
func send[T any](ctx context.Context, c *Client, r *request) (T, error) {
	var out T
	a, err := c.do(ctx, r)
	if err != nil || len(a.body) == 0 {
		return out, err
	}
	if err := json.Unmarshal(a.body, &out); err != nil {
		return out, fmt.Errorf("%s: %w: %w", r.op, ErrAnswer, err)
	}
	return out, nil
}

// do passes r through the chain.
func (c *Client) do(ctx context.Context, r *request) (*answer, error) {
	if r.body != nil {
		payload, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%s: encoding the request: %w", r.op, err)
		}
		r.payload = payload
	}
	return c.chain(ctx, r)
}

// fetch passes r through the chain and hands the answer's body to decode.
func fetch[T any](ctx context.Context, c *Client, r *request, decode func([]byte) (T, error)) (T, error) {
	var zero T
	a, err := c.do(ctx, r)
	if err != nil {
		return zero, err
	}
	out, err := decode(a.body)
	if err != nil {
		return zero, fmt.Errorf("%s: %w: %w", r.op, ErrAnswer, err)
	}
	return out, nil
}
