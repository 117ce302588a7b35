package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

// vendor plays the Recording API on one host and the store it redirects to on another. It notes what
// it is asked, with the host and whether a token came along.
type vendor struct {
	answer map[string]string // path -> status, blank, body or address
	seen   []string
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	note := r.Host + r.URL.EscapedPath()
	if r.Header.Get("Authorization") != "" {
		note += " with a token"
	}
	v.seen = append(v.seen, note)
	status, rest, _ := strings.Cut(v.answer[r.Host+r.URL.EscapedPath()], " ")
	switch status {
	case "":
		http.NotFound(w, r)
	case "302":
		w.Header().Set("Location", rest)
		w.WriteHeader(http.StatusFound)
	default:
		w.Header().Set("Content-Type", "audio/mpeg")
		w.WriteHeader(int(status[0]-'0')*100 + int(status[2]-'0'))
		_, _ = io.WriteString(w, rest)
	}
}

const (
	spoken    = `200 {"version":"1","results":[{"type":"utterances","transcript":"Hello","final":true,"startTimeMs":5,"endTimeMs":90,"channel":1}]}`
	theWords  = "api.test/recording/v1/transcriptions/t1"
	theTicket = "api.test/recording/v1/recordings/r1/content"
)

func TestTranscript(t *testing.T) {
	v := &vendor{answer: map[string]string{
		theWords: "302 http://media.test/signed?key=secret-key", "media.test/signed": spoken,
	}}
	got, err := client(t, v).Recordings.Transcript(t.Context(), "t1")
	if diff := cmp.Diff([]call.Utterance{{FromMs: 5, ToMs: 90, Text: "Hello", Heard: true}}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if diff := cmp.Diff([]string{theWords + " with a token", "media.test/signed"}, v.seen); diff != "" {
		t.Error(diff)
	}
}

// A transcript may come at once, over several redirects, and from the address of the service itself.
func TestTranscriptWays(t *testing.T) {
	for name, answer := range map[string]map[string]string{
		"at once": {theWords: spoken},
		"three":   {theWords: "302 http://a.test/1", "a.test/1": "302 /2", "a.test/2": "302 http://b.test/3", "b.test/3": spoken},
		"inside":  {theWords: "302 /media/x", "api.test/media/x": spoken},
	} {
		v := &vendor{answer: answer}
		if got, err := client(t, v).Recordings.Transcript(t.Context(), "t1"); err != nil || len(got) != 1 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if n := len(slices.DeleteFunc(v.seen, func(s string) bool { return !strings.HasSuffix(s, "with a token") })); n != 1 {
			t.Errorf("%s: %d requests with a token", name, n)
		}
	}
}

func TestTranscriptErrors(t *testing.T) {
	const missing = `403 {"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`
	for name, tt := range map[string]struct {
		answer map[string]string
		is     error
		class  ErrorClass
		hint   string
	}{
		"none":         {nil, ErrNotReady, Retry, "moment"},
		"not uploaded": {map[string]string{theWords: `400 {"errorCode":"BAD_REQUEST"}`}, ErrNotReady, Retry, "moment"},
		"scope":        {map[string]string{theWords: missing}, nil, Fatal, "give the OAuth client the scope recording.v1.read"},
		"expired":      {map[string]string{theWords: "302 http://m.test/x", "m.test/x": "403 <Error/>"}, ErrNotReady, Retry, "moment"},
		"no words":     {map[string]string{theWords: "302 http://m.test/x", "m.test/x": "200 <html>"}, ErrAnswer, Fatal, "newer"},
		"nowhere":      {map[string]string{theWords: "302 "}, nil, Fatal, ""},
		"other scheme": {map[string]string{theWords: "302 ftp://m.test/x"}, nil, Fatal, ""},
		"with a name":  {map[string]string{theWords: "302 http://u:p@m.test/x", "m.test/x": spoken}, nil, Fatal, ""},
		"in circles":   {map[string]string{theWords: "302 http://m.test/x", "m.test/x": "302 http://m.test/x"}, ErrAnswer, Fatal, "newer"},
	} {
		v := &vendor{answer: tt.answer}
		_, err := client(t, v, WithBackoff(Backoff{}, 2)).Recordings.Transcript(t.Context(), "t1")
		if err == nil || tt.is != nil && !errors.Is(err, tt.is) || Class(err) != tt.class || !strings.Contains(Hint(err), tt.hint) || len(v.seen) > 6 {
			t.Errorf("%s: %v (%v, hint %q) after %d requests", name, err, Class(err), Hint(err), len(v.seen))
		}
	}
}

// Where the service is spoken to over https, nothing is fetched without.
func TestRedirectKeepsEncryption(t *testing.T) {
	for api, may := range map[string]bool{"https://api.goto.com": false, "http://127.0.0.1:8080": true} {
		c := New(WithHosts(Hosts{API: api}))
		for at, want := range map[string]bool{"https://m.test/x": true, "http://m.test/x": may, "https://u@m.test/x": false, "file:///etc/passwd": false} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.mayFollow(req.URL); got != want {
				t.Errorf("from %s to %s: %v", api, at, got)
			}
		}
	}
}

