package cli

import "testing"

// A small heap may grow fivefold, a large one as the runtime has it; in between by no more than there is room for.
func TestGarbageHasRoom(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 10 << 20: 400, 64 << 20: 400, 128 << 20: 200, 255 << 20: 100, 256 << 20: 100, 4 << 30: 100} {
		if got := garbageFor(live); got != want {
			t.Errorf("%d MB may grow by %d %%, want %d", live>>20, got, want)
		}
	}
}
