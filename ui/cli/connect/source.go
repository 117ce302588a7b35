package connect

import (
	"context"
	"errors"
	"net"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/dialogs"
	"ringside/gotoapi/stream"
	"ringside/gotoapi/webhook"
	"ringside/store/call"
	"ringside/store/live"
)

// Source is a way in: what brings the events of a Link.
type Source interface {
	// Run works until ctx ends. Its error says why nothing can be had at all.
	Run(ctx context.Context) error
	// Status is the state of the link now.
	Status() stream.Status
	// Suspect has the link looked at, because calls change and it does not tell.
	Suspect()
}

// The ways in, as the configuration names them.
const (
	Events  = "events"  // the account's call events on a websocket; what an empty name stands for
	Dialogs = "dialogs" // the calls of my line alone, over the older Realtime interface
	Webhook = "webhook" // the account's call events, posted to an address of ours
)

// Hook says where notifications are posted to, and where they arrive.
type Hook struct {
	URL      string         // the public address
	Listen   string         // where we listen, behind the owner's TLS proxy; empty: the usual
	Listener net.Listener   // replaces Listen
	Secret   gotoapi.Secret // what the service signs with; empty: unsigned
}

// source makes the way in that the link names, out of the configuration of the usual one.
func (l Link) source(cfg stream.Config) Source {
	switch l.Source {
	case Dialogs:
		cfg.Connected = nil // there is nothing to ask for what was missed
		return dialogs.New(dialogs.Config{Config: cfg, Lines: l.Lines, Now: l.Now})
	case Webhook:
		s, err := webhook.New(webhook.Config{
			Client: cfg.Client, Account: cfg.Account, Nickname: cfg.Nickname, Reports: cfg.Reports, Logger: cfg.Logger,
			URL: l.Hook.URL, Listen: l.Hook.Listen, Listener: l.Hook.Listener, Secret: l.Hook.Secret,
			Emit: cfg.Emit, Status: cfg.Status, Connected: cfg.Connected, Raw: cfg.Raw,
		})
		if err != nil {
			return broken{err}
		}
		return s
	}
	return stream.New(cfg)
}

// service answers the store's questions for the way in that the link names.
func (l Link) service(s *Session, raw func([]byte)) live.Service {
	if l.Source == Dialogs {
		return lineService{s}
	}
	return Service{Client: l.Client, Account: l.Account, Raw: raw}
}

// broken is a way in that cannot be gone.
type broken struct{ err error }

func (b broken) Run(context.Context) error { return b.err }
func (b broken) Suspect()                  {}
func (b broken) Status() stream.Status {
	return stream.Status{Link: stream.Down, Since: time.Now(), Why: call.Clean(b.err.Error())}
}

// lineService answers for the Realtime interface, which cannot be asked: it knows what it was told.
type lineService struct{ session *Session }

var errNotTold = errors.New("the calls of one line come without lists and reports; source = \"events\" has them")

// Spaces implements live.Service.
func (s lineService) Spaces(context.Context) ([]call.Event, error) { return nil, errNotTold }

// States implements live.Service: there are no more states than came, and the question is whether the
// call is still up.
func (s lineService) States(_ context.Context, id string, _, _ uint64) ([]call.Event, error) {
	d, ok := s.session.Stream.(*dialogs.Source)
	if !ok {
		return nil, errNotTold
	}
	err := d.Check(id)
	if errors.Is(err, dialogs.ErrOver) {
		return nil, live.ErrUnknown
	}
	return nil, err
}

// Report implements live.Service.
func (s lineService) Report(context.Context, string) (*call.Report, error) { return nil, errNotTold }
