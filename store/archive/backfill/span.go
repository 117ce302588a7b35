package backfill

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// errInterrupted says that something more urgent is to be done first.
var errInterrupted = errors.New("interrupted")

const (
	together   = 50 // reports between two looks at whether they are kept
	firstPause = time.Second
	mostPause  = time.Minute
	// keptWithin is how long reports may take to come to be in the archive before they are fetched
	// again; keptSoon, before that is worth telling.
	keptWithin = 10 * time.Minute
	keptSoon   = 2 * time.Second
)

// markName is under which name the archive remembers that a day was fetched; its value is until when.
func (b *Backfill) markName(s span) string {
	return "backfill/" + b.opt.Account + "/" + s.day.Format(time.DateOnly)
}

// fetch brings the finished calls of a span into the archive. nil says that they all are, or cannot
// be had; otherwise it says why the service is not asked any more for now, or that Again has come.
func (b *Backfill) fetch(ctx context.Context, s span) error {
	s, done, err := b.resume(ctx, s)
	if err != nil || done {
		return err
	}
	looked := b.opt.Now()
	if looked.Before(s.to) && s.mark {
		s.to = looked.Add(ahead)
	}
	var ids []string
	err = b.patiently(ctx, func() (err error) {
		ids, err = b.opt.Service.Finished(ctx, s.from, s.to)
		return err
	})
	if err != nil {
		return err
	}
	todo, err := b.missing(ctx, ids)
	if err != nil {
		return err
	}
	b.progress.Reports, b.progress.Done, b.progress.Ended, b.progress.Err = len(todo), 0, false, nil
	b.tell()
	if err := b.bring(ctx, todo); err != nil {
		return err
	}
	for _, id := range ids {
		delete(b.givenUp, id)
		delete(b.tries, id)
	}
	b.opt.Log.Info("finished calls fetched", slog.Time("from", s.from), slog.Time("to", s.to), slog.Int("calls", len(ids)), slog.Int("reports", len(todo)))
	if !s.mark {
		return nil
	}
	return b.patiently(ctx, func() error {
		return archived(b.opt.Archive.Mark(ctx, b.markName(s), looked.UTC().Format(time.RFC3339)))
	})
}

// resume says what is left of a span that may have been fetched before: nothing of a day that was
// looked at long enough after its end, of another what began not long before the last look.
func (b *Backfill) resume(ctx context.Context, s span) (left span, done bool, err error) {
	if !s.mark {
		return s, false, nil
	}
	var until string
	err = b.patiently(ctx, func() (err error) {
		until, err = b.opt.Archive.Marked(ctx, b.markName(s))
		return archived(err)
	})
	if err != nil || until == "" {
		return s, false, err
	}
	at, err := time.Parse(time.RFC3339, until)
	switch {
	case err != nil:
		b.opt.Log.Warn("a mark of the archive cannot be read; the day is looked at again", slog.String("mark", b.markName(s)), slog.Any("error", err))
		return s, false, nil
	case !at.Before(s.to.Add(settled)):
		return s, true, nil
	}
	if from := at.Add(-overlap); from.After(s.from) && from.Before(s.to) {
		s.from = from
	}
	return s, false, nil
}

// bring brings the reports of calls into the archive, some at a time.
func (b *Backfill) bring(ctx context.Context, todo []string) error {
	var later []string // what could not be had now
	for len(todo)+len(later) > 0 {
		if b.waiting() {
			return errInterrupted
		}
		if len(todo) == 0 {
			b.rest(ctx, later)
			todo, later = b.due(later)
			continue
		}
		some := todo[:min(together, len(todo))]
		todo = todo[len(some):]
		ask, err := b.missing(ctx, some) // others may have brought them meanwhile
		if err != nil {
			return err
		}
		if b.progress.Done += len(some) - len(ask); len(ask) < len(some) {
			b.tell()
		}
		again, err := b.ask(ctx, ask)
		if err != nil {
			return err
		}
		later = append(later, again...)
		lost, err := b.kept(ctx, without(ask, again))
		if err != nil {
			return err
		}
		b.progress.Done -= len(lost)
		later = append(later, lost...)
	}
	return nil
}

// kept waits until the archive has reports, and gives those that it does not come to have.
func (b *Backfill) kept(ctx context.Context, ids []string) (lost []string, err error) {
	began, pause := time.Now(), 20*time.Millisecond
	for {
		if ids, err = b.missing(ctx, ids); err != nil || len(ids) == 0 {
			if time.Since(began) >= keptSoon {
				b.calm()
			}
			return nil, err
		}
		switch took := time.Since(began); {
		case b.waiting():
			return nil, errInterrupted
		case took >= keptWithin:
			return ids, nil
		case took >= keptSoon:
			b.trouble(ErrNotKept)
		}
		b.sleep(ctx, pause)
		pause = min(2*pause, firstPause)
	}
}

// missing gives those of ids whose report the archive lacks and that have not been given up.
func (b *Backfill) missing(ctx context.Context, ids []string) ([]string, error) {
	var out []string
	if len(ids) == 0 {
		return nil, ctx.Err()
	}
	err := b.patiently(ctx, func() (err error) {
		out, err = b.opt.Archive.Unreported(ctx, ids)
		return archived(err)
	})
	left := out[:0:0]
	for _, id := range out {
		if _, gone := b.givenUp[id]; !gone {
			left = append(left, id)
		}
	}
	return left, err
}

// patiently does something until it works, at growing distances. It gives an error only when ctx
// ends, Again has come or the service refuses.
func (b *Backfill) patiently(ctx context.Context, do func() error) error {
	for fails := 0; ; fails++ {
		err := do()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			if fails > 0 {
				b.calm()
			}
			return nil
		case refuses(err):
			return err
		case b.waiting() && fails > 0:
			return errInterrupted
		}
		b.trouble(err)
		b.sleep(ctx, min(firstPause<<min(fails, 8), mostPause))
	}
}

// trouble tells why it waits, once; calm, that it does not any more.
func (b *Backfill) trouble(err error) {
	if b.progress.Err == nil || b.progress.Err.Error() != err.Error() {
		b.opt.Log.Info("fetching the past waits", slog.Any("error", err))
		b.progress.Err = err
		b.tell()
	}
}

func (b *Backfill) calm() {
	if b.progress.Err != nil {
		b.progress.Err = nil
		b.tell()
	}
}

// archived marks an error as the archive's.
func archived(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the archive: %w", err)
}

// without gives those of ids that are not in others.
func without(ids, others []string) []string {
	skip := make(map[string]bool, len(others))
	for _, id := range others {
		skip[id] = true
	}
	out := make([]string, 0, len(ids))
	for _, id := range ids {
		if !skip[id] {
			out = append(out, id)
		}
	}
	return out
}
