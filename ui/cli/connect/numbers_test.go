package connect

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"context"

	"github.com/google/go-cmp/cmp"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/store/archive"
	"ringside/store/archive/backfill"
	"ringside/store/call"
	"ringside/store/stats"
)

// tallies are the numbers of a floor, a queue or an hour, as somebody counts them who has seen everything.
type tallies map[stats.ID]float64

// oracle counts by the world's own truth, and shares nothing with the fold.
type oracle struct {
	offers map[string]int64 // when a call first rang somebody or entered a queue, by the world's own states
}

// look remembers, while the world still has the states, when calls were offered.
func (o *oracle) look(w *world.World) {
	for _, tr := range w.Truths() {
		if at, known := o.offers[tr.ID]; known && at >= 0 {
			continue
		}
		if meta, states, ok := w.States(tr.ID); ok {
			o.offers[tr.ID] = offered(meta, states)
		}
	}
}

func offered(meta world.Metadata, states []world.State) int64 {
	for _, s := range states {
		ms := time.Time(s.Timestamp).Sub(time.Time(meta.CallCreated)).Milliseconds()
		for _, y := range s.Systems {
			if y.Type.Value == "CALL_QUEUE" && y.Status.Value != "DISCONNECTING" {
				return ms
			}
		}
		for i, p := range s.Participants {
			if p.Status.Value == "RINGING" && p.ID != states[0].Participants[0].ID && i > 0 {
				return ms
			}
		}
	}
	return -1
}

// count counts the finished calls of a day.
func (o *oracle) count(truths []world.Truth, of func(*world.Truth) bool) (tallies, int) {
	f := tallies{}
	var answer, talk, hold, wait, timed, talked, waited, inTime, promised float64
	missing := 0
	for i := range truths {
		t := &truths[i]
		if !of(t) {
			continue
		}
		served := t.Direction == "inbound" || t.Direction == "internal" && t.Queue != ""
		outcome := ""
		if t.Outcome != nil {
			outcome = *t.Outcome
		}
		f[stats.Calls]++
		switch {
		case served:
			f[stats.CallsIn]++
		case t.Direction == "outbound":
			f[stats.CallsOut]++
		default:
			f[stats.CallsInternal]++
		}
		if t.Queue != "" && t.Ended != nil {
			waited++
			wait += float64(t.PhasesMS.Wait)
		}
		if t.Queue != "" {
			f[stats.LongestWait] = max(f[stats.LongestWait], float64(t.PhasesMS.Wait))
		}
		if len(t.Answered) > 0 && t.Ended != nil {
			talked++
			talk += float64(t.PhasesMS.Talk)
			hold += float64(t.PhasesMS.Hold)
		}
		if !served {
			continue
		}
		offer, known := o.offers[t.ID]
		if !known {
			missing++
		}
		short := outcome == "abandoned_queue" && t.PhasesMS.Wait < 5000 || outcome == "abandoned_menu" && t.TotalMS < 5000
		lost := true
		switch {
		case len(t.Answered) > 0:
			f[stats.Answered]++
			lost = false
			if offer >= 0 {
				took := float64(*t.AnswerMS - offer)
				timed++
				answer += took
				promised++
				if took <= 20_000 {
					inTime++
				}
			}
		case short:
			f[stats.Short]++
			lost = false
		case outcome == "missed":
			f[stats.RangOut]++
		case outcome == "voicemail":
			f[stats.Voicemail]++
		case outcome == "abandoned_queue":
			f[stats.AbandonedQueue]++
			f[stats.Abandoned]++
		case outcome == "abandoned_menu":
			f[stats.AbandonedMenu]++
			f[stats.Abandoned]++
		default:
			lost = false
		}
		if lost {
			f[stats.Missed]++
			if offer >= 0 {
				promised++
			}
		}
	}
	for id, mean := range map[stats.ID][2]float64{
		stats.AnswerTime: {answer, timed}, stats.TalkTime: {talk, talked}, stats.HoldTime: {hold, talked}, stats.WaitTime: {wait, waited}, stats.SLA: {inTime, promised},
	} {
		if mean[1] > 0 {
			f[id] = mean[0] / mean[1]
		}
	}
	return f, missing
}

