package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/store/call"
	"ringside/store/query"
)

var tenOClock = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// standing is a call that has been in its state since a moment.
func standing(no int, st call.State, since time.Time) *call.Call {
	c := &call.Call{
		ID: fmt.Sprintf("c%d", no), No: no, State: st, Since: since, LastAt: since, Created: since, AnswerMs: -1, QueueMs: -1,
		From: call.Party{Name: "Dana Roe", Number: "+12125550110"}, To: call.Party{Name: "Main line"},
	}
	if st == call.StateWaiting {
		c.Phase, c.Who, c.Queue = call.PhaseWait, "Support", "Support"
	}
	if st == call.StateEnded {
		c.Outcome, c.Ended = call.AbandonedQueue, since
	}
	return c
}

func asking(t *testing.T, text string) *where {
	t.Helper()
	q, err := query.Parse(text, query.Options{Now: tenOClock, Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	return &where{text: text, region: "US", query: q, matcher: q.Compile()}
}

// paper is what a printer writes on; it is read from where it was read last.
type paper struct{ strings.Builder }

func (p *paper) read() string {
	s := p.String()
	p.Reset()
	return s
}

// What --where finds is told, and the end of what was told; nothing else is.
func TestWatchingWhatIsAskedFor(t *testing.T) {
	now := tenOClock
	var out paper
	p := newPrinter(&out, false, asking(t, "state:ringing or outcome:missed"), func() time.Time { return now })
	steps := []struct {
		name string
		up   []*call.Call
		want string // how each line ends
	}{
		{"one is found, one is not", []*call.Call{standing(1, call.StateRinging, now), standing(2, call.StateTalking, now)}, "call 1: ringing"},
		{"it is no longer", []*call.Call{standing(1, call.StateTalking, now), standing(2, call.StateTalking, now)}, ""},
		{"both end", []*call.Call{standing(1, call.StateEnded, now), standing(2, call.StateEnded, now)}, "call 1: ended, abandoned in queue after 0.0 s"},
		{"the end is told once", []*call.Call{standing(1, call.StateEnded, now), standing(2, call.StateEnded, now)}, ""},
		{"others take their slots", []*call.Call{standing(3, call.StateRinging, now), standing(1, call.StateRinging, now)}, "call 3: ringing|call 1: ringing"},
		{"one moves", []*call.Call{standing(1, call.StateRinging, now), nil}, ""},
		{"it goes and comes back", nil, ""},
		{"as a new one", []*call.Call{standing(1, call.StateRinging, now)}, "call 1: ringing"},
	}
	for _, s := range steps {
		if err := p.print(&call.View{Live: call.VecOf(s.up...)}); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(out.read()) {
			head, tail, _ := strings.Cut(strings.TrimSpace(line), "Dana Roe (+12125550110) to Main line: ")
			_, no, _ := strings.Cut(head, "  ")
			got = append(got, no+tail)
		}
		if got := strings.Join(got, "|"); got != s.want {
			t.Errorf("%s: %q, want %q", s.name, got, s.want)
		}
	}
	if len(p.known) != 1 {
		t.Errorf("%d calls are remembered, want the one that is up", len(p.known))
	}
}

// A call that is found because time has passed is told of then, once.
func TestWatchingTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		var out paper
		w := asking(t, "wait>45s")
		if !w.turns() || asking(t, "support").turns() || !asking(t, "today").turns() {
			t.Error("what turns with time is not told from what does not")
		}
		p := newPrinter(&out, true, w, time.Now)
		if err := p.print(&call.View{Live: call.VecOf(standing(1, call.StateWaiting, begun), standing(2, call.StateTalking, begun))}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); p.follow(ctx, func(err error) { t.Error(err) }) }()
		time.Sleep(45*time.Second + time.Millisecond)
		synctest.Wait()
		p.mu.Lock()
		if got := out.read(); got != "" {
			t.Errorf("too early: %s", got)
		}
		p.mu.Unlock()
		time.Sleep(10 * time.Minute)
		cancel()
		<-done
		if got := out.read(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"id":"c1"`) || !strings.Contains(got, `"wait":46`) {
			t.Errorf("told %q", got)
		}
	})
}

type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

// A pipe that is closed ends the watch, at a change and between changes.
func TestWatchingIntoNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := standing(1, call.StateWaiting, time.Now())
		p := newPrinter(full{}, true, asking(t, "wait>5s"), time.Now)
		if err := p.print(&call.View{Live: call.VecOf(c)}); err != nil {
			t.Fatal(err)
		}
		var got error
		p.follow(t.Context(), func(err error) { got = err }) // ends by itself
		if !errors.Is(got, errFull) {
			t.Errorf("told %v", got)
		}
		p = newPrinter(full{}, false, &where{}, time.Now)
		if err := p.print(&call.View{Live: call.VecOf(c)}); !errors.Is(err, errFull) {
			t.Errorf("told %v", err)
		}
	})
}

// "today" is another day after midnight, in the time zone that the moment is given in.
func TestTodayMovesOn(t *testing.T) {
	w := asking(t, "today")
	c := standing(1, call.StateTalking, tenOClock)
	s := w.subject(c)
	west := time.FixedZone("west", -11*3600)
	for _, step := range []struct {
		now  time.Time
		want bool
	}{
		{tenOClock, true}, {tenOClock.Add(13*time.Hour + 59*time.Minute), true}, {tenOClock.Add(14 * time.Hour), false},
		{tenOClock.Add(14 * time.Hour).In(west), false}, {tenOClock.Add(30 * time.Minute).In(west), true},
	} {
		if got := w.finds(s, step.now); got != step.want {
			t.Errorf("at %v: %v, want %v", step.now, got, step.want)
		}
	}
}

// The recorded calls beside the project, by what the answer key tells of them.
func TestWhereFindsRecordedCalls(t *testing.T) {
	const captures = "../../../shared/captures"
	if _, err := os.Stat(captures); err != nil {
		t.Skip("no recorded traffic beside the project: ", captures)
	}
	var files []string
	for _, name := range []string{"answered", "transfer", "missed", "forwarded_outside", "outbound_answered"} {
		files = append(files, filepath.Join(captures, "report_"+name+".json"))
	}
	for text, want := range map[string]int{
		"": 5, "outcome:missed": 1, "missed": 1, "answered": 3, "dir:out": 1, "transferred": 1, "wait>=10322ms": 1, "wait>3s": 2, "wait>10322ms": 0,
		"agent:8614": 1, "queue:incidents": 1, "number:+12015550100": 5, "answer<=3386ms": 1, "hold>2s -transferred": 0, "today": 0, "ended": 5, "live": 0,
	} {
		args := []string{"replay", "--json", "--where", text}
		out, errs, code := run(append(args, files...)...)
		if got := len(records(t, out)); code != exitDone || got != want {
			t.Errorf("%q finds %d, want %d; exit %d: %s", text, got, want, code, errs)
		}
		if said := strings.Contains(errs, "none of 5 calls matches"); said != (want == 0) {
			t.Errorf("%q finds %d and says %q", text, want, errs)
		}
	}
}
