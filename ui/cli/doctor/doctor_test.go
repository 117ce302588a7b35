package doctor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
	"ringside/gotoapi/sim"
)

func TestAllIsWell(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		sum := r.examine(t.Context())
		if sum.Failed != 0 || sum.LoggedOut || sum.Made != len(r.results) || sum.Made < 14 {
			t.Fatalf("%+v\n%s", sum, r.found())
		}
		var names []string
		for _, res := range r.results {
			names = append(names, res.Check)
			if res.Outcome != OK {
				t.Errorf("%+v", res)
			}
		}
		if d := cmp.Diff(r.begun, names); d != "" {
			t.Errorf("begun and ended:\n%s", d)
		}
		for check, says := range map[string]string{
			"token": "for another ", "calls": "one read, ", "report": "one report read, ", "subscription": r.hello.AccountKey,
			"clock": "within 1s", "websocket": "goto.test", "channel": "lives 20 min",
		} {
			i := slices.IndexFunc(r.results, func(res Result) bool { return res.Check == check })
			if !strings.Contains(r.results[i].Detail, says) {
				t.Errorf("%s says %q, want %q in it", check, r.results[i].Detail, says)
			}
		}
	})
}

// Each scope that is missing is named, with what is off without it and what to do, and nothing that
// needs it is asked for again.
func TestMissingScopes(t *testing.T) {
	follows := map[string]string{
		gotoapi.ScopeNotifications: "subscription", gotoapi.ScopeEventsRead: "calls", gotoapi.ScopeReportsRead: "report",
	}
	for _, gone := range gotoapi.Scopes() {
		t.Run(gone.Name, func(t *testing.T) {
			withService(t, func(t *testing.T, r *rig) {
				var rest []string
				for _, s := range gotoapi.Scopes() {
					if s.Name != gone.Name {
						rest = append(rest, s.Name)
					}
				}
				r.as(true, rest...)
				sum := r.examine(t.Context())
				if gone.Optional {
					i := slices.IndexFunc(r.results, func(res Result) bool { return res.Check == "scope "+gone.Name })
					if want := "not there, and need not be: " + gone.Off; i < 0 || r.results[i].Detail != want || sum.Failed != 0 {
						t.Errorf("%+v\n%s", sum, r.found())
					}
					return
				}
				if sum.Failed != 1 || sum.LoggedOut {
					t.Errorf("%+v\n%s", sum, r.found())
				}
				want := []string{"!! scope " + gone.Name + ": missing: " + gone.Off + "\n   give the OAuth client the scope " + gone.Name}
				if check := follows[gone.Name]; check != "" {
					want = append(want, "-- "+check+": not checked: the scope "+gone.Name+" is missing")
				}
				r.wants(append(want, "ok cleanup")...)
			})
		})
	}
}

// Somebody without rights on the account learns that it is not a matter of scopes.
func TestNoSuperAdmin(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		r.as(false)
		r.examine(t.Context())
		r.wants("ok token", "ok scope users.v1.read", "!! scope voice-admin.v1.read: this login may not use it",
			"log in as a super admin", "ok websocket", "!! subscription: ", "403", "log in as a super admin of that account", "ok cleanup")
	})
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		fault     sim.Fault
		failed    []string
		says      []string
		loggedOut bool
	}{
		"throttled": {
			sim.Fault{Kind: sim.Answer, Status: 429, Path: "/call-events-report/"},
			[]string{"scope cr.v1.read", "report"},
			[]string{"!! scope cr.v1.read: ", "429", "other programs use this account", "!! report: ", "ok cleanup"}, false,
		},
		"trouble": {
			sim.Fault{Kind: sim.Answer, Status: 503, Path: "/notification-channel/"},
			[]string{"channel", "cleanup"},
			[]string{"!! channel: ", "503", "reference", "GoTo has trouble", "-- websocket: not checked: there is no address", "-- scope call-events.v1.notifications.manage: not checked", "-- subscription", "ok calls"}, false,
		},
		"refused": {
			sim.Fault{Kind: sim.Answer, Status: 401, Path: "/users/"},
			[]string{"scope users.v1.lines.read"},
			[]string{"ok token", "ok clock", "!! scope users.v1.lines.read: ", "401", "ringside login", "-- channel: not checked: not logged in", "-- report"}, true,
		},
		"forbidden": {
			sim.Fault{Kind: sim.Answer, Status: 403, Path: "/call-events/v1/conversation-spaces"},
			[]string{"scope call-events.v1.events.read"},
			[]string{"!! scope call-events.v1.events.read: this login may not use it: calls already up", "super admin", "-- calls: not checked: this login may not do that"}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			withService(t, func(t *testing.T, r *rig) {
				r.fault(c.fault)
				sum := r.examine(t.Context())
				r.wants(c.says...)
				if d := cmp.Diff(c.failed, r.failed()); d != "" || sum.Failed != len(c.failed) || sum.LoggedOut != c.loggedOut {
					t.Errorf("%+v\n%s\n%s", sum, d, r.found())
				}
				if r.svc.Faults().Fired(sim.Answer) == 0 {
					t.Error("the fault never struck")
				}
				r.svc.Faults().Clear()
			})
		})
	}
}

