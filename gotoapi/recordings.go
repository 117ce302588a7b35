package gotoapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// RecordingClient is about recordings of calls and what was said in them (goto-api.md 9,
// "Recording"). Their ids stand in reports. It needs ScopeRecordingsRead, which is optional: a login
// without it is refused with an Error that says so.
//
// A recording is there some seconds after its call, its transcript later still. Until then every
// method answers ErrNotReady; the service says the same of an id that it will never know, so a
// caller has to give up some time.
type RecordingClient struct{ c *Client }

const recordingRoute = "/recording/v1/recordings/{recording}"

// RecordingUploaded is the status of a recording that can be listened to.
const RecordingUploaded = "UPLOADED"

// Status tells how far a recording is: RecordingUploaded or another word of the service.
func (c RecordingClient) Status(ctx context.Context, id string) (string, error) {
	const op = "looking at a recording"
	got, err := send[struct {
		Status string `json:"status"`
	}](ctx, c.c, &request{op: op, method: http.MethodGet, route: recordingRoute, args: []string{id}, scope: ScopeRecordingsRead})
	if err == nil && got.Status == "" {
		err = fmt.Errorf("%s: %w: no status", op, ErrAnswer)
	}
	return word(got.Status), unready(op, err)
}

// Transcript gives what was said in a recording, by the id of its transcript, in order of time.
func (c RecordingClient) Transcript(ctx context.Context, id string) ([]call.Utterance, error) {
	const op = "reading a transcript"
	a, err := c.c.do(ctx, &request{
		op: op, method: http.MethodGet, route: "/recording/v1/transcriptions/{transcript}", args: []string{id},
		scope: ScopeRecordingsRead, redirects: true,
	})
	for hop := 0; err == nil && a.away != nil; hop++ {
		if hop == maxHops {
			return nil, fmt.Errorf("%s: %w: a redirect leads to another and so on", op, ErrAnswer)
		}
		if a, err = c.c.bare(ctx, awayRequest(op, a.away)); err != nil {
			err = elsewhere(op, err)
		}
	}
	if err != nil {
		return nil, unready(op, err)
	}
	out, err := wire.NewDecoder().Transcript(a.body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", op, ErrAnswer, err)
	}
	return out, nil
}

// MaxAudio bounds the sound of one recording, in bytes: a day and more of what the service sends.
const MaxAudio = 1 << 30

// Audio is the sound of a recording as it comes; whoever got it closes it. Reading beyond MaxAudio
// gives ErrAnswer.
type Audio struct {
	io.ReadCloser
	Type   string // media type, "audio/mpeg"
	Length int64  // bytes; -1 is not known
}

// Content gives the sound of a recording. The context holds until it is closed. It is asked for in
// three steps: a token that is good for some minutes, the address it leads to, and the sound there.
// The service's reference has token and expiry side by side, the service itself has been seen to wrap
// both in another object; either is taken.
func (c RecordingClient) Content(ctx context.Context, id string) (*Audio, error) {
	const op = "fetching a recording"
	got, err := send[struct {
		Token json.RawMessage `json:"token"`
	}](ctx, c.c, &request{
		op: op, method: http.MethodGet, route: recordingRoute + "/content", args: []string{id}, scope: ScopeRecordingsRead,
	})
	if err != nil {
		return nil, unready(op, err)
	}
	token := contentToken(got.Token)
	if token == "" {
		return nil, fmt.Errorf("%s: %w: no token for its content", op, ErrAnswer)
	}
	// The reference asks for no login here, the service has been seen to; the token stays with it.
	a, err := c.c.do(ctx, &request{
		op: op, method: http.MethodGet, route: recordingRoute + "/content/{token}", args: []string{id, token.Reveal()},
		scope: ScopeRecordingsRead, redirects: true, secrets: []Secret{token},
	})
	if err != nil {
		return nil, unready(op, err)
	}
	if a.away == nil {
		return nil, fmt.Errorf("%s: %w: no address of its content", op, ErrAnswer)
	}
	return c.c.download(ctx, op, a.away)
}

// contentToken reads the token for a recording's content: a text, or an object that holds it.
func contentToken(b json.RawMessage) Secret {
	var text string
	if json.Unmarshal(b, &text) == nil {
		return Secret(text)
	}
	var wrapped struct {
		Token string `json:"token"`
	}
	_ = json.Unmarshal(b, &wrapped) // what is neither holds no token
	return Secret(wrapped.Token)
}

// maxHops bounds a chain of redirects.
const maxHops = 3

