package phone

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	store "ringside/store/phone"
)

// bubble runs a test in a synctest bubble.
func bubble(t *testing.T, setup func(*far, *fakeEngine), test func(*testing.T, *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, start(t, setup)) })
}

func TestTheLineIsRegisteredAndLeft(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		if line := r.View().Line; line != (store.Line{State: store.Ready, Extension: extension}) {
			t.Errorf("%+v", line)
		}
		want := []string{"POST channel", "POST device", "POST extensions"}
		if d := cmp.Diff(want, r.asked()); d != "" {
			t.Error(d)
		}
		r.stop()
		settle(time.Second)
		if d := cmp.Diff([]string{"DELETE extensions", "DELETE channel channel1"}, r.asked()); d != "" {
			t.Error(d)
		}
		if r.View().Line.State != store.Off {
			t.Errorf("%+v", r.View().Line)
		}
	})
}

// Without a greeting the answer to the registration has to do.
func TestAMissingGreetingIsNotWaitedForLong(t *testing.T) {
	bubble(t, func(f *far, _ *fakeEngine) { f.mute = true }, func(t *testing.T, r *rig) {
		if s := r.View().Line.State; s != store.Registering {
			t.Errorf("%s at once", s)
		}
		settle(5 * time.Second)
		if s := r.View().Line.State; s != store.Ready {
			t.Errorf("%s after 5 s", s)
		}
	})
}

// What the account does not allow is tried once, and said.
func TestARefusedTelephoneIsSaidAndNotHammeredFor(t *testing.T) {
	for name, tt := range map[string]struct {
		what, body, why, hint string
		status                int
	}{
		"no scope":   {"POST device", `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}`, "the scope webrtc.v1.write is missing", "give the OAuth client the scope webrtc.v1.write", 403},
		"not for me": {"POST extensions", `{"errorCode":"UNAUTHORIZED"}`, "GoTo refuses a telephone", "have an administrator", 403},
		"by itself":  {"POST extensions", `{"extensions":[{"number":"0019","resultCode":403}]}`, "GoTo refuses a telephone", "have an administrator", 207},
		"logged out": {"POST device", `{}`, "not logged in", "ringside login", 401},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *far, _ *fakeEngine) {
				f.refuse = func(what string, _ int) (int, string) {
					if what == tt.what {
						return tt.status, tt.body
					}
					return 0, ""
				}
			}, func(t *testing.T, r *rig) {
				settle(time.Hour)
				line := r.View().Line
				if line.State != store.Refused || !strings.Contains(line.Why, tt.why) || !strings.Contains(line.Hint, tt.hint) {
					t.Errorf("%+v", line)
				}
				asked := r.asked()
				if n := count(asked, tt.what); n > 2 || tt.status != 401 && n != 1 {
					t.Errorf("asked %d times: %v", n, asked)
				}
				if len(r.channels) != 0 {
					t.Error("the channel was left behind")
				}
				_, err := r.Dial(t.Context(), "+12125550110")
				var hint interface{ Hint() string }
				if err == nil || !errors.As(err, &hint) || !strings.Contains(hint.Hint(), tt.hint) {
					t.Errorf("dialled: %v", err)
				}

				r.far.mu.Lock()
				r.far.refuse = nil
				r.far.mu.Unlock()
				r.Again()
				settle(time.Second)
				if s := r.View().Line.State; s != store.Ready {
					t.Errorf("%s once it is allowed", s)
				}
			})
		})
	}
}

func TestARegistrationThatIsLostIsMadeAgain(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		// Said by the service: with back-off, on the same channel.
		r.asked()
		r.far.mu.Lock()
		r.far.refuse = func(what string, n int) (int, string) {
			if what == "PATCH device" && n <= 3 {
				return 400, "{}"
			}
			return 0, ""
		}
		r.far.mu.Unlock()
		r.tell("", "unregistered", 30, nil)
		if line := r.View().Line; line.State != store.Lost || line.Why == "" || line.Hint == "" {
			t.Errorf("%+v", line)
		}
		settle(2 * time.Second)
		if n := count(r.asked(), "PATCH device"); n != 1 {
			t.Errorf("tried %d times within 2 s", n)
		}
		settle(4 * time.Minute)
		asked := r.asked()
		if n := count(asked, "PATCH device"); n != 3 || r.View().Line.State != store.Ready {
			t.Errorf("%d tries, %+v: %v", n, r.View().Line, asked)
		}

		// The socket dies: the same channel, a new registration.
		r.closeSockets()
		synctest.Wait()
		if s := r.View().Line.State; s != store.Lost {
			t.Errorf("%s without a socket", s)
		}
		settle(2 * time.Second)
		if d := cmp.Diff([]string{"PATCH device", "POST extensions"}, r.asked()); d != "" || r.View().Line.State != store.Ready {
			t.Errorf("%+v %s", r.View().Line, d)
		}

		// The channel is gone: the device moves to another.
		r.far.mu.Lock()
		delete(r.channels, "channel1")
		r.far.mu.Unlock()
		r.closeSockets()
		settle(5 * time.Second)
		if r.View().Line.State != store.Ready || r.callback != "channel2" {
			t.Errorf("%+v on %s", r.View().Line, r.callback)
		}
	})
}

