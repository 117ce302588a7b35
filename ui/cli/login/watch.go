package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
)

// Notice is news of a login in use, for the person at the screen.
type Notice struct {
	Grave Gravity
	Text  string
	Hint  string // what to do; may be empty
}

// Gravity is how bad news is.
type Gravity uint8

// The gravities.
const (
	Good    Gravity = iota // it is well again
	Warning                // there is time left
	Over                   // nothing new is learned from GoTo until it is mended
)

// Source is a login in use; *gotoapi.Tokens is one.
type Source interface {
	Token(ctx context.Context) (gotoapi.Token, error)
	Sync(ctx context.Context) error
	Status() gotoapi.LoginStatus
}

// Times of Watch.
const (
	watchEvery  = 5 * time.Second // between two looks at the store
	slowest     = time.Minute     // between two tries while there is no token that works
	remindEvery = 5 * time.Minute // that the login has ended or is about to
	loginHint   = "run `ringside login` in another terminal: this one goes on by itself"
	networkHint = "check the network: it is tried again by itself"
)

// Watch keeps a login fresh while it is in use, takes over a login made in another terminal, and
// tells before it is too late that the login is about to end. It returns when ctx ends.
func Watch(ctx context.Context, s Source, tell func(Notice)) {
	w := watcher{source: s, tell: tell}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		w.look(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

type watcher struct {
	source Source
	tell   func(Notice)

	was    state
	told   time.Time // when was was told last
	who    string
	nextAt time.Time     // of the next try for a token
	pause  time.Duration // after that
}

// state is how a login stands, in the words that are told.
type state uint8

const (
	fine    state = iota
	stalled       // not replaced for want of an answer; little of its life is left
	ending        // never to be replaced; it lasts a while
	out           // has run out for want of an answer
	ended         // only a new login helps
)

// look looks once.
func (w *watcher) look(ctx context.Context) {
	_ = w.source.Sync(ctx) // a store that cannot be read now changes nothing; Token tells more
	now := time.Now()
	if st := w.source.Status(); st.Valid || !now.Before(w.nextAt) {
		_, err := w.source.Token(ctx) // has it replaced when that is due
		if ctx.Err() != nil {
			return
		}
		w.pause = min(max(2*w.pause, watchEvery), slowest)
		if err == nil {
			w.pause = 0
		}
		now = time.Now()
		w.nextAt = now.Add(w.pause)
	}
	st := w.source.Status()
	w.news(now, judge(st, now), st)
}

// judge says how a login stands.
func judge(st gotoapi.LoginStatus, now time.Time) state {
	class := gotoapi.Class(st.Err)
	final := class == gotoapi.Auth || class == gotoapi.Fatal
	switch {
	case st.Valid && st.Err == nil:
		return fine
	case st.Valid && final:
		return ending
	case st.Valid && 3*st.Expires.Sub(now) < st.Expires.Sub(st.Obtained):
		return stalled
	case st.Valid:
		return fine // most of its life is left for the network to come back
	case final:
		return ended
	}
	return out
}

// news tells what has changed, and what has not but should not be forgotten.
func (w *watcher) news(now time.Time, is state, st gotoapi.LoginStatus) {
	if st.Principal != "" && st.Principal != w.who {
		if w.who != "" {
			w.tell(Notice{Warning, "now logged in as " + call.Clean(st.Principal), "start again to see the calls as that person"})
		}
		w.who = st.Principal
	}
	if is == w.was && (is == fine || now.Sub(w.told) < remindEvery) {
		return
	}
	before := w.was
	w.was, w.told = is, now
	why, wait := "", networkHint
	if st.Err != nil {
		why = call.Clean(st.Err.Error())
		var h interface{ Hint() string }
		if errors.As(st.Err, &h) { // not the network: the store, say
			wait = h.Hint()
		}
	}
	until := st.Expires.Local().Format("15:04")
	switch is {
	case fine:
		if before != fine {
			w.tell(Notice{Good, "the login is good again", ""})
		}
	case stalled:
		w.tell(Notice{Warning, fmt.Sprintf("the login runs out at %s; it could not be extended since %s: %s", until, st.FailingSince.Local().Format("15:04"), why), wait})
	case ending:
		w.tell(Notice{Warning, fmt.Sprintf("the login ends at %s: %s", until, why), loginHint})
	case out:
		w.tell(Notice{Over, "the login has run out, and could not be extended: " + why, wait})
	case ended:
		w.tell(Notice{Over, "the login has ended: " + why, loginHint})
	}
}
