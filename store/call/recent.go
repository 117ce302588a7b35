package call

// Recent remembers the keys that were added last, so that a repeat is known in bounded memory. Make it
// with NewRecent. It is not safe for concurrent use.
type Recent[K comparable] struct {
	most  int
	known map[K]struct{}
	order []K // a ring once it is full
	next  int // place in order of the key that is forgotten next
}

// NewRecent makes a Recent that remembers so many keys.
func NewRecent[K comparable](most int) Recent[K] {
	return Recent[K]{most: most, known: map[K]struct{}{}}
}

// Has tells whether a key is among those remembered.
func (r *Recent[K]) Has(k K) bool {
	_, ok := r.known[k]
	return ok
}

// Add remembers a key, in the place of the oldest one when there are too many, and tells whether it
// was not remembered yet.
func (r *Recent[K]) Add(k K) bool {
	if r.Has(k) {
		return false
	}
	if len(r.order) < r.most {
		r.order = append(r.order, k)
	} else {
		delete(r.known, r.order[r.next])
		r.order[r.next] = k
		r.next = (r.next + 1) % r.most
	}
	r.known[k] = struct{}{}
	return true
}
