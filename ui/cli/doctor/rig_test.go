package doctor

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/sim/world"
)

const base = "http://goto.test"

// rig is the simulated GoTo in a synctest bubble, and a way to it that can be made bad.
type rig struct {
	t       *testing.T
	svc     *sim.Service
	hello   sim.Hello
	way     *way
	net     *memnet.Listener
	target  Target
	results []Result
	begun   []string
}

// way is the network between the two: a hook may change an answer, or lose it.
type way struct {
	http.RoundTripper
	hook func(*http.Request, *http.Response) (*http.Response, error)
}

func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.RoundTripper.RoundTrip(r)
	if err != nil || w.hook == nil {
		return res, err
	}
	return w.hook(r, res)
}

// withService runs body against the simulated GoTo, in which some calls have ended already.
func withService(t *testing.T, body func(*testing.T, *rig)) {
	synctest.Test(t, func(t *testing.T) {
		svc, err := sim.New(sim.Config{World: world.Config{Seed: 4}, RetryAfter: true})
		if err != nil {
			t.Fatal(err)
		}
		r := &rig{t: t, svc: svc, hello: svc.Hello(base), net: memnet.Pipe()}
		srv := &http.Server{Handler: svc, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
		tr := &http.Transport{DialContext: r.net.DialContext}
		ctx, cancel := context.WithCancel(t.Context())
		served, ran := make(chan error, 1), make(chan error, 1)
		go func() { served <- srv.Serve(r.net) }()
		go func() { ran <- svc.Run(ctx) }()
		defer func() {
			cancel()
			if err := <-ran; err != nil {
				t.Error(err)
			}
			tr.CloseIdleConnections()
			srv.Close()
			<-served
			time.Sleep(time.Second) // net/http keeps a refused connection for half a second
		}()
		r.way = &way{RoundTripper: tr}
		oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{
			Host: base, ClientID: r.hello.ClientID, ClientSecret: gotoapi.Secret(r.hello.ClientSecret), HTTP: &http.Client{Transport: r.way},
		})
		r.target = Target{
			Client: r.client(gotoapi.PATTokens(oauth, gotoapi.Secret(r.hello.PersonalAccessToken))),
			Dialer: &websocket.Dialer{NetDialContext: r.net.DialContext, HandshakeTimeout: usualDeadline},
		}
		time.Sleep(10 * time.Minute) // some calls end
		body(t, r)
		if st := svc.Stats(); st.Channels != 0 || st.Clients != 0 {
			t.Errorf("%d channels and %d sockets stay behind", st.Channels, st.Clients)
		}
		r.noSecrets()
	})
}

func (r *rig) client(tokens gotoapi.TokenSource) *gotoapi.Client {
	return gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base, Realtime: base}),
		gotoapi.WithHTTPClient(&http.Client{Transport: r.way}), gotoapi.WithTokenSource(tokens))
}

// as makes the target somebody's with some scopes: me, who is a super admin, or another.
func (r *rig) as(superAdmin bool, scopes ...string) {
	r.t.Helper()
	key := ""
	for u, err := range r.target.Client.Identity.Users(r.t.Context(), r.hello.AccountKey) {
		if err != nil {
			r.t.Fatal(err)
		}
		if key == "" && len(u.Lines) > 0 && (u.Lines[0].ID == r.hello.Me.LineID) == superAdmin {
			key = u.Key
		}
	}
	q := url.Values{
		"client_id": {r.hello.ClientID}, "response_type": {"token"}, "redirect_uri": {"http://localhost:5000"},
		"user": {key}, "scope": {strings.Join(scopes, " ")},
	}
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, base+"/OAuth/approve?"+q.Encode(), http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := r.way.RoundTrip(req)
	if err != nil {
		r.t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		r.t.Fatal(err)
	}
	granted, err := url.ParseQuery(back.Fragment)
	if err != nil || granted.Get("access_token") == "" {
		r.t.Fatalf("no token in %v", back)
	}
	r.target.Client = r.client(gotoapi.Static(gotoapi.Secret(granted.Get("access_token"))))
}

// fault makes the service misbehave.
func (r *rig) fault(f sim.Fault) {
	r.t.Helper()
	if _, err := r.svc.Faults().Add(f); err != nil {
		r.t.Fatal(err)
	}
}

// examine makes all checks.
func (r *rig) examine(ctx context.Context) Summary {
	r.t.Helper()
	sum, err := Run(ctx, Service(r.target),
		func(name string) { r.begun = append(r.begun, name) }, func(res Result) { r.results = append(r.results, res) })
	if err != nil {
		r.t.Fatal(err)
	}
	return sum
}

// found writes the results down, one line each; of those that are well only the name.
func (r *rig) found() string {
	var b strings.Builder
	for _, res := range r.results {
		switch res.Outcome {
		case OK:
			b.WriteString("ok " + res.Check + "\n")
		case Skipped:
			b.WriteString("-- " + res.Check + ": " + res.Detail + "\n")
		case Failed:
			b.WriteString("!! " + res.Check + ": " + res.Detail + "\n   " + res.Hint + "\n")
		}
	}
	return b.String()
}

// wants checks that what was found has these pieces, in this order.
func (r *rig) wants(pieces ...string) {
	r.t.Helper()
	rest := r.found()
	for _, p := range pieces {
		_, after, ok := strings.Cut(rest, p)
		if !ok {
			r.t.Fatalf("%q is missing, or in another place, in\n%s", p, r.found())
		}
		rest = after
	}
}

// failed names the checks that failed.
func (r *rig) failed() (names []string) {
	for _, res := range r.results {
		if res.Outcome == Failed {
			names = append(names, res.Check)
		}
	}
	return names
}

// noSecrets checks that no result says what must not be printed.
func (r *rig) noSecrets() {
	for _, res := range r.results {
		for _, secret := range []string{"/ws", "channels/", "/session/", r.hello.ClientSecret, r.hello.PersonalAccessToken, "Bearer"} {
			if strings.Contains(res.Detail+res.Hint, secret) {
				r.t.Errorf("%q is in %+v", secret, res)
			}
		}
		if len(res.Detail) == 0 {
			r.t.Errorf("nothing is said of %s", res.Check)
		}
	}
}

// deaf is a connection that loses what is written after the first time.
type deaf struct {
	net.Conn
	written bool
}

func (d *deaf) Write(b []byte) (int, error) {
	if d.written {
		return len(b), nil
	}
	d.written = true
	return d.Conn.Write(b)
}
