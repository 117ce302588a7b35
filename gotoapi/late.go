package gotoapi

import "time"

// late spaces the replacements of a token that is no longer good while the login service is in
// trouble: many callers come at once then, and again. For a while after a failure, doubling, they get
// that failure without asking. One that never reached the service does not count.
type late struct {
	until time.Time
	err   error
	times int
}

// fail is late after a failure.
func (l late) fail(now time.Time, err error) late {
	if class := Class(err); class != Throttled && class != Retry || Unreached(err) {
		return late{}
	}
	pause := max(troubleBackoff().Bound(l.times), min(RetryAfter(err), longestPause))
	return late{until: now.Add(pause), err: err, times: l.times + 1}
}
