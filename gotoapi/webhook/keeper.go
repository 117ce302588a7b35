package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// keeper is one Run's care for the channel and its subscriptions. It belongs to Run's goroutine.
type keeper struct {
	s          *Source
	ch         gotoapi.Channel // zero when there is none
	subscribed bool
	reports    bool
	noReports  string // why there are no report notices; empty when there are or none are wanted
	tidied     bool   // what an earlier run has left behind is gone
	been       bool   // a channel has been there, and Connected has been called
	tries      int    // attempts since the last that worked
}

// run keeps the channel until ctx ends or an error forbids going on.
func (k *keeper) run(ctx context.Context) error {
	for !over(ctx) {
		k.tries++
		k.s.tell(func(st *stream.Status) { st.Link, st.Try = stream.Connecting, k.tries }, time.Time{})
		err := k.open(ctx)
		if err == nil {
			k.opened(ctx)
			err = k.watch(ctx)
		}
		if over(ctx) {
			break
		}
		if stop := k.failed(ctx, err); stop != nil {
			return fmt.Errorf("receiving live calls: %w", stop)
		}
	}
	return nil
}

func over(ctx context.Context) bool { return ctx.Err() != nil }

// open makes the channel and its subscriptions. A failed attempt keeps what it has.
func (k *keeper) open(ctx context.Context) error {
	cfg := &k.s.cfg
	if !k.tidied {
		if err := k.tidy(ctx); err != nil {
			return err
		}
		k.tidied = true
	}
	if k.ch.ID == "" {
		ch, err := cfg.Client.Channels.CreateWebhook(ctx, cfg.Nickname, cfg.URL, cfg.Secret)
		if gotoapi.StatusOf(err) == http.StatusBadRequest {
			return advice{err, "the service must reach webhook_url over https on port 443, and its OPTIONS request must come to " + cfg.Listen}
		}
		if err != nil {
			return err
		}
		k.ch = ch
	}
	if !k.subscribed {
		if _, err := cfg.Client.CallEvents.Subscribe(ctx, k.ch, []string{cfg.Account}); err != nil {
			return err
		}
		k.subscribed = true
	}
	if !cfg.Reports || k.reports || k.noReports != "" {
		return nil
	}
	err := cfg.Client.Reports.Follow(ctx, k.ch, cfg.Account)
	k.reports = err == nil
	if gotoapi.Class(err) == gotoapi.Fatal && !errors.Is(err, gotoapi.ErrNotFound) {
		k.noReports, err = call.Clean(err.Error()), nil // live calls are worth having without
	}
	return err
}

