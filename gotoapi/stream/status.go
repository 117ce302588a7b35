package stream

import (
	"fmt"
	"time"
)

// Link is the state of the link in one word.
type Link uint8

// The states of a link.
const (
	// Connecting: there is no link; attempt Try comes in NextIn, or is under way when that is 0.
	Connecting Link = iota
	// Live: events come.
	Live
	// Stale: the link is there and nothing has been heard on it for longer than StaleAfter.
	Stale
	// Recovering: the link is up and Config.Connected has not returned yet: there may be gaps.
	Recovering
	// Down: only a person can help; Why and Hint say what is wrong and what to do.
	Down
)

// String returns the word shown to people.
func (l Link) String() string {
	switch l {
	case Connecting:
		return "connecting"
	case Live:
		return "live"
	case Stale:
		return "stale"
	case Recovering:
		return "recovering"
	case Down:
		return "down"
	}
	return fmt.Sprintf("link %d", uint8(l))
}

// Status is the state of the link at one moment.
type Status struct {
	Link   Link
	Since  time.Time     // when Link became what it is
	Try    int           // attempts since there was progress; counts from 1
	NextIn time.Duration // until the next attempt; 0 when none is planned
	// Age is the time since the last message, Silence since the last sign of life, pongs included;
	// both 0 before the first.
	Age, Silence time.Duration
	Why          string // the last failure, for a person; empty when all is well
	Hint         string // what to do about it; may be empty
	// NoReports says why notices of finished calls do not come although asked for; calls do.
	// NoReportsHint says what to do about it; may be empty.
	NoReports, NoReportsHint string
	// Scope says what this way in does not show of the account; empty when it shows all of it.
	Scope    string
	Counters Counters
}

// withWhy gives each state that is not live a reason and a next step.
func (s Status) withWhy() Status {
	switch {
	case s.Link == Stale:
		s.Why, s.Hint = "nothing is heard on the link", "it is being tested; if it stays silent a new one is opened by itself"
	case s.Link == Connecting && s.Hint == "":
		s.Hint = "the next try comes by itself"
	}
	return s
}

// Counters count from the start of Run.
type Counters struct {
	Frames     uint64 // messages taken, good ones
	Bad        uint64 // messages that could not be decoded, skipped
	TooBig     uint64 // messages longer than MaxFrame, skipped
	Unknown    uint64 // messages of a source or type not known
	Reconnects uint64 // links lost
	Refreshes  uint64 // channels given their full life again
	Replaced   uint64 // channels replaced while the link was up
	Missed     uint64 // messages known to be lost on the way, or of no use
	// Resubscribed counts subscriptions that were found gone and made again.
	Resubscribed uint64
}

// Status returns the state of the link now. It may be called from anywhere, also before and after
// Run.
func (s *Stream) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, now := s.status, time.Now()
	if !s.nextAt.IsZero() {
		st.NextIn = max(s.nextAt.Sub(now), 0)
	}
	if !s.lastFrame.IsZero() {
		st.Age = now.Sub(s.lastFrame)
	}
	if !s.lastSign.IsZero() {
		st.Silence = now.Sub(s.lastSign)
	}
	return st
}
