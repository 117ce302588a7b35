package sim

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"ringside/gotoapi/sim/voice"
	"ringside/gotoapi/sim/world"
)

// Config says what the service is like. The zero value works.
type Config struct {
	World world.Config // the account and its telephone traffic; a zero Start is the present

	// Speed is how many seconds of the world pass in one second; 0 is 1. Timestamps in frames
	// and answers are the world's; the lives of tokens and channels and the rate limit are not
	// sped up.
	Speed float64

	ClientID     string // OAuth client; "" is derived from World.Seed
	ClientSecret string // "" is derived from World.Seed
	PAT          string // personal access token of the person Me; "" is derived from World.Seed

	TokenLife   time.Duration // of an access token; 0 is 3600 s
	RefreshLife time.Duration // of a refresh token; 0 is 30 days
	// RotateAfter is the part of a refresh token's life after which a refresh gives a new one;
	// 0 is the vendor's 0.6. Negative gives a new one at each refresh.
	RotateAfter float64

	ChannelLife   time.Duration // of a notification channel; 0 is 1200 s
	RefreshNotice time.Duration // WEBSOCKET_REFRESH_REQUIRED is sent when this much of a life is left; 0 is 600 s
	CloseGrace    time.Duration // from WEBSOCKET_TO_BE_CLOSED to the close; 0 is 5 s

	RateLimit  int  // requests a second for each API and token; 0 is 10, negative is no limit
	RetryAfter bool // send Retry-After with a 429

	Redirects []string      // redirect URIs registered beside those of the vendor's samples
	SendQueue int           // frames waiting for one socket before it is closed as too slow; 0 is 4096
	Lag       time.Duration // mean time from a state to its notification; 0 is 90 ms

	// NoMedia answers the offers of web calls with a description that is well-formed and leads nowhere: no
	// socket is opened, as a synctest bubble wants it.
	NoMedia bool
	MediaIP string      // address of this machine at which calls have their sound; "" is 127.0.0.1
	Answers voice.Style // form of the answers; "" takes the two that the vendor's guide prints in turn

	CRMToken   string        // bearer token of the CRM below /crm; "" is derived from World.Seed
	CRMLatency time.Duration // before each answer of the CRM's API; 0 is 20 ms, negative is none

	// Webhooks posts to the receivers of webhook channels; nil refuses such channels. Beside https on
	// port 443, which the service wants, http to loopback is taken.
	Webhooks *http.Client

	Log *slog.Logger // nil is silent
}

// The redirect URIs that the vendor's sample programs register (goto-api.md section 1).
func sampleRedirects() []string {
	return []string{"http://localhost:5000/app/redirect", "http://127.0.0.1:12021/app/redirect", "http://localhost:5000"}
}

// withDefaults fills the zero members in.
func (c Config) withDefaults(now time.Time) (Config, error) {
	if c.Speed < 0 {
		return c, fmt.Errorf("speed %g is negative; give a factor above 0", c.Speed)
	}
	orDefault(&c.Speed, 1)
	orDefault(&c.TokenLife, time.Hour)
	orDefault(&c.RefreshLife, 30*24*time.Hour)
	orDefault(&c.RotateAfter, 0.6)
	orDefault(&c.ChannelLife, 1200*time.Second)
	orDefault(&c.RefreshNotice, 600*time.Second)
	orDefault(&c.CloseGrace, 5*time.Second)
	orDefault(&c.RateLimit, 10)
	orDefault(&c.SendQueue, 4096)
	orDefault(&c.Lag, 90*time.Millisecond)
	if c.TokenLife < 0 || c.RefreshLife < 0 || c.ChannelLife < 0 || c.RefreshNotice < 0 || c.CloseGrace < 0 || c.Lag < 0 || c.SendQueue < 0 {
		return c, fmt.Errorf("a life, notice, lag or queue of the simulated service is negative; give 0 for the default or a positive value")
	}
	if c.World.Start.IsZero() {
		c.World.Start = now.UTC()
	}
	if c.World.Me == "" {
		c.World.Me = "1001"
	}
	secrets := newIDs(c.World.Seed, "secrets")
	orDefault(&c.ClientID, secrets.uuid())
	orDefault(&c.ClientSecret, secrets.opaque(24))
	orDefault(&c.PAT, secrets.opaque(48))
	orDefault(&c.CRMToken, secrets.opaque(24))
	orDefault(&c.CRMLatency, 20*time.Millisecond)
	c.Redirects = append(sampleRedirects(), slices.Clone(c.Redirects)...)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func orDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}
