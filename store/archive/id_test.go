package archive

import (
	"regexp"
	"testing"
)

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	plain := regexp.MustCompile(`^[A-Z2-7]{26}$`)
	for range 1000 {
		id := NewID()
		if seen[id] || !plain.MatchString(id) {
			t.Fatalf("id %q came twice or has other letters", id)
		}
		seen[id] = true
	}
}
