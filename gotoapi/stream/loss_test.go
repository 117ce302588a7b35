package stream

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

type wsConn = websocket.Conn

func hookTo(c chan bool) func(context.Context, bool) {
	return func(_ context.Context, first bool) { c <- first }
}

func TestLostLinkIsResumedOnItsChannel(t *testing.T) {
	for _, code := range []int{1000, 1001, 1006, 1011, 1012, 1013} {
		synctest.Test(t, func(t *testing.T) {
			hooks := make(chan bool, 10)
			r := start(t, nil, func(c *Config) { c.Connected = hookTo(hooks) })
			settle(time.Second)
			r.asked()
			if code == 1006 {
				r.closeSockets()
			} else {
				r.closeWith(code, "bye\x1b[31m")
			}
			settle(0)
			st := r.stream.Status()
			if st.Link != Connecting || st.NextIn != 500*time.Millisecond || st.Why == "" || strings.Contains(st.Why, "\x1b") {
				t.Errorf("%d: %+v", code, st)
			}
			settle(time.Second)
			if d := cmp.Diff([]string{"POST calls", "POST reports", "socket"}, r.asked()); d != "" {
				t.Error(code, d)
			}
			st = r.stream.Status()
			if st.Link != Live || st.Counters.Reconnects != 1 || st.Try != 2 || r.alive() != 1 {
				t.Errorf("%d: %+v", code, st)
			}
			if first, second := <-hooks, <-hooks; !first || second {
				t.Errorf("Connected got %v, %v", first, second)
			}
		})
	}
}

func TestLostChannelIsMadeAgain(t *testing.T) {
	for name, lose := range map[string]func(*rig){
		"gone": func(r *rig) {
			r.mu.Lock()
			clear(r.channels)
			r.mu.Unlock()
			r.closeWith(1001, "")
		},
		"policy violation": func(r *rig) { r.closeWith(1008, "") },
		"a code of theirs": func(r *rig) { r.closeWith(4401, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, nil, nil)
				settle(time.Second)
				r.asked()
				lose(r)
				settle(time.Second)
				if d := cmp.Diff(opening, lastN(r.asked(), 4)); d != "" {
					t.Error(d)
				}
				if st := r.stream.Status(); st.Link != Live || r.alive() != 1 {
					t.Errorf("%+v, %d channels", st, r.alive())
				}
			})
		})
	}
}

func lastN(s []string, n int) []string { return s[max(len(s)-n, 0):] }

func TestHalfOpenSocketIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(16 * time.Second)
		r.mu.Lock()
		r.mute = true
		r.mu.Unlock()
		settle(8 * time.Second) // the first ping without a pong
		if st := r.stream.Status(); st.Link != Live {
			t.Errorf("too early: %+v", st)
		}
		settle(6 * time.Second)
		if st := r.stream.Status(); st.Link != Stale || st.Silence < 12*time.Second || st.Why == "" || st.Hint == "" {
			t.Errorf("not stale: %+v", st)
		}
		r.mu.Lock()
		r.mute = false
		r.mu.Unlock()
		settle(15 * time.Second)
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 0 {
			t.Errorf("a link that speaks again is live: %+v", st)
		}
		r.mu.Lock()
		r.mute = true
		r.mu.Unlock()
		settle(40 * time.Second)
		st := r.stream.Status()
		if st.Link != Live && st.Link != Stale || st.Counters.Reconnects != 1 {
			t.Errorf("not replaced: %+v", st)
		}
		var why string
		for _, st := range r.statuses {
			if st.Counters.Reconnects == 1 && why == "" {
				if why = st.Why; st.Hint == "" {
					t.Errorf("no next step: %+v", st)
				}
			}
		}
		if why != "the link went silent" {
			t.Errorf("why %q", why)
		}
	})
}

// TestPeerThatDoesNotRead has a link on which not even a ping can be written.
func TestPeerThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		r := start(t, func(s *service) {
			s.onSocket = func(n int, _ *wsConn) {
				if n == 1 {
					<-stuck
				}
			}
		}, nil)
		settle(time.Minute)
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 1 {
			t.Errorf("%+v", st)
		}
		close(stuck)
		if took, err := r.finish(); err != nil || took > 5*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

