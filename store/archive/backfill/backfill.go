// Package backfill brings the past into the archive: today's finished calls first, then day by day
// back as far as is wanted. It goes on where it stopped the last time.
package backfill

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

// ErrNotReady is what a Service answers for a report that does not exist yet.
var ErrNotReady = errors.New("the report is not ready")

// ErrNotKept is what a Backfill waits for when what it fetches does not come to be in the archive.
var ErrNotKept = errors.New("the archive does not take what is fetched")

// Service is where the past is asked for. An error of it that has a method Temporary() that says
// true is gone the next time; one with a method Barred() that says true stays until a person has
// changed something; any other is about the one thing that was asked for.
type Service interface {
	// Finished gives the ids of the finished calls created in [from, to).
	Finished(ctx context.Context, from, to time.Time) ([]string, error)
	// Report gives the report of one.
	Report(ctx context.Context, id string) (*call.Report, error)
}

// Options of a Backfill. Service, Archive and Keep are needed.
type Options struct {
	Service Service
	Archive archive.Archive
	Keep    func(*call.Report) // where reports go, folded
	Account string             // account key: what was fetched is remembered for each
	Back    time.Duration      // how far back; 0 is today alone
	Now     func() time.Time   // in the zone whose midnight begins the day; nil is time.Now
	Workers int                // reports asked for at once; 0 is 2
	// PerSecond bounds how many reports are asked for; 0 is 5. The service allows 10 requests a second
	// (goto-api.md 8), and the calls of the moment go first.
	PerSecond float64
	Log       *slog.Logger
	// OnProgress is told how far it is; it must not block.
	OnProgress func(Progress)
}

// Progress says how far a Backfill is.
type Progress struct {
	Day           time.Time // the day being fetched, at its midnight
	Days, DayNo   int       // days in all, and the one being fetched, 1..
	Reports, Done int       // reports to fetch of that day, and those fetched
	Failed        int       // reports that could not be had, in all
	// Ended says that nothing is left to do or, with Err, that the service refuses: it is asked again
	// now and then.
	Ended bool
	Err   error // why it waits; it goes on by itself
}

// Backfill fetches the past. Make one with New and drive it with Run.
type Backfill struct {
	opt  Options
	wake chan struct{} // has room for one: something is to be looked at again

	mu    sync.Mutex
	again time.Time // what Again asks for; zero for nothing

	// Run's own.
	work     []span
	progress Progress
	pace     pace
	tries    map[string]*try     // of reports that could not be had yet
	givenUp  map[string]struct{} // reports that cannot be had
	fetched  int                 // reports in all
	fails    int                 // times in a row that the service could not answer
}

// span is a stretch of the past that is fetched together: calls created in [from, to).
type span struct {
	day      time.Time
	from, to time.Time
	mark     bool // it is a whole day: that it was fetched is remembered
}

const (
	// settled is how long after its end a day is looked at a last time: by then the calls that began
	// in it have ended, and their reports exist.
	settled = 12 * time.Hour
	// overlap is how far before a moment calls may have begun that ended after it.
	overlap = 12 * time.Hour
	// ahead is how far the service's clock may be ahead of ours.
	ahead = time.Minute
	// refusedPause is how long a service that refuses is left alone.
	refusedPause = 15 * time.Minute
)

// New makes a Backfill.
func New(o Options) *Backfill {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.PerSecond <= 0 {
		o.PerSecond = 5
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnProgress == nil {
		o.OnProgress = func(Progress) {}
	}
	return &Backfill{
		opt: o, wake: make(chan struct{}, 1), tries: map[string]*try{}, givenUp: map[string]struct{}{},
		pace: pace{every: time.Duration(float64(time.Second) / o.PerSecond)},
	}
}

// Again has everything since a moment looked at anew: calls may have ended unseen or unkept. It goes
// before days that are still to be fetched. It never blocks.
func (b *Backfill) Again(since time.Time) {
	b.mu.Lock()
	if b.again.IsZero() || since.Before(b.again) {
		b.again = since
	}
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run fetches until ctx ends. When nothing is left it waits for Again.
func (b *Backfill) Run(ctx context.Context) error {
	b.work = b.days()
	b.progress = Progress{Days: len(b.work)}
	for ctx.Err() == nil {
		b.takeAgain()
		if len(b.work) == 0 {
			b.progress.Ended, b.progress.Err = true, nil
			b.tell()
			b.sleep(ctx, -1)
			continue
		}
		b.progress.Ended = false
		b.progress.Day, b.progress.DayNo = b.work[0].day, b.progress.Days-len(b.work)+1
		err := b.fetch(ctx, b.work[0])
		switch {
		case err == nil:
			b.work = b.work[1:]
		case errors.Is(err, errInterrupted), ctx.Err() != nil:
		default:
			b.opt.Log.Warn("the service refuses finished calls", slog.Any("error", err))
			b.progress.Ended, b.progress.Err = true, err
			b.tell()
			b.sleep(ctx, refusedPause)
			b.progress.Err = nil
		}
	}
	return ctx.Err()
}

// days gives the days to fetch, today first.
func (b *Backfill) days() []span {
	now := b.opt.Now()
	back := int((b.opt.Back + 24*time.Hour - 1) / (24 * time.Hour))
	out := make([]span, 0, back+1)
	y, m, d := now.Date()
	for i := range back + 1 {
		from := time.Date(y, m, d-i, 0, 0, 0, 0, now.Location())
		to := time.Date(y, m, d-i+1, 0, 0, 0, 0, now.Location())
		out = append(out, span{day: from, from: from, to: to, mark: true})
	}
	return out
}

// takeAgain puts what Again asked for before everything else.
func (b *Backfill) takeAgain() {
	b.mu.Lock()
	since := b.again
	b.again = time.Time{}
	b.mu.Unlock()
	if since.IsZero() {
		return
	}
	now := b.opt.Now()
	if since.After(now) {
		since = now
	}
	if len(b.work) == 0 {
		b.progress = Progress{Failed: b.progress.Failed}
	}
	y, m, d := now.Date()
	s := span{day: time.Date(y, m, d, 0, 0, 0, 0, now.Location()), from: since.Add(-overlap), to: now.Add(ahead)}
	if len(b.work) > 0 && !b.work[0].mark { // one that is not done with yet
		if b.work[0].from.Before(s.from) {
			s.from = b.work[0].from
		}
		b.work[0] = s
		return
	}
	b.work = append([]span{s}, b.work...)
	b.progress.Days++
}

// waiting tells whether Again asks for something.
func (b *Backfill) waiting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.again.IsZero()
}

func (b *Backfill) tell() { b.opt.OnProgress(b.progress) }

// sleep waits until d is over, Again asks for something, or ctx ends. Without end when d is negative.
func (b *Backfill) sleep(ctx context.Context, d time.Duration) {
	if b.waiting() {
		return
	}
	var over <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-ctx.Done():
	case <-b.wake:
	case <-over:
	}
}
