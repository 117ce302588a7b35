package phone

import (
	"context"

	store "ringside/store/phone"
)

// Engine makes the sound of calls. It is safe for concurrent use.
type Engine interface {
	// Session makes the sound of one call.
	Session() (Session, error)
	// Sound tells where sound comes from and goes to. It is asked often and must not block.
	Sound() store.Sound
}

// Session is the sound of one call. Its methods may be called from any goroutine; after Close they do
// nothing.
type Session interface {
	// Offer gives our session description, all candidates gathered. It is called once, at first.
	Offer(ctx context.Context) (sdp string, err error)
	// Accept takes the service's answer to the latest offer.
	Accept(answer string) error
	// Reoffer gives a new description for the same call; with iceRestart it looks for a new path
	// through the network.
	Reoffer(ctx context.Context, iceRestart bool) (sdp string, err error)
	// Play gives the session the sound devices, or takes them away: one call has them at a time.
	Play(on bool)
	// Mute keeps our sound from leaving.
	Mute(on bool)
	// Tone sends digits, # and * as telephone events, and returns when they have been sent.
	Tone(ctx context.Context, digits string) error
	Quality() store.Quality
	Level() store.Level
	// Failed receives why the path through the network is lost, each time that it is; a new path is
	// then looked for. It is closed when the sound is lost for good, and by Close.
	Failed() <-chan error
	// Close ends the sound and gives back what it held.
	Close() error
}
