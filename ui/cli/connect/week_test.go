package connect

import (
	"encoding/json"
	"os"
	"runtime"
	"testing"
	"time"

	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/wire"
	"ringside/store/call"
	"ringside/store/stats"
)

// What a desk knows of 5,000 calls an hour, its board and the numbers of its day, is as large after a week
// as after two days: `.ci/prove week`. In every run: a call that has ended takes no more than a few kB of it.
func TestAWeekOfCalls(t *testing.T) {
	begin, part, parts := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), 15*time.Minute, 2
	what := os.Getenv("RINGSIDE_PROOFS")
	whole := what == "week" || what == "all"
	if whole {
		part, parts = 24*time.Hour, 7
	}
	w, err := world.New(world.Config{Seed: 12, Start: begin, CallsPerHour: 5000, Agents: 400, Retention: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	f := &floor{board: call.NewBoard(call.Options{}), numbers: stats.New(stats.Options{Zone: time.UTC}), dec: wire.NewDecoder()}
	heaps, ended := make([]float64, parts), make([]int, parts)
	for i := range parts {
		f.run(t, w, begin.Add(time.Duration(i+1)*part))
		heaps[i], ended[i] = heapMB(), f.ended
		t.Logf("after %v: %d calls ended, %d states, %d up, %d in the numbers of the day, %.1f MB",
			time.Duration(i+1)*part, f.ended, f.states, f.board.Publish(w.Now()).Counts.Up, f.numbers.Len(), heaps[i])
	}
	runtime.KeepAlive(f)
	if least := 4000 * parts * int(part/time.Minute) / 60; f.ended < least {
		t.Errorf("%d calls ended, at least %d were to", f.ended, least)
	}
	if whole {
		if second, last := heaps[1], heaps[parts-1]; last > second*1.1 {
			t.Errorf("%.1f MB have become %.1f", second, last)
		}
	} else if each := (heaps[1] - heaps[0]) * (1 << 20) / float64(ended[1]-ended[0]); each > 16_000 {
		t.Errorf("a call that has ended takes %.0f bytes", each)
	}
}

// floor is what a desk keeps of a stream of messages.
type floor struct {
	board         *call.Board
	numbers       *stats.Fold
	dec           *wire.Decoder
	ended, states int
	shown         time.Time // when it was last looked at
}

// run takes in all that a world sends until a moment, and looks at it every second.
func (f *floor) run(t *testing.T, w *world.World, until time.Time) {
	t.Helper()
	type data struct {
		Source  string         `json:"source"`
		Type    string         `json:"type"`
		Content *world.Content `json:"content"`
	}
	for w.Next().Before(until) {
		for _, e := range w.Step() {
			if e.State == nil {
				continue
			}
			text, err := json.Marshal(struct {
				Data data `json:"data"`
			}{data{"call-events", "call-state", e.State}})
			if err != nil {
				t.Fatal(err)
			}
			frame, err := f.dec.Frame(text)
			if err != nil || frame.Kind != wire.CallState {
				t.Fatalf("%v: %s", err, text)
			}
			frame.Event.Received = e.At
			f.states++
			for _, effect := range f.board.Apply(frame.Event) {
				if effect.Kind == call.EndedCall {
					f.ended++
				}
			}
		}
		if now := w.Now(); now.Sub(f.shown) >= time.Second {
			f.shown = now
			f.board.Expire(now)
			f.numbers.Advance(now)
			f.numbers.SetView(f.board.Publish(now))
		}
	}
}

func heapMB() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}
