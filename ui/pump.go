package ui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"ringside/store/call"
	"ringside/store/phone"
)

// Pump carries what happens to the screen. Views wait in a mailbox of one, where the newest wins;
// everything else waits in a queue and is never dropped. Neither ever blocks the one who calls.
type Pump struct {
	now  func() time.Time
	wake chan struct{}
	pace pace

	mu    sync.Mutex
	view  *call.View
	phone *phone.View
	queue []tea.Msg
}

func newPump(now func() time.Time) *Pump {
	if now == nil {
		now = time.Now
	}
	return &Pump{now: now, wake: make(chan struct{}, 1)}
}

// View hands over a newer view. A view that was not yet shown is forgotten.
func (p *Pump) View(v *call.View) {
	p.mu.Lock()
	p.view = v
	p.mu.Unlock()
	p.ring()
}

// Phone hands over how the telephone is now. What was not yet shown is forgotten.
func (p *Pump) Phone(v *phone.View) {
	p.mu.Lock()
	p.phone = v
	p.mu.Unlock()
	p.ring()
}

// Post hands over any other message. They arrive in order.
func (p *Pump) Post(msg tea.Msg) {
	p.mu.Lock()
	p.queue = append(p.queue, msg)
	p.mu.Unlock()
	p.ring()
}

func (p *Pump) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run sends until ctx ends: queued messages at once, views at the pace of pictures, and the
// present moment every second on the second.
func (p *Pump) run(ctx context.Context, send func(tea.Msg)) {
	frame := time.NewTimer(0)
	defer frame.Stop()
	// Rounded, so that every clock on the screen moves by exactly one.
	tell := func() { send(TickMsg{Now: p.now().Round(time.Second)}) }
	tell() // before what waits: a notice lasts from the present on
	second := time.NewTimer(toNextSecond(time.Now()))
	defer second.Stop()
	ready := false // a frame has passed since the last view
	for {
		select {
		case <-ctx.Done():
			return
		case <-second.C:
			tell()
			second.Reset(toNextSecond(time.Now()))
		case <-frame.C:
			ready = true
		case <-p.wake:
		}
		if p.flush(ready, send) {
			ready = false
			frame.Reset(p.pace.turn())
		}
	}
}

// flush sends what waits and reports whether a view was among it.
func (p *Pump) flush(ready bool, send func(tea.Msg)) bool {
	p.mu.Lock()
	queue, view, line := p.queue, p.view, p.phone
	p.queue = nil
	if ready {
		p.view, p.phone = nil, nil
	} else {
		view, line = nil, nil
	}
	p.mu.Unlock()
	for _, msg := range queue {
		send(msg)
	}
	if view != nil {
		send(ViewMsg{View: view})
	}
	if line != nil {
		send(PhoneMsg{View: *line})
	}
	return view != nil || line != nil
}

func toNextSecond(now time.Time) time.Duration {
	return now.Truncate(time.Second).Add(time.Second).Sub(now)
}
