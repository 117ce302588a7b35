package stream

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"time"

	"ringside/gotoapi"
)

// open begins an attempt: channel, subscriptions, socket.
func (l *loop) open() {
	l.openAt = time.Time{}
	if l.opening {
		return
	}
	if l.spare == nil {
		// Each channel has a name of its own: a second one of the same name could be the first again.
		l.named++
		l.spare = &lease{nickname: fmt.Sprintf("%s-%d", l.s.cfg.Nickname, l.named)}
	}
	l.opening = true
	l.tries++
	le := l.spare
	l.task(func() func() {
		k, err := l.s.open(gotoapi.Impatient(l.ctx), le, l.heard)
		return func() { l.opened(k, err) }
	})
}

// open does what an attempt does.
func (s *Stream) open(ctx context.Context, le *lease, out chan<- heard) (*socket, error) {
	if err := s.ready(ctx, le); err != nil {
		return nil, err
	}
	k, err := s.dial(ctx, le, out)
	if err == nil {
		err = s.carry(ctx, k)
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}

// opened follows an attempt.
func (l *loop) opened(k *socket, err error) {
	l.opening = false
	if err != nil {
		l.failed(err)
		return
	}
	if l.cur != nil {
		l.retire()
		l.old, l.lingerAt = l.cur, time.Now().Add(l.s.cfg.Linger)
		l.state.Counters.Replaced++
	}
	l.cur, l.spare, l.openAt = k, nil, time.Time{}
	l.refreshAt, l.refreshedAt = k.lease.refreshAt(), time.Time{}
	l.readAt, l.probing = time.Now().Add(l.s.cfg.ReadBack), probe{}
	l.been, l.down, l.stale = true, false, false
	l.state.Why, l.state.Hint, l.state.NoReports, l.state.NoReportsHint = "", "", "", ""
	if k.lease.noReports != nil {
		l.state.NoReports, l.state.NoReportsHint = clean(k.lease.noReports.Error()), gotoapi.Hint(k.lease.noReports)
	}
	k.start()
	l.connected()
}

// failed plans what follows a failed attempt.
func (l *loop) failed(err error) {
	if l.ctx.Err() != nil {
		return
	}
	if bits.OnesCount(uint(l.tries)) == 1 { // an outage may last for days
		l.s.cfg.Logger.WarnContext(l.ctx, "no link", "try", l.tries, "error", clean(err.Error()))
	}
	l.explain(err)
	var refused *DialError
	wait := max(l.s.cfg.Backoff.Delay(l.tries-1), gotoapi.RetryAfter(err))
	switch {
	case unreached(err):
		wait = min(wait, l.s.cfg.Backoff.Within(l.s.cfg.Unreached))
	case gotoapi.Class(err) == gotoapi.Throttled: // the client itself spaces its requests then
		wait = max(min(wait, l.s.cfg.Backoff.Within(2*l.s.cfg.Unreached)), gotoapi.RetryAfter(err))
	}
	switch class := gotoapi.Class(err); {
	case errors.As(err, &refused) && refused.gone(), errors.Is(err, gotoapi.ErrNotFound):
		// The service does not know its own channel, or not yet: begin with another.
		l.abandon(l.spare)
		l.spare = nil
	case (class == gotoapi.Fatal || class == gotoapi.Auth) && !l.been:
		l.fatal, l.down = err, true
		return
	case class == gotoapi.Fatal || class == gotoapi.Auth:
		l.down, wait = true, l.s.cfg.PauseAfter
	}
	l.plan(wait)
}

// unreached tells whether an attempt failed before anybody answered it: no network, no name, no
// route, nobody listening.
func unreached(err error) bool {
	var socket *DialError
	if errors.As(err, &socket) && socket.Status != 0 {
		return false
	}
	return gotoapi.Unreached(err)
}

// plan sets the next attempt, unless an earlier one is set or one is under way.
func (l *loop) plan(wait time.Duration) {
	at := time.Now().Add(wait)
	if !l.opening && (l.openAt.IsZero() || at.Before(l.openAt)) {
		l.openAt = at
	}
}

// lost follows the end of the link.
func (l *loop) lost(err error) {
	le := l.cur.lease
	l.cur, l.refreshAt, l.readAt, l.probing = nil, time.Time{}, time.Time{}, probe{}
	l.state.Counters.Reconnects++
	l.state.Why, l.state.Hint = reason(err), ""
	l.s.cfg.Logger.InfoContext(l.ctx, "link lost", "why", l.state.Why, "try", l.tries)
	l.disconnected()
	l.s.cfg.closeIdle() // what killed the one may have killed the others
	if l.spare == nil && !le.doomed && !refusedChannel(err) && time.Now().Before(le.expires) {
		le.subscribed, le.reports, le.noReports = false, false, nil
		l.spare = le
	} else {
		l.abandon(le)
	}
	l.plan(l.s.cfg.Backoff.Delay(max(l.tries-1, 0)))
}

// replace plans a new channel while the present link is still up: at once the first time, with
// back-off when the one before was to be replaced too without having brought anything.
func (l *loop) replace() {
	wait := time.Duration(0)
	if l.tries > 1 {
		wait = l.s.cfg.Backoff.Delay(l.tries - 2)
	}
	l.plan(wait)
}

// refresh has the channel's life extended. When that fails, which the client has tried more than
// once by then, the channel is replaced while its socket still lives.
func (l *loop) refresh() {
	l.refreshAt = time.Time{}
	if l.refreshing || l.cur == nil {
		return
	}
	l.refreshing = true
	le, ch := l.cur.lease, l.cur.lease.channel
	limit := min(max(time.Until(le.expires)/2, 5*time.Second), time.Minute)
	l.task(func() func() {
		ctx, cancel := context.WithTimeout(l.ctx, limit)
		defer cancel()
		fresh, err := l.s.cfg.Client.Channels.Refresh(ctx, ch)
		return func() { l.refreshed(le, fresh, err) }
	})
}

// refreshed follows a refresh.
func (l *loop) refreshed(le *lease, ch gotoapi.Channel, err error) {
	l.refreshing = false
	switch {
	case l.cur == nil || l.cur.lease != le || l.ctx.Err() != nil:
		return
	case err == nil:
		le.renewed(ch)
		l.refreshAt, l.refreshedAt = le.refreshAt(), time.Now()
		l.state.Counters.Refreshes++
		l.progress()
		return
	}
	l.s.cfg.Logger.WarnContext(l.ctx, "channel not refreshed; replacing it", "error", clean(err.Error()))
	l.explain(err)
	le.doomed = errors.Is(err, gotoapi.ErrNotFound)
	l.replace()
}

// retire closes the replaced socket and deletes its channel.
func (l *loop) retire() {
	k := l.old
	l.old, l.lingerAt = nil, time.Time{}
	if k == nil {
		return
	}
	l.task(func() func() {
		ctx, cancel := l.farewell()
		defer cancel()
		l.leave(ctx, k, k.lease)
		return func() {}
	})
}

// abandon deletes a channel that has no socket.
func (l *loop) abandon(le *lease) {
	if !le.exists() {
		return
	}
	l.task(func() func() {
		ctx, cancel := l.farewell()
		defer cancel()
		l.leave(ctx, nil, le)
		return func() {}
	})
}

// farewell bounds the deletion of a channel. It outlives Run's context, since a channel should not
// stay because the program ends in the same moment.
func (l *loop) farewell() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(l.ctx), l.s.cfg.Farewell)
}
