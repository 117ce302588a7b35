package login

import (
	"bufio"
	"context"
	"errors"
	"fmt"
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

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
)

// rig is a simulated login service and a login at it.
type rig struct {
	t     *testing.T
	oauth *gotoapi.OAuth
	hello sim.Hello
	flow  Flow
	out   *output
}

// output is what the person is told, as it comes.
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

// wait waits until the person is told something.
func (o *output) wait(t *testing.T, what *regexp.Regexp) string {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		if m := what.FindStringSubmatch(o.String()); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-o.news:
		case <-late:
			t.Fatalf("never told %v:\n%s", what, o)
		}
	}
}

// addressLine is the line with the address to open.
func (o *output) address(t *testing.T) string {
	return o.wait(t, regexp.MustCompile(`(?m)^  (http://\S+)$`))
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

func start(t *testing.T, change func(*gotoapi.OAuthConfig)) *rig {
	t.Helper()
	redirect := "http://127.0.0.1:" + freePort(t) + "/back/here"
	svc, err := sim.New(sim.Config{Redirects: []string{redirect, strings.Replace(redirect, "127.0.0.1", "localhost", 1)}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(svc)
	t.Cleanup(srv.Close)
	hello := svc.Hello(srv.URL)
	cfg := gotoapi.OAuthConfig{Host: srv.URL, ClientID: hello.ClientID, ClientSecret: gotoapi.Secret(hello.ClientSecret)}
	if change != nil {
		change(&cfg)
	}
	r := &rig{t: t, oauth: gotoapi.NewOAuth(cfg), hello: hello, out: &output{news: make(chan struct{}, 1)}}
	r.flow = Flow{OAuth: r.oauth, Redirect: redirect, Out: r.out, Timeout: 20 * time.Second}
	return r
}

type result struct {
	token gotoapi.Token
	err   error
}

func (r *rig) run() <-chan result {
	done := make(chan result, 1)
	ctx := r.t.Context()
	go func() {
		t, err := r.flow.Run(ctx)
		done <- result{t, err}
	}()
	return done
}

// browse opens an address as a browser does and gives the page it ends at.
func browse(t *testing.T, address string) (page, end string, status int) {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return string(body), res.Request.URL.String(), res.StatusCode
}

// choose follows the login page's link of the first person, who is a super admin.
func choose(t *testing.T, address string) string {
	t.Helper()
	page, at, _ := browse(t, address)
	m := regexp.MustCompile(`<a href="([^"]+)">`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no login page at %s: %s", at, page)
	}
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	link, err := u.Parse(strings.ReplaceAll(m[1], "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	return link.String()
}

// redirected gives the address that a browser elsewhere would end at.
func redirected(t *testing.T, address string) string {
	t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.Header.Get("Location")
}

func (r *rig) good(got result) {
	r.t.Helper()
	if got.err != nil || !got.token.Valid(time.Now()) || got.token.Refresh == "" || got.token.Principal == "" || len(got.token.Scopes) == 0 {
		r.t.Fatalf("%+v, %v\n%s", got.token, got.err, r.out)
	}
	c := gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: r.hello.BaseURL}), gotoapi.WithTokenSource(gotoapi.Static(got.token.Access)))
	if all, err := Find(r.t.Context(), c); err != nil || len(all) != 1 || all[0].Key != r.hello.AccountKey || len(all[0].Lines) != 1 {
		r.t.Errorf("the token does not work: %+v, %v", all, err)
	}
}

func TestLoginInABrowser(t *testing.T) {
	for name, host := range map[string]string{"127.0.0.1": "127.0.0.1", "localhost": "localhost"} {
		t.Run(name, func(t *testing.T) {
			r := start(t, nil)
			r.flow.Redirect = strings.Replace(r.flow.Redirect, "127.0.0.1", host, 1)
			opened := make(chan string, 1)
			r.flow.Open = func(address string) error { opened <- address; return nil }
			done := r.run()
			address := <-opened
			q, _ := url.ParseQuery(address[strings.Index(address, "?")+1:])
			if len(q.Get("state")) < 20 || len(q.Get("code_challenge")) != 43 || q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" {
				t.Errorf("asked with %v", q)
			}
			page, end, status := browse(t, choose(t, address))
			if status != 200 || !strings.Contains(page, "You are logged in") || strings.Contains(end, "code=") || !strings.HasPrefix(end, r.flow.Redirect) {
				t.Errorf("the browser ends at %s: %d %s", end, status, page)
			}
			r.good(<-done)
			if !strings.Contains(r.out.String(), address) {
				t.Errorf("the address is not printed:\n%s", r.out)
			}
			if _, err := net.Dial("tcp", strings.TrimPrefix(r.flow.Redirect, "http://")[:len("127.0.0.1:00000")]); err == nil {
				t.Error("the server still listens")
			}
		})
	}
}

func TestTheResultPageIsPlain(t *testing.T) {
	r := start(t, nil)
	r.flow.Open = func(string) error { return nil }
	done := r.run()
	address := r.out.address(t)
	res, err := http.Get(choose(t, address))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, _ := io.ReadAll(res.Body)
	if regexp.MustCompile(`(?i)<script|src=|href=|@import|url\(`).Match(page) {
		t.Errorf("it fetches or runs something: %s", page)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Content-Type": "text/html; charset=utf-8"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Error("no content security policy")
	}
	r.good(<-done)
}

// What others send to the port neither ends a login nor becomes one.
func TestAnswersThatAreNotOurs(t *testing.T) {
	r := start(t, nil)
	r.flow.Open = func(string) error { return nil }
	done := r.run()
	address := r.out.address(t)
	base := strings.TrimSuffix(r.flow.Redirect, "/back/here")
	for _, tt := range []struct {
		path   string
		status int
	}{
		{"/back/here?code=stolen&state=guessed", 400}, {"/back/here?code=stolen", 400}, {"/back/here", 400},
		{"/back/here?error=access_denied", 400}, {"/back/here?state=x&error=access_denied", 400},
		{"/favicon.ico", 404}, {"/back/here/", 404}, {"/back/%68ere?code=x", 404},
	} {
		if page, _, status := browse(t, base+tt.path); status != tt.status || strings.Contains(page, "You are logged in") {
			t.Errorf("%s: %d %s", tt.path, status, page)
		}
	}
	res, err := http.Post(r.flow.Redirect+"?code=x&state=y", "text/plain", nil)
	if err != nil || res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v, %v", res, err)
	}
	browse(t, choose(t, address))
	r.good(<-done)
}

