package connect

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringside/gotoapi/stream"
	"ringside/store/archive"
	"ringside/store/archive/backfill"
	"ringside/store/archive/keeper"
	"ringside/store/call"
	"ringside/store/live"
)

// PastOptions are what a Past is made of. Archive is needed; each function may be nil and must not
// block.
type PastOptions struct {
	Archive archive.Archive
	Back    time.Duration // how far back finished calls are fetched at the start; 0 is today alone
	Waiting int           // bounds what waits to be written; 0 is 20,000

	// OnKept is told what is in the archive now.
	OnKept func(keeper.Kept)
	// OnState is told when the archive cannot be written to, and when it can again.
	OnState func(keeper.State)
	// OnFetched is told of each report that was fetched for the past, folded.
	OnFetched func(*call.Report)
	// OnProgress is told how far the past has been fetched.
	OnProgress func(backfill.Progress)
}

// Past joins a session to an archive: what the session tells is kept, what was before it is fetched,
// and so is what either of them has missed. Its functions are for the program that runs a session:
//
//	past := connect.NewPast(link, connect.PastOptions{Archive: kept, Back: back})
//	session := connect.New(link, past.Hooks(hooks), call.Options{})
//	err := past.Run(ctx, session.Run)
type Past struct {
	keeper   *keeper.Keeper
	backfill *backfill.Backfill // nil where finished calls cannot be asked for
	link     outages
}

// NewPast makes a Past of the account behind a link. Nothing happens before Run.
func NewPast(l Link, o PastOptions) *Past {
	if l.Log == nil {
		l.Log = slog.New(slog.DiscardHandler)
	}
	p := &Past{link: outages{now: l.Clock}}
	p.keeper = keeper.New(keeper.Options{
		Archive: o.Archive, Log: l.Log, Waiting: o.Waiting, OnKept: o.OnKept,
		OnState: func(st keeper.State) {
			if st.Err == nil && st.Lost > 0 {
				p.again(st.Since)
			}
			if o.OnState != nil {
				o.OnState(st)
			}
		},
	})
	if l.Source != Dialogs {
		p.backfill = backfill.New(backfill.Options{
			Service: past{Service{Client: l.Client, Account: l.Account}},
			Archive: o.Archive, Keep: p.fetched(o.OnFetched), Account: l.Account, Back: o.Back, Now: l.Clock, Log: l.Log,
			OnProgress: o.OnProgress,
		})
	}
	return p
}

// fetched gives what keeps a report of the past and tells of it.
func (p *Past) fetched(tell func(*call.Report)) func(*call.Report) {
	return func(r *call.Report) {
		p.keeper.Report(r)
		if tell != nil {
			tell(r)
		}
	}
}

// State tells how the keeping fares.
func (p *Past) State() keeper.State { return p.keeper.State() }

// Hooks gives hooks that keep what a session tells and pass it on to h.
func (p *Past) Hooks(h Hooks) Hooks {
	out := h
	out.Event = func(e call.Event) {
		p.keeper.Event(e)
		if h.Event != nil {
			h.Event(e)
		}
	}
	out.Ended = func(c *call.Call) {
		p.keeper.Ended(c)
		if h.Ended != nil {
			h.Ended(c)
		}
	}
	out.Report = func(id string, r *call.Report, err error) {
		if err == nil {
			p.keeper.Report(r)
		}
		if h.Report != nil {
			h.Report(id, r, err)
		}
	}
	out.Status = func(st stream.Status) {
		if since, over := p.link.follow(linked(st)); over {
			p.again(since)
		}
		if h.Status != nil {
			h.Status(st)
		}
	}
	return out
}

// Run does work, which is the session's Run, and keeps and fetches the past beside it. When work has
// returned, what it told is kept, and Run gives its error.
func (p *Past) Run(ctx context.Context, work func(context.Context) error) error {
	kept, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var keeping, fetching sync.WaitGroup
	keeping.Go(func() { _ = p.keeper.Run(kept) }) // ends only with its context
	fetchCtx, stopFetching := context.WithCancel(ctx)
	defer stopFetching()
	if p.backfill != nil {
		fetching.Go(func() { _ = p.backfill.Run(fetchCtx) })
	}
	err := work(ctx)
	stopFetching()
	fetching.Wait()
	stop()
	keeping.Wait()
	return err
}

func (p *Past) again(since time.Time) {
	if p.backfill != nil {
		p.backfill.Again(since)
	}
}

// outages tells when a link was gone for longer than a moment.
type outages struct {
	now func() time.Time

	mu   sync.Mutex
	been bool      // there has been a link
	down time.Time // since when there is none; zero when there is
}

// aMoment is how long a link may be gone before finished calls are looked for. What ends within it is
// found by the store, which looks through the last half hour after each loss.
const aMoment = 10 * time.Second

// follow takes in whether there is a link, and tells when one is back that was gone, and since when.
func (o *outages) follow(up bool) (since time.Time, over bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	switch {
	case !up && o.down.IsZero() && o.been:
		o.down = now
	case up:
		o.been = true
		since, o.down = o.down, time.Time{}
		return since, !since.IsZero() && now.Sub(since) >= aMoment
	}
	return time.Time{}, false
}

// past answers a backfill's questions out of the REST interface.
type past struct{ Service }

// Report implements backfill.Service.
func (s past) Report(ctx context.Context, id string) (*call.Report, error) {
	r, err := s.Service.Report(ctx, id)
	if errors.Is(err, live.ErrNotReady) {
		return nil, backfill.ErrNotReady
	}
	return r, err
}
