package live

import (
	"log/slog"
	"time"
)

// The stream tells of what happens; it cannot tell of what it has lost. A state that is missing
// between others shows by its number. The last state of a call, when it is lost, shows by nothing,
// and neither does a link that has gone deaf. So the list of calls is read whenever there is reason
// to doubt: after a loss is known, for a while, and when nothing has been heard for long.

// doubt is how far the stream is trusted. Its times are those of the real clock.
type doubt struct {
	on      bool      // the list has been read once: there is a link
	until   time.Time // something was lost not long ago
	next    time.Time // the list is not read before
	heard   time.Time // when the stream last brought anything
	silence time.Duration
	verdict time.Time // when a list that knew more than a silent stream is weighed
	at      time.Time // what heard was then
}

const (
	doubtFor     = 20 * time.Second // after a known loss
	doubtEvery   = 2 * time.Second
	doubtShare   = 4                       // a list that took long is read again after that many times as long
	firstSilence = 2500 * time.Millisecond // and as often again while
	shortSilence = 30 * time.Second
	mostSilence  = time.Minute     // between two looks in a long silence, which on a quiet night is normal
	silentFor    = 2 * time.Second // when a list counts as knowing more than the stream
	deafAfter    = time.Second     // how long what the list knew may still come
)

// Doubt says that something the service sent is known to be lost. The list of calls is then read
// again and again for a while: nothing else shows a lost last state.
func (s *Store) Doubt() { s.ask(s.lost) }

// lost takes in that something is known to be lost.
func (s *Store) lost() {
	s.doubt.until = time.Now().Add(doubtFor)
	s.wantSweep(sweepSoon)
}

// SetLink says whether there is a link. Without one nothing is asked but for what a person waits
// for; a Store that is never told believes in one.
func (s *Store) SetLink(up bool) {
	s.ask(func() {
		if up == !s.linkDown {
			return
		}
		s.linkDown = !up
		s.hear()
		if up {
			s.jobs.calls.fails, s.jobs.reports.fails = 0, 0
			return
		}
		s.wantSweep(sweepSoon)
	})
}

// hear notes that the stream has brought something.
func (s *Store) hear() { s.doubt.heard, s.doubt.silence = time.Now(), firstSilence }

// checkStream reads the list of calls when it is time to doubt the stream.
func (s *Store) checkStream() {
	d, now := &s.doubt, time.Now()
	if !d.on || s.opt.Service == nil || s.linkDown {
		return
	}
	if !d.verdict.IsZero() && !now.Before(d.verdict) {
		s.weigh()
	}
	silent := now.Sub(d.heard) >= d.silence
	if s.jobs.open[jobKey{kind: wantSpaces}] != nil || now.Before(d.next) || !silent && !now.Before(d.until) || s.jobs.calls.fails > 0 {
		return
	}
	if silent {
		d.silence = now.Sub(d.heard) + d.pause(now)
	}
	d.next = now.Add(doubtEvery)
	s.jobs.add(&job{kind: wantSpaces})
}

// pause gives how long after a list the next one is read in a silence.
func (d *doubt) pause(now time.Time) time.Duration {
	silent := now.Sub(d.heard)
	if silent < shortSilence {
		return firstSilence
	}
	return min(silent, mostSilence)
}

// haveListed follows a reading of the list; news says that it knew what the stream had not brought.
func (s *Store) haveListed(took time.Duration, news bool) {
	d, now := &s.doubt, time.Now()
	if !d.on {
		d.on = true
		s.hear()
		return
	}
	d.next = now.Add(max(doubtEvery, doubtShare*took))
	if news && now.Sub(d.heard) >= silentFor && d.verdict.IsZero() {
		d.verdict, d.at = now.Add(deafAfter), d.heard
	}
}

// weigh judges a stream that was silent while the list had news: when it still is, it is deaf.
func (s *Store) weigh() {
	d := &s.doubt
	deaf := d.heard.Equal(d.at)
	d.verdict = time.Time{}
	if deaf {
		s.opt.Log.Warn("calls change and the stream does not tell", slog.Duration("silent", time.Since(d.heard)))
		s.lost()
		s.opt.OnDeaf()
	}
}
