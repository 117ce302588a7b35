package lookup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ringside/lookup/number"
	"ringside/store/call"
)

// post is the desk's place in front of one source. Each source has its own slots, so one that
// hangs delays only those who ask it.
type post struct {
	use   Use
	slots int
	wg    *sync.WaitGroup
	rate  *rate.Limiter // nil is no limit

	mu      sync.Mutex
	running int
	waiting []job // the newest is asked first: it is the call that rings
	health  health
}

func newPost(u Use, slots int, wg *sync.WaitGroup) *post {
	p := &post{use: u, slots: slots, wg: wg}
	if u.Rate > 0 {
		p.rate = rate.NewLimiter(rate.Limit(u.Rate), max(1, int(u.Rate)))
	}
	return p
}

// job is one question to one source. answers has room for the answer, so giving it never blocks.
type job struct {
	ctx     context.Context
	index   int
	number  number.Number
	answers chan<- answer
}

// answer is what one source said, or failed to say.
type answer struct {
	index    int
	contacts []Contact
	step     Step
}

// ask has the source asked as soon as a slot is free, and returns at once. It must be called from
// a goroutine that wg already counts.
func (p *post) ask(j job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.health.rests(time.Now()); err != nil {
		p.refuse(j, err)
		return
	}
	if p.running < p.slots {
		p.running++
		p.wg.Go(func() { p.work(j) })
		return
	}
	if len(p.waiting) >= maxWaiting {
		oldest := p.waiting[0]
		p.waiting = append(p.waiting[:0], p.waiting[1:]...)
		p.refuse(oldest, ErrBusy)
	}
	p.waiting = append(p.waiting, j)
}

// refuse answers a question that the source is not asked.
func (p *post) refuse(j job, err error) {
	j.answers <- answer{index: j.index, step: p.step(j, 0, err)}
}

func (p *post) step(j job, took time.Duration, err error) Step {
	return Step{Source: call.Clean(p.use.Name()), Asked: asked(j.number), Took: took, Err: err}
}

// work asks for j and then for whatever waits, the newest first.
func (p *post) work(j job) {
	for {
		p.one(j)
		p.mu.Lock()
		last := len(p.waiting) - 1
		if last < 0 || j.ctx.Err() != nil {
			p.running--
			p.waiting = nil
			p.mu.Unlock()
			return
		}
		j = p.waiting[last]
		p.waiting[last] = job{}
		p.waiting = p.waiting[:last]
		p.mu.Unlock()
	}
}

// one asks the source once. The answer is given at the deadline even if the source does not keep
// it; the slot is free again only when the source has really returned.
func (p *post) one(j job) {
	p.mu.Lock()
	resting := p.health.start(time.Now())
	p.mu.Unlock()
	if resting != nil {
		p.refuse(j, resting)
		return
	}
	ctx, cancel := context.WithTimeout(j.ctx, p.use.Timeout)
	defer cancel()
	start := time.Now()
	if p.rate != nil && p.rate.Wait(ctx) != nil {
		p.settled(nil, errTooMany)
		p.give(j, start, nil, errTooMany)
		return
	}
	type said struct {
		contacts []Contact
		err      error
	}
	back := make(chan said, 1)
	go func() {
		cs, err := p.use.Lookup(ctx, j.number)
		back <- said{cs, err}
	}()
	tell := func(s said) {
		if len(s.contacts) == 0 && errors.Is(s.err, context.DeadlineExceeded) && ctx.Err() != nil {
			s.err = timeoutError(p.use.Timeout)
		}
		p.settled(s.contacts, s.err)
		p.give(j, start, s.contacts, s.err)
	}
	select {
	case s := <-back:
		tell(s)
	case <-ctx.Done():
		tell(said{err: ctx.Err()})
		<-back
	}
}

// settled takes into account how a question ended. An answer in part is no failure; the pause that
// the source may ask for is kept to all the same.
func (p *post) settled(cs []Contact, err error) {
	if pause := (*PauseError)(nil); len(cs) > 0 && !errors.As(err, &pause) {
		err = nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.health.end(time.Now(), err)
}

func (p *post) give(j job, start time.Time, cs []Contact, err error) {
	a := answer{index: j.index, contacts: p.clean(cs), step: p.step(j, time.Since(start), err)}
	a.step.Found = len(a.contacts)
	j.answers <- a
}

// clean bounds and cleans what a source gave, and says whose it is.
func (p *post) clean(cs []Contact) []Contact {
	out := make([]Contact, 0, min(len(cs), maxContacts))
	for _, c := range cs[:min(len(cs), maxContacts)] {
		if c.Source == "" {
			c.Source = p.use.Name()
		}
		out = append(out, c.Clean())
	}
	return out
}

// asked is the spelling of a number that the trail shows.
func asked(n number.Number) string { return n.Keys()[0] }

// timeoutError says in a person's words that a source ran out of time.
type timeoutError time.Duration

func (e timeoutError) Error() string { return fmt.Sprintf("no answer within %v", time.Duration(e)) }

// Is makes the error one with context.DeadlineExceeded.
func (e timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
