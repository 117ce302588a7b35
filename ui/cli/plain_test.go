package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/stream"
	"ringside/lookup"
	"ringside/store/call"
	"ringside/ui"
	"ringside/ui/cli/connect"
)

// heard is what a plain desk has written, line by line.
type heard struct {
	mu    sync.Mutex
	rest  string
	lines []string
	seen  map[string]bool // states and outcomes of the calls that were up
}

// Write takes what is written.
func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rest += string(p)
	for {
		line, rest, ok := strings.Cut(h.rest, "\n")
		if !ok {
			return len(p), nil
		}
		h.lines, h.rest = append(h.lines, line), rest
	}
}

func (h *heard) has(what string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, l := range h.lines {
		if strings.Contains(l, what) {
			return true
		}
	}
	return false
}

// hear runs the desk in sentences on a simulated floor, typing lines as time goes.
func hear(t *testing.T, w world.Config, length time.Duration, typed map[time.Duration]string) *heard {
	t.Helper()
	h := &heard{seen: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		far, err := connect.StartFarEnd(sim.Config{World: w, Speed: 1}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		l := far.Link(nil)
		d := &desk{region: "US", people: lookup.New([]lookup.Use{lookup.Local(addressBook(t))}, lookup.Options{}), log: l.Log}
		defer d.people.Close()
		d.model = ui.New(ui.Options{Me: l.Lines, Now: l.Now, Title: l.Title, Region: "US", Ports: ui.Ports{Want: d.want}})
		var s *connect.Session
		s = connect.New(l, connect.Hooks{
			View: func(v *call.View) {
				h.mu.Lock()
				for _, c := range v.Live.All() {
					h.seen[c.State.String()] = true
				}
				h.mu.Unlock()
				d.model.Pump().View(v)
			},
			Effect: d.effect, Status: func(stream.Status) { d.tellLink(s) },
		}, call.Options{})
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = s.Run(ctx) })
		in, keys := io.Pipe()
		group.Go(func() {
			if err := ui.RunPlain(ctx, d.model, in, h); err != nil {
				t.Error(err)
			}
			in.Close()
		})
		began := time.Now()
		for at := time.Duration(0); at < length; at += time.Second {
			time.Sleep(time.Until(began.Add(at)))
			if line, ok := typed[at]; ok {
				fmt.Fprintln(keys, line)
			}
		}
		keys.Close()
		stop()
		group.Wait()
	})
	return h
}

// readsAsEnglish checks every line: whole sentences, in letters, digits and the signs of writing.
func (h *heard) readsAsEnglish(t *testing.T) {
	t.Helper()
	plainText := regexp.MustCompile(`^[\p{L}\p{N} .,:;'"()+/%@&?!#*_=-]+$`)
	stamped := regexp.MustCompile(`^\d\d:\d\d:\d\d `)
	for _, l := range h.lines {
		s := stamped.ReplaceAllString(l, "")
		switch {
		case !plainText.MatchString(l):
			t.Errorf("signs that nobody explains: %q", l)
		case strings.Contains(l, "://"): // an address, as it stands
		case !regexp.MustCompile(`^[\p{Lu}\p{N}+]`).MatchString(s) && !regexp.MustCompile(`^(ringside|[a-z-]+( [A-Z]+)?:)`).MatchString(s):
			t.Errorf("not the beginning of a sentence: %q", l)
		case !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "!"):
			t.Errorf("not the end of a sentence: %q", l)
		case strings.Contains(s, "  "), strings.Contains(s, " ."), strings.Contains(s, ",,"), strings.Contains(s, "%!"):
			t.Errorf("badly put: %q", l)
		}
	}
}

// A calm floor is told change by change, in words that read as English; what is typed is answered.
func TestPlainReadsAsEnglish(t *testing.T) {
	h := hear(t, world.Config{Seed: 1, CallsPerHour: 60, Agents: 8}, 12*time.Minute, map[time.Duration]string{
		20 * time.Second:  "list",
		30 * time.Second:  "status",
		40 * time.Second:  "help",
		50 * time.Second:  "who dana",
		60 * time.Second:  "waiting",
		70 * time.Second:  "open dana",
		80 * time.Second:  "filter state:nonsense",
		82 * time.Second:  "reports",
		84 * time.Second:  "again",
		86 * time.Second:  "time",
		88 * time.Second:  "dance",
		90 * time.Second:  "quiet",
		92 * time.Second:  "all",
		600 * time.Second: "list talking",
	})
	h.readsAsEnglish(t)
	if len(h.lines) < 100 {
		t.Errorf("only %d lines", len(h.lines))
	}
	for state, word := range map[string]string{
		"in menu": " is in the menu", "waiting": " is waiting in ", "ringing": " rings ", "talking": " is talking", "on hold": " on hold",
		"transferring": " is transferring to ", "voicemail": "voicemail", "parked": " is parked", "ended": " has ended",
	} {
		if h.seen[state] && !h.has(word) {
			t.Errorf("calls were %s, and no sentence says %q", state, word)
		}
	}
	for _, want := range []string{
		"in sentences. Type help", "The link to GoTo is live", " rings you", "The caller is Dana Roe of ", "You can type:", "open CALL: ",
		"The query is wrong at character ", "There is no dance here.", "Nothing is kept here", "Every call is told of now.", "It is ",
	} {
		if !h.has(want) {
			t.Errorf("nothing says %q", want)
		}
	}
	for i, l := range h.lines {
		_, said, _ := strings.Cut(l, " ")
		switch {
		case strings.Contains(l, "2nd"), strings.Contains(l, " s."), strings.Contains(l, " s,"), strings.Contains(l, "goto.clients"), strings.Contains(l, " is starting"):
			t.Errorf("not as one says it: %q", l)
		case i > 0 && !strings.Contains(l, "Nothing is kept here") && strings.HasSuffix(h.lines[i-1], " "+said) && strings.HasPrefix(l, h.lines[i-1][:6]):
			t.Errorf("said twice: %q", l)
		}
	}
	if t.Failed() || testing.Verbose() {
		t.Log("\n" + strings.Join(h.lines, "\n"))
	}
}

// A busy floor is summed up: no more is told than can be listened to.
func TestPlainIsBounded(t *testing.T) {
	const minutes = 6
	h := hear(t, world.Config{Seed: 1, CallsPerHour: 3000, Agents: 120}, minutes*time.Minute, nil)
	h.readsAsEnglish(t)
	if !h.has("The floor is busy.") || !h.has("In 20 seconds, ") {
		t.Error("it is not summed up")
	}
	mine := 0
	for _, l := range h.lines {
		if strings.Contains(l, "you") || strings.Contains(l, "Ann") {
			mine++
		}
	}
	if got := len(h.lines) - mine; got > 12*minutes {
		t.Errorf("%d lines in %d minutes:\n%s", got, minutes, strings.Join(h.lines, "\n"))
	}
	t.Logf("%d lines in %d minutes, %d of them of my own calls", len(h.lines), minutes, mine)
}
