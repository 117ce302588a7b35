package lookup

import (
	"container/list"
	"sync"
	"time"
)

// cache keeps answers of sources: a bounded number of them, each for a time, the least lately used
// going first. What was found is kept longer than that, as stale: better yesterday's name in the
// first ring than none, while the source is asked again.
type cache struct {
	max                    int
	found, notFound, stale time.Duration

	mu    sync.Mutex
	order *list.List // of *kept, the latest used in front
	items map[cacheKey]*list.Element
}

type cacheKey struct {
	source int
	number string
}

type kept struct {
	key     cacheKey
	answer  answer
	at      time.Time
	expires time.Time // from then on it is stale
	ends    time.Time // from then on it is not kept at all
}

func newCache(max int, found, notFound, stale time.Duration) *cache {
	c := &cache{max: max, found: found, notFound: notFound, stale: stale}
	c.clear()
	return c
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = list.New()
	c.items = map[cacheKey]*list.Element{}
}

// get gives the answer kept under k with its age, and whether its time is not over. The answer is
// nil when there is none.
func (c *cache) get(k cacheKey) (a *answer, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.items[k]
	if e == nil {
		return nil, false
	}
	it := e.Value.(*kept)
	now := time.Now()
	if !now.Before(it.ends) {
		c.drop(e)
		return nil, false
	}
	c.order.MoveToFront(e)
	out := it.answer
	out.step.Age = now.Sub(it.at)
	return &out, now.Before(it.expires)
}

// put keeps an answer; the time depends on whether anything was found. An answer in part is kept
// as briefly as none: what is missing may be there in a minute.
func (c *cache) put(k cacheKey, a answer) {
	ttl, stale := c.found, c.stale
	switch {
	case len(a.contacts) == 0:
		ttl, stale = c.notFound, 0
	case a.step.Err != nil:
		ttl = c.notFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.items[k]; e != nil {
		c.drop(e)
	}
	now := time.Now()
	c.items[k] = c.order.PushFront(&kept{key: k, answer: a, at: now, expires: now.Add(ttl), ends: now.Add(ttl + stale)})
	for c.order.Len() > c.max {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	c.order.Remove(e)
	delete(c.items, e.Value.(*kept).key)
}
