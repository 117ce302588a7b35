package connect

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringside/gotoapi/sim"
	"ringside/gotoapi/sim/world"
	"ringside/gotoapi/stream"
	"ringside/lookup/number"
	"ringside/store/call"
)

// popped is a card that came up: whose number, when, and the call behind it.
type popped struct {
	id     string
	number string
	at     time.Time
	rings  bool
}

// way is a session over one way in, and what came of it.
type way struct {
	*Session
	pops   []popped
	ended  map[string]int
	status []stream.Status
	done   chan error
}

// goIn runs a session over a way in.
func goIn(ctx context.Context, far *FarEnd, source string) *way {
	l := far.Link(nil)
	l.Source = source
	w := &way{ended: map[string]int{}, done: make(chan error, 1)}
	seen := map[string]*call.Call{}
	w.Session = New(l, Hooks{
		Effect: func(e call.Effect) {
			switch {
			case e.Kind == call.PopMoment && e.Moment == call.OnRinging:
				w.pops = append(w.pops, popped{id: e.ID, number: plain(e.Party.Number), at: time.Now()})
			case e.Kind == call.EndedCall:
				w.ended[e.ID]++
			}
		},
		View: func(v *call.View) {
			for _, c := range v.Live.All() {
				seen[c.ID] = c
			}
			for i := range w.pops {
				if c := seen[w.pops[i].id]; c != nil && c.Rings && plain(c.From.Number) == w.pops[i].number {
					w.pops[i].rings = true
				}
			}
		},
		Status: func(st stream.Status) { w.status = append(w.status, st) },
	}, call.Options{KeepDone: 100_000})
	go func() { w.done <- w.Run(ctx) }()
	return w
}

// plain is a number in the one form that the look-up of contacts gives all its spellings.
func plain(s string) string {
	n := number.Parse(s, "US")
	if n.E164 != "" {
		return n.E164
	}
	return n.Kind.String() + " " + n.Digits
}

func (w *way) live() bool {
	return len(w.status) > 0 && w.status[len(w.status)-1].Link == stream.Live
}

// withFarEnd runs body beside a simulated GoTo in a bubble.
func withFarEnd(t *testing.T, cfg sim.Config, body func(t *testing.T, ctx context.Context, far *FarEnd)) {
	synctest.Test(t, func(t *testing.T) {
		far, err := StartFarEnd(cfg, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		body(t, ctx, far)
		stop()
		synctest.Wait()
	})
}

// pass lets d of the bubble's time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// firstRing is how long a telephone rings before it pauses.
const firstRing = 2 * time.Second

// The old screen-pop flow (dialogs) and the new one (call events, on a websocket and on a webhook)
// end in a card for the same calls: the same number, while the telephone rings its first time.
func TestEveryWayInPopsTheSameCard(t *testing.T) {
	withFarEnd(t, sim.Config{World: world.Config{Seed: 3}}, func(t *testing.T, ctx context.Context, far *FarEnd) {
		ways := map[string]*way{}
		for _, source := range []string{Events, Dialogs, Webhook} {
			ways[source] = goIn(ctx, far, source)
		}
		pass(long(time.Hour))
		rang := truths(far, time.Now().Add(-long(time.Hour)), far.Hello.Me.Extension)
		if len(rang) < least(30) {
			t.Fatalf("only %d calls rang me in %v", len(rang), long(time.Hour))
		}
		for source, w := range ways {
			cards := 0
			for _, r := range rang {
				p := w.popFor(r)
				switch {
				case p == nil:
					t.Errorf("%s: no card for the call of %s at %s", source, r.number, r.at)
				case !p.rings:
					t.Errorf("%s: the card of %s did not ring", source, r.number)
				default:
					cards++
				}
			}
			for _, p := range w.pops {
				if !p.rings {
					t.Errorf("%s: a card for %s while nothing rings", source, p.number)
				}
			}
			t.Logf("%s: %d cards for %d calls that rang me; %d calls known, status %q", source, cards, len(rang), len(w.ended), w.Status().Scope)
		}
		if n := len(ways[Dialogs].ended); n >= len(ways[Events].ended) {
			t.Errorf("dialogs showed %d calls: more than those of one line", n)
		}
		if sc := ways[Dialogs].Status().Scope; !strings.Contains(sc, "my own line") {
			t.Errorf("the status does not say what is not seen: %q", sc)
		}
		for source, w := range ways {
			if !w.live() || w.Status().Counters.Reconnects != 0 {
				t.Errorf("%s: %+v", source, w.Status())
			}
		}
	})
}

// rang is a ring of my telephone as it really was.
type rang struct {
	number string
	at     time.Time
}

// truths gives the first ring of my line in each call since a moment.
func truths(far *FarEnd, since time.Time, me string) []rang {
	var out []rang
	far.Service.World(func(w *world.World) {
		for _, tr := range w.Truths() {
			if tr.Created.Before(since) || time.Since(tr.Created) < time.Minute {
				continue
			}
			for _, r := range tr.Rung {
				if r.Extension == me {
					out = append(out, rang{plain(tr.From.Number), tr.Created.Add(time.Duration(r.AtMS) * time.Millisecond)})
					break
				}
			}
		}
	})
	return out
}

func (w *way) popFor(r rang) *popped {
	for i := range w.pops {
		p := &w.pops[i]
		if lag := p.at.Sub(r.at); p.number == r.number && lag >= 0 && lag < firstRing {
			return p
		}
	}
	return nil
}

// mine gives the live calls of my line that a session knows.
func (w *way) mine() []*call.Call {
	var out []*call.Call
	for _, c := range w.Store.View().Live.All() {
		if c.Mine && c.Live() {
			out = append(out, c)
		}
	}
	return out
}

// until waits for something, a second at a time.
func until(t *testing.T, what string, limit time.Duration, so func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !so(); pass(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// A call that was up before the program started is shown once something is said of it, as joined late,
// and nothing is made up of its beginning.
func TestDialogsJoinLate(t *testing.T) {
	withFarEnd(t, sim.Config{World: world.Config{Seed: 3}}, func(t *testing.T, ctx context.Context, far *FarEnd) {
		e := goIn(ctx, far, Events)
		for range 40 { // most calls end without another word
			until(t, "I am in no call", time.Hour, func() bool { return len(e.mine()) == 0 })
			until(t, "I talk", time.Hour, func() bool { m := e.mine(); return len(m) == 1 && m[0].State == call.StateTalking })
			once, stop := context.WithCancel(ctx)
			d := goIn(once, far, Dialogs)
			pass(time.Second)
			if n := len(d.mine()); n != 0 {
				t.Fatalf("%d calls are known before anything was said of one", n)
			}
			until(t, "the call ends", time.Hour, func() bool { return len(e.mine()) == 0 || len(d.mine()) > 0 })
			late := d.mine()
			stop()
			if err := <-d.done; err != nil {
				t.Error(err)
			}
			if len(late) == 0 {
				continue
			}
			c := late[0]
			if !c.JoinedLate || len(c.Rung) > 0 || c.AnswerMs >= 0 || c.From.Number == "" {
				t.Errorf("%+v", c.Record(time.Now()))
			}
			return
		}
		t.Error("nothing was ever said of a call that was up")
	})
}
