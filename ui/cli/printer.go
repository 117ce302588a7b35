package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
	"ringside/store/query"
)

// printer writes what changed between two views, of the calls that --where finds: each change of a
// call while it is found, and the end of one that has been told of. Any goroutine may call it.
type printer struct {
	mu    sync.Mutex
	out   *bufio.Writer
	json  bool
	where *where
	now   func() time.Time

	old   call.View
	known map[string]*followed // by call id
}

// followed is a call on the board.
type followed struct {
	asked *query.CallSubject
	found bool   // --where finds it now
	told  bool   // it was told of, and its end was not
	said  string // the last sentence about it
}

func newPrinter(out io.Writer, asJSON bool, w *where, now func() time.Time) *printer {
	return &printer{out: bufio.NewWriter(out), json: asJSON, where: w, now: now, known: map[string]*followed{}}
}

func (p *printer) print(v *call.View) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var came []*call.Call
	gone := map[string]bool{}
	v.Live.Diff(p.old.Live, func(_ int, was, is *call.Call) {
		if was != nil {
			gone[was.ID] = true
		}
		if is != nil {
			came = append(came, is)
		}
	})
	p.old = *v
	var err error
	now := p.now()
	for _, c := range came {
		delete(gone, c.ID) // it changed, or stands in another slot
		err = errors.Join(err, p.changed(c, now))
	}
	for id := range gone {
		delete(p.known, id)
	}
	return errors.Join(err, p.out.Flush())
}

// changed takes a newer state of a call.
func (p *printer) changed(c *call.Call, now time.Time) error {
	f := p.known[c.ID]
	if f == nil {
		f = &followed{asked: p.where.subject(c)}
		p.known[c.ID] = f
	}
	f.asked.Set(c)
	f.found = p.where.finds(f.asked, now)
	if !f.found && !(f.told && !c.Live()) {
		return nil
	}
	f.told = c.Live()
	return p.tell(f, c.LastAt, now)
}

// passTime tells of the calls that --where finds now because time has passed.
func (p *printer) passTime() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	now := p.now()
	for _, c := range p.old.Live.All() {
		f := p.known[c.ID]
		if f == nil {
			continue
		}
		was := f.found
		if f.found = p.where.finds(f.asked, now); f.found && !was {
			f.told = c.Live()
			err = errors.Join(err, p.tell(f, now, now))
		}
	}
	return errors.Join(err, p.out.Flush())
}

// follow looks every second at what time does, until ctx ends; broken is told what writing failed of.
func (p *printer) follow(ctx context.Context, broken func(error)) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	every(ctx, time.Second, func() {
		if err := p.passTime(); err != nil {
			broken(err)
			stop()
		}
	})
}

// reread reads tags and notes again, now and then, until ctx ends, and tells of the calls that are
// found by them since. Without an answer those known before stand.
func (p *printer) reread(ctx context.Context, again func() error, broken func(error), log *slog.Logger) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	every(ctx, archive.NotedStands, func() {
		if err := p.renote(again); err != nil {
			log.Warn("reading tags and notes", slog.Any("error", err))
		} else if err := p.passTime(); err != nil {
			broken(err)
			stop()
		}
	})
}

func (p *printer) renote(again func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := again(); err != nil {
		return err
	}
	for _, f := range p.known {
		c := f.asked.Call()
		f.asked.SetExtra(p.where.extra(c.ID, c.Outsider()))
	}
	return nil
}

// tell writes the record of a call, or what it does since at, unless that was the last thing said of
// it.
func (p *printer) tell(f *followed, at, now time.Time) error {
	c := p.where.shown(f.asked.Call())
	if p.json {
		return writeRecord(p.out, c, now)
	}
	text := sentence(c)
	if f.said == text {
		return nil
	}
	f.said = text
	_, err := fmt.Fprintf(p.out, "%s  call %d: %s\n", at.In(now.Location()).Format("15:04:05"), c.No, text)
	return err
}
