package call

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLens: whatever comes and goes, a lens shows what one that is looked through for the first time
// would show, the hidden calls count for nothing, and the others are the board's own.
func TestLens(t *testing.T) {
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	see := func(c *Call) *Call {
		if c.Queue == "Sales" {
			return nil
		}
		return c
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	l, own := NewLens(see, true), new(vecOwner)
	var v View
	v.At = at
	slots := make([]*Call, 40)
	no := 0
	for range 3000 {
		for range 1 + rnd.IntN(3) {
			i := rnd.IntN(len(slots))
			switch c := slots[i]; {
			case c == nil || rnd.IntN(4) == 0:
				no++
				slots[i] = &Call{ID: fmt.Sprint(no), Created: at.Add(time.Duration(no) * time.Second), Queue: [...]string{"Support", "Sales", ""}[rnd.IntN(3)], QueueMs: 100, State: State(rnd.IntN(int(StateEnded)))}
				if rnd.IntN(2) == 0 {
					slots[i].Phase = PhaseWait
				}
			case rnd.IntN(5) == 0:
				slots[i] = nil
			case rnd.IntN(3) == 0:
				d := *c
				d.State, d.Outcome = StateEnded, Outcome(1+rnd.IntN(3))
				slots[i] = &d
			default:
				d := *c
				d.Queue, d.State = [...]string{"Support", "Sales"}[rnd.IntN(2)], State(rnd.IntN(int(StateEnded)))
				slots[i] = &d
			}
			v.Live = v.Live.set(own, i, slots[i])
		}
		if j := rnd.IntN(len(slots)); slots[j] != nil {
			own = new(vecOwner)
			v.Live = v.Live.set(own, j, slots[j])
		}
		own = new(vecOwner)
		got, want := l.View(&v), NewLens(see, true).View(&v)
		got.Counts.Hours, want.Counts.Hours = [24]int{}, [24]int{} // who has gone still counts there
		if d := cmp.Diff(want.Counts, got.Counts); d != "" {
			t.Fatal(d)
		}
		for i, c := range slots {
			seen := got.Live.At(i)
			if c != nil && c.Queue != "Sales" && seen != c || (c == nil || c.Queue == "Sales") && seen != nil {
				t.Fatalf("slot %d shows %v of %v", i, seen, c)
			}
		}
		v.Version++
	}
}

// The day counts a call once, however often its slot is used again.
func TestLensCountsTheDay(t *testing.T) {
	l := NewLens(func(c *Call) *Call { return c }, true)
	call := func(id string, o Outcome) *Call { return &Call{ID: id, State: StateEnded, Outcome: o} }
	for _, step := range []struct {
		done        Vec
		ended, lost int
	}{
		{VecOf(call("a", Answered), call("b", Missed)), 2, 1},
		{VecOf(call("a", Missed), call("b", Missed)), 2, 2}, // its report knows better
		{VecOf(call("c", Answered), call("b", Missed)), 3, 2},
	} {
		if n := l.View(&View{Done: step.done}).Counts; n.Ended != step.ended || n.Missed != step.lost {
			t.Errorf("%+v, want %d ended, %d lost", n, step.ended, step.lost)
		}
	}
}

// No name of an outside party is left in anything a nameless call tells, and all else is as it was.
func TestNamelessCall(t *testing.T) {
	names := 0
	for name, s := range scripts(t) {
		c := fold(t, s, s.events)
		m := c.Nameless()
		told := dump(m)
		for _, p := range c.People {
			if n := p.Outside.Name; len(n) > 3 {
				names++
				if strings.Contains(told, n) {
					t.Errorf("%s: %s is still there", name, n)
				}
			}
		}
		if m.Outcome != c.Outcome || m.Summary().PhasesMs != c.Summary().PhasesMs || m.State != c.State || m.From.Number != c.From.Number || m.Rings != c.Rings {
			t.Errorf("%s: more than names is another", name)
		}
		s1 := c.Summary().Nameless()
		if n := c.Outsider().Name; len(n) > 3 && c.Direction != Internal && (s1.From.Name == n || s1.To.Name == n || s1.LeftFirst == n) {
			t.Errorf("%s: the summary names %s", name, n)
		}
	}
	if names < 10 {
		t.Errorf("%d names in all scripts", names)
	}
}
