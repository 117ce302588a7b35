package lookup

import (
	"container/list"
	"sync"
	"time"
)

// cache keeps answers of sources: a bounded number of them, each for a time, the least lately used
// going first.
type cache struct {
	max             int
	found, notFound time.Duration

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
	expires time.Time
}

func newCache(max int, found, notFound time.Duration) *cache {
	c := &cache{max: max, found: found, notFound: notFound}
	c.clear()
	return c
}

func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order = list.New()
	c.items = map[cacheKey]*list.Element{}
}

// get gives the answer kept under k, if its time is not over.
func (c *cache) get(k cacheKey) (answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.items[k]
	if e == nil {
		return answer{}, false
	}
	it := e.Value.(*kept)
	if !time.Now().Before(it.expires) {
		c.drop(e)
		return answer{}, false
	}
	c.order.MoveToFront(e)
	return it.answer, true
}

// put keeps an answer; the time depends on whether anything was found.
func (c *cache) put(k cacheKey, a answer) {
	ttl := c.found
	if len(a.contacts) == 0 {
		ttl = c.notFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.items[k]; e != nil {
		c.drop(e)
	}
	c.items[k] = c.order.PushFront(&kept{key: k, answer: a, expires: time.Now().Add(ttl)})
	for c.order.Len() > c.max {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	c.order.Remove(e)
	delete(c.items, e.Value.(*kept).key)
}