func TestAnAnswerCountsOnce(t *testing.T) {
	r := start(t, nil)
	r.flow.Open = func(string) error { return nil }
	done := r.run()
	to := redirected(t, choose(t, r.out.address(t)))
	for range 4 { // an impatient person, a browser that fetches ahead
		if next := redirected(t, to); next != "/back/here?logged" {
			t.Errorf("sent on to %q", next)
		}
	}
	for range 4 {
		if page, _, _ := browse(t, r.flow.Redirect+"?logged"); !strings.Contains(page, "You are logged in") {
			t.Errorf("%s", page)
		}
	}
	r.good(<-done)
}

func TestErrorsOfTheAuthorizeEndpoint(t *testing.T) {
	t.Run("denied", func(t *testing.T) {
		r := start(t, nil)
		r.flow.Open = func(string) error { return nil }
		done := r.run()
		link := regexp.MustCompile(`user=\d+`).ReplaceAllString(choose(t, r.out.address(t)), "user=0")
		page, _, status := browse(t, link)
		got := <-done
		var denied *gotoapi.AuthorizeError
		if !errors.As(got.err, &denied) || denied.Code != "access_denied" || Hint(got.err) == "" {
			t.Errorf("%v", got.err)
		}
		if status != http.StatusForbidden || !strings.Contains(page, "Not logged in") || !strings.Contains(page, "access was denied") {
			t.Errorf("%d %s", status, page)
		}
	})
	t.Run("scope", func(t *testing.T) {
		r := start(t, func(c *gotoapi.OAuthConfig) { c.Scopes = []string{"no.such.scope"} })
		r.flow.Open = func(string) error { t.Error("a browser is opened"); return nil }
		got := <-r.run()
		var denied *gotoapi.AuthorizeError
		if !errors.As(got.err, &denied) || denied.Code != "invalid_scope" || !strings.Contains(Hint(got.err), "scopes") {
			t.Errorf("%v, hint %q", got.err, Hint(got.err))
		}
	})
	t.Run("client", func(t *testing.T) {
		r := start(t, func(c *gotoapi.OAuthConfig) { c.ClientID = "someone-else" })
		r.flow.Open = func(string) error { return nil }
		r.flow.Timeout = 300 * time.Millisecond
		got := <-r.run()
		if !strings.Contains(r.out.String(), "client_id is not known") || !strings.Contains(r.out.String(), r.flow.Redirect) {
			t.Errorf("told only %s", r.out)
		}
		if got.err == nil || !strings.Contains(got.err.Error(), "nobody logged in within 300ms") || !strings.Contains(Hint(got.err), "--no-browser") {
			t.Errorf("%v, hint %q", got.err, Hint(got.err))
		}
	})
	t.Run("secret", func(t *testing.T) {
		r := start(t, func(c *gotoapi.OAuthConfig) { c.ClientSecret = "wrong" })
		r.flow.Open = func(string) error { return nil }
		done := r.run()
		page, _, status := browse(t, choose(t, r.out.address(t)))
		got := <-done
		if gotoapi.Class(got.err) != gotoapi.Auth || status != http.StatusForbidden || !strings.Contains(page, "check the OAuth client id and secret") {
			t.Errorf("%v; the browser shows %d %s", got.err, status, page)
		}
	})
	t.Run("hostile", func(t *testing.T) {
		_, _, err, ok := gotoapi.AuthorizeAnswer(url.Values{"error": {"x\x1b[31m\x07"}, "error_description": {"<b>\x1b]0;owned\x07" + strings.Repeat("a", 5000)}})
		if !ok || strings.ContainsAny(err.Error(), "\x1b\x07") || len(err.Error()) > 500 {
			t.Errorf("%q", err)
		}
	})
	t.Run("unreachable", func(t *testing.T) {
		r := start(t, func(c *gotoapi.OAuthConfig) { c.Host = "http://127.0.0.1:" + freePort(t) })
		got := <-r.run()
		if got.err == nil || !strings.Contains(got.err.Error(), "cannot be reached") || !strings.Contains(Hint(got.err), "network") {
			t.Errorf("%v", got.err)
		}
	})
}

