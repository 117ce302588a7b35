package gotoapi

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"time"

	"ringside/gotoapi/wire"
	"ringside/store/call"
)

// Report returns the account of a finished call, with its events in source FromReport and not yet
// folded. ErrNotReady means that the call has not ended or its report does not exist yet: ask
// again in some seconds (goto-api.md 5.3). Needs ScopeReportsRead.
func (c ReportClient) Report(ctx context.Context, id string) (call.Report, error) {
	const op = "reading a call's report"
	got, err := fetch(ctx, c.c, &request{
		op: op, method: http.MethodGet, route: "/call-events-report/v1/reports/{conversation}",
		args: []string{id}, scope: ScopeReportsRead,
	}, wire.NewDecoder().Report)
	if errors.Is(err, ErrNotFound) {
		return call.Report{}, fmt.Errorf("%s: %w", op, ErrNotReady)
	}
	got.Fetched = time.Now()
	for i := range got.Events {
		got.Events[i].Received = got.Fetched
	}
	return got, err
}

// summaryWindow is the longest time the service lists at once (goto-api.md 5.4).
const (
	summaryWindow = 31 * 24 * time.Hour
	summaryPage   = 1000
)

// SummaryQuery says which finished calls are asked for. Exactly one of Account, User, Line and
// Number is given: an account key, a user key, a line id or a phone number id.
type SummaryQuery struct {
	Account, User, Line, Number string
	// From and To bound callCreated: From included, To not. Any length is allowed.
	From, To time.Time
	Outcome  string // callerOutcome; empty means all
}

func (q SummaryQuery) values() (url.Values, error) {
	v := url.Values{}
	for name, value := range map[string]string{
		"accountKey": q.Account, "userKey": q.User, "lineId": q.Line, "phoneNumberId": q.Number,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) != 1 {
		return nil, errors.New("give exactly one of account, user, line and number")
	}
	if q.Outcome != "" {
		v.Set("conversationCallerOutcome", q.Outcome)
	}
	return v, nil
}

// Summaries lists finished calls in short, newest first, asking for one window of 31 days after
// the other. Needs ScopeReportsRead.
func (c ReportClient) Summaries(ctx context.Context, q SummaryQuery) iter.Seq2[wire.Summary, error] {
	const op = "listing finished calls"
	return func(yield func(wire.Summary, error) bool) {
		base, err := q.values()
		if err != nil {
			yield(wire.Summary{}, fmt.Errorf("%s: %w: %w", op, ErrAsked, err))
			return
		}
		dec := wire.NewDecoder()
		for end := q.To; end.After(q.From); end = end.Add(-summaryWindow) {
			start := end.Add(-summaryWindow)
			if start.Before(q.From) {
				start = q.From
			}
			for s, err := range c.window(ctx, op, dec, base, start, end) {
				if !yield(s, err) || err != nil {
					return
				}
			}
		}
	}
}

// window lists the summaries of at most 31 days.
func (c ReportClient) window(ctx context.Context, op string, dec *wire.Decoder, base url.Values, from, to time.Time) iter.Seq2[wire.Summary, error] {
	return pages(op, func(marker string) ([]wire.Summary, string, error) {
		q := page(url.Values{
			"startTime": {from.UTC().Format(wireTime)}, "endTime": {to.UTC().Format(wireTime)},
		}, summaryPage, marker)
		for k, v := range base {
			q[k] = v
		}
		got, err := fetch(ctx, c.c, &request{
			op: op, method: http.MethodGet, route: "/call-events-report/v1/report-summaries",
			query: q, scope: ScopeReportsRead,
		}, dec.Summaries)
		return got.Items, got.Next, err
	})
}

// wireTime is RFC 3339 in UTC with milliseconds, as the service prints times itself.
const wireTime = "2006-01-02T15:04:05.000Z"
