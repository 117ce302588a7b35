package call

import "time"

// View is what a Board knew at one moment. It never changes: anyone may keep it, from any
// goroutine.
type View struct {
	Version uint64
	At      time.Time // when it was published
	Live    Vec       // calls that are up, and ended ones that stay on the board a while
	Done    Vec       // finished calls of this run; when it is full the oldest slots are used again
	Counts  Counts
	Health  Health
}

// Counts are the figures of the header. Today's begin with this run until the archive is asked.
type Counts struct {
	Up       int // calls that are up
	Ringing  int // in State ringing
	Waiting  int // callers in a queue whom nobody has answered, agents ringing included
	Talking  int
	Holding  int
	Answered int // ended, answered or forwarded
	Missed   int // ended, missed, abandoned or voicemail
	Ended    int // all ended
	// LongestSince is when the caller who waits longest entered the queue; zero when none waits.
	LongestSince time.Time
	LongestID    string
	// Hours counts the calls begun in each of the last 24 hours, the present one last: the
	// sparkline of the header.
	Hours [24]int
}

// MissedShare gives missed calls as a share of missed and answered, 0..1; 0 when there were none.
func (c Counts) MissedShare() float64 {
	if n := c.Missed + c.Answered; n > 0 {
		return float64(c.Missed) / float64(n)
	}
	return 0
}

// Health is what the fold knows of its own completeness.
type Health struct {
	States    uint64 // states folded
	Repeats   uint64 // states seen before
	Healed    uint64 // missing states that came after all
	Gaps      int    // calls with a hole now
	Late      int    // calls up that we joined late
	Stale     int    // calls up that have been silent too long
	Refused   uint64 // events that made no sense and were not folded
	LastEvent time.Time
}
