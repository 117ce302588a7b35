package live

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringside/store/call"
)

// ear notes what a store tells, in its order.
type ear struct {
	mu      sync.Mutex
	said    []string
	noticed map[string]time.Time
	log     strings.Builder
}

func (e *ear) options() Options {
	e.noticed = map[string]time.Time{}
	return Options{
		OnEvent: func(ev call.Event) { e.say("state %s %d", ev.Meta.ID, ev.Snapshot.Seq) },
		OnEnded: func(c *call.Call) { e.say("ended %s %d %v", c.ID, c.NumStates, c.Gaps) },
		OnReport: func(id string, r *call.Report, err error) {
			if err != nil {
				e.say("no report %s", id)
				return
			}
			e.say("report %s %d", id, r.Call.NumStates)
		},
		OnNoticed: func(id string, at time.Time) { e.mu.Lock(); e.noticed[id] = at; e.mu.Unlock() },
		Log:       slog.New(slog.NewTextHandler(e, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (e *ear) say(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.said = append(e.said, fmt.Sprintf(format, args...))
}

// Write takes a line of the log.
func (e *ear) Write(line []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(line)
}

// heard wants what was told since the last time.
func (e *ear) heard(t *testing.T, want ...string) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if d := cmp.Diff(want, e.said); d != "" {
		t.Errorf("(-want +told) %s", d)
	}
	e.said = nil
}

// count counts what was told that begins so.
func (e *ear) count(prefix string) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.said {
		if strings.HasPrefix(s, prefix) {
			n++
		}
	}
	return n
}

func (e *ear) noticedAt(id string) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.noticed[id]
}

// logged gives the lines of the log that hold some words.
func (e *ear) logged(words string) (out []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for line := range strings.Lines(e.log.String()) {
		if strings.Contains(line, words) {
			out = append(out, line)
		}
	}
	return out
}

func notice(id string) call.Event {
	return call.Event{Kind: call.KindReport, Meta: call.Meta{ID: id}}
}

// Each state is told once, whatever it came from, and the end once, after it; states that come after
// the end have the call told again.
func TestStatesAndEndsAreToldOnce(t *testing.T) {
	e := &ear{}
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}, delay: time.Second}
	inBubble(t, f, e.options(), func(s *Store) {
		all := aCall("K", time.Now())
		f.calls["K"] = all
		for _, i := range []int{0, 0, 1, 2, 5, 5, 6, 6} {
			s.Put(all[i])
		}
		bad := all[0]
		bad.Snapshot.Seq = 1_000_000 // nonsense: refused
		s.Put(bad)
		pass(100 * time.Millisecond)
		e.heard(t, "state K 1", "state K 2", "state K 3", "state K 6", "state K 7", "ended K 5 [{4 5}]")
		pass(3 * time.Second)
		e.heard(t, "state K 4", "state K 5", "ended K 7 []")
		f.change(func() { f.ready["K"] = time.Now() })
		s.Put(notice("K"))
		pass(3 * time.Second)
		e.heard(t, "report K 7")
	})
}

// A call of which nothing was heard tells its states and its end before its report.
func TestReportTellsWhatWasNeverHeard(t *testing.T) {
	e := &ear{}
	f := &far{calls: map[string][]call.Event{"K": aCall("K", time.Now())}, ready: map[string]time.Time{"K": {}}}
	inBubble(t, f, e.options(), func(s *Store) {
		f.change(func() { f.calls["K"] = aCall("K", time.Now()) })
		s.Put(notice("K"))
		pass(time.Second)
		e.heard(t, "state K 1", "state K 2", "state K 3", "state K 4", "state K 5", "state K 6", "state K 7", "ended K 7 []", "report K 7")
	})
}

// A notice of a revision has the report fetched and told again, also when it comes while the report
// is on its way: what is on its way may be the old one.
func TestRevisionIsFetched(t *testing.T) {
	e := &ear{}
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}, delay: time.Second}
	inBubble(t, f, e.options(), func(s *Store) {
		f.change(func() { f.calls["K"] = aCall("K", time.Now()); f.ready["K"] = time.Now() })
		s.Put(notice("K"))
		pass(1500 * time.Millisecond)
		s.Put(notice("K"))
		pass(1500 * time.Millisecond)
		if n := e.count("report K"); n != 2 {
			t.Errorf("told %d times", n)
		}
		first := time.Now()
		s.Put(notice("K"))
		pass(500 * time.Millisecond)
		second := time.Now()
		s.Put(notice("K"))
		s.FetchReport("K") // at hand: told at once, and no reason to ask
		pass(time.Second)
		if at := e.noticedAt("K"); !at.Equal(first) {
			t.Errorf("noticed %v, not %v", at, first)
		}
		pass(5 * time.Second)
		if at := e.noticedAt("K"); !at.Equal(second) {
			t.Errorf("noticed %v, not %v", at, second)
		}
		if n := f.asks("report"); n != 4 {
			t.Errorf("fetched %d times", n)
		}
	})
}

