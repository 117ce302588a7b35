package calls

import (
	"fmt"
	"testing"
	"time"

	"ringside/store/call"
)

// floor is a floor of n calls whose clocks run apart from each other: every second some of them
// come to any length one may ask about.
func floor(n int) call.Vec {
	cs := make([]*call.Call, n)
	for i := range cs {
		c := made(i+1, call.State(i%int(call.StateEnded)), fmt.Sprintf("Caller %d", i), i%900, i%900+60)
		c.Phase, c.Queue = call.Phase(i%call.NumPhases), "Support"
		cs[i] = c
	}
	return call.VecOf(cs...)
}

// BenchmarkPassTime is what a second costs 5,000 calls that are up under a filter: some of them come
// to the length asked about, or the time that is asked about moves on.
func BenchmarkPassTime(b *testing.B) {
	for _, filter := range []string{"support", "support wait>45s", "clock>5m or total<10m", "at:-10m", "today"} {
		b.Run(filter, func(b *testing.B) {
			p := newPane()
			p.SetFilter(filter)
			p.SetData(floor(5000))
			now := noon
			for b.Loop() {
				now = now.Add(time.Second)
				if now.Sub(noon) > 14*time.Minute {
					b.StopTimer()
					now = noon
					p.SetNow(now)
					b.StartTimer()
				}
				p.SetNow(now)
			}
		})
	}
}

// BenchmarkSetFilter is a letter typed over 5,000 calls that are up.
func BenchmarkSetFilter(b *testing.B) {
	p := newPane()
	p.SetData(floor(5000))
	for b.Loop() {
		p.SetFilter("caller 1 wait>4")
		p.SetFilter("caller 1 wait>45")
	}
}
