package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringside/gotoapi"
)

// A subscription can be lost while its channel and socket live on; then nothing comes, and nothing
// says so. So they are read back now and then.

// readBackLimit bounds one reading back, repetitions included.
const readBackLimit = time.Minute

// readBack asks the service for the present channel's subscriptions.
func (l *loop) readBack() {
	l.readAt = time.Time{}
	if l.reading || l.cur == nil || l.s.cfg.Feed != nil { // a Feed sees to its own
		return
	}
	l.reading = true
	le := l.cur.lease
	ch, reports := le.channel, le.reports && le.noReports == nil && l.s.cfg.Reports
	l.task(func() func() {
		ctx, cancel := context.WithTimeout(l.ctx, readBackLimit)
		defer cancel()
		again, err := l.s.resubscribe(ctx, ch, reports)
		return func() { l.haveRead(le, again, err) }
	})
}

// resubscribe makes subscriptions again that are gone, and tells whether there were any. A channel
// of its own is not touched: the task does not own the lease.
func (s *Stream) resubscribe(ctx context.Context, ch gotoapi.Channel, reports bool) (again bool, err error) {
	if s.cfg.Carry != nil {
		return s.cfg.Carry.Check(ctx, ch)
	}
	have, err := s.cfg.Client.CallEvents.Subscriptions(ctx, ch)
	if err != nil {
		return false, fmt.Errorf("checking the subscriptions: %w", err)
	}
	if !slices.Contains(have, s.cfg.Account) {
		if _, err := s.cfg.Client.CallEvents.Subscribe(ctx, ch, []string{s.cfg.Account}); err != nil {
			return false, err
		}
		again = true
	}
	if !reports {
		return again, nil
	}
	have, err = s.cfg.Client.Reports.Subscriptions(ctx, ch)
	if err != nil || slices.Contains(have, s.cfg.Account) {
		return again, err
	}
	return true, s.cfg.Client.Reports.Follow(ctx, ch, s.cfg.Account)
}

// haveRead follows a reading back.
func (l *loop) haveRead(le *lease, again bool, err error) {
	l.reading = false
	if l.cur == nil || l.cur.lease != le || l.ctx.Err() != nil {
		return
	}
	l.readAt = time.Now().Add(l.s.cfg.ReadBack)
	if again {
		l.state.Counters.Resubscribed++
		l.s.cfg.Logger.WarnContext(l.ctx, "a subscription was gone and has been made again")
		l.connected() // what happened since it went has not come
	}
	switch {
	case err == nil:
	case errors.Is(err, gotoapi.ErrNotFound):
		l.s.cfg.Logger.WarnContext(l.ctx, "the channel is gone; replacing it", "error", clean(err.Error()))
		le.doomed = true
		l.replace()
	default:
		l.s.cfg.Logger.WarnContext(l.ctx, "subscriptions not checked", "error", clean(err.Error()))
	}
}
