package live

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringside/store/call"
)

type kind uint8

const (
	wantSpaces kind = iota + 1
	wantStates
	wantReport
	wantFinished
)

// job is one question to the service.
type job struct {
	kind         kind
	id           string
	from, to     uint64
	since, until time.Time // of wantFinished
	settle       bool      // of wantReport: the call seems to be over, and is to be found so
	noticed      time.Time // of wantReport: when the service told of it; zero when it did not
	urgent       bool      // somebody waits for it: a person, or the link
	asking       bool      // it is under way
	again        *job      // what more came to be wanted meanwhile
}

type jobKey struct {
	kind kind
	id   string
}

func (j *job) key() jobKey { return jobKey{j.kind, j.id} }

// covers tells whether the answer to j will be one to o too. An open range says nothing of states
// that came after it was asked for.
func (j *job) covers(o *job) bool { return j.to > 0 && o.to > 0 && j.from <= o.from && o.to <= j.to }

// widen makes j ask for what o asks for too, as one range.
func (j *job) widen(o *job) {
	j.from = min(j.from, o.from)
	if j.to == 0 || o.to == 0 {
		j.to = 0
	} else {
		j.to = max(j.to, o.to)
	}
	if o.since.Before(j.since) {
		j.since = o.since
	}
	if o.until.After(j.until) {
		j.until = o.until
	}
	j.urgent, j.settle = j.urgent || o.urgent, j.settle || o.settle
	if j.noticed.IsZero() {
		j.noticed = o.noticed
	}
}

// answer is what came of a job.
type answer struct {
	*job
	events []call.Event
	report *call.Report
	ids    []string
	err    error
	took   time.Duration
}

// jobs are the questions that wait, and the workers that ask them. Of a call there is one question
// of a kind at a time: what else is wanted of it widens the one that waits, or follows it.
//
// Questions about calls that are up and those about finished ones go in two lanes of their own,
// because the service counts and refuses them apart. The lanes take turns.
type jobs struct {
	calls, reports lane
	open           map[jobKey]*job
	turn           bool // the reports' turn
	limit          int
	answers        chan answer
	group          *sync.WaitGroup
}

// maxOpen bounds what waits; more is not asked for, and is asked for again by the board.
const maxOpen = 20_000

func newJobs(limit int) jobs {
	return jobs{
		calls: lane{most: limit}, reports: lane{most: max(1, limit/2)}, // reports never take all workers
		limit: limit, open: map[jobKey]*job{}, answers: make(chan answer, limit), group: new(sync.WaitGroup),
	}
}

func (js *jobs) lane(k kind) *lane {
	if k == wantSpaces || k == wantStates {
		return &js.calls
	}
	return &js.reports
}

func (js *jobs) add(j *job) {
	old := js.open[j.key()]
	switch {
	case old == nil && len(js.open) >= maxOpen:
	case old == nil:
		js.open[j.key()] = j
		js.lane(j.kind).put(j)
	case !old.asking:
		old.widen(j)
	case old.kind == wantStates && old.covers(j):
	case old.again == nil:
		old.again = j
	default:
		old.again.widen(j)
	}
}

// close is told that a job is done with. A report is asked for again only when a notice came while
// it was on its way: what is on its way may be what the notice calls out of date.
func (js *jobs) close(j *job) {
	delete(js.open, j.key())
	if j.again != nil && (j.kind != wantReport || !j.again.noticed.IsZero()) {
		js.add(j.again)
	}
}

func (js *jobs) wait() { js.group.Wait() }

// startJobs gives waiting questions to free workers.
func (s *Store) startJobs(ctx context.Context) {
	js := &s.jobs
	for js.calls.busy+js.reports.busy < js.limit {
		j := s.nextJob(time.Now())
		if j == nil {
			return
		}
		if s.opt.Service == nil {
			delete(js.open, j.key())
			continue
		}
		j.asking = true
		js.lane(j.kind).busy++
		asked := ctx
		if s.rank(j, rankUp) <= rankShown {
			asked = context.WithValue(ctx, urgentKey{}, true)
		}
		js.group.Go(func() {
			a := ask(asked, s.opt.Service, j)
			select {
			case js.answers <- a:
			case <-ctx.Done():
			}
		})
	}
}

// nextJob takes the next question out of its lane, nil when none may be asked now.
func (s *Store) nextJob(now time.Time) *job {
	js := &s.jobs
	for range 2 {
		l := &js.calls
		if js.turn {
			l = &js.reports
		}
		js.turn = !js.turn
		if j := l.next(now, s.linkDown, s.rank); j != nil {
			return j
		}
	}
	return nil
}

// The ranks of questions, in which they are asked.
const (
	rankAwaited = iota // a person or the link waits for the answer
	rankShown          // about a call on the screen
	rankUp             // about one that is up
	rankOther
)

