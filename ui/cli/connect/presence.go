package connect

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"ringside/gotoapi"
)

// Says is what the people of an account say of themselves, by extension.
type Says struct {
	By  map[string]gotoapi.Presence
	Why string // why it is not known; "" when it is
}

// How often presence is asked for: gently, since the service counts requests. Once it has refused, it
// is asked again after a long while, when somebody may have given the right.
const (
	presenceEvery  = 30 * time.Second
	presenceLater  = 10 * time.Minute
	peopleAnew     = time.Hour // people come and go
	presencePerAsk = 2 * time.Second
)

// FollowPresence tells what the people of a link's account say of themselves, again when it has been
// asked for, until ctx ends. It waits behind everything else that is asked of GoTo.
func FollowPresence(ctx context.Context, l Link, tell func(Says)) {
	ctx = gotoapi.WithPriority(ctx, gotoapi.Background)
	var keys []string
	var listed time.Time
	ext := map[string]string{}
	for {
		wait := presenceEvery
		var err error
		if listed.IsZero() || time.Since(listed) >= peopleAnew {
			if keys, ext, err = people(ctx, l); err == nil {
				listed = time.Now()
			}
		}
		var got []gotoapi.Presence
		if err == nil && len(keys) > 0 {
			got, err = l.Client.Presence.Of(ctx, keys)
		}
		switch {
		case ctx.Err() != nil:
			return
		case refused(err):
			tell(Says{Why: "this login has no " + gotoapi.ScopePresence})
			wait = presenceLater
		case err != nil:
			l.Log.Debug("reading presence", slog.Any("error", err))
			tell(Says{Why: "GoTo does not tell"})
		default:
			by := make(map[string]gotoapi.Presence, len(got))
			for _, p := range got {
				if at := ext[p.UserKey]; at != "" {
					by[at] = p
				}
			}
			tell(Says{By: by})
			// Many people take many requests: a hundred of them each.
			wait = max(wait, presencePerAsk*time.Duration(len(keys)/gotoapi.MostPresences))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// people gives the keys of an account's users, and their extensions.
func people(ctx context.Context, l Link) (keys []string, ext map[string]string, err error) {
	ext = map[string]string{}
	for u, err := range l.Client.Identity.Users(ctx, l.Account) {
		if err != nil {
			return nil, nil, err
		}
		for i, line := range u.Lines {
			if line.Account != "" && line.Account != l.Account {
				continue
			}
			if i == 0 || line.Primary {
				ext[u.Key] = line.Extension
			}
		}
		if ext[u.Key] != "" {
			keys = append(keys, u.Key)
		}
	}
	return keys, ext, nil
}

// refused reports whether the login lacks the right.
func refused(err error) bool {
	var e *gotoapi.Error
	return errors.As(err, &e) && (e.Status == http.StatusForbidden || e.Status == http.StatusUnauthorized)
}
