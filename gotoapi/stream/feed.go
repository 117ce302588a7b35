package stream

import (
	"context"
	"fmt"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/wire"
)

// Feed is another websocket of the service that tells of calls, in place of a notification channel
// with the call events of an account. The stream keeps its link as it keeps its own: attempts with
// back-off, pings, watch for silence. It asks for one session after another; a session is used again
// as long as Open finds it alive.
type Feed interface {
	// Open makes a session, or makes sure of the one given, and gives it with the address of its
	// websocket. Session is empty for a new one. gotoapi.ErrNotFound for a session given means
	// that it is gone; a session that comes beside an error is kept for the next attempt.
	Open(ctx context.Context, session FeedSession) (FeedSession, error)
	// Close ends a session; one that is gone is no error.
	Close(ctx context.Context, session FeedSession) error
	// Frame decodes one message. It is called by the goroutine that reads the socket.
	Frame(b []byte) (wire.Frame, error)
	// Scope says in one line what this feed does not show of the account; see Status.Scope.
	Scope() string
}

// FeedSession is a session of a Feed: its name, and the address of its websocket.
type FeedSession struct{ ID, Socket gotoapi.Secret }

// feedLife stands for the end of a session: the service does not tell of one.
const feedLife = 10 * 365 * 24 * time.Hour

// readyFeed is ready for a feed.
func (s *Stream) readyFeed(ctx context.Context, l *lease) error {
	got, err := s.cfg.Feed.Open(ctx, FeedSession{l.channel.ID, l.channel.URL})
	if got.ID != "" {
		l.channel = gotoapi.Channel{ID: got.ID, URL: got.Socket, Nickname: l.nickname}
		l.expires = time.Now().Add(feedLife)
	}
	l.subscribed = err == nil
	return err
}

// dropFeed is drop for a feed.
func (s *Stream) dropFeed(ctx context.Context, l *lease) error {
	if err := s.cfg.Feed.Close(ctx, FeedSession{l.channel.ID, l.channel.URL}); err != nil {
		return fmt.Errorf("leaving the session: %w", err)
	}
	return nil
}

// decode reads one message of the socket.
func (k *socket) decode(dec *wire.Decoder, b []byte) (wire.Frame, error) {
	if k.cfg.Feed != nil {
		return k.cfg.Feed.Frame(b)
	}
	return dec.Frame(b)
}
