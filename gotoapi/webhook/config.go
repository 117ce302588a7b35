package webhook

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// DefaultListen is where a Source listens: this machine alone. The owner's TLS proxy stands before it.
const DefaultListen = "127.0.0.1:12022"

// Config says what a Source does. Client, Account and URL are needed.
type Config struct {
	Client  *gotoapi.Client
	Account string // account key
	// URL is the public address that the service posts to; its path is the only one answered.
	URL string
	// Listen is the address to listen on, DefaultListen when empty; Listener replaces it.
	Listen   string
	Listener net.Listener
	// Secret is what the service signs with; empty takes unsigned notifications from anybody who
	// knows URL.
	Secret gotoapi.Secret
	// Nickname begins the name of our channel. The rest is made of URL, so that a channel that an
	// earlier run left behind is found and replaced.
	Nickname string
	Reports  bool // also be told of finished calls' reports
	Logger   *slog.Logger

	// Emit gets every event, from one goroutine. While it blocks, notifications wait, and when too
	// many do, the service is told to come again.
	Emit func(call.Event)
	// Raw gets each notification that is taken, as it came, one after the other. It must be quick, and
	// must neither change nor keep what it gets. It may be nil.
	Raw func([]byte)
	// Status gets the state of the link whenever it changes. It must be quick.
	Status func(stream.Status)
	// Connected is called when the channel has been made, and whenever notifications may have been
	// missed: the moment to ask for what was.
	Connected func(ctx context.Context, first bool)

	Backoff    gotoapi.Backoff // between attempts; zero is half a second doubling to 30 s
	PauseAfter time.Duration   // before the next attempt when only a person can help; 1 min
	CheckEvery time.Duration   // between looks at channel and subscriptions; 2 min
	Farewell   time.Duration   // for deleting them at the end; 5 s
}

func (c Config) withDefaults() Config {
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if c.Nickname == "" {
		c.Nickname = "ringside"
	}
	sum := sha256.Sum256([]byte(c.URL))
	c.Nickname = fmt.Sprintf("%s-hook-%x", c.Nickname, sum[:4])
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Emit == nil {
		c.Emit = func(call.Event) {}
	}
	if c.Status == nil {
		c.Status = func(stream.Status) {}
	}
	if c.Connected == nil {
		c.Connected = func(context.Context, bool) {}
	}
	c.Backoff = c.Backoff.OrDefault()
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{{&c.PauseAfter, time.Minute}, {&c.CheckEvery, 2 * time.Minute}, {&c.Farewell, 5 * time.Second}} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	return c
}
