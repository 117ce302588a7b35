package guard

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ringside/store/alarm"
	"ringside/store/archive"
	"ringside/store/call"
)

// keep writes alarms and breaches to the archive behind everybody's back. Of an alarm the newest
// state is written; breaches are written each.
type keep struct {
	opt  Options
	wake chan struct{}

	mu      sync.Mutex
	order   []string // ids of alarms to be written, the oldest first
	alarms  map[string]archive.Item
	breach  []archive.Item
	dropped int

	failed error // as last told; Run's own
}

const (
	gather      = 200 * time.Millisecond // things wait so long to be written together
	together    = 2000                   // items in one batch
	maxBreaches = 50_000                 // that wait while the archive cannot be written to
	firstPause  = 500 * time.Millisecond
	mostPause   = 30 * time.Second
	lastMoment  = time.Second
)

func newKeep(o Options) *keep {
	return &keep{opt: o, wake: make(chan struct{}, 1), alarms: map[string]archive.Item{}}
}

// add has a change written. It never waits.
func (k *keep) add(c *alarm.Change) {
	k.mu.Lock()
	id := c.Alarm.ID
	if _, ok := k.alarms[id]; !ok {
		k.order = append(k.order, id)
	}
	k.alarms[id] = alarmItem(&c.Alarm, c.At)
	for i := range c.Breaches {
		if len(k.breach) >= maxBreaches {
			k.dropped++
			continue
		}
		k.breach = append(k.breach, breachItem(&c.Breaches[i]))
	}
	k.mu.Unlock()
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// run writes until ctx ends, then what is left, within a second.
func (k *keep) run(ctx context.Context) {
	write, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastMoment, cancel) })
	defer stop()
	fails := 0
	for {
		select {
		case <-ctx.Done():
			for k.write(write) > 0 && k.failed == nil {
			}
			return
		case <-k.wake:
		}
		sleep(ctx, gather)
		for ctx.Err() == nil && k.write(write) > 0 {
			if k.failed == nil {
				fails = 0
				continue
			}
			sleep(ctx, min(firstPause<<min(fails, 8), mostPause))
			fails++
		}
	}
}

// write writes one batch, and gives how many things it was.
func (k *keep) write(ctx context.Context) int {
	k.mu.Lock()
	var b archive.Batch
	order := k.order[:min(len(k.order), together)]
	for _, id := range order {
		b.Items = append(b.Items, k.alarms[id])
		delete(k.alarms, id)
	}
	n := min(len(k.breach), together)
	b.Items = append(b.Items, k.breach[:n]...)
	breaches := k.breach[:n:n]
	k.order, k.breach = k.order[len(order):], k.breach[n:]
	k.mu.Unlock()
	if len(b.Items) == 0 {
		return 0
	}
	err := k.opt.Archive.Put(ctx, b)
	if err != nil {
		k.back(b.Items[:len(order)], breaches)
	}
	if (err == nil) != (k.failed == nil) {
		if err != nil {
			k.opt.Log.Warn("alarms cannot be kept", slog.Any("error", err))
		}
		k.opt.OnKept(err)
	}
	k.failed = err
	return len(b.Items)
}

// back takes things back that could not be written: an alarm has perhaps gone on since.
func (k *keep) back(alarms, breaches []archive.Item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range alarms {
		if _, newer := k.alarms[a.ID]; !newer {
			k.alarms[a.ID] = a
			k.order = append(k.order, a.ID)
		}
	}
	k.breach = append(breaches, k.breach...)
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func alarmItem(a *alarm.Alarm, now time.Time) archive.Item {
	return archive.Item{Kind: archive.Alarm, ID: a.ID, At: a.Raised, By: a.AckedBy, Text: a.Headline(now), Body: alarm.RecordOf(a, now).JSON()}
}

// Breach is a breach as it is kept and printed.
type Breach struct {
	Alarm string `json:"alarm"`
	Call  string `json:"call,omitempty"`
	Agent string `json:"agent,omitempty"`
	Queue string `json:"queue,omitempty"`
	With  string `json:"with,omitempty"`
	Level string `json:"level,omitempty"`
	At    string `json:"at"`
	Since string `json:"since,omitempty"`
}

func breachItem(b *alarm.Breach) archive.Item {
	r := Breach{Alarm: b.Alarm, Call: b.Call, Agent: b.Agent, Queue: b.Queue, With: b.With, At: b.At.Format(time.RFC3339Nano)}
	text := "counts"
	if b.Level != alarm.None {
		r.Level, r.Since = b.Level.String(), b.Since.Format(time.RFC3339Nano)
		text = fmt.Sprintf("%s after %s", r.Level, call.Seconds(b.At.Sub(b.Since).Milliseconds()))
	}
	body, _ := json.Marshal(r) // it has nothing that could fail
	return archive.Item{Kind: archive.Breach, ID: b.Alarm + "/" + b.Call + b.Agent, Call: b.Call, Caller: b.Caller, At: b.At, Text: text, Body: body}
}

// Load reads the newest alarms that are kept, the newest first. One that cannot be read is left out.
func Load(ctx context.Context, a Archive, since time.Time, limit int) ([]alarm.Alarm, error) {
	items, err := a.Items(ctx, archive.ItemQuery{Kind: archive.Alarm, Since: since, Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("reading the alarms: %w", err)
	}
	var out []alarm.Alarm
	for _, i := range items {
		if one, err := alarm.ParseRecord(i.Body); err == nil {
			out = append(out, one)
		}
	}
	return out, nil
}

// Breaches reads the breaches of an alarm that are kept, the oldest first.
func Breaches(ctx context.Context, a Archive, of *alarm.Alarm) ([]Breach, error) {
	items, err := a.Items(ctx, archive.ItemQuery{Kind: archive.Breach, Since: of.Raised, Limit: 1_000_000})
	if err != nil {
		return nil, fmt.Errorf("reading the calls behind an alarm: %w", err)
	}
	var out []Breach
	for n := len(items) - 1; n >= 0; n-- {
		var b Breach
		if json.Unmarshal(items[n].Body, &b) == nil && b.Alarm == of.ID {
			out = append(out, b)
		}
	}
	return out, nil
}
