package gotoapi

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// While the login service says 429 and the token is no longer good, many callers make few requests,
// and the first token after the trouble is everybody's.
func TestManyCallersOfADeadTokenMakeFewRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		var trouble atomic.Bool
		trouble.Store(true)
		tokens := NewTokens(TokensConfig{Next: func(context.Context, Token) (Token, error) {
			asked.Add(1)
			if trouble.Load() {
				return Token{}, &Error{Status: 429}
			}
			return Token{Access: "new", Obtained: time.Now(), Expires: time.Now().Add(time.Hour)}, nil
		}})
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		defer stop()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for ctx.Err() == nil {
					if _, err := tokens.Token(ctx); err == nil {
						return
					} else if Class(err) != Throttled {
						t.Error(err)
					}
					_ = pause(ctx, 100*time.Millisecond)
				}
				t.Error("no token in the end")
			})
		}
		<-time.After(20 * time.Second)
		before := asked.Load()
		if before < 18 || before > 26 {
			t.Errorf("asked %d times in 20 s", before)
		}
		trouble.Store(false)
		wg.Wait()
		if n := asked.Load() - before; n != 1 {
			t.Errorf("asked %d times after the trouble", n)
		}
	})
}

func TestWhatNeverReachedTheServiceIsTriedAgainAtOnce(t *testing.T) {
	now := time.Now()
	for _, err := range []error{errors.New("connection refused"), &Error{Status: 400, Code: CodeInvalidGrant}} {
		if l := (late{}).fail(now, err); !l.until.IsZero() {
			t.Errorf("%v: late until %v", err, l.until)
		}
	}
	l := (late{}).fail(now, &Error{Status: 429, RetryAfter: 7 * time.Second})
	if got := l.until.Sub(now); got != 7*time.Second {
		t.Errorf("Retry-After: %v", got)
	}
}
