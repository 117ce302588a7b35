package stream_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// desk is a Stream at the simulated GoTo. What it has heard belongs to Run's goroutine; read it
// after synctest.Wait.
type desk struct {
	*sim.Service
	client   *gotoapi.Client
	stream   *stream.Stream
	states   map[string]map[uint64]bool // by call: which states have been heard
	reports  map[string]bool
	order    []call.Event
	hooks    int
	statuses []stream.Status
	log      bytes.Buffer
}

// floor is a busy small office.
func floor() world.Config { return world.Config{Seed: 5, Warm: -1} }

// withDesk runs body beside the simulated GoTo and a Stream, on the clock of a synctest bubble.
func withDesk(t *testing.T, traffic world.Config, body func(*testing.T, *desk)) {
	synctest.Test(t, func(t *testing.T) {
		svc, err := sim.New(sim.Config{World: traffic})
		if err != nil {
			t.Fatal(err)
		}
		l := memnet.Pipe()
		hc, halt := l.Serve(&http.Server{Handler: svc})
		ctx, cancel := context.WithCancel(t.Context())
		ran, done := make(chan error, 1), make(chan error, 1)
		go func() { ran <- svc.Run(ctx) }()

		d := &desk{Service: svc, states: map[string]map[uint64]bool{}, reports: map[string]bool{}}
		own, stop := context.WithCancel(t.Context())
		d.stream = stream.New(d.config(l, hc))
		go func() { done <- d.stream.Run(own) }()
		defer func() {
			stop()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
			synctest.Wait()
			if st := svc.Stats(); st.Channels != 0 || st.Clients != 0 {
				t.Errorf("left behind: %d channels, %d sockets", st.Channels, st.Clients)
			}
			cancel()
			if err := errors.Join(<-ran, halt()); err != nil {
				t.Error(err)
			}
			pass(time.Second) // net/http keeps a refused connection for half a second
		}()
		body(t, d)
	})
}

func (d *desk) config(l *memnet.Listener, h *http.Client) stream.Config {
	const base = "http://goto.test"
	hello := d.Hello(base)
	log := slog.New(slog.NewTextHandler(&d.log, nil))
	oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{
		Host: base, ClientID: hello.ClientID, ClientSecret: gotoapi.Secret(hello.ClientSecret), HTTP: h,
	})
	d.client = gotoapi.New(
		gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base}), gotoapi.WithHTTPClient(h),
		gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(hello.PersonalAccessToken))),
	)
	return stream.Config{
		Client: d.client, Account: hello.AccountKey, Reports: true, Logger: log,
		Dialer:    &websocket.Dialer{NetDialContext: l.DialContext, HandshakeTimeout: 10 * time.Second},
		Emit:      d.hear,
		Status:    func(st stream.Status) { d.statuses = append(d.statuses, st) },
		Connected: func(context.Context, bool) { d.hooks++ },
	}
}

func (d *desk) hear(e call.Event) {
	d.order = append(d.order, e)
	if e.Kind == call.KindReport {
		d.reports[e.Meta.ID] = true
		return
	}
	seqs := d.states[e.Meta.ID]
	if seqs == nil {
		seqs = map[uint64]bool{}
		d.states[e.Meta.ID] = seqs
	}
	seqs[e.Snapshot.Seq] = true
}

