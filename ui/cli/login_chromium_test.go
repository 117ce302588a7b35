package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// chromium is a real browser, driven by its debugging protocol.
type chromium struct {
	t    *testing.T
	conn *websocket.Conn
	last int
}

// startChromium starts a browser with an empty profile; the test is skipped where there is none.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here: apt-get install chromium")
	}
	// The browser's children may still write there when it has been ended: what they leave is no failure.
	profile, err := os.MkdirTemp("", "ringside-browser") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	cmd := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
		"--no-proxy-server", "--user-data-dir="+profile, "--remote-debugging-port=0", "about:blank")
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); cmd.Wait() })
	lines := bufio.NewScanner(errs)
	debugger := regexp.MustCompile(`DevTools listening on ws://([^/]+)/`)
	for lines.Scan() {
		if m := debugger.FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, errs)
			return connectChromium(t, m[1])
		}
	}
	t.Fatalf("chromium did not start: %v", lines.Err())
	return nil
}

func connectChromium(t *testing.T, host string) *chromium {
	t.Helper()
	res, err := http.Get("http://" + host + "/json/list")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var pages []struct {
		Type, WebSocketDebuggerURL string
	}
	if err := json.NewDecoder(res.Body).Decode(&pages); err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if p.Type != "page" {
			continue
		}
		conn, _, err := websocket.DefaultDialer.Dial(p.WebSocketDebuggerURL, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		c := &chromium{t: t, conn: conn}
		c.ask("Page.enable", map[string]any{})
		return c
	}
	t.Fatalf("chromium has no page: %+v", pages)
	return nil
}

// message is an answer or an event of the browser.
type message struct {
	ID     int
	Method string
	Error  json.RawMessage
	Result struct {
		Result struct{ Value string }
	}
}

func (c *chromium) next() message {
	c.t.Helper()
	c.conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	var m message
	if err := c.conn.ReadJSON(&m); err != nil {
		c.t.Fatalf("chromium: %v", err)
	}
	return m
}

// ask has the browser do something; loaded tells whether a page was loaded meanwhile.
func (c *chromium) ask(method string, params map[string]any) (answer message, loaded bool) {
	c.t.Helper()
	c.last++
	if err := c.conn.WriteJSON(map[string]any{"id": c.last, "method": method, "params": params}); err != nil {
		c.t.Fatal(err)
	}
	for {
		m := c.next()
		loaded = loaded || m.Method == "Page.loadEventFired"
		if m.ID == c.last {
			if m.Error != nil {
				c.t.Fatalf("chromium: %s: %s", method, m.Error)
			}
			return m, loaded
		}
	}
}

// load does something that loads a page, redirects included.
func (c *chromium) load(method string, params map[string]any) {
	c.t.Helper()
	_, loaded := c.ask(method, params)
	for !loaded {
		loaded = c.next().Method == "Page.loadEventFired"
	}
}

// value gives the value of an expression in the page.
func (c *chromium) value(expression string) string {
	c.t.Helper()
	m, _ := c.ask("Runtime.evaluate", map[string]any{"expression": "String(" + expression + ")"})
	return m.Result.Result.Value
}

// In a real browser: from the authorize page over the login page back to this machine; then the
// token is stored, and the desk is live with it.
func TestLoginInChromium(t *testing.T) {
	browser := startChromium(t)
	f := startFarAway(t)
	c := f.begin(strings.NewReader(""), nil, "login", "--no-browser")
	browser.load("Page.navigate", map[string]any{"url": c.address()})
	if title := browser.value("document.title"); !strings.Contains(title, "log in") {
		t.Fatalf("the login page is %q: %s", title, browser.value("document.body.innerText"))
	}
	browser.load("Runtime.evaluate", map[string]any{"expression": fmt.Sprintf(
		"[...document.querySelectorAll('a')].find(a => a.textContent == %q).click()", f.hello.Me.Name)})
	if text := browser.value("document.body.innerText"); !strings.Contains(text, "You are logged in") {
		t.Errorf("the browser ends at a page that says %q", text)
	}
	if at := browser.value("location.href"); !strings.HasPrefix(at, f.redirect) || strings.Contains(at, "code=") {
		t.Errorf("the browser ends at %s", at)
	}
	if code := <-c.ended; code != 0 || !strings.Contains(c.out.String(), "Logged in as "+f.hello.Login) {
		t.Fatalf("exit %d: %s%s", code, c.out, c.errs)
	}
	if out, errs, code := f.run("", "whoami"); code != 0 || !strings.Contains(out, f.hello.Login) {
		t.Errorf("whoami: %d %s%s", code, out, errs)
	}
	f.live()
	s := startScreenIn(t, f.env, 120, 40)
	s.wait("live desk", 20*time.Second, func(x string) bool { return strings.Contains(x, "● live") && strings.Contains(x, "talking") })
	f.leaks("the log", readLog(t, f.dirs["STATE"]))
}
