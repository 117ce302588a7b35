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
	due   time.Time
	tries int
}

func newReports() reports {
	return reports{kept: map[string]*call.Report{}, again: map[string]*retry{}}
}

// wantReport asks for a report. A person who asks gets one at hand at once; a notice of the
// service means that there is a new one.
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
	if s.reports.again[id] == nil {
		s.reports.again[id] = &retry{}
	}
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
	again := s.reports.again[a.id]
	if again == nil {
		again = &retry{}
		s.reports.again[a.id] = again
	}
	switch {
	case a.err == nil:
		delete(s.reports.again, a.id)
		s.keepReport(a.report)
		s.opt.OnReport(a.id, a.report, nil)
	case errors.Is(a.err, ErrNotReady) && again.tries+1 >= maxReportTries, again.tries+1 >= maxReportFails, !temporary(a.err):
		delete(s.reports.again, a.id)
		s.opt.Log.Warn("fetching a report", slog.String("call", a.id), slog.Any("error", a.err))
		s.opt.OnReport(a.id, nil, a.err)
	default:
		again.due = time.Now().Add(min(firstReportWait<<min(again.tries, 8), maxReportWait))
		again.tries++
	}
}

// settle sees to the report of a call that seems to be over. Without one, its states are asked for.
func (s *Store) settle(a answer) {
	if a.err == nil {
		s.keepReport(a.report)
		s.opt.OnReport(a.id, a.report, nil)
	}
	if s.board.Up(a.id) {
		s.jobs.add(&job{kind: wantStates, id: a.id, from: s.board.Get(a.id).LastSeq + 1})
	}
	if r := s.reports.again[a.id]; r != nil && a.err != nil { // somebody wants it beside
		r.due = time.Now().Add(firstReportWait)
	} else {
		delete(s.reports.again, a.id)
	}
}

// keepReport files a report and lets its states heal the board: they are all there are.
func (s *Store) keepReport(r *call.Report) {
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
