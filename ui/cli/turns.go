package cli

import (
	"context"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A desk does many small things and, beside them, now and then a long one: a batch for the archive, a picture, the
// marking of garbage. What a key asks for is small and has to come in between.
//
// leastTurns is among how many the runtime shares out its work at least. It lets go of a processor only after ten
// milliseconds, and a key waits for several on its way to the screen; with more turns than processors it is the
// kernel that shares them, and it knows who has waited.
//
// mostGarbage is by how much the heap may grow between two collections, in per cent, while that is no more than
// garbageRoom. A desk's heap is small: with the runtime's own 100, one of 5,000 calls is marked every second, for a
// fifth of it.
//
// In a storm (docs/reliability.md) the slowest key of a hundred took 80 ms without either, 78 with the one, 64 with
// the other, and 48 with both.
const (
	leastTurns   = 4
	mostGarbage  = 400
	leastGarbage = 100       // the runtime's own
	garbageRoom  = 256 << 20 // bytes
	garbageLook  = 10 * time.Second
)

// takeTurns sees to both until ctx ends, unless the environment says otherwise.
func (a *app) takeTurns(ctx context.Context) {
	if a.env["GOMAXPROCS"] == "" && runtime.GOMAXPROCS(0) < leastTurns {
		runtime.GOMAXPROCS(leastTurns)
	}
	if a.env["GOGC"] != "" {
		return
	}
	set := leastGarbage
	see := func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 {
			return
		}
		if to := garbageFor(live[0].Value.Uint64()); to < set || to > set+set/8 {
			debug.SetGCPercent(to)
			set = to
		}
	}
	see()
	every(ctx, garbageLook, see)
}

// garbageFor gives by how much a heap of which so many bytes are in use may grow, in per cent.
func garbageFor(live uint64) int {
	return int(min(max(leastGarbage, 100*garbageRoom/max(1, live)), mostGarbage))
}
