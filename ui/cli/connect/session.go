// Package connect joins the stream of a GoTo account, real or simulated, to the store that folds
// it, and the store's questions to the service. The command line's commands and the tests of the
// whole use it alike.
package connect

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
	"ringside/store/live"
)

// Link is how to reach a GoTo account, real or simulated, and which lines of it are mine.
type Link struct {
	Client  *gotoapi.Client
	Dialer  *websocket.Dialer // nil: the usual
	Account string            // account key
	Title   string            // the account, for people
	Lines   []string          // ids of my lines
	Me      string            // my name
	User    string            // id of the user I am, "" where only Login knows
	// Extension is that of my line, Organization the id of the organization that the line is in.
	Extension, Organization string
	Nickname                string           // of notification channels; empty: one of this process alone
	Now                     func() time.Time // nil: the real clock
	Agent                   string           // User-Agent of requests
	Login                   *gotoapi.Tokens  // how the login fares; nil where there is nothing to watch

	Source string // the way in: Events (also when empty), Dialogs or Webhook
	Hook   Hook   // for Webhook
	CRM    *CRM   // of the simulated company; nil for a real account

	Log *slog.Logger
}

// Clock gives the present as the account has it.
func (l Link) Clock() time.Time {
	if l.Now != nil {
		return l.Now()
	}
	return time.Now()
}

// Session is a link in use: the stream of events and the store they are folded into.
type Session struct {
	Stream Source
	Store  *live.Store

	health health
}

// Hooks are what a session tells; each may be nil and must not block.
type Hooks struct {
	View   func(*call.View)
	Effect func(call.Effect)
	// Event gets each state that was folded, once; Ended each finished call, and again when late
	// states have changed it. What is to be kept of a session comes through these and Report.
	Event func(call.Event)
	Ended func(*call.Call)
	// Report gets each report, again when it was revised, or why there is none. Noticed says before
	// when the service's notice of it arrived, by the real clock.
	Report  func(id string, r *call.Report, err error)
	Noticed func(id string, at time.Time)
	Status  func(stream.Status)
	// Raw gets every message of the stream, and every answer of the service that states of calls
	// came in, as they came: what a recording needs. It is called from several goroutines and must
	// neither change nor keep what it gets.
	Raw func([]byte)
}

// New wires a link: GoTo's events go into the store, the store's questions to GoTo.
func New(l Link, h Hooks, o call.Options) *Session {
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	o.MyLines = l.Lines
	s := &Session{}
	status := func(st stream.Status) {
		if h.Status != nil {
			h.Status(s.health.over(st))
		}
	}
	s.Store = live.New(live.Options{
		Board:   o,
		Service: l.service(s, h.Raw),
		Log:     l.Log, Now: l.Now,
		OnView: h.View, OnEffect: h.Effect, OnEvent: h.Event, OnEnded: h.Ended, OnReport: h.Report, OnNoticed: h.Noticed,
		OnTrouble: func(err error) { s.health.set(err); status(s.Stream.Status()) },
		OnDeaf:    func() { s.Stream.Suspect() },
	})
	s.Stream = l.source(stream.Config{
		Client: l.Client, Account: l.Account, Dialer: l.Dialer, Nickname: l.Nickname, Reports: true,
		UserAgent: l.Agent, Logger: l.Log,
		Emit: func(e call.Event) {
			e.Received = time.Time{} // the store's clock may be a simulation's
			s.Store.Put(e)
		},
		Status: func(st stream.Status) { s.Store.SetLink(linked(st)); status(st) }, Raw: h.Raw,
		Missed: func(int) { s.Store.Doubt() },
		Connected: func(ctx context.Context, _ bool) {
			if err := s.Store.Reconcile(ctx); err != nil && ctx.Err() == nil {
				l.Log.Warn("bringing the board in line", slog.Any("error", err))
			}
		},
	})
	return s
}

// Run works until ctx ends: first the stream takes its leave of the service, then the store ends.
// The error is the stream's.
func (s *Session) Run(ctx context.Context) error {
	storeCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { _ = s.Store.Run(storeCtx) }) // ends only with its context
	err := s.Stream.Run(ctx)
	stop()
	group.Wait()
	return err
}
