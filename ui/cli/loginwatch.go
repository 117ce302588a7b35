package cli

import (
	"context"
	"sync"
	"time"

	"ringside/ui"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
)

// watchLogin keeps the login of a desk fresh and tells how it fares. The board stays whatever comes.
func (d *desk) watchLogin(ctx context.Context, l connect.Link) {
	if l.Login == nil {
		return
	}
	login.Watch(ctx, &renewal{Source: l.Login, tell: d.renewed}, func(n login.Notice) {
		level := map[login.Gravity]ui.Level{login.Good: ui.Good, login.Warning: ui.Warn, login.Over: ui.Bad}[n.Grave]
		d.model.Pump().Post(ui.NoticeMsg{Level: level, Text: n.Text, Hint: n.Hint})
	})
}

// whileWatchingLogin does the same without a screen, for as long as work takes.
func (a *app) whileWatchingLogin(ctx context.Context, l connect.Link, work func(context.Context) error) error {
	if l.Login == nil {
		return work(ctx)
	}
	var group sync.WaitGroup
	defer group.Wait()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	group.Go(func() {
		login.Watch(watching, l.Login, func(n login.Notice) {
			a.say(n.Text, n.Hint)
		})
	})
	return work(ctx)
}

// renewal is a login that tells when it has been replaced, by a newer token or by a new login.
type renewal struct {
	login.Source
	tell func()
	was  time.Time
}

// Sync implements login.Source.
func (r *renewal) Sync(ctx context.Context) error {
	err := r.Source.Sync(ctx)
	is := r.Status().Obtained
	if !is.Equal(r.was) && !r.was.IsZero() {
		r.tell()
	}
	r.was = is
	return err
}

// renewed has the telephone try once more what the login before was refused.
func (d *desk) renewed() {
	if d.line != nil {
		d.line.Again()
	}
}
