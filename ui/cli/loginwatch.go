package cli

import (
	"context"
	"sync"

	"ringside/ui"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/login"
)

// watchLogin keeps the login of a desk fresh and tells how it fares. The board stays whatever comes.
func (d *desk) watchLogin(ctx context.Context, l connect.Link) {
	if l.Login == nil {
		return
	}
	login.Watch(ctx, l.Login, func(n login.Notice) {
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
