package lookup

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"ringside/lookup/number"
)

// Deadlines and bounds of a Desk, where Options leaves them open.
const (
	LocalTimeout  = 50 * time.Millisecond // for sources on this machine
	RemoteTimeout = 3 * time.Second       // for sources behind a network: past it the ring is over

	foundTTL    = 10 * time.Minute
	notFoundTTL = time.Minute
	staleTTL    = 24 * time.Hour
	cacheSize   = 4096
	atOnce      = 4
	maxWaiting  = 1024 // requests waiting for one source
	maxContacts = 100  // contacts of one number that are kept of one source
)

// ErrClosed is what Lookup gives after Close.
var ErrClosed = errors.New("the look-up desk is closed")

// ErrBusy is in the trail when a source had too many requests waiting to be asked at all.
var ErrBusy = errors.New("not asked: too many look-ups are waiting for it")

// ErrNotAsked is what a source's error wraps when there was nothing to ask by: a number without a
// country where the source wants one. It counts as no failure of the source.
var ErrNotAsked = errors.New("not asked")

// Use is a source as the desk uses it.
type Use struct {
	Source
	Timeout time.Duration // until the desk goes on without an answer; 0 is RemoteTimeout
	Keep    bool          // keep answers for the times in Options
	Rate    float64       // look-ups a second that the source takes, as many at once (1 at least); 0 is no limit
}

// Local uses a source on this machine: asked every time, because asking costs nothing and a file
// may have been edited.
func Local(s Source) Use { return Use{Source: s, Timeout: LocalTimeout} }

// Remote uses a source behind a network: its answers are kept for a while.
func Remote(s Source) Use { return Use{Source: s, Timeout: RemoteTimeout, Keep: true} }

// Options are the bounds of a Desk. The zero value is the default of each.
type Options struct {
	AtOnce   int           // requests at one source at a time; 4
	Kept     int           // answers kept; 4096
	Found    time.Duration // how long a found contact is kept; 10 minutes
	NotFound time.Duration // how long it is kept that there is none; 1 minute
	Stale    time.Duration // how long after that a found contact is shown while its source is asked again; 24 hours
}

// Desk looks numbers up in several sources at once. Its methods may be called from any goroutine.
type Desk struct {
	posts []*post
	cache *cache

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	generation uint64
	flights    map[string]*flight
}

// New opens a desk on sources, the most trusted first: contacts and trail come in this order.
// Close it.
func New(uses []Use, o Options) *Desk {
	or := func(d, def time.Duration) time.Duration {
		if d > 0 {
			return d
		}
		return def
	}
	if o.AtOnce <= 0 {
		o.AtOnce = atOnce
	}
	if o.Kept <= 0 {
		o.Kept = cacheSize
	}
	d := &Desk{
		cache:   newCache(o.Kept, or(o.Found, foundTTL), or(o.NotFound, notFoundTTL), or(o.Stale, staleTTL)),
		flights: map[string]*flight{},
	}
	for _, u := range uses {
		u.Timeout = or(u.Timeout, RemoteTimeout)
		d.posts = append(d.posts, newPost(u, o.AtOnce, &d.wg))
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// flight is one number being looked up, for everyone who wants it.
type flight struct {
	key     string
	number  number.Number
	waiters []waiter
}

type waiter struct {
	number     number.Number
	generation uint64
	done       func(Result)
}

// Want asks for the contacts of a number and returns at once. done is called from a goroutine of
// the desk, after each source that has answered and a last time with Result.Done; never twice at
// a time, never after Close has returned. It must not block and must not call Close.
//
// The generation is that of the Results; it grows from one Want to the next. It is 0 when the desk
// is closed: done is not called then.
func (d *Desk) Want(n number.Number, done func(Result)) (generation uint64) {
	key := strings.Join(n.Keys(), " ")
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return 0
	}
	d.generation++
	w := waiter{number: n, generation: d.generation, done: done}
	if f := d.flights[key]; f != nil && key != "" {
		f.waiters = append(f.waiters, w)
		return w.generation
	}
	f := &flight{key: key, number: n, waiters: []waiter{w}}
	if key != "" { // hidden callers have nothing in common
		d.flights[key] = f
	}
	d.wg.Go(func() { d.fly(f) })
	return w.generation
}

// Lookup asks for the contacts of a number and waits until every source has answered, failed or
// run out of time.
func (d *Desk) Lookup(ctx context.Context, n number.Number) (Result, error) {
	last := make(chan Result, 1)
	g := d.Want(n, func(r Result) {
		if r.Done {
			last <- r
		}
	})
	if g == 0 {
		return Result{}, ErrClosed
	}
	select {
	case r := <-last:
		return r, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	case <-d.ctx.Done():
		return Result{}, ErrClosed
	}
}

// Forget drops all kept answers, so that the next Want asks every source again.
func (d *Desk) Forget() { d.cache.clear() }

// Close ends all look-ups and waits for the desk's goroutines, which end as soon as the sources
// being asked honour their context. It may be called again.
func (d *Desk) Close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.cancel()
	d.wg.Wait()
}

// fly asks all sources for one number and hands the answers on as they come.
func (d *Desk) fly(f *flight) {
	answers := make(chan answer, len(d.posts))
	got := make([]*answer, len(d.posts))
	missing := 0
	known := false
	for i, p := range d.posts {
		if f.key == "" {
			continue // nothing to ask by
		}
		if p.use.Keep {
			kept, fresh := d.cache.get(cacheKey{i, f.key})
			got[i] = kept
			known = known || kept != nil
			if fresh {
				continue
			}
		}
		missing++
		p.ask(job{ctx: d.ctx, index: i, number: f.number, answers: answers})
	}
	cached := known && missing == 0
	if missing > 0 && known && !d.hand(f, got, false, false) {
		return
	}
	for ; missing > 0; missing-- {
		select {
		case a := <-answers:
			got[a.index] = d.settle(f.key, got[a.index], a)
		case <-d.ctx.Done():
			return
		}
		if missing > 1 && !d.hand(f, got, false, false) {
			return
		}
	}
	d.hand(f, got, cached, true)
}

// settle decides between the answer that was kept, if any, and the one that a source gave now. A
// source that fails does not take away what it said before; the trail says both.
func (d *Desk) settle(key string, before *answer, now answer) *answer {
	failed := now.step.Err != nil && len(now.contacts) == 0
	if failed && before != nil {
		old := *before
		old.step.Took, old.step.Err = now.step.Took, now.step.Err
		return &old
	}
	if d.posts[now.index].use.Keep && !failed {
		d.cache.put(cacheKey{now.index, key}, now)
	}
	return &now
}

// hand gives what is known so far to everyone who wants it; false when the desk is closed. With
// done, nobody joins the flight any more.
func (d *Desk) hand(f *flight, got []*answer, cached, done bool) bool {
	r := Result{Done: done, Cached: cached}
	for _, a := range got {
		if a != nil {
			r.Contacts = append(r.Contacts, a.contacts...)
			r.Trail = append(r.Trail, a.step)
		}
	}
	r.Contacts = merge(r.Contacts)
	d.mu.Lock()
	waiters := f.waiters[:len(f.waiters):len(f.waiters)]
	if done && f.key != "" {
		delete(d.flights, f.key)
	}
	d.mu.Unlock()
	for _, w := range waiters {
		if d.ctx.Err() != nil {
			return false
		}
		one := r.clone()
		one.Number, one.Generation = w.number, w.generation
		w.done(one)
	}
	return true
}