func TestRecordingStatus(t *testing.T) {
	v := &vendor{answer: map[string]string{"api.test/recording/v1/recordings/r1": `200 {"status":"UPLOADED"}`, "api.test/recording/v1/recordings/r2": `200 {}`}}
	c := client(t, v).Recordings
	if got, err := c.Status(t.Context(), "r1"); got != RecordingUploaded || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := c.Status(t.Context(), "r2"); !errors.Is(err, ErrAnswer) {
		t.Error(err)
	}
	if _, err := c.Status(t.Context(), "r3"); !errors.Is(err, ErrNotReady) {
		t.Error(err)
	}
}

func TestContent(t *testing.T) {
	for name, ticket := range map[string]string{
		"reference": `200 {"token":"a/b=","expires":"2019-08-24T14:15:22Z"}`,
		"seen":      `200 {"status":"UPLOADED","token":{"token":"a/b=","expires":"2019-08-24T14:15:22Z"}}`,
	} {
		v := &vendor{answer: map[string]string{
			theTicket: ticket, theTicket + "/a%2Fb=": "302 http://media.test/1", "media.test/1": "302 http://media.test/2", "media.test/2": "200 RIFFsound",
		}}
		a, err := client(t, v).Recordings.Content(t.Context(), "r1")
		if err != nil {
			t.Fatal(name, err)
		}
		b, err := io.ReadAll(a)
		if string(b) != "RIFFsound" || err != nil || a.Type != "audio/mpeg" || a.Length != 9 || a.Close() != nil {
			t.Errorf("%s: %q, %v, %+v", name, b, err, a)
		}
		want := []string{theTicket + " with a token", theTicket + "/a%2Fb= with a token", "media.test/1", "media.test/2"}
		if diff := cmp.Diff(want, v.seen); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestContentErrors(t *testing.T) {
	const ticket = `200 {"token":{"token":"k"}}`
	for name, tt := range map[string]struct {
		answer map[string]string
		is     error
	}{
		"not uploaded": {map[string]string{theTicket: `400 {"errorCode":"BAD_REQUEST"}`}, ErrNotReady},
		"no token":     {map[string]string{theTicket: `200 {"token":7}`}, ErrAnswer},
		"expired":      {map[string]string{theTicket: ticket}, ErrNotReady},
		"no address":   {map[string]string{theTicket: ticket, theTicket + "/k": "200 sound"}, ErrAnswer},
		"gone":         {map[string]string{theTicket: ticket, theTicket + "/k": "302 http://m.test/x"}, ErrNotReady},
		"astray":       {map[string]string{theTicket: ticket, theTicket + "/k": "302 http://m.test/x", "m.test/x": "302 gopher://m.test/"}, ErrAnswer},
		"trouble":      {map[string]string{theTicket: ticket, theTicket + "/k": "302 http://m.test/x", "m.test/x": "503 secret"}, nil},
	} {
		_, err := client(t, &vendor{answer: tt.answer}, WithBackoff(Backoff{}, 1)).Recordings.Content(t.Context(), "r1")
		if err == nil || tt.is != nil && !errors.Is(err, tt.is) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestContentIsBounded(t *testing.T) {
	b := &bounded{body: io.NopCloser(strings.NewReader("0123456789")), left: 4, op: "fetching", end: func() {}}
	got, err := io.ReadAll(b)
	if string(got) != "0123" || !errors.Is(err, ErrAnswer) {
		t.Errorf("%q, %v", got, err)
	}
	exact := &bounded{body: io.NopCloser(strings.NewReader("0123")), left: 4, op: "fetching", end: func() {}}
	if got, err := io.ReadAll(exact); string(got) != "0123" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// A store that takes the question and says nothing is given up, and so is one whose listener is gone;
// once the sound comes, it may take its time.
func TestContentTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent atomic.Bool
		silent.Store(true)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/content"):
				fmt.Fprint(w, `{"token":"k"}`)
			case r.Host == "api.test":
				w.Header().Set("Location", "http://m.test/x")
				w.WriteHeader(http.StatusFound)
			case silent.Load():
				<-r.Context().Done()
			default:
				for range 6 {
					fmt.Fprint(w, "sound")
					w.(http.Flusher).Flush()
					pass(time.Minute)
				}
			}
		})
		c := client(t, h, WithTimeout(10*time.Second)).Recordings
		begun := time.Now()
		if _, err := c.Content(t.Context(), "r1"); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		silent.Store(false)
		a, err := c.Content(t.Context(), "r1")
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(a); err != nil || len(b) != 30 {
			t.Errorf("%q, %v", b, err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if a, err = c.Content(ctx, "r1"); err != nil {
			t.Fatal(err)
		}
		cancel()
		if _, err := io.ReadAll(a); !errors.Is(err, context.Canceled) {
			t.Errorf("after its end: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		pass(time.Hour) // until the far end has said what it has to say
	})
}
