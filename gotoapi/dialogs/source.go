package dialogs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"ringside/gotoapi"
	"ringside/gotoapi/stream"
	"ringside/gotoapi/wire"
)

// Config says what a Source does. Client and one line are needed.
type Config struct {
	// Config is that of the link itself. Account, when set, narrows the search for my lines;
	// Nickname, Reports and Feed are not used.
	stream.Config
	// Lines are the ids of the lines to watch; none means all lines of the logged-in user.
	Lines []string
	// Now is the clock of events; time.Now when nil.
	Now func() time.Time
}

// Source is a live link to the dialogs of lines. Make it with New.
type Source struct {
	*stream.Stream
	feed *feed
}

// New makes a Source; Run, which is that of stream.Stream, starts it.
func New(cfg Config) *Source {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	f := &feed{cfg: cfg, dec: wire.NewDecoder(), calls: newTracker(cfg.Account, cfg.Now)}
	tell := cfg.Status
	cfg.Status = func(st stream.Status) {
		if st.Link == stream.Connecting || st.Link == stream.Down {
			f.calls.linkLost()
		}
		if tell != nil {
			tell(st)
		}
	}
	cfg.Feed = f
	return &Source{Stream: stream.New(cfg.Config), feed: f}
}

// What Check answers.
var (
	// ErrOver: the call is over, or must be by now.
	ErrOver = errors.New("the call is over")
	// ErrUnsure: the link was lost since the call was last heard of, and nothing can be asked.
	ErrUnsure = errors.New("the link was lost meanwhile, and this source cannot be asked for a call")
)

// Check tells whether a call that has been silent is still up: nil when the link has been there ever
// since and the service has not withdrawn it, else ErrOver or ErrUnsure.
func (s *Source) Check(id string) error { return s.feed.calls.check(id) }

// feed implements stream.Feed.
type feed struct {
	cfg Config

	mu       sync.Mutex // guards the rest
	dec      *wire.Decoder
	calls    *tracker
	lines    []line
	sessions map[gotoapi.Secret]gotoapi.Session // by their own address
}

// line is one line that is watched.
type line struct{ id, organization, region string }

// Scope implements stream.Feed.
func (f *feed) Scope() string {
	return "only calls on my own line, from now on: no earlier calls, no queues, no reports"
}

// Open implements stream.Feed: a session, and the subscription of my lines on it.
func (f *feed) Open(ctx context.Context, old stream.FeedSession) (stream.FeedSession, error) {
	lines, err := f.find(ctx)
	if err != nil {
		return old, err
	}
	s, known := f.session(old.ID)
	if !known {
		if s, err = f.cfg.Client.Realtime.Create(ctx); err != nil {
			return stream.FeedSession{}, err
		}
		f.remember(s)
	}
	subs := make([]gotoapi.DialogSubscription, 0, len(lines))
	for _, l := range lines {
		// The subscription is named after the line: what the messages call entityId has been seen to
		// be another number than the line's id.
		subs = append(subs, gotoapi.DialogSubscription{ID: l.id, Line: l.id, Organization: l.organization})
	}
	if err = f.cfg.Client.Realtime.Subscribe(ctx, s, subs...); errors.Is(err, gotoapi.ErrNotFound) {
		f.forget(s.Self)
	}
	return stream.FeedSession{ID: s.Self, Socket: s.Socket}, err
}

func (f *feed) session(id gotoapi.Secret) (gotoapi.Session, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, known := f.sessions[id]
	return s, known && id != ""
}

func (f *feed) remember(s gotoapi.Session) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.sessions == nil {
		f.sessions = map[gotoapi.Secret]gotoapi.Session{}
	}
	f.sessions[s.Self] = s
}

func (f *feed) forget(id gotoapi.Secret) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, id)
}

// Close implements stream.Feed.
func (f *feed) Close(ctx context.Context, session stream.FeedSession) error {
	s, known := f.session(session.ID)
	if !known {
		return nil
	}
	f.forget(session.ID)
	return f.cfg.Client.Realtime.Delete(ctx, s)
}

// find gives the lines to watch with their organization and country, which are asked for once.
func (f *feed) find(ctx context.Context) ([]line, error) {
	f.mu.Lock()
	found := f.lines
	f.mu.Unlock()
	if len(found) > 0 {
		return found, nil
	}
	mine, err := f.cfg.Client.Identity.Lines(ctx, f.cfg.Account)
	if err != nil {
		return nil, fmt.Errorf("finding my line: %w", err)
	}
	if found, err = choose(mine, f.cfg.Lines); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = found
	f.calls.watch(found)
	return found, nil
}

// choose picks the lines wanted, or all, out of those of the user.
func choose(mine []gotoapi.Line, wanted []string) ([]line, error) {
	var found []line
	for _, n := range mine {
		if len(wanted) == 0 {
			found = append(found, line{n.ID, n.Organization, n.Region})
		}
	}
	for _, id := range wanted {
		for _, n := range mine {
			if n.ID == id {
				found = append(found, line{id, n.Organization, n.Region})
			}
		}
	}
	if len(found) == 0 || len(found) < len(wanted) {
		return nil, fmt.Errorf("watching my line: %w: the logged-in user does not have it", gotoapi.ErrAsked)
	}
	return found, nil
}

// Frame implements stream.Feed.
func (f *feed) Frame(b []byte) (wire.Frame, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, err := f.dec.Dialog(b)
	if err != nil {
		return wire.Frame{}, err
	}
	out := wire.Frame{Source: "realtime", Type: d.Type, Odd: d.Odd, Kind: wire.KeepAlive}
	switch d.Kind {
	case wire.DialogOther:
		out.Kind = wire.Other
	case wire.Announce, wire.Replace, wire.Withdraw:
		if e, news := f.calls.take(d); news {
			out.Kind, out.Event, out.At = wire.CallState, e, e.Snapshot.At
		}
	}
	return out, nil
}
