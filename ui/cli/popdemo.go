package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"ringside/ui/cli/connect"
)

// demoPages gives the CRM of the demo, nil for a real account. With --open its pages are served on
// loopback, so that a browser finds what pops; without, they are there by name alone.
func (a *app) demoPages(ctx context.Context, l connect.Link) (crm *connect.CRM, end func(), err error) {
	if l.CRM == nil || !a.global.open {
		return l.CRM, func() {}, nil
	}
	inside, err := url.Parse(l.CRM.Pages)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the pages of the simulated CRM: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, hinted{fmt.Errorf("opening the pages of the simulated CRM: %w", err), "leave --open away", exitFailed}
	}
	outside := *inside
	outside.Scheme, outside.Host = "http", listener.Addr().String()
	srv := &http.Server{
		ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(l.Log.Handler(), slog.LevelDebug),
		Handler: only(inside.Path+"/", &httputil.ReverseProxy{
			Transport: l.CRM.HTTP.Transport,
			Rewrite: func(r *httputil.ProxyRequest) {
				r.Out.URL.Scheme, r.Out.URL.Host = inside.Scheme, inside.Host
			},
			ErrorLog: slog.NewLogLogger(l.Log.Handler(), slog.LevelDebug),
		}),
	}
	var group sync.WaitGroup
	group.Go(func() {
		if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			l.Log.Error("serving the pages of the simulated CRM", slog.Any("error", err))
		}
	})
	shown := *l.CRM
	shown.Pages = outside.String()
	return &shown, func() { _ = srv.Close(); group.Wait() }, nil // its connections end with it
}

// only lets those requests through whose path begins so.
func only(prefix string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, prefix) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}
