package phone

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	store "ringside/store/phone"
)

// refusing has the far end refuse a request so often, and then take it.
func (r *rig) refusing(what string, times, status int, body string) {
	r.far.mu.Lock()
	defer r.far.mu.Unlock()
	left := times
	r.far.refuse = func(asked string, _ int) (int, string) {
		if asked != what || left == 0 {
			return 0, ""
		}
		left--
		return status, body
	}
}

// Too many requests: the answer is sent again, as the service has surely not taken it.
func TestAnswerWhenGoToIsBusy(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.refusing("POST answer", 1, 429, "Retry-After:1")
		r.must(r.Answer(t.Context(), "one"))
		if c := r.one(); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
	})
	// For too long: said, and it rings on.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.refusing("POST answer", 9, 429, "Retry-After:20")
		r.asked()
		err := r.Answer(t.Context(), "one")
		if err == nil || !strings.Contains(err.Error(), "could not be answered") || !strings.Contains(err.Error(), "too many requests") {
			t.Error(err)
		}
		if c := r.one(); c.State != store.Ringing || c.Why == "" || c.Hint != "it rings on: answer it again in a few seconds" || c.RingUntil.IsZero() {
			t.Errorf("%+v", c)
		}
		if n := count(r.asked(), "POST answer one"); n != 1 {
			t.Errorf("asked %d times", n)
		}
		settle(21 * time.Second)
		r.refusing("", 0, 0, "")
		r.must(r.Answer(t.Context(), "one"))
		if c := r.one(); c.State != store.Talking || c.Why != "" {
			t.Errorf("%+v", c)
		}
	})
}

// The service fails, and nobody knows whether it has taken the answer.
func TestAnswerWhenGoToFails(t *testing.T) {
	// It has not: the call rings yet, and is answered again.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.refusing("POST answer", 1, 502, "<html>")
		r.must(r.Answer(t.Context(), "one"))
		if c := r.one(); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
	})
	// It has: the sound is set up with a new offer, and the call not answered a second time.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.asked()
		r.far.mu.Lock()
		r.far.refuse = func(what string, n int) (int, string) {
			if what == "POST answer" {
				r.far.calls["one"].status = "CONNECTED"
				return 504, "{}"
			}
			return 0, ""
		}
		r.far.mu.Unlock()
		r.must(r.Answer(t.Context(), "one"))
		if d := cmp.Diff([]string{"POST answer one", "GET call one", "PUT offer one"}, r.asked()); d != "" {
			t.Error(d)
		}
		if s := r.sound.last(); r.one().State != store.Talking || s.answers[0] != "answer to offer 1.2" {
			t.Errorf("%+v %v", r.one(), s.answers)
		}
	})
	// It goes on failing: said, and it rings on.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.refusing("POST answer", 99, 503, "{}")
		err := r.Answer(t.Context(), "one")
		if err == nil || !strings.Contains(err.Error(), "503") || hintOf(err) != "it rings on: answer it again in a few seconds" {
			t.Errorf("%v, %s", err, hintOf(err))
		}
		if c := r.one(); c.State != store.Ringing || !strings.Contains(c.Why, "could not be answered") {
			t.Errorf("%+v", c)
		}
	})
}

func TestTheCallerGivesUpWhileIAnswer(t *testing.T) {
	const why = "the caller gave up before you were connected"
	check := func(t *testing.T, r *rig, err error) {
		t.Helper()
		if c := r.one(); !errors.Is(err, errGaveUp) || c.State != store.Ended || c.Why != why || r.sound.last().state() != "closed" {
			t.Errorf("%v %+v %s", err, c, r.sound.last().state())
		}
	}
	// The answer is refused, its notice comes later.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.far.mu.Lock()
		delete(r.far.calls, "one")
		r.far.mu.Unlock()
		check(t, r, r.Answer(t.Context(), "one"))
		r.ends("one", "CANCEL")
		check(t, r, errGaveUp)
	})
	// The notice comes first, while the answer is on its way.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		gate := make(chan struct{})
		r.far.mu.Lock()
		r.far.before = func(what string) {
			if what == "POST answer" {
				<-gate
			}
		}
		r.far.mu.Unlock()
		answered := make(chan error, 1)
		go func() { answered <- r.Answer(t.Context(), "one") }()
		synctest.Wait()
		r.ends("one", "CANCEL")
		check(t, r, <-answered)
		close(gate)
	})
	// And while the sound is still being set up.
	bubble(t, func(_ *far, e *fakeEngine) { e.slow = 3 * time.Second }, func(t *testing.T, r *rig) {
		r.call("one")
		answered := make(chan error, 1)
		go func() { answered <- r.Answer(t.Context(), "one") }()
		settle(time.Second)
		r.ends("one", "CANCEL")
		check(t, r, <-answered)
	})
	// A call that was put on hold for it is taken back.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		first := r.sound.last()
		r.call("two")
		settle(time.Second)
		r.far.mu.Lock()
		delete(r.far.calls, "two")
		r.far.mu.Unlock()
		if err := r.Answer(t.Context(), "two"); !errors.Is(err, errGaveUp) {
			t.Error(err)
		}
		settle(3 * time.Second)
		if c := r.shown("one"); c.Held || !c.Focus || first.state() != "playing" {
			t.Errorf("%+v %q", c, first.state())
		}
	})
}