// tidy deletes channels of our name that an earlier run has left behind: they do not end by
// themselves, and may sign with another secret.
func (k *keeper) tidy(ctx context.Context) error {
	cfg := &k.s.cfg
	var left []gotoapi.Channel
	for ch, err := range cfg.Client.Channels.List(ctx) {
		if err != nil {
			return err
		}
		if ch.Nickname == cfg.Nickname && strings.EqualFold(ch.Type, "Webhook") {
			left = append(left, ch)
		}
	}
	for _, ch := range left {
		if err := cfg.Client.Channels.Delete(ctx, ch); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) opened(ctx context.Context) {
	k.inOrder()
	k.missed(ctx)
	k.live()
	k.tries = 0
}

// inOrder notes that channel and subscriptions were found as they should be.
func (k *keeper) inOrder() {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.s.seen = time.Now()
}

// missed has the board brought in line.
func (k *keeper) missed(ctx context.Context) {
	k.s.tell(func(st *stream.Status) { st.Link = stream.Recovering }, time.Time{})
	first := !k.been
	k.been = true
	k.s.cfg.Connected(ctx, first)
}

func (k *keeper) live() {
	k.s.tell(func(st *stream.Status) {
		st.Link, st.Try, st.Why, st.Hint, st.NoReports = stream.Live, 0, "", "", k.noReports
	}, time.Time{})
}

// watch looks now and then whether all is in order. It returns when ctx ends or the channel has to
// be made again.
func (k *keeper) watch(ctx context.Context) error {
	behind := false // something may not have come
	for pause(ctx, k.s.cfg.CheckEvery, k.s.doubted) == nil {
		again, since, err := k.check(ctx)
		behind = behind || again
		switch {
		case over(ctx):
			return nil
		case errors.Is(err, gotoapi.ErrNotFound):
			return errGone
		case err != nil:
			// Deliveries may come all the same: what cannot be said is that they do.
			why, hint := explain(err)
			k.stale(why, hint)
		case !since.IsZero():
			// Until the service reaches us again, asking is all there is.
			behind = true
			k.missed(ctx)
			k.stale("GoTo has not reached the webhook since "+since.Local().Format("15:04"), "look at the TLS proxy in front of "+k.s.cfg.Listen)
		default:
			k.inOrder()
			if behind {
				k.missed(ctx)
			}
			behind = false
			k.live()
		}
	}
	return nil
}

func (k *keeper) stale(why, hint string) {
	k.s.tell(func(st *stream.Status) { st.Link, st.Why, st.Hint = stream.Stale, why, hint }, time.Time{})
}

var errGone = errors.New("the webhook channel was gone")

// check reads channel and subscriptions back, and makes subscriptions again that are gone. since is
// from when on the service has not reached us.
func (k *keeper) check(ctx context.Context) (again bool, since time.Time, err error) {
	cfg := &k.s.cfg
	ch, err := cfg.Client.Channels.Get(ctx, k.ch)
	if err != nil {
		return false, time.Time{}, err
	}
	have, err := cfg.Client.CallEvents.Subscriptions(ctx, k.ch)
	if err != nil {
		return false, time.Time{}, err
	}
	if !slices.Contains(have, cfg.Account) {
		k.subscribed, again = false, true
	}
	if k.reports {
		if have, err = cfg.Client.Reports.Subscriptions(ctx, k.ch); err != nil {
			return again, time.Time{}, err
		}
		if !slices.Contains(have, cfg.Account) {
			k.reports, again = false, true
		}
	}
	if again {
		cfg.Logger.WarnContext(ctx, "a subscription of the webhook was gone; making it again")
	}
	return again, ch.Unreachable, k.open(ctx) // also what an earlier look could not make
}

// failed plans what follows a failure, and waits for it. It returns the error that forbids going on.
func (k *keeper) failed(ctx context.Context, err error) error {
	cfg := &k.s.cfg
	why, hint := explain(err)
	cfg.Logger.WarnContext(ctx, "no webhook", "try", k.tries, "error", why)
	link, wait := stream.Connecting, max(cfg.Backoff.Delay(max(k.tries-1, 0)), gotoapi.RetryAfter(err))
	class := gotoapi.Class(err)
	switch {
	case errors.Is(err, errGone), errors.Is(err, gotoapi.ErrNotFound):
		k.ch, k.subscribed, k.reports, k.noReports = gotoapi.Channel{}, false, false, ""
	case (class == gotoapi.Fatal || class == gotoapi.Auth) && !k.been:
		k.s.tell(func(st *stream.Status) { st.Link, st.Why, st.Hint = stream.Down, why, hint }, time.Time{})
		return err
	case class == gotoapi.Fatal || class == gotoapi.Auth:
		link, wait = stream.Down, cfg.PauseAfter
	}
	k.s.tell(func(st *stream.Status) {
		if k.tries == 0 {
			st.Counters.Reconnects++
		}
		st.Link, st.Try, st.Why, st.Hint = link, k.tries, why, hint
	}, time.Now().Add(wait))
	_ = pause(ctx, wait, nil) // its end shows in ctx
	return nil
}

// leave deletes subscriptions and channel.
func (k *keeper) leave(ctx context.Context) {
	k.s.tell(func(st *stream.Status) { st.Link = stream.Connecting }, time.Time{})
	if k.ch.ID == "" {
		return
	}
	cfg := &k.s.cfg
	// Run's context has ended, its values (a log's, say) still count.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.Farewell)
	defer cancel()
	var errs []error
	if k.subscribed {
		errs = append(errs, cfg.Client.CallEvents.Unsubscribe(ctx, k.ch, cfg.Account))
	}
	if k.reports {
		errs = append(errs, cfg.Client.Reports.Unsubscribe(ctx, k.ch, cfg.Account))
	}
	errs = append(errs, cfg.Client.Channels.Delete(ctx, k.ch))
	if err := errors.Join(errs...); err != nil {
		cfg.Logger.WarnContext(ctx, "webhook channel not deleted; the next start will", "error", call.Clean(err.Error()))
	}
}

// pause waits for d, until somebody wakes it or until ctx ends, whose error it then returns.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-wake:
	case <-ctx.Done():
	}
	return ctx.Err()
}