func TestBackoffSequence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) {
			s.refuse = func(what string, _ int) (int, string) {
				if what == "POST channel" {
					return 503, `{"errorCode":"UNAVAILABLE"}`
				}
				return 0, ""
			}
		}, nil)
		settle(3 * time.Minute)
		r.mu.Lock()
		at := r.at
		r.mu.Unlock()
		var want []time.Duration
		for sum, d := time.Duration(0), 500*time.Millisecond; sum < 3*time.Minute; d = min(2*d, 30*time.Second) {
			want = append(want, sum)
			sum += d
		}
		if d := cmp.Diff(want, at); d != "" {
			t.Error(d)
		}
		st := r.stream.Status()
		if st.Link != Connecting || st.Try != len(want) || st.NextIn <= 0 || st.NextIn > 30*time.Second || st.Hint == "" {
			t.Errorf("%+v", st)
		}
	})
}

// TestAcceptAndCloseIsNoHotLoop has a service whose every connection succeeds and ends: only an
// event makes the back-off begin anew.
func TestAcceptAndCloseIsNoHotLoop(t *testing.T) {
	for name, tt := range map[string]struct {
		frame    string
		min, max int
	}{
		"nothing":        {"", 8, 14},
		"the same event": {state("c1", 1), 8, 15},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, func(s *service) {
					s.onSocket = func(_ int, c *wsConn) {
						if tt.frame != "" {
							_ = c.WriteMessage(1, []byte(tt.frame))
						}
						c.Close()
					}
				}, nil)
				settle(3 * time.Minute)
				n := 0
				for _, a := range r.asked() {
					if a == "socket" {
						n++
					}
				}
				if n < tt.min || n > tt.max {
					t.Errorf("%d sockets in 3 minutes, want %d..%d", n, tt.min, tt.max)
				}
				if r.alive() != 1 {
					t.Errorf("%d channels", r.alive())
				}
			})
		})
	}
}

func TestProgressResetsBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		for n := range 6 {
			settle(40 * time.Second)
			r.send(0, state("c1", n+1))
			settle(0)
			r.closeSockets()
			settle(0)
			if st := r.stream.Status(); st.NextIn != 500*time.Millisecond {
				t.Fatalf("loss %d: %+v", n, st)
			}
		}
	})
}

func TestRefusedDialDropsTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, func(s *service) {
			s.refuse = func(what string, n int) (int, string) {
				if what == "socket" && n == 1 {
					return 410, ""
				}
				if what == "socket" && n == 2 {
					return 502, ""
				}
				return 0, ""
			}
		}, nil)
		settle(10 * time.Second)
		want := append(append([]string{}, opening...), "DELETE calls", "DELETE reports", "DELETE channel")
		want = append(want, opening...)
		want = append(want, "socket") // 502: the channel is good, the dial is repeated
		if d := cmp.Diff(want, r.asked()); d != "" {
			t.Error(d)
		}
		if st := r.stream.Status(); st.Link != Live || r.alive() != 1 {
			t.Errorf("%+v", st)
		}
	})
}

func TestBadFramesAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(time.Second)
		big := bytes.Repeat([]byte("x"), 10<<20)
		r.send(0, state("c1", 1))
		r.send(0, `{"event":`)
		r.send(0, "\x1b]0;garbage\a"+strings.Repeat("y", 5000))
		r.send(0, string(big))
		r.send(0, `{"event":"Notification","data":{"source":"weather","type":"rain","content":{}}}`)
		r.send(0, state("c1", 2))
		settle(0)
		if d := cmp.Diff([]string{"c1/1", "c1/2"}, seqs(r.events)); d != "" {
			t.Error(d)
		}
		want := Counters{Frames: 3, Bad: 2, TooBig: 1, Unknown: 1, Missed: 3}
		st := r.stream.Status()
		if d := cmp.Diff(want, st.Counters); d != "" || st.Link != Live {
			t.Errorf("%+v\n%s", st, d)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		log := r.logs.String()
		if strings.Contains(log, "\x1b") || strings.Contains(log, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy") {
			t.Errorf("the log is not clean or bounded:\n%s", log)
		}
		if strings.Count(log, "message skipped") != 3 {
			t.Errorf("log:\n%s", log)
		}
		for _, leak := range []string{"secretchannel1", "token-value"} {
			if strings.Contains(log, leak) {
				t.Errorf("%s leaks:\n%s", leak, log)
			}
		}
	})
}