// A registration that vanishes without a word is found when it is read back.
// On a busy machine the word that a link is being made, or that the one before is gone, may come after the
// new one has registered.
func TestWordOfTheLinkThatComesLate(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.linked(stream.Status{Link: stream.Connecting})
		if l := r.View().Line; l.State != store.Lost {
			t.Errorf("%+v", l)
		}
		r.linked(stream.Status{Link: stream.Live})
		if l := r.View().Line; l.State != store.Ready {
			t.Errorf("%+v", l)
		}
		_, err := r.Dial(t.Context(), "1106")
		r.must(err)
	})
}

func TestARegistrationThatVanishedIsFound(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.far.mu.Lock()
		r.far.rings = false
		r.far.mu.Unlock()
		settle(4 * time.Minute)
		if !r.far.rings {
			t.Errorf("not registered again: %v", r.asked())
		}
	})
}

func TestACallRingsAndIsTaken(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.asked()
		r.call("in/1")
		c := r.one()
		if c.State != store.Ringing || !c.Focus || !c.Incoming || c.Name != "Bob" || c.Number != "+15143334444" || c.LegID != "leg-in/1" || c.RingUntil.Sub(c.Began) != 30*time.Second {
			t.Errorf("%+v", c)
		}
		settle(2 * time.Second)
		r.must(r.Answer(t.Context(), c.ID))
		c = r.one()
		if c.State != store.Talking || c.Answered.IsZero() || !c.RingUntil.IsZero() {
			t.Errorf("%+v", c)
		}
		s := r.sound.last()
		if d := cmp.Diff([]string{"answer to offer 1.1"}, s.answers); d != "" || s.state() != "playing" {
			t.Error(s.state(), d)
		}
		r.must(r.Hold(t.Context(), c.ID, true))
		if c = r.one(); !c.Held || s.state() != "" {
			t.Errorf("held: %+v, %s", c, s.state())
		}
		r.must(r.Hold(t.Context(), c.ID, false))
		r.must(r.Mute(t.Context(), c.ID, true))
		if c = r.one(); c.Held || !c.Muted || s.state() != "playing muted" {
			t.Errorf("muted: %+v, %s", c, s.state())
		}
		r.must(r.Mute(t.Context(), c.ID, false))
		r.must(r.Tone(t.Context(), c.ID, "12#"))
		if err := r.Tone(t.Context(), c.ID, "x"); !errors.Is(err, errTones) {
			t.Error(err)
		}
		if c = r.one(); c.Tones != "12#" || s.state() != "playing" {
			t.Errorf("%+v, %s", c, s.state())
		}
		r.ends("in/1", "BYE")
		if c = r.one(); c.State != store.Ended || c.Why != "the far end hung up" || c.Ended.IsZero() || s.state() != "closed" {
			t.Errorf("%+v, %s", c, s.state())
		}
		settle(10 * time.Second)
		if calls := r.View().Calls; len(calls) != 0 {
			t.Errorf("%+v", calls)
		}
		want := []string{"POST ringing in%2F1", "GET call in%2F1", "POST answer in%2F1", "POST hold in%2F1", "POST unhold in%2F1", "POST mute in%2F1", "POST unmute in%2F1", "POST dtmf in%2F1"}
		if d := cmp.Diff(want, r.asked()); d != "" {
			t.Error(d)
		}
		r.call("in/1") // the notice comes once more
		if calls := r.View().Calls; len(calls) != 0 {
			t.Errorf("an old call rings: %+v", calls)
		}
	})
}

