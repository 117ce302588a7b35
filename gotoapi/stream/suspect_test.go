package stream

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
)

// sleeper is a wall clock that can be put forward alone, as a sleep does where the monotonic clock
// stands still meanwhile.
type sleeper struct{ slept atomic.Int64 }

func (s *sleeper) now() time.Time { return time.Now().Add(time.Duration(s.slept.Load())) }

// hooked counts the calls of Config.Connected.
func hooked(n *atomic.Int64) func(context.Context, bool) {
	return func(context.Context, bool) { n.Add(1) }
}

func TestLinkThatDiedInSleepIsReplacedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, connects := &sleeper{}, new(atomic.Int64)
		r := start(t, nil, func(c *Config) { c.Wall, c.Connected = clock.now, hooked(connects) })
		settle(10 * time.Second)
		r.silence()
		clock.slept.Store(int64(2 * time.Hour))
		settle(2 * time.Second)
		r.mu.Lock()
		r.mute = false
		r.mu.Unlock()
		settle(3 * time.Second) // by the watchdog it would take 28 s
		st := r.stream.Status()
		if st.Link != Live || st.Counters.Reconnects != 1 || connects.Load() != 2 {
			t.Errorf("%+v, %d connects", st, connects.Load())
		}
		if !slices.ContainsFunc(r.statuses, func(s Status) bool { return s.Why == "the link broke: this computer was asleep" }) {
			t.Errorf("%+v", r.statuses)
		}
	})
}

func TestLinkThatOutlivesSleepIsKeptAndReconciled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, connects := &sleeper{}, new(atomic.Int64)
		r := start(t, nil, func(c *Config) { c.Wall, c.Connected = clock.now, hooked(connects) })
		settle(10 * time.Second)
		clock.slept.Store(int64(time.Minute))
		settle(5 * time.Second)
		if st := r.stream.Status(); st.Link != Live || st.Counters.Reconnects != 0 || connects.Load() != 2 {
			t.Errorf("%+v, %d connects", st, connects.Load())
		}
		// A small correction of the clock, or one backwards, is no sleep.
		clock.slept.Add(int64(20 * time.Second))
		settle(5 * time.Second)
		clock.slept.Add(-int64(time.Hour))
		settle(5 * time.Second)
		if connects.Load() != 2 {
			t.Errorf("%d connects after small corrections", connects.Load())
		}
	})
}

func TestSleepEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock, dead := &sleeper{}, true
		r := start(t, func(s *service) {
			s.refuse = func(string, int) (int, string) {
				if dead {
					return 503, ""
				}
				return 0, ""
			}
		}, func(c *Config) { c.Wall = clock.now })
		settle(100 * time.Second)
		if st := r.stream.Status(); st.NextIn < 10*time.Second {
			t.Fatalf("%+v", st)
		}
		r.mu.Lock()
		dead = false
		r.mu.Unlock()
		clock.slept.Store(int64(time.Hour))
		settle(3 * time.Second)
		if st := r.stream.Status(); st.Link != Live {
			t.Errorf("%+v", st)
		}
	})
}

func TestDoubtedLinkHasToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		settle(10 * time.Second)
		r.stream.Suspect()
		settle(3 * time.Second)
		if st := r.stream.Status(); st.Counters.Reconnects != 0 {
			t.Fatalf("a link that answers is kept: %+v", st)
		}
		r.silence()
		r.stream.Suspect()
		r.stream.Suspect()
		settle(3 * time.Second)
		if st := r.stream.Status(); st.Counters.Reconnects != 1 || st.Link != Live {
			t.Errorf("%+v", st)
		}
	})
}

