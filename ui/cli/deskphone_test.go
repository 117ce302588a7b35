package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ringside/gotoapi/phone/audio"
	store "ringside/store/phone"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// foot gives the last lines of a screen: the call bar and the keys.
func foot(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// In the demo a call rings this telephone; it is answered, held, muted, given tones, asked about and given
// to another, and the board tells the same.
func TestDemoTelephone(t *testing.T) {
	if testing.Short() {
		t.Skip("needs half a minute of life")
	}
	s := startScreen(t, 120, 40, "demo")
	step := func(key, what string, shows ...string) {
		t.Helper()
		if key != "" {
			s.key(key)
		}
		s.wait(what, 30*time.Second, func(text string) bool {
			for _, one := range shows {
				in := text
				if one, ok := strings.CutPrefix(one, "bar:"); ok {
					if !strings.Contains(foot(in, 3), one) {
						return false
					}
				} else if !strings.Contains(in, one) {
					return false
				}
			}
			return true
		})
	}
	step("", "ring", "bar:RINGING YOU", "bar:a answer", "ringing you")
	step("a", "call", "bar:● talking", "bar:h hold", "☎ talking")
	step("h", "hold", "bar:‖ on hold", "bar:h take back", "☎ on hold")
	step("h", "call taken back", "bar:● talking", "☎ talking")
	step("M", "mute", "bar:MUTED")
	step("M", "sound again", "bar:M mute")
	step("p", "keypad", "bar:KEYPAD")
	step("12#", "tones", "bar:tones sent 12#")
	step("\x1b", "the keys of the desk", "bar:p keypad")
	step("q", "question", "you are in a call with")
	step("X", "list", "give ", "✓ ")
	step("8001", "queue", "queue, ")
	s.key("\r")
	s.wait("transfer", 30*time.Second, func(text string) bool { // an alarm may take the place of the notice
		return strings.Contains(text, "sent to ") || strings.Contains(foot(text, 3), "transferred to ")
	})
	s.wait("end of the bar", 30*time.Second, func(text string) bool { return !strings.Contains(foot(text, 3), "hang up") })
	began := time.Now()
	s.key("q")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the demo ends with %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("leaving took %v", took)
	}
}

// Leaving hangs up, and waits for nobody long.
func TestLeavingHangsUp(t *testing.T) {
	if testing.Short() {
		t.Skip("needs half a minute of life")
	}
	s := startScreen(t, 80, 24, "demo")
	s.wait("ring", 40*time.Second, func(text string) bool { return strings.Contains(foot(text, 3), "a answer") })
	s.key("a")
	s.wait("call", 30*time.Second, func(text string) bool { return strings.Contains(foot(text, 3), "h hold") })
	s.key("q")
	s.wait("question", 30*time.Second, func(text string) bool { return strings.Contains(text, "you are in a call with") })
	began := time.Now()
	s.key("q")
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("the demo ends with %v", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("leaving took %v", took)
	} else {
		t.Logf("left in %v", took)
	}
}

// A telephone has one name at GoTo, from start to start; two that run at once have two.
func TestDevice(t *testing.T) {
	a := &app{env: map[string]string{"XDG_DATA_HOME": t.TempDir()}}
	name := func() (string, func()) {
		t.Helper()
		name, release, err := a.device()
		if err != nil || !deviceName.MatchString(name) {
			t.Fatalf("%q: %v", name, err)
		}
		return name, release
	}
	first, release := name()
	second, releaseSecond := name()
	if first == second {
		t.Error("two programs at once have one name")
	}
	release()
	if again, release := name(); again != first {
		t.Errorf("at the next start %q is %q", first, again)
	} else {
		release()
	}
	releaseSecond()
}

type played []audio.Sounding

func (p *played) Play(s audio.Sounding) { *p = append(*p, s) }
func (*played) Close()                  {}

// What rings is loud while nobody talks, and soft while somebody does; a far end that is heard ringing needs
// no help.
func TestRinger(t *testing.T) {
	var got played
	r := &ringer{play: &got}
	rings := store.Call{ID: "1", Incoming: true, State: store.Ringing}
	talks := store.Call{ID: "2", State: store.Talking}
	calls := store.Call{ID: "3", State: store.Calling}
	loud := calls
	loud.Level.In = 0.2
	over := store.Call{ID: "4", State: store.Ended}
	for _, c := range [][]store.Call{{}, {rings}, {talks, rings}, {talks}, {calls}, {loud}, {calls}, {over, rings}, {over}, {calls}} {
		r.hear(&store.View{Sound: store.Sound{On: true}, Calls: c})
	}
	want := played{0, audio.Ringing, audio.Waiting, 0, audio.Calling, 0, 0, audio.Ringing, 0, audio.Calling}
	if !slices.Equal(got, want) {
		t.Errorf("played %v, want %v", got, want)
	}
}

// A desk that may touch nothing is no telephone: nothing rings at it.
func TestWhoIsATelephone(t *testing.T) {
	for _, tt := range []struct {
		enabled, readOnly, want bool
	}{{true, false, true}, {false, false, false}, {true, true, false}} {
		a := &app{env: map[string]string{}}
		a.global.readOnly = tt.readOnly
		cfg := config.Default()
		cfg.Phone.Enabled = tt.enabled
		if got := a.wantsPhone(cfg); got != tt.want {
			t.Errorf("enabled %v, read-only %v: a telephone is %v", tt.enabled, tt.readOnly, got)
		}
	}
}

// A simulation has a clock of its own; what did not happen has no time there either.
func TestOnClock(t *testing.T) {
	began := time.Now()
	l := connect.Link{Now: func() time.Time { return time.Now().Add(-time.Hour) }}
	v := &store.View{Calls: []store.Call{{ID: "1", Began: began}}}
	got := onClock(v, l).Calls[0]
	if d := began.Sub(got.Began); d < 59*time.Minute || d > 61*time.Minute || !got.Answered.IsZero() {
		t.Errorf("begun %v before, answered %v", d, got.Answered)
	}
	if !v.Calls[0].Began.Equal(began) {
		t.Error("a view that was handed out is changed")
	}
	if onClock(v, connect.Link{}) != v {
		t.Error("without a clock of its own a view is copied")
	}
}
