package media

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"ringside/gotoapi/phone/audio"
	"ringside/store/phone"
)

// desk has the microphone and the loudspeaker. They are open while a session has the focus, and
// tried anew after a failure.
type desk struct {
	system  *audio.System
	in, out string // as the configuration chooses them
	changed func()

	mu    sync.Mutex
	focus *Session
	open  *ends // nil while nobody has the focus
	last  *ends // of those before; they may be closing yet
	sound phone.Sound
	ins   side
	outs  side
}

// side is what is known of one direction.
type side struct {
	name string
	err  error
	on   bool
}

// ends is one opening of both.
type ends struct {
	cancel context.CancelFunc
	run    sync.WaitGroup
}

// again is how long a device that failed is left alone.
const again = 3 * time.Second

// probe finds out what there is, without taking the microphone.
func (d *desk) probe(ctx context.Context) {
	ins, outs := d.look(ctx, true, d.in), d.look(ctx, false, d.out)
	d.mu.Lock()
	d.ins, d.outs = ins, outs
	d.tell()
	d.mu.Unlock()
}

func (d *desk) look(ctx context.Context, in bool, choice string) side {
	kind, rest := audio.Kind(choice)
	switch kind {
	case audio.None:
		return side{name: "none"}
	case audio.Hardware:
	default:
		return side{name: rest, on: true}
	}
	list, err := d.system.Devices(ctx)
	if err == nil {
		var one audio.Device
		if one, err = audio.Choose(list, in, rest); err == nil {
			return side{name: one.Name, on: true}
		}
	}
	return side{name: "none", err: err}
}

// tell makes the words of both sides. The lock is held.
func (d *desk) tell() {
	s := phone.Sound{On: d.ins.on || d.outs.on, In: d.ins.name, Out: d.outs.name}
	for _, side := range []side{d.outs, d.ins} {
		if side.err == nil {
			continue
		}
		s.Why = side.err.Error()
		s.Hint = ""
		var hinted interface{ Hint() string }
		if errors.As(side.err, &hinted) {
			s.Hint = hinted.Hint()
		}
	}
	if !s.On && s.Why == "" {
		s.Why = "no sound is set up"
		s.Hint = "set audio_in and audio_out in [phone], or ring your desk phone"
	}
	d.sound = s
}

// now gives the words.
func (d *desk) now() phone.Sound {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sound
}

func (d *desk) set(in bool, to side) {
	d.mu.Lock()
	before := d.sound
	if in {
		d.ins = to
	} else {
		d.outs = to
	}
	d.tell()
	same := before == d.sound
	d.mu.Unlock()
	if !same && d.changed != nil {
		d.changed()
	}
}

// take gives a session the devices, whoever had them.
func (d *desk) take(s *Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.focus = s
	if d.open != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.open = &ends{cancel: cancel}
	last := d.last
	begin := func(in bool, use func(context.Context) (string, error)) func() {
		return func() {
			if last != nil { // a device or a file is not opened a second time
				last.run.Wait()
			}
			d.keep(ctx, in, use)
		}
	}
	d.open.run.Go(begin(true, d.listen))
	d.open.run.Go(begin(false, d.speak))
}

// leave takes the devices from a session, and closes them unless another has them.
func (d *desk) leave(s *Session) {
	d.mu.Lock()
	if d.focus != s {
		d.mu.Unlock()
		return
	}
	d.focus = nil
	open := d.open
	d.open = nil
	if open != nil {
		d.last = open
	}
	d.mu.Unlock()
	if open != nil {
		open.cancel()
		open.run.Wait()
	}
}

func (d *desk) focused() *Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.focus
}

// keep opens one end, uses it until it fails, and tries again until the focus is gone.
func (d *desk) keep(ctx context.Context, in bool, use func(context.Context) (string, error)) {
	for {
		name, err := use(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil: // there is none, by choice, or no more
			d.set(in, side{name: name})
			return
		}
		d.set(in, side{name: name, err: err})
		select {
		case <-ctx.Done():
			return
		case <-time.After(again):
		}
	}
}

// listen takes sound from the microphone to the session in focus.
func (d *desk) listen(ctx context.Context) (string, error) {
	src, name, err := d.system.OpenIn(ctx, d.in)
	if err != nil || src == nil {
		return name, err
	}
	d.set(true, side{name: name, on: true})
	stop := context.AfterFunc(ctx, func() { _ = src.Close() })
	defer func() {
		if stop() {
			_ = src.Close()
		}
	}()
	for {
		frame := frameOf()
		if err := src.Read(frame); errors.Is(err, io.EOF) {
			return name, nil
		} else if err != nil {
			return name, err
		}
		if s := d.focused(); s != nil {
			s.microphone(frame)
		}
	}
}

// speak takes sound from the session in focus to the loudspeaker.
func (d *desk) speak(ctx context.Context) (string, error) {
	sink, name, err := d.system.OpenOut(ctx, d.out)
	if err != nil || sink == nil {
		return name, err
	}
	d.set(false, side{name: name, on: true})
	stop := context.AfterFunc(ctx, func() { _ = sink.Close() })
	defer func() {
		if stop() {
			_ = sink.Close()
		}
	}()
	frame := frameOf()
	for {
		if s := d.focused(); s != nil {
			s.loudspeaker(frame)
		} else {
			clear(frame)
		}
		if err := sink.Write(frame); err != nil {
			return name, err
		}
	}
}
