package live

import (
	"errors"
	"slices"
	"time"
)

// lane is a queue of questions that fail together. After a failure one question at a time is asked,
// at a distance, until the service answers again; then all the others follow.
type lane struct {
	queue []*job
	busy  int
	most  int // at once
	fails int // in a row
	until time.Time
}

// Distances between questions to a service in trouble. They are short, so that the board is right
// soon after the trouble ends, and what the client of the service does between them is more.
const (
	firstPause  = 500 * time.Millisecond
	mostPause   = time.Second
	barredPause = 15 * time.Second // when only a person can help
)

// put adds a question.
func (l *lane) put(j *job) { l.queue = append(l.queue, j) }

// next takes the question that is to be asked now: the first of the lowest rank. With the link down
// only what somebody waits for is asked. rank gives the rank of a question, or most if it is not below that.
func (l *lane) next(now time.Time, down bool, rank func(j *job, most int) int) *job {
	if len(l.queue) == 0 || l.busy >= l.most || l.fails > 0 && (l.busy > 0 || now.Before(l.until)) {
		return nil
	}
	at, lowest := -1, rankOther+1
	for i, j := range l.queue {
		if r := rank(j, lowest); r < lowest {
			at, lowest = i, r
		}
		if lowest == rankAwaited {
			break
		}
	}
	if down && lowest > rankAwaited {
		return nil
	}
	j := l.queue[at]
	l.queue = slices.Delete(l.queue, at, at+1)
	return j
}

// judge takes in how a question went, and tells whether it is to be asked again because it could
// not be answered at all.
func (l *lane) judge(err error, now time.Time) (again bool) {
	switch {
	case temporary(err) && !errors.Is(err, ErrNotReady):
		l.until = now.Add(min(firstPause<<min(l.fails, 8), mostPause))
	case barred(err):
		l.until = now.Add(barredPause)
	default:
		l.fails, l.until = 0, time.Time{}
		return false
	}
	l.fails++
	return true
}

// temporary reports whether asking again may help. Errors that say so themselves are believed.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.Is(err, ErrNotReady) || errors.As(err, &t) && t.Temporary()
}

// barred reports whether the service refuses all questions of this kind until a person has changed
// something, by the error's own word.
func barred(err error) bool {
	var b interface{ Barred() bool }
	return errors.As(err, &b) && b.Barred()
}
