package calls

import (
	"math/rand/v2"

	"ringside/store/call"
)

// rnd makes boards from a seed.
type rnd struct{ *rand.Rand }

func newRand(seed uint64) rnd { return rnd{rand.New(rand.NewPCG(seed, 7))} }

func (r rnd) n(n int) int { return r.IntN(n) }

// call makes some call with this number: any state, with ties in every column.
func (r rnd) call(no int) *call.Call {
	names := []string{"", "Ann", "bob", "Cyd", "BOB"}
	c := made(no, call.State(r.n(int(call.StateEnded)+1)), names[r.n(len(names))], r.n(20), 20+r.n(5))
	c.Rings = c.State == call.StateRinging && r.n(3) == 0
	c.With = names[r.n(len(names))]
	c.Direction = call.Direction(r.n(3))
	c.From.Number = []string{"", "+12015550101", "+12015550102"}[r.n(3)]
	if r.n(2) == 0 {
		c.Path = nil
	}
	if c.State == call.StateEnded {
		c.Outcome, c.Ended = call.Outcome(1+r.n(7)), at(r.n(30))
	}
	return c
}
