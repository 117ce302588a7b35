package call

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

func scripts(t testing.TB) map[string]*script {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	out := map[string]*script{}
	for _, f := range files {
		ar, err := txtar.ParseFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s := parseScript(t, string(ar.Files[0].Data))
		s.events = slices.DeleteFunc(s.events, func(e Event) bool { return e.Kind == KindReport })
		out[filepath.Base(f)] = s
	}
	return out
}

func fold(t testing.TB, s *script, events []Event) *Call {
	t.Helper()
	b := NewBoard(Options{MyLines: s.mine})
	ended := 0
	for _, e := range events {
		for _, f := range b.Apply(e) {
			if f.Kind == EndedCall {
				ended++
			}
		}
	}
	if ended > 1 {
		t.Errorf("%s ended %d times", s.meta.ID, ended)
	}
	return b.Get(s.meta.ID)
}

// Whatever the order in which the same states come, and however often, the call is the same.
func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	for name, s := range scripts(t) {
		want := dump(fold(t, s, s.events))
		rnd := rand.New(rand.NewPCG(1, 2))
		for round := range 40 {
			mixed := slices.Concat(s.events, s.events[:len(s.events)/2])
			rnd.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			if d := cmp.Diff(want, dump(fold(t, s, mixed))); d != "" {
				t.Fatalf("%s, round %d:\n%s", name, round, d)
			}
		}
	}
}

// States that are missing are known by their number, and when they come the call is as if they
// had never been missing.
func TestMissingStatesAreKnownAndHeal(t *testing.T) {
	for name, s := range scripts(t) {
		want := dump(fold(t, s, s.events))
		rnd := rand.New(rand.NewPCG(3, 4))
		for round := range 40 {
			var kept, lost []Event
			for _, e := range s.events {
				if rnd.IntN(4) == 0 {
					lost = append(lost, e)
				} else {
					kept = append(kept, e)
				}
			}
			if len(kept) == 0 {
				continue
			}
			c := fold(t, s, kept)
			last := kept[len(kept)-1].Snapshot.Seq
			for _, e := range lost {
				q := e.Snapshot.Seq
				in := slices.ContainsFunc(c.Gaps, func(g Gap) bool { return g.From <= q && q <= g.To })
				if in != (q < last) {
					t.Fatalf("%s, round %d: state %d lost, last %d, gaps %v", name, round, q, last, c.Gaps)
				}
			}
			if d := cmp.Diff(want, dump(fold(t, s, slices.Concat(kept, lost)))); d != "" {
				t.Fatalf("%s, round %d: not healed:\n%s", name, round, d)
			}
		}
	}
}

// Every millisecond of a call belongs to one phase.
func TestPhasesSumToTheWhole(t *testing.T) {
	for name, s := range scripts(t) {
		for cut := 1; cut <= len(s.events); cut++ {
			c := fold(t, s, s.events[:cut])
			r := c.Record(c.LastAt)
			if want := c.LastAt.Sub(c.Created).Milliseconds(); r.TotalMs != want && c.fold.pend == settled {
				t.Errorf("%s after %d states: phases sum to %d, %d passed", name, cut, r.TotalMs, want)
			}
		}
	}
}

