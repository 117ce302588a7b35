package gotoapi_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi"
)

// answers is a transport that notes what is asked and answers with what it is given.
type answers struct {
	status int
	body   string
	asked  []string
	tokens []string
	bodies []string
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	a.asked = append(a.asked, r.Method+" "+r.URL.String()+" "+r.Host)
	a.tokens = append(a.tokens, r.Header.Get("Authorization"))
	a.bodies = append(a.bodies, string(body))
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

func realtime(status int, body string) (*gotoapi.Client, *answers, *bytes.Buffer) {
	a, logs := &answers{status: status, body: body}, &bytes.Buffer{}
	c := gotoapi.New(gotoapi.WithHTTPClient(&http.Client{Transport: a}), gotoapi.WithTokenSource(gotoapi.Static("the-token")),
		gotoapi.WithLogger(slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		gotoapi.WithBackoff(gotoapi.Backoff{Base: time.Nanosecond, Max: time.Nanosecond}, 1))
	return c, a, logs
}

const sessionBody = `{"self":"https://%[1]s/v2/session/secretsession","ws":"wss://%[1]s/v2/session/secretsession/ws","subscriptions":"https://%[1]s/v2/session/secretsession/subscriptions"}`

func TestRealtimeSession(t *testing.T) {
	c, a, logs := realtime(200, fmt.Sprintf(sessionBody, "realtime-2.jive.com"))
	s, err := c.Realtime.Create(t.Context())
	if err != nil || s.Socket.Reveal() != "wss://realtime-2.jive.com/v2/session/secretsession/ws" {
		t.Fatalf("%v %v", s.Socket.Reveal(), err)
	}
	a.body = "not JSON at all" // the shape of this answer is not known
	err = c.Realtime.Subscribe(t.Context(), s, gotoapi.DialogSubscription{ID: "mine", Line: "l", Organization: "o"})
	if err != nil {
		t.Error(err)
	}
	if err := c.Realtime.Delete(t.Context(), s); err != nil {
		t.Error(err)
	}
	want := []string{
		"POST https://realtime.jive.com/v2/session realtime.jive.com",
		"POST https://realtime-2.jive.com/v2/session/secretsession/subscriptions realtime-2.jive.com",
		"DELETE https://realtime-2.jive.com/v2/session/secretsession realtime-2.jive.com",
	}
	if got := strings.Join(a.asked, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("asked\n%s", got)
	}
	if a.bodies[1] != `[{"id":"mine","type":"dialog","entity":{"id":"l","type":"line.v2","account":"o"}}]` || a.tokens[1] != "Bearer the-token" {
		t.Errorf("%s %s", a.bodies[1], a.tokens[1])
	}
	if strings.Contains(logs.String(), "secretsession") || strings.Contains(fmt.Sprintf("%v %+v %#v", s, s, s), "secretsession") {
		t.Errorf("the session's name is shown: %s", logs)
	}
	for status, ok := range map[int]bool{404: true, 405: true, 403: false, 500: false} {
		a.status, a.body = status, `{"message":"no session secretsession"}`
		err := c.Realtime.Delete(t.Context(), s)
		if (err == nil) != ok || err != nil && strings.Contains(err.Error(), "secretsession") {
			t.Errorf("deleting, %d: %v", status, err)
		}
	}
	a.status = 404
	if err := c.Realtime.Subscribe(t.Context(), s); !errors.Is(err, gotoapi.ErrNotFound) || strings.Contains(err.Error(), "secretsession") {
		t.Errorf("%v", err)
	}
}

// A token goes to the service's own hosts alone, and nothing goes in the clear.
func TestRealtimeForeignAddresses(t *testing.T) {
	good := fmt.Sprintf(sessionBody, "realtime.jive.com")
	for name, body := range map[string]string{
		"foreign host":        fmt.Sprintf(sessionBody, "evil.example"),
		"a suffix only":       fmt.Sprintf(sessionBody, "eviljive.com"),
		"user in front":       fmt.Sprintf(sessionBody, "realtime.jive.com@evil.example"),
		"another port":        fmt.Sprintf(sessionBody, "realtime-2.jive.com:8443"),
		"the domain itself":   fmt.Sprintf(sessionBody, "jive.com"),
		"in the clear":        strings.ReplaceAll(good, "https:", "http:"),
		"socket in the clear": strings.ReplaceAll(good, "wss:", "ws:"),
		"no socket":           strings.ReplaceAll(good, `"ws"`, `"x"`),
		"relative":            strings.ReplaceAll(good, "https://realtime.jive.com", ""),
		"nothing":             `{}`,
		"no JSON":             `<html>`,
	} {
		c, a, _ := realtime(200, body)
		_, err := c.Realtime.Create(t.Context())
		if !errors.Is(err, gotoapi.ErrAnswer) || strings.Contains(err.Error(), "secretsession") || len(a.asked) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, _, _ := realtime(200, `{"self":"https://realtime.jive.com/v2/session/s","ws":"wss://realtime.jive.com/ws"}`)
	if s, err := c.Realtime.Create(t.Context()); err != nil || s.Subscriptions.Reveal() != "https://realtime.jive.com/v2/session/s/subscriptions" {
		t.Errorf("without the third address: %v", err)
	}
}

func TestCreateWebhook(t *testing.T) {
	c, a, logs := realtime(201, `{"channelId":"Webhook.1","channelNickname":"hook","webhookChannelData":{"webhook":{"url":"https://x"},"channelType":"Webhook","unreachableTimestamp":"2026-11-01T10:00:00Z"},"channelLifetime":2147483647}`)
	ch, err := c.Channels.CreateWebhook(t.Context(), "hook", "https://desk.example/in", "shared-secret")
	if err != nil || ch.ID.Reveal() != "Webhook.1" || ch.Type != "Webhook" || !ch.Unreachable.Equal(time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v, %v", ch, err)
	}
	if a.bodies[0] != `{"channelType":"Webhook","webhookChannelData":{"signature":{"sharedSecret":"shared-secret"},"webhook":{"url":"https://desk.example/in"}}}` {
		t.Errorf("%s", a.bodies[0])
	}
	a.status, a.body = 400, `{"errorCode":"BAD_REQUEST","message":"bad secret shared-secret"}`
	_, err = c.Channels.CreateWebhook(t.Context(), "hook", "https://desk.example/in", "shared-secret")
	if err == nil || strings.Contains(err.Error(), "shared-secret") || strings.Contains(logs.String(), "shared-secret") {
		t.Errorf("%v", err)
	}
	a.status, a.body = 201, `{}`
	if _, err := c.Channels.CreateWebhook(t.Context(), "hook", "https://desk.example/in", ""); !errors.Is(err, gotoapi.ErrAnswer) {
		t.Errorf("%v", err)
	}
	if strings.Contains(a.bodies[2], "signature") {
		t.Errorf("%s", a.bodies[2])
	}
}
