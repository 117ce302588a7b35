package gotoapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

const auth = "Bearer access-token-value"

// TestRequests checks what each resource asks the service, and what it makes of the answer.
func TestRequests(t *testing.T) {
	ch := Channel{ID: "chan-1", Nickname: "desk", URL: "ws://h/x", Lifetime: 20 * time.Minute}
	const line = `{"id":"l1","name":"Ann\u202e","number":"0019","organization":{"id":"o1","name":"Acme"},"accountKey":"42","primary":true,"region":"US"}`
	ann := Line{ID: "l1", Name: "Ann", Extension: "0019", Primary: true, Region: "US", Account: "42", Organization: "o1", OrgName: "Acme"}
	tests := []struct {
		name   string
		answer string
		ask    func(*testing.T, *Client) (any, error)
		seen   seen
		want   any
	}{
		{"lines", `200 {"items":[` + line + `]}`,
			func(t *testing.T, c *Client) (any, error) { return c.Identity.Lines(t.Context(), "") },
			seen{"GET", "/users/v1/lines", "", "", auth}, []Line{ann}},
		{"lines of an account", `200 {"items":null}`,
			func(t *testing.T, c *Client) (any, error) { return c.Identity.Lines(t.Context(), "42") },
			seen{"GET", "/users/v1/lines", "accountKey=42", "", auth}, []Line(nil)},
		{"me", `200 {"items":[{"accountKey":"42","organizationId":"o1","organizationName":"Acme","lines":[` + line + `],"permissions":["X"],"new":1}]}`,
			func(t *testing.T, c *Client) (any, error) { return c.Identity.Me(t.Context()) },
			seen{"GET", "/users/v1/me", "", "", auth},
			[]Me{{Account: "42", Organization: "o1", OrgName: "Acme", Lines: []Line{ann}, Permissions: []string{"X"}}}},
		{"users", `200 {"items":[{"userKey":"7","userId":"u","lines":[` + line + `]}]}`,
			func(t *testing.T, c *Client) (any, error) { return collect(c.Identity.Users(t.Context(), "42")) },
			seen{"GET", "/users/v1/users", "accountKey=42", "", auth}, []User{{Key: "7", ID: "u", Lines: []Line{ann}}}},
		{"presence", `200 {"items":[{"userKey":"7","timestamp":"2026-11-05T09:00:00Z","status":"IN_A_CALL","userDoNotDisturb":"NONE","doNotDisturbDetails":{"dndSources":[{"source":"WORK_PERIOD","status":"ON"}]},"userDoNotDisturbExpiration":"2026-11-05T10:00:00Z","userNote":"lunch\u202e"},{"userKey":"8","status":"NONE","userDoNotDisturb":"DO_NOT_DISTURB"}]}`,
			func(t *testing.T, c *Client) (any, error) { return c.Presence.Of(t.Context(), []string{"7", "8"}) },
			seen{"GET", "/presence/v1/presences", "userKey=7&userKey=8", "", auth},
			[]Presence{
				{UserKey: "7", At: time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC), Status: "in a call", DoNotDisturb: true, Until: time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC), Note: "lunch"},
				{UserKey: "8", Status: "none", DoNotDisturb: true},
			}},
		{"extensions", `200 {"items":[{"id":"e1","number":"1106","name":"Support","organizationId":"o1","type":"CALL_QUEUE"}]}`,
			func(t *testing.T, c *Client) (any, error) { return collect(c.Admin.Extensions(t.Context(), "42")) },
			seen{"GET", "/voice-admin/v1/extensions", "accountKey=42&pageSize=100", "", auth},
			[]Extension{{ID: "e1", Number: "1106", Name: "Support", Type: "CALL_QUEUE", Organization: "o1"}}},
		{"phone numbers", `200 {"items":[{"id":"p1","number":"+12125550110","name":"Main","callerIdName":"ACME","routeTo":{"id":"e1","type":"EXTENSION"},"status":"ACTIVE"}]}`,
			func(t *testing.T, c *Client) (any, error) { return collect(c.Admin.PhoneNumbers(t.Context(), "42")) },
			seen{"GET", "/voice-admin/v1/phone-numbers", "accountKey=42&pageSize=100", "", auth},
			[]PhoneNumber{{ID: "p1", Number: "+12125550110", Name: "Main", CallerID: "ACME", RouteTo: "e1", Status: "ACTIVE"}}},
		{"create channel", `201 {"channelId":"chan-1","channelNickname":"desk","channelData":{"channelType":"WebSockets","channelURL":"ws://h/x","isConnected":false},"channelLifetime":1200}`,
			func(t *testing.T, c *Client) (any, error) { return c.Channels.Create(t.Context(), "desk") },
			seen{"POST", "/notification-channel/v1/channels/desk", "", `{"channelType":"WebSockets"}`, auth},
			Channel{ID: "chan-1", Nickname: "desk", Type: "WebSockets", URL: "ws://h/x", Lifetime: 20 * time.Minute}},
		{"refresh channel", `200 {"channelId":"chan-1","channelLifetime":900}`,
			func(t *testing.T, c *Client) (any, error) { return c.Channels.Refresh(t.Context(), ch) },
			seen{"PUT", "/notification-channel/v1/channels/desk/chan-1", "", `{"channelType":"WebSockets"}`, auth},
			Channel{ID: "chan-1", Nickname: "desk", URL: "ws://h/x", Lifetime: 15 * time.Minute}},
		{"refresh without a body", `200 `,
			func(t *testing.T, c *Client) (any, error) { return c.Channels.Refresh(t.Context(), ch) },
			seen{"PUT", "/notification-channel/v1/channels/desk/chan-1", "", `{"channelType":"WebSockets"}`, auth}, ch},
		{"delete channel", `204 `,
			func(t *testing.T, c *Client) (any, error) { return nil, c.Channels.Delete(t.Context(), ch) },
			seen{"DELETE", "/notification-channel/v1/channels/desk/chan-1", "", "", auth}, nil},
		{"delete what is gone", `404 {"errorCode":"RTC-NOTIFICATION-CHANNEL-NOT-FOUND"}`,
			func(t *testing.T, c *Client) (any, error) { return nil, c.Channels.Delete(t.Context(), ch) },
			seen{"DELETE", "/notification-channel/v1/channels/desk/chan-1", "", "", auth}, nil},
		{"get channel", `200 {"channelId":"chan-1","channelNickname":"desk","channelData":{"channelType":"WebSockets","channelURL":"ws://h/x","isConnected":true},"channelLifetime":60}`,
			func(t *testing.T, c *Client) (any, error) { return c.Channels.Get(t.Context(), ch) },
			seen{"GET", "/notification-channel/v1/channels/desk/chan-1", "", "", auth},
			Channel{ID: "chan-1", Nickname: "desk", Type: "WebSockets", URL: "ws://h/x", Lifetime: time.Minute, Connected: true}},
		{"list channels", `200 {"items":[{"channelId":"Webhook.1","channelNickname":"hook","webhookChannelData":{"channelType":"Webhook"},"channelLifetime":2147483647}]}`,
			func(t *testing.T, c *Client) (any, error) { return collect(c.Channels.List(t.Context())) },
			seen{"GET", "/notification-channel/v1/channels", "pageSize=100", "", auth},
			[]Channel{{ID: "Webhook.1", Nickname: "hook", Type: "Webhook", Lifetime: 2147483647 * time.Second}}},
		{"subscribe calls", `207 {"accountKeys":[{"id":"42","status":200,"message":"Success"}]}`,
			func(t *testing.T, c *Client) (any, error) {
				return c.CallEvents.Subscribe(t.Context(), ch, []string{"42"})
			},
			seen{"POST", "/call-events/v1/subscriptions", "", `{"channelId":"chan-1","accountKeys":[{"id":"42"}]}`, auth},
			[]AccountResult{{Account: "42", Status: 200, Message: "Success"}}},
		{"subscribe some events", `200 `,
			func(t *testing.T, c *Client) (any, error) {
				return c.CallEvents.Subscribe(t.Context(), ch, []string{"42"}, "ENDING")
			},
			seen{"POST", "/call-events/v1/subscriptions", "", `{"channelId":"chan-1","accountKeys":[{"id":"42","events":["ENDING"]}]}`, auth},
			[]AccountResult{{Account: "42", Status: 200}}},
		{"call subscriptions", `200 {"accountKeys":["42","43"]}`,
			func(t *testing.T, c *Client) (any, error) { return c.CallEvents.Subscriptions(t.Context(), ch) },
			seen{"GET", "/call-events/v1/subscriptions", "channelId=chan-1", "", auth}, []string{"42", "43"}},
		{"unsubscribe calls", `404 {}`,
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.CallEvents.Unsubscribe(t.Context(), ch, "42")
			},
			seen{"DELETE", "/call-events/v1/subscriptions", "accountKey=42&channelId=chan-1", "", auth}, nil},
		{"subscribe reports", `201 {"items":[{"id":"s1","channelId":"chan-1","value":"42","eventTypes":["REPORT_SUMMARY"]}]}`,
			func(t *testing.T, c *Client) (any, error) {
				return c.Reports.Subscribe(t.Context(), ch, []string{"42"})
			},
			seen{"POST", "/call-events-report/v1/subscriptions", "", `{"accountKeys":["42"],"channelId":"chan-1","eventTypes":["REPORT_SUMMARY"]}`, auth},
			[]ReportSubscription{{ID: "s1", Account: "42", Events: []string{"REPORT_SUMMARY"}}}},
		{"report subscriptions", `200 {"accountKeys":["42"],"userKeys":[],"lineIds":[],"phoneNumberIds":[]}`,
			func(t *testing.T, c *Client) (any, error) { return c.Reports.Subscriptions(t.Context(), ch) },
			seen{"GET", "/call-events-report/v1/subscriptions", "channelId=chan-1", "", auth}, []string{"42"}},
		{"unsubscribe reports", `204 `,
			func(t *testing.T, c *Client) (any, error) { return nil, c.Reports.Unsubscribe(t.Context(), ch, "42") },
			seen{"DELETE", "/call-events-report/v1/subscriptions", "accountKey=42&channelId=chan-1", "", auth}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := answers(tt.answer)
			got, err := tt.ask(t, client(t, srv))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b Secret) bool { return a == b })); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff([]seen{tt.seen}, srv.seen); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBadChannels(t *testing.T) {
	for name, address := range map[string]string{
		"no address": "", "another scheme": "https://h/x", "in the clear": "ws://h/x", "broken": "wss://%zz", "no host": "wss:///x",
	} {
		body, err := json.Marshal(map[string]any{"channelId": "c", "channelLifetime": 1, "channelData": map[string]any{"channelURL": address}})
		if err != nil {
			t.Fatal(err)
		}
		c := client(t, answers("201 "+string(body)), WithHosts(Hosts{API: "https://goto.test"}))
		c.http.Transport = plain{c.http.Transport}
		_, err = c.Channels.Create(t.Context(), "n")
		if !errors.Is(err, ErrAnswer) || address != "" && strings.Contains(err.Error(), address) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// plain takes the encryption out of requests, for a server in memory.
type plain struct{ next http.RoundTripper }

func (p plain) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme = "http"
	return p.next.RoundTrip(r)
}

func TestPartialFailure(t *testing.T) {
	ch := Channel{ID: "chan-1"}
	for _, tt := range []struct {
		name, answer string
		failed       []AccountResult
		class        ErrorClass
	}{
		{"one refused", `207 {"accountKeys":[{"id":"1","status":200},{"id":"2","status":403,"errorCode":"UNAUTHORIZED","message":"no\u001b[31m"}]}`,
			[]AccountResult{{Account: "2", Status: 403, Code: "UNAUTHORIZED", Message: "no[31m"}}, Fatal},
		{"one missing", `207 {"accountKeys":[{"id":"1","status":200}]}`, []AccountResult{{Account: "2"}}, Retry},
		{"trouble", `207 {"accountKeys":[{"id":"1","status":503},{"id":"2","status":429}]}`,
			[]AccountResult{{Account: "1", Status: 503}, {Account: "2", Status: 429}}, Throttled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results, err := client(t, answers(tt.answer)).CallEvents.Subscribe(t.Context(), ch, []string{"1", "2"})
			var partial *PartialError
			if !errors.As(err, &partial) || Class(err) != tt.class || len(results) != 2 {
				t.Fatalf("%v %v %v", Class(err), err, results)
			}
			if d := cmp.Diff(tt.failed, partial.Failed); d != "" {
				t.Error(d)
			}
			if !strings.Contains(err.Error(), "account "+tt.failed[0].Account) || Hint(err) == "" {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestPaging(t *testing.T) {
	t.Run("until done", func(t *testing.T) {
		srv := answers(
			`200 {"items":[{"userKey":"1"},{"userKey":"2"}],"nextPageMarker":"a/b="}`,
			`200 {"items":[{"userKey":"3"}],"nextPageMarker":"c"}`, `200 {"items":[],"nextPageMarker":""}`)
		got, err := collect(client(t, srv).Identity.Users(t.Context(), "42"))
		if d := cmp.Diff([]User{{Key: "1"}, {Key: "2"}, {Key: "3"}}, got); d != "" || err != nil {
			t.Error(err, d)
		}
		if q := srv.seen[1].Query; q != "accountKey=42&pageMarker=a%2Fb%3D" {
			t.Error(q)
		}
	})
	t.Run("stops when asked", func(t *testing.T) {
		srv := answers(`200 {"items":[{"userKey":"1"}],"nextPageMarker":"m"}`)
		for range client(t, srv).Identity.Users(t.Context(), "42") {
			break
		}
		if len(srv.seen) != 1 {
			t.Errorf("%d requests", len(srv.seen))
		}
	})
	t.Run("circle", func(t *testing.T) {
		srv := answers(`200 {"items":[],"nextPageMarker":"m"}`)
		_, err := collect(client(t, srv).Identity.Users(t.Context(), "42"))
		if !errors.Is(err, ErrAnswer) || len(srv.seen) != 2 {
			t.Errorf("%v after %d requests", err, len(srv.seen))
		}
	})
	t.Run("error in the middle", func(t *testing.T) {
		srv := answers(`200 {"items":[{"userKey":"1"}],"nextPageMarker":"m"}`, `403 {}`)
		got, err := collect(client(t, srv).Identity.Users(t.Context(), "42"))
		if len(got) != 1 || Class(err) != Fatal {
			t.Errorf("%v %v", got, err)
		}
	})
	t.Run("endless", func(t *testing.T) {
		n := 0
		_, err := collect(pages("op", func(string) ([]int, string, error) {
			n++
			return nil, string(rune('a' + n%2)), nil
		}))
		if !errors.Is(err, ErrAnswer) || n != maxPages {
			t.Errorf("%v after %d pages", err, n)
		}
	})
	t.Run("not JSON", func(t *testing.T) {
		_, err := client(t, answers(`200 <html>`)).Identity.Me(t.Context())
		if !errors.Is(err, ErrAnswer) || Hint(err) == "" {
			t.Errorf("%v", err)
		}
	})
}

const (
	metaJSON  = `{"conversationSpaceId":"c1","direction":"INBOUND","accountKey":"42","callCreated":"2026-11-01T10:00:00.5Z"}`
	stateJSON = `{"id":"s","sequenceNumber":%,"type":"ACTIVE","timestamp":"2026-11-01T10:00:01Z","participants":[]}`
)

func stateNo(n string) string { return strings.ReplaceAll(stateJSON, "%", n) }

func TestStates(t *testing.T) {
	srv := answers(
		`200 {"pageSize":100,"nextPageMarker":"m","metadata":`+metaJSON+`,"states":[`+stateNo("3")+`,`+stateNo("4")+`]}`,
		`200 {"pageSize":100,"nextPageMarker":"","metadata":`+metaJSON+`,"states":[`+stateNo("5")+`]}`)
	got, err := client(t, srv).CallEvents.States(t.Context(), "c1/x", 3, 5)
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	for i, e := range got {
		if e.Meta.ID != "c1" || e.Snapshot.Seq != uint64(i+3) || e.Source != call.FromRefill || e.Received.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	want := []seen{
		{"GET", "/call-events/v1/conversation-spaces/c1%2Fx/events", "pageSize=100&sequenceFrom=3&sequenceTo=5", "", auth},
		{"GET", "/call-events/v1/conversation-spaces/c1%2Fx/events", "pageMarker=m&pageSize=100&sequenceFrom=3&sequenceTo=5", "", auth},
	}
	if d := cmp.Diff(want, srv.seen); d != "" {
		t.Error(d)
	}

	srv = answers(`404 {"errorCode":"NOT_FOUND"}`)
	if _, err := client(t, srv).CallEvents.States(t.Context(), "c1", 0, 0); !errors.Is(err, ErrNotFound) || srv.seen[0].Query != "pageSize=100" {
		t.Errorf("%v %v", err, srv.seen)
	}
	if _, err := client(t, answers(`200 {"pageSize":`)).CallEvents.States(t.Context(), "c1", 0, 0); !errors.Is(err, ErrAnswer) {
		t.Errorf("%v", err)
	}
}

func TestSpaces(t *testing.T) {
	srv := answers(`200 {"pageSize":100,"items":[{"metadata":` + metaJSON + `,"state":` + stateNo("7") + `}]}`)
	got, err := collect(client(t, srv).CallEvents.Spaces(t.Context(), "42", "l1", "l2"))
	if err != nil || len(got) != 1 || got[0].Snapshot.Seq != 7 || !got[0].Meta.Inbound {
		t.Errorf("%+v, %v", got, err)
	}
	if q := srv.seen[0].Query; q != "accountKey=42&lineId=l1&lineId=l2&pageSize=100" {
		t.Error(q)
	}
}

func TestReport(t *testing.T) {
	srv := answers(`404 {"errorCode":"NOT_FOUND"}`,
		`200 {"conversationSpaceId":"c1","callCreated":"2026-11-01T10:00:00Z","callEnded":"2026-11-01T10:01:00Z","direction":"INBOUND","accountKey":"42","participants":[],"callStates":[`+stateNo("1")+`,`+stateNo("2")+`]}`)
	c := client(t, srv)
	_, err := c.Reports.Report(t.Context(), "c1")
	if !errors.Is(err, ErrNotReady) || errors.Is(err, ErrNotFound) || Class(err) != Retry || len(srv.seen) != 1 {
		t.Errorf("%v after %d requests", err, len(srv.seen))
	}
	got, err := c.Reports.Report(t.Context(), "c1")
	if err != nil || got.ID != "c1" || len(got.Events) != 2 || got.Events[1].Source != call.FromReport || got.Fetched.IsZero() || len(got.Raw) == 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if p := srv.seen[1].Path; p != "/call-events-report/v1/reports/c1" {
		t.Error(p)
	}
}

func TestSummariesByWindows(t *testing.T) {
	item := func(id string) string {
		return `{"conversationSpaceId":"` + id + `","accountKey":"42","callCreated":"2026-09-30T15:04:30.185Z","callEnded":"2026-09-30T15:05:00Z","direction":"INBOUND","callerOutcome":"MISSED","caller":{"name":"R","number":"+12015550100"},"participants":[]}`
	}
	srv := answers(
		`200 {"pageSize":1000,"items":[`+item("c9")+`],"nextPageMarker":"m"}`, `200 {"pageSize":1000,"items":[`+item("c8")+`]}`,
		`200 {"pageSize":1000,"items":[]}`, `200 {"pageSize":1000,"items":[`+item("c1")+`]}`)
	from := time.Date(2026, 1, 1, 2, 0, 0, 0, time.FixedZone("x", 7200))
	var ids []string
	for s, err := range client(t, srv).Reports.Summaries(t.Context(), SummaryQuery{Account: "42", From: from, To: from.Add(70 * 24 * time.Hour)}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	if d := cmp.Diff([]string{"c9", "c8", "c1"}, ids); d != "" {
		t.Error(d)
	}
	var queries []string
	for _, s := range srv.seen {
		queries = append(queries, strings.ReplaceAll(s.Query, "%3A", ":"))
	}
	const base = "accountKey=42&endTime="
	want := []string{
		base + "2026-03-12T00:00:00.000Z&pageSize=1000&startTime=2026-02-09T00:00:00.000Z",
		base + "2026-03-12T00:00:00.000Z&pageMarker=m&pageSize=1000&startTime=2026-02-09T00:00:00.000Z",
		base + "2026-02-09T00:00:00.000Z&pageSize=1000&startTime=2026-01-09T00:00:00.000Z",
		base + "2026-01-09T00:00:00.000Z&pageSize=1000&startTime=2026-01-01T00:00:00.000Z",
	}
	if d := cmp.Diff(want, queries); d != "" {
		t.Error(d)
	}
	for _, err := range client(t, srv).Reports.Summaries(t.Context(), SummaryQuery{Account: "1", Line: "2"}) {
		if !errors.Is(err, ErrAsked) || Class(err) != Fatal {
			t.Errorf("%v", err)
		}
	}
}

func TestClassAndHint(t *testing.T) {
	for _, tt := range []struct {
		err   error
		class ErrorClass
		hint  string
	}{
		{nil, None, ""},
		{&Error{Status: 400}, Fatal, ""},
		{&Error{Status: 403, Code: CodeInsufficientScope, Scope: "x.read"}, Fatal, "x.read"},
		{&Error{Status: 403, Code: "UNAUTHORIZED"}, Fatal, "super admin"},
		{&Error{Status: 401}, Auth, "ringside login"},
		{&Error{Status: 408}, Retry, "next try"},
		{&Error{Status: 429}, Throttled, "too many"},
		{&Error{Status: 501}, Fatal, ""},
		{&Error{Status: 504}, Retry, "trouble"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}, Retry, "network"},
		{fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), Retry, "network"},
		{&url.Error{Op: "Get", URL: "https://x", Err: errors.New("refused")}, Retry, "network"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrExist}, Retry, ""},
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, Retry, ""},
	} {
		if got := Class(tt.err); got != tt.class {
			t.Errorf("%v: class %v, want %v", tt.err, got, tt.class)
		}
		if got := Hint(tt.err); !strings.Contains(got, tt.hint) || tt.hint == "" && got != "" {
			t.Errorf("%v: hint %q, want %q", tt.err, got, tt.hint)
		}
	}
}

func TestBackoffBounds(t *testing.T) {
	b := DefaultBackoff()
	for n, ms := range []int{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000} {
		want := time.Duration(ms) * time.Millisecond
		if got := b.Bound(n); got != want {
			t.Errorf("bound %d is %v", n, got)
		}
		for range 200 {
			if d := b.Delay(n); d < 0 || d > want {
				t.Fatalf("delay %d is %v", n, d)
			}
		}
	}
	if got := b.Bound(1 << 20); got != 30*time.Second {
		t.Errorf("%v", got)
	}
	if got := (Backoff{}).Delay(3); got != 0 {
		t.Errorf("%v", got)
	}
}
