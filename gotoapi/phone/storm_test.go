package phone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"ringside/gotoapi/wire"
	store "ringside/store/phone"
)

// Everything that can be asked of a telephone is asked at once, of calls that the far end answers, holds
// and ends meanwhile. Nothing hangs, no sound is left open or fought over, and what is over stays over.
// The race detector reads along.
func TestEverythingAtOnce(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		const calls, hands, acts = 12, 6, 150
		id := func(n int) string { return fmt.Sprintf("call%d", n%calls) }
		for n := range calls {
			r.call(id(n))
		}
		var group sync.WaitGroup
		for hand := range hands {
			dice := rand.New(rand.NewPCG(uint64(hand), 6))
			group.Go(func() {
				for range acts {
					r.anything(t, dice, id(dice.IntN(calls)), id(dice.IntN(calls)))
				}
			})
		}
		group.Go(func() {
			dice := rand.New(rand.NewPCG(7, 6))
			kinds := []wire.NoticeKind{wire.CallAnswered, wire.CallUpdate, wire.FarRinging, wire.CallUpdate, wire.Greetings, wire.CallUpdate}
			for n := range 6 * acts {
				r.noticed(wire.Notice{Kind: kinds[n%len(kinds)], Extension: extension, Call: id(dice.IntN(calls)), Held: n%2 == 0, HeldSaid: true})
				if n%150 == 149 {
					r.noticed(wire.Notice{Kind: wire.CallEnded, Extension: extension, Call: id(n / 150), Reason: "BYE"})
				}
				time.Sleep(5 * time.Millisecond) // by the clock of the bubble
			}
		})
		group.Wait()
		settle(time.Second)
		for _, c := range r.View().Calls {
			if c.Open() && r.HangUp(t.Context(), c.ID) != nil {
				t.Errorf("%s is not hung up", c.ID)
			}
		}
		settle(time.Minute)
		if left := r.View().Calls; len(left) != 0 {
			t.Errorf("%+v", left)
		}
	})
}

// anything asks one thing, whatever comes of it.
func (r *rig) anything(t *testing.T, dice *rand.Rand, id, other string) {
	ctx := t.Context()
	_ = []func() error{
		func() error { return r.Answer(ctx, id) },
		func() error { return r.Answer(ctx, id) },
		func() error { return r.Hold(ctx, id, dice.IntN(2) == 0) },
		func() error { return r.Mute(ctx, id, dice.IntN(2) == 0) },
		func() error { return r.Tone(ctx, id, "12#") },
		func() error { return r.Merge(ctx, id, other) },
		func() error { r.Focus(id); return nil },
		func() error { r.Again(); return nil },
		func() error { _ = r.View().Calls; return nil },
		func() error {
			if dice.IntN(10) > 0 {
				return nil
			}
			return r.SendToVoicemail(ctx, id)
		},
		func() error {
			if dice.IntN(10) > 0 {
				return nil
			}
			return r.CompleteTransfer(ctx, id, other)
		},
		func() error {
			made, err := r.Dial(ctx, "1106")
			if err == nil {
				err = r.HangUp(ctx, made)
			}
			return err
		},
	}[dice.IntN(12)]()
}

// A merge looks at both calls while the far end of one is just answering.
func TestMergeWhileTheOtherIsAnswered(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		other, err := r.Dial(t.Context(), "1106")
		r.must(err)
		r.tell("made/2", "ringing", 30, nil)
		r.must(r.Hold(t.Context(), "one", false))
		asked := make(chan error, 1)
		go func() { asked <- r.Merge(t.Context(), "one", other) }()
		time.Sleep(time.Millisecond) // by the clock of the bubble: it orders nothing for the race detector
		r.noticed(wire.Notice{Kind: wire.CallAnswered, Extension: extension, Call: "made/2"})
		if err := <-asked; !errors.Is(err, errNotUp) {
			t.Error(err)
		}
		if c := r.shown(other); c.State != store.Talking || c.Held {
			t.Errorf("%+v", c)
		}
	})
}

// Of two calls that are talked in together one ends, while a third rings: the other goes on being heard, and
// has the keys.
func TestTheOtherHalfOfAMergeIsHeardOn(t *testing.T) {
	bubble(t, nil, func(t *testing.T, r *rig) {
		r.call("one")
		r.must(r.Answer(t.Context(), "one"))
		first := r.sound.last()
		other, err := r.Dial(t.Context(), "1106")
		r.must(err)
		r.tell("made/2", "answered", 30, nil)
		r.must(r.Merge(t.Context(), other, "one"))
		r.call("three")
		r.must(r.HangUp(t.Context(), other))
		if c := r.shown("one"); !c.Focus || c.Held || first.state() != "playing" {
			t.Errorf("%+v, its sound: %s", c, first.state())
		}
		r.ends("one", "BYE")
		if c := r.shown("three"); !c.Focus || c.State != store.Ringing {
			t.Errorf("%+v", c)
		}
	})
}
