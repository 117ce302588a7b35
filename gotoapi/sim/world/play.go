package world

// op is a step of a script: what to do, and how long after the step before.
type op struct {
	after int64 // ms
	act   func()
}

// then plans a step. Steps planned while another one runs come before whatever was planned earlier,
// in the order in which they were planned: a script reads from top to bottom, and so do the
// scripts that it calls.
func (c *call) then(after int64, act func()) {
	c.pending = append(c.pending, op{max(after, 0), act})
}

// cut drops everything that was planned: the call takes another turn.
func (c *call) cut() { c.ops, c.pending = c.ops[:0], c.pending[:0] }

// start plays a script from now on.
func (c *call) start(script func(*call)) {
	script(c)
	c.proceed()
}

// proceed runs the steps that are due at once and puts the next one on the world's agenda.
func (c *call) proceed() {
	for {
		for i := len(c.pending) - 1; i >= 0; i-- {
			c.ops = append(c.ops, c.pending[i])
		}
		c.pending = c.pending[:0]
		if len(c.ops) == 0 {
			return
		}
		next := c.ops[len(c.ops)-1]
		c.ops = c.ops[:len(c.ops)-1]
		if next.after > 0 {
			epoch := c.epoch
			c.w.agenda.push(c.w.now+next.after, func() {
				if c.epoch == epoch {
					next.act()
					c.proceed()
				}
			})
			return
		}
		next.act()
	}
}

// ms draws a number of milliseconds from [lo, hi].
func (c *call) ms(lo, hi int64) int64 { return lo + c.rng.Int64N(hi-lo+1) }

// exp draws from an exponential distribution with a mean, cut off at both ends, all in ms.
func (c *call) exp(mean float64, lo, hi int64) int64 {
	return min(max(int64(c.rng.ExpFloat64()*mean), lo), hi)
}

func (c *call) chance(p float64) bool { return c.rng.Float64() < p }
