package stream

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Config says what a Stream does. Client and Account are needed; everything else has a default.
type Config struct {
	Client  *gotoapi.Client
	Account string // account key
	// Dialer opens the websockets; nil is one that obeys the proxy of the environment.
	Dialer *websocket.Dialer
	// Nickname begins the names of our channels; URL-safe. Empty gives one of this process alone.
	Nickname string
	Reports  bool // also be told of finished calls' reports
	// Feed replaces the channel and its subscriptions; Account, Nickname and Reports are then not used.
	Feed Feed
	// Carry is what the channel carries in place of the call events of an account; Account and Reports
	// are then not used.
	Carry     Carrier
	UserAgent string
	Logger    *slog.Logger

	// Emit gets every event, in the order of its socket. It must be quick: the link waits for it.
	Emit func(call.Event)
	// Notice gets every notice of the Web Calls API, in the order of its socket; one may come twice. It
	// must be quick: the link waits for it. It may be nil.
	Notice func(wire.Notice)
	// Status gets the state of the link whenever it changes. It must be quick.
	Status func(Status)
	// Raw gets each message as it came, before it is decoded, those that cannot be decoded too; not
	// those longer than MaxFrame. It is called from the goroutines that read sockets, must be quick,
	// and must neither change nor keep what it gets. It may be nil.
	Raw func([]byte)
	// Connected is called after every connect, first or not, in a goroutine of its own: the moment to
	// ask for what was missed. The link is Recovering until it returns. Its context ends when the
	// link is lost.
	Connected func(ctx context.Context, first bool)
	// Missed is called when frames are known to be lost: numbers that did not come, or messages that
	// could not be read. What was in them is not known. It must be quick.
	Missed func(frames int)

	Backoff gotoapi.Backoff // between attempts; zero is half a second doubling to 30 s
	// PauseAfter is the wait before the next attempt when only a person can help (Down); 1 min.
	PauseAfter time.Duration
	// Unreached bounds the wait before the next attempt when nothing was reached at all: such an
	// attempt costs the service nothing; 1 s.
	Unreached  time.Duration
	Ping       time.Duration // between pings; 8 s, as the vendor's demo does
	StaleAfter time.Duration // silence, pongs included, after which the link is Stale; 12 s
	PongWait   time.Duration // silence after which the link is dead; 28 s, three pings unanswered
	Linger     time.Duration // how long a replaced socket is read on; 2 s
	ProbeWait  time.Duration // how long a doubted link has for its answer to a ping; 2 s
	ReadBack   time.Duration // between two looks whether the subscriptions are still there; 3 min
	Farewell   time.Duration // for deleting subscriptions and channel at the end; 5 s
	MaxFrame   int64         // longest message taken, in bytes; 1 MB, the service's own limit
	// Wall is the wall clock, looked at for jumps alone; time.Now.
	Wall func() time.Time
}

// withDefaults fills in what is not set.
func withDefaults(c Config) Config {
	if c.Dialer == nil {
		c.Dialer = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 15 * time.Second}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Nickname == "" {
		c.Nickname = "ringside-" + strings.ToLower(rand.Text()[:8])
	}
	if c.UserAgent == "" {
		c.UserAgent = "ringside"
	}
	c.Backoff = c.Backoff.OrDefault()
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{
		{&c.PauseAfter, time.Minute}, {&c.Ping, 8 * time.Second}, {&c.StaleAfter, 12 * time.Second},
		{&c.PongWait, 28 * time.Second}, {&c.Linger, 2 * time.Second}, {&c.Farewell, 5 * time.Second},
		{&c.Unreached, time.Second}, {&c.ProbeWait, 2 * time.Second}, {&c.ReadBack, 3 * time.Minute},
	} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	if c.MaxFrame <= 0 {
		c.MaxFrame = 1 << 20
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Missed == nil {
		c.Missed = func(int) {}
	}
	if c.Notice == nil {
		c.Notice = func(wire.Notice) {}
	}
	if c.Emit == nil {
		c.Emit = func(call.Event) {}
	}
	if c.Status == nil {
		c.Status = func(Status) {}
	}
	if c.Raw == nil {
		c.Raw = func([]byte) {}
	}
	return c
}
