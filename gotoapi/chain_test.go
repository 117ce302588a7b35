package gotoapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// replies is a handler that gives its replies one after the other, the last one for ever, and
// counts how often it was asked.
type replies struct {
	list  []reply
	asked int
	at    []time.Duration // when, from the first
	first time.Time
}

type reply struct {
	a   *answer
	err error
}

func (s *replies) handle(_ context.Context, _ *request) (*answer, error) {
	if s.asked == 0 {
		s.first = time.Now()
	}
	s.at = append(s.at, time.Since(s.first))
	s.asked++
	r := s.list[min(s.asked, len(s.list))-1]
	return r.a, r.err
}

func refused(status int, wait time.Duration) reply {
	return reply{err: &Error{Op: "x", Status: status, RetryAfter: wait}}
}

func ok() reply { return reply{a: &answer{status: 200}} }

func TestRetry(t *testing.T) {
	network := reply{err: errors.New("connection reset")}
	tests := []struct {
		name    string
		method  string
		repeat  bool
		replies []reply
		at      []time.Duration
		class   ErrorClass
	}{
		{"success is not repeated", "GET", false, []reply{ok()}, []time.Duration{0}, None},
		{"5xx is repeated with doubling waits", "GET", false, []reply{refused(500, 0), refused(502, 0), refused(503, 0), ok()},
			[]time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}, None},
		{"it ends after the tries", "PUT", false, []reply{refused(500, 0)},
			[]time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second}, Retry},
		{"the network is repeated", "DELETE", false, []reply{network, ok()}, []time.Duration{0, time.Second}, None},
		{"429 without Retry-After backs off", "GET", false, []reply{refused(429, 0), ok()}, []time.Duration{0, time.Second}, None},
		{"429 with Retry-After waits that long", "GET", false, []reply{refused(429, 9*time.Second), ok()}, []time.Duration{0, 9 * time.Second}, None},
		{"a long Retry-After is the caller's matter", "GET", false, []reply{refused(429, time.Hour), ok()}, []time.Duration{0}, Throttled},
		{"POST is sent once", "POST", false, []reply{refused(500, 0), ok()}, []time.Duration{0}, Retry},
		{"a harmless POST is repeated", "POST", true, []reply{refused(500, 0), ok()}, []time.Duration{0, time.Second}, None},
		{"403 is not repeated", "GET", false, []reply{refused(403, 0), ok()}, []time.Duration{0}, Fatal},
		{"401 is not repeated here", "GET", false, []reply{refused(401, 0), ok()}, []time.Duration{0}, Auth},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				next := &replies{list: tt.replies}
				full := Backoff{Base: time.Second, Max: 8 * time.Second, Jitter: func(d time.Duration) time.Duration { return d }}
				h := withRetry(full, 4, next.handle)
				_, err := h(t.Context(), &request{method: tt.method, repeatable: tt.repeat})
				if got := Class(err); got != tt.class {
					t.Errorf("class %v, want %v (%v)", got, tt.class, err)
				}
				if d := cmp.Diff(tt.at, next.at); d != "" {
					t.Errorf("tries at:\n%s", d)
				}
			})
		})
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &replies{list: []reply{refused(500, 0)}}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		slow := Backoff{Base: time.Minute, Max: time.Minute, Jitter: func(d time.Duration) time.Duration { return d }}
		start := time.Now()
		_, err := withRetry(slow, 4, next.handle)(ctx, &request{method: "GET"})
		if Class(err) != Retry || time.Since(start) != 100*time.Millisecond || next.asked != 1 {
			t.Errorf("%v after %v and %d tries", err, time.Since(start), next.asked)
		}
	})
}

