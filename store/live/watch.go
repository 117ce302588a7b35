package live

import "slices"

// Show says which calls are on the screen: what is missing of them is asked for first. It replaces
// what was shown before, and costs nothing when that is the same.
func (s *Store) Show(ids []string) {
	ids = slices.Clone(ids)
	s.ask(func() {
		clear(s.shown)
		for _, id := range ids {
			s.shown[id] = true
		}
	})
}