// A call that was handed out never changes.
func TestHandedOutCallsStay(t *testing.T) {
	for name, s := range scripts(t) {
		b := NewBoard(Options{MyLines: s.mine})
		type kept struct {
			c    *Call
			text string
		}
		var all []kept
		for i, e := range s.events {
			b.Apply(e)
			c := b.Publish(t0).Live.At(0)
			if i%2 == 0 {
				c = b.Get(s.meta.ID)
			}
			all = append(all, kept{c, dump(c)})
		}
		for i, k := range all {
			if d := cmp.Diff(k.text, dump(k.c)); d != "" {
				t.Fatalf("%s: what was handed out after state %d changed:\n%s", name, i+1, d)
			}
		}
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	bad := func(change func(*Event)) {
		e := s.events[0]
		change(&e)
		b.Apply(e)
	}
	bad(func(e *Event) { e.Meta.ID = "" })
	bad(func(e *Event) { e.Snapshot.Seq = 0 })
	bad(func(e *Event) { e.Snapshot.Seq = 1 << 63 })
	bad(func(e *Event) { e.Kind = 99 })
	for _, e := range s.events[:10] {
		b.Apply(e)
	}
	bad(func(e *Event) { e.Snapshot.Seq = 1 << 63 })
	if got := b.Publish(t0).Health.Refused; got != 5 {
		t.Errorf("refused %d, want 5", got)
	}
	if c := b.Get("K1"); c.LastSeq != 10 || len(c.Gaps) != 0 {
		t.Errorf("nonsense changed the call: last %d, gaps %v", c.LastSeq, c.Gaps)
	}
}

func TestNonsenseAboutAnUnknownCallIsAskedAfter(t *testing.T) {
	e := scripts(t)["queue-answered.txtar"].events[0]
	e.Snapshot.Seq = 1 << 63
	got := NewBoard(Options{}).Apply(e)
	if d := cmp.Diff([]Effect{{Kind: NeedStates, ID: "K1", From: 1}}, got); d != "" {
		t.Error(d)
	}
}

func TestTimesOutOfThisWorld(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for i, e := range s.events {
		e.Received = e.Snapshot.At.Add(100 * time.Millisecond)
		switch i {
		case 5:
			e.Snapshot.At = e.Snapshot.At.AddDate(80, 0, 0)
		case 7:
			e.Snapshot.At = time.Time{}
		}
		b.Apply(e)
	}
	r := b.Get("K1").Record(t0)
	if r.TotalMs != 90060 {
		t.Errorf("total %d ms, want 90060", r.TotalMs)
	}
}

func TestLeftBehindStatesCostNothingOfTheBoard(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for _, e := range s.events {
		e.Received = e.Snapshot.At
		b.Apply(e)
	}
	v := b.Publish(t0)
	if v.Counts.Ended != 1 || v.Counts.Answered != 1 || v.Counts.Up != 0 {
		t.Errorf("counts %+v", v.Counts)
	}
	b.Expire(t0.Add(3 * time.Minute))
	if v = b.Publish(t0); v.Live.At(0) != nil {
		t.Error("an answered call is still on the board a minute and a half after its end")
	}
	if v.Done.At(0) == nil || b.Get("K1") == nil {
		t.Error("and it is not kept among the finished calls")
	}
	e := s.events[3]
	e.Received = t0.Add(4 * time.Minute)
	b.Apply(e) // a repeat, long after
	if v = b.Publish(t0); v.Counts.Up != 0 || v.Live.At(0) != nil {
		t.Error("a late repeat brought the call back")
	}
}

func TestSilentCallIsAskedAfterThenStaleThenOver(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for _, e := range s.events[:11] {
		e.Received = e.Snapshot.At
		b.Apply(e)
	}
	last := s.events[10].Snapshot.At
	if got := b.Expire(last.Add(80 * time.Second)); len(got) != 0 {
		t.Fatalf("asked too early: %v", got)
	}
	got := b.Expire(last.Add(91 * time.Second))
	if d := cmp.Diff([]Effect{{Kind: NeedStates, ID: "K1", From: 12}}, got); d != "" {
		t.Fatal(d)
	}
	b.Expire(last.Add(102 * time.Second))
	if v := b.Publish(t0); !b.Get("K1").Stale || v.Health.Stale != 1 {
		t.Fatal("not stale though nobody answered")
	}
	b.Confirm("K1", true, last.Add(103*time.Second))
	if v := b.Publish(t0); b.Get("K1").Stale || v.Health.Stale != 0 {
		t.Fatal("stale though the service knows it")
	}
	b.Confirm("K1", false, last.Add(400*time.Second))
	c := b.Get("K1")
	if c.State != StateEnded || c.Outcome != Answered || !slices.Equal(c.Gaps, []Gap{{12, 0}}) {
		t.Fatalf("state %s, outcome %s, gaps %v", c.State, c.Outcome, c.Gaps)
	}
	// The truth comes after all.
	for _, e := range s.events[11:] {
		e.Received = last.Add(500 * time.Second)
		b.Apply(e)
	}
	if d := cmp.Diff(dump(fold(t, s, s.events)), dump(b.Get("K1"))); d == "" {
		return // the script is run with my line, the board is not: only Mine may differ
	}
	if c := b.Get("K1"); c.Record(t0).TotalMs != 90060 || len(c.Gaps) != 0 {
		t.Errorf("not healed: %+v", c.Record(t0))
	}
}

func TestGapIsAskedForOnceAsOneRange(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	b := NewBoard(Options{})
	for i, e := range s.events[:12] {
		if i == 3 || i == 4 || i == 8 {
			continue
		}
		e.Received = t0.Add(time.Duration(i) * time.Millisecond)
		b.Apply(e)
	}
	if got := b.Expire(t0.Add(300 * time.Millisecond)); len(got) != 0 {
		t.Fatalf("no time for stragglers: %v", got)
	}
	want := []Effect{{Kind: NeedStates, ID: "K1", From: 4, To: 9}}
	if d := cmp.Diff(want, b.Expire(t0.Add(time.Second))); d != "" {
		t.Fatal(d)
	}
	if got := b.Expire(t0.Add(2 * time.Second)); len(got) != 0 {
		t.Fatalf("asked again at once: %v", got)
	}
	asked := 0
	for sec := 2; sec < 80; sec++ {
		asked += len(b.Expire(t0.Add(time.Duration(sec) * time.Second)))
	}
	if asked == 0 || asked > 4 {
		t.Errorf("asked %d more times in 80 s", asked)
	}
}

func TestFinishedCallsAreBounded(t *testing.T) {
	s := scripts(t)["abandoned-menu.txtar"]
	b := NewBoard(Options{KeepDone: 10})
	for i := range 100 {
		for _, e := range s.events {
			e.Meta.ID = fmt.Sprint("K", i)
			e.Received = e.Snapshot.At
			b.Apply(e)
		}
	}
	v := b.Publish(t0)
	n := 0
	for range v.Done.All() {
		n++
	}
	if n != 10 || len(b.calls) != 10 || v.Counts.Ended != 100 {
		t.Errorf("%d kept, %d known, %d counted", n, len(b.calls), v.Counts.Ended)
	}
}

// The counts of the header are what one would count by hand.
func TestCountsAgreeWithTheBoard(t *testing.T) {
	all := scripts(t)
	rnd := rand.New(rand.NewPCG(5, 6))
	b := NewBoard(Options{})
	var events []Event
	for name, s := range all {
		for i := range 5 {
			for _, e := range s.events {
				e.Meta.ID = fmt.Sprint(name, i)
				events = append(events, e)
			}
		}
	}
	rnd.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	for i, e := range events {
		e.Received = t0.Add(time.Duration(i) * time.Millisecond)
		b.Apply(e)
		if i%7 == 0 {
			b.Expire(e.Received)
		}
		v := b.Publish(e.Received)
		var got Counts
		for _, c := range v.Live.All() {
			if !c.Live() {
				continue
			}
			got.Up++
			switch c.State {
			case StateRinging:
				got.Ringing++
			case StateTalking:
				got.Talking++
			case StateOnHold:
				got.Holding++
			}
			if c.Phase == PhaseWait {
				got.Waiting++
			}
		}
		want := v.Counts
		if want.Up != got.Up || want.Ringing != got.Ringing || want.Talking != got.Talking || want.Holding != got.Holding || want.Waiting != got.Waiting {
			t.Fatalf("after %d events: counted %+v, on the board %+v", i, want, got)
		}
		if (want.Waiting > 0) != (want.LongestID != "") {
			t.Fatalf("after %d events: %d wait, the longest is %q", i, want.Waiting, want.LongestID)
		}
	}
}

func TestDiffFindsJustTheChanges(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var v Vec
	model := map[int]*Call{}
	for round := range 300 {
		old, before := v, map[int]*Call{}
		for k, c := range model {
			before[k] = c
		}
		own := new(vecOwner)
		for range rnd.IntN(6) {
			slot := rnd.IntN(1 + 12*round)
			c := &Call{No: round}
			if rnd.IntN(3) == 0 {
				c = nil
			}
			v = v.set(own, slot, c)
			model[slot] = c
		}
		seen := map[int]bool{}
		v.Diff(old, func(slot int, was, is *Call) {
			seen[slot] = true
			if was != before[slot] || is != model[slot] || was == is {
				t.Fatalf("round %d slot %d: was %p is %p", round, slot, was, is)
			}
		})
		for k := range model {
			if model[k] != before[k] && !seen[k] {
				t.Fatalf("round %d: change of slot %d not seen", round, k)
			}
			if v.At(k) != model[k] {
				t.Fatalf("round %d: slot %d", round, k)
			}
		}
	}
}

// FuzzFold throws states of all scripts at one board, as the input says: in any order, doubled,
// dropped, with numbers, times, stages and statuses changed. Nothing may panic, and after all true
// states have come the calls must be what they are.
func FuzzFold(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Add([]byte("\x20\x91\x07\x80\xff\x13\x44\x02\x33\x10\x41\x99"))
	if b, err := os.ReadFile("testdata/queue-answered.txtar"); err == nil {
		f.Add(b[:200])
	}
	var all []*script
	for _, s := range scripts(f) {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *script) int { return len(a.events) - len(b.events) })
	f.Fuzz(func(t *testing.T, in []byte) {
		b := NewBoard(Options{MyLines: []string{"L2"}, KeepDone: 8})
		now := t0
		for i := 0; i+3 < len(in); i += 4 {
			s := all[int(in[i])%len(all)]
			e := s.events[int(in[i+1])%len(s.events)]
			e.Meta.ID = fmt.Sprint("F", in[i]%5)
			e.Received = now
			spoil(&e, in[i+2], in[i+3])
			b.Apply(e)
			now = now.Add(time.Duration(in[i+3]) * time.Second)
			b.Expire(now)
			v := b.Publish(now)
			if v.Counts.Up < 0 || v.Counts.Waiting < 0 || v.Health.Gaps < 0 || v.Health.Stale < 0 {
				t.Fatalf("counts below zero: %+v %+v", v.Counts, v.Health)
			}
		}
		for _, c := range b.Publish(now).Live.All() {
			_ = dump(c)
			r := c.Record(c.LastAt)
			if r.TotalMs < 0 {
				t.Fatalf("total %d", r.TotalMs)
			}
			// What a participant is may be told differently by a later state: told once more, the
			// call is what its lanes are.
			told := c.clone()
			told.mine = nil
			told.refold()
			if c.State == StateEnded && told.State != StateEnded {
				told.finishUnseen()
			}
			if err := lawOfPacking(told); err != nil {
				t.Fatal(err)
			}
			if err := lawOfLanes(told, now); err != nil {
				t.Fatal(err)
			}
			if err := lawOfLadder(told); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func spoil(e *Event, how, by byte) {
	switch how % 12 {
	case 1:
		e.Snapshot.Seq = uint64(by)
	case 2:
		e.Snapshot.Seq = 1 << (by % 64)
	case 3:
		e.Snapshot.At = e.Snapshot.At.Add(time.Duration(int8(by)) * time.Hour)
	case 4:
		e.Snapshot.Stage = Stage(by % 4)
	case 5:
		e.Snapshot.Legs = nil
	case 6:
		e.Snapshot.Systems = nil
	case 7:
		legs := slices.Clone(e.Snapshot.Legs)
		for i := range legs {
			legs[i].Status = Status(by % 9)
		}
		e.Snapshot.Legs = legs
	case 8:
		e.Snapshot.At = time.Time{}
	case 9:
		e.Kind = KindReport
	case 10:
		e.Meta.Inbound = by%2 == 0
	case 11:
		legs := slices.Clone(e.Snapshot.Legs)
		for i := range legs {
			legs[i].Participant.Kind, legs[i].Participant.ID = OtherLeg, fmt.Sprint("x", by)
		}
		e.Snapshot.Legs = legs
	}
}

// A report is told from its own times, whenever it was fetched.
func TestReportIsFoldedByItsOwnTimes(t *testing.T) {
	s := scripts(t)["queue-answered.txtar"]
	r := Report{ID: "K1"}
	for _, e := range s.events {
		e.Received = t0.Add(-time.Hour) // a clock that is behind the service's
		r.Events = append(r.Events, e)
	}
	if got := r.Fold().Record(t0).TotalMs; got != 90060 {
		t.Errorf("total %d ms, want 90060", got)
	}
}
