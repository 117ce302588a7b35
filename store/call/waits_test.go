package call

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whatever comes and goes, who waits longest is who a look at all of them finds, and what has gone takes no room for long.
func TestWaitsKnowTheLongest(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var ws waits
	here := map[wait]bool{}
	for step := range 20_000 {
		w := wait{rnd.Int64N(50), fmt.Sprint(rnd.IntN(40))}
		if rnd.IntN(2) == 0 {
			ws.add(w)
			here[w] = true
		} else {
			ws.remove(w)
			delete(here, w)
		}
		if rnd.IntN(3) > 0 {
			continue // not every change is looked at
		}
		var want wait
		for w := range here {
			if want == (wait{}) || w.compare(want) < 0 {
				want = w
			}
		}
		if got, ok := ws.first(); got != want || ok != (len(here) > 0) {
			t.Fatalf("step %d: %v, want %v of %d", step, got, want, len(here))
		}
		if most := 2*len(here) + 65; len(ws.heap) > 2*most {
			t.Fatalf("step %d: %d places for %d", step, len(ws.heap), len(here))
		}
	}
	for w := range here {
		ws.remove(w)
	}
	if _, ok := ws.first(); ok {
		t.Error("somebody waits still")
	}
}