// awayRequest asks for what a redirect leads to. It has no place for a token.
func awayRequest(op string, at *url.URL) *request {
	return &request{
		op: op, method: http.MethodGet, route: "/(redirected)", address: Secret(at.String()), redirects: true,
		secrets: []Secret{Secret(at.String()), Secret(at.RequestURI())},
	}
}

// download opens what a redirect leads to. Until the answer begins it may take as long as a request.
func (c *Client) download(ctx context.Context, op string, at *url.URL) (*Audio, error) {
	ctx, cancel := context.WithCancel(ctx)
	timer := time.AfterFunc(c.timeout, cancel)
	for range maxHops {
		res, err := c.get(ctx, op, at)
		moved, next := false, (*url.URL)(nil)
		if err == nil {
			next, moved = redirected(res)
		}
		if !moved && !timer.Stop() {
			if err == nil {
				_ = res.Body.Close() // it ends with the context
			}
			return nil, fmt.Errorf("%s: reaching %s: %w", op, at.Host, context.DeadlineExceeded)
		}
		switch {
		case err != nil:
			cancel()
			return nil, err
		case !moved:
			return newAudio(res, op, cancel)
		}
		_ = res.Body.Close() // nothing of it was wanted
		if next == nil || !c.mayFollow(next) {
			break
		}
		at = next
	}
	timer.Stop()
	cancel()
	return nil, fmt.Errorf("%s: %w: a redirect that leads nowhere", op, ErrAnswer)
}

// get sends a request without a token.
func (c *Client) get(ctx context.Context, op string, at *url.URL) (*http.Response, error) {
	req := (&http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: http.Header{}}).WithContext(ctx)
	req.Header.Set("User-Agent", c.agent)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: reaching %s: %w", op, at.Host, withoutAddress(err))
	}
	return res, nil
}

// newAudio makes an Audio of an answer, or an Error of a refusal.
func newAudio(res *http.Response, op string, cancel context.CancelFunc) (*Audio, error) {
	if res.StatusCode == http.StatusOK {
		return &Audio{
			ReadCloser: &bounded{body: res.Body, left: MaxAudio, op: op, end: cancel},
			Type:       call.Clean(res.Header.Get("Content-Type")), Length: res.ContentLength,
		}, nil
	}
	_ = res.Body.Close() // a refusal by another host is told by its status alone
	cancel()
	return nil, elsewhere(op, &Error{
		Op: op, Status: res.StatusCode, RetryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now()),
	})
}

// bounded reads a body up to a limit.
type bounded struct {
	body io.ReadCloser
	left int64
	op   string
	end  context.CancelFunc
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.body.Read(p)
	if int64(n) > b.left {
		n, b.left = int(b.left), 0
		return n, fmt.Errorf("%s: %w: longer than %d MB", b.op, ErrAnswer, MaxAudio>>20)
	}
	b.left -= int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	return n, fmt.Errorf("%s: %w", b.op, withoutAddress(err))
}

// Close implements io.Closer.
func (b *bounded) Close() error {
	defer b.end()
	return b.body.Close()
}

// redirected reads where an answer leads; nil when it does not say. False when it is no redirect.
func redirected(res *http.Response) (*url.URL, bool) {
	if res.StatusCode < 300 || res.StatusCode > 399 {
		return nil, false
	}
	at, err := res.Location()
	if err != nil {
		return nil, true
	}
	return at, true
}

// mayFollow tells whether a redirect may be followed: to https, or to where the service itself is
// spoken to, which is a simulator when that is not https.
func (c *Client) mayFollow(at *url.URL) bool {
	if at.User != nil || at.Host == "" {
		return false
	}
	plain := at.Scheme == "http" && strings.HasPrefix(c.hosts.API, "http://")
	return at.Scheme == "https" || plain
}

// elsewhere judges the refusal of a host that a redirect led to: it knows no login, only addresses
// that are good for a while, so that asking from the beginning may help.
func elsewhere(op string, err error) error {
	if s := StatusOf(err); s >= 400 && s <= 499 && s != http.StatusTooManyRequests && s != http.StatusRequestTimeout {
		return fmt.Errorf("%s: %w", op, ErrNotReady)
	}
	return err
}

// unready makes ErrNotReady of the statuses that say so. The service answers 400 for a recording that
// is not uploaded yet, and 404 for one it does not know or not yet.
func unready(op string, err error) error {
	switch StatusOf(err) {
	case http.StatusBadRequest, http.StatusNotFound:
		return fmt.Errorf("%s: %w", op, ErrNotReady)
	}
	return err
}