func TestACallIsDialled(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		id, err := r.Dial(t.Context(), "+1 (212) 555-0110")
		r.must(err)
		c := r.one()
		if c.ID != id || c.State != store.Dialling || c.Number != "+12125550110" || c.Name != "" || c.LegID != "leg-made/1" || !c.Focus {
			t.Errorf("%+v", c)
		}
		r.tell("made/1", "ringing", 30, nil)
		if c = r.one(); c.State != store.Calling {
			t.Errorf("%+v", c)
		}
		if err := r.Hold(t.Context(), id, true); !errors.Is(err, errNotUp) {
			t.Error(err)
		}
		r.tell("made/1", "answered", 30, nil)
		if c = r.one(); c.State != store.Talking || r.sound.last().state() != "playing" {
			t.Errorf("%+v %s", c, r.sound.last().state())
		}
		r.tell("made/1", "update", 30, map[string]any{"isOnHold": true, "name": "Dana\u202e Roe"})
		if c = r.one(); !c.Held || c.Name != "Dana Roe" {
			t.Errorf("%+v", c)
		}
		r.must(r.HangUp(t.Context(), id))
		if c = r.one(); c.State != store.Ended || c.Why != "you hung up" {
			t.Errorf("%+v", c)
		}
		if err := r.HangUp(t.Context(), id); !errors.Is(err, errOver) {
			t.Error(err)
		}
		for _, number := range []string{"", "abc", "+", "12;drop", "1+2", strings.Repeat("1", 49)} {
			if _, err := r.Dial(t.Context(), number); !errors.Is(err, errNumber) {
				t.Errorf("%q: %v", number, err)
			}
		}
	})
}

// Notices may be quicker than the answer that names the call.
func TestNoticesBeforeTheCallHasItsName(t *testing.T) {
	bubble(t, func(f *far, _ *fakeEngine) {
		f.before = func(what string) {
			if what != "POST calls" {
				return
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, typ := range []string{"ringing", "answered"} {
				f.tellLocked(f.callback, typ, 30, map[string]any{"callId": "made/1"})
			}
		}
	}, func(t *testing.T, r *rig) {
		_, err := r.Dial(t.Context(), "1106")
		r.must(err)
		if c := r.one(); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
	})
}

// A call that is hung up while it is being made is ended at the service, too.
func TestHungUpWhileDialling(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		gate := make(chan struct{})
		r.far.mu.Lock()
		r.far.before = func(what string) {
			if what == "POST calls" {
				<-gate
			}
		}
		r.far.mu.Unlock()
		dialled := make(chan error, 1)
		go func() { _, err := r.Dial(t.Context(), "1106"); dialled <- err }()
		c := r.one()
		r.must(r.HangUp(t.Context(), c.ID))
		if err := <-dialled; !errors.Is(err, errDropped) {
			t.Error(err)
		}
		if c = r.one(); c.State != store.Ended || c.Why != "you hung up" {
			t.Errorf("%+v", c)
		}
		close(gate)
		synctest.Wait()
		if len(r.far.calls) != 0 {
			t.Errorf("the call goes on: %v", r.asked())
		}
	})
}

func TestASecondCallNeverStealsTheFirst(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		first := r.sound.last()
		r.call("two")
		if a, b := r.shown("one"), r.shown("two"); !a.Focus || b.Focus || b.State != store.Ringing || first.state() != "playing" {
			t.Errorf("%+v %+v %s", a, b, first.state())
		}
		settle(time.Second)
		r.must(r.Answer(t.Context(), "two"))
		second := r.sound.last()
		if a, b := r.shown("one"), r.shown("two"); !a.Held || a.Focus || !b.Focus || b.State != store.Talking || first.state() != "" || second.state() != "playing" {
			t.Errorf("%+v %+v %q %q", a, b, first.state(), second.state())
		}
		r.ends("two", "BYE")
		if a := r.shown("one"); !a.Focus || !a.Held {
			t.Errorf("%+v", a)
		}
		r.must(r.Hold(t.Context(), "one", false))
		if first.state() != "playing" {
			t.Error(first.state())
		}
	})
}

