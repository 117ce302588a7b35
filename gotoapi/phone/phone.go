package phone

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/gotoapi/wire"
	"ringside/store/call"
	store "ringside/store/phone"
)

// Phone is a telephone of my extension. Make it with New; Run connects it. Its methods are those of
// store/phone.Phone and store/phone.DeskPhone.
type Phone struct {
	cfg  Config
	web  gotoapi.WebCallsClient
	wake chan struct{} // the clock has something new to wait for; has room for one
	more chan struct{} // Again was called; has room for one
	// handed says that the sound devices may belong to another call now; has room for one.
	handed chan struct{}

	mu      sync.Mutex
	ctx     context.Context // Run's; nil before and after
	tasks   sync.WaitGroup  // grows while ctx is not nil
	reg     registration
	calls   []*leg // oldest first
	made    int    // calls of this telephone so far
	early   []wire.Notice
	over    call.Recent[string] // service's ids of calls that have ended
	unread  bool                // the account does not let us read how calls stand
	sound   store.Sound
	view    *store.View
	changed bool // since the view was published
}

// New makes a Phone that is off until Run.
func New(cfg Config) *Phone {
	p := &Phone{
		cfg: withDefaults(cfg), web: cfg.Client.WebCalls, wake: make(chan struct{}, 1), more: make(chan struct{}, 1), handed: make(chan struct{}, 1),
		over: call.NewRecent[string](recentCalls), view: &store.View{Line: store.Line{State: store.Off, Extension: cfg.Extension}},
	}
	p.reg.line = p.view.Line
	p.sound = cfg.Media.Sound()
	p.view.Sound = p.sound
	return p
}

// recentCalls is how many ended calls are remembered, so that a notice that comes late or twice does
// not bring one back.
const recentCalls = 256

// View gives the telephone as it is now.
func (p *Phone) View() *store.View {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.view
}

// Run keeps the telephone registered until ctx ends; then it hangs up and takes leave of the service,
// for which it takes Config.Farewell at most. What the account refuses is said in the view's Line and
// tried again only when Again is called. Run is called once at a time.
func (p *Phone) Run(ctx context.Context) error {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	p.mu.Lock()
	if p.ctx != nil {
		p.mu.Unlock()
		return errors.New("the telephone is running already")
	}
	p.ctx = own
	p.mu.Unlock()

	p.task(p.clock)
	p.task(p.hands)
	p.connect(ctx)

	cancel()
	p.mu.Lock()
	p.ctx = nil
	p.mu.Unlock()
	p.tasks.Wait()
	p.lock()
	p.reg.line = store.Line{State: store.Off, Extension: p.cfg.Extension}
	p.touch()
	p.unlock()
	return nil
}

// connect keeps the link of the registration, as long as ctx lasts.
func (p *Phone) connect(ctx context.Context) {
	for ctx.Err() == nil {
		p.lock()
		p.reg.begin()
		p.unread = false // another login may have come
		p.touch()
		p.unlock()
		if p.cfg.Extension == "" || p.cfg.Organization == "" {
			p.refused(errNoLine)
		} else if err := p.link(ctx); err != nil {
			p.refused(err)
		}
		select {
		case <-p.more:
		case <-ctx.Done():
		}
	}
}

// link runs one link; when ctx ends, the calls end before it does.
func (p *Phone) link(ctx context.Context) error {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- p.newStream().Run(own) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	p.leave()
	cancel()
	return <-ended
}

// newStream makes the link on which the service tells what happens.
func (p *Phone) newStream() *stream.Stream {
	return stream.New(stream.Config{
		Client: p.cfg.Client, Dialer: p.cfg.Dialer, Nickname: p.cfg.Nickname, UserAgent: p.cfg.UserAgent, Logger: p.cfg.Logger,
		Carry: carrier{p}, Notice: p.noticed, Status: p.linked, Connected: p.connected,
		Backoff: p.cfg.Backoff, PauseAfter: p.cfg.PauseAfter, Farewell: p.cfg.Farewell,
	})
}

// Again implements store/phone.Phone.
func (p *Phone) Again() {
	p.mu.Lock()
	refused := p.reg.line.State == store.Refused
	p.mu.Unlock()
	if !refused {
		return
	}
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// leave ends all calls, in Config.Farewell.
func (p *Phone) leave() {
	p.lock()
	ctx, cancel := context.WithTimeout(p.ctx, p.cfg.Farewell)
	defer cancel()
	var up []*leg
	for _, l := range p.calls {
		switch {
		case !l.c.Open():
		case l.c.Incoming && l.c.State == store.Ringing: // it rings on at my other telephones
			p.end(l, "this telephone was closed", "")
		default:
			up = append(up, l)
		}
	}
	p.unlock()
	var group sync.WaitGroup
	for _, l := range up {
		group.Go(func() {
			if err := p.hangUp(ctx, l, "this telephone was closed"); err != nil {
				p.cfg.Logger.WarnContext(ctx, "a call was not hung up", "error", call.Clean(err.Error()))
			}
		})
	}
	group.Wait()
}

// task runs work, which must end with its context, in a goroutine that Run waits for. Without Run
// nothing happens, and it gives false. It is called without the lock.
func (p *Phone) task(work func(context.Context)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taskLocked(work)
}

// taskLocked is task for one who holds the lock.
func (p *Phone) taskLocked(work func(context.Context)) bool {
	ctx := p.ctx
	if ctx != nil {
		p.tasks.Go(func() { work(ctx) })
	}
	return ctx != nil
}

func (p *Phone) lock() { p.mu.Lock() }

// unlock publishes what has changed and lets others in.
func (p *Phone) unlock() {
	if p.changed {
		p.publish()
		p.rouse()
	}
	p.mu.Unlock()
}

// touch says that there is something new to publish.
func (p *Phone) touch() { p.changed = true }

// publish makes a view of what is known now.
func (p *Phone) publish() {
	v := &store.View{Line: p.reg.line, Sound: p.sound, Calls: make([]store.Call, len(p.calls))}
	for i, l := range p.calls {
		v.Calls[i] = l.c
	}
	p.view, p.changed = v, false
	p.cfg.View(v)
}

// rouse has the clock look again.
func (p *Phone) rouse() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// find gives the call of an id.
func (p *Phone) find(id string) (*leg, error) {
	i := slices.IndexFunc(p.calls, func(l *leg) bool { return l.c.ID == id })
	if i < 0 {
		return nil, errNoCall
	}
	if l := p.calls[i]; l.c.Open() {
		return l, nil
	}
	return nil, errOver
}

// byService gives the call that the service names so, open or not; nil when there is none.
func (p *Phone) byService(id string) *leg {
	for _, l := range p.calls {
		if l.api == id {
			return l
		}
	}
	return nil
}

func now() time.Time { return time.Now() }
