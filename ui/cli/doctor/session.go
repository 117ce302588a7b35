package doctor

import (
	"context"

	"ringside/gotoapi"
)

// session is the Realtime session of an examination.
type session struct {
	gotoapi.Session
	there bool
	lines []gotoapi.Line // mine
}

// makeSession makes a session of the Realtime interface.
func (p *patient) makeSession(ctx context.Context) (string, error) {
	if why := p.refused[gotoapi.ScopeLinesRead]; why != "" {
		return "", &Skip{why}
	}
	s, err := p.Client.Realtime.Create(ctx)
	p.session.Session, p.session.there = s, s.Self != ""
	if err != nil {
		return "", err
	}
	p.socket = s.Socket
	return "made", nil
}

// subscribeLine subscribes the session to the calls of my lines.
func (p *patient) subscribeLine(ctx context.Context) (string, error) {
	if !p.session.there {
		return "", &Skip{"there is no session"}
	}
	if len(p.session.lines) == 0 {
		return "", &trouble{text: "this login has no line", hint: "log in as somebody with a line, or set source = \"events\" in [goto]"}
	}
	var subs []gotoapi.DialogSubscription
	for _, n := range p.session.lines {
		subs = append(subs, gotoapi.DialogSubscription{ID: n.ID, Line: n.ID, Organization: n.Organization})
	}
	if err := p.Client.Realtime.Subscribe(ctx, p.session.Session, subs...); err != nil {
		return "", err
	}
	return "calls of " + counted(len(subs), "line"), nil
}

// endSession takes the session away.
func (p *patient) endSession(ctx context.Context) (string, error) {
	if !p.session.there {
		return "", &Skip{"nothing was made"}
	}
	if err := p.Client.Realtime.Delete(ctx, p.session.Session); err != nil {
		return "", &trouble{
			text: "the session made for this examination stays: " + err.Error(),
			hint: "it does no harm, and ends by itself", err: err,
		}
	}
	return "nothing stays behind", nil
}
