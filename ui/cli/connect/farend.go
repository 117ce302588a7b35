package connect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
)

// FarEnd is a simulated GoTo within this process, reached over a network in memory: the same
// requests and websockets as for the real service, without a port.
type FarEnd struct {
	Service *sim.Service
	Hello   sim.Hello
	CRM     *CRM

	net   *memnet.Listener
	hook  *memnet.Listener // where webhooks are posted to
	srv   *http.Server
	hc    *http.Client
	hooks *http.Client
	ended chan struct{}
	stop  context.CancelFunc
}

// farBase is where the simulated GoTo within this process is said to be.
const farBase = "http://goto.simulated"

// StartFarEnd starts a simulated GoTo. Close it.
func StartFarEnd(cfg sim.Config, log *slog.Logger) (*FarEnd, error) {
	hook := memnet.Pipe()
	if cfg.Webhooks == nil {
		// The proxy that would end TLS is left out.
		cfg.Webhooks = &http.Client{Transport: &http.Transport{DialContext: hook.DialContext, DialTLSContext: hook.DialContext}}
	}
	svc, err := sim.New(cfg)
	if err != nil {
		return nil, fmt.Errorf("starting the simulated GoTo: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	pipe := memnet.Pipe()
	e := &FarEnd{
		Service: svc, Hello: svc.Hello(farBase), CRM: newCRM(svc, pipe), net: pipe, hook: hook, hooks: cfg.Webhooks, stop: cancel, ended: make(chan struct{}),
		hc:  &http.Client{Transport: &http.Transport{DialContext: pipe.DialContext}},
		srv: &http.Server{Handler: svc, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)},
	}
	go func() {
		defer close(e.ended)
		served := make(chan error, 1)
		go func() { served <- e.srv.Serve(e.net) }()
		if err := svc.Run(ctx); err != nil {
			log.Error("simulated GoTo", slog.Any("error", err))
		}
		_ = e.srv.Close() // its connections end with it
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			log.Error("simulated GoTo", slog.Any("error", err))
		}
	}()
	return e, nil
}

// Close ends the far end and waits for it.
func (e *FarEnd) Close() {
	e.stop()
	<-e.ended
	e.hc.CloseIdleConnections()
	e.CRM.HTTP.CloseIdleConnections()
	e.hooks.CloseIdleConnections()
	_ = e.hook.Close() // it only refuses what comes later
	_ = e.net.Close()  // memory
}

// Link says how to reach the far end.
func (e *FarEnd) Link(log *slog.Logger) Link {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	hc := e.hc
	hosts := gotoapi.Hosts{API: farBase, Auth: farBase, Realtime: farBase}
	oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{
		Host: farBase, ClientID: e.Hello.ClientID, ClientSecret: gotoapi.Secret(e.Hello.ClientSecret), HTTP: hc, Logger: log,
	})
	return Link{
		Client: gotoapi.New(
			gotoapi.WithHosts(hosts), gotoapi.WithHTTPClient(hc), gotoapi.WithLogger(log),
			gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(e.Hello.PersonalAccessToken))),
		),
		Dialer:  &websocket.Dialer{NetDialContext: e.net.DialContext, HandshakeTimeout: 15 * time.Second},
		Account: e.Hello.AccountKey,
		Title:   "Acme Support (simulated)",
		Lines:   []string{e.Hello.Me.LineID},

		CRM:  e.CRM,
		Hook: Hook{URL: "https://desk.simulated/ringside", Listener: e.hook, Secret: "simulated-secret"},

		Me:   e.Hello.Me.Name,
		User: e.Hello.Login, Extension: e.Hello.Me.Extension, Organization: e.Hello.OrganizationID,
		Now: e.Service.Now,
		Log: log,
	}
}