// A day of a floor, with faults on the way: every number of the page of today is the truth's, of the
// floor, of each queue and of each hour; and while states are missing, the numbers say by how much they
// may be off. The program is started again at noon, and the day is whole all the same.
func TestNumbersOfADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, err := StartFarEnd(sim.Config{World: world.Config{Seed: 31, CallsPerHour: 90}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		faults := []sim.Fault{
			{Kind: sim.Drop, Probability: 0.15}, {Kind: sim.Duplicate, Probability: 0.1}, {Kind: sim.Reorder, Probability: 0.1},
			{Kind: sim.Delay, Probability: 0.02, Delay: 3 * time.Second}, {Kind: sim.Corrupt, Probability: 0.01},
		}
		for _, f := range faults {
			if _, err := far.Service.Faults().Add(f); err != nil {
				t.Fatal(err)
			}
		}
		kept := openKept(t)
		o := &oracle{offers: map[string]int64{}}
		d := &dayTest{t: t, far: far, kept: kept, oracle: o}
		d.run(proof(8*time.Hour, 70*time.Minute))
		far.net.Cut()
		d.watch(6 * time.Minute)
		far.net.Restore()
		d.watch(3 * time.Minute)
		d.stop()
		time.Sleep(3 * time.Minute) // nobody looks
		d.run(proof(6*time.Hour, 25*time.Minute))
		far.Service.Faults().Clear()
		d.watch(4 * time.Minute)
		d.compare()
		d.stop()
		for _, f := range faults {
			if far.Service.Faults().Fired(f.Kind) == 0 {
				t.Errorf("fault %s never struck", f.Kind)
			}
		}
		if d.said == 0 {
			t.Error("with so many states lost, no number ever said that it may be off")
		}
		t.Logf("%d looks, %d with numbers off, by at most %d; %d said that they may be, by at most %d", d.looks, d.off, d.most, d.said, d.bound)
	})
}

// proof is how long a stretch of the day is: the whole of it where the proofs are run (.ci/prove
// numbers), else a short form.
func proof(whole, short time.Duration) time.Duration {
	if what := os.Getenv("RINGSIDE_PROOFS"); what == "numbers" || what == "all" {
		return whole
	}
	return long(short)
}

// dayTest runs sessions through a day and holds their numbers against the truth.
type dayTest struct {
	t       *testing.T
	far     *FarEnd
	kept    archive.Archive
	oracle  *oracle
	numbers *Numbers
	end     func()

	looks, off, said, most, bound int
}

// run starts a session and watches it for a while.
func (d *dayTest) run(length time.Duration) {
	l := d.far.Link(nil)
	d.numbers = NewNumbers(stats.Options{}, l.Clock)
	past := NewPast(l, tellPast(d.numbers, PastOptions{Archive: d.kept, Back: time.Hour}))
	s := New(l, past.Hooks(d.numbers.Hooks(Hooks{})), call.Options{KeepDone: 200}) // a day is longer than the board's memory
	ctx, stop := context.WithCancel(d.t.Context())
	done := make(chan error, 1)
	go func() { done <- past.Run(ctx, s.Run) }()
	if err := d.numbers.Load(d.t.Context(), d.kept); err != nil {
		d.t.Error(err)
	}
	d.end = func() {
		stop()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	}
	d.watch(length)
}

func (d *dayTest) stop() { d.end() }

// watch looks at the numbers every half minute.
func (d *dayTest) watch(length time.Duration) {
	for range int(length / (30 * time.Second)) {
		time.Sleep(30 * time.Second)
		d.look()
	}
}

// today gives the truths of today's calls, those that have just changed apart.
func (d *dayTest) today() (truths []world.Truth, young int) {
	d.far.Service.World(func(w *world.World) {
		d.oracle.look(w)
		truths = slices.Clone(w.Truths())
		for _, id := range w.Live() {
			if _, last, ok := w.Last(id); ok && time.Since(time.Time(last.Timestamp)) < 2*onTheWay {
				young++
			}
		}
	})
	y, m, day := time.Now().UTC().Date()
	midnight := time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	return slices.DeleteFunc(truths, func(tr world.Truth) bool { return tr.Created.Before(midnight) || tr.Created.After(time.Now()) }), young
}

