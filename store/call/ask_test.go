package call

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// numbered gives a state of a call that talks.
func numbered(seq uint64, received time.Time, from Source) Event {
	return Event{
		Kind: KindState, Source: from, Received: received, Meta: Meta{ID: "K", Inbound: true, Created: t0},
		Snapshot: Snapshot{Seq: seq, Stage: Active, At: t0.Add(time.Duration(seq) * time.Millisecond), Legs: []SnapLeg{
			{Participant: Participant{ID: "c", Originator: "c", Kind: NumberLeg}, Status: StatusConnected},
		}},
	}
}

// questions runs the clock and gives what is asked, and when.
func questions(b *Board, from time.Time, long time.Duration) []string {
	var out []string
	for at := time.Duration(0); at <= long; at += 100 * time.Millisecond {
		for _, f := range b.Expire(from.Add(at)) {
			out = append(out, fmt.Sprintf("%v %s", at, f))
		}
	}
	return out
}

// What came before an answer of the service was never sent to us: it is asked for without waiting
// for stragglers.
func TestCallLearntOfByAskingIsAskedForAtOnce(t *testing.T) {
	b := NewBoard(Options{})
	b.Apply(numbered(5, t0, FromRefill))
	if d := cmp.Diff([]string{"0s need states 1..4 of K"}, questions(b, t0, time.Second)); d != "" {
		t.Error(d)
	}
}

// States that were asked for in vain often enough are left alone until the link comes back.
func TestGivenUpGapsGetOneMoreChance(t *testing.T) {
	b := NewBoard(Options{Silence: time.Hour})
	b.Apply(numbered(1, t0, FromStream))
	b.Apply(numbered(3, t0, FromStream))
	if n := len(questions(b, t0, 10*time.Minute)); n != 6 {
		t.Fatalf("asked %d times", n)
	}
	now := t0.Add(20 * time.Minute)
	b.AskAgain(now)
	b.AskAgain(now)
	if d := cmp.Diff([]string{"0s need states 2..2 of K"}, questions(b, now, 10*time.Minute)); d != "" {
		t.Error(d)
	}
}

// The states of a finished call are not kept for long; its report is. So it is asked for when the
// service knows the states no more, or does not give them.
func TestFinishedCallWithAHoleIsHealedByItsReport(t *testing.T) {
	holed := func() *Board {
		b := NewBoard(Options{})
		b.Apply(numbered(1, t0, FromStream))
		e := numbered(3, t0, FromStream)
		e.Snapshot.Stage, e.Snapshot.Legs = Ending, nil
		b.Apply(e)
		return b
	}
	b := holed()
	if got := fmt.Sprint(b.Confirm("K", false, t0)); got != "[need report of K]" {
		t.Errorf("states gone: %s", got)
	}
	if got := questions(b, t0, time.Hour); got != nil {
		t.Errorf("asked for all the same: %s", got)
	}
	b = holed()
	if got := b.Confirm("K", true, t0); got != nil {
		t.Errorf("states there: %s", got)
	}
	got := questions(b, t0, time.Hour)
	if len(got) != 7 || got[6] != "2m35.4s need report of K" {
		t.Errorf("states never given: %q", got)
	}
	b = holed()
	b.Apply(numbered(2, t0, FromRefill))
	if got := b.Confirm("K", false, t0); got != nil {
		t.Errorf("no hole: %s", got)
	}
}
