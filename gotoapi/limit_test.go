package gotoapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRateLimitPerAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &replies{list: []reply{ok()}}
		h := withRateLimit(newLimits(10, 2), next.handle)
		for range 5 {
			if _, err := h(t.Context(), &request{route: "/call-events/v1/x"}); err != nil {
				t.Fatal(err)
			}
		}
		// Another API has a budget of its own.
		if _, err := h(t.Context(), &request{route: "/users/v1/x"}); err != nil {
			t.Fatal(err)
		}
		ms := time.Millisecond
		if d := cmp.Diff([]time.Duration{0, 0, 100 * ms, 200 * ms, 300 * ms, 300 * ms}, next.at); d != "" {
			t.Error(d)
		}
	})
}

func TestOnScreenGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimits(10, 1).gate("x")
		var mu sync.Mutex
		var order []string
		var wg sync.WaitGroup
		ask := func(name string, p Priority) {
			wg.Go(func() {
				if err := g.wait(t.Context(), p); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
			})
			synctest.Wait()
		}
		ask("first", Background)
		ask("at the limiter", Background)
		ask("refill 1", Background)
		ask("refill 2", Background)
		ask("screen 1", OnScreen)
		ask("screen 2", OnScreen)
		wg.Wait()
		want := []string{"first", "at the limiter", "screen 1", "screen 2", "refill 1", "refill 2"}
		if d := cmp.Diff(want, order); d != "" {
			t.Error(d)
		}
	})
}

func TestWaiterGivesUpItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimits(1, 1).gate("x")
		if err := g.wait(t.Context(), OnScreen); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		for range 3 { // one at the limiter, two in the queue
			wg.Go(func() {
				if err := g.wait(short, OnScreen); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v", err)
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		if err := g.wait(t.Context(), Background); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if got := time.Since(start); got != time.Second {
			t.Errorf("the place was free after %v, want 1s", got)
		}
	})
}

func TestThrottledAPIIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next := &replies{list: []reply{{a: &answer{status: 429, header: http.Header{"Retry-After": {"3"}}}}, ok()}}
		h := withRateLimit(newLimits(10, 10), next.handle)
		for range 2 {
			if _, err := h(t.Context(), &request{route: "/x/v1"}); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff([]time.Duration{0, 3 * time.Second}, next.at); d != "" {
			t.Error(d)
		}
	})
}

func TestPriorityOfContext(t *testing.T) {
	if got := priorityOf(t.Context()); got != OnScreen {
		t.Errorf("default %v", got)
	}
	if got := priorityOf(WithPriority(t.Context(), Background)); got != Background {
		t.Errorf("%v", got)
	}
	if got := priorityOf(WithPriority(t.Context(), 99)); got != Background {
		t.Errorf("out of range %v", got)
	}
}

// A service that says 429 without Retry-After is left alone for a growing while by all requests, and
// is asked at the full rate again as soon as it has taken one.
func TestThrottledWithoutAWordIsLeftAloneMoreAndMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tooMany := reply{a: &answer{status: 429, header: http.Header{}}}
		next := &replies{list: []reply{tooMany, tooMany, tooMany, tooMany, tooMany, tooMany, ok()}}
		h := withRateLimit(newLimits(10, 10), next.handle)
		for range 8 {
			if _, err := h(t.Context(), &request{route: "/x/v1"}); err != nil {
				t.Fatal(err)
			}
		}
		ms := time.Millisecond
		want := []time.Duration{0, 250 * ms, 750 * ms, 1750 * ms, 2750 * ms, 3750 * ms, 4750 * ms, 4750 * ms}
		if d := cmp.Diff(want, next.at); d != "" {
			t.Error(d)
		}
	})
}
