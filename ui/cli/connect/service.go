package connect

import (
	"context"
	"errors"
	"fmt"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/store/live"
)

// Service answers the questions of live.Store out of the REST interface.
type Service struct {
	Client  *gotoapi.Client
	Account string
}

// maxSpaces bounds the list of calls that are up.
const maxSpaces = 50_000

// Spaces implements live.Service.
func (s Service) Spaces(ctx context.Context) ([]call.Event, error) {
	var out []call.Event
	for e, err := range s.Client.CallEvents.Spaces(ctx, s.Account) {
		if err != nil {
			return out, fmt.Errorf("listing the calls that are up: %w", err)
		}
		if out = append(out, e); len(out) >= maxSpaces {
			break
		}
	}
	return out, nil
}

// States implements live.Service.
func (s Service) States(ctx context.Context, id string, from, to uint64) ([]call.Event, error) {
	events, err := s.Client.CallEvents.States(ctx, id, from, to)
	if errors.Is(err, gotoapi.ErrNotFound) {
		return nil, live.ErrUnknown
	}
	return events, err
}

// Report implements live.Service.
func (s Service) Report(ctx context.Context, id string) (*call.Report, error) {
	r, err := s.Client.Reports.Report(ctx, id)
	switch {
	case errors.Is(err, gotoapi.ErrNotReady):
		return nil, live.ErrNotReady
	case err != nil && gotoapi.Class(err) == gotoapi.Retry, err != nil && gotoapi.Class(err) == gotoapi.Throttled:
		return nil, passing{err}
	case err != nil:
		return nil, err
	}
	return &r, nil
}

// passing is an error that may be gone the next time.
type passing struct{ error }

func (p passing) Unwrap() error { return p.error }
func (passing) Temporary() bool { return true }