func TestLostSubscriptionIsFoundAndMadeAgain(t *testing.T) {
	for _, lost := range []string{"calls", "reports"} {
		t.Run(lost, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				connects := new(atomic.Int64)
				r := start(t, nil, func(c *Config) { c.ReadBack, c.Connected = 3*time.Minute, hooked(connects) })
				settle(10 * time.Second)
				r.mu.Lock()
				if lost == "calls" {
					clear(r.calls)
				} else {
					r.noReports = true
				}
				r.mu.Unlock()
				r.asked()
				settle(3*time.Minute + time.Second)
				want := []string{"GET calls", "POST calls", "GET reports"}
				if lost == "reports" {
					want = []string{"GET calls", "GET reports", "POST reports"}
				}
				if d := cmp.Diff(want, r.asked()); d != "" {
					t.Error(d)
				}
				if st := r.stream.Status(); st.Counters.Resubscribed != 1 || connects.Load() != 2 || st.Link != Live {
					t.Errorf("%+v, %d connects", st, connects.Load())
				}
				settle(3 * time.Minute) // all is there: nothing to do
				if d := cmp.Diff([]string{"GET calls", "GET reports"}, r.asked()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

func TestChannelThatIsGoneBehindAnOpenSocketIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, func(c *Config) { c.ReadBack = 3 * time.Minute })
		settle(10 * time.Second)
		r.mu.Lock()
		clear(r.channels)
		r.mu.Unlock()
		settle(3*time.Minute + 5*time.Second)
		if st := r.stream.Status(); st.Counters.Replaced != 1 || st.Link != Live || r.alive() != 1 {
			t.Errorf("%+v, %d channels", st, r.alive())
		}
	})
}

func TestMissingNumbersAreNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var missed atomic.Int64
		r := start(t, nil, func(c *Config) { c.Missed = func(n int) { missed.Add(int64(n)) } })
		settle(time.Second)
		for _, n := range []int{1, 2, 3, 5, 4, 6, 6} { // late and twice, but all there
			r.send(0, state("c1", n))
		}
		settle(3 * time.Second)
		if missed.Load() != 0 {
			t.Fatalf("%d missed of none", missed.Load())
		}
		r.send(0, state("c1", 9))
		settle(500 * time.Millisecond)
		if missed.Load() != 0 {
			t.Error("too early: they may still come")
		}
		settle(2 * time.Second)
		if st := r.stream.Status(); missed.Load() != 2 || st.Counters.Missed != 2 {
			t.Errorf("%d missed, %+v", missed.Load(), st)
		}
		r.send(0, "{broken")
		settle(0)
		if missed.Load() != 3 {
			t.Error("a message that cannot be read is a missed one")
		}
	})
}

// A service whose numbers are not those of the channel must not raise doubts for ever.
func TestForeignNumbersAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var missed atomic.Int64
		r := start(t, nil, func(c *Config) { c.Missed = func(n int) { missed.Add(1) } })
		settle(time.Second)
		for n := range 300 {
			r.send(0, state("c1", 10*n+1))
			settle(2 * time.Second)
		}
		if missed.Load() < 10 || missed.Load() > judgedAfter {
			t.Errorf("%d doubts", missed.Load())
		}
	})
}

// When nothing is reached at all the attempts stay close, so that the end of an outage is soon seen;
// a service that answers is left alone more and more (TestBackoffSequence).
func TestWithoutANetworkTheAttemptsStayClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tries []time.Duration
		begun := time.Now()
		r := start(t, nil, func(c *Config) {
			tr := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
				tries = append(tries, time.Since(begun))
				return nil, syscall.ECONNREFUSED
			}}
			c.Client = gotoapi.New(gotoapi.WithHosts(gotoapi.Hosts{API: "http://goto.test"}),
				gotoapi.WithHTTPClient(&http.Client{Transport: tr}), gotoapi.WithTokenSource(gotoapi.Static("token-value")))
		})
		settle(5 * time.Minute)
		for i := 8; i < len(tries); i++ {
			if gap := tries[i] - tries[i-1]; gap > time.Second {
				t.Fatalf("try %d came %v after the one before", i, gap)
			}
		}
		if n := len(tries); n < 250 || n > 350 {
			t.Errorf("%d attempts in 5 minutes", n)
		}
		st := r.stream.Status()
		if st.Link != Connecting || st.NextIn > time.Second || st.Why == "" || st.Hint == "" {
			t.Errorf("%+v", st)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if n := strings.Count(r.logs.String(), "no link"); n > 10 {
			t.Errorf("%d lines in the log", n)
		}
	})
}
