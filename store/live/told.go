package live

import (
	"log/slog"
	"time"

	"ringside/store/call"
)

// apply folds one event, whatever it came from, and tells of it when it was new.
func (s *Store) apply(e *call.Event) []call.Effect {
	id, seq := e.Meta.ID, e.Snapshot.Seq
	s.dirty = true
	if e.Kind != call.KindState {
		return s.board.Apply(*e)
	}
	had := s.board.Has(id, seq)
	fx := s.board.Apply(*e)
	if had || !s.board.Has(id, seq) { // a repeat, or refused
		return fx
	}
	s.opt.OnEvent(*e)
	if !s.board.Up(id) {
		s.over[id] = struct{}{} // a state that came after the end: the call is told again
	}
	return fx
}

// tellEnded tells of finished calls, each once for all that has been folded since the last time.
func (s *Store) tellEnded() {
	for id := range s.over {
		delete(s.over, id)
		if c := s.board.Get(id); c != nil && !c.Live() {
			s.opt.OnEnded(c)
		}
	}
}

// tellReport tells of a report that has come, and how long that took since its notice.
func (s *Store) tellReport(id string, r *call.Report, noticed time.Time) {
	s.tellEnded() // a call first, then what is said of it
	if !noticed.IsZero() {
		s.opt.Log.Debug("report told", slog.String("call", id), slog.Int64("ms", time.Since(noticed).Milliseconds()))
		s.opt.OnNoticed(id, noticed)
	}
	s.opt.OnReport(id, r, nil)
}

// compare holds a report against the call as it was seen. Only a call that was seen whole can differ
// from it: where it does, one of them was read wrongly.
func (s *Store) compare(r *call.Report) {
	c := s.board.Get(r.ID)
	if c == nil || c.Live() || c.JoinedLate || len(c.Gaps) > 0 {
		return
	}
	if d := call.Differences(c, r.Call); len(d) > 0 {
		s.opt.Log.Warn("a report differs from what was seen; the report wins", slog.String("call", r.ID), slog.Any("differences", d))
	}
}
