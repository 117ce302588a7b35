package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

const base = "http://goto.test"

// rig is a simulated GoTo, and the way from it to our receiver.
type rig struct {
	t      *testing.T
	svc    *sim.Service
	hello  sim.Hello
	client *gotoapi.Client
	back   *memnet.Listener // where the service posts to
	away   atomic.Bool      // the proxy that stands there does not answer

	mu       sync.Mutex // guards what follows
	events   []call.Event
	statuses []stream.Status
	connects int
	block    chan struct{} // Emit waits for it, when it is set
}

func withService(t *testing.T, body func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, back: memnet.Pipe()}
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			if r.away.Load() {
				return nil, errors.New("the proxy is away")
			}
			return r.back.DialContext(ctx, network, address)
		}
		out := &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}
		svc, err := sim.New(sim.Config{RateLimit: -1, Webhooks: &http.Client{Transport: out}})
		if err != nil {
			t.Fatal(err)
		}
		hc, stop := memnet.Pipe().Serve(&http.Server{Handler: svc})
		ran := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { ran <- svc.Run(ctx) }()
		r.svc, r.hello = svc, svc.Hello(base)
		oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: base, ClientID: r.hello.ClientID, ClientSecret: gotoapi.Secret(r.hello.ClientSecret), HTTP: hc})
		full := func(d time.Duration) time.Duration { return d }
		r.client = gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base, Realtime: base}), gotoapi.WithHTTPClient(hc),
			gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(r.hello.PersonalAccessToken))), gotoapi.WithRateLimit(0, 0),
			gotoapi.WithBackoff(gotoapi.Backoff{Base: time.Second, Max: 8 * time.Second, Jitter: full}, 2))
		defer func() {
			cancel()
			out.CloseIdleConnections()
			if err := errors.Join(<-ran, stop()); err != nil {
				t.Error(err)
			}
			<-time.After(time.Second)
		}()
		body(t, r)
	})
}

