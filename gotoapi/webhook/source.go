package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/store/call"
)

// Source receives the call events of one account at a webhook. Make it with New.
type Source struct {
	cfg     Config
	hook    *Receiver
	running atomic.Bool
	doubted chan struct{} // somebody wants the channel looked at

	mu     sync.Mutex // guards what Status reads
	status stream.Status
	nextAt time.Time // of the next attempt; zero when none is planned
	seen   time.Time // when channel and subscriptions were last found in order
}

// New makes a Source; Run starts it. The error says what is wrong with Config.URL.
func New(cfg Config) (*Source, error) {
	cfg = cfg.withDefaults()
	hook, err := NewReceiver(cfg.URL, cfg.Secret, cfg.Logger)
	if err != nil {
		return nil, err
	}
	hook.raw = cfg.Raw
	return &Source{cfg: cfg, doubted: make(chan struct{}, 1), hook: hook, status: stream.Status{Link: stream.Connecting, Since: time.Now()}}, nil
}

// Status returns the state of the link now. It may be called from anywhere, also before and after
// Run. Silence counts from the last delivery or the last good look at the channel.
func (s *Source) Status() stream.Status {
	n, last := s.hook.Counters(), s.hook.Last()
	s.mu.Lock()
	defer s.mu.Unlock()
	st, now := s.status, time.Now()
	st.Counters.Frames, st.Counters.TooBig, st.Counters.Unknown = n.Taken+n.Repeats+n.Unknown, n.TooBig, n.Unknown
	st.Counters.Bad = n.Bad + n.Unsigned
	if !s.nextAt.IsZero() {
		st.NextIn = max(s.nextAt.Sub(now), 0)
	}
	if !last.IsZero() {
		st.Age = now.Sub(last)
	}
	if sign := later(last, s.seen); !sign.IsZero() {
		st.Silence = now.Sub(sign)
	}
	return st
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Suspect has channel and subscriptions looked at now: calls change and nothing was delivered.
func (s *Source) Suspect() {
	select {
	case s.doubted <- struct{}{}:
	default:
	}
}

// Run listens and keeps the channel until ctx ends, and then deletes it, for which it takes
// Config.Farewell at most. It returns nil when ctx ended, or the reason why nothing can be received
// at all: the address to listen on, or an error of class Fatal or Auth before the first channel.
func (s *Source) Run(ctx context.Context) error {
	if !s.running.CompareAndSwap(false, true) {
		return errors.New("the webhook is running already")
	}
	defer s.running.Store(false)
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	srv := s.server()
	own, cancel := context.WithCancelCause(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("receiving webhooks: %w", err))
		}
	})
	group.Go(func() { s.emit(own) })
	k := &keeper{s: s}
	err = k.run(own)
	if cause := context.Cause(own); err == nil && ctx.Err() == nil && cause != nil {
		err = cause
	}
	k.leave(ctx) // the receiver answers to the last, or the service would try in vain
	cancel(nil)
	if err := srv.Close(); err != nil {
		s.cfg.Logger.InfoContext(ctx, "closing the receiver", slog.Any("error", err))
	}
	group.Wait()
	return err
}

func (s *Source) listen(ctx context.Context) (net.Listener, error) {
	if s.cfg.Listener != nil {
		return s.cfg.Listener, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, advice{fmt.Errorf("listening for webhooks: %w", err), "another program may listen there: choose another webhook_listen in [goto]"}
	}
	return l, nil
}

// server bounds all that a stranger could draw out.
func (s *Source) server() *http.Server {
	return &http.Server{
		Handler: s.hook, ReadHeaderTimeout: bodyWithin, ReadTimeout: 2 * bodyWithin, WriteTimeout: 2 * bodyWithin,
		IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(s.cfg.Logger.Handler(), slog.LevelDebug),
	}
}

// emit hands events on until ctx ends.
func (s *Source) emit(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-s.hook.Frames():
			s.cfg.Emit(f.Event)
		}
	}
}

// tell makes a state known, and calls Config.Status when it has changed.
func (s *Source) tell(change func(*stream.Status), nextAt time.Time) {
	s.mu.Lock()
	was, planned := s.status, s.nextAt
	change(&s.status)
	if s.status.Link != was.Link {
		s.status.Since = time.Now()
	}
	changed := s.status != was || !planned.Equal(nextAt)
	s.nextAt = nextAt
	s.mu.Unlock()
	if changed {
		s.cfg.Status(s.Status())
	}
}

// explain puts an error into words.
func explain(err error) (why, hint string) {
	var a advice
	if errors.As(err, &a) {
		return call.Clean(err.Error()), a.hint
	}
	return call.Clean(err.Error()), gotoapi.Hint(err)
}

// advice is an error with what to do about it.
type advice struct {
	error
	hint string
}

// Unwrap gives the error.
func (a advice) Unwrap() error { return a.error }

// Hint gives what to do about it.
func (a advice) Hint() string { return a.hint }
