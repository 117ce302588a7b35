// Package keeper writes to an archive what happens, behind the back of those who tell it: nothing
// ever waits for the disk. What it writes together is one batch; while the disk is full or the
// archive cannot be written to, it says so, keeps what fits in memory, tries again, and counts what
// it had to let go, which a backfill brings back.
package keeper

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

// Options of a Keeper. Archive is needed.
type Options struct {
	Archive archive.Archive
	Log     *slog.Logger
	// Every is how long things may wait to be written together; 0 is 50 ms.
	Every time.Duration
	// Waiting bounds the things that wait to be written; 0 is 20,000. Events give way first.
	Waiting int

	// OnKept is told what is in the archive now. It must not block.
	OnKept func(Kept)
	// OnState is told when State changes. It must not block.
	OnState func(State)
}

// Kept says what was written.
type Kept struct {
	Calls   []string // ids of finished calls, new or told better
	Reports []string // ids of reports
}

// State is how the keeping fares. When a trouble is over Err is nil; Since and Lost stay as they were
// until the next one begins.
type State struct {
	Err   error     // why nothing can be written; nil when it can
	Since time.Time // since when, by the real clock
	Lost  int       // calls and reports let go since then: a backfill has to bring them back
}

// Keeper writes to an archive. Make one with New and drive it with Run.
type Keeper struct {
	opt  Options
	wake chan struct{} // has room for one: something waits

	mu      sync.Mutex
	waiting waiting
	state   State
	told    State
	over    bool // the trouble of state has ended

	// Run's own.
	most    int    // things in the next batch at most
	fails   int    // in a row
	suspect uint64 // the thing that was first in the last batch that was refused
	strikes int    // times that it was refused alone
}

const (
	mostTogether = 2_000 // things in one batch
	firstPause   = 250 * time.Millisecond
	mostPause    = 15 * time.Second
	lastMoment   = time.Second // for writing what waits when Run ends
	mostStrikes  = 3           // times that one thing is refused before it is let go
)

// New makes a Keeper. Nothing is written before Run.
func New(o Options) *Keeper {
	if o.Every <= 0 {
		o.Every = 50 * time.Millisecond
	}
	if o.Waiting <= 0 {
		o.Waiting = 20_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.OnKept == nil {
		o.OnKept = func(Kept) {}
	}
	if o.OnState == nil {
		o.OnState = func(State) {}
	}
	return &Keeper{opt: o, wake: make(chan struct{}, 1), waiting: newWaiting(o.Waiting), over: true, most: mostTogether}
}

// Event keeps a state. It never blocks.
func (k *Keeper) Event(e call.Event) { k.add(thing{event: &e}) }

// Ended keeps a finished call as the events told it. It never blocks.
func (k *Keeper) Ended(c *call.Call) {
	if c != nil {
		k.add(thing{call: c})
	}
}

// Report keeps a report, folded. It never blocks.
func (k *Keeper) Report(r *call.Report) {
	if r == nil || r.Call == nil {
		k.opt.Log.Warn("a report without a call is not kept")
		return
	}
	k.add(thing{report: r})
}

func (k *Keeper) add(t thing) {
	k.mu.Lock()
	if !k.waiting.add(t) {
		k.begin()
		k.state.Lost++
	}
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// State tells how the keeping fares.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// Run writes until ctx ends, then writes what still waits, within a second.
func (k *Keeper) Run(ctx context.Context) error {
	// A write that is under way when ctx ends is not broken off at once.
	write, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	last := make(chan *time.Timer, 1)
	stop := context.AfterFunc(ctx, func() { last <- time.AfterFunc(lastMoment, cancel) })
	defer func() {
		if !stop() {
			(<-last).Stop()
		}
	}()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-k.wake:
			k.writeAll(ctx, write)
		}
	}
	for k.count() > 0 && write.Err() == nil {
		if pause := k.write(write); pause > 0 {
			break
		}
	}
	if n := k.count(); n > 0 {
		k.opt.Log.Warn("not everything could be kept before the end", slog.Int("left", n), slog.Any("error", k.State().Err))
	}
	return ctx.Err()
}

// writeAll writes until nothing waits or ctx ends. Before each batch it gives things time to gather.
func (k *Keeper) writeAll(ctx, write context.Context) {
	for n := k.count(); n > 0; n = k.count() {
		if n < k.most && !sleep(ctx, k.opt.Every) {
			return
		}
		if pause := k.write(write); pause > 0 && !sleep(ctx, pause) || ctx.Err() != nil {
			return
		}
	}
}

