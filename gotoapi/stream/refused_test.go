package stream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi"
)

func TestRefusedAtTheStartEndsRun(t *testing.T) {
	for name, tt := range map[string]struct {
		what   string
		status int
		body   string
		class  gotoapi.ErrorClass
	}{
		"no login": {"POST channel", 401, `{"errorCode":"AUTHN_INVALID_TOKEN"}`, gotoapi.Auth},
		"no scope": {"POST calls", 403, `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`, gotoapi.Fatal},
		"account":  {"POST calls", 207, `{"accountKeys":[{"id":"42","status":403,"errorCode":"UNAUTHORIZED","message":"no"}]}`, gotoapi.Fatal},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(s *service) {
					s.refuse = func(what string, _ int) (int, string) {
						if what == tt.what {
							return tt.status, tt.body
						}
						return 0, ""
					}
				}, nil)
				err := <-r.ended
				r.ended = nil
				if gotoapi.Class(err) != tt.class || gotoapi.Hint(err) == "" {
					t.Errorf("%v: %v", gotoapi.Class(err), err)
				}
				if r.alive() != 0 {
					t.Error("a channel is left")
				}
				if st := r.stream.Status(); st.Link != Down || st.Why == "" || st.Hint == "" {
					t.Errorf("%+v", st)
				}
			})
		})
	}
}

func TestRefusedLaterPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusing := false
		r := start(t, func(s *service) {
			s.refuse = func(what string, _ int) (int, string) {
				if refusing && what == "POST calls" {
					return 403, `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`
				}
				return 0, ""
			}
		}, nil)
		settle(time.Second)
		r.mu.Lock()
		refusing = true
		r.mu.Unlock()
		r.closeSockets()
		settle(time.Second)
		st := r.stream.Status()
		if st.Link != Down || st.NextIn < 50*time.Second || !strings.Contains(st.Why, "403") || !strings.Contains(st.Hint, gotoapi.ScopeNotifications) {
			t.Errorf("%+v", st)
		}
		r.mu.Lock()
		refusing = false
		r.mu.Unlock()
		settle(time.Minute)
		if st := r.stream.Status(); st.Link != Live || st.Why != "" || st.Hint != "" {
			t.Errorf("%+v", st)
		}
	})
}

func TestWithoutReportsCallsStillCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) {
			s.refuse = func(what string, _ int) (int, string) {
				if what == "POST reports" {
					return 403, `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`
				}
				return 0, ""
			}
		}, nil)
		settle(time.Second)
		r.send(0, state("c1", 1))
		settle(0)
		if st := r.stream.Status(); st.Link != Live || !strings.Contains(st.NoReports, "403") ||
			!strings.Contains(st.NoReportsHint, gotoapi.ScopeNotifications) || len(r.events) != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestRecoveringUntilConnectedReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ends []error
		release := make(chan struct{})
		r := start(t, nil, func(c *Config) {
			c.Connected = func(ctx context.Context, _ bool) {
				select {
				case <-ctx.Done():
				case <-release:
				}
				ends = append(ends, ctx.Err())
			}
		})
		settle(time.Second)
		if st := r.stream.Status(); st.Link != Recovering {
			t.Errorf("%+v", st)
		}
		r.send(0, state("c1", 1)) // calls are not held up
		settle(0)
		if len(r.events) != 1 {
			t.Error("no event while recovering")
		}
		r.closeSockets()
		settle(100 * time.Millisecond)
		if len(ends) != 1 || !errors.Is(ends[0], context.Canceled) {
			t.Errorf("the first call of Connected ended with %v", ends)
		}
		settle(2 * time.Second)
		close(release)
		settle(0)
		if st := r.stream.Status(); st.Link != Live || len(ends) != 2 || ends[1] != nil {
			t.Errorf("%+v, %v", st, ends)
		}
	})
}

func TestShutdownAtADeadServiceIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := false
		release := make(chan struct{})
		r := start(t, func(s *service) {
			s.refuse = func(string, int) (int, string) {
				if dead {
					s.mu.Unlock()
					<-release
					s.mu.Lock()
				}
				return 0, ""
			}
		}, nil)
		settle(time.Second)
		r.mu.Lock()
		dead, r.mute = true, true
		r.mu.Unlock()
		took, err := r.finish()
		if err != nil || took < 4*time.Second || took > 7*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		close(release)
	})
}

func TestOneRunAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(0)
		if err := r.stream.Run(t.Context()); err == nil {
			t.Error("a second Run began")
		}
	})
}

// TestUnusableChannelIsDeleted has the service name an address that is no websocket's.
func TestUnusableChannelIsDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) { s.scheme = "https" }, nil)
		err := <-r.ended
		r.ended = nil
		if !errors.Is(err, gotoapi.ErrAnswer) || strings.Contains(err.Error(), "secretchannel") || r.alive() != 0 {
			t.Errorf("%v, %d channels", err, r.alive())
		}
	})
}

func TestReportSubscriptionsAreModest(t *testing.T) {
	for name, answers := range map[string][]int{
		"revisions unknown": {400, 0}, "there already": {409}, "revisions unknown, there already": {400, 409},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(s *service) {
					s.refuse = func(what string, n int) (int, string) {
						if what == "POST reports" && n <= len(answers) {
							return answers[n-1], "{}"
						}
						return 0, ""
					}
				}, nil)
				settle(time.Second)
				st := r.stream.Status()
				if st.Link != Live || st.NoReports != "" || r.counts["POST reports"] != len(answers) {
					t.Errorf("%+v after %d tries", st, r.counts["POST reports"])
				}
			})
		})
	}
}