// A first call that cannot be held is silenced, and the second is taken all the same.
func TestAFirstCallThatCannotBeHeldHearsNothing(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		first := r.sound.last()
		r.call("two")
		settle(time.Second)
		r.refusing("POST hold", 99, 400, "{}")
		r.must(r.Answer(t.Context(), "two"))
		if c := r.shown("one"); c.Held || !c.Muted || !strings.Contains(c.Why, "could not be put on hold") || first.state() != "muted" {
			t.Errorf("%+v %q", c, first.state())
		}
		if c := r.shown("two"); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
	})
}

type hinted struct{ error }

func (hinted) Hint() string { return "allow the microphone" }

// Sound that cannot be had: said with its own way out, and the line goes on.
func TestRefusedMicrophone(t *testing.T) {
	refused := hinted{errors.New("the microphone was refused")}
	// No session at all.
	bubble(t, func(_ *far, e *fakeEngine) { e.refuse = refused }, func(t *testing.T, r *rig) {
		r.call("one")
		err := r.Answer(t.Context(), "one")
		if err == nil || !strings.Contains(err.Error(), "the microphone was refused") {
			t.Error(err)
		}
		if c := r.one(); c.State != store.Ringing || !strings.Contains(c.Why, "the microphone was refused") {
			t.Errorf("%+v", c)
		}
		r.sound.mu.Lock()
		r.sound.refuse = nil
		r.sound.mu.Unlock()
		r.must(r.Answer(t.Context(), "one")) // the sound is tried again
		if c := r.one(); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
		r.sound.mu.Lock()
		r.sound.refuse = refused
		r.sound.mu.Unlock()
		if _, err := r.Dial(t.Context(), "1106"); err == nil || hintOf(err) != "allow the microphone" {
			t.Errorf("%v, %s", err, hintOf(err))
		}
	})
	// Control without sound.
	bubble(t, func(_ *far, e *fakeEngine) { e.sound = store.Sound{Why: refused.Error(), Hint: refused.Hint()} }, func(t *testing.T, r *rig) {
		if s := r.View().Sound; s.On || s.Why == "" || s.Hint == "" {
			t.Errorf("%+v", s)
		}
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		r.sound.mu.Lock()
		r.sound.sound = store.Sound{On: true, In: "headset"}
		r.sound.mu.Unlock()
		settle(2 * time.Second)
		if s := r.View().Sound; s.In != "headset" {
			t.Errorf("%+v", s)
		}
	})
	// The service's answer makes no sense: the call is ended there, too.
	bubble(t, func(_ *far, e *fakeEngine) { e.noAnswer = errors.New("no codec in common") }, func(t *testing.T, r *rig) {
		r.call("one")
		if err := r.Answer(t.Context(), "one"); err == nil || !strings.Contains(err.Error(), "no codec in common") {
			t.Error(err)
		}
		if _, err := r.Dial(t.Context(), "1106"); err == nil {
			t.Error("dialled")
		}
		settle(time.Second)
		for _, c := range r.View().Calls {
			if c.Open() || c.Why == "" {
				t.Errorf("%+v", c)
			}
		}
		if len(r.far.calls) != 0 {
			t.Errorf("%d calls are left", len(r.far.calls))
		}
	})
}

