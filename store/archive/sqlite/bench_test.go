package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/archive/contract"
	"ringside/store/call"
	"ringside/store/query"
)

// newYear is when the year of calls of the measurements begins.
var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// year gives n calls spread over a year in batches, each with the time it took to make.
func year(n, batch int, put func([]*call.Call)) {
	m := contract.NewMaker(1, max(100, n/6))
	apart := 365 * 24 * time.Hour / time.Duration(n)
	rng := rand.New(rand.NewPCG(2, 2))
	calls := make([]*call.Call, 0, batch)
	for i := range n {
		calls = append(calls, m.Call(newYear.Add(apart*time.Duration(i)+time.Duration(rng.Int64N(int64(apart)))).Truncate(time.Millisecond)))
		if len(calls) == batch || i == n-1 {
			put(calls)
			calls = calls[:0]
		}
	}
}

func fill(t testing.TB, a archive.Archive, n int) (took time.Duration) {
	t.Helper()
	year(n, 1000, func(calls []*call.Call) {
		began := time.Now()
		if err := a.Put(context.Background(), archive.Batch{Calls: calls}); err != nil {
			t.Fatal(err)
		}
		took += time.Since(began)
	})
	return took
}

// search is one of the searches that are measured, by what a person types.
type search struct {
	name  string
	texts []string // typed one after the other; each counts
	more  archive.Search
}

func searches() []search {
	end := newYear.AddDate(1, 0, 0)
	return []search{
		{name: "first page", texts: []string{""}},
		{name: "one letter", texts: strings.Fields("a e s z x q 7")},
		{name: "two letters", texts: strings.Fields("an so mi xe zz qj fo 55 yz")},
		{name: "three letters", texts: strings.Fields("der son sup abc xen zzz 555 ler fit")},
		{name: "common words", texts: strings.Fields("anderson support answered abandoned inbound voicemail michael tier missed")},
		{name: "rare words", texts: strings.Fields("whitfield xenia zoe bjorn huangx nobody forwarded montgomery")},
		{name: "as typed", texts: []string{"w", "wh", "whi", "whit", "whitf", "whitfi", "whitfie", "whitfiel", "whitfield", "whitfield x", "whitfield xe", "whitfield xen", "xenia whitfield"}},
		{name: "number fragments", texts: strings.Fields("555 0110 2125 55512 5550110 12125 4420 79460 999999 0000 3125557")},
		{name: "whole numbers", texts: strings.Fields("+12125550110 2125550123 +442079460018")},
		{name: "several words", texts: []string{"zoe billing", "whitfield voicemail", "support missed", "anderson tier abandoned", "ann baker sales", "xenia young espanol", "michael zimmermann billing"}},
		{name: "fields", texts: []string{"queue:support wait>80s", "outcome:missed from:zoe", "-inbound talk>9m", "dir:out agent:ann total>7m", "hold>85s", "ring>24s outcome:forwarded", "recorded transferred"}},
		{name: "a week", texts: []string{"", "ann", "xenia", "zz", "0110"}, more: archive.Search{Since: end.AddDate(0, 0, -60), Until: end.AddDate(0, 0, -53)}},
		{name: "a queue", texts: []string{"", "ann", "xenia", "zz", "0110", "nobody"}, more: archive.Search{Queue: "Billing & Returns"}},
		{name: "a caller", texts: []string{"", "ann", "missed"}, more: archive.Search{Caller: "+12125550110"}},
		{name: "longest wait", texts: []string{"", "support", "xenia", "0110", "zz"}, more: archive.Search{By: archive.ByWait}},
		{name: "shortest talk", texts: []string{"", "support", "xenia", "0110"}, more: archive.Search{By: archive.ByTalk, Ascending: true}},
		{name: "oldest first", texts: []string{"", "support", "xenia", "0110", "zz"}, more: archive.Search{Ascending: true}},
	}
}