func TestLoggedOut(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		oauth := gotoapi.NewOAuth(gotoapi.OAuthConfig{Host: base, ClientID: r.hello.ClientID, ClientSecret: gotoapi.Secret(r.hello.ClientSecret), HTTP: &http.Client{Transport: r.way}})
		r.target.Client = r.client(gotoapi.PATTokens(oauth, "revoked"))
		sum := r.examine(t.Context())
		r.wants("!! token: ", "invalid_grant", "ringside login", "-- clock: not checked: not logged in", "-- report: not checked: not logged in")
		if !sum.LoggedOut || sum.Made != 1 || sum.Failed != 1 {
			t.Errorf("%+v", sum)
		}
	})
}

// Without a network the examination ends at once instead of waiting for each question.
func TestNoNetwork(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		lost := errors.New("no route to host")
		began := time.Now()
		for _, cut := range [][2]string{{"token", "/oauth/"}, {"clock", "/users/"}} { // a token that is there is not asked for again
			what, path := cut[0], cut[1]
			r.results = nil
			r.way.hook = func(req *http.Request, res *http.Response) (*http.Response, error) {
				if strings.HasPrefix(req.URL.Path, path) {
					res.Body.Close()
					return nil, lost
				}
				return res, nil
			}
			sum := r.examine(t.Context())
			r.wants("!! "+what+": ", "no route to host", "check the network", "-- channel: not checked: ")
			if sum.Failed != 1 || sum.LoggedOut {
				t.Errorf("%+v\n%s", sum, r.found())
			}
			r.way.hook = nil
		}
		if took := time.Since(began); took > 3*usualDeadline {
			t.Errorf("it took %v", took)
		}
	})
}

// A service that takes the question and never answers is waited for as long as the check may take.
func TestSilence(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		r.way.hook = func(req *http.Request, res *http.Response) (*http.Response, error) {
			if strings.HasPrefix(req.URL.Path, "/voice-admin/") {
				res.Body.Close()
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return res, nil
		}
		r.examine(t.Context())
		r.wants("!! scope voice-admin.v1.read: no answer within 15s: ", "check the network", "ok channel", "ok cleanup")
		for _, res := range r.results {
			if res.Took > usualDeadline {
				t.Errorf("%s took %v", res.Check, res.Took)
			}
		}
	})
}

func TestClockSkew(t *testing.T) {
	for _, c := range []struct {
		by   time.Duration
		want string
	}{
		{-5 * time.Minute, "!! clock: this machine's clock is 5m"},
		{2 * time.Hour, "!! clock: this machine's clock is 2h0m"},
		{20 * time.Second, "ok clock"},
		{-28 * time.Second, "ok clock"},
	} {
		withService(t, func(t *testing.T, r *rig) {
			r.way.hook = func(_ *http.Request, res *http.Response) (*http.Response, error) {
				res.Header.Set("Date", time.Now().Add(c.by).UTC().Format(http.TimeFormat))
				return res, nil
			}
			sum := r.examine(t.Context())
			r.wants(c.want)
			if c.by.Abs() > maxSkew {
				r.wants(map[bool]string{true: " ahead of GoTo's", false: " behind GoTo's"}[c.by < 0], "set the clock")
			}
			if (sum.Failed == 1) != strings.HasPrefix(c.want, "!!") {
				t.Errorf("%v: %+v\n%s", c.by, sum, r.found())
			}
		})
	}
	withService(t, func(t *testing.T, r *rig) {
		r.way.hook = func(_ *http.Request, res *http.Response) (*http.Response, error) {
			res.Header.Del("Date")
			return res, nil
		}
		r.examine(t.Context())
		r.wants("-- clock: not checked: the service does not say")
	})
}

