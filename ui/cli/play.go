package cli

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"ringside/gotoapi/wire"
	"ringside/lookup"
	"ringside/store/call"
	"ringside/store/live"
	"ringside/ui"
	"ringside/ui/cli/connect"
	"ringside/ui/status"
)

// player plays a recording on the desk.
type player struct {
	frames []timed // in the order of their times
	clock  *playClock
	up     map[string]bool // calls that are up where the playing stands
}

// playClock is the clock of a recording: it runs speed times as fast as life, and leaps over
// stretches in which nothing happens.
type playClock struct {
	speed float64
	began time.Time

	mu    sync.Mutex
	first time.Time
}

func (c *playClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.first.Add(time.Duration(float64(time.Since(c.began)) * c.speed))
}

func (c *playClock) leap(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first = c.first.Add(d)
}

// A silence in which no call is up is cut to this, in the time of who watches.
const longestSilence = 2 * time.Second

// forGood is longer than any recording: its calls stay on the desk.
const forGood = 10 * 365 * 24 * time.Hour

// playOnDesk shows a recording on the desk at speed times life.
func (a *app) playOnDesk(ctx context.Context, names []string, frames []timed, speed float64) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	sources, closeSources, err := a.sources(cfg, nil)
	if err != nil {
		return err
	}
	defer closeSources()
	people := lookup.New(sources, lookup.Options{})
	defer people.Close()
	clock := &playClock{speed: speed, began: time.Now(), first: frames[0].at.In(zoneOf(cfg))}
	d := &desk{region: cfg.Contacts.Region, people: people}
	var store *live.Store
	title := "recording " + strings.Join(names, ", ")
	screen := a.screenOptions(cfg, connect.Link{Title: title, Now: clock.now}, ui.Ports{
		Want:        d.want,
		FetchReport: func(id string) { store.FetchReport(id) },
	})
	if screen.Keys, err = keymap(cfg); err != nil {
		return err
	}
	d.model = ui.New(screen)
	store = live.New(live.Options{
		Board: call.Options{Silence: forGood, LingerEnded: forGood, LingerLost: forGood},
		Now:   clock.now, OnView: d.model.Pump().View, OnEffect: d.effect, OnReport: d.report,
	})
	return a.show(ctx, d.model, func(ctx context.Context) error {
		var group sync.WaitGroup
		defer group.Wait()
		group.Go(func() { _ = store.Run(ctx) }) // ends only with its context
		p := player{frames: frames, clock: clock, up: map[string]bool{}}
		d.model.Pump().Post(ui.LinkMsg{Link: status.Link{State: status.Replay, Since: clock.now()}})
		p.play(ctx, d, store)
		<-ctx.Done()
		return nil
	})
}

// play hands frames over when their time comes.
func (p *player) play(ctx context.Context, d *desk, store *live.Store) {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for _, f := range p.frames {
		if ahead := f.at.Sub(p.clock.now()); ahead > 0 {
			wait.Reset(p.shorten(ahead))
			select {
			case <-ctx.Done():
				return
			case <-wait.C:
			}
		}
		p.hand(f.Frame, d, store)
	}
	store.Do(func(b *call.Board) { b.Settle(p.clock.now()) })
	d.model.Pump().Post(ui.NoticeMsg{Level: ui.Info, Text: "the recording has come to its end", Hint: "Enter opens a call, q leaves"})
}

// shorten gives how long to wait for what is ahead, by the watch of who looks on. A long silence
// without a call is leapt over.
func (p *player) shorten(ahead time.Duration) time.Duration {
	wait := time.Duration(float64(ahead) / p.clock.speed)
	if len(p.up) > 0 || wait <= longestSilence {
		return wait
	}
	p.clock.leap(ahead - time.Duration(float64(longestSilence)*p.clock.speed))
	return longestSilence
}

func (p *player) hand(f wire.Frame, d *desk, store *live.Store) {
	if f.Event.Kind != 0 {
		store.Put(f.Event)
	}
	if f.Event.Kind == call.KindState {
		p.up[f.Event.Meta.ID] = true
		if f.Event.Snapshot.Stage == call.Ending {
			delete(p.up, f.Event.Meta.ID)
		}
	}
	if r := f.Report; r != nil && r.Fold() != nil {
		d.report(r.ID, r, nil)
	}
}

// timed is a frame and when it is played.
type timed struct {
	wire.Frame
	at time.Time
}

// inOrder gives frames in the order of their times. One that does not tell its time goes with the
// one before it.
func inOrder(frames []wire.Frame) []timed {
	out := make([]timed, 0, len(frames))
	var last time.Time
	for _, f := range frames {
		at := f.At
		if f.Event.Kind == call.KindState && !f.Event.Snapshot.At.IsZero() {
			at = f.Event.Snapshot.At
		}
		if at.IsZero() {
			at = last
		}
		last = at
		out = append(out, timed{f, at})
	}
	slices.SortStableFunc(out, func(x, y timed) int { return x.at.Compare(y.at) })
	return out
}
