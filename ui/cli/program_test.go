package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// proof skips a long proof unless it was asked for: RINGSIDE_PROOFS=storm,soak or all.
func proof(t *testing.T, name string) {
	t.Helper()
	asked := strings.Split(os.Getenv("RINGSIDE_PROOFS"), ",")
	if !slices.Contains(asked, name) && !slices.Contains(asked, "all") {
		t.Skipf("a long proof: run it with .ci/prove %s", name)
	}
}

// With 5,000 calls up and 2,000 states a second for a minute, a key is on the screen within 50 ms
// at the 99th percentile, whether a filter is on or not.
func TestKeysStayQuickInAStorm(t *testing.T) {
	proof(t, "storm")
	for _, filter := range []string{"", "state:talking talk>5s"} {
		t.Run("filter "+filter, func(t *testing.T) {
			s := startScreen(t, 160, 50, "demo", "--scenario", "storm", "--live", "5000", "--states", "2000")
			s.wait("full floor", 60*time.Second, func(x string) bool { return strings.Contains(x, "4 Reports") && strings.Contains(x, "rows") })
			s.wait("live link", 60*time.Second, func(x string) bool { return strings.Contains(x, "● live") })
			if filter != "" {
				s.key("/")
				s.key(filter)
				s.key("\r")
				s.wait("filter", 10*time.Second, func(x string) bool { return strings.Contains(x, filter) && !strings.Contains(x, "as it was") })
			}
			quickKeys(t, s)
		})
	}
}

// quickKeys types for a minute, and measures how long each key takes to the screen.
func quickKeys(t *testing.T, s *screen) {
	t.Helper()
	var took []time.Duration
	helping := func(x string) bool { return strings.Contains(x, "follow") && !strings.Contains(x, "STATE") }
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		s.key("?")
		took = append(took, s.wait("help", 5*time.Second, helping))
		s.key("?") // not Esc: a terminal program has to wait whether more follows it
		took = append(took, s.wait("table", 5*time.Second, func(x string) bool { return !helping(x) }))
		s.key("j")
		time.Sleep(120 * time.Millisecond) // a person's pace
	}
	slices.Sort(took)
	at := func(q float64) time.Duration { return took[int(float64(len(took)-1)*q)] }
	t.Logf("%d keys: p50 %v, p95 %v, p99 %v, worst %v", len(took), at(.5), at(.95), at(.99), took[len(took)-1])
	t.Log("\n" + strings.Join(strings.SplitN(s.text(), "\n", 4)[:3], "\n"))
	if at(.99) > 50*time.Millisecond {
		t.Errorf("p99 is %v, over 50 ms", at(.99))
	}
}

// The story of a demo, as a person sees it: a floor at once, a call that rings me within 20 s and
// is named, its report at hand after it ended.
func TestDemoAsAPersonSeesIt(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, size[0], size[1], "demo")
			s.wait("living floor", 30*time.Second, func(x string) bool { return strings.Contains(x, "talking") })
			s.wait("call that rings me", 60*time.Second, func(x string) bool { return strings.Contains(x, "RINGING YOU") && strings.Contains(x, "Dana Roe") })
			s.wait("address of the pop", 30*time.Second, func(x string) bool { return strings.Contains(x, "https://crm.simulated/crm/contacts/C-1001") })
			s.key("P")
			s.wait("trace of the pop", 30*time.Second, func(x string) bool { return strings.Contains(x, "ringing  Dana Roe: address shown by customers") })
			s.key("q")
			ended := make(chan error, 1)
			go func() { ended <- s.cmd.Wait() }()
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("q: %v", err)
				}
			case <-time.After(10 * time.Second):
				t.Error("q does not end the program")
			}
		})
	}
}