// look holds the counts against the truth as it is now: they are off by no more than they say, by what
// is in the air, and by what is lost without a trace: the last state of a call, or all it had so far.
func (d *dayTest) look() {
	truths, young := d.today()
	want, _ := d.oracle.count(truths, func(*world.Truth) bool { return true })
	d.looks++
	d.numbers.Do(func(f *stats.Fold, now time.Time) {
		untold := d.untold(f, truths)
		for _, id := range []stats.ID{stats.Calls, stats.CallsIn, stats.Answered, stats.Missed, stats.Abandoned, stats.RangOut, stats.Voicemail, stats.Short} {
			n := f.Number(id, stats.Floor(), now)
			off := int(n.Value - want[id])
			if off != 0 {
				d.off++
				d.most = max(d.most, max(off, -off))
			}
			if n.Doubt.Off() > 0 {
				d.said++
				d.bound = max(d.bound, n.Doubt.Off())
			}
			if !n.Doubt.Down.IsZero() || !n.Doubt.Since.IsZero() || !n.Doubt.Hole[0].IsZero() {
				continue // it says that it does not know
			}
			if max(off, -off) > n.Doubt.Off()+young+untold {
				d.t.Errorf("%s: %s is %v, the truth is %v; it says %q, %d calls are in the air, of %d nothing tells yet", now.Format("15:04:05"), n.Title, n.Value, want[id], n.Doubt, young, untold)
			}
		}
	})
}

// untold counts the calls of which the newest state, or every state, was lost so lately that nothing
// can have told of it: the board asks after silent calls, and looks through the list of those that are up.
func (d *dayTest) untold(f *stats.Fold, truths []world.Truth) int {
	n := 0
	for i := range truths {
		tr := &truths[i]
		changed := tr.Created
		if tr.Ended != nil {
			changed = *tr.Ended
		}
		e := f.Entry(tr.ID)
		switch {
		case e == nil, tr.Ended != nil && e.Up(), tr.Ended == nil && e.States < tr.States:
			if time.Since(changed) < 3*time.Minute || tr.Ended == nil {
				n++
			}
		}
	}
	return n
}

// compare holds every number against the truth, of the floor, of each queue and of each hour.
func (d *dayTest) compare() {
	d.t.Helper()
	truths, _ := d.today()
	queues := map[string]bool{}
	for _, tr := range truths {
		if tr.Queue != "" {
			queues[tr.Queue] = true
		}
	}
	compared := 0
	d.numbers.Do(func(f *stats.Fold, now time.Time) {
		scopes := []stats.Scope{stats.Floor()}
		for q := range queues {
			scopes = append(scopes, stats.OfQueue(q))
		}
		for h := range now.UTC().Hour() {
			scopes = append(scopes, stats.OfHour(h))
		}
		for _, s := range scopes {
			want, missing := d.oracle.count(truths, func(tr *world.Truth) bool {
				return s.Kind == stats.OnFloor || s.Kind == stats.InQueue && tr.Queue == s.Name || s.Kind == stats.InHour && tr.Created.UTC().Hour() == s.Hour
			})
			if missing > 0 {
				d.t.Fatalf("the oracle has not seen %d calls of %v", missing, s)
			}
			got := tallies{}
			for _, id := range stats.IDs() {
				if id > stats.LongestWait || s.Kind == stats.InHour && id == stats.LongestWait {
					continue
				}
				if n := f.Number(id, s, now); n.Known && n.Value != 0 {
					got[id] = n.Value
					compared += n.Of
				}
			}
			if s.Kind == stats.InHour {
				delete(want, stats.LongestWait)
			}
			for id, v := range want {
				if v == 0 {
					delete(want, id)
				}
			}
			if diff := cmp.Diff(named(want), named(got)); diff != "" {
				d.t.Errorf("%v (-truth +ours):\n%s", s, diff)
			}
		}
		if n := f.Number(stats.Calls, stats.Floor(), now); !n.Doubt.Sure() {
			d.t.Errorf("all is healed, and the numbers say %q", n.Doubt)
		}
	})
	if compared < least(3000) {
		d.t.Errorf("only %d calls behind the numbers", compared)
	}
}

func named(f tallies) map[string]string {
	out := map[string]string{}
	for id, v := range f {
		out[id.String()] = fmt.Sprintf("%.6f", v)
	}
	return out
}

// tellPast gives options of a past that tell the numbers what is fetched, as a desk does.
func tellPast(n *Numbers, o PastOptions) PastOptions {
	out := o
	out.OnFetched = func(r *call.Report) {
		n.report(r)
	}
	out.OnProgress = func(p backfill.Progress) {
		n.mu.Lock()
		defer n.mu.Unlock()
		left := 0
		if !p.Ended && !p.Day.Before(n.fold.Day()) {
			left = p.Reports - p.Done
		}
		n.fold.SetUnseen(left, "their reports are being fetched")
	}
	return out
}
