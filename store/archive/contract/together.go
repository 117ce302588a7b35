package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ringside/store/archive"
	"ringside/store/call"
)

func contextEnded(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx, cancel
}

// Everything may be asked for from everywhere while others write; a page is of one moment.
func testAtTheSameTime(t *testing.T, open Opener) {
	a := open(t)
	const writers, each = 4, 40
	var wg, readers sync.WaitGroup
	var failed sync.Map
	fail := func(what string, err error) {
		if err != nil {
			failed.Store(what, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	for w := range writers {
		wg.Go(func() {
			m := NewMaker(uint64(60+w), 10)
			for i := range each {
				at := t0.Add(time.Duration(i) * time.Minute)
				pair := []*call.Call{m.Call(at), m.Call(at.Add(time.Second))}
				fail("put", a.Put(ctx, archive.Batch{Calls: pair, Items: []archive.Item{{Kind: archive.Tag, ID: pair[0].ID, Call: pair[0].ID, At: at, Text: "even"}}}))
				fail("mark", a.Mark(ctx, fmt.Sprint("writer ", w), fmt.Sprint(i)))
			}
		})
	}
	q := ask(t, "support or tag:even")
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				n, err := a.Count(ctx, archive.Search{}, 0)
				if err == nil && n%2 != 0 {
					fail("count", fmt.Errorf("%d calls: half a batch is seen", n))
				}
				p, err := a.Find(ctx, archive.Search{Query: q, Limit: 20})
				if ctx.Err() == nil {
					fail("find", err)
				}
				for _, r := range p.Rows {
					if _, err := a.Get(ctx, r.ID); err != nil && ctx.Err() == nil {
						fail("get", err)
					}
				}
				if _, err := a.Owed(ctx, t0); err != nil && ctx.Err() == nil {
					fail("owed", err)
				}
			}
		})
	}
	wg.Wait()
	stop()
	readers.Wait()
	failed.Range(func(what, err any) bool { t.Errorf("%v: %v", what, err); return true })
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != writers*each*2 || err != nil {
		t.Errorf("%d calls, %v", n, err)
	}
	must(t, a.Check(t.Context()))
}

// every calls each method once and gives what it answers.
func every(ctx context.Context, t *testing.T, a archive.Archive) map[string]error {
	out := map[string]error{}
	out["Put"] = a.Put(ctx, archive.Batch{Calls: some(70, 1)})
	_, out["Find"] = a.Find(ctx, archive.Search{})
	_, out["Count"] = a.Count(ctx, archive.Search{Query: ask(t, "ann")}, 5)
	_, out["Get"] = a.Get(ctx, "x")
	_, out["Totals"] = a.Totals(ctx, t0, t0.Add(time.Hour))
	_, out["Items"] = a.Items(ctx, archive.ItemQuery{})
	_, out["Owed"] = a.Owed(ctx, t0)
	_, out["Unreported"] = a.Unreported(ctx, []string{"x"})
	out["Mark"] = a.Mark(ctx, "x", "y")
	_, out["Marked"] = a.Marked(ctx, "x")
	_, out["Purge"] = a.Purge(ctx, "+12125550110")
	_, out["Prune"] = a.Prune(ctx, archive.Retention{Calls: time.Hour}, t0)
	out["Backup"] = a.Backup(ctx, t.TempDir()+"/copy")
	out["Check"] = a.Check(ctx)
	_, out["Stats"] = a.Stats(ctx)
	return out
}

// A context that has ended is answered as such; after Close everything is an error, and nothing is
// worse.
func testAfterTheEnd(t *testing.T, open Opener) {
	a := open(t)
	putCalls(t, a, some(71, 10)...)
	ctx, cancel := contextEnded(t)
	defer cancel()
	for method, err := range every(ctx, t, a) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a context that has ended: %v", method, err)
		}
	}
	if n, err := a.Count(t.Context(), archive.Search{}, 0); n != 10 || err != nil {
		t.Errorf("%d calls, %v", n, err)
	}
	must(t, a.Close())
	for method, err := range every(t.Context(), t, a) {
		if err == nil || errors.Is(err, archive.ErrNone) {
			t.Errorf("%s after Close: %v", method, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
}
