package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringside/gotoapi"
)

// lease is a channel with its subscriptions, made step by step. A failed attempt keeps what it
// has, so that the next one goes on from there and no channel is left behind. While a task works on
// a lease, the task owns it.
type lease struct {
	nickname   string
	channel    gotoapi.Channel // zero until created
	expires    time.Time
	subscribed bool
	reports    bool
	doomed     bool  // the service will close or has dropped it; Run's goroutine alone looks at it
	noReports  error // why there are no report notices; nil when there are or none are wanted
}

func (l *lease) exists() bool { return l != nil && l.channel.ID != "" }

// forget makes the next attempt start with a new channel; the service has dropped the old one.
func (l *lease) forget() { *l = lease{nickname: l.nickname} }

// renewed notes that the channel has its full life again.
func (l *lease) renewed(ch gotoapi.Channel) {
	l.channel = ch
	l.expires = wallNow().Add(ch.Lifetime)
}

// wallNow is the present without its monotonic part: a channel's life goes on while this computer
// sleeps, and some monotonic clocks do not.
func wallNow() time.Time { return time.Now().Round(0) }

// refreshAt is when to refresh without being asked: the service's notice comes at half of a life of
// 1200 s (goto-api.md 3); a quarter before the end it is overdue.
func (l *lease) refreshAt() time.Time {
	if l.channel.Lifetime <= 0 {
		return time.Time{}
	}
	return l.expires.Add(-l.channel.Lifetime / 4)
}

// ready brings the lease to the point where its socket can be opened. The subscriptions of a
// channel that has lost its socket are made again, which also shows whether the channel lives.
func (s *Stream) ready(ctx context.Context, l *lease) error {
	subscribe := s.subscribeTo
	switch {
	case s.cfg.Feed != nil:
		subscribe = s.readyFeed
	case s.cfg.Carry != nil:
		subscribe = s.readyChannel
	}
	reused := l.exists()
	err := subscribe(ctx, l)
	if reused && errors.Is(err, gotoapi.ErrNotFound) {
		l.forget()
		err = subscribe(ctx, l)
	}
	return err
}

func (s *Stream) subscribeTo(ctx context.Context, l *lease) error {
	c, accounts := s.cfg.Client, []string{s.cfg.Account}
	if !l.exists() {
		ch, err := c.Channels.Create(ctx, l.nickname)
		if ch.ID != "" {
			l.renewed(ch) // even with an error: it has to be deleted
		}
		if err != nil {
			return err
		}
	}
	if !l.subscribed {
		if _, err := c.CallEvents.Subscribe(ctx, l.channel, accounts); err != nil {
			return err
		}
		l.subscribed = true
	}
	if !s.cfg.Reports || l.reports {
		return nil
	}
	err := c.Reports.Follow(ctx, l.channel, s.cfg.Account)
	if gotoapi.Class(err) == gotoapi.Fatal && !errors.Is(err, gotoapi.ErrNotFound) {
		// Live calls are worth having without notices of their reports.
		l.noReports, l.reports = err, true
		return nil
	}
	l.reports = err == nil
	return err
}

// drop deletes the lease's subscriptions and channel. The channel's own deletion ends its
// subscriptions too (goto-api.md 3); they are deleted first so that nothing is sent meanwhile.
func (s *Stream) drop(ctx context.Context, l *lease) error {
	switch {
	case !l.exists():
		return nil
	case s.cfg.Feed != nil:
		return s.dropFeed(ctx, l)
	case s.cfg.Carry != nil:
		return s.dropCarried(ctx, l)
	}
	c, errs := s.cfg.Client, []error(nil)
	if l.subscribed {
		errs = append(errs, c.CallEvents.Unsubscribe(ctx, l.channel, s.cfg.Account))
	}
	if l.reports && l.noReports == nil {
		errs = append(errs, c.Reports.Unsubscribe(ctx, l.channel, s.cfg.Account))
	}
	errs = append(errs, c.Channels.Delete(ctx, l.channel))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("leaving a notification channel: %w", err)
	}
	return nil
}
