package cli

import (
	"strings"
	"testing"
	"time"
)

// A login that ends under a running desk is told with its way out; the board stays, and a login in
// another terminal is taken over.
func TestTheDeskOutlivesItsLogin(t *testing.T) {
	f := startFarAway(t)
	f.login()
	s := startScreenIn(t, f.env, 140, 40)
	shows := func(words ...string) func(string) bool {
		return func(x string) bool {
			for _, w := range words {
				if !strings.Contains(x, w) {
					return false
				}
			}
			return true
		}
	}
	s.wait("live floor", 20*time.Second, shows("● live", "talking", "Acme Support"))
	if _, _, code := f.run("", "logout"); code != 0 {
		t.Fatalf("logout: exit %d", code)
	}
	s.wait("word of the end with the board in place", 20*time.Second, shows("the login has ended", "run `ringside login` in another terminal", "talking"))
	f.login()
	s.wait("word of the new login", 20*time.Second, shows("the login is good again", "talking"))
	s.key("q")
}