func TestAPortInUse(t *testing.T) {
	r := start(t, nil)
	u, _ := url.Parse(r.flow.Redirect)
	l, err := net.Listen("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r.flow.Open = func(string) error { t.Error("a browser is opened"); return nil }
	got := <-r.run()
	if got.err == nil || !strings.Contains(got.err.Error(), r.flow.Redirect) || !strings.Contains(Hint(got.err), "--no-browser") {
		t.Errorf("%v, hint %q", got.err, Hint(got.err))
	}
	// Without a browser the address is pasted, and the port is not needed.
	in, typed := io.Pipe()
	defer typed.Close()
	r.flow.Open, r.flow.In = nil, NewLines(in)
	done := r.run()
	fmt.Fprintln(typed, redirected(t, choose(t, r.out.address(t))))
	r.good(<-done)
}

// TestOverSSH pastes the redirected address, with the mistakes people make.
func TestOverSSH(t *testing.T) {
	r := start(t, nil)
	in, typed := io.Pipe()
	r.flow.In = NewLines(in)
	done := r.run()
	address := r.out.address(t)
	to := redirected(t, choose(t, address))
	w := bufio.NewWriter(typed)
	say := func(text, answer string) {
		t.Helper()
		before := strings.Count(r.out.String(), answer)
		fmt.Fprint(w, text+"\n")
		w.Flush()
		late := time.After(10 * time.Second)
		for strings.Count(r.out.String(), answer) == before {
			select {
			case <-r.out.news:
			case <-late:
				t.Fatalf("%q is not answered by %q:\n%s", text, answer, r.out)
			}
		}
	}
	say("", "it is empty")
	say("hello", "there is no code in it")
	say(address, "there is no code in it") // the address that was printed
	say(to[:strings.Index(to, "&state")], "does not belong to this login")
	say(regexp.MustCompile(`state=\w+`).ReplaceAllString(to, "state=other"), "does not belong to this login")
	say("http://127.0.0.1/?%zz", "it is no address")
	fmt.Fprint(w, "  <"+to+">\r\n")
	w.Flush()
	r.good(<-done)
	typed.Close()
}

func TestOnlyTheQueryIsPasted(t *testing.T) {
	r := start(t, nil)
	in, typed := io.Pipe()
	defer typed.Close()
	r.flow.In = NewLines(in)
	done := r.run()
	_, query, _ := strings.Cut(redirected(t, choose(t, r.out.address(t))), "?")
	fmt.Fprintln(typed, "'"+query+"#'")
	r.good(<-done)
}

// TestNoBrowserButLocal: who may paste may also just use a browser of this machine, and nothing
// need be typed, also where standard input is at its end.
func TestNoBrowserButLocal(t *testing.T) {
	for name, in := range map[string]io.Reader{"closed": strings.NewReader(""), "silent": silent{}} {
		t.Run(name, func(t *testing.T) {
			r := start(t, nil)
			r.flow.In = NewLines(in)
			done := r.run()
			if page, _, _ := browse(t, choose(t, r.out.address(t))); !strings.Contains(page, "You are logged in") {
				t.Errorf("%s", page)
			}
			r.good(<-done)
		})
	}
}

// silent is a terminal where nobody types.
type silent struct{}

func (silent) Read([]byte) (int, error) { select {} }

func TestNothingToPasteAndNoPort(t *testing.T) {
	r := start(t, nil)
	u, _ := url.Parse(r.flow.Redirect)
	l, err := net.Listen("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r.flow.In = NewLines(strings.NewReader(""))
	if got := <-r.run(); !errors.Is(got.err, io.EOF) || Hint(got.err) == "" {
		t.Errorf("%v, hint %q", got.err, Hint(got.err))
	}
}

func TestABrowserThatDoesNotOpen(t *testing.T) {
	r := start(t, nil)
	r.flow.Open = func(string) error { return errors.New("no screen") }
	in, typed := io.Pipe()
	defer typed.Close()
	r.flow.In = NewLines(in)
	done := r.run()
	address := r.out.address(t)
	if !strings.Contains(r.out.String(), "No browser could be opened (no screen)") {
		t.Errorf("%s", r.out)
	}
	fmt.Fprintln(typed, redirected(t, choose(t, address)))
	r.good(<-done)
}

func TestGivingUp(t *testing.T) {
	r := start(t, nil)
	r.flow.Open = func(string) error { return nil }
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := r.flow.Run(ctx)
		done <- err
	}()
	r.out.address(t)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestOpenBrowserNeedsAScreen(t *testing.T) {
	if err := OpenBrowser(map[string]string{}, "http://127.0.0.1/"); err == nil {
		t.Skip("this system has a browser without saying so")
	} else if !strings.Contains(err.Error(), "no screen") {
		t.Errorf("%v", err)
	}
}
