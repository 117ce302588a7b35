package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"ringside/gotoapi/sim/voice"
	"ringside/gotoapi/sim/world"
)

// Service is the simulated GoTo: an http.Handler for all its hosts' paths, driven by Run. Its
// methods may be called from any goroutine.
type Service struct {
	cfg    Config
	mux    *http.ServeMux
	faults *Faults
	voice  *voice.Engine
	people *people
	crm    *crm
	wake   chan struct{} // something may be due earlier than Run believes
	ends   chan struct{} // closed when Run ends

	open sync.WaitGroup // one for each websocket's handler

	mu       sync.Mutex // guards all below, and what faults decide
	world    *world.World
	clock    clock
	agenda   agenda
	outbox   []publication // in order of due
	room     bytes.Buffer  // for what is being published
	lag      jitter
	ids      *ids
	late     late
	media    media
	vault    vault
	channels map[string]*channel
	order    []*channel // the same, oldest first: one seed strikes the same frames in each run
	born     uint64     // channels made so far
	pages    snapshots
	realtime realtime
	phones   telephony
	sockets  map[*socket]struct{}
	stage    stage
	stats    Stats
}

// stage is where a Service stands in its life.
type stage int

const (
	idle    stage = iota // requests are answered, the world stands still
	running              // inside Run
	over                 // Run has ended: no new websocket
)

// New builds a service. Its errors name the member of Config at fault.
func New(cfg Config) (*Service, error) {
	now := time.Now()
	cfg, err := cfg.withDefaults(now)
	if err != nil {
		return nil, fmt.Errorf("building the simulated service: %w", err)
	}
	w, err := world.New(cfg.World)
	if err != nil {
		return nil, fmt.Errorf("building the simulated service: %w", err)
	}
	folk, err := newPeople(w.Account(), cfg.World.Me)
	if err != nil {
		return nil, fmt.Errorf("building the simulated service: %w", err)
	}
	s := &Service{
		cfg:      cfg,
		people:   folk,
		wake:     make(chan struct{}, 1),
		ends:     make(chan struct{}),
		world:    w,
		clock:    clock{real: now, world: cfg.World.Start, speed: cfg.Speed},
		ids:      newIDs(cfg.World.Seed, "service"),
		lag:      jitter{rand: newIDs(cfg.World.Seed, "lag").rand(), mean: cfg.Lag},
		late:     newLate(cfg.World.Seed),
		media:    newMedia(cfg.World.Seed),
		vault:    newVault(cfg.Redirects),
		channels: make(map[string]*channel),
		pages:    newSnapshots(),
		realtime: newRealtime(),
		phones:   newTelephony(cfg.World.Seed),
		sockets:  make(map[*socket]struct{}),
	}
	s.faults = newFaults(s, cfg.World.Seed)
	s.voice = voice.NewEngine(voice.Config{IP: cfg.MediaIP, Strike: s.faults.way, Lost: s.lostSound})
	s.crm = newCRM(cfg.CRMToken, cfg.CRMLatency, w.Contacts(), s.Now)
	s.mux = s.routes()
	return s, nil
}

// Faults is the handle by which faults are set.
func (s *Service) Faults() *Faults { return s.faults }

// World calls look with the world, under the service's lock: look must not call the service and
// must not keep what it was given.
func (s *Service) World(look func(*world.World)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	look(s.world)
}

// Now is the world's present: what the service's timestamps are made of.
func (s *Service) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Service) now() time.Time { return s.clock.worldAt(time.Now()).UTC() }

// SetSpeed changes how many seconds of the world pass in one second.
func (s *Service) SetSpeed(factor float64) error {
	if !(factor > 0 && factor <= 1e6) {
		return fmt.Errorf("speed %g is not possible; give a factor above 0 and up to 1000000", factor)
	}
	s.mu.Lock()
	now := time.Now()
	s.clock = clock{real: now, world: s.clock.worldAt(now), speed: factor}
	s.mu.Unlock()
	s.nudge()
	return nil
}

// nudge makes Run look again at what is due next.
func (s *Service) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// at enters act into the agenda, d from now. Run performs it under the lock.
func (s *Service) at(d time.Duration, act func()) {
	s.agenda.add(time.Now().Add(d), act)
	s.nudge()
}

// Run drives the world, the channels' lives and the faults' delays until ctx ends. Then it closes
// every websocket with 1001 and all sound, waits for their goroutines and returns nil. A service runs once.
func (s *Service) Run(ctx context.Context) error {
	s.mu.Lock()
	if s.stage != idle {
		s.mu.Unlock()
		return errors.New("running the simulated service: it was already run; make a new one")
	}
	s.stage = running
	s.mu.Unlock()
	defer s.hush()
	defer s.shutdown()

	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-s.wake:
		}
		timer.Reset(s.advance())
	}
}

// turn is how much advance does before it lets waiting requests have the lock.
const turn = 256

// advance does what is due and returns the time to the next thing.
func (s *Service) advance() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range turn {
		due, act := s.next()
		if wait := time.Until(due); wait > 0 {
			return wait
		}
		act()
	}
	return 0
}

// next returns what has to be done next and when. Publications come before steps of the same
// instant, the agenda last.
func (s *Service) next() (time.Time, func()) {
	due, act := s.clock.realAt(s.world.Next()), s.step
	if len(s.outbox) > 0 {
		if t := s.clock.realAt(s.outbox[0].due); !t.After(due) {
			due, act = t, s.publishNext
		}
	}
	if t, ok := s.agenda.next(); ok && t.Before(due) {
		due, act = t, func() { s.agenda.pop()() }
	}
	return due, act
}

func (s *Service) step() { s.take(s.world.Step()) }

// hush ends the sound of all calls.
func (s *Service) hush() {
	if err := s.voice.Close(); err != nil {
		s.cfg.Log.Warn("the sound of the simulated calls did not end cleanly", "error", err)
	}
}

// shutdown closes all sockets and waits until nothing of them is left. A client that does not
// take the close frame in time loses its connection.
func (s *Service) shutdown() {
	s.mu.Lock()
	s.stage = over
	close(s.ends)
	for k := range s.sockets {
		k.goodbye(closeGoingAway, "service ends")
	}
	for _, c := range s.order {
		if c.hook != nil {
			c.hook.end()
		}
	}
	s.mu.Unlock()
	gone := make(chan struct{})
	go func() {
		s.open.Wait()
		close(gone)
	}()
	patience := time.NewTimer(2 * closeWait)
	defer patience.Stop()
	select {
	case <-gone:
		return
	case <-patience.C:
	}
	s.mu.Lock()
	for k := range s.sockets {
		k.abort()
	}
	s.mu.Unlock()
	<-gone
}
