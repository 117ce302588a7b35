package phone

import (
	"context"
	"errors"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
	store "ringside/store/phone"
)

// media is the sound of a call, from the moment that the call is known: its offer is made while it
// rings, so that an answer need not wait for it.
type media struct {
	done    chan struct{} // closed when the rest is set
	session Session       // nil when there is none
	sdp     string
	err     error
}

// ready tells whether there is sound to be had by now.
func (m *media) ready() bool {
	select {
	case <-m.done:
		return m.err == nil
	default:
		return false
	}
}

// wait gives the session and its offer as soon as they are there.
func (m *media) wait(ctx context.Context) (Session, string, error) {
	select {
	case <-m.done:
		return m.session, m.sdp, m.err
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
}

// prepare begins a call's sound anew. The lock is held.
func (p *Phone) prepare(l *leg) {
	m := &media{done: make(chan struct{})}
	l.media = m
	p.taskLocked(func(context.Context) { p.runMedia(l, m) })
}

// runMedia makes a call's sound, watches it, and ends it with the call.
func (p *Phone) runMedia(l *leg, m *media) {
	m.session, m.err = p.cfg.Media.Session()
	if m.err == nil {
		m.sdp, m.err = m.session.Offer(l.ctx)
	}
	close(m.done)
	if m.err == nil {
		p.watchMedia(l, m.session)
	}
	if m.session == nil {
		return
	}
	m.session.Play(false)
	if err := m.session.Close(); err != nil {
		p.cfg.Logger.WarnContext(l.ctx, "the sound of a call was not closed", "error", call.Clean(err.Error()))
	}
}

// watchMedia looks for a new path each time that the sound has lost its own, until the call ends.
func (p *Phone) watchMedia(l *leg, s Session) {
	failed := s.Failed()
	for {
		select {
		case <-l.ctx.Done():
			return
		case err, more := <-failed:
			if !more {
				if l.ctx.Err() == nil {
					p.soundless(l, errors.New("it ended by itself"))
				}
				<-l.ctx.Done()
				return
			}
			p.newPath(l, s, err)
		}
	}
}

// newPathTries is how often a new path is looked for before a person is told that there is none.
const newPathTries = 3

// newPath has the service take a new offer, which looks for a path through the network again.
func (p *Phone) newPath(l *leg, s Session, why error) {
	said := Error{What: "the sound was interrupted", Do: "a new path through the network is being looked for"}
	if hint := hintOf(why); hint != "" {
		said = Error{What: call.Clean(why.Error()), Do: hint}
	}
	p.withoutPath(l, said)
	for try := range newPathTries {
		if why = p.reoffer(l, s); why == nil {
			return // once it is connected, the meters take back what was said
		}
		if gone(why) { // the service says so in a moment; or the clock asks
			break
		}
		select {
		case <-time.After(p.cfg.Backoff.Bound(try)):
		case <-l.ctx.Done():
			return
		}
	}
	p.soundless(l, why)
}

func (p *Phone) reoffer(l *leg, s Session) error {
	ctx, cancel := context.WithTimeout(l.ctx, p.cfg.Ask)
	defer cancel()
	p.lock()
	id := l.api
	p.unlock()
	if id == "" {
		return errNotUp
	}
	sdp, err := s.Reoffer(ctx, true)
	if err != nil {
		return err
	}
	answer, err := p.web.Offer(gotoapi.Impatient(ctx), id, sdp)
	if err != nil {
		return err
	}
	return s.Accept(answer)
}

// soundless says that a call has no sound.
func (p *Phone) soundless(l *leg, why error) {
	if l.ctx.Err() != nil {
		return
	}
	p.cfg.Logger.WarnContext(l.ctx, "a call has no sound", "error", call.Clean(why.Error()))
	p.withoutPath(l, Error{What: "no sound: there is no path through the network to GoTo", Do: store.NoPathHint})
}

// withoutPath says that a call has no sound at the moment.
func (p *Phone) withoutPath(l *leg, said Error) {
	p.lock()
	l.pathless = true
	p.unlock()
	p.remark(l, said.What, said.Do)
}

// rejoined takes back what was said about a path that is there again. The lock is held.
func (l *leg) rejoined() {
	if l.pathless && !l.c.Quality.NoPath {
		l.pathless, l.c.Why, l.c.Hint = false, "", ""
	}
}

// remark says something about a call that is up.
func (p *Phone) remark(l *leg, why, hint string) {
	p.lock()
	defer p.unlock()
	if l.c.Open() {
		l.c.Why, l.c.Hint = why, hint
		p.touch()
	}
}

// hands moves the sound devices from call to call: first away from the one, then to the other.
func (p *Phone) hands(ctx context.Context) {
	var player *leg
	for {
		p.lock()
		var next *leg
		for _, l := range p.calls {
			if l.audible() {
				next = l
			}
		}
		p.unlock()
		if next != player {
			if player != nil {
				player.media.session.Play(false)
			}
			if next != nil {
				next.media.session.Play(true)
			}
			player = next
			continue
		}
		select {
		case <-p.handed:
		case <-ctx.Done():
			return
		}
	}
}

// hand has the sound devices go where they are needed now.
func (p *Phone) hand() {
	select {
	case p.handed <- struct{}{}:
	default:
	}
}

// meters takes over how loud and how good the calls are. The lock is held.
func (p *Phone) meters(quality bool) {
	for _, l := range p.calls {
		if !l.c.Open() || !l.connected() || !l.media.ready() {
			continue
		}
		before := l.c
		l.c.Level = l.media.session.Level()
		if quality {
			l.c.Quality = l.media.session.Quality()
			l.rejoined()
		}
		if l.c != before {
			p.touch()
		}
	}
	if s := p.cfg.Media.Sound(); quality && s != p.sound {
		p.sound = s
		p.touch()
	}
}

// silence keeps our sound from leaving, whatever the service says.
func (l *leg) silence(on bool) {
	if l.media.ready() {
		l.media.session.Mute(on)
	}
}

// soundError puts into words why a call cannot have sound, with what the media itself says is to be
// done, when it says anything.
func soundError(err error) error {
	said := &Error{What: "the sound of the call cannot be set up", Do: "check the sound devices and the network; your desk phone can dial instead", Err: err}
	if hint := hintOf(err); hint != "" {
		said.Do = hint
	}
	return said
}

var (
	_ store.Phone     = (*Phone)(nil)
	_ store.DeskPhone = (*Phone)(nil)
)
