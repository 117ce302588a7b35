package lookup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ringside/lookup/number"
)

// post is the desk's place in front of one source. Each source has its own slots, so one that
// hangs delays only those who ask it.
type post struct {
	use   Use
	slots int
	wg    *sync.WaitGroup

	mu      sync.Mutex
	running int
	waiting []job // the newest is asked first: it is the call that rings
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
	if p.running < p.slots {
		p.running++
		p.wg.Go(func() { p.work(j) })
		return
	}
	if len(p.waiting) >= maxWaiting {
		oldest := p.waiting[0]
		p.waiting = append(p.waiting[:0], p.waiting[1:]...)
		oldest.answers <- answer{index: oldest.index, step: Step{Source: p.use.Name(), Asked: asked(oldest.number), Err: ErrBusy}}
	}
	p.waiting = append(p.waiting, j)
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
	ctx, cancel := context.WithTimeout(j.ctx, p.use.Timeout)
	defer cancel()
	start := time.Now()
	type said struct {
		contacts []Contact
		err      error
	}
	back := make(chan said, 1)
	go func() {
		cs, err := p.use.Lookup(ctx, j.number)
		back <- said{cs, err}
	}()
	give := func(s said) {
		a := answer{index: j.index, step: Step{Source: p.use.Name(), Asked: asked(j.number), Took: time.Since(start), Err: s.err}}
		if s.err == nil {
			a.contacts = p.clean(s.contacts)
			a.step.Found = len(a.contacts)
		} else if errors.Is(s.err, context.DeadlineExceeded) && ctx.Err() != nil {
			a.step.Err = timeoutError(p.use.Timeout)
		}
		j.answers <- a
	}
	select {
	case s := <-back:
		give(s)
	case <-ctx.Done():
		give(said{err: ctx.Err()})
		<-back
	}
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
