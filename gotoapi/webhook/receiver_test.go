package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/sim/memnet"
)

const public = "https://desk.example/goto/in?k=1"

func receiver(t *testing.T, secret gotoapi.Secret) (*Receiver, *bytes.Buffer) {
	t.Helper()
	var logs bytes.Buffer
	h, err := NewReceiver(public, secret, slog.New(slog.NewTextHandler(&logs, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return h, &logs
}

func state(id string, seq int) string {
	return fmt.Sprintf(`{"id":%q,"source":"call-events","type":"call-state","timestamp":"2026-11-01T10:00:00.09Z","ttl":600,"content":{"metadata":{"conversationSpaceId":"c","accountKey":"42","direction":"INBOUND","callCreated":"2026-11-01T10:00:00Z"},"state":{"id":"s","sequenceNumber":%d,"type":"ACTIVE","timestamp":"2026-11-01T10:00:00Z","participants":[]}},"bypassDoNotDisturb":false}`, id, seq)
}

func post(h http.Handler, method, target, body string, header http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for k, v := range header {
		r.Header[k] = v
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestReceiver(t *testing.T) {
	h, _ := receiver(t, "")
	for _, c := range []struct {
		name, method, target, body string
		status                     int
	}{
		{"the check", "OPTIONS", "/goto/in?k=1", "", 204},
		{"another path", "POST", "/goto", state("a", 1), 404},
		{"the check of another path", "OPTIONS", "/", "", 404},
		{"a path that only looks like it", "POST", "/goto/in/../in", state("a", 1), 404},
		{"another method", "GET", "/goto/in", "", 405},
		{"a notification", "POST", "/goto/in?k=1", state("a", 1), 204},
		{"its repeat", "POST", "/goto/in?k=1", state("a", 1), 204},
		{"without an id", "POST", "/goto/in?k=1", strings.Replace(state("a", 2), `"id":"a",`, "", 1), 204},
		{"a report", "POST", "/goto/in?k=1", `{"id":"r","source":"call-events-report","type":"REPORT_SUMMARY","content":{"conversationSpaceId":"c"}}`, 204},
		{"unknown", "POST", "/goto/in?k=1", `{"id":"b","source":"messaging","type":"message","content":{}}`, 204},
		{"no JSON", "POST", "/goto/in?k=1", `<html>`, 400},
		{"cut", "POST", "/goto/in?k=1", state("z", 9)[:100], 400},
		{"empty", "POST", "/goto/in?k=1", "", 400},
		{"no notification", "POST", "/goto/in?k=1", `[1,2]`, 400},
		{"no call", "POST", "/goto/in?k=1", `{"source":"call-events","type":"call-state","content":{}}`, 400},
		{"deep", "POST", "/goto/in?k=1", strings.Repeat(`{"content":`, 5000), 400},
		{"1 MB and a byte", "POST", "/goto/in?k=1", `"` + strings.Repeat("x", maxBody-1) + `"`, 413},
	} {
		if w := post(h, c.method, c.target, c.body, nil); w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.status)
		} else if c.method == "OPTIONS" && c.status == 204 && !strings.Contains(w.Header().Get("Allow"), "POST") {
			t.Errorf("%s: Allow %q", c.name, w.Header().Get("Allow"))
		}
	}
	if n := h.Counters(); n != (Counters{Taken: 3, Repeats: 1, Bad: 6, TooBig: 1, Unknown: 1}) {
		t.Errorf("%+v", n)
	}
	for _, seq := range []uint64{1, 2, 0} {
		if f := <-h.Frames(); f.Event.Snapshot.Seq != seq || f.Event.Meta.ID != "c" || f.Event.Received.IsZero() {
			t.Errorf("%+v", f)
		}
	}
}

// With no room left the service is told to come again, and what comes again is no repeat.
func TestNoRoom(t *testing.T) {
	h, _ := receiver(t, "")
	for i := range queueSize {
		if w := post(h, "POST", public, state(fmt.Sprint(i), i+1), nil); w.Code != 204 {
			t.Fatalf("%d: %d", i, w.Code)
		}
	}
	if w := post(h, "POST", public, state("late", 1), nil); w.Code != 503 {
		t.Errorf("%d", w.Code)
	}
	<-h.Frames()
	if w := post(h, "POST", public, state("late", 1), nil); w.Code != 204 {
		t.Errorf("%d", w.Code)
	}
	if n := h.Counters(); n.Busy != 1 || n.Repeats != 0 || n.Taken != queueSize+1 {
		t.Errorf("%+v", n)
	}
}

func TestRepeatsAreKnownInBoundedMemory(t *testing.T) {
	h, _ := receiver(t, "")
	for i := range 3 * keepIDs {
		post(h, "POST", public, state(fmt.Sprint("n", i), 1), nil)
		<-h.Frames()
	}
	post(h, "POST", public, state(fmt.Sprint("n", 2*keepIDs), 1), nil)
	if n := h.Counters(); n.Repeats != 1 {
		t.Errorf("the oldest one kept is not known: %+v", n)
	}
	post(h, "POST", public, state(fmt.Sprint("n", 2*keepIDs-1), 1), nil)
	if n := h.Counters(); n.Repeats != 1 || n.Taken != 3*keepIDs+1 {
		t.Errorf("one older than that is kept: %+v", n)
	}
}

// signed signs a body as the service does. It is written apart from what checks it.
func signed(body, target, secret string, at time.Time, change func(http.Header)) http.Header {
	sum := sha256.Sum256([]byte(body))
	h := http.Header{}
	h.Set("Date", at.UTC().Format(http.TimeFormat))
	h.Set("Digest", "SHA-256="+base64.StdEncoding.EncodeToString(sum[:]))
	params := fmt.Sprintf(`("@request-target" "date" "digest");keyid="Webhook.1";alg="hmac-sha256";created=%d;expires=%d;nonce="q;r,s=="`, at.Unix(), at.Unix()+300)
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, "\"@request-target\": "+target+"\n\"date\": "+h.Get("Date")+"\n\"digest\": "+h.Get("Digest")+"\n\"@signature-params\": "+params)
	h.Set("Signature-Input", "sig1="+params)
	h.Set("Signature", "sig1=:"+base64.StdEncoding.EncodeToString(mac.Sum(nil))+":")
	if change != nil {
		change(h)
	}
	return h
}

func TestSignature(t *testing.T) {
	const secret, target = "our-shared-secret", "post /goto/in?k=1"
	now := time.Now()
	replace := func(header, old, new string) func(http.Header) {
		return func(h http.Header) {
			if !strings.Contains(h.Get(header), old) {
				panic("the test's own header lacks " + old)
			}
			h.Set(header, strings.Replace(h.Get(header), old, new, 1))
		}
	}
	for _, c := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"good", signed(state("1", 1), target, secret, now, nil), 204},
		{"the other reading of the target", signed(state("1", 1), "/goto/in?k=1", secret, now, nil), 204},
		{"among others", signed(state("1", 1), target, secret, now, func(h http.Header) {
			h.Set("Signature-Input", `x=("a");keyid="k", `+h.Get("Signature-Input"))
			h.Set("Signature", `x=:AAAA:, `+h.Get("Signature"))
		}), 204},
		{"a clock that is a little off", signed(state("1", 1), target, secret, now.Add(30*time.Second), nil), 204},
		{"none", nil, 401},
		{"another key", signed(state("1", 1), target, "another", now, nil), 401},
		{"an empty key", signed(state("1", 1), target, "", now, nil), 401},
		{"another body", signed(state("2", 1), target, secret, now, nil), 401},
		{"another body, digest mended", signed(state("1", 1), target, secret, now, func(h http.Header) {
			sum := sha256.Sum256([]byte("x"))
			h.Set("Digest", "SHA-256="+base64.StdEncoding.EncodeToString(sum[:]))
		}), 401},
		{"another path", signed(state("1", 1), "post /goto/out", secret, now, nil), 401},
		{"expired", signed(state("1", 1), target, secret, now.Add(-7*time.Minute), nil), 401},
		{"of the future", signed(state("1", 1), target, secret, now.Add(5*time.Minute), nil), 401},
		{"life prolonged", signed(state("1", 1), target, secret, now.Add(-7*time.Minute), replace("Signature-Input", ";expires=", ";expires=9")), 401},
		{"digest not covered", signed(state("1", 1), target, secret, now, replace("Signature-Input", ` "digest"`, "")), 401},
		{"target not covered", signed(state("1", 1), target, secret, now, replace("Signature-Input", `"@request-target" `, "")), 401},
		{"another algorithm", signed(state("1", 1), target, secret, now, replace("Signature-Input", "hmac-sha256", "none")), 401},
		{"another name", signed(state("1", 1), target, secret, now, replace("Signature", "sig1", "sig2")), 401},
		{"no digest", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Del("Digest") }), 401},
		{"no date", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Del("Date") }), 401},
		{"no base64", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Set("Signature", "sig1=:%%%:") }), 401},
		{"an empty signature", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Set("Signature", "sig1=::") }), 401},
		{"junk", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Set("Signature-Input", `sig1=("@request-target`+strings.Repeat("(", 5000)) }), 401},
		{"a long header", signed(state("1", 1), target, secret, now, func(h http.Header) { h.Set("Signature", strings.Repeat("a=b,", 10_000)) }), 401},
	} {
		h, logs := receiver(t, secret)
		w := post(h, "POST", public, state("1", 1), c.header)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.status)
		}
		if n := h.Counters(); c.status == 401 && (n != Counters{Unsigned: 1} || len(h.Frames()) != 0) {
			t.Errorf("%s: %+v", c.name, n)
		}
		if strings.Contains(logs.String(), secret) {
			t.Errorf("%s: the secret is in the log", c.name)
		}
	}
}

