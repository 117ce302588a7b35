package cli

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/lookup"
	"ringside/lookup/pop"
	"ringside/store/archive"
	"ringside/store/call"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
)

// A call that rings me opens its page once, also when the socket drops in the middle of the ring and
// the call is found ringing again.
func TestPopsOnceWhileTheSocketDrops(t *testing.T) {
	kept := popArchive(t, "") // made outside the bubble: its goroutines wait for a disk
	synctest.Test(t, func(t *testing.T) {
		far, err := connect.StartFarEnd(sim.Config{World: world.Config{Seed: 1}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		r := dropRig{far: far, l: far.Link(nil), rang: map[string]bool{}}
		r.run(t, kept, 10*time.Minute)

		closed := far.Service.Faults().Fired(sim.Close)
		opened := map[string]int{}
		for _, v := range far.Service.Visits() {
			if _, id, ok := strings.Cut(v.Query, "call="); ok { // else the form for a caller nobody knows
				id, _, _ = strings.Cut(id, "&")
				opened[id]++
			}
		}
		t.Logf("%d calls rang me, %d sockets were closed in a ring, pages: %v", len(r.rang), closed, opened)
		if len(r.rang) < 3 || closed < 3 {
			t.Errorf("%d calls rang me, %d sockets were closed", len(r.rang), closed)
		}
		for id, n := range opened {
			if n != 1 {
				t.Errorf("the page of call %s was opened %d times", id, n)
			}
		}
		if len(opened) == 0 {
			t.Error("no page was opened")
		}
	})
}

// dropRig is a desk without a screen, whose browser is a request.
type dropRig struct {
	far  *connect.FarEnd
	l    connect.Link
	s    *connect.Session
	pops *pops

	mu   sync.Mutex
	rang map[string]bool
}

// Open implements pop.Opener.
func (r *dropRig) Open(ctx context.Context, target pop.Target) pop.Outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target.URL, nil)
	if err != nil {
		return pop.Outcome{Result: pop.Failed, Why: err.Error()}
	}
	res, err := r.l.CRM.HTTP.Do(req)
	if err != nil {
		return pop.Outcome{Result: pop.Failed, Why: err.Error()}
	}
	_ = res.Body.Close()
	return pop.Outcome{Result: pop.Opened}
}

// effect closes the socket a second after each first ring, and again two seconds later.
func (r *dropRig) effect(e call.Effect) {
	if e.Kind != call.PopMoment {
		return
	}
	r.pops.effect(e)
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Moment != call.OnRinging || r.rang[e.ID] {
		return
	}
	r.rang[e.ID] = true
	for _, in := range []time.Duration{time.Second, 3 * time.Second} {
		time.AfterFunc(in, func() { _, _ = r.far.Service.Faults().Now(sim.Fault{Kind: sim.Close, Code: 1011}) })
	}
}

func (r *dropRig) run(t *testing.T, kept archive.Archive, length time.Duration) {
	t.Helper()
	a := &app{env: map[string]string{}}
	a.global.demo = true
	setup, err := a.setUpPops(t.Context(), config.Default(), kept, popUser(r.l), r.l.CRM, r.l.Clock())
	if err != nil {
		t.Fatal(err)
	}
	uses, done, err := a.demoCRM(r.l.CRM, "US")
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	people := lookup.New(uses, lookup.Options{})
	defer people.Close()
	get := func(id string) (c *call.Call) {
		r.s.Store.Do(func(b *call.Board) { c = b.Get(id) })
		return c
	}
	r.pops = setup.popsOf(r, people, r.l.Clock, get, func(pop.Trace) {}, slog.New(slog.DiscardHandler))
	defer r.pops.close()
	r.s = connect.New(r.l, connect.Hooks{Effect: r.effect}, call.Options{})
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { r.pops.run(ctx) })
	group.Go(func() { _ = r.s.Run(ctx) })
	time.Sleep(length)
	stop()
	group.Wait()
}
