package cli

import (
	"context"
	"fmt"
	"log/slog"

	"ringside/gotoapi"
	"ringside/gotoapi/phone/audio"
	"ringside/store/duty"
	store "ringside/store/phone"
	"ringside/ui"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	bar "ringside/ui/phone"
)

// deskPhone gives a desk its telephone, where flags and configuration ask for one. What is given back has
// it work until its context ends, and hang up then.
func (a *app) deskPhone(cfg config.Config, l connect.Link, d *desk, screen *ui.Options) (run func(context.Context)) {
	screen.Bell, screen.Partial = cfg.Desk.Bell, l.Source == connect.Dialogs
	if !a.wantsPhone(cfg) {
		return func(context.Context) {}
	}
	ring := &ringer{play: audio.NewRing(&audio.System{Env: a.env, Name: "ringside"}, cfg.Phone.RingOn())}
	t, err := a.telephone(cfg, l, sounds{cfg.Phone.AudioIn, cfg.Phone.AudioOut}, func(v *store.View) {
		ring.hear(v)
		d.model.Pump().Phone(v)
	})
	if err != nil {
		return func(context.Context) {
			d.model.Pump().Post(ui.NoticeMsg{Level: ui.Warn, Text: "this desk has no telephone: " + err.Error(), Hint: "the desk itself goes on"})
		}
	}
	d.line = t
	screen.Ports.Phone, screen.Ports.RingDesk = t, t.RingDesk
	d.dials = a.deskDuty(cfg).May(duty.Dial, true) == nil
	screen.Ports.Extensions = func(ctx context.Context) ([]bar.Seat, error) { return seatsOf(ctx, l) }
	return func(ctx context.Context) {
		defer ring.play.Close()
		if err := t.run(ctx); err != nil {
			l.Log.Warn("the telephone", slog.Any("error", err))
		}
	}
}

// wantsPhone reports whether a desk is to be a telephone, too: one that may neither answer nor dial is none.
func (a *app) wantsPhone(cfg config.Config) bool {
	may := a.deskDuty(cfg)
	return cfg.Phone.Enabled && (may.May(duty.Answer, true) == nil || may.May(duty.Dial, true) == nil)
}

// ringer has what the telephone does heard where it rings.
type ringer struct {
	play interface {
		Play(audio.Sounding)
		Close()
	}
	heard map[string]bool // calls that let us hear for themselves how they ring at the far end
}

// hear takes a newer view. It waits for nothing.
func (r *ringer) hear(v *store.View) {
	var rings, busy, calls bool
	heard := map[string]bool{}
	for _, c := range v.Calls {
		switch {
		case !c.Open():
		case c.Incoming && c.State == store.Ringing:
			rings = true
		case c.State == store.Calling:
			busy = true
			if c.Level.In > 0 || r.heard[c.ID] {
				heard[c.ID] = true
			} else {
				calls = true
			}
		default:
			busy = true
		}
	}
	r.heard = heard
	switch {
	case rings && busy:
		r.play.Play(audio.Waiting)
	case rings:
		r.play.Play(audio.Ringing)
	case calls && v.Sound.On:
		r.play.Play(audio.Calling)
	default:
		r.play.Play(0)
	}
}

// maxSeats bounds the extensions that a transfer can choose from.
const maxSeats = 5000

// seatsOf lists the extensions of the account.
func seatsOf(ctx context.Context, l connect.Link) ([]bar.Seat, error) {
	var out []bar.Seat
	for e, err := range l.Client.Admin.Extensions(ctx, l.Account) {
		if err != nil {
			return out, fmt.Errorf("listing the extensions: %w", err)
		}
		if kind, ok := seatKind(e); ok {
			out = append(out, bar.Seat{Kind: kind, Name: e.Name, Extension: e.Number})
		}
		if len(out) >= maxSeats {
			break
		}
	}
	return out, nil
}

// seatKind tells what an extension is, and whether a call can be given to it (goto-api.md 2).
func seatKind(e gotoapi.Extension) (bar.Kind, bool) {
	switch e.Type {
	case "DIRECT_EXTENSION":
		return bar.Person, true
	case "CALL_QUEUE":
		return bar.Queue, true
	case "RING_GROUP":
		return bar.Group, true
	case "DIAL_PLAN":
		return bar.Plan, true
	case "SHARED_VOICEMAIL":
		return bar.Mailbox, true
	case "CONFERENCE_BRIDGE":
		return bar.Room, true
	}
	return 0, false // nobody talks to a fax
}
