package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"ringside/gotoapi"
	"ringside/store/call"
	"ringside/store/live"
)

// Service answers the questions of live.Store out of the REST interface.
type Service struct {
	Client  *gotoapi.Client
	Account string
	// Raw gets the answers that states come in, reports too, page by page as they came; it must not
	// keep them. It may be nil.
	Raw func([]byte)
}

// overhear has answers told to Raw.
func (s Service) overhear(ctx context.Context) context.Context {
	if s.Raw == nil {
		return ctx
	}
	return gotoapi.Overhear(ctx, func(a gotoapi.Answer) {
		if a.Status == http.StatusOK {
			s.Raw(a.Body)
		}
	})
}

// maxSpaces bounds the list of calls that are up.
const maxSpaces = 50_000

// Spaces implements live.Service.
func (s Service) Spaces(ctx context.Context) ([]call.Event, error) {
	ctx = ranked(s.overhear(ctx))
	var out []call.Event
	for e, err := range s.Client.CallEvents.Spaces(ctx, s.Account) {
		if err != nil {
			return out, fmt.Errorf("listing the calls that are up: %w", judged(err))
		}
		if out = append(out, e); len(out) >= maxSpaces {
			break
		}
	}
	return out, nil
}

// States implements live.Service.
func (s Service) States(ctx context.Context, id string, from, to uint64) ([]call.Event, error) {
	events, err := s.Client.CallEvents.States(ranked(s.overhear(ctx)), id, from, to)
	switch {
	case errors.Is(err, gotoapi.ErrNotFound):
		return nil, live.ErrUnknown
	case err != nil:
		return events, judged(err)
	}
	return events, nil
}

// Report implements live.Service.
func (s Service) Report(ctx context.Context, id string) (*call.Report, error) {
	r, err := s.Client.Reports.Report(ranked(s.overhear(ctx)), id)
	switch {
	case errors.Is(err, gotoapi.ErrNotReady):
		return nil, live.ErrNotReady
	case err != nil:
		return nil, judged(err)
	}
	return &r, nil
}

// maxFinished bounds a list of finished calls: more than the busiest account has in a day.
const maxFinished = 200_000

// Finished implements live.History.
func (s Service) Finished(ctx context.Context, from, to time.Time) ([]string, error) {
	var out []string
	q := gotoapi.SummaryQuery{Account: s.Account, From: from, To: to}
	for sum, err := range s.Client.Reports.Summaries(ranked(ctx), q) {
		if err != nil {
			return out, judged(err)
		}
		if out = append(out, sum.ID); len(out) >= maxFinished {
			break
		}
	}
	return out, nil
}

// ranked has the requests of a question that nobody waits for stand back behind others.
func ranked(ctx context.Context) context.Context {
	if live.Urgent(ctx) {
		return ctx
	}
	return gotoapi.WithPriority(ctx, gotoapi.Background)
}
