package gotoapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/memnet"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/wire"
)

const base = "http://goto.test"

// service is the simulated GoTo, running inside a synctest bubble, with a client of it.
type service struct {
	*sim.Service
	hello  sim.Hello
	http   *http.Client
	oauth  *gotoapi.OAuth
	client *gotoapi.Client
}

// withService runs body beside the simulated GoTo, on the clock of a synctest bubble.
func withService(t *testing.T, body func(*testing.T, *service)) {
	synctest.Test(t, func(t *testing.T) {
		svc, err := sim.New(sim.Config{World: world.Config{Seed: 11}})
		if err != nil {
			t.Fatal(err)
		}
		hc, stop := memnet.Pipe().Serve(&http.Server{Handler: svc})
		ctx, cancel := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- svc.Run(ctx) }()
		defer func() {
			cancel()
			if err := errors.Join(<-ran, stop()); err != nil {
				t.Error(err)
			}
			pass(time.Second) // net/http keeps a refused connection for half a second
		}()
		s := &service{Service: svc, hello: svc.Hello(base), http: hc}
		s.oauth = gotoapi.NewOAuth(gotoapi.OAuthConfig{
			Host: base, ClientID: s.hello.ClientID, ClientSecret: gotoapi.Secret(s.hello.ClientSecret), HTTP: s.http,
		})
		s.client = s.with(gotoapi.PATTokens(s.oauth, gotoapi.Secret(s.hello.PersonalAccessToken)))
		body(t, s)
	})
}

func (s *service) with(tokens gotoapi.TokenSource) *gotoapi.Client {
	return gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: base, Auth: base}),
		gotoapi.WithHTTPClient(s.http), gotoapi.WithTokenSource(tokens))
}

func pass(d time.Duration) { <-time.After(d) }

func all[T any](t *testing.T, seq func(func(T, error) bool)) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func TestLoginAtTheSimulator(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		const redirect = "http://localhost:5000"
		verifier := oauth2.GenerateVerifier()
		at := s.oauth.AuthURL("the-state", redirect, oauth2.S256ChallengeFromVerifier(verifier))
		back := login(t, s, at)
		if back.Query().Get("state") != "the-state" {
			t.Fatalf("came back to %v", back)
		}
		code := back.Query().Get("code")
		token, err := s.oauth.Exchange(t.Context(), code, redirect, verifier)
		if err != nil || token.Refresh == "" || len(token.Scopes) == 0 || token.Principal == "" {
			t.Fatalf("%+v, %v", token, err)
		}
		if _, err := s.oauth.Exchange(t.Context(), code, redirect, verifier); gotoapi.Class(err) != gotoapi.Auth {
			t.Errorf("a code is good for one use: %v", err)
		}
		tokens := gotoapi.NewTokens(gotoapi.TokensConfig{Next: s.oauth.Refresh})
		if err := tokens.Use(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		c := s.with(tokens)
		for range 8 { // two hours: the token has to be refreshed, the refresh token stays
			if _, err := c.Identity.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
			pass(15 * time.Minute)
		}
		now, err := tokens.Token(t.Context())
		if err != nil || now.Access == token.Access || now.Refresh != token.Refresh {
			t.Errorf("%v", err)
		}
		for _, kind := range []sim.FaultKind{sim.RevokeTokens, sim.ExpireTokens} {
			if n, err := s.Faults().Now(sim.Fault{Kind: kind}); n == 0 || err != nil {
				t.Fatal(n, err)
			}
			if _, err := c.Identity.Me(t.Context()); err != nil {
				t.Errorf("after %s: %v", kind, err)
			}
		}
	})
}

// login does what a browser does: follow to the login page, choose the first person, come back.
func login(t *testing.T, s *service, at string) *url.URL {
	t.Helper()
	browser := *s.http
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	get := func(at string) *url.URL {
		res, err := browser.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		loc, err := res.Location()
		if err != nil {
			t.Fatalf("%d: %v", res.StatusCode, err)
		}
		return loc
	}
	page := get(at)
	approve, err := url.Parse(page.Query().Get("service"))
	if err != nil {
		t.Fatal(err)
	}
	users := all(t, s.client.Identity.Users(t.Context(), s.hello.AccountKey))
	q := approve.Query()
	q.Set("user", users[0].Key)
	approve.RawQuery = q.Encode()
	return get(approve.String())
}

func TestPeopleAtTheSimulator(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		ctx, account := t.Context(), s.hello.AccountKey
		me, err := s.client.Identity.Me(ctx)
		if err != nil || len(me) != 1 || me[0].Account != account || me[0].Organization != s.hello.OrganizationID {
			t.Errorf("%+v, %v", me, err)
		}
		lines, err := s.client.Identity.Lines(ctx, account)
		if err != nil || len(lines) != 1 || lines[0].ID != s.hello.Me.LineID || lines[0].Extension != s.hello.Me.Extension {
			t.Errorf("%+v, %v", lines, err)
		}
		if users := all(t, s.client.Identity.Users(ctx, account)); len(users) != 25 {
			t.Errorf("%d users", len(users))
		}
		queues := 0
		for _, e := range all(t, s.client.Admin.Extensions(ctx, account)) {
			if e.Type == "CALL_QUEUE" && e.Name != "" && e.Number != "" {
				queues++
			}
		}
		if queues == 0 {
			t.Error("no queue has a name")
		}
		if numbers := all(t, s.client.Admin.PhoneNumbers(ctx, account)); len(numbers) == 0 || !strings.HasPrefix(numbers[0].Number, "+") {
			t.Errorf("%+v", numbers)
		}
	})
}

