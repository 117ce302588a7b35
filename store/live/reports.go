package live

import (
	"errors"
	"log/slog"
	"time"

	"ringside/store/call"
)

// keepReports is how many fetched reports are kept at hand; older ones are fetched again.
const keepReports = 128

// The report of a call exists a little after its end. It is asked for until it does.
const (
	firstReportWait = 500 * time.Millisecond
	maxReportWait   = 30 * time.Second
	maxReportTries  = 12 // about four minutes
	maxReportFails  = 40 // when the service does not even say that there is none yet
)

// reports keeps what is known of reports: those at hand, and those still to be asked for again.
type reports struct {
	kept  map[string]*call.Report
	order []string // of kept, oldest first
	again map[string]*retry
}

type retry struct {
	due     time.Time
	tries   int
	noticed time.Time // when the service told of it first; zero when it did not
}

func (r *retry) since(t time.Time) {
	if r.noticed.IsZero() {
		r.noticed = t
	}
}

func newReports() reports {
	return reports{kept: map[string]*call.Report{}, again: map[string]*retry{}}
}

// notice follows a notice of the service: there is a report, or a new one in the place of the old.
func (s *Store) notice(id string) {
	if s.opt.Service == nil {
		return
	}
	now := time.Now()
	s.patience(id).since(now)
	s.jobs.add(&job{kind: wantReport, id: id, noticed: now})
}

// patience gives what is known of the tries to get a report.
func (s *Store) patience(id string) *retry {
	r := s.reports.again[id]
	if r == nil {
		r = &retry{}
		s.reports.again[id] = r
	}
	return r
}

// wantReport asks for a report. A person who asks gets one at hand at once.
func (s *Store) wantReport(id string, person bool) {
	if r := s.reports.kept[id]; r != nil && person {
		s.opt.OnReport(id, r, nil)
		return
	}
	if s.opt.Service == nil {
		if person {
			s.opt.OnReport(id, nil, errors.New("no report: this is a recording, not a connection"))
		}
		return
	}
	s.patience(id)
	s.jobs.add(&job{kind: wantReport, id: id, urgent: person})
}

// askDueReports asks again for reports that were not ready.
func (s *Store) askDueReports() {
	now := time.Now()
	for id, r := range s.reports.again {
		if !r.due.IsZero() && !now.Before(r.due) {
			r.due = time.Time{}
			s.jobs.add(&job{kind: wantReport, id: id})
		}
	}
}

func (s *Store) takeReport(a answer) {
	if a.settle {
		s.settle(a)
		return
	}
	again := s.patience(a.id)
	switch {
	case a.err == nil:
		s.haveReport(a.id, a.report)
	case errors.Is(a.err, ErrNotReady) && again.tries+1 >= maxReportTries, again.tries+1 >= maxReportFails, !temporary(a.err):
		delete(s.reports.again, a.id)
		s.opt.Log.Warn("fetching a report", slog.String("call", a.id), slog.Any("error", a.err))
		s.opt.OnReport(a.id, nil, a.err)
	default:
		again.due = time.Now().Add(min(firstReportWait<<min(again.tries, 8), maxReportWait))
		again.tries++
	}
}

// haveReport files a report, tells of it, and goes on with the notice that came while it was fetched.
func (s *Store) haveReport(id string, r *call.Report) {
	var noticed time.Time
	if again := s.reports.again[id]; again != nil {
		noticed = again.noticed
		delete(s.reports.again, id)
	}
	if j := s.jobs.open[jobKey{wantReport, id}]; j != nil && !j.noticed.IsZero() {
		s.patience(id).since(j.noticed)
	}
	s.compare(r)
	s.keepReport(r)
	s.tellReport(id, r, noticed)
}

// settle sees to the report of a call that seems to be over. Without one, its states are asked for.
func (s *Store) settle(a answer) {
	if a.err == nil {
		s.haveReport(a.id, a.report)
	} else if r := s.reports.again[a.id]; r != nil { // somebody wants it beside
		r.due = time.Now().Add(firstReportWait)
	}
	if s.board.Up(a.id) {
		s.jobs.add(&job{kind: wantStates, id: a.id, from: s.board.Get(a.id).LastSeq + 1})
	}
}

// keepReport files a report and lets its states heal the board: they are all there are.
func (s *Store) keepReport(r *call.Report) {
	s.sweep.reported.Add(r.ID)
	delete(s.sweep.awaited, r.ID)
	s.foldAll(r.Events, call.FromReport)
	r.Events = nil
	if s.reports.kept[r.ID] == nil {
		s.reports.order = append(s.reports.order, r.ID)
	}
	s.reports.kept[r.ID] = r
	if len(s.reports.order) > keepReports {
		delete(s.reports.kept, s.reports.order[0])
		s.reports.order = append([]string(nil), s.reports.order[1:]...)
	}
}