// A body that comes drop by drop does not keep the answer waiting.
func TestSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := receiver(t, "")
		l := memnet.Pipe()
		s := &Source{cfg: Config{}.withDefaults(), hook: h}
		srv := s.server()
		served := make(chan error, 1)
		go func() { served <- srv.Serve(l) }()
		c, err := l.DialContext(t.Context(), "tcp", "x")
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		go func() {
			_, _ = io.WriteString(c, "POST /goto/in?k=1 HTTP/1.1\r\nHost: desk.example\r\nContent-Length: 1000\r\n\r\n{")
			for {
				<-time.After(500 * time.Millisecond)
				if _, err := io.WriteString(c, " "); err != nil {
					return
				}
			}
		}()
		buf := make([]byte, 64)
		n, err := c.Read(buf)
		if took := time.Since(began); !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 400") || took >= 4*time.Second {
			t.Errorf("%q %v after %v", buf[:n], err, took)
		}
		c.Close()
		srv.Close()
		<-served
		<-time.After(time.Second)
	})
}

// FuzzSignature: whatever the headers, what does not have the key is refused.
func FuzzSignature(f *testing.F) {
	good := signed(state("1", 1), "post /goto/in?k=1", "k", time.Unix(1_790_000_000, 0), nil)
	f.Add(good.Get("Signature-Input"), good.Get("Signature"), good.Get("Digest"))
	f.Add(`a=("x";sf "digest");created=1`, `a="b"`, "SHA-256=")
	f.Add(`a=(),b=("@request-target" "digest");created=1790000000`, "b=::", good.Get("Digest"))
	f.Fuzz(func(t *testing.T, input, signature, digest string) {
		r := httptest.NewRequest("POST", public, nil)
		r.Header = http.Header{"Signature-Input": {input}, "Signature": {signature}, "Digest": {digest}, "Date": {"x"}}
		if err := verify(r, "/goto/in?k=1", []byte(state("1", 1)), "another-key", time.Unix(1_790_000_000, 0)); err == nil {
			t.Errorf("%q %q taken", input, signature)
		}
	})
}
