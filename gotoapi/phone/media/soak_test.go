package media

import (
	"os"
	"runtime"
	"slices"
	"testing"
	"time"
)

// footprint is what the program holds of the machine.
type footprint struct {
	goroutines, files int
	heap              uint64 // bytes
}

func measure() footprint {
	for range 3 {
		runtime.GC()
		time.Sleep(50 * time.Millisecond)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	f := footprint{goroutines: runtime.NumGoroutine(), heap: m.HeapAlloc}
	if open, err := os.ReadDir("/proc/self/fd"); err == nil {
		f.files = len(open)
	}
	return f
}

// One call after another, each with sound both ways, a tone, a hold and a new path: what the program
// holds of the machine stays the same. `.ci/prove media` makes a thousand of them.
func TestCallAfterCall(t *testing.T) {
	measured(t)
	calls, warm := 8, 4
	if proof := os.Getenv("RINGSIDE_PROOFS"); slices.Contains([]string{"all", "media"}, proof) {
		calls, warm = 1000, 50
	}
	r := newRig(t, "tone:440")
	var before footprint
	var setups []time.Duration
	began := time.Now()
	for n := range calls {
		if n == warm {
			before = measure()
		}
		t.Run("call", func(t *testing.T) { setups = append(setups, oneCall(t, r, n)) }) // its far end goes with it
	}
	if t.Failed() {
		return
	}
	after := measure()
	slices.Sort(setups)
	t.Logf("%d calls in %v: setup to first audio p50 %v, p99 %v", calls, time.Since(began).Round(time.Second),
		setups[len(setups)/2].Round(time.Millisecond), setups[len(setups)*99/100].Round(time.Millisecond))
	t.Logf("after %d calls %+v, after all %+v", warm, before, after)
	if after.goroutines > before.goroutines+2 {
		buf := make([]byte, 1<<20)
		t.Errorf("%d goroutines became %d\n%s", before.goroutines, after.goroutines, buf[:runtime.Stack(buf, true)])
	}
	if after.files > before.files+2 {
		t.Errorf("%d open files and sockets became %d", before.files, after.files)
	}
	if after.heap > before.heap+8<<20 {
		t.Errorf("%d kB of memory became %d kB", before.heap>>10, after.heap>>10)
	}
}

// oneCall makes a call and gives how long its first sound took to come.
func oneCall(t *testing.T, r *rig, n int) time.Duration {
	t.Helper()
	shape := []string{answerA, answerB}[n%2]
	far := newFarEnd(t, "opus")
	defer far.close()
	far.speak(1000, 0.4)
	began := time.Now()
	s := r.session(far, shape)
	defer s.Close()
	s.Play(true)
	within(t, 20*time.Second, "sound from the far end", func() bool { return s.Level().In > 0.2 })
	took := time.Since(began)
	within(t, 20*time.Second, "sound to the far end", func() bool { _, came, _ := far.heard(); return came > 5 })
	if shape == answerA {
		if err := s.Tone(t.Context(), "5"); err != nil {
			t.Error(err)
		}
	}
	if n%4 == 0 {
		s.Hold(true)
		offer, err := s.Reoffer(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Accept(far.answer(offer, shape)); err != nil {
			t.Fatal(err)
		}
	}
	return took
}
