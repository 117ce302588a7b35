package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi/sim"
)

// farAway is a simulated GoTo on a real port, and a home for a ringside that is used with it. It
// notes every secret that passes.
type farAway struct {
	t        *testing.T
	hello    sim.Hello
	redirect string
	env      []string
	dirs     map[string]string

	mu      sync.Mutex
	svc     *sim.Service
	secrets map[string]string // value -> what it is
	tokens  int               // answers of the login service with a token
}

func startFarAway(t *testing.T) *farAway {
	t.Helper()
	f := &farAway{t: t, secrets: map[string]string{}, dirs: map[string]string{}, redirect: "http://127.0.0.1:" + freePort(t) + "/app/redirect"}
	f.svc = f.newService()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	f.hello = f.svc.Hello(srv.URL)
	f.secrets[f.hello.ClientSecret], f.secrets[f.hello.PersonalAccessToken] = "client secret", "personal access token"
	for _, d := range []string{"CONFIG", "DATA", "STATE"} {
		f.dirs[d] = t.TempDir()
		f.env = append(f.env, "XDG_"+d+"_HOME="+f.dirs[d])
	}
	f.env = append(f.env,
		"RINGSIDE_GOTO_API="+srv.URL, "RINGSIDE_GOTO_AUTH="+srv.URL, "RINGSIDE_GOTO_REALTIME="+srv.URL,
		"RINGSIDE_GOTO_CLIENT_ID="+f.hello.ClientID, "RINGSIDE_CLIENT_SECRET="+f.hello.ClientSecret,
		"RINGSIDE_GOTO_REDIRECT="+f.redirect, "RINGSIDE_GOTO_KEYRING=false", // not the keyring of who runs the tests
	)
	return f
}

// newService starts a GoTo. All of one rig have the same client, and know nothing of each other's
// logins.
func (f *farAway) newService() *sim.Service {
	f.t.Helper()
	cfg := sim.Config{Redirects: []string{f.redirect}, ClientID: "the-client", ClientSecret: "the-client-secret-3f9", RotateAfter: -1}
	svc, err := sim.New(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- svc.Run(ctx) }()
	f.t.Cleanup(func() { cancel(); <-ended })
	return svc
}

// forget has the service forget every login and channel.
func (f *farAway) forget() {
	svc := f.newService()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.svc = svc
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// ServeHTTP passes a request on to the service of the moment, and notes what is secret in it.
func (f *farAway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	svc := f.svc
	f.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/ws") {
		svc.ServeHTTP(w, r)
		return
	}
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if form, err := url.ParseQuery(string(body)); err == nil && r.URL.Path == "/oauth/token" {
			f.note("code verifier", form.Get("code_verifier"))
		}
	}
	rec := httptest.NewRecorder()
	svc.ServeHTTP(rec, r)
	f.overhear(r, rec)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())
}

func (f *farAway) note(what, value string) {
	if value == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.secrets[value] = what
}

// overhear notes the secrets of an answer.
func (f *farAway) overhear(r *http.Request, rec *httptest.ResponseRecorder) {
	if to, err := url.Parse(rec.Header().Get("Location")); err == nil {
		f.note("code", to.Query().Get("code"))
	}
	var body struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Channel string `json:"channelId"`
		Data    struct {
			URL string `json:"channelURL"`
		} `json:"channelData"`
	}
	if json.Unmarshal(rec.Body.Bytes(), &body) != nil {
		return
	}
	f.note("access token", body.Access)
	f.note("refresh token", body.Refresh)
	f.note("channel id", body.Channel)
	f.note("channel address", body.Data.URL)
	if body.Access != "" {
		f.mu.Lock()
		f.tokens++
		f.mu.Unlock()
	}
}

// seen gives how many secrets of each kind have passed.
func (f *farAway) seen() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := map[string]int{}
	for _, what := range f.secrets {
		n[what]++
	}
	return n
}

// leaks looks for the secrets in a text.
func (f *farAway) leaks(where, text string) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for value, what := range f.secrets {
		for _, form := range []string{value, url.QueryEscape(value), strings.ReplaceAll(value, "/", `\/`)} {
			if at := strings.Index(text, form); at >= 0 {
				f.t.Errorf("%s holds a %s: …%s", where, what, text[max(at-80, 0):at])
				break
			}
		}
	}
}

// output is what a running command has written.
type output struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	select {
	case o.news <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// command is a ringside under way.
type command struct {
	t         *testing.T
	out, errs *output
	ended     chan int
}

func (f *farAway) begin(stdin io.Reader, env []string, args ...string) *command {
	c := &command{f.t, &output{news: make(chan struct{}, 1)}, &output{news: make(chan struct{}, 1)}, make(chan int, 1)}
	go func() { c.ended <- Main(args, append(append([]string{}, f.env...), env...), stdin, c.out, c.errs) }()
	return c
}

// run runs a command to its end.
func (f *farAway) run(stdin string, args ...string) (out, errs string, code int) {
	c := f.begin(strings.NewReader(stdin), nil, args...)
	code = <-c.ended
	return c.out.String(), c.errs.String(), code
}

// address waits for the address that a login prints.
func (c *command) address() string {
	c.t.Helper()
	late := time.After(20 * time.Second)
	for {
		if m := regexp.MustCompile(`(?m)^  (http://\S+)$`).FindStringSubmatch(c.out.String()); m != nil {
			return m[1]
		}
		select {
		case <-c.out.news:
		case code := <-c.ended:
			c.t.Fatalf("login ended with %d: %s%s", code, c.out, c.errs)
		case <-late:
			c.t.Fatalf("no address: %s%s", c.out, c.errs)
		}
	}
}

// firstLink gives the login page's link of the first person, a super admin.
func firstLink(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	m := regexp.MustCompile(`<a href="([^"]+)">`).FindSubmatch(page)
	if m == nil {
		t.Fatalf("no login page: %s", page)
	}
	link, err := res.Request.URL.Parse(strings.ReplaceAll(string(m[1]), "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	return link.String()
}

// login logs in as a person does, and gives what the program and the browser say at the end.
func (f *farAway) login(args ...string) (out, page string) {
	f.t.Helper()
	c := f.begin(strings.NewReader(""), nil, append([]string{"login", "--no-browser"}, args...)...)
	res, err := http.Get(firstLink(f.t, c.address()))
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if code := <-c.ended; code != 0 {
		f.t.Fatalf("exit %d: %s%s", code, c.out, c.errs)
	}
	return c.out.String() + c.errs.String(), string(body)
}
