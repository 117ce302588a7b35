package call

import (
	"fmt"
	"strings"
	"testing"
)

func ladderText(l Ladder) string {
	var b strings.Builder
	for i, c := range l.Columns {
		fmt.Fprintf(&b, "[%d] %s (%s)  ", i, c.Label, c.Sub)
	}
	b.WriteString("\n")
	for _, s := range l.Steps {
		weak := ""
		if s.Weak {
			weak = " ?"
		}
		fmt.Fprintf(&b, "%7d +%d  %d>%d %s #%d%s\n", s.AtMs, s.DeltaMs, s.From, s.To, s.Text, s.Seq, weak)
	}
	return b.String()
}

// lawOfLadder says what holds of the ladder of every call, however odd its states.
func lawOfLadder(c *Call) error {
	l := c.Ladder()
	total := c.LastAt.UnixMilli() - c.Created.UnixMilli()
	at, seen := int64(0), map[int]int{}
	for k, col := range l.Columns {
		if (len(col.People) > 0) == (col.System >= 0) {
			return fmt.Errorf("column %q has people %v and system %d", col.Label, col.People, col.System)
		}
		for _, p := range col.People {
			if _, twice := seen[p]; twice {
				return fmt.Errorf("participant %d has two columns", p)
			}
			seen[p] = k
		}
	}
	for _, s := range l.Steps {
		if s.AtMs < at || s.AtMs > max(total, 0) || s.DeltaMs != s.AtMs-at {
			return fmt.Errorf("step %+v after %d, total %d", s, at, total)
		}
		if s.From < 0 || s.To < 0 || s.From >= max(1, len(l.Columns)) || s.To >= max(1, len(l.Columns)) || s.Text == "" {
			return fmt.Errorf("step %+v between %d columns", s, len(l.Columns))
		}
		at = s.AtMs
	}
	return nil
}

func TestLadderOfScripts(t *testing.T) {
	for name, s := range scripts(t) {
		for cut := 1; cut <= len(s.events); cut++ {
			if err := lawOfLadder(fold(t, s, s.events[:cut])); err != nil {
				t.Errorf("%s after %d states: %v", name, cut, err)
			}
		}
	}
}

// Whatever the call was, its ladder has an arrow for every ring, answer, hold and transfer of its record.
func TestLadderHasWhatTheRecordHas(t *testing.T) {
	for name, s := range scripts(t) {
		c := fold(t, s, s.events)
		n := map[StepKind]int{}
		for _, st := range c.Ladder().Steps {
			n[st.Kind]++
		}
		unanswered := 0
		for _, r := range c.Rung {
			if r.RingMs >= 0 && !r.Answered {
				unanswered++
			}
		}
		want := map[StepKind]int{StepRings: len(c.Rung), StepAnswers: len(c.Answered), StepNoAnswer: unanswered, StepHolds: len(c.Holds), StepTransfers: len(c.Transfers)}
		for k, w := range want {
			if n[k] != w {
				t.Errorf("%s: %d steps of kind %d, the record has %d", name, n[k], k, w)
			}
		}
	}
}

// BenchmarkLadder tells a call of 300 states and 40 participants.
func BenchmarkLadder(b *testing.B) {
	c := bigCall(b, 300, 40)
	b.ReportAllocs()
	for b.Loop() {
		c.Ladder()
	}
}