func TestNoWebsocket(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		says  string
	}{
		"cannot be reached": {func(r *rig) {
			r.target.Dialer.NetDialContext = func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("connection refused")
			}
		}, "goto.test cannot be reached: connection refused"},
		"refused": {func(r *rig) {
			dial := r.target.Dialer.NetDialContext
			r.target.Dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				// The channel is gone before its socket is asked for, as behind a proxy that knows better.
				for ch, err := range r.target.Client.Channels.List(ctx) {
					if err == nil {
						err = r.target.Client.Channels.Delete(ctx, ch)
					}
					if err != nil {
						return nil, err
					}
				}
				return dial(ctx, network, address)
			}
		}, "goto.test does not open it: 404"},
		"silent": {func(r *rig) {
			dial := r.target.Dialer.NetDialContext
			r.target.Dialer.NetDialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dial(ctx, network, address)
				return &deaf{Conn: conn}, err
			}
		}, "no ping was answered: it stays silent"},
	} {
		t.Run(name, func(t *testing.T) {
			withService(t, func(t *testing.T, r *rig) {
				c.spoil(r)
				r.examine(t.Context())
				r.wants("ok channel", "!! websocket: ", c.says, "ws to goto.test must be allowed", "cleanup")
				if !slices.Contains(r.failed(), "websocket") {
					t.Error(r.found())
				}
				time.Sleep(time.Minute) // the service notices the silent socket
			})
		})
	}
}

// A channel whose making was answered with silence is found by its name and taken away.
func TestLostAnswerLeavesNoChannel(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		made := 0
		r.way.hook = func(req *http.Request, res *http.Response) (*http.Response, error) {
			if req.Method == http.MethodPost && strings.Contains(req.URL.Path, "/notification-channel/") {
				made = r.svc.Stats().Channels
				res.Body.Close()
				return nil, errors.New("connection reset")
			}
			return res, nil
		}
		r.examine(t.Context())
		r.wants("!! channel: ", "connection reset", "-- websocket", "ok cleanup")
		if made != 1 {
			t.Errorf("%d channels were there", made)
		}
	})
}

// Whoever leaves in the middle leaves no channel behind.
func TestInterrupted(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		there := 0
		sum, err := Run(ctx, Service(r.target), func(name string) {
			if name == "calls" {
				there = r.svc.Stats().Channels
				cancel()
			}
		}, func(res Result) { r.results = append(r.results, res) })
		if !errors.Is(err, context.Canceled) || there != 1 || sum.Failed != 0 {
			t.Errorf("%v, %d channels in the middle, %+v", err, there, sum)
		}
		r.wants("ok subscription", "ok cleanup")
		if strings.Contains(r.found(), " calls\n") || strings.Contains(r.found(), " calls:") || strings.Contains(r.found(), "report:") {
			t.Errorf("what was not made is told:\n%s", r.found())
		}
	})
}

// What stays although it was to be taken away is said.
func TestCleanUpFails(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		r.way.hook = func(req *http.Request, res *http.Response) (*http.Response, error) {
			if req.Method == http.MethodDelete && strings.Contains(req.URL.Path, "/notification-channel/") {
				return nil, errors.Join(errors.New("connection reset"), res.Body.Close())
			}
			return res, nil
		}
		r.examine(t.Context())
		r.wants("!! cleanup: the channel made for this examination stays: ", "ends by itself within 20 min")
	})
}

// For the calls of one line, what a desk for the whole account needs is not asked for.
func TestDialogs(t *testing.T) {
	withService(t, func(t *testing.T, r *rig) {
		r.as(false, gotoapi.ScopeLinesRead)
		r.target.Dialogs = true
		sum := r.examine(t.Context())
		if d := cmp.Diff("ok token\nok clock\nok scope users.v1.lines.read\nok session\nok websocket\nok subscription\nok cleanup\n", r.found()); d != "" || sum.Failed != 0 {
			t.Errorf("%+v\n%s", sum, d)
		}
	})
	withService(t, func(t *testing.T, r *rig) {
		r.as(true, gotoapi.ScopeUsersRead)
		r.target.Dialogs = true
		r.examine(t.Context())
		r.wants("!! scope users.v1.lines.read: missing: ", "-- session: not checked: the scope users.v1.lines.read is missing",
			"-- websocket: ", "-- subscription: not checked: there is no session")
	})
	withService(t, func(t *testing.T, r *rig) {
		r.target.Dialogs = true
		r.way.hook = func(req *http.Request, res *http.Response) (*http.Response, error) {
			if strings.HasPrefix(req.URL.Path, "/v2/session/") {
				return nil, errors.Join(errors.New("connection reset"), res.Body.Close())
			}
			return res, nil
		}
		r.examine(t.Context())
		r.wants("ok session", "!! subscription: ", "connection reset", "!! cleanup: the session made for this examination stays: ")
	})
}
