package dialogs

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

const base = "http://goto.test"

// withService runs body with a simulated GoTo and the configuration of a link to it.
func withService(t *testing.T, body func(t *testing.T, svc *sim.Service, cfg Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		svc, err := sim.New(sim.Config{})
		if err != nil {
			t.Fatal(err)
		}
		l := memnet.Pipe()
		hc, stop := l.Serve(&http.Server{Handler: svc})
		ran := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { ran <- svc.Run(ctx) }()
		defer func() {
			cancel()
			if err := errors.Join(<-ran, stop()); err != nil {
				t.Error(err)
			}
			<-time.After(time.Second)
		}()
		hello := svc.Hello(base)
		oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: base, ClientID: hello.ClientID, ClientSecret: gotoapi.Secret(hello.ClientSecret), HTTP: hc})
		body(t, svc, Config{
			Config: stream.Config{
				Client: gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base, Realtime: base}), gotoapi.WithHTTPClient(hc),
					gotoapi.WithTokenSource(gotoapi.PATTokens(oauth, gotoapi.Secret(hello.PersonalAccessToken)))),
				Dialer: &websocket.Dialer{NetDialContext: l.DialContext, HandshakeTimeout: 5 * time.Second},
			},
			Lines: []string{hello.Me.LineID},
		})
	})
}

func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestSessionIsUsedAgainAndMadeAnew(t *testing.T) {
	withService(t, func(t *testing.T, svc *sim.Service, cfg Config) {
		f := New(cfg).feed
		one, err := f.Open(t.Context(), stream.FeedSession{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := f.Open(t.Context(), one)
		if err != nil || again != one {
			t.Errorf("a session that lives is not used again: %v", err)
		}
		if err := f.cfg.Client.Realtime.Delete(t.Context(), gotoapi.Session{Self: one.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Open(t.Context(), one); !errors.Is(err, gotoapi.ErrNotFound) {
			t.Errorf("%v", err)
		}
		if len(f.sessions) != 0 { // the stream forgets it too, and closes only what it has
			t.Errorf("%d sessions kept that are gone", len(f.sessions))
		}
		if err := f.Close(t.Context(), one); err != nil {
			t.Errorf("one that is gone is no error: %v", err)
		}
		if len(f.sessions) != 0 {
			t.Errorf("%d sessions kept", len(f.sessions))
		}
	})
}

func TestSource(t *testing.T) {
	withService(t, func(t *testing.T, svc *sim.Service, cfg Config) {
		var events []call.Event
		cfg.Emit = func(e call.Event) { events = append(events, e) }
		s := New(cfg)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		pass(30 * time.Minute) // longer than a session without a socket lives
		st := s.Status()
		if st.Link != stream.Live || st.Age > 31*time.Second || !strings.Contains(st.Scope, "my own line") || st.Counters.Unknown+st.Counters.Bad+st.Counters.Reconnects != 0 {
			t.Errorf("%+v", st)
		}
		last := map[string]uint64{}
		for _, e := range events {
			if e.Snapshot.Seq != last[e.Meta.ID]+1 && !(last[e.Meta.ID] == 0 && e.Snapshot.Seq == 2) {
				t.Errorf("call %s: number %d after %d", e.Meta.ID, e.Snapshot.Seq, last[e.Meta.ID])
			}
			last[e.Meta.ID] = e.Snapshot.Seq
		}
		if len(last) < 15 {
			t.Errorf("%d calls", len(last))
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if n := svc.Stats().Clients; n != 0 {
			t.Errorf("%d sockets left", n)
		}
	})
}

func TestLineThatIsNotMine(t *testing.T) {
	withService(t, func(t *testing.T, _ *sim.Service, cfg Config) {
		cfg.Lines = append(cfg.Lines, "another")
		if err := New(cfg).Run(t.Context()); gotoapi.Class(err) != gotoapi.Fatal {
			t.Errorf("%v", err)
		}
		cfg.Lines = nil // all of mine
		lines, err := New(cfg).feed.find(t.Context())
		if err != nil || len(lines) != 1 || lines[0].organization == "" || lines[0].region != "US" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}
