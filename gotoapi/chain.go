package gotoapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// links assembles the chain. A request passes from the bottom line up to the top one, its answer
// the other way; so every try of the retry link waits for the rate limit, and the log sees every
// try but no token.
func (c *Client) links() handler {
	h := c.transport
	h = withToken(c.tokens, h)
	h = withDebugLog(c.log, h)
	h = withRateLimit(c.limits, h)
	h = withError(h)
	h = withFreshToken(c.tokens, h)
	h = withRetry(c.backoff, c.tries, h)
	return h
}

// bareLinks assembles the chain for what redirects lead to: no token goes there, and the service's
// rate limit does not count it.
func (c *Client) bareLinks() handler {
	return withRetry(c.backoff, c.tries, withError(withDebugLog(c.log, c.transport)))
}

// transport sends a request over HTTP and reads the whole answer. Its errors name the host at
// most: an address may hold a channel id.
func (c *Client) transport(ctx context.Context, r *request) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, c.hosts.API, bytes.NewReader(r.payload))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %q is no base address", r.op, ErrAnswer, c.hosts.API)
	}
	at, err := req.URL.Parse(or(r.address.Reveal(), r.path()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: the path cannot be built", r.op, ErrAnswer)
	}
	if r.address == "" {
		at.RawQuery = r.query.Encode()
	}
	req.URL, req.Host = at, at.Host
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	if r.payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.token.Access != "" {
		req.Header.Set("Authorization", "Bearer "+r.token.Access.Reveal())
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: reaching %s: %w", r.op, req.URL.Host, withoutAddress(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return nil, fmt.Errorf("%s: reading the answer of %s: %w", r.op, req.URL.Host, withoutAddress(err))
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("%s: %w: longer than %d MB", r.op, ErrAnswer, maxAnswer>>20)
	}
	a := &answer{status: res.StatusCode, header: res.Header, body: bytes.TrimSpace(body)}
	if next, _ := redirected(res); r.redirects && next != nil && c.mayFollow(next) {
		a.away = next
	}
	overheard(ctx, r, a)
	return a, nil
}

// withoutAddress takes the request's address out of an error of net/http.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// withToken gives the request a token.
func withToken(tokens TokenSource, next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		t, err := tokens.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.op, err)
		}
		r.token = t
		return next(ctx, r)
	}
}

// withDebugLog logs each try: operation, route, query without secrets, status, time and size. The
// path itself, headers and bodies are not logged.
func withDebugLog(log *slog.Logger, next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		if !log.Enabled(ctx, slog.LevelDebug) {
			return next(ctx, r)
		}
		start := time.Now()
		a, err := next(ctx, r)
		attrs := []slog.Attr{
			slog.String("method", r.method), slog.String("route", r.route),
			slog.String("query", r.scrub(loggable(r.query))), slog.Duration("took", time.Since(start)),
		}
		if err != nil {
			attrs = append(attrs, slog.String("error", r.scrub(err.Error())))
		} else {
			attrs = append(attrs, slog.Int("status", a.status), slog.Int("bytes", len(a.body)))
		}
		log.LogAttrs(ctx, slog.LevelDebug, r.op, attrs...)
		return a, err
	}
}

// loggable writes a query without the values that are secret.
func loggable(q url.Values) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(q)) {
		v := strings.Join(q[k], ",")
		if k == "channelId" {
			v = redacted
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(k + "=" + v)
	}
	return b.String()
}

// withFreshToken answers a 401 by having the token replaced, once, and asking again: a token may
// be revoked or expire earlier than its own word says.
func withFreshToken(tokens TokenSource, next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		a, err := next(ctx, r)
		var refused *Error
		if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
			return a, err
		}
		if _, renewErr := tokens.Renew(ctx, r.token.Access); renewErr != nil {
			return nil, fmt.Errorf("%s: %w", r.op, renewErr)
		}
		return next(ctx, r)
	}
}
