package gotoapi

import (
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Hosts are the base addresses of the service, scheme and host without a path. All of them can be
// one simulator.
type Hosts struct {
	API      string // REST (goto-api.md, "Base host")
	Auth     string // OAuth (goto-api.md 1)
	Realtime string // the older Realtime interface (goto-api.md 7)
}

// DefaultHosts are the service's own.
func DefaultHosts() Hosts {
	return Hosts{
		API:      "https://api.goto.com",
		Auth:     "https://authentication.logmeininc.com",
		Realtime: "https://realtime.jive.com",
	}
}

// Client speaks to the service. Make it with New; it is safe for concurrent use.
type Client struct {
	Identity   IdentityClient
	Channels   ChannelClient
	CallEvents CallEventsClient
	Reports    ReportClient
	Admin      AdminClient
	Realtime   RealtimeClient
	Recordings RecordingClient
	WebCalls   WebCallsClient
	Presence   PresenceClient

	hosts   Hosts
	tokens  TokenSource
	http    *http.Client
	log     *slog.Logger
	backoff Backoff
	tries   int
	agent   string
	timeout time.Duration
	limits  *limits
	chain   handler
	bare    handler // for what redirects lead to: without a token
}

// Option changes what New makes.
type Option func(*settings)

// settings hold what the client is made from, before its defaults are filled in.
type settings struct {
	Client
	limit rate.Limit
	burst int
}

// WithHosts sets the base addresses; an empty field keeps its default.
func WithHosts(h Hosts) Option {
	return func(s *settings) {
		s.hosts = Hosts{API: or(h.API, s.hosts.API), Auth: or(h.Auth, s.hosts.Auth), Realtime: or(h.Realtime, s.hosts.Realtime)}
	}
}

// WithTokenSource sets where tokens come from. Without it every request is refused with
// ErrNotLoggedIn.
func WithTokenSource(t TokenSource) Option { return func(s *settings) { s.tokens = t } }

// WithHTTPClient sets the HTTP client; it is copied, not changed. Redirects are not followed.
func WithHTTPClient(h *http.Client) Option { return func(s *settings) { s.http = h } }

// WithLogger sets where requests are logged, at debug level and without secrets. The default is
// nowhere.
func WithLogger(l *slog.Logger) Option { return func(s *settings) { s.log = l } }

// WithBackoff sets the waits between tries, and how often a request is sent at most.
func WithBackoff(b Backoff, tries int) Option {
	return func(s *settings) { s.backoff, s.tries = b, max(tries, 1) }
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(name string) Option { return func(s *settings) { s.agent = name } }

// WithRateLimit sets how many requests a second each API gets, and how many at once. The service
// allows 10 a second (goto-api.md 8); the default is 8 and 2 at once, so that no second, wherever
// it begins, has more than 10. 0 means no limit.
func WithRateLimit(perSecond float64, burst int) Option {
	return func(s *settings) {
		s.limit, s.burst = rate.Limit(perSecond), max(burst, 1)
		if perSecond <= 0 {
			s.limit = rate.Inf
		}
	}
}

// WithTimeout sets how long one try of a request may take, from sending to the last byte of the
// answer. The default is 30 s.
func WithTimeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// New makes a client.
func New(opts ...Option) *Client {
	s := settings{
		Client: Client{
			hosts: DefaultHosts(), log: slog.New(slog.DiscardHandler), agent: "ringside",
			backoff: Backoff{Base: 500 * time.Millisecond, Max: 8 * time.Second}, tries: 4,
			timeout: 30 * time.Second, tokens: loggedOut{},
		},
		limit: 8, burst: 2,
	}
	for _, o := range opts {
		o(&s)
	}
	c := s.Client
	c.http = bareClient(c.http)
	c.limits = newLimits(s.limit, s.burst)
	c.Identity = IdentityClient{&c}
	c.Channels = ChannelClient{&c}
	c.CallEvents = CallEventsClient{&c}
	c.Reports = ReportClient{&c}
	c.Admin = AdminClient{&c}
	c.Realtime = RealtimeClient{&c}
	c.Recordings = RecordingClient{&c}
	c.WebCalls = WebCallsClient{&c}
	c.Presence = PresenceClient{&c}
	c.chain, c.bare = c.links(), c.bareLinks()
	return &c
}

// CloseIdleConnections closes the connections that wait for the next request, which after a sleep of
// the computer or a change of networks may be dead without knowing it.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// bareClient copies h so that it hands redirects back instead of following them: but for recordings
// the service's REST answers have none, and a token must not travel to another place.
func bareClient(h *http.Client) *http.Client {
	own := http.Client{}
	if h != nil {
		own = *h
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