// TestCallsAtTheSimulator reads an hour of calls in every way there is, and compares with what the
// simulator itself knows.
func TestCallsAtTheSimulator(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		ctx, account, began := t.Context(), s.hello.AccountKey, s.Now()
		pass(time.Hour)
		var live []string
		s.World(func(w *world.World) { live = w.Live() })
		var spaces []string
		for _, e := range all(t, s.client.CallEvents.Spaces(ctx, account)) {
			spaces = append(spaces, e.Meta.ID)
			states, err := s.client.CallEvents.States(ctx, e.Meta.ID, 0, 0)
			if err != nil || len(states) < int(e.Snapshot.Seq) {
				t.Fatalf("%d states of %d, %v", len(states), e.Snapshot.Seq, err)
			}
			for i, st := range states {
				if st.Snapshot.Seq != uint64(i+1) {
					t.Errorf("state %d has number %d", i, st.Snapshot.Seq)
				}
			}
		}
		slices.Sort(live)
		slices.Sort(spaces)
		if d := cmp.Diff(live, spaces); d != "" || len(live) == 0 {
			t.Error(d)
		}
		if _, err := s.client.Reports.Report(ctx, "00000000-0000-3000-8000-000000000000"); !errors.Is(err, gotoapi.ErrNotReady) {
			t.Errorf("%v", err)
		}
		q := gotoapi.SummaryQuery{Account: account, From: began.Add(-45 * 24 * time.Hour), To: s.Now().Add(time.Second)}
		summaries := all(t, s.client.Reports.Summaries(ctx, q))
		if len(summaries) < 100 || !slices.IsSortedFunc(summaries, func(a, b wire.Summary) int { return b.Created.Compare(a.Created) }) {
			t.Errorf("%d summaries, or not newest first", len(summaries))
		}
		for _, sum := range summaries[:20] {
			rep, err := s.client.Reports.Report(ctx, sum.ID)
			if err != nil {
				t.Fatal(err)
			}
			var truth world.Truth
			s.World(func(w *world.World) { truth, _ = w.Truth(sum.ID) })
			if len(rep.Events) != truth.States || !rep.Ended.Equal(*truth.Ended) || !sum.Created.Equal(truth.Created) {
				t.Errorf("report of %s: %d states, want %d", sum.ID, len(rep.Events), truth.States)
			}
		}
	})
}

func TestRefusalsAtTheSimulator(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		ctx := t.Context()
		gone := gotoapi.Channel{ID: "no-such-channel", Nickname: "n"}
		if _, err := s.client.Channels.Refresh(ctx, gone); !errors.Is(err, gotoapi.ErrNotFound) || strings.Contains(err.Error(), "no-such-channel") {
			t.Errorf("%v", err)
		}
		if err := s.client.Channels.Delete(ctx, gone); err != nil {
			t.Errorf("%v", err)
		}
		ch, err := s.client.Channels.Create(ctx, "desk")
		if err != nil || ch.Lifetime != 1200*time.Second {
			t.Fatalf("%v, %v", ch, err)
		}
		results, err := s.client.CallEvents.Subscribe(ctx, ch, []string{s.hello.AccountKey, "999"})
		var partial *gotoapi.PartialError
		if !errors.As(err, &partial) || len(partial.Failed) != 1 || partial.Failed[0].Account != "999" || !results[0].OK() {
			t.Errorf("%+v, %v", results, err)
		}
		if keys, err := s.client.CallEvents.Subscriptions(ctx, ch); err != nil || !slices.Equal(keys, []string{s.hello.AccountKey}) {
			t.Errorf("%v, %v", keys, err)
		}
		if _, err := s.with(gotoapi.Static("forged")).Identity.Me(ctx); gotoapi.Class(err) != gotoapi.Auth {
			t.Errorf("%v", err)
		}
		for _, status := range []int{429, 503} {
			if _, err := s.Faults().Add(sim.Fault{Kind: sim.Answer, Path: "/users/", Status: status, Count: 2}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.client.Identity.Me(ctx); err != nil {
				t.Errorf("two answers of %d in a row are survived: %v", status, err)
			}
		}
		if n := s.Faults().Fired(sim.Answer); n != 4 {
			t.Errorf("%d faults fired", n)
		}
	})
}

// TestRateLimitAtTheSimulator asks for more than the service allows: it must never have to say so.
func TestRateLimitAtTheSimulator(t *testing.T) {
	withService(t, func(t *testing.T, s *service) {
		begin := time.Now()
		for range 60 {
			if _, err := s.client.Identity.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("60 requests took %v", took)
		}
		if n := s.Stats().Requests; n != 61 { // and one for the token
			t.Errorf("%d requests: some were repeated", n)
		}
	})
}
