package call

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// lawOfLanes says what holds of the lanes of every call, however odd its states.
func lawOfLanes(c *Call, now time.Time) error {
	total := c.LastAt.UnixMilli() - c.Created.UnixMilli()
	if c.Live() {
		total = max(total, now.UnixMilli()-c.Created.UnixMilli())
	}
	lanes := c.Lanes(now)
	person := map[int]*Lane{}
	for k := range lanes {
		l := &lanes[k]
		if (l.Person < 0) == (l.System < 0) {
			return fmt.Errorf("%q is person %d and system %d", l.Label, l.Person, l.System)
		}
		if l.Person >= 0 {
			person[l.Person] = l
			if len(l.Spans) == 0 {
				return fmt.Errorf("%q has no span", l.Label)
			}
		}
		at := int64(0)
		for _, s := range l.Spans {
			if s.FromMs < at || s.ToMs < s.FromMs || s.ToMs > total || s.ToMs == s.FromMs && len(l.Spans) > 1 {
				return fmt.Errorf("%q: span %+v after %d, total %d", l.Label, s, at, total)
			}
			at = s.ToMs
		}
	}
	for _, r := range c.Rung {
		if person[r.person] == nil {
			return fmt.Errorf("%s was rung and has no lane", r.Extension)
		}
	}
	return lawOfPhases(c, now, person)
}

// lawOfPhases: the party from whom a stretch is seen does in it what the call does, and the
// stretches sum to the phases of the call.
func lawOfPhases(c *Call, now time.Time, person map[int]*Lane) error {
	var sums [NumPhases]int64
	for _, g := range c.segments(now) {
		sums[g.phase] += g.to - g.from
		if g.subject < 0 || g.from == g.to {
			continue
		}
		for _, s := range person[g.subject].Spans {
			if s.FromMs < g.to && g.from < s.ToMs && s.Phase != g.phase {
				return fmt.Errorf("%d–%d is %s, the lane of its party says %+v", g.from, g.to, g.phase, s)
			}
		}
	}
	for p := range Phase(NumPhases) {
		if want := c.PhaseTime(p, now).Milliseconds(); sums[p] != want && (c.fold.pend == settled || p == PhaseTalk) {
			return fmt.Errorf("%s: lanes sum to %d ms, the call says %d", p, sums[p], want)
		}
	}
	return nil
}

func TestLanesOfScripts(t *testing.T) {
	for name, s := range scripts(t) {
		for cut := 1; cut <= len(s.events); cut++ {
			c := fold(t, s, s.events[:cut])
			if err := lawOfLanes(c, c.LastAt.Add(1234*time.Millisecond)); err != nil {
				t.Errorf("%s after %d states: %v", name, cut, err)
			}
		}
		rnd := rand.New(rand.NewPCG(9, 10))
		for round := range 60 {
			var kept []Event
			for _, e := range s.events {
				if rnd.IntN(4) > 0 {
					kept = append(kept, e)
				}
			}
			if len(kept) == 0 {
				continue
			}
			c := fold(t, s, kept)
			if err := lawOfLanes(c, c.LastAt.Add(time.Second)); err != nil {
				t.Errorf("%s with states missing, round %d: %v", name, round, err)
			}
		}
	}
}

// The outside party of a call that was seen whole has all of its phases, to the millisecond.
func TestLaneOfTheOutsideParty(t *testing.T) {
	for name, s := range scripts(t) {
		c := fold(t, s, s.events)
		if c.Direction != Inbound || c.JoinedLate {
			continue
		}
		var got [NumPhases]int64
		for _, sp := range c.Lanes(c.Ended)[0].Spans {
			got[sp.Phase] += sp.ToMs - sp.FromMs
		}
		if got != c.Summary().PhasesMs {
			t.Errorf("%s: lane %v, call %v", name, got, c.Summary().PhasesMs)
		}
	}
}

// lanesText writes lanes for reading.
func lanesText(lanes []Lane) string {
	var b strings.Builder
	for _, l := range lanes {
		fmt.Fprintf(&b, "%s:", l.Label)
		for _, s := range l.Spans {
			fmt.Fprintf(&b, " %d–%d %s", s.FromMs, s.ToMs, s.Phase)
			if s.By != "" {
				fmt.Fprintf(&b, " by %s", s.By)
			}
			if s.Weak {
				b.WriteString("?")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func bigCall(t testing.TB, states, people int) *Call {
	t.Helper()
	b := NewBoard(Options{})
	caller := Participant{ID: "c", Originator: "c", Kind: NumberLeg, Outside: Party{"Dana Roe", "+12125550110"}}
	for i := range states {
		sn := Snapshot{Seq: uint64(i + 1), Stage: Active, At: t0.Add(time.Duration(i) * 731 * time.Millisecond)}
		sn.Legs = append(sn.Legs, SnapLeg{Participant: caller, Status: StatusConnected})
		for k := range people {
			p := Participant{ID: fmt.Sprint("p", k), Kind: LineLeg, Extension: fmt.Sprint(1000 + k), Name: fmt.Sprint("Agent ", k), LineID: fmt.Sprint("L", k), Originator: "c"}
			sn.Legs = append(sn.Legs, SnapLeg{Participant: p, Status: Status(1 + (i+7*k)/25%5)})
		}
		b.Apply(Event{Kind: KindState, Meta: Meta{ID: "K", Inbound: true, Created: t0}, Snapshot: sn})
	}
	return b.Get("K")
}

// BenchmarkLanes draws a call of 300 states and 40 participants.
func BenchmarkLanes(b *testing.B) {
	c := bigCall(b, 300, 40)
	b.ReportAllocs()
	for b.Loop() {
		c.Lanes(c.LastAt)
	}
}
