package backfill

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringside/store/call"
)

// try is what is known of a report that could not be had.
type try struct {
	count   int
	fetched int       // Backfill.fetched at the first of them
	due     time.Time // not asked for before
}

const (
	mostTries    = 6  // of a report that others are not better off than
	mostNotReady = 10 // of one that does not exist yet: some minutes
	// refusals in a row are meant for all reports.
	refusals = 3
)

// pace spaces requests.
type pace struct {
	mu    sync.Mutex
	every time.Duration
	next  time.Time
}

// wait returns when the next request may go, or with ctx's error.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	d := p.next.Sub(now)
	p.next = p.next.Add(p.every)
	p.mu.Unlock()
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// got is the answer to a question for a report.
type got struct {
	id     string
	report *call.Report
	err    error
}

// ask asks for reports, Options.Workers at a time, and hands them on. It gives those that are to be
// asked for again; the error says that the service refuses them all, or is ctx's.
func (b *Backfill) ask(ctx context.Context, ids []string) (again []string, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	questions, answers := make(chan string), make(chan got)
	var group sync.WaitGroup
	for range min(b.opt.Workers, len(ids)) {
		group.Go(func() {
			for id := range questions {
				a := got{id: id, err: b.pace.wait(ctx)}
				if a.err == nil {
					a.report, a.err = b.opt.Service.Report(ctx, id)
				}
				answers <- a
			}
		})
	}
	defer group.Wait()
	var failed error // in a row
	refused, open := 0, 0
	for len(ids) > 0 || open > 0 {
		next, to := "", chan string(nil)
		if len(ids) > 0 && ctx.Err() == nil {
			next, to = ids[0], questions
		} else if open == 0 {
			break
		}
		select {
		case to <- next:
			ids, open = ids[1:], open+1
			continue
		case a := <-answers:
			open--
			if ctx.Err() != nil {
				continue
			}
			retry := b.take(ctx, a)
			if retry {
				again = append(again, a.id)
			}
			switch {
			case a.err == nil:
				failed, refused = nil, 0
			case refuses(a.err):
				failed, refused = a.err, refused+1
			}
			if temporary(a.err) { // so will the others fail: what is left waits with it
				failed = a.err
				again, ids = append(again, ids...), nil
			}
			if refused >= refusals {
				stop()
			}
		}
	}
	close(questions)
	switch {
	case refused >= refusals:
		return nil, failed
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case temporary(failed):
		b.trouble(failed)
		b.sleep(ctx, min(firstPause<<min(b.fails, 8), mostPause))
		b.fails++
	}
	return again, nil
}

// take sees to an answer, and tells whether the report is to be asked for again.
func (b *Backfill) take(ctx context.Context, a got) (again bool) {
	if a.err == nil && a.report.Fold() == nil {
		a.err = errors.New("the report holds no state of the call")
	}
	if a.err == nil {
		a.report.Events = nil // they are in the folded call
		delete(b.tries, a.id)
		b.fetched++
		b.fails = 0
		b.progress.Done++
		b.calm()
		b.tell()
		b.opt.Keep(a.report)
		return false
	}
	t := b.tries[a.id]
	if t == nil {
		t = &try{fetched: b.fetched}
		b.tries[a.id] = t
	}
	t.due = time.Now().Add(min(firstPause<<min(t.count, 8), mostPause))
	t.count++
	if !b.hopeless(ctx, t, a.err) {
		return true
	}
	b.opt.Log.Warn("a report cannot be had", slog.String("call", a.id), slog.Int("tries", t.count), slog.Any("error", a.err))
	b.givenUp[a.id] = struct{}{}
	b.progress.Done++
	b.progress.Failed++
	b.tell()
	return false
}

// hopeless tells whether to give a report up: when it does not come to exist, when the error is about
// itself, and when others can be had while it cannot.
func (b *Backfill) hopeless(ctx context.Context, t *try, err error) bool {
	switch {
	case errors.Is(err, ErrNotReady):
		return t.count >= mostNotReady
	case !temporary(err) && !refuses(err):
		return true
	case t.count < mostTries:
		return false
	case b.fetched > t.fetched:
		return true
	case refuses(err):
		return false
	}
	now := b.opt.Now()
	_, err = b.opt.Service.Finished(ctx, now.Add(-time.Minute), now)
	return err == nil // it answers other questions
}

// rest waits until the first of the reports that could not be had may be asked for again.
func (b *Backfill) rest(ctx context.Context, ids []string) {
	var first time.Time
	for _, id := range ids {
		t := b.tries[id]
		if t == nil {
			return
		}
		if first.IsZero() || t.due.Before(first) {
			first = t.due
		}
	}
	b.sleep(ctx, max(0, time.Until(first)))
}

// due parts reports into those that may be asked for again now, and the others.
func (b *Backfill) due(ids []string) (now, later []string) {
	at := time.Now()
	for _, id := range ids {
		if t := b.tries[id]; t == nil || !at.Before(t.due) {
			now = append(now, id)
		} else {
			later = append(later, id)
		}
	}
	return now, later
}

// temporary tells whether the service, or the way to it, has trouble that passes.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return !errors.Is(err, ErrNotReady) && errors.As(err, &t) && t.Temporary()
}

// refuses tells whether an error stays until a person has changed something.
func refuses(err error) bool {
	var r interface{ Barred() bool }
	return errors.As(err, &r) && r.Barred()
}
