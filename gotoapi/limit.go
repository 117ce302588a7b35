package gotoapi

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Priority orders requests that wait for the rate limit.
type Priority uint8

// The priorities, most urgent first.
const (
	// OnScreen is for what somebody looks at or what keeps the link alive. It is the default.
	OnScreen Priority = iota
	// Background is for what fills holes and history.
	Background
	priorities
)

type priorityKey struct{}

// WithPriority returns a context whose requests wait for the rate limit in class p.
func WithPriority(ctx context.Context, p Priority) context.Context {
	return context.WithValue(ctx, priorityKey{}, min(p, priorities-1))
}

func priorityOf(ctx context.Context) Priority {
	p, _ := ctx.Value(priorityKey{}).(Priority)
	return p
}

// withRateLimit makes a request wait for its turn, and makes the whole API wait when the service
// says that there were too many.
func withRateLimit(l *limits, next handler) handler {
	return func(ctx context.Context, r *request) (*answer, error) {
		g := l.gate(r.api())
		if err := g.wait(ctx, priorityOf(ctx)); err != nil {
			return nil, fmt.Errorf("%s: waiting for the rate limit: %w", r.op, err)
		}
		a, err := next(ctx, r)
		switch {
		case err != nil:
		case a.status == http.StatusTooManyRequests:
			g.throttled(min(retryAfter(a.header.Get("Retry-After"), time.Now()), longestPause))
		default:
			g.served()
		}
		return a, err
	}
}

// limits holds one gate for each API: the service counts them apart (goto-api.md 8).
type limits struct {
	mu    sync.Mutex
	rate  rate.Limit
	burst int
	gates map[string]*gate
}

func newLimits(r rate.Limit, burst int) *limits {
	return &limits{rate: r, burst: burst, gates: map[string]*gate{}}
}

func (l *limits) gate(api string) *gate {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.gates[api]
	if g == nil {
		g = &gate{limiter: rate.NewLimiter(l.rate, l.burst)}
		l.gates[api] = g
	}
	return g
}

// gate lets requests through at the rate of its limiter. One request at a time stands at the
// limiter; the others queue by priority behind it, first come first served within one priority.
// So an urgent request waits for at most one that is not.
type gate struct {
	limiter *rate.Limiter
	mu      sync.Mutex
	taken   bool // somebody stands at the limiter
	queues  [priorities][]chan struct{}
	until   time.Time // the service wants nothing before this
	refused int       // times in a row that it said so
}

// throttled keeps the gate closed for as long as the service asked, or for a while, which doubles, when it
// did not say. Answers to requests that were under way together count as one.
func (g *gate) throttled(asked time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if asked <= 0 {
		if now.Before(g.until) {
			return
		}
		asked = troubleBackoff().Bound(g.refused)
	}
	g.refused++
	if t := now.Add(asked); t.After(g.until) {
		g.until = t
	}
}

// held is how long the gate stays closed yet.
func (g *gate) held() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Until(g.until)
}

// served notes that the service has taken a request.
func (g *gate) served() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refused = 0
}

// wait returns when the request may go, or with the error of ctx.
func (g *gate) wait(ctx context.Context, p Priority) error {
	if err := g.enter(ctx, p); err != nil {
		return err
	}
	defer g.leave()
	for held := g.held(); held > 0; held = g.held() { // it may be prolonged meanwhile
		if err := pause(ctx, held); err != nil {
			return err
		}
	}
	turn := g.limiter.Reserve()
	if err := pause(ctx, turn.Delay()); err != nil {
		turn.Cancel()
		return err
	}
	return nil
}

// enter takes the place at the limiter, queueing for it when it is taken.
func (g *gate) enter(ctx context.Context, p Priority) error {
	g.mu.Lock()
	if !g.taken {
		g.taken = true
		g.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	g.queues[p] = append(g.queues[p], turn)
	g.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	if !g.quit(turn, p) {
		g.leave() // the place was handed over in the same moment
	}
	return ctx.Err()
}

// quit takes a waiter out of its queue; false means that it already had its turn.
func (g *gate) quit(turn chan struct{}, p Priority) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, c := range g.queues[p] {
		if c == turn {
			g.queues[p] = append(g.queues[p][:i], g.queues[p][i+1:]...)
			return true
		}
	}
	return false
}

// leave hands the place to the most urgent waiter.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p, q := range g.queues {
		if len(q) > 0 {
			g.queues[p] = q[1:]
			close(q[0])
			return
		}
	}
	g.taken = false
}
