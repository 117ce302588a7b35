package ui

// kept remembers the last values put in, up to a number.
type kept[T any] struct {
	max  int
	by   map[string]T
	keys []string // oldest first
}

func newKept[T any](most int) *kept[T] { return &kept[T]{max: most, by: map[string]T{}} }

func (k *kept[T]) put(key string, v T) {
	if _, ok := k.by[key]; !ok {
		if len(k.keys) >= k.max {
			delete(k.by, k.keys[0])
			k.keys = append(k.keys[:0], k.keys[1:]...)
		}
		k.keys = append(k.keys, key)
	}
	k.by[key] = v
}

func (k *kept[T]) get(key string) (T, bool) {
	v, ok := k.by[key]
	return v, ok
}
