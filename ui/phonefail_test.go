package ui

import (
	"bufio"
	"errors"
	"strings"
	"testing"

	"ringside/store/phone"
	"ringside/ui/plain"
)

// What fails in a call stands in the bar, and is not said a second time above it.
func TestAFailureIsSaidOnce(t *testing.T) {
	l := newLine(rings("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{}, l, 120, 30)
	const why, hint = "the call could not be answered: too many requests (429)", "it rings on: answer it again in a few seconds"
	l.fails = hintedError{errors.New(why), hint}
	l.view.Calls[0].Why, l.view.Calls[0].Hint = why, hint
	keys("a")
	if got := screen(m).Text(); strings.Count(got, why) != 1 || strings.Count(got, hint) != 1 {
		t.Errorf("said twice or never:\n%s", got)
	}
	l.fails = nil
	l.view.Calls[0].Why, l.view.Calls[0].Hint = "", ""
	keys("a")
	if got := screen(m).Text(); strings.Contains(got, "429") {
		t.Errorf("still said:\n%s", got)
	}
}

// A failure that the bar does not show goes as soon as the person goes on.
func TestAFailureIsNotSaidForLong(t *testing.T) {
	l := newLine(talks("1", "Dana Roe", "+12125550110"))
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	l.fails = errors.New("the call could not be muted: GoTo has trouble (503)")
	keys("M")
	find(t, m, "could not be muted")
	l.fails = nil
	keys("h")
	if got := screen(m).Text(); strings.Contains(got, "could not be muted") {
		t.Errorf("still said:\n%s", got)
	}
}

// Of two calls that ring, the keys can be turned to the other one.
func TestTurningToTheOtherThatRings(t *testing.T) {
	dana := rings("1", "Dana Roe", "+12125550110")
	dana.Focus = true
	l := newLine(dana, rings("2", "Lee Park", "+12015550133"))
	m, keys := phoneDesk(t, Options{}, l, 100, 24)
	find(t, m, "H turn to it")
	keys("H")
	find(t, m, "RINGING YOU   Lee Park")
	keys("x")
	if got := l.took(); got != "decline 2" {
		t.Errorf("asked %q", got)
	}
}

// Calls that are together are not put together again.
func TestJoinedCalls(t *testing.T) {
	one, two := talks("1", "Dana Roe", "+12125550110"), talks("2", "Lee Park", "+12015550133")
	two.Focus, one.Joined, two.Joined = false, true, true
	l := newLine(one, two)
	m, keys := phoneDesk(t, Options{}, l, 120, 24)
	find(t, m, "joined: Lee Park")
	keys("&")
	find(t, m, "they are together already")
	if got := l.took(); got != "" {
		t.Errorf("asked %q", got)
	}
}

// In sentences, what the bar would show is told.
func TestPlainTellsOfFailuresAndSound(t *testing.T) {
	c := talks("1", "Lee Park", "+12015550133")
	l := newLine(c)
	m, _ := phoneDesk(t, Options{}, l, 120, 40)
	var out strings.Builder
	p := &linear{m: m, out: bufio.NewWriter(&out), end: func() {}, teller: plain.New(plain.Options{}), notice: m.said, link: m.header.Link().State}
	then := func(change func(*phone.Call)) {
		change(&c)
		p.take(PhoneMsg{phone.View{Line: l.view.Line, Sound: l.view.Sound, Calls: []phone.Call{c}}})
	}
	then(func(c *phone.Call) { c.Quality = phone.Quality{Known: true} })
	then(func(c *phone.Call) { c.Quality.Loss = 0.06 })
	then(func(c *phone.Call) { c.Quality.Loss = 0.07 })
	then(func(c *phone.Call) { c.Quality.Loss = 0.02 })
	then(func(c *phone.Call) { c.Quality.Loss = 0 })
	then(func(c *phone.Call) { c.Quality.Silent = true })
	then(func(c *phone.Call) {
		c.Quality.Silent, c.Quality.NoPath, c.Why, c.Hint = false, true, "no network path for the sound of the call", "open the firewall"
	})
	then(func(c *phone.Call) { c.Level.In = 0.3 })
	then(func(c *phone.Call) { c.Quality.NoPath, c.Why, c.Hint = false, "", "" })
	then(func(c *phone.Call) { c.State, c.Why, c.Hint = phone.Ended, "you hung up", "" })
	var got []string
	for line := range strings.Lines(out.String()) {
		if _, said, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(said, "Lee Park:") {
			got = append(got, said)
		}
	}
	want := "Lee Park: the sound is poor, 6% loss.|Lee Park: the sound is good again.|Lee Park: no sound from the far end.|" +
		"Lee Park: no network path for the sound of the call. Open the firewall.|Lee Park: the sound is good again."
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("told %q\nwant %q\nof all\n%s", s, want, out.String())
	}
}