func TestTransfersAndMerge(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		r.must(r.Transfer(t.Context(), "one", "8648"))
		if c := r.one(); c.State != store.Ended || c.Why != "transferred to 8648" {
			t.Errorf("%+v", c)
		}

		r.call("two")
		r.must(r.Answer(t.Context(), "two"))
		other, err := r.Dial(t.Context(), "8648")
		r.must(err)
		if c := r.shown("two"); !c.Held {
			t.Errorf("%+v", c)
		}
		if err := r.CompleteTransfer(t.Context(), "two", other); !errors.Is(err, errNotUp) {
			t.Error(err)
		}
		made := r.shown(other).LegID[len("leg-"):]
		r.tell(made, "answered", 30, nil)
		r.must(r.Merge(t.Context(), "two", other))
		if a, b := r.shown("two"), r.shown(other); a.Held || b.Held {
			t.Errorf("%+v %+v", a, b)
		}
		r.must(r.CompleteTransfer(t.Context(), "two", other))
		if a, b := r.shown("two"), r.shown(other); a.Why != "transferred to 8648" || b.Why != "transferred to Bob" {
			t.Errorf("%+v %+v", a, b)
		}
		if err := r.Merge(t.Context(), "two", "two"); !errors.Is(err, errSelf) {
			t.Error(err)
		}

		r.far.mu.Lock()
		r.far.refuse = func(what string, _ int) (int, string) {
			if what == "POST blind-transfer" {
				return 400, `{"message":"no such extension"}`
			}
			return 0, ""
		}
		r.far.mu.Unlock()
		r.call("three")
		r.must(r.Answer(t.Context(), "three"))
		if err := r.Transfer(t.Context(), "three", "1"); err == nil || !strings.Contains(err.Error(), "could not be transferred") {
			t.Error(err)
		}
		if c := r.shown("three"); c.State != store.Talking || c.Moves != "" {
			t.Errorf("%+v", c)
		}
	})
}

func TestRingingCallsAreSentAway(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Decline(t.Context(), "one"))
		if c := r.one(); c.State != store.Ended || c.Why != "you declined it" {
			t.Errorf("%+v", c)
		}
		r.call("two")
		r.must(r.SendToVoicemail(t.Context(), "two"))
		r.call("three")
		r.must(r.HangUp(t.Context(), "three"))
		if a, b := r.shown("two"), r.shown("three"); a.Why != "you sent it to voicemail" || b.Why != "you declined it" {
			t.Errorf("%+v %+v", a, b)
		}
		if err := r.Decline(t.Context(), "one"); !errors.Is(err, errOver) {
			t.Error(err)
		}
	})
}

// What ends a call that nobody here has ended.
func TestHowCallsEndByThemselves(t *testing.T) {
	for reason, want := range map[string]string{
		"CANCEL": "the caller gave up", "BYE": "the caller gave up", "NO_ANSWER": "it was not answered in time",
		"ANSWERED_ELSEWHERE": "answered on another telephone", "MOON_PHASE": "it stopped ringing: moon phase",
	} {
		bubble(t, nil, func(t *testing.T, r *rig) {
			r.call("one")
			r.ends("one", reason)
			if c := r.one(); c.Why != want {
				t.Errorf("%s: %q, want %q", reason, c.Why, want)
			}
		})
	}
	for reason, want := range map[string]string{
		"BUSY": "busy", "DECLINED": "declined by the far end", "NO_ANSWER": "nobody answered", "": "not connected", "X_Y": "not connected: x y",
	} {
		bubble(t, nil, func(t *testing.T, r *rig) {
			_, err := r.Dial(t.Context(), "1106")
			r.must(err)
			r.ends("made/1", reason)
			if c := r.one(); c.Why != want {
				t.Errorf("%s: %q, want %q", reason, c.Why, want)
			}
		})
	}
	// The notice of the end is lost: the service is asked when the ringing should be over.
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.far.mu.Lock()
		delete(r.far.calls, "one")
		r.far.mu.Unlock()
		settle(33 * time.Second)
		if c := r.one(); c.State != store.Ended || c.Why != "the caller gave up" {
			t.Errorf("%+v", c)
		}
	})
}

// Clicking to call needs a line and no registration.
func TestTheDeskPhoneRings(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.must(r.RingDesk(t.Context(), "+1 212 555 0110"))
		r.far.mu.Lock()
		r.far.refuse = func(what string, _ int) (int, string) { return 403, `{"errorCode":"AUTHZ_INSUFFICIENT_SCOPE"}` }
		r.far.mu.Unlock()
		err := r.RingDesk(t.Context(), "1106")
		var said *Error
		if !errors.As(err, &said) || !strings.Contains(said.Do, gotoapi.ScopeClickToCall) {
			t.Error(err)
		}
		r.far.mu.Lock()
		r.far.refuse = nil
		r.far.mu.Unlock()
	})
}

// A call is answered in the moment that it is shown, while the service is still being told that it rings.
func TestAnsweredAtOnce(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		answered := make(chan error, 1)
		go func() {
			for len(r.View().Calls) == 0 {
				runtime.Gosched()
			}
			answered <- r.Answer(t.Context(), "one")
		}()
		r.call("one")
		r.must(<-answered)
		if c := r.one(); c.State != store.Talking {
			t.Errorf("%+v", c)
		}
		log := r.asked()
		if count(log, "POST ringing one") != 1 || count(log, "POST answer one") != 1 {
			t.Error(log)
		}
	})
}
