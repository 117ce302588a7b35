package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/phone"
	store "ringside/store/phone"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// registerWithin bounds how long a command waits for its telephone to be registered.
const registerWithin = 30 * time.Second

// hangUpWithin bounds hanging up at the end of --for.
const hangUpWithin = 5 * time.Second

// onePhone is a telephone that a command is for as long as it runs.
type onePhone struct {
	*telephone
	print *callPrinter
	// trouble tells what is wrong with the sound, told what was said of it last.
	trouble func(store.Sound)
	told    string

	mu    sync.Mutex
	views []*store.View // not looked at yet
	came  chan struct{} // has room for one
}

// took is given each view.
func (t *onePhone) took(v *store.View) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.views); n > 0 && same(t.views[n-1], v) {
		t.views[n-1] = v // levels go up and down all the time
	} else {
		t.views = append(t.views, v)
	}
	select {
	case t.came <- struct{}{}:
	default:
	}
}

// same reports whether nothing but levels tells two views apart, by what a command prints.
func same(a, b *store.View) bool {
	if a.Line != b.Line || len(a.Calls) != len(b.Calls) {
		return false
	}
	for i, c := range a.Calls {
		if len(happened(c, b.Calls[i], c.ID == b.Calls[i].ID)) > 0 {
			return false
		}
	}
	return true
}

// follow prints what happens until a view is as asked for, or ctx ends.
func (t *onePhone) follow(ctx context.Context, until func(*store.View) bool) (*store.View, error) {
	if v := t.View(); until(v) {
		return v, t.flush(nil)
	}
	for {
		select {
		case <-t.came:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), t.flush(nil))
		}
		var found *store.View
		if err := t.flush(func(v *store.View) bool {
			if until(v) {
				found = v
			}
			return found != nil
		}); err != nil || found != nil {
			return found, err
		}
	}
}

// flush prints what has come, up to a view that is enough.
func (t *onePhone) flush(enough func(*store.View) bool) error {
	for {
		t.mu.Lock()
		if len(t.views) == 0 {
			t.mu.Unlock()
			return nil
		}
		v := t.views[0]
		t.views = t.views[1:]
		t.mu.Unlock()
		if err := t.print.print(v); err != nil {
			return err
		}
		t.tellSound(v.Sound)
		if enough != nil && enough(v) {
			return nil
		}
	}
}

// onTelephone runs a telephone, and what a command does with it once it is registered. When ctx ends, calls
// are hung up.
func (a *app) onTelephone(ctx context.Context, cfg config.Config, l connect.Link, f callFlags, do func(context.Context, *onePhone) error) error {
	choice, err := f.sounds(ctx, cfg)
	if err != nil {
		return err
	}
	t := &onePhone{came: make(chan struct{}, 1), trouble: func(store.Sound) {}, print: &callPrinter{
		out: a.stdout, incoming: f.waits, json: f.json, now: l.Clock, number: a.shownNumber(cfg), mask: a.veilOf(cfg).Text, seen: map[string]store.Call{},
	}}
	if choice != (sounds{"none", "none"}) {
		t.trouble = func(s store.Sound) { a.say(s.Why, s.Hint) }
	}
	if t.telephone, err = a.telephone(cfg, l, choice, t.took); err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx)) // an interrupt hangs up first
	ended := make(chan error, 1)
	go func() { ended <- t.run(running) }()
	length, cancel := during(ctx, f.length)
	err = t.ready(length)
	if err == nil {
		t.tellSound(t.View().Sound)
		err = do(length, t)
	}
	if length.Err() != nil {
		connected, failed := t.hangUpAll(context.WithoutCancel(ctx))
		switch {
		case ctx.Err() != nil:
			err = errors.Join(ctx.Err(), failed)
		case failed != nil || connected:
			err = failed
		default:
			err = t.inVain(f.length)
		}
	}
	cancel()
	stop()
	err = errors.Join(err, <-ended)
	return errors.Join(err, t.flush(nil))
}

// inVain says that the time is over, and what has kept the telephone from its line, if anything has.
func (t *onePhone) inVain(length time.Duration) error {
	err := fmt.Errorf("no call was connected within %s", length)
	line := t.View().Line
	if line.State == store.Ready || line.Why == "" {
		return err
	}
	return hinted{fmt.Errorf("%w: the telephone could not be registered: %s", err, line.Why), line.Hint, exitFailed}
}

// tellSound tells once that there is less sound than was asked for.
func (t *onePhone) tellSound(s store.Sound) {
	if s.Why != t.told && s.Why != "" {
		t.trouble(s)
	}
	t.told = s.Why
}

// ready waits for the registration.
func (t *onePhone) ready(ctx context.Context) error {
	own, cancel := context.WithTimeout(ctx, registerWithin)
	defer cancel()
	v, err := t.follow(own, func(v *store.View) bool { return v.Line.State == store.Ready || v.Line.State == store.Refused })
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		line := t.View().Line
		if line.Why == "" {
			line.Why = "no answer from GoTo"
		}
		return hinted{fmt.Errorf("the telephone could not be registered within %s: %s", registerWithin, line.Why), line.Hint, exitFailed}
	case v.Line.State == store.Refused:
		return hinted{errors.New(v.Line.Why), v.Line.Hint, exitRefused}
	}
	return nil
}

// untilOver follows a call to its end. A call that was not connected is an error.
func (t *onePhone) untilOver(ctx context.Context, id string) error {
	v, err := t.follow(ctx, func(v *store.View) bool { c, ok := find(v, id); return !ok || !c.Open() })
	if err != nil {
		return err
	}
	if c, ok := find(v, id); ok && c.Answered.IsZero() {
		return errNotConnected
	}
	return nil
}

// answerAgain is after how long a call that could not be taken, and still rings, is tried once more.
const answerAgain = 3 * time.Second

// restOf waits until a call that could not be taken is over, or may be tried again.
func (t *onePhone) restOf(ctx context.Context, id string) error {
	soon, cancel := context.WithTimeout(ctx, answerAgain)
	defer cancel()
	_, err := t.follow(soon, func(v *store.View) bool { c, ok := find(v, id); return !ok || !c.Open() })
	if err != nil && ctx.Err() == nil {
		return nil
	}
	return err
}

// errNotConnected is what the exit code is for; why has been printed.
var errNotConnected = errors.New("the call was not connected")

// hangUpAll ends the calls that this telephone is in. It tells whether one was connected.
func (t *onePhone) hangUpAll(ctx context.Context) (connected bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, hangUpWithin)
	defer cancel()
	for _, c := range t.View().Calls {
		connected = connected || !c.Answered.IsZero()
		if c.Open() && (!c.Incoming || c.State != store.Ringing) { // what rings, rings on at the others
			err = errors.Join(err, t.HangUp(ctx, c.ID))
		}
	}
	return connected, errors.Join(err, t.flush(nil))
}

// noSound is an engine for a telephone that makes no calls itself.
type noSound struct{}

// Sound implements phone.Engine.
func (noSound) Sound() store.Sound { return store.Sound{} }

// Session implements phone.Engine.
func (noSound) Session() (phone.Session, error) { return nil, errors.New("there is no sound") }

func hintOf(err error) string {
	var says interface{ Hint() string }
	if errors.As(err, &says) {
		return says.Hint()
	}
	return ""
}

// refusalCode is the exit code of a request that GoTo may have refused.
func refusalCode(err error) int {
	var refused *gotoapi.Error
	if errors.As(err, &refused) && refused.Status == http.StatusForbidden {
		return exitRefused
	}
	return exitFailed
}