func TestErrorFromBody(t *testing.T) {
	secret := Secret("channel-id-0123")
	tests := []struct {
		name string
		a    answer
		want *Error
	}{
		{"2xx passes", answer{status: 207}, nil},
		{"documented body", answer{status: 404, body: []byte(`{"reference":"ref1","constraintViolations":[],"errorCode":"RTC-NOTIFICATION-CHANNEL-NOT-FOUND","message":"Notification channel does not exist channel-id-0123"}`)},
			&Error{Op: "op", Status: 404, Code: CodeChannelNotFound, Reference: "ref1", Message: "Notification channel does not exist [secret]", Scope: "s"}},
		{"violations", answer{status: 400, body: []byte(`{"errorCode":"BAD_REQUEST","message":"no","constraintViolations":[{"field":"startTime"}]}`)},
			&Error{Op: "op", Status: 400, Code: "BAD_REQUEST", Message: `no {"field":"startTime"}`, Scope: "s"}},
		{"a proxy's page", answer{status: 502, body: []byte(`<html>bad gateway</html>`)}, &Error{Op: "op", Status: 502, Scope: "s"}},
		{"empty", answer{status: 500}, &Error{Op: "op", Status: 500, Scope: "s"}},
		{"redirect", answer{status: 302}, &Error{Op: "op", Status: 302, Scope: "s"}},
		{"terminal codes", answer{status: 400, body: []byte(`{"errorCode":"A\u001b[31mB C","message":"x\u001b]0;evil\u0007y\u202e"}`)},
			&Error{Op: "op", Status: 400, Code: "A[31mB_C", Message: "x]0;evily", Scope: "s"}},
		{"long", answer{status: 400, body: []byte(`{"errorCode":"` + strings.Repeat("E", 500) + `","message":"` + strings.Repeat("m", 5000) + `"}`)},
			&Error{Op: "op", Status: 400, Code: strings.Repeat("E", 64), Message: strings.Repeat("m", 256), Scope: "s"}},
		{"retry after seconds", answer{status: 429, header: http.Header{"Retry-After": {" 7 "}}}, &Error{Op: "op", Status: 429, RetryAfter: 7 * time.Second, Scope: "s"}},
		{"retry after nonsense", answer{status: 429, header: http.Header{"Retry-After": {"soon"}}}, &Error{Op: "op", Status: 429, Scope: "s"}},
		{"retry after the past", answer{status: 429, header: http.Header{"Retry-After": {"-5"}}}, &Error{Op: "op", Status: 429, Scope: "s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.header == nil {
				tt.a.header = http.Header{}
			}
			h := withError((&replies{list: []reply{{a: &tt.a}}}).handle)
			_, err := h(t.Context(), &request{op: "op", scope: "s", secrets: []Secret{secret}})
			var got *Error
			errors.As(err, &got)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func TestRetryAfterDate(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	at := now.Add(90 * time.Second).Format(http.TimeFormat)
	if got := retryAfter(at, now); got != 90*time.Second {
		t.Errorf("%v", got)
	}
	if got := retryAfter("99999999999", now); got != 24*time.Hour {
		t.Errorf("not bounded: %v", got)
	}
	if got := retryAfter(now.Add(-time.Hour).Format(http.TimeFormat), now); got != 0 {
		t.Errorf("the past: %v", got)
	}
}

// turning is a TokenSource that counts renewals; renewing gives token n+1.
type turning struct {
	n   int
	err error
}

func (s *turning) Token(context.Context) (Token, error) {
	return Token{Access: Secret(fmt.Sprint("token", s.n))}, nil
}

func (s *turning) Renew(ctx context.Context, stale Secret) (Token, error) {
	if s.err != nil {
		return Token{}, s.err
	}
	s.n++
	return s.Token(ctx)
}

func TestFreshTokenAfter401Once(t *testing.T) {
	for _, tt := range []struct {
		name  string
		texts []string
		err   error // of the renewal
		auth  []string
		class ErrorClass
	}{
		{"good", []string{"200 {}"}, nil, []string{"Bearer token0"}, None},
		{"expired", []string{"401 {}", "200 {}"}, nil, []string{"Bearer token0", "Bearer token1"}, None},
		{"refused twice", []string{"401 {}"}, nil, []string{"Bearer token0", "Bearer token1"}, Auth},
		{"no renewal", []string{"401 {}"}, ErrNotLoggedIn, []string{"Bearer token0"}, Auth},
		{"403 is no matter of tokens", []string{"403 {}"}, nil, []string{"Bearer token0"}, Fatal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			srv := answers(tt.texts...)
			c := client(t, srv, WithTokenSource(&turning{err: tt.err}))
			_, err := c.Identity.Me(t.Context())
			if got := Class(err); got != tt.class {
				t.Errorf("class %v, want %v: %v", got, tt.class, err)
			}
			var auth []string
			for _, s := range srv.seen {
				auth = append(auth, s.Auth)
			}
			if d := cmp.Diff(tt.auth, auth); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestNoTokenNoRequest(t *testing.T) {
	srv := answers("200 {}")
	_, err := client(t, srv, WithTokenSource(loggedOut{})).Identity.Me(t.Context())
	if !errors.Is(err, ErrNotLoggedIn) || len(srv.seen) != 0 {
		t.Errorf("%v, %d requests", err, len(srv.seen))
	}
}

func TestNothingSecretIsLogged(t *testing.T) { synctest.Test(t, nothingSecretIsLogged) }

func nothingSecretIsLogged(t *testing.T) {
	const id, token = "QmFzZTY0LWNoYW5uZWw", "access-token-value"
	var out bytes.Buffer
	srv := answers(
		`201 {"channelId":"`+id+`","channelNickname":"n","channelData":{"channelURL":"ws://h/`+id+`/ws"},"channelLifetime":1200}`,
		`404 {"errorCode":"X","message":"no `+id+` nor `+token+`"}`,
	)
	c := client(t, srv, WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	ctx := t.Context()
	ch, err := c.Channels.Create(ctx, "n")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	note := func(err error) { texts = append(texts, fmt.Sprint(err), fmt.Sprintf("%+v", err)) }
	_, err = c.Channels.Refresh(ctx, ch)
	note(err)
	_, err = c.CallEvents.Subscribe(ctx, ch, []string{"123"})
	note(err)
	_, err = c.CallEvents.Subscriptions(ctx, ch)
	note(err)
	c.http.Transport = brokenTransport{}
	_, err = c.Channels.Get(ctx, ch)
	note(err)
	note(c.Channels.Delete(ctx, ch))

	all := out.String() + strings.Join(texts, "\n")
	for _, leak := range []string{id, token, "/ws"} {
		if strings.Contains(all, leak) {
			t.Errorf("%q leaks in:\n%s", leak, all)
		}
	}
	for _, want := range []string{`"route":"/notification-channel/v1/channels/{nickname}/{channel}"`, "channelId=[secret]", `"status":404`, "the wire is cut"} {
		if !strings.Contains(all, want) {
			t.Errorf("the log lacks %s:\n%s", want, all)
		}
	}
}

// brokenTransport fails like a network: net/http puts the whole address in front of its error.
type brokenTransport struct{}

func (brokenTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("the wire is cut")
}

func TestPathsAreEscaped(t *testing.T) {
	r := request{route: "/a/v1/{nick}/x/{id}", args: []string{"a/b c", "?é#"}}
	if got, want := r.path(), "/a/v1/a%2Fb%20c/x/%3F%C3%A9%23"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	srv := answers("204 ")
	c := client(t, srv)
	if err := c.Channels.Delete(t.Context(), Channel{Nickname: "a/b", ID: "../x?y"}); err != nil {
		t.Fatal(err)
	}
	if got, want := srv.seen[0].Path, "/notification-channel/v1/channels/a%2Fb/..%2Fx%3Fy"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAnswerIsBounded(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range maxAnswer>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	_, err := client(t, h, WithBackoff(Backoff{}, 1)).Identity.Me(t.Context())
	if !errors.Is(err, ErrAnswer) || Class(err) != Fatal {
		t.Errorf("%v", err)
	}
}

func TestSlowAnswerTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		start := time.Now()
		_, err := client(t, h, WithTimeout(5*time.Second), WithBackoff(Backoff{}, 2)).Identity.Me(t.Context())
		if Class(err) != Retry || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestRedirectIsNotFollowed(t *testing.T) {
	hits := 0
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		http.Redirect(w, r, "http://elsewhere.test/", http.StatusFound)
	})
	_, err := client(t, h).Identity.Me(t.Context())
	if Class(err) != Fatal || hits != 1 {
		t.Errorf("%v after %d requests", err, hits)
	}
}

func TestLoggableQuery(t *testing.T) {
	got := loggable(url.Values{"channelId": {"abc"}, "a": {"1", "2"}})
	if want := "a=1,2 channelId=[secret]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