// write writes one batch and says how long to wait after it: not at all when it went well.
func (k *Keeper) write(ctx context.Context) (pause time.Duration) {
	k.mu.Lock()
	things := k.waiting.take(k.most)
	k.mu.Unlock()
	b := batch(things)
	err := k.opt.Archive.Put(ctx, b)
	switch {
	case err == nil:
		k.wrote(things, b)
		return 0
	case k.itself(ctx, err): // the archive is well: it is something in the batch
		return k.refused(things, err)
	}
	return k.failed(things, err)
}

// wrote follows a batch that is in the archive.
func (k *Keeper) wrote(things []thing, b archive.Batch) {
	k.fails = 0
	k.most = min(2*k.most, mostTogether)
	k.mu.Lock()
	k.waiting.done(things)
	if k.state.Err != nil {
		k.opt.Log.Info("the archive is written to again", slog.Int("lost", k.state.Lost), slog.Duration("after", time.Since(k.state.Since)))
	}
	k.state.Err = nil
	if k.waiting.count() < k.opt.Waiting/2 {
		k.over = true
	}
	k.mu.Unlock()
	var kept Kept
	for _, c := range b.Calls {
		kept.Calls = append(kept.Calls, c.ID)
	}
	for _, r := range b.Reports {
		kept.Reports = append(kept.Reports, r.ID)
	}
	if len(kept.Calls)+len(kept.Reports) > 0 {
		k.opt.OnKept(kept)
	}
	k.tell()
}

// failed follows a batch that the archive could not take: it waits on, in its place.
func (k *Keeper) failed(things []thing, err error) (pause time.Duration) {
	pause = min(firstPause<<min(k.fails, 8), mostPause)
	k.fails++
	k.mu.Lock()
	k.waiting.back(things)
	k.begin()
	if k.state.Err == nil {
		k.opt.Log.Warn("the archive cannot be written to", slog.Any("error", err))
	}
	k.state.Err = err
	k.mu.Unlock()
	k.tell()
	return pause
}

// refused follows a batch that a sound archive does not take. It is tried again in halves, until the
// one thing that is the reason is found and, when it is refused again and again, let go: everything
// else is not to wait for it.
func (k *Keeper) refused(things []thing, err error) (pause time.Duration) {
	bad := things[0]
	if bad.no != k.suspect {
		k.suspect, k.strikes = bad.no, 0
	}
	if len(things) == 1 {
		k.strikes++
	}
	k.mu.Lock()
	if len(things) > 1 || k.strikes < mostStrikes {
		k.most = max(1, len(things)/2)
		k.waiting.back(things)
		k.mu.Unlock()
		if len(things) > 1 {
			return 0
		}
		return firstPause
	}
	k.waiting.done(things)
	if bad.event == nil {
		k.begin()
		k.state.Lost++
	}
	k.mu.Unlock()
	k.opt.Log.Warn("the archive does not take this", slog.String("what", bad.String()), slog.Any("error", err))
	k.tell()
	return 0
}

// probe is the name of the fact that is written to see whether an archive can be written to.
const probe = "keeper/probe"

// itself tells whether a failed batch has itself to blame: the archive takes something else.
func (k *Keeper) itself(ctx context.Context, err error) bool {
	for _, known := range []error{archive.ErrFull, archive.ErrReadOnly, archive.ErrDamaged, archive.ErrNewer} {
		if errors.Is(err, known) {
			return false
		}
	}
	return ctx.Err() == nil && k.opt.Archive.Mark(ctx, probe, time.Now().UTC().Format(time.RFC3339)) == nil
}

// begin notes that something goes wrong, unless that is known. k.mu is held.
func (k *Keeper) begin() {
	if k.over {
		k.over = false
		k.state = State{Since: time.Now()}
	}
}

// tell says what State has become, when it is something else.
func (k *Keeper) tell() {
	k.mu.Lock()
	is, was := k.state, k.told
	k.told = is
	k.mu.Unlock()
	same := is.Since.Equal(was.Since) && is.Lost == was.Lost && (is.Err == nil) == (was.Err == nil) &&
		(is.Err == nil || is.Err.Error() == was.Err.Error())
	if !same {
		k.opt.OnState(is)
	}
}

func (k *Keeper) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.waiting.count()
}

// sleep waits, and tells whether it waited to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