// The path of the sound is lost: a new one is found, or the person is told that there is none.
func TestTheSoundLosesItsPath(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		s := r.sound.last()
		s.failed <- errors.New("ice failed")
		settle(time.Second) // requests wait for their turn
		if d := cmp.Diff([]string{"answer to offer 1.1", "answer to offer 1.2"}, s.answers); d != "" || r.one().Why != "" {
			t.Error(r.one().Why, d)
		}
		r.refusing("PUT offer", 99, 503, "{}")
		path := func(there bool) {
			r.sound.mu.Lock()
			defer r.sound.mu.Unlock()
			s.quality.NoPath = !there
		}
		path(false)
		s.failed <- errors.New("ice failed")
		synctest.Wait()
		if c := r.one(); c.Why != "the sound was interrupted" || c.Hint == "" {
			t.Errorf("%+v", c)
		}
		settle(time.Minute)
		if c := r.one(); c.State != store.Talking || !strings.HasPrefix(c.Why, "no sound: ") || !strings.Contains(c.Hint, "desk phone") {
			t.Errorf("%+v", c)
		}
		r.refusing("", 0, 0, "")
		s.failed <- hinted{errors.New("no way through")}
		settle(2 * time.Second)
		if c := r.one(); c.Why != "no way through" || c.Hint != "allow the microphone" {
			t.Errorf("the service has taken an offer, and there is no path yet: %+v", c)
		}
		path(true)
		settle(2 * time.Second)
		if c := r.one(); c.Why != "" || c.Hint != "" {
			t.Errorf("it came back: %+v", c)
		}
		path(false)
		close(s.failed)
		synctest.Wait()
		if c := r.one(); c.Why == "" {
			t.Errorf("it is lost for good: %+v", c)
		}
		r.ends("one", "ERROR")
		if c := r.one(); c.State != store.Ended || c.Why != "GoTo ended the call: its sound found no path" || c.Hint != store.NoPathHint {
			t.Errorf("in the end: %+v", c)
		}
	})
}

func TestAFarEndThatNeverSends(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		s := r.sound.last()
		r.sound.mu.Lock()
		s.quality, s.level = store.Quality{Silent: true}, store.Level{Out: 0.5}
		r.sound.mu.Unlock()
		settle(1500 * time.Millisecond)
		if c := r.one(); c.Quality.Words() != "no sound from the far end" || c.Level.Out != 0.5 {
			t.Errorf("%+v", c)
		}
		r.must(r.HangUp(t.Context(), "one"))
	})
}

// What happened while there was no link is asked for when there is one again.
func TestACallEndsWhileTheLinkIsAway(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		for _, id := range []string{"one", "two"} {
			r.call(id)
			settle(time.Second)
			r.must(r.Answer(t.Context(), id))
		}
		r.closeSockets()
		r.far.mu.Lock()
		delete(r.far.calls, "one")
		r.far.mu.Unlock()
		settle(4 * time.Second)
		if a, b := r.shown("one"), r.shown("two"); a.State != store.Ended || b.State != store.Talking || b.Held {
			t.Errorf("%+v %+v", a, b)
		}
	})
	// The channel is replaced: the notices of the call go nowhere any more, so it is asked after.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		r.far.mu.Lock()
		c := r.far.sockets["channel1"]
		_ = c.WriteMessage(1, []byte(`{"event":"Notification","data":{"source":"notification-websocket","type":"WEBSOCKET_TO_BE_CLOSED"}}`))
		r.far.mu.Unlock()
		settle(5 * time.Second)
		if r.callback != "channel2" || r.View().Line.State != store.Ready || r.one().State != store.Talking {
			t.Fatalf("on %s, %+v", r.callback, r.View())
		}
		r.far.mu.Lock()
		delete(r.far.calls, "one")
		r.far.mu.Unlock()
		settle(3 * time.Second)
		if c := r.one(); c.State != store.Ended {
			t.Errorf("%+v", c)
		}
	})
}