// truths are the calls created and ended between two moments, by id.
func (d *desk) truths(from, to time.Time) map[string]world.Truth {
	out := map[string]world.Truth{}
	d.World(func(w *world.World) {
		for _, tr := range w.Truths() {
			if tr.Ended != nil && tr.Created.After(from) && tr.Ended.Before(to) {
				out[tr.ID] = tr
			}
		}
	})
	return out
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// TestCalmHour loses nothing: every state of every call, in order, over several channel lives.
func TestCalmHour(t *testing.T) {
	withDesk(t, floor(), func(t *testing.T, d *desk) {
		pass(time.Second)
		from := d.Now()
		pass(time.Hour)
		calls := d.truths(from, d.Now().Add(-10*time.Second))
		if len(calls) < 100 {
			t.Fatalf("%d calls", len(calls))
		}
		last := map[string]uint64{}
		for _, e := range d.order {
			if e.Kind == call.KindState {
				if e.Snapshot.Seq != last[e.Meta.ID]+1 && last[e.Meta.ID] != 0 {
					t.Errorf("%s: state %d after %d", e.Meta.ID, e.Snapshot.Seq, last[e.Meta.ID])
				}
				last[e.Meta.ID] = e.Snapshot.Seq
			}
		}
		for id, tr := range calls {
			if len(d.states[id]) != tr.States || !d.reports[id] {
				t.Errorf("%s: %d of %d states, report %t", id, len(d.states[id]), tr.States, d.reports[id])
			}
		}
		st := d.stream.Status()
		if st.Link != stream.Live || st.Counters.Refreshes < 4 || st.Counters.Reconnects != 0 || st.Counters.Replaced != 0 || st.Counters.Bad != 0 {
			t.Errorf("%+v", st)
		}
		if d.Stats().Connects != 1 || d.hooks != 1 {
			t.Errorf("%d sockets, %d calls of Connected", d.Stats().Connects, d.hooks)
		}
	})
}

// TestReplacementLosesNothing has the service ask for new channels again and again: the next one is
// open before the old one is dropped, so there is no gap.
func TestReplacementLosesNothing(t *testing.T) {
	withDesk(t, floor(), func(t *testing.T, d *desk) {
		pass(time.Second)
		from := d.Now()
		for range 20 {
			pass(time.Minute)
			if n, err := d.Faults().Now(sim.Fault{Kind: sim.ToBeClosed}); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
		pass(time.Minute)
		calls := d.truths(from, d.Now().Add(-10*time.Second))
		if len(calls) < 20 {
			t.Fatalf("%d calls", len(calls))
		}
		for id, tr := range calls {
			if len(d.states[id]) != tr.States {
				t.Errorf("%s: %d of %d states", id, len(d.states[id]), tr.States)
			}
		}
		if st := d.stream.Status(); st.Counters.Replaced != 20 || st.Counters.Reconnects != 0 || d.Stats().Channels != 1 {
			t.Errorf("%+v, %d channels", st, d.Stats().Channels)
		}
		for _, st := range d.statuses[2:] {
			if st.Link == stream.Connecting {
				t.Errorf("the link was down: %+v", st)
			}
		}
	})
}

// TestStormyHours throws every fault at the link and asks for three things: it comes back each
// time, it never hammers the service, and it leaves nothing behind.
func TestStormyHours(t *testing.T) {
	withDesk(t, floor(), func(t *testing.T, d *desk) {
		rules := []sim.Fault{
			{Kind: sim.Drop, Every: 50}, {Kind: sim.Duplicate, Every: 40}, {Kind: sim.Reorder, Every: 30},
			{Kind: sim.Delay, Every: 60}, {Kind: sim.Corrupt, Every: 70}, {Kind: sim.Oversize, Every: 90},
			{Kind: sim.Close, Every: 400, Code: 1011}, {Kind: sim.Answer, Path: "/notification-channel", Every: 3, Status: 503},
			{Kind: sim.Answer, Path: "/call-events/v1/subscriptions", Every: 4, Status: 429},
		}
		for _, r := range rules {
			if _, err := d.Faults().Add(r); err != nil {
				t.Fatal(err)
			}
		}
		strikes := []sim.Fault{
			{Kind: sim.Close, Code: 1001}, {Kind: sim.HalfOpen}, {Kind: sim.RefreshNotice}, {Kind: sim.ToBeClosed},
			{Kind: sim.RevokeTokens}, {Kind: sim.Close, Code: 1006}, {Kind: sim.ExpireTokens}, {Kind: sim.Close, Code: 4000},
		}
		for n := range 40 {
			pass(3 * time.Minute)
			if _, err := d.Faults().Now(strikes[n%len(strikes)]); err != nil {
				t.Fatal(err)
			}
		}
		d.Faults().Clear()
		pass(5 * time.Minute)
		heard, from := len(d.order), d.Now()
		pass(20 * time.Minute)

		fired := d.Faults().AllFired()
		for _, f := range append(rules, strikes...) {
			if fired[f.Kind] == 0 {
				t.Errorf("fault %s never fired", f.Kind)
			}
		}
		for id, tr := range d.truths(from, d.Now().Add(-10*time.Second)) {
			if len(d.states[id]) != tr.States {
				t.Errorf("after the storm, %s: %d of %d states", id, len(d.states[id]), tr.States)
			}
		}
		st, svc := d.stream.Status(), d.Stats()
		if st.Link != stream.Live || st.Why != "" || len(d.order) == heard {
			t.Errorf("not well after the storm: %+v", st)
		}
		c := st.Counters
		// Of the five notices to replace the channel, one or another may come while there is no socket.
		if c.Reconnects < 15 || c.Replaced < 3 || c.Bad == 0 || c.TooBig == 0 || d.hooks < 20 {
			t.Errorf("%+v, %d calls of Connected", c, d.hooks)
		}
		if svc.Channels != 1 || svc.Clients != 1 {
			t.Errorf("%d channels, %d sockets", svc.Channels, svc.Clients)
		}
		if svc.Connects > 200 || svc.Requests > 2000 {
			t.Errorf("the service was hammered: %d sockets, %d requests", svc.Connects, svc.Requests)
		}
		if log := d.log.String(); strings.Contains(log, "/channelId/ws") || strings.Contains(log, "Bearer") {
			t.Errorf("a secret is in the log:\n%s", log)
		}
	})
}

// TestServiceGoneForAnHour is an outage of everything: the attempts thin out, and all is well when
// it ends.
func TestServiceGoneForAnHour(t *testing.T) {
	withDesk(t, floor(), func(t *testing.T, d *desk) {
		pass(time.Minute)
		id, err := d.Faults().Add(sim.Fault{Kind: sim.Answer, Status: 502})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Faults().Now(sim.Fault{Kind: sim.Close, Code: 1001}); err != nil {
			t.Fatal(err)
		}
		before := d.Stats().Requests
		pass(time.Hour)
		st := d.stream.Status()
		if st.Link != stream.Connecting || st.Why == "" || st.Hint == "" || st.Try < 50 {
			t.Errorf("%+v", st)
		}
		if n := d.Stats().Requests - before; n < 100 || n > 2500 {
			t.Errorf("%d requests in an hour", n)
		}
		d.Faults().Remove(id)
		pass(45 * time.Second)
		if st := d.stream.Status(); st.Link != stream.Live {
			t.Errorf("%+v", st)
		}
	})
}

// TestFlood has 2,000 states a second: the stream keeps up, in order, and the service never has to
// call it too slow.
func TestFlood(t *testing.T) {
	flood := world.Config{Seed: 3, Scenario: "storm", Live: 500, StatesPerSecond: 2000}
	withDesk(t, flood, func(t *testing.T, d *desk) {
		pass(time.Second)
		before := d.stream.Status().Counters.Frames
		pass(5 * time.Second)
		got := d.stream.Status().Counters.Frames - before
		if svc := d.Stats(); got < 8000 || svc.TooSlow != 0 || svc.Connects != 1 {
			t.Errorf("%d frames in 5 s; %+v", got, svc)
		}
	})
}