// run runs a Source and gives what ends it and returns Run's error.
func (r *rig) run(change func(*Config)) (*Source, func() error) {
	r.t.Helper()
	cfg := Config{
		Client: r.client, Account: r.hello.AccountKey, URL: "https://desk.example/in", Listener: r.back, Secret: "shared", Reports: true,
		Emit: func(e call.Event) {
			if r.block != nil {
				<-r.block
			}
			r.note(func() { r.events = append(r.events, e) })
		},
		Status:    func(st stream.Status) { r.note(func() { r.statuses = append(r.statuses, st) }) },
		Connected: func(context.Context, bool) { r.note(func() { r.connects++ }) },
		Backoff:   gotoapi.Backoff{Base: time.Second, Max: 30 * time.Second, Jitter: func(d time.Duration) time.Duration { return d }},
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	return s, func() error { cancel(); return <-ended }
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (r *rig) fault(f sim.Fault) {
	r.t.Helper()
	if n, err := r.svc.Faults().Now(f); err != nil || n == 0 {
		r.t.Fatalf("fault %s: %d, %v", f.Kind, n, err)
	}
}

func (r *rig) note(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// count is how many events have come, and how often the board was to be brought in line.
func (r *rig) count() (events, connects int) {
	r.note(func() { events, connects = len(r.events), r.connects })
	return events, connects
}

// came is how many events have come.
func (r *rig) came() int {
	n, _ := r.count()
	return n
}

// connected is how often the board was to be brought in line.
func (r *rig) connected() int {
	_, n := r.count()
	return n
}

func (r *rig) has(l stream.Link, why string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, st := range r.statuses {
		if st.Link == l && strings.Contains(st.Why, why) {
			return true
		}
	}
	return false
}

func TestSource(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		s, end := r.run(nil)
		pass(10 * time.Minute)
		st, n := s.Status(), s.hook.Counters()
		if st.Link != stream.Live || st.Why != "" || st.Try != 0 || st.Silence > 2*time.Minute || st.Counters.Frames != n.Taken {
			t.Errorf("%+v", st)
		}
		states, reports := 0, 0
		r.mu.Lock()
		for _, e := range r.events {
			if e.Kind == call.KindReport {
				reports++
			} else {
				states++
			}
		}
		r.mu.Unlock()
		if states < 200 || reports < 5 || n.Taken != uint64(r.came()) || n.Unsigned+n.Bad+n.Busy != 0 || r.connected() != 1 {
			t.Errorf("%d states, %d reports, %d connects, %+v", states, reports, r.connected(), n)
		}
		if got := r.svc.Stats(); got.Webhooks != 1 || got.Undelivered != 0 {
			t.Errorf("%+v", got)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
		if got := r.svc.Stats(); got.Webhooks != 0 || got.Undelivered != 0 {
			t.Errorf("left behind: %+v", got)
		}
	})
}

// After a kill the channel is still there. The next run finds it by its name and makes it new, for
// its secret may have changed.
func TestLeftoverOfAnEarlierRun(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		_, end := r.run(func(c *Config) { c.Secret = "the earlier one" })
		pass(time.Second)
		if _, err := r.svc.Faults().Add(sim.Fault{Kind: sim.Answer, Path: "/notification-channel/", Status: 500}); err != nil {
			t.Fatal(err)
		}
		if err := end(); err != nil { // cannot delete it
			t.Error(err)
		}
		r.svc.Faults().Clear()
		r.back = memnet.Pipe()
		other, err := r.client.Channels.Create(t.Context(), "desk") // of another program: left alone
		if err != nil {
			t.Fatal(err)
		}
		s, end := r.run(nil)
		pass(5 * time.Minute)
		if got, n := r.svc.Stats(), s.hook.Counters(); got.Webhooks != 1 || n.Unsigned != 0 || n.Taken == 0 {
			t.Errorf("%+v %+v", got, n)
		}
		if _, err := r.client.Channels.Get(t.Context(), other); err != nil {
			t.Error(err)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

func TestChannelGone(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		s, end := r.run(nil)
		pass(time.Minute)
		before := r.came()
		r.fault(sim.Fault{Kind: sim.ChannelGone})
		pass(3 * time.Minute) // until it is looked at, and a little
		if st := s.Status(); st.Link != stream.Live || st.Counters.Reconnects != 1 || r.connected() != 2 || r.came() == before {
			t.Errorf("%+v, %d connects", st, r.connected())
		}
		if !r.has(stream.Connecting, "gone") {
			t.Error("nobody was told")
		}
		r.fault(sim.Fault{Kind: sim.ChannelGone})
		s.Suspect() // somebody noticed earlier
		pass(5 * time.Second)
		if st := s.Status(); st.Link != stream.Live || st.Counters.Reconnects != 2 {
			t.Errorf("%+v", st)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

func TestSubscriptionGone(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		s, end := r.run(nil)
		pass(time.Minute)
		r.fault(sim.Fault{Kind: sim.Unsubscribe})
		pass(90 * time.Second)
		before := r.came()
		pass(2 * time.Minute)
		if st := s.Status(); st.Link != stream.Live || st.Counters.Reconnects != 0 || r.connected() != 2 || r.came() == before {
			t.Errorf("%+v, %d connects, %d events", st, r.connected(), r.came()-before)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

// Both subscriptions are gone, and the second cannot be made again at once: it is later, and what the
// first has missed is asked for.
func TestSubscriptionsGoneInTrouble(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		s, end := r.run(nil)
		pass(time.Minute)
		r.fault(sim.Fault{Kind: sim.Unsubscribe})
		if _, err := r.svc.Faults().Add(sim.Fault{Kind: sim.Answer, Path: "/call-events-report/v1/subscriptions", Method: "POST", Status: 503}); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Minute)
		if st := s.Status(); st.Link != stream.Stale || r.connected() != 1 {
			t.Errorf("%+v, %d connects", st, r.connected())
		}
		r.svc.Faults().Clear()
		pass(2 * time.Minute)
		if st := s.Status(); st.Link != stream.Live || st.Counters.Reconnects != 0 || r.connected() != 2 {
			t.Errorf("%+v, %d connects", st, r.connected())
		}
		reports := func() (n int) {
			r.note(func() {
				for _, e := range r.events {
					if e.Kind == call.KindReport {
						n++
					}
				}
			})
			return n
		}
		before := reports()
		pass(5 * time.Minute)
		if reports() == before {
			t.Error("no notice of a report comes any more")
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

// The proxy is away for a while: it is said, the board is brought in line meanwhile and afterwards.
func TestProxyAway(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		s, end := r.run(nil)
		pass(time.Minute)
		r.away.Store(true)
		pass(2 * time.Minute)
		if st := s.Status(); st.Link != stream.Stale || !strings.Contains(st.Why, "not reached the webhook since") || !strings.Contains(st.Hint, "proxy") {
			t.Errorf("%+v", st)
		}
		pass(4 * time.Minute)
		if r.connected() != 4 {
			t.Errorf("the board was brought in line %d times", r.connected())
		}
		r.away.Store(false)
		before := r.came()
		pass(2 * time.Minute)
		if st := s.Status(); st.Link != stream.Live || st.Why != "" || r.connected() != 5 || r.came() == before {
			t.Errorf("%+v, %d connects", st, r.connected())
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

// A board that is slow holds nobody up: what does not fit is told to come again.
func TestSlowHandler(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		r.block = make(chan struct{})
		if err := r.svc.SetSpeed(200); err != nil {
			t.Fatal(err)
		}
		s, end := r.run(nil)
		pass(time.Minute)
		n := s.hook.Counters()
		if n.Busy == 0 || n.Taken < queueSize || r.came() != 0 {
			t.Errorf("%+v", n)
		}
		if err := r.svc.SetSpeed(1); err != nil {
			t.Fatal(err)
		}
		close(r.block)
		pass(time.Minute)
		if n := s.hook.Counters(); uint64(r.came()) != n.Taken {
			t.Errorf("%d events of %d", r.came(), n.Taken)
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
}

func TestCannotStart(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		for _, address := range []string{"", "desk", "https://a:b@desk.example/", "://"} {
			if _, err := New(Config{URL: address}); !errors.Is(err, gotoapi.ErrAsked) {
				t.Errorf("%q: %v", address, err)
			}
		}
		_, end := r.run(func(c *Config) { c.URL = "http://desk.example/in" }) // the service wants https
		pass(time.Minute)
		err := end()
		var hint interface{ Hint() string }
		if gotoapi.Class(err) != gotoapi.Fatal || !errors.As(err, &hint) || !strings.Contains(hint.Hint(), "https") || strings.Contains(err.Error(), "shared") {
			t.Errorf("%v", err)
		}
		r.back = memnet.Pipe()
		_, end = r.run(func(c *Config) { c.Client = gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base})) })
		pass(time.Second)
		if err := end(); !errors.Is(err, gotoapi.ErrNotLoggedIn) {
			t.Errorf("%v", err)
		}
	})
	if _, err := New(Config{URL: "https://desk.example"}); err != nil {
		t.Fatal(err)
	}
}

func TestAddressTaken(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, err := New(Config{URL: "https://desk.example/in", Listen: l.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Run(t.Context())
	var hint interface{ Hint() string }
	if err == nil || !errors.As(err, &hint) || !strings.Contains(hint.Hint(), "webhook_listen") {
		t.Errorf("%v", err)
	}
}
