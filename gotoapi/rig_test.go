package gotoapi

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/sim/memnet"
)

// serve runs h as an HTTP server in memory and returns a client that reaches it by any host name.
// Both end with the test, so it works in a synctest bubble.
func serve(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	hc, stop := memnet.Pipe().Serve(&http.Server{Handler: h, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("closing the server: %v", err)
		}
	})
	return hc
}

// client makes a client of a server run by h, with a token and the given options.
func client(t *testing.T, h http.Handler, opts ...Option) *Client {
	t.Helper()
	all := append([]Option{
		WithHosts(Hosts{API: "http://api.test", Auth: "http://auth.test"}),
		WithHTTPClient(serve(t, h)), WithTokenSource(Static("access-token-value")),
	}, opts...)
	return New(all...)
}

// seen is a request as the server got it.
type seen struct{ Method, Path, Query, Body, Auth string }

// answering is a handler that notes what it is asked and answers with the next of its texts; a text
// is a status, a blank and a body. The last one is repeated.
type answering struct {
	texts []string
	seen  []seen
}

func answers(texts ...string) *answering { return &answering{texts: texts} }

func (a *answering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.seen = append(a.seen, seen{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Get("Authorization")})
	text := a.texts[min(len(a.seen), len(a.texts))-1]
	status, body2, _ := strings.Cut(text, " ")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(status[0]-'0')*100 + int(status[1]-'0')*10 + int(status[2]-'0'))
	_, _ = io.WriteString(w, body2)
}

// pass lets d pass by the clock of the synctest bubble.
func pass(d time.Duration) { <-time.After(d) }
