package phone

import (
	"log/slog"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	store "ringside/store/phone"
)

// Config says what a Phone is. Client, Media, Device, Organization and Extension are needed;
// everything else has a default.
type Config struct {
	Client *gotoapi.Client
	Media  Engine

	// Device names this telephone at the service: the same on each start, another one for each program
	// that runs at the same time.
	Device string
	// Organization is the id of my line's organization, Extension the line's number, Line its id, which
	// RingDesk needs.
	Organization, Extension, Line string

	Dialer    *websocket.Dialer // of the channel's socket; nil is as in stream.Config
	Nickname  string            // begins the names of the channels; URL-safe; empty: one of this process alone
	App       string            // names this program at the service; "ringside"
	Version   string
	UserAgent string
	Logger    *slog.Logger

	// View gets each new view, in order. It must be quick and must not call the Phone.
	View func(*store.View)

	Backoff    gotoapi.Backoff // between registrations; zero is half a second doubling to 30 s
	PauseAfter time.Duration   // between two tries when only a person can help; 1 min
	Greeting   time.Duration   // how long the greeting of a new registration is waited for; 5 s
	Ask        time.Duration   // bounds one request of a person, repetitions included; 20 s
	KeepEnded  time.Duration   // how long a call that has ended is shown, one that failed three times as long; 8 s
	Meters     time.Duration   // between two looks at level and quality of a call; 100 ms
	Farewell   time.Duration   // for hanging up and taking leave at the end; 5 s
}

// withDefaults fills in what is not set.
func withDefaults(c Config) Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.App == "" {
		c.App = "ringside"
	}
	if c.View == nil {
		c.View = func(*store.View) {}
	}
	c.Backoff = c.Backoff.OrDefault()
	for _, d := range []struct {
		at    *time.Duration
		usual time.Duration
	}{
		{&c.PauseAfter, time.Minute}, {&c.Greeting, 5 * time.Second}, {&c.Ask, 20 * time.Second},
		{&c.KeepEnded, 8 * time.Second}, {&c.Meters, 100 * time.Millisecond}, {&c.Farewell, 5 * time.Second},
	} {
		if *d.at <= 0 {
			*d.at = d.usual
		}
	}
	return c
}