// How long a report took is told from its first notice on, over all tries; without a notice, not at all.
func TestTimeFromNoticeToReport(t *testing.T) {
	e := &ear{}
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}, delay: 100 * time.Millisecond}
	inBubble(t, f, e.options(), func(s *Store) {
		f.change(func() {
			f.calls["K"], f.ready["K"] = aCall("K", time.Now()), time.Now().Add(1350*time.Millisecond)
			f.calls["L"], f.ready["L"] = aCall("L", time.Now()), time.Now()
		})
		s.FetchReport("L")
		s.Put(notice("K"))
		pass(200 * time.Millisecond)
		s.Put(notice("K")) // a repeated frame
		pass(5 * time.Second)
		if log := e.logged("report told"); len(log) != 1 || !strings.Contains(log[0], "call=K ms=1400\n") {
			t.Errorf("logged: %q", log)
		}
		if e.noticedAt("K").IsZero() || !e.noticedAt("L").IsZero() {
			t.Errorf("noticed %v and %v", e.noticedAt("K"), e.noticedAt("L"))
		}
	})
}

// A report that differs from a call that was seen whole is logged, and the board takes its word; one
// of a call with holes is no news.
func TestReportThatDiffers(t *testing.T) {
	e := &ear{}
	f := &far{calls: map[string][]call.Event{}, ready: map[string]time.Time{}}
	inBubble(t, f, e.options(), func(s *Store) {
		for _, id := range []string{"same", "other", "holed"} {
			all := aCall(id, time.Now())
			f.change(func() { f.calls[id], f.ready[id] = all, time.Now() })
			for i, ev := range all {
				if id == "holed" && i == 3 {
					continue
				}
				s.Put(ev)
			}
		}
		f.change(func() {
			// As the service tells it in the end, there was one state more.
			last := f.calls["other"][6]
			last.Snapshot.Seq, last.Snapshot.At = 8, last.Snapshot.At.Add(time.Minute)
			f.calls["other"] = append(f.calls["other"], last)
		})
		pass(200 * time.Millisecond)
		for _, id := range []string{"same", "other", "holed"} {
			s.Put(notice(id))
		}
		pass(time.Second)
		warned := e.logged("the report wins")
		if len(warned) != 1 || !strings.Contains(warned[0], "call=other differences=") {
			t.Errorf("warned: %q", warned)
		}
		if c := get(s, "other"); c.NumStates != 8 {
			t.Errorf("the board has %d states", c.NumStates)
		}
	})
}

// A report whose notice was lost is found by the list of finished calls.
func TestLostNoticeIsFound(t *testing.T) {
	e := &ear{}
	o := e.options()
	inSlowBubble(t, o, func(s *Store, f *slow) {
		list(t, s)
		for _, id := range []string{"K", "L"} {
			all := aCall(id, time.Now())
			f.change(func() { f.calls[id], f.ready[id] = all, time.Now() })
			for _, ev := range all {
				s.Put(ev)
			}
		}
		s.Put(notice("L"))
		pass(time.Second)
		s.Doubt()
		pass(2 * time.Minute)
		if n := e.count("report "); n != 2 {
			t.Errorf("%d reports told", n)
		}
		if n := f.asks("report L"); n != 1 {
			t.Errorf("the report of L was asked for %d times", n)
		}
		f.asks("")
		s.Doubt()
		pass(20 * time.Minute)
		if n := f.asks("report"); n != 0 {
			t.Errorf("%d reports asked for again", n)
		}
		if n := e.count("ended "); n != 2 {
			t.Errorf("%d ends told", n)
		}
	})
}

// So is one of a call that began long before it was listed: lists are of calls by their beginning.
func TestLostNoticeOfALongCallIsFound(t *testing.T) {
	e := &ear{}
	inSlowBubble(t, e.options(), func(s *Store, f *slow) {
		f.since = true
		all := aCall("K", time.Now().Add(-20*time.Minute))
		f.change(func() { f.calls["K"], f.ready["K"] = all, time.Now() })
		list(t, s)
		for _, ev := range all {
			s.Put(ev)
		}
		pass(time.Second)
		s.Doubt()
		pass(2 * time.Minute)
		if n := e.count("report K"); n != 1 {
			t.Errorf("%d reports told", n)
		}
		f.asks("")
		s.Doubt()
		pass(20 * time.Minute)
		if n := f.asks("report"); n != 0 {
			t.Errorf("%d reports asked for again", n)
		}
	})
}