// rank gives the rank of a question, or most if it is not below that. Thousands may wait, and most are of one rank.
func (s *Store) rank(j *job, most int) int {
	switch {
	case j.urgent:
		return min(rankAwaited, most)
	case most > rankShown && s.shown[j.id]:
		return rankShown
	case most <= rankUp:
		return most
	case j.kind == wantSpaces, s.board.Up(j.id):
		return rankUp
	}
	return rankOther
}

type urgentKey struct{}

// Urgent tells a Service that somebody looks at what the question is about, or waits for it: it
// should go before the others.
func Urgent(ctx context.Context) bool {
	urgent, _ := ctx.Value(urgentKey{}).(bool)
	return urgent
}

func ask(ctx context.Context, svc Service, j *job) answer {
	a := answer{job: j}
	began := time.Now()
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
	case wantFinished:
		if h, ok := svc.(History); ok {
			a.ids, a.err = h.Finished(ctx, j.since, j.until)
		}
	}
	a.took = time.Since(began)
	return a
}

// take sees to an answer.
func (s *Store) take(a answer) {
	l := s.jobs.lane(a.kind)
	l.busy--
	a.asking = false
	if l.judge(a.err, time.Now()) && (l == &s.jobs.calls || a.kind == wantFinished && temporary(a.err)) { // a report has a patience of its own
		s.tell(l, a)
		if a.again != nil {
			a.widen(a.again)
			a.again = nil
		}
		if a.kind != wantSpaces || len(s.listing) > 0 {
			l.put(a.job)
			return
		}
	}
	s.jobs.close(a.job)
	s.tell(l, a)
	switch a.kind {
	case wantSpaces:
		s.takeSpaces(a)
	case wantStates:
		s.takeStates(a)
	case wantReport:
		s.takeReport(a)
	case wantFinished:
		s.takeFinished(a)
	}
}

// tell says when the answers that the board needs stay out, and when they come again.
func (s *Store) tell(l *lane, a answer) {
	switch {
	case l != &s.jobs.calls:
	case l.fails == 0 && s.trouble:
		s.trouble = false
		s.opt.OnTrouble(nil)
	case l.fails > 0 && a.err != nil && !s.linkDown && !s.trouble:
		s.trouble = true
		s.opt.Log.Warn("the service does not answer questions about calls", slog.Any("error", a.err))
		s.opt.OnTrouble(a.err)
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

// refill folds what was asked for. It tells of moments that are past, so only those are news that
// still hold when all has been folded.
func (s *Store) refill(events []call.Event) { s.foldAll(events, call.FromRefill) }

func (s *Store) foldAll(events []call.Event, from call.Source) {
	now := s.opt.Now()
	var fx []call.Effect
	for _, e := range events {
		e.Source, e.Received = from, now
		fx = append(fx, s.apply(&e)...)
	}
	for _, f := range fx {
		if f.Kind != call.PopMoment || holds(s.board.Get(f.ID), f.Moment) {
			s.effects([]call.Effect{f})
		}
	}
}

// holds tells whether a moment is the present of a call.
func holds(c *call.Call, m call.Moment) bool {
	switch {
	case c == nil:
		return false
	case m == call.OnRinging:
		return c.Rings
	case m == call.OnAnswered:
		return c.State == call.StateTalking
	}
	return true
}

// reconcile asks which calls are up, and tells ready when the answer has been folded.
func (s *Store) reconcile(ready chan error) {
	s.listing = append(s.listing, ready)
	s.jobs.add(&job{kind: wantSpaces, urgent: true})
}

// takeSpaces brings the board in line with the service's list: a state that is new is folded, and
// what came before it is then known to be missing and asked for; a call of ours that is not on
// the list is asked after by itself.
func (s *Store) takeSpaces(a answer) {
	waited := len(s.listing) > 0 && a.again == nil // else somebody wants a list that was asked for later
	if waited {
		for _, ready := range s.listing {
			ready <- a.err // each has room for one
		}
		s.listing = nil
	}
	if a.err != nil {
		s.opt.Log.Warn("listing the calls that are up", slog.Any("error", a.err))
		return
	}
	listed := make(map[string]bool, len(a.events))
	for _, e := range a.events {
		listed[e.Meta.ID] = true
	}
	before := s.board.Publish(s.opt.Now())
	s.refill(a.events)
	news := s.board.Publish(s.opt.Now()).Health.States - before.Health.States
	for _, c := range before.Live.All() {
		if c.Live() && !listed[c.ID] {
			s.askAfter(c, waited)
		}
	}
	if waited {
		s.board.AskAgain(s.opt.Now())
	}
	s.haveListed(a.took, news > 0)
	s.dirty = true
}

// askAfter finds out what became of a call of ours that is not on the list. After a loss of the link
// there are many of them, and as many others with states missing: then their reports are asked for,
// which the service counts apart from states, so that both go at the same time.
func (s *Store) askAfter(c *call.Call, many bool) {
	if _, ok := s.opt.Service.(History); ok && many {
		s.jobs.add(&job{kind: wantReport, id: c.ID, settle: true})
		return
	}
	s.jobs.add(&job{kind: wantStates, id: c.ID, from: c.LastSeq + 1})
}
