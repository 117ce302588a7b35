// Package status draws the header: the link, the figures, the time.
package status

import (
	"fmt"
	"time"

	"ringside/ui/text"
)

// State is the word for how the stream of events is.
type State string

// The states of the link.
const (
	Connecting State = "connecting"
	Live       State = "live"
	Stale      State = "stale"      // connected, but silent too long
	Recovering State = "recovering" // connected, fetching what was missed
	Replay     State = "replay"     // a recording is played
	Down       State = "down"       // given up; Why and Hint tell
)

// Link is what the screen knows of the stream. It is sent on change.
type Link struct {
	State  State
	Since  time.Time     // since when it is in State
	Try    int           // connecting: which attempt, 1..
	NextIn time.Duration // connecting: time to the next attempt
	Age    time.Duration // time since anything was heard
	Why    string        // why it is not live, one line
	Hint   string        // what to do about it, one line
	Healed uint64        // states that were missed and fetched since
	Gaps   int           // calls with a hole now
}

// words gives the link in words, long and short, at now: nothing has been heard for silent, and
// it is past since the Link came.
func (l Link) words(silent, past time.Duration, now time.Time) (long, short string) {
	word := string(l.State)
	switch l.State {
	case Live:
		if silent > 0 && silent < time.Minute { // longer, it would read as "live for": the watchdog says stale
			return word + " " + age(silent), word
		}
	case Stale:
		return "stale, silent for " + age(silent), "stale " + age(silent)
	case Connecting:
		next := l.NextIn - past
		switch {
		case l.Try > 1 && next >= time.Second:
			return fmt.Sprintf("connecting, try %d in %ds", l.Try, int(next/time.Second)), word
		case l.Try > 1:
			return fmt.Sprintf("connecting, try %d", l.Try), word
		}
	case Recovering:
		if l.Gaps > 0 {
			return fmt.Sprintf("recovering, %s open", plural(l.Gaps, "gap")), word
		}
	case Down:
		if !l.Since.IsZero() && !now.IsZero() {
			return "down for " + text.Clock(now.Sub(l.Since)), word
		}
	case "":
		return "no link yet", "no link"
	}
	return word, word
}

// liveSince says since when the link has been live without a break, in the clock of now; a day or more
// ago with the weekday.
func (l Link) liveSince(now time.Time) string {
	if l.State != Live || l.Since.IsZero() || now.IsZero() {
		return ""
	}
	since := l.Since.In(now.Location())
	if now.Sub(since) >= 24*time.Hour {
		return "since " + since.Format("Mon 15:04")
	}
	return "since " + since.Format("15:04")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// age writes how old something is in few cells: 0.1s, 2s, 12s, 4m, 3h.
func age(d time.Duration) string {
	switch {
	case d < 950*time.Millisecond:
		return fmt.Sprintf("%.1fs", max(d, 0).Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Round(time.Second).Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	}
	return fmt.Sprintf("%dh", int(d.Hours()))
}