func asked(t testing.TB, text string) query.Query {
	t.Helper()
	q, err := query.Parse(text, query.Options{Now: newYear.AddDate(1, 0, 0), Region: "US"})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestAMillionCalls measures what the archive promises at a million finished calls: pages and search
// as one types under 50 ms, opening under 300 ms, 3,000 calls written a second.
func TestAMillionCalls(t *testing.T) {
	asked := strings.Split(os.Getenv("RINGSIDE_PROOFS"), ",")
	if !slices.Contains(asked, "archive") && !slices.Contains(asked, "all") {
		t.Skip("a long proof: run it with .ci/prove archive")
	}
	n := 1_000_000
	if s, err := strconv.Atoi(os.Getenv("RINGSIDE_CALLS")); err == nil {
		n = s
	}
	path := filepath.Join(t.TempDir(), "calls.db")
	if keep := os.Getenv("RINGSIDE_ARCHIVE"); keep != "" {
		path = keep
	}
	a := open(t, path)
	st, err := a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Calls == 0 {
		took := fill(t, a, n)
		rate := float64(n) / took.Seconds()
		t.Logf("%d calls written in %v: %.0f a second", n, took.Round(time.Second), rate)
		if rate < 3000 {
			t.Errorf("%.0f calls a second, 3,000 are promised", rate)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	a = open(t, path)
	if _, err := a.Find(t.Context(), archive.Search{}); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	st, err = a.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("opened, with the first page, in %v; %d calls, %.0f MB, %.0f bytes a call", took, st.Calls, float64(st.Bytes)/1e6, float64(st.Bytes)/float64(max(1, st.Calls)))
	if took > 300*time.Millisecond {
		t.Errorf("opening took %v", took)
	}
	var every []time.Duration
	for _, s := range searches() {
		every = append(every, measure(t, a, s)...)
	}
	slices.Sort(every)
	t.Logf("%-18s p50 %8v  p95 %8v  worst %8v", "all", at(every, .5), at(every, .95), at(every, 1))
	if p := at(every, .95); p > 50*time.Millisecond {
		t.Errorf("p95 of all searches is %v", p)
	}
	began = time.Now()
	if err := a.Backup(t.Context(), path+".backup"); err != nil {
		t.Error(err)
	}
	t.Logf("backed up in %v", time.Since(began))
	os.Remove(path + ".backup")
	began = time.Now()
	if err := a.Check(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("checked in %v", time.Since(began))
}

func measure(t *testing.T, a archive.Archive, s search) []time.Duration {
	t.Helper()
	var finds, counts []time.Duration
	worst := ""
	for range 5 {
		for _, text := range s.texts {
			w := s.more
			w.Query = asked(t, text)
			began := time.Now()
			if _, err := a.Find(t.Context(), w); err != nil {
				t.Fatal(err)
			}
			took := time.Since(began)
			if len(finds) == 0 || took > slices.Max(finds) {
				worst = text
			}
			finds = append(finds, took)
			began = time.Now()
			if _, err := a.Count(t.Context(), w, 1000); err != nil {
				t.Fatal(err)
			}
			counts = append(counts, time.Since(began))
		}
	}
	slices.Sort(finds)
	slices.Sort(counts)
	t.Logf("%-18s p50 %8v  p95 %8v  worst %8v %q; counting to 1,000: p50 %8v  p95 %8v", s.name, at(finds, .5), at(finds, .95), at(finds, 1), worst, at(counts, .5), at(counts, .95))
	return finds
}

func at(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(float64(len(sorted)-1)*q)].Round(10 * time.Microsecond)
}

func open(t testing.TB, path string) archive.Archive {
	t.Helper()
	a, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func BenchmarkPut(b *testing.B) {
	for _, size := range []int{1, 50, 500} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			a := open(b, filepath.Join(b.TempDir(), "calls.db"))
			m := contract.NewMaker(1, 1000)
			n := 0
			for b.Loop() {
				b.StopTimer()
				calls := make([]*call.Call, size)
				for i := range calls {
					n++
					calls[i] = m.Call(newYear.Add(time.Duration(n) * time.Second))
				}
				b.StartTimer()
				if err := a.Put(b.Context(), archive.Batch{Calls: calls}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

func BenchmarkFind(b *testing.B) {
	a := open(b, filepath.Join(b.TempDir(), "calls.db"))
	fill(b, a, 20_000)
	for _, s := range searches() {
		b.Run(strings.ReplaceAll(s.name, " ", "-"), func(b *testing.B) {
			i := 0
			for b.Loop() {
				w := s.more
				w.Query = asked(b, s.texts[i%len(s.texts)])
				i++
				if _, err := a.Find(b.Context(), w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
