package stream

import (
	"context"
	"fmt"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
)

// Carrier puts something else on a notification channel than the call events of an account. The stream
// keeps channel and socket as it keeps its own.
type Carrier interface {
	// Attach has the service send to the channel, whose socket is open already: what comes at once is
	// not lost. It is called for each new socket, and does no harm when repeated. gotoapi.ErrNotFound
	// means that the channel is gone.
	Attach(ctx context.Context, ch gotoapi.Channel) error
	// Check makes sure that the service still sends to the channel; again tells that it did not, and
	// does now.
	Check(ctx context.Context, ch gotoapi.Channel) (again bool, err error)
	// Detach takes leave before a channel is deleted, unless another channel has been attached since.
	Detach(ctx context.Context, ch gotoapi.Channel) error
}

// readyChannel is ready for a carrier, which is attached when the socket is open.
func (s *Stream) readyChannel(ctx context.Context, l *lease) error {
	if l.exists() {
		return nil
	}
	ch, err := s.cfg.Client.Channels.Create(ctx, l.nickname)
	if ch.ID != "" {
		l.renewed(ch) // even with an error: it has to be deleted
	}
	return err
}

// carry attaches the carrier to a socket that is not read yet.
func (s *Stream) carry(ctx context.Context, k *socket) error {
	if s.cfg.Carry == nil {
		return nil
	}
	if err := s.cfg.Carry.Attach(ctx, k.lease.channel); err != nil {
		k.close(false)
		return err
	}
	k.lease.subscribed = true
	k.alive() // the service could not be heard meanwhile
	return nil
}

// dropCarried is drop for a carrier.
func (s *Stream) dropCarried(ctx context.Context, l *lease) error {
	if l.subscribed {
		if err := s.cfg.Carry.Detach(ctx, l.channel); err != nil {
			return fmt.Errorf("taking leave: %w", err)
		}
	}
	if err := s.cfg.Client.Channels.Delete(ctx, l.channel); err != nil {
		return fmt.Errorf("leaving a notification channel: %w", err)
	}
	return nil
}

// notice reads a notice of the Web Calls API and hands it on.
func (l *loop) notice(f *wire.Frame) {
	n, err := l.notices.WebCall(*f)
	if err != nil {
		l.skipped(&heard{bad: err})
		return
	}
	if n.Kind != wire.Greetings { // which comes after each connect
		l.progress()
	}
	l.s.cfg.Notice(n)
}
