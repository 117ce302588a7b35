package gotoapi

import (
	"context"
	"time"
)

// longestPause is the longest Retry-After the client waits out by itself. What is longer is handed
// to the caller, who can tell a person about it.
const longestPause = 2 * time.Minute

type impatientKey struct{}

// Impatient returns a context whose requests are not repeated when the service cannot be reached: for
// a caller who repeats them himself, and better.
func Impatient(ctx context.Context) context.Context {
	return context.WithValue(ctx, impatientKey{}, true)
}

func impatient(ctx context.Context) bool {
	yes, _ := ctx.Value(impatientKey{}).(bool)
	return yes
}

// withRetry repeats an idempotent request when the network or the service failed or the service
// asked for patience: after Retry-After where it is given, else with back-off. Other requests are
// sent once, since nobody knows what became of a lost one.
func withRetry(b Backoff, tries int, next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		for n := 0; ; n++ {
			a, err := next(ctx, r)
			if err == nil || n+1 >= tries || !r.idempotent() || ctx.Err() != nil {
				return a, err
			}
			if impatient(ctx) && Unreached(err) {
				return nil, err
			}
			wait := b.Delay(n)
			switch Class(err) {
			case Retry, Throttled:
				wait = max(wait, RetryAfter(err))
			default:
				return nil, err
			}
			if wait > longestPause || pause(ctx, wait) != nil {
				return nil, err
			}
		}
	}
}

// pause waits for d or until ctx ends, whose error it then returns.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
