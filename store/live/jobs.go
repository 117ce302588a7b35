package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"ringside/store/call"
)

type kind uint8

const (
	wantSpaces kind = iota + 1
	wantStates
	wantReport
)

// job is one question to the service.
type job struct {
	kind     kind
	id       string
	from, to uint64
}

// answer is what came of a job.
type answer struct {
	job
	events []call.Event
	report *call.Report
	err    error
}

// jobs is the queue of questions and the workers that ask them. A question about a call that is
// waiting already, or being asked, is not put a second time.
type jobs struct {
	queue   []job
	open    map[job]bool // by kind and id
	busy    int
	limit   int
	answers chan answer
	group   *sync.WaitGroup
}

func newJobs(limit int) jobs {
	return jobs{limit: limit, open: map[job]bool{}, answers: make(chan answer, limit), group: new(sync.WaitGroup)}
}

func (j job) key() job { return job{kind: j.kind, id: j.id} }

func (js *jobs) add(j job) {
	if js.open[j.key()] {
		return
	}
	js.open[j.key()] = true
	js.queue = append(js.queue, j)
}

func (js *jobs) wait() { js.group.Wait() }

// startJobs gives waiting questions to free workers.
func (s *Store) startJobs(ctx context.Context) {
	js := &s.jobs
	for js.busy < js.limit && len(js.queue) > 0 {
		j := js.queue[0]
		js.queue = js.queue[1:]
		if s.opt.Service == nil {
			delete(js.open, j.key())
			continue
		}
		js.busy++
		js.group.Add(1)
		go func() {
			defer js.group.Done()
			a := ask(ctx, s.opt.Service, j)
			select {
			case js.answers <- a:
			case <-ctx.Done():
			}
		}()
	}
}

func ask(ctx context.Context, svc Service, j job) answer {
	a := answer{job: j}
	switch j.kind {
	case wantSpaces:
		a.events, a.err = svc.Spaces(ctx)
	case wantStates:
		a.events, a.err = svc.States(ctx, j.id, j.from, j.to)
	case wantReport:
		a.report, a.err = svc.Report(ctx, j.id)
		if a.err == nil && a.report.Fold() == nil {
			a.err = errors.New("the report holds no state of the call")
		}
	}
	return a
}

// take sees to an answer.
func (s *Store) take(a answer) {
	s.jobs.busy--
	delete(s.jobs.open, a.key())
	switch a.kind {
	case wantSpaces:
		s.takeSpaces(a)
	case wantStates:
		s.takeStates(a)
	case wantReport:
		s.takeReport(a)
	}
}

func (s *Store) takeStates(a answer) {
	now := s.opt.Now()
	switch {
	case errors.Is(a.err, ErrUnknown):
		s.effects(s.board.Confirm(a.id, false, now))
	case a.err != nil:
		s.opt.Log.Warn("asking for missing states", slog.String("call", a.id), slog.Any("error", a.err))
	default:
		s.refill(a.events)
		s.effects(s.board.Confirm(a.id, true, now))
	}
}

func (s *Store) refill(events []call.Event) {
	now := s.opt.Now()
	for _, e := range events {
		e.Source, e.Received = call.FromRefill, now
		s.fold(e)
	}
}

// reconcile asks which calls are up, and tells ready when the answer has been folded.
func (s *Store) reconcile(ready chan error) {
	s.listing = append(s.listing, ready)
	s.jobs.add(job{kind: wantSpaces})
}

// takeSpaces brings the board in line with the service's list: a state that is new is folded, and
// what came before it is then known to be missing and asked for; a call of ours that is not on
// the list is asked after by itself.
func (s *Store) takeSpaces(a answer) {
	for _, ready := range s.listing {
		ready <- a.err // each has room for one
	}
	s.listing = nil
	if a.err != nil {
		s.opt.Log.Warn("listing the calls that are up", slog.Any("error", a.err))
		return
	}
	listed := make(map[string]bool, len(a.events))
	for _, e := range a.events {
		listed[e.Meta.ID] = true
	}
	s.refill(a.events)
	for _, c := range s.board.Publish(s.opt.Now()).Live.All() {
		if c.Live() && !listed[c.ID] {
			s.jobs.add(job{kind: wantStates, id: c.ID, from: c.LastSeq + 1})
		}
	}
	s.dirty = true
}
