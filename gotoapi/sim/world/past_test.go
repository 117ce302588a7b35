package world

import (
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// past days of a world that begins on a Wednesday at 14:00 in the account's zone.
func builtPast(t testing.TB, days int) *World {
	t.Helper()
	return build(t, Config{Seed: 9, PastDays: days, Start: time.Date(2026, time.October, 7, 18, 0, 0, 0, time.UTC)})
}

func TestPastIsLivedWhenAskedFor(t *testing.T) {
	w := builtPast(t, 30)
	run(w, 2*time.Minute, nil)
	if w.past.lived != 0 {
		t.Fatalf("%d days before anybody asked", w.past.lived)
	}
	var ids []string
	for s := range w.Newest(w.cfg.Start.Add(-31*24*time.Hour), w.cfg.Start) {
		if ids = append(ids, s.ConversationSpaceID); len(ids) == 500 {
			break
		}
	}
	if w.past.lived > 4 {
		t.Errorf("%d days for 500 calls", w.past.lived)
	}
	before := w.past.lived
	for _, id := range []string{"", "none", "00000000-0000-3000-8000-000000000000", w.account.Key, w.live[0].id, strings.Replace(ids[9], ids[9][:4], "abcd", 1)} {
		if _, ok := w.past.dayOf(id), w.past.find(id) != nil; ok {
			t.Errorf("%q is found in the past", id)
		}
	}
	if w.past.lived != before {
		t.Error("an unknown id was looked for in a day")
	}
	if _, ok := w.Report(ids[0]); !ok || w.past.lived != before {
		t.Errorf("a report of a day at hand took %d more days", w.past.lived-before)
	}
}

// A call is the same whenever it is asked for, though its day was forgotten meanwhile, and whenever the
// world began.
func TestPastIsTheSameAgain(t *testing.T) {
	w := builtPast(t, 30)
	start := w.cfg.Start
	sums := w.Summaries(start.Add(-31*24*time.Hour), start.Add(-20*24*time.Hour))
	if len(sums) < 1000 || len(w.past.days) > keptDays {
		t.Fatalf("%d calls, %d days kept", len(sums), len(w.past.days))
	}
	later := build(t, Config{Seed: 9, PastDays: 60, Start: start.Add(50 * time.Hour), Scenario: "queue", CallsPerHour: 3})
	for i := 0; i < len(sums); i += 97 {
		id := sums[i].ConversationSpaceID
		r, ok := w.Report(id)
		again, okLater := later.Report(id)
		if !ok || !okLater {
			t.Fatalf("call %d: %t, %t", i, ok, okLater)
		}
		if d := cmp.Diff(plain(t, r), plain(t, again)); d != "" {
			t.Fatalf("call %d differs:\n%s", i, d)
		}
		tr, _ := w.Truth(id)
		if tr.ID != id || tr.Ended == nil || tr.Outcome == nil || !tr.Created.Equal(time.Time(r.CallCreated)) || tr.States != len(r.CallStates) {
			t.Errorf("truth %+v", tr)
		}
	}
}

// The list goes from the present into the past without a seam, and what it lists can be read.
func TestPastAndPresentInOneList(t *testing.T) {
	w := builtPast(t, 2)
	run(w, 20*time.Minute, nil)
	seen := map[string]bool{}
	last, live, before := time.Time{}, 0, 0
	for s := range w.Newest(w.cfg.Start.Add(-72*time.Hour), w.Now()) {
		at := time.Time(s.CallCreated)
		switch {
		case seen[s.ConversationSpaceID]:
			t.Fatalf("%s comes twice", s.ConversationSpaceID)
		case !last.IsZero() && at.After(last):
			t.Fatalf("%v after %v", at, last)
		case at.UnixMilli() >= w.past.end:
			live++
		default:
			before++
			if time.Time(s.CallEnded).UnixMilli() > w.past.end {
				t.Errorf("%s was not over when the world began, and was never live", s.ConversationSpaceID)
			}
		}
		seen[s.ConversationSpaceID], last = true, at
	}
	if live < 40 || before < 400 {
		t.Errorf("%d calls of the present, %d of the past", live, before)
	}
	if oldest := w.past.at(w.past.last-2, 0); last.Before(oldest) || last.After(oldest.Add(9*time.Hour)) {
		t.Errorf("the oldest call is of %v", last)
	}
	if n := len(w.Truths()); n >= before {
		t.Errorf("Truths has %d calls: those of the past are in it", n)
	}
}

func TestPastWindow(t *testing.T) {
	w := builtPast(t, 8)
	noon := w.past.at(w.past.last-2, 12)
	all := w.Summaries(noon.Add(-36*time.Hour), noon.Add(time.Hour))
	cut := slices.IndexFunc(all, func(s Summary) bool { return time.Time(s.CallCreated).Before(noon) })
	from, to := time.Time(all[cut+40].CallCreated), time.Time(all[cut-5].CallCreated)
	got := w.Summaries(from, to)
	if d := cmp.Diff(plain(t, all[cut-4:cut+41]), plain(t, got)); d != "" {
		t.Errorf("the window takes its beginning in and its end not (-want +got):\n%s", d)
	}
	lived := w.past.lived
	midnight := w.past.at(w.past.last-6, 0)
	if n := len(w.Summaries(midnight, w.past.at(w.past.last-5, 0))); n == 0 || w.past.lived != lived+1 {
		t.Errorf("%d calls of one day, for which %d were lived through", n, w.past.lived-lived)
	}
	if got := w.Summaries(to, from); len(got) != 0 {
		t.Errorf("%d calls in a window that ends before it begins", len(got))
	}
}

// A month looks like one: weekdays full, weekends quiet, people at work during the day.
func TestPastMonth(t *testing.T) {
	w := builtPast(t, 28)
	perDay, open, total := map[int]int{}, 0, 0
	scripts := map[string]int{}
	for tr := range w.PastTruths(w.past.at(w.past.first, 0), w.past.at(w.past.last, 0)) {
		local := tr.Created.In(w.past.zone)
		perDay[dayNumber(local)]++
		scripts[tr.Script]++
		total++
		if h := local.Hour(); h >= opens && h < closes {
			open++
		}
	}
	weekdays := 0
	for no, n := range perDay {
		weekend := (no+3)%7 >= 5 // 1970-01-01 was a Thursday
		if !weekend {
			weekdays += n
		}
		if weekend && (n < 8 || n > 60) || !weekend && (n < 190 || n > 330) {
			t.Errorf("day %d (weekend %t) has %d calls", no, weekend, n)
		}
	}
	if mean := weekdays / 20; len(perDay) != 28 || mean < 225 || mean > 285 {
		t.Errorf("%d days, a weekday has %d calls", len(perDay), mean)
	}
	if open < total*85/100 {
		t.Errorf("%d of %d calls in the hours of work", open, total)
	}
	for _, name := range append(scriptNames(), consultation) {
		if scripts[name] < 20 {
			t.Errorf("script %s %d times", name, scripts[name])
		}
	}
}

// The states and the truths of the past hold what those of the present do.
func TestPastStatesAndTruths(t *testing.T) {
	w := builtPast(t, 3)
	n := 0
	for c := range w.past.newest(w.past.at(w.past.first, 0), w.cfg.Start) {
		states := make([]State, len(c.tape))
		for i := range c.tape {
			states[i] = c.state(i)
		}
		meta := c.metadata(len(c.tape) - 1)
		checkStates(t, meta, states)
		checkTruth(t, c.truthNow(c.endedAt), meta, states)
		n++
	}
	if n < 500 {
		t.Errorf("only %d calls", n)
	}
}

// Some of the callers who reached nobody get through later the same day, or are reached; most are not.
// People call again on other days.
func TestPastCallersComeBack(t *testing.T) {
	w := builtPast(t, 14)
	type key struct {
		day    int
		number string
	}
	missed := map[key]time.Time{}
	days := map[string]map[int]bool{}
	settled, back, out := map[key]bool{}, 0, 0
	all := slices.Collect(w.PastTruths(w.past.at(w.past.first, 0), w.cfg.Start))
	for _, tr := range slices.Backward(all) {
		k := key{dayNumber(tr.Created.In(w.past.zone)), tr.From.Number}
		if tr.Direction == "outbound" {
			k.number = tr.To.Number
		}
		if days[k.number] == nil {
			days[k.number] = map[int]bool{}
		}
		days[k.number][k.day] = true
		_, owed := missed[k]
		switch answered := *tr.Outcome == "answered" || *tr.Outcome == "forwarded"; {
		case owed && answered && tr.Direction == "inbound":
			settled[k], back = true, back+1
		case owed && answered && tr.Direction == "outbound":
			settled[k], out = true, out+1
		case !answered && tr.Direction == "inbound" && k.number != "Anonymous":
			missed[k] = tr.Created
		}
	}
	if len(missed) < 200 || back < 20 || out < 15 || len(settled)*100 < len(missed)*15 || len(settled)*100 > len(missed)*50 {
		t.Errorf("%d missed callers a day, %d settled: %d called again, %d were called", len(missed), len(settled), back, out)
	}
	regular := 0
	for _, d := range days {
		if len(d) >= 3 {
			regular++
		}
	}
	if regular < 60 || len(days) < 400 {
		t.Errorf("%d of %d callers called on three days", regular, len(days))
	}
}

// A past does not change the present.
func TestPastLeavesThePresentAlone(t *testing.T) {
	text := func(days int) string {
		var b strings.Builder
		w := build(t, Config{Seed: 3, PastDays: days})
		run(w, 10*time.Minute, func(e Emission) {
			if err := json.NewEncoder(&b).Encode(e); err != nil {
				t.Fatal(err)
			}
			if days > 0 && e.Report != "" {
				w.Summaries(w.cfg.Start.Add(-48*time.Hour), w.Now())
			}
		})
		return b.String()
	}
	if text(0) != text(30) {
		t.Error("the traffic differs")
	}
}

// However much of the past is asked for, little of it is kept.
func TestPastMemory(t *testing.T) {
	w := builtPast(t, 90)
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before, n := heap(), 0
	for range w.Newest(w.cfg.Start.Add(-90*24*time.Hour), w.cfg.Start) {
		n++
	}
	if grown := heap() - before; grown > 16<<20 || n < 10_000 || w.past.lived < 90 {
		t.Errorf("%d calls of %d days leave %d kB", n, w.past.lived, grown>>10)
	}
	runtime.KeepAlive(w)
}

func TestMarkedIDs(t *testing.T) {
	w := builtPast(t, 1)
	wrong := 0
	for day := 20_000; day < 20_400; day++ {
		for range 20 {
			id := uuid(w.rng, 3)
			marked := markDay(id, day, 7)
			if no, ok := unmarkDay(marked, 7); !ok || no != day || marked[14] != '3' || len(marked) != 36 || marked[:23] != id[:23] {
				t.Fatalf("%s of day %d became %s, read as %d, %t", id, day, marked, no, ok)
			}
			if _, ok := unmarkDay(id, 7); ok {
				wrong++
			}
			if _, ok := unmarkDay(marked, 8); ok {
				wrong++
			}
		}
	}
	if wrong > 6 { // one of 65,536 ids passes by chance
		t.Errorf("%d of 16,000 other ids were read", wrong)
	}
}

func BenchmarkPastDay(b *testing.B) {
	w := builtPast(b, 30)
	for b.Loop() {
		_ = w.past.live(w.past.last - 5)
	}
}
