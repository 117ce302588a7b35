package login

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
)

// home is where the browser comes back to: a server on this machine that knows one answer.
type home struct {
	a      *attempt
	path   string // of the redirect URI
	srv    *http.Server
	served sync.WaitGroup

	mu    sync.Mutex
	asked bool          // an answer has been taken
	err   error         // what became of it
	known chan struct{} // closed when err is set
	owed  int           // browsers sent on to the page that tells how it went
	shown chan struct{} // told when one of them has been shown it
}

// resultPause is how long the browser is waited for to fetch the page that tells how it went.
const resultPause = 3 * time.Second

// listen begins to listen where the redirect URI says. localhost may be either loopback address.
func (a *attempt) listen() (*home, error) {
	u, err := url.Parse(a.Redirect)
	if err != nil {
		return nil, fmt.Errorf("the redirect URI %q: %w", a.Redirect, err)
	}
	hosts := []string{u.Hostname()}
	if u.Hostname() == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	var open []net.Listener
	var failed error
	for _, h := range hosts {
		l, err := new(net.ListenConfig).Listen(a.ctx, "tcp", net.JoinHostPort(h, u.Port()))
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		open = append(open, l)
	}
	if len(open) == 0 {
		return nil, &Error{
			What: "the answer of the browser cannot be received at " + a.Redirect, Err: failed,
			Fix: "end the program that uses the port, or use --no-browser; another port needs another redirect URI: register one with the OAuth client and set redirect in [goto]",
		}
	}
	h := &home{a: a, path: u.EscapedPath(), known: make(chan struct{}), shown: make(chan struct{}, 1)}
	if h.path == "" {
		h.path = "/"
	}
	h.srv = &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // it would write on the person's terminal
	}
	for _, l := range open {
		h.served.Go(func() { _ = h.srv.Serve(l) }) // ends only with stop
	}
	return h, nil
}

// stop ends the server, once the browser has shown how the login went.
func (h *home) stop() {
	late := time.NewTimer(resultPause)
	defer late.Stop()
	for waiting := true; waiting && h.owes(); {
		select {
		case <-h.shown:
		case <-late.C:
			waiting = false
		case <-h.a.ctx.Done():
			waiting = false
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.a.ctx), time.Second)
	defer cancel()
	if h.srv.Shutdown(ctx) != nil {
		_ = h.srv.Close()
	}
	h.served.Wait()
}

// owes tells whether a browser has yet to be shown how the login went.
func (h *home) owes() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.owed > 0
}

// ServeHTTP implements http.Handler.
func (h *home) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	switch {
	case r.Method != http.MethodGet:
		http.Error(w, "only GET is answered here", http.StatusMethodNotAllowed)
	case r.URL.EscapedPath() == h.path && !r.URL.Query().Has(resultMark):
		h.take(w, r)
	case r.URL.EscapedPath() == h.path:
		h.result(w, r)
	default:
		http.NotFound(w, r)
	}
}

// resultMark is the query of the page that tells how it went.
const resultMark = "logged"

// take takes the answer and sends the browser on, so that the code stays neither in the address
// bar nor in the history.
func (h *home) take(w http.ResponseWriter, r *http.Request) {
	got, err := h.a.accept(r.URL.Query())
	if err != nil {
		write(w, http.StatusBadRequest, page{Title: "Not this login", Text: "This answer was not taken: " + err.Error() + ".", Hint: "Use the address that ringside shows now, or run `ringside login` again."})
		return
	}
	h.mu.Lock()
	again := h.asked
	h.asked = true
	h.owed++
	h.mu.Unlock()
	if !again {
		h.hand(got)
	}
	w.Header().Set("Location", h.path+"?"+resultMark)
	w.WriteHeader(http.StatusSeeOther)
}

// hand gives the answer to the one who waits for it, and keeps what becomes of it. The code is
// being swapped whether or not the browser waits.
func (h *home) hand(got answered) {
	result := make(chan error, 1)
	got.result = result
	var err error
	select {
	case h.a.answers <- got:
		err = <-result
	case <-h.a.ctx.Done():
		err = h.a.late()
	}
	h.mu.Lock()
	h.err = err
	h.mu.Unlock()
	close(h.known)
}

// result tells how the login went.
func (h *home) result(w http.ResponseWriter, r *http.Request) {
	select {
	case <-h.known:
	case <-r.Context().Done():
		return
	case <-time.After(resultPause):
		write(w, http.StatusNotFound, page{Title: "No login", Text: "No login has come back to this address."})
		return
	}
	p := page{Title: "You are logged in", Text: "ringside is logged in to GoTo Connect. You can close this page."}
	status := http.StatusOK
	h.mu.Lock()
	err := h.err
	h.mu.Unlock()
	if err != nil {
		status = http.StatusForbidden
		p = page{Title: "Not logged in", Text: err.Error(), Hint: Hint(err)}
	}
	write(w, status, p)
	h.mu.Lock()
	h.owed--
	h.mu.Unlock()
	select {
	case h.shown <- struct{}{}:
	default:
	}
}

// Hint says what to do about an error: what it says itself, else what gotoapi knows.
func Hint(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return gotoapi.Hint(err)
}

// page is what the browser shows.
type page struct{ Title, Text, Hint string }

func write(w http.ResponseWriter, status int, p page) {
	p.Text, p.Hint = call.Clean(p.Text), call.Clean(p.Hint)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = resultPage().Execute(w, p) // fails only when the browser has gone
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

func resultPage() *template.Template {
	return template.Must(template.New("result").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}} - ringside</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color:#222;background:#fff}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}}</style></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p>{{with .Hint}}<p>{{.}}</p>{{end}}</body></html>
`))
}
