package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ringside/lookup"
	"ringside/lookup/source/secret"
)

const pearl = "s3cr3t-t0ken"

// kept is a secret that is at hand.
type kept struct {
	text      string
	forgotten atomic.Int32
	err       error
}

func (k *kept) Get(context.Context) (secret.Value, error) { return secret.NewValue(k.text), k.err }
func (k *kept) Forget()                                   { k.forgotten.Add(1) }

// direct hands requests to a handler in this process, so that time may be synctest's.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.ServeHTTP(w, r)
	}()
	select {
	case <-done:
	case <-r.Context().Done():
		<-done
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func client(h http.HandlerFunc, o Options) *Client {
	o.Name, o.Base = "Service", &url.URL{Scheme: "https", Host: "service.example"}
	o.HTTP = &http.Client{Transport: direct{h}}
	return New(o)
}

func TestRequest(t *testing.T) {
	var got string
	c := client(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = fmt.Sprintf("%s %s %s | %s | %s | %s | %s", r.Method, r.Host, r.RequestURI+r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.Header.Get("Accept"), body)
		_, _ = io.WriteString(w, `{"a":1}`)
	}, Options{Auth: Bearer(&kept{text: pearl})})
	var v struct{ A int }
	if _, err := c.JSON(t.Context(), Request{Op: "x", Method: "POST", Path: "/a%2Fb/c", Query: "q=%2B1", Body: map[string]int{"n": 1}}, &v); err != nil || v.A != 1 {
		t.Fatal(v, err)
	}
	if want := `POST service.example /a%2Fb/c?q=%2B1 | Bearer ` + pearl + ` | application/json | application/json | {"n":1}`; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	if _, _, err := c.Do(t.Context(), Request{Op: "x", Method: "POST", Path: "/f", Body: url.Values{"a": {"b c"}}, Bare: true}); err != nil {
		t.Fatal(err)
	}
	if want := `POST service.example /f |  | application/x-www-form-urlencoded | application/json | a=b+c`; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name    string
		status  []int // of one request after another
		after   string
		body    string
		asked   int
		took    time.Duration
		err     string // "" is fine
		pause   time.Duration
		fine    bool
		refused int32
	}{
		{name: "fine", status: []int{200}, asked: 1},
		{name: "token", status: []int{401}, body: `{"message":"bad\u001b token"}`, asked: 1, err: "asking in Service: 401: bad token", refused: 1},
		{name: "right", status: []int{403}, body: `{"error":"nope"}`, asked: 1, err: "asking in Service: 403: nope"},
		{name: "gone", status: []int{404}, body: "<html><body>long</body></html>", asked: 1, err: "asking in Service: 404"},
		{name: "too many, how long", status: []int{429}, after: "30", asked: 1, err: "asking in Service: 429", pause: 30 * time.Second},
		{name: "too many", status: []int{429}, asked: 1, err: "asking in Service: 429", pause: defaultPause},
		{name: "too many, within the ring", status: []int{429, 200}, after: "1", asked: 2, took: time.Second},
		{name: "too many, twice", status: []int{429, 429}, after: "1", asked: 2, took: time.Second, err: "asking in Service: 429", pause: time.Second},
		{name: "too many, past the ring", status: []int{429, 200}, after: "2.9", asked: 1, err: "asking in Service: 429", pause: 2900 * time.Millisecond},
		{name: "broken once", status: []int{500, 200}, asked: 2, took: retryAfter},
		{name: "broken", status: []int{502, 503}, body: "try later", asked: 2, took: retryAfter, err: "asking in Service: 503: try later"},
		{name: "not made", status: []int{501}, asked: 1, err: "asking in Service: 501"},
		{name: "resting", status: []int{503}, after: "120", asked: 1, err: "asking in Service: 503", pause: 2 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				proof := &kept{text: pearl}
				c := client(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", tt.after)
					w.WriteHeader(tt.status[min(asked, len(tt.status)-1)])
					asked++
					_, _ = io.WriteString(w, tt.body)
				}, Options{Auth: Bearer(proof)})
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				start := time.Now()
				_, _, err := c.Do(ctx, Request{Op: "asking", Path: "/"})
				if asked != tt.asked || time.Since(start) != tt.took {
					t.Errorf("asked %d times in %v, want %d in %v", asked, time.Since(start), tt.asked, tt.took)
				}
				if (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				var pause *lookup.PauseError
				if errors.As(err, &pause) != (tt.pause > 0) || pause != nil && pause.For != tt.pause {
					t.Errorf("pause %+v, want %v", pause, tt.pause)
				}
				if n := proof.forgotten.Load(); n != tt.refused {
					t.Errorf("secret forgotten %d times, want %d", n, tt.refused)
				}
			})
		})
	}
}

