package live

import (
	"log/slog"
	"time"

	"ringside/store/call"
)

// A call that began and ended while nothing was heard is on no list of calls that are up. It has a
// report. So after a loss, and now and then, the finished calls are listed, and the reports of those
// that were never heard of are fetched: folded, they are calls like all others. So are those of which
// only the notice was lost.

// sweep is how far finished calls have been looked through. swept is by the account's clock, due by
// the real one.
type sweep struct {
	began time.Time // of this run: older calls are not its own
	swept time.Time
	due   time.Time
	loss  bool // due because of a loss
	// recent are the calls that were known, for longer than the board knows them: one that it has
	// forgotten is not to come back.
	recent call.Recent[string]
	// reported are the calls whose report was fetched, awaited those that have ended and await it, by
	// when they were created.
	reported call.Recent[string]
	awaited  map[string]time.Time
}

const (
	sweepSoon  = 12 * time.Second // after a loss: a report takes some seconds to exist
	sweepApart = time.Minute      // after the last time, at least
	sweepEvery = 15 * time.Minute
	sweepBack  = 30 * time.Minute // looked at again, for calls that took long
	sweepSlack = time.Minute      // between the clocks of the service and of this computer
	keepIDs    = 1 << 14          // calls remembered: more than end within sweepBack on the busiest floor
)

func newSweep() sweep {
	return sweep{recent: call.NewRecent[string](keepIDs), reported: call.NewRecent[string](keepIDs)}
}

// wantSweep plans a look at the finished calls.
func (s *Store) wantSweep(in time.Duration) {
	if s.sweep.loss {
		return
	}
	s.sweep.loss = true
	at := time.Now().Add(in)
	if s.sweep.due.IsZero() || at.Before(s.sweep.due) {
		s.sweep.due = at
	}
}

// sweepDue asks for the finished calls when it is time.
func (s *Store) sweepDue() {
	w, now := &s.sweep, time.Now()
	if _, ok := s.opt.Service.(History); !ok || !s.doubt.on || s.linkDown {
		return
	}
	if w.due.IsZero() {
		w.due = now.Add(sweepEvery)
	}
	if now.Before(w.due) {
		return
	}
	w.due, w.loss = now.Add(sweepEvery), false
	since := w.swept.Add(-sweepBack)
	if since.Before(w.began) {
		since = w.began
	}
	s.jobs.add(&job{kind: wantFinished, since: since.Add(-sweepSlack), until: s.opt.Now().Add(sweepSlack)})
}

// takeFinished fetches the reports of finished calls that were never heard of, or whose notice was not.
func (s *Store) takeFinished(a answer) {
	w := &s.sweep
	if a.err != nil {
		s.opt.Log.Warn("listing the finished calls", slog.Any("error", a.err))
		return
	}
	w.swept = a.until.Add(-sweepSlack) // it may have waited long for its answer
	if w.loss {                        // another loss since: not at once
		w.due = time.Now().Add(sweepApart)
	}
	missed, unreported := 0, 0
	for _, id := range a.ids {
		switch c := s.board.Get(id); {
		case w.reported.Has(id):
		case c != nil && !c.Live():
			s.wantReport(id, false)
			unreported++
		case c == nil && w.recent.Add(id):
			s.wantReport(id, false)
			missed++
		}
	}
	for id, created := range w.awaited { // the list is of calls by their beginning: these began before it
		if created.Before(a.since) {
			delete(w.awaited, id)
			s.wantReport(id, false)
			unreported++
		}
	}
	if missed > 0 {
		s.opt.Log.Info("finished calls were never heard of", slog.Int("calls", missed))
	}
	if unreported > 0 {
		s.opt.Log.Info("notices of reports were lost", slog.Int("calls", unreported))
	}
}

// await notes that a call has ended whose report is still to come.
func (s *Store) await(id string) {
	w := &s.sweep
	if _, ok := s.opt.Service.(History); !ok || w.reported.Has(id) || len(w.awaited) >= keepIDs {
		return
	}
	if w.awaited == nil {
		w.awaited = map[string]time.Time{}
	}
	if c := s.board.Get(id); c != nil {
		w.awaited[id] = c.Created
	}
}