// A login that may not read how calls stand is asked once, and the notices have to do.
func TestCallsThatCannotBeRead(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.refusing("GET call", 99, 403, `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`)
		r.asked()
		r.call("one")
		settle(2 * time.Minute)
		if c := r.View().Calls; len(c) != 0 {
			t.Errorf("%+v", c)
		}
		if n := count(r.asked(), "GET call one"); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

// A hang-up that the service does not take ends the call here, and is asked for again.
func TestHangUpWhenGoToFails(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		r.refusing("DELETE call", 4, 500, "{}")
		err := r.HangUp(t.Context(), "one")
		if err == nil || !strings.Contains(err.Error(), "has not confirmed") {
			t.Error(err)
		}
		if c := r.one(); c.State != store.Ended || !strings.Contains(c.Why, "GoTo has not confirmed it") || r.sound.last().state() != "muted closed" {
			t.Errorf("%+v %s", c, r.sound.last().state())
		}
		settle(30 * time.Second)
		if len(r.far.calls) != 0 {
			t.Error("the call is still up at the service")
		}
	})
}

// Whatever is up when the telephone is closed is hung up first; what rings goes on at my other ones.
func TestTheTelephoneIsClosedInACall(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		r.call("two")
		r.asked()
		r.stop()
		settle(2 * time.Second)
		want := []string{"DELETE call one", "DELETE extensions", "DELETE channel channel1"}
		if d := cmp.Diff(want, r.asked()); d != "" {
			t.Error(d)
		}
		if _, err := r.Dial(t.Context(), "1106"); !errors.Is(err, errOff) {
			t.Error(err)
		}
		if err := r.Answer(t.Context(), "two"); !errors.Is(err, errOver) {
			t.Error(err)
		}
	})
}

// A person who gives up while it is dialled leaves no call behind.
func TestDialGivenUp(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		ctx, cancel := context.WithCancel(t.Context())
		gate := make(chan struct{})
		r.far.mu.Lock()
		r.far.before = func(what string) {
			if what == "POST calls" {
				<-gate
			}
		}
		r.far.mu.Unlock()
		dialled := make(chan error, 1)
		go func() { _, err := r.Dial(ctx, "1106"); dialled <- err }()
		synctest.Wait()
		cancel()
		if err := <-dialled; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		close(gate)
		settle(time.Second)
		if len(r.far.calls) != 0 || r.one().State != store.Ended {
			t.Errorf("%+v, %v", r.one(), r.asked())
		}
	})
}

// Two hours of calls one after another leave nothing behind.
func TestTwoHoursOfCalls(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		var base, end runtime.MemStats
		var goroutines int
		began, n := time.Now(), 0
		measure := func(into *runtime.MemStats) int {
			r.asked()
			r.views = nil
			r.sound.mu.Lock()
			for _, s := range r.sound.sessions {
				if !s.closed {
					t.Errorf("session %d is open", s.n)
				}
			}
			r.sound.sessions = nil
			r.sound.mu.Unlock()
			settle(30 * time.Second)
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(into)
			return runtime.NumGoroutine()
		}
		for time.Since(began) < 2*time.Hour {
			n++
			var id string
			var err error
			if n%2 == 0 {
				id, err = r.Dial(t.Context(), "1106")
				r.must(err)
				r.tell("made/1", "ringing", 30, nil)
				r.tell("made/1", "answered", 30, nil)
			} else {
				id = "in" + strings.Repeat("x", n%50) + time.Now().Format("150405")
				r.call(id)
				settle(time.Second)
				r.must(r.Answer(t.Context(), id))
			}
			settle(10 * time.Second)
			if c := r.shown(id); c.State != store.Talking {
				t.Fatalf("call %d: %+v", n, c)
			}
			if n%3 == 0 || n%2 == 0 {
				r.must(r.HangUp(t.Context(), id))
			} else {
				r.ends(id, "BYE")
			}
			delete(r.far.calls, "made/1")
			settle(5 * time.Second)
			if n == 100 {
				goroutines = measure(&base)
			}
			r.views = nil
		}
		now := measure(&end) // idle connections come and go
		t.Logf("%d calls; %d goroutines after 100, %d at the end; heap %d kB and %d kB", n, goroutines, now, base.HeapAlloc>>10, end.HeapAlloc>>10)
		if n < 400 || now > goroutines+6 || end.HeapAlloc > base.HeapAlloc+1<<20 {
			t.Errorf("%d calls, %d goroutines (%d), heap %d (%d)", n, now, goroutines, end.HeapAlloc, base.HeapAlloc)
		}
		if len(r.channels) != 1 {
			t.Errorf("%d channels", len(r.channels))
		}
	})
}
