package stream

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

var opening = []string{"POST channel", "POST calls", "POST reports", "socket"}

func seqs(events []call.Event) []string {
	var out []string
	for _, e := range events {
		out = append(out, fmt.Sprintf("%s/%d", e.Meta.ID, e.Snapshot.Seq))
	}
	return out
}

func TestHappyPath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(0)
		if d := cmp.Diff(opening, r.asked()); d != "" {
			t.Error(d)
		}
		r.send(0, state("c1", 1))
		r.send(0, state("c1", 2))
		r.send(0, reportNotice)
		settle(time.Second)
		if d := cmp.Diff([]string{"c1/1", "c1/2", "c1/0"}, seqs(r.events)); d != "" {
			t.Error(d)
		}
		if r.events[2].Kind != call.KindReport || r.events[0].Received.IsZero() {
			t.Errorf("%+v", r.events)
		}
		st := r.stream.Status()
		if st.Link != Live || st.Counters.Frames != 3 || st.Age != time.Second || st.Try != 0 || st.Why != "" {
			t.Errorf("%+v", st)
		}
		took, err := r.finish()
		if err != nil || took > time.Second {
			t.Errorf("%v after %v", err, took)
		}
		if d := cmp.Diff([]string{"DELETE calls", "DELETE reports", "DELETE channel"}, r.asked()); d != "" {
			t.Error(d)
		}
		if r.alive() != 0 {
			t.Error("a channel is left")
		}
	})
}

func TestPingsKeepAQuietLinkLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) { s.life = 10800 }, nil)
		settle(5*time.Minute + time.Second)
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 0 || st.Silence > 8*time.Second {
			t.Errorf("%+v", st)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.pings) != 37 || r.pings[0] != `{"sequence":1}` || r.pings[36] != `{"sequence":37}` {
			t.Errorf("%d pings: %v", len(r.pings), r.pings)
		}
	})
}

func TestRefreshNoticeIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(600 * time.Second)
		r.asked()
		r.send(0, control("WEBSOCKET_REFRESH_REQUIRED"))
		r.send(0, control("WEBSOCKET_REFRESH_REQUIRED"))
		settle(0)
		r.send(0, control("WEBSOCKET_REFRESH_REQUIRED"))
		settle(0)
		if d := cmp.Diff([]string{"PUT channel"}, r.asked()); d != "" {
			t.Error(d)
		}
		if st := r.stream.Status(); st.Counters.Refreshes != 1 || st.Try != 0 || st.Link != Live {
			t.Errorf("%+v", st)
		}
	})
}

func TestRefreshByOwnClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(899 * time.Second)
		if d := cmp.Diff(opening, r.asked()); d != "" {
			t.Error(d)
		}
		settle(2*time.Second + 2*900*time.Second)
		if d := cmp.Diff([]string{"PUT channel", "PUT channel", "PUT channel"}, r.asked()); d != "" {
			t.Error(d)
		}
		if st := r.stream.Status(); st.Counters.Refreshes != 3 || st.Counters.Reconnects != 0 {
			t.Errorf("%+v", st)
		}
	})
}

func TestFailingRefreshReplacesTheChannel(t *testing.T) {
	for _, status := range []int{404, 500, 403} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(s *service) {
					s.refuse = func(what string, _ int) (int, string) {
						if what == "PUT channel" {
							return status, ""
						}
						return 0, ""
					}
				}, nil)
				settle(time.Second)
				r.asked()
				r.send(0, control("WEBSOCKET_REFRESH_REQUIRED"))
				tries, after := 1, time.Second
				if status >= 500 {
					tries, after = 3, 4*time.Second
				}
				settle(after)
				r.send(1, state("old", 1)) // what is in the old socket is not lost
				settle(0)
				r.send(0, state("new", 1))
				settle(4 * time.Second)
				want := append(repeat("PUT channel", tries), opening...)
				want = append(want, "DELETE calls", "DELETE reports", "DELETE channel")
				if d := cmp.Diff(want, r.asked()); d != "" {
					t.Error(d)
				}
				if d := cmp.Diff([]string{"old/1", "new/1"}, seqs(r.events)); d != "" {
					t.Error(d)
				}
				st := r.stream.Status()
				if st.Link != Live || st.Counters.Replaced != 1 || st.Counters.Reconnects != 0 || r.alive() != 1 {
					t.Errorf("%+v, %d channels", st, r.alive())
				}
			})
		})
	}
}

func repeat(s string, n int) []string {
	return strings.Split(strings.TrimSuffix(strings.Repeat(s+"\n", n), "\n"), "\n")
}

func TestToBeClosedOpensTheNextFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hooks := make(chan bool, 10)
		r := start(t, nil, func(c *Config) { c.Connected = hookTo(hooks) })
		settle(time.Second)
		r.asked()
		r.send(0, control("WEBSOCKET_TO_BE_CLOSED"))
		settle(0)
		r.send(1, state("old", 7))
		settle(0)
		r.send(0, state("new", 1))
		settle(0)
		if d := cmp.Diff(opening, r.asked()); d != "" {
			t.Error(d)
		}
		for _, st := range r.statuses[1:] {
			if st.Link == Connecting && st.Counters.Replaced > 0 {
				t.Errorf("the link was down in between: %+v", st)
			}
		}
		settle(3 * time.Second)
		if d := cmp.Diff([]string{"old/7", "new/1"}, seqs(r.events)); d != "" {
			t.Error(d)
		}
		if first, second := <-hooks, <-hooks; !first || second {
			t.Errorf("Connected got %v, %v", first, second)
		}
		if st := r.stream.Status(); st.Counters.Replaced != 1 || r.alive() != 1 {
			t.Errorf("%+v, %d channels", st, r.alive())
		}
	})
}

// TestServiceThatAlwaysWantsToClose would loop hot if a replacement had no back-off.
func TestServiceThatAlwaysWantsToClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) {
			s.onSocket = func(_ int, c *wsConn) { _ = c.WriteMessage(1, []byte(control("WEBSOCKET_TO_BE_CLOSED"))) }
		}, nil)
		settle(5 * time.Minute)
		n := 0
		for _, a := range r.asked() {
			if a == "POST channel" {
				n++
			}
		}
		if n < 5 || n > 20 {
			t.Errorf("%d channels in five minutes", n)
		}
	})
}

func TestLifeEndWithoutNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusing := true
		r := start(t, func(s *service) {
			s.refuse = func(what string, n int) (int, string) {
				if refusing && (what == "PUT channel" || what == "POST channel" && n > 1) {
					return 503, ""
				}
				return 0, ""
			}
		}, nil)
		settle(1100 * time.Second)
		if st := r.stream.Status(); st.Link != Live || st.Why == "" || st.Hint == "" {
			t.Errorf("the old link is to be used while it lasts: %+v", st)
		}
		r.mu.Lock()
		refusing = false
		clear(r.channels) // the service drops the channel at its end
		r.log = nil
		r.mu.Unlock()
		r.closeWith(1001, "lifetime")
		settle(31 * time.Second)
		if d := cmp.Diff(append([]string{"DELETE calls", "DELETE reports", "DELETE channel"}, opening...), r.asked()); d != "" {
			t.Error(d)
		}
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects+st.Counters.Replaced == 0 || st.Why != "" {
			t.Errorf("%+v", st)
		}
	})
}
