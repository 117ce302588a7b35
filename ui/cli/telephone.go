package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"time"

	"ringside/gotoapi/phone"
	"ringside/gotoapi/phone/audio"
	"ringside/gotoapi/phone/media"
	store "ringside/store/phone"
	"ringside/ui/cli/config"
	"ringside/ui/cli/connect"
	"ringside/ui/cli/credentials"
)

// telephone is this program as one more telephone of my line.
type telephone struct {
	*phone.Phone
	sound   *sound
	release func() // of the device's name
}

// sounds chooses where sound comes from and goes to; "" is the system's own choice.
type sounds struct{ in, out string }

// telephone makes the telephone of a link. It rings and dials while run runs, and publishes what it is to
// view. Its sound is looked for meanwhile: whoever makes it waits for nothing.
func (a *app) telephone(cfg config.Config, l connect.Link, s sounds, view func(*store.View)) (*telephone, error) {
	device, release, err := a.device()
	if err != nil {
		return nil, err
	}
	conf := media.Config{System: &audio.System{Env: a.env, Name: "ringside"}, In: s.in, Out: s.out, Loopback: a.global.demo, Log: l.Log}
	if cfg.Phone.STUN != "" {
		conf.STUN = []string{"stun:" + cfg.Phone.STUN}
	}
	t := &telephone{release: release, sound: newSound(conf)}
	l.Agent = cmp.Or(l.Agent, agent())
	t.Phone = connect.Phone(l, t.sound, device, func(v *store.View) { view(onClock(v, l)) })
	return t, nil
}

// run has the telephone work until ctx ends, and then hang up and take its leave.
func (t *telephone) run(ctx context.Context) error {
	defer t.release()
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		t.sound.look()
	}()
	err := t.Run(ctx)
	<-looked
	return errors.Join(err, t.sound.Close())
}

// sound is an engine of sound that is still being made.
type sound struct {
	conf  media.Config
	found chan struct{} // closed when the rest is set
	made  *media.Engine
	err   error
}

func newSound(c media.Config) *sound { return &sound{conf: c, found: make(chan struct{})} }

// look finds out which sound devices there are. It is called once.
func (s *sound) look() {
	s.made, s.err = media.NewEngine(s.conf)
	if s.err != nil {
		s.conf.Log.Warn("the telephone has no sound", slog.Any("error", s.err))
	}
	close(s.found)
}

// Session implements phone.Engine.
func (s *sound) Session() (phone.Session, error) {
	<-s.found
	if s.err != nil {
		return nil, s.err
	}
	one, err := s.made.Session()
	if err != nil {
		return nil, err
	}
	return one, nil
}

// Sound implements phone.Engine. Nothing is said against the sound before it was looked for.
func (s *sound) Sound() store.Sound {
	select {
	case <-s.found:
	default:
		return store.Sound{On: true}
	}
	if s.err != nil {
		return store.Sound{Why: s.err.Error()}
	}
	return s.made.Sound()
}

// Close ends it.
func (s *sound) Close() error {
	if s.made == nil {
		return nil
	}
	return s.made.Close()
}

// onClock gives a view in the time of the account, which a simulation has for its own.
func onClock(v *store.View, l connect.Link) *store.View {
	if l.Now == nil {
		return v
	}
	shift := time.Until(l.Now())
	if shift.Abs() < time.Second { // it is the same clock, or as good as
		return v
	}
	out := *v
	out.Calls = make([]store.Call, len(v.Calls))
	for i, c := range v.Calls {
		for _, t := range []*time.Time{&c.Began, &c.RingUntil, &c.Answered, &c.Ended} {
			if !t.IsZero() {
				*t = t.Add(shift)
			}
		}
		out.Calls[i] = c
	}
	return &out
}

// maxDevices is how many programs of one person can be telephones of this machine at the same time and
// keep their names from start to start.
const maxDevices = 16

// device gives the name of this telephone at GoTo: the same at each start, another one for each program
// that runs at the same time, until release is called. A demo has one of its own.
func (a *app) device() (name string, release func(), err error) {
	if a.global.demo {
		return newDevice(), func() {}, nil
	}
	dir, err := config.DataDir(a.env)
	if err != nil {
		return "", nil, err
	}
	for n := range maxDevices {
		f, release, ok, err := credentials.Claim(filepath.Join(dir, fmt.Sprintf("telephone-%d", n+1)))
		if err != nil {
			return "", nil, err
		}
		if !ok {
			continue
		}
		was, err := io.ReadAll(io.LimitReader(f, 100))
		if name := string(was); err == nil && deviceName.MatchString(name) {
			return name, release, nil
		}
		name := newDevice()
		if err = f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte(name), 0)
		}
		if err != nil {
			release()
			return "", nil, fmt.Errorf("keeping the name of this telephone: %w", err)
		}
		return name, release, nil
	}
	return newDevice(), func() {}, nil
}

var deviceName = regexp.MustCompile(`^ringside-[0-9a-f]{16}$`)

func newDevice() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails
	return "ringside-" + hex.EncodeToString(b)
}