func TestRetryAfterDate(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Duration{
		"Sat, 21 Nov 2026 09:00:07 GMT": 7 * time.Second, "Sat, 21 Nov 2026 08:00:00 GMT": 0, " 4 ": 4 * time.Second,
		"": -1, "-1": -1, "soon": -1, "1e99": -1, "NaN": -1,
	} {
		got, ok := after(http.Header{"Retry-After": {s}}, now)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("after(%q) = %v, %v", s, got, ok)
		}
	}
}

func TestRateOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := client(func(http.ResponseWriter, *http.Request) { asked++ }, Options{Rate: 4, Burst: 2})
		start := time.Now()
		for range 4 {
			if _, _, err := c.Do(t.Context(), Request{Op: "asking", Path: "/"}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 500*time.Millisecond {
			t.Errorf("two at once and two more took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, _, err := c.Do(ctx, Request{Op: "asking", Path: "/"}); !errors.Is(err, lookup.ErrNotAsked) || asked != 4 || time.Since(start) != 500*time.Millisecond {
			t.Errorf("without time for it: %v, asked %d times", err, asked)
		}
	})
}

func TestBadAnswers(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked, with %q", r.Header)
	}))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/huge":
			for range 5 << 10 {
				_, _ = w.Write(make([]byte, 1<<10))
			}
		case "/elsewhere":
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		case "/circles":
			http.Redirect(w, r, "/circles", http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/fine", http.StatusFound)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{")
		case "/hang":
			<-r.Context().Done()
		case "/drop":
			conn, _, _ := w.(http.Hijacker).Hijack()
			_ = conn.Close()
		case "/html":
			_, _ = io.WriteString(w, "<html>")
		default:
			_, _ = io.WriteString(w, "{}")
		}
	}))
	defer srv.Close()
	base, _ := url.Parse(srv.URL)
	c := New(Options{Name: "Service", Base: base, Auth: Headers{"X-Api-Key": &kept{text: pearl}}})
	defer c.Close()
	for path, want := range map[string]string{
		"/huge": "more than 4 MB", "/elsewhere": "another host", "/circles": "round in circles", "/here": "", "/cut": "unexpected EOF",
		"/hang": "deadline exceeded", "/drop": "EOF", "/html": "cannot be read",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		var v any
		_, err := c.JSON(ctx, Request{Op: "asking", Path: path, Query: "key=" + pearl}, &v)
		cancel()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if err != nil && strings.Contains(fmt.Sprintf("%v %+v", err, err), pearl) {
			t.Errorf("%s: the error says the secret: %v", path, err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close() // nobody listens there any more
	base, _ = url.Parse("http://" + l.Addr().String())
	if _, _, err := New(Options{Name: "Service", Base: base}).Do(t.Context(), Request{Op: "asking", Path: "/", Query: "key=" + pearl}); err == nil || strings.Contains(err.Error(), pearl) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestNoSecretNoRequest(t *testing.T) {
	asked := 0
	c := client(func(http.ResponseWriter, *http.Request) { asked++ }, Options{Auth: Basic("me", &kept{err: errors.New("locked")})})
	if _, _, err := c.Do(t.Context(), Request{Op: "asking", Path: "/"}); err == nil || asked != 0 {
		t.Errorf("asked %d times without a secret, %v", asked, err)
	}
}

func TestBase(t *testing.T) {
	for _, ok := range []string{"https://a.example", "https://a.example:8443/x", "http://127.0.0.1:99", "http://localhost", "http://[::1]:80/"} {
		if _, err := Base(ok); err != nil {
			t.Errorf("%s: %v", ok, err)
		}
	}
	for _, bad := range []string{"", "a.example", "http://a.example", "ftp://a.example", "https://u:" + pearl + "@a.example", "http://127.0.0.1.evil.example", "https://", "%", "javascript:alert(1)", "http://localhost.evil.example"} {
		if _, err := Base(bad); err == nil || strings.Contains(err.Error(), pearl) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
